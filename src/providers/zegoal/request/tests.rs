use serde_json::json;

use super::*;
use crate::{
    provider::Record,
    providers::zegoal::fixture::{
        self, create, record, response, response_in, tree, update, with_job,
    },
};

/// The bodies of all calls for a desired state.
fn bodies(desired: &Value, live: Option<&Record>) -> Vec<Value> {
    let calls = match live {
        None => create(desired),
        Some(live) => update(desired, live),
    };
    let created = record(&response());
    calls
        .expect("allowed")
        .iter()
        .map(|call| {
            // After the first call of a create the record is there.
            let live = live.or((call.operation != CREATE_ACCOUNT).then_some(&created));
            with_job(&tree(desired), live, "contract signed", |job| {
                body(call, job).expect("the record holds what is needed")
            })
        })
        .collect()
}

fn only(desired: &Value, live: &Record) -> Value {
    let bodies = bodies(desired, Some(live));
    let [body] = bodies.as_slice() else {
        panic!("{desired} takes one call");
    };
    body.clone()
}

#[test]
fn a_new_account_is_sent_in_both_vocabularies() {
    let desired = json!({
        "basic.accountCode": "CUST-0043",
        "basic.accountName": "Svisloch Field Works",
        "basic.paymentResponsible": true,
        "basic.isBilled": true,
        "basic.parent": "42",
        "basic.vipCode": null,
        "basic.notiChannel": "tech_noti",
        "basic.notiUserId": "https://hooks.example.com/billing/",
        "billing.currency": "USD",
        "billing.billCycleId": 1,
        "contract.contractValidTo": "2026-05-01 00:00:00",
        "contact.companyTitle": "Svisloch Field Works LLC",
        "contact.department": "Finance",
        "contact.email": "finance@svisloch.example",
        "contact.mobilePhone": "+375 29 000 00 43",
        "contact.workPhone": "+375 17 000 00 43",
        "address.companyName": "Svisloch Field Works LLC",
        "address.city": "Minsk",
    });
    let bodies = bodies(&desired, None);
    assert_eq!(
        bodies,
        [json!({
            "basic": {
                "account_code": "CUST-0043",
                "account_name": "Svisloch Field Works",
                "payment_responsible": 1,
                "is_billed": true,
                "parent_id": 42,
                "noti_channel": "tech_noti",
                "noti_user_id": "https://hooks.example.com/billing/",
            },
            "billing": { "curr_code": "USD", "bill_cycle_id": 1 },
            "contract": { "contract_valid_to": "2026-05-01 00:00:00" },
            "contact": {
                "contact_name": "Svisloch Field Works LLC",
                "contact_dept": "Finance",
                "contact_email": "finance@svisloch.example",
                "contact_num": "+375 29 000 00 43",
                "contact_desc": "+375 17 000 00 43",
                "company_title": "Svisloch Field Works LLC",
                "company_dept": "Finance",
                "email": "finance@svisloch.example",
                "mobile_phone": "+375 29 000 00 43",
                "work_phone": "+375 17 000 00 43",
                "noti_channel": "tech_noti",
                "noti_user_id": "https://hooks.example.com/billing/",
            },
            "address": { "company_name": "Svisloch Field Works LLC", "city": "Minsk" },
        })]
    );
}

#[test]
fn the_vendors_sample_accounts_are_sent_as_on_the_pages() {
    let desired = json!({
        "basic.accountCode": "CUST-0043",
        "basic.accountName": "New Account",
        "basic.accountType": "Postpaid",
        "basic.description": "Account created from API (test)",
        "bankInfo.bankAccount": "007",
        "bankInfo.companyTaxNumber": "007",
        "bankInfo.bankCode": "007",
        "bankInfo.bankName": "007",
        "bankInfo.companyName": "007",
    });
    assert_eq!(
        bodies(&desired, None),
        [
            json!({ "basic": {
                "account_code": "CUST-0043",
                "account_name": "New Account",
                "account_type": "Postpaid",
                "description": "Account created from API (test)",
            } }),
            json!({ "account_id": 43, "bank_info": {
                "bank_account": "007",
                "company_tax_number": "007",
                "bank_code": "007",
                "bank_name": "007",
                "company_name": "007",
            } }),
        ]
    );
}

