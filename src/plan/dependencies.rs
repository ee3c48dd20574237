//! Which change waits for which. Nothing waits for an end but another end.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    desired::{Desired, Resource},
    model::Address,
    observed::{Match, Observed},
    provider::Action,
};

use super::{Change, handover::Handovers, names::Names};

/// A record is made and changed after those that it refers to, and ended before
/// them. It is also ended after what was below it has moved away, and gets a name
/// after the record that has it has given it up, be that the one which refers to
/// it: what exists can be referred to at any time.
pub(super) fn add_dependencies(
    desired: &Desired,
    observed: &Observed,
    names: &Names<'_>,
    handovers: &Handovers,
    changes: &mut [Change],
) {
    let actions: BTreeMap<Address, Action> = changes
        .iter()
        .filter(|change| !matches!(change.action, Action::None | Action::Blocked))
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

/// The records to which references lead until a change is carried out.
fn left<'n>(
    change: &Change,
    resource: &Resource,
    observed: &Observed,
    names: &'n Names<'_>,
) -> Vec<&'n Address> {
    let found = observed.found(&change.provider, &change.address);
    let Some(record) = found.and_then(Match::record) else {
        return Vec::new();
    };
    let written = change.fields.iter().map(|field| field.path);
    written
        .filter_map(|path| {
            let kind = resource.kind.fields().facts(path.as_str())?.reference?;
            names.owner(&change.provider, kind, record.tree.text(path.as_str())?)
        })
        .collect()
}
