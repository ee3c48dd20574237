//! What a provider has.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;

use crate::model::{FieldPath, Kind, RemoteId, Tree};

/// A record as the provider wrote it. Only the provider's own code looks
/// inside, and it cannot be printed.
#[derive(Clone, Default, PartialEq)]
pub struct Raw(pub Value);

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(raw)")
    }
}

/// A record read in full, in canonical form.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its id.
    pub remote: RemoteId,
    /// The fields that the provider returned. A field that is not in here and
    /// not in an [unknown](Record::unknown) section is unset.
    pub tree: Tree,
    /// Sections that were asked for and not returned, as paths: nothing is
    /// known of them, so nothing may be written there.
    pub unknown: Vec<String>,
    /// The state, when the record has ended, such as `Terminated`.
    pub ended: Option<String>,
    /// The record as the provider wrote it.
    pub raw: Raw,
}

impl Record {
    /// Whether anything is known of a field; unset is known too.
    #[must_use]
    pub fn knows(&self, path: FieldPath) -> bool {
        !self.unknown.iter().any(|section| path.is_in(section))
    }
}

/// A line of a provider's index: enough to tell which record is which.
#[derive(Debug, Clone)]
pub struct IndexRow {
    /// The kind that the record would have as a manifest.
    pub kind: Kind,
    /// Its id.
    pub remote: RemoteId,
    /// What stands in the field of our key.
    pub key: Option<String>,
    /// The display name.
    pub display_name: String,
    /// Why the record must not be managed: it is the tool's own account, the
    /// root, or made by another product.
    pub protected: Option<String>,
    /// The state, when the record has ended.
    pub ended: Option<String>,
    /// The full record, where the index has it already. Only for records that
    /// were asked for.
    pub record: Option<Record>,
}

/// How far an index can be trusted when a record is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// Every record that we may see is in it: counts, pages and parents agree.
    Complete,
    /// The provider has no list, so records were looked up one by one by key:
    /// what was asked for and is not there is absent; nothing is known of
    /// others.
    ByKey,
    /// Something is missing; the sentence says what. Nobody absent may be
    /// believed absent.
    Incomplete(String),
}

/// All records of a provider, or all that were asked for.
#[derive(Debug, Clone)]
pub struct Index {
    /// The rows, ordered by id.
    pub rows: Vec<IndexRow>,
    /// What absence means.
    pub completeness: Completeness,
    /// Records that were told when a key was looked up, and that have another one,
    /// by kind and key. They prove nobody absent.
    pub answering: BTreeMap<(Kind, String), RemoteId>,
    /// What a reviewer should know where a record is made, by kind and key.
    pub create_notes: BTreeMap<(Kind, String), String>,
}

/// A record that a manifest describes, for [`Reader::index`](super::Reader).
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The kind.
    pub kind: Kind,
    /// Our key.
    pub key: String,
    /// The display name that the manifest wants, to recognise a record that has
    /// the name but not the key.
    pub display_name: Option<String>,
    /// The id that the manifest allows to be adopted.
    pub adopt: Option<RemoteId>,
    /// What the manifest manages, so that only the needed sections are read.
    pub desired: Tree,
}
