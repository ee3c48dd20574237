//! `CreateAccount`.

use serde_json::{Value, json};

use super::tests_support::{World, full_account, keys};

/// The request that the vendor's page shows, with its own code.
fn sample() -> Value {
    json!({"basic": {
        "account_code": "10001",
        "account_name": "New Account",
        "account_type": "Postpaid",
        "description": "Account created from API (test)",
    }})
}

#[test]
fn the_vendors_sample_gets_the_answer_that_the_page_shows() {
    let mut world = World::at("2019-03-27 23:52:06");
    let mut request = sample();
    let envelope = world.envelope("CreateAccount", request.clone());
    request["tenant"] = "zegoal".into();
    let now = "2019-03-27 23:52:06";
    let end = "2050-01-01 00:00:00";
    let expected = json!({
        "processing_result": {
            "text": "Account created successfully", "status": "ok", "code": 0,
        },
        "processing_date": "2019-03-27 23:52:06 +03:00",
        "CreateAccount": {
            "request": request,
            "response": {
                "tenant": "zegoal",
                "contract": {
                    "signing_date": now, "contract_valid_to": end,
                    "contract_valid_from": now, "contract_status": "Signed",
                    "contract_number": "", "contract_id": 3,
                },
                "contact": {
                    "work_phone": "", "noti_user_id": "", "noti_channel": "tech_noti",
                    "mobile_phone": "", "email": "", "company_title": "",
                    "company_dept": "",
                },
                "billing": {
                    "valid_to": end, "valid_from": now, "tax_number": "",
                    "lang_code": "ru", "invoice_template_code": "CUST",
                    "curr_code": "BYN", "billing_profile_id": 4,
                    "bill_format_code": "PDF", "bill_distribution_code": "e-mail",
                    "bill_cycle_id": 1,
                },
                "basic": {
                    "vip_code": "", "payment_responsible": 1, "parent_id": 0,
                    "lc_state": "Trial", "lc_from": now, "is_billed": true,
                    "description": "Account created from API (test)",
                    "dealer_code": "", "account_type": "Postpaid",
                    "account_name": "New Account", "account_id": 4,
                    "account_code": "10001", "account_category_code": "regular",
                },
                "address": {
                    "street": "", "state": "", "region": "", "postal_code": "",
                    "house": "", "extra_address_line": "", "country_code": "",
                    "country": "", "company_name": "", "city": "", "address_id": 4,
                },
            },
        },
    });
    assert_eq!(envelope, expected);
}

#[test]
fn the_vendors_duplicate_gets_the_error_that_the_page_shows() {
    let mut world = World::at("2019-03-27 23:52:06");
    world.ok("CreateAccount", sample());
    world.clock.advance(85);
    let mut request = sample();
    let envelope = world.envelope("CreateAccount", request.clone());
    request["tenant"] = "zegoal".into();
    let expected = json!({
        "processing_result": {
            "text": "Account with code [10001] and name [New Account] already exists.",
            "status": "error",
            "code": 1,
        },
        "processing_date": "2019-03-27 23:53:31 +03:00",
        "CreateAccount": {"response": false, "request": request},
    });
    assert_eq!(envelope, expected);
}

#[test]
fn ids_count_up_each_in_its_own_sequence_and_skip_those_in_use() {
    let mut world = World::new();
    let mut last = Value::Null;
    for index in 4..=264 {
        let basic =
            json!({"account_code": format!("N{index}"), "account_name": format!("n{index}")});
        last = world.ok("CreateAccount", json!({"basic": basic}));
    }
    // 264 is taken by the account of a sample, 203 by the contract of the
    // terminated account.
    assert_eq!(last["basic"]["account_id"], 265);
    assert_eq!(last["billing"]["billing_profile_id"], 265);
    assert_eq!(last["address"]["address_id"], 265);
    assert_eq!(last["contract"]["contract_id"], 265);
}

#[test]
fn everything_that_was_sent_comes_back() {
    let mut world = World::new();
    let response = world.ok("CreateAccount", full_account());
    let sent = full_account();
    for (section, silent) in [
        ("basic", &["noti_channel", "noti_user_id"][..]),
        ("billing", &[]),
        ("contract", &["contract_description"]),
        ("contact", &[]),
        ("address", &[]),
    ] {
        let sent = sent[section].as_object().expect("the request has it");
        for (name, value) in sent {
            let answered = response[section].get(name);
            if silent.contains(&name.as_str()) {
                assert_eq!(answered, None, "{section}.{name}");
            } else {
                assert_eq!(answered, Some(value), "{section}.{name}");
            }
        }
    }
    assert_eq!(response["contact"]["noti_user_id"], "birch");
    assert_eq!(
        keys(&response),
        "address basic billing contact contract tenant"
    );
}

