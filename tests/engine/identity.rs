//! Which record belongs to which manifest.

use serde_json::json;
use trueup::{apply::Verdict, provider::Action};

use super::world::{TODAY, World, ending, meddle};
use crate::toy::desired::{customer, text};

#[tokio::test]
async fn a_namesake_without_our_key_is_never_taken_over_silently() {
    let world = World::start().await;
    let id = world.make(&json!({ "company_name": " acme Ltd " }));
    let seen = world.plan(&[customer("acme")]).await;
    seen.assert_blocked(
        "acme",
        &format!("a record with this name but without our key exists: {id}"),
        &format!(
            "if it is the same customer, add the annotation trueup.dev/adopt: \"{id}\"; if not, choose another name"
        ),
    );
    let receipt = world.carry_out(&seen).await;
    assert!(receipt.outcomes.is_empty());
    assert_eq!(receipt.counts.blocked, 1);
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn several_namesakes_are_all_named() {
    let world = World::start().await;
    let one = world.make(&json!({ "company_name": "acme Ltd" }));
    let other = world.make(&json!({ "company_name": "acme Ltd", "code": "theirs" }));
    let seen = world.plan(&[customer("acme")]).await;
    seen.assert_blocked(
        "acme",
        &format!("a record with this name but without our key exists: {one}, {other}"),
        "if one of them is the same customer, add the annotation trueup.dev/adopt with its id",
    );
}

#[tokio::test]
async fn a_namesake_that_is_another_manifests_record_is_in_nobodys_way() {
    let world = World::start().await;
    let twin = |name: &str| customer(name).set("name", text("Müller GmbH"));
    world.settle(&[twin("mueller-bonn")]).await;
    let manifests = [twin("mueller-bonn"), twin("mueller-ulm")];
    let seen = world.plan(&manifests).await;
    assert_eq!(seen.action("mueller-ulm"), Action::Create);
    world.fault("POST /customers=drop-after#1");
    world.settle(&manifests).await;
    world.plan(&manifests).await.assert_quiet();
    assert_ne!(world.id("mueller-bonn"), world.id("mueller-ulm"));
}

#[tokio::test]
async fn a_record_is_adopted_when_the_manifest_says_so_and_is_ours_from_then_on() {
    let world = World::start().await;
    let id = world.make(&json!({ "company_name": "acme Ltd", "note": "theirs" }));
    let manifest = customer("acme").set("note", text("ours")).adopts(&id);
    let seen = world.plan(std::slice::from_ref(&manifest)).await;
    assert_eq!(seen.action("acme"), Action::Adopt);
    assert_eq!(seen.fields("acme"), ["code", "note"]);
    world.settle(std::slice::from_ref(&manifest)).await;
    assert_eq!(world.id("acme"), id);
    assert_eq!(world.record("acme")["note"], "ours");
    world.plan(&[manifest]).await.assert_quiet();
    world
        .plan(&[customer("acme").set("note", text("ours"))])
        .await
        .assert_quiet();
}

#[tokio::test]
async fn a_record_that_is_to_be_adopted_and_is_not_there_is_not_made() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme").adopts("c-77")]).await;
    seen.assert_blocked(
        "acme",
        "the record c-77 that the manifest adopts is not there",
        "correct the annotation trueup.dev/adopt, or take it out for a new record",
    );
}

#[tokio::test]
async fn nobody_can_say_that_it_is_not_there_after_half_a_listing() {
    let world = World::start().await;
    let id = world.make(&json!({ "company_name": "acme Ltd" }));
    world.knob("listing", "short");
    let seen = world.plan(&[customer("acme").adopts(&id)]).await;
    assert_eq!(seen.action("acme"), Action::Blocked);
    let reason = seen.change("acme").reason.clone().unwrap_or_default();
    assert!(reason.contains("1 of 2 records were listed"), "{reason}");
}

