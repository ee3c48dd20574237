//! Ends are written, never inferred.

use futures_util::future::join_all;
use jiff::civil::date;
use serde_json::json;
use trueup::{apply::Verdict, provider::Action};

use super::world::{TODAY, World, ending, outcome};
use crate::toy::desired::{Manifest, address, customer, text};

#[tokio::test]
async fn a_record_ends_on_the_day_and_not_before() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let manifest = customer("acme").ends(TODAY, "contract ended");
    let before = TODAY.yesterday().expect("a day");
    let seen = world.plan_on(before, std::slice::from_ref(&manifest)).await;
    seen.assert_quiet();
    assert_eq!(
        seen.change("acme").notes,
        ["ends on 2026-11-02: contract ended"]
    );
    let seen = world.plan(std::slice::from_ref(&manifest)).await;
    assert_eq!(seen.action("acme"), Action::End);
    assert_eq!(
        seen.change("acme").reason.as_deref(),
        Some("contract ended")
    );
    let receipt = world.carry_out(&seen).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    assert_eq!(
        world.writes().last().map(String::as_str),
        Some("DELETE /customers/{id}")
    );
    assert_eq!(
        world.server().state()["gone"][0]["end_reason"],
        "contract ended"
    );
    world
        .plan(std::slice::from_ref(&manifest))
        .await
        .assert_quiet();
    world
        .plan_on(date(2030, 1, 1), &[manifest])
        .await
        .assert_quiet();
}

#[tokio::test]
async fn an_adopted_record_that_has_ended_and_gone_stays_quiet() {
    let world = World::start().await;
    let id = world.make(&json!({ "company_name": "acme Ltd" }));
    let manifest = customer("acme").adopts(&id);
    world.settle(std::slice::from_ref(&manifest)).await;
    let manifest = manifest.ends(TODAY, "contract ended");
    world.settle(std::slice::from_ref(&manifest)).await;
    let seen = world.plan(&[manifest]).await;
    seen.assert_quiet();
    let note = format!("the record {id} that the manifest adopts and ends is not there any more");
    assert_eq!(seen.change("acme").notes, [note]);
}

#[tokio::test]
async fn a_record_that_is_kept_after_its_end_stays_quiet() {
    let world = World::start().await;
    world.knob("deletes", "kept");
    let manifest = customer("acme").ends(TODAY, "contract ended");
    world.settle(&[customer("acme")]).await;
    world.settle(std::slice::from_ref(&manifest)).await;
    assert_eq!(world.record("acme")["state"], "ended");
    world
        .plan(&[manifest.set("note", text("whatever"))])
        .await
        .assert_quiet();
}

#[tokio::test]
async fn a_manifest_that_ends_at_once_makes_nothing() {
    let world = World::start().await;
    let manifest = customer("acme").ends(TODAY, "never wanted");
    world.plan(&[manifest]).await.assert_quiet();
}

#[tokio::test]
async fn a_record_with_an_end_ahead_is_made_and_kept_in_line_until_then() {
    let world = World::start().await;
    let manifest = customer("acme").ends(date(2027, 1, 1), "pilot");
    let seen = world.plan(std::slice::from_ref(&manifest)).await;
    assert_eq!(seen.action("acme"), Action::Create);
    assert_eq!(seen.change("acme").notes, ["ends on 2027-01-01: pilot"]);
    world.settle(std::slice::from_ref(&manifest)).await;
    world
        .settle(&[manifest.set("note", text("still here"))])
        .await;
    assert_eq!(world.record("acme")["note"], "still here");
}

#[tokio::test]
async fn a_manifest_that_vanishes_ends_nothing() {
    let world = World::start().await;
    world.settle(&[customer("acme"), customer("beta")]).await;
    let seen = world.plan(&[customer("beta")]).await;
    seen.assert_quiet();
    assert_eq!(seen.planned.plan.providers[0].unmanaged.len(), 1);
}

#[tokio::test]
async fn a_lost_answer_to_an_end_is_settled_by_looking() {
    let cases = [
        ("drop-before", "gone", 2),
        ("drop-after", "gone", 1),
        ("500-after", "kept", 1),
        ("503", "kept", 2),
    ];
    join_all(cases.map(|(fault, deletes, sends)| async move {
        let world = World::start().await;
        world.knob("deletes", deletes);
        world.settle(&[customer("acme")]).await;
        world.fault(&format!("DELETE /customers/{{id}}={fault}#1"));
        let receipt = world.apply(&[customer("acme").ends(TODAY, "done")]).await;
        let outcome = outcome(&receipt, "acme");
        assert_eq!(outcome.verdict, Verdict::Done, "{fault}: {outcome:#?}");
        assert_eq!(outcome.calls.len(), sends, "{fault}");
    }))
    .await;
}

