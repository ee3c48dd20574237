//! Readers and writers whose words tell nothing of what came from outside of the
//! `Provider` manifest: where a request went, and in whose name.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;

use super::{
    Call, Completeness, Diagnosis, Failure, Index, IndexRow, Job, Lookups, Performed, Reader,
    Record, Wanted, Writer,
};
use crate::model::{HiddenValues, Kind, RemoteId, Tree};

/// Either half of a provider, with the values that are masked in its words.
struct Masked<T: ?Sized> {
    inner: Arc<T>,
    hidden: Arc<HiddenValues>,
}

/// The same reader, whose words have these values masked.
#[must_use]
pub fn masked_reader(inner: Arc<dyn Reader>, hidden: Arc<HiddenValues>) -> Arc<dyn Reader> {
    Arc::new(Masked { inner, hidden })
}

/// The same writer, whose words have these values masked.
#[must_use]
pub fn masked_writer(inner: Arc<dyn Writer>, hidden: Arc<HiddenValues>) -> Arc<dyn Writer> {
    Arc::new(Masked { inner, hidden })
}

impl<T: ?Sized> Masked<T> {
    fn outcome<O>(&self, outcome: Result<O, Failure>) -> Result<O, Failure> {
        outcome.map_err(|mut failure| {
            failure.hide(&self.hidden);
            failure
        })
    }

    fn listed(&self, outcome: Result<Index, Failure>) -> Result<Index, Failure> {
        let mut index = self.outcome(outcome)?;
        if let Completeness::Incomplete(why) = &mut index.completeness {
            self.hidden.mask_in(why);
        }
        Ok(index)
    }
}

#[async_trait]
impl Reader for Masked<dyn Reader> {
    async fn account(&self) -> Result<String, Failure> {
        // It is compared; whoever shows it masks it.
        self.outcome(self.inner.account().await)
    }

    async fn index(&self, wanted: &[Wanted]) -> Result<Index, Failure> {
        self.listed(self.inner.index(wanted).await)
    }

    async fn index_all(&self, wanted: &[Wanted]) -> Result<Index, Failure> {
        self.listed(self.inner.index_all(wanted).await)
    }

    async fn lookups(&self, tables: &BTreeSet<&'static str>) -> Result<Lookups, Failure> {
        self.outcome(self.inner.lookups(tables).await)
    }

    async fn read(
        &self,
        kind: Kind,
        remote: &RemoteId,
        desired: &Tree,
        row: Option<&IndexRow>,
    ) -> Result<Option<Record>, Failure> {
        self.outcome(self.inner.read(kind, remote, desired, row).await)
    }

    fn look_delays(&self) -> &'static [Duration] {
        self.inner.look_delays()
    }

    async fn diagnose(&self, wanted: Option<&Wanted>) -> Vec<Diagnosis> {
        let mut diagnoses = self.inner.diagnose(wanted).await;
        for diagnosis in &mut diagnoses {
            self.hidden.mask_in(&mut diagnosis.detail);
            if let Some(hint) = &mut diagnosis.hint {
                self.hidden.mask_in(hint);
            }
        }
        diagnoses
    }
}

#[async_trait]
impl Writer for Masked<dyn Writer> {
    async fn prepare(&self) -> Result<(), Failure> {
        self.outcome(self.inner.prepare().await)
    }

    async fn perform(&self, call: &Call, job: &Job<'_>) -> Result<Performed, Failure> {
        let mut performed = self.outcome(self.inner.perform(call, job).await)?;
        if let Some(note) = &mut performed.note {
            self.hidden.mask_in(note);
        }
        Ok(performed)
    }
}
