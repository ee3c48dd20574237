//! What is sent.

use std::collections::BTreeSet;

use super::*;
use crate::{
    model::Sensitive,
    providers::acronis::convert::tests::{decoded, sample},
};

const TENANT: &str = "41e19c11-2606-475d-b459-56a5509494ee";

fn tree(fields: &[(&str, Leaf)]) -> (Tree, Vec<FieldPath>) {
    let fields: Vec<_> = fields
        .iter()
        .map(|(path, leaf)| (customer().path(path), leaf.clone()))
        .collect();
    let paths = fields.iter().map(|(path, _)| *path).collect();
    (fields.into_iter().collect(), paths)
}

fn text(text: &str) -> Leaf {
    Leaf::Text(text.to_owned())
}

fn live() -> Value {
    json!({
        "Id": "6074CC51-98D1-4F9D-B380-95D3277B5E98", "Tenant": "0dc377ec-e970-42e2-9e95-7ff9d8b05c11",
        "Name": "New Customer", "Alias": "New Customer", "Status": 2, "TaxExempt": false,
        "Tax": "bc814c40-9114-4329-8eb5-5b1e89270afb", "BankAccount": "AL35202111090000000001234567",
        "TimeRegistrationRoundupTime": "10", "OccupancyRateNotificationThreshold": null,
        "LoginUserName": "admin", "CustomFields": [], "Tier": "Tier 4", "DaysOffPerYear": 15,
    })
}

#[test]
fn every_field_goes_there_and_comes_back() {
    for facts in customer().fields().iter().filter(|facts| !facts.computed) {
        let (desired, paths) = tree(&[(facts.path.as_str(), sample(facts))]);
        let (section, body) = if facts.path.is_in("tenant") {
            ("tenant", tenant_create(&desired, &paths, "p"))
        } else if facts.path.is_in("pricing") {
            ("pricing", pricing_update(&desired, &paths, 1))
        } else {
            let parent = sample(facts);
            let body = customer_create(&desired, &paths, (TENANT, "n"), "p", parent.text());
            ("billing", body)
        };
        if facts.path.as_str() == "billing.name" {
            continue;
        }
        let mut expected = sample(facts);
        if facts.write_only {
            assert!(codec::at(&body, wire_of(facts)).is_some(), "{}", facts.path);
            expected = Leaf::Unset;
        }
        let (found, _) = decoded(section, &body);
        assert_eq!(*found.or_unset(facts.path), expected, "{}", facts.path);
    }
}

#[test]
fn every_clearable_field_can_be_cleared() {
    let clearable = |facts: &&Facts| facts.clearable && !facts.computed && !facts.write_only;
    for facts in customer().fields().iter().filter(clearable) {
        let (desired, paths) = tree(&[(facts.path.as_str(), Leaf::Unset)]);
        let (section, body) = if facts.path.is_in("tenant") {
            ("tenant", tenant_update(&desired, &paths, &json!({}), 1))
        } else if facts.path.is_in("pricing") {
            ("pricing", pricing_update(&desired, &paths, 1))
        } else {
            (
                "billing",
                customer_update(&live(), &desired, &paths, TENANT, None),
            )
        };
        assert!(codec::at(&body, wire_of(facts)).is_some(), "{}", facts.path);
        let (found, _) = decoded(section, &body);
        assert_eq!(found.get(facts.path), Some(&Leaf::Unset), "{}", facts.path);
    }
}

#[test]
fn a_new_tenant_is_a_customer_under_our_own() {
    let (desired, paths) = tree(&[
        ("tenant.name", text("Foobar")),
        ("tenant.contact.city", text("Sofia")),
        ("tenant.settings.enhancedSecurity", Leaf::Bool(true)),
    ]);
    assert_eq!(
        tenant_create(&desired, &paths, "partner"),
        json!({
            "kind": "customer", "parent_id": "partner", "name": "Foobar",
            "contact": { "city": "Sofia" }, "settings": { "enhanced_security": true },
        })
    );
    let parent = "0A1B2C3D-0000-4000-8000-000000000001";
    let (desired, paths) = tree(&[("tenant.parentId", text(parent))]);
    let body = tenant_create(&desired, &paths, "partner");
    assert_eq!(body["parent_id"], parent.to_lowercase());
}

#[test]
fn an_update_says_only_what_changes() {
    let (desired, _) = tree(&[
        ("tenant.name", text("B")),
        ("tenant.enabled", Leaf::Bool(true)),
    ]);
    let body = tenant_update(
        &desired,
        &[customer().path("tenant.name")],
        &json!({}),
        1 << 40,
    );
    assert_eq!(body, json!({ "version": 1_u64 << 40, "name": "B" }));
}

