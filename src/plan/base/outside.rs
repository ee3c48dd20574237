//! Which values the base kept out of its manifests. They are looked for by
//! record as well as by address, because a manifest can be moved to another
//! record, and a record to another manifest, in the very change that would
//! bring an old value to light.

use std::collections::{BTreeMap, BTreeSet};

use super::{Resource, live_key};
use crate::{
    desired::Desired,
    model::{Address, FieldPath, Kind, ProviderName, RemoteId},
    provider::Record,
};

/// The fields from outside, by everything that ties a manifest to its record.
#[derive(Default)]
pub(super) struct Outside {
    by_address: BTreeMap<Address, BTreeSet<FieldPath>>,
    by_tie: BTreeMap<(Kind, ProviderName, Tie), BTreeSet<FieldPath>>,
}

/// What ties a manifest to a record.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    Key(String),
    Adoption(RemoteId),
}

/// The live values that a plan must not show, whatever their field is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) enum Hidden {
    /// Those of these fields.
    Fields(BTreeSet<FieldPath>),
    /// All but those of our key and of the display name, which cannot come from
    /// outside: the manifest that would tell could not be read.
    AllBut([FieldPath; 2]),
}

impl Hidden {
    /// Whether the live value of a field is hidden.
    pub(in crate::plan) fn has(&self, path: FieldPath) -> bool {
        match self {
            Self::Fields(paths) => paths.contains(&path),
            Self::AllBut(shown) => !shown.contains(&path),
        }
    }
}

impl Outside {
    /// Gathers them, of manifests with errors too: what was applied before the
    /// error came in is still at the provider.
    pub(super) fn of(desired: &Desired) -> Self {
        let mut outside = Self::default();
        let all = desired.resources.iter().chain(&desired.unsound);
        for resource in all.filter(|resource| !resource.from_outside.is_empty()) {
            let paths = &resource.from_outside;
            let of_address = outside.by_address.entry(resource.address.clone());
            of_address.or_default().extend(paths);
            for tie in ties(resource) {
                let of_tie = outside.by_tie.entry(tied(resource, tie));
                of_tie.or_default().extend(paths);
            }
        }
        outside
    }

    /// The fields from outside of every manifest that describes the record of
    /// `resource`, whatever its name is.
    pub(super) fn fields(
        &self,
        resource: &Resource,
        record: Option<&Record>,
    ) -> BTreeSet<FieldPath> {
        let mut found = BTreeSet::new();
        found.extend(self.by_address.get(&resource.address).into_iter().flatten());
        let of_record = record.into_iter().flat_map(|record| {
            let key = live_key(record, resource.kind).map(Tie::Key);
            key.into_iter()
                .chain([Tie::Adoption(record.remote.clone())])
        });
        for tie in ties(resource).chain(of_record) {
            let here = tied(resource, tie);
            found.extend(self.by_tie.get(&here).into_iter().flatten());
            // A manifest with errors may not say which provider it is of.
            let anywhere = (here.0, ProviderName("".into()), here.2);
            found.extend(self.by_tie.get(&anywhere).into_iter().flatten());
        }
        found
    }
}

fn ties(resource: &Resource) -> impl Iterator<Item = Tie> {
    let adoption = resource.adopt.clone().map(Tie::Adoption);
    [Tie::Key(resource.key.clone())].into_iter().chain(adoption)
}

fn tied(resource: &Resource, tie: Tie) -> (Kind, ProviderName, Tie) {
    (resource.kind.kind, resource.provider.clone(), tie)
}
