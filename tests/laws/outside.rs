//! What comes from outside of a manifest is told by nothing: who may write a
//! manifest must not be able to print what a pipeline keeps secret.

use serde_json::{Value, json};
use trueup::{
    desired::{Environment, Options, desire},
    manifest::load::from_memory,
    model::{Finding, Severity},
    provider::{KindDef, ProviderDef},
    providers::ALL,
    report::{Style, findings},
};

use super::{
    converge::{lookups, minimal},
    samples::with,
};
use crate::support::{
    providers,
    world::{World, manifest},
};

/// The variable, and what it holds: no value that any field knows.
const VARIABLE: &str = "OUTSIDE";
const SECRET: &str = "Kept-Secret 0815";

fn outside() -> Value {
    json!({ "env": VARIABLE })
}

fn tells_nothing(told: &str, what: &str) {
    // The last four characters are what a sensitive field shows of any value.
    let told = told.to_lowercase();
    assert!(!told.contains("secret"), "{what}: {told}");
}

fn tells_nothing_in_findings(found: &[Finding], what: &str) {
    tells_nothing(&findings::text(found, Style::default()), what);
}

/// Each field of a kind from outside, by itself: of a record that is to be made,
/// and of one that is there.
async fn kind_tells_nothing(world: &World, kind: &'static KindDef) {
    let lookups = lookups(world, kind).await;
    let spec = minimal(kind, &lookups);
    world
        .apply(&world.desired(&[manifest(kind.kind, "there", &spec)]))
        .await;
    let mut planned = 0;
    for facts in kind.fields().iter() {
        let spec = with(spec.clone(), facts.path.as_str(), &outside());
        for name in ["new", "there"] {
            let what = format!("{}.{} of {name}", kind.kind, facts.path);
            let (desired, found) = world.read(&[manifest(kind.kind, name, &spec)]);
            tells_nothing_in_findings(&found, &what);
            if found
                .iter()
                .all(|finding| finding.severity != Severity::Error)
            {
                planned += 1;
                let (planned, _) = world.plan(&desired).await;
                let told = serde_json::to_string(&planned.plan).expect("JSON");
                tells_nothing(&told, &what);
            }
        }
    }
    assert!(planned > 5, "{} takes nothing from outside", kind.kind);
}

/// Each setting of a provider from outside, by itself.
fn settings_tell_nothing(def: &ProviderDef, world: &World) {
    for facts in def.settings.fields().iter() {
        let mut provider = world.provider();
        let path = format!("spec.{}.{}", def.name, facts.path);
        provider = with(provider, &path, &outside());
        let mut environment: Environment = world.environment();
        environment
            .variables
            .insert(VARIABLE.to_owned(), SECRET.to_owned());
        let options = Options {
            environment,
            ..Options::default()
        };
        let text = provider.to_string().into_bytes();
        let (_, found) = desire(
            from_memory([("provider.json".to_owned(), text)]),
            ALL,
            &options,
        );
        tells_nothing_in_findings(&found, &path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_value_from_outside_is_told() {
    for def in providers() {
        let world = World::start(def).await.with_variable(VARIABLE, SECRET);
        settings_tell_nothing(def, &world);
        for kind in def.kinds {
            kind_tells_nothing(&world, kind).await;
        }
    }
}
