//! Every fault, on a create and on an update, before and after its effect:
//! never two records, and never a word that is not true.

use futures_util::future::join_all;
use trueup::{
    apply::Verdict::{self, Done, Failed},
    model::Leaf,
};

use super::world::{World, outcome};
use crate::toy::desired::{Manifest, customer, set, text};

/// A fault, the word in which the change must end, and how often the call may
/// be sent.
type Case = (&'static str, Verdict, usize);

/// Faults that strike the first call only.
const STRUCK_ONCE: [Case; 12] = [
    ("drop-before", Done, 2),
    ("drop-after", Done, 1),
    ("500", Done, 2),
    ("500-after", Done, 1),
    ("503", Done, 2),
    ("429", Done, 2),
    ("truncated", Done, 1),
    ("html", Done, 2),
    ("redirect", Done, 2),
    ("401", Failed, 1),
    ("403", Failed, 1),
    ("slow", Done, 1),
];

/// Faults that strike every call.
const STRUCK_ALWAYS: [Case; 11] = [
    ("drop-before", Failed, 3),
    ("drop-after", Done, 1),
    ("500", Failed, 3),
    ("500-after", Done, 1),
    ("503", Failed, 3),
    ("429", Failed, 3),
    ("truncated", Done, 1),
    ("html", Failed, 3),
    ("redirect", Failed, 3),
    ("401", Failed, 1),
    ("403", Failed, 1),
];

fn manifest() -> Manifest {
    customer("acme")
        .set("note", text("new"))
        .set("billing.paymentDays", Leaf::Integer(30))
}

/// How many calls a run may send again, however short it is, and one for how
/// many calls beyond that.
const RESENDS: (usize, usize) = (20, 5);

#[tokio::test]
async fn a_run_sends_a_share_of_its_calls_again_and_then_says_so() {
    let world = World::start().await;
    world.fault("POST /customers=500");
    let manifests: Vec<Manifest> = (0..40).map(|at| customer(&format!("c{at}"))).collect();
    let receipt = world.apply(&manifests).await;
    let (few, one_in) = RESENDS;
    let again = world.writes().len() - manifests.len();
    assert_eq!(again, few + manifests.len() / one_in);
    let given_up: Vec<_> = receipt
        .outcomes
        .iter()
        .filter(|outcome| {
            assert_eq!(outcome.verdict, Failed, "{outcome:#?}");
            let reason = outcome.reason.as_deref().unwrap_or_default();
            reason.contains("calls again at this provider already")
        })
        .collect();
    assert!(!given_up.is_empty(), "{receipt:#?}");
    for outcome in given_up {
        let hint = outcome.hint.as_deref().unwrap_or_default();
        assert!(hint.contains("run again when it is well"), "{outcome:#?}");
    }
}

#[tokio::test]
async fn a_change_that_stops_between_its_calls_says_what_was_done_before() {
    let world = World::start().await;
    world
        .settle(&[customer("acme").set("note", text("old"))])
        .await;
    world.fault("PUT /customers/{id}/channels=403");
    let new = customer("new").set("channels", set(&["post"]));
    let manifests = [manifest().set("channels", set(&["post"])), new];
    let receipt = world.apply(&manifests).await;
    for (name, done) in [
        ("acme", "PATCH /customers/{id}"),
        ("new", "POST /customers"),
    ] {
        let outcome = outcome(&receipt, name);
        assert_eq!(outcome.verdict, Failed, "{outcome:#?}");
        assert_eq!(outcome.notes, [format!("done before: {done}")]);
    }
    // Where nothing was done before, nothing is said.
    world.fault("PATCH /customers/{id}=403");
    let receipt = world.apply(&[manifest().set("note", text("newer"))]).await;
    let outcome = outcome(&receipt, "acme");
    assert_eq!((outcome.verdict, outcome.notes.len()), (Failed, 0));
}

async fn check(operation: &str, how_often: &str, case: Case, is_there: bool) {
    let (fault, verdict, sends) = case;
    let world = World::start().await;
    // A slow answer takes two seconds.
    let world =
        world.limited(|limits| limits.timeout_seconds = if fault == "slow" { 1 } else { 30 });
    if is_there {
        world
            .settle(&[customer("acme").set("note", text("old"))])
            .await;
    }
    world.fault(&format!("{operation}={fault}{how_often}"));
    let receipt = world.apply(&[manifest()]).await;
    let outcome = outcome(&receipt, "acme");
    let what = format!("{operation}={fault}{how_often}: {outcome:#?}");
    assert_eq!(outcome.verdict, verdict, "{what}");
    assert_eq!(outcome.calls.len(), sends, "{what}");
    assert_eq!(world.writes().len(), sends, "{what}");
    let records = world.records("acme");
    match (verdict, is_there) {
        (Done, _) => {
            assert_eq!(records.len(), 1, "{what}");
            assert_eq!(records[0]["note"], "new", "{what}");
        }
        (_, true) => {
            assert_eq!(records.len(), 1, "{what}");
            assert_eq!(records[0]["note"], "old", "{what}");
        }
        (_, false) => assert_eq!(records.len(), 0, "{what}"),
    }
    if verdict == Failed {
        assert!(outcome.reason.is_some(), "{what}");
    } else if sends == 1 {
        let lost = "was lost; the provider shows that it was carried out";
        assert!(
            outcome.notes.iter().any(|note| note.contains(lost)),
            "{what}"
        );
    }
    world.server().clear_faults();
    world.settle(&[manifest()]).await;
    world.record("acme");
    world.plan(&[manifest()]).await.assert_quiet();
}

#[tokio::test]
async fn creates_that_are_struck_once() {
    let cases = STRUCK_ONCE.map(|case| check("POST /customers", "#1", case, false));
    join_all(cases).await;
}

#[tokio::test]
async fn creates_that_are_struck_always() {
    let cases = STRUCK_ALWAYS.map(|case| check("POST /customers", "", case, false));
    join_all(cases).await;
}

#[tokio::test]
async fn updates_that_are_struck_once() {
    let cases = STRUCK_ONCE.map(|case| check("PATCH /customers/{id}", "#1", case, true));
    join_all(cases).await;
}

#[tokio::test]
async fn updates_that_are_struck_always() {
    let cases = STRUCK_ALWAYS.map(|case| check("PATCH /customers/{id}", "", case, true));
    join_all(cases).await;
}
