//! Records that must be left alone.

use std::collections::BTreeMap;

use crate::{
    desired::{Desired, Resource, key_text},
    model::{Address, Kind},
    plan::{Change, Effect, ManifestPlace, Plan, Ruling, RulingKind, Work},
};

use super::spec::{Policy, Protection};

/// The rulings of all protections.
pub(super) fn rulings(
    plan: &Plan,
    desired: &Desired,
    before: &Before<'_>,
    policies: &[&Policy],
) -> Vec<Ruling> {
    let mut rulings = Vec::new();
    for policy in policies {
        for (at, protection) in policy.protect.iter().enumerate() {
            let addresses: Vec<_> = plan
                .to_do()
                .filter(|change| {
                    protection.actions.has(change.action) && policy.is_about(&change.provider.0)
                })
                .filter(|change| is_protected(change, protection, desired, before))
                .map(|change| change.address.clone())
                .collect();
            if addresses.is_empty() {
                continue;
            }
            rulings.push(Ruling {
                effect: Effect::Deny,
                kind: RulingKind::Protect,
                policy: Some(policy.name.clone()),
                rule: format!("protect[{at}]"),
                provider: None,
                message: format!(
                    "protected from {}: {}",
                    protection.actions, protection.reason
                ),
                figure: None,
                limit: None,
                hint: Some(
                    "leave the record as it is, or bring a change of the policy in first"
                        .to_owned(),
                ),
                allow: None,
                addresses,
                place: Some(ManifestPlace::from(&protection.place)),
            });
        }
    }
    rulings
}

/// The manifests of a base by the records that they describe; none without one.
#[derive(Default)]
pub(super) struct Before<'b> {
    by_address: BTreeMap<&'b Address, &'b Resource>,
    by_key: BTreeMap<Identity<'b>, Vec<&'b Resource>>,
    by_adopted: BTreeMap<Identity<'b>, Vec<&'b Resource>>,
    /// Our key as the provider has it, for records that are to have another
    /// one.
    live_keys: BTreeMap<Address, String>,
}

/// A record: its kind, its provider, and its key or id.
type Identity<'a> = (Kind, &'a str, &'a str);

impl<'b> Before<'b> {
    /// The manifests of `base`, those with errors too: an error sheds no
    /// protection. `work` is that of a plan for `head`.
    pub(super) fn of(base: &'b Desired, head: &Desired, work: &BTreeMap<Address, Work>) -> Self {
        let mut before = Self::default();
        for resource in base.resources.iter().chain(&base.unsound) {
            let by_address = before.by_address.entry(&resource.address);
            by_address.or_insert(resource);
            let by_key = before.by_key.entry(identity(resource, &resource.key));
            by_key.or_default().push(resource);
            if let Some(remote) = &resource.adopt {
                let by_adopted = before.by_adopted.entry(identity(resource, &remote.0));
                by_adopted.or_default().push(resource);
            }
        }
        let live_keys = work.iter().filter_map(|(address, work)| {
            let resource = head.get(address)?;
            let path = resource.kind.path(resource.kind.key);
            let live = work.relied_on.get(&path).and_then(key_text)?;
            (live != resource.key).then(|| (address.clone(), live))
        });
        before.live_keys = live_keys.collect();
        before
    }

    /// The manifests that described the same resource, or the same record under
    /// another name, under another key of ours, or by its id.
    fn same<'s>(
        &'s self,
        resource: &'s Resource,
        change: &'s Change,
    ) -> impl Iterator<Item = &'b Resource> + 's {
        let named = self.by_address.get(&resource.address).copied();
        let live = self.live_keys.get(&resource.address);
        let keys = std::iter::once(&resource.key).chain(live);
        let keyed = keys.flat_map(|key| identities(resource, key));
        let keyed = keyed.filter_map(|identity| self.by_key.get(&identity));
        let remotes = change.remote.iter();
        let adopted = remotes.flat_map(|remote| identities(resource, &remote.0));
        let adopted = adopted.filter_map(|identity| self.by_adopted.get(&identity));
        let recorded = keyed.chain(adopted).flatten().copied();
        named.into_iter().chain(recorded)
    }
}

fn identity<'a>(resource: &'a Resource, key_or_id: &'a str) -> Identity<'a> {
    (resource.kind.kind, &resource.provider.0, key_or_id)
}

/// The record at its provider, and as a manifest with errors has it that does not
/// say which provider it is of.
fn identities<'a>(resource: &'a Resource, key_or_id: &'a str) -> [Identity<'a>; 2] {
    let anywhere = (resource.kind.kind, "", key_or_id);
    [identity(resource, key_or_id), anywhere]
}

/// Whether the manifest is protected, or the one that described the same record
/// at the base: a change must not shed its protection by taking a label off, or
/// another name or key on.
fn is_protected(
    change: &Change,
    protection: &Protection,
    desired: &Desired,
    before: &Before<'_>,
) -> bool {
    desired.get(&change.address).is_some_and(|resource| {
        let mut all = std::iter::once(resource).chain(before.same(resource, change));
        all.any(|resource| fits(resource, protection))
    })
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
