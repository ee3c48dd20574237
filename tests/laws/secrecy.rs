//! No sensitive value appears in any output, log or error, whatever goes wrong.

use serde_json::{Value, json};
use trueup::{
    manifest::document::API_VERSION,
    model::Facts,
    provider::{KindDef, Lookups, ProviderDef},
};

use super::{
    converge::{lookups, minimal},
    samples::{combines, values, with},
};
use crate::support::{
    Ran, Repository, providers,
    world::{World, manifest},
};

/// A value that cannot occur by chance, fit for the field.
fn canary(facts: &Facts, at: usize) -> String {
    match facts.format.as_deref() {
        Some("email") => format!("canary-{at}-secret@example.com"),
        _ => format!("canary-{at}-secret"),
    }
}

/// Every field set, the sensitive ones to canaries, and the canaries.
fn planted(kind: &KindDef, lookups: &Lookups) -> (Value, Vec<String>) {
    let mut spec = minimal(kind, lookups);
    let mut canaries = Vec::new();
    for (at, facts) in kind.fields().iter().enumerate() {
        let Some([value, _]) = values(kind, facts, lookups) else {
            continue;
        };
        if !combines(kind, facts) {
            continue;
        }
        let path = facts.path.as_str();
        if facts.sensitive && value.is_string() {
            let canary = canary(facts, at);
            spec = with(spec, path, &json!(canary));
            canaries.push(canary);
        } else {
            spec = with(spec, path, &value);
        }
    }
    assert!(canaries.len() > 3, "{} hides nothing", kind.kind);
    (spec, canaries)
}

/// A provider manifest for the sandbox, with the settings that are needed.
fn provider(def: &ProviderDef) -> Value {
    let simulator = (def.simulate)(1);
    let mut settings = simulator.provider_settings("http://127.0.0.1:1");
    for facts in def
        .settings
        .fields()
        .iter()
        .filter(|facts| facts.credential)
    {
        trueup::provider::codec::put(
            &mut settings,
            facts.path.as_str(),
            json!({ "env": "UNUSED" }),
        );
    }
    json!({
        "apiVersion": API_VERSION,
        "kind": "Provider",
        "metadata": { "name": "world" },
        "spec": { def.name: settings, "limits": { "attempts": 1 } },
    })
}

fn tells_nothing(ran: &Ran, canaries: &[String], what: &str) {
    let Ran { stdout, stderr, .. } = ran;
    for canary in canaries {
        for (name, text) in [("standard output", stdout), ("standard error", stderr)] {
            assert!(
                !text.contains(canary.as_str()),
                "{what}: {canary} on {name}\n{text}"
            );
        }
    }
    assert!(!stderr.contains("panicked"), "{what}: {stderr}");
}

async fn kind_is_secretive(def: &'static ProviderDef, kind: &KindDef) {
    let world = World::start(def).await;
    let lookups = lookups(&world, kind).await;
    let (spec, canaries) = planted(kind, &lookups);
    let mut operations: Vec<String> = Vec::new();
    let desired = world.desired(&[manifest(kind.kind, "canary", &spec)]);
    world.apply(&desired).await;
    for entry in world.running.log() {
        if !operations.contains(&entry.operation) {
            operations.push(entry.operation);
        }
    }
    for operation in operations {
        for fault in ["500-after", "truncated", "html", "403", "drop-after"] {
            let repository = Repository::new();
            repository.write("provider.json", provider(def).to_string());
            repository.write(
                "canary.json",
                manifest(kind.kind, "canary", &spec).to_string(),
            );
            let fault = format!("{}:{operation}={fault}#1", def.name);
            let ran = repository.run([
                "apply",
                "--sandbox",
                "--auto-approve",
                "-vv",
                "-f",
                ".",
                "--fault",
                &fault,
            ]);
            tells_nothing(&ran, &canaries, &fault);
        }
    }
    for command in [
        &["plan", "-vv"][..],
        &["plan", "-o", "json"],
        &["plan", "-o", "markdown"],
        &["plan", "-o", "html"],
        &["plan", "-o", "github"],
        &["plan", "-o", "gitlab"],
        &["apply", "--auto-approve", "-o", "json"],
        &["apply", "--auto-approve", "-o", "markdown"],
        &["apply", "--auto-approve", "-o", "html"],
        &["apply", "--auto-approve", "-o", "github"],
        &["plan", "-vv"],
        &["doctor"],
    ] {
        let repository = Repository::new();
        repository.write("provider.json", provider(def).to_string());
        repository.write(
            "canary.json",
            manifest(kind.kind, "canary", &spec).to_string(),
        );
        let arguments = command.iter().copied().chain(["--sandbox", "-f", "."]);
        tells_nothing(&repository.run(arguments), &canaries, &command.join(" "));
    }
    let planned = world.plan(&desired).await;
    let debugged = format!("{planned:?}");
    for canary in &canaries {
        assert!(
            !debugged.contains(canary.as_str()),
            "{canary} in a Debug output"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_sensitive_value_is_ever_told() {
    for def in providers() {
        for kind in def.kinds {
            kind_is_secretive(def, kind).await;
        }
    }
}
