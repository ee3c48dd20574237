use serde_json::{Value, json};

use crate::{
    model::Leaf,
    provider::Record,
    providers::zegoal::{
        fixture::{self, changes, path, paths, record, response, response_in, schedule},
        life_cycle::ACTIVE,
    },
};

/// An account in a state since May 2024, with these moves scheduled.
fn scheduled(state: &str, later: &[(&str, &str)]) -> Record {
    let mut answer = response_in(state);
    let rows = [&[(state, "2024-05-06 10:15:30")], later].concat();
    answer["lc"] = schedule(&rows, state);
    record(&answer)
}

/// Checks whether a wanted state, with a date or without, takes a move from
/// `live`, and how many notes are made.
fn check_state(wanted: &str, from: Option<&str>, live: &Record, moves: bool, notes: usize) {
    let mut desired = json!({ "basic.lcState": wanted });
    if let Some(from) = from {
        desired["basic.lcFrom"] = from.into();
    }
    let (changed, said) = changes(&desired, live);
    let case = format!("{desired} on {:?}", live.tree.at("basic.lcState"));
    assert_eq!(!changed.is_empty(), moves, "{case}");
    assert_eq!(said.len(), notes, "{case}: {said:?}");
}

const LATER: [(&str, &str); 1] = [("Suspended", "2026-01-01 00:00:00")];

#[test]
fn states_without_a_schedule_are_compared_as_they_are() {
    for (wanted, live, moves, notes) in [
        ("Trial", record(&response()), false, 0),
        ("Trial", record(&response_in("Suspended")), false, 1),
        ("Trial", record(&response_in("Terminated")), false, 1),
        ("Trial", record(&response_in("Active")), true, 0),
        ("Active", record(&response()), true, 0),
        ("Active", record(&response_in("Active")), false, 0),
        ("Active", record(&response_in("Terminated")), true, 0),
    ] {
        check_state(wanted, None, &live, moves, notes);
    }
}

#[test]
fn a_schedule_is_in_the_way_of_states_that_are_to_last() {
    let active = scheduled("Active", &LATER);
    check_state("Active", None, &active, true, 1);
    check_state("Suspended", None, &active, true, 1);
    let ending = [("Terminated", "2026-01-01 00:00:00")];
    let suspended = scheduled("Suspended", &ending);
    check_state("Suspended", None, &suspended, true, 1);
    check_state("Trial", None, &suspended, false, 1);
    // Of states that only this tenant has nothing is known.
    check_state("Frozen", None, &scheduled("Frozen", &ending), false, 1);
}

#[test]
fn a_schedule_that_outlives_its_cleaning_has_a_way_out() {
    let live = scheduled("Active", &LATER);
    let (changed, notes) = changes(&json!({ "basic.lcState": "Active" }), &live);
    assert_eq!(changed, paths(&["basic.lcState"]));
    let way_out = "`basic.lcState: Active (then Suspended on 2026-01-01)`";
    assert!(notes[0].contains(way_out), "{notes:?}");
}

#[test]
fn a_schedule_that_was_not_returned_is_pointed_out() {
    for (state, notes) in [("Active", 1), ("Suspended", 1), ("Trial", 0)] {
        let mut answer = response_in(state);
        let object = answer.as_object_mut().expect("an object");
        object.remove("lc");
        check_state(state, None, &record(&answer), false, notes);
    }
}

#[test]
fn a_dated_move_is_satisfied_once_it_is_scheduled() {
    let active = scheduled("Active", &LATER);
    let suspended = record(&response_in("Suspended"));
    for (wanted, from, live, moves, notes) in [
        ("Suspended", "2026-01-01 00:00:00", &active, false, 1),
        ("Suspended", "2026-01-02 00:00:00", &active, true, 1),
        ("Active", "2024-01-01 00:00:00", &suspended, true, 1),
        ("Active", "2025-01-01 00:00:00", &suspended, true, 1),
    ] {
        check_state(wanted, Some(from), live, moves, notes);
    }
}

