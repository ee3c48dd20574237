//! How the policies of a head differ from those of its base.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{ManifestState, PolicyChange};

use super::spec::Policy;

/// What differs, by name of the policy. `broken` are those of the base that
/// could not be read.
pub(super) fn changes(
    base: &[Policy],
    broken: &BTreeSet<String>,
    head: &[Policy],
) -> Vec<PolicyChange> {
    let base: BTreeMap<&str, &Policy> = by_name(base);
    let head: BTreeMap<&str, &Policy> = by_name(head);
    let change = |policy: &str, state, fields| PolicyChange {
        policy: policy.to_owned(),
        state,
        fields,
    };
    let mut changes: Vec<PolicyChange> = broken
        .iter()
        .map(|name| change(name, ManifestState::Broken, Vec::new()))
        .collect();
    for (name, policy) in &base {
        match head.get(name) {
            None => changes.push(change(name, ManifestState::Removed, Vec::new())),
            Some(now) => {
                let fields = differences(&parts(policy), &parts(now));
                if !fields.is_empty() {
                    changes.push(change(name, ManifestState::Changed, fields));
                }
            }
        }
    }
    for name in head.keys() {
        if !base.contains_key(name) && !broken.contains(*name) {
            changes.push(change(name, ManifestState::Added, Vec::new()));
        }
    }
    changes.sort_by(|one, other| one.policy.cmp(&other.policy));
    changes
}

fn by_name(policies: &[Policy]) -> BTreeMap<&str, &Policy> {
    policies
        .iter()
        .map(|policy| (policy.name.as_str(), policy))
        .collect()
}

fn differences(base: &BTreeMap<String, String>, head: &BTreeMap<String, String>) -> Vec<String> {
    let names: BTreeSet<&String> = base.keys().chain(head.keys()).collect();
    names
        .into_iter()
        .filter(|name| base.get(*name) != head.get(*name))
        .cloned()
        .collect()
}

/// What a policy says, part by part.
fn parts(policy: &Policy) -> BTreeMap<String, String> {
    let Policy {
        name: _,
        providers,
        limits,
        protect,
        freeze,
        rules,
    } = policy;
    let mut parts = BTreeMap::new();
    if let Some(names) = providers {
        parts.insert("providers".to_owned(), names.join(", "));
    }
    for (measured, given) in limits {
        let path = format!("limits.{}", measured.path());
        parts.insert(path, given.bound.shown(measured.measure));
    }
    for (at, item) in protect.iter().enumerate() {
        let labels = item.labels.as_ref().map(|(text, _)| text);
        let text = format!(
            "{:?} {:?} {labels:?} {} {}",
            item.kind, item.name, item.actions, item.reason
        );
        parts.insert(format!("protect[{at}]"), text);
    }
    for (at, item) in freeze.iter().enumerate() {
        let text = format!("{} {} {} {}", item.from, item.to, item.actions, item.reason);
        parts.insert(format!("freeze[{at}]"), text);
    }
    for rule in rules {
        let text = format!("{:?} {} {}", rule.effect, rule.when.text, rule.message);
        parts.insert(format!("rules.{}", rule.name), text);
    }
    parts
}
