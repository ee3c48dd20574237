//! Every write call of every provider, under every fault: it ends in one word
//! that is true, nothing is there twice, nothing that was wanted is lost, and
//! the next run goes quiet.

pub(crate) mod scenes;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use trueup::{
    apply::{Outcome, Verdict},
    desired::Desired,
    plan::Planned,
    provider::{Call, KindDef, ProviderDef, Repeat},
    providers::ALL,
    report::{Style, receipt, text},
    simulator::FaultKind,
};

use crate::{
    laws::converge::lookups,
    support::world::{World, manifest},
};
use scenes::{NAME, Scene, scenes};

/// How many worlds of one provider are struck at once. They mostly wait.
const WORLDS_AT_ONCE: usize = 16;

/// The time-out under faults that never answer, so that the table is quick.
const HASTY_SECONDS: u64 = 5;

/// The time-out under all others, so that a busy machine is no fault.
const PATIENT_SECONDS: u64 = 120;

/// How many runs it may take after a fault until everything is as wanted. The
/// first mends what the fault left; a provider that acts by itself may take one
/// more.
const RUNS_MAX: usize = 2;

/// A scene that has been played up to where the fault strikes.
struct Stage {
    world: World,
    kind: &'static KindDef,
    scene: Scene,
    /// The calls that a run without faults makes.
    calls: Vec<Call>,
    /// How many records there are of each sort after a run without faults.
    counts: BTreeMap<String, usize>,
}

fn desired(world: &World, kind: &KindDef, spec: &Value) -> Desired {
    world.desired(&[manifest(kind.kind, NAME, spec)])
}

/// How many records and parts of records a service holds.
fn counts(state: &Value) -> BTreeMap<String, usize> {
    let size = |value: &Value| {
        let list = value.as_array().map(Vec::len);
        list.or_else(|| value.as_object().map(serde_json::Map::len))
    };
    let records = ["tenants", "records", "partners", "removed", "accounts"];
    let mut counts: BTreeMap<String, usize> = records
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), size(&state[*name])?)))
        .collect();
    for account in state["accounts"].as_object().into_iter().flatten() {
        for parts in ["contacts", "contracts", "addresses"] {
            let sum = counts.entry(parts.to_owned()).or_default();
            *sum += size(&account.1[parts]).unwrap_or_default();
        }
    }
    counts
}

async fn stage(origin: &World, kind: &'static KindDef, scene: Scene) -> Stage {
    let world = origin.twin().await;
    if let Some(before) = &scene.before {
        let (planned, done) = world.apply(&desired(&world, kind, before)).await;
        assert!(
            done.counts.all_done(),
            "{} of {}: {}{}",
            scene.name,
            kind.kind,
            text::plan(&planned.plan, Style::default(), false),
            receipt::receipt(&done, Style::default())
        );
    }
    let mut state = world.running.state();
    (scene.meddle)(&mut state);
    let restored = world.running.restore(state);
    restored.expect("a state of the same service");
    let trial = world.twin().await;
    let (planned, done) = trial.apply(&desired(&trial, kind, &scene.after)).await;
    assert!(
        done.counts.all_done(),
        "{} of {}: {}{}",
        scene.name,
        kind.kind,
        text::plan(&planned.plan, Style::default(), false),
        receipt::receipt(&done, Style::default())
    );
    let calls = planned.plan.changes[0].calls.clone();
    Stage {
        world,
        kind,
        scene,
        calls,
        counts: counts(&trial.running.state()),
    }
}

/// What must be true of an outcome, whatever the fault.
fn judge(outcome: &Outcome, kind: FaultKind) -> Result<(), String> {
    let said = outcome.reason.as_deref().unwrap_or_default();
    match outcome.verdict {
        Verdict::Done => Ok(()),
        // The provider did it, so "refused" and "nothing was written" are lies.
        Verdict::Failed | Verdict::Stale if kind.carries_out() => {
            Err(format!("{}: {said}", outcome.verdict.word()))
        }
        Verdict::Failed | Verdict::Unknown if !said.is_empty() => Ok(()),
        other => Err(format!("{}: {said}", other.word())),
    }
}

/// Plays a scene with faults at the first calls of an operation, and then again
/// without.
async fn strike(stage: &Stage, operation: &str, faults: &[FaultKind]) -> Result<Verdict, String> {
    let mut world = stage.world.twin().await;
    let name = world.def.name;
    let kind = faults[0];
    let mut what = format!("{}:", stage.scene.name);
    for (fault, nth) in faults.iter().zip(1..) {
        let fault = format!("{name}:{operation}={fault}#{nth}");
        what = format!("{what} {fault}");
        world.running.inject(fault.parse().expect("a fault"));
    }
    let desired = desired(&world, stage.kind, &stage.scene.after);
    let (planned, struck) = world.apply(&desired).await;
    let Some(outcome) = struck.outcomes.first() else {
        let plan = text::plan(&planned.plan, Style::default(), true);
        return Err(format!("{what}: nothing was carried out\n{plan}"));
    };
    judge(outcome, kind).map_err(|why| format!("{what}: {why}"))?;
    world.running.clear_faults();
    goes_quiet(&mut world, &desired).await.map_err(|planned| {
        let plan = text::plan(&planned.plan, Style::default(), false);
        format!("{what}: {outcome:?}\ndoes not go quiet\n{plan}")
    })?;
    let found = counts(&world.running.state());
    if found != stage.counts {
        let expected = &stage.counts;
        let plan = text::plan(&planned.plan, Style::default(), false);
        return Err(format!("{what}: {found:?} and not {expected:?}\n{plan}"));
    }
    Ok(outcome.verdict)
}

