//! What moved between plan and apply.

use serde_json::json;
use trueup::{apply::Verdict, model::Leaf};

use super::world::{TODAY, World, ending};
use crate::toy::desired::{customer, sensitive, text};

#[tokio::test]
async fn a_field_that_the_plan_relied_on_has_moved() {
    let world = World::start().await;
    world
        .settle(&[customer("acme").set("note", text("old"))])
        .await;
    let manifest = customer("acme")
        .set("note", text("new"))
        .set("billing.paymentDays", Leaf::Integer(30));
    let seen = world.plan(&[manifest]).await;
    world.change("acme", &json!({ "note": "theirs" }));
    let receipt = world.carry_out(&seen).await;
    assert_eq!(
        ending(&receipt, "acme"),
        (
            Verdict::Stale,
            "`note` moved at the provider since the plan"
        )
    );
    assert_eq!(world.writes(), Vec::<String>::new());
    assert_eq!(world.record("acme")["note"], "theirs");
}

#[tokio::test]
async fn a_managed_field_that_was_in_line_has_moved_too() {
    let world = World::start().await;
    let manifest = customer("acme").set("billing.iban", sensitive("BG80BNBG96611020345678"));
    world.settle(std::slice::from_ref(&manifest)).await;
    let seen = world.plan(&[manifest.set("note", text("new"))]).await;
    world.change(
        "acme",
        &json!({ "billing": { "iban": "GB33BUKB20201555555555" } }),
    );
    let receipt = world.carry_out(&seen).await;
    assert_eq!(
        ending(&receipt, "acme"),
        (
            Verdict::Stale,
            "`billing.iban` moved at the provider since the plan"
        )
    );
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn a_field_that_nobody_manages_may_move() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let seen = world
        .plan(&[customer("acme").set("billing.paymentDays", Leaf::Integer(30))])
        .await;
    world.change("acme", &json!({ "note": "theirs" }));
    let receipt = world.carry_out(&seen).await;
    assert_eq!(ending(&receipt, "acme").0, Verdict::Done);
    let record = world.record("acme");
    assert_eq!(record["note"], "theirs");
    assert_eq!(record["billing"]["due"], 30);
}

#[tokio::test]
async fn a_record_that_has_gone_is_not_made_again() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let seen = world
        .plan(&[customer("acme").set("note", text("new"))])
        .await;
    world.end("acme");
    let receipt = world.carry_out(&seen).await;
    assert_eq!(
        ending(&receipt, "acme"),
        (Verdict::Stale, "the record has gone since the plan")
    );
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn a_record_that_has_ended_since_is_left_alone() {
    let world = World::start().await;
    world.knob("deletes", "kept");
    world.settle(&[customer("acme"), customer("beta")]).await;
    let manifests = [
        customer("acme").set("note", text("new")),
        customer("beta").ends(TODAY, "contract ended"),
    ];
    let seen = world.plan(&manifests).await;
    world.end("acme");
    world.end("beta");
    let receipt = world.carry_out(&seen).await;
    for name in ["acme", "beta"] {
        assert_eq!(
            ending(&receipt, name),
            (Verdict::Stale, "the record has ended since the plan")
        );
    }
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn a_record_that_has_lost_our_key_is_not_ended() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let manifest = customer("acme").ends(TODAY, "contract ended");
    let seen = world.plan(&[manifest]).await;
    world.change("acme", &json!({ "code": "sold-to-somebody" }));
    let receipt = world.carry_out(&seen).await;
    assert_eq!(
        ending(&receipt, "acme"),
        (
            Verdict::Stale,
            "`code` moved at the provider since the plan"
        )
    );
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn a_section_that_is_no_longer_returned_is_stale() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let seen = world
        .plan(&[customer("acme").set("billing.paymentDays", Leaf::Integer(30))])
        .await;
    world.knob("omits", "billing");
    let receipt = world.carry_out(&seen).await;
    assert_eq!(
        ending(&receipt, "acme"),
        (
            Verdict::Stale,
            "`billing.paymentDays` moved at the provider since the plan"
        )
    );
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn a_field_that_is_never_returned_cannot_move() {
    let world = World::start().await;
    world.knob("omits", "access");
    let manifest = customer("acme").set("access.pin", sensitive("hush-hush-hush"));
    world.settle(std::slice::from_ref(&manifest)).await;
    world.settle(&[manifest.set("note", text("new"))]).await;
    assert_eq!(world.record("acme")["note"], "new");
}

#[tokio::test]
async fn a_record_that_cannot_be_read_again_is_not_written() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let seen = world
        .plan(&[customer("acme").set("note", text("new"))])
        .await;
    world.fault("GET /customers/{id}=503");
    let receipt = world.carry_out(&seen).await;
    let (verdict, reason) = ending(&receipt, "acme");
    assert_eq!(verdict, Verdict::Failed);
    assert!(
        reason.ends_with("status 503: Service Unavailable"),
        "{reason}"
    );
    assert_eq!(world.writes(), Vec::<String>::new());
}
