//! Adding, changing, moving and removing.

use serde_json::{Value, json};

use super::{
    super::fixtures::{CUSTOMER_ID, LOGIN_PARTNER_ID, RESELLER_ID, SITE_ID},
    START, Session,
};

#[test]
fn the_extended_add_brings_its_out_parameter_beside_the_result() {
    let mut session = Session::new();
    let params = json!({
        "partnerInfo": {
            "ParentId": LOGIN_PARTNER_ID, "Name": "Mooring Legal", "Level": "EndCustomer",
        },
        "createDefaultAccount": false,
    });
    let answer = session.call("AddPartnerEx", &params);
    let expected = json!({ "result": 55806, "resetPasswordUrl": "" });
    assert_eq!(answer["result"], expected);
}

#[test]
fn a_change_answers_null_and_touches_only_what_it_names() {
    let mut session = Session::new();
    let mut expected = session.by_id(CUSTOMER_ID);
    let params = json!({
        "partnerInfo": {
            "Id": CUSTOMER_ID,
            "Name": "Lindgren Dental Group",
            "MailFrom": null,
            "Company": { "PostAddress": { "City": "Utrecht" }, "PhoneNumber": "" },
        },
        "forceRemoveCustomColumnValuesInOldScope": false,
    });
    let answer = session.call("ModifyPartner", &params);
    assert_eq!(answer["result"], Value::Null);
    assert_eq!(answer.get("error"), None);

    expected["Name"] = json!("Lindgren Dental Group");
    expected["Company"]["PostAddress"]["City"] = json!("Utrecht");
    expected["Company"]["PhoneNumber"] = json!("");
    assert_eq!(session.by_id(CUSTOMER_ID), expected);
}

#[test]
fn every_leaf_can_be_written_alone() {
    let mut session = Session::new();
    let id = session.add(&json!({ "Level": "Reseller" }));
    let changes = [
        ("/ServiceType", json!("SoftwareOnly")),
        ("/ChildServiceTypes", json!(["SoftwareOnly"])),
        ("/Flags", json!(["CanInvoiceOthers"])),
        ("/MailingOption", json!("ExcludeAll")),
        ("/ExternalCode", json!("code")),
        ("/MailFrom", json!("a@b.example")),
        ("/UpdatePackagesMaxAllowedVersion", json!("1.2")),
        ("/TrialRegistrationTime", json!(5)),
        ("/TrialExpirationTime", json!(START + 9)),
        ("/AdvancedPartnerProperties/RegionId", json!(3)),
        ("/AdvancedPartnerProperties/ResponsibleUserId", json!(4)),
        ("/Company/PhoneNumber", json!("1")),
        ("/Company/FaxNumber", json!("2")),
        ("/Company/WebsiteAddress", json!("www.x.example")),
        ("/Company/LegalCompanyName", json!("X B.V.")),
        ("/Company/ChamberOfCommerceNumber", json!("3")),
        ("/Company/VatNumber", json!("4")),
        ("/Company/BankAccountNumber", json!("5")),
        ("/Company/BillingContactPersonId", json!(6)),
        ("/Company/PostAddress/Country", json!("Greece")),
        ("/Company/PostAddress/State", json!("s")),
        ("/Company/PostAddress/District", json!("d")),
        ("/Company/PostAddress/City", json!("c")),
        ("/Company/PostAddress/ZipCode", json!("z")),
        ("/Company/PostAddress/Address", json!("a")),
    ];
    let mut expected = session.by_id(id);
    for (pointer, value) in changes {
        let path: Vec<&str> = pointer[1..].split('/').collect();
        let sent = path
            .iter()
            .rev()
            .fold(value.clone(), |inner, name| json!({ *name: inner }));
        session.modify(id, &sent);
        let mut place = &mut expected;
        for name in path {
            place = &mut place[name];
        }
        *place = value;
        assert_eq!(session.by_id(id), expected, "{pointer}");
    }
}

