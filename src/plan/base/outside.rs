//! Which values the base kept out of its manifests.

use std::collections::BTreeSet;

use super::{Base, Resource, live_key};
use crate::{model::FieldPath, provider::Record};

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

impl Base {
    /// The fields from outside of every manifest that described the record of
    /// `resource`: a change that moves a manifest to another record, or a record to
    /// another manifest, must not bring an old value to light.
    pub(super) fn kept_out(
        &self,
        resource: &Resource,
        record: Option<&Record>,
    ) -> BTreeSet<FieldPath> {
        let key = record.and_then(|record| live_key(record, resource.kind));
        let remote = record.map(|record| &record.remote);
        let described = self.described(resource, key.as_deref(), remote);
        described
            .flat_map(|base| &base.from_outside)
            .copied()
            .collect()
    }
}
