//! A saved plan held against what is there later, change by change.

use jiff::{Timestamp, civil::Date};
use serde_json::json;
use trueup::{
    apply::Verdict,
    model::{FingerprintKey, Leaf},
    plan::Planned,
    provider::Action,
    saved::{Comparison, Inputs, MadeOf, PlanKey, SavedPlan, compare, file_text, parse, save},
};

use super::world::{Seen, TODAY, World, ending};
use crate::toy::desired::{Manifest, address, customer, sensitive, text};

/// Saves a plan, and reads it back from its text.
fn saved(seen: &Seen) -> (SavedPlan, FingerprintKey) {
    let key = FingerprintKey::from_text("the key of the tests");
    let made = save(Inputs {
        desired: &seen.desired,
        planned: &seen.planned,
        made_of: MadeOf {
            filenames: vec!["manifests".to_owned()],
            selector: None,
            changed_since: None,
            allowed: Vec::new(),
            sandbox: false,
        },
        key: &PlanKey::from_environment(key.clone()),
        id: "1".to_owned(),
        created: Timestamp::UNIX_EPOCH,
        expires: Timestamp::MAX,
    });
    let made = made.expect("every provider was read");
    let read = parse(&file_text(&made)).expect("a saved plan");
    assert_eq!(read, made);
    read.unlock(Some(&key)).expect("as it was saved");
    (read, key)
}

async fn held(world: &World, plan: &(SavedPlan, FingerprintKey), manifests: &[Manifest]) -> Held {
    held_on(world, plan, TODAY, manifests).await
}

/// A comparison, and what it takes to carry out what is left.
struct Held {
    seen: Option<Seen>,
    moved: Vec<String>,
    done: Option<usize>,
    notes: Vec<String>,
}

async fn held_on(
    world: &World,
    (saved, key): &(SavedPlan, FingerprintKey),
    today: Date,
    manifests: &[Manifest],
) -> Held {
    let Seen {
        desired,
        observed,
        planned,
    } = world.plan_on(today, manifests).await;
    let mut held = Held {
        seen: None,
        moved: Vec::new(),
        done: None,
        notes: Vec::new(),
    };
    match compare(saved, key, &desired, planned, today) {
        Comparison::Moved(moved) => {
            held.moved = moved.iter().map(ToString::to_string).collect();
        }
        Comparison::Done => held.done = Some(saved.plan.counts.changes()),
        Comparison::Reviewed(reviewed) => {
            held.done = Some(reviewed.done);
            held.notes = reviewed.notes;
            let planned: Planned = reviewed.planned;
            held.seen = Some(Seen {
                desired,
                observed,
                planned,
            });
        }
    }
    held
}

impl Held {
    fn left(&self) -> &Seen {
        assert_eq!(self.moved, Vec::<String>::new());
        self.seen.as_ref().expect("something is left")
    }

    fn assert_moved(&self, expected: &[&str]) {
        assert!(self.seen.is_none(), "the plan would be carried out");
        assert_eq!(self.moved, expected);
    }
}

#[tokio::test]
async fn a_name_is_given_up_before_another_record_takes_it() {
    let world = World::start().await;
    let called = |name: &str, other: &str| customer(name).set("name", text(other));
    world.settle(&[called("x", "One")]).await;
    let manifests = [called("a", "One"), called("x", "Two")];
    let plan = saved(&world.plan(&manifests).await);
    let held = held(&world, &plan, &manifests).await;
    assert_eq!(held.left().change("a").depends_on, [address("x")]);
    let receipt = world.carry_out(held.left()).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    assert_eq!(world.writes(), ["PATCH /customers/{id}", "POST /customers"]);
}

