//! What stands in a receipt, and how its chain is made.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    apply::{Answer, Outcome, Receipt, VerdictCounts},
    model::{Address, Digest, Fingerprint, RemoteId, intern},
};

/// The format's name and version, at the head of every receipt.
pub const RECEIPT_FORMAT: &str = "trueup.dev/receipt/v1alpha1";

/// Whether a receipt was written by the run itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// By the run itself, at its end.
    Complete,
    /// From the journal of a run that was cut off.
    Rebuilt,
}

/// What a later run found out about a call whose outcome was open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Found {
    /// The provider shows its effect.
    CarriedOut {
        /// The id of the record, where the call was to make one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        remote: Option<RemoteId>,
    },
    /// The provider shows that it had no effect.
    NotDone,
    /// Nothing is left to do of what it was to write, as the manifest is now. What
    /// the manifest wanted then is not known, so neither is whether the call did it.
    InLine,
    /// What it was to do is not there, or not the whole, as the manifest wants it now;
    /// the plan shows what is left.
    Left,
    /// It could not be found out yet; a later run looks again.
    Unknown {
        /// Why.
        why: String,
    },
    /// It can no longer be found out.
    GivenUp {
        /// Why.
        why: String,
    },
}

impl Found {
    /// The words for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::CarriedOut {
                remote: Some(remote),
            } => format!("was carried out; the record is {remote}"),
            Self::CarriedOut { remote: None } => "was carried out".to_owned(),
            Self::NotDone => "was not carried out".to_owned(),
            Self::InLine => {
                "has nothing left to do: the record is as its manifest wants it now; whether this \
                 call did that is not known"
                    .to_owned()
            }
            Self::Left => "was not carried out, or not in full, or its manifest has changed \
                           since; the plan shows what is left"
                .to_owned(),
            Self::Unknown { why } => format!("could not be settled yet: {why}"),
            Self::GivenUp { why } => format!("can no longer be settled: {why}"),
        }
    }
}

/// A call that was sent, or was about to be when the run was cut off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sent {
    /// The number of the call in its run, from 1.
    pub sequence: u64,
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
    /// When it was taken down, just before it was sent.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// What came of it; nothing when the run was cut off before an answer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub answer: Option<Answer>,
    /// What a later run found out about it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub settled: Option<Found>,
}

/// What became of one change, before it is chained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unchained {
    /// What became of it.
    pub outcome: Outcome,
    /// The fingerprint of the live values that the plan relied on.
    pub before: Option<Fingerprint>,
    /// The fingerprint of what was wanted.
    pub after: Option<Fingerprint>,
    /// The fingerprint of what was read back.
    pub read_back: Option<Fingerprint>,
    /// The calls, in the order in which they were sent.
    pub sent: Vec<Sent>,
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The fingerprint of the live values that the plan relied on; nothing for a
    /// create.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<Fingerprint>,
    /// The fingerprint of what was wanted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<Fingerprint>,
    /// The fingerprint of the same fields as they were read back. Equal to
    /// `after` where the provider stores what it is given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub read_back: Option<Fingerprint>,
    /// The calls, in the order in which they were sent.
    pub sent: Vec<Sent>,
    /// The digest of the entry before; of the plan, for the first one.
    pub previous: Digest,
    /// The SHA-256 of this entry without this member.
    pub digest: Digest,
}

/// A call of an earlier run that this run settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Settled {
    /// The earlier run.
    pub run: String,
    /// The number of the call in that run.
    pub sequence: u64,
    /// The resource.
    pub address: Address,
    /// What the provider calls it.
    #[serde(deserialize_with = "intern::word")]
    pub operation: intern::Word,
    /// What was found out.
    pub found: Found,
}

