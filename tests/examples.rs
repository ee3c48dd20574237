//! The examples under `manifests/` are right, complete, and settle.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use trueup::{
    desired::{Desired, Options, Systems, desire},
    manifest::{
        load::{Input, load},
        schema::export,
    },
    providers::ALL,
    report::{Style, findings},
};

use crate::support::Repository;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// All YAML files of the examples.
fn files() -> Vec<PathBuf> {
    let mut folders = vec![folder("manifests")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "yaml") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(files.len() > 5, "the examples are not where they should be");
    files
}

fn desired() -> Desired {
    let loaded = load(&[Input::Path(folder("manifests"))], None);
    let options = Options {
        systems: Systems::Simulated,
        other_kinds: trueup::policy::KINDS,
        ..Options::default()
    };
    let (desired, found) = desire(loaded, ALL, &options);
    assert!(
        found.is_empty(),
        "{}",
        findings::text(&found, Style::default())
    );
    desired
}

/// The documents of a file, read by a YAML parser that is not the program's
/// loader.
fn documents(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("a file");
    serde_yaml::from_multiple(&text).expect("YAML")
}

#[test]
fn an_independent_validator_accepts_every_example() {
    let exported = export(ALL, &trueup::policy::kinds(ALL));
    let (_, text) = exported
        .iter()
        .find(|(name, _)| name == "trueup.schema.json")
        .expect("the schema of the whole repository");
    let schema: Value = serde_json::from_str(text).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let mut seen = 0;
    for path in files() {
        for document in documents(&path) {
            let errors: Vec<String> = validator
                .iter_errors(&document)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{}: {errors:?}", path.display());
            seen += 1;
        }
    }
    assert!(seen > files().len(), "documents are missing");
}

#[test]
fn the_validator_refuses_what_the_loader_refuses() {
    let exported = export(ALL, &trueup::policy::kinds(ALL));
    let (_, text) = exported.last().expect("a schema");
    let schema: Value = serde_json::from_str(text).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let path = folder("manifests/zegoal/new-account.yaml");
    let good = documents(&path).remove(0);
    assert!(validator.is_valid(&good));
    for (pointer, bad) in [
        ("/spec/basic", serde_json::json!({ "acountName": "typo" })),
        ("/spec/basic/accountName", Value::Null),
        ("/kind", serde_json::json!("ZegoalAcount")),
        ("/apiVersion", serde_json::json!("trueup.dev/v2")),
        ("/metadata/name", serde_json::json!("Not A Label")),
    ] {
        let mut document = good.clone();
        *document.pointer_mut(pointer).expect("a member") = bad;
        assert!(!validator.is_valid(&document), "{pointer}");
    }
}

#[test]
fn every_writable_field_is_used() {
    let desired = desired();
    let mut unused = Vec::new();
    for kind in ALL.iter().flat_map(|def| def.kinds) {
        let used: BTreeSet<&str> = desired
            .resources
            .iter()
            .filter(|resource| resource.kind.kind == kind.kind)
            .flat_map(|resource| resource.tree.iter())
            .map(|(path, _)| path.as_str())
            .collect();
        for facts in kind.fields().iter().filter(|facts| !facts.computed) {
            if !used.contains(facts.path.as_str())
                && !NOT_IN_EXAMPLES.contains(&facts.path.as_str())
            {
                unused.push(format!("{}.{}", kind.kind, facts.path));
            }
        }
    }
    assert!(unused.is_empty(), "no example uses {}", unused.join(", "));
}

/// Fields that need an id which only a real account has.
const NOT_IN_EXAMPLES: &[&str] = &["tenant.parentId", "tenant.defaultIdpId"];

#[test]
fn the_examples_settle_on_the_sandbox() {
    let repository = Repository::new();
    let manifests = folder("manifests");
    let manifests = manifests.to_str().expect("a path that is text");
    let first = repository.run(["apply", "--sandbox", "--auto-approve", "-f", manifests]);
    assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
    let second = repository.run(["plan", "--sandbox", "--detailed-exitcode", "-f", manifests]);
    assert_eq!(second.code, 0, "{}{}", second.stdout, second.stderr);
    assert!(
        second.stdout.starts_with("Plan: nothing to do"),
        "{}",
        second.stdout
    );
}

#[test]
fn exported_schemas_are_up_to_date() {
    let repository = Repository::new();
    let schemas = folder("schemas");
    let schemas = schemas.to_str().expect("a path that is text");
    let ran = repository.run(["schema", "--check", "--folder", schemas]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}
