//! The bodies of writes. Pure.

use serde_json::{Map, Value, json};

use super::{fields_of, holds_guid, wire_of};
use crate::{
    model::{Facts, FieldPath, Leaf, Tree, field_map::ValueType},
    provider::codec,
    providers::acronis::{
        customer,
        wire::{ZERO_GUID, guid_at},
    },
};

/// Whether the e-mail address was confirmed. It is sent back as read while the
/// address stays, because the provider may clear what is left out; an address
/// that changes has not been confirmed (Acronis contract, 3.3 and 3.4).
const CONFIRMED: &str = "email_confirmed";

/// The body that creates a tenant.
pub(in super::super) fn tenant_create(
    desired: &Tree,
    fields: &[FieldPath],
    partner: &str,
) -> Value {
    let mut body = json!({ "kind": "customer", "parent_id": partner });
    overlay(&mut body, desired, fields, empty_in_tenant);
    body
}

/// The body that changes a tenant. When a part of the contact changes, the
/// whole contact is sent, changed or as read: whether the provider merges it is
/// not published (Acronis contract, 3.3).
pub(in super::super) fn tenant_update(
    desired: &Tree,
    fields: &[FieldPath],
    live: &Value,
    version: i64,
) -> Value {
    let mut body = json!({ "version": version });
    if fields.iter().any(|path| path.is_in("tenant.contact")) {
        let new_address = fields
            .iter()
            .any(|path| path.as_str() == "tenant.contact.email");
        body["contact"] = contact_as_read(live, new_address);
        let managed: Vec<FieldPath> = desired
            .iter()
            .map(|(path, _)| path)
            .filter(|path| path.is_in("tenant.contact"))
            .collect();
        overlay(&mut body, desired, &managed, empty_in_tenant);
    }
    overlay(&mut body, desired, fields, empty_in_tenant);
    body
}

/// The writable part of the live contact, for an update with a `new_address` or
/// without. What is null is left out: a provider that merges leaves it alone,
/// and one that replaces makes it null.
fn contact_as_read(live: &Value, new_address: bool) -> Value {
    let mut contact = Map::new();
    for facts in fields_of("tenant.contact") {
        let name = wire_of(facts).trim_start_matches("contact.");
        let value = live.get("contact").and_then(|contact| contact.get(name));
        let Some(value) = value.filter(|value| !value.is_null()) else {
            continue;
        };
        let may_be_sent = match &facts.value_type {
            ValueType::Set(names) => all_are_writable(value, names),
            _ => name != CONFIRMED || !new_address,
        };
        if may_be_sent {
            contact.insert(name.to_owned(), value.clone());
        }
    }
    Value::Object(contact)
}

/// Whether types of a contact can be sent back: at least one is needed, and the
/// provider returns some that it does not take (Acronis contract, 3.4). To send
/// the others alone would take those away.
fn all_are_writable(types: &Value, names: &[String]) -> bool {
    let is_writable = |item: &Value| {
        item.as_str()
            .is_some_and(|text| names.iter().any(|name| name == text))
    };
    types
        .as_array()
        .is_some_and(|types| !types.is_empty() && types.iter().all(is_writable))
}

/// The body that changes the pricing: closed, so nothing else is sent back
/// (Acronis contract, 3.1).
pub(in super::super) fn pricing_update(
    desired: &Tree,
    fields: &[FieldPath],
    version: i64,
) -> Value {
    let mut body = json!({ "version": version });
    overlay(&mut body, desired, fields, |_| Value::Null);
    body
}

/// The body that changes a customer: everything but what the provider derives,
/// changed or as read, because an omitted field may fall to its default (Acronis
/// contract, 4.4). That holds for members that no document names, too.
/// `parent` is the customer behind a wanted main office.
pub(in super::super) fn customer_update(
    live: &Value,
    desired: &Tree,
    fields: &[FieldPath],
    tenant: &str,
    parent: Option<&str>,
) -> Value {
    let mut body = json!({ "Id": guid_at(live, "Id"), "ExternalTenantUUID": tenant });
    let derived: Vec<&str> = derived().collect();
    for (name, value) in live.as_object().into_iter().flatten() {
        let is_known = |facts: &&Facts| wire_of(facts) == name;
        let value = match fields_of("billing").find(is_known) {
            Some(facts) => as_read(facts, value),
            None => Some(value.clone()),
        };
        if let Some(value) = value.filter(|_| !derived.contains(&name.as_str())) {
            body[name] = value;
        }
    }
    overlay_customer(&mut body, desired, fields, parent);
    let exempt_before = live["TaxExempt"] == true;
    let exempt = body["TaxExempt"] == true;
    let tax_asked_for = fields.iter().any(|path| path.as_str() == "billing.tax");
    if exempt && !exempt_before && !tax_asked_for {
        // As the vendor's guide does for a customer who becomes exempt.
        body["Tax"] = "".into();
    }
    body
}

/// The body that makes a customer: only for one that certainly does not exist.
/// The name must be that of the tenant, by which the provider may look for it.
pub(in super::super) fn customer_create(
    desired: &Tree,
    fields: &[FieldPath],
    tenant: (&str, &str),
    partner: &str,
    parent: Option<&str>,
) -> Value {
    let (uuid, name) = tenant;
    let mut body = json!({});
    overlay_customer(&mut body, desired, fields, parent);
    if body["TaxExempt"] == true && body.get("Tax").is_none() {
        body["Tax"] = "".into();
    }
    body["Name"] = name.into();
    body["Tenant"] = partner.into();
    body["ExternalTenantUUID"] = uuid.into();
    body
}

