//! The schema of one field, and of the sections around fields.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::uses;
use crate::{
    manifest::limits,
    model::{
        Facts, Leaf,
        field_map::{FieldNode, ValueType},
    },
    provider::KindDef,
};

/// The schema of a spec, or of settings. Fields that the provider makes are
/// left out: they are refused in a manifest.
pub(super) fn section(kind: &KindDef) -> Value {
    let declared = kind.schema();
    nested(kind.fields().root(), &declared, &declared).0
}

/// The schema of a section, and whether anything in it can be cleared.
fn nested(fields: &BTreeMap<String, FieldNode>, root: &Value, own: &Value) -> (Value, bool) {
    let mut properties = Map::new();
    let mut clearable = false;
    for (name, node) in fields {
        let own = property(root, own, name);
        match node {
            FieldNode::Leaf(facts) if facts.computed => {}
            FieldNode::Leaf(facts) => {
                clearable |= facts.clearable && !facts.create_only;
                properties.insert(name.clone(), leaf(facts));
            }
            FieldNode::Section(below) => {
                let (mut schema, can_be_null) = nested(below, root, own);
                clearable |= can_be_null;
                if can_be_null {
                    schema["type"] = json!(["object", "null"]);
                }
                properties.insert(name.clone(), schema);
            }
        }
    }
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if let Some(text) = description(root, own) {
        schema["description"] = text.into();
    }
    (schema, clearable)
}

/// The declared schema of a member, or nothing of use.
fn property<'v>(root: &'v Value, own: &'v Value, name: &str) -> &'v Value {
    let own = resolved(root, own);
    own.get("properties")
        .and_then(|properties| properties.get(name))
        .unwrap_or(&Value::Null)
}

fn resolved<'v>(root: &'v Value, own: &'v Value) -> &'v Value {
    own.get("$ref")
        .and_then(Value::as_str)
        .and_then(|target| root.pointer(target.trim_start_matches('#')))
        .unwrap_or(own)
}

/// The doc comment of the field of that section, or else of its type.
fn description<'v>(root: &'v Value, own: &'v Value) -> Option<&'v str> {
    own.get("description")
        .or_else(|| resolved(root, own).get("description"))
        .and_then(Value::as_str)
}

fn leaf(facts: &Facts) -> Value {
    let mut schema = Map::new();
    schema.insert("description".to_owned(), described(facts).into());
    if facts.sensitive {
        schema.insert("x-sensitive".to_owned(), true.into());
    }
    if !facts.known.is_empty() {
        schema.insert("examples".to_owned(), json!(facts.known));
    }
    if let Some(default) = default(facts) {
        schema.insert("default".to_owned(), default);
    }
    let mut ways = values(facts);
    if facts.clearable {
        ways.push(json!({ "type": "null" }));
    }
    if !matches!(facts.value_type, ValueType::Set(_) | ValueType::Passthrough) {
        ways.push(uses("fromOutside"));
    }
    match ways.as_slice() {
        [Value::Object(only)] => schema.extend(only.clone()),
        _ => {
            schema.insert("anyOf".to_owned(), ways.into());
        }
    }
    Value::Object(schema)
}

/// What a new record has without being asked for it.
fn default(facts: &Facts) -> Option<Value> {
    match facts.default.as_ref()? {
        Leaf::Bool(value) => Some(json!(value)),
        Leaf::Integer(number) => Some(json!(number)),
        other => other.text().map(|text| json!(text)),
    }
}

