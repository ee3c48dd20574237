//! A tenant's contact (Acronis contract, 3.4).

use jiff::Timestamp;
use serde_json::{Value, json};

use super::render;
use crate::{
    providers::acronis::simulator::{
        schema::{CONTACT_LIST_TEXTS, CONTACT_TEXTS},
        state::Object,
    },
    simulator::KnobSettings,
};

/// The keys whose unset form is empty text in every sample.
const NAMES: [&str; 2] = ["firstname", "lastname"];

/// A new contact from the keys that were sent.
pub(crate) fn new(id: &str, now: Timestamp, sent: &Object, kind: &str) -> Value {
    let mut contact = blank();
    contact.insert("id".to_owned(), json!(id));
    contact.insert("created_at".to_owned(), json!(now.to_string()));
    contact.insert("types".to_owned(), json!([kind]));
    write(&mut contact, now, sent);
    Value::Object(contact)
}

/// Changes a contact by the keys that were sent.
pub(super) fn update(contact: &mut Value, now: Timestamp, sent: &Object, knobs: &KnobSettings) {
    let Some(contact) = contact.as_object_mut() else {
        return;
    };
    if knobs.is("contact_put", "replace") {
        contact.extend(blank());
    }
    write(contact, now, sent);
}

/// The contact as an answer shows it.
pub(super) fn shown(knobs: &KnobSettings, stored: &Value, in_list: bool) -> Value {
    let Some(mut contact) = stored.as_object().cloned() else {
        return stored.clone();
    };
    for key in ["created_at", "updated_at"] {
        if let Some(time) = contact.get_mut(key) {
            *time = render::time(knobs, time);
        }
    }
    let all_empty = knobs.is("unset_text", "empty");
    for key in CONTACT_TEXTS {
        let is_unset = contact.get(key).is_none_or(Value::is_null);
        if is_unset && (all_empty || NAMES.contains(&key)) {
            contact.insert(key.to_owned(), json!(""));
        }
    }
    for key in CONTACT_LIST_TEXTS {
        if !in_list || contact.get(key).is_none_or(Value::is_null) {
            contact.remove(key);
        }
    }
    Value::Object(contact)
}

/// The contact as an entry of `contacts`.
pub(super) fn listed(knobs: &KnobSettings, stored: &Value, tenant_id: &str) -> Value {
    let mut contact = shown(knobs, stored, true);
    contact["tenant_id"] = json!(tenant_id);
    contact["user_id"] = Value::Null;
    contact
}

fn blank() -> Object {
    let mut contact = Object::new();
    contact.insert("email".to_owned(), json!(""));
    contact.insert("email_confirmed".to_owned(), Value::Null);
    for key in CONTACT_TEXTS.into_iter().chain(CONTACT_LIST_TEXTS) {
        contact.insert(key.to_owned(), Value::Null);
    }
    contact
}

fn write(contact: &mut Object, now: Timestamp, sent: &Object) {
    contact.insert("updated_at".to_owned(), json!(now.to_string()));
    for (key, value) in sent {
        contact.insert(key.clone(), value.clone());
    }
}
