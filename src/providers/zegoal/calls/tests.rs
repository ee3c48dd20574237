use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::{
    provider::Repeat,
    providers::zegoal::fixture::{
        self, create, outline, path, paths, record, response, response_in, update,
    },
};

/// The fields of each call, by its operation.
fn fields(calls: &[Call]) -> Vec<(&'static str, Vec<&'static str>)> {
    calls
        .iter()
        .map(|call| {
            let fields = call.fields.iter().map(|path| path.as_str()).collect();
            (call.operation, fields)
        })
        .collect()
}

#[test]
fn one_change_takes_one_call() {
    for (field, value, operation) in [
        ("basic.accountName", json!("New"), UPDATE_ACCOUNT),
        ("basic.isBilled", json!(false), UPDATE_ACCOUNT),
        ("basic.parent", json!(null), UPDATE_ACCOUNT),
        ("basic.ownership", json!("state"), UPDATE_ACCOUNT),
        ("billing.currency", json!("EUR"), UPDATE_ACCOUNT),
        ("billing.taxNumber", json!(null), UPDATE_ACCOUNT),
        ("bankInfo.bankAccount", json!("007"), UPDATE_ACCOUNT),
        ("contract.contractNumber", json!("1"), UPDATE_CONTRACT),
        ("contact.email", json!("a@b.example"), UPDATE_CONTACT),
        ("address.city", json!("Brest"), UPDATE_ADDRESS),
        ("basic.lcState", json!("Active"), SET_LC),
    ] {
        let calls = update(&json!({ field: value }), &record(&response())).expect("allowed");
        assert_eq!(fields(&calls), [(operation, vec![field])]);
        let safe = operation != SET_LC;
        assert_eq!(calls[0].repeat == Repeat::Safe, safe, "{operation}");
    }
}

/// A value for every field that may be written, other than the live one.
fn everything(state: &str) -> Value {
    let mut wanted = json!({});
    for facts in kind().fields().iter().filter(|facts| !facts.computed) {
        let name = facts.path.as_str();
        let live = record(&response());
        let other = fixture::samples(name)
            .into_iter()
            .find(|sample| Some(sample) != live.tree.get(facts.path));
        let other = other.expect("one of two values differs");
        wanted[name] = crate::provider::codec::encode(&other).expect("a value");
    }
    wanted[STATE] = state.into();
    wanted
}

#[test]
fn every_changed_field_is_in_exactly_one_call() {
    let wanted = everything("Active");
    let creating = create(&wanted).expect("allowed");
    let live = record(&response());
    let (changed, _) = fixture::changes(&wanted, &live);
    for (calls, expected) in [
        (
            creating,
            paths(
                &wanted
                    .as_object()
                    .expect("fields")
                    .keys()
                    .map(String::as_str)
                    .collect::<Vec<_>>(),
            ),
        ),
        (update(&wanted, &live).expect("allowed"), changed),
    ] {
        let written: Vec<FieldPath> = calls.iter().flat_map(|call| call.fields.clone()).collect();
        let distinct: BTreeSet<FieldPath> = written.iter().copied().collect();
        assert_eq!(distinct.len(), written.len());
        assert_eq!(distinct, expected.into_iter().collect());
    }
}

#[test]
fn changes_of_one_account_come_in_a_fixed_order() {
    let calls = update(&everything("Active"), &record(&response())).expect("allowed");
    assert_eq!(
        outline(&calls),
        [
            UPDATE_ACCOUNT,
            UPDATE_CONTRACT,
            UPDATE_CONTACT,
            UPDATE_ADDRESS,
            SET_LC
        ]
    );
}

#[test]
fn a_new_account_takes_up_to_three_calls() {
    for (wanted, expected) in [
        (json!({ "basic.accountName": "A" }), vec![CREATE_ACCOUNT]),
        (
            json!({ "basic.accountName": "A", "basic.lcState": "Trial", "basic.lcFrom": "2024-05-02 00:00:00" }),
            vec![CREATE_ACCOUNT],
        ),
        (
            json!({ "basic.accountName": "A", "bankInfo.bankName": "B" }),
            vec![CREATE_ACCOUNT, UPDATE_ACCOUNT],
        ),
        (
            json!({ "basic.accountName": "A", "basic.ownership": "state" }),
            vec![CREATE_ACCOUNT, UPDATE_ACCOUNT],
        ),
        (
            json!({ "basic.accountName": "A", "basic.lcState": "Active", "basic.lcFrom": "2024-05-02 00:00:00" }),
            vec![CREATE_ACCOUNT, SET_LC],
        ),
        (
            everything("Suspended"),
            vec![CREATE_ACCOUNT, UPDATE_ACCOUNT, SET_LC],
        ),
    ] {
        let calls = create(&wanted).expect("allowed");
        assert_eq!(outline(&calls), expected, "{wanted}");
        assert_eq!(calls[0].repeat, Repeat::AfterLookup);
    }
}

