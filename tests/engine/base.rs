//! Causes, told after look-ups, references and the provider's settling.

use serde_json::json;
use trueup::{
    model::{RemoteId, Shown},
    plan::{Cause, FieldChange},
    provider::Action,
};

use super::world::{Seen, World};
use crate::toy::desired::{customer, sensitive, text};

fn causes(seen: &Seen, name: &str) -> Vec<(&'static str, Cause)> {
    let cause = |field: &FieldChange| (field.path.as_str(), field.cause);
    seen.change(name).fields.iter().map(cause).collect()
}

#[tokio::test]
async fn two_spellings_of_a_value_are_one() {
    let world = World::start().await;
    let spelled = |region: &str| customer("acme").set("contact.region", text(region));
    world.settle(&[spelled("eu")]).await;
    world.change("acme", &json!({ "contact": { "region": "r-2" } }));
    let seen = world.plan_from(&[spelled("eu")], &[spelled("r-1")]).await;
    assert_eq!(causes(&seen, "acme"), [("contact.region", Cause::Drift)]);
    let seen = world.plan_from(&[spelled("r-2")], &[spelled("eu")]).await;
    assert_eq!(causes(&seen, "acme"), [("contact.region", Cause::Edit)]);
    let seen = world
        .plan_from(&[spelled("nowhere")], &[spelled("eu")])
        .await;
    assert_eq!(causes(&seen, "acme"), [("contact.region", Cause::Unknown)]);
}

#[tokio::test]
async fn what_the_provider_settles_is_settled_for_the_base_too() {
    let world = World::start().await;
    let reached = |email: &str| customer("acme").set("contact.email", sensitive(email));
    world.settle(&[reached("a@acme.example")]).await;
    let seen = world
        .plan_from(&[reached("A@ACME.example")], &[reached("b@acme.example")])
        .await;
    assert_eq!(causes(&seen, "acme"), [("contact.email", Cause::Edit)]);
    let field = &seen.change("acme").fields[0];
    assert!(matches!(field.base, Some(Shown::Masked(_))), "{field:?}");
}

#[tokio::test]
async fn a_child_that_leaves_a_parent_whose_manifest_is_gone_is_an_edit() {
    let world = World::start().await;
    let base = [
        customer("child").below("old"),
        customer("old"),
        customer("new"),
    ];
    world.settle(&base).await;
    let head = [customer("child").below("new"), customer("new")];
    let seen = world.plan_from(&base, &head).await;
    assert_eq!(causes(&seen, "child"), [("parent", Cause::Edit)]);
    let told = seen.planned.plan.base.as_ref().expect("a base");
    assert_eq!(told.removed.len(), 1);
    let id = world.id("old");
    assert_eq!(
        told.removed[0].outcome,
        format!("manifest removed: the record {id} stays (orphan)")
    );
}

/// A record is alive also where manifests quarrel about it, or where it must not
/// be managed.
#[tokio::test]
async fn a_record_that_no_manifest_gets_is_told_of_as_one_that_stays() {
    let world = World::start().await;
    world.settle(&[customer("old"), customer("other")]).await;
    let id = world.id("old");
    let stays = format!("manifest removed: the record {id} stays (orphan)");
    let adopting = |name: &str| customer(name).adopts(&id);
    for head in [
        [adopting("one"), adopting("two")],
        [adopting("other"), customer("more")],
    ] {
        let seen = world.plan_from(&[customer("old")], &head).await;
        let told = seen.planned.plan.base.as_ref().expect("a base");
        assert_eq!(told.removed[0].outcome, stays, "{:#?}", seen.planned.plan);
        assert_eq!(told.removed[0].remote.as_ref(), Some(&RemoteId(id.clone())));
    }
    let own = customer("me").key("self");
    let seen = world.plan_from(&[own], &[customer("other")]).await;
    let told = seen.planned.plan.base.as_ref().expect("a base");
    assert!(told.removed[0].outcome.ends_with(" stays (orphan)"));

    // What was adopted, or has ended, is looked for by nobody and by its key.
    let seen = world
        .plan_from(&[customer("old")], &[adopting("new")])
        .await;
    let told = seen.planned.plan.base.as_ref().expect("a base");
    let heir = "manifest removed: ToyCustomer/new describes its record now";
    assert_eq!(told.removed[0].outcome, heir);
    world.end("old");
    let seen = world.plan_from(&[customer("old")], &[]).await;
    let told = seen.planned.plan.base.as_ref().expect("a base");
    let gone = "manifest removed: there is no live record of it";
    assert_eq!(told.removed[0].outcome, gone);
}

#[tokio::test]
async fn a_record_that_is_gone_is_made_again_as_drift() {
    let world = World::start().await;
    let seen = world
        .plan_from(&[customer("acme")], &[customer("acme")])
        .await;
    assert_eq!(seen.action("acme"), Action::Create);
    assert!(
        causes(&seen, "acme")
            .iter()
            .all(|(_, cause)| *cause == Cause::Drift)
    );
    assert_eq!(
        seen.change("acme").notes,
        ["the manifest is not new: its record is gone, or was never created"]
    );
}

#[tokio::test]
async fn a_base_that_is_the_head_changes_nothing_but_causes() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    world.change("acme", &json!({ "name": "Other" }));
    let two_way = world.plan(&[customer("acme")]).await;
    let three_way = world
        .plan_from(&[customer("acme")], &[customer("acme")])
        .await;
    let mut plan = three_way.planned.plan.clone();
    plan.base = None;
    for change in &mut plan.changes {
        for field in &mut change.fields {
            assert_eq!(field.cause, Cause::Drift);
            assert_eq!(field.base.take().as_ref(), Some(&field.after));
            field.cause = Cause::Unknown;
        }
    }
    assert_eq!(plan, two_way.planned.plan);
}