#[test]
fn the_state_of_a_new_account_is_set_after_it() {
    let desired = json!({
        "basic.accountName": "A",
        "basic.lcState": "Active",
        "basic.lcFrom": "2024-05-02 00:00:00",
    });
    let bodies = bodies(&desired, None);
    assert_eq!(bodies[0]["basic"].get("lc_state"), None);
    assert_eq!(
        bodies[1],
        json!({
            "account_id": 43,
            "lc_status": "Active",
            "lc_valid_from": "2024-05-02 00:00:00",
            "clean": 1,
            "reason": "contract signed",
        })
    );
    let trial = json!({ "basic.accountName": "A", "basic.lcState": "Trial" });
    let bodies = self::bodies(&trial, None);
    assert_eq!(bodies[0]["basic"]["lc_state"], "Trial");
}

#[test]
fn an_update_sends_only_what_changes() {
    let desired = json!({
        "basic.description": null,
        "basic.isBilled": false,
        "basic.paymentResponsible": false,
        "basic.parent": null,
        "basic.accountType": "Postpaid",
        "billing.language": "ru",
        "billing.taxNumber": null,
    });
    assert_eq!(
        only(&desired, &record(&response())),
        json!({
            "account_id": 43,
            "basic": {
                "description": "",
                "is_billed": false,
                "payment_responsible": 0,
                "parent_id": 0,
            },
            "billing": { "lang_code": "ru", "tax_number": "" },
        })
    );
}

#[test]
fn a_contract_is_changed_in_both_spellings() {
    let desired = json!({
        "contract.contractNumber": "2024/043-A",
        "contract.contractStatus": "Unsigned",
        "contract.signingDate": "2024-05-03 00:00:00",
        "contract.contractValidFrom": "2024-05-04 00:00:00",
        "contract.contractValidTo": "2027-05-01 00:00:00",
        "contract.contractDescription": null,
    });
    let contract = json!({
        "contract_number": "2024/043-A",
        "contract_num": "2024/043-A",
        "contract_status": "Unsigned",
        "signing_date": "2024-05-03 00:00:00",
        "signation_date": "2024-05-03 00:00:00",
        "contract_valid_from": "2024-05-04 00:00:00",
        "valid_from": "2024-05-04 00:00:00",
        "contract_valid_to": "2027-05-01 00:00:00",
        "valid_to": "2027-05-01 00:00:00",
        "contract_description": "",
        "description": "",
    });
    let mut changed = contract.clone();
    changed["contract_oid"] = 41.into();
    assert_eq!(
        only(&desired, &record(&response())),
        json!({ "account_id": 43, "contract": changed })
    );
    let mut answer = response();
    answer["contracts"] = json!([]);
    let mut added = contract;
    let object = added.as_object_mut().expect("an object");
    object.remove("contract_description");
    object.remove("description");
    assert_eq!(
        only(&desired, &record(&answer)),
        json!({ "account_id": 43, "contract": added })
    );
}

#[test]
fn a_changed_contact_keeps_its_other_values() {
    let desired = json!({ "contact.mobilePhone": "+375 29 000 02 43", "contact.email": null });
    assert_eq!(
        only(&desired, &record(&response())),
        json!({
            "account_id": 43,
            "contact": [{
                "contact_id": 45,
                "contact_type": "main_contact",
                "contact_name": "Svisloch Field Works LLC",
                "contact_mobile_num": "+375 29 000 02 43",
                "contact_email": "",
                "contact_desc": "+375 17 000 00 43",
            }],
        })
    );
}

#[test]
fn a_new_contact_is_an_object_with_what_is_managed() {
    let mut answer = response();
    answer["contacts"] = json!([]);
    let desired = json!({ "contact.companyTitle": "A", "contact.mobilePhone": "1" });
    assert_eq!(
        only(&desired, &record(&answer)),
        json!({
            "account_id": 43,
            "contact": {
                "contact_type": "main_contact",
                "contact_name": "A",
                "contact_mobile_num": "1",
            },
        })
    );
}

