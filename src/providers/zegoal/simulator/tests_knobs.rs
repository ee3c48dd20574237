//! What every value of every knob says.

use serde_json::{Value, json};

use super::{
    knobs::KNOBS,
    tests_support::{World, as_id, full_account, full_read, keys},
};

/// Calls that between them touch whatever a knob can change.
fn story(world: &mut World) -> Vec<Value> {
    let mut body = full_account();
    body["basic"]["lc_from"] = "2024-05-01 00:00:00".into();
    body["basic"]["noti_channel"] = "tech_noti".into();
    body["basic"]["noti_user_id"] = "".into();
    // One name is sent in both vocabularies, the others in one alone.
    body["contact"] = json!({
        "company_title": "Title", "contact_name": "Other title", "contact_num": "12",
        "work_phone": "34", "noti_channel": "SMS",
    });
    let created = world.envelope("CreateAccount", body);
    let id = as_id(&created["CreateAccount"]["response"]["basic"]["account_id"]);
    let mut answers = vec![created];
    let mut tell = |world: &mut World, api: &str, body: Value| {
        answers.push(world.envelope(api, body));
    };
    tell(world, "GetAccountInfo", full_read(id));
    let contract = json!({
        "contract_oid": 3, "contract_num": "A", "contract_number": "B", "description": "C",
    });
    let body = json!({"account_id": id, "contract": contract});
    tell(world, "UpdateContract", body);
    world.pass_days(1);
    tell(
        world,
        "SetLC",
        json!({"account_id": id, "lc_status": "Active", "clean": 1}),
    );
    tell(world, "GetAccountInfo", full_read(id));
    // The schedule of the fixture's trial goes, though the state stays.
    let stay = json!({"account_id": 2, "lc_status": "Trial", "clean": 1});
    tell(world, "SetLC", stay);
    tell(world, "GetAccountInfo", full_read(2));
    let skip = json!({"account_id": 3, "skip_lookup_account": true});
    tell(world, "GetAccountInfo", skip);
    let in_other_case = json!({"account_name": "pine yard repairs"});
    tell(world, "GetAccountInfo", in_other_case);
    answers
}

#[test]
fn every_value_of_every_knob_changes_what_is_said() {
    for knob in &KNOBS {
        // This one only says how far two others reach.
        let others: &[_] = if knob.name == "one_element_lists_everywhere" {
            &[("ids", "string"), ("one_element_lists", "object")]
        } else {
            &[]
        };
        let stories: Vec<_> = knob
            .values
            .iter()
            .map(|value| {
                let mut world = World::with(others);
                world.set(knob.name, value);
                story(&mut world)
            })
            .collect();
        for (place, told) in stories.iter().enumerate() {
            let same = stories[..place].contains(told);
            assert!(
                !same,
                "{}={} says nothing new",
                knob.name, knob.values[place]
            );
        }
    }
}

#[test]
fn knob_names_are_unique_and_defaults_come_first() {
    let mut names: Vec<_> = KNOBS.iter().map(|knob| knob.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), KNOBS.len());
    for (name, default) in [
        ("envelope", "2019"),
        ("ids", "number"),
        ("flags", "number_and_bool"),
        ("lc_clean", "close_current"),
        ("one_element_lists_everywhere", "yes"),
    ] {
        let knob = KNOBS.iter().find(|knob| knob.name == name);
        assert_eq!(knob.map(|knob| knob.values[0]), Some(default));
    }
}

#[test]
fn envelopes_of_2020_say_more() {
    let mut world = World::with(&[("envelope", "2020")]);
    let envelope = world.envelope("GetTenantDict", json!({}));
    assert_eq!(
        keys(&envelope["processing_result"]),
        "code ctx_id status text"
    );
    assert_eq!(
        keys(&envelope["GetTenantDict"]),
        "enriched_request extra_logic request response"
    );
    assert_eq!(envelope["GetTenantDict"]["extra_logic"], "");
    let enriched = &envelope["GetTenantDict"]["enriched_request"];
    assert_eq!(enriched, &json!({"tenant": "zegoal"}));

    let envelope = world.envelope("GetAccountInfo", json!({"account_id": 1}));
    let enriched = &envelope["GetAccountInfo"]["enriched_request"];
    assert_eq!(enriched["return_lc"], false);
    assert_eq!(enriched["account_id"], 1);
    let basic = json!({"account_code": "a", "account_name": "b"});
    let envelope = world.envelope("CreateAccount", json!({"basic": basic}));
    let block = &envelope["CreateAccount"];
    assert_eq!(block["enriched_request"]["billing"]["curr_code"], "BYN");
    assert_eq!(block["request"]["basic"], basic);
}

