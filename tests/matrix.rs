//! The convergence matrix: a rich desired state under every single knob
//! setting, and under a pairwise covering array of all knobs of a system.
//!
//! Under each setting the second plan is empty, a further apply sends no write,
//! fields that nobody manages keep their live values, and nothing is created
//! twice.

mod pairwise;
mod waived;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trueup::{
    desired::Desired,
    model::{FieldPath, Leaf},
    observed::Match,
    provider::{KindDef, Lookups, ProviderDef},
    report::{Style, receipt, text},
    simulator::Knob,
};

use crate::{
    laws::samples::{combines, values, with},
    support::{
        providers,
        world::{World, manifest},
    },
};
use pairwise::covering_array;

/// One choice of a value for each knob that is not at its default.
type Setting = Vec<(&'static str, &'static str)>;

fn describe(def: &ProviderDef, setting: &Setting) -> String {
    let knobs: Vec<String> = setting
        .iter()
        .map(|(name, value)| format!("{}.{name}={value}", def.name))
        .collect();
    if knobs.is_empty() {
        "defaults".to_owned()
    } else {
        knobs.join(" ")
    }
}

async fn world(def: &'static ProviderDef, setting: &Setting) -> World {
    let world = World::start(def).await;
    for (name, value) in setting {
        world
            .running
            .set_knob(name, value)
            .expect("a knob of the system");
    }
    world
}

/// Every look-up table that the kinds of a provider need.
async fn lookups(world: &World) -> Lookups {
    let kind = &world.def.kinds[0];
    let desired = world.desired(&[manifest(kind.kind, "rich", &json!({}))]);
    let tables: BTreeSet<&'static str> = world
        .def
        .kinds
        .iter()
        .flat_map(|kind| kind.fields().iter())
        .filter_map(|facts| facts.lookup)
        .collect();
    let readers = world.readers(&desired);
    let reader = readers.values().next().expect("a reader");
    reader.lookups(&tables).await.expect("look-ups")
}

/// All fields with their first values, and every second field with its second.
pub(crate) fn rich(kind: &KindDef, lookups: &Lookups) -> (Value, Value) {
    let mut all = json!({});
    let mut half = json!({});
    let combined = kind.fields().iter().filter(|facts| combines(kind, facts));
    for (at, facts) in combined.enumerate() {
        let Some([first, second]) = values(kind, facts, lookups) else {
            continue;
        };
        let path = facts.path.as_str();
        all = with(all, path, &first);
        if at % 2 == 0 || facts.create_needs {
            let later = if facts.create_only { &first } else { &second };
            half = with(half, path, later);
        }
    }
    (all, half)
}

/// The live values of all fields that `desired` manages, by path.
async fn live(world: &World, desired: &Desired) -> BTreeMap<FieldPath, Leaf> {
    let (_, observed) = world.plan(desired).await;
    let resource = &desired.resources[0];
    match observed.found(&resource.provider, &resource.address) {
        Some(Match::Found(record)) => record
            .tree
            .iter()
            .map(|(path, leaf)| (path, leaf.clone()))
            .collect(),
        other => panic!("the record is {other:?}"),
    }
}

struct Fault(String);

async fn quiet(world: &World, desired: &Desired, what: &str) -> Result<(), Fault> {
    let (planned, done) = world.apply(desired).await;
    if !done.counts.all_done() {
        return Err(Fault(format!(
            "{what}: not done\n{}{}",
            text::plan(&planned.plan, Style::default(), false),
            receipt::receipt(&done, Style::default())
        )));
    }
    let (again, observed) = world.plan(desired).await;
    if again.plan.counts.changes() + again.plan.counts.blocked > 0 {
        return Err(Fault(format!(
            "{what}: does not go quiet\n{}",
            text::plan(&again.plan, Style::default(), false)
        )));
    }
    let before = world.running.log().len();
    world.carry_out(desired, &again, &observed).await;
    let writes = world.running.log()[before..]
        .iter()
        .filter(|entry| entry.write)
        .count();
    if writes > 0 {
        return Err(Fault(format!("{what}: a third apply sent {writes} writes")));
    }
    Ok(())
}

