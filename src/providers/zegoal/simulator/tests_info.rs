//! `GetAccountInfo` and the calls beside it that only read.

use serde_json::{Value, json};

use super::tests_support::{World, full_account, full_read, keys};

#[test]
fn without_flags_there_is_only_the_accounts_own_data() {
    let mut world = World::new();
    let envelope = world.envelope("GetAccountInfo", json!({"account_code": "90001"}));
    assert_eq!(envelope["processing_date"], "2024-05-06 10:15:30");
    let response = &envelope["GetAccountInfo"]["response"];
    assert_eq!(
        keys(response),
        "TZ account_code account_id account_name basic force_lookup return_address \
         return_balances return_bank_info return_billing return_contacts return_contracts \
         return_lc return_payments return_products return_references return_triggers \
         skip_lookup_account tenant"
    );
    assert_eq!(
        keys(&response["basic"]),
        "account_category_code account_code account_id account_name account_type \
         dealer_code description is_billed lc_from lc_state noti_channel noti_user_id \
         ownership parent_id payment_responsible subscriber_group subscriber_type \
         type_of_business vip_code"
    );
    assert_eq!(response["return_lc"], false);
}

#[test]
fn each_flag_brings_its_section_and_no_other() {
    let mut world = World::new();
    let bare = world.ok("GetAccountInfo", json!({"account_id": 1}));
    let bare = bare.as_object().expect("it is an object");
    for (flag, section) in [
        ("return_address", "address"),
        ("return_billing", "billing"),
        ("return_contacts", "contacts"),
        ("return_contracts", "contracts"),
        ("return_balances", "balances"),
        ("return_lc", "lc"),
        ("return_products", "sold_products"),
        ("return_payments", "payments"),
        ("return_bank_info", "bank_info"),
        ("return_triggers", "triggers"),
        ("return_references", "references"),
    ] {
        let response = world.ok("GetAccountInfo", json!({"account_id": 1, flag: "true"}));
        let added: Vec<_> = response
            .as_object()
            .expect("it is an object")
            .keys()
            .filter(|key| !bare.contains_key(*key))
            .collect();
        assert_eq!(added, [section]);
        assert_eq!(response[flag], true);
    }
}

#[test]
fn all_that_was_created_is_read_back() {
    let mut world = World::new();
    let id = world.create_full();
    let sent = full_account();
    let read = world.read(id);
    for (section, found) in [
        ("basic", &read["basic"]),
        ("billing", &read["billing"]),
        ("contract", &read["contracts"][0]),
        ("contact", &read["contacts"][0]),
        ("address", &read["address"][0]),
    ] {
        let sent = sent[section].as_object().expect("the request has it");
        for (name, value) in sent {
            assert_eq!(&found[name], value, "{section}.{name}");
        }
    }
    let contact = &read["contacts"][0];
    assert_eq!(
        keys(contact),
        "company_dept company_title contact_desc contact_email contact_id contact_mobile_num \
         contact_name contact_type email mobile_phone work_phone"
    );
    assert_eq!(contact["contact_name"], "Birch Lane Dairy LLC");
    assert_eq!(contact["contact_type"], "main_contact");
    assert_eq!(
        keys(&read["address"][0]),
        "address_id address_type city company_name country country_code email \
         extra_address_line house postal_code region state street"
    );
    assert_eq!(read["address"][0]["address_type"], "main_address");
    assert_eq!(
        keys(&read["contracts"][0]),
        "contract_description contract_id contract_number contract_status contract_valid_from \
         contract_valid_to signing_date"
    );
    assert_eq!(
        keys(&read["billing"]),
        "bill_cycle_id bill_distribution_code bill_format_code billing_profile_id curr_code \
         invoice_template_code lang_code tax_number valid_from valid_to"
    );
    assert_eq!(
        keys(&read["bank_info"]),
        "bank_account bank_code bank_name company_name company_tax_number"
    );
    assert_eq!(keys(&read["lc"][0]), "is_current lc_from lc_status lc_to");
}

#[test]
fn accounts_are_found_by_id_code_and_name() {
    let mut world = World::new();
    for selector in [
        json!({"account_id": 1}),
        json!({"account_id": "1"}),
        json!({"account_code": "90001"}),
        json!({"account_name": "Lakeside Couriers"}),
        // The id wins over the code, the code over the name.
        json!({"account_id": 1, "account_code": "90003"}),
        json!({"account_code": "90001", "account_name": "regular"}),
    ] {
        let response = world.ok("GetAccountInfo", selector);
        assert_eq!(response["account_id"], 1);
    }
    for selector in [
        json!({"account_code": "90099", "force_lookup": true}),
        json!({"account_name": "lakeside couriers", "force_lookup": true}),
        json!({"account_id": 9999, "force_lookup": true}),
    ] {
        let envelope = world.envelope("GetAccountInfo", selector);
        let verdict = json!({"text": "Account is not found", "status": "error", "code": 1});
        assert_eq!(envelope["processing_result"], verdict);
        assert_eq!(envelope["GetAccountInfo"]["response"], false);
    }
    assert_eq!(
        world.error("GetAccountInfo", json!({"force_lookup": true})),
        "Not all required parameters matched"
    );
}

