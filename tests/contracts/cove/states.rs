//! States: which moves are made, which are none, and which are refused.

use serde_json::{Value, json};
use trueup::{apply::Verdict, plan::Change, provider::Action};

use super::bench::{
    FIRST_NEW, RESELLER, Stranger, bent, change, larkfield, outcome, params, quiet, refuse, settle,
    world,
};

/// The table of legal moves that the documents lead to assume, and that the
/// service hands out: from, by, to.
const MOVES: [(&str, &str, &str); 15] = [
    ("Registered", "ApproveForTrial", "InTrial"),
    ("Registered", "ApproveForProduction", "InProduction"),
    ("Registered", "Reject", "Rejected"),
    ("InTrial", "ApplyForProduction", "WaitingForProduction"),
    ("InTrial", "ApproveForProduction", "InProduction"),
    ("InTrial", "Expire", "Expired"),
    ("InTrial", "Deactivate", "NotActive"),
    (
        "WaitingForProduction",
        "ApproveForProduction",
        "InProduction",
    ),
    ("WaitingForProduction", "Reject", "Rejected"),
    ("Expired", "ApproveForTrial", "InTrial"),
    ("Expired", "ApproveForProduction", "InProduction"),
    ("Expired", "Deactivate", "NotActive"),
    ("InProduction", "Deactivate", "NotActive"),
    ("NotActive", "ApproveForTrial", "InTrial"),
    ("NotActive", "ApproveForProduction", "InProduction"),
];

const STATES: [&str; 7] = [
    "Registered",
    "InProduction",
    "Rejected",
    "InTrial",
    "NotActive",
    "WaitingForProduction",
    "Expired",
];

/// Customers go along this way by themselves, and are never pushed back on it.
const WAY: [&str; 4] = [
    "Registered",
    "InTrial",
    "WaitingForProduction",
    "InProduction",
];

