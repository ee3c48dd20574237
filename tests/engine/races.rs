//! Somebody else writes while we do: between the plan and the apply, between
//! reading again and writing, between writing and reading back.

use serde_json::{Value, json};
use trueup::{
    apply::Verdict,
    model::Leaf,
    simulator::{Hands, Request},
};

use super::world::{World, ending, outcome};
use crate::toy::desired::{customer, text};

/// A change by another user of the toy, made from within a hook.
fn edit(hands: &mut Hands<'_>, token: &str, method: &str, path: &str, body: &Value) {
    let response = hands.call(&Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: Vec::new(),
        headers: vec![("authorization".to_owned(), format!("Bearer {token}"))],
        body: body.to_string().into_bytes(),
    });
    assert!(response.status < 300, "{method} {path}");
}

/// What another user does to the record of a code, ready for a hook.
pub(super) fn other_user(
    world: &World,
    method: &'static str,
    path: String,
    body: Value,
) -> impl FnOnce(&mut Hands<'_>) + Send + 'static {
    let settings = world.server().provider_settings();
    let token = settings["token"].as_str().expect("a token").to_owned();
    move |hands| edit(hands, &token, method, &path, &body)
}

#[tokio::test]
async fn an_edit_between_plan_and_apply_is_stale_and_is_left() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let seen = world
        .plan(&[customer("acme").set("note", text("ours"))])
        .await;
    world.change("acme", &json!({ "note": "theirs" }));
    let receipt = world.carry_out(&seen).await;
    assert_eq!(
        ending(&receipt, "acme"),
        (
            Verdict::Stale,
            "`note` moved at the provider since the plan"
        )
    );
    assert_eq!(world.record("acme")["note"], "theirs");
}

/// The toy has no versions, so what comes between our last look and our write
/// cannot be seen: the window is one request long. What we do not manage stays.
#[tokio::test]
async fn an_edit_between_reading_again_and_writing_loses_only_the_field_that_both_write() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let seen = world
        .plan(&[customer("acme").set("note", text("ours"))])
        .await;
    let path = format!("/customers/{}", world.id("acme"));
    let theirs = json!({ "note": "theirs", "billing": { "due": 7 } });
    let act = other_user(&world, "PATCH", path, theirs);
    world.server().before("PATCH /customers/{id}", 1, act);
    let receipt = world.carry_out(&seen).await;
    assert_eq!(ending(&receipt, "acme").0, Verdict::Done);
    assert_eq!(world.record("acme")["note"], "ours");
    assert_eq!(world.record("acme")["billing"]["due"], 7);
}

#[tokio::test]
async fn an_edit_between_writing_and_reading_back_is_named_and_left() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let manifest = customer("acme")
        .set("note", text("ours"))
        .set("billing.paymentDays", Leaf::Integer(30));
    let seen = world.plan(&[manifest]).await;
    let path = format!("/customers/{}", world.id("acme"));
    let act = other_user(&world, "PATCH", path, json!({ "note": "theirs" }));
    world.server().after("PATCH /customers/{id}", 1, act);
    let receipt = world.carry_out(&seen).await;
    assert_eq!(
        ending(&receipt, "acme"),
        (Verdict::Failed, "accepted but not stored: `note`")
    );
    let fields = &outcome(&receipt, "acme").not_stored;
    assert_eq!(fields.len(), 1, "only the field that differs");
    assert_eq!(world.record("acme")["note"], "theirs");
    assert_eq!(world.writes(), ["PATCH /customers/{id}"]);
}

#[tokio::test]
async fn a_record_that_ends_while_it_is_written_is_not_done() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let seen = world
        .plan(&[customer("acme").set("note", text("ours"))])
        .await;
    let path = format!("/customers/{}", world.id("acme"));
    let act = other_user(&world, "DELETE", path, json!({}));
    world.server().after("PATCH /customers/{id}", 1, act);
    let receipt = world.carry_out(&seen).await;
    assert_eq!(
        ending(&receipt, "acme"),
        (Verdict::Unknown, "the record could not be read back")
    );
}