#[test]
fn dates_of_processing_carry_an_offset_as_told() {
    for (value, created, read) in [
        ("documented", true, false),
        ("always_offset", true, true),
        ("never_offset", false, false),
    ] {
        let mut world = World::with(&[("processing_date", value)]);
        for (api, body, offset) in [
            ("CreateAccount", full_account(), created),
            ("GetAccountInfo", json!({"account_id": 1}), read),
        ] {
            let envelope = world.envelope(api, body);
            let plain = "2024-05-06 10:15:30";
            let expected = if offset {
                format!("{plain} +03:00")
            } else {
                plain.to_owned()
            };
            assert_eq!(envelope["processing_date"], expected, "{value} {api}");
        }
    }
}

#[test]
fn verdicts_are_written_as_told() {
    let mut world = World::with(&[("code", "string"), ("error_response", "string_false")]);
    let envelope = world.envelope("GetAccountInfo", json!({"account_id": 1}));
    assert_eq!(envelope["processing_result"]["code"], "0");
    let envelope = world.envelope("GetAccountInfo", json!({"account_id": 77}));
    assert_eq!(envelope["processing_result"]["code"], "1");
    assert_eq!(envelope["GetAccountInfo"]["response"], "false");

    world.set("success_text", "empty");
    let envelope = world.envelope("GetAccountInfo", json!({"account_id": 1}));
    assert_eq!(envelope["processing_result"]["text"], "");
    world.set("success_text", "missing");
    let envelope = world.envelope("GetAccountInfo", json!({"account_id": 1}));
    assert_eq!(keys(&envelope["processing_result"]), "code status");
    let envelope = world.envelope("GetAccountInfo", json!({"account_id": 77}));
    assert_eq!(
        envelope["processing_result"]["text"],
        "Account is not found"
    );
}

#[test]
fn ids_can_be_strings_everywhere_or_nearly() {
    let mut world = World::with(&[("ids", "string")]);
    let id = world.create_full();
    let read = world.read(id);
    assert_eq!(read["account_id"], "4");
    assert_eq!(read["basic"]["parent_id"], "1");
    assert_eq!(read["billing"]["bill_cycle_id"], "2");
    assert_eq!(read["billing"]["billing_profile_id"], "4");
    assert_eq!(read["contracts"][0]["contract_id"], "3");
    assert_eq!(read["sold_products"][0]["id"], "4");
    world.set("one_element_lists_everywhere", "no");
    let read = world.read(id);
    assert_eq!(read["account_id"], "4");
    assert_eq!(read["basic"]["parent_id"], 1);
    assert_eq!(read["billing"]["bill_cycle_id"], 2);
    assert_eq!(read["sold_products"][0]["id"], 4);
}

#[test]
fn flags_are_written_as_told() {
    for (value, responsible, billed) in [
        ("number_and_bool", json!(1), json!(true)),
        ("numbers", json!(1), json!(1)),
        ("strings", json!("1"), json!("true")),
    ] {
        let mut world = World::with(&[("flags", value)]);
        let basic = &world.read(1)["basic"];
        assert_eq!(basic["payment_responsible"], responsible);
        assert_eq!(basic["is_billed"], billed);
    }
}

#[test]
fn lists_of_one_shrink_everywhere_or_nearly() {
    let mut world = World::with(&[("one_element_lists", "object")]);
    let read = world.read(1);
    for section in ["address", "contacts", "contracts", "lc", "sold_products"] {
        assert!(read[section].is_object(), "{section}");
    }
    assert!(read["sold_products"]["lc"].is_object());
    assert!(read["balances"].is_array());
    assert_eq!(read["payments"], json!([]));
    world.set("one_element_lists_everywhere", "no");
    let read = world.read(1);
    assert!(read["contacts"].is_object());
    assert!(read["sold_products"][0]["lc"].is_array());
}

#[test]
fn layouts_differ() {
    let mut world = World::with(&[("layout", "flat")]);
    let read = world.read(1);
    assert_eq!(read.get("basic"), None);
    assert_eq!(read["vip_code"], "V1");
    assert_eq!(read["lc_state"], "Active");
    assert_eq!(read["noti_channel"], "e-mail");
    world.set("layout", "singular");
    let read = world.read(1);
    assert_eq!(read["basic"]["vip_code"], "V1");
    assert_eq!(read["contact"][0]["contact_id"], 1);
    assert_eq!(read["contract"][0]["contract_id"], 1);
    assert_eq!(read.get("contacts"), None);
    assert_eq!(read.get("contracts"), None);
    world.set("layout", "account");
    let read = world.read(1);
    assert_eq!(read.get("basic"), None);
    assert_eq!(read["account"]["vip_code"], "V1");
    assert_eq!(read["lc_progression"][0]["lc_status"], "Active");
    assert_eq!(read.get("lc"), None);
    world.set("layout", "alternative");
    let read = world.read(1);
    assert_eq!(read["basic"]["vip_code"], "V1");
    assert_eq!(read["addresses"][0]["address_id"], 1);
    assert_eq!(read["lc_list"][0]["lc_status"], "Active");
    assert_eq!(read["products"][0]["product_name"], "Trial");
    assert_eq!(read["References"], json!([]));
    for usual in ["address", "lc", "sold_products", "references"] {
        assert_eq!(read.get(usual), None, "{usual}");
    }
}

