//! The examples of the contract in our own words: what we send for the same
//! purpose has the same shape, what comes back is understood, and the simulator
//! answers in those shapes.

use serde_json::{Value, json};

use crate::support::world::World;

use super::{
    scripted::{record_of, success, usual},
    tenant::{envelope, settle, stored, tenant, wanted},
};

/// The bodies that were sent to an API, without the tenant.
fn bodies(world: &World, api: &str) -> Vec<Value> {
    let log = world.running.log();
    let entries = log.iter().filter(|entry| entry.operation == api);
    entries
        .map(|entry| {
            let mut body = entry.request.json().expect("JSON");
            let members = body.as_object_mut().expect("an object");
            assert_eq!(members.remove("tenant"), Some(json!("zegoal")));
            body
        })
        .collect()
}

/// Settles a manifest of one account and gives the only body that an API got.
async fn sent(world: &World, name: &str, spec: &Value, api: &str) -> Value {
    world.running.clear_log();
    settle(world, &wanted(world, name, spec)).await;
    let bodies = bodies(world, api);
    let [body] = bodies.as_slice() else {
        panic!("{} bodies went to {api}", bodies.len());
    };
    body.clone()
}

/// A manifest with every field of the example of a full account.
fn everything() -> Value {
    json!({
        "basic": {
            "accountName": "Hazel Printing", "accountType": "Postpaid",
            "accountCategoryCode": "regular", "description": "leaflets", "parent": 1,
            "paymentResponsible": true, "isBilled": true, "dealerCode": "D-1",
            "notiChannel": "tech_noti", "notiUserId": "https://hooks.example/hazel",
        },
        "billing": {
            "billCycleId": 1, "billDistributionCode": "e-mail", "billFormatCode": "PDF",
            "currency": "USD", "language": "en", "invoiceTemplateCode": "ENT",
            "taxNumber": "190777001",
        },
        "contract": {
            "contractNumber": "HZ/1", "contractStatus": "Signed", "signingDate": "2026-10-01",
            "contractValidFrom": "2026-10-01", "contractValidTo": "2028-10-01",
            "contractDescription": "leaflets",
        },
        "contact": {
            "companyTitle": "Hazel Printing LLC", "department": "Ink",
            "email": "ink@hazel.example", "mobilePhone": "+375 29 777 00 01",
            "workPhone": "+375 17 777 00 01",
        },
        "address": {
            "companyName": "Hazel Printing LLC", "countryCode": "BY", "country": "Belarus",
            "postalCode": "220005", "region": "Minsk", "city": "Minsk",
            "street": "Hazel Street", "house": "5", "extraAddressLine": "yard",
        },
    })
}

#[tokio::test]
async fn an_account_is_created_as_in_the_minimal_example() {
    let world = tenant(&[]).await;
    let spec = json!({ "basic": { "accountName": "Hazel Printing" } });
    assert_eq!(
        sent(&world, "hazel", &spec, "CreateAccount").await,
        json!({ "basic": { "account_code": "hazel", "account_name": "Hazel Printing" } })
    );
}

#[tokio::test]
async fn an_account_is_created_as_in_the_full_example() {
    let world = tenant(&[]).await;
    let target = "https://hooks.example/hazel";
    assert_eq!(
        sent(&world, "hazel", &everything(), "CreateAccount").await,
        json!({
            "basic": {
                "account_code": "hazel", "account_name": "Hazel Printing",
                "account_type": "Postpaid", "account_category_code": "regular",
                "description": "leaflets", "parent_id": 1, "payment_responsible": 1,
                "is_billed": true, "dealer_code": "D-1", "noti_channel": "tech_noti",
                "noti_user_id": target,
            },
            "billing": {
                "bill_cycle_id": 1, "bill_distribution_code": "e-mail",
                "bill_format_code": "PDF", "curr_code": "USD", "lang_code": "en",
                "invoice_template_code": "ENT", "tax_number": "190777001",
            },
            "contract": {
                "contract_number": "HZ/1", "contract_status": "Signed",
                "signing_date": "2026-10-01 00:00:00",
                "contract_valid_from": "2026-10-01 00:00:00",
                "contract_valid_to": "2028-10-01 00:00:00", "contract_description": "leaflets",
            },
            "contact": {
                "contact_name": "Hazel Printing LLC", "company_title": "Hazel Printing LLC",
                "contact_dept": "Ink", "company_dept": "Ink",
                "contact_email": "ink@hazel.example", "email": "ink@hazel.example",
                "contact_num": "+375 29 777 00 01", "mobile_phone": "+375 29 777 00 01",
                "contact_desc": "+375 17 777 00 01", "work_phone": "+375 17 777 00 01",
                "noti_channel": "tech_noti", "noti_user_id": target,
            },
            "address": {
                "company_name": "Hazel Printing LLC", "country_code": "BY",
                "country": "Belarus", "postal_code": "220005", "region": "Minsk",
                "city": "Minsk", "street": "Hazel Street", "house": "5",
                "extra_address_line": "yard",
            },
        })
    );
}

