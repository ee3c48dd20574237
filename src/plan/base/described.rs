//! Which manifests of the base described a record. They are sought by record as
//! well as by address, because a manifest can be moved to another record, and a
//! record to another manifest, in the very change that would bring an old value
//! to light or shed a protection.

use std::collections::{BTreeMap, BTreeSet};

use super::{Base, Resource};
use crate::{
    desired::Desired,
    model::{Address, Kind, ProviderName, RemoteId},
};

/// The manifests of a base by everything that ties one to its record. Each is kept
/// as its position among all of them.
#[derive(Default)]
pub(super) struct Described {
    by_address: BTreeMap<Address, Vec<usize>>,
    /// By kind and provider; a manifest with errors may not say which provider it
    /// is of.
    by_record: BTreeMap<(Kind, Option<ProviderName>), Ties>,
}

/// The manifests of one kind and provider by what ties them to a record.
#[derive(Default)]
struct Ties {
    by_key: BTreeMap<String, Vec<usize>>,
    by_adopted: BTreeMap<RemoteId, Vec<usize>>,
}

impl Described {
    pub(super) fn of(desired: &Desired) -> Self {
        let mut described = Self::default();
        for (at, resource) in all(desired).enumerate() {
            let of_address = described.by_address.entry(resource.address.clone());
            of_address.or_default().push(at);
            let record = (resource.kind.kind, resource.known_provider().cloned());
            let ties = described.by_record.entry(record).or_default();
            let of_key = ties.by_key.entry(resource.key.clone());
            of_key.or_default().push(at);
            if let Some(remote) = &resource.adopt {
                let of_adopted = ties.by_adopted.entry(remote.clone());
                of_adopted.or_default().push(at);
            }
        }
        described
    }
}

/// All manifests, those with errors too: what was applied before the error came in
/// is still at the provider, and an error sheds no protection.
fn all(desired: &Desired) -> impl Iterator<Item = &Resource> {
    desired.resources.iter().chain(&desired.unsound)
}

impl Base {
    /// The manifests that described `resource` or its record, whatever their names
    /// are, each of them once. `live_key` and `remote` are what is known of the
    /// record: our key as the provider has it, and its id.
    ///
    /// The id that a manifest asks to adopt counts as well. As long as something is
    /// in the way there is no record, and it is this one that will be changed once
    /// the way is free.
    pub fn described<'b>(
        &'b self,
        resource: &Resource,
        live_key: Option<&str>,
        remote: Option<&RemoteId>,
    ) -> impl Iterator<Item = &'b Resource> + use<'b> {
        let Described {
            by_address,
            by_record,
        } = &self.described;
        let mut found: BTreeSet<usize> = BTreeSet::new();
        found.extend(by_address.get(&resource.address).into_iter().flatten());
        for provider in [resource.known_provider(), None] {
            let Some(ties) = by_record.get(&(resource.kind.kind, provider.cloned())) else {
                continue;
            };
            for key in [Some(resource.key.as_str()), live_key]
                .into_iter()
                .flatten()
            {
                found.extend(ties.by_key.get(key).into_iter().flatten());
            }
            for id in [resource.adopt.as_ref(), remote].into_iter().flatten() {
                found.extend(ties.by_adopted.get(id).into_iter().flatten());
            }
        }
        let Desired {
            resources, unsound, ..
        } = &self.desired;
        found.into_iter().filter_map(move |at| {
            let sound = resources.get(at);
            sound.or_else(|| unsound.get(at.checked_sub(resources.len())?))
        })
    }
}