#[test]
fn an_address_is_changed_by_its_id_or_added() {
    let desired = json!({ "address.city": "Brest", "address.house": null });
    assert_eq!(
        only(&desired, &record(&response())),
        json!({ "account_id": 43, "address": { "address_id": 44, "city": "Brest", "house": "" } })
    );
    let mut answer = response();
    answer["address"] = json!("");
    assert_eq!(
        only(&desired, &record(&answer)),
        json!({
            "account_id": 43,
            "address": { "address_type": "main_address", "city": "Brest" },
        })
    );
}

#[test]
fn moves_clean_the_schedule_where_the_state_is_to_last() {
    let later = [
        ("Active", "2024-05-06 10:15:30"),
        ("Suspended", "2026-01-01 00:00:00"),
    ];
    let mut planned = response_in("Active");
    planned["lc"] = fixture::schedule(&later, "Active");
    let later = [
        ("Suspended", "2024-05-21 10:15:30"),
        ("Terminated", "2024-07-05 10:15:30"),
    ];
    let mut suspended = response_in("Suspended");
    suspended["lc"] = fixture::schedule(&later, "Suspended");
    for (state, from, live, expected) in [
        ("Active", None, record(&response()), json!({ "clean": 1 })),
        (
            "Suspended",
            None,
            record(&response_in("Active")),
            json!({ "clean": 1 }),
        ),
        (
            "Active",
            None,
            record(&response_in("Terminated")),
            json!({ "clean": 1, "force_lc_change": true }),
        ),
        (
            "Suspended",
            Some("2025-06-01 00:00:00"),
            record(&response_in("Active")),
            json!({ "clean": 1, "lc_valid_from": "2025-06-01 00:00:00" }),
        ),
        // Before the present state began: an earlier move's date.
        (
            "Suspended",
            Some("2023-06-01 00:00:00"),
            record(&response_in("Active")),
            json!({ "clean": 1 }),
        ),
        (
            "Active",
            Some("2025-06-01 00:00:00"),
            record(&planned),
            json!({ "clean": 1 }),
        ),
        ("Suspended", None, record(&suspended), json!({ "clean": 1 })),
        // A trial is meant to run out, and of other states nothing is known.
        ("Trial", None, record(&planned), json!({ "clean": 0 })),
        ("Frozen", None, record(&planned), json!({ "clean": 0 })),
    ] {
        let mut desired = json!({ "basic.lcState": state });
        if let Some(from) = from {
            desired["basic.lcFrom"] = from.into();
        }
        let mut expected = expected;
        expected["account_id"] = 43.into();
        expected["lc_status"] = state.into();
        expected["reason"] = "contract signed".into();
        assert_eq!(only(&desired, &live), expected);
    }
}

#[test]
fn an_end_is_a_cleaned_move_with_its_reason() {
    let call = Call::new(SET_LC, crate::provider::Repeat::AfterLookup).for_purpose(END);
    // The state and its date are those of the life before.
    let desired = tree(&json!({
        "basic.lcState": "Active",
        "basic.lcFrom": "2030-01-01 00:00:00",
    }));
    let live = record(&response());
    for (reason, said) in [("contract ended", "contract ended"), (" ", REASON_DEFAULT)] {
        let sent = with_job(&desired, Some(&live), reason, |job| body(&call, job));
        assert_eq!(
            sent,
            Ok(json!({
                "account_id": 43,
                "lc_status": "Terminated",
                "clean": 1,
                "reason": said,
            }))
        );
    }
}

#[test]
fn an_imported_schedule_is_never_sent() {
    let desired = json!({ "basic.lcState": "Active (then Suspended on 2026-01-01)" });
    let sent = only(&desired, &record(&response()));
    assert_eq!(sent["lc_status"], "Active");
}

#[test]
fn a_part_that_went_meanwhile_fails_the_call() {
    let desired = json!({ "contact.companyTitle": "A", "contact.mobilePhone": "1" });
    let calls = update(&desired, &record(&response())).expect("allowed");
    let mut answer = response();
    answer["contacts"] = json!([]);
    let gone = record(&answer);
    let sent = with_job(&tree(&desired), Some(&gone), "", |job| body(&calls[0], job));
    assert_eq!(sent, Err("the account has no contact any more".to_owned()));
}
