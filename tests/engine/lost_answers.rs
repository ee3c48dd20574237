//! A call whose answer was lost is settled by looking, and is unknown where
//! looking does not help.

use futures_util::future::join_all;
use serde_json::json;
use trueup::{
    apply::{Outcome, Progress, Stop, Verdict},
    plan::Change,
};

use super::world::{Seen, World, ending, outcome};
use crate::toy::desired::{customer, sensitive, set, text};

/// Does something between the last proof of absence and the first call.
struct Meanwhile<F>(F);

impl<F: Fn() + Sync> Progress for Meanwhile<F> {
    fn started(&self, _: &Change) {
        self.0();
    }

    fn finished(&self, _: &Outcome) {}
    fn amended(&self, _: &Outcome) {}
}

async fn carry_out_while(
    world: &World,
    seen: &Seen,
    meanwhile: impl Fn() + Sync,
) -> trueup::apply::Receipt {
    let progress = Meanwhile(meanwhile);
    world
        .carry_out_with(seen, &progress, &Stop::default())
        .await
}

const HINT: &str = "run plan again: it reads the provider and shows what is left to do";

#[tokio::test]
async fn unknown_when_the_listing_is_incomplete_afterwards() {
    let faults = ["drop-before", "drop-after", "500", "500-after"];
    join_all(faults.map(|fault| async move {
        let world = World::start().await;
        let seen = world.plan(&[customer("acme")]).await;
        world.fault(&format!("POST /customers={fault}"));
        let receipt = carry_out_while(&world, &seen, || world.knob("listing", "short")).await;
        let (verdict, reason) = ending(&receipt, "acme");
        assert_eq!(verdict, Verdict::Unknown, "{fault}: {reason}");
        assert!(reason.ends_with("records were listed"), "{reason}");
        assert_eq!(outcome(&receipt, "acme").hint.as_deref(), Some(HINT));
        assert_eq!(world.writes(), ["POST /customers"], "{fault}");

        world.knob("listing", "complete");
        world.server().clear_faults();
        world.settle(&[customer("acme")]).await;
        world.record("acme");
    }))
    .await;
}

#[tokio::test]
async fn unknown_when_the_provider_cannot_be_read_afterwards() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme")]).await;
    world.fault("POST /customers=drop-after");
    let receipt = carry_out_while(&world, &seen, || world.fault("GET /customers=503")).await;
    let (verdict, reason) = ending(&receipt, "acme");
    assert_eq!(verdict, Verdict::Unknown, "{reason}");
    assert!(reason.contains("looking for the record failed"), "{reason}");
    assert_eq!(world.writes(), ["POST /customers"]);
    assert_eq!(world.records("acme").len(), 1);
}

#[tokio::test]
async fn unknown_when_several_records_have_the_key_afterwards() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme")]).await;
    world.fault("POST /customers=drop-after");
    let theirs = json!({ "code": "acme", "company_name": "Theirs" });
    let receipt = carry_out_while(&world, &seen, || {
        world.make(&theirs);
    })
    .await;
    let (verdict, reason) = ending(&receipt, "acme");
    assert_eq!(verdict, Verdict::Unknown, "{reason}");
    assert!(
        reason.ends_with("several records have our key now"),
        "{reason}"
    );
    assert_eq!(world.writes(), ["POST /customers"]);
}

#[tokio::test]
async fn unknown_with_the_cause_when_the_record_is_there_and_cannot_be_read() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme")]).await;
    world.fault("POST /customers=drop-after");
    world.fault("GET /customers/{id}=403");
    let receipt = world.carry_out(&seen).await;
    let (verdict, reason) = ending(&receipt, "acme");
    assert_eq!(verdict, Verdict::Unknown, "{reason}");
    assert!(
        reason.contains("a record with our key is there, but it could not be read: GET"),
        "{reason}"
    );
    assert!(reason.contains("status 403"), "{reason}");
    assert_eq!(world.writes(), ["POST /customers"]);
}

#[tokio::test]
async fn a_record_that_somebody_else_made_meanwhile_is_not_doubled() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme")]).await;
    world.fault("POST /customers=drop-before");
    let theirs = json!({ "code": "acme", "company_name": "Theirs" });
    let receipt = carry_out_while(&world, &seen, || {
        world.make(&theirs);
    })
    .await;
    assert_eq!(
        ending(&receipt, "acme"),
        (Verdict::Failed, "accepted but not stored: `name`")
    );
    assert_eq!(world.record("acme")["company_name"], "Theirs");
}

#[tokio::test]
async fn a_server_that_keeps_keys_unique_has_the_last_word() {
    let world = World::start().await;
    world.knob("codes", "unique");
    let seen = world.plan(&[customer("acme")]).await;
    let theirs = json!({ "code": "acme", "company_name": "Theirs" });
    let receipt = carry_out_while(&world, &seen, || {
        world.make(&theirs);
    })
    .await;
    let (verdict, reason) = ending(&receipt, "acme");
    assert_eq!(verdict, Verdict::Failed);
    assert!(
        reason.ends_with("status 409: this code is taken"),
        "{reason}"
    );
    assert_eq!(world.writes(), ["POST /customers"]);
    assert_eq!(world.record("acme")["company_name"], "Theirs");
}

#[tokio::test]
async fn the_children_of_an_unknown_record_are_skipped() {
    let world = World::start().await;
    let manifests = [customer("a-child").below("parent"), customer("parent")];
    let seen = world.plan(&manifests).await;
    world.fault("POST /customers=drop-after");
    let receipt = carry_out_while(&world, &seen, || world.knob("listing", "short")).await;
    assert_eq!(ending(&receipt, "parent").0, Verdict::Unknown);
    assert_eq!(
        ending(&receipt, "a-child"),
        (Verdict::Skipped, "ToyCustomer/parent was not done")
    );
}

