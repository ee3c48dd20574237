//! What the reader learns beside a customer's own fields, for the rules that
//! turn differences into calls. Kept in the record's raw part.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{spec::LEVELS, wire::Transition};
use crate::{
    model::{Leaf, Tree},
    provider::{Raw, Record},
};

/// Facts beside a record.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Beside {
    /// The legal moves between states, where they were needed and may be read.
    pub(super) transitions: Option<Vec<Transition>>,
    /// The levels of the customers that are, or are to be, the parent, by id.
    pub(super) levels: BTreeMap<String, String>,
}

/// How the level of a customer is to that of its parent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Lower, or not known to be anything else.
    Fine,
    /// As high: against the vendor's rule, though its own sample does it.
    Equal { level: String },
    /// Higher.
    Higher { level: String, parent: String },
}

impl Beside {
    /// Puts the facts away in a record.
    pub(super) fn into_raw(self) -> Raw {
        Raw(serde_json::to_value(self).expect("texts serialise"))
    }

    /// Takes the facts out of a record.
    pub(super) fn of(record: &Record) -> Self {
        serde_json::from_value(record.raw.0.clone()).unwrap_or_default()
    }

    /// How the level will be to that of the parent.
    pub(super) fn standing(&self, desired: &Tree, record: &Record) -> Standing {
        let rank = |level: &str| LEVELS.iter().position(|known| *known == level);
        let level = wanted(desired, record, "level");
        let parent = wanted(desired, record, "parent").and_then(|id| self.levels.get(id));
        let (Some(level), Some(parent)) = (level, parent) else {
            return Standing::Fine;
        };
        match (rank(level), rank(parent)) {
            (Some(own), Some(above)) if own == above => Standing::Equal {
                level: level.to_owned(),
            },
            (Some(own), Some(above)) if own < above => Standing::Higher {
                level: level.to_owned(),
                parent: parent.clone(),
            },
            _ => Standing::Fine,
        }
    }
}

/// The text that a field will have: what is desired, or else what is there.
pub(super) fn wanted<'a>(desired: &'a Tree, record: &'a Record, path: &str) -> Option<&'a str> {
    desired
        .at(path)
        .map_or_else(|| record.tree.text(path), |leaf| Leaf::text(leaf))
}
