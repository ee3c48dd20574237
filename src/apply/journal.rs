//! What a run writes down while it goes on, so that a run that was cut off can
//! be understood. Where it is written is not decided here.

use std::collections::BTreeMap;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    model::{Address, FieldPath, Leaf, ProviderName, RemoteId, Tree},
    provider::{Action, Call, Effect, Failure, Performed},
};

use super::outcome::Outcome;

/// Takes down what a run is about to do and what came of it.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Takes down that a call is about to be sent, and gives it a number. When
    /// this returns, the intent is safe on the disk; if it fails, the call must
    /// not be sent.
    async fn intent(&self, intent: &Intent<'_>) -> Result<u64, JournalError>;

    /// Takes down what came of a call. A failure to write shows in
    /// [`broken`](Self::broken): the call has been sent, and what is known of it
    /// must not be lost for that.
    async fn answered(&self, sequence: u64, answer: Answer);

    /// Takes down how a change ended, likewise.
    async fn ended(&self, outcome: &Outcome, evidence: Evidence<'_>);

    /// Takes down that more was found out about a change that has ended: its last
    /// word counts. Likewise.
    async fn amended(&self, outcome: &Outcome);

    /// Why nothing more can be taken down, if so. Then no change starts.
    fn broken(&self) -> Option<JournalError>;
}

/// A call that is about to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Intent<'a> {
    /// The resource.
    pub address: &'a Address,
    /// Its provider.
    pub provider: &'a ProviderName,
    /// What is done to the resource.
    pub action: Action,
    /// The call.
    pub call: &'a Call,
    /// The record's id; none until it has been created.
    pub remote: Option<&'a RemoteId>,
    /// Our key for the record.
    pub key: &'a str,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Answer {
    /// The provider says that it carried the call out.
    Performed {
        /// The id of the record that it made.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        created: Option<RemoteId>,
    },
    /// The provider certainly changed nothing.
    Refused {
        /// The status of its answer, if there was one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        status: Option<u16>,
    },
    /// The answer was lost, or says nothing.
    Unclear {
        /// The status of its answer, if there was one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        status: Option<u16>,
    },
}

impl Answer {
    /// What a writer gave. The words of a server are left out: they may hold
    /// what it was sent.
    pub(super) fn of(given: &Result<Performed, Failure>) -> Self {
        match given {
            Ok(performed) => Self::Performed {
                created: performed.created.clone(),
            },
            Err(failure) => {
                let status = failure.http.as_ref().and_then(|http| http.status());
                match failure.effect {
                    Effect::None => Self::Refused { status },
                    Effect::Unknown => Self::Unclear { status },
                }
            }
        }
    }
}

/// The values on which a change rested, for fingerprints.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// The live values that the plan relied on.
    pub relied_on: Option<&'a BTreeMap<FieldPath, Leaf>>,
    /// What was wanted.
    pub desired: Option<&'a Tree>,
    /// The record as it was last read.
    pub read_back: Option<&'a Tree>,
}

/// Why something could not be taken down.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal cannot be written: {0}")]
pub struct JournalError(pub String);
