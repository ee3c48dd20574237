//! What the reading methods show, and how they differ.

use serde_json::{Value, json};

use super::{
    super::fixtures::{CUSTOMER_ID, LOGIN_PARTNER_ID, RESELLER_ID, SITE_ID, SYSTEM_ENTRY_ID},
    DOCUMENTED_FIELDS, START, Session, names,
};

/// A reseller below the login customer with nearly everything set.
fn quayside() -> Value {
    json!({
        "Name": "Quayside Resellers",
        "Level": "Reseller",
        "ChildServiceTypes": ["SoftwareOnly", "AllInclusive"],
        "State": "InProduction",
        "DeviceCountry": "GR",
        "LocationId": 18,
        "Flags": ["UnsubscribedFromTrialNotifications"],
        "ExternalCode": "sandbox/quayside",
        "Company": {
            "PostAddress": {
                "Country": "GR", "State": "", "District": "Attica", "City": "Piraeus",
                "ZipCode": "18531", "Address": "4 Akti Example",
            },
            "PhoneNumber": "+30 210 0000000",
            "VatNumber": "EL000000000",
            "BillingContactPersonId": 0,
        },
        "AdvancedPartnerProperties": { "RegionId": 0, "ResponsibleUserId": 0 },
    })
}

#[test]
fn a_minimal_customer_reads_back_whole_by_id() {
    let mut session = Session::new();
    let id = session.add(&json!({}));
    let mut read = session.by_id(id);
    let uid = read["Uid"].take();
    assert_eq!(uid.as_str().map(str::len), Some(36));
    let expected = json!({
        "AdvancedPartnerProperties": { "RegionId": 0, "ResponsibleUserId": 0 },
        "ChildServiceTypes": null,
        "Company": {
            "BankAccountNumber": "",
            "BillingContactPersonId": 0,
            "ChamberOfCommerceNumber": "",
            "FaxNumber": "",
            "LegalCompanyName": "",
            "PhoneNumber": "",
            "PostAddress": { "Country": "Netherlands" },
            "VatNumber": "",
            "WebsiteAddress": "",
        },
        "CreationTime": START,
        "ExternalCode": "",
        "Flags": null,
        "Id": 55806,
        "Level": "EndCustomer",
        "LocationId": 7,
        "MailFrom": "",
        "MailingOption": "Undefined",
        "Name": "Larkfield Dental",
        "ParentId": LOGIN_PARTNER_ID,
        "PrivateFlags": null,
        "Privilege": "Regular",
        "RegistrationOrigin": "Domestic",
        "ServiceType": "AllInclusive",
        "State": "InTrial",
        "TrialExpirationTime": START + 2_592_000,
        "TrialRegistrationTime": START,
        "Uid": null,
        "UpdatePackagesMaxAllowedVersion": "",
    });
    assert_eq!(read, expected);
}

#[test]
fn a_full_reseller_reads_back_what_was_sent() {
    let mut session = Session::new();
    let id = session.add(&quayside());
    let read = session.by_id(id);
    assert_eq!(
        read["ChildServiceTypes"],
        json!(["AllInclusive", "SoftwareOnly"])
    );
    assert_eq!(read["Flags"], json!(["UnsubscribedFromTrialNotifications"]));
    assert_eq!(read["LocationId"], 18);
    assert_eq!(read["ExternalCode"], "sandbox/quayside");
    assert_eq!(read["TrialRegistrationTime"], 0);
    assert_eq!(read["TrialExpirationTime"], 0);
    let address = json!({
        "Address": "4 Akti Example", "City": "Piraeus", "Country": "Greece",
        "District": "Attica", "State": "", "ZipCode": "18531",
    });
    assert_eq!(read["Company"]["PostAddress"], address);
    assert_eq!(read["Company"]["PhoneNumber"], "+30 210 0000000");
    assert_eq!(read.get("DeviceCountry"), None);
}

#[test]
fn by_name_is_thinner_and_by_uid_thicker_than_by_id() {
    let mut session = Session::new();
    let id = session.add(&quayside());
    let whole = session.by_id(id);

    let mut expected = whole.clone();
    expected["AdvancedPartnerProperties"] = Value::Null;
    expected["ChildServiceTypes"] = Value::Null;
    let members = expected.as_object_mut().expect("a customer is an object");
    members.remove("Privilege");
    members.remove("ServiceType");
    let by_name = session.value("GetPartnerInfo", &json!({ "name": "Quayside Resellers" }));
    assert_eq!(by_name, expected);

    let params = json!({ "partnerUid": whole["Uid"] });
    let mut by_uid = session.value("GetPartnerInfoByUid", &params);
    assert!(by_uid["Guid"].is_string());
    by_uid
        .as_object_mut()
        .expect("a customer is an object")
        .remove("Guid");
    assert_eq!(by_uid, whole);
}

