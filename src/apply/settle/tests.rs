//! What a look is taken to mean.

use serde_json::json;

use super::*;
use crate::{
    diff::diff,
    model::{Leaf, Tree},
    provider::Raw,
};

#[test]
fn a_server_may_ask_for_a_longer_wait_but_not_for_an_hour() {
    let delay = Duration::from_secs(1);
    assert_eq!(wait(None, delay), delay);
    assert_eq!(wait(Some(Duration::ZERO), delay), delay);
    assert_eq!(wait(Some(delay * 30), delay), delay * 30);
    assert_eq!(wait(Some(Duration::from_hours(1)), delay), delay);
}

#[test]
fn only_what_does_harm_twice_is_waited_for() {
    let lost = Failure::new(FailureKind::Unreachable, "lost").with_unknown_effect();
    let refused = Failure::new(FailureKind::Unreachable, "no connection");
    let busy = Failure::new(FailureKind::Throttled, "busy").with_unknown_effect();
    for (repeat, failure, expected) in [
        (Repeat::AfterLookup, &lost, true),
        (Repeat::AfterLookup, &refused, false),
        (Repeat::AfterLookup, &busy, false),
        (Repeat::Safe, &lost, false),
    ] {
        let call = Call::new("Write", repeat);
        assert_eq!(may_come_late(&call, failure), expected, "{call:?}");
    }
}

#[test]
fn a_step_shows_in_the_fields_of_what_it_leads_to() {
    let fields = fields();
    let before = record(&fields, &[("name", "old"), ("note", "a")]);
    let stepped = record(&fields, &[("name", "old"), ("note", "b")]);
    let also = record(&fields, &[("name", "theirs"), ("note", "b")]);
    let note = fields.path("note").expect("a field");
    let step = Call::new("Step", Repeat::AfterLookup);
    let later = [note].into();
    let made = |call: &Call, after: &Record| is_step_made(call, &later, Some(&before), after);
    assert!(made(&step, &stepped));
    assert!(!made(&step, &before));
    assert!(!made(&step, &also), "something else has moved too");
    assert!(!made(&step.clone().with_fields(vec![note]), &stepped));
}

#[test]
fn a_clear_refusal_ends_the_change_at_once() {
    for (kind, action, expected) in [
        (FailureKind::Refused, Action::Create, false),
        (FailureKind::Conflict, Action::Create, false),
        (FailureKind::Credentials, Action::Update, false),
        (FailureKind::NotFound, Action::Update, false),
        (FailureKind::NotFound, Action::End, true),
        (FailureKind::Throttled, Action::Create, true),
        (FailureKind::Unreachable, Action::Update, true),
    ] {
        let failure = Failure::new(kind, "no");
        assert_eq!(
            worth_looking(action, &failure),
            expected,
            "{kind:?} {action:?}"
        );
    }
}

#[test]
fn a_refusal_is_not_asked_for_twice() {
    for (kind, action, expected) in [
        (FailureKind::Refused, Action::Update, true),
        (FailureKind::Forbidden, Action::Update, true),
        (FailureKind::Stale, Action::Update, true),
        (FailureKind::Conflict, Action::Create, true),
        (FailureKind::NotFound, Action::End, false),
        (FailureKind::Protocol, Action::Update, false),
        (FailureKind::Throttled, Action::Update, false),
        (FailureKind::Unreachable, Action::Update, false),
    ] {
        let failure = Failure::new(kind, "no").with_unknown_effect();
        assert_eq!(
            is_refusal(action, &failure),
            expected,
            "{kind:?} {action:?}"
        );
    }
}

fn fields() -> FieldMap {
    let text = json!({ "type": "string" });
    let schema = json!({ "properties": {
        "name": text,
        "note": text,
        "pin": { "type": "string", "writeOnly": true },
        "bank": { "properties": { "iban": text } },
    } });
    FieldMap::compile(&schema).expect("a schema")
}

fn record(fields: &FieldMap, leaves: &[(&str, &str)]) -> Record {
    Record {
        remote: RemoteId("1".to_owned()),
        tree: tree(fields, leaves),
        unknown: Vec::new(),
        ended: None,
        raw: Raw::default(),
    }
}

