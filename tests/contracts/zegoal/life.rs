//! Time passes: states that move by themselves, states that are to last, ends
//! and revivals.

use serde_json::{Value, json};
use trueup::{apply::Verdict, provider::Action};

use super::tenant::{
    account, accounts, attempt, only, pass_days, quiet, raw, settle, shown, states, steps, stored,
    tenant, wanted,
};

/// An account in a state, or without a word about it.
fn in_state(state: Option<&str>) -> Value {
    let mut spec = json!({ "basic": { "accountName": "Juniper Bakery" } });
    if let Some(state) = state {
        spec["basic"]["lcState"] = state.into();
    }
    spec
}

#[tokio::test]
async fn a_trial_runs_out_in_quiet_and_is_not_put_back() {
    for counts_from in ["creation", "lc_from"] {
        let world = tenant(&[("trial_counts_from", counts_from)]).await;
        let desired = wanted(&world, "juniper", &in_state(Some("Trial")));
        assert_eq!(settle(&world, &desired).await, ["CreateAccount"]);
        pass_days(&world, 14);
        assert_eq!(quiet(&world, &desired).await, [""; 0]);
        pass_days(&world, 1);
        let notes = quiet(&world, &desired).await;
        assert!(notes[0].contains("moved on from `Trial` to `Suspended`"));
        pass_days(&world, 44);
        assert_eq!(quiet(&world, &desired).await.len(), 1);
        pass_days(&world, 1);
        let notes = quiet(&world, &desired).await;
        assert!(notes[0].contains("moved on from `Trial` to `Terminated`"));
        // No API changes a terminated account, and the plan says so.
        let mut spec = in_state(Some("Trial"));
        spec["basic"]["description"] = "cakes".into();
        world.writes();
        let (planned, _) = world.apply(&wanted(&world, "juniper", &spec)).await;
        let change = only(&planned);
        assert_eq!(change.action, Action::Blocked, "{}", shown(&planned));
        let reason = change.reason.as_deref().expect("a reason");
        assert!(reason.contains("`basic.lcState: Active`"), "{reason}");
        assert!(reason.contains("`end`"), "{reason}");
        assert_eq!(world.writes(), [""; 0]);
    }
}

#[tokio::test]
async fn a_state_that_nobody_manages_moves_without_a_word_until_it_ends_the_account() {
    let world = tenant(&[]).await;
    let desired = wanted(&world, "juniper", &in_state(None));
    settle(&world, &desired).await;
    for days in [14, 1, 44] {
        pass_days(&world, days);
        assert_eq!(quiet(&world, &desired).await, [""; 0]);
    }
    // Then somebody has to decide.
    pass_days(&world, 1);
    let (planned, _) = world.plan(&desired).await;
    assert_eq!(only(&planned).action, Action::Blocked);
}

#[tokio::test]
async fn active_and_suspended_last() {
    for clean in ["close_current", "drop_all", "only_when_moving"] {
        for state in ["Active", "Suspended"] {
            let world = tenant(&[("lc_clean", clean)]).await;
            let desired = wanted(&world, "juniper", &in_state(Some(state)));
            assert_eq!(
                settle(&world, &desired).await,
                ["CreateAccount", "SetLC"],
                "{clean}"
            );
            for days in [15, 45, 1, 1_000] {
                pass_days(&world, days);
                assert_eq!(quiet(&world, &desired).await, [""; 0], "{state} {clean}");
            }
            assert_eq!(stored(&world, "juniper")["basic"]["lc_state"], state);
        }
    }
}

#[tokio::test]
async fn a_move_to_suspended_takes_the_trials_termination_away() {
    let world = tenant(&[]).await;
    settle(&world, &wanted(&world, "juniper", &in_state(Some("Trial")))).await;
    pass_days(&world, 3);
    let desired = wanted(&world, "juniper", &in_state(Some("Suspended")));
    assert_eq!(settle(&world, &desired).await, ["SetLC"]);
    assert_eq!(states(&world, "juniper"), ["Trial", "Suspended"]);
    pass_days(&world, 61);
    assert_eq!(quiet(&world, &desired).await, [""; 0]);
}

