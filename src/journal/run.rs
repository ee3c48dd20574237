//! The journal of a run that is going on.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{
    apply::{Answer, Evidence, Intent, Journal, JournalError, Outcome},
    model::{Fingerprint, FingerprintKey, Kind, Tree},
};

use super::{
    line::Chain,
    past::Past,
    record::{EndedTaken, IntentTaken, Taken},
    writer::{Sink, Writer},
};

/// The journal of a run that is going on.
pub struct RunJournal {
    key: FingerprintKey,
    now: fn() -> Timestamp,
    writer: Writer,
    state: Mutex<State>,
}

struct State {
    /// What was taken down, also what could not be written any more: the receipt
    /// is made from it.
    past: Past,
    sequence: u64,
    broken: Option<JournalError>,
}

impl RunJournal {
    /// Goes on with a journal whose first lines are in the file.
    pub(super) fn start(
        sink: impl Sink,
        chain: Chain,
        past: Past,
        key: FingerprintKey,
        now: fn() -> Timestamp,
    ) -> Self {
        Self {
            key,
            now,
            writer: Writer::start(sink, chain),
            state: Mutex::new(State {
                past,
                sequence: 0,
                broken: None,
            }),
        }
    }

    /// What was taken down so far.
    #[must_use]
    pub fn past(&self) -> Past {
        self.state().past.clone()
    }

    /// Ends the journal. It stays open where a call does: the next run settles
    /// it.
    ///
    /// # Errors
    /// When the last line cannot be written.
    pub async fn close(&self) -> Result<(), JournalError> {
        if let Some(error) = self.broken() {
            return Err(error);
        }
        if !self.state().past.open_calls().is_empty() {
            return Ok(());
        }
        self.take(Taken::Closed { at: (self.now)() }).await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What is in there is whole at any time.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a line and keeps what it says.
    async fn take(&self, record: Taken) -> Result<(), JournalError> {
        let written = self.write(&record).await;
        self.state().past.records.push(record);
        written
    }

    async fn write(&self, record: &Taken) -> Result<(), JournalError> {
        let written = match serde_json::to_string(record) {
            Ok(json) => self.writer.write(json).await,
            Err(error) => Err(error.to_string()),
        };
        written.map_err(|cause| {
            let error = JournalError(cause);
            self.state().broken.get_or_insert_with(|| error.clone());
            error
        })
    }

    fn fingerprint(&self, tree: &Tree) -> Option<Fingerprint> {
        (!tree.is_empty()).then(|| self.key.of_tree(tree))
    }
}

/// The fingerprint of our key for a record, under the run's id: keys are no
/// secrets, and a later run must be able to tell whether it has the same one.
pub(super) fn fingerprint_of_key(run: &str, kind: Kind, key: &str) -> Fingerprint {
    let of_run = FingerprintKey::from_text(run);
    of_run.start("record-key").text(kind).text(key).finish()
}

#[async_trait]
impl Journal for RunJournal {
    async fn intent(&self, intent: &Intent<'_>) -> Result<u64, JournalError> {
        if let Some(error) = self.broken() {
            return Err(error);
        }
        let (sequence, key) = {
            let mut state = self.state();
            state.sequence += 1;
            let run = &state.past.header.run;
            let key = fingerprint_of_key(run, intent.address.kind, intent.key);
            (state.sequence, key)
        };
        let record = Taken::Intent(IntentTaken {
            sequence,
            at: (self.now)(),
            address: intent.address.clone(),
            provider: intent.provider.clone(),
            action: intent.action,
            operation: intent.call.operation,
            purpose: intent.call.purpose,
            fields: intent.call.fields.clone(),
            repeat: intent.call.repeat,
            remote: intent.remote.cloned(),
            key,
        });
        // A call that could not be taken down is not sent, so the receipt does
        // not have it either.
        self.write(&record).await?;
        self.state().past.records.push(record);
        Ok(sequence)
    }

    async fn answered(&self, sequence: u64, answer: Answer) {
        let at = (self.now)();
        let record = Taken::Answer {
            sequence,
            at,
            answer,
        };
        // `broken` tells of a failure.
        let _ = self.take(record).await;
    }

    async fn ended(&self, outcome: &Outcome, evidence: Evidence<'_>) {
        let Evidence {
            relied_on,
            desired,
            read_back,
        } = evidence;
        let relied_on: Tree = relied_on
            .into_iter()
            .flatten()
            .map(|(path, leaf)| (*path, leaf.clone()))
            .collect();
        // Fields that nobody manages are no part of what was wanted.
        let read_back = desired.zip(read_back).map(|(desired, live)| {
            let managed = desired.iter().map(|(path, _)| path);
            managed
                .map(|path| (path, live.or_unset(path).clone()))
                .collect::<Tree>()
        });
        let record = Taken::Ended(Box::new(EndedTaken {
            at: (self.now)(),
            outcome: outcome.clone(),
            before: self.fingerprint(&relied_on),
            after: desired.and_then(|tree| self.fingerprint(tree)),
            read_back: read_back.and_then(|tree| self.fingerprint(&tree)),
        }));
        // `broken` tells of a failure.
        let _ = self.take(record).await;
    }

    async fn amended(&self, outcome: &Outcome) {
        let last = self.state().past.ended_last(&outcome.address).cloned();
        let Some(mut last) = last else {
            return;
        };
        last.at = (self.now)();
        last.outcome = outcome.clone();
        // `broken` tells of a failure.
        let _ = self.take(Taken::Ended(Box::new(last))).await;
    }

    fn broken(&self) -> Option<JournalError> {
        self.state().broken.clone()
    }
}

#[cfg(test)]
mod tests;
