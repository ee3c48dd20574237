use serde_json::json;

use super::*;
use crate::providers::zegoal::fixture::{self, record, record_with, response};

/// Every field that can be compared, with its group and name on the wire.
fn comparable() -> impl Iterator<Item = (&'static Facts, &'static str, &'static str)> {
    kind().fields().iter().filter_map(|facts| {
        let (group, name) = facts.wire?.split_once('.')?;
        (!facts.write_only && !facts.computed).then_some((facts, group, name))
    })
}

/// Puts a value where `GetAccountInfo` would return it, under one name only.
fn put(response: &mut Value, group: &str, name: &str, value: Value) {
    let key = match group {
        "contact" => "contacts",
        "contract" => "contracts",
        other => other,
    };
    let mut place = &mut response[key];
    if let Value::Array(rows) = place {
        place = &mut rows[0];
    }
    if group == "contact" {
        let known = CONTACT_NAMES.iter().find(|known| known.answer == name);
        let known = known.expect("every contact value has its names");
        let object = place.as_object_mut().expect("an object");
        for other in [known.answer, known.create].into_iter().chain(known.change) {
            object.remove(other);
        }
    }
    place[name] = value;
    if group == "basic" && name == "lc_state" {
        response["lc"] = json!([]);
    }
}

#[test]
fn every_field_is_read_as_it_was_written() {
    let mut count = 0;
    for (facts, group, name) in comparable() {
        let mut leaves = fixture::samples(facts.path.as_str()).to_vec();
        if facts.clearable {
            leaves.push(Leaf::Unset);
        }
        for leaf in leaves {
            let mut answer = response();
            put(&mut answer, group, name, to_wire(facts, &leaf));
            let found = record(&answer);
            assert_eq!(found.tree.get(facts.path), Some(&leaf), "{}", facts.path);
            assert_eq!(found.unknown, [""; 0], "{}", facts.path);
            count += 1;
        }
    }
    assert!(count > 100, "{count} values were tried");
}

#[test]
fn nothing_is_written_as_null() {
    for (facts, ..) in comparable() {
        assert!(!to_wire(facts, &Leaf::Unset).is_null());
    }
}

#[test]
fn a_full_answer_fills_every_field() {
    let found = record(&response());
    for facts in kind().fields().iter().filter(|facts| !facts.write_only) {
        assert!(found.tree.get(facts.path).is_some(), "{}", facts.path);
    }
    assert_eq!(found.remote, fixture::remote("43"));
    assert_eq!(found.ended, None);
    let held = Held::of(&found);
    assert_eq!(
        (held.contract.id(), held.contact.id(), held.address.id()),
        (Some(41), Some(45), Some(44))
    );
}

/// The same account in the layout that is furthest from the likely one.
fn flat() -> Value {
    let mut answer = response();
    let basic = answer["basic"].take();
    let top = answer.as_object_mut().expect("an object");
    top.remove("basic");
    for (name, value) in basic.as_object().expect("an object") {
        top.insert(name.clone(), value.clone());
    }
    answer["account_id"] = "43".into();
    answer["parent_id"] = "42".into();
    answer["payment_responsible"] = "1".into();
    answer["is_billed"] = "true".into();
    for (list, object) in [("contacts", "contact"), ("contracts", "contract")] {
        let row = answer[list][0].take();
        answer.as_object_mut().expect("an object").remove(list);
        answer[object] = row;
    }
    answer["address"] = answer["address"][0].take();
    answer["billing"]["bill_cycle_id"] = "1".into();
    answer["lc_list"] = answer["lc"].take();
    answer.as_object_mut().expect("an object").remove("lc");
    answer
}

#[test]
fn every_layout_is_read_alike() {
    let likely = record(&response());
    let mut below = json!({ "account": flat() });
    for section in [
        "billing",
        "bank_info",
        "address",
        "contact",
        "contract",
        "lc_list",
    ] {
        below[section] = below["account"][section].take();
    }
    for answer in [flat(), below] {
        let found = record(&answer);
        assert_eq!(found.tree, likely.tree);
        assert_eq!(found.unknown, likely.unknown);
        assert_eq!(Held::of(&found), Held::of(&likely));
    }
}

#[test]
fn a_section_that_was_asked_for_and_is_absent_is_unknown() {
    for section in Section::ALL {
        let mut answer = response();
        let object = answer.as_object_mut().expect("an object");
        for key in [section.group(), "contacts", "contracts"] {
            if key == section.group() || key.starts_with(section.name()) {
                object.remove(key);
            }
        }
        let found = record(&answer);
        assert_eq!(found.unknown, [section.name()]);
        let mut others = Section::ALL.to_vec();
        others.retain(|other| *other != section);
        assert_eq!(record_with(&answer, &others).unknown, [""; 0]);
    }
}

