//! `POST /tenants`.

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use serde_json::{Value, json};

use super::{contact, render, rules};
use crate::{
    providers::acronis::simulator::{
        call::{Call, Outcome},
        customers,
        errors::{self, Code},
        schema,
        state::{Object, Tenant, object, text},
    },
    simulator::Response,
};

/// Creates a tenant, and in Advanced Automation what follows from it.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.account_body()?;
    schema::check(&body, schema::TENANT_POST).map_err(|info| errors::bad_request(&info))?;
    let parent_id = text(&body, "parent_id");
    let position = super::reach(call, parent_id, false)?;
    let parent = &call.state.tenants[position];
    rules::check_kind(text(&body, "kind"), parent)?;
    if !parent.is_enabled() {
        let info = "the parent is disabled";
        return Err(errors::coded(call.knobs, Code::ParentDisabled, info));
    }
    check_language(&body)?;
    rules::check_name(call, text(&body, "name"), parent_id, "")?;

    let tenant = build(call, &body);
    let id = tenant.id().to_owned();
    let is_customer = tenant.kind() == "customer";
    call.state.tenants.push(tenant);
    if is_customer {
        customers::tenant_created(call, &id);
    }
    let tenant = call.state.tenant(&id).expect("it was pushed just above");
    Ok(Response::json(201, &render::single(call, tenant)))
}

/// Refuses a language that is not documented.
pub(super) fn check_language(body: &Object) -> Result<(), Response> {
    match body.get("language").and_then(Value::as_str) {
        Some(code) if !schema::is_language(code) => Err(errors::bad_request(
            "property language has an invalid value",
        )),
        _ => Ok(()),
    }
}

/// The lock as it is kept; whoever sets it owns it.
pub(super) fn lock(sent: &Value, owner_id: &str) -> Value {
    let enabled = sent["enabled"].as_bool().unwrap_or_default();
    json!({ "enabled": enabled, "owner_id": enabled.then_some(owner_id) })
}

fn build(call: &mut Call<'_>, body: &Object) -> Tenant {
    let now = call.now;
    let id = call.state.new_id();
    let contact_id = call.state.new_id();
    let nothing = Object::new();
    let sent_contact = body.get("contact").and_then(Value::as_object);
    let contact = contact::new(&contact_id, now, sent_contact.unwrap_or(&nothing), "legal");
    let sent_billing = body
        .get("company_billing_contact")
        .and_then(Value::as_object);
    let billing_contact = sent_billing.map(|sent| {
        let contact_id = call.state.new_id();
        contact::new(&contact_id, now, sent, "company_billing")
    });
    let mut tenant = blank(&id, now, &contact);
    if call.knobs.is("version", "ms") {
        tenant.insert("version".to_owned(), json!(now.as_millisecond()));
    }
    let copied = [
        "name",
        "parent_id",
        "kind",
        "enabled",
        "customer_id",
        "internal_tag",
        "language",
        "default_idp_id",
        "ancestral_access",
    ];
    for key in copied {
        if let Some(value) = body.get(key) {
            tenant.insert(key.to_owned(), value.clone());
        }
    }
    let sent_lock = body.get("update_lock").cloned().unwrap_or_default();
    tenant.insert(
        "update_lock".to_owned(),
        lock(&sent_lock, &call.caller.tenant_id),
    );
    Tenant {
        number: call.state.new_number(),
        object: tenant,
        billing_contact: billing_contact.unwrap_or_default(),
        pricing: trial(now),
        removed_with: None,
    }
}

/// A tenant of version 1 with everything but its name, kind and parent.
pub(crate) fn blank(id: &str, now: Timestamp, contact: &Value) -> Object {
    object(json!({
        "id": id,
        "version": 1,
        "created_at": now.to_string(),
        "updated_at": now.to_string(),
        "deleted_at": null,
        "customer_type": "default",
        "contact": contact,
        "enabled": true,
        "customer_id": null,
        "internal_tag": null,
        "language": "en",
        "owner_id": null,
        "update_lock": { "enabled": false, "owner_id": null },
        "ancestral_access": true,
        "mfa_status": "disabled",
        "external_operation_status": null,
        "brand_id": 812,
        "brand_uuid": "9b0c1d2e-3f40-4152-9374-8596a7b8c9da",
        "brand_enabled": false,
        "default_idp_id": "11111111-1111-1111-1111-111111111111",
    }))
}

/// A trial that will end by itself after a full month.
fn trial(now: Timestamp) -> Object {
    let start = now
        .to_zoned(TimeZone::UTC)
        .checked_add(1.month())
        .map_or(now, |zoned| zoned.timestamp());
    object(json!({
        "mode": "trial",
        "currency": null,
        "production_start_date": start.to_string(),
        "version": now.as_millisecond(),
    }))
}