#[tokio::test]
async fn nothing_has_moved() {
    let world = World::start().await;
    let manifests = [customer("child").below("head"), customer("head")];
    let plan = saved(&world.plan(&manifests).await);
    let held = held(&world, &plan, &manifests).await;
    assert_eq!(held.done, Some(0));
    assert_eq!(held.notes, Vec::<String>::new());
    let receipt = world.carry_out(held.left()).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    assert_eq!(held.left().planned.plan, plan.0.plan);
    let again = super::saved::held(&world, &plan, &manifests).await;
    assert_eq!((again.done, again.seen.is_none()), (Some(2), true));
}

#[tokio::test]
async fn a_live_field_has_moved_that_is_to_be_written() {
    let world = World::start().await;
    world
        .settle(&[customer("acme").set("note", text("old"))])
        .await;
    let manifests = [customer("acme").set("note", text("new"))];
    let plan = saved(&world.plan(&manifests).await);
    world.change("acme", &json!({ "note": "theirs" }));
    held(&world, &plan, &manifests)
        .await
        .assert_moved(&["ToyCustomer/acme: `note` moved at the provider since the plan"]);
}

/// Also in a field that the manifest manages and that was in line.
#[tokio::test]
async fn a_live_field_has_moved_that_was_in_line() {
    let world = World::start().await;
    let manifest = customer("acme").set("billing.iban", sensitive("BG80BNBG96611020345678"));
    world.settle(std::slice::from_ref(&manifest)).await;
    let manifests = [manifest.set("note", text("new"))];
    let plan = saved(&world.plan(&manifests).await);
    world.change(
        "acme",
        &json!({ "billing": { "iban": "GB33BUKB20201555555555" } }),
    );
    held(&world, &plan, &manifests)
        .await
        .assert_moved(&["ToyCustomer/acme: `billing.iban` moved at the provider since the plan"]);
}

#[tokio::test]
async fn a_live_field_that_nobody_manages_may_move() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let manifests = [customer("acme").set("billing.paymentDays", Leaf::Integer(30))];
    let plan = saved(&world.plan(&manifests).await);
    world.change("acme", &json!({ "note": "theirs" }));
    let held = held(&world, &plan, &manifests).await;
    let receipt = world.carry_out(held.left()).await;
    assert_eq!(ending(&receipt, "acme").0, Verdict::Done);
    assert_eq!(world.record("acme")["note"], "theirs");
}

/// A change of two calls of which one was made: the field that it wrote is as
/// planned, and the other call is what is left.
#[tokio::test]
async fn a_field_that_has_its_planned_value_is_done() {
    let world = World::start().await;
    world
        .settle(&[customer("acme").set("note", text("old"))])
        .await;
    let manifests = [customer("acme")
        .set("note", text("new"))
        .set("channels", crate::toy::desired::set(&["mail"]))];
    let plan = saved(&world.plan(&manifests).await);
    world.change("acme", &json!({ "note": "new" }));
    let held = held(&world, &plan, &manifests).await;
    assert_eq!(held.left().fields("acme"), ["channels"]);
    let receipt = world.carry_out(held.left()).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    world.plan(&manifests).await.assert_quiet();
}

#[tokio::test]
async fn a_record_that_was_to_be_made_has_appeared() {
    let world = World::start().await;
    let manifests = [customer("acme").set("note", text("ours"))];
    let plan = saved(&world.plan(&manifests).await);
    world.make(&json!({ "code": "acme", "company_name": "acme Ltd", "note": "theirs" }));
    held(&world, &plan, &manifests).await.assert_moved(&[
        "ToyCustomer/acme: the plan says create; now it would say update of `note`",
    ]);
}

#[tokio::test]
async fn a_namesake_has_appeared() {
    let world = World::start().await;
    let manifests = [customer("acme")];
    let plan = saved(&world.plan(&manifests).await);
    let id = world.make(&json!({ "company_name": "acme Ltd" }));
    held(&world, &plan, &manifests)
        .await
        .assert_moved(&[&format!(
            "ToyCustomer/acme: the plan says create; now it would say blocked: \
         a record with this name but without our key exists: {id}"
        )]);
}