/// Where the provider keeps no key unique, two tools that create after they have
/// looked both succeed. The listing after the creates shows it, and the next plan
/// blocks.
#[tokio::test]
async fn a_twin_made_at_the_same_moment_is_a_failure_and_blocks_the_next_plan() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme")]).await;
    let theirs = json!({ "code": "acme", "company_name": "acme Ltd" });
    let act = other_user(&world, "POST", "/customers".to_owned(), theirs);
    world.server().before("POST /customers", 1, act);
    let receipt = world.carry_out(&seen).await;
    let (verdict, reason) = ending(&receipt, "acme");
    assert_eq!(verdict, Verdict::Failed);
    assert!(
        reason.starts_with("created, but another record with the same key"),
        "{reason}"
    );
    assert_eq!(receipt.counts.failed, 1);
    assert_eq!(world.writes(), ["POST /customers"]);
    assert_eq!(world.records("acme").len(), 2);
    let again = world.plan(&[customer("acme")]).await;
    assert_eq!(again.action("acme"), trueup::provider::Action::Blocked);
}

/// Whether there is a twin may be impossible to see. What was read back as wanted
/// is done all the same, and the doubt is told.
#[tokio::test]
async fn a_look_for_twins_that_fails_is_told() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme")]).await;
    // Two pages prove the absence once more.
    world.fault("GET /customers=403#3");
    let receipt = world.carry_out(&seen).await;
    let told = outcome(&receipt, "acme");
    assert_eq!(told.verdict, Verdict::Done);
    assert_eq!(told.notes.len(), 1, "{:?}", told.notes);
    assert!(told.notes[0].starts_with("whether another record was made"));
}

/// Where our own answer is lost as well, the look shows both, and the run says
/// that it does not know which is which.
#[tokio::test]
async fn a_twin_and_a_lost_answer_are_unknown() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme")]).await;
    let theirs = json!({ "code": "acme", "company_name": "acme Ltd" });
    let act = other_user(&world, "POST", "/customers".to_owned(), theirs);
    world.server().before("POST /customers", 1, act);
    world.fault("POST /customers=drop-after#1");
    let receipt = world.carry_out(&seen).await;
    let (verdict, reason) = ending(&receipt, "acme");
    assert_eq!(verdict, Verdict::Unknown);
    assert!(
        reason.ends_with("several records have our key now"),
        "{reason}"
    );
    assert_eq!(world.writes(), ["POST /customers"]);
}

/// A record that shows only at the second look is found, and no second one is
/// made.
#[tokio::test]
async fn an_effect_that_comes_late_is_waited_for() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme")]).await;
    world.fault("POST /customers=drop-before#1");
    // The call was on its way still: it takes effect after the first look,
    // which is two pages long.
    let ours = json!({ "code": "acme", "company_name": "acme Ltd" });
    let act = other_user(&world, "POST", "/customers".to_owned(), ours);
    // Two pages prove the absence once more, two more are the first look.
    world.server().before("GET /customers", 5, act);
    let receipt = world.carry_out(&seen).await;
    assert_eq!(ending(&receipt, "acme").0, Verdict::Done);
    assert_eq!(world.records("acme").len(), 1);
    assert_eq!(world.writes(), ["POST /customers"]);
}

/// A create whose answer was lost takes effect after all looks for it, and just
/// before it is sent again: the refusal of the second one is not the last word.
#[tokio::test]
async fn a_refusal_of_what_is_sent_again_is_settled_by_looking() {
    let world = World::start().await;
    world.knob("codes", "unique");
    let seen = world.plan(&[customer("acme")]).await;
    world.fault("POST /customers=drop-before#1");
    let ours = json!({ "code": "acme", "company_name": "acme Ltd" });
    let act = other_user(&world, "POST", "/customers".to_owned(), ours);
    world.server().before("POST /customers", 2, act);
    let receipt = world.carry_out(&seen).await;
    let (verdict, reason) = ending(&receipt, "acme");
    assert_eq!(verdict, Verdict::Done, "{reason}");
    assert_eq!(world.records("acme").len(), 1);
    assert_eq!(world.writes().len(), 2);
}
