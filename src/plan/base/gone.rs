//! Resources of the base whose manifests are gone, and what becomes of their
//! records.

use std::collections::BTreeMap;

use super::{Base, ManifestPlace, Removed, is_same_record, live_key};
use crate::{
    desired::{Desired, Resource},
    model::{Address, ProviderName, RemoteId},
    observed::{Match, Observed},
    provider::Record,
};

impl Base {
    /// Resources whose manifests are gone and whose records were not among those
    /// that no manifest describes. A list is only sure to contain wanted records.
    /// These are wanted no longer, so they are looked up by key.
    #[must_use]
    pub fn unseen(
        &self,
        head: &Desired,
        observed: &Observed,
    ) -> BTreeMap<ProviderName, Vec<&Resource>> {
        let adopters = adopters(head, observed);
        let mut unseen: BTreeMap<ProviderName, Vec<&Resource>> = BTreeMap::new();
        for base in self.gone(head) {
            let is_read = matches!(observed.providers.get(&base.provider), Some(Ok(_)));
            if is_read
                && self.orphan(base, observed).is_none()
                && heir(base, head).is_none()
                && adopter(base, None, &adopters).is_none()
            {
                let of_provider = unseen.entry(base.provider.clone()).or_default();
                of_provider.push(base);
            }
        }
        unseen
    }

    /// Keeps in mind which live records such resources have. Of those that are
    /// left out nothing is known.
    pub fn saw(&mut self, records: BTreeMap<Address, Option<RemoteId>>) {
        self.looked_up.extend(records);
    }

    /// The ids of the live records whose manifests are gone.
    pub(in crate::plan) fn orphans(
        &self,
        head: &Desired,
        observed: &Observed,
    ) -> BTreeMap<Address, RemoteId> {
        self.gone(head)
            .filter_map(|base| {
                let remote = self.orphan(base, observed)?;
                Some((base.address.clone(), remote.clone()))
            })
            .collect()
    }

    /// Resources of the base that `head` has no manifest for.
    fn gone<'a>(&'a self, head: &Desired) -> impl Iterator<Item = &'a Resource> {
        self.desired.resources.iter().filter(|base| {
            base.selected
                && head
                    .get(&base.address)
                    .is_none_or(|now| now.provider != base.provider)
        })
    }

    /// The live record of a manifest that is gone.
    fn orphan<'a>(&'a self, base: &Resource, observed: &'a Observed) -> Option<&'a RemoteId> {
        if let Some(found) = self.looked_up.get(&base.address) {
            return found.as_ref();
        }
        let view = observed.providers.get(&base.provider)?.as_ref().ok()?;
        let key = Some(&base.key);
        view.unmanaged
            .iter()
            .find(|record| record.kind == base.kind.kind && record.key.as_ref() == key)
            .map(|record| &record.remote)
    }

    /// All of them, as the plan tells of them.
    pub(super) fn removed(&self, head: &Desired, observed: &Observed) -> Vec<Removed> {
        let adopters = adopters(head, observed);
        self.gone(head)
            .map(|base| {
                let orphan = self.orphan(base, observed);
                let heir = heir(base, head).or_else(|| adopter(base, orphan, &adopters));
                Removed {
                    address: base.address.clone(),
                    provider: base.provider.clone(),
                    remote: orphan.filter(|_| heir.is_none()).cloned(),
                    outcome: self.outcome(base, heir, orphan),
                    place: ManifestPlace::from(&base.origin.place()),
                }
            })
            .collect()
    }

    /// What becomes of the record of a manifest that is gone.
    fn outcome(
        &self,
        base: &Resource,
        heir: Option<&Resource>,
        orphan: Option<&RemoteId>,
    ) -> String {
        if let Some(heir) = heir {
            let heir = &heir.address;
            return format!("manifest removed: {heir} describes its record now");
        }
        if let Some(remote) = orphan {
            return format!("manifest removed: the record {remote} stays (orphan)");
        }
        let why = if self.looked_up.contains_key(&base.address) {
            "there is no live record of it"
        } else {
            "the record stays if there is one, which is not known"
        };
        format!("manifest removed: {why}")
    }
}

/// The manifest of `head` that has the key of one that is gone.
fn heir<'h>(base: &Resource, head: &'h Desired) -> Option<&'h Resource> {
    head.resources
        .iter()
        .find(|resource| is_same_record(base, resource))
}

/// The manifests of `head` that adopt a record, with that record. There are few.
fn adopters<'a>(head: &'a Desired, observed: &'a Observed) -> Vec<(&'a Resource, &'a Record)> {
    let adopted =
        |resource: &'a Resource| match observed.found(&resource.provider, &resource.address) {
            Some(Match::Adoptable(record)) => Some((resource, record)),
            _ => None,
        };
    let may_adopt = head.resources.iter().filter(|found| found.adopt.is_some());
    may_adopt.filter_map(adopted).collect()
}

/// The manifest that adopts the record of one that is gone. The record gets
/// another key by that, and is no orphan.
fn adopter<'a>(
    base: &Resource,
    orphan: Option<&RemoteId>,
    adopters: &[(&'a Resource, &'a Record)],
) -> Option<&'a Resource> {
    let is_its_record = |record: &Record| {
        let key = live_key(record, base.kind);
        key.is_some_and(|key| key == base.key) || orphan == Some(&record.remote)
    };
    let found = adopters.iter().find(|(resource, record)| {
        let is_there = resource.kind.kind == base.kind.kind && resource.provider == base.provider;
        is_there && is_its_record(record)
    });
    found.map(|(resource, _)| *resource)
}