#[tokio::test]
async fn a_trial_that_was_suspended_by_itself_stays_so_only_if_that_is_written() {
    let world = tenant(&[]).await;
    settle(&world, &wanted(&world, "juniper", &in_state(Some("Trial")))).await;
    pass_days(&world, 20);
    let desired = wanted(&world, "juniper", &in_state(Some("Suspended")));
    let (planned, _) = world.plan(&desired).await;
    let change = only(&planned);
    assert_eq!(steps(change), ["SetLC (clean schedule)"]);
    assert!(
        shown(&planned).contains("\"Suspended (then Terminated on 2027-01-01)\""),
        "{}",
        shown(&planned)
    );
    settle(&world, &desired).await;
    pass_days(&world, 100);
    assert_eq!(quiet(&world, &desired).await, [""; 0]);
}

#[tokio::test]
async fn an_ended_account_stays_ended_and_is_never_made_anew() {
    let world = tenant(&[]).await;
    let live = wanted(&world, "juniper", &in_state(Some("Active")));
    settle(&world, &live).await;
    let before = accounts(&world);
    let mut spec = in_state(Some("Active"));
    spec["end"] = json!({ "on": "2026-11-02", "reason": "contract ended" });
    let ended = wanted(&world, "juniper", &spec);
    assert_eq!(settle(&world, &ended).await, ["SetLC (end)"]);
    for days in [1, 60, 3_650] {
        pass_days(&world, days);
        quiet(&world, &ended).await;
    }
    // Without the end, and without a word about the state, nothing is guessed.
    let silent = wanted(&world, "juniper", &in_state(None));
    let (planned, _) = world.apply(&silent).await;
    assert_eq!(only(&planned).action, Action::Blocked);
    // A manifest may also say that it is terminated, and leaves all alone.
    let terminated = wanted(&world, "juniper", &in_state(Some("Terminated")));
    quiet(&world, &terminated).await;
    assert_eq!(accounts(&world), before);
    assert_eq!(stored(&world, "juniper")["basic"]["lc_state"], "Terminated");
}

#[tokio::test]
async fn the_end_of_an_account_takes_a_scheduled_revival_away() {
    let world = tenant(&[]).await;
    let mut spec = in_state(Some("Active"));
    settle(&world, &wanted(&world, "juniper", &spec)).await;
    spec["end"] = json!({ "on": "2026-11-02", "reason": "contract ended" });
    let ended = wanted(&world, "juniper", &spec);
    settle(&world, &ended).await;
    spec.as_object_mut().expect("a spec").remove("end");
    spec["basic"]["lcFrom"] = "2027-01-01".into();
    settle(&world, &wanted(&world, "juniper", &spec)).await;
    // Who writes that it is terminated is told at least.
    let told = quiet(
        &world,
        &wanted(&world, "juniper", &in_state(Some("Terminated"))),
    )
    .await;
    assert!(
        told[0].contains("scheduled to become `Active` on 2027-01-01"),
        "{told:?}"
    );
    assert_eq!(settle(&world, &ended).await, ["SetLC (end)"]);
    pass_days(&world, 400);
    quiet(&world, &ended).await;
    assert_eq!(stored(&world, "juniper")["basic"]["lc_state"], "Terminated");
}

#[tokio::test]
async fn an_end_that_a_scheduled_revival_survives_is_no_end() {
    let world = tenant(&[("lc_clean", "only_when_moving")]).await;
    let mut spec = in_state(Some("Active"));
    spec["basic"]["accountName"] = "Old Mill Taxi".into();
    spec["basic"]["lcFrom"] = "2027-01-01".into();
    // The fixture with this code has been terminated for a month.
    settle(&world, &wanted(&world, "90002", &spec)).await;
    spec["end"] = json!({ "on": "2026-11-02", "reason": "contract ended" });
    let (planned, outcome) = attempt(&world, &wanted(&world, "90002", &spec)).await;
    assert_eq!(only(&planned).action, Action::End, "{}", shown(&planned));
    assert_eq!(outcome.verdict, Verdict::Failed);
    let reason = outcome.reason.expect("a reason");
    assert!(reason.contains("is still scheduled"), "{reason}");
    let hint = outcome.hint.expect("a hint");
    assert!(hint.starts_with("have the schedule removed"), "{hint}");
    assert_eq!(
        only(&planned).notes,
        ["the record is Terminated already; what is scheduled to bring it back is to go"]
    );
}

