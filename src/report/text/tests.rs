//! The text of a plan, whole.

use serde_json::json;

use super::*;
use crate::{
    model::{Address, FieldMap, FieldPath, ProviderName, RemoteId},
    observed::Unmanaged,
    plan::{Cause, ManifestPlace},
    provider::{Call, Repeat},
};

fn path(path: &str) -> FieldPath {
    let leaf = json!({ "type": "string" });
    let schema = json!({ "properties": {
        "name": leaf, "note": leaf, "parent": leaf, "channels": leaf,
        "billing": { "properties": { "iban": leaf, "vatNumber": leaf, "paymentDays": leaf } },
    } });
    let fields = FieldMap::compile(&schema).expect("a schema");
    fields.path(path).expect("a field")
}

fn place(file: &str, line: usize) -> ManifestPlace {
    ManifestPlace {
        file: file.to_owned(),
        line,
        column: 1,
    }
}

fn address(name: &str) -> Address {
    Address {
        kind: "ToyCustomer",
        name: name.into(),
    }
}

fn change(action: Action, name: &str) -> Change {
    Change {
        address: address(name),
        provider: ProviderName("toy-prod".into()),
        remote: None,
        display_name: None,
        action,
        reason: None,
        hint: None,
        fields: Vec::new(),
        calls: Vec::new(),
        depends_on: Vec::new(),
        notes: Vec::new(),
        place: place(&format!("customers/{name}.yaml"), 1),
    }
}

fn field(name: &str, class: Class, before: Shown, after: Shown) -> FieldChange {
    FieldChange {
        path: path(name),
        class,
        cause: Cause::Unknown,
        before,
        after,
        base: None,
        place: place("customers/acme.yaml", 9),
    }
}

fn text(text: &str) -> Shown {
    Shown::Text(text.to_owned())
}

fn masked(text: &str) -> Shown {
    Shown::Masked(text.to_owned())
}

fn update() -> Change {
    let number = |number: i64| Shown::Plain(number.into());
    Change {
        remote: Some(RemoteId("c-17".to_owned())),
        display_name: Some("Acme \u{202e}dtL".to_owned()),
        fields: vec![
            field(
                "billing.iban",
                Class::Bank,
                masked("••••5555"),
                masked("••••5678"),
            ),
            field("billing.paymentDays", Class::Money, number(30), number(14)),
            field(
                "billing.vatNumber",
                Class::Tax,
                masked("••••6789"),
                Shown::Unset,
            ),
            field(
                "channels",
                Class::Other,
                Shown::Unset,
                Shown::Plain(json!(["mail", "phone"])),
            ),
            field(
                "note",
                Class::Other,
                text("same\nold\nsame too\nfar\naway\n"),
                text("same\nnew\nsame too\nfar\naway\n"),
            ),
        ],
        calls: vec![
            Call::new("PATCH /customers/{id}", Repeat::Safe),
            Call::new("PUT /customers/{id}/channels", Repeat::Safe).for_purpose("channels"),
        ],
        ..change(Action::Update, "acme")
    }
}

fn create() -> Change {
    Change {
        display_name: Some("Branch".to_owned()),
        fields: vec![
            field("name", Class::Identity, Shown::Unset, text("Branch")),
            field(
                "parent",
                Class::Identity,
                Shown::Unset,
                Shown::AfterCreateOf("ToyCustomer/head".to_owned()),
            ),
        ],
        notes: vec!["ends on 2027-01-01: pilot".to_owned()],
        ..change(Action::Create, "branch")
    }
}

fn end() -> Change {
    Change {
        remote: Some(RemoteId("c-3".to_owned())),
        display_name: Some("Old & Sons".to_owned()),
        reason: Some("contract ended".to_owned()),
        ..change(Action::End, "old")
    }
}

fn blocked() -> Change {
    Change {
        display_name: Some("Müller GmbH".to_owned()),
        reason: Some("a record with this name but without our key exists: c-9".to_owned()),
        hint: Some(
            "if it is the same customer, add the annotation trueup.dev/adopt: \"c-9\"; if not, choose another name"
                .to_owned(),
        ),
        ..change(Action::Blocked, "mueller")
    }
}

