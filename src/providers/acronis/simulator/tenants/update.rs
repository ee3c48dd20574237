//! `PUT /tenants/{id}`.

use serde_json::{Value, json};

use super::{contact, create, render, rules};
use crate::{
    providers::acronis::simulator::{
        call::{Call, Outcome},
        customers,
        errors::{self, Code},
        schema,
        state::{Object, Tenant, integer, text},
    },
    simulator::Response,
};

/// Changes the keys that were sent and leaves the others alone.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let body = call.account_body()?;
    schema::check(&body, schema::TENANT_PUT).map_err(|info| errors::bad_request(&info))?;
    let position = super::reach(call, &call.path_id, false)?;
    let tenant = &call.state.tenants[position];
    rules::check_write(call, tenant, integer(&body, "version"), false)?;
    create::check_language(&body)?;
    let kind = check_new_kind(tenant, &body)?;
    check_move(call, tenant, kind, &body)?;
    if body.contains_key("name") || body.contains_key("parent_id") {
        let name = body.get("name").and_then(Value::as_str);
        let parent_id = body.get("parent_id").and_then(Value::as_str);
        rules::check_name(
            call,
            name.unwrap_or_else(|| tenant.name()),
            parent_id.unwrap_or_else(|| tenant.parent_id()),
            tenant.id(),
        )?;
    }

    let (now, knobs) = (call.now, call.knobs);
    let owner_id = call.caller.tenant_id.clone();
    let tenant = &mut call.state.tenants[position];
    let id = tenant.id().to_owned();
    write(tenant, &body, &owner_id);
    if let Some(sent) = body.get("contact").and_then(Value::as_object)
        && let Some(stored) = tenant.object.get_mut("contact")
    {
        contact::update(stored, now, sent, knobs);
    }
    tenant.touch(now, knobs);
    if body.contains_key("name") && knobs.is("rename_reaches_record", "yes") {
        customers::tenant_renamed(call, &id);
    }
    let tenant = &call.state.tenants[position];
    Ok(Response::json(200, &render::single(call, tenant)))
}

fn write(tenant: &mut Tenant, body: &Object, owner_id: &str) {
    let copied = [
        "name",
        "customer_type",
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
            tenant.object.insert(key.to_owned(), value.clone());
        }
    }
    if let Some(sent) = body.get("update_lock") {
        let lock = create::lock(sent, owner_id);
        tenant.object.insert("update_lock".to_owned(), lock);
    }
    if let Some(sent) = body.get("external_operation_status") {
        let status = match sent.as_str() {
            Some("no_operation") => Value::Null,
            _ => json!(sent),
        };
        tenant
            .object
            .insert("external_operation_status".to_owned(), status);
    }
}

/// The kind after the change; only partner and folder may be exchanged.
fn check_new_kind<'a>(tenant: &'a Tenant, body: &'a Object) -> Result<&'a str, Response> {
    let old = tenant.kind();
    let Some(new) = body.get("kind").and_then(Value::as_str) else {
        return Ok(old);
    };
    let is_allowed =
        new == old || matches!((old, new), ("partner", "folder") | ("folder", "partner"));
    if is_allowed {
        return Ok(new);
    }
    let info = format!("a {old} cannot become a {new}");
    Err(errors::bad_request(&info))
}

fn check_move(call: &Call<'_>, tenant: &Tenant, kind: &str, body: &Object) -> Result<(), Response> {
    let target_id = text(body, "parent_id");
    let moves = body.contains_key("parent_id") && target_id != tenant.parent_id();
    if !moves {
        return match call.state.tenant(tenant.parent_id()) {
            Some(parent) if body.contains_key("kind") => rules::check_kind(kind, parent),
            _ => Ok(()),
        };
    }
    let position = super::reach(call, target_id, false)?;
    let target = &call.state.tenants[position];
    if call.state.is_within(target_id, tenant.id()) {
        let info = "the new parent lies below the tenant";
        return Err(errors::coded(call.knobs, Code::MoveUnderOwnChild, info));
    }
    if kind == "unit" {
        let info = "units stay where they are";
        return Err(errors::coded(call.knobs, Code::MoveWithinCustomer, info));
    }
    if !target.is_enabled() {
        let info = "the new parent is disabled";
        return Err(errors::coded(call.knobs, Code::MoveUnderDisabled, info));
    }
    rules::check_kind(kind, target)
}