#[test]
fn code_and_name_are_unique_each_by_itself_even_against_the_terminated() {
    let mut world = World::new();
    world.ok("CreateAccount", sample());
    for (code, name) in [
        ("10001", "Other"),
        ("10002", "New Account"),
        ("90002", "Other"),
    ] {
        let basic = json!({"account_code": code, "account_name": name});
        let text = world.error("CreateAccount", json!({"basic": basic}));
        let expected = format!("Account with code [{code}] and name [{name}] already exists.");
        assert_eq!(text, expected);
    }
    // The comparison is exact.
    let basic = json!({"account_code": "10002", "account_name": "new account"});
    world.ok("CreateAccount", json!({"basic": basic}));
}

#[test]
fn code_and_name_are_mandatory() {
    let mut world = World::new();
    for body in [
        json!({}),
        json!({"basic": {}}),
        json!({"basic": {"account_name": "x"}}),
        json!({"basic": {"account_code": "x", "account_name": ""}}),
    ] {
        let text = world.error("CreateAccount", body);
        assert_eq!(text, "Not all required parameters matched");
    }
}

#[test]
fn values_outside_their_lists_and_of_wrong_types_are_refused() {
    let mut world = World::new();
    let count = world.service.state()["accounts"]
        .as_object()
        .map(serde_json::Map::len);
    for (section, name, value) in [
        ("basic", "account_type", json!("Barter")),
        ("basic", "account_category_code", json!("Regular")),
        ("basic", "lc_state", json!("trial")),
        ("basic", "lc_from", json!("2024-05-06")),
        ("basic", "lc_from", json!("2024-05-06T10:00:00")),
        ("basic", "payment_responsible", json!(2)),
        ("basic", "is_billed", json!("yes")),
        ("basic", "parent_id", json!(-1)),
        ("basic", "parent_id", json!(77777)),
        ("basic", "description", json!(5)),
        ("billing", "curr_code", json!("QQQ")),
        ("billing", "bill_distribution_code", json!("pigeon")),
        ("billing", "bill_cycle_id", json!("first")),
        ("billing", "valid_to", json!("2050-13-01 00:00:00")),
        ("contract", "contract_status", json!("signed")),
        ("contact", "email", json!(["a"])),
        ("address", "house", json!(4)),
    ] {
        let mut body = sample();
        body[section][name] = value;
        let text = world.error("CreateAccount", body);
        assert_eq!(text, format!("validation failed: {section}.{name}"));
    }
    assert_eq!(count, Some(0), "nothing is there before the first call");
    assert_eq!(
        world.error("GetAccountInfo", json!({"account_code": "10001"})),
        "Account is not found"
    );
}

#[test]
fn numbers_and_flags_are_taken_in_every_spelling() {
    let mut world = World::new();
    let mut body = sample();
    body["basic"]["payment_responsible"] = json!("0");
    body["basic"]["is_billed"] = json!(0);
    body["basic"]["parent_id"] = json!("1");
    let basic = &world.ok("CreateAccount", body)["basic"];
    assert_eq!(basic["payment_responsible"], 0);
    assert_eq!(basic["is_billed"], false);
    assert_eq!(basic["parent_id"], 1);
}

#[test]
fn what_is_unknown_here_is_ignored_without_a_word() {
    let mut world = World::new();
    let mut body = sample();
    body["basic"]["descripton"] = json!("misspelt");
    body["basic"]["ownership"] = json!("private");
    body["bank_info"] = json!({"bank_name": "Example Bank"});
    body["contract"] = json!({"contract_id": ""});
    world.ok("CreateAccount", body);
    let read = world.read(4);
    assert_eq!(read["basic"]["ownership"], "");
    assert_eq!(read["bank_info"]["bank_name"], "");
    assert_eq!(read["contracts"][0]["contract_id"], 3);
}

#[test]
fn either_vocabulary_names_the_contact_and_the_response_side_wins() {
    let mut world = World::new();
    let mut body = sample();
    body["contact"] = json!({
        "contact_name": "Title", "contact_dept": "Department", "contact_email": "e@x.example",
        "contact_num": "1", "contact_desc": "2", "company_title": "Other title",
    });
    let response = world.ok("CreateAccount", body);
    assert_eq!(
        response["contact"],
        json!({
            "company_title": "Other title", "company_dept": "Department",
            "email": "e@x.example", "mobile_phone": "1", "work_phone": "2",
            "noti_channel": "tech_noti", "noti_user_id": "",
        })
    );
}

#[test]
fn a_new_account_has_three_balances_and_the_trial_product() {
    let mut world = World::new();
    let id = world.create_full();
    let read = world.read(id);
    let names: Vec<_> = (0..3)
        .map(|index| &read["balances"][index]["balance_name"])
        .collect();
    assert_eq!(names, ["Money_BYN", "TASKS", "USERS"]);
    assert_eq!(read["balances"][0]["balance_total"], json!({"value": 0}));
    let product = &read["sold_products"][0];
    assert_eq!(product["product_name"], "Trial");
    assert_eq!(product["current_lc_status"], "ACT");
    assert_eq!(product["id"], product["sold_product_id"]);
}