#[tokio::test]
async fn the_provider_is_read_before_a_create_is_sent_again() {
    let world = World::start().await.limited(|limits| limits.attempts = 3);
    let seen = world.plan(&[customer("acme")]).await;
    world.server().clear_log();
    world.fault("POST /customers=503#1");
    let receipt = world.carry_out(&seen).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    let log = world.server().log();
    let operations: Vec<&str> = log.iter().map(|entry| entry.operation.as_str()).collect();
    assert_eq!(
        operations,
        [
            "GET /customers",
            "GET /customers",
            "POST /customers",
            "GET /customers",
            "GET /customers",
            "POST /customers",
            "GET /customers/{id}",
            // Whether somebody else has made the same.
            "GET /customers",
            "GET /customers",
        ]
    );
}

#[tokio::test]
async fn a_safe_call_is_repeated_in_one_place() {
    let world = World::start().await.limited(|limits| limits.attempts = 2);
    world.settle(&[customer("acme")]).await;
    world.fault("PATCH /customers/{id}=503#1");
    let receipt = world
        .apply(&[customer("acme").set("note", text("new"))])
        .await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    assert_eq!(outcome(&receipt, "acme").calls, ["PATCH /customers/{id}"]);
    assert_eq!(world.writes().len(), 2);
}

/// A call that is tried again inside of the client may have been carried out the
/// first time, whatever came of the last attempt.
#[tokio::test]
async fn a_refusal_after_a_lost_answer_is_settled_by_looking() {
    const PATCH: &str = "PATCH /customers/{id}";
    // Two reads come before the call: one for the plan, and one to see whether
    // anything has moved.
    const NO_LOOK: &str = "GET /customers/{id}=403#3";
    let cases = [
        ("500-after", None, Verdict::Done),
        ("drop-after", None, Verdict::Done),
        // Nothing was done, and it is not asked for a third time.
        ("500", None, Verdict::Failed),
        ("500-after", Some(NO_LOOK), Verdict::Unknown),
        ("500", Some(NO_LOOK), Verdict::Unknown),
    ];
    join_all(cases.map(|(first, look, verdict)| async move {
        let world = World::start().await.limited(|limits| limits.attempts = 2);
        world.settle(&[customer("acme")]).await;
        world.fault(&format!("{PATCH}={first}#1"));
        world.fault(&format!("{PATCH}=403#2"));
        if let Some(fault) = look {
            world.fault(fault);
        }
        let manifest = customer("acme").set("note", text("new"));
        let receipt = world.apply(&[manifest]).await;
        let outcome = outcome(&receipt, "acme");
        assert_eq!(outcome.verdict, verdict, "{first}: {outcome:#?}");
        assert_eq!(outcome.calls, [PATCH], "{first}");
        assert_eq!(world.writes(), [PATCH, PATCH], "{first}");
        let reason = outcome.reason.as_deref().unwrap_or_default();
        assert_eq!(verdict != Verdict::Done, reason.contains("status 403"));
    }))
    .await;
}

#[tokio::test]
async fn the_second_call_of_a_create_may_be_lost_too() {
    let cases = [("drop-before", 2), ("drop-after", 1)];
    join_all(cases.map(|(fault, sends)| async move {
        let world = World::start().await;
        world.fault(&format!("PUT /customers/{{id}}/channels={fault}#1"));
        let manifest = customer("acme").set("channels", set(&["mail", "post"]));
        let receipt = world.apply(&[manifest]).await;
        let outcome = outcome(&receipt, "acme");
        assert_eq!(outcome.verdict, Verdict::Done, "{outcome:#?}");
        assert_eq!(outcome.calls.len(), 1 + sends, "{outcome:#?}");
        assert_eq!(world.record("acme")["channels"], json!(["mail", "post"]));
    }))
    .await;
}

#[tokio::test]
async fn half_a_record_is_failed_and_finished_by_the_next_run() {
    let world = World::start().await;
    world.fault("PUT /customers/{id}/channels=403");
    let manifest = customer("acme").set("channels", set(&["mail"]));
    let receipt = world.apply(std::slice::from_ref(&manifest)).await;
    let half = outcome(&receipt, "acme");
    assert_eq!(half.verdict, Verdict::Failed);
    let id = half.remote.as_ref().map(|remote| remote.0.clone());
    assert_eq!(id, Some(world.id("acme")));
    world.server().clear_faults();
    let seen = world.plan(std::slice::from_ref(&manifest)).await;
    assert_eq!(seen.fields("acme"), ["channels"]);
    world.settle(&[manifest]).await;
    world.record("acme");
}

#[tokio::test]
async fn a_value_that_the_server_rewrites_is_recognised_after_a_lost_answer() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    world.knob("email", "lower");
    world.fault("PATCH /customers/{id}=drop-after");
    let manifest = customer("acme").set("contact.email", sensitive("Anna@Example.com"));
    let receipt = world.apply(&[manifest]).await;
    let outcome = outcome(&receipt, "acme");
    assert_eq!(outcome.verdict, Verdict::Done, "{outcome:#?}");
    assert_eq!(outcome.calls.len(), 1);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_back_is_unknown() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme")]).await;
    world.fault("GET /customers/{id}=503");
    let receipt = world.carry_out(&seen).await;
    let (verdict, reason) = ending(&receipt, "acme");
    assert_eq!(verdict, Verdict::Unknown);
    assert!(
        reason.starts_with("the record could not be read back: GET /customers/{id}"),
        "{reason}"
    );
    assert_eq!(
        outcome(&receipt, "acme")
            .remote
            .as_ref()
            .map(|id| id.0.clone()),
        Some(world.id("acme")),
        "the receipt tells which record it was"
    );
}
