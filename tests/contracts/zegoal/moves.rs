//! How a move is made: when it begins, in how many steps, and what is said when
//! the server does not do all of it.

use serde_json::{Value, json};
use trueup::{apply::Verdict, provider::Action};

use super::tenant::{
    attempt, full, only, pass_days, quiet, raw, settle, shown, steps, stored, tenant, wanted,
};

fn moved(state: &str, from: Option<&str>) -> Value {
    let mut spec = json!({ "basic": { "accountName": "Juniper Bakery", "lcState": state } });
    if let Some(from) = from {
        spec["basic"]["lcFrom"] = from.into();
    }
    spec
}

#[tokio::test]
async fn a_move_of_a_later_day_is_sent_once_and_awaited() {
    let world = tenant(&[]).await;
    settle(&world, &wanted(&world, "juniper", &moved("Active", None))).await;
    let desired = wanted(
        &world,
        "juniper",
        &moved("Suspended", Some("2026-12-01 00:00:00")),
    );
    let (planned, _) = world.plan(&desired).await;
    let begins = "the move to `Suspended` begins on 2026-12-01 00:00:00";
    assert_eq!(only(&planned).notes, [begins]);
    assert_eq!(settle(&world, &desired).await, ["SetLC"]);
    assert_eq!(stored(&world, "juniper")["basic"]["lc_state"], "Active");
    let notes = quiet(&world, &desired).await;
    assert!(
        notes[0].contains("is scheduled for 2026-12-01"),
        "{notes:?}"
    );
    pass_days(&world, 30);
    assert_eq!(quiet(&world, &desired).await, [""; 0]);
    assert_eq!(stored(&world, "juniper")["basic"]["lc_state"], "Suspended");
}

#[tokio::test]
async fn a_revival_of_a_later_day_is_awaited_and_nothing_else_is_tried_before() {
    let world = tenant(&[]).await;
    // The fixture with this code has been terminated for a month.
    let mut spec = moved("Active", Some("2026-12-01"));
    spec["basic"]["accountName"] = "Old Mill Taxi".into();
    let alone = wanted(&world, "90002", &spec);
    spec["basic"]["description"] = "back".into();
    let both = wanted(&world, "90002", &spec);
    world.writes();
    let (planned, _) = world.apply(&both).await;
    assert_eq!(
        only(&planned).action,
        Action::Blocked,
        "{}",
        shown(&planned)
    );
    assert_eq!(world.writes(), [""; 0]);
    assert_eq!(settle(&world, &alone).await, ["SetLC (revive)"]);
    assert!(quiet(&world, &alone).await[0].contains("is scheduled for 2026-12-01"));
    let (planned, _) = world.apply(&both).await;
    assert_eq!(
        only(&planned).action,
        Action::Blocked,
        "{}",
        shown(&planned)
    );
    pass_days(&world, 30);
    assert_eq!(quiet(&world, &alone).await, [""; 0]);
    assert_eq!(settle(&world, &both).await, ["UpdateAccount"]);
}

#[tokio::test]
async fn a_scheduled_move_is_put_off_whatever_the_state() {
    for state in ["Trial", "Suspended"] {
        let world = tenant(&[]).await;
        settle(&world, &wanted(&world, "juniper", &moved("Active", None))).await;
        for from in ["2027-01-05", "2027-02-05", "2027-01-20"] {
            settle(
                &world,
                &wanted(&world, "juniper", &moved(state, Some(from))),
            )
            .await;
        }
        pass_days(&world, 70);
        assert_eq!(
            stored(&world, "juniper")["basic"]["lc_state"],
            "Active",
            "{state}"
        );
    }
}

#[tokio::test]
async fn a_date_alone_is_no_difference() {
    let world = tenant(&[]).await;
    settle(&world, &wanted(&world, "juniper", &moved("Active", None))).await;
    for from in ["2020-01-01", "2026-11-02 09:00:00", "2040-01-01"] {
        let desired = wanted(&world, "juniper", &moved("Active", Some(from)));
        quiet(&world, &desired).await;
    }
}