#[tokio::test]
async fn an_ended_account_is_adopted_by_its_own_code() {
    let world = tenant(&[]).await;
    let mut spec = in_state(None);
    spec["basic"]["accountName"] = "Old Mill Taxi".into();
    spec["end"] = json!({ "on": "2026-11-02", "reason": "contract ended" });
    let mut silent = spec.clone();
    silent.as_object_mut().expect("a spec").remove("end");
    let mut adopting = account("mill", &silent);
    adopting["metadata"]["annotations"] = json!({ "trueup.dev/adopt": "3" });
    let (planned, _) = world.plan(&world.desired(&[adopting])).await;
    let reason = only(&planned).reason.as_deref().expect("a reason");
    assert!(
        reason.contains("its own `basic.accountCode: \"90002\"`"),
        "{reason}"
    );
    spec["basic"]["accountCode"] = "90002".into();
    quiet(&world, &wanted(&world, "mill", &spec)).await;
}

#[tokio::test]
async fn reviving_is_a_forced_move_that_comes_first_and_no_create() {
    for state in ["Active", "Suspended"] {
        let world = tenant(&[]).await;
        let before = accounts(&world);
        let mut spec = in_state(Some(state));
        spec["basic"]["accountName"] = "Old Mill Taxi".into();
        spec["basic"]["description"] = "back again".into();
        spec["bankInfo"] = json!({ "bankName": "Example Bank" });
        // The fixture with this code has been terminated for a month.
        let desired = wanted(&world, "90002", &spec);
        let (planned, _) = world.plan(&desired).await;
        assert_eq!(only(&planned).action, Action::Update, "{}", shown(&planned));
        assert_eq!(
            settle(&world, &desired).await,
            ["SetLC (revive)", "UpdateAccount"]
        );
        let log = world.running.log();
        let sent = log.iter().find(|entry| entry.operation == "SetLC");
        let sent = sent.and_then(|entry| entry.request.json()).expect("JSON");
        assert_eq!(sent["force_lc_change"], true);
        assert_eq!(sent["clean"], 1);
        pass_days(&world, 400);
        quiet(&world, &desired).await;
        assert_eq!(accounts(&world), before);
    }
}

#[tokio::test]
async fn a_hand_on_the_state_shows_as_drift_and_is_mended_for_good() {
    let world = tenant(&[]).await;
    let desired = wanted(&world, "juniper", &in_state(Some("Active")));
    settle(&world, &desired).await;
    let id = stored(&world, "juniper")["account_id"].clone();
    let by_hand = |more: Value| {
        let mut body = json!({ "account_id": id, "reason": "by hand" });
        for (name, value) in more.as_object().expect("members") {
            body[name] = value.clone();
        }
        raw(&world, "SetLC", body);
    };
    by_hand(json!({ "lc_status": "Suspended" }));
    let (planned, _) = world.plan(&desired).await;
    let text = shown(&planned);
    assert!(text.contains("\"Suspended\" → \"Active\""), "{text}");
    assert_eq!(settle(&world, &desired).await, ["SetLC"]);
    by_hand(json!({ "lc_status": "Terminated", "lc_valid_from": "2026-12-31 00:00:00" }));
    let (planned, _) = world.plan(&desired).await;
    let text = shown(&planned);
    for value in ["\"Active (then Terminated on 2026-12-31)\"", "→ \"Active\""] {
        assert!(text.contains(value), "{text}");
    }
    assert_eq!(settle(&world, &desired).await, ["SetLC (clean schedule)"]);
    pass_days(&world, 100);
    quiet(&world, &desired).await;
}
