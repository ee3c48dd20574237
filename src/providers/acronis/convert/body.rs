//! The bodies of writes. Pure.

use serde_json::{Map, Value, json};

use super::{CONTACT_TYPES, COPIES, fields_of, holds_guid, wire_of};
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
pub(in crate::providers::acronis) fn tenant_create(
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
pub(in crate::providers::acronis) fn tenant_update(
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
        // Types that do not change have gone in as read, or must not go at all.
        let managed: Vec<FieldPath> = desired
            .iter()
            .map(|(path, _)| path)
            .filter(|path| path.is_in("tenant.contact") && path.as_str() != CONTACT_TYPES)
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
pub(in crate::providers::acronis) fn pricing_update(
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
pub(in crate::providers::acronis) fn customer_update(
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
    exempt_without_tax(&mut body);
    body
}

/// As the vendor's guide writes a customer who is exempt and has no tax. One that
/// is there stays: it counts again when the exemption ends (Acronis contract,
/// 4.4).
fn exempt_without_tax(body: &mut Value) {
    if body["TaxExempt"] == true && guid_at(body, "Tax").is_none() {
        body["Tax"] = "".into();
    }
}

/// Sends a copy that nobody set as empty where the original is among the fields,
/// so that it becomes a copy of the new value. Only for the first billing
/// information of a customer: what it has by then was the provider's own doing.
/// The old value would otherwise go back as if somebody had wanted it, and
/// invoices to an address that no manifest names.
pub(in crate::providers::acronis) fn let_copies_follow(
    body: &mut Value,
    live: &Value,
    desired: &Tree,
    fields: &[FieldPath],
) {
    for (copy, original) in COPIES {
        let facts = |path| customer().fields().facts(path);
        let wire = |path| wire_of(facts(path).expect("both are fields of the spec"));
        let changes = fields.iter().any(|path| path.as_str() == original);
        let is_unset = desired.or_unset(copy).is_unset();
        if changes && is_unset && live.get(wire(copy)) == live.get(wire(original)) {
            body[wire(copy)] = "".into();
        }
    }
}

/// The body that makes a customer: only for one that certainly does not exist.
/// The name must be that of the tenant, by which the provider may look for it.
pub(in crate::providers::acronis) fn customer_create(
    desired: &Tree,
    fields: &[FieldPath],
    tenant: (&str, &str),
    partner: &str,
    parent: Option<&str>,
) -> Value {
    let (uuid, name) = tenant;
    let mut body = json!({});
    overlay_customer(&mut body, desired, fields, parent);
    exempt_without_tax(&mut body);
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
pub(in crate::providers::acronis) fn secrets(section: &str, body: &Value) -> Vec<String> {
    fields_of(section)
        .filter(|facts| facts.sensitive)
        .filter_map(|facts| codec::at(body, wire_of(facts))?.as_str())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests;
