//! What became of each change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    model::{Address, FieldPath, ProviderName, RemoteId, intern},
    plan::Change,
    provider::Action,
};

/// Why a change is not started after a stop.
pub(super) const STOPPED: &str = "the run was stopped";

/// The one word in which every change ends.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Carried out, and read back as wanted.
    Done,
    /// The provider refused it, or accepted it and stored something else.
    Failed,
    /// A field that the plan relied on has moved since. Nothing was written.
    Stale,
    /// Something that it depends on was not done. Nothing was written.
    Skipped,
    /// Whether it was carried out could not be found out.
    Unknown,
    /// The run was stopped before its turn, or nothing more could be sent.
    NotStarted,
}

impl Verdict {
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Stale => "stale",
            Self::Skipped => "skipped",
            Self::Unknown => "unknown",
            Self::NotStarted => "not started",
        }
    }
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// The resource.
    pub address: Address,
    /// Its provider.
    pub provider: ProviderName,
    /// What was to be done.
    pub action: Action,
    /// What became of it.
    pub verdict: Verdict,
    /// The record's id, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<RemoteId>,
    /// Why it is not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The calls that were sent, in order.
    #[serde(deserialize_with = "intern::words")]
    pub calls: Vec<&'static str>,
    /// Fields that read back differently from what was wanted.
    pub not_stored: Vec<FieldPath>,
    /// What the user should know.
    pub notes: Vec<String>,
}

impl Outcome {
    pub(super) fn of(change: &Change, verdict: Verdict) -> Self {
        Self {
            address: change.address.clone(),
            provider: change.provider.clone(),
            action: change.action,
            verdict,
            remote: change.remote.clone(),
            reason: None,
            hint: None,
            calls: Vec::new(),
            not_stored: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub(super) fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}

/// The note for a change that failed half-way: which of its calls, each with its
/// purpose, were carried out, and stay so.
pub(crate) fn done_before<'a>(
    calls: impl Iterator<Item = (&'a str, Option<&'a str>)>,
) -> Option<String> {
    let calls: Vec<String> = calls
        .map(|(operation, purpose)| match purpose {
            Some(purpose) => format!("{operation} ({purpose})"),
            None => operation.to_owned(),
        })
        .collect();
    (!calls.is_empty()).then(|| format!("done before: {}", calls.join(", ")))
}

/// How many changes ended in each word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerdictCounts {
    /// Changes that ended as done.
    pub done: usize,
    /// Changes that ended as failed.
    pub failed: usize,
    /// Changes that ended as stale.
    pub stale: usize,
    /// Changes that ended as skipped.
    pub skipped: usize,
    /// Changes that ended as unknown.
    pub unknown: usize,
    /// Changes that ended as not started.
    pub not_started: usize,
    /// Resources that the plan had blocked.
    pub blocked: usize,
}

impl VerdictCounts {
    /// Counts words. `blocked` is how many resources the plan had blocked.
    pub(crate) fn of(verdicts: impl IntoIterator<Item = Verdict>, blocked: usize) -> Self {
        let mut counts = Self {
            blocked,
            ..Self::default()
        };
        for verdict in verdicts {
            let counter = match verdict {
                Verdict::Done => &mut counts.done,
                Verdict::Failed => &mut counts.failed,
                Verdict::Stale => &mut counts.stale,
                Verdict::Skipped => &mut counts.skipped,
                Verdict::Unknown => &mut counts.unknown,
                Verdict::NotStarted => &mut counts.not_started,
            };
            *counter += 1;
        }
        counts
    }

    /// Whether everything that was to be done is done.
    #[must_use]
    pub fn all_done(self) -> bool {
        let Self {
            done: _,
            failed,
            stale,
            skipped,
            unknown,
            not_started,
            blocked,
        } = self;
        failed + stale + skipped + unknown + not_started + blocked == 0
    }
}

/// What apply did, change by change, in the order of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// How many changes ended in each word.
    pub counts: VerdictCounts,
    /// The outcomes.
    pub outcomes: Vec<Outcome>,
}

impl Receipt {
    /// The outcomes of a plan's changes, counted.
    #[must_use]
    pub fn new(outcomes: Vec<Outcome>, blocked: usize) -> Self {
        let verdicts = outcomes.iter().map(|outcome| outcome.verdict);
        let counts = VerdictCounts::of(verdicts, blocked);
        Self { counts, outcomes }
    }
}
