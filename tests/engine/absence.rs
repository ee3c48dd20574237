//! Absence is proved before it is believed, and once more before a create.

use serde_json::json;
use trueup::{apply::Verdict, provider::Action};

use super::world::{TODAY, World, ending, outcome};
use crate::toy::desired::customer;

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
