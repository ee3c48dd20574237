//! What the manifests want: addressed, checked, free of cycles.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;

use crate::{
    http::Limits,
    model::{Address, FieldPath, Place, ProviderName, RemoteId, Source, Tree},
    provider::{KindDef, ProviderDef},
};

/// Where a document stands. Positions of single fields are found by parsing the
/// document once more, so that a hundred thousand of them need no memory.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The source.
    pub source: Arc<Source>,
    /// The document, in bytes of the source's text.
    pub span: std::ops::Range<usize>,
}

impl Origin {
    /// The place where the document starts.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            source: Arc::clone(&self.source),
            span: self.span.start..self.span.start,
        }
    }
}

/// That a record is to end, because a manifest says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The first day on which it is to have ended.
    pub on: Date,
    /// Why; passed on to the provider where it takes a reason.
    pub reason: String,
}

/// One manifest that describes a record.
pub struct Resource {
    /// Its address.
    pub address: Address,
    /// The provider that it belongs to.
    pub provider: ProviderName,
    /// Its kind.
    pub kind: &'static KindDef,
    /// Our key for the record: the key field, or else the name.
    pub key: String,
    /// The managed fields, the key field always among them. References are
    /// [`Leaf::Reference`](crate::model::Leaf::Reference); names of look-ups
    /// are as written.
    pub tree: Tree,
    /// Whether and why it is to end.
    pub end: Option<End>,
    /// The id of the record that may be adopted.
    pub adopt: Option<RemoteId>,
    /// `metadata.labels`.
    pub labels: BTreeMap<String, String>,
    /// The manifests that it refers to, with the field that does.
    pub references: Vec<(FieldPath, Address)>,
    /// Whether the run is about it. Others are only there to be referred to.
    pub selected: bool,
    /// Where it stands.
    pub origin: Origin,
}

/// One `Provider` manifest.
pub struct ProviderConfig {
    /// Its name.
    pub name: ProviderName,
    /// Its billing system.
    pub def: &'static ProviderDef,
    /// What it says under the system's name, with credentials as sensitive
    /// leaves.
    pub settings: Tree,
    /// Its limits.
    pub limits: Limits,
    /// Where it stands.
    pub origin: Origin,
}

/// Everything that the manifests want.
#[derive(Default)]
pub struct Desired {
    /// The resources, ordered by address.
    pub resources: Vec<Resource>,
    /// The providers, ordered by name.
    pub providers: Vec<ProviderConfig>,
}

impl Desired {
    /// The resource of that address.
    #[must_use]
    pub fn get(&self, address: &Address) -> Option<&Resource> {
        self.resources
            .binary_search_by(|resource| resource.address.cmp(address))
            .ok()
            .map(|at| &self.resources[at])
    }
}

impl Origin {
    /// Stub until the loader is merged.
    #[must_use]
    pub fn place_of(&self, _: &str) -> Place {
        self.place()
    }
}
