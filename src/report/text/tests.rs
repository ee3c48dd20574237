//! The text of a plan, whole.

use serde_json::json;

use super::*;
use crate::{
    model::{Shown, field::Class},
    report::test_support::{change, field, golden, masked, text, whole},
};

#[test]
fn the_whole_text() {
    golden("plan.txt", &plan(&whole(), Style::default(), false));
    let narrow = Style {
        colour: false,
        width: 60,
    };
    golden("plan-60-columns.txt", &plan(&whole(), narrow, true));
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
        for sentence in ["reason: ", "hint: ", "GET /customers: "] {
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
fn values_that_do_not_fit_a_line_stand_below_each_other() {
    let (old, new) = ("a".repeat(30), "b".repeat(30));
    let wide = Change {
        fields: vec![field("name", Class::Bank, text(&old), text(&new))],
        ..change(Action::Update, "wide")
    };
    let mut out = String::new();
    let narrow = Style {
        colour: false,
        width: 60,
    };
    body(&mut out, &wide, narrow, false);
    let expected =
        format!("    customers/wide.yaml:1\n!   name  \"{old}\"\n!     → \"{new}\" [bank]\n");
    assert_eq!(out, expected);
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
