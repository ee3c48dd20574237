//! What the manifests want: addressed, checked, free of cycles.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::civil::Date;

use crate::{
    http::{Limits, Pace},
    manifest::yaml,
    model::{Address, FieldPath, Kind, Place, ProviderName, RemoteId, Source, Tree},
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

    /// The document parsed once more, for the places of several fields.
    #[must_use]
    pub fn places(&self) -> Places<'_> {
        Places {
            origin: self,
            parsed: yaml::parse(&self.source.text, self.span.clone()),
        }
    }

    /// The place of one field of the spec: see [`Places::of`].
    #[must_use]
    pub fn place_of(&self, path: &str) -> Place {
        self.places().of(path)
    }

    /// The place of the key that these steps lead to from the top of the
    /// document, or of the last one that is there.
    #[must_use]
    pub fn place_in<'p>(&self, steps: impl IntoIterator<Item = &'p str>) -> Place {
        self.places().follow(steps)
    }

    /// The place of `metadata.name`.
    #[must_use]
    pub fn place_of_name(&self) -> Place {
        self.place_in(["metadata", "name"])
    }
}

/// A document that was parsed once more to find the places of its fields.
///
/// A place is that of a key: a snippet shows what a place covers, and the value
/// may be sensitive.
pub struct Places<'a> {
    origin: &'a Origin,
    parsed: yaml::Parsed<'a>,
}

impl Places<'_> {
    /// The place of a field of the spec, such as `billing.taxNumber`, or of the
    /// nearest section around it that is there.
    #[must_use]
    pub fn of(&self, path: &str) -> Place {
        self.follow(["spec"].into_iter().chain(path.split('.')))
    }

    fn follow<'p>(&self, steps: impl IntoIterator<Item = &'p str>) -> Place {
        let root = self.parsed.root.as_ref();
        match root.and_then(|root| root.follow(steps).0) {
            Some((key, _)) => Place {
                source: Arc::clone(&self.origin.source),
                span: key.span.clone(),
            },
            None => self.origin.place(),
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
#[derive(Clone)]
pub struct Resource {
    /// Its address.
    pub address: Address,
    /// The provider that it belongs to; without a name where a manifest with errors
    /// does not say: see [`Self::known_provider`].
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
    /// The fields whose values stand outside of the manifest, behind `{ env: }`
    /// or `{ file: }`. They are never shown: what is kept out of a repository
    /// may be a secret, whatever the field is.
    pub from_outside: BTreeSet<FieldPath>,
    /// Whether the run is about it. Others are only there to be referred to.
    pub selected: bool,
    /// Where it stands.
    pub origin: Origin,
}

impl Resource {
    /// The provider that it belongs to; nothing for a manifest with errors that does
    /// not say, or names one that is not declared.
    #[must_use]
    pub fn known_provider(&self) -> Option<&ProviderName> {
        Some(&self.provider).filter(|provider| !provider.0.is_empty())
    }

    /// The end that is due by `today`, if there is one.
    #[must_use]
    pub fn due_end(&self, today: Date) -> Option<&End> {
        self.end.as_ref().filter(|end| end.on <= today)
    }

    /// Whether the value of a field must not be shown.
    #[must_use]
    pub fn is_hidden(&self, path: FieldPath) -> bool {
        let facts = self.kind.fields().facts(path.as_str());
        facts.is_some_and(|facts| facts.sensitive) || self.from_outside.contains(&path)
    }
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
    /// The settings whose values stand outside of the manifest. They are never shown,
    /// as those of a resource are not.
    pub from_outside: BTreeSet<FieldPath>,
    /// Where it is: host and port, or which simulated system.
    pub host: String,
    /// Its limits.
    pub limits: Limits,
    /// How long a second of waiting takes.
    pub pace: Pace,
    /// Where it stands.
    pub origin: Origin,
}

/// A manifest of a kind that other stages read.
#[derive(Debug, Clone)]
pub struct Other {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: Arc<str>,
    /// `metadata.labels`.
    pub labels: BTreeMap<String, String>,
    /// Where it stands.
    pub origin: Origin,
}

/// Everything that the manifests want.
#[derive(Default)]
pub struct Desired {
    /// The resources, ordered by address.
    pub resources: Vec<Resource>,
    /// The resources in which errors were found, as far as they could be read,
    /// ordered by address. Nothing may be planned for them.
    pub unsound: Vec<Resource>,
    /// The providers, ordered by name.
    pub providers: Vec<ProviderConfig>,
    /// The manifests of kinds that other stages read, in the order read.
    pub others: Vec<Other>,
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
