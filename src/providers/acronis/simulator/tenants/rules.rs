//! What a tenant may be and where it may lie.

use serde_json::json;

use crate::{
    providers::acronis::simulator::{
        call::Call,
        errors::{self, Code},
        state::Tenant,
    },
    simulator::Response,
};

/// Whether a tenant of one kind may lie directly below another (Acronis contract, 3.3).
fn may_lie_below(kind: &str, parent_kind: &str) -> bool {
    match kind {
        "partner" => matches!(parent_kind, "root" | "partner" | "folder"),
        "folder" => parent_kind == "partner",
        "customer" => matches!(parent_kind, "partner" | "folder"),
        "unit" => matches!(parent_kind, "customer" | "unit"),
        _ => false,
    }
}

/// Refuses a kind that cannot lie below that parent.
pub(super) fn check_kind(kind: &str, parent: &Tenant) -> Result<(), Response> {
    if may_lie_below(kind, parent.kind()) {
        return Ok(());
    }
    let info = format!("a {kind} cannot lie below a {}", parent.kind());
    Err(errors::bad_request(&info))
}

/// Refuses an empty name and one that is taken. `own_id` is the tenant that is
/// to have the name, or empty for a new one.
pub(super) fn check_name(
    call: &Call<'_>,
    name: &str,
    parent_id: &str,
    own_id: &str,
) -> Result<(), Response> {
    if name.is_empty() {
        return Err(errors::bad_request("property name is empty"));
    }
    let scope = call.knobs.get("tenant_name_scope");
    let is_taken = call.state.tenants.iter().any(|other| {
        let counts = match scope {
            "siblings" => !other.is_deleted() && other.parent_id() == parent_id,
            "deleted_hold" => true,
            _ => !other.is_deleted(),
        };
        let is_same = match scope {
            "case_insensitive" => other.name().to_lowercase() == name.to_lowercase(),
            _ => other.name() == name,
        };
        counts && is_same && other.id() != own_id
    });
    if is_taken {
        return Err(name_taken(call, name));
    }
    Ok(())
}

fn name_taken(call: &Call<'_>, name: &str) -> Response {
    let details = json!({ "info": "A tenant with this name already exists." });
    let context = json!({ "name": name });
    errors::coded_with(call.knobs, Code::NameConflict, &details, &context)
}

/// Refuses a locked tenant, an old version and, for a deletion, an enabled
/// tenant; in the order that the knob asks for.
pub(super) fn check_write(
    call: &Call<'_>,
    tenant: &Tenant,
    version: i64,
    deletes: bool,
) -> Result<(), Response> {
    let checks: [Check; 3] = match call.knobs.get("check_order") {
        "version_lock_enabled" => [check_version, check_lock, check_disabled],
        "enabled_version_lock" => [check_disabled, check_version, check_lock],
        _ => [check_lock, check_version, check_disabled],
    };
    checks
        .into_iter()
        .try_for_each(|check| check(call, tenant, version, deletes))
}

type Check = fn(&Call<'_>, &Tenant, i64, bool) -> Result<(), Response>;

fn check_lock(call: &Call<'_>, tenant: &Tenant, _: i64, _: bool) -> Result<(), Response> {
    match tenant.lock_owner() {
        Some(owner) if owner != call.caller.tenant_id => {
            let info = "Tenant is locked.";
            Err(errors::coded(call.knobs, Code::TenantLocked, info))
        }
        _ => Ok(()),
    }
}

fn check_version(call: &Call<'_>, tenant: &Tenant, version: i64, _: bool) -> Result<(), Response> {
    if tenant.version() == version {
        return Ok(());
    }
    let info = format!("expected version {}, got {version}", tenant.version());
    Err(errors::coded(call.knobs, Code::VersionMismatch, &info))
}

fn check_disabled(call: &Call<'_>, tenant: &Tenant, _: i64, deletes: bool) -> Result<(), Response> {
    if !deletes || !tenant.is_enabled() {
        return Ok(());
    }
    let number = tenant.number.to_string();
    let details = json!({
        "info": format!("tenant \"{number}\" is enabled"),
        "addition": [{ "id": number }],
    });
    let context = json!({ "id": number });
    Err(errors::coded_with(
        call.knobs,
        Code::TenantEnabled,
        &details,
        &context,
    ))
}