#[test]
fn one_vocabulary_of_contacts_may_be_lost() {
    for (value, title, department) in [
        ("both", "response", "table"),
        ("parameter_table", "table", "table"),
        ("response_side", "response", ""),
    ] {
        let mut world = World::with(&[("contact_vocabulary", value)]);
        let mut body = full_account();
        body["contact"] = json!({
            "contact_name": "table", "company_title": "response", "contact_dept": "table",
        });
        let response = world.ok("CreateAccount", body);
        assert_eq!(response["contact"]["company_title"], title, "{value}");
        assert_eq!(response["contact"]["company_dept"], department, "{value}");
        let read = world.read(4);
        assert_eq!(read["contacts"][0]["contact_name"], title);
    }
}

#[test]
fn one_spelling_of_contracts_may_be_lost_though_it_is_echoed() {
    for (value, number, description) in [
        ("both", "create", "table"),
        ("create_side", "create", "Frame agreement"),
        ("parameter_table", "table", "table"),
    ] {
        let mut world = World::with(&[("contract_vocabulary", value)]);
        let contract = json!({
            "contract_oid": 1, "contract_num": "table", "contract_number": "create",
            "description": "table",
        });
        let body = json!({"account_id": 1, "contract": contract.clone()});
        let response = world.ok("UpdateContract", body);
        assert_eq!(response["contract"], contract);
        let read = &world.read(1)["contracts"][0];
        assert_eq!(read["contract_number"], number, "{value}");
        assert_eq!(read["contract_description"], description, "{value}");
    }
}

#[test]
fn notifications_may_stand_with_the_contact() {
    let mut world = World::with(&[("noti_location", "contact")]);
    let read = world.read(1);
    assert_eq!(read["basic"].get("noti_channel"), None);
    assert_eq!(read["contacts"][0]["noti_channel"], "e-mail");
    assert_eq!(
        read["contacts"][0]["noti_user_id"],
        "billing@lakeside.example"
    );
    let bare = world.ok("GetAccountInfo", json!({"account_id": 1}));
    assert_eq!(bare["basic"].get("noti_channel"), None);
}

#[test]
fn either_place_of_notifications_may_win() {
    for (value, channel) in [("basic", "Viber"), ("contact", "SMS")] {
        let mut world = World::with(&[("noti_wins", value)]);
        let mut body = full_account();
        body["contact"]["noti_channel"] = "SMS".into();
        let response = world.ok("CreateAccount", body);
        assert_eq!(response["contact"]["noti_channel"], channel);
    }
    // One place alone is enough under any value.
    let mut world = World::new();
    let body = json!({
        "basic": {"account_code": "a", "account_name": "b"},
        "contact": {"noti_user_id": "only here"},
    });
    let response = world.ok("CreateAccount", body);
    assert_eq!(response["contact"]["noti_user_id"], "only here");
}

#[test]
fn clean_may_drop_the_past_too() {
    let mut world = World::with(&[("lc_clean", "drop_all")]);
    let id = world.create_full();
    world.pass_days(1);
    let active = json!({"account_id": id, "lc_status": "Active", "clean": 1});
    world.ok("SetLC", active);
    let rows = world.rows(id);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].0, "Active");
    // What is yet to come leaves the account where it is until then.
    let later = json!({
        "account_id": id, "lc_status": "Terminated", "clean": 1, "offset": "+6days",
    });
    world.ok("SetLC", later);
    assert_eq!(world.state_of(id), "Active");
    assert_eq!(world.rows(id).len(), 2);
}

#[test]
fn trials_may_count_from_their_stated_beginning() {
    for (value, state) in [("creation", "Trial"), ("lc_from", "Suspended")] {
        let mut world = World::with(&[("trial_counts_from", value)]);
        let mut body = full_account();
        body["basic"]["lc_from"] = "2024-04-20 00:00:00".into();
        world.ok("CreateAccount", body);
        assert_eq!(world.state_of(4), state, "{value}");
    }
}

