//! One test for each row of the contract's table of what would make a naive
//! diff never go quiet (Zegoal contract, 8.2).

use serde_json::{Value, json};

use super::{
    calls::{UPDATE_ACCOUNT, UPDATE_CONTACT},
    fixture::{
        self, changes, create, outline, path, paths, record, response, response_in, tree, update,
        with_job,
    },
    held::Held,
    kind, request,
};
use crate::{
    model::Leaf,
    provider::{Call, codec},
};

/// Whether a desired state needs no change of an answer's account.
fn quiet(desired: &Value, answer: &Value) -> bool {
    let live = record(answer);
    assert_eq!(live.unknown, [""; 0]);
    changes(desired, &live).0.is_empty()
}

fn body(call: &Call, desired: &Value, answer: Option<&Value>) -> Value {
    let live = answer.map(record);
    with_job(&tree(desired), live.as_ref(), "", |job| {
        request::body(call, job).expect("complete")
    })
}

#[test]
fn quirk_01_dates_that_default_to_now_are_never_invented() {
    let desired = json!({ "basic.accountName": "A" });
    let calls = create(&desired).expect("allowed");
    let sent = body(&calls[0], &desired, None);
    assert_eq!(
        sent,
        json!({ "basic": { "account_name": "A", "account_code": "CUST-0043" } })
    );
    let desired = json!({ "basic.accountName": "Svisloch Field Works" });
    assert!(quiet(&desired, &response()));
}

#[test]
fn quirk_02_stamps_are_compared_in_one_zone() {
    for written in [
        "2024-05-06 10:15:30",
        "2024-05-06 10:15:30 +03:00",
        "2024-05-06 07:15:30 +00:00",
        "2024-05-06T07:15:30Z",
    ] {
        let mut answer = response();
        answer["billing"]["valid_from"] = written.into();
        let desired = json!({ "billing.validFrom": "2024-05-06 10:15:30" });
        assert!(quiet(&desired, &answer), "{written}");
    }
    let mut answer = response();
    answer["billing"]["valid_from"] = "2024-05-06".into();
    assert!(quiet(
        &json!({ "billing.validFrom": "2024-05-06 00:00:00" }),
        &answer
    ));
}

#[test]
fn quirk_03_truth_values_come_in_eight_forms_and_are_sent_in_two() {
    for (truth, forms) in [
        (true, [json!(1), json!("1"), json!(true), json!("true")]),
        (false, [json!(0), json!("0"), json!(false), json!("false")]),
    ] {
        for form in forms {
            let mut answer = response();
            answer["basic"]["payment_responsible"] = form.clone();
            answer["basic"]["is_billed"] = form;
            let desired = json!({ "basic.paymentResponsible": truth, "basic.isBilled": truth });
            assert!(quiet(&desired, &answer));
        }
    }
    let desired = json!({ "basic.paymentResponsible": false, "basic.isBilled": false });
    let calls = update(&desired, &record(&response())).expect("allowed");
    let sent = body(&calls[0], &desired, Some(&response()));
    assert_eq!(
        sent["basic"],
        json!({ "payment_responsible": 0, "is_billed": false })
    );
}

#[test]
fn quirk_04_ids_are_numbers_in_either_form() {
    let mut answer = response();
    answer["account_id"] = "43".into();
    answer["basic"]["account_id"] = "43".into();
    answer["basic"]["parent_id"] = "42".into();
    answer["billing"]["bill_cycle_id"] = "1".into();
    answer["contacts"][0]["contact_id"] = "45".into();
    let live = record(&answer);
    assert_eq!(live.remote, fixture::remote("43"));
    assert_eq!(Held::of(&live).contact.id(), Some(45));
    assert!(quiet(
        &json!({ "basic.parent": "42", "billing.billCycleId": 1 }),
        &answer
    ));
    for spelling in ["042", "+42"] {
        assert!(quiet(&json!({ "basic.parent": spelling }), &answer));
    }
}

#[test]
fn quirk_05_no_parent_is_zero() {
    for none in [json!(0), json!("0"), json!(""), json!(null)] {
        let mut answer = response();
        answer["basic"]["parent_id"] = none;
        for desired in [json!(null), json!("0"), json!("00")] {
            assert!(quiet(&json!({ "basic.parent": desired }), &answer));
        }
    }
    assert!(quiet(&json!({}), &response()));
    for desired in [json!(null), json!("0")] {
        let desired = json!({ "basic.parent": desired });
        let calls = update(&desired, &record(&response())).expect("allowed");
        let sent = body(&calls[0], &desired, Some(&response()));
        assert_eq!(sent["basic"], json!({ "parent_id": 0 }));
    }
}

#[test]
fn quirk_06_defaults_of_the_server_are_not_managed() {
    let desired = json!({ "basic.accountCode": "CUST-0043" });
    assert!(quiet(&desired, &response()));
}

#[test]
fn quirk_07_an_empty_notification_target_may_be_filled_by_the_server() {
    let desired = json!({ "basic.notiChannel": "tech_noti", "basic.notiUserId": null });
    assert!(quiet(&desired, &response()));
    let other = json!({ "basic.notiUserId": "https://other.example/" });
    assert!(!quiet(&other, &response()));
}

