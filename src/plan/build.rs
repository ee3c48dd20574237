//! Builds the plan.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{
    desired::{Desired, Places, Resource},
    diff::Difference,
    model::{
        Address, Facts, FieldPath, HiddenValues, Leaf, Obstacle, RemoteId, Tree,
        field_map::ValueType, words,
    },
    observed::{Match, Observed, ProviderView},
    provider::{Action, Lookups, Record},
};

use super::{
    Base, Change, Counts, FieldChange, ManifestPlace, Marks, Plan, PlanProvider, Planned, Work,
    cause::Before,
    change::PLAN_FORMAT,
    decision::{Decision, decide},
    dependencies::{add_dependencies, note_what_stays},
    handover::Handovers,
    names::Names,
    order,
    resolve::{Problem, resolve},
};

/// Plans what is to be done, as of `today`. With a base, every difference gets
/// its cause.
#[must_use]
pub fn plan(desired: &Desired, observed: &Observed, base: Option<&Base>, today: Date) -> Planned {
    let ids = existing_ids(desired, observed);
    let mut base_ids = ids.clone();
    base_ids.extend(
        base.map(|base| base.orphans(desired, observed))
            .unwrap_or_default(),
    );
    let names = Names::of(desired, &base_ids);
    let mut work = BTreeMap::new();
    let mut changes = Vec::new();
    for resource in desired
        .resources
        .iter()
        .filter(|resource| resource.selected)
    {
        let (decision, lookups) = judge(resource, observed, base, &ids, today);
        let record = observed
            .found(&resource.provider, &resource.address)
            .and_then(Match::record);
        let before = match base {
            Some(base) => base.before(resource, desired, lookups, record, &base_ids),
            None => Before::without_base(),
        };
        let seen = Seen {
            record,
            lookups,
            names: &names,
            before: &before,
        };
        let change = write_down(resource, &decision, &seen);
        if change.action.is_carried_out() {
            work.insert(
                resource.address.clone(),
                Work {
                    desired: decision.desired,
                    relied_on: decision.relied_on.into_iter().collect(),
                    ended: decision.ended,
                },
            );
        }
        changes.push(change);
    }
    block_and_join(desired, observed, &names, &ids, &mut changes);
    for change in changes
        .iter()
        .filter(|change| change.action == Action::Blocked)
    {
        work.remove(&change.address);
    }
    let changes = order::sort(changes);
    Planned {
        plan: Plan {
            format: PLAN_FORMAT,
            version: env!("CARGO_PKG_VERSION"),
            providers: providers(desired, observed),
            counts: Counts::of(&changes),
            base: base.map(|base| base.told(desired, observed, &changes)),
            rulings: Vec::new(),
            changes,
        },
        work,
    }
}

/// The ids of all records that exist, by the address of their manifest.
fn existing_ids(desired: &Desired, observed: &Observed) -> BTreeMap<Address, RemoteId> {
    desired
        .resources
        .iter()
        .filter_map(|resource| {
            let found = observed.found(&resource.provider, &resource.address)?;
            let record = found.record()?;
            Some((resource.address.clone(), record.remote.clone()))
        })
        .collect()
}

fn judge<'a>(
    resource: &Resource,
    observed: &'a Observed,
    base: Option<&Base>,
    ids: &BTreeMap<Address, RemoteId>,
    today: Date,
) -> (Decision, Option<&'a Lookups>) {
    let view: &ProviderView = match observed.providers.get(&resource.provider) {
        Some(Ok(view)) => view,
        Some(Err(_)) => {
            // The failure itself is told once, at the head of the plan.
            let reason = format!("provider {} could not be read", resource.provider);
            return (Decision::blocked(Obstacle::new(reason)), None);
        }
        None => {
            let obstacle = base
                .and_then(|base| base.withheld(&resource.provider))
                .unwrap_or_else(|| {
                    Obstacle::new(format!("provider {} was not read", resource.provider))
                });
            return (Decision::blocked(obstacle), None);
        }
    };
    let resolved = resolve(resource, &view.lookups, ids);
    // An end sends no values, so it does not wait for them to be right.
    let problems = match resource.due_end(today) {
        Some(_) => None,
        None => unknown_values(&resolved.problems),
    };
    let decision = match (problems, view.matches.get(&resource.address)) {
        (Some(blocked), _) => blocked,
        (None, Some(found)) => decide(resource, resolved.tree, found, view, today),
        (None, None) => Decision::blocked(Obstacle::new("the record was not looked up")),
    };
    (decision, Some(&view.lookups))
}