#[test]
fn an_empty_user_id_may_be_replaced_by_the_endpoint() {
    let end_point = "https://org1.zegoal.com/api/billing_notification/";
    let mut world = World::with(&[("notification_end_point", "set")]);
    let body = json!({"basic": {"account_code": "a", "account_name": "b"}});
    let response = world.ok("CreateAccount", body);
    assert_eq!(response["contact"]["noti_user_id"], end_point);
    assert_eq!(world.read(4)["basic"]["noti_user_id"], end_point);

    let change = |channel: &str| json!({"account_id": 4, "basic": {"noti_channel": channel, "noti_user_id": ""}});
    world.ok("UpdateAccount", change("Viber"));
    assert_eq!(world.read(4)["basic"]["noti_user_id"], "");
    let response = world.ok("UpdateAccount", change("tech_noti"));
    assert_eq!(response["basic"]["noti_user_id"], end_point);
    assert_eq!(world.read(4)["basic"]["noti_user_id"], end_point);
}

#[test]
fn skipping_the_lookup_may_reveal_the_terminated() {
    let by_id = json!({"account_id": 3, "skip_lookup_account": true});
    let mut world = World::new();
    assert_eq!(
        world.error("GetAccountInfo", by_id.clone()),
        "Account is not found"
    );
    world.set("skip_lookup_reveals_terminated", "yes");
    world.ok("GetAccountInfo", by_id);
    let by_code = json!({"account_code": "90002", "skip_lookup_account": true});
    assert_eq!(
        world.error("GetAccountInfo", by_code),
        "Account is not found"
    );
}

#[test]
fn look_ups_may_ignore_the_case() {
    let by_code = json!({"account_code": "thu jul 25 16:03:08 eest 2019"});
    let by_name = json!({"account_name": "PINE Yard Repairs"});
    let mut world = World::new();
    for body in [&by_code, &by_name] {
        let error = world.error("GetAccountInfo", body.clone());
        assert_eq!(error, "Account is not found");
    }
    world.set("look_up_case", "ignored");
    for (body, id) in [(by_code, 264), (by_name, 2)] {
        assert_eq!(world.ok("GetAccountInfo", body)["account_id"], id);
    }
}

#[test]
fn what_has_no_value_may_be_null_or_absent() {
    let mut world = World::with(&[("unset_in_answers", "null")]);
    let read = world.read(2);
    assert_eq!(read["basic"]["vip_code"], Value::Null);
    assert_eq!(read["contacts"][0]["email"], Value::Null);
    assert_eq!(read["lc"][2]["lc_to"], Value::Null);
    assert_eq!(keys(&read["bank_info"]).split(' ').count(), 5);
    world.set("unset_in_answers", "absent");
    let read = world.read(2);
    assert_eq!(read["basic"].get("vip_code"), None);
    assert_eq!(read["bank_info"], json!({}));
    assert_eq!(read["basic"]["account_code"], "90003");
}

#[test]
fn a_section_may_be_missing_though_it_was_asked_for() {
    let sections = [
        "bank_info",
        "contacts",
        "billing",
        "contracts",
        "address",
        "lc",
    ];
    for section in sections {
        let mut world = World::with(&[("section_missing", section)]);
        let read = world.read(1);
        assert_eq!(read["return_billing"], true);
        for other in sections {
            assert_eq!(read.get(other).is_none(), other == section, "{other}");
        }
    }
}

#[test]
fn clean_may_leave_a_schedule_when_the_state_stays() {
    let mut world = World::with(&[("lc_clean", "only_when_moving")]);
    let id = world.create_full();
    let before = world.rows(id);
    world.ok(
        "SetLC",
        json!({"account_id": id, "lc_status": "Trial", "clean": 1}),
    );
    assert_eq!(world.rows(id), before);
    world.pass_days(1);
    world.ok(
        "SetLC",
        json!({"account_id": id, "lc_status": "Active", "clean": 1}),
    );
    let states: Vec<String> = world.rows(id).into_iter().map(|row| row.0).collect();
    assert_eq!(states, ["Trial", "Active"]);
}

#[test]
fn phones_of_digits_may_become_numbers() {
    let mut world = World::with(&[("phones_as_numbers", "yes")]);
    let contact = &world.read(1)["contacts"][0];
    assert_eq!(contact["mobile_phone"], 375_290_090_001_u64);
    assert_eq!(contact["contact_mobile_num"], 375_290_090_001_u64);
    assert_eq!(contact["work_phone"], "+375 17 009 00 01");
    for unlike in ["007", "", "12345678901234567"] {
        let list = json!([{"contact_id": 1, "contact_mobile_num": unlike}]);
        world.ok("UpdateContact", json!({"account_id": 1, "contact": list}));
        let contact = &world.read(1)["contacts"][0];
        assert_eq!(contact["mobile_phone"], unlike);
    }
}
