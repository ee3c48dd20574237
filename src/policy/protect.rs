//! Records that must be left alone.

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
    let mut rulings = Vec::new();
    for policy in policies {
        for (at, protection) in policy.protect.iter().enumerate() {
            let addresses: Vec<_> = plan
                .to_do()
                .filter(|change| {
                    protection.actions.has(change.action) && policy.is_about(&change.provider.0)
                })
                .filter(|change| is_protected(change, protection, desired, base))
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

/// Whether the manifest is protected, or the one that described the same record
/// at the base: a change must not shed its protection by taking a label off or
/// another name on.
fn is_protected(
    change: &Change,
    protection: &Protection,
    desired: &Desired,
    base: Option<&Desired>,
) -> bool {
    let Some(resource) = desired.get(&change.address) else {
        return false;
    };
    let before = base.into_iter().flat_map(|base| &base.resources);
    fits(resource, protection)
        || before
            .filter(|before| is_same(before, resource))
            .any(|before| fits(before, protection))
}

fn is_same(before: &Resource, resource: &Resource) -> bool {
    let same_record = before.kind.kind == resource.kind.kind
        && before.provider == resource.provider
        && before.key == resource.key;
    before.address == resource.address || same_record
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
