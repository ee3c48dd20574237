//! What must not be shown is found wherever it was copied to, and masked.

use serde_json::json;

use super::*;
use crate::model::{FieldMap, Sensitive};

fn hidden() -> HiddenValues {
    let schema = json!({ "properties": {
        "iban": { "type": "string", "x-sensitive": true },
        "born": { "type": "string", "x-sensitive": true },
        "people": { "type": "object", "x-type": "passthrough", "x-sensitive": true },
        "short": { "type": "string", "x-sensitive": true },
        "name": { "type": "string" },
    } });
    let fields = FieldMap::compile(&schema).expect("a schema");
    let text = |text: &str| Leaf::Text(text.to_owned());
    let tree: Tree = [
        ("iban", Leaf::Sensitive(Sensitive::new("BG80BNBG5678"))),
        ("born", text("1980-01-01")),
        ("people", Leaf::Json(json!([{ "name": "Anna", "age": 7 }]))),
        ("short", Leaf::Sensitive(Sensitive::new("no"))),
        ("name", text("Acme")),
    ]
    .into_iter()
    .map(|(path, leaf)| (fields.path(path).expect("a field"), leaf))
    .collect();
    HiddenValues::default().and(&tree, |path| {
        let facts = fields.facts(path.as_str());
        facts.is_some_and(|facts| facts.sensitive)
    })
}

fn masked(text: &str, value: &str) -> String {
    let mut text = text.to_owned();
    HiddenValues::of([value]).mask_in(&mut text);
    text
}

#[test]
fn a_value_is_found_however_it_is_written() {
    let iban = "BG80 BNBG 9661 5678";
    for (written, shown) in [
        ("BG80 BNBG 9661 5678 and more", "•••• and more"),
        ("bg80bnbg96615678, é bg80-BNBG-9661-5678", "••••, é ••••"),
        ("nothing", "nothing"),
    ] {
        assert_eq!(masked(written, iban), shown);
    }
    let lines = "first \"line\"\nsecond \\ line";
    for written in [
        "[first \"line\" second \\ line]",
        "[first \\\"line\\\"\\nsecond \\\\ line]",
    ] {
        assert!(!masked(written, lines).contains("second"), "{written}");
    }
    let umlauts = "Größe Schlüssel";
    assert_eq!(masked("GRÖSSE: größe schlüssel", umlauts), "GRÖSSE: ••••");
    let escaped = "x gr\\u00f6\\u00dfe schl\\u00fcssel y";
    assert_eq!(masked(escaped, umlauts), "x •••• y");
}

#[test]
fn a_value_is_found_however_it_is_escaped() {
    let password = "p&ss/w0rd+ö";
    for written in [
        "p&amp;ss/w0rd+ö",
        "p&#38;ss&#x2F;w0rd+&#246;",
        "p%26ss%2Fw0rd%2B%C3%B6",
        "p%26ss%2fw0rd%2b%c3%b6",
        "\\u0070&s\\u0073/w0rd+\\u00f6",
        "p&\u{200b}ss/w0rd+\u{ad}ö",
    ] {
        let shown = masked(&format!("a {written} b"), password);
        assert_eq!(shown, "a •••• b", "{written}");
        assert!(
            HiddenValues::of([password]).are_in_text(written),
            "{written}"
        );
    }
    assert_eq!(masked("a a%41b c", "a%41b"), "a •••• c");
    assert_eq!(masked("wrong: super%53ecr…", "SuperSecret"), "wrong: ••••…");
}

#[test]
fn a_short_word_is_no_part_of_a_longer_one() {
    let said = "API access denied to api: ask the capital's rapid administrator";
    let shown = "•••• access denied to ••••: ask the capital's rapid administrator";
    assert_eq!(masked(said, "api"), shown);
    assert_eq!(
        masked("user=api%26x, strapi…, ap…", "api"),
        "user=••••%26x, strapi…, ap…"
    );
    assert_eq!(masked("strapid… rapid…", "rapids"), "strapid… ••••…");
    assert_eq!(masked("xp&wy", "p&w"), "x••••y");
}

#[test]
fn a_short_value_is_no_part_of_two_words() {
    assert_eq!(masked("not ominous, Tom", "tom"), "not ominous, ••••");
    assert_eq!(masked("a  b c", "a b\tc"), "••••");
    assert_eq!(masked("on or no", "no"), "on or no");
}