#[tokio::test]
async fn accounts_and_dictionaries_are_read_as_in_the_examples() {
    let world = tenant(&[]).await;
    let mut spec = everything();
    spec["bankInfo"] = json!({ "bankName": "Example Bank" });
    world.plan(&wanted(&world, "hazel", &spec)).await;
    let flags = json!({
        "force_lookup": true, "return_lc": true, "return_address": true,
        "return_billing": true, "return_contacts": true, "return_contracts": true,
        "return_bank_info": true,
    });
    for (selector, body) in ["account_code", "account_name"]
        .into_iter()
        .zip(bodies(&world, "GetAccountInfo"))
    {
        let value = body[selector].clone();
        assert!(value.is_string(), "{body}");
        let mut expected = flags.clone();
        expected[selector] = value;
        assert_eq!(body, expected);
    }
    let dictionaries = bodies(&world, "GetTenantDict");
    assert_eq!(dictionaries[0], json!({}));
    assert!(dictionaries.contains(&json!({ "dictionary_name": "curr_codes" })));
}

#[tokio::test]
async fn accounts_are_changed_as_in_the_examples() {
    let world = tenant(&[]).await;
    let mut spec = everything();
    settle(&world, &wanted(&world, "hazel", &spec)).await;
    let id = stored(&world, "hazel")["account_id"].clone();
    spec["basic"]["description"] = "posters".into();
    spec["basic"]["isBilled"] = false.into();
    spec["basic"]["paymentResponsible"] = false.into();
    spec["billing"]["language"] = "ru".into();
    assert_eq!(
        sent(&world, "hazel", &spec, "UpdateAccount").await,
        json!({
            "account_id": id,
            "basic": { "description": "posters", "is_billed": false, "payment_responsible": 0 },
            "billing": { "lang_code": "ru" },
        })
    );
    spec["bankInfo"] = json!({
        "bankName": "Example Bank", "bankCode": "EXMPBY2X",
        "bankAccount": "BY00EXMP00000000000000777001", "companyName": "Hazel Printing LLC",
        "companyTaxNumber": "190777001",
    });
    assert_eq!(
        sent(&world, "hazel", &spec, "UpdateAccount").await,
        json!({
            "account_id": id,
            "bank_info": {
                "bank_name": "Example Bank", "bank_code": "EXMPBY2X",
                "bank_account": "BY00EXMP00000000000000777001",
                "company_name": "Hazel Printing LLC", "company_tax_number": "190777001",
            },
        })
    );
}

#[tokio::test]
async fn parts_are_changed_as_in_the_examples() {
    let world = tenant(&[]).await;
    let mut spec = everything();
    settle(&world, &wanted(&world, "hazel", &spec)).await;
    let live = stored(&world, "hazel");
    let id = &live["account_id"];
    spec["contact"]["mobilePhone"] = "+375 29 777 00 02".into();
    spec["contact"]["email"] = "type@hazel.example".into();
    assert_eq!(
        sent(&world, "hazel", &spec, "UpdateContact").await,
        json!({ "account_id": id, "contact": [{
            "contact_id": live["contacts"][0]["contact_id"], "contact_type": "main_contact",
            "contact_name": "Hazel Printing LLC", "contact_mobile_num": "+375 29 777 00 02",
            "contact_email": "type@hazel.example", "contact_desc": "+375 17 777 00 01",
        }] })
    );
    spec["contract"]["contractNumber"] = "HZ/2".into();
    spec["contract"]["contractValidTo"] = "2029-10-01".into();
    let end = "2029-10-01 00:00:00";
    assert_eq!(
        sent(&world, "hazel", &spec, "UpdateContract").await,
        json!({ "account_id": id, "contract": {
            "contract_oid": live["contracts"][0]["contract_id"], "contract_num": "HZ/2",
            "contract_number": "HZ/2", "valid_to": end, "contract_valid_to": end,
        } })
    );
    spec["address"]["city"] = "Brest".into();
    spec["address"]["house"] = "9".into();
    assert_eq!(
        sent(&world, "hazel", &spec, "UpdateAddress").await,
        json!({ "account_id": id, "address": {
            "address_id": live["address"][0]["address_id"], "city": "Brest", "house": "9",
        } })
    );
}

