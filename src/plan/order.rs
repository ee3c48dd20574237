//! The order of changes: what is referred to comes first, ends go the other
//! way, and ties are broken by address.

use std::collections::{BTreeMap, BTreeSet};

use crate::{model::Address, provider::Action};

use super::Change;

/// Sorts changes so that each stands after those that it depends on.
///
/// References have been checked for cycles when the manifests were read, so
/// every change finds its place.
pub(super) fn sort(changes: Vec<Change>) -> Vec<Change> {
    let mut waiting: BTreeMap<Address, BTreeSet<Address>> = BTreeMap::new();
    let mut dependants: BTreeMap<Address, Vec<Address>> = BTreeMap::new();
    let known: BTreeSet<Address> = changes
        .iter()
        .map(|change| change.address.clone())
        .collect();
    for change in &changes {
        let needs: BTreeSet<Address> = change
            .depends_on
            .iter()
            .filter(|address| known.contains(*address))
            .cloned()
            .collect();
        for need in &needs {
            dependants
                .entry(need.clone())
                .or_default()
                .push(change.address.clone());
        }
        waiting.insert(change.address.clone(), needs);
    }
    let mut by_address: BTreeMap<Address, Change> = changes
        .into_iter()
        .map(|change| (change.address.clone(), change))
        .collect();
    let mut ready: BTreeSet<(u8, Address)> = waiting
        .iter()
        .filter(|(_, needs)| needs.is_empty())
        .map(|(address, _)| (rank(&by_address[address]), address.clone()))
        .collect();
    let mut sorted = Vec::with_capacity(by_address.len());
    while let Some((_, address)) = ready.pop_first() {
        for dependant in dependants.remove(&address).unwrap_or_default() {
            let Some(needs) = waiting.get_mut(&dependant) else {
                continue;
            };
            needs.remove(&address);
            if needs.is_empty() {
                ready.insert((rank(&by_address[&dependant]), dependant));
            }
        }
        sorted.extend(by_address.remove(&address));
    }
    sorted.extend(by_address.into_values());
    sorted
}

/// Ends come after everything else.
fn rank(change: &Change) -> u8 {
    u8::from(change.action == Action::End)
}
