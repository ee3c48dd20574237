//! The calls that a change consists of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::{
    model::{
        FieldPath, Kind, RemoteId, Tree,
        intern::{self, Word},
    },
    provider::Record,
};

/// Whether a call that may or may not have taken effect can be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Repeat {
    /// Sending it again changes nothing more.
    Safe,
    /// Only after the provider has been read and shows that it was not done.
    AfterLookup,
}

/// One kind of call that changes something: what a provider's `calls` may use,
/// and the class of each, with its reason. One table of them per provider, so
/// that a call cannot be made without a class.
///
/// There is no class for calls that may never be sent again whatever a look
/// shows: no contract has one whose effect cannot be looked up.
#[derive(Debug, PartialEq, Eq)]
pub struct WriteDef {
    /// What the provider calls it.
    pub operation: &'static str,
    /// The purpose; `None` stands for any.
    pub purpose: Option<&'static str>,
    /// Which of several classes of the operation this is; empty where there is
    /// one.
    pub case: &'static str,
    /// Whether it can be sent again when its outcome is unclear.
    pub repeat: Repeat,
    /// Why, with the sections of the contract in brackets.
    pub why: &'static str,
}

impl WriteDef {
    /// Such a call, without fields.
    #[must_use]
    pub fn call(&self) -> Call {
        Call {
            purpose: self.purpose,
            ..Call::new(self.operation, self.repeat)
        }
    }

    /// Whether a call is one of these.
    #[must_use]
    pub fn covers(&self, call: &Call) -> bool {
        self.operation == call.operation
            && self.repeat == call.repeat
            && (self.purpose.is_none() || self.purpose == call.purpose)
    }
}

/// One step of a change. It holds no values: the writer takes them from the
/// desired tree, so that a stored plan has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// What the provider calls it, such as `UpdateAccount`; for the reviewer.
    #[serde(deserialize_with = "intern::word")]
    pub operation: Word,
    /// Tells calls of the same operation apart, such as `disable`.
    #[serde(
        default,
        deserialize_with = "intern::optional_word",
        skip_serializing_if = "Option::is_none"
    )]
    pub purpose: Option<Word>,
    /// The fields that it writes.
    pub fields: Vec<FieldPath>,
    /// Whether it can be sent again when its outcome is unclear.
    pub repeat: Repeat,
}

impl Call {
    /// A call without fields.
    #[must_use]
    pub fn new(operation: &'static str, repeat: Repeat) -> Self {
        Self {
            operation,
            purpose: None,
            fields: Vec::new(),
            repeat,
        }
    }

    /// The same call writing these fields.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldPath>) -> Self {
        self.fields = fields;
        self
    }

    /// The same call with a purpose.
    #[must_use]
    pub fn for_purpose(mut self, purpose: &'static str) -> Self {
        self.purpose = Some(purpose);
        self
    }
}

/// Everything that a writer needs to perform a call.
pub struct Job<'a> {
    /// The kind.
    pub kind: Kind,
    /// Our key for the record.
    pub key: &'a str,
    /// What is wanted, with every name and reference resolved to an id.
    pub desired: &'a Tree,
    /// The record's id; `None` until it has been created.
    pub remote: Option<&'a RemoteId>,
    /// The record as last read; `None` until it has been created.
    pub record: Option<&'a Record>,
    /// Why the change is made, where the provider takes a reason.
    pub reason: &'a str,
    /// When it was taken down that the call is to be sent, which was just after its
    /// record had been read.
    pub since: Instant,
}