#[tokio::test]
async fn a_date_before_the_present_state_is_not_sent_and_the_receipt_says_so() {
    let world = tenant(&[]).await;
    settle(&world, &wanted(&world, "juniper", &moved("Active", None))).await;
    pass_days(&world, 10);
    let desired = wanted(&world, "juniper", &moved("Suspended", Some("2026-11-01")));
    let (planned, outcome) = attempt(&world, &desired).await;
    assert!(only(&planned).notes[0].contains("made at once"));
    assert_eq!(outcome.verdict, Verdict::Done);
    assert!(outcome.notes[0].contains("made at once"), "{outcome:?}");
    let basic = stored(&world, "juniper")["basic"].clone();
    assert_eq!(basic["lc_state"], "Suspended");
    assert_eq!(basic["lc_from"], "2026-11-12 12:00:00");
}

#[tokio::test]
async fn several_changes_show_as_steps_in_a_fixed_order() {
    let world = tenant(&[]).await;
    settle(&world, &wanted(&world, "juniper", &full())).await;
    let mut spec = full();
    spec["basic"]["description"] = "cakes".into();
    spec["basic"]["lcState"] = "Suspended".into();
    spec["contract"]["contractNumber"] = "J-2".into();
    spec["contact"]["workPhone"] = "+375 17 555 00 02".into();
    spec["address"]["city"] = "Brest".into();
    let desired = wanted(&world, "juniper", &spec);
    let (planned, _) = world.plan(&desired).await;
    let order = [
        "UpdateAccount",
        "UpdateContract",
        "UpdateContact",
        "UpdateAddress",
        "SetLC",
    ];
    assert_eq!(steps(only(&planned)), order);
    let text = shown(&planned);
    let places: Vec<Option<usize>> = order
        .iter()
        .map(|step| text.find(&format!("call: {step}")))
        .collect();
    assert!(places.is_sorted() && !places.contains(&None), "{text}");
    assert_eq!(settle(&world, &desired).await, order);
}

#[tokio::test]
async fn an_account_is_not_ended_by_its_state() {
    let world = tenant(&[]).await;
    settle(&world, &wanted(&world, "juniper", &moved("Active", None))).await;
    world.writes();
    let desired = wanted(&world, "juniper", &moved("Terminated", None));
    let (planned, _) = world.apply(&desired).await;
    let change = only(&planned);
    assert_eq!(change.action, Action::Blocked);
    assert!(
        change
            .reason
            .as_deref()
            .expect("a reason")
            .contains("`end:")
    );
    assert_eq!(world.writes(), [""; 0]);
}

/// A schedule that `clean` leaves while the state stays: reported after one
/// call, in every run that still wants it gone, and accepted once the manifest
/// says so.
#[tokio::test]
async fn a_schedule_that_survives_its_cleaning_is_reported_and_not_fought() {
    let world = tenant(&[("lc_clean", "only_when_moving")]).await;
    let desired = wanted(&world, "juniper", &moved("Active", None));
    settle(&world, &desired).await;
    let id = stored(&world, "juniper")["account_id"].clone();
    let later = json!({
        "account_id": id, "lc_status": "Suspended", "lc_valid_from": "2026-12-31 00:00:00",
    });
    raw(&world, "SetLC", later);
    let way_out = "Active (then Suspended on 2026-12-31)";
    for _ in 0..2 {
        world.writes();
        let (planned, outcome) = attempt(&world, &desired).await;
        let change = only(&planned);
        assert_eq!(steps(change), ["SetLC (clean schedule)"]);
        assert!(change.notes[0].contains(way_out), "{}", shown(&planned));
        assert_eq!(outcome.verdict, Verdict::Failed);
        let reason = outcome.reason.expect("a reason");
        assert_eq!(reason, "accepted but not stored: `basic.lcState`");
        assert_eq!(world.writes(), ["SetLC"]);
    }
    let accepted = wanted(&world, "juniper", &moved(way_out, None));
    let notes = quiet(&world, &accepted).await;
    assert!(notes[0].contains("`Suspended` on 2026-12-31"), "{notes:?}");
    pass_days(&world, 60);
    quiet(&world, &accepted).await;
    assert_eq!(stored(&world, "juniper")["basic"]["lc_state"], "Suspended");
    // Where the schedule goes, the same manifest is done at once.
    let world = tenant(&[]).await;
    settle(&world, &wanted(&world, "juniper", &moved("Trial", None))).await;
    pass_days(&world, 16);
    let desired = wanted(&world, "juniper", &moved("Suspended", None));
    assert_eq!(settle(&world, &desired).await, ["SetLC (clean schedule)"]);
}
