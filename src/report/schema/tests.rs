//! The schemas describe what is really printed, and nothing else.

use serde_json::{Value, json};

use super::*;
use crate::report::{
    json::{applied, plan},
    test_support::{document, golden, whole},
};

fn schema(name: &str) -> Value {
    let exported = export();
    let found = exported.iter().find(|(file, _)| file == name);
    let (_, text) = found.expect("the schema");
    serde_json::from_str(text).expect("JSON")
}

/// The same schema, refusing members that it does not describe.
fn strict(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            map.values_mut().for_each(strict);
            if map.contains_key("properties") {
                map.insert("additionalProperties".to_owned(), false.into());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(strict),
        _ => {}
    }
}

#[test]
fn what_is_printed_is_described_to_the_last_member() {
    let outputs = [
        ("plan.schema.json", "plan.json", plan(&whole())),
        (
            "receipt.schema.json",
            "receipt.json",
            applied(&whole(), &document()),
        ),
    ];
    for (name, file, output) in outputs {
        golden(file, &output);
        let mut schema = schema(name);
        strict(&mut schema);
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let output: Value = serde_json::from_str(&output).expect("JSON");
        let errors: Vec<String> = validator
            .iter_errors(&output)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}

#[test]
fn what_is_never_printed_is_refused() {
    let validator = jsonschema::validator_for(&schema("plan.schema.json")).expect("a schema");
    let good: Value = serde_json::from_str(&plan(&whole())).expect("JSON");
    assert!(validator.is_valid(&good));
    for (pointer, bad) in [
        ("/format", json!("trueup.dev/plan/v9")),
        ("/changes/0/action", json!("delete")),
        ("/changes/0/fields/0/class", json!("secret")),
        ("/changes/0/fields/0/after/form", json!("clear")),
        ("/changes/0/address", json!("no address")),
        ("/counts/create", json!(-1)),
        ("/counts", Value::Null),
    ] {
        let mut document = good.clone();
        *document.pointer_mut(pointer).expect("a member") = bad;
        assert!(!validator.is_valid(&document), "{pointer}");
    }
}

#[test]
fn what_is_printed_is_read_back_as_it_was() {
    let mut whole = whole();
    let numbers = json!([
        0.1 + 0.2,
        1e300,
        -0.0,
        5e-324,
        u64::MAX,
        i64::MIN,
        "\u{202e}\u{0}"
    ]);
    whole.changes[0].fields[0].before = crate::model::Shown::Plain(numbers);
    let text = plan(&whole);
    let read: Plan = serde_json::from_str(&text).expect("a plan");
    assert_eq!(read, whole);
    assert_eq!(plan(&read), text);
}