/// The members of a customer that the provider derives, and the id. `Status` is
/// no field of ours, but the provider may take it (Acronis contract, 4.3), so it
/// is sent back lest it fall to its default.
fn derived() -> impl Iterator<Item = &'static str> {
    let fields = customer().fields().iter();
    fields
        .filter(|facts| facts.path.is_in("billing") && facts.computed)
        .map(wire_of)
        .filter(|name| *name != "Status")
        .chain(["Id"])
}

/// A live value in the form in which it is sent back. Nothing for a number that
/// is not set: its default is the same, and a null may be refused.
fn as_read(facts: &Facts, value: &Value) -> Option<Value> {
    match facts.value_type {
        // Minutes are returned as text and sent as a number (Acronis contract,
        // 4.3).
        ValueType::Integer if value.is_null() => None,
        ValueType::Integer => {
            Some(codec::as_integer(value).map_or_else(|| value.clone(), Value::from))
        }
        _ => Some(value.clone()),
    }
}

fn overlay_customer(body: &mut Value, desired: &Tree, fields: &[FieldPath], parent: Option<&str>) {
    overlay(body, desired, fields, empty_in_customer);
    let wanted = desired.text("billing.parentCustomer");
    let asked_for = |path: &FieldPath| path.as_str() == "billing.parentCustomer";
    if wanted.is_some() && fields.iter().any(asked_for) {
        body["ParentCustomer"] = parent.into();
    }
}

/// Puts the wanted values of these fields over `body`.
fn overlay(
    body: &mut Value,
    desired: &Tree,
    fields: &[FieldPath],
    empty: impl Fn(&Facts) -> Value,
) {
    for path in fields {
        let facts = customer()
            .fields()
            .facts(path.as_str())
            .expect("a call names fields of the spec");
        let Some(leaf) = desired.get(*path) else {
            continue;
        };
        let value = encode(facts, leaf).unwrap_or_else(|| empty(facts));
        codec::put(body, wire_of(facts), value);
    }
}

fn encode(facts: &Facts, leaf: &Leaf) -> Option<Value> {
    match (leaf, codec::encode(leaf)?) {
        (Leaf::Text(_), Value::String(text)) if holds_guid(facts) => {
            Some(text.to_ascii_lowercase().into())
        }
        (_, value) => Some(value),
    }
}

/// How Account Management writes nothing: null, but for the e-mail address,
/// which cannot be null (Acronis contract, 3.4).
fn empty_in_tenant(facts: &Facts) -> Value {
    match wire_of(facts).rsplit_once('.') {
        Some((_, "email")) => "".into(),
        _ => Value::Null,
    }
}

/// How Advanced Automation writes nothing, by what it returns where nothing is
/// set (Acronis contract, 4.3): no tax as in the vendor's guide, ids that never
/// come as null as the zero id.
fn empty_in_customer(facts: &Facts) -> Value {
    match (wire_of(facts), &facts.value_type) {
        ("Tax", _) => "".into(),
        ("DefaultSLA" | "SupportGroup" | "DefaultBusinessUnit" | "SupportUser" | "Priority", _) => {
            ZERO_GUID.into()
        }
        ("DebtorCode" | "BuildingName", _) => Value::Null,
        (_, ValueType::Passthrough) => json!([]),
        (_, ValueType::Text) if !holds_guid(facts) => "".into(),
        _ => Value::Null,
    }
}

/// The sensitive values in a body, so that no error text repeats them.
pub(in super::super) fn secrets(section: &str, body: &Value) -> Vec<String> {
    fields_of(section)
        .filter(|facts| facts.sensitive)
        .filter_map(|facts| codec::at(body, wire_of(facts))?.as_str())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
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
            let found = found.get(facts.path).cloned().unwrap_or(Leaf::Unset);
            assert_eq!(found, expected, "{}", facts.path);
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
        for name in ["PaidAccount", "ExternalTenantId", "CountryDescription"] {
            live[name] = json!("derived");
        }
        let body = customer_update(&live, &Tree::default(), &[], TENANT, None);
        assert_eq!(body["LoyaltyTier"], json!({ "Level": 3 }));
        for name in ["PaidAccount", "ExternalTenantId", "CountryDescription", "Tier"] {
            assert_eq!(body.get(name), None, "{name}");
        }
    }

    #[test]
    fn who_becomes_exempt_is_sent_without_a_tax_and_who_is_keeps_it() {
        let (desired, paths) = tree(&[("billing.taxExempt", Leaf::Bool(true))]);
        let body = customer_update(&live(), &desired, &paths, TENANT, None);
        assert_eq!(
            (&body["TaxExempt"], &body["Tax"]),
            (&json!(true), &json!(""))
        );
        let mut exempt = live();
        exempt["TaxExempt"] = json!(true);
        let body = customer_update(&exempt, &desired, &[], TENANT, None);
        assert_eq!(body["Tax"], "bc814c40-9114-4329-8eb5-5b1e89270afb");
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
}