#[test]
fn the_bank_details_of_the_vendors_sample_follow_the_creation() {
    let bank = [
        "bankAccount",
        "companyTaxNumber",
        "bankCode",
        "bankName",
        "companyName",
    ];
    let mut wanted = json!({
        "basic.accountCode": "10001",
        "basic.accountName": "New Account",
        "basic.accountType": "Postpaid",
        "basic.description": "Account created from API (test)",
    });
    for name in bank {
        wanted[format!("bankInfo.{name}")] = "007".into();
    }
    let calls = create(&wanted).expect("allowed");
    assert_eq!(outline(&calls), [CREATE_ACCOUNT, UPDATE_ACCOUNT]);
    assert_eq!((calls[0].fields.len(), calls[1].fields.len()), (4, 5));
}

#[test]
fn a_part_that_is_missing_is_added() {
    for (key, field, value, operation) in [
        (
            "contracts",
            "contract.contractNumber",
            json!("1"),
            ADD_CONTRACT,
        ),
        ("address", "address.city", json!("Brest"), ADD_ADDRESS),
    ] {
        let mut answer = response();
        answer[key] = json!([]);
        let calls = update(&json!({ field: value }), &record(&answer)).expect("allowed");
        assert_eq!(fields(&calls), [(operation, vec![field])]);
        assert_eq!(calls[0].repeat, Repeat::AfterLookup);
    }
}

#[test]
fn a_contact_is_only_added_with_what_it_needs() {
    let mut answer = response();
    answer["contacts"] = json!([]);
    let live = record(&answer);
    let refused = update(&json!({ "contact.companyTitle": "A" }), &live);
    let refused = refused.expect_err("the mobile phone is missing");
    assert_eq!(refused.path, Some(path("contact.mobilePhone")));
    let both = json!({ "contact.companyTitle": "A", "contact.mobilePhone": "1" });
    assert_eq!(
        outline(&update(&both, &live).expect("allowed")),
        [ADD_CONTACT]
    );
}

#[test]
fn a_part_without_an_id_cannot_be_changed() {
    let mut answer = response();
    let object = answer["address"][0].as_object_mut().expect("an object");
    object.remove("address_id");
    let refused = update(&json!({ "address.city": "Brest" }), &record(&answer));
    assert!(
        refused
            .expect_err("no id")
            .reason
            .contains("id of the address")
    );
}

#[test]
fn a_contact_that_was_not_read_in_full_is_not_changed() {
    let mut answer = response();
    for name in ["contact_mobile_num", "mobile_phone"] {
        answer["contacts"][0][name] = json!({ "country": 375, "number": 1 });
    }
    let live = record(&answer);
    let refused = update(&json!({ "contact.companyTitle": "A" }), &live);
    let refused = refused.expect_err("the mobile phone would be emptied");
    assert_eq!(refused.path, Some(path("contact.mobilePhone")));
    assert!(refused.reason.contains("`contact.mobilePhone`"));
    // The department is not sent, so it is in nobody's way.
    let mut answer = response();
    answer["contacts"][0]["company_dept"] = json!(["Finance"]);
    let calls = update(&json!({ "contact.companyTitle": "A" }), &record(&answer));
    assert_eq!(outline(&calls.expect("allowed")), [UPDATE_CONTACT]);
}

#[test]
fn reviving_comes_first() {
    let live = record(&response_in("Terminated"));
    let wanted = json!({ "basic.lcState": "Active", "basic.description": "back" });
    let calls = update(&wanted, &live).expect("allowed");
    assert_eq!(outline(&calls), ["SetLC (revive)", UPDATE_ACCOUNT]);
}

#[test]
fn nothing_of_an_ended_account_is_changed_unless_it_is_revived() {
    let live = record(&response_in("Terminated"));
    let refused = update(&json!({ "basic.description": "x" }), &live).expect_err("it has ended");
    assert!(refused.reason.contains("basic.lcState") && refused.reason.contains("end"));
}

#[test]
fn an_ended_account_that_is_to_stay_so_takes_no_call() {
    let live = record(&response_in("Terminated"));
    // A trial that has run out has settled for that as well.
    for state in ["Terminated", "Trial"] {
        let calls = update(&json!({ "basic.lcState": state }), &live);
        assert_eq!(calls, Ok(vec![]), "{state}");
    }
    let wanted = json!({ "basic.lcState": "Trial", "basic.description": "x" });
    assert!(update(&wanted, &live).is_err());
}