#[tokio::test]
async fn an_end_that_the_server_refuses_is_failed() {
    let world = World::start().await;
    let manifests = [customer("a-child").below("parent"), customer("parent")];
    world.settle(&manifests).await;
    let receipt = world.apply(&[customer("parent").ends(TODAY, "done")]).await;
    let (verdict, reason) = ending(&receipt, "parent");
    assert_eq!(verdict, Verdict::Failed);
    assert!(
        reason.ends_with("status 409: there are customers below this one"),
        "{reason}"
    );
    assert_eq!(world.record("parent")["state"], "active");
}

/// A parent that is merged into a new one, and its child, before the move.
async fn world_with_a_branch() -> World {
    let world = World::start().await;
    let branch = [customer("a-old"), customer("child").below("a-old")];
    world.settle(&branch).await;
    world
}

/// The same branch after the move.
fn moved() -> [Manifest; 3] {
    [
        customer("a-old").ends(TODAY, "merged"),
        customer("child").below("new"),
        customer("new"),
    ]
}

#[tokio::test]
async fn a_record_ends_after_what_was_below_it_has_moved_away() {
    let world = world_with_a_branch().await;
    let seen = world.plan(&moved()).await;
    assert_eq!(seen.change("a-old").depends_on, [address("child")]);
    world.settle(&moved()).await;
    world.plan(&moved()).await.assert_quiet();
    assert_eq!(world.record("child")["parent_id"], world.id("new"));
}

#[tokio::test]
async fn a_record_does_not_end_when_what_is_below_it_could_not_move_away() {
    let world = world_with_a_branch().await;
    world.fault("PATCH /customers/{id}=403#1");
    let receipt = world.apply(&moved()).await;
    assert_eq!(ending(&receipt, "child").0, Verdict::Failed);
    assert_eq!(
        ending(&receipt, "a-old"),
        (Verdict::Skipped, "ToyCustomer/child was not done")
    );
    assert_eq!(world.writes(), ["POST /customers", "PATCH /customers/{id}"]);
}

#[tokio::test]
async fn an_end_names_what_stays_below_the_record() {
    let world = world_with_a_branch().await;
    let ends = customer("a-old").ends(TODAY, "merged");
    let stuck = customer("child").below("new");
    let stuck = stuck.set("contact.region", text("nowhere"));
    let note =
        "ToyCustomer/child refers to it and goes on doing so; the provider may refuse the end";
    for child in [stuck, customer("child").without("parent")] {
        let seen = world.plan(&[ends.clone(), child, customer("new")]).await;
        assert_eq!(seen.change("a-old").notes, [note]);
    }
    let seen = world.plan(&moved()).await;
    assert!(seen.change("a-old").notes.is_empty());
}

#[tokio::test]
async fn ends_are_carried_out_after_everything_else() {
    let world = World::start().await;
    let stays = || customer("z-stays");
    world.settle(&[customer("a-goes"), stays()]).await;
    let manifests = [
        customer("a-goes").ends(TODAY, "done"),
        customer("b-new"),
        customer("c-below").below("b-new"),
        customer("d-below").below("c-below"),
        stays().set("note", text("still here")),
    ];
    let receipt = world.apply(&manifests).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    let writes = world.writes();
    assert_eq!(writes.len(), 5, "{writes:?}");
    assert_eq!(writes[4], "DELETE /customers/{id}");
}

#[tokio::test]
async fn an_end_goes_on_when_something_else_failed() {
    let world = World::start().await;
    world.settle(&[customer("a-goes")]).await;
    world.fault("POST /customers=403#1");
    let receipt = world
        .apply(&[
            customer("a-goes").ends(TODAY, "done"),
            customer("b-new"),
            customer("c-below").below("b-new"),
        ])
        .await;
    assert_eq!(ending(&receipt, "b-new").0, Verdict::Failed);
    assert_eq!(ending(&receipt, "c-below").0, Verdict::Skipped);
    assert_eq!(ending(&receipt, "a-goes").0, Verdict::Done);
}
