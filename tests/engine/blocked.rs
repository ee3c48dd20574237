//! What is wanted and cannot be.

use serde_json::json;
use trueup::{apply::Verdict, model::Leaf, provider::Action};

use super::world::{TODAY, World, ending, outcome};
use crate::toy::desired::{customer, sensitive, text};

#[tokio::test]
async fn a_value_that_is_accepted_and_not_stored_is_named_and_not_sent_again() {
    let world = World::start().await;
    world.knob("stores", "all_but_note");
    let manifest = customer("acme").set("note", text("kept?"));
    let receipt = world.apply(std::slice::from_ref(&manifest)).await;
    assert_eq!(
        ending(&receipt, "acme"),
        (Verdict::Failed, "accepted but not stored: `note`")
    );
    let paths: Vec<&str> = outcome(&receipt, "acme")
        .not_stored
        .iter()
        .map(|path| path.as_str())
        .collect();
    assert_eq!(paths, ["note"]);
    assert_eq!(world.writes(), ["POST /customers"]);
    assert_eq!(world.records("acme").len(), 1);

    let receipt = world.apply(&[manifest]).await;
    assert_eq!(
        ending(&receipt, "acme"),
        (Verdict::Failed, "accepted but not stored: `note`")
    );
    assert_eq!(world.writes(), ["POST /customers", "PATCH /customers/{id}"]);
}

#[tokio::test]
async fn a_field_of_the_creation_cannot_be_changed_later() {
    let world = World::start().await;
    let manifest = customer("acme").set("billing.currency", text("EUR"));
    world.settle(&[manifest]).await;
    let manifest = customer("acme")
        .set("billing.currency", text("USD"))
        .set("note", text("new"));
    let seen = world.plan(&[manifest]).await;
    seen.assert_blocked(
        "acme",
        "`billing.currency` can only be given when the record is created",
        "put the live value into the manifest, or leave the field out",
    );
}

#[tokio::test]
async fn nothing_is_written_over_what_is_not_known() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    world.knob("omits", "billing");
    let manifest = customer("acme")
        .set("billing.iban", sensitive("BG80BNBG96611020345678"))
        .set("note", text("new"));
    let seen = world.plan(&[manifest]).await;
    seen.assert_blocked(
        "acme",
        "the provider was asked for `billing.iban` and did not return it",
        "nothing may be written over what is not known; try again, or leave these fields out",
    );
    let elsewhere = customer("acme").set("note", text("new"));
    assert_eq!(
        world.plan(&[elsewhere]).await.action("acme"),
        Action::Update
    );
}

#[tokio::test]
async fn a_new_record_needs_its_fields() {
    let world = World::start().await;
    for manifest in [
        customer("acme").without("name"),
        customer("acme").set("name", Leaf::Unset),
    ] {
        let seen = world.plan(&[manifest]).await;
        seen.assert_blocked(
            "acme",
            "a new record needs `name`",
            "write the missing fields, or correct the name if the record exists",
        );
    }
    world.make(&json!({ "code": "acme", "company_name": "Theirs" }));
    let seen = world.plan(&[customer("acme").without("name")]).await;
    seen.assert_quiet();
}

#[tokio::test]
async fn names_that_a_look_up_does_not_know_or_knows_twice() {
    let world = World::start().await;
    let with_region = |region: &str| customer("acme").set("contact.region", text(region));
    for (said, reason, hint) in [
        (
            "Eurpe",
            "contact.region: there is no region `Eurpe` at the provider",
            "did you mean `Europe`?",
        ),
        (
            "Antarctica",
            "contact.region: there is no region `Antarctica` at the provider",
            "known are `Europe`, `Other` and `Other`",
        ),
        (
            "other",
            "contact.region: `other` fits 2 entries of the region table",
            "write the id of one of them: `Other` (r-2), `Other` (r-3)",
        ),
    ] {
        let seen = world.plan(&[with_region(said)]).await;
        seen.assert_blocked("acme", reason, hint);
    }
    for said in ["Europe", "eu", "r-1"] {
        world.settle(&[with_region(said)]).await;
        assert_eq!(world.record("acme")["contact"]["region"], "r-1", "{said}");
    }
    let seen = world.plan(&[with_region("O2")]).await;
    let field = &seen.change("acme").fields[0];
    let shown = (&field.before, &field.after);
    let name = |name: &str| trueup::model::Shown::Text(name.to_owned());
    assert_eq!(shown, (&name("Europe"), &name("Other")));
}

#[tokio::test]
async fn a_look_up_that_knows_a_name_no_more_does_not_keep_a_record_alive() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let manifest = customer("acme")
        .set("contact.region", text("Atlantis"))
        .ends(TODAY, "contract ended");
    let seen = world.plan(std::slice::from_ref(&manifest)).await;
    assert_eq!(seen.action("acme"), Action::End);
    world.settle(std::slice::from_ref(&manifest)).await;
    world.plan(&[manifest]).await.assert_quiet();
}

#[tokio::test]
async fn values_that_the_server_refuses_are_told_in_its_words() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let manifest = customer("acme").set("parent", text("c-99"));
    let receipt = world.apply(&[manifest]).await;
    let (verdict, reason) = ending(&receipt, "acme");
    assert_eq!(verdict, Verdict::Failed);
    assert!(
        reason.ends_with("/customers/c-1: status 422: parent_id is unknown"),
        "{reason}"
    );
    assert_eq!(world.writes(), ["PATCH /customers/{id}"]);
}

#[tokio::test]
async fn a_record_that_has_ended_is_not_brought_back() {
    let world = World::start().await;
    world.knob("deletes", "kept");
    world.settle(&[customer("acme")]).await;
    world.end("acme");
    for manifest in [customer("acme"), customer("acme").set("note", text("new"))] {
        let seen = world.plan(&[manifest]).await;
        seen.assert_blocked(
            "acme",
            "the record has ended, and the toy never brings one back",
            "",
        );
    }
}

#[tokio::test]
async fn a_refused_token_is_said_once_for_the_provider() {
    let world = World::start().await;
    world.fault("GET /account=401");
    let seen = world.plan(&[customer("acme")]).await;
    let provider = &seen.planned.plan.providers[0];
    assert_eq!(
        provider.hint.as_deref(),
        Some("check the credentials of the Provider manifest")
    );
    assert_eq!(seen.action("acme"), Action::Blocked);
}