#[test]
fn empty_values_clear_and_sets_are_replaced() {
    let mut session = Session::new();
    let flags = json!({ "Flags": ["UnsubscribedFromTrialNotifications", "CanInvoiceOthers"] });
    session.modify(RESELLER_ID, &flags);
    session.modify(RESELLER_ID, &json!({ "Flags": ["HasCustomBranding"] }));
    let read = session.by_id(RESELLER_ID);
    assert_eq!(read["Flags"], json!(["HasCustomBranding"]));

    session.modify(
        RESELLER_ID,
        &json!({ "Flags": [], "ChildServiceTypes": [] }),
    );
    let read = session.by_id(RESELLER_ID);
    assert_eq!(read["Flags"], Value::Null);
    assert_eq!(read["ChildServiceTypes"], Value::Null);

    session.modify(CUSTOMER_ID, &json!({ "ExternalCode": "" }));
    assert_eq!(session.by_id(CUSTOMER_ID)["ExternalCode"], "");
}

#[test]
fn what_the_server_owns_cannot_be_written() {
    let mut session = Session::new();
    let before = session.by_id(CUSTOMER_ID);
    let forbidden = json!({
        "Uid": "x", "CreationTime": 1, "PrivateFlags": ["ExpireAfterTrial"],
        "RegistrationOrigin": "ExternalWeb", "Privilege": "x", "Country": "FR",
    });
    session.modify(CUSTOMER_ID, &forbidden);
    assert_eq!(session.by_id(CUSTOMER_ID), before);
}

#[test]
fn a_refused_change_leaves_no_trace() {
    let mut session = Session::new();
    let before = session.service.state()["partners"].clone();
    let changes = json!({ "ExternalCode": "new", "LocationId": 8 });
    assert_eq!(session.refused_modify(CUSTOMER_ID, &changes), 1802);
    let changes = json!({ "Name": "New", "Flags": ["Count"] });
    assert_eq!(session.refused_modify(CUSTOMER_ID, &changes), 0);
    assert_eq!(session.refused_add(&json!({ "LocationId": 8 })), 1802);
    assert_eq!(session.service.state()["partners"], before);
    assert_eq!(session.add(&json!({})), 55806);
}

#[test]
fn a_customer_moves_with_all_below_it() {
    let mut session = Session::new();
    let reseller = session.add(&json!({ "Name": "Quayside", "Level": "Reseller" }));
    let id = session.add(&json!({}));
    session.add(&json!({ "Name": "Larkfield North", "ParentId": id, "Level": "Site" }));
    session.modify(id, &json!({ "ParentId": reseller }));
    assert_eq!(session.by_id(id)["ParentId"], reseller);
    let below = session.value(
        "EnumeratePartners",
        &json!({ "parentPartnerId": reseller, "fetchRecursively": true, "fields": [] }),
    );
    assert_eq!(below.as_array().map(Vec::len), Some(2));
}

#[test]
fn a_move_must_not_run_in_a_circle_or_break_the_order_of_levels() {
    let mut session = Session::new();
    let reseller = session.add(&json!({ "Name": "Quayside", "Level": "Reseller" }));
    let moves = [
        (RESELLER_ID, json!({ "ParentId": RESELLER_ID })),
        (
            RESELLER_ID,
            json!({ "ParentId": CUSTOMER_ID, "Level": "Site" }),
        ),
        (reseller, json!({ "ParentId": RESELLER_ID })),
        (CUSTOMER_ID, json!({ "Level": "Site" })),
        (CUSTOMER_ID, json!({ "Level": "Reseller" })),
    ];
    for (id, members) in moves {
        assert_eq!(session.refused_modify(id, &members), 0, "{members}");
    }
    session.modify(
        reseller,
        &json!({ "ParentId": RESELLER_ID, "Level": "EndCustomer" }),
    );
}

#[test]
fn a_move_that_loses_values_of_custom_columns_needs_force() {
    let mut session = Session::new();
    let mut params = json!({ "partnerInfo": { "Id": CUSTOMER_ID, "ParentId": LOGIN_PARTNER_ID } });
    assert_eq!(session.refusal("ModifyPartner", &params), 1703);
    assert_eq!(session.by_id(CUSTOMER_ID)["ParentId"], RESELLER_ID);
    params["forceRemoveCustomColumnValuesInOldScope"] = json!(true);
    session.value("ModifyPartner", &params);
    assert_eq!(session.by_id(CUSTOMER_ID)["ParentId"], LOGIN_PARTNER_ID);
    // The values are gone, so that the way back and forth is free.
    session.modify(CUSTOMER_ID, &json!({ "ParentId": RESELLER_ID }));
    session.modify(CUSTOMER_ID, &json!({ "ParentId": LOGIN_PARTNER_ID }));
}

