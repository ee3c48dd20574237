//! States, and trials that end by the clock.

use serde_json::json;

use super::{
    super::fixtures::{CUSTOMER_ID, LOGIN_PARTNER_ID, RESELLER_ID},
    START, Session,
};

const TRIAL_SECONDS: i64 = 2_592_000;

/// Carries a session past the end of a trial started now.
fn let_the_trial_end(session: &mut Session) {
    session.clock.advance(TRIAL_SECONDS);
    session.login();
}

#[test]
fn a_trial_ends_after_thirty_days_to_the_second() {
    let mut session = Session::new();
    let id = session.add(&json!({}));
    session.clock.advance(TRIAL_SECONDS - 1);
    session.login();
    assert_eq!(session.by_id(id)["State"], "InTrial");
    session.clock.advance(1);
    let read = session.by_id(id);
    assert_eq!(read["State"], "Expired");
    assert_eq!(read["TrialExpirationTime"], START + TRIAL_SECONDS);

    session.clock.advance(100);
    let history = session.value(
        "GetPartnerInfoHistory",
        &json!({ "partnerId": id, "fields": [5] }),
    );
    assert_eq!(history[1][0]["State"], "Expired");
    assert_eq!(history[1][1]["Timestamp"], START + TRIAL_SECONDS);
}

#[test]
fn a_trial_can_be_given_its_own_end() {
    let mut session = Session::new();
    let id = session.add(&json!({ "TrialExpirationTime": START + 60 }));
    let read = session.by_id(id);
    assert_eq!(read["TrialRegistrationTime"], START);
    assert_eq!(read["TrialExpirationTime"], START + 60);
    session.clock.advance(60);
    assert_eq!(session.by_id(id)["State"], "Expired");
}

#[test]
fn production_does_not_expire() {
    let mut session = Session::new();
    let id = session.add(&json!({}));
    session.modify(id, &json!({ "State": "InProduction" }));
    let_the_trial_end(&mut session);
    assert_eq!(session.by_id(id)["State"], "InProduction");
}

#[test]
fn an_expired_customer_starts_a_new_trial() {
    let mut session = Session::new();
    let id = session.add(&json!({}));
    let_the_trial_end(&mut session);
    let params = json!({ "partnerId": id, "action": "ApproveForTrial", "reason": "asked" });
    assert_eq!(session.value("ChangePartnerState", &params), "InTrial");
    let read = session.by_id(id);
    assert_eq!(read["TrialRegistrationTime"], START + TRIAL_SECONDS);
    assert_eq!(read["TrialExpirationTime"], START + 2 * TRIAL_SECONDS);
}

#[test]
fn the_served_table_is_what_the_service_obeys() {
    let states = [
        "Registered",
        "InProduction",
        "Rejected",
        "InTrial",
        "NotActive",
        "WaitingForProduction",
        "Expired",
    ];
    let actions = [
        "Reject",
        "ApproveForTrial",
        "ApproveForProduction",
        "ApplyForProduction",
        "Deactivate",
        "Expire",
    ];
    let mut session = Session::new();
    let table = session.value("EnumeratePartnerStateTransitions", &json!({}));
    let table = table.as_array().expect("a list is an array").clone();
    assert_eq!(table.len(), 15);
    for (index, state) in states.iter().enumerate() {
        for action in actions {
            let name = format!("{index} {action}");
            let id = session.add(&json!({ "Name": name, "State": state }));
            let params = json!({ "partnerId": id, "action": action, "reason": "" });
            let row = table
                .iter()
                .find(|row| row["OldState"] == *state && row["Action"] == action);
            match row {
                Some(row) => {
                    let new = session.value("ChangePartnerState", &params);
                    assert_eq!(new, row["NewState"]);
                    let read = session.value("GetPartnerState", &json!({ "partnerId": id }));
                    assert_eq!(read, new);
                }
                None => assert_eq!(session.refusal("ChangePartnerState", &params), 0),
            }
        }
    }
}

#[test]
fn a_change_of_state_by_modify_follows_the_table_too() {
    let mut session = Session::new();
    let back = json!({ "State": "InTrial" });
    assert_eq!(session.refused_modify(CUSTOMER_ID, &back), 0);
    session.modify(CUSTOMER_ID, &json!({ "State": "InProduction" }));
    session.modify(CUSTOMER_ID, &json!({ "State": "NotActive" }));
    session.modify(CUSTOMER_ID, &back);
    assert_eq!(session.by_id(CUSTOMER_ID)["State"], "InTrial");
}

#[test]
fn below_an_inactive_parent_nobody_can_be_active() {
    let mut session = Session::new();
    session.modify(RESELLER_ID, &json!({ "State": "NotActive" }));
    for state in ["InTrial", "InProduction", "WaitingForProduction"] {
        let members = json!({ "ParentId": RESELLER_ID, "State": state });
        assert_eq!(session.refused_add(&members), 2104, "{state}");
    }
    let registered = json!({ "ParentId": RESELLER_ID, "State": "Registered" });
    let id = session.add(&registered);
    let params = json!({ "partnerId": id, "action": "ApproveForTrial" });
    assert_eq!(session.refusal("ChangePartnerState", &params), 2104);
    let production = json!({ "State": "InProduction" });
    assert_eq!(session.refused_modify(id, &production), 2104);
    let active = session.add(&json!({ "Name": "Mooring Legal" }));
    let mv = json!({ "ParentId": RESELLER_ID });
    assert_eq!(session.refused_modify(active, &mv), 2104);
    // Those who were there stay as they are and can be changed otherwise.
    session.modify(CUSTOMER_ID, &json!({ "ExternalCode": "x" }));
    session.modify(
        id,
        &json!({ "ParentId": LOGIN_PARTNER_ID, "State": "InTrial" }),
    );
}
