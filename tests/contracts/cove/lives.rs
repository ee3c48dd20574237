//! Lives: what happens as time passes, when answers are lost, and at the end.

use serde_json::{Value, json};
use trueup::{apply::Verdict, provider::Action, simulator::Fault};

use super::bench::{
    CUSTOMER, FIRST_NEW, RESELLER, ROOT, Stranger, adopting, change, larkfield, outcome, params,
    partner, quiet, sent, settle, shown, spec, world,
};
use crate::support::world::World;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The length of a trial in the vendor's sample.
const TRIAL_SECONDS: i64 = 30 * DAY_SECONDS;

/// Longer than a visa lives.
const VISA_SECONDS: i64 = 16 * 60;

/// Plans one manifest, checks that there is nothing to do, and gives the notes.
async fn notes(world: &World, members: &Value) -> Vec<String> {
    let planned = quiet(world, &world.desired(&[larkfield(members)])).await;
    planned.plan.changes[0].notes.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_that_ends_is_left_alone_until_a_manifest_says_otherwise() {
    let world = world(&[]).await;
    let stranger = Stranger(&world);
    let trial = json!({});
    settle(&world, &[larkfield(&trial)]).await;
    world.clock.advance(TRIAL_SECONDS - 1);
    assert_eq!(notes(&world, &trial).await, Vec::<String>::new());
    world.clock.advance(1);
    assert_eq!(stranger.by_id(FIRST_NEW)["State"], "Expired");
    for _ in 0..3 {
        let planned = quiet(&world, &world.desired(&[larkfield(&trial)])).await;
        assert_eq!(planned.plan.moved_on().count(), 1);
        let told = notes(&world, &trial).await;
        assert_eq!(told.len(), 1);
        assert!(
            told[0].contains("the trial is over (state `Expired`)"),
            "{told:?}"
        );
        world.clock.advance(DAY_SECONDS);
    }
    let production = json!({ "state": "InProduction" });
    settle(&world, &[larkfield(&production)]).await;
    let moved = params(&world, "ChangePartnerState");
    assert_eq!(moved.len(), 1);
    assert_eq!(moved[0]["action"], "ApproveForProduction");
    world.clock.advance(400 * DAY_SECONDS);
    assert_eq!(notes(&world, &production).await, Vec::<String>::new());
    let planned = quiet(&world, &world.desired(&[larkfield(&trial)])).await;
    assert_eq!(planned.plan.moved_on().count(), 0);
    let told = notes(&world, &trial).await;
    assert!(told[0].contains("never pushed back"), "{told:?}");
}

/// Production, then out of service, then a trial, then its end: each a legal
/// move, none of them back to production.
#[tokio::test(flavor = "multi_thread")]
async fn a_way_of_several_moves_is_shown_and_made_step_by_step() {
    let world = world(&[]).await;
    let stranger = Stranger(&world);
    settle(&world, &[larkfield(&json!({ "state": "InProduction" }))]).await;
    let expired = larkfield(&json!({ "state": "Expired" }));
    let planned = change(&world, expired.clone()).await;
    let steps: Vec<_> = planned
        .calls
        .iter()
        .filter_map(|call| call.purpose)
        .collect();
    assert_eq!(steps, ["Deactivate", "ApproveForTrial", "Expire"]);
    settle(&world, &[expired]).await;
    let sent: Vec<Value> = params(&world, "ChangePartnerState")
        .into_iter()
        .map(|params| params["action"].clone())
        .collect();
    assert_eq!(sent, steps);
    assert_eq!(stranger.by_id(FIRST_NEW)["State"], "Expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_whose_end_is_managed_ends_when_the_manifest_says() {
    let world = world(&[]).await;
    let stranger = Stranger(&world);
    let until = |end: &str| json!({ "trialExpirationTime": end });
    settle(&world, &[larkfield(&until("2026-11-05"))]).await;
    settle(&world, &[larkfield(&until("2026-11-04T02:00:00+02:00"))]).await;
    let end = &stranger.by_id(FIRST_NEW)["TrialExpirationTime"];
    assert_eq!(*end, json!(1_793_750_400), "2026-11-04 in UTC, in seconds");
    world.clock.advance(3 * DAY_SECONDS);
    assert_eq!(stranger.by_id(FIRST_NEW)["State"], "Expired");
    assert_eq!(notes(&world, &until("2026-11-04")).await.len(), 1);
}

/// Whether all trials end by themselves is not documented.
#[tokio::test(flavor = "multi_thread")]
async fn trials_that_do_not_end_stay_quiet_too() {
    for knobs in [
        [("auto_expire_trials", "no")],
        [("only_flagged_trials_expire", "yes")],
    ] {
        let world = world(&knobs).await;
        settle(&world, &[larkfield(&json!({}))]).await;
        world.clock.advance(2 * TRIAL_SECONDS);
        assert_eq!(notes(&world, &json!({})).await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_goes_on_by_itself_is_left_alone() {
    let world = world(&[]).await;
    let stranger = Stranger(&world);
    settle(&world, &[larkfield(&json!({}))]).await;
    for (action, state) in [
        ("ApplyForProduction", "WaitingForProduction"),
        ("ApproveForProduction", "InProduction"),
    ] {
        let params = json!({ "partnerId": FIRST_NEW, "action": action, "reason": "console" });
        assert_eq!(stranger.call("ChangePartnerState", &params), state);
        let told = notes(&world, &json!({})).await;
        assert!(
            told[0].contains(&format!("the state is `{state}`")),
            "{told:?}"
        );
    }
    assert_eq!(params(&world, "ChangePartnerState"), Vec::<Value>::new());
}

/// The service may clear the trial times of a customer in production: those
/// that a manifest has are then left alone and said so, others just go.
#[tokio::test(flavor = "multi_thread")]
async fn trial_times_that_production_clears_do_not_flap() {
    let world = world(&[("trial_times_on_production", "cleared")]).await;
    let stranger = Stranger(&world);
    let with = |state: &str| json!({ "state": state, "trialExpirationTime": "2031-01-01" });
    settle(&world, &[larkfield(&with("InTrial"))]).await;
    let later = json!({ "state": "InProduction", "trialExpirationTime": "2031-02-02" });
    let (planned, _) = world.plan(&world.desired(&[larkfield(&later)])).await;
    assert_eq!(
        planned.plan.changes[0].notes,
        [
            "`trialExpirationTime` may be cleared by the provider as the trial ends, and is not compared then"
        ]
    );
    let receipt = settle(&world, &[larkfield(&with("InProduction"))]).await;
    assert_eq!(receipt.outcomes[0].verdict, Verdict::Done);
    let found = stranger.by_id(FIRST_NEW);
    assert_eq!(
        (
            &found["TrialExpirationTime"],
            &found["TrialRegistrationTime"]
        ),
        (&json!(0), &json!(0))
    );
    for _ in 0..2 {
        let told = notes(&world, &with("InProduction")).await;
        assert_eq!(
            told,
            [
                "`trialExpirationTime` is not compared: the provider clears trial times in production"
            ]
        );
        world.clock.advance(DAY_SECONDS);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visa_that_ends_between_plan_and_apply_costs_one_more_login() {
    let world = world(&[]).await;
    let desired = world.desired(&[larkfield(&json!({}))]);
    let (planned, observed) = world.plan(&desired).await;
    let readers = world.readers(&desired);
    let reader = readers.values().next().expect("a reader");
    reader.account().await.expect("a login");
    world.running.clear_log();
    world.clock.advance(VISA_SECONDS);
    reader.index(&[]).await.expect("with another visa");
    let calls: Vec<String> = sent(&world).into_iter().map(|(call, _)| call).collect();
    assert_eq!(
        calls,
        [
            "EnumeratePartners",
            "Login",
            "EnumeratePartners",
            "GetPartnerInfoById"
        ]
    );
    let receipt = world.carry_out(&desired, &planned, &observed).await;
    assert!(receipt.counts.all_done());
}

/// A visa refused in the middle of anything: the call is repeated, writes
/// included, for nothing was carried out.
#[tokio::test(flavor = "multi_thread")]
async fn a_visa_refused_in_the_middle_makes_nothing_twice() {
    refused_in_the_middle(&[("visa_refused_every", "tenth")]).await;
}

/// The same where a visa is spent by one call: the repetition may be refused
/// too.
#[tokio::test(flavor = "multi_thread")]
async fn a_visa_spent_or_refused_in_the_middle_makes_nothing_twice() {
    let both = [("single_use_visa", "yes"), ("visa_refused_every", "tenth")];
    refused_in_the_middle(&both).await;
}

async fn refused_in_the_middle(knobs: &[(&str, &str)]) {
    let world = world(knobs).await;
    let many: Vec<Value> = (0..12)
        .map(|at| {
            partner(
                &format!("p{at}"),
                &spec(&json!({ "name": format!("P {at}") })),
            )
        })
        .collect();
    settle(&world, &many).await;
    let stranger = Stranger(&world);
    for at in 0..12 {
        assert_eq!(stranger.namesakes(&format!("P {at}")), 1);
    }
}

fn inject(world: &World, fault: &str) {
    let fault: Fault = fault.parse().expect("a fault");
    world.running.inject(fault);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unclear_create_is_looked_up_and_made_once() {
    for kind in [
        "drop-after",
        "drop-before",
        "500-after",
        "500",
        "503",
        "429",
        "truncated",
        "html",
    ] {
        let world = world(&[]).await;
        inject(&world, &format!("cove:AddPartner={kind}#1"));
        let outcome = outcome(&world, larkfield(&json!({}))).await;
        assert_eq!(outcome.verdict, Verdict::Done, "{kind}: {outcome:?}");
        let stranger = Stranger(&world);
        assert_eq!(stranger.namesakes("Larkfield Dental"), 1, "{kind}");
        let carried_out = ["drop-after", "500-after", "truncated"].contains(&kind);
        let sends = if carried_out { 1 } else { 2 };
        assert_eq!(params(&world, "AddPartner").len(), sends, "{kind}");
        let calls: Vec<String> = sent(&world).into_iter().map(|(call, _)| call).collect();
        let first = calls
            .iter()
            .position(|call| call == "AddPartner")
            .expect("sent");
        assert_ne!(
            calls.get(first + 1).map(String::as_str),
            Some("AddPartner"),
            "{kind}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unclear_change_is_looked_up_and_arrives() {
    for (call, members) in [
        ("ModifyPartner", json!({ "name": "New" })),
        ("ModifyPartner", json!({ "state": "InProduction" })),
        ("ChangePartnerState", json!({ "state": "NotActive" })),
        (
            "SetAdvancedPartnerProperties",
            json!({ "advancedPartnerProperties": { "regionId": 3 } }),
        ),
        (
            "ModifyAutoDeploymentPartnerState",
            json!({ "autoDeployment": "Enable" }),
        ),
        (
            "RemovePartner",
            json!({ "end": { "on": "2026-11-01", "reason": "left" } }),
        ),
    ] {
        for kind in ["drop-after", "503"] {
            let world = world(&[]).await;
            settle(&world, &[larkfield(&json!({}))]).await;
            inject(&world, &format!("cove:{call}={kind}#1"));
            settle(&world, &[larkfield(&members)]).await;
            let sends = if kind == "503" { 2 } else { 1 };
            assert_eq!(params(&world, call).len(), sends, "{call} {kind}");
        }
    }
}

/// A busy service is asked again: reads freely, writes after a look.
#[tokio::test(flavor = "multi_thread")]
async fn a_busy_service_slows_a_run_down_and_doubles_nothing() {
    for knob in ["limit_every", "unavailable_every"] {
        let world = world(&[(knob, "tenth")]).await;
        let many: Vec<Value> = (0..6)
            .map(|at| {
                partner(
                    &format!("p{at}"),
                    &spec(&json!({ "name": format!("P {at}") })),
                )
            })
            .collect();
        settle(&world, &many).await;
        for at in 0..6 {
            assert_eq!(Stranger(&world).namesakes(&format!("P {at}")), 1, "{knob}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_is_refused_while_there_are_devices_or_children() {
    let world = world(&[]).await;
    let end = json!({ "end": { "on": "2026-11-01", "reason": "left" } });
    let of = |key: &str| {
        let mut spec = end.clone();
        spec["externalCode"] = json!(key);
        partner("ending", &spec)
    };
    let ended = outcome(&world, of("sandbox/lindgren")).await;
    assert_eq!(ended.verdict, Verdict::Failed);
    assert_eq!(
        ended.reason.as_deref(),
        Some("RemovePartner `12361`: Partner can't be removed: it has devices (error 2105)")
    );
    assert!(ended.hint.unwrap_or_default().contains("devices"));
    settle(
        &world,
        &[adopting(
            partner("north", &json!({ "name": "Reseller North" })),
            RESELLER,
        )],
    )
    .await;
    let ended = outcome(&world, of("north")).await;
    assert_eq!(ended.verdict, Verdict::Failed);
    assert!(
        ended
            .reason
            .unwrap_or_default()
            .contains("it has child partners")
    );
    assert_eq!(Stranger(&world).by_id(CUSTOMER)["ParentId"], RESELLER);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_customer_stays_ended() {
    let world = world(&[]).await;
    let stranger = Stranger(&world);
    let due = larkfield(&json!({ "end": { "on": "2026-11-02", "reason": "left" } }));
    let later = larkfield(&json!({ "end": { "on": "2026-11-03", "reason": "left" } }));
    let receipt = settle(&world, std::slice::from_ref(&later)).await;
    assert_eq!(
        receipt.outcomes[0].action,
        Action::Create,
        "it has a day left"
    );
    settle(&world, std::slice::from_ref(&due)).await;
    assert_eq!(params(&world, "RemovePartner").len(), 1);
    let gone = stranger.answer("GetPartnerInfoById", &json!({ "partnerId": FIRST_NEW }));
    assert!(gone.get("error").is_some());
    for _ in 0..2 {
        quiet(&world, &world.desired(std::slice::from_ref(&due))).await;
        world.clock.advance(DAY_SECONDS);
    }
    let removed = json!({ "parentPartnerId": ROOT, "startTime": 0, "endTime": 4_000_000_000_i64 });
    let removed = stranger.call("EnumerateRemovedPartners", &removed);
    assert_eq!(removed.as_array().map(Vec::len), Some(1));
    // The service knows no way back: without an end this is a new customer, and
    // the plan says so.
    let seen = change(&world, larkfield(&json!({}))).await;
    assert_eq!((seen.action, seen.remote), (Action::Create, None));
}

/// Removed by somebody else while the end was planned.
#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_somebody_else_brought_about_is_stale_and_then_quiet() {
    let world = world(&[]).await;
    settle(&world, &[larkfield(&json!({}))]).await;
    let end = json!({ "end": { "on": "2026-11-01", "reason": "left" } });
    let desired = world.desired(&[larkfield(&end)]);
    let (planned, observed) = world.plan(&desired).await;
    assert_eq!(planned.plan.counts.end, 1, "{}", shown(&planned));
    Stranger(&world).call("RemovePartner", &json!({ "partnerId": FIRST_NEW }));
    let receipt = world.carry_out(&desired, &planned, &observed).await;
    assert_eq!(receipt.outcomes[0].verdict, Verdict::Stale);
    assert_eq!(params(&world, "RemovePartner"), Vec::<Value>::new());
    quiet(&world, &desired).await;
}
