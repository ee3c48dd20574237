//! Values that must not be shown, and how they are found where somebody has
//! copied them: servers repeat what they were sent, and copy one field into
//! another.

use std::{fmt::Write, ops::Range};

use serde_json::Value;

use super::folded::{Compared, Folded, Reading, is_of_word};
use crate::model::{FieldPath, Leaf, Shown, Tree, shown::MASK};

/// A shorter value is left alone: it is in any text by chance, and the text would
/// be destroyed for nothing.
const LOOKED_FOR_FROM_BYTES: usize = 3;

/// A value with as many letters and digits is found whatever stands between them.
/// A shorter one would be found across the words of any sentence.
const SPACED_OUT_FROM_CHARACTERS: usize = 8;

/// Where a text was cut, so many characters of a value are looked for before the
/// cut. Fewer tell nothing, and end many a text by chance.
const CUT_FROM_CHARACTERS: usize = 4;

/// What stands where a text was cut.
const CUT: char = '…';

/// The values of hidden fields.
#[derive(Default)]
pub struct HiddenValues {
    /// Longer ones first, so that a value that contains another one is found
    /// before that.
    values: Vec<HiddenValue>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct HiddenValue {
    /// In lower case.
    text: String,
    compared: Compared,
    /// Whether it is so short and plain that it stands in longer words by chance,
    /// where a mask would destroy the word and give the value away.
    is_word: bool,
    /// What is shown instead.
    masked: String,
}

impl HiddenValues {
    /// Some texts that are shown as a mask without an end.
    #[must_use]
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hidden = Self::default();
        for text in texts {
            hidden.add(text, MASK);
        }
        hidden.sorted()
    }

    /// What stands in the hidden fields of trees.
    #[must_use]
    pub fn in_trees<'a, F: Fn(FieldPath) -> bool>(
        trees: impl IntoIterator<Item = (&'a Tree, F)>,
    ) -> Self {
        let mut hidden = Self::default();
        for (tree, is_hidden) in trees {
            hidden.add_tree(tree, is_hidden);
        }
        hidden.sorted()
    }

    /// Adds what stands in the hidden fields of a tree.
    #[must_use]
    pub fn and(mut self, tree: &Tree, is_hidden: impl Fn(FieldPath) -> bool) -> Self {
        self.add_tree(tree, is_hidden);
        self.sorted()
    }

    fn add_tree(&mut self, tree: &Tree, is_hidden: impl Fn(FieldPath) -> bool) {
        for (path, leaf) in tree.iter() {
            if let Shown::Masked(masked) = Shown::of(leaf, is_hidden(path)) {
                texts(leaf, &mut |text| self.add(text, &masked));
            }
        }
    }

    fn add(&mut self, value: &str, masked: &str) {
        for spelling in spellings(value.trim()) {
            let folded = |compared| Folded::of(&spelling, compared, Reading::Written).text;
            let letters = folded(Compared::LettersAndDigits);
            let (text, compared) = if letters.chars().count() >= SPACED_OUT_FROM_CHARACTERS {
                (letters, Compared::LettersAndDigits)
            } else {
                (folded(Compared::Characters), Compared::Characters)
            };
            if text.len() >= LOOKED_FOR_FROM_BYTES {
                self.values.push(HiddenValue {
                    is_word: compared == Compared::Characters && text.chars().all(is_of_word),
                    text,
                    compared,
                    masked: masked.to_owned(),
                });
            }
        }
    }

    fn sorted(mut self) -> Self {
        self.values
            .sort_by(|one, other| (other.text.len(), other).cmp(&(one.text.len(), one)));
        self.values.dedup();
        self
    }

    /// Masks each of them in a text, however it is written there, also the start
    /// of one at a place where the text was cut.
    pub fn mask_in(&self, text: &mut String) {
        self.replace_in(text, |_, folded, value| {
            let spans = folded.spans_of(&value.text, value.is_word);
            (spans.collect(), &value.masked)
        });
        if text.contains(CUT) {
            self.replace_in(text, |text, folded, value| {
                (cut_off(text, folded, value), MASK)
            });
        }
    }