#[tokio::test]
async fn states_are_set_as_in_the_examples() {
    let world = tenant(&[]).await;
    let mut spec = json!({ "basic": { "accountName": "Hazel Printing", "lcState": "Active" } });
    let activate = sent(&world, "hazel", &spec, "SetLC").await;
    let id = stored(&world, "hazel")["account_id"].clone();
    let reason = activate["reason"].clone();
    assert!(reason.as_str().is_some_and(|reason| !reason.is_empty()));
    let clean = json!({ "account_id": id, "clean": 1, "reason": reason });
    let with = |more: Value| {
        let mut body = clean.clone();
        let members = body.as_object_mut().expect("an object");
        members.extend(more.as_object().expect("members").clone());
        body
    };
    assert_eq!(activate, with(json!({ "lc_status": "Active" })));
    let mut ended = spec.clone();
    ended["end"] = json!({ "on": "2026-11-02", "reason": "contract ended" });
    assert_eq!(
        sent(&world, "hazel", &ended, "SetLC").await,
        with(json!({ "lc_status": "Terminated", "reason": "contract ended" }))
    );
    assert_eq!(
        sent(&world, "hazel", &spec, "SetLC").await,
        with(json!({ "lc_status": "Active", "force_lc_change": true }))
    );
    spec["basic"]["lcState"] = "Suspended".into();
    spec["basic"]["lcFrom"] = "2026-12-31".into();
    assert_eq!(
        sent(&world, "hazel", &spec, "SetLC").await,
        with(json!({ "lc_status": "Suspended", "lc_valid_from": "2026-12-31 00:00:00" }))
    );
}

/// Whatever an answer shows beyond what we ask for is no matter, and a lookup
/// that finds nothing is told from one that fails.
#[tokio::test]
async fn reads_are_understood_as_in_the_examples() {
    let likely = record_of(success("GetAccountInfo", &usual())).await;
    let likely = likely.expect("there");
    // With sections that no manifest manages, and flags.
    let mut more = usual();
    for flag in ["skip_lookup_account", "return_payments", "return_lc"] {
        more[flag] = false.into();
    }
    more["balances"] = json!([
        { "balance_id": 61, "balance_name": "Money_BYN", "balance_total": { "value": 0 } },
    ]);
    more["sold_products"] = json!({
        "sold_product_id": 51, "product_name": "Trial", "current_lc_status": "ACT",
        "lc": { "lc_status": "ACT", "lc_from": "2025-01-10 09:00:00", "lc_to": "" },
    });
    let mut envelope = success("GetAccountInfo", &more);
    envelope["processing_result"] = json!({ "text": "", "status": "ok", "code": 0, "ctx_id": "x" });
    let found = record_of(envelope).await.expect("there");
    assert_eq!(found.tree, likely.tree);
    // A terminated account, forced.
    let mut gone = usual();
    gone["basic"]["lc_state"] = "Terminated".into();
    gone["lc"] = json!([
        { "lc_status": "Active", "lc_from": "2024-01-10 09:00:00", "lc_to": "2024-03-01 00:00:00", "is_current": false },
        { "lc_status": "Terminated", "lc_from": "2024-03-01 00:00:00", "lc_to": "", "is_current": true },
    ]);
    let found = record_of(success("GetAccountInfo", &gone)).await;
    let ended = found.expect("there").ended;
    assert_eq!(ended.as_deref(), Some("Terminated"));
    // Not there, and hidden because it is terminated: one and the same text.
    for response in [json!(false), json!("false")] {
        let mut none = success("GetAccountInfo", &response);
        none["processing_result"] =
            json!({ "text": "Account is not found", "status": "error", "code": 1 });
        assert!(record_of(none).await.is_none());
    }
}

/// What the simulator answers to a call: the text of the verdict, the date of
/// processing and the names in the response.
fn answered(world: &World, api: &str, body: Value) -> (String, String, String) {
    let envelope = envelope(world, api, body);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let response = &envelope[api]["response"];
    let names = match response {
        Value::Object(members) => {
            let mut names: Vec<&str> = members.keys().map(String::as_str).collect();
            names.sort_unstable();
            names.join(" ")
        }
        other => other.to_string(),
    };
    (
        text(&envelope["processing_result"]["text"]),
        text(&envelope["processing_date"]),
        names,
    )
}

const PLAIN: &str = "2026-11-02 12:00:00";
const WITH_OFFSET: &str = "2026-11-02 12:00:00 +03:00";

/// A call with the text, the date and the names that its example shows.
type Shown = (
    &'static str,
    Value,
    &'static str,
    &'static str,
    &'static str,
);

async fn check(calls: Vec<Shown>) {
    let world = tenant(&[]).await;
    for (api, body, text, date, names) in calls {
        let found = answered(&world, api, body.clone());
        let expected = (text.to_owned(), date.to_owned(), names.to_owned());
        assert_eq!(found, expected, "{api} {body}");
    }
}