#[tokio::test]
async fn a_record_has_gone_and_is_another_one_now() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let manifests = [customer("acme").set("note", text("new"))];
    let plan = saved(&world.plan(&manifests).await);
    let was = world.id("acme");
    world.end("acme");
    held(&world, &plan, &manifests).await.assert_moved(&[
        "ToyCustomer/acme: the plan says update of `note`; now it would say create",
    ]);
    let now = world.make(&json!({ "code": "acme", "company_name": "acme Ltd" }));
    held(&world, &plan, &manifests)
        .await
        .assert_moved(&[&format!(
            "ToyCustomer/acme: its record was `{was}` at the plan, and is `{now}` now"
        )]);
}

#[tokio::test]
async fn a_day_has_come() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let tomorrow = TODAY.tomorrow().expect("a day");
    let manifests = [
        customer("acme")
            .set("note", text("new"))
            .ends(tomorrow, "over"),
        customer("young").ends(tomorrow, "over"),
    ];
    let plan = saved(&world.plan(&manifests).await);
    held_on(&world, &plan, tomorrow, &manifests)
        .await
        .assert_moved(&[
            "ToyCustomer/acme: the plan says update of `note`; now it would say that it ends, on 2026-11-03",
            "ToyCustomer/young: the plan says create; now it would say that it ends, on 2026-11-03",
        ]);
}

/// A merge that writes an end for a coming day leaves a plan without a change. It
/// must not count as carried out on the day, or no pipeline would plan again.
#[tokio::test]
async fn a_plan_without_a_change_is_stale_once_a_day_has_come() {
    let world = World::start().await;
    world.settle(&[customer("acme"), customer("beta")]).await;
    let tomorrow = TODAY.tomorrow().expect("a day");
    let manifests = [
        customer("acme").ends(tomorrow, "over"),
        customer("beta").set("note", text("new")),
    ];
    let with_a_change = saved(&world.plan(&manifests).await);
    let held = held_on(&world, &with_a_change, tomorrow, &manifests).await;
    assert_eq!(held.left().action("beta"), Action::Update);
    assert_eq!(held.notes.len(), 1, "{:?}", held.notes);
    world.settle(&manifests[1..]).await;
    let without = saved(&world.plan(&manifests).await);
    let held = super::saved::held(&world, &without, &manifests).await;
    assert_eq!(held.done, Some(0));
    held_on(&world, &without, tomorrow, &manifests)
        .await
        .assert_moved(&[
            "ToyCustomer/acme: the plan says nothing to do; now it would say that it ends, on 2026-11-03",
        ]);
}

#[tokio::test]
async fn an_end_holds_as_long_as_the_record_is_ours() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let manifests = [customer("acme").ends(TODAY, "over")];
    let plan = saved(&world.plan(&manifests).await);
    assert_eq!(plan.0.plan.counts.end, 1);
    world.change("acme", &json!({ "note": "theirs" }));
    let held = held(&world, &plan, &manifests).await;
    let receipt = world.carry_out(held.left()).await;
    assert_eq!(ending(&receipt, "acme").0, Verdict::Done);
    let again = super::saved::held(&world, &plan, &manifests).await;
    assert_eq!((again.done, again.seen.is_none()), (Some(1), true));
}

/// The parent is made by the first run; its id was not known to the plan.
#[tokio::test]
async fn the_rest_goes_on_below_a_parent_that_was_made_meanwhile() {
    let world = World::start().await;
    let manifests = [customer("a-child").below("head"), customer("head")];
    let plan = saved(&world.plan(&manifests).await);
    world.settle(&[customer("head")]).await;
    let held = held(&world, &plan, &manifests).await;
    assert_eq!(held.done, Some(1));
    let left = held.left();
    assert_eq!(
        (left.action("head"), left.action("a-child")),
        (Action::None, Action::Create)
    );
    assert_eq!(left.planned.plan.counts.changes(), 1);
    let receipt = world.carry_out(left).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    assert_eq!(world.record("a-child")["parent_id"], world.id("head"));
}

