//! Contacts, contracts and addresses after creation.

use serde_json::{Value, json};

use super::tests_support::{World, keys};

#[test]
fn add_contact_fills_defaults_and_tells_no_id() {
    let mut world = World::new();
    let contact = json!({
        "contact_type": "tech_spec", "contact_name": "Duty", "contact_mobile_num": "+1 2",
    });
    let envelope = world.envelope("AddContact", json!({"account_id": 1, "contact": contact}));
    let block = &envelope["AddContact"];
    assert_eq!(keys(block), "TZ request response");
    assert_eq!(
        block["response"],
        json!({
            "tenant": "zegoal", "skip_lookup_account": false, "flow_type": "AddContact",
            "contact": {
                "contact_type": "tech_spec", "contact_name": "Duty",
                "contact_mobile_num": "+1 2", "contact_email": "", "contact_desc": "",
            },
            "account_id": 1,
        })
    );
    let read = world.read(1);
    assert_eq!(
        keys(&read["contacts"][1]),
        "contact_desc contact_email contact_id contact_mobile_num contact_name contact_type"
    );
    assert_eq!(read["contacts"][1]["contact_id"], 4);
}

#[test]
fn a_number_sent_as_a_phone_comes_back_as_a_number() {
    let mut world = World::new();
    let contact = json!({"contact_name": "Two", "contact_mobile_num": 2});
    let response = world.ok("AddContact", json!({"account_id": 1, "contact": contact}));
    assert_eq!(response["contact"]["contact_mobile_num"], 2);
    assert_eq!(world.read(1)["contacts"][1]["contact_mobile_num"], 2);
    let again = json!({"contact_name": "Two", "contact_mobile_num": "2"});
    let text = world.error("AddContact", json!({"account_id": 1, "contact": again}));
    assert_eq!(
        text,
        "Contact with number [2] and name [Two] already exists."
    );
    world.ok("AddContact", json!({"account_id": 2, "contact": again}));
}

#[test]
fn add_contact_refuses_what_is_missing_or_unknown() {
    let mut world = World::new();
    for (contact, text) in [
        (
            json!({"contact_name": "x"}),
            "Not all required parameters matched",
        ),
        (
            json!({"contact_name": "", "contact_mobile_num": "1"}),
            "Not all required parameters matched",
        ),
        (
            json!([{"contact_name": "x", "contact_mobile_num": "1"}]),
            "Not all required parameters matched",
        ),
        (
            json!({"contact_name": "x", "contact_mobile_num": "1", "contact_type": "boss"}),
            "validation failed: contact.contact_type",
        ),
        (
            json!({"contact_name": "x", "contact_mobile_num": true}),
            "validation failed: contact.contact_mobile_num",
        ),
    ] {
        let body = json!({"account_id": 1, "contact": contact});
        assert_eq!(world.error("AddContact", body), text);
    }
}

#[test]
fn update_contact_takes_a_list_and_changes_what_was_sent() {
    let mut world = World::new();
    let before = world.read(1)["contacts"][0].clone();
    let list = json!([{"contact_id": "1", "contact_email": "new@lakeside.example"}]);
    let response = world.ok("UpdateContact", json!({"account_id": 1, "contact": list}));
    assert_eq!(
        response,
        json!({
            "tenant": "zegoal", "skip_lookup_account": true, "skip_lookup_contact": false,
            "flow_type": "UpdateContact",
            "contact": [{"contact_id": 1, "contact_email": "new@lakeside.example"}],
            "account_id": 1, "TZ": "Europe/Minsk",
        })
    );
    let mut expected = before;
    expected["contact_email"] = "new@lakeside.example".into();
    // The contact born with the account shows the value under both names.
    expected["email"] = "new@lakeside.example".into();
    assert_eq!(world.read(1)["contacts"][0], expected);
}

