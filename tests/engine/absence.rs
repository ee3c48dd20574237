//! Absence is proved before it is believed, and once more before a create.

use serde_json::json;
use trueup::{apply::Verdict, provider::Action};

use super::{
    races::other_user,
    world::{TODAY, World, ending, outcome},
};
use crate::toy::desired::{Manifest, customer};

const UNPROVED: &str =
    "no record with the key `acme` was seen, but that proves nothing: 1 of 2 records were listed";

#[tokio::test]
async fn nothing_is_created_after_an_incomplete_listing() {
    let world = World::start().await;
    world.make(&json!({ "code": "other", "company_name": "Other" }));
    world.knob("listing", "short");
    let seen = world.plan(&[customer("acme")]).await;
    seen.assert_blocked(
        "acme",
        UNPROVED,
        "try again; a record is never created while its absence is not proved",
    );
}

#[tokio::test]
async fn nothing_counts_as_ended_after_an_incomplete_listing() {
    let world = World::start().await;
    world.make(&json!({ "code": "acme", "company_name": "acme Ltd" }));
    world.knob("listing", "short");
    let manifest = customer("acme").ends(TODAY, "contract ended");
    let seen = world.plan(&[manifest]).await;
    assert_eq!(seen.action("acme"), Action::Blocked);
    assert_eq!(seen.change("acme").reason.as_deref(), Some(UNPROVED));
}

#[tokio::test]
async fn records_that_are_listed_are_updated_even_so() {
    let world = World::start().await;
    world.make(&json!({ "code": "acme", "company_name": "Old" }));
    world.make(&json!({ "code": "other", "company_name": "Other" }));
    world.knob("listing", "short");
    let receipt = world.apply(&[customer("acme")]).await;
    assert_eq!(ending(&receipt, "acme").0, Verdict::Done);
}

#[tokio::test]
async fn a_record_that_appears_after_the_plan_is_not_made_twice() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme")]).await;
    let id = world.make(&json!({ "code": "acme", "company_name": "Theirs" }));
    let receipt = world.carry_out(&seen).await;
    assert_eq!(
        ending(&receipt, "acme"),
        (
            Verdict::Stale,
            format!("the record {id} has appeared since the plan").as_str()
        )
    );
    assert_eq!(world.writes(), Vec::<String>::new());
    assert_eq!(world.record("acme")["company_name"], "Theirs");
}

#[tokio::test]
async fn a_namesake_that_appears_after_the_plan_is_in_the_way() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme")]).await;
    world.make(&json!({ "company_name": "acme Ltd" }));
    let receipt = world.carry_out(&seen).await;
    assert_eq!(
        ending(&receipt, "acme"),
        (
            Verdict::Stale,
            "another record is in the way since the plan"
        )
    );
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn a_record_that_appears_and_cannot_be_read_is_told_with_the_cause() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme")]).await;
    world.make(&json!({ "code": "acme", "company_name": "Theirs" }));
    world.fault("GET /customers/{id}=503");
    let receipt = world.carry_out(&seen).await;
    let (verdict, reason) = ending(&receipt, "acme");
    assert_eq!(verdict, Verdict::Stale);
    assert!(
        reason.starts_with(
            "a record with our key has appeared since the plan, and it could not be read: \
             GET /customers/{id}"
        ),
        "{reason}"
    );
    assert!(reason.contains("503"), "{reason}");
    assert_eq!(world.writes(), Vec::<String>::new());
}

/// A long run: the record is made by somebody else long after our proof, and
/// long before our create.
#[tokio::test]
async fn a_proof_that_has_grown_old_is_made_again_before_the_next_create() {
    let world = World::start()
        .await
        .limited(|limits| limits.concurrency = 1);
    let seen = world.plan(&[customer("a"), customer("b")]).await;
    let theirs = json!({ "code": "b", "company_name": "Theirs" });
    let make = other_user(&world, "POST", "/customers".to_owned(), theirs);
    let pass = world.clock();
    world.server().after("POST /customers", 1, move |hands| {
        make(hands);
        pass(31);
    });
    let receipt = world.carry_out(&seen).await;
    assert_eq!(ending(&receipt, "a").0, Verdict::Done);
    let (verdict, reason) = ending(&receipt, "b");
    assert_eq!(verdict, Verdict::Stale, "{reason}");
    assert!(reason.ends_with("has appeared since the plan"), "{reason}");
    assert_eq!(world.writes(), ["POST /customers"]);
    assert_eq!(world.record("b")["company_name"], "Theirs");
}

/// How many listings of everything were begun, and how often a create came
/// between two pages of one.
async fn listings(seconds: u64) -> (usize, usize) {
    let world = World::start().await;
    let manifests: Vec<Manifest> = (0..12).map(|at| customer(&format!("c{at}"))).collect();
    let seen = world.plan(&manifests).await;
    world.server().clear_log();
    let pass = world.clock();
    world
        .server()
        .after("POST /customers", 1, move |_| pass(seconds));
    let receipt = world.carry_out(&seen).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    let log = world.server().log();
    let is_first = |query: &[(String, String)]| query.iter().any(|(_, page)| page == "0");
    let pages: Vec<_> = log
        .iter()
        .filter(|entry| entry.operation != "GET /customers/{id}")
        .map(|entry| (entry.write, is_first(&entry.request.query)))
        .collect();
    let first = pages.iter().filter(|(_, first)| *first).count();
    // A page that is not the first one follows upon a page.
    let torn = pages
        .windows(2)
        .filter(|two| two[0].0 && two[1] == (false, false))
        .count();
    (first, torn)
}

#[tokio::test]
async fn one_listing_at_a_time_serves_all_creates_that_are_left() {
    // Before the creates, and after them, for twins.
    assert_eq!(listings(29).await, (2, 0), "a young proof is good");
    assert_eq!(listings(31).await, (3, 0));
}

#[tokio::test]
async fn a_listing_that_becomes_incomplete_stops_creates_before_they_start() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme")]).await;
    world.knob("listing", "short");
    let receipt = world.carry_out(&seen).await;
    assert_eq!(
        ending(&receipt, "acme"),
        (
            Verdict::Stale,
            "the absence of the record could not be proved again: 0 of 1 records were listed"
        )
    );
    assert!(outcome(&receipt, "acme").calls.is_empty());
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn a_list_that_moves_while_it_is_read_proves_nothing_though_the_counts_agree() {
    let world = World::start().await;
    let lost = world.make(&json!({ "code": "acme", "company_name": "acme Ltd" }));
    world.knob("listing", "moving");
    let seen = world.plan(&[customer("acme")]).await;
    seen.assert_blocked(
        "acme",
        "no record with the key `acme` was seen, but that proves nothing: a record was listed twice, so the list changed while it was read",
        "try again; a record is never created while its absence is not proved",
    );
    assert_eq!(world.id("acme"), lost);
}
