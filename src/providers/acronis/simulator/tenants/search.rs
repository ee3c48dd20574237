//! `GET /search`.

use serde_json::{Value, json};

use crate::{
    providers::acronis::simulator::{
        call::{Call, Outcome},
        errors,
        state::{Tenant, text},
    },
    simulator::Response,
};

/// How many items a search without `limit` gives.
const LIMIT_DEFAULT: usize = 10;

/// Finds tenants by name, customer id, contact name or e-mail.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let required = |name: &str| {
        let missing = || errors::bad_request(&format!("missing parameter {name}"));
        call.request.query(name).ok_or_else(missing)
    };
    let (root, wanted) = (required("tenant")?, required("text")?.to_lowercase());
    let limit = match call.request.query("limit").map(str::parse::<usize>) {
        None => LIMIT_DEFAULT,
        Some(Ok(limit)) if limit > 0 => limit,
        Some(_) => return Err(errors::bad_request("parameter limit is not a number")),
    };
    let allow_deleted = super::query_flag(call, "allow_deleted")?;
    super::reach(call, root, false)?;
    let items: Vec<Value> = call
        .state
        .tenants
        .iter()
        .filter(|tenant| allow_deleted || !tenant.is_deleted())
        .filter(|tenant| call.state.is_within(tenant.id(), root))
        .filter(|tenant| super::is_visible(call, tenant.id()))
        .filter(|tenant| matches(tenant, &wanted))
        .take(limit)
        .map(|tenant| item(call, tenant))
        .collect();
    Ok(Response::json(200, &json!({ "items": items })))
}

fn matches(tenant: &Tenant, wanted: &str) -> bool {
    let contact = tenant.object.get("contact").and_then(Value::as_object);
    let of_contact = contact
        .into_iter()
        .flat_map(|contact| ["firstname", "lastname", "email"].map(|key| text(contact, key)));
    [tenant.name(), text(&tenant.object, "customer_id")]
        .into_iter()
        .chain(of_contact)
        .any(|found| found.to_lowercase().contains(wanted))
}

fn item(call: &Call<'_>, tenant: &Tenant) -> Value {
    let mut path = Vec::new();
    for ancestor in call.state.lineage(tenant.id()) {
        path.insert(0, ancestor.name());
        if ancestor.id() == call.caller.tenant_id {
            break;
        }
    }
    let name_of_contact = |key: &str| tenant.object["contact"][key].as_str().unwrap_or_default();
    json!({
        "obj_type": "tenant",
        "kind": tenant.kind(),
        "id": tenant.id(),
        "parent_id": tenant.parent_id(),
        "path": path,
        "name": tenant.name(),
        "first_name": name_of_contact("firstname"),
        "last_name": name_of_contact("lastname"),
        "deleted_at": super::render::time(call.knobs, &tenant.object["deleted_at"]),
    })
}
