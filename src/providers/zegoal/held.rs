//! What a record carries for the calls that may follow: ids of its parts, its
//! life cycle.

use serde::{Deserialize, Serialize};

use super::life_cycle::LifeCycle;
use crate::provider::{Raw, Record};

/// Stands in [`Record::raw`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Held {
    /// The account's id.
    pub(super) account_id: i64,
    /// When it was read, as canonical local time by the server's clock.
    pub(super) read_at: Option<String>,
    /// The state and its schedule, where the server told.
    pub(super) life_cycle: Option<LifeCycle>,
    /// The contract.
    pub(super) contract: Part,
    /// The contact.
    pub(super) contact: Part,
    /// The address.
    pub(super) address: Part,
}

/// The contract, contact or address that was made with the account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Part {
    /// It was not asked for, or not returned.
    #[default]
    Unknown,
    /// There is none.
    Missing,
    /// There is one.
    Present {
        /// Its id, if the server returned one.
        id: Option<i64>,
        /// Its type, such as `main_contact`, where it has one.
        role: Option<String>,
    },
}

impl Held {
    /// What a record carries; nothing at all for one that was not made here.
    pub(super) fn of(record: &Record) -> Self {
        serde_json::from_value(record.raw.0.clone()).unwrap_or_default()
    }

    /// Packs it into a record.
    pub(super) fn into_raw(self) -> Raw {
        Raw(serde_json::to_value(self).expect("plain data can always be written as JSON"))
    }
}

impl Part {
    /// The id of a part that is there.
    pub(super) fn id(&self) -> Option<i64> {
        match self {
            Self::Present { id, .. } => *id,
            Self::Unknown | Self::Missing => None,
        }
    }
}