#[test]
fn a_terminated_account_shows_only_when_forced() {
    let mut world = World::new();
    let hidden = json!({"account_code": "90002"});
    assert_eq!(
        world.error("GetAccountInfo", hidden),
        "Account is not found"
    );
    let forced = json!({"account_code": "90002", "force_lookup": true, "return_lc": true});
    let response = world.ok("GetAccountInfo", forced);
    assert_eq!(response["basic"]["lc_state"], "Terminated");
    assert_eq!(
        response["lc"],
        json!([
            {
                "lc_status": "Active", "lc_from": "2023-07-11 10:15:30",
                "lc_to": "2024-04-06 10:15:30", "is_current": false,
            },
            {
                "lc_status": "Terminated", "lc_from": "2024-04-06 10:15:30",
                "lc_to": "", "is_current": true,
            },
        ])
    );
}

#[test]
fn the_fixtures_are_in_the_states_that_newcomers_expect() {
    let mut world = World::new();
    for (code, id, state) in [
        ("90001", 1, "Active"),
        ("90002", 3, "Terminated"),
        ("90003", 2, "Trial"),
        ("Thu Jul 25 16:03:08 EEST 2019", 264, "Trial"),
    ] {
        let body = json!({"account_code": code, "force_lookup": true});
        let response = world.ok("GetAccountInfo", body);
        assert_eq!(response["account_id"], id);
        assert_eq!(response["basic"]["lc_state"], state, "{code}");
    }
    let full = world.read(1);
    for section in ["basic", "billing", "bank_info"] {
        let attributes = full[section].as_object().expect("it is an object");
        for (name, value) in attributes {
            assert_ne!(value, "", "{section}.{name}");
        }
    }
}

#[test]
fn sold_products_are_read_alone_too() {
    let mut world = World::new();
    let response = world.ok("GetAccountProducts", json!({"account_code": "90001"}));
    assert_eq!(
        keys(&response),
        "TZ account_code account_id account_name return_terminated skip_lookup_account \
         sold_products tenant"
    );
    assert_eq!(
        keys(&response["sold_products"][0]),
        "current_lc_status id lc params product_category product_description product_id \
         product_name product_type sold_product_id"
    );
}

#[test]
fn payments_change_balances_and_are_listed() {
    let mut world = World::new();
    let body = json!({
        "account_id": 1, "amount": 250, "paym_ext_id": "bill-1", "channel": "bank",
    });
    let envelope = world.envelope("AddPayment", body);
    assert_eq!(envelope["processing_date"], "2024-05-06 10:15:30");
    let payment_id = envelope["AddPayment"]["response"]["payment_id"].clone();
    assert_eq!(
        envelope["AddPayment"]["response"],
        json!({
            "tenant": "zegoal", "result": "successful", "payment_id": payment_id,
            "payment_distrib_mode": "partial", "paym_ext_id": "bill-1", "invoice_id": "",
            "channel": "bank", "balance_name": "Money_BYN", "balance_before": 0,
            "balance_after": 250, "amount": 250, "acc_id": 1, "TZ": "Europe/Minsk",
        })
    );
    world.clock.advance(60);
    let second = world.ok("AddPayment", json!({"account_id": 1, "amount": "0.55"}));
    assert_eq!(second["balance_after"], 250.55);
    assert_ne!(second["paym_ext_id"], "");

    let balances = world.ok(
        "CheckBalance",
        json!({"account_id": "1", "return_limits": "true", "balance_name": "Money_BYN"}),
    );
    assert_eq!(balances["balances"][0]["balance_total"]["value"], 250.55);
    assert_eq!(balances["balances"][1], Value::Null);
    let all = world.ok("CheckBalance", json!({"account_id": 1}));
    assert_eq!(all["balances"].as_array().map(Vec::len), Some(3));

    for (filter, count) in [
        (json!({}), 2),
        (json!({"payment_id": payment_id}), 1),
        (json!({"payment_external_id": "bill-1"}), 1),
        (json!({"from_date": "2024-05-06 10:16:00"}), 1),
        (
            json!({"from_date": "2024-05-06", "to_date": "2024-05-07"}),
            2,
        ),
        (json!({"to_date": "2024-05-06"}), 0),
    ] {
        let mut body = filter;
        body["account_id"] = 1.into();
        let response = world.ok("GetAccountPayments", body);
        assert_eq!(response["payments"].as_array().map(Vec::len), Some(count));
    }
    assert_eq!(world.read(1)["payments"][0]["paym_amt"], "250.00");
}

#[test]
fn an_error_of_add_payment_is_the_string_false_with_an_offset() {
    let mut world = World::new();
    let envelope = world.envelope("AddPayment", json!({"amount": 250}));
    assert_eq!(envelope["AddPayment"]["response"], "false");
    assert_eq!(envelope["processing_date"], "2024-05-06 10:15:30 +03:00");
    assert_eq!(
        envelope["processing_result"]["text"],
        "Not all required parameters matched"
    );
}

#[test]
fn the_whole_read_has_all_its_flags_set() {
    let mut world = World::new();
    let read = world.read(1);
    for (name, value) in full_read(1).as_object().expect("it is an object") {
        assert_eq!(&read[name], value);
    }
}
