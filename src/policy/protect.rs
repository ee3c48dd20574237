//! Records that must be left alone.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{
    desired::{Desired, End, Resource, bare_key, key_text},
    model::{Address, Shown},
    plan::{Base, Change, Effect, ManifestPlace, Plan, Ruling, RulingKind, Work},
    provider::Action,
};

use super::spec::{Policy, Protection};

/// The rulings of all protections: of what is to be done now, and, with a base, of
/// what a change of the manifests leaves for later. By then it is merged, and
/// whatever protected the record may have gone with it.
pub(super) fn rulings(plan: &Plan, wishes: &Wishes<'_>, policies: &[&Policy]) -> Vec<Ruling> {
    let mut rulings = Vec::new();
    for policy in policies {
        for (at, protection) in policy.protect.iter().enumerate() {
            let about = |change: &&Change| policy.is_about(&change.provider.0);
            let at_once: Vec<_> = plan
                .to_do()
                .filter(about)
                .filter(|change| protection.actions.has(change.action))
                .filter(|change| is_protected(change, protection, wishes))
                .collect();
            let later: Vec<_> = plan
                .changes
                .iter()
                .filter(about)
                .filter(|change| is_protected_later(change, protection, wishes))
                .collect();
            for (changes, when) in [(at_once, ""), (later, LATER)] {
                if !changes.is_empty() {
                    let rule = format!("protect[{at}]");
                    rulings.push(ruling(policy, rule, protection, &changes, when));
                }
            }
        }
    }
    rulings
}

/// What is wanted, and what was.
pub(super) struct Wishes<'w> {
    /// What the manifests want.
    pub(super) desired: &'w Desired,
    /// What those of the base wanted.
    pub(super) earlier: &'w Earlier<'w>,
    /// The day.
    pub(super) today: Date,
}

/// What is said where the plan does not do it yet.
const LATER: &str = " (the manifest was changed, for a later day or once nothing is in the way)";

fn ruling(
    policy: &Policy,
    rule: String,
    protection: &Protection,
    changes: &[&Change],
    when: &str,
) -> Ruling {
    let Protection {
        actions, reason, ..
    } = protection;
    Ruling {
        effect: Effect::Deny,
        kind: RulingKind::Protect,
        policy: Some(policy.name.clone()),
        rule,
        provider: None,
        message: format!("protected from {actions}: {reason}{when}"),
        figure: None,
        limit: None,
        hint: Some(
            "leave the record as it is, or bring a change of the policy in first".to_owned(),
        ),
        allow: None,
        addresses: changes
            .iter()
            .map(|change| change.address.clone())
            .collect(),
        place: Some(ManifestPlace::from(&protection.place)),
    }
}

/// What the base of a run wanted of its records; nothing without a base.
#[derive(Default)]
pub(super) struct Earlier<'b> {
    base: Option<&'b Base>,
    /// Our key as the provider has it, for records that are to have another
    /// one.
    live_keys: BTreeMap<Address, String>,
}

impl<'b> Earlier<'b> {
    /// `work` is that of a plan for `head`.
    pub(super) fn of(base: &'b Base, head: &Desired, work: &BTreeMap<Address, Work>) -> Self {
        let live_keys = work.iter().filter_map(|(address, work)| {
            let resource = head.get(address)?;
            let path = resource.kind.path(resource.kind.key);
            let live = work.relied_on.get(&path).and_then(key_text)?;
            (live != resource.key).then(|| (address.clone(), live))
        });
        Self {
            base: Some(base),
            live_keys: live_keys.collect(),
        }
    }

    /// The manifests that described the same resource, or the same record under
    /// another name, under another key of ours, or by its id.
    pub(super) fn same(
        &self,
        resource: &Resource,
        change: &Change,
    ) -> impl Iterator<Item = &'b Resource> {
        let live = self.live_keys.get(&resource.address);
        let live = live
            .map(String::as_str)
            .or_else(|| live_key_of_blocked(resource, change));
        let described = |base: &'b Base| base.described(resource, live, change.remote.as_ref());
        self.base.map(described).into_iter().flatten()
    }
}

/// Whether the manifest is protected, or the one that described the same record
/// at the base: a change must not shed its protection by taking a label off, or
/// another name or key on.
fn is_protected(change: &Change, protection: &Protection, wishes: &Wishes<'_>) -> bool {
    let Wishes {
        desired, earlier, ..
    } = wishes;
    desired.get(&change.address).is_some_and(|resource| {
        let mut all = std::iter::once(resource).chain(earlier.same(resource, change));
        all.any(|resource| fits(resource, protection))
    })
}

/// Whether the manifest has been changed since the base so that a protected record
/// will be touched, though not now: by an end on a later day, or once what blocks
/// the change is out of the way.
fn is_protected_later(change: &Change, protection: &Protection, wishes: &Wishes<'_>) -> bool {
    let Wishes {
        desired,
        earlier,
        today,
    } = wishes;
    let is_blocked = change.action == Action::Blocked;
    let Some(resource) = desired.get(&change.address) else {
        return false;
    };
    // Most records are in line and have no end: the base need not be asked.
    if !is_blocked && resource.end.is_none() {
        return false;
    }
    let same: Vec<&Resource> = earlier.same(resource, change).collect();
    if same.iter().any(|base| is_as_it_was(resource, base)) {
        return false;
    }
    same.into_iter().any(|base| {
        let is_protected = || fits(base, protection) || fits(resource, protection);
        let has = |action| protection.actions.has(action);
        // One that is due, and for which nothing is to be done, has no record.
        let is_ahead = |end: &End| is_blocked || end.on > *today;
        let ends = has(Action::End)
            && resource.end.as_ref().is_some_and(is_ahead)
            && resource.end != base.end;
        let adopts = || has(Action::Adopt) && resource.adopt != base.adopt;
        let writes = || has(Action::Update) && !has_same_fields(resource, base);
        (ends || (is_blocked && (adopts() || writes()))) && is_protected()
    })
}

/// Whether a manifest is the one of the base and wants what that wanted, of the same
/// record: then others that spoke of the record there do not make it a changed one.
fn is_as_it_was(resource: &Resource, base: &Resource) -> bool {
    resource.address == base.address
        && resource.provider == base.provider
        && resource.adopt == base.adopt
        && resource.end == base.end
        && resource.tree == base.tree
}

/// Whether two manifests want the same of a record, whatever its key.
fn has_same_fields(one: &Resource, other: &Resource) -> bool {
    let key = one.kind.path(one.kind.key);
    let one = one.tree.iter().filter(|(path, _)| *path != key);
    let other = other.tree.iter().filter(|(path, _)| *path != key);
    one.eq(other)
}

/// Our key as the provider has it, where a change that would write another one is
/// blocked.
fn live_key_of_blocked<'c>(resource: &Resource, change: &'c Change) -> Option<&'c str> {
    let key = resource.kind.path(resource.kind.key);
    let field = change.fields.iter().find(|field| field.path == key)?;
    match &field.before {
        Shown::Text(text) => Some(bare_key(text)),
        _ => None,
    }
}

fn fits(resource: &Resource, protection: &Protection) -> bool {
    let Protection {
        kind,
        name,
        labels,
        actions: _,
        reason: _,
        place: _,
    } = protection;
    let address = &resource.address;
    kind.as_ref().is_none_or(|kind| kind == address.kind)
        && name.as_ref().is_none_or(|name| **name == *address.name)
        && labels
            .as_ref()
            .is_none_or(|(_, selector)| selector.selects(&resource.labels))
}
