//! Trials that pass by themselves, `SetLC` and `ApplyLCTemplate`.

use serde_json::{Value, json};

use super::{
    stamp,
    tests_support::{BEGINNING, World, full_account},
};

fn row(state: &str, from: &str, to: &str) -> (String, String, String) {
    (state.to_owned(), from.to_owned(), to.to_owned())
}

fn set(id: u64, state: &str, more: &Value) -> Value {
    let mut body = json!({"account_id": id, "lc_status": state, "reason": "test"});
    for (name, value) in more.as_object().expect("the test gives an object") {
        body[name] = value.clone();
    }
    body
}

#[test]
fn a_trial_is_suspended_on_day_15_and_terminated_on_day_60() {
    let mut world = World::new();
    let id = world.create_full();
    let rows = [
        row("Trial", BEGINNING, "2024-05-21 10:15:30"),
        row("Suspended", "2024-05-21 10:15:30", "2024-07-05 10:15:30"),
        row("Terminated", "2024-07-05 10:15:30", ""),
    ];
    assert_eq!(world.rows(id), rows);
    world.pass_days(15);
    world.clock.advance(-1);
    assert_eq!(world.state_of(id), "Trial");
    world.clock.advance(1);
    assert_eq!(world.state_of(id), "Suspended");
    let read = world.read(id);
    assert_eq!(read["basic"]["lc_from"], "2024-05-21 10:15:30");
    assert_eq!(read["lc"][1]["is_current"], true);
    world.pass_days(45);
    assert_eq!(
        world.error("GetAccountInfo", json!({"account_id": id})),
        "Account is not found"
    );
    assert_eq!(world.state_of(id), "Terminated");
    assert_eq!(world.rows(id), rows, "passing time writes no rows");
}

#[test]
fn only_a_trial_has_a_schedule() {
    let mut world = World::new();
    let mut body = full_account();
    body["basic"]["lc_state"] = "Active".into();
    body["basic"]["lc_from"] = "2024-01-01 00:00:00".into();
    let response = world.ok("CreateAccount", body);
    assert_eq!(response["basic"]["lc_from"], "2024-01-01 00:00:00");
    assert_eq!(world.rows(4), [row("Active", "2024-01-01 00:00:00", "")]);
}

#[test]
fn set_lc_answers_true() {
    let mut world = World::new();
    let id = world.create_full();
    let envelope = world.envelope("SetLC", set(id, "Active", &json!({"clean": 1})));
    assert_eq!(envelope["SetLC"]["response"], true);
    assert_eq!(envelope["processing_date"], BEGINNING);
    assert_eq!(
        envelope["processing_result"],
        json!({"text": "success", "status": "ok", "code": 0})
    );
}

#[test]
fn clean_removes_the_schedule_and_keeps_the_past() {
    let mut world = World::new();
    let id = world.create_full();
    world.pass_days(1);
    world.ok("SetLC", set(id, "Active", &json!({"clean": 1})));
    let now = "2024-05-07 10:15:30";
    assert_eq!(
        world.rows(id),
        [row("Trial", BEGINNING, now), row("Active", now, "")]
    );
    world.pass_days(100);
    assert_eq!(world.state_of(id), "Active");
}

#[test]
fn without_clean_the_schedule_stays() {
    let mut world = World::new();
    let id = world.create_full();
    world.pass_days(1);
    world.ok("SetLC", set(id, "Active", &json!({})));
    let now = "2024-05-07 10:15:30";
    assert_eq!(
        world.rows(id),
        [
            row("Trial", BEGINNING, now),
            row("Active", now, "2024-05-21 10:15:30"),
            row("Suspended", "2024-05-21 10:15:30", "2024-07-05 10:15:30"),
            row("Terminated", "2024-07-05 10:15:30", ""),
        ]
    );
}

#[test]
fn setting_the_current_state_adds_nothing_and_clean_still_cleans() {
    let mut world = World::new();
    let id = world.create_full();
    let before = world.rows(id);
    world.ok("SetLC", set(id, "Trial", &json!({"clean": 0})));
    assert_eq!(world.rows(id), before);
    world.ok("SetLC", set(id, "Trial", &json!({"clean": "1"})));
    assert_eq!(world.rows(id), [row("Trial", BEGINNING, "")]);
}

#[test]
fn a_state_can_come_later() {
    let mut world = World::new();
    let at = json!({"lc_valid_from": "2024-12-31 00:00:00", "clean": 1, "offset": "+1day"});
    world.ok("SetLC", set(1, "Terminated", &at));
    let rows = world.rows(1);
    assert_eq!(rows[1], row("Terminated", "2024-12-31 00:00:00", ""));
    assert_eq!(world.state_of(1), "Active");
    // A later call without `clean` goes in between.
    world.ok("SetLC", set(1, "Suspended", &json!({"offset": "+6days"})));
    let rows = world.rows(1);
    assert_eq!(
        rows[1..],
        [
            row("Suspended", "2024-05-12 10:15:30", "2024-12-31 00:00:00"),
            row("Terminated", "2024-12-31 00:00:00", ""),
        ]
    );
    assert_eq!(rows[0].2, "2024-05-12 10:15:30");
    world.pass_days(6);
    assert_eq!(world.state_of(1), "Suspended");
}

