//! The JSON Schemas of manifests, for editors: one per kind, and one for a
//! whole repository that tells them apart by `kind`.
//!
//! Whatever the loader takes, the schemas take; what only the loader can know,
//! such as whether a name is known to the provider, they leave open.

mod field;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::document::{ADOPT, API_VERSION, FOREIGN_MEMBER, FOREIGN_METADATA, PROVIDER_KIND};
use crate::{
    model::{Kind, id::NAME_CHARACTERS_MAX},
    provider::{KindDef, ProviderDef},
};

/// The version of JSON Schema.
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The name of the schema of a whole repository.
pub const REPOSITORY_FILE: &str = "trueup.schema.json";

/// A kind that is not declared by a provider, with the schema of its spec.
#[derive(Debug, Clone)]
pub struct OtherKind {
    /// The kind.
    pub kind: Kind,
    /// What it is for.
    pub description: String,
    /// The schema of what stands under `spec`. It may use the definitions
    /// `name`, `reference` and `fromOutside`, and must bring no others.
    pub spec: Value,
}

/// All schemas as file names and texts, ordered by name. The texts are stable
/// and end in a line break.
#[must_use]
pub fn export(registry: &[&ProviderDef], others: &[OtherKind]) -> Vec<(String, String)> {
    let mut kinds: Vec<(Kind, Value)> = Vec::new();
    for def in registry {
        for kind in def.kinds {
            kinds.push((kind.kind, record(def, kind)));
        }
    }
    kinds.push((PROVIDER_KIND, provider(registry)));
    for other in others {
        let manifest = manifest(other.kind, &other.description, &other.spec);
        kinds.push((other.kind, manifest));
    }
    let mut files: Vec<(String, String)> = kinds
        .iter()
        .map(|(kind, schema)| {
            let title = format!("{kind} of trueup");
            let name = format!("{}.schema.json", kind.to_lowercase());
            (name, printed(complete(&title, schema.clone())))
        })
        .collect();
    files.push((REPOSITORY_FILE.to_owned(), printed(repository(kinds))));
    files.sort();
    files
}

fn printed(schema: Value) -> String {
    // The keys are put in order here: whether maps keep theirs depends on
    // features that other crates may switch on.
    format!("{:#}\n", sorted(schema))
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().collect();
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            entries
                .into_iter()
                .map(|(key, value)| (key, sorted(value)))
                .collect::<Map<_, _>>()
                .into()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

/// A schema with its head, and the definitions that it uses.
fn complete(title: &str, mut schema: Value) -> Value {
    let mut used = BTreeSet::new();
    gather(&schema, &mut used);
    let mut definitions = Map::new();
    // Definitions use each other one level deep.
    for name in used.clone() {
        if let Some(definition) = definition(&name) {
            gather(&definition, &mut used);
        }
    }
    for name in used {
        if let Some(definition) = definition(&name) {
            definitions.insert(name, definition);
        }
    }
    if let Value::Object(map) = &mut schema {
        map.insert("$schema".to_owned(), DRAFT.into());
        map.insert("title".to_owned(), title.into());
        if let Some(Value::Object(own)) = map.remove("$defs") {
            definitions.extend(own);
        }
        map.insert("$defs".to_owned(), definitions.into());
    }
    schema
}

/// The names of the definitions that a schema refers to.
fn gather(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            let target = map.get("$ref").and_then(Value::as_str);
            names.extend(
                target
                    .and_then(|target| target.strip_prefix("#/$defs/"))
                    .map(str::to_owned),
            );
            map.values().for_each(|value| gather(value, names));
        }
        Value::Array(items) => items.iter().for_each(|value| gather(value, names)),
        _ => {}
    }
}

