//! What is imported plans to no change, with every field of every kind, and an
//! update makes a plan quiet: for a provider that registers, at once.

use std::fmt::Write as _;

use serde_json::{Value, json};
use trueup::{
    desired::{Environment, Systems},
    import::{Batch, Extent, Ground, Variables, env_file, render, stream, update},
    manifest::load::Document,
    model::{Facts, field_map::ValueType},
    observed::{Query, observe, survey},
    provider::{Action, KindDef, Lookups},
    providers::ALL,
    report::{Style, text},
};

use super::{
    converge::{lookups, minimal},
    samples::{combines, values, with},
};
use crate::support::{
    providers,
    world::{World, manifest, today},
};

/// The name of the record under test, which is its key.
const NAME: &str = "law-abiding";

/// A value that cannot occur by chance, fit for the field.
fn canary(facts: &Facts, at: usize) -> String {
    match facts.format.as_deref() {
        Some("email") => format!("canary-{at}-secret@example.com"),
        _ => format!("canary-{at}-secret"),
    }
}

fn is_hidden_structure(facts: &Facts) -> bool {
    facts.sensitive && matches!(facts.value_type, ValueType::Passthrough)
}

/// Every field set, with the first or the second of its sample values; sensitive
/// texts are canaries in the first.
fn all_fields(kind: &KindDef, lookups: &Lookups, second: bool) -> Value {
    let mut spec = minimal(kind, lookups);
    let fields = kind.fields().iter().filter(|facts| combines(kind, facts));
    for (at, facts) in fields.enumerate() {
        let Some([one, two]) = values(kind, facts, lookups) else {
            continue;
        };
        let first = if facts.sensitive && one.is_string() && facts.lookup.is_none() {
            json!(canary(facts, at))
        } else {
            one
        };
        let value = if second && !facts.create_only {
            two
        } else {
            first
        };
        spec = with(spec, facts.path.as_str(), &value);
    }
    spec
}

fn ground<'a>(documents: &'a [Document], environment: &'a Environment) -> Ground<'a> {
    Ground {
        documents,
        environment,
        systems: Systems::Real,
        registry: ALL,
        other_kinds: &[],
        today: today(),
    }
}

/// Imports the record under test, without any other manifest.
async fn import(world: &World, extent: Extent) -> Batch {
    let documents = world.documents(&[]);
    let environment = world.environment();
    let desired = World::desired_of(&documents, environment.clone());
    let query = Query {
        keys: [NAME.to_owned()].into(),
        ..Query::default()
    };
    let readers = world.readers(&desired);
    let (config, reader) = (&desired.providers[0], readers.values().next());
    let reader = reader.expect("a reader").as_ref();
    let found = survey(config, &desired, &query, reader, &|| ()).await;
    let found = found.expect("the provider can be read");
    let mut variables = Variables::default();
    let mut batch = Batch::new(vec![(config, found)], &desired, extent, &mut variables);
    batch.prove(&ground(&documents, &environment));
    batch
}