/// What a receipt says of its run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Whether the run wrote it itself.
    pub state: State,
    /// The run.
    pub run: String,
    /// The version of the program that ran.
    pub version: String,
    /// The digest of the plan.
    pub plan: Digest,
    /// When the run began to carry the plan out.
    pub started: Timestamp,
    /// When it ended; for a run that was cut off, the last that is known.
    pub ended: Timestamp,
    /// How many resources the plan had blocked.
    pub blocked: usize,
    /// The calls of earlier runs that it settled.
    pub settled: Vec<Settled>,
}

/// A receipt: what a run did, in the order of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// The format and its version: `trueup.dev/receipt/v1alpha1`.
    #[schemars(extend("const" = RECEIPT_FORMAT))]
    pub format: String,
    /// The version of the program that ran.
    pub version: String,
    /// The run.
    pub run: String,
    /// Whether the run wrote it itself.
    pub state: State,
    /// The SHA-256 of the plan as canonical JSON.
    pub plan: Digest,
    /// When the run began to carry the plan out.
    #[schemars(with = "String")]
    pub started: Timestamp,
    /// When it ended; for a run that was cut off, the last that is known.
    #[schemars(with = "String")]
    pub ended: Timestamp,
    /// How many changes ended in each word.
    pub counts: VerdictCounts,
    /// The calls of earlier runs that it settled.
    pub settled: Vec<Settled>,
    /// What became of each change, chained.
    pub entries: Vec<Entry>,
    /// The end of the chain: the SHA-256 of the last digest together with all
    /// members but `entries` and this one.
    pub chain: Digest,
}

impl Document {
    /// Chains the entries of a run.
    ///
    /// # Errors
    /// When an entry has no JSON, which none of its types allows.
    pub fn seal(head: Head, entries: Vec<Unchained>) -> Result<Self, serde_json::Error> {
        let Head {
            state,
            run,
            version,
            plan,
            started,
            ended,
            blocked,
            settled,
        } = head;
        let outcomes = entries.iter().map(|entry| entry.outcome.clone()).collect();
        let counts = Receipt::new(outcomes, blocked).counts;
        let mut last = plan.clone();
        let mut chained = Vec::with_capacity(entries.len());
        for entry in entries {
            let entry = chain(entry, last)?;
            last = entry.digest.clone();
            chained.push(entry);
        }
        let mut document = Self {
            format: RECEIPT_FORMAT.to_owned(),
            version,
            run,
            state,
            plan: plan.clone(),
            started,
            ended,
            counts,
            settled,
            entries: Vec::new(),
            chain: plan,
        };
        document.chain = end_of_chain(&serde_json::to_value(&document)?, &last);
        document.entries = chained;
        Ok(document)
    }

    /// The outcomes as `apply` gives them.
    #[must_use]
    pub fn receipt(&self) -> Receipt {
        let outcomes = self.entries.iter().map(|entry| entry.outcome.clone());
        Receipt {
            counts: self.counts,
            outcomes: outcomes.collect(),
        }
    }
}

fn chain(entry: Unchained, previous: Digest) -> Result<Entry, serde_json::Error> {
    let Unchained {
        outcome,
        before,
        after,
        read_back,
        sent,
    } = entry;
    let mut entry = Entry {
        outcome,
        before,
        after,
        read_back,
        sent,
        digest: previous.clone(),
        previous,
    };
    entry.digest = digest_of_entry(&serde_json::to_value(&entry)?);
    Ok(entry)
}

/// The digest of an entry: of everything in it but its digest.
pub(super) fn digest_of_entry(entry: &Value) -> Digest {
    let mut entry = entry.clone();
    if let Some(members) = entry.as_object_mut() {
        members.remove("digest");
    }
    Digest::of_json(&entry)
}

/// The end of the chain, which covers the head too.
pub(super) fn end_of_chain(document: &Value, last: &Digest) -> Digest {
    let mut head = serde_json::Map::new();
    for (name, member) in document.as_object().into_iter().flatten() {
        if name != "entries" && name != "chain" {
            head.insert(name.clone(), member.clone());
        }
    }
    Digest::of_json(&serde_json::json!({ "head": head, "last": last.as_str() }))
}
