//! A plan after an apply is empty, and a second apply sends no write: for every
//! kind with every field set, changed and cleared, one at a time and together.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trueup::{
    apply::{Receipt, Verdict},
    desired::Desired,
    model::{Facts, field_map::ValueType},
    plan::Planned,
    provider::{Action, KindDef, Lookups, ProviderDef},
    report::{Style, receipt, text},
};

use super::samples::{combines, values, with};
use crate::support::{
    providers,
    world::{World, manifest},
};

/// The name of the record under test.
const NAME: &str = "law-abiding";

/// The least spec with which a record of the kind can be created.
pub(crate) fn minimal(kind: &KindDef, lookups: &Lookups) -> Value {
    let mut spec = json!({});
    for facts in kind.fields().iter().filter(|facts| facts.create_needs) {
        let [value, _] = values(kind, facts, lookups).expect("a needed field has a value");
        spec = with(spec, facts.path.as_str(), &value);
    }
    spec
}

/// All look-up tables of a provider.
pub(crate) async fn lookups(world: &World, kind: &KindDef) -> Lookups {
    let desired = world.desired(&[manifest(kind.kind, NAME, &json!({}))]);
    let tables: BTreeSet<&'static str> = kind
        .fields()
        .iter()
        .filter_map(|facts| facts.lookup)
        .collect();
    let readers = world.readers(&desired);
    let reader = readers.values().next().expect("a reader");
    reader.lookups(&tables).await.expect("look-ups")
}

fn told(planned: &Planned, receipt: Option<&Receipt>) -> String {
    let plan = text::plan(&planned.plan, Style::default(), true);
    let receipt = receipt.map(|receipt| receipt::receipt(receipt, Style::default()));
    format!("{plan}{}", receipt.unwrap_or_default())
}

/// Applies, and checks that nothing is left to do and nothing is sent again.
/// Gives what went wrong.
async fn settles(world: &World, desired: &Desired, what: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let (planned, receipt) = world.apply(desired).await;
    if !receipt.counts.all_done() {
        faults.push(format!(
            "{what}: not done\n{}",
            told(&planned, Some(&receipt))
        ));
        return faults;
    }
    world.writes();
    let (again, observed) = world.plan(desired).await;
    if again.plan.counts.changes() + again.plan.counts.blocked > 0 {
        faults.push(format!("{what}: does not go quiet\n{}", told(&again, None)));
        return faults;
    }
    world.carry_out(desired, &again, &observed).await;
    let writes = world.writes();
    if !writes.is_empty() {
        faults.push(format!("{what}: a second apply sent {writes:?}"));
    }
    faults
}

fn spec_of(kind: &KindDef, spec: &Value) -> Vec<Value> {
    vec![manifest(kind.kind, NAME, spec)]
}