#[test]
fn lists_hold_the_descendants_with_placeholders_for_what_was_not_asked() {
    let mut session = Session::new();
    let rows = session.list(&[5]);
    let ids: Vec<_> = rows.iter().filter_map(|row| row["Id"].as_i64()).collect();
    assert_eq!(ids, [SYSTEM_ENTRY_ID, RESELLER_ID, CUSTOMER_ID, SITE_ID]);
    let expected = json!({
        "Id": CUSTOMER_ID,
        "ParentId": RESELLER_ID,
        "Level": "EndCustomer",
        "Name": null,
        "Company": { "PostAddress": null },
        "ExternalPartnerProperties": null,
        "State": "InProduction",
    });
    assert_eq!(rows[2], expected);

    let children = session.value(
        "EnumeratePartners",
        &json!({ "parentPartnerId": LOGIN_PARTNER_ID, "fetchRecursively": false, "fields": [] }),
    );
    assert_eq!(children.as_array().map(Vec::len), Some(2));
}

#[test]
fn every_documented_field_adds_its_members_and_no_others() {
    let mut session = Session::new();
    let bare = session.row(CUSTOMER_ID, &[]);
    let by_id = session.by_id(CUSTOMER_ID);
    let cases: [(i64, &[&str]); 13] = [
        (0, &["Name"]),
        (1, &[]),
        (3, &["ChildServiceTypes"]),
        (4, &["ServiceType"]),
        (5, &["State"]),
        (8, &["LocationId"]),
        (9, &["Flags"]),
        (10, &["Company"]),
        (11, &["TrialRegistrationTime"]),
        (12, &["TrialExpirationTime"]),
        (18, &["ExternalCode", "MailFrom"]),
        (20, &["CreationTime"]),
        (21, &["Uid"]),
    ];
    for (number, members) in cases {
        let mut expected = bare.clone();
        for member in members {
            expected[member] = by_id[member].clone();
        }
        assert_eq!(session.row(CUSTOMER_ID, &[number]), expected, "{number}");
    }
    assert_eq!(session.row(CUSTOMER_ID, &[2, 6, 7, 13, 22, 64]), bare);
}

#[test]
fn an_empty_address_is_an_object_by_id_and_null_in_lists() {
    let mut session = Session::new();
    let id = session.add(&json!({ "Company": { "PhoneNumber": "1" } }));
    assert_eq!(session.by_id(id)["Company"]["PostAddress"], json!({}));
    let row = session.row(id, &DOCUMENTED_FIELDS);
    assert_eq!(row["Company"]["PostAddress"], Value::Null);
    assert_eq!(row["Company"]["PhoneNumber"], "1");
}

#[test]
fn children_come_in_pages_with_the_parent_on_top() {
    let mut session = Session::new();
    for name in ["Delta", "alpha", "Bravo"] {
        session.add(&json!({ "Name": name }));
    }
    let page = session.value(
        "EnumerateChildPartners",
        &json!({
            "partnerId": LOGIN_PARTNER_ID,
            "fields": [0],
            "range": { "Offset": 1, "Size": 2 },
            "partnerFilter": { "States": ["InTrial"], "SortOrder": "ByName" },
        }),
    );
    assert_eq!(names(&page), ["ActualChildCount", "Children", "Info"]);
    assert_eq!(page["ActualChildCount"], 5);
    assert_eq!(page["Info"]["Id"], LOGIN_PARTNER_ID);
    let children = page["Children"].as_array().expect("there are children");
    let shown: Vec<_> = children
        .iter()
        .filter_map(|child| child["Info"]["Name"].as_str())
        .collect();
    assert_eq!(shown, ["Delta", "alpha"]);
    assert_eq!(children[0]["Children"], Value::Null);
    assert_eq!(children[0]["ActualChildCount"], 0);
}

#[test]
fn filters_of_children_know_levels_and_patterns() {
    let mut session = Session::new();
    let cases = [
        (json!({ "Levels": ["Reseller"] }), vec![RESELLER_ID]),
        (json!({ "NamePattern": "recycle" }), vec![SYSTEM_ENTRY_ID]),
        (json!({ "NamePattern": "001*bin" }), vec![SYSTEM_ENTRY_ID]),
        (json!({ "NamePattern": "recycle*" }), vec![]),
        (
            json!({ "ExternalCodePattern": "[*] Recycle*" }),
            vec![SYSTEM_ENTRY_ID],
        ),
        (
            json!({ "SortOrder": "ByLevelAndName" }),
            vec![RESELLER_ID, SYSTEM_ENTRY_ID],
        ),
    ];
    for (filter, expected) in cases {
        let node = session.value(
            "EnumerateChildPartners",
            &json!({ "partnerId": LOGIN_PARTNER_ID, "fields": [], "partnerFilter": filter }),
        );
        let ids: Vec<_> = node["Children"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|child| child["Info"]["Id"].as_i64())
            .collect();
        assert_eq!(ids, expected, "{filter}");
    }
}

