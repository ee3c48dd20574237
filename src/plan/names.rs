//! Shows ids by the names that people know: those of look-up tables, and those
//! of other manifests.

use std::collections::BTreeMap;

use crate::{
    desired::{Desired, Resource},
    model::{Address, Facts, Kind, Leaf, ProviderName, RemoteId, Shown},
    provider::Lookups,
};

/// The manifests by the ids of their records.
pub(super) struct Names<'a>(BTreeMap<(&'a ProviderName, Kind, &'a str), &'a Address>);

impl<'a> Names<'a> {
    pub(super) fn of(desired: &'a Desired, ids: &'a BTreeMap<Address, RemoteId>) -> Self {
        let named = desired.resources.iter().filter_map(|resource| {
            let Resource {
                address, provider, ..
            } = resource;
            let remote = ids.get(address)?;
            Some(((provider, address.kind, remote.0.as_str()), address))
        });
        Self(named.collect())
    }

    /// The manifest of the record with an id.
    pub(super) fn owner(&self, provider: &ProviderName, kind: Kind, id: &str) -> Option<&Address> {
        self.0.get(&(provider, kind, id)).copied()
    }

    /// A value as a reviewer should see it, who may not see one that is hidden.
    pub(super) fn show(
        &self,
        resource: &Resource,
        facts: Option<&Facts>,
        lookups: Option<&Lookups>,
        leaf: &Leaf,
        hidden: bool,
    ) -> Shown {
        let (Leaf::Text(id), Some(facts), false) = (leaf, facts, hidden) else {
            return Shown::of(leaf, hidden);
        };
        if let (Some(table), Some(lookups)) = (facts.lookup, lookups) {
            return Shown::name(lookups.name_of(table, id));
        }
        let referred = facts
            .reference
            .and_then(|kind| self.owner(&resource.provider, kind, id));
        match referred {
            Some(address) => Shown::name(format!("{address} ({id})")),
            None => Shown::of(leaf, hidden),
        }
    }
}
