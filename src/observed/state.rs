//! What the providers have, joined to the manifests.

use std::collections::BTreeMap;

use crate::{
    model::{Address, Kind, ProviderName, RemoteId},
    provider::{Completeness, Failure, Lookups, Record},
};

/// What a provider has for one manifest.
#[derive(Debug)]
pub enum Match {
    /// No record has our key, and that is proved.
    Absent,
    /// No record has our key, but the sentence says why that proves nothing.
    Unproved(String),
    /// One record has our key.
    Found(Record),
    /// No record has our key; the manifest allows this one to be adopted.
    Adoptable(Record),
    /// The manifest allows a record to be adopted that is not there.
    AdoptMissing(RemoteId),
    /// The first record has our key, and the manifest adopts the second, which is
    /// live too.
    AdoptsAnother(RemoteId, RemoteId),
    /// Several live records have our key.
    Several(Vec<RemoteId>),
    /// No record has our key, but the look-up by it was answered with this one.
    AnswersToKey(RemoteId),
    /// No record has our key, but these have the display name.
    Namesakes(Vec<RemoteId>),
    /// The record must not be managed; the sentence says why.
    Protected(String),
    /// Another manifest describes the same record.
    ClaimedAlsoBy(Address, RemoteId),
    /// No record has our key, and another manifest has the same one.
    KeyAlsoOf(Address),
    /// The record could not be read.
    Failed(Failure),
}

impl Match {
    /// The one record that the manifest is about, where it is known.
    #[must_use]
    pub fn record(&self) -> Option<&Record> {
        match self {
            Self::Found(record) | Self::Adoptable(record) => Some(record),
            _ => None,
        }
    }
}

/// A live record that no manifest describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmanaged {
    /// The kind that it would have.
    pub kind: Kind,
    /// Its id.
    pub remote: RemoteId,
    /// What stands in the field of our key.
    pub key: Option<String>,
    /// Its display name.
    pub display_name: String,
}

/// One provider as it was read.
#[derive(Debug)]
pub struct ProviderView {
    /// Who we are there.
    pub account: String,
    /// Its look-up tables.
    pub lookups: Lookups,
    /// What the absence of a record means.
    pub completeness: Completeness,
    /// What a reviewer should know where a record is made, by kind and key.
    pub create_notes: BTreeMap<(Kind, String), String>,
    /// What it has for each manifest.
    pub matches: BTreeMap<Address, Match>,
    /// Live records that no manifest describes. Empty where the provider has no
    /// list.
    pub unmanaged: Vec<Unmanaged>,
}

/// All providers as they were read, or why one could not be.
#[derive(Debug, Default)]
pub struct Observed {
    /// By name of the `Provider` manifest.
    pub providers: BTreeMap<ProviderName, Result<ProviderView, Failure>>,
}

impl Observed {
    /// What is known of one manifest's record.
    #[must_use]
    pub fn found(&self, provider: &ProviderName, address: &Address) -> Option<&Match> {
        match self.providers.get(provider)? {
            Ok(view) => view.matches.get(address),
            Err(_) => None,
        }
    }
}