fn tree(fields: &FieldMap, leaves: &[(&str, &str)]) -> Tree {
    leaves
        .iter()
        .map(|(path, text)| {
            let path = fields.path(path).expect("a field");
            (path, Leaf::Text((*text).to_owned()))
        })
        .collect()
}

/// The record before a call, after it, and what was wanted of the call.
struct Case<'a> {
    before: &'a [(&'a str, &'a str)],
    after: &'a [(&'a str, &'a str)],
    wanted: &'a [(&'a str, &'a str)],
    unknown: &'a [&'a str],
}

/// What a look means for a call that is safe, and for one that is not.
fn check(case: &Case<'_>, safe: &Look, after_lookup: &Look) {
    let fields = fields();
    let before = record(&fields, case.before);
    let mut after = record(&fields, case.after);
    after.unknown = case
        .unknown
        .iter()
        .map(|section| (*section).to_owned())
        .collect();
    let wanted = tree(&fields, case.wanted);
    let difference = diff(&fields, &wanted, &after);
    for (repeat, expected) in [(Repeat::Safe, safe), (Repeat::AfterLookup, after_lookup)] {
        let paths = wanted.iter().map(|(path, _)| path).collect();
        let call = Call::new("Write", repeat).with_fields(paths);
        let look = judge(&fields, &call, &difference, Some(&before), &after);
        assert_eq!(look, *expected, "{repeat:?}");
    }
}

fn unseen() -> (Look, Look) {
    (
        Look::Unseen(UNSEEN.to_owned()),
        Look::Unclear(UNSEEN.to_owned()),
    )
}

#[test]
fn what_is_there_was_done() {
    let case = Case {
        before: &[("name", "old")],
        after: &[("name", "new")],
        wanted: &[("name", "new"), ("pin", "1234")],
        unknown: &[],
    };
    check(&case, &Look::Done(None), &Look::Done(None));
}

#[test]
fn what_is_not_there_was_not_done() {
    let case = Case {
        before: &[("name", "old")],
        after: &[("name", "old")],
        wanted: &[("name", "new"), ("bank.iban", "BG80")],
        unknown: &["bank"],
    };
    let changed = Look::Unclear("the record has changed, but not as wanted".to_owned());
    check(&case, &Look::NotDone, &changed);
    let case = Case {
        unknown: &[],
        ..case
    };
    check(&case, &Look::NotDone, &Look::NotDone);
    let case = Case {
        after: &[("name", "old"), ("note", "theirs")],
        ..case
    };
    check(&case, &Look::NotDone, &changed);
}

#[test]
fn what_is_never_returned_is_no_evidence() {
    let (safe, after_lookup) = unseen();
    let case = Case {
        before: &[("name", "old")],
        after: &[("name", "old")],
        wanted: &[("pin", "1234")],
        unknown: &[],
    };
    check(&case, &safe, &after_lookup);
    let case = Case {
        wanted: &[("bank.iban", "BG80")],
        unknown: &["bank"],
        ..case
    };
    check(&case, &safe, &after_lookup);
}

#[test]
fn a_call_without_fields_shows_in_the_state_alone() {
    let fields = fields();
    let live = record(&fields, &[("name", "old")]);
    let ended = Record {
        ended: Some("ended".to_owned()),
        ..live.clone()
    };
    let moved = record(&fields, &[("name", "theirs")]);
    for (before, after, safe, after_lookup) in [
        (&ended, &live, Look::Done(None), Look::Done(None)),
        (&live, &live, unseen().0, Look::NotDone),
        (
            &live,
            &moved,
            unseen().0,
            Look::Unclear("the record has changed, but not as wanted".to_owned()),
        ),
    ] {
        for (repeat, expected) in [(Repeat::Safe, safe), (Repeat::AfterLookup, after_lookup)] {
            let call = Call::new("SetState", repeat);
            let look = judge(&fields, &call, &Diff::default(), Some(before), after);
            assert_eq!(look, expected, "{repeat:?}");
        }
    }
}