/// The environment with the variables that the drafts need.
fn with_variables(world: &World, batch: &Batch) -> Environment {
    let mut environment = world.environment();
    for line in env_file(&batch.drafts).lines() {
        let Some((name, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let value = value.trim_matches('\'').to_owned();
        environment.variables.insert(name.to_owned(), value);
    }
    environment
}

#[tokio::test(flavor = "multi_thread")]
async fn octodns_pr_1223_import_then_plan_is_empty() {
    for def in providers() {
        for kind in def.kinds {
            let world = World::start(def).await;
            let lookups = lookups(&world, kind).await;
            let spec = all_fields(kind, &lookups, false);
            let applied = world.desired(&[manifest(kind.kind, NAME, &spec)]);
            let (_, receipt) = world.apply(&applied).await;
            assert!(receipt.counts.all_done(), "{}", kind.kind);
            world.writes();
            for extent in [
                Extent::default(),
                Extent {
                    full: true,
                    ..Extent::default()
                },
                Extent {
                    inline: true,
                    ..Extent::default()
                },
            ] {
                let batch = import(&world, extent).await;
                let again = import(&world, extent).await;
                let [draft] = batch.drafts.as_slice() else {
                    panic!("{}: {:?}", kind.kind, batch.notes);
                };
                let written = stream(&batch.drafts, "schema.json");
                assert_eq!(written, stream(&again.drafts, "schema.json"));
                assert_eq!(written.contains("canary-"), extent.inline, "{written}");
                let lost: Vec<&str> = kind
                    .fields()
                    .iter()
                    .filter(|facts| !facts.write_only && !facts.computed)
                    // A variable cannot hold a structure, and in clear it is not
                    // written without being asked.
                    .filter(|facts| extent.inline || !is_hidden_structure(facts))
                    .map(|facts| facts.path)
                    .filter(|path| applied.resources[0].tree.get(*path).is_some())
                    .filter(|path| !draft.fields.contains_key(path) && path.as_str() != kind.key)
                    .map(trueup::model::FieldPath::as_str)
                    .collect();
                // What a new record has by itself is asked for in full alone.
                let by_itself: Vec<&str> = kind
                    .fields()
                    .iter()
                    .filter(|facts| !extent.full && facts.default.is_some())
                    .filter(|facts| {
                        applied.resources[0].tree.get(facts.path) == facts.default.as_ref()
                    })
                    .map(|facts| facts.path.as_str())
                    .collect();
                assert_eq!(lost, by_itself, "{} {:?}", kind.kind, batch.notes);
                let documents = world.documents(&[("a.yaml".to_owned(), render(draft).text)]);
                let desired = World::desired_of(&documents, with_variables(&world, &batch));
                let (planned, _) = world.plan(&desired).await;
                let shown = text::plan(&planned.plan, Style::default(), true);
                assert_eq!(planned.plan.changes[0].action, Action::None, "{shown}");
                assert_eq!(world.writes(), Vec::<String>::new());
            }
        }
    }
}

/// A manifest as a person might have written it: in block style, with a comment
/// on every line.
fn handwritten(spec: &Value, kind: &KindDef) -> String {
    fn section(out: &mut String, value: &Value, indent: &str) {
        for (name, value) in value.as_object().into_iter().flatten() {
            match value {
                Value::Object(_) => {
                    let _ = writeln!(out, "{indent}{name}: # a section");
                    section(out, value, &format!("{indent}  "));
                }
                other => {
                    let _ = writeln!(out, "{indent}{name}: {other}   # kept");
                }
            }
        }
    }
    let mut out = format!(
        "# Ours.\napiVersion: trueup.dev/v1alpha1\nkind: {}\nmetadata:\n  name: {NAME}\nspec:\n",
        kind.kind
    );
    section(&mut out, spec, "  ");
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_takes_what_was_edited_behind_our_back() {
    for def in providers() {
        for kind in def.kinds {
            let world = World::start(def).await;
            let lookups = lookups(&world, kind).await;
            let ours = all_fields(kind, &lookups, false);
            let theirs = all_fields(kind, &lookups, true);
            for spec in [&ours, &theirs] {
                let (_, receipt) = world
                    .apply(&world.desired(&[manifest(kind.kind, NAME, spec)]))
                    .await;
                assert!(receipt.counts.all_done(), "{}", kind.kind);
            }
            let before = handwritten(&ours, kind);
            let documents = world.documents(&[("a.yaml".to_owned(), before.clone())]);
            let environment = world.environment();
            let desired = World::desired_of(&documents, environment.clone());
            let observed = observe(&desired, &world.readers(&desired)).await;
            let done = update(&desired, &observed, &ground(&documents, &environment));
            let [file] = done.files.as_slice() else {
                panic!("{}: {:?}", kind.kind, done.leftovers);
            };
            assert!(!file.diff.contains("canary-"), "{}", file.diff);
            for leftover in &done.leftovers {
                let path = leftover.path.expect("a field").as_str();
                let facts = kind.fields().facts(path).expect("a field");
                assert!(facts.sensitive, "{leftover:?}");
            }
            let remarks = |text: &str| text.matches(" # ").count();
            assert_eq!(remarks(&file.text), remarks(&before), "{}", file.text);
            let documents = world.documents(&[("a.yaml".to_owned(), file.text.clone())]);
            let after = World::desired_of(&documents, environment);
            let (planned, _) = world.plan(&after).await;
            let left: Vec<&str> = planned.plan.changes[0]
                .fields
                .iter()
                .map(|field| field.path.as_str())
                .collect();
            let reported: Vec<&str> = done
                .leftovers
                .iter()
                .filter_map(|leftover| Some(leftover.path?.as_str()))
                .collect();
            assert_eq!(left, reported, "{}", kind.kind);
        }
    }
}
