//! How a tenant is written in an answer.

use serde_json::{Value, json};

use super::contact;
use crate::{
    providers::acronis::simulator::{
        call::Call,
        state::{Object, Tenant},
    },
    simulator::KnobSettings,
};

/// The tenant keys that hold a timestamp.
const TIMES: [&str; 3] = ["created_at", "updated_at", "deleted_at"];

/// The keys of an item at `lod=stamps`.
const STAMPS: [&str; 8] = [
    "id",
    "parent_id",
    "version",
    "created_at",
    "updated_at",
    "deleted_at",
    "contacts",
    "offering_items",
];

/// The keys that `lod=basic` has beside those.
const BASICS: [&str; 3] = ["name", "kind", "enabled"];

/// The tenant alone, as GET, POST and PUT answer it.
pub(super) fn single(call: &Call<'_>, tenant: &Tenant) -> Value {
    Value::Object(whole(call, tenant, false, false))
}

/// The tenant as an item of a list; `lod` is `stamps`, `basic` or `full`.
pub(super) fn item(call: &Call<'_>, tenant: &Tenant, lod: &str, with_contacts: bool) -> Value {
    let mut object = whole(call, tenant, true, with_contacts);
    object.insert("offering_items".to_owned(), json!([]));
    object.insert("barrier".to_owned(), json!(1));
    match lod {
        "stamps" => object.retain(|key, _| STAMPS.contains(&key.as_str())),
        "basic" => {
            let is_shown = |key: &str| STAMPS.contains(&key) || BASICS.contains(&key);
            object.retain(|key, _| is_shown(key));
        }
        _ => {}
    }
    Value::Object(object)
}

/// A stored timestamp in the form that the knob asks for.
pub(super) fn time(knobs: &KnobSettings, stored: &Value) -> Value {
    let Some(text) = stored.as_str() else {
        return stored.clone();
    };
    let bare = text.trim_end_matches('Z');
    match knobs.get("timestamp_zone") {
        "utc" => json!(format!("{bare}Z")),
        "offset" => json!(format!("{bare}+00:00")),
        _ => json!(bare),
    }
}

fn whole(call: &Call<'_>, tenant: &Tenant, in_list: bool, with_contacts: bool) -> Object {
    let knobs = call.knobs;
    let mut object = tenant.object.clone();
    for key in TIMES {
        if let Some(stored) = object.get_mut(key) {
            *stored = time(knobs, stored);
        }
    }
    if knobs.is("language_separator", "underscore")
        && let Some(Value::String(code)) = object.get_mut("language")
    {
        *code = code.replace('-', "_");
    }
    let legal = tenant.object.get("contact").cloned().unwrap_or_default();
    let mut contacts = Vec::new();
    if with_contacts {
        contacts.push(contact::listed(knobs, &legal, tenant.id()));
        if !tenant.billing_contact.is_null() {
            contacts.push(contact::listed(knobs, &tenant.billing_contact, tenant.id()));
        }
    }
    let shown = contact::shown(knobs, &legal, in_list);
    object.insert("contact".to_owned(), shown);
    object.insert("contacts".to_owned(), Value::Array(contacts));
    let has_children = call.state.has_children(tenant.id());
    object.insert("has_children".to_owned(), json!(has_children));
    let mode = tenant.pricing.get("mode").cloned().unwrap_or_default();
    object.insert("pricing_mode".to_owned(), mode);
    let start = tenant.pricing.get("production_start_date");
    let start = start.map(|stored| time(knobs, stored)).unwrap_or_default();
    object.insert("production_start_date".to_owned(), start);
    object
}