/// What a plan must do about a customer in `live` that is wanted in `wanted`.
#[derive(Debug, PartialEq)]
enum Expected {
    InLine,
    LeftAlone,
    Call(&'static str),
    Blocked,
}

/// Whether legal moves lead from one state to another, none of them on from
/// production that was reached on the way.
fn is_reachable(live: &str, wanted: &str) -> bool {
    let mut reached = vec![live];
    let mut at = 0;
    while let Some(state) = reached.get(at).copied() {
        at += 1;
        if state == "InProduction" && state != live {
            continue;
        }
        for row in MOVES.iter().filter(|row| row.0 == state) {
            if !reached.contains(&row.2) {
                reached.push(row.2);
            }
        }
    }
    reached.contains(&wanted)
}

fn expected(live: &str, wanted: &str) -> Expected {
    let step = |state: &str| WAY.iter().position(|known| *known == state);
    let is_legal = is_reachable(live, wanted);
    match (step(live), step(wanted)) {
        _ if live == wanted => Expected::InLine,
        (Some(live), Some(wanted)) if live > wanted => Expected::LeftAlone,
        _ if (live, wanted) == ("Expired", "InTrial") => Expected::LeftAlone,
        _ if (live, wanted) == ("InTrial", "InProduction") => Expected::Call("ModifyPartner"),
        _ if is_legal => Expected::Call("ChangePartnerState"),
        _ => Expected::Blocked,
    }
}

fn found(change: &Change) -> Expected {
    match change.action {
        Action::None if change.notes.is_empty() => Expected::InLine,
        Action::None => Expected::LeftAlone,
        Action::Update => {
            let operation = change.calls[0].operation;
            let is_same = |call: &trueup::provider::Call| call.operation == operation;
            assert!(change.calls.iter().all(is_same), "steps of one way");
            Expected::Call(operation)
        }
        _ => Expected::Blocked,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_legal_moves_are_planned_and_each_arrives() {
    let world = world(&[]).await;
    let stranger = Stranger(&world);
    settle(&world, &[larkfield(&json!({ "state": "InProduction" }))]).await;
    for live in STATES {
        for wanted in STATES {
            stranger.tamper(FIRST_NEW, "state", json!(live));
            let manifest = larkfield(&json!({ "state": wanted }));
            let seen = change(&world, manifest.clone()).await;
            let told = format!("{live} to {wanted}: {seen:?}");
            let expected = expected(live, wanted);
            assert_eq!(found(&seen), expected, "{told}");
            let desired = world.desired(&[manifest]);
            match expected {
                Expected::Call(_) => {
                    settle(&world, &[larkfield(&json!({ "state": wanted }))]).await;
                    assert_eq!(stranger.by_id(FIRST_NEW)["State"], wanted, "{told}");
                }
                Expected::InLine | Expected::LeftAlone => {
                    quiet(&world, &desired).await;
                    assert_eq!(stranger.by_id(FIRST_NEW)["State"], live, "{told}");
                }
                Expected::Blocked => {
                    let reason = seen.reason.unwrap_or_default();
                    assert!(reason.contains(live) && reason.contains(wanted), "{reason}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_action_comes_from_the_table_that_the_service_hands_out() {
    // A service that calls the same move by another action.
    let world = bent(|asked, answer| {
        if asked["method"] == "EnumeratePartnerStateTransitions" {
            answer["result"]["result"] = json!([
                { "OldState": "InTrial", "Action": "Deactivate", "NewState": "Expired" },
            ]);
        }
    })
    .await;
    settle(&world, &[larkfield(&json!({}))]).await;
    let seen = change(&world, larkfield(&json!({ "state": "Expired" }))).await;
    assert_eq!(seen.calls[0].purpose, Some("Deactivate"));
    let seen = change(&world, larkfield(&json!({ "state": "NotActive" }))).await;
    assert_eq!(seen.action, Action::Blocked, "not in that table");
    assert!(
        seen.reason
            .unwrap_or_default()
            .contains("from there it knows `Expired`")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_table_only_a_trial_goes_into_production() {
    let world = bent(|asked, answer| {
        if asked["method"] == "EnumeratePartnerStateTransitions" {
            refuse(
                answer,
                13_501,
                "Operation failed because of security reasons",
            );
        }
    })
    .await;
    settle(&world, &[larkfield(&json!({}))]).await;
    let seen = change(&world, larkfield(&json!({ "state": "Expired" }))).await;
    assert_eq!(seen.action, Action::Blocked);
    assert!(
        seen.reason
            .unwrap_or_default()
            .contains("may not read which moves")
    );
    settle(&world, &[larkfield(&json!({ "state": "InProduction" }))]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_leads_elsewhere_is_told_as_it_is() {
    let world = bent(|asked, answer| {
        if asked["method"] == "ChangePartnerState" {
            answer["result"]["result"] = json!("WaitingForProduction");
        }
    })
    .await;
    settle(&world, &[larkfield(&json!({}))]).await;
    Stranger(&world).tamper(FIRST_NEW, "state", json!("Expired"));
    let outcome = outcome(&world, larkfield(&json!({ "state": "InProduction" }))).await;
    assert!(
        outcome
            .notes
            .iter()
            .any(|note| note.contains("`WaitingForProduction`")),
        "{outcome:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_moved_since_the_plan_is_stale() {
    let world = world(&[]).await;
    let stranger = Stranger(&world);
    settle(&world, &[larkfield(&json!({}))]).await;
    stranger.tamper(FIRST_NEW, "state", json!("Expired"));
    let desired = world.desired(&[larkfield(&json!({ "state": "InProduction" }))]);
    let (planned, observed) = world.plan(&desired).await;
    stranger.tamper(FIRST_NEW, "state", json!("Rejected"));
    world.writes();
    let receipt = world.carry_out(&desired, &planned, &observed).await;
    assert_eq!(receipt.outcomes[0].verdict, Verdict::Stale);
    assert_eq!(world.writes(), Vec::<String>::new());
}

/// What a parent's state forbids is not documented; the service's word is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_the_parents_state_forbids_fails_with_the_services_words() {
    let world = world(&[]).await;
    Stranger(&world).tamper(RESELLER, "state", json!("NotActive"));
    let below = |state: &str| larkfield(&json!({ "parent": RESELLER.to_string(), "state": state }));
    let outcome = outcome(&world, below("InTrial")).await;
    assert_eq!(outcome.verdict, Verdict::Failed);
    let reason = outcome.reason.unwrap_or_default();
    assert!(reason.contains("doesn't correspond to the state of its parent (error 2104)"));
    assert!(
        outcome
            .hint
            .unwrap_or_default()
            .contains("bring the parent into a state")
    );
    assert_eq!(params(&world, "AddPartner").len(), 1, "sent once");
    assert_eq!(Stranger(&world).namesakes("Larkfield Dental"), 0);
}

/// A new customer starts in one of the two states that are offered for writing.
#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_made_in_trial_or_in_production_only() {
    let world = world(&[]).await;
    for state in STATES {
        let seen = change(&world, larkfield(&json!({ "state": state }))).await;
        let offered = ["InTrial", "InProduction"].contains(&state);
        let action = if offered {
            Action::Create
        } else {
            Action::Blocked
        };
        assert_eq!(seen.action, action, "{state}");
    }
    // What the default is, nobody knows: a state is always sent.
    let mut manifest = larkfield(&json!({}));
    manifest["spec"]
        .as_object_mut()
        .expect("a spec")
        .remove("state");
    let seen = change(&world, manifest).await;
    assert_eq!(seen.action, Action::Blocked);
    assert_eq!(seen.reason.as_deref(), Some("a new record needs `state`"));
    assert_eq!(params(&world, "AddPartner"), Vec::<Value>::new());
}