#[test]
fn a_state_can_begin_in_the_past() {
    let mut world = World::new();
    let id = world.create_full();
    world.pass_days(20);
    let past = json!({"lc_valid_from": "2024-05-10 00:00:00", "clean": 1});
    world.ok("SetLC", set(id, "Active", &past));
    assert_eq!(
        world.rows(id),
        [
            row("Trial", BEGINNING, "2024-05-10 00:00:00"),
            row("Active", "2024-05-10 00:00:00", ""),
        ]
    );
}

#[test]
fn leaving_terminated_takes_force() {
    let mut world = World::new();
    let body = set(3, "Active", &json!({"clean": 1}));
    assert_eq!(world.error("SetLC", body), "Account is in Terminated state");
    assert_eq!(world.state_of(3), "Terminated");
    let body = set(3, "Active", &json!({"clean": 1, "force_lc_change": true}));
    world.ok("SetLC", body);
    assert_eq!(world.state_of(3), "Active");
    world.ok("GetAccountInfo", json!({"account_code": "90002"}));
}

#[test]
fn set_lc_refuses_what_it_cannot_read() {
    let mut world = World::new();
    for (body, text) in [
        (
            json!({"account_code": "90001", "lc_status": "Active"}),
            "Not all required parameters matched",
        ),
        (
            json!({"account_id": 1, "lc_state": "Active"}),
            "Not all required parameters matched",
        ),
        (set(1, "ACT", &json!({})), "validation failed: lc_status"),
        (
            set(1, "Active", &json!({"offset": "6days"})),
            "validation failed: offset",
        ),
        (
            set(1, "Active", &json!({"clean": 2})),
            "validation failed: clean",
        ),
        (set(9999, "Active", &json!({})), "Account is not found"),
    ] {
        assert_eq!(world.error("SetLC", body), text);
    }
}

#[test]
fn the_suspension_template_gives_the_rows_that_its_page_shows() {
    let mut world = World::new();
    let born = world.read(1)["basic"]["lc_from"].clone();
    let body = json!({
        "account_code": "90001", "lc_template": "LC_Prepaid_Suspend", "reason": "unpaid",
    });
    let envelope = world.envelope("ApplyLCTemplate", body);
    assert_eq!(
        envelope["processing_result"],
        json!({"text": "success", "status": "ok", "code": 0, "template": "ok"})
    );
    assert_eq!(envelope["processing_date"], "2024-05-06 10:15:30 +03:00");
    assert_eq!(
        envelope["ApplyLCTemplate"]["response"],
        json!({
            "tenant": "zegoal",
            "lc_template": "LC_Prepaid_Suspend",
            "lc": [
                {
                    "lc_status": "Active", "lc_from": born, "lc_to": BEGINNING,
                    "is_current": false,
                },
                {
                    "lc_status": "Suspended", "lc_from": BEGINNING,
                    "lc_to": "2024-07-05 10:15:30", "is_current": true,
                },
                {
                    "lc_status": "Terminated", "lc_from": "2024-07-05 10:15:30",
                    "lc_to": "", "is_current": false,
                },
            ],
            "account_id": 1,
            "account_code": "90001",
            "account_name": "Lakeside Couriers",
        })
    );
}

#[test]
fn the_trial_template_terminates_on_day_75() {
    let mut world = World::new();
    let id = world.create_full();
    world.ok(
        "ApplyLCTemplate",
        json!({"account_id": id, "lc_template": "LC_Trial"}),
    );
    assert_eq!(
        world.rows(id),
        [
            row("Trial", BEGINNING, "2024-05-21 10:15:30"),
            row("Suspended", "2024-05-21 10:15:30", "2024-07-20 10:15:30"),
            row("Terminated", "2024-07-20 10:15:30", ""),
        ]
    );
    let unknown = json!({"account_id": id, "lc_template": "LC_Gold"});
    assert_eq!(
        world.error("ApplyLCTemplate", unknown),
        "validation failed: lc_template"
    );
}

#[test]
fn dates_are_read_in_one_form_and_offsets_in_two() {
    let at = stamp::parse(BEGINNING).expect("it is a date");
    assert_eq!(at.to_string(), "2024-05-06T10:15:30");
    assert_eq!(stamp::local(at), BEGINNING);
    for unlike in [
        "",
        "2024-05-06",
        "2024-05-06T10:15:30",
        "2024-5-06 10:15:300",
        "2024-02-30 00:00:00",
        "2024-05-06 10:15:30 +03:00",
    ] {
        assert_eq!(stamp::parse(unlike), None, "{unlike}");
    }
    for (text, days) in [
        ("+6days", Some(6)),
        ("+15day", Some(15)),
        ("+days", None),
        ("+6", None),
        ("-6days", None),
        ("++6days", None),
        ("+99999days", None),
    ] {
        assert_eq!(stamp::parse_offset_days(text), days, "{text}");
    }
}
