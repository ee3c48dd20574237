//! Records that refer to each other.

use jiff::civil::date;
use serde_json::json;
use trueup::{
    apply::Verdict,
    model::{Leaf, Shown},
    provider::Action,
};

use super::world::{TODAY, World, ending, outcome};
use crate::toy::desired::{Manifest, address, customer, sensitive, text};

/// `a-child` sorts before its parent, so that the order is no accident.
fn family() -> [Manifest; 3] {
    [
        customer("a-child").below("parent"),
        customer("b-grandchild").below("a-child"),
        customer("parent"),
    ]
}

#[tokio::test]
async fn parents_are_made_first_and_children_get_their_ids() {
    let world = World::start().await;
    let seen = world.plan(&family()).await;
    let order: Vec<String> = seen
        .planned
        .plan
        .changes
        .iter()
        .map(|change| change.address.name.to_string())
        .collect();
    assert_eq!(order, ["parent", "a-child", "b-grandchild"]);
    assert_eq!(seen.change("a-child").depends_on, [address("parent")]);
    let parent = seen
        .change("a-child")
        .fields
        .iter()
        .find(|field| field.path.as_str() == "parent")
        .expect("the parent is set");
    assert_eq!(
        parent.after,
        Shown::AfterCreateOf("ToyCustomer/parent".to_owned())
    );
    let receipt = world.carry_out(&seen).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    assert_eq!(world.record("a-child")["parent_id"], world.id("parent"));
    assert_eq!(
        world.record("b-grandchild")["parent_id"],
        world.id("a-child")
    );
    world.plan(&family()).await.assert_quiet();
}

#[tokio::test]
async fn a_live_record_moves_below_one_that_is_made_in_the_same_run() {
    let world = World::start().await;
    world.settle(&[customer("a-child")]).await;
    let manifests = [customer("a-child").below("parent"), customer("parent")];
    world.settle(&manifests).await;
    assert_eq!(world.record("a-child")["parent_id"], world.id("parent"));
    world.plan(&manifests).await.assert_quiet();
}

#[tokio::test]
async fn the_children_of_a_failed_record_are_skipped_and_named_and_others_go_on() {
    let world = World::start().await;
    let broken = customer("parent").set("billing.iban", sensitive("XX00"));
    let [child, grandchild, _] = family();
    let manifests = [child, grandchild, broken, customer("stranger")];
    let receipt = world.apply(&manifests).await;
    assert_eq!(ending(&receipt, "parent").0, Verdict::Failed);
    assert_eq!(
        ending(&receipt, "a-child"),
        (Verdict::Skipped, "ToyCustomer/parent was not done")
    );
    assert_eq!(
        ending(&receipt, "b-grandchild"),
        (Verdict::Skipped, "ToyCustomer/a-child was not done")
    );
    assert_eq!(ending(&receipt, "stranger").0, Verdict::Done);
    assert_eq!(world.writes(), ["POST /customers", "POST /customers"]);
    assert!(outcome(&receipt, "a-child").calls.is_empty());
}

#[tokio::test]
async fn a_child_of_a_blocked_record_is_blocked_too() {
    let world = World::start().await;
    world.make(&json!({ "company_name": "parent Ltd" }));
    let seen = world.plan(&family()).await;
    assert_eq!(seen.action("parent"), Action::Blocked);
    seen.assert_blocked(
        "a-child",
        "parent refers to ToyCustomer/parent, which does not exist and is not created by this plan",
        "see what is in the way of ToyCustomer/parent",
    );
    assert_eq!(seen.action("b-grandchild"), Action::Blocked);
    assert_eq!(world.carry_out(&seen).await.counts.blocked, 3);
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn children_end_before_their_parents_and_after_everything_else() {
    let world = World::start().await;
    world.settle(&family()).await;
    let mut manifests = family()
        .map(|manifest| manifest.ends(TODAY, "contract ended"))
        .to_vec();
    manifests.push(customer("z-new"));
    let seen = world.plan(&manifests).await;
    let order: Vec<(Action, String)> = seen
        .planned
        .plan
        .to_do()
        .map(|change| (change.action, change.address.name.to_string()))
        .collect();
    let expected = [
        (Action::Create, "z-new"),
        (Action::End, "b-grandchild"),
        (Action::End, "a-child"),
        (Action::End, "parent"),
    ];
    assert_eq!(
        order,
        expected.map(|(action, name)| (action, name.to_owned()))
    );
    let receipt = world.carry_out(&seen).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    let gone = world.server().state()["gone"].clone();
    let codes: Vec<&str> = gone
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|customer| customer["code"].as_str())
        .collect();
    assert_eq!(codes, ["b-grandchild", "a-child", "parent"]);
    world
        .plan_on(date(2027, 1, 1), &manifests)
        .await
        .assert_quiet();
}

#[tokio::test]
async fn a_parent_does_not_end_when_its_child_could_not() {
    let world = World::start().await;
    world.settle(&family()).await;
    world.fault("DELETE /customers/{id}=403#1");
    let manifests = family().map(|manifest| manifest.ends(TODAY, "contract ended"));
    let receipt = world.apply(&manifests).await;
    assert_eq!(ending(&receipt, "b-grandchild").0, Verdict::Failed);
    assert_eq!(
        ending(&receipt, "a-child"),
        (Verdict::Skipped, "ToyCustomer/b-grandchild was not done")
    );
    assert_eq!(ending(&receipt, "parent").0, Verdict::Skipped);
    assert_eq!(world.record("parent")["state"], "active");
}

#[tokio::test]
async fn a_reference_to_a_record_that_exists_is_its_id_and_shows_its_name() {
    let world = World::start().await;
    world.settle(&[customer("parent")]).await;
    let manifests = [customer("a-child").below("parent"), customer("parent")];
    let seen = world.plan(&manifests).await;
    let fields = &seen.change("a-child").fields;
    let parent = fields.iter().find(|field| field.path.as_str() == "parent");
    assert_eq!(
        parent.map(|field| &field.after),
        Some(&Shown::Text(format!(
            "ToyCustomer/parent ({})",
            world.id("parent")
        )))
    );
    assert!(seen.change("a-child").depends_on.is_empty());
    let by_id = customer("other").set("parent", Leaf::Text(world.id("parent")));
    world.settle(&[by_id]).await;
    assert_eq!(world.record("other")["parent_id"], world.id("parent"));
}

#[tokio::test]
async fn a_record_that_the_run_is_not_about_is_referred_to_and_not_made() {
    let world = World::start().await;
    let child = customer("a-child").below("parent");
    let manifests = [child.clone(), customer("parent").unselected()];
    let seen = world.plan(&manifests).await;
    seen.assert_blocked(
        "a-child",
        "parent refers to ToyCustomer/parent, which does not exist and is not created by this plan",
        "it is left out by the selection: select it too, or apply it first",
    );
    world.settle(&[customer("parent")]).await;
    let stale = customer("parent").set("note", text("new")).unselected();
    let seen = world.plan(&[child, stale]).await;
    assert_eq!(seen.planned.plan.changes.len(), 1);
    assert!(seen.planned.plan.providers[0].unmanaged.is_empty());
    let receipt = world.carry_out(&seen).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    assert_eq!(world.record("a-child")["parent_id"], world.id("parent"));
    assert!(world.record("parent")["note"].is_null());
}
