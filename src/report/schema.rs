//! The JSON Schemas of what `plan -o json` and `apply -o json` print, made from
//! the types that are printed.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value};

use crate::plan::Plan;

use super::json::{Applied, pretty};

/// The schemas as file names and texts, ordered by name. The texts are stable
/// and end in a line break.
#[must_use]
pub fn export() -> Vec<(String, String)> {
    vec![
        file::<Plan>("plan", "What `trueup plan -o json` prints"),
        file::<Applied<'static>>("receipt", "What `trueup apply -o json` prints"),
    ]
}

/// The schema of what a type is stored or printed as: a file name and a text.
#[must_use]
pub fn file<T: JsonSchema>(name: &str, title: &str) -> (String, String) {
    let generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    schema["title"] = title.into();
    (format!("{name}.schema.json"), pretty(&sorted(schema)))
}

/// The same with the keys in order: whether maps keep theirs depends on
/// features that other crates may switch on.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().collect();
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            let entries = entries.into_iter().map(|(key, value)| (key, sorted(value)));
            entries.collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests;