async fn one_field(def: &'static ProviderDef, kind: &KindDef, facts: &Facts) -> Vec<String> {
    let world = World::start(def).await;
    let lookups = lookups(&world, kind).await;
    let Some([first, second]) = values(kind, facts, &lookups) else {
        return Vec::new();
    };
    let path = facts.path.as_str();
    let base = minimal(kind, &lookups);
    let at = format!("{}.{path}", kind.kind);
    let set = world.desired(&spec_of(kind, &with(base.clone(), path, &first)));
    let mut faults = settles(&world, &set, &format!("{at} set to {first}")).await;
    if !faults.is_empty() {
        return faults;
    }
    let changed = world.desired(&spec_of(kind, &with(base.clone(), path, &second)));
    if facts.create_only && !facts.write_only && first != second {
        let (planned, _) = world.plan(&changed).await;
        if planned.plan.changes[0].action != Action::Blocked {
            faults.push(format!(
                "{at} is fixed at creation, but its change is not blocked"
            ));
        }
        return faults;
    }
    faults.extend(settles(&world, &changed, &format!("{at} changed to {second}")).await);
    if facts.clearable && !facts.create_only {
        let cleared = world.desired(&spec_of(kind, &with(base.clone(), path, &Value::Null)));
        faults.extend(settles(&world, &cleared, &format!("{at} cleared")).await);
        if matches!(facts.value_type, ValueType::Set(_) | ValueType::Passthrough) {
            let empty = world.desired(&spec_of(kind, &with(base, path, &json!([]))));
            faults.extend(settles(&world, &empty, &format!("{at} emptied")).await);
        }
    }
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_settles_by_itself() {
    let mut faults = Vec::new();
    for def in providers() {
        for kind in def.kinds {
            for facts in kind.fields().iter() {
                faults.extend(one_field(def, kind, facts).await);
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_can_be_empty_from_the_start() {
    let mut faults = Vec::new();
    for def in providers() {
        for kind in def.kinds {
            let world = World::start(def).await;
            let lookups = lookups(&world, kind).await;
            let mut spec = minimal(kind, &lookups);
            for facts in kind.fields().iter() {
                if facts.clearable && !facts.computed {
                    spec = with(spec, facts.path.as_str(), &Value::Null);
                }
            }
            let desired = world.desired(&spec_of(kind, &spec));
            faults.extend(settles(&world, &desired, &format!("{} with nothing", kind.kind)).await);
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_fields_settle_together() {
    let mut faults = Vec::new();
    for def in providers() {
        for kind in def.kinds {
            let world = World::start(def).await;
            let lookups = lookups(&world, kind).await;
            let mut first = json!({});
            let mut second = json!({});
            for facts in kind.fields().iter().filter(|facts| combines(kind, facts)) {
                let Some([one, two]) = values(kind, facts, &lookups) else {
                    continue;
                };
                let path = facts.path.as_str();
                let later = if facts.create_only { &one } else { &two };
                second = with(second, path, later);
                first = with(first, path, &one);
            }
            for (spec, what) in [(first, "everything set"), (second, "everything changed")] {
                let desired = world.desired(&spec_of(kind, &spec));
                let what = format!("{}: {what}", kind.kind);
                faults.extend(settles(&world, &desired, &what).await);
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_ends_when_its_manifest_says_so() {
    for def in providers() {
        for kind in def.kinds {
            let world = World::start(def).await;
            let lookups = lookups(&world, kind).await;
            let live = minimal(kind, &lookups);
            let faults = settles(&world, &world.desired(&spec_of(kind, &live)), kind.kind).await;
            assert!(faults.is_empty(), "{}", faults.join("\n"));
            let later = with(
                live.clone(),
                "end",
                &json!({ "on": "2026-11-03", "reason": "left" }),
            );
            let (planned, _) = world.plan(&world.desired(&spec_of(kind, &later))).await;
            assert_eq!(planned.plan.counts.end, 0, "{} ends too early", kind.kind);
            let due = with(
                live,
                "end",
                &json!({ "on": "2026-11-02", "reason": "left" }),
            );
            let desired = world.desired(&spec_of(kind, &due));
            let (planned, receipt) = world.apply(&desired).await;
            assert_eq!(planned.plan.counts.end, 1, "{}", told(&planned, None));
            assert_eq!(
                receipt.outcomes[0].verdict,
                Verdict::Done,
                "{}",
                told(&planned, Some(&receipt))
            );
            let faults = settles(&world, &desired, kind.kind).await;
            assert!(faults.is_empty(), "{}", faults.join("\n"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_never_writes() {
    for def in providers() {
        for kind in def.kinds {
            let world = World::start(def).await;
            let lookups = lookups(&world, kind).await;
            let desired = world.desired(&spec_of(kind, &minimal(kind, &lookups)));
            world.running.clear_log();
            let (planned, _) = world.plan(&desired).await;
            assert_eq!(planned.plan.counts.create, 1, "{}", told(&planned, None));
            assert_eq!(world.writes(), Vec::<String>::new(), "{}", kind.kind);
        }
    }
}
