//! Writes the model as manifests.

use std::{fs, path::Path};

use serde_json::{Map, Value, json};

use super::model::{End, Model, Record};

const API_VERSION: &str = "trueup.dev/v1alpha1";

/// Writes all manifests of a model into a folder, which is emptied first.
pub(crate) fn write(model: &Model, providers: &[Value], folder: &Path) -> std::io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for provider in providers {
        let name = provider["metadata"]["name"].as_str().unwrap_or_default();
        save(&folder.join(format!("provider-{name}.json")), provider)?;
    }
    for record in model.records.iter().filter(|record| !record.vanished) {
        let file = format!("{}-{}.json", record.system.name, record.name);
        save(&folder.join(file), &document(record))?;
    }
    Ok(())
}

fn save(path: &Path, document: &Value) -> std::io::Result<()> {
    fs::write(path, format!("{document:#}\n"))
}

/// A `Provider` manifest with the settings of a simulated system.
pub(crate) fn provider(system: &str, settings: &Value, limits: &Value) -> Value {
    json!({
        "apiVersion": API_VERSION,
        "kind": "Provider",
        "metadata": { "name": system },
        "spec": { system: settings, "limits": limits },
    })
}

fn document(record: &Record) -> Value {
    let mut spec = Value::Object(Map::new());
    if let Some(name) = &record.display_name {
        put(&mut spec, record.system.display_name.0, json!(name));
    }
    if let Some(level) = record.level {
        put(&mut spec, "level", json!(level));
    }
    if let Some(parent) = &record.parent {
        put(&mut spec, record.system.parent.0, json!({ "ref": parent }));
    }
    for (path, wanted) in &record.fields {
        put(&mut spec, path, wanted.given.clone());
    }
    let on = match record.end {
        End::No => None,
        End::Due | End::DueBeforeItBegan => Some("2026-01-01"),
        End::Later => Some("2199-01-01"),
    };
    if let Some(on) = on {
        put(&mut spec, "end", json!({ "on": on, "reason": "a drill" }));
    }
    let mut metadata = json!({ "name": record.name, "labels": record.labels });
    if let Some(remote) = &record.adopts {
        metadata["annotations"] = json!({ "trueup.dev/adopt": remote });
    }
    json!({
        "apiVersion": API_VERSION,
        "kind": record.system.kind,
        "metadata": metadata,
        "spec": spec,
    })
}

/// Puts a value at a path with dots.
fn put(spec: &mut Value, path: &str, value: Value) {
    let mut at = spec;
    for step in path.split('.') {
        at = &mut at[step];
    }
    *at = value;
}
