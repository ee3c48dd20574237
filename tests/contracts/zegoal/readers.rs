//! Answers are understood in every layout and form that the documents suggest,
//! and what is not known to us survives a round trip.

use serde_json::{Value, json};
use trueup::provider::Action;

use super::{
    scripted::{record, record_of, success, usual},
    tenant::{account, accounts, full, only, quiet, raw, settle, shown, stored, tenant, wanted},
};

/// An answer as another layout would have it: each step moves a member.
fn moved(steps: &[(&str, &str)]) -> Value {
    let mut answer = usual();
    for (from, to) in steps {
        let members = answer.as_object_mut().expect("an object");
        let value = members.remove(*from).expect("a member of the usual answer");
        match (*to, value) {
            ("", Value::Object(members)) => {
                answer.as_object_mut().expect("an object").extend(members);
            }
            (to, value) => {
                members.insert(to.to_owned(), value);
            }
        }
    }
    answer
}

#[tokio::test]
async fn every_place_of_the_table_of_tolerance_is_looked_at() {
    let likely = record(&usual()).await;
    assert_eq!(likely.unknown, [""; 0]);
    for steps in [
        &[("basic", "")][..],
        &[("basic", "account")],
        &[("address", "addresses")],
        &[("contacts", "contact")],
        &[("contracts", "contract")],
        &[("lc", "lc_list")],
        &[("lc", "lc_progression")],
        &[
            ("basic", "account"),
            ("contacts", "contact"),
            ("lc", "lc_list"),
        ],
    ] {
        let found = record(&moved(steps)).await;
        assert_eq!(found.tree, likely.tree, "{steps:?}");
        assert_eq!(found.unknown, likely.unknown, "{steps:?}");
        assert_eq!(found.raw, likely.raw, "{steps:?}");
    }
}

#[tokio::test]
async fn the_notification_target_may_stand_with_the_contact() {
    let likely = record(&usual()).await;
    for place in ["contacts", "contact"] {
        let mut answer = usual();
        let names = ["noti_channel", "noti_user_id"];
        let values = names.map(|name| answer["basic"][name].take());
        let basic = answer["basic"].as_object_mut().expect("an object");
        basic.retain(|name, _| !names.contains(&name.as_str()));
        if answer.get(place).is_none() {
            answer[place] = answer["contacts"][0].take();
            answer
                .as_object_mut()
                .expect("an object")
                .remove("contacts");
        }
        let contact = match &mut answer[place] {
            Value::Array(rows) => &mut rows[0],
            object => object,
        };
        for (name, value) in names.iter().zip(values) {
            contact[*name] = value;
        }
        assert_eq!(record(&answer).await.tree, likely.tree, "{place}");
    }
}

#[tokio::test]
async fn lists_come_as_lists_as_an_object_or_as_nothing() {
    let likely = record(&usual()).await;
    for (key, section, field) in [
        ("contacts", "contact", "contact.email"),
        ("contracts", "contract", "contract.contractNumber"),
        ("address", "address", "address.city"),
    ] {
        let mut answer = usual();
        answer[key] = answer[key][0].take();
        assert_eq!(record(&answer).await.tree, likely.tree, "{key}");
        for none in [json!([]), json!(null), json!("")] {
            answer[key] = none;
            let found = record(&answer).await;
            assert_eq!(found.unknown, [""; 0], "{answer}");
            assert_eq!(found.tree.at(field), None, "{answer}");
        }
        for absent in [None, Some(json!(false)), Some(json!(7))] {
            match absent {
                None => drop(answer.as_object_mut().expect("an object").remove(key)),
                Some(nonsense) => answer[key] = nonsense,
            }
            let found = record(&answer).await;
            assert_eq!(found.unknown, [section], "{answer}");
        }
    }
}

#[tokio::test]
async fn ids_and_flags_come_in_every_form() {
    let likely = record(&usual()).await;
    let mut answer = usual();
    for (group, name) in [
        ("basic", "account_id"),
        ("basic", "parent_id"),
        ("billing", "bill_cycle_id"),
        ("billing", "billing_profile_id"),
    ] {
        answer[group][name] = answer[group][name].to_string().into();
    }
    answer["account_id"] = "7".into();
    for (list, name) in [
        ("contacts", "contact_id"),
        ("contracts", "contract_id"),
        ("address", "address_id"),
    ] {
        answer[list][0][name] = answer[list][0][name].to_string().into();
    }
    let found = record(&answer).await;
    assert_eq!((found.tree, found.raw), (likely.tree.clone(), likely.raw));
    for yes in [json!(1), json!("1"), json!(true), json!("true")] {
        answer["basic"]["payment_responsible"] = yes.clone();
        answer["basic"]["is_billed"] = yes.clone();
        answer["lc"][0]["is_current"] = yes;
        assert_eq!(record(&answer).await.tree, likely.tree);
    }
}