const MISSING: &str = "Not all required parameters matched";
const GONE: &str = "Account is not found";
const RECEIVED: &str = "Dictionary is received.";

#[rustfmt::skip]
fn calls_of_accounts() -> Vec<Shown> {
    let basic = json!({ "account_code": "hazel", "account_name": "Hazel Printing" });
    let create = |more: Value| json!({ "basic": basic, "billing": more });
    let change = |id: u64, section: &str| json!({ "account_id": id, section: {} });
    vec![
        ("CreateAccount", create(json!({ "curr_code": "QQQ" })),
            "validation failed: billing.curr_code", WITH_OFFSET, "false"),
        ("CreateAccount", create(json!({})), "Account created successfully", WITH_OFFSET,
            "address basic billing contact contract tenant"),
        ("CreateAccount", create(json!({})),
            "Account with code [hazel] and name [Hazel Printing] already exists.", WITH_OFFSET, "false"),
        ("CreateAccount", json!({ "basic": { "account_name": "No Code" } }), MISSING, WITH_OFFSET, "false"),
        ("GetAccountInfo", json!({ "account_code": "nobody", "force_lookup": true }), GONE, PLAIN, "false"),
        ("GetAccountInfo", json!({ "account_code": "90002" }), GONE, PLAIN, "false"),
        ("UpdateAccount", change(4, "basic"), "success", PLAIN,
            "TZ account_code account_id account_name basic tenant"),
        ("UpdateAccount", change(4, "bank_info"), "success", PLAIN,
            "TZ account_code account_id account_name bank_info tenant"),
        ("UpdateAccount", change(9999, "basic"), GONE, PLAIN, "false"),
        ("SetLC", json!({ "account_id": 4, "lc_status": "Active", "clean": 1 }), "success", PLAIN, "true"),
        ("SetLC", json!({ "account_id": 3, "lc_status": "Active" }), "Account is in Terminated state",
            PLAIN, "false"),
        ("ApplyLCTemplate", json!({ "account_id": 4, "lc_template": "LC_Trial" }), "success", WITH_OFFSET,
            "account_code account_id account_name lc lc_template tenant"),
    ]
}

#[rustfmt::skip]
fn calls_of_parts() -> Vec<Shown> {
    let contact = json!({ "contact_name": "Duty", "contact_mobile_num": "1" });
    vec![
        ("AddContact", json!({ "account_id": 1, "contact": contact }), "success", PLAIN,
            "account_id contact flow_type skip_lookup_account tenant"),
        ("UpdateContact", json!({ "account_id": 1, "contact": [{ "contact_id": 1 }] }), "success", PLAIN,
            "TZ account_id contact flow_type skip_lookup_account skip_lookup_contact tenant"),
        ("DeleteAccountContacts", json!({ "account_id": 1, "contacts": [{ "contact_id": 999 }] }),
            "contacts not found", PLAIN, "false"),
        ("DeleteAccountContacts", json!({ "account_id": 1, "contacts": [{ "contact_id": 1 }] }), "success",
            PLAIN, "deleted_contacts"),
        ("UpdateContract", json!({ "account_id": 1, "contract": { "contract_oid": 1 } }), "success", PLAIN,
            "TZ account_id contract flow_type tenant"),
        ("DeleteAccountContracts", json!({ "account_id": 1, "contracts": [{ "contract_id": 1 }] }), "success",
            PLAIN, "deleted_contracts"),
        ("AddAddress", json!({ "account_id": 1, "address": { "city": "Brest" } }), "success", PLAIN,
            "TZ account_id address flow_type tenant"),
        ("UpdateAddress", json!({ "account_id": 1, "address": { "address_id": 1 } }), "success", PLAIN,
            "TZ account_id address flow_type tenant"),
        ("GetTenantDict", json!({}), RECEIVED, PLAIN, "TZ dictionary tenant"),
        ("GetTenantDict", json!({ "dictionary_name": "curr_codes" }), RECEIVED, PLAIN,
            "TZ dictionary dictionary_name tenant"),
        ("AddPayment", json!({ "amount": 1 }), MISSING, WITH_OFFSET, "\"false\""),
        ("AddPayment", json!({ "account_id": 1, "amount": 250 }), "success", PLAIN,
            "TZ acc_id amount balance_after balance_before balance_name channel invoice_id paym_ext_id \
             payment_distrib_mode payment_id result tenant"),
    ]
}

#[tokio::test]
async fn the_simulator_answers_calls_of_accounts_as_in_the_examples() {
    check(calls_of_accounts()).await;
}

#[tokio::test]
async fn the_simulator_answers_calls_of_parts_as_in_the_examples() {
    check(calls_of_parts()).await;
}
