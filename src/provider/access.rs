//! Reading and writing, in two traits: what is given a [`Reader`] cannot write.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use serde::Serialize;

use crate::{
    http::Transport,
    model::{Kind, ProviderName, RemoteId, Tree},
    provider::{Call, Failure, Index, IndexRow, Job, Lookups, Record, Wanted},
};

/// How to reach one provider.
#[derive(Clone)]
pub struct Endpoint {
    /// The name of its `Provider` manifest.
    pub name: ProviderName,
    /// What the manifest says, credentials included, as sensitive leaves.
    pub settings: Tree,
    /// The shared HTTP client with this provider's limits.
    pub transport: Arc<Transport>,
}

/// How long to wait before each look for what a call may have made: a minute in
/// all. A server, or one behind a gateway that has given up, may still be at work on
/// a call whose answer was lost, and may need a moment to show what it has done; so
/// its absence is believed only after all of them.
pub const LOOK_DELAYS: [Duration; 6] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
    Duration::from_secs(30),
];

/// The half of a provider that reads.
#[async_trait]
pub trait Reader: Send + Sync {
    /// Who we are at the provider: a stable text that tells one account from
    /// another, such as the id of our tenant. Fails on wrong credentials.
    async fn account(&self) -> Result<String, Failure>;

    /// Lists all records, or looks up those that are wanted where the provider
    /// has no list.
    async fn index(&self, wanted: &[Wanted]) -> Result<Index, Failure>;

    /// Like [`Reader::index`], but also looks for records that the list may omit,
    /// even where no manifest wants them. It may take more requests.
    async fn index_all(&self, wanted: &[Wanted]) -> Result<Index, Failure> {
        self.index(wanted).await
    }

    /// Fetches the look-up tables of these names, once each. A table that this
    /// account may not read is left out.
    async fn lookups(&self, tables: &BTreeSet<&'static str>) -> Result<Lookups, Failure>;

    /// Reads one record with all sections that `desired` manages. `None` when
    /// it is gone. With `row` from [`Reader::index`], what that already holds
    /// may be used; without, everything is fetched anew.
    async fn read(
        &self,
        kind: Kind,
        remote: &RemoteId,
        desired: &Tree,
        row: Option<&IndexRow>,
    ) -> Result<Option<Record>, Failure>;

    /// How long to wait before each look for what a call with a lost answer may
    /// have done; never empty. A provider that shows its records late waits for
    /// longer.
    fn look_delays(&self) -> &'static [Duration] {
        &LOOK_DELAYS
    }

    /// What `trueup doctor` shows of this provider beside account, clock and
    /// look-ups, such as our role, or how an answer is laid out. `wanted` is a
    /// record that may be read for that. Holds no sensitive value.
    async fn diagnose(&self, wanted: Option<&Wanted>) -> Vec<Diagnosis>;
}

/// One thing that was found out about a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// What was looked at, in one or two words.
    pub name: &'static str,
    /// Whether all is well with it.
    #[serde(rename = "verdict")]
    pub health: Health,
    /// What was found: one sentence without a period, or several lines.
    pub detail: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Diagnosis {
    /// All is well.
    #[must_use]
    pub fn good(name: &'static str, detail: impl Into<String>) -> Self {
        Self {
            name,
            health: Health::Good,
            detail: detail.into(),
            hint: None,
        }
    }

    /// It works, but somebody should look.
    #[must_use]
    pub fn doubtful(name: &'static str, detail: impl Into<String>) -> Self {
        Self {
            health: Health::Doubtful,
            ..Self::good(name, detail)
        }
    }

    /// It does not work.
    #[must_use]
    pub fn bad(name: &'static str, detail: impl Into<String>) -> Self {
        Self {
            health: Health::Bad,
            ..Self::good(name, detail)
        }
    }

    /// It could not be asked for.
    #[must_use]
    pub fn failed(name: &'static str, failure: &Failure) -> Self {
        Self {
            hint: failure.hint.clone(),
            ..Self::bad(name, failure.to_string())
        }
    }

    /// The same diagnosis with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same diagnosis, doubtful where there is advice.
    #[must_use]
    pub fn doubted(self, hint: Option<String>) -> Self {
        match hint {
            Some(hint) => Self::doubtful(self.name, self.detail).hint(hint),
            None => self,
        }
    }
}

/// Whether all is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// All is well.
    Good,
    /// It works, but somebody should look.
    Doubtful,
    /// It does not work.
    Bad,
}

/// What a call brought about.
#[derive(Debug, Clone, Default)]
pub struct Performed {
    /// The id of the record that the call created.
    pub created: Option<RemoteId>,
    /// Something that the user should know, such as a value that the provider
    /// changed.
    pub note: Option<String>,
}

/// The half of a provider that writes.
#[async_trait]
pub trait Writer: Send + Sync {
    /// Makes ready whatever each call needs, such as a login, so that a call can be
    /// sent as soon as it was taken down.
    async fn prepare(&self) -> Result<(), Failure>;

    /// Performs one call. It is sent once, with the delivery that `job.since` asks
    /// for; only calls that are [`Repeat::Safe`](super::Repeat::Safe) may be repeated
    /// inside.
    async fn perform(&self, call: &Call, job: &Job<'_>) -> Result<Performed, Failure>;
}