async fn unmanaged_rows(world: &World, desired: &Desired) -> usize {
    let (_, observed) = world.plan(desired).await;
    observed
        .providers
        .values()
        .filter_map(|view| view.as_ref().ok())
        .map(|view| view.unmanaged.len())
        .sum()
}

/// Runs the promises under one setting. Gives the number of requests.
async fn keeps_promises(
    def: &'static ProviderDef,
    kind: &'static KindDef,
    setting: &Setting,
) -> Result<usize, Fault> {
    if waived::cannot_converge(def.name, setting) {
        return Ok(0);
    }
    let world = world(def, setting).await;
    let lookups = lookups(&world).await;
    let (all, half) = rich(kind, &lookups);
    let what = format!("{} under {}", kind.kind, describe(def, setting));
    let everything = world.desired(&[manifest(kind.kind, "rich", &all)]);
    let strangers = unmanaged_rows(&world, &everything).await;
    quiet(&world, &everything, &format!("{what}, all fields")).await?;
    let before = live(&world, &everything).await;
    let part = world.desired(&[manifest(kind.kind, "rich", &half)]);
    quiet(&world, &part, &format!("{what}, half of the fields")).await?;
    let after = live(&world, &everything).await;
    let managed: BTreeSet<FieldPath> = part.resources[0]
        .tree
        .iter()
        .map(|(path, _)| path)
        .collect();
    for (path, was) in &before {
        let waived = waived::may_change(def.name, setting, path.as_str());
        let is = after.get(path).unwrap_or(&Leaf::Unset);
        if !managed.contains(path) && is != was && !waived {
            return Err(Fault(format!(
                "{what}: {path} is not managed and has changed"
            )));
        }
    }
    // Fewer are seen where a record is no longer looked for in other ways.
    if unmanaged_rows(&world, &everything).await > strangers {
        return Err(Fault(format!("{what}: a record was created twice")));
    }
    Ok(world.running.log().len())
}

fn knobs(def: &ProviderDef) -> &'static [Knob] {
    (def.simulate)(1).knobs()
}

async fn run(name: &str, settings: impl Fn(&ProviderDef) -> Vec<Setting>) {
    let mut faults = Vec::new();
    for def in providers() {
        let settings = settings(def);
        let mut requests = 0;
        for setting in &settings {
            for kind in def.kinds {
                match keeps_promises(def, kind, setting).await {
                    Ok(sent) => requests += sent,
                    Err(Fault(fault)) => faults.push(fault),
                }
            }
        }
        report(&format!(
            "{name}: {}: {} settings, {requests} requests",
            def.name,
            settings.len()
        ));
    }
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// Figures for people who run the tests with `--nocapture`.
#[expect(clippy::print_stdout, reason = "figures of a test run")]
fn report(text: &str) {
    println!("{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_single_setting_converges() {
    run("single settings", |def| {
        let mut settings = vec![Vec::new()];
        for knob in knobs(def) {
            settings.extend(
                knob.values
                    .iter()
                    .skip(1)
                    .map(|value| vec![(knob.name, *value)]),
            );
        }
        settings
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_pair_of_settings_converges() {
    run("pairwise settings", |def| {
        // A row with a value under which nothing can go quiet would be left
        // out, and the pairs of its other values with it.
        let knobs: Vec<(&str, Vec<&str>)> = knobs(def)
            .iter()
            .map(|knob| {
                let mut values = knob.values.to_vec();
                values.retain(|value| !waived::cannot_converge(def.name, &[(knob.name, value)]));
                (knob.name, values)
            })
            .collect();
        let sizes: Vec<usize> = knobs.iter().map(|(_, values)| values.len()).collect();
        covering_array(&sizes)
            .into_iter()
            .map(|row| {
                row.into_iter()
                    .zip(&knobs)
                    .map(|(value, (name, values))| (*name, values[value]))
                    .collect()
            })
            .collect()
    })
    .await;
}
