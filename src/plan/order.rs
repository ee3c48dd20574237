//! The order of changes: each stands after those that it depends on, ends come
//! last, and ties are broken by address.

use std::collections::{BTreeMap, BTreeSet};

use crate::{model::Address, provider::Action};

use super::Change;

/// Sorts changes so that each stands after those that it depends on.
///
/// Changes that wait for each other in a circle were blocked before. Should some be
/// left all the same, they stand at the end: a plan loses no change.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::ProviderName, plan::ManifestPlace};

    fn address(name: &str) -> Address {
        Address {
            kind: "ToyCustomer",
            name: name.into(),
        }
    }

    fn change(action: Action, name: &str, needs: &[&str]) -> Change {
        Change {
            address: address(name),
            provider: ProviderName("toy".into()),
            remote: None,
            display_name: None,
            action,
            reason: None,
            hint: None,
            fields: Vec::new(),
            calls: Vec::new(),
            depends_on: needs.iter().map(|name| address(name)).collect(),
            notes: Vec::new(),
            moved_on: Vec::new(),
            place: ManifestPlace {
                file: String::new(),
                line: 1,
                column: 1,
            },
        }
    }

    /// Sorts the changes in every order in which they can come.
    fn check(changes: &[Change], expected: &[&str]) {
        for turn in 0..changes.len() {
            let mut turned = changes.to_vec();
            turned.rotate_left(turn);
            for changes in [turned.clone(), turned.into_iter().rev().collect()] {
                let sorted = sort(changes);
                let names: Vec<&str> = sorted.iter().map(|change| &*change.address.name).collect();
                assert_eq!(names, expected);
            }
        }
    }

    #[test]
    fn ties_are_broken_by_address() {
        use Action::{Adopt, Blocked, Create, None, Update};
        check(
            &[
                change(Create, "d", &[]),
                change(Update, "b", &[]),
                change(None, "c", &[]),
                change(Blocked, "e", &[]),
                change(Adopt, "a", &[]),
            ],
            &["a", "b", "c", "d", "e"],
        );
    }

    #[test]
    fn what_is_referred_to_comes_first_whatever_its_name() {
        use Action::{Create, Update};
        check(
            &[
                change(Create, "a", &["z"]),
                change(Update, "b", &["a", "y"]),
                change(Create, "y", &["z"]),
                change(Create, "z", &[]),
                change(Create, "m", &[]),
            ],
            &["m", "z", "a", "y", "b"],
        );
    }

    #[test]
    fn ends_come_last_and_the_other_way_round() {
        use Action::{Create, End};
        check(
            &[
                change(End, "a", &["b"]),
                change(End, "b", &["c"]),
                change(End, "c", &[]),
                change(Create, "x", &[]),
                change(Create, "y", &["x"]),
            ],
            &["x", "y", "c", "b", "a"],
        );
    }

    #[test]
    fn a_need_that_is_not_in_the_plan_is_no_need() {
        check(
            &[
                change(Action::Create, "a", &["elsewhere"]),
                change(Action::Create, "b", &[]),
            ],
            &["a", "b"],
        );
    }

    #[test]
    fn every_change_stays_in_the_plan_even_in_a_circle() {
        let circle = [
            change(Action::Create, "a", &["b"]),
            change(Action::Create, "b", &["a"]),
            change(Action::Create, "c", &[]),
        ];
        assert_eq!(sort(circle.to_vec()).len(), 3);
    }
}