#[test]
fn quirk_08_email_is_spelt_two_ways() {
    for (wanted, live) in [
        ("e-mail", "email"),
        ("email", "e-mail"),
        ("E-MAIL", "email"),
    ] {
        let mut answer = response();
        answer["billing"]["bill_distribution_code"] = live.into();
        answer["basic"]["noti_channel"] = live.into();
        let desired =
            json!({ "billing.billDistributionCode": wanted, "basic.notiChannel": wanted });
        assert!(quiet(&desired, &answer), "{wanted} {live}");
    }
    let desired = json!({ "basic.accountName": "A", "billing.billDistributionCode": "e-mail" });
    let calls = create(&desired).expect("allowed");
    let sent = body(&calls[0], &desired, None);
    assert_eq!(sent["billing"]["bill_distribution_code"], "e-mail");
}

#[test]
fn quirk_09_a_contact_is_read_in_any_vocabulary() {
    let desired = json!({
        "contact.companyTitle": "A",
        "contact.department": "B",
        "contact.email": "c@d.example",
        "contact.mobilePhone": "1",
        "contact.workPhone": "2",
    });
    for names in [
        [
            "company_title",
            "company_dept",
            "email",
            "mobile_phone",
            "work_phone",
        ],
        [
            "contact_name",
            "contact_dept",
            "contact_email",
            "contact_num",
            "contact_desc",
        ],
        [
            "contact_name",
            "company_dept",
            "contact_email",
            "contact_mobile_num",
            "contact_desc",
        ],
    ] {
        let mut contact = json!({ "contact_id": 45 });
        for (name, value) in names.iter().zip(["A", "B", "c@d.example", "1", "2"]) {
            contact[*name] = value.into();
        }
        let mut answer = response();
        answer["contacts"] = json!([contact]);
        assert!(quiet(&desired, &answer), "{contact}");
        // The empty names of another vocabulary are in nobody's way.
        for name in ["contact_name", "email", "mobile_phone", "contact_desc"] {
            if answer["contacts"][0].get(name).is_none() {
                answer["contacts"][0][name] = "".into();
            }
        }
        assert!(quiet(&desired, &answer), "{contact}");
    }
}

#[test]
fn quirk_10_a_contract_is_read_in_any_vocabulary() {
    let desired = json!({
        "contract.contractNumber": "1",
        "contract.contractStatus": "Signed",
        "contract.signingDate": "2024-05-02 00:00:00",
        "contract.contractValidFrom": "2024-05-03 00:00:00",
        "contract.contractValidTo": "2024-05-04 00:00:00",
        "contract.contractDescription": "x",
    });
    let contract = json!({
        "contract_oid": "41",
        "contract_num": "1",
        "contract_status": "Signed",
        "signation_date": "2024-05-02 00:00:00",
        "valid_from": "2024-05-03 00:00:00",
        "valid_to": "2024-05-04 00:00:00",
        "description": "x",
    });
    let mut answer = response();
    answer["contracts"] = contract;
    assert!(quiet(&desired, &answer));
    assert_eq!(Held::of(&record(&answer)).contract.id(), Some(41));
}

#[test]
fn quirk_11_the_state_has_three_names_and_two_words() {
    for name in ["lc_status", "lc_state", "current_lc_status"] {
        for word in ["Active", "ACT"] {
            let mut answer = response();
            answer["lc"] =
                json!([{ name: word, "lc_from": "2024-05-06 10:15:30", "is_current": 1 }]);
            assert!(quiet(&json!({ "basic.lcState": "Active" }), &answer));
        }
    }
}

#[test]
fn quirk_12_a_trial_that_moved_on_by_itself_is_pointed_out_and_left_alone() {
    for state in ["Suspended", "Terminated"] {
        let live = record(&response_in(state));
        let (changed, notes) = changes(&json!({ "basic.lcState": "Trial" }), &live);
        assert_eq!(changed, []);
        assert!(notes[0].contains(state), "{notes:?}");
    }
}

#[test]
fn quirk_13_telephones_may_be_numbers() {
    let mut answer = response();
    for name in ["contact_mobile_num", "mobile_phone"] {
        answer["contacts"][0][name] = json!(2);
    }
    assert!(quiet(&json!({ "contact.mobilePhone": "2" }), &answer));
}

#[test]
fn quirk_14_the_answer_of_a_write_is_not_the_new_state() {
    // The calls that follow a create take ids from what is read back: bodies
    // are made from the record alone.
    let desired = json!({ "contact.companyTitle": "A" });
    let mut answer = response();
    answer["contacts"][0]["contact_id"] = 99.into();
    let calls = update(&desired, &record(&response())).expect("allowed");
    let sent = body(&calls[0], &desired, Some(&answer));
    assert_eq!(sent["contact"][0]["contact_id"], 99);
}

