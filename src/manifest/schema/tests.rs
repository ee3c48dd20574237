use std::collections::BTreeMap;

use super::*;
use crate::manifest::toy;

fn files() -> BTreeMap<String, String> {
    let others = [OtherKind {
        kind: "Policy",
        description: "Guards.".to_owned(),
        spec: json!({ "type": "object", "properties": { "of": uses("reference") } }),
    }];
    export(toy::REGISTRY, &others).into_iter().collect()
}

fn schema(name: &str) -> Value {
    serde_json::from_str(&files()[name]).expect("it is JSON")
}

fn validator(name: &str) -> jsonschema::Validator {
    let schema = schema(name);
    jsonschema::meta::validate(&schema).expect("it is a schema");
    jsonschema::validator_for(&schema).expect("it compiles")
}

fn account(spec: &Value) -> Value {
    json!({
        "apiVersion": API_VERSION,
        "kind": "ToyAccount",
        "metadata": { "name": "acme" },
        "spec": spec,
    })
}

#[test]
fn every_kind_has_a_file() {
    let files = files();
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "policy.schema.json",
            "provider.schema.json",
            "puppetshow.schema.json",
            "toyaccount.schema.json",
            "toygroup.schema.json",
            "trueup.schema.json",
        ]
    );
    for (name, text) in files {
        assert!(text.ends_with("}\n") && !text.ends_with("\n\n"), "{name}");
        assert!(text.contains(DRAFT), "{name}");
        let _ = validator(&name);
    }
    assert_eq!(
        super::export(toy::REGISTRY, &[]),
        super::export(toy::REGISTRY, &[])
    );
}

#[test]
fn fields_carry_their_facts() {
    let schema = schema("toyaccount.schema.json");
    let field = |path: &str| schema.pointer(&format!("/properties/spec/properties/{path}"));
    assert_eq!(
        field("billing/properties/paymentTerm"),
        Some(&json!({
            "description": "When invoices are due.\n\nWire name: `terms`. Unit: days.",
            "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": 90 },
                { "const": "" },
                { "type": "null" },
                { "$ref": "#/$defs/fromOutside" },
            ],
        }))
    );
    assert_eq!(
        field("basic/properties/accountType"),
        Some(&json!({
            "description": "How the customer pays.\n\nWire name: `account_type`. \
                            Can be given only when the record is created. Cannot be cleared.",
            "anyOf": [
                { "enum": ["Prepaid", "Postpaid"] },
                { "$ref": "#/$defs/fromOutside" },
            ],
        }))
    );
    assert_eq!(field("basic/properties/id"), None);
    assert_eq!(
        field("bankInfo/properties/bankAccount/x-sensitive"),
        Some(&json!(true))
    );
    assert_eq!(
        field("basic/properties/trade/examples"),
        Some(&json!(["Retail", "Telecom"]))
    );
    assert_eq!(
        field("basic/description"),
        Some(&json!("Who the customer is."))
    );
    let country = field("basic/properties/country/description").and_then(Value::as_str);
    assert!(country.is_some_and(|text| text.contains("Looked up in the provider's country table")));
    let provider = self::schema("provider.schema.json");
    assert_eq!(
        provider.pointer("/properties/spec/properties/puppet/properties/token"),
        Some(&json!({
            "description": "The password.\n\nNeeded. Cannot be cleared. Never shown in full. \
                            Must be given as `{ env: NAME }` or `{ file: path }`.",
            "x-sensitive": true,
            "$ref": "#/$defs/fromOutside",
        }))
    );
}

