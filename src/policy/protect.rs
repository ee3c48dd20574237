//! Records that must be left alone.

use std::collections::BTreeMap;

use crate::{
    desired::{Desired, Resource},
    plan::{Change, Effect, ManifestPlace, Plan, Ruling, RulingKind},
};

use super::spec::{Policy, Protection};

/// The rulings of all protections.
pub(super) fn rulings(
    plan: &Plan,
    desired: &Desired,
    base: Option<&Desired>,
    policies: &[&Policy],
) -> Vec<Ruling> {
    let before = Before::of(base);
    let mut rulings = Vec::new();
    for policy in policies {
        for (at, protection) in policy.protect.iter().enumerate() {
            let addresses: Vec<_> = plan
                .to_do()
                .filter(|change| {
                    protection.actions.has(change.action) && policy.is_about(&change.provider.0)
                })
                .filter(|change| is_protected(change, protection, desired, &before))
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

/// The manifests of a base by the record that they describe.
struct Before<'b> {
    base: Option<&'b Desired>,
    by_record: BTreeMap<(&'b str, &'b str, &'b str), &'b Resource>,
}

impl<'b> Before<'b> {
    fn of(base: Option<&'b Desired>) -> Self {
        let resources = base.into_iter().flat_map(|base| &base.resources);
        Self {
            base,
            by_record: resources
                .map(|resource| (record(resource), resource))
                .collect(),
        }
    }

    /// The manifests that described the same resource, or the same record under
    /// another name.
    fn same(&self, resource: &Resource) -> impl Iterator<Item = &'b Resource> {
        let named = self.base.and_then(|base| base.get(&resource.address));
        let recorded = self.by_record.get(&record(resource)).copied();
        named.into_iter().chain(recorded)
    }
}

fn record(resource: &Resource) -> (&str, &str, &str) {
    (
        resource.kind.kind,
        &resource.provider.0,
        resource.key.as_str(),
    )
}

/// Whether the manifest is protected, or the one that described the same record
/// at the base: a change must not shed its protection by taking a label off or
/// another name on.
fn is_protected(
    change: &Change,
    protection: &Protection,
    desired: &Desired,
    before: &Before<'_>,
) -> bool {
    desired.get(&change.address).is_some_and(|resource| {
        let mut all = std::iter::once(resource).chain(before.same(resource));
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