#[test]
fn update_contact_is_all_or_nothing() {
    let mut world = World::new();
    let before = world.read(1);
    for (list, text) in [
        (
            json!([{"contact_id": 1, "contact_email": "x"}, {"contact_id": 77}]),
            "contacts not found",
        ),
        (
            json!([{"contact_email": "x"}]),
            "Not all required parameters matched",
        ),
        (json!([]), "Not all required parameters matched"),
        (json!({"contact_id": 1}), "validation failed: contact"),
        // The contact of another account.
        (
            json!([{"contact_id": 2, "contact_email": "x"}]),
            "contacts not found",
        ),
    ] {
        let body = json!({"account_id": 1, "contact": list});
        assert_eq!(world.error("UpdateContact", body), text);
    }
    assert_eq!(world.read(1), before);
    // Without the lookup nobody notices that the contact is not there.
    let body = json!({
        "account_id": 1, "skip_lookup_contact": true,
        "contact": [{"contact_id": 77, "contact_email": "x"}],
    });
    world.ok("UpdateContact", body);
    assert_eq!(world.read(1), before);
}

#[test]
fn deleting_contacts_returns_them_whole() {
    let mut world = World::new();
    let contact = json!({"contact_name": "Duty", "contact_mobile_num": "1"});
    world.ok("AddContact", json!({"account_id": 1, "contact": contact}));
    let body = json!({"account_id": 1, "contacts": [{"contact_id": 4}]});
    let envelope = world.envelope("DeleteAccountContacts", body);
    assert_eq!(keys(&envelope["DeleteAccountContacts"]), "request response");
    assert_eq!(
        envelope["DeleteAccountContacts"]["response"],
        json!({"deleted_contacts": [{
            "contact_type": "main_contact", "contact_name": "Duty",
            "contact_mobile_num": "1", "contact_id": 4, "contact_email": "",
            "contact_desc": "",
        }]})
    );
    assert_eq!(world.read(1)["contacts"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_delete_family_of_errors_is_complete() {
    let mut world = World::new();
    for (noun, id, api) in [
        ("contacts", "contact_id", "DeleteAccountContacts"),
        ("contracts", "contract_id", "DeleteAccountContracts"),
    ] {
        for (list, text) in [
            (json!([]), format!("no {noun} in the request")),
            (
                json!([{id: 1}, {id: "1"}]),
                format!("to many {noun} in the request"),
            ),
            (json!([{id: 999}]), format!("{noun} not found")),
            (json!([{id: 1}, {id: 999}]), format!("not all {noun} found")),
            (
                json!([{id: "x"}]),
                format!("validation failed: {noun}.{id}"),
            ),
            (json!({id: 1}), format!("validation failed: {noun}")),
        ] {
            let body = json!({"account_id": 1, noun: list});
            assert_eq!(world.error(api, body), text);
        }
    }
}

#[test]
fn update_contract_takes_both_spellings() {
    let mut world = World::new();
    let contract = json!({
        "contract_oid": 1, "contract_num": "A", "signation_date": "2024-01-01 00:00:00",
        "contract_valid_to": "2027-01-01 00:00:00", "description": "new",
    });
    let response = world.ok(
        "UpdateContract",
        json!({"account_id": 1, "contract": contract.clone()}),
    );
    assert_eq!(
        response,
        json!({
            "tenant": "zegoal", "flow_type": "UpdateContract", "contract": contract,
            "account_id": 1, "TZ": "Europe/Minsk",
        })
    );
    let read = &world.read(1)["contracts"][0];
    assert_eq!(read["contract_number"], "A");
    assert_eq!(read["signing_date"], "2024-01-01 00:00:00");
    assert_eq!(read["contract_valid_to"], "2027-01-01 00:00:00");
    assert_eq!(read["contract_description"], "new");
    assert_eq!(read["contract_status"], "Signed");
}

#[test]
fn update_contract_knows_the_current_date_and_its_own_errors() {
    let mut world = World::new();
    let body =
        json!({"account_id": 1, "contract": {"contract_oid": 1, "valid_from": "CURRENT_DATE"}});
    world.ok("UpdateContract", body);
    let read = world.read(1);
    assert_eq!(
        read["contracts"][0]["contract_valid_from"],
        "2024-05-06 10:15:30"
    );
    for (contract, text) in [
        (
            json!({"contract_id": 1}),
            "Not all required parameters matched",
        ),
        (json!({"contract_oid": 77}), "contracts not found"),
        (
            json!({"contract_oid": 1, "contract_status": "signed"}),
            "validation failed: contract.contract_status",
        ),
        (
            json!({"contract_oid": 1, "valid_to": "2027-01-01"}),
            "validation failed: contract.valid_to",
        ),
    ] {
        let body = json!({"account_id": 1, "contract": contract});
        assert_eq!(world.error("UpdateContract", body), text);
    }
}

#[test]
fn one_deleted_contract_is_a_bare_object_and_two_are_a_list() {
    let mut world = World::new();
    for number in ["B", "C", "D"] {
        let contract = json!({"contract_num": number});
        let response = world.ok(
            "AddContract",
            json!({"account_id": 1, "contract": contract}),
        );
        assert_eq!(response["flow_type"], "AddContract");
    }
    assert_eq!(
        world.read(1)["contracts"][1]["contract_valid_to"],
        "2050-01-01 00:00:00"
    );
    let one = json!({"account_id": 1, "contracts": [{"contract_id": 3}]});
    let envelope = world.envelope("DeleteAccountContracts", one);
    let block = &envelope["DeleteAccountContracts"];
    assert_eq!(keys(block), "TZ request response");
    assert_eq!(
        keys(&block["response"]["deleted_contracts"]),
        "contract_description contract_id contract_number contract_status contract_valid_from \
         contract_valid_to signing_date"
    );
    let two = json!({"account_id": 1, "contracts": [{"contract_id": 4}, {"contract_id": 5}]});
    let response = world.ok("DeleteAccountContracts", two);
    let numbers: Vec<_> = (0..2)
        .map(|index| &response["deleted_contracts"][index]["contract_number"])
        .collect();
    assert_eq!(numbers, ["C", "D"]);
}

#[test]
fn add_address_answers_what_was_sent_and_no_id() {
    let mut world = World::new();
    let address = json!({"city": "Brest", "house": "9", "company_name": "ignored"});
    let response = world.ok("AddAddress", json!({"account_id": 2, "address": address}));
    assert_eq!(
        response,
        json!({
            "tenant": "zegoal", "flow_type": "AddAddress",
            "address": {"city": "Brest", "house": "9"},
            "account_id": 2, "TZ": "Europe/Minsk",
        })
    );
    let read = &world.read(2)["address"][1];
    assert_eq!(read["address_id"], 4);
    assert_eq!(read["address_type"], "main_address");
    assert_eq!(read["company_name"], "");
    assert_eq!(
        world.error(
            "AddAddress",
            json!({"account_code": "90003", "address": {"city": "Brest"}})
        ),
        "Not all required parameters matched"
    );
}

#[test]
fn update_address_finds_the_account_by_the_address() {
    let mut world = World::new();
    let before = world.read(1)["address"][0].clone();
    let address = json!({"address_id": 1, "city": "Brest", "country_code": "nonsense"});
    let response = world.ok("UpdateAddress", json!({"address": address.clone()}));
    assert_eq!(
        response,
        json!({
            "tenant": "zegoal", "flow_type": "UpdateAddress", "address": address,
            "account_id": 1, "TZ": "Europe/Minsk",
        })
    );
    let mut expected = before;
    expected["city"] = "Brest".into();
    expected["country_code"] = "nonsense".into();
    assert_eq!(world.read(1)["address"][0], expected);
}

#[test]
fn update_address_keeps_to_its_account_and_to_what_it_knows() {
    let mut world = World::new();
    let change =
        |account: Value, address: Value| json!({"account_id": account, "address": address});
    for (body, text) in [
        (
            change(json!(1), json!({"address_id": 2, "city": "x"})),
            "Address is not found",
        ),
        (
            change(json!(""), json!({"address_id": 77})),
            "Address is not found",
        ),
        // The address of a terminated account.
        (
            change(json!(""), json!({"address_id": 3})),
            "Address is not found",
        ),
        (
            change(json!(3), json!({"address_id": 3})),
            "Account is not found",
        ),
        (
            change(json!(1), json!({"city": "x"})),
            "Not all required parameters matched",
        ),
        (
            change(json!(1), json!({"address_id": 1, "address_type": "tent"})),
            "validation failed: address.address_type",
        ),
    ] {
        assert_eq!(world.error("UpdateAddress", body), text);
    }
    let before = world.read(1);
    let body = change(json!(1), json!({"address_id": 1, "company_name": "x"}));
    world.ok("UpdateAddress", body);
    assert_eq!(world.read(1), before);
}