/// All values that the provider does not know, in one decision.
fn unknown_values(problems: &[Problem]) -> Option<Decision> {
    let (first, rest) = problems.split_first()?;
    let Problem { path, obstacle } = first;
    let mut decision = Decision::blocked(Obstacle {
        reason: format!("{path}: {}", obstacle.reason),
        hint: obstacle.hint.clone(),
    });
    decision.at = Some(*path);
    decision.notes = rest
        .iter()
        .map(|Problem { path, obstacle }| format!("also {path}: {obstacle}"))
        .collect();
    Some(decision)
}

/// What there was of a record before its change.
struct Seen<'a> {
    /// As its provider has it.
    record: Option<&'a Record>,
    lookups: Option<&'a Lookups>,
    names: &'a Names<'a>,
    /// As the base wanted it.
    before: &'a Before,
}

impl Seen<'_> {
    /// The values that must not be shown, of which the provider may have made
    /// copies.
    fn hidden(&self, resource: &Resource, wanted: &Tree) -> HiddenValues {
        let hidden = HiddenValues::default().and(wanted, |path| resource.is_hidden(path));
        match self.record {
            Some(record) => hidden.and(&record.tree, |path| {
                resource.is_hidden(path) || self.before.is_hidden(path)
            }),
            None => hidden,
        }
    }
}

fn write_down(resource: &Resource, decision: &Decision, seen: &Seen<'_>) -> Change {
    let mut notes = decision.notes.clone();
    notes.extend(given_up(resource, seen.before));
    if seen.record.is_some() {
        notes.extend(edited_unseen(resource, decision, seen.before));
    }
    if decision.action == Action::Create && seen.before.is_wanted() {
        notes.push("the manifest is not new: its record is gone, or was never created".to_owned());
    }
    let wanted_name = resource
        .tree
        .text(resource.kind.display_name)
        .map(str::to_owned);
    let mut reason = decision.reason.clone();
    let mut hint = decision.hint.clone();
    // Most records are in line: there is nothing to be shown of them.
    let is_renamed = decision.live_name.is_some() && decision.live_name != wanted_name;
    let says_something = reason.is_some() || hint.is_some() || !notes.is_empty();
    let hidden = if is_renamed || says_something || !decision.differences.is_empty() {
        seen.hidden(resource, &decision.desired)
    } else {
        HiddenValues::default()
    };
    for text in reason.iter_mut().chain(&mut hint).chain(&mut notes) {
        hidden.mask_in(text);
    }
    let live_name = decision.live_name.clone();
    let live_name = live_name.filter(|name| !hidden.are_in_text(name));
    Change {
        address: resource.address.clone(),
        provider: resource.provider.clone(),
        remote: decision.remote.clone(),
        display_name: live_name.or(wanted_name),
        action: decision.action,
        reason,
        hint,
        fields: field_changes(resource, &decision.differences, &hidden, seen),
        calls: decision.calls.clone(),
        depends_on: Vec::new(),
        notes,
        moved_on: decision.moved_on.clone(),
        place: ManifestPlace::from(&match decision.at {
            Some(path) => resource.origin.place_of(path.as_str()),
            None => resource.origin.place(),
        }),
    }
}

/// The fields that the manifest has let go of since the base.
fn given_up(resource: &Resource, before: &Before) -> Option<String> {
    let paths = before.given_up(&resource.tree);
    (!paths.is_empty()).then(|| {
        let paths = words::list(paths.iter().map(|path| path.as_str()));
        format!("no longer managed: {paths}")
    })
}

/// The edits of which a record that exists gets nothing, nor by a call of this plan.
fn edited_unseen(resource: &Resource, decision: &Decision, before: &Before) -> Option<String> {
    let is_sent = |path: &FieldPath| {
        let mut calls = decision.calls.iter();
        calls.any(|call| call.fields.contains(path))
    };
    let mut paths = before.edited_unseen(resource.kind.fields(), &decision.desired);
    paths.retain(|path| !is_sent(path));
    (!paths.is_empty()).then(|| {
        let paths = words::list(paths.iter().map(|path| path.as_str()));
        format!("edited to no effect: {paths}; only a new record gets this")
    })
}

fn field_changes(
    resource: &Resource,
    differences: &[Difference],
    hidden: &HiddenValues,
    seen: &Seen<'_>,
) -> Vec<FieldChange> {
    // Most records are in line, and their manifests need not be parsed again.
    if differences.is_empty() {
        return Vec::new();
    }
    let places = resource.origin.places();
    differences
        .iter()
        .map(|difference| field_change(resource, &places, difference, hidden, seen))
        .collect()
}