#[test]
fn a_contact_is_sent_whole_without_what_is_read_only_or_unset() {
    let live = json!({ "contact": {
        "id": "c", "created_at": "x", "updated_at": "x", "types": ["legal", "company_billing"],
        "email": "a@b.example", "city": "Plovdiv", "zipcode": "4000", "title": null,
        "address2": "", "email_confirmed": true, "aan": "7",
    } });
    let (desired, _) = tree(&[
        ("tenant.contact.city", text("Sofia")),
        ("tenant.contact.phone", text("083")),
    ]);
    let body = tenant_update(
        &desired,
        &[customer().path("tenant.contact.city")],
        &live,
        2,
    );
    assert_eq!(
        body,
        json!({ "version": 2, "contact": {
            "email": "a@b.example", "city": "Sofia", "zipcode": "4000", "address2": "",
            "email_confirmed": true, "aan": "7", "phone": "083",
        } })
    );
}

#[test]
fn types_go_back_only_where_all_of_them_can_be_written() {
    for (types, sent) in [
        (json!(["legal", "billing"]), true),
        (json!(["legal", "company_billing"]), false),
        (json!(["legal", "something new"]), false),
        (json!([]), false),
        (json!(null), false),
    ] {
        let live = json!({ "contact": { "types": types } });
        let found = contact_as_read(&live, false);
        assert_eq!(found.get("types").is_some(), sent, "{types}");
    }
}

#[test]
fn managed_types_are_sent_where_they_change_or_all_can_be_written() {
    let legal = Leaf::Set(BTreeSet::from(["legal".to_owned()]));
    let (desired, both) = tree(&[
        ("tenant.contact.types", legal),
        ("tenant.contact.city", text("Varna")),
    ]);
    let city = [customer().path("tenant.contact.city")];
    for (types, fields, sent) in [
        (json!(["company_billing", "legal"]), &city[..], Value::Null),
        (json!(["legal"]), &city[..], json!(["legal"])),
        (json!(["company_billing"]), &both[..], json!(["legal"])),
    ] {
        let live = json!({ "contact": { "types": types } });
        let body = tenant_update(&desired, fields, &live, 2);
        assert_eq!(body["contact"]["city"], "Varna");
        assert_eq!(body["contact"]["types"], sent, "{types}");
    }
}

#[test]
fn a_new_address_is_not_called_confirmed() {
    let live = json!({ "contact": { "email": "a@b.example", "email_confirmed": true } });
    let email = Leaf::Sensitive(Sensitive::new("c@d.example"));
    let (desired, paths) = tree(&[("tenant.contact.email", email)]);
    let body = tenant_update(&desired, &paths, &live, 2);
    assert_eq!(body["contact"], json!({ "email": "c@d.example" }));
}

#[test]
fn an_empty_contact_type_or_email_is_not_sent_back() {
    let live = json!({ "contact": { "types": [], "email": null } });
    let (desired, paths) = tree(&[("tenant.contact.city", text("Sofia"))]);
    let body = tenant_update(&desired, &paths, &live, 2);
    assert_eq!(body["contact"], json!({ "city": "Sofia" }));
}

#[test]
fn a_customer_is_sent_whole_with_its_id_and_tenant() {
    let (desired, paths) = tree(&[("billing.daysOffPerYear", Leaf::Integer(20))]);
    assert_eq!(
        customer_update(&live(), &desired, &paths, TENANT, None),
        json!({
            "Id": "6074cc51-98d1-4f9d-b380-95d3277b5e98", "ExternalTenantUUID": TENANT,
            "Tenant": "0dc377ec-e970-42e2-9e95-7ff9d8b05c11", "Name": "New Customer",
            "Alias": "New Customer", "Status": 2, "TaxExempt": false,
            "Tax": "bc814c40-9114-4329-8eb5-5b1e89270afb",
            "BankAccount": "AL35202111090000000001234567", "TimeRegistrationRoundupTime": 10,
            "LoginUserName": "admin", "CustomFields": [], "DaysOffPerYear": 20,
        })
    );
}

#[test]
fn every_writable_field_of_a_full_answer_is_sent_back() {
    let mut full = json!({ "Id": TENANT, "Status": 2, "Tenant": TENANT });
    for facts in fields_of("billing") {
        full[wire_of(facts)] = codec::encode(&sample(facts)).expect("a value");
    }
    let body = customer_update(&full, &Tree::default(), &[], TENANT, None);
    for facts in fields_of("billing") {
        assert_eq!(body[wire_of(facts)], full[wire_of(facts)], "{}", facts.path);
    }
    let names: BTreeSet<&String> = body.as_object().expect("an object").keys().collect();
    // The number of W and W? fields of the contract, with `Status`, `Id`,
    // `Tenant` and `ExternalTenantUUID`.
    assert_eq!(names.len(), 51);
}