#[test]
fn quirk_15_the_echo_of_an_update_is_no_account() {
    // Such an echo holds only what was sent; read as an account it is unknown
    // in all else, never empty.
    let echo = json!({
        "account_id": 43,
        "account_code": "CUST-0043",
        "account_name": "Svisloch Field Works",
        "basic": { "account_id": 43, "description": "x" },
    });
    let found = record(&echo);
    for section in ["billing", "bankInfo", "contract", "contact", "address"] {
        assert!(found.unknown.iter().any(|unknown| unknown == section));
    }
    assert!(
        found
            .unknown
            .iter()
            .any(|unknown| unknown == "basic.isBilled")
    );
}

#[test]
fn quirk_16_what_no_api_changes_can_only_be_given_at_creation() {
    for name in ["contact.department", "address.companyName"] {
        let facts = kind().fields().facts(name).expect("declared");
        assert!(facts.create_only, "{name}");
    }
    // The fixed line becomes the description of the contact.
    let desired = json!({ "contact.workPhone": "3" });
    let calls = update(&desired, &record(&response())).expect("allowed");
    assert_eq!(outline(&calls), [UPDATE_CONTACT]);
    let sent = body(&calls[0], &desired, Some(&response()));
    assert_eq!(sent["contact"][0]["contact_desc"], "3");
}

#[test]
fn quirk_17_empty_text_null_and_absent_are_one() {
    for empty in [Some(json!("")), Some(json!(null)), None] {
        let mut answer = response();
        let basic = answer["basic"].as_object_mut().expect("an object");
        match empty {
            Some(value) => basic.insert("vip_code".to_owned(), value),
            None => basic.remove("vip_code"),
        };
        assert!(quiet(&json!({ "basic.vipCode": null }), &answer));
    }
}

#[test]
fn quirk_18_the_end_that_is_none_is_not_managed() {
    assert!(quiet(&json!({ "billing.currency": "USD" }), &response()));
    let wanted = json!({ "billing.validTo": "2050-01-01 00:00:00" });
    assert!(quiet(&wanted, &response()));
}

#[test]
fn quirk_19_lists_may_shrink_to_an_object() {
    let mut answer = response();
    for key in ["contacts", "contracts", "address", "lc"] {
        answer[key] = answer[key][0].clone();
    }
    let found = record(&answer);
    assert_eq!(found.unknown, [""; 0]);
    assert_eq!(found.tree, record(&response()).tree);
}

#[test]
fn quirk_20_only_the_part_that_came_with_the_account_is_managed() {
    let mut answer = response();
    let rows = answer["contacts"].as_array_mut().expect("a list");
    rows.insert(0, json!({ "contact_id": 50, "contact_name": "Later" }));
    rows.push(json!({ "contact_id": 9, "contact_type": "tech_spec", "contact_name": "Duty" }));
    rows.push(json!({ "contact_id": "100", "contact_type": "main_contact", "contact_name": "Also later" }));
    let rows = answer["contracts"].as_array_mut().expect("a list");
    rows.insert(0, json!({ "contract_id": 77, "contract_number": "later" }));
    let found = record(&answer);
    let held = Held::of(&found);
    assert_eq!(
        (held.contact.id(), held.contract.id()),
        (Some(45), Some(41))
    );
    assert_eq!(found.tree, record(&response()).tree);
}

#[test]
fn quirk_21_blanks_and_scripts_are_compared_exactly() {
    for (wanted, live, equal) in [
        ("Ёж", "Ёж", true),
        ("Ёж ", "Ёж", false),
        ("\u{451}", "\u{435}\u{308}", false),
    ] {
        let mut answer = response();
        answer["basic"]["description"] = live.into();
        let desired = json!({ "basic.description": wanted });
        assert_eq!(quiet(&desired, &answer), equal, "{wanted:?} {live:?}");
    }
}

#[test]
fn quirk_22_the_echoed_request_has_no_meaning() {
    let mut body = fixture::envelope("GetAccountInfo", &response());
    body["GetAccountInfo"]["request"] = json!({ "account_code": "other", "basic": {} });
    let block = &body["GetAccountInfo"];
    assert_eq!(codec::at(block, "response"), Some(&response()));
    let opened = super::envelope::open("GetAccountInfo", &body, super::envelope::Expected::Object);
    assert_eq!(opened.expect("success").response, response());
}

#[test]
fn quirk_23_undocumented_fields_are_sent_and_compared_only_where_returned() {
    let desired = json!({ "basic.accountName": "A", "basic.ownership": "state" });
    let calls = create(&desired).expect("allowed");
    assert_eq!(calls[1].operation, UPDATE_ACCOUNT);
    assert_eq!(calls[1].fields, paths(&["basic.ownership"]));
    let desired = json!({ "basic.ownership": "state" });
    let (changed, notes) = changes(&desired, &record(&response()));
    assert_eq!((changed, notes.len()), (paths(&["basic.ownership"]), 0));
    let mut answer = response();
    let basic = answer["basic"].as_object_mut().expect("an object");
    basic.remove("ownership");
    let live = record(&answer);
    assert_eq!(live.tree.get(path("basic.ownership")), None::<&Leaf>);
    let (changed, notes) = changes(&desired, &live);
    assert_eq!((changed, notes.len()), (vec![], 1));
}