/// The fixture is read in May 2024.
#[test]
fn a_revival_of_a_later_day_stands_alone() {
    let mut answer = response_in("Terminated");
    let wanted = |from: &str| json!({ "basic.lcState": "Active", "basic.lcFrom": from, "basic.description": "x" });
    let refused = update(&wanted("2025-01-01 00:00:00"), &record(&answer));
    let refused = refused.expect_err("the description cannot be changed before");
    assert_eq!(refused.path, Some(path(STATE_FROM)));
    for at_once in ["2024-05-06 10:18:00", "2023-01-01 00:00:00"] {
        let calls = update(&wanted(at_once), &record(&answer)).expect("allowed");
        assert_eq!(outline(&calls), ["SetLC (revive)", UPDATE_ACCOUNT]);
    }
    // Once it is scheduled there is nothing to do but to wait.
    answer["lc"] = fixture::schedule(
        &[
            ("Terminated", "2024-05-06 10:15:30"),
            ("Active", "2025-01-01 00:00:00"),
        ],
        "Terminated",
    );
    let live = record(&answer);
    let refused = update(&wanted("2025-01-01 00:00:00"), &live).expect_err("not yet");
    assert!(refused.reason.contains("becomes Active on 2025-01-01"));
    let alone = json!({ "basic.lcState": "Active", "basic.lcFrom": "2025-01-01 00:00:00" });
    assert_eq!(update(&alone, &live), Ok(vec![]));
}

#[test]
fn a_schedule_that_is_not_wanted_is_cleaned() {
    let mut answer = response_in("Active");
    answer["lc"] = fixture::schedule(
        &[
            ("Active", "2024-05-06 10:15:30"),
            ("Suspended", "2026-01-01 00:00:00"),
        ],
        "Active",
    );
    let live = record(&answer);
    let calls = update(&json!({ "basic.lcState": "Active" }), &live).expect("allowed");
    assert_eq!(outline(&calls), ["SetLC (clean schedule)"]);
    for state in ["Active", "Suspended"] {
        let live = record(&response_in(state));
        let none = update(&json!({ "basic.lcState": state }), &live);
        assert_eq!(none.expect("allowed"), []);
    }
    // A trial that was suspended by its schedule would still be terminated.
    let live = fixture::schedule(
        &[
            ("Suspended", "2024-05-21 10:15:30"),
            ("Terminated", "2024-07-05 10:15:30"),
        ],
        "Suspended",
    );
    answer["lc"] = live;
    let calls = update(&json!({ "basic.lcState": "Suspended" }), &record(&answer));
    assert_eq!(
        outline(&calls.expect("allowed")),
        ["SetLC (clean schedule)"]
    );
}

#[test]
fn an_account_is_not_ended_by_its_state() {
    let wanted = json!({ "basic.accountName": "A", "basic.lcState": "Terminated" });
    for outcome in [create(&wanted), update(&wanted, &record(&response()))] {
        assert_eq!(outcome.expect_err("no end").path, Some(path(STATE)));
    }
}

#[test]
fn a_parent_is_a_number_and_another_account() {
    let live = record(&response());
    for parent in ["acme", "43"] {
        let refused = update(&json!({ "basic.parent": parent }), &live);
        assert_eq!(refused.expect_err("no parent").path, Some(path(PARENT)));
    }
    assert!(create(&json!({ "basic.accountName": "A", "basic.parent": "acme" })).is_err());
    assert!(create(&json!({ "basic.accountName": "A", "basic.parent": "0" })).is_ok());
}

#[test]
fn an_end_is_one_call_and_is_not_made_twice() {
    let end = |record: &Record| {
        calls(&Intent {
            action: Action::End,
            fields: &[],
            desired: &Tree::default(),
            record: Some(record),
            reason: Some("contract ended"),
        })
    };
    let live = end(&record(&response())).expect("allowed");
    assert_eq!(outline(&live), ["SetLC (end)"]);
    assert_eq!(live[0].repeat, Repeat::AfterLookup);
    assert_eq!(end(&record(&response_in("Terminated"))), Ok(vec![]));
}

#[test]
fn adopting_writes_the_code() {
    let live = record(&response());
    let desired = fixture::tree(&json!({ "basic.accountCode": "acme" }));
    let fields = fixture::differences(&desired, &live);
    let calls = calls(&Intent {
        action: Action::Adopt,
        fields: &fields,
        desired: &desired,
        record: Some(&live),
        reason: None,
    });
    let calls = calls.expect("allowed");
    assert_eq!(calls[0].operation, UPDATE_ACCOUNT);
    assert_eq!(calls[0].fields, paths(&["basic.accountCode"]));
}