#[test]
fn a_plan_says_when_a_move_begins() {
    let active = record(&response_in("Active"));
    let scheduled = scheduled("Active", &LATER);
    let later = Some("2027-02-15 00:00:00");
    for (from, live, said) in [
        (None, &active, vec![]),
        (
            later,
            &active,
            vec!["the move to `Suspended` begins on 2027-02-15 00:00:00"],
        ),
        (
            Some("2024-05-06 10:20:00"),
            &active,
            vec!["the move to `Suspended` is dated back to 2024-05-06 10:20:00"],
        ),
        (
            later,
            &scheduled,
            vec![
                "the move to `Suspended` begins on 2027-02-15 00:00:00, in the place of the one \
                 scheduled for 2026-01-01 00:00:00",
            ],
        ),
        (
            None,
            &scheduled,
            vec![
                "the move to `Suspended` is made at once, in the place of the one \
                 scheduled for 2026-01-01 00:00:00: no `basic.lcFrom` is written",
            ],
        ),
    ] {
        let mut desired = json!({ "basic.lcState": "Suspended" });
        if let Some(from) = from {
            desired["basic.lcFrom"] = from.into();
        }
        let (changed, notes) = changes(&desired, live);
        assert_eq!(changed, paths(&["basic.lcState"]), "{from:?}");
        assert_eq!(notes, said, "{from:?}");
    }
}

#[test]
fn a_schedule_that_import_wrote_down_is_left_alone() {
    let wanted = "Active (then Suspended on 2026-01-01)";
    check_state(wanted, None, &scheduled("Active", &LATER), false, 1);
    check_state(wanted, None, &record(&response_in("Active")), false, 1);
    check_state(wanted, None, &record(&response_in("Suspended")), false, 1);
    check_state(wanted, None, &record(&response()), true, 0);
}

#[test]
fn a_state_that_is_not_managed_is_not_touched() {
    for live in [record(&response()), record(&response_in("Terminated"))] {
        assert_eq!(changes(&json!({}), &live), (vec![], vec![]));
    }
}

#[test]
fn an_account_that_is_terminated_and_stays_so_is_left_alone() {
    let live = record(&response_in("Terminated"));
    let wanted = json!({
        "basic.accountCode": "CUST-0043",
        "basic.lcState": "Terminated",
        "basic.description": "other",
        "bankInfo.bankAccount": "007",
        "billing.taxNumber": null,
    });
    let (changed, notes) = changes(&wanted, &live);
    assert_eq!(changed, []);
    assert_eq!(notes.len(), 1);
    assert!(notes[0].contains("3 fields"), "{notes:?}");
    let mut adopted = wanted.clone();
    adopted["basic.accountCode"] = "acme".into();
    assert_eq!(changes(&adopted, &live).0, paths(&["basic.accountCode"]));
}

#[test]
fn an_empty_target_is_filled_by_the_server_for_one_channel_only() {
    let answer = |channel: &str| {
        let mut answer = response();
        answer["basic"]["noti_channel"] = channel.into();
        record(&answer)
    };
    let empty = json!({ "basic.notiUserId": null });
    let with = |channel: &str| json!({ "basic.notiUserId": null, "basic.notiChannel": channel });
    for (wanted, live, equal) in [
        (empty.clone(), answer("tech_noti"), true),
        (with("tech_noti"), answer("tech_noti"), true),
        (empty, answer("SMS"), false),
        (with("SMS"), answer("SMS"), false),
        (with("SMS"), answer("tech_noti"), false),
        (with("tech_noti"), answer("SMS"), false),
    ] {
        let (changed, _) = changes(&wanted, &live);
        assert_eq!(
            !changed.contains(&path("basic.notiUserId")),
            equal,
            "{wanted}"
        );
    }
}

#[test]
fn other_values_than_the_two_spellings_differ() {
    for (wanted, live, equal) in [
        ("email", "e-mail", true),
        ("E-Mail", "email", true),
        ("email", "post", false),
        ("post", "e-mail", false),
    ] {
        let mut answer = response();
        answer["billing"]["bill_distribution_code"] = live.into();
        answer["basic"]["noti_channel"] = live.into();
        let desired =
            json!({ "billing.billDistributionCode": wanted, "basic.notiChannel": wanted });
        let (changed, _) = changes(&desired, &record(&answer));
        assert_eq!(changed.is_empty(), equal, "{wanted} {live}");
    }
}

#[test]
fn settling_twice_changes_nothing_more() {
    let desired: Value = json!({
        "basic.lcState": "Trial",
        "basic.parent": "0",
        "basic.notiUserId": null,
        "basic.notiChannel": "tech_noti",
        "billing.billDistributionCode": "email",
        "basic.ownership": "state",
    });
    let mut answer = response_in("Suspended");
    let basic = answer["basic"].as_object_mut().expect("an object");
    basic.remove("ownership");
    let live = record(&answer);
    let mut once = fixture::tree(&desired);
    fixture::settle(&mut once, &live);
    let mut twice = once.clone();
    fixture::settle(&mut twice, &live);
    assert_eq!(once, twice);
    assert_eq!(once.at("basic.parent"), Some(&Leaf::Unset));
    assert_ne!(once.text("basic.lcState"), Some(ACTIVE));
}