    /// Masks what is found of each value. The text is read again only where it
    /// has changed: there may be very many values.
    fn replace_in<'a>(
        &'a self,
        text: &mut String,
        find: impl Fn(&str, &Folded, &'a HiddenValue) -> (Vec<Range<usize>>, &'a str),
    ) {
        for reading in Read::readings(text) {
            let mut read = Read::of(text, reading);
            for value in &self.values {
                let (spans, masked) = find(text, read.compared_with(value), value);
                if !spans.is_empty() {
                    replace(text, spans, masked);
                    read = Read::of(text, reading);
                }
            }
        }
    }

    /// Whether one of them stands in a value.
    #[must_use]
    pub fn are_in(&self, leaf: &Leaf) -> bool {
        let mut found = false;
        texts(leaf, &mut |text| found |= self.are_in_text(text));
        found
    }

    /// Whether one of them stands in a text.
    #[must_use]
    pub fn are_in_text(&self, text: &str) -> bool {
        if self.values.is_empty() {
            return false;
        }
        Read::readings(text).any(|reading| {
            let read = Read::of(text, reading);
            let mut values = self.values.iter();
            values.any(|value| {
                let folded = read.compared_with(value);
                folded.spans_of(&value.text, value.is_word).next().is_some()
            })
        })
    }
}

/// The ways in which a value may stand in the words of a server: as it is, and as
/// JSON, in which all but ASCII may be escaped.
fn spellings(value: &str) -> Vec<String> {
    let json = Value::from(value).to_string();
    let json = json.trim_matches('"').to_owned();
    let mut ascii = String::new();
    for character in json.chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                // Writing to a text cannot fail.
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    let mut spellings = vec![value.to_owned(), json, ascii];
    spellings.dedup();
    spellings
}

/// A text in the ways in which values are compared with it.
struct Read {
    letters: Folded,
    characters: Folded,
}

impl Read {
    /// The text with the characters that its escapes stand for, where it may
    /// hold some, and then as it is written: otherwise the letters of an escape
    /// could be taken for those of a value.
    fn readings(text: &str) -> impl Iterator<Item = Reading> + use<> {
        let unescaped = text.contains(['%', '&', '\\']);
        let unescaped = unescaped.then_some(Reading::Unescaped);
        unescaped.into_iter().chain([Reading::Written])
    }

    fn of(text: &str, reading: Reading) -> Self {
        Self {
            letters: Folded::of(text, Compared::LettersAndDigits, reading),
            characters: Folded::of(text, Compared::Characters, reading),
        }
    }

    fn compared_with(&self, value: &HiddenValue) -> &Folded {
        match value.compared {
            Compared::LettersAndDigits => &self.letters,
            Compared::Characters => &self.characters,
        }
    }
}

/// Where a text that was cut ends with the start of a value, up to the cut.
fn cut_off(text: &str, folded: &Folded, value: &HiddenValue) -> Vec<Range<usize>> {
    let spans = text.match_indices(CUT).filter_map(|(cut, _)| {
        let end = folded.from.partition_point(|span| span.start < cut);
        let before = &folded.text[..end];
        let ends = value.text.char_indices().map(|(at, _)| at);
        let start = ends
            .skip(CUT_FROM_CHARACTERS)
            .filter(|length| before.ends_with(&value.text[..*length]))
            .filter(|length| !value.is_word || folded.begins_word(end - length))
            .last()?;
        Some(folded.from[end - start].start..cut)
    });
    spans.collect()
}

/// Puts a mask into the place of each span, and one into that of spans that
/// overlap: two cuts may follow one start of a value, and one letter may be the
/// end of a value and the start of the next. The spans are in the order of their
/// ends.
fn replace(text: &mut String, spans: Vec<Range<usize>>, masked: &str) {
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for mut span in spans {
        while let Some(last) = apart.pop_if(|last| span.start < last.end) {
            span.start = span.start.min(last.start);
        }
        apart.push(span);
    }
    for span in apart.into_iter().rev() {
        text.replace_range(span, masked);
    }
}

/// Every text that a value holds.
fn texts(leaf: &Leaf, found: &mut impl FnMut(&str)) {
    match leaf {
        Leaf::Text(text) => found(text),
        Leaf::Sensitive(text) => found(text.expose()),
        Leaf::Set(names) => names.iter().for_each(|name| found(name)),
        Leaf::Json(value) => json_texts(value, found),
        Leaf::Unset | Leaf::Bool(_) | Leaf::Integer(_) | Leaf::Reference(_) => {}
    }
}

fn json_texts(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => found(text),
        Value::Array(items) => items.iter().for_each(|item| json_texts(item, found)),
        Value::Object(members) => members.values().for_each(|item| json_texts(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
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
            proptest::prop_assert!(!was_there || !shown.contains(value.trim()), "{shown}");
        }
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
}