#[test]
fn the_tree_nests_and_keeps_the_way_to_what_passes_the_filter() {
    let mut session = Session::new();
    let tree = session.value("GetPartnerTree", &json!({ "partnerId": LOGIN_PARTNER_ID }));
    assert_eq!(tree["Info"]["Name"], Value::Null);
    let site = &tree["Children"][1]["Children"][0]["Children"][0];
    assert_eq!(site["Info"]["Id"], SITE_ID);
    assert_eq!(site["Children"], Value::Null);

    let filter = json!({ "Levels": ["Site"] });
    let tree = session.value(
        "GetPartnerTree",
        &json!({ "partnerId": LOGIN_PARTNER_ID, "fields": [0], "partnerFilter": filter }),
    );
    assert_eq!(tree["Children"].as_array().map(Vec::len), Some(1));
    let site = &tree["Children"][0]["Children"][0]["Children"][0];
    assert_eq!(site["Info"]["Name"], "Lindgren Dental Care - Harbour");

    let tree = session.value(
        "GetPartnerTree",
        &json!({ "partnerId": LOGIN_PARTNER_ID, "fields": [], "childrenLimit": 1 }),
    );
    assert_eq!(tree["ActualChildCount"], 2);
    assert_eq!(tree["Children"].as_array().map(Vec::len), Some(1));
}

#[test]
fn ancestors_start_with_the_customer_and_end_at_the_callers() {
    let mut session = Session::new();
    let rows = session.value(
        "EnumerateAncestorPartners",
        &json!({ "partnerId": CUSTOMER_ID }),
    );
    let rows = rows.as_array().expect("a list is an array");
    let ids: Vec<_> = rows.iter().filter_map(|row| row["Id"].as_i64()).collect();
    assert_eq!(ids, [CUSTOMER_ID, RESELLER_ID, LOGIN_PARTNER_ID]);
    assert_eq!(rows[0], session.by_id(CUSTOMER_ID));
}

#[test]
fn removed_customers_stay_in_the_lists_of_the_past() {
    let mut session = Session::new();
    let id = session.add(&json!({}));
    session.modify(id, &json!({ "Name": "Larkfield Group" }));
    let last = session.by_id(id);
    session.clock.advance(60);
    session.value("RemovePartner", &json!({ "partnerId": id }));

    let removed = |from: i64, until: i64| json!({ "parentPartnerId": LOGIN_PARTNER_ID, "startTime": from, "endTime": until });
    let rows = session.value("EnumerateRemovedPartners", &removed(START, START + 60));
    let expected = json!([{ "Info": last, "RemovalTimestamp": START + 60 }]);
    assert_eq!(rows, expected);
    let rows = session.value("EnumerateRemovedPartners", &removed(START, START + 59));
    assert_eq!(rows, json!([]));

    let history = session.value(
        "GetPartnerInfoHistory",
        &json!({ "partnerId": id, "fields": [0] }),
    );
    let row = |name: &str| {
        json!([
            {
                "Id": id, "ParentId": LOGIN_PARTNER_ID, "Level": "EndCustomer", "Name": name,
                "Company": { "PostAddress": null }, "ExternalPartnerProperties": null,
            },
            { "Timestamp": START },
        ])
    };
    let expected = json!([row("Larkfield Dental"), row("Larkfield Group")]);
    assert_eq!(history, expected);
}

#[test]
fn the_small_reads_answer() {
    let mut session = Session::new();
    let about = json!({ "partnerId": CUSTOMER_ID });
    assert_eq!(session.value("GetPartnerState", &about), "InProduction");
    let advanced = json!({ "RegionId": 8, "ResponsibleUserId": 20411 });
    assert_eq!(
        session.value("GetAdvancedPartnerProperties", &about),
        advanced
    );
    assert_eq!(
        session.value("GetAutoDeploymentPartnerState", &about),
        "Unspecified"
    );
    assert_eq!(
        session.value("IsAutoDeploymentAllowedForPartner", &about),
        false
    );
    assert_eq!(
        session.value("GetRootPartnerName", &json!({})),
        "Sandbox Vendor"
    );
    assert_eq!(
        session.value("GetServerInfo", &json!({})),
        json!({ "Version": "25.1" })
    );
    let users = session.value(
        "EnumerateUsers",
        &json!({ "partnerIds": [LOGIN_PARTNER_ID] }),
    );
    assert_eq!(users[0]["Name"], "api@sandbox.example");
    let users = session.value("EnumerateUsers", &json!({ "partnerIds": [CUSTOMER_ID] }));
    assert_eq!(users, json!([]));
}

#[test]
fn fixtures_hold_full_data_and_a_system_entry() {
    let mut session = Session::new();
    let customer = session.by_id(CUSTOMER_ID);
    for member in names(&customer["Company"]) {
        let value = &customer["Company"][member];
        assert!(*value != "" && *value != 0, "{member} is not set");
    }
    let address = &customer["Company"]["PostAddress"];
    assert_eq!(address.as_object().map(serde_json::Map::len), Some(6));
    let entry = session.by_id(SYSTEM_ENTRY_ID);
    assert_eq!(entry["Name"], "001 - Recycle Bin");
    let code = entry["ExternalCode"].as_str().expect("a text");
    assert!(code.starts_with("[0000012345] "), "{code}");
}