/// The forms that a value may have when it is written in the manifest.
fn values(facts: &Facts) -> Vec<Value> {
    if facts.credential {
        return Vec::new();
    }
    let mut value = Map::new();
    match &facts.value_type {
        // Unquoted codes and numbers are taken as the text that they are.
        ValueType::Text => {
            value.insert("type".to_owned(), json!(["string", "number", "boolean"]));
            if let Some(max) = facts.characters_max {
                value.insert("maxLength".to_owned(), max.into());
            }
            if let Some(format) = &facts.format {
                value.insert("format".to_owned(), format.as_str().into());
            }
        }
        ValueType::Choice(names) => {
            value.insert("enum".to_owned(), json!(names));
        }
        ValueType::Integer => {
            value.insert("type".to_owned(), "integer".into());
            value.extend(
                facts
                    .minimum
                    .map(|number| ("minimum".to_owned(), number.into())),
            );
            value.extend(
                facts
                    .maximum
                    .map(|number| ("maximum".to_owned(), number.into())),
            );
        }
        ValueType::Bool => {
            value.insert("type".to_owned(), "boolean".into());
        }
        ValueType::DateTime => {
            value.insert("type".to_owned(), "string".into());
            value.insert("pattern".to_owned(), date_time_pattern().into());
        }
        ValueType::Set(names) => {
            value.insert("type".to_owned(), "array".into());
            value.insert("items".to_owned(), json!({ "enum": names }));
        }
        ValueType::Reference => {
            let id = json!({ "description": "The id of a record.", "type": ["string", "integer"] });
            let mut ways = vec![id];
            if facts.reference.is_some() {
                ways.push(uses("reference"));
            }
            return ways;
        }
        ValueType::Passthrough => {
            value.insert("type".to_owned(), json!(["array", "object"]));
        }
    }
    let mut ways = vec![Value::Object(value)];
    // An empty text or date clears the field where it can be cleared.
    let empty = match &facts.value_type {
        ValueType::Choice(_) | ValueType::DateTime | ValueType::Integer => facts.clearable,
        ValueType::Text => facts.clearable && facts.format.is_some(),
        _ => false,
    };
    if empty {
        ways.push(json!({ "const": "" }));
    }
    ways
}

/// The pattern of dates, as their type declares it.
fn date_time_pattern() -> &'static str {
    r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})?)?$"
}

/// What the field means, with its facts in words.
fn described(facts: &Facts) -> String {
    let mut sentences = Vec::new();
    if let Some(wire) = facts.wire {
        sentences.push(format!("Wire name: `{wire}`."));
    }
    if let Some(unit) = &facts.unit {
        sentences.push(format!("Unit: {unit}."));
    }
    if let Some(default) = default(facts) {
        sentences.push(format!("A record made without it has `{default}`."));
    }
    if let Some(kind) = facts.reference {
        sentences.push(format!("Refers to a `{kind}`."));
    }
    if let Some(table) = facts.lookup {
        sentences.push(format!(
            "Looked up in the provider's {table} table: write a name, a code or the id."
        ));
    }
    if facts.create_needs {
        // Settings stand on no wire, and are no record.
        let sentence = match facts.wire {
            Some(_) => "Needed to create the record.",
            None => "Needed.",
        };
        sentences.push(sentence.to_owned());
    }
    if facts.create_only {
        sentences.push("Can be given only when the record is created.".to_owned());
    }
    if facts.write_only {
        sentences.push("Never returned by the provider, so never compared.".to_owned());
    }
    if !facts.clearable {
        sentences.push("Cannot be cleared.".to_owned());
    }
    if facts.sensitive {
        sentences.push("Never shown in full.".to_owned());
    }
    if facts.credential {
        sentences.push("Must be given as `{ env: NAME }` or `{ file: path }`.".to_owned());
    }
    let own = facts.description.trim_end();
    match (own.is_empty(), sentences.is_empty()) {
        (true, _) => sentences.join(" "),
        (false, true) => own.to_owned(),
        (false, false) => format!("{own}\n\n{}", sentences.join(" ")),
    }
}

/// The schema of a `Provider`'s limits, with the bounds that the loader checks.
pub(super) fn limits() -> Value {
    let whole = |description: &str, maximum: u64, default: u64| {
        json!({
            "description": description,
            "type": "integer",
            "minimum": 1,
            "maximum": maximum,
            "default": default,
        })
    };
    json!({
        "description": "The limits within which the provider is used.",
        "type": ["object", "null"],
        "properties": {
            "requestsPerSecond": {
                "description": "Requests per second, over all calls.",
                "type": "number",
                "exclusiveMinimum": 0,
                "maximum": limits::REQUESTS_PER_SECOND_MAX,
                "default": limits::REQUESTS_PER_SECOND_DEFAULT,
            },
            "concurrency": whole(
                "Requests in flight at once.",
                limits::CONCURRENCY_MAX,
                limits::CONCURRENCY_DEFAULT,
            ),
            "timeoutSeconds": whole(
                "Seconds until an answer must be there in full.",
                limits::TIMEOUT_SECONDS_MAX,
                limits::TIMEOUT_SECONDS_DEFAULT,
            ),
            "attempts": whole(
                "Attempts at a call that may be repeated, the first one included.",
                limits::ATTEMPTS_MAX,
                limits::ATTEMPTS_DEFAULT,
            ),
        },
        "additionalProperties": false,
    })
}
