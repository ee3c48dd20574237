//! References that lead back to where they started.

use std::collections::BTreeSet;

use super::reference::position;
use crate::{desired::Drafts, model::Finding};

/// The most members of a cycle that a message names.
const MEMBERS_SHOWN_MAX: usize = 50;

#[derive(Clone, Copy, PartialEq)]
enum Visit {
    Not,
    Open,
    Done,
}

/// Finds cycles by walking along references. The walk keeps its own stack:
/// chains may be as long as there are manifests.
pub(super) fn cycles(drafts: &Drafts, findings: &mut Vec<Finding>) {
    let mut visits = vec![Visit::Not; drafts.resources.len()];
    let mut seen = BTreeSet::new();
    for start in 0..drafts.resources.len() {
        if visits[start] != Visit::Not {
            continue;
        }
        visits[start] = Visit::Open;
        // Each step is a manifest and the next of its references to follow.
        let mut walk = vec![(start, 0)];
        while let Some((at, next)) = walk.last_mut() {
            let Some((_, address)) = drafts.resources[*at].resource.references.get(*next) else {
                visits[*at] = Visit::Done;
                walk.pop();
                continue;
            };
            *next += 1;
            let Some(target) = position(drafts, address) else {
                continue;
            };
            match visits[target] {
                Visit::Not => {
                    visits[target] = Visit::Open;
                    walk.push((target, 0));
                }
                Visit::Open => {
                    let members = walk
                        .iter()
                        .map(|(at, _)| *at)
                        .skip_while(|at| *at != target)
                        .collect();
                    let members = from_smallest(members);
                    if seen.insert(members.clone()) {
                        findings.extend(finding(drafts, &members));
                    }
                }
                Visit::Done => {}
            }
        }
    }
}

/// The same cycle, told from its first address on.
fn from_smallest(mut members: Vec<usize>) -> Vec<usize> {
    let smallest = members
        .iter()
        .enumerate()
        .min_by_key(|(_, member)| **member)
        .map_or(0, |(at, _)| at);
    members.rotate_left(smallest);
    members
}

fn finding(drafts: &Drafts, members: &[usize]) -> Option<Finding> {
    let resource = |at: usize| &drafts.resources[at].resource;
    let first = resource(*members.first()?);
    let second = resource(*members.get(1).unwrap_or(&members[0]));
    let (path, _) = first
        .references
        .iter()
        .find(|(_, address)| *address == second.address)?;
    let message = if members.len() == 1 {
        format!("`{}` refers to itself", first.address)
    } else {
        let mut names: Vec<String> = members
            .iter()
            .take(MEMBERS_SHOWN_MAX)
            .map(|at| format!("`{}`", resource(*at).address))
            .collect();
        if let Some(more) = members.len().checked_sub(MEMBERS_SHOWN_MAX + 1) {
            names.push(format!("{} more", more + 1));
        }
        names.push(format!("`{}`", first.address));
        format!("references lead in a circle: {}", names.join(" → "))
    };
    let place = first.origin.place_of(path.as_str());
    let finding = Finding::error("reference-cycle", place, message);
    Some(
        finding
            .hint("a record can be created only after those that it refers to: break the circle")
            .of(&first.address),
    )
}