#[test]
fn an_empty_list_says_that_there_is_none() {
    for empty in [json!([]), json!(""), json!(null)] {
        let mut answer = response();
        answer["contacts"] = empty;
        let found = record(&answer);
        assert_eq!(found.unknown, [""; 0]);
        assert_eq!(Held::of(&found).contact, Part::Missing);
        assert!(found.tree.at("contact.email").is_none());
    }
}

#[test]
fn a_value_that_is_always_there_and_is_not_is_unknown() {
    for (group, name, field) in [
        ("billing", "curr_code", "billing.currency"),
        ("billing", "bill_cycle_id", "billing.billCycleId"),
        ("basic", "parent_id", "basic.parent"),
        ("basic", "is_billed", "basic.isBilled"),
    ] {
        let mut answer = response();
        let object = answer[group].as_object_mut().expect("an object");
        object.remove(name);
        assert_eq!(record(&answer).unknown, [field]);
    }
    for (group, name, field) in [
        ("basic", "vip_code", "basic.vipCode"),
        ("billing", "tax_number", "billing.taxNumber"),
    ] {
        let mut answer = response();
        let object = answer[group].as_object_mut().expect("an object");
        object.remove(name);
        let found = record(&answer);
        assert_eq!(found.unknown, [""; 0]);
        assert_eq!(found.tree.at(field), Some(&Leaf::Unset));
    }
}

#[test]
fn a_section_under_names_that_nobody_guessed_is_unknown_and_not_empty() {
    for (section, key, strange) in [
        (
            Section::BankInfo,
            "bank_info",
            json!({ "iban": "BY00EXMP", "bic": "X" }),
        ),
        (
            Section::Contact,
            "contacts",
            json!([{ "contact_id": 45, "name": "A" }]),
        ),
        (
            Section::Contract,
            "contracts",
            json!({ "contract_id": 41, "no": "1" }),
        ),
        (
            Section::Address,
            "address",
            json!([{ "address_id": 44, "town": "Minsk" }]),
        ),
    ] {
        let mut answer = response();
        answer[key] = strange;
        assert_eq!(record(&answer).unknown, [section.name()]);
    }
    // What holds no value at all is empty.
    for (key, empty) in [
        ("bank_info", json!({})),
        (
            "contacts",
            json!([{ "contact_id": 45, "contact_type": "main_contact", "noti_channel": "SMS" }]),
        ),
        ("address", json!([{ "address_id": 44, "email": "" }])),
    ] {
        let mut answer = response();
        answer[key] = empty;
        assert_eq!(record(&answer).unknown, [""; 0], "{key}");
    }
}

#[test]
fn a_notification_target_is_empty_only_beside_a_channel() {
    let mut answer = response();
    let basic = answer["basic"].as_object_mut().expect("an object");
    basic.remove("noti_user_id");
    let found = record(&answer);
    assert_eq!(found.unknown, [""; 0]);
    assert_eq!(found.tree.at("basic.notiUserId"), Some(&Leaf::Unset));
    let basic = answer["basic"].as_object_mut().expect("an object");
    basic.remove("noti_channel");
    let found = record(&answer);
    assert_eq!(found.unknown, ["basic.notiChannel", "basic.notiUserId"]);
}

#[test]
fn a_value_of_no_known_form_is_unknown() {
    let mut answer = response();
    answer["billing"]["valid_from"] = "CURRENT_DATE".into();
    answer["basic"]["is_billed"] = "perhaps".into();
    let mut unknown = record(&answer).unknown;
    unknown.sort();
    assert_eq!(unknown, ["basic.isBilled", "billing.validFrom"]);
}

#[test]
fn a_state_that_nothing_tells_is_unknown() {
    let mut answer = response();
    answer["lc"] = json!(false);
    answer["basic"]["lc_state"] = "".into();
    let found = record(&answer);
    assert_eq!(found.unknown, ["basic.lcState"]);
    answer["basic"]["lc_state"] = "Active".into();
    assert_eq!(record(&answer).tree.text("basic.lcState"), Some("Active"));
}

#[test]
fn a_terminated_account_has_ended() {
    let found = record(&fixture::response_in("Terminated"));
    assert_eq!(found.ended.as_deref(), Some("Terminated"));
}

#[test]
fn an_answer_that_names_no_account_is_refused() {
    for name in ["account_id", "account_code"] {
        let mut answer = response();
        for object in ["", "basic"] {
            let place = if object.is_empty() {
                &mut answer
            } else {
                &mut answer[object]
            };
            place.as_object_mut().expect("an object").remove(name);
        }
        let answered = Answered {
            response: answer,
            zone: None,
            processed: Value::Null,
        };
        assert!(
            account(&answered, &[], &fixture::minsk()).is_err(),
            "{name}"
        );
    }
}
