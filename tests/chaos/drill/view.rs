//! A raw record as a flat map, so that any two can be compared leaf by leaf.

use std::collections::BTreeMap;

use serde_json::Value;

/// The leaves of a record by their places, with `/` between names. What is
/// null or empty is left out.
pub(crate) type View = BTreeMap<String, Value>;

/// Adds everything below `value` to a view.
pub(crate) fn flatten(value: &Value, at: &str, into: &mut View) {
    match value {
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::Object(members) => {
            for (name, value) in members {
                flatten(value, &below(at, name), into);
            }
        }
        Value::Array(elements) if elements.iter().any(Value::is_object) => {
            for (index, value) in elements.iter().enumerate() {
                flatten(value, &below(at, &index.to_string()), into);
            }
        }
        Value::Array(elements) if elements.is_empty() => {}
        Value::Array(elements) => {
            let mut sorted = elements.clone();
            sorted.sort_by_key(Value::to_string);
            into.insert(at.to_owned(), Value::Array(sorted));
        }
        other => {
            into.insert(at.to_owned(), other.clone());
        }
    }
}

fn below(at: &str, name: &str) -> String {
    if at.is_empty() {
        name.to_owned()
    } else {
        format!("{at}/{name}")
    }
}

/// The text at a place of a document; empty when there is none.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