#[test]
fn a_custom_column_moves_along_with_its_owner() {
    let mut session = Session::new();
    let parent = session.add(&json!({ "Name": "Quayside", "Level": "SubDistributor" }));
    session.modify(RESELLER_ID, &json!({ "ParentId": parent }));
    let params = json!({ "partnerInfo": { "Id": CUSTOMER_ID, "ParentId": LOGIN_PARTNER_ID } });
    assert_eq!(session.refusal("ModifyPartner", &params), 1703);
}

#[test]
fn a_change_that_changes_nothing_leaves_no_history() {
    let mut session = Session::new();
    let history = json!({ "partnerId": CUSTOMER_ID, "fields": [] });
    for (name, rows) in [("Lindgren Dental Care", 1), ("Lindgren", 2)] {
        session.modify(CUSTOMER_ID, &json!({ "Name": name }));
        let pairs = session.value("GetPartnerInfoHistory", &history);
        assert_eq!(pairs.as_array().map(Vec::len), Some(rows), "{name}");
    }
}

#[test]
fn only_an_empty_customer_can_be_removed() {
    let mut session = Session::new();
    let about = |id: i64| json!({ "partnerId": id });
    let answer = session.call("RemovePartner", &about(CUSTOMER_ID));
    let expected = json!({
        "code": -32603, "data": 2105, "message": "Partner can&apos;t be removed: it has devices.",
    });
    assert_eq!(answer["error"], expected);
    assert_eq!(session.refusal("RemovePartner", &about(RESELLER_ID)), 2105);

    let answer = session.call("RemovePartner", &about(SITE_ID));
    assert_eq!(answer["result"], Value::Null);
    for method in [
        "GetPartnerInfoById",
        "RemovePartner",
        "EnumerateAncestorPartners",
    ] {
        assert_eq!(session.refusal(method, &about(SITE_ID)), 13501, "{method}");
    }
    // The name is free again, the id is not.
    let again = session.add(&json!({ "Name": "Lindgren Dental Care - Harbour" }));
    assert_eq!(again, 55806);
}

#[test]
fn a_default_account_is_a_device() {
    let mut session = Session::new();
    let params = json!({
        "partnerInfo": {
            "ParentId": LOGIN_PARTNER_ID, "Name": "Mooring Legal", "Level": "EndCustomer",
        },
        "createDefaultAccount": true,
    });
    let id = session.value("AddPartner", &params);
    let about = json!({ "partnerId": id });
    assert_eq!(session.refusal("RemovePartner", &about), 2105);
}

#[test]
fn the_small_writes_are_kept() {
    let mut session = Session::new();
    let about = json!({ "partnerId": RESELLER_ID });
    let sent = json!({
        "partnerId": RESELLER_ID, "advancedPartnerPropertiesInfo": { "RegionId": 8 },
    });
    let answer = session.call("SetAdvancedPartnerProperties", &sent);
    assert_eq!(answer["result"], Value::Null);
    let read = session.value("GetAdvancedPartnerProperties", &about);
    assert_eq!(read, json!({ "RegionId": 8, "ResponsibleUserId": 0 }));

    let sent = |state: &str| json!({ "partnerId": RESELLER_ID, "autoDeploymentState": state });
    let method = "ModifyAutoDeploymentPartnerState";
    assert_eq!(session.call(method, &sent("Enable"))["result"], Value::Null);
    assert_eq!(session.refusal(method, &sent("Unspecified")), 0);
    let read = session.value("GetAutoDeploymentPartnerState", &about);
    assert_eq!(read, "Enable");
    let allowed = session.value("IsAutoDeploymentAllowedForPartner", &about);
    assert_eq!(allowed, true);

    let before = session.by_id(RESELLER_ID)["Uid"].clone();
    let uid = session.value("RegeneratePartnerUid", &about);
    assert_ne!(uid, before);
    assert_eq!(session.by_id(RESELLER_ID)["Uid"], uid);
}