#[test]
fn sound_manifests_fit_and_others_do_not() {
    let of_kind = validator("toyaccount.schema.json");
    let of_all = validator(REPOSITORY_FILE);
    for (spec, fits) in [
        (json!({}), true),
        (
            json!({ "basic": { "accountName": "x", "accountType": "Prepaid" } }),
            true,
        ),
        (json!({ "basic": { "accountName": 1000.0 } }), true),
        (json!({ "basic": { "accountName": null } }), false),
        (json!({ "basic": { "accountNam": "x" } }), false),
        (json!({ "basic": { "id": 1 } }), false),
        (json!({ "basic": null }), true),
        (json!({ "basic": { "accountName": { "env": "X" } } }), true),
        (
            json!({ "basic": { "accountName": { "env": "X", "file": "y" } } }),
            false,
        ),
        (json!({ "basic": { "accountType": "prepaid" } }), false),
        (json!({ "billing": { "paymentTerm": 91 } }), false),
        (json!({ "billing": { "paymentTerm": null } }), true),
        (json!({ "billing": { "taxed": "yes" } }), false),
        (json!({ "billing": { "validTo": "2050-01-01" } }), true),
        (json!({ "billing": { "validTo": "31.12.2026" } }), false),
        (json!({ "billing": { "products": ["voice", "sms"] } }), true),
        (json!({ "billing": { "products": [] } }), true),
        (json!({ "billing": { "products": ["fax"] } }), false),
        (json!({ "billing": { "products": "voice" } }), false),
        (json!({ "group": { "ref": "top" } }), true),
        (json!({ "group": { "ref": "Top" } }), false),
        (json!({ "group": 17 }), true),
        (json!({ "extra": { "a": [1] } }), true),
        (json!({ "extra": "x" }), false),
        (
            json!({ "provider": "p", "end": { "on": "2026-12-31", "reason": "x" } }),
            true,
        ),
        (json!({ "end": { "on": "2026-12-31" } }), false),
        (json!({ "ends": {} }), false),
    ] {
        let manifest = account(&spec);
        assert_eq!(of_kind.is_valid(&manifest), fits, "{spec}");
        assert_eq!(of_all.is_valid(&manifest), fits, "{spec}");
    }
}

#[test]
fn envelopes_fit_what_the_loader_takes() {
    let of_all = validator(REPOSITORY_FILE);
    let with = |pointer: &str, value: Value| {
        let mut manifest = account(&json!({}));
        let (at, name) = pointer.rsplit_once('/').expect("it is a pointer");
        manifest.pointer_mut(at).expect("it is there")[name] = value;
        manifest
    };
    for (manifest, fits) in [
        (with("/apiVersion", json!("v1")), false),
        (with("/kind", json!("Toy")), false),
        (with("/metadata/name", json!(10001)), true),
        (with("/metadata/name", json!("Acme")), false),
        (with("/metadata/namespace", json!("default")), true),
        (with("/metadata/creationTimestamp", json!(null)), true),
        (with("/metadata/lables", json!({})), false),
        (with("/metadata/labels", json!({ "a": "b", "c": 1 })), true),
        (
            with(
                "/metadata/annotations",
                json!({ "trueup.dev/adopt": "4711", "x/y": {} }),
            ),
            true,
        ),
        (
            with(
                "/metadata/annotations",
                json!({ "trueup.dev/adpt": "4711" }),
            ),
            false,
        ),
        (with("/status", json!({})), true),
        (with("/spek", json!({})), false),
        (with("/spec", json!(null)), false),
    ] {
        assert_eq!(of_all.is_valid(&manifest), fits, "{manifest}");
    }
    let provider = |spec: Value| {
        let mut manifest = account(&spec);
        manifest["kind"] = "Provider".into();
        manifest
    };
    let token = json!({ "token": { "env": "X" } });
    for (spec, fits) in [
        (json!({ "puppet": token }), true),
        (
            json!({ "puppet": token, "limits": { "requestsPerSecond": 0.5, "attempts": 10 } }),
            true,
        ),
        (
            json!({ "puppet": token, "limits": { "requestsPerSecond": 0 } }),
            false,
        ),
        (
            json!({ "puppet": token, "limits": { "attempts": 11 } }),
            false,
        ),
        (json!({ "puppet": token, "toy": {} }), false),
        (json!({ "limits": {} }), false),
        (json!({ "puppet": { "token": "hunter2" } }), false),
    ] {
        assert_eq!(of_all.is_valid(&provider(spec.clone())), fits, "{spec}");
    }
}

#[test]
fn an_editor_complains_about_the_field() {
    let manifest = account(&json!({ "basic": { "accountNam": "x" } }));
    let validator = validator(REPOSITORY_FILE);
    let errors: Vec<String> = validator
        .iter_errors(&manifest)
        .map(|error| format!("{} {error}", error.instance_path()))
        .collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].contains("/spec/basic") && errors[0].contains("accountNam"),
        "{errors:?}"
    );
}

#[test]
fn definitions_stand_once_and_only_where_used() {
    let definitions = |name: &str| {
        let schema = schema(name);
        let map = schema["$defs"].as_object().expect("definitions");
        map.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(
        definitions("toygroup.schema.json"),
        ["end", "fromOutside", "metadata", "name", "reference"]
    );
    assert_eq!(
        definitions("provider.schema.json"),
        ["fromOutside", "limits", "metadata", "name"]
    );
    assert!(definitions(REPOSITORY_FILE).contains(&"ToyAccount".to_owned()));
}
