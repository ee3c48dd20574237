//! Tenants of Account Management (Acronis contract, 3).

mod contact;
mod create;
mod list;
mod pricing;
mod remove;
mod render;
mod rules;
mod search;
mod update;

pub(super) use self::{
    contact::new as new_contact,
    create::{blank, create},
    list::{children, list},
    pricing::{pricing, settle_trials, update_pricing},
    remove::{delete, restore},
    search::search,
    update::update,
};

use super::{
    call::{Call, Outcome},
    errors::{self, Code},
};
use crate::simulator::Response;

/// `GET /tenants/{id}`.
pub(super) fn get(call: &mut Call<'_>) -> Outcome {
    let allow_deleted = query_flag(call, "allow_deleted")?;
    query_flag(call, "embed_path")?;
    let position = reach(call, &call.path_id, allow_deleted)?;
    let tenant = &call.state.tenants[position];
    Ok(Response::json(200, &render::single(call, tenant)))
}

/// Finds a tenant that the caller may see, as its position in the state.
fn reach(call: &Call<'_>, id: &str, allow_deleted: bool) -> Result<usize, Response> {
    let position = call
        .state
        .tenants
        .iter()
        .position(|tenant| tenant.id() == id)
        .ok_or_else(|| errors::tenant_not_found(call.knobs))?;
    if !is_visible(call, id) {
        let info = "no access to the requested tenant";
        return Err(errors::coded(call.knobs, Code::AccessDenied, info));
    }
    if call.state.tenants[position].is_deleted() && !allow_deleted {
        return Err(errors::tenant_not_found(call.knobs));
    }
    Ok(position)
}

/// Whether a tenant lies below the caller's, with no tenant in between that
/// hides its children from its parents.
fn is_visible(call: &Call<'_>, id: &str) -> bool {
    let root = &call.caller.tenant_id;
    if !call.state.is_within(id, root) {
        return false;
    }
    call.state
        .lineage(id)
        .take_while(|tenant| tenant.id() != root)
        .skip(1)
        .all(|ancestor| ancestor.object.get("ancestral_access") != Some(&false.into()))
}

/// A boolean of the query, false when absent.
fn query_flag(call: &Call<'_>, name: &str) -> Result<bool, Response> {
    call.query_flag(name)
        .map(Option::unwrap_or_default)
        .map_err(|info| errors::bad_request(&info))
}