#[tokio::test]
async fn a_record_that_somebody_else_keyed_meanwhile_is_not_adopted() {
    let world = World::start().await;
    let id = world.make(&json!({ "company_name": "acme Ltd" }));
    let seen = world.plan(&[customer("acme").adopts(&id)]).await;
    let path = format!("/customers/{id}");
    meddle(world.server(), "PATCH", &path, &json!({ "code": "theirs" }));
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
async fn an_annotation_that_names_another_live_record_than_the_key_blocks() {
    let world = World::start().await;
    let keyed = world.make(&json!({ "code": "acme", "company_name": "Acme" }));
    let other = world.make(&json!({ "code": "theirs", "company_name": "Theirs" }));
    let reason = format!(
        "the record {keyed} has the key `acme`, and the manifest adopts another one, {other}"
    );
    let hint = format!(
        "remove the annotation trueup.dev/adopt if {keyed} is meant; if {other} is, \
         remove the key from {keyed} at the provider, or give the manifest another key"
    );
    let manifest = || customer("acme").adopts(&other);
    for manifest in [manifest(), manifest().ends(TODAY, "gone")] {
        let seen = world.plan(&[manifest]).await;
        seen.assert_blocked("acme", &reason, &hint);
        assert!(seen.planned.plan.providers[0].unmanaged.is_empty());
        world.carry_out(&seen).await;
    }
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn an_annotation_may_stay_when_what_it_names_is_the_record_or_lives_no_more() {
    let world = World::start().await;
    world.knob("deletes", "kept");
    let keyed = world.make(&json!({ "code": "acme", "company_name": "Acme" }));
    let ended = world.make(&json!({ "code": "theirs", "company_name": "Theirs" }));
    world.end("theirs");
    for adopted in [&*keyed, &*ended, "c-77"] {
        let seen = world.plan(&[customer("acme").adopts(adopted)]).await;
        assert_eq!(seen.action("acme"), Action::Update, "{adopted}");
        let remote = seen.change("acme").remote.as_ref();
        assert_eq!(remote.map(|id| &*id.0), Some(&*keyed), "{adopted}");
    }
}

#[tokio::test]
async fn a_record_that_has_ended_and_kept_its_key_does_not_outdo_an_annotation() {
    let world = World::start().await;
    world.knob("deletes", "kept");
    let ended = world.make(&json!({ "code": "acme", "company_name": "Acme" }));
    world.end("acme");
    let live = world.make(&json!({ "company_name": "Acme" }));
    let seen = world.plan(&[customer("acme").adopts(&live)]).await;
    assert_eq!(seen.action("acme"), Action::Blocked);
    let reason = seen.change("acme").reason.clone().unwrap_or_default();
    assert!(
        reason.contains(&ended) && reason.contains(&live),
        "{reason}"
    );
}

#[tokio::test]
async fn a_record_is_not_adopted_and_ended_at_once() {
    let world = World::start().await;
    let id = world.make(&json!({ "company_name": "acme Ltd" }));
    let manifest = customer("acme").adopts(&id).ends(TODAY, "gone");
    let seen = world.plan(&[manifest]).await;
    seen.assert_blocked(
        "acme",
        "the manifest adopts a record and ends it at once",
        "adopt it first; write spec.end in a later change",
    );
}

#[tokio::test]
async fn two_live_records_with_one_key_block() {
    let world = World::start().await;
    let one = world.make(&json!({ "code": "acme", "company_name": "A" }));
    let other = world.make(&json!({ "code": "acme", "company_name": "B" }));
    let seen = world.plan(&[customer("acme")]).await;
    seen.assert_blocked(
        "acme",
        &format!("2 records have the key `acme`: {one}, {other}"),
        "remove the key from all but one of them at the provider",
    );
}

#[tokio::test]
async fn a_record_that_has_ended_does_not_hide_the_live_one_with_its_key() {
    let world = World::start().await;
    world.knob("deletes", "kept");
    world.make(&json!({ "code": "acme", "company_name": "acme Ltd" }));
    world.end("acme");
    let live = world.make(&json!({ "code": "acme", "company_name": "acme Ltd" }));
    let manifest = customer("acme").set("note", text("ours"));
    let seen = world.plan(std::slice::from_ref(&manifest)).await;
    assert_eq!(seen.action("acme"), Action::Update);
    assert_eq!(
        seen.change("acme").remote.as_ref().map(|id| id.0.as_str()),
        Some(live.as_str())
    );
    world.settle(std::slice::from_ref(&manifest)).await;
    world.plan(&[manifest]).await.assert_quiet();
}

#[tokio::test]
async fn one_record_claimed_by_two_manifests_blocks_both() {
    let world = World::start().await;
    let id = world.make(&json!({ "code": "acme", "company_name": "Acme" }));
    let hint = "remove one of the two manifests, or its annotation trueup.dev/adopt";
    let by_key = [customer("one").key("acme"), customer("two").key("acme")];
    let by_adoption = [customer("one").key("acme"), customer("two").adopts(&id)];
    for manifests in [by_key, by_adoption] {
        let seen = world.plan(&manifests).await;
        seen.assert_blocked(
            "one",
            &format!("ToyCustomer/two describes the same record {id}"),
            hint,
        );
        seen.assert_blocked(
            "two",
            &format!("ToyCustomer/one describes the same record {id}"),
            hint,
        );
        assert!(seen.planned.plan.providers[0].unmanaged.is_empty());
    }
}

#[tokio::test]
async fn two_manifests_with_one_key_make_at_most_one_record() {
    let world = World::start().await;
    let manifests = [customer("one").key("acme"), customer("two").key("acme")];
    let seen = world.plan(&manifests).await;
    for name in ["one", "two"] {
        assert_eq!(seen.action(name), Action::Blocked, "{name}");
    }
    world.carry_out(&seen).await;
    assert!(world.records("acme").len() <= 1);
}

#[tokio::test]
async fn the_programs_own_account_cannot_be_managed() {
    let world = World::start().await;
    let reason = "the record must not be managed: it is the account of this program";
    let by_key = customer("me").key("self");
    let by_adoption = customer("me").adopts("c-0");
    let ending = customer("me").key("self").ends(TODAY, "oops");
    for manifest in [by_key, by_adoption, ending] {
        let seen = world.plan(&[manifest]).await;
        seen.assert_blocked("me", reason, "remove the manifest");
    }
}

#[tokio::test]
async fn what_no_manifest_describes_is_reported_and_not_touched() {
    let world = World::start().await;
    let stray = world.make(&json!({ "code": "stray", "company_name": "Stray" }));
    let seen = world.plan(&[customer("acme")]).await;
    let unmanaged = &seen.planned.plan.providers[0].unmanaged;
    assert_eq!(unmanaged.len(), 1, "the own account is not counted");
    assert_eq!(unmanaged[0].remote().0, stray);
    assert_eq!(unmanaged[0].display_name(), "Stray");
    world.carry_out(&seen).await;
    assert_eq!(world.record("stray")["version"], 1);
}

/// Everything else is decided within one provider. So an account that goes by two
/// names is left alone, also where only one of them has manifests, or only one of
/// them is selected: a manifest that moves from one to the other leaves its
/// protection and its masks behind.
#[tokio::test]
async fn an_account_under_two_names_is_left_alone() {
    let world = World::start_aliased(&["toy", "alias"]).await;
    let moved = customer("beta").key("acme").at("alias");
    for manifests in [
        vec![customer("acme"), moved.clone()],
        vec![moved.clone()],
        vec![customer("acme").unselected(), moved],
    ] {
        let seen = world.plan(&manifests).await;
        seen.assert_blocked("beta", "provider alias could not be read", "");
        let failed: Vec<(&str, &str)> = seen
            .observed
            .providers
            .values()
            .map(|view| {
                let failure = view.as_ref().expect_err("one of two names");
                let hint = failure.hint.as_deref().unwrap_or_default();
                (failure.message.as_str(), hint)
            })
            .collect();
        let told = (
            "providers `alias` and `toy` are one account",
            "keep one, and name it in `provider:` of all its manifests",
        );
        assert!(
            !failed.is_empty() && failed.iter().all(|failed| *failed == told),
            "{failed:?}"
        );
        let receipt = world.carry_out(&seen).await;
        assert!(receipt.outcomes.is_empty(), "{receipt:#?}");
    }
    assert!(world.records("acme").is_empty());
}
