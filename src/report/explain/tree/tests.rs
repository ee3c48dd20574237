//! Finding kinds and fields, and what a schema alone says of them.

use serde_json::json;

use super::*;

fn topics() -> Vec<Topic> {
    ["ToyCustomer", "ToyCounter", "Policy"]
        .into_iter()
        .map(|kind| {
            let schema = json!({
                "description": "A toy.",
                "properties": {
                    "apiVersion": { "const": "toys/v1" },
                    "kind": { "const": kind },
                    "spec": { "properties": {
                        "billing": { "properties": {
                            "iban": { "type": "string", "description": "The account." },
                            "terms": { "$ref": "#/$defs/days" },
                        } },
                        "contact": { "properties": { "email": { "type": "string" } } },
                        "rules": { "type": "array", "items": { "properties": {
                            "when": { "anyOf": [{ "type": "null" }, { "enum": ["a", "b"] }] },
                        } } },
                    } },
                },
                "$defs": { "days": {
                    "type": "integer", "minimum": 1, "maximum": 90, "default": 14,
                    "description": "Days.",
                } },
            });
            Topic::of(&schema, &[]).expect("a topic")
        })
        .collect()
}

fn kind(name: &str) -> Result<String, String> {
    let topics = topics();
    topic(&topics, name)
        .map(|topic| topic.kind.clone())
        .map_err(|unknown| format!("{unknown}; {}", unknown.hint))
}

#[test]
fn kinds_are_found_however_they_are_typed() {
    for name in ["ToyCustomer", "toycustomers", "toy-customer", "toycu"] {
        assert_eq!(kind(name).as_deref(), Ok("ToyCustomer"), "{name}");
    }
    // The plural is `y` and `ies` in grammar alone.
    assert_eq!(kind("policys").as_deref(), Ok("Policy"));
    for (name, said) in [
        (
            "toy",
            "several kinds start with `toy`; write one of `ToyCustomer` and `ToyCounter`",
        ),
        (
            "toycustoner",
            "there is no kind `toycustoner`; did you mean `ToyCustomer`?",
        ),
        (
            "",
            "there is no kind ``; known are `ToyCustomer`, `ToyCounter` and `Policy`",
        ),
    ] {
        assert_eq!(kind(name), Err(said.to_owned()), "{name}");
    }
}

#[test]
fn paths_are_found_and_what_is_not_there_is_looked_for() {
    let topics = topics();
    let at = |path: &str| {
        find(&topics[0], path)
            .map(|(_, spelt)| spelt)
            .map_err(|unknown| format!("{unknown}; {}", unknown.hint))
    };
    for (path, spelt) in [
        ("", ""),
        ("spec", ""),
        ("Billing.IBAN", "billing.iban"),
        ("spec.rules.when", "rules.when"),
    ] {
        assert_eq!(at(path).as_deref(), Ok(spelt), "{path}");
    }
    for (path, said) in [
        (
            "email",
            "`ToyCustomer` has no field `email`; did you mean `ToyCustomer.contact.email`?",
        ),
        (
            "billing.ibna",
            "`ToyCustomer.billing` has no field `ibna`; did you mean `iban`?",
        ),
        (
            "billing.iban.x",
            "`ToyCustomer.billing.iban` is a field, and has none itself; leave out what \
             follows it",
        ),
    ] {
        assert_eq!(at(path), Err(said.to_owned()), "{path}");
    }
}

#[test]
fn a_field_without_facts_is_what_its_schema_says() {
    let topics = topics();
    let field = |path: &str| match find(&topics[0], path) {
        Ok((Node::Field(field), _)) => field,
        _ => panic!("{path} is no field"),
    };
    let terms = field("billing.terms");
    assert_eq!(terms.value_type, "whole number");
    assert_eq!(terms.description, "Days.");
    assert_eq!(terms.default.as_deref(), Some("14"));
    assert_eq!(terms.range.as_deref(), Some("from 1 to 90"));
    assert_eq!(field("rules.when").value_type, "one of `a` and `b`");
}