fn field_change(
    resource: &Resource,
    places: &Places<'_>,
    difference: &Difference,
    hidden_values: &HiddenValues,
    seen: &Seen<'_>,
) -> FieldChange {
    let Difference {
        path,
        desired,
        observed,
    } = difference;
    let facts = resource.kind.fields().facts(path.as_str());
    let hidden = resource.is_hidden(*path);
    let hidden_before = hidden || seen.before.is_hidden(*path);
    // A provider copies fields: an alias that nobody gave is the name again. What
    // is hidden there may stand in the new value too, which is shown.
    let is_copy = facts.is_none_or(is_free_text) && hidden_values.are_told_by(observed, desired);
    let show = |leaf: &Leaf, hidden| {
        let Seen { names, lookups, .. } = seen;
        names.show(resource, facts, *lookups, leaf, hidden)
    };
    let (cause, base) = seen.before.cause(*path, desired, observed);
    FieldChange {
        path: *path,
        class: facts.map_or(crate::model::field::Class::Other, |facts| facts.class),
        cause,
        before: show(observed, hidden_before || is_copy),
        after: show(desired, hidden),
        base: base.map(|leaf| show(leaf, hidden_before)),
        marks: Marks::default(),
        place: ManifestPlace::from(&places.of(path.as_str())),
    }
}

/// Whether a field may hold what stood in another one. Names out of a list and
/// ids are what they are.
fn is_free_text(facts: &Facts) -> bool {
    let is_id = facts.lookup.is_some() || facts.reference.is_some();
    !is_id && matches!(facts.value_type, ValueType::Text | ValueType::Passthrough)
}

/// Says what waits for what, and blocks what cannot have its turn.
fn block_and_join(
    desired: &Desired,
    observed: &Observed,
    names: &Names<'_>,
    ids: &BTreeMap<Address, RemoteId>,
    changes: &mut [Change],
) {
    let handovers = Handovers::of(desired, observed, changes);
    // What is blocked may be what another change refers to, and the other way
    // round.
    loop {
        block_on_missing_targets(desired, ids, changes);
        add_dependencies(desired, observed, names, &handovers, changes);
        if !handovers.block(changes) {
            break;
        }
    }
    handovers.note(changes);
    note_what_stays(desired, observed, names, changes);
}

/// Blocks changes that refer to a record which neither exists nor is created by
/// this plan.
fn block_on_missing_targets(
    desired: &Desired,
    ids: &BTreeMap<Address, RemoteId>,
    changes: &mut [Change],
) {
    loop {
        let created: BTreeSet<Address> = changes
            .iter()
            .filter(|change| change.action == Action::Create)
            .map(|change| change.address.clone())
            .collect();
        let mut blocked_one = false;
        for change in changes.iter_mut() {
            if !change.action.is_carried_out() || change.action == Action::End {
                continue;
            }
            let Some(resource) = desired.get(&change.address) else {
                continue;
            };
            let mut references = resource.references.iter();
            let missing = references
                .find(|(_, target)| !ids.contains_key(target) && !created.contains(target));
            if let Some((path, target)) = missing {
                let place = resource.origin.place_of(path.as_str());
                change.place = ManifestPlace::from(&place);
                let reason = format!(
                    "{path} refers to {target}, which does not exist and is not created by this plan"
                );
                let hint = missing_target_hint(desired, target);
                change.block(Obstacle::new(reason).hint(hint));
                blocked_one = true;
            }
        }
        if !blocked_one {
            return;
        }
    }
}

/// What to do about a record that is referred to and does not come to be.
/// Nothing is in the way of one that the plan leaves out.
fn missing_target_hint(desired: &Desired, target: &Address) -> String {
    match desired.get(target) {
        Some(resource) if !resource.selected => {
            "it is left out by the selection: select it too, or apply it first".to_owned()
        }
        _ => format!("see what is in the way of {target}"),
    }
}

fn providers(desired: &Desired, observed: &Observed) -> Vec<PlanProvider> {
    desired
        .providers
        .iter()
        .filter_map(|config| {
            let view = observed.providers.get(&config.name)?;
            let mut provider = PlanProvider {
                name: config.name.clone(),
                system: config.def.name,
                account: None,
                failure: None,
                hint: None,
                unmanaged: Vec::new(),
            };
            match view {
                Ok(view) => {
                    let mut account = view.account.clone();
                    config.hidden().mask_in(&mut account);
                    provider.account = Some(account);
                    provider.unmanaged = view.unmanaged.iter().map(Into::into).collect();
                }
                Err(failure) => {
                    provider.failure = Some(failure.to_string());
                    provider.hint.clone_from(&failure.hint);
                }
            }
            Some(provider)
        })
        .collect()
}
