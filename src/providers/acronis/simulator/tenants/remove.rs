//! `DELETE /tenants/{id}` and `POST /tenants/{id}/restore`.

use serde_json::{Value, json};

use super::rules;
use crate::{
    providers::acronis::simulator::{
        call::{Call, Outcome},
        errors::{self, Code},
        state::Tenant,
    },
    simulator::Response,
};

/// Soft-deletes a disabled tenant and all below it.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let position = super::reach(call, &call.path_id, false)?;
    let Some(version) = call.request.query("version") else {
        return Err(errors::bad_request("missing parameter version"));
    };
    let Ok(version) = version.parse::<i64>() else {
        return Err(errors::bad_request("parameter version is not an integer"));
    };
    let tenant = &call.state.tenants[position];
    if tenant.id() == call.caller.tenant_id {
        let info = "a client cannot delete its own tenant";
        return Err(errors::coded(call.knobs, Code::AccessDenied, info));
    }
    rules::check_write(call, tenant, version, true)?;

    let root = tenant.id().to_owned();
    let doomed: Vec<usize> = (0..call.state.tenants.len())
        .filter(|index| {
            let tenant = &call.state.tenants[*index];
            !tenant.is_deleted() && call.state.is_within(tenant.id(), &root)
        })
        .collect();
    for index in doomed {
        let tenant = &mut call.state.tenants[index];
        tenant.touch(call.now, call.knobs);
        tenant
            .object
            .insert("deleted_at".to_owned(), json!(call.now.to_string()));
        tenant.removed_with = Some(root.clone());
    }
    Ok(Response::empty(204))
}

/// Undoes a soft delete. `force` takes the tenant back although its name has
/// been given to another in the meantime.
pub(crate) fn restore(call: &mut Call<'_>) -> Outcome {
    let force = super::query_flag(call, "force")?;
    let position = super::reach(call, &call.path_id, true)?;
    let tenant = &call.state.tenants[position];
    if !tenant.is_deleted() {
        let info = "the tenant is not deleted";
        return Err(errors::plain(409, "Conflict", info));
    }
    let parent = call.state.tenant(tenant.parent_id());
    if parent.is_none_or(Tenant::is_deleted) {
        let info = "the parent is deleted";
        return Err(errors::plain(409, "Conflict", info));
    }
    if !force {
        rules::check_name(call, tenant.name(), tenant.parent_id(), tenant.id())?;
    }

    let root = tenant.id().to_owned();
    let (now, knobs) = (call.now, call.knobs);
    for tenant in &mut call.state.tenants {
        let comes_back =
            tenant.id() == root || tenant.removed_with.as_deref() == Some(root.as_str());
        if comes_back && tenant.is_deleted() {
            tenant.touch(now, knobs);
            tenant.object.insert("deleted_at".to_owned(), Value::Null);
            tenant.removed_with = None;
        }
    }
    Ok(Response::empty(204))
}
