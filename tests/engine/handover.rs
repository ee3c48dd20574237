//! Display names that pass from one record to another within one plan.

use serde_json::json;
use trueup::{apply::Verdict, provider::Action};

use super::world::{TODAY, World, ending};
use crate::toy::desired::{Manifest, address, customer, text};

/// A manifest with another display name than its own.
fn called(name: &str, display_name: &str) -> Manifest {
    customer(name).set("name", text(display_name))
}

/// A world in which these exist.
async fn world_of(manifests: &[Manifest]) -> World {
    let world = World::start().await;
    world.settle(manifests).await;
    world
}

#[tokio::test]
async fn a_name_is_given_up_before_a_new_record_takes_it() {
    let world = world_of(&[called("x", "One")]).await;
    let manifests = [called("a-new", " one"), called("x", "Two")];
    let seen = world.plan(&manifests).await;
    assert_eq!(seen.change("a-new").depends_on, [address("x")]);
    assert_eq!(seen.change("x").depends_on, []);
    let receipt = world.carry_out(&seen).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    assert_eq!(world.writes(), ["PATCH /customers/{id}", "POST /customers"]);
    world.plan(&manifests).await.assert_quiet();
}

#[tokio::test]
async fn names_that_move_up_are_given_up_from_the_far_end() {
    let world = world_of(&[called("a", "One"), called("b", "Two"), called("c", "Three")]).await;
    let seen = world
        .plan(&[
            called("a", "Two"),
            called("b", "Three"),
            called("c", "Four"),
        ])
        .await;
    let order: Vec<&str> = seen
        .planned
        .plan
        .to_do()
        .map(|change| &*change.address.name)
        .collect();
    assert_eq!(order, ["c", "b", "a"]);
    assert_eq!(seen.change("a").depends_on, [address("b")]);
    let receipt = world.carry_out(&seen).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
}

#[tokio::test]
async fn who_takes_a_name_is_skipped_when_it_was_not_given_up() {
    let world = world_of(&[called("x", "One")]).await;
    world.fault("PATCH /customers/{id}=403#1");
    let receipt = world
        .apply(&[called("a-new", "One"), called("x", "Two")])
        .await;
    assert_eq!(ending(&receipt, "x").0, Verdict::Failed);
    assert_eq!(
        ending(&receipt, "a-new"),
        (Verdict::Skipped, "ToyCustomer/x was not done")
    );
}

#[tokio::test]
async fn a_name_that_its_record_keeps_is_waited_for_by_nobody() {
    let world = world_of(&[called("x", "One")]).await;
    let manifests = [
        called("a-new", "One"),
        called("x", "One").set("note", text("changed")),
    ];
    let seen = world.plan(&manifests).await;
    assert_eq!(seen.change("a-new").depends_on, []);
    // Nor is one that is not ours.
    let manifests = [called("a-new", "One"), customer("x").without("name")];
    let seen = world.plan(&manifests).await;
    assert_eq!(seen.action("a-new"), Action::Create);
    assert_eq!(seen.change("a-new").depends_on, []);
}

#[tokio::test]
async fn an_exchange_of_names_is_blocked_and_goes_by_a_name_in_between() {
    let world = world_of(&[called("a", "One"), called("b", "Two")]).await;
    let hint = "give one of them a name in between first, and its own in a later change";
    let other = customer("c").set("note", text("goes on"));
    let seen = world
        .plan(&[called("a", "Two"), called("b", "One"), other])
        .await;
    for (name, next) in [("a", "b"), ("b", "a")] {
        let reason = format!(
            "ToyCustomer/{next} is to go first and waits for this change: they exchange names"
        );
        seen.assert_blocked(name, &reason, hint);
    }
    assert_eq!(seen.action("c"), Action::Create);
    world
        .settle(&[called("a", "Between"), called("b", "One")])
        .await;
    world
        .settle(&[called("a", "Two"), called("b", "One")])
        .await;
}

#[tokio::test]
async fn a_circle_through_a_reference_is_blocked_with_what_hangs_on_it() {
    let world = world_of(&[called("x", "One")]).await;
    let seen = world
        .plan(&[
            called("a-new", "One"),
            customer("below").below("a-new"),
            called("x", "Two").below("a-new"),
        ])
        .await;
    for name in ["a-new", "x", "below"] {
        assert_eq!(seen.action(name), Action::Blocked, "{name}");
    }
    let reason = seen.change("x").reason.as_deref().unwrap_or_default();
    assert!(
        reason.contains("a name passes from one to another"),
        "{reason}"
    );
    assert_eq!(seen.planned.plan.counts.changes(), 0);
    let receipt = world.carry_out(&seen).await;
    assert!(receipt.outcomes.is_empty());
}

/// What exists can be referred to at any time.
#[tokio::test]
async fn a_record_takes_the_name_of_one_below_it() {
    let world = world_of(&[called("p", "Par"), called("k", "Kid").below("p")]).await;
    let manifests = [called("p", "Kid"), called("k", "Kid 2").below("p")];
    let seen = world.plan(&manifests).await;
    assert_eq!(seen.change("p").depends_on, [address("k")]);
    assert_eq!(seen.change("k").depends_on, []);
    let receipt = world.carry_out(&seen).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    world.plan(&manifests).await.assert_quiet();
}

/// The toy takes a name twice, so it may decide.
#[tokio::test]
async fn a_name_that_is_free_only_after_an_end_is_noted() {
    let world = world_of(&[called("x", "One")]).await;
    let manifests = [
        called("a-new", "One"),
        called("x", "One").ends(TODAY, "done"),
    ];
    let seen = world.plan(&manifests).await;
    assert_eq!(seen.change("a-new").depends_on, []);
    assert_eq!(
        seen.change("a-new").notes,
        ["ToyCustomer/x has this name until it ends, and ends come last"]
    );
    let receipt = world.carry_out(&seen).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    assert_eq!(
        world.writes(),
        ["POST /customers", "DELETE /customers/{id}"]
    );
}

#[tokio::test]
async fn a_name_that_a_blocked_record_was_to_give_up_is_noted() {
    let world = World::start().await;
    world.make(&json!({ "code": "x", "company_name": "One" }));
    let stuck = called("x", "Two").set("contact.region", text("nowhere"));
    let seen = world.plan(&[called("a-new", "One"), stuck]).await;
    assert_eq!(seen.action("x"), Action::Blocked);
    assert_eq!(
        seen.change("a-new").notes,
        ["ToyCustomer/x has this name and cannot give it up"]
    );
}
