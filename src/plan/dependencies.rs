//! Which change waits for which. Nothing waits for an end but another end.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    desired::{Desired, Resource},
    model::{Address, FieldPath},
    observed::{Match, Observed},
    provider::Action,
};

use super::{Change, handover::Handovers, names::Names};

/// A record is made and changed after those that it refers to, and ended before
/// them. It is also ended after what was below it has moved away. A record takes a
/// name only after its holder gave it up. This wins over the order of references,
/// because a record that exists can be referred to at any time.
pub(super) fn add_dependencies(
    desired: &Desired,
    observed: &Observed,
    names: &Names<'_>,
    handovers: &Handovers,
    changes: &mut [Change],
) {
    let actions: BTreeMap<Address, Action> = changes
        .iter()
        .filter(|change| change.action.is_carried_out())
        .map(|change| (change.address.clone(), change.action))
        .collect();
    let mut needs: BTreeMap<Address, BTreeSet<Address>> = BTreeMap::new();
    for change in &*changes {
        let (Some(action), Some(resource)) =
            (actions.get(&change.address), desired.get(&change.address))
        else {
            continue;
        };
        let address = &change.address;
        for (_, target) in &resource.references {
            let (before, after) = match (action, actions.get(target)) {
                (_, None) => continue,
                (_, Some(Action::Update | Action::Adopt)) if handovers.has(target, address) => {
                    continue;
                }
                (_, Some(Action::End)) => (address, target),
                _ => (target, address),
            };
            needs
                .entry(after.clone())
                .or_default()
                .insert(before.clone());
        }
        for left in left(change, resource, observed, names) {
            if actions.get(left) == Some(&Action::End) {
                needs
                    .entry(left.clone())
                    .or_default()
                    .insert(address.clone());
            }
        }
    }
    for (taker, giver) in handovers.pairs() {
        let gives_up = actions
            .get(giver)
            .is_some_and(|action| *action != Action::End);
        if gives_up && actions.contains_key(taker) {
            needs
                .entry(taker.clone())
                .or_default()
                .insert(giver.clone());
        }
    }
    for change in changes.iter_mut() {
        let needs = needs.remove(&change.address).unwrap_or_default();
        change.depends_on = needs.into_iter().collect();
    }
}

/// Notes at the end of a record what lies below it and does not move away: some
/// providers refuse such an end.
pub(super) fn note_what_stays(
    desired: &Desired,
    observed: &Observed,
    names: &Names<'_>,
    changes: &mut [Change],
) {
    let ends = changes.iter().enumerate();
    let ends: BTreeMap<Address, usize> = ends
        .filter(|(_, change)| change.action == Action::End)
        .map(|(at, change)| (change.address.clone(), at))
        .collect();
    if ends.is_empty() {
        return;
    }
    let mut stays: Vec<(usize, Address)> = Vec::new();
    for change in changes.iter().filter(|change| change.action != Action::End) {
        let Some(resource) = desired.get(&change.address) else {
            continue;
        };
        let fields = resource.kind.fields().iter();
        let references = fields.filter(|facts| facts.reference.is_some());
        let paths = references.map(|facts| facts.path).filter(|path| {
            let is_written = change.fields.iter().any(|field| field.path == *path);
            !is_written || change.action == Action::Blocked
        });
        for target in targets(change, resource, observed, names, paths) {
            stays.extend(ends.get(target).map(|at| (*at, change.address.clone())));
        }
    }
    for (at, below) in stays {
        changes[at].notes.push(format!(
            "{below} refers to it and goes on doing so; the provider may refuse the end"
        ));
    }
}

/// The records to which references lead until a change is carried out.
fn left<'n>(
    change: &Change,
    resource: &Resource,
    observed: &Observed,
    names: &'n Names<'_>,
) -> Vec<&'n Address> {
    let written = change.fields.iter().map(|field| field.path);
    targets(change, resource, observed, names, written)
}

/// The records to which live references lead, of fields with these paths.
fn targets<'n>(
    change: &Change,
    resource: &Resource,
    observed: &Observed,
    names: &'n Names<'_>,
    paths: impl Iterator<Item = FieldPath>,
) -> Vec<&'n Address> {
    let found = observed.found(&change.provider, &change.address);
    let live = found.and_then(Match::record);
    let Some(record) = live.filter(|record| record.ended.is_none()) else {
        return Vec::new();
    };
    paths
        .filter_map(|path| {
            let kind = resource.kind.fields().facts(path.as_str())?.reference?;
            names.owner(&change.provider, kind, record.tree.text(path.as_str())?)
        })
        .collect()
}