fn uses(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn definition(name: &str) -> Option<Value> {
    let text =
        |description: &str| json!({ "description": description, "type": "string", "minLength": 1 });
    Some(match name {
        "name" => json!({
            "type": ["string", "integer"],
            "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
            "maxLength": NAME_CHARACTERS_MAX,
            "minimum": 0,
        }),
        "fromOutside" => json!({
            "description": "A value that is not kept in the manifest.",
            "type": "object",
            "oneOf": [{ "required": ["env"] }, { "required": ["file"] }],
            "properties": {
                "env": text("The environment variable that holds the value."),
                "file": text("The file that holds the value: a path from the manifest's folder."),
            },
            "additionalProperties": false,
        }),
        "reference" => json!({
            "description": "Another manifest.",
            "type": "object",
            "required": ["ref"],
            "properties": { "ref": uses("name") },
            "additionalProperties": false,
        }),
        "end" => json!({
            "description": "That the record is to end. Nothing ends without it.",
            "type": ["object", "null"],
            "required": ["on", "reason"],
            "properties": {
                "on": {
                    "description": "The first day on which the record has ended.",
                    "type": "string",
                    "pattern": r"^\d{4}-\d{2}-\d{2}$",
                },
                "reason": text("Why; passed on to the provider where it takes a reason."),
            },
            "additionalProperties": false,
        }),
        "limits" => field::limits(),
        "metadata" => metadata(),
        _ => return None,
    })
}

fn metadata() -> Value {
    let mut properties = Map::new();
    for name in FOREIGN_METADATA {
        properties.insert(
            name.to_owned(),
            json!({ "description": "Means nothing here." }),
        );
    }
    let mut name = uses("name");
    name["description"] = "The key, unique among the manifests of this kind.".into();
    properties.insert("name".to_owned(), name);
    properties.insert(
        "labels".to_owned(),
        json!({
            "description": "For selecting manifests with `-l`.",
            "type": ["object", "null"],
            "additionalProperties": { "type": ["string", "number", "boolean"] },
        }),
    );
    properties.insert(
        "annotations".to_owned(),
        json!({
            "type": ["object", "null"],
            "properties": {
                ADOPT: {
                    "description": "The id of a record that may be taken over.",
                    "type": ["string", "number"],
                },
            },
            // Others of ours are mistakes; those of other tools are theirs.
            "patternProperties": { r"^trueup\.dev/(?!adopt$)": false },
        }),
    );
    json!({
        "type": "object",
        "required": ["name"],
        "properties": properties,
        "additionalProperties": false,
    })
}

/// The schema of a manifest around that of its spec.
fn manifest(kind: Kind, description: &str, spec: &Value) -> Value {
    json!({
        "description": description,
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {
            "apiVersion": { "const": API_VERSION },
            "kind": { "const": kind },
            "metadata": uses("metadata"),
            "spec": spec,
            FOREIGN_MEMBER: { "description": "Means nothing here." },
        },
        "additionalProperties": false,
    })
}

fn record(def: &ProviderDef, kind: &KindDef) -> Value {
    let mut spec = field::section(kind);
    if let Some(Value::Object(properties)) = spec.get_mut("properties") {
        let description = format!(
            "The `Provider` that the record belongs to. \
             May be left out where one of `{}` is declared.",
            def.name
        );
        let provider =
            json!({ "anyOf": [uses("name"), { "type": "null" }], "description": description });
        properties.insert("provider".to_owned(), provider);
        properties.insert("end".to_owned(), uses("end"));
    }
    let description = format!("One record at {}.", def.title);
    manifest(kind.kind, &description, &spec)
}

fn provider(registry: &[&ProviderDef]) -> Value {
    let mut properties = Map::new();
    let mut systems = Vec::new();
    for def in registry {
        let mut settings = field::section(&def.settings);
        settings["description"] = format!("An endpoint of {}.", def.title).into();
        properties.insert(def.name.to_owned(), settings);
        systems.push(json!({ "required": [def.name] }));
    }
    properties.insert("limits".to_owned(), uses("limits"));
    let mut spec = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !systems.is_empty() {
        spec["oneOf"] = systems.into();
    }
    manifest(PROVIDER_KIND, "One endpoint of a billing system.", &spec)
}

/// The schema that picks the one of the kind. `if` and `then` rather than
/// `oneOf`: so an editor complains about the field, not about all kinds.
fn repository(kinds: Vec<(Kind, Value)>) -> Value {
    let names: Vec<Kind> = kinds.iter().map(|(kind, _)| *kind).collect();
    let choices: Vec<Value> = names
        .iter()
        .map(|kind| {
            json!({
                "if": { "required": ["kind"], "properties": { "kind": { "const": kind } } },
                "then": uses(kind),
            })
        })
        .collect();
    let definitions: Map<String, Value> = kinds
        .into_iter()
        .map(|(kind, schema)| (kind.to_owned(), schema))
        .collect();
    let schema = json!({
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {
            "apiVersion": { "const": API_VERSION },
            "kind": { "enum": names },
        },
        "allOf": choices,
        "$defs": definitions,
    });
    complete("Manifests of trueup", schema)
}

#[cfg(test)]
mod tests;