#[test]
fn members_that_no_document_names_are_sent_back_and_derived_ones_are_not() {
    let mut live = live();
    live["LoyaltyTier"] = json!({ "Level": 3 });
    let computed = |facts: &&Facts| facts.computed && facts.path.is_in("billing");
    let derived: Vec<&Facts> = customer().fields().iter().filter(computed).collect();
    for facts in &derived {
        live[wire_of(facts)] = json!("derived");
    }
    let body = customer_update(&live, &Tree::default(), &[], TENANT, None);
    assert_eq!(body["LoyaltyTier"], json!({ "Level": 3 }));
    let sent: Vec<&str> = derived
        .iter()
        .map(|facts| wire_of(facts))
        .filter(|name| body.get(*name).is_some())
        .collect();
    assert_eq!(sent, ["ExternalTenantUUID", "Status"]);
    assert_eq!(body["ExternalTenantUUID"], TENANT);
}

#[test]
fn who_is_exempt_is_sent_with_the_tax_that_is_there_or_an_empty_one() {
    let tax = json!("bc814c40-9114-4329-8eb5-5b1e89270afb");
    let exempt = ("billing.taxExempt", Leaf::Bool(true));
    for before in [false, true] {
        for (there, sent) in [
            (&tax, &tax),
            (&json!(null), &json!("")),
            (&json!(""), &json!("")),
            (&json!(ZERO_GUID), &json!("")),
        ] {
            let mut live = live();
            live["TaxExempt"] = json!(before);
            live["Tax"] = there.clone();
            let (desired, paths) = tree(std::slice::from_ref(&exempt));
            let body = customer_update(&live, &desired, &paths, TENANT, None);
            assert_eq!(body["TaxExempt"], true);
            assert_eq!(&body["Tax"], sent, "{before}: {there}");
        }
    }
    let (desired, paths) = tree(&[exempt, ("billing.tax", Leaf::Unset)]);
    let body = customer_update(&live(), &desired, &paths, TENANT, None);
    assert_eq!(body["Tax"], "");
}

#[test]
fn a_customer_is_made_under_the_name_of_its_tenant() {
    let (desired, paths) = tree(&[
        ("billing.name", text("New Customer")),
        ("billing.taxExempt", Leaf::Bool(true)),
    ]);
    assert_eq!(
        customer_create(&desired, &paths, (TENANT, "Foobar"), "partner", None),
        json!({
            "Name": "Foobar", "TaxExempt": true, "Tax": "", "Tenant": "partner",
            "ExternalTenantUUID": TENANT,
        })
    );
}

#[test]
fn a_copy_that_nobody_set_follows_its_original() {
    let live = live();
    let alias = |fields: &[(&str, Leaf)], changing: &[&str], live: &Value| {
        let (desired, _) = tree(fields);
        let paths: Vec<FieldPath> = changing.iter().map(|path| customer().path(path)).collect();
        let mut body = customer_update(live, &desired, &paths, TENANT, None);
        let_copies_follow(&mut body, live, &desired, &paths);
        body["Alias"].clone()
    };
    let name = [("billing.name", text("Holding"))];
    let of = |leaf: Leaf| [name[0].clone(), ("billing.alias", leaf)];
    let changing = ["billing.name"];
    assert_eq!(alias(&name, &changing, &live), "");
    assert_eq!(alias(&of(Leaf::Unset), &changing, &live), "");
    let wanted = of(text("New Customer"));
    assert_eq!(alias(&wanted, &changing, &live), "New Customer");
    assert_eq!(alias(&name, &["billing.city"], &live), "New Customer");
    let mut own = live;
    own["Alias"] = json!("NC");
    assert_eq!(alias(&name, &changing, &own), "NC");
}

#[test]
fn the_main_office_is_sent_as_a_customer() {
    let (desired, paths) = tree(&[("billing.parentCustomer", text(TENANT))]);
    let body = customer_update(&live(), &desired, &paths, TENANT, Some("the customer"));
    assert_eq!(body["ParentCustomer"], "the customer");
    let (desired, paths) = tree(&[("billing.parentCustomer", Leaf::Unset)]);
    let body = customer_update(&live(), &desired, &paths, TENANT, None);
    assert_eq!(body["ParentCustomer"], Value::Null);
}

#[test]
fn sensitive_values_of_a_body_are_found() {
    let found = secrets("billing", &live());
    assert_eq!(found, ["AL35202111090000000001234567", "admin"]);
}