fn whole() -> Plan {
    let provider = |name: &str| PlanProvider {
        name: ProviderName(name.into()),
        system: "toy",
        account: Some("toy-1".to_owned()),
        failure: None,
        hint: None,
        unmanaged: Vec::new(),
    };
    let stray = Unmanaged {
        kind: "ToyCustomer",
        remote: RemoteId("c-5".to_owned()),
        key: None,
        display_name: "Stray".to_owned(),
    };
    let orphan = Unmanaged {
        kind: "ToyCustomer",
        remote: RemoteId("c-6".to_owned()),
        key: Some("gone".to_owned()),
        display_name: "Gone".to_owned(),
    };
    Plan {
        format: "trueup.dev/plan/v1alpha1",
        version: "0.0.0",
        providers: vec![
            PlanProvider {
                account: None,
                failure: Some(
                    "GET /customers: GET https://toy.example/customers: status 503: Service Unavailable (4 attempts in 9.3 s)"
                        .to_owned(),
                ),
                hint: Some("check that the provider is up".to_owned()),
                ..provider("toy-old")
            },
            PlanProvider {
                unmanaged: vec![(&stray).into(), (&orphan).into()],
                ..provider("toy-prod")
            },
        ],
        counts: Counts {
            create: 1,
            adopt: 0,
            update: 1,
            end: 1,
            blocked: 1,
            none: 1,
        },
        base: None,
        changes: vec![
            update(),
            create(),
            blocked(),
            change(Action::None, "quiet"),
            end(),
        ],
    }
}

#[test]
fn the_whole_text() {
    assert_eq!(
        plan(&whole(), Style::default(), false),
        include_str!("whole.txt")
    );
}

#[test]
fn verbose_adds_calls_and_what_is_in_line() {
    let verbose = plan(&whole(), Style::default(), true);
    for more in [
        "    call: PATCH /customers/{id}\n    call: PUT /customers/{id}/channels (channels)\n",
        "  none    ToyCustomer/quiet\n",
        "    c-5 \"Stray\"\n",
    ] {
        assert!(verbose.contains(more), "{more}\n{verbose}");
    }
}

#[test]
fn lines_fit_the_width_unless_a_word_does_not() {
    for width in [40, 60, 80, 120] {
        let style = Style {
            colour: false,
            width,
        };
        let sentences = plan(&whole(), style, true);
        for sentence in ["reason: ", "hint: "] {
            let line = sentences.lines().find(|line| line.contains(sentence));
            let line = line.unwrap_or_default();
            assert!(line.width() <= width, "{width}: {line}");
        }
    }
    let overlong = "x".repeat(100);
    let mut out = String::new();
    wrapped(
        &mut out,
        "hint: ",
        &format!("a {overlong} b"),
        Style::default(),
    );
    assert_eq!(out, format!("hint: a\n      {overlong}\n      b\n"));
}

#[test]
fn colour_adds_nothing_but_colour() {
    let style = Style {
        colour: true,
        ..Style::default()
    };
    let coloured = plan(&whole(), style, false);
    assert!(coloured.contains("\u{1b}["));
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    assert_eq!(plain, plan(&whole(), Style::default(), false));
}

#[test]
fn a_plan_with_nothing_to_do_is_one_line() {
    let counts = |none: usize, blocked: usize| Counts {
        blocked,
        none,
        ..Counts::default()
    };
    for (counts, expected) in [
        (counts(3, 0), "nothing to do, 3 in line"),
        (counts(0, 0), "no resources"),
        (counts(1, 2), "2 blocked, 1 in line"),
    ] {
        assert_eq!(summary(counts), expected);
    }
    let quiet = Plan {
        providers: Vec::new(),
        counts: counts(1, 0),
        changes: vec![change(Action::None, "quiet")],
        ..whole()
    };
    assert_eq!(
        plan(&quiet, Style::default(), false),
        "Plan: nothing to do, 1 in line\n"
    );
}

#[test]
fn values_on_one_line() {
    for (shown, expected) in [
        (Shown::Absent, "(absent)"),
        (Shown::Unset, "(empty)"),
        (Shown::Plain(json!(true)), "true"),
        (Shown::Plain(json!([])), "[]"),
        (Shown::Plain(json!({ "a": [1] })), "{\"a\":[1]}"),
        (text("a\nb"), "\"a\\nb\""),
        (text("red\u{1b}[31m"), "\"red\u{fffd}[31m\""),
        (text("\u{202e}dtL"), "\"\u{fffd}dtL\""),
        (masked("••••5678"), "••••5678"),
        (
            Shown::AfterCreateOf("ToyCustomer/a".to_owned()),
            "(id of ToyCustomer/a, known after its creation)",
        ),
    ] {
        assert_eq!(show(&shown), expected);
    }
}