#[tokio::test]
async fn a_reference_leads_to_another_record() {
    let world = World::start().await;
    world.settle(&[customer("head")]).await;
    let manifests = [customer("a-child").below("head"), customer("head")];
    let plan = saved(&world.plan(&manifests).await);
    world.end("head");
    world.make(&json!({ "code": "head", "company_name": "head Ltd" }));
    held(&world, &plan, &manifests).await.assert_moved(&[
        "ToyCustomer/a-child: `parent` would get another value than planned: a name leads to another id now",
    ]);
}

/// What the plan left alone stays alone, and a change is not made to wait for
/// it.
#[tokio::test]
async fn what_was_in_line_and_has_moved_is_left_alone() {
    let world = World::start().await;
    world
        .settle(&[customer("head").set("note", text("ours"))])
        .await;
    let manifests = [
        customer("a-child").below("head"),
        customer("head").set("note", text("ours")),
    ];
    let plan = saved(&world.plan(&manifests).await);
    world.change("head", &json!({ "note": "theirs" }));
    let held = held(&world, &plan, &manifests).await;
    assert_eq!(
        held.notes,
        [
            "ToyCustomer/head was in line when the plan was made, and has moved since; this plan leaves it alone"
        ]
    );
    let receipt = world.carry_out(held.left()).await;
    assert_eq!(receipt.outcomes.len(), 1, "{receipt:#?}");
    assert_eq!(ending(&receipt, "a-child").0, Verdict::Done);
    assert_eq!(world.record("head")["note"], "theirs");
}

#[tokio::test]
async fn what_was_blocked_stays_blocked() {
    let world = World::start().await;
    let id = world.make(&json!({ "company_name": "taken Ltd" }));
    let manifests = [customer("acme"), customer("taken")];
    let plan = saved(&world.plan(&manifests).await);
    assert_eq!(plan.0.plan.counts.blocked, 1);
    crate::engine::world::meddle(
        world.server(),
        "PATCH",
        &format!("/customers/{id}"),
        &json!({ "company_name": "another" }),
    );
    let held = held(&world, &plan, &manifests).await;
    assert_eq!(
        held.notes,
        [
            "ToyCustomer/taken was blocked when the plan was made, and no longer is; this plan leaves it alone"
        ]
    );
    let receipt = world.carry_out(held.left()).await;
    assert_eq!(
        (receipt.counts.done, receipt.counts.blocked),
        (1, 1),
        "{receipt:#?}"
    );
    assert_eq!(world.records("taken").len(), 0);
}

#[tokio::test]
async fn all_that_moved_is_told_in_the_order_of_addresses() {
    let world = World::start().await;
    let names = ["c", "a", "b"];
    let old: Vec<Manifest> = names
        .iter()
        .map(|name| customer(name).set("note", text("old")))
        .collect();
    world.settle(&old).await;
    let new: Vec<Manifest> = old
        .into_iter()
        .map(|one| one.set("note", text("new")))
        .collect();
    let plan = saved(&world.plan(&new).await);
    world.change("b", &json!({ "note": "theirs" }));
    world.change("a", &json!({ "note": "theirs" }));
    held(&world, &plan, &new).await.assert_moved(&[
        "ToyCustomer/a: `note` moved at the provider since the plan",
        "ToyCustomer/b: `note` moved at the provider since the plan",
    ]);
}

#[tokio::test]
async fn causes_are_those_that_were_reviewed() {
    let world = World::start().await;
    let old = [customer("acme").set("note", text("old"))];
    world.settle(&old).await;
    let new = [customer("acme").set("note", text("new"))];
    let plan = saved(&world.plan_from(&old, &new).await);
    let held = held(&world, &plan, &new).await;
    assert_eq!(held.left().planned.plan, plan.0.plan);
    let change = held.left().change("acme");
    assert_eq!(change.address, address("acme"));
    assert_eq!(change.fields[0].cause, trueup::plan::Cause::Edit);
}
