//! What stands in a journal. No value of a field does.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    apply::{Answer, Outcome},
    model::{
        Address, Digest, FieldPath, Fingerprint, FingerprintKey, Leaf, ProviderName, RemoteId,
        intern,
    },
    plan::{Change, Work},
    provider::{Action, Repeat},
    receipt::Found,
};

use super::lock::Holder;

/// The format's name and version, in the first line of every journal.
pub const JOURNAL_FORMAT: &str = "trueup.dev/journal/v1alpha1";

/// A provider of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeaderProvider {
    /// Its name in the manifests.
    pub name: ProviderName,
    /// Its billing system.
    pub system: String,
    /// Which account of which system it is, as the name of its lock.
    pub lock: String,
    /// How many seconds a request to it could take. Earlier versions did not say.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub timeout_seconds: Option<u64>,
}

/// The first line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// [`JOURNAL_FORMAT`].
    pub format: String,
    /// The run's id, which is also the name of its file.
    pub run: String,
    /// The version of the program.
    pub version: String,
    /// When the run began to carry its plan out.
    pub started: Timestamp,
    /// The digest of the plan.
    pub plan: Digest,
    /// How many resources the plan had blocked.
    pub blocked: usize,
    /// What was read, as `-f` names it. Earlier versions did not say.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub manifests: Vec<String>,
    /// The providers.
    pub providers: Vec<HeaderProvider>,
    /// Who ran it.
    pub holder: Holder,
}

/// A line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Record {
    /// The first one.
    Opened(Box<Header>),
    /// Any other one.
    Taken(Taken),
}

/// A line behind the first one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "record",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Taken {
    /// A change that is to be carried out, in the order of the plan.
    Planned {
        /// The resource.
        address: Address,
        /// Its provider.
        provider: ProviderName,
        /// What is to be done.
        action: Action,
        /// The record's id, where there is one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        remote: Option<RemoteId>,
        /// The fingerprints of what its calls are to write, where the user has a key
        /// for them. Under one that stands here, or is known, a bank account would
        /// be found by trying all.
        #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
        writes: BTreeMap<FieldPath, Fingerprint>,
    },
    /// A call that is about to be sent.
    Intent(IntentTaken),
    /// What came of a call.
    Answer {
        /// The number of the call.
        sequence: u64,
        /// When.
        at: Timestamp,
        /// What came of it.
        answer: Answer,
    },
    /// How a change ended.
    Ended(Box<EndedTaken>),
    /// A later run has taken the journal over, to settle what is open.
    TakenOver {
        /// When.
        at: Timestamp,
        /// The run that did.
        by: String,
    },
    /// What a later run found out about a call.
    Settled {
        /// The number of the call.
        sequence: u64,
        /// When.
        at: Timestamp,
        /// The run that found it out.
        by: String,
        /// What was found.
        found: Found,
    },
    /// Nothing is open any more.
    Closed {
        /// When.
        at: Timestamp,
    },
}

/// A call that is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntentTaken {
    /// The number of the call in its run, from 1.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// The resource.
    pub address: Address,
    /// Its provider.
    pub provider: ProviderName,
    /// What is done to the resource.
    pub action: Action,
    /// What the provider calls it.
    #[serde(deserialize_with = "intern::word")]
    pub operation: intern::Word,
    /// Tells calls of the same operation apart.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "intern::optional_word"
    )]
    pub purpose: Option<intern::Word>,
    /// The paths of the fields that it writes.
    pub fields: Vec<FieldPath>,
    /// Whether it may be repeated.
    pub repeat: Repeat,
    /// The record's id; none until it has been created.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remote: Option<RemoteId>,
    /// The fingerprint of our key for the record.
    pub key: Fingerprint,
}

/// How a change ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndedTaken {
    /// When.
    pub at: Timestamp,
    /// What became of it. Its texts have been masked.
    pub outcome: Outcome,
    /// The fingerprint of the live values that the plan relied on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<Fingerprint>,
    /// The fingerprint of what was wanted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<Fingerprint>,
    /// The fingerprint of what was read back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub read_back: Option<Fingerprint>,
}

/// The fingerprint of what a call writes into a field. It is of the field of one
/// resource, so that nobody can tell two with the same value.
pub(super) fn fingerprint_of_field(
    key: &FingerprintKey,
    address: &Address,
    path: FieldPath,
    leaf: &Leaf,
) -> Fingerprint {
    let of_field = key.start("written").text(&address.to_string());
    of_field.text(path.as_str()).leaf(leaf).finish()
}

impl Taken {
    /// The line for a change of a plan. The key is the user's, if there is one.
    #[must_use]
    pub fn planned(change: &Change, work: Option<&Work>, key: Option<&FingerprintKey>) -> Self {
        let fields = change.calls.iter().flat_map(|call| &call.fields);
        let writes = fields.filter_map(|path| {
            let leaf = work?.desired.get(*path)?;
            Some((
                *path,
                fingerprint_of_field(key?, &change.address, *path, leaf),
            ))
        });
        Self::Planned {
            address: change.address.clone(),
            provider: change.provider.clone(),
            action: change.action,
            remote: change.remote.clone(),
            writes: writes.collect(),
        }
    }

    /// When it was taken down, where that is said.
    #[must_use]
    pub fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Planned { .. } => None,
            Self::Intent(intent) => Some(intent.at),
            Self::Ended(ended) => Some(ended.at),
            Self::Answer { at, .. }
            | Self::TakenOver { at, .. }
            | Self::Settled { at, .. }
            | Self::Closed { at } => Some(*at),
        }
    }
}