#[tokio::test]
async fn dates_come_with_and_without_an_offset() {
    let likely = record(&usual()).await;
    for written in ["2025-01-10 09:00:00 +03:00", "2025-01-10 06:00:00 +00:00"] {
        let mut answer = usual();
        answer["billing"]["valid_from"] = written.into();
        answer["lc"][0]["lc_from"] = written.into();
        assert_eq!(record(&answer).await.tree, likely.tree);
    }
}

#[tokio::test]
async fn what_envelopes_add_or_leave_out_does_not_matter() {
    let likely = record(&usual()).await;
    let mut answers = Vec::new();
    for result in [
        json!({ "status": "ok", "code": "0" }),
        json!({ "status": "ok", "code": 0, "text": "", "ctx_id": "x:0-y", "template": "ok" }),
        json!({ "status": "ok", "result_text": "", "result_code": 0 }),
    ] {
        let mut envelope = success("GetAccountInfo", &usual());
        envelope["processing_result"] = result;
        envelope["GetAccountInfo"]["extra_logic"] = "".into();
        envelope["GetAccountInfo"]["enriched_request"] = json!({ "tenant": "zegoal" });
        answers.push(envelope);
    }
    let mut zone_beside = success("GetAccountInfo", &usual());
    let block = &mut zone_beside["GetAccountInfo"];
    block["TZ"] = block["response"]["TZ"].take();
    answers.push(zone_beside);
    let mut other_block = success("AddContract", &usual());
    other_block["processing_date"] = "2025-02-03 12:00:00 +03:00".into();
    answers.push(other_block);
    let mut no_verdict = success("GetAccountInfo", &usual());
    no_verdict
        .as_object_mut()
        .expect("an object")
        .remove("processing_result");
    answers.push(no_verdict);
    for answer in answers {
        let found = record_of(answer.clone()).await.expect("there");
        assert_eq!(found.tree, likely.tree, "{answer}");
    }
}

#[tokio::test]
async fn unknown_members_and_values_are_read_for_what_they_are() {
    let mut answer = usual();
    for place in ["basic", "billing", "bank_info"] {
        answer[place]["mood"] = json!({ "deep": [1, null] });
    }
    for place in ["contacts", "contracts", "address", "lc"] {
        answer[place][0]["mood"] = json!([true]);
    }
    answer["loyalty"] = json!({ "points": 7 });
    assert_eq!(record(&answer).await.tree, record(&usual()).await.tree);
    answer["basic"]["account_type"] = "Hybrid".into();
    answer["billing"]["lang_code"] = "be".into();
    answer["lc"][0]["lc_status"] = "Frozen".into();
    let found = record(&answer).await;
    for (field, value) in [
        ("basic.accountType", "Hybrid"),
        ("billing.language", "be"),
        ("basic.lcState", "Frozen"),
    ] {
        assert_eq!(found.tree.text(field), Some(value));
    }
    assert_eq!(found.unknown, [""; 0]);
}

/// Puts members and values that nobody knows into the account with this code.
fn make_strange(state: &mut Value, code: &str) {
    let accounts = state["accounts"].as_object_mut().expect("by id");
    let account = accounts
        .values_mut()
        .find(|account| account["basic"]["account_code"] == code)
        .expect("the account is there");
    account["basic"]["mood"] = "good".into();
    account["basic"]["account_type"] = "Hybrid".into();
    account["billing"]["colour"] = "green".into();
    account["billing"]["bill_format_code"] = "XLSX".into();
    account["bank_info"]["swift_note"] = "x".into();
    account["contacts"][0]["attributes"]["contact_type"] = "manager".into();
    account["contacts"][0]["attributes"]["nickname"] = "J".into();
    account["contracts"][0]["attributes"]["lawyer"] = "L".into();
    account["addresses"][0]["attributes"]["floor"] = "2".into();
}

#[tokio::test]
async fn what_is_unknown_survives_a_change_untouched() {
    let world = tenant(&[]).await;
    let mut spec = full();
    spec["basic"]
        .as_object_mut()
        .expect("members")
        .remove("accountType");
    settle(&world, &wanted(&world, "juniper", &spec)).await;
    let mut state = world.running.state();
    make_strange(&mut state, "juniper");
    world.running.restore(state).expect("a state");
    quiet(&world, &wanted(&world, "juniper", &spec)).await;
    let before = stored(&world, "juniper");
    // One field of every section.
    spec["basic"]["description"] = "cakes".into();
    spec["billing"]["currency"] = "USD".into();
    spec["bankInfo"]["bankName"] = "Other Bank".into();
    spec["contract"]["contractNumber"] = "J-2".into();
    spec["contact"]["companyTitle"] = "Juniper".into();
    spec["address"]["city"] = "Brest".into();
    settle(&world, &wanted(&world, "juniper", &spec)).await;
    let mut expected = before;
    expected["basic"]["description"] = "cakes".into();
    expected["billing"]["curr_code"] = "USD".into();
    expected["bank_info"]["bank_name"] = "Other Bank".into();
    expected["contracts"][0]["contract_number"] = "J-2".into();
    expected["contacts"][0]["contact_name"] = "Juniper".into();
    expected["contacts"][0]["company_title"] = "Juniper".into();
    expected["address"][0]["city"] = "Brest".into();
    assert_eq!(stored(&world, "juniper"), expected);
}