/// Runs until there is nothing to do, or gives the plan of what is left.
async fn goes_quiet(world: &mut World, desired: &Desired) -> Result<(), Box<Planned>> {
    let mut runs = 0;
    loop {
        world.run_again();
        let (planned, observed) = world.plan(desired).await;
        let counts = planned.plan.counts;
        if counts.changes() + counts.blocked == 0 {
            return Ok(());
        }
        if runs == RUNS_MAX {
            return Err(Box::new(planned));
        }
        world.carry_out(desired, &planned, &observed).await;
        runs += 1;
    }
}

/// A call that is carried out, whose answer is lost, and that is refused when it
/// is tried again.
const REFUSED_AFTERWARDS: [[FaultKind; 2]; 3] = [
    [FaultKind::Status500After, FaultKind::Status403],
    [FaultKind::DropAfter, FaultKind::ErrorInside],
    [FaultKind::Status503After, FaultKind::Status401],
];

/// Whether a scene makes a call of an operation once, and it may be tried again at
/// once. Of several calls the second would be struck and not the repetition.
fn is_repeated(stage: &Stage, operation: &str) -> bool {
    let mut calls = stage
        .calls
        .iter()
        .filter(|call| call.operation == operation);
    let first = calls.next();
    first.is_some_and(|call| call.repeat == Repeat::Safe) && calls.next().is_none()
}

/// Every operation of a scene, once.
fn operations(stage: &Stage) -> BTreeSet<&'static str> {
    stage.calls.iter().map(|call| call.operation).collect()
}

/// Whether a fault ends only with the time-out.
fn is_silent(kind: FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::TimeoutBefore | FaultKind::TimeoutAfter | FaultKind::Stall
    )
}

async fn stages(def: &'static ProviderDef, timeout_seconds: u64) -> Vec<Stage> {
    let origin = World::start(def)
        .await
        .limited(&json!({ "timeoutSeconds": timeout_seconds, "attempts": 3, "concurrency": 2 }));
    let mut stages = Vec::new();
    for kind in def.kinds {
        let lookups = lookups(&origin, kind).await;
        for scene in scenes(def, kind, &lookups) {
            stages.push(stage(&origin, kind, scene).await);
        }
    }
    stages
}

async fn survives(name: &str) {
    let mut all = ALL.iter().copied();
    let def = all.find(|def| def.name == name).expect("registered");
    let patient = stages(def, PATIENT_SECONDS).await;
    let hasty = stages(def, HASTY_SECONDS).await;
    let mut seen = BTreeSet::new();
    let mut cases = Vec::new();
    for (stage, hasty) in patient.iter().zip(&hasty) {
        for operation in operations(stage) {
            // The same call in another scene would tell nothing new, but for the
            // call that makes a record and those on the way through states.
            let is_new = seen.insert(operation) || stage.scene.name.ends_with("steps");
            if is_new {
                cases.extend(FaultKind::all().map(|kind| {
                    let stage = if is_silent(kind) { hasty } else { stage };
                    (stage, operation, vec![kind])
                }));
                if is_repeated(stage, operation) {
                    cases.extend(REFUSED_AFTERWARDS.map(|two| (stage, operation, two.to_vec())));
                }
            }
        }
    }
    let sum = cases.len();
    let results: Vec<_> = stream::iter(cases)
        .map(|(stage, operation, faults)| async move {
            let result = strike(stage, operation, &faults).await;
            (
                faults
                    .iter()
                    .map(FaultKind::to_string)
                    .collect::<Vec<_>>()
                    .join(", "),
                result,
            )
        })
        .buffer_unordered(WORLDS_AT_ONCE)
        .collect()
        .await;
    let mut words: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut faults = Vec::new();
    for (struck, result) in results {
        match result {
            Ok(verdict) => {
                let row = words.entry(struck).or_default();
                *row.entry(verdict.word()).or_default() += 1;
            }
            Err(fault) => faults.push(fault),
        }
    }
    report(&format!("{name}: {sum} cases\n{words:#?}"));
    faults.sort();
    assert!(
        faults.is_empty(),
        "{} of {sum}\n{}",
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
async fn every_write_of_acronis_survives_every_fault() {
    survives("acronis").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_write_of_cove_survives_every_fault() {
    survives("cove").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_write_of_zegoal_survives_every_fault() {
    survives("zegoal").await;
}

/// The scenes make every call that is in the tables, so that the law above is
/// about all of them.
#[tokio::test(flavor = "multi_thread")]
async fn the_scenes_make_every_call_of_every_table() {
    let mut missing = Vec::new();
    for def in ALL {
        let stages = stages(def, PATIENT_SECONDS).await;
        let calls: Vec<&Call> = stages.iter().flat_map(|stage| &stage.calls).collect();
        for write in def.writes {
            if !calls.iter().any(|call| write.covers(call)) {
                missing.push(format!("{}: {write:?}", def.name));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
