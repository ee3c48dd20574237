//! `UpdateAccount`.

use serde_json::{Value, json};

use super::tests_support::{World, keys};

/// The request that the vendor's page shows.
fn sample() -> Value {
    json!({
        "account_id": 264,
        "bank_info": {
            "bank_account": "007", "company_tax_number": "007", "bank_code": "007",
            "bank_name": "007", "company_name": "007",
        },
        "basic": {
            "vip_code": "", "type_of_business": "", "subscriber_type": "",
            "subscriber_group": "", "payment_responsible": 1, "parent_id": 0,
            "ownership": "",
            "noti_user_id": "https://org1.zegoal.com/api/billing_notification/",
            "noti_channel": "tech_noti", "lc_state": "Trial",
            "lc_from": "2019-11-14 16:24:17", "is_billed": true,
            "description": "aaa", "dealer_code": "aaa", "account_type": "Prepaid",
            "account_name": "regular", "account_code": "Thu Jul 25 16:03:08 EEST 2019",
            "account_category_code": "regular",
        },
        "billing": {
            "valid_to": "2050-01-01 00:00:00", "valid_from": "2019-11-14 16:24:17",
            "tax_number": "", "lang_code": "ru", "invoice_template_code": "CUST",
            "curr_code": "BYN", "bill_format_code": "PDF",
            "bill_distribution_code": "email",
        },
    })
}

#[test]
fn the_vendors_sample_gets_the_answer_that_the_page_shows() {
    let mut world = World::at("2019-11-14 16:31:17");
    let envelope = world.envelope("UpdateAccount", sample());
    let mut request = sample();
    request["tenant"] = "zegoal".into();
    let mut response = request.clone();
    response["basic"]["account_id"] = 264.into();
    response["account_name"] = "regular".into();
    response["account_code"] = "Thu Jul 25 16:03:08 EEST 2019".into();
    response["TZ"] = "Europe/Minsk".into();
    let expected = json!({
        "processing_result": {"text": "success", "status": "ok", "code": 0},
        "processing_date": "2019-11-14 16:31:17",
        "UpdateAccount": {"response": response, "request": request},
    });
    assert_eq!(envelope, expected);

    let read = world.read(264);
    assert_eq!(read["bank_info"], sample()["bank_info"]);
    assert_eq!(read["basic"]["dealer_code"], "aaa");
    assert_eq!(read["billing"]["bill_distribution_code"], "email");
    // The state was current already, so its date stays.
    assert_eq!(read["basic"]["lc_state"], "Trial");
    assert_ne!(read["basic"]["lc_from"], "2019-11-14 16:24:17");
}

#[test]
fn only_what_was_sent_changes_and_comes_back() {
    let mut world = World::new();
    let before = world.read(1);
    let body = json!({
        "account_id": "1",
        "basic": {"description": "renamed", "is_billed": false, "payment_responsible": 0},
        "billing": {"lang_code": "ru"},
    });
    let response = world.ok("UpdateAccount", body);
    assert_eq!(
        keys(&response),
        "TZ account_code account_id account_name basic billing tenant"
    );
    assert_eq!(
        response["basic"],
        json!({
            "payment_responsible": 0, "is_billed": false,
            "description": "renamed", "account_id": 1,
        })
    );
    assert_eq!(response["billing"], json!({"lang_code": "ru"}));
    let mut expected = before;
    expected["basic"]["description"] = "renamed".into();
    expected["basic"]["is_billed"] = false.into();
    expected["basic"]["payment_responsible"] = 0.into();
    expected["billing"]["lang_code"] = "ru".into();
    assert_eq!(world.read(1), expected);
}

#[test]
fn an_empty_string_clears() {
    let mut world = World::new();
    let body = json!({"account_id": 1, "basic": {"vip_code": ""}, "bank_info": {"bank_name": ""}});
    world.ok("UpdateAccount", body);
    let read = world.read(1);
    assert_eq!(read["basic"]["vip_code"], "");
    assert_eq!(read["bank_info"]["bank_name"], "");
    assert_eq!(read["bank_info"]["bank_code"], "EXMPBY2X");
}

#[test]
fn contract_contact_and_address_are_no_sections_here() {
    let mut world = World::new();
    let before = world.read(1);
    let body = json!({
        "account_id": 1,
        "contract": {"contract_number": "other"},
        "contact": {"email": "other"},
        "address": {"city": "other"},
    });
    let response = world.ok("UpdateAccount", body);
    assert_eq!(
        keys(&response),
        "TZ account_code account_id account_name tenant"
    );
    assert_eq!(world.read(1), before);
}

#[test]
fn new_code_and_name_are_echoed_and_must_be_free() {
    let mut world = World::new();
    let rename = |code: &str, name: &str| json!({"account_id": 1, "basic": {"account_code": code, "account_name": name}});
    let response = world.ok("UpdateAccount", rename("90009", "Lakeside"));
    assert_eq!(response["account_code"], "90009");
    assert_eq!(response["account_name"], "Lakeside");
    // Its own values are no clash.
    world.ok("UpdateAccount", rename("90009", "Lakeside"));
    for (code, name) in [("90002", "Lakeside"), ("90009", "regular")] {
        let text = world.error("UpdateAccount", rename(code, name));
        let expected = format!("Account with code [{code}] and name [{name}] already exists.");
        assert_eq!(text, expected);
    }
    let clash = json!({"account_id": 1, "basic": {"account_code": "90003"}});
    let text = world.error("UpdateAccount", clash);
    assert_eq!(
        text,
        "Account with code [90003] and name [Lakeside] already exists."
    );
    let cleared = json!({"account_id": 1, "basic": {"account_code": ""}});
    let text = world.error("UpdateAccount", cleared);
    assert_eq!(text, "validation failed: basic.account_code");
}

#[test]
fn unknown_and_terminated_accounts_are_not_found() {
    let mut world = World::new();
    for id in [9999, 3] {
        let body = json!({"account_id": id, "basic": {"description": "x"}});
        assert_eq!(world.error("UpdateAccount", body), "Account is not found");
    }
    let body = json!({"account_code": "90001", "basic": {"description": "x"}});
    assert_eq!(
        world.error("UpdateAccount", body),
        "Not all required parameters matched"
    );
}

#[test]
fn one_bad_value_undoes_all() {
    let mut world = World::new();
    let before = world.read(1);
    let body = json!({
        "account_id": 1,
        "basic": {"description": "x"},
        "billing": {"curr_code": "QQQ"},
    });
    world.error("UpdateAccount", body);
    assert_eq!(world.read(1), before);
}

#[test]
fn an_account_cannot_come_to_stand_below_itself() {
    let mut world = World::new();
    let below = |id: u64, parent: u64| json!({"account_id": id, "basic": {"parent_id": parent}});
    world.ok("UpdateAccount", below(2, 1));
    for (id, parent) in [(1, 2), (1, 1), (1, 5555)] {
        let text = world.error("UpdateAccount", below(id, parent));
        assert_eq!(text, "validation failed: basic.parent_id");
    }
    world.ok("UpdateAccount", below(2, 0));
}

#[test]
fn another_state_acts_as_set_lc_without_clean() {
    let mut world = World::new();
    let id = world.create_full();
    let body = json!({"account_id": id, "basic": {"lc_state": "Active"}});
    world.ok("UpdateAccount", body);
    assert_eq!(world.state_of(id), "Active");
    world.pass_days(15);
    assert_eq!(world.state_of(id), "Suspended");
}
