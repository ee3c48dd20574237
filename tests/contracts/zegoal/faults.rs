//! Answers that get lost: what was done is looked up, and nothing is made twice.

use futures_util::future::join_all;
use serde_json::{Value, json};
use trueup::apply::Verdict;

use crate::support::world::World;

use super::tenant::{
    accounts, attempt, full, quiet, raw, request, settle, shown, states, stored, tenant, wanted,
};

/// How often a call reached the service.
fn sent(world: &World, api: &str) -> usize {
    let log = world.running.log();
    log.iter().filter(|entry| entry.operation == api).count()
}

fn strike(world: &World, api: &str, kind: &str) {
    let fault = format!("zegoal:{api}={kind}#1");
    world.running.inject(fault.parse().expect("a fault"));
}

/// Applies while the first call of `api` is struck, and checks that the account
/// comes out as wanted.
async fn survives(world: &World, spec: &Value, api: &str, kind: &str, sends: usize) {
    world.running.clear_log();
    strike(world, api, kind);
    let desired = wanted(world, "juniper", spec);
    let (planned, outcome) = attempt(world, &desired).await;
    assert_eq!(
        outcome.verdict,
        Verdict::Done,
        "{api} {kind}: {outcome:?}\n{}",
        shown(&planned)
    );
    assert_eq!(sent(world, api), sends, "{api} {kind}");
    quiet(world, &desired).await;
}

/// What is done before the answer is lost must not be done again; what is not
/// done is.
const KINDS: [(&str, bool); 4] = [
    ("drop-after", true),
    ("500-after", true),
    ("drop-before", false),
    ("503", false),
];

async fn a_create(kind: &str, done: bool) {
    let world = tenant(&[]).await;
    let before = accounts(&world);
    let sends = if done { 1 } else { 2 };
    survives(&world, &full(), "CreateAccount", kind, sends).await;
    assert_eq!(accounts(&world), before + 1, "{kind}");
}

async fn an_added_part(kind: &str, done: bool) {
    let world = tenant(&[]).await;
    settle(&world, &wanted(&world, "juniper", &full())).await;
    let live = stored(&world, "juniper");
    let id = &live["account_id"];
    let contact = json!([{ "contact_id": live["contacts"][0]["contact_id"] }]);
    raw(
        &world,
        "DeleteAccountContacts",
        json!({ "account_id": id, "contacts": contact }),
    );
    let mut spec = full();
    let contact = spec["contact"].as_object_mut().expect("members");
    contact.remove("department");
    let sends = if done { 1 } else { 2 };
    survives(&world, &spec, "AddContact", kind, sends).await;
    let contacts = stored(&world, "juniper")["contacts"].clone();
    assert_eq!(contacts.as_array().map(Vec::len), Some(1), "{kind}");
}

async fn a_move(kind: &str, done: bool) {
    let world = tenant(&[]).await;
    settle(&world, &wanted(&world, "juniper", &full())).await;
    let mut spec = full();
    spec["basic"]["lcState"] = "Suspended".into();
    let sends = if done { 1 } else { 2 };
    survives(&world, &spec, "SetLC", kind, sends).await;
    // The row of the state before began at the same instant and gave way.
    assert_eq!(states(&world, "juniper"), ["Suspended"], "{kind}");
}

#[tokio::test]
async fn a_lost_answer_to_a_create_makes_no_second_account() {
    join_all(KINDS.map(|(kind, done)| a_create(kind, done))).await;
}

/// Where look-ups ignore the case, an account of somebody else's answers to our
/// code.
#[tokio::test]
async fn a_lost_create_is_not_sent_again_while_another_account_answers_to_our_code() {
    let world = tenant(&[("look_up_case", "ignored")]).await;
    let desired = wanted(&world, "juniper", &full());
    let create = request(
        &world,
        "CreateAccount",
        &json!({
            "tenant": "zegoal",
            "basic": { "account_code": "JUNIPER", "account_name": "Juniper Tours" },
        }),
    );
    world.running.before("CreateAccount", 1, move |hands| {
        let answer = hands.call(&create);
        assert_eq!(answer.status, 200);
    });
    strike(&world, "CreateAccount", "drop-before");
    let before = accounts(&world);
    let (_, outcome) = attempt(&world, &desired).await;
    assert_eq!(outcome.verdict, Verdict::Unknown, "{outcome:?}");
    let reason = outcome.reason.expect("a reason");
    assert!(reason.contains("answers to our key"), "{reason}");
    assert_eq!(sent(&world, "CreateAccount"), 1);
    assert_eq!(accounts(&world), before + 1, "that of somebody else");
}

#[tokio::test]
async fn a_lost_answer_to_an_addition_makes_no_second_part() {
    join_all(KINDS.map(|(kind, done)| an_added_part(kind, done))).await;
}

#[tokio::test]
async fn a_lost_answer_to_a_move_makes_no_second_one() {
    join_all(KINDS.map(|(kind, done)| a_move(kind, done))).await;
}

/// A repeated update changes nothing more, so it may be sent again at once.
#[tokio::test]
async fn an_update_is_repeated() {
    let world = tenant(&[]).await;
    settle(&world, &wanted(&world, "juniper", &full())).await;
    let mut spec = full();
    spec["bankInfo"]["bankName"] = "Other Bank".into();
    survives(&world, &spec, "UpdateAccount", "500-after", 2).await;
}

#[tokio::test]
async fn a_read_is_repeated() {
    for kind in ["503", "drop-before", "drop-after"] {
        let world = tenant(&[]).await;
        settle(&world, &wanted(&world, "juniper", &full())).await;
        strike(&world, "GetAccountInfo", kind);
        quiet(&world, &wanted(&world, "juniper", &full())).await;
    }
}