#[test]
fn the_start_of_a_value_before_a_cut_is_masked() {
    let secret = "SuperSecret Value0123456789";
    assert_eq!(masked("wrong: supersecret val…", secret), "wrong: ••••…");
    assert_eq!(masked("wrong: Supers… ago", secret), "wrong: ••••… ago");
    assert_eq!(masked("wrong: Sup…", secret), "wrong: Sup…");
    assert_eq!(masked("wrong: superfluous…", secret), "wrong: superfluous…");
}

#[test]
fn one_start_of_a_value_before_several_cuts_is_masked_once() {
    let iban = "BG80BNBG96611020345678";
    for (written, shown) in [
        ("Invalid: BG80BNBG96611020345……", "Invalid: ••••…"),
        ("bad: BG80BNBG96… … and more", "bad: ••••… and more"),
        ("bad: BG80BNBG966110203456 …… and", "bad: ••••… and"),
        ("a …… BG80… \"…\"", "a …… ••••…\""),
        ("BG80… BG80BN…", "••••… ••••…"),
    ] {
        assert_eq!(masked(written, iban), shown, "{written}");
    }
}

#[test]
fn values_that_share_a_letter_are_masked_as_one() {
    // This letter is two in lower case.
    let shared = "i\u{307}bcdefg";
    assert_eq!(masked("İbcdefgİbcdefg", shared), "••••••••");
    assert_eq!(masked("xxİİbb", "i\u{307}i"), "xx••••bb");
}

proptest::proptest! {
    #[test]
    fn whatever_a_server_says_is_masked_and_no_value_stays(
        value in "[a-cİß0-2 \u{307}]{3,12}",
        said in "[a-cİß0-2 …\u{307}-]{0,40}",
    ) {
        let text = format!("{said}{value}{said}");
        let hidden = HiddenValues::of([value.as_str()]);
        let was_there = hidden.are_in_text(&text);
        let mut shown = text;
        hidden.mask_in(&mut shown);
        let value = value.trim();
        let stays = shown.match_indices(value).any(|(at, _)| !is_by_chance(&shown, at, value));
        proptest::prop_assert!(!was_there || !stays, "{shown}");
    }
}

/// Whether a short word is only a part of a longer one.
fn is_by_chance(text: &str, at: usize, value: &str) -> bool {
    let is_word =
        value.chars().count() < SPACED_OUT_FROM_CHARACTERS && value.chars().all(is_of_word);
    let behind = &text[at + value.len()..];
    is_word && (text[..at].ends_with(is_of_word) || behind.starts_with(is_of_word))
}

#[test]
fn every_hidden_field_is_masked_in_a_text() {
    let mut text = "Acme: iban bg80bnbg5678, born 1980-01-01, ANNA said no".to_owned();
    hidden().mask_in(&mut text);
    assert_eq!(text, "Acme: iban ••••5678, born ••••, •••• said no");
}

#[test]
fn a_copy_is_found_in_any_value_that_holds_text() {
    let hidden = hidden();
    let text = |text: &str| Leaf::Text(text.to_owned());
    assert!(hidden.are_in(&text("bg80BNBG5678")));
    assert!(hidden.are_in(&text("for Anna's firm")));
    assert!(hidden.are_in(&Leaf::Json(json!({ "of": ["anna"] }))));
    for clear in [text("Acme"), text("no"), Leaf::Unset, Leaf::Integer(1980)] {
        assert!(!hidden.are_in(&clear), "{clear:?}");
    }
}

#[test]
fn an_old_value_tells_nothing_that_the_new_one_has_at_the_same_start_or_end() {
    let hidden = HiddenValues::of(["Muster", "Muster Spedition", "BG80BNBG5678"]);
    let told = |old: &str, new: &str| {
        let leaf = |text: &str| Leaf::Text(text.to_owned());
        hidden.are_told_by(&leaf(old), &leaf(new))
    };
    for (old, new) in [
        ("Muster GmbH", "Muster Logistik AG"),
        ("Haus Muster", "Hof Muster"),
        ("Muster and Muster", "Muster"),
        ("Acme", "Muster"),
    ] {
        assert!(!told(old, new), "{old} → {new}");
    }
    for (old, new) in [
        ("Muster GmbH", "Logistik GmbH"),
        ("Muster GmbH", "Anna, Berg, Muster, Otto"),
        ("Muster GmbH", "Musterhaus GmbH"),
        ("Muster GmbH", "MUSTER GmbH & Co."),
        ("Muster Spedition AG", "Muster Logistik AG"),
        ("Muster, BG80 BNBG 5678", "Muster, to be paid"),
    ] {
        assert!(told(old, new), "{old} → {new}");
    }
    assert!(hidden.are_told_by(
        &Leaf::Json(json!(["Muster"])),
        &Leaf::Json(json!(["Muster"]))
    ));
}