#[tokio::test]
async fn further_contacts_contracts_and_addresses_are_left_alone() {
    let world = tenant(&[]).await;
    settle(&world, &wanted(&world, "juniper", &full())).await;
    let id = stored(&world, "juniper")["account_id"].clone();
    let add = |api: &str, member: &str, value: Value| {
        super::tenant::raw(&world, api, json!({ "account_id": id, member: value }));
    };
    add(
        "AddContact",
        "contact",
        json!({ "contact_name": "Night shift", "contact_mobile_num": "1" }),
    );
    add("AddContract", "contract", json!({ "contract_num": "N-1" }));
    add("AddAddress", "address", json!({ "city": "Grodno" }));
    quiet(&world, &wanted(&world, "juniper", &full())).await;
    let mut spec = full();
    spec["contact"]["email"] = "new@juniper.example".into();
    spec["contract"]["contractNumber"] = "J-2".into();
    spec["address"]["city"] = "Brest".into();
    settle(&world, &wanted(&world, "juniper", &spec)).await;
    let after = stored(&world, "juniper");
    assert_eq!(after["contacts"][1]["contact_name"], "Night shift");
    assert_eq!(after["contracts"][1]["contract_number"], "N-1");
    assert_eq!(after["address"][1]["city"], "Grodno");
    assert_eq!(after["address"][0]["city"], "Brest");
}

/// What the server has and the manifest leaves out stays, and what only the
/// case of a value tells apart is told apart.
#[tokio::test]
async fn values_are_compared_exactly() {
    let world = tenant(&[]).await;
    settle(&world, &wanted(&world, "juniper", &full())).await;
    let mut spec = full();
    spec["basic"]["description"] = "bread ".into();
    let (planned, _) = world.plan(&wanted(&world, "juniper", &spec)).await;
    assert_eq!(only(&planned).action, Action::Update, "{}", shown(&planned));
    settle(&world, &wanted(&world, "juniper", &spec)).await;
    assert_eq!(stored(&world, "juniper")["basic"]["description"], "bread ");
}

/// Whether look-ups mind the case is not known. Where they do not, the account
/// that comes may be another one, and ours is not proved absent.
#[tokio::test]
async fn an_account_that_answers_to_our_code_is_in_the_way_of_a_second_one() {
    let world = tenant(&[("look_up_case", "ignored")]).await;
    let other = json!({ "account_code": "JUNIPER", "account_name": "Juniper Tours" });
    let id = raw(&world, "CreateAccount", json!({ "basic": other }))["basic"]["account_id"].clone();
    let spec = json!({ "basic": { "accountName": "Juniper Bakery" } });
    let before = accounts(&world);
    let (planned, _) = world.apply(&wanted(&world, "juniper", &spec)).await;
    let change = only(&planned);
    assert_eq!(change.action, Action::Blocked, "{}", shown(&planned));
    assert_eq!(
        change.reason,
        Some(format!(
            "the record {id} answers to our key `juniper`, and has another one"
        ))
    );
    assert_eq!(accounts(&world), before);
    let mut adopting = account("juniper", &spec);
    adopting["metadata"]["annotations"] = json!({ "trueup.dev/adopt": id.to_string() });
    settle(&world, &world.desired(&[adopting])).await;
    assert_eq!(accounts(&world), before);
    quiet(&world, &wanted(&world, "juniper", &spec)).await;
}

/// So may one that answers to our name in another case.
#[tokio::test]
async fn an_account_that_answers_to_our_name_is_a_namesake() {
    let world = tenant(&[("look_up_case", "ignored")]).await;
    let other = json!({ "account_code": "other", "account_name": "juniper bakery" });
    raw(&world, "CreateAccount", json!({ "basic": other }));
    let spec = json!({ "basic": { "accountName": "Juniper Bakery" } });
    let before = accounts(&world);
    let (planned, _) = world.apply(&wanted(&world, "juniper", &spec)).await;
    let change = only(&planned);
    assert_eq!(change.action, Action::Blocked, "{}", shown(&planned));
    let reason = change.reason.as_deref().unwrap_or_default();
    assert!(
        reason.starts_with("a record with this name but without our key exists"),
        "{reason}"
    );
    assert_eq!(accounts(&world), before);
}
