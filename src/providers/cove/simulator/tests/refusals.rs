//! What is refused, and with which number.

use serde_json::json;

use super::{
    super::fixtures::{CUSTOMER_ID, FOREIGN_ID, LOGIN_PARTNER_ID, RESELLER_ID, ROOT_ID, SITE_ID},
    Session, names,
};

/// An id that nobody has.
const NOBODY: i64 = 99_999;

#[test]
fn unknown_methods_get_the_error_of_the_protocol_and_a_visa() {
    let mut session = Session::new();
    for method in ["GetPartnerInfoByID", "ModifyPartnerState", ""] {
        let answer = session.call(method, &json!({}));
        let expected = json!({ "code": -32601, "message": "Method not found" });
        assert_eq!(answer["error"], expected);
        assert_eq!(names(&answer), ["error", "id", "jsonrpc", "visa"]);
    }
}

#[test]
fn what_lies_outside_the_callers_tree_is_refused_everywhere() {
    let mut session = Session::new();
    for id in [ROOT_ID, FOREIGN_ID, NOBODY] {
        let about = json!({ "partnerId": id });
        let methods = [
            "GetPartnerInfoById",
            "GetPartnerState",
            "GetPartnerTree",
            "EnumerateChildPartners",
            "EnumerateAncestorPartners",
            "GetPartnerInfoHistory",
            "GetAdvancedPartnerProperties",
            "SetAdvancedPartnerProperties",
            "GetAutoDeploymentPartnerState",
            "ModifyAutoDeploymentPartnerState",
            "ChangePartnerState",
            "RemovePartner",
            "RegeneratePartnerUid",
        ];
        for method in methods {
            let answer = session.call(method, &about);
            let expected = json!({
                "code": -32603,
                "data": 13501,
                "message": "Operation failed because of security reasons (error 13501)",
            });
            assert_eq!(answer["error"], expected, "{method} {id}");
        }
        let below = json!({ "parentPartnerId": id, "fetchRecursively": true, "fields": [] });
        assert_eq!(session.refusal("EnumeratePartners", &below), 13501);
        assert_eq!(session.refusal("EnumerateRemovedPartners", &below), 13501);
        let users = json!({ "partnerIds": [id] });
        assert_eq!(session.refusal("EnumerateUsers", &users), 13501);
        assert_eq!(session.refused_add(&json!({ "ParentId": id })), 13501);
        assert_eq!(session.refused_modify(id, &json!({ "Name": "X" })), 13501);
        let mv = json!({ "ParentId": id });
        assert_eq!(session.refused_modify(CUSTOMER_ID, &mv), 13501);
    }
    let hidden = json!({ "name": "Elsewhere Trading" });
    assert_eq!(session.refusal("GetPartnerInfo", &hidden), 13501);
    let unknown = json!({ "name": "Nobody" });
    assert_eq!(session.refusal("GetPartnerInfo", &unknown), 2101);
    let own = json!({ "partnerId": LOGIN_PARTNER_ID });
    assert_eq!(session.refusal("RemovePartner", &own), 13501);
}

#[test]
fn the_past_of_others_is_hidden_too() {
    let mut session = Session::new();
    session.value("RemovePartner", &json!({ "partnerId": SITE_ID }));
    let history = json!({ "partnerId": SITE_ID, "fields": [] });
    session.value("GetPartnerInfoHistory", &history);
    let mut state = session.service.state();
    state["removed"][SITE_ID.to_string()]["ancestors"] = json!([SITE_ID, FOREIGN_ID, ROOT_ID]);
    session.service.restore(state).expect("the state is good");
    assert_eq!(session.refusal("GetPartnerInfoHistory", &history), 13501);
}

#[test]
fn missing_ids_are_refused_for_security_reasons() {
    let mut session = Session::new();
    let nothing = json!({});
    for method in ["EnumeratePartners", "GetPartnerInfoById", "EnumerateUsers"] {
        assert_eq!(session.refusal(method, &nothing), 13501, "{method}");
    }
    let empty = json!({ "partnerInfo": {} });
    assert_eq!(session.refusal("ModifyPartner", &empty), 13501);
    assert_eq!(session.refusal("AddPartner", &empty), 13501);
}

#[test]
fn misplaced_parameters_are_bad_parameters() {
    let mut session = Session::new();
    let flat = json!({ "ParentId": LOGIN_PARTNER_ID, "Name": "X", "Level": "EndCustomer" });
    assert_eq!(session.refusal("AddPartner", &flat), -32602);
    let wrong_group = json!({ "partner": flat });
    assert_eq!(session.refusal("AddPartner", &wrong_group), -32602);
    assert_eq!(
        session.refusal("ModifyPartner", &json!({ "Id": 1 })),
        -32602
    );
    let wrong_type = json!({ "partnerId": [CUSTOMER_ID] });
    assert_eq!(session.refusal("GetPartnerState", &wrong_type), -32602);
}

#[test]
fn a_new_customer_needs_a_name_and_a_level() {
    let mut session = Session::new();
    for members in [
        json!({ "Name": "" }),
        json!({ "Name": null }),
        json!({ "Level": null }),
    ] {
        assert_eq!(session.refused_add(&members), 0, "{members}");
    }
}

#[test]
fn values_outside_the_closed_sets_are_refused() {
    let mut session = Session::new();
    for members in [
        json!({ "Level": "Customer" }),
        json!({ "Level": 5 }),
        json!({ "State": "Undefined" }),
        json!({ "ServiceType": "Count" }),
        json!({ "ChildServiceTypes": ["allInclusive"] }),
        json!({ "Flags": ["ExpireAfterTrial"] }),
        json!({ "MailingOption": "Undefined" }),
    ] {
        assert_eq!(session.refused_add(&members), 0, "{members}");
    }
    assert_eq!(
        session.refused_add(&json!({ "Flags": "CanInvoiceOthers" })),
        -32602
    );
}

#[test]
fn a_name_is_taken_whatever_its_case_and_even_by_the_unseen() {
    let mut session = Session::new();
    for name in ["reseller north", "Elsewhere Trading", "SANDBOX vendor"] {
        let members = json!({ "Name": name });
        assert_eq!(session.refused_add(&members), 2115, "{name}");
        assert_eq!(session.refused_modify(CUSTOMER_ID, &members), 2115);
    }
    // Its own name, spelled otherwise, is no clash.
    session.modify(RESELLER_ID, &json!({ "Name": "RESELLER NORTH" }));
    let answer = session.call(
        "AddPartner",
        &json!({ "partnerInfo": {
            "ParentId": LOGIN_PARTNER_ID, "Name": "Reseller North", "Level": "Reseller",
        }}),
    );
    let message = "Partner with the same name already exists.";
    assert_eq!(answer["error"]["message"], message);
}

#[test]
fn levels_follow_the_strict_order_and_may_be_skipped() {
    let mut session = Session::new();
    let parents = [
        (LOGIN_PARTNER_ID, 2),
        (RESELLER_ID, 4),
        (CUSTOMER_ID, 6),
        (SITE_ID, 7),
    ];
    let levels = [
        "Root",
        "SubRoot",
        "Distributor",
        "SubDistributor",
        "Reseller",
        "ServiceOrganization",
        "EndCustomer",
        "Site",
    ];
    for (parent_id, parent_rank) in parents {
        for (rank, level) in levels.iter().enumerate() {
            let name = format!("{level} of {parent_id}");
            let members = json!({ "ParentId": parent_id, "Level": level, "Name": name });
            if rank > parent_rank {
                session.add(&members);
            } else {
                assert_eq!(session.refused_add(&members), 0, "{name}");
            }
        }
    }
}
