//! Carries out one change: read again, check, call, read back.

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::Instant;

use crate::{
    desired::Resource,
    diff::{Diff, diff},
    http::{Budget, GaveUp},
    model::{Address, FieldPath, Leaf, RemoteId, Tree, words},
    observed::Match,
    plan::{Change, Planned, Work},
    provider::{
        Action, Call, Effect, Failure, FailureKind, Intent, Job, Reader, Record, Repeat, Settling,
        Writer,
    },
};

use super::{
    absence::Absence,
    journal::Evidence,
    mask::mask,
    outcome::{Outcome, STOPPED, Verdict, done_before},
    schedule::{Context, Resends},
    settle::{Sent, send},
};

/// One change while it is carried out.
pub(super) struct Task<'a> {
    pub(super) change: &'a Change,
    pub(super) resource: &'a Resource,
    pub(super) context: &'a Context<'a>,
    pub(super) reader: &'a dyn Reader,
    pub(super) writer: &'a dyn Writer,
    /// How many calls to this provider may be sent again.
    pub(super) resends: &'a Budget,
    /// What is wanted, with every reference resolved.
    pub(super) desired: Tree,
    pub(super) remote: Option<RemoteId>,
    pub(super) record: Option<Record>,
    /// Whether that was read after the last call that was sent.
    pub(super) is_read_back: bool,
    pub(super) calls_sent: Vec<&'static str>,
    /// How many calls of the change have been carried out.
    pub(super) calls_made: usize,
    pub(super) notes: Vec<String>,
}

/// Carries out one change.
pub(super) async fn execute<'a>(
    change: &'a Change,
    planned: &Planned,
    context: &'a Context<'a>,
    resends: &'a Resends,
    created: &BTreeMap<Address, RemoteId>,
    absence: &Absence<'_>,
) -> Outcome {
    if let Some(error) = context.journal.broken() {
        let outcome = Outcome::of(change, Verdict::NotStarted).because(error.to_string());
        context.journal.ended(&outcome, Evidence::default()).await;
        return outcome;
    }
    let parts = (
        context.desired.get(&change.address),
        planned.work.get(&change.address),
        context.readers.get(&change.provider),
        context.writers.get(&change.provider),
        resends.get(&change.provider),
    );
    let (Some(resource), Some(work), Some(reader), Some(writer), Some(resends)) = parts else {
        let outcome = Outcome::of(change, Verdict::NotStarted)
            .because(format!("provider {} was not opened", change.provider));
        context.journal.ended(&outcome, Evidence::default()).await;
        return outcome;
    };
    let mut task = Task {
        change,
        resource,
        context,
        reader: reader.as_ref(),
        writer: writer.as_ref(),
        resends,
        desired: with_created(&work.desired, created),
        remote: change.remote.clone(),
        record: None,
        is_read_back: false,
        calls_sent: Vec::new(),
        calls_made: 0,
        notes: Vec::new(),
    };
    let ended = task.run(work, absence).await;
    let mut outcome = ended.unwrap_or_else(|outcome| *outcome);
    outcome.remote = task.remote;
    outcome.calls = task.calls_sent;
    outcome.notes = task.notes;
    // What was not stored was accepted, so that its reason says it already.
    if outcome.verdict != Verdict::Done && outcome.not_stored.is_empty() {
        let made = change.calls.iter().take(task.calls_made);
        let made = made.map(|call| (call.operation, call.purpose));
        outcome.notes.extend(done_before(made));
    }
    let live = task.record.as_ref().map(|record| &record.tree);
    mask(
        &mut outcome,
        |path| resource.is_hidden(path),
        [Some(&task.desired), live].into_iter().flatten(),
    );
    let evidence = Evidence {
        relied_on: Some(&work.relied_on),
        desired: Some(&task.desired),
        read_back: live.filter(|_| task.is_read_back),
    };
    context.journal.ended(&outcome, evidence).await;
    outcome
}

/// The desired tree with references to records of this run resolved.
fn with_created(desired: &Tree, created: &BTreeMap<Address, RemoteId>) -> Tree {
    desired
        .iter()
        .map(|(path, leaf)| {
            let leaf = match leaf {
                Leaf::Reference(address) => created
                    .get(address)
                    .map_or_else(|| leaf.clone(), |remote| Leaf::Text(remote.0.clone())),
                other => other.clone(),
            };
            (path, leaf)
        })
        .collect()
}

type Step<T> = Result<T, Box<Outcome>>;

impl Task<'_> {
    pub(super) fn outcome(&self, verdict: Verdict, reason: impl Into<String>) -> Box<Outcome> {
        Box::new(Outcome::of(self.change, verdict).because(reason))
    }

    pub(super) fn failed(&self, failure: &Failure) -> Box<Outcome> {
        let verdict = match failure.kind {
            // Stale means that nothing was written.
            FailureKind::Stale if self.calls_sent.len() <= 1 && failure.effect == Effect::None => {
                Verdict::Stale
            }
            _ => Verdict::Failed,
        };
        let mut outcome = self.outcome(verdict, failure.to_string());
        outcome.hint.clone_from(&failure.hint);
        outcome
    }

    pub(super) fn unknown(&self, reason: impl Into<String>) -> Box<Outcome> {
        let mut outcome = self.outcome(Verdict::Unknown, reason);
        outcome.hint =
            Some("run plan again: it reads the provider and shows what is left to do".to_owned());
        outcome
    }

    /// How the change ends where the call that is next must not be sent.
    pub(super) fn broken_off(&self, reason: impl Into<String>) -> Box<Outcome> {
        let verdict = if self.calls_sent.is_empty() {
            Verdict::NotStarted
        } else {
            Verdict::Failed
        };
        self.outcome(verdict, reason)
    }

    /// How the change ends where its provider asked to be left alone: nothing is
    /// sent to it, and nothing is taken down.
    pub(super) fn closed(&self) -> Option<Box<Outcome>> {
        let left = self.context.closed_for(&self.change.provider)?;
        let seconds = left.as_secs();
        let mut outcome = self.broken_off(format!(
            "the provider asked to be left alone for another {seconds} s"
        ));
        outcome.hint = Some(GaveUp::AskedTooLong(left).hint());
        Some(outcome)
    }

    async fn run(&mut self, work: &Work, absence: &Absence<'_>) -> Step<Outcome> {
        if let Some(closed) = self.closed() {
            return Err(closed);
        }
        // Before anything is read or taken down: a login may take minutes.
        let ready = self.writer.prepare().await;
        ready.map_err(|failure| self.failed(&failure))?;
        // Kept to the end, so that nobody reads the list while it moves.
        let turn = absence.begin(self.change).await;
        if self.change.action == Action::Create {
            self.check_absent(turn.found.as_ref())?;
        } else {
            self.check_fresh(work).await?;
        }
        self.carry_out().await
    }

    /// Makes sure that there still is no record. Nothing is written before.
    fn check_absent(&self, found: Option<&Match>) -> Step<()> {
        let reason = match found {
            Some(Match::Absent) => return Ok(()),
            None => return Err(self.outcome(Verdict::NotStarted, STOPPED)),
            Some(Match::Found(record)) => {
                format!("the record {} has appeared since the plan", record.remote)
            }
            Some(Match::Unproved(why)) => {
                format!("the absence of the record could not be proved again: {why}")
            }
            Some(Match::Failed(failure)) => format!(
                "a record with our key has appeared since the plan, and it could not be read: \
                 {failure}"
            ),
            Some(
                Match::Adoptable(_)
                | Match::AdoptMissing(_)
                | Match::AdoptsAnother(..)
                | Match::Several(_)
                | Match::AnswersToKey(_)
                | Match::Namesakes(_)
                | Match::Protected(_)
                | Match::ClaimedAlsoBy(..)
                | Match::KeyAlsoOf(_),
            ) => "another record is in the way since the plan".to_owned(),
        };
        Err(self.outcome(Verdict::Stale, reason))
    }

    /// Makes sure that what the plan relied on still holds. Nothing is written
    /// before.
    async fn check_fresh(&mut self, work: &Work) -> Step<()> {
        self.read_again().await?;
        let Some(record) = &self.record else {
            return Err(self.outcome(Verdict::Stale, "the record has gone since the plan"));
        };
        match (&work.ended, &record.ended) {
            (was, is) if was == is => {}
            (_, Some(_)) => {
                return Err(self.outcome(Verdict::Stale, "the record has ended since the plan"));
            }
            (_, None) => {
                return Err(self.outcome(Verdict::Stale, "the record is live again since the plan"));
            }
        }
        let moved: Vec<&str> = work
            .relied_on
            .iter()
            .filter(|(path, was)| !record.knows(**path) || record.tree.or_unset(**path) != *was)
            .map(|(path, _)| path.as_str())
            .collect();
        if moved.is_empty() {
            Ok(())
        } else {
            Err(self.outcome(
                Verdict::Stale,
                format!(
                    "{} moved at the provider since the plan",
                    words::list(moved)
                ),
            ))
        }
    }

    /// Makes sure that nobody else has changed what a call is to write, by the record
    /// that was read last. `before` is the record as it was earlier in this change,
    /// `ours` what attempts at this very call may have done until now.
    pub(super) fn check_unmoved(
        &self,
        call: &Call,
        before: Option<&Record>,
        ours: Effect,
    ) -> Step<()> {
        let (Some(before), Some(record)) = (before, self.record.as_ref()) else {
            return Ok(());
        };
        let made = || self.change.calls.iter().take(self.calls_made);
        if made().any(|call| call.fields.is_empty()) {
            // What a step on the way moves is said by the provider alone.
            return Ok(());
        }
        // A provider may copy what an earlier call wrote to other fields.
        let copied: Vec<&Leaf> = made()
            .flat_map(|call| &call.fields)
            .filter_map(|path| self.desired.get(*path))
            .collect();
        let moved: Vec<&str> = call
            .fields
            .iter()
            .filter(|path| {
                let live = record.tree.or_unset(**path);
                let is_ours = self.desired.get(**path) == Some(live) || copied.contains(&live);
                live != before.tree.or_unset(**path) && !is_ours
            })
            .map(|path| path.as_str())
            .collect();
        if moved.is_empty() {
            return Ok(());
        }
        let (verdict, again) = match ours {
            Effect::None if self.calls_made == 0 => (Verdict::Stale, ""),
            Effect::None => (Verdict::Failed, ""),
            Effect::Unknown => (Verdict::Failed, " again"),
        };
        let moved = words::list(moved);
        let operation = call.operation;
        Err(self.outcome(
            verdict,
            format!("{moved} moved at the provider before {operation} could be sent{again}"),
        ))
    }

    pub(super) async fn read_again(&mut self) -> Step<()> {
        let Some(remote) = &self.remote else {
            return Ok(());
        };
        let kind = self.resource.kind.kind;
        match self.reader.read(kind, remote, &self.desired, None).await {
            Ok(record) => {
                self.record = record;
                self.is_read_back = true;
                Ok(())
            }
            Err(failure) if self.calls_sent.is_empty() => Err(self.failed(&failure)),
            Err(failure) => {
                Err(self.unknown(format!("the record could not be read back: {failure}")))
            }
        }
    }

    async fn carry_out(&mut self) -> Step<Outcome> {
        let calls = &self.change.calls;
        let before = (calls.len() > 1).then(|| self.record.clone()).flatten();
        for (at, call) in calls.iter().enumerate() {
            if at > 0 && self.change.action != Action::End {
                self.read_again().await?;
                // What is added, or is a step, is held against the last look by the
                // provider's own code.
                if call.repeat == Repeat::Safe {
                    self.check_unmoved(call, before.as_ref(), Effect::None)?;
                }
            }
            self.perform(call).await?;
            self.calls_made += 1;
        }
        self.verify().await
    }

    async fn perform(&mut self, call: &Call) -> Step<()> {
        match send(self, call).await? {
            Sent::Performed(performed) => {
                if let Some(remote) = performed.created {
                    self.remote = Some(remote);
                }
                self.notes.extend(performed.note);
            }
            Sent::FoundDone { remote, ours } => {
                if remote.is_some() {
                    self.remote = remote;
                }
                let operation = call.operation;
                self.notes.push(match ours {
                    Effect::Unknown => format!(
                        "the answer to {operation} was lost; the provider shows that it was \
                         carried out"
                    ),
                    Effect::None => format!(
                        "{operation} was not carried out; the provider shows that somebody else \
                         has done the same"
                    ),
                });
            }
        }
        Ok(())
    }

    /// The fields that the calls write which have not been sent yet.
    pub(super) fn later_fields(&self) -> BTreeSet<FieldPath> {
        let later = self.change.calls.iter().skip(self.calls_made + 1);
        later.flat_map(|call| call.fields.iter().copied()).collect()
    }

    pub(super) fn job(&self) -> Job<'_> {
        Job {
            kind: self.resource.kind.kind,
            key: &self.resource.key,
            desired: &self.desired,
            remote: self.remote.as_ref(),
            record: self.record.as_ref(),
            reason: self.change.reason.as_deref().unwrap_or("trueup apply"),
            since: Instant::now(),
        }
    }

    /// Reads back and compares once more.
    async fn verify(&mut self) -> Step<Outcome> {
        self.read_again().await?;
        if self.change.action == Action::End {
            return match &self.record {
                Some(record) if record.ended.is_none() => Err(self.outcome(
                    Verdict::Failed,
                    "the provider accepted the end, but the record is still live",
                )),
                Some(record) if self.is_to_end_again(record) => Err(self.comes_back()),
                _ => Ok(Outcome::of(self.change, Verdict::Done)),
            };
        }
        let Some(record) = &self.record else {
            return Err(self.unknown("the record could not be read back"));
        };
        let difference = self.difference(record);
        let left = remaining(&difference);
        if left.is_empty() {
            return Ok(Outcome::of(self.change, Verdict::Done));
        }
        if left.len() == difference.unknown.len() {
            return Err(self.unknown(format!(
                "accepted, but the provider did not return {}, so nobody knows what is stored",
                words::list(left.iter().map(|path| path.as_str()))
            )));
        }
        let mut outcome = self.outcome(
            Verdict::Failed,
            format!(
                "accepted but not stored: {}",
                words::list(left.iter().map(|path| path.as_str()))
            ),
        );
        outcome.not_stored = left;
        Err(outcome)
    }

    fn comes_back(&self) -> Box<Outcome> {
        let mut outcome = self.outcome(
            Verdict::Failed,
            "the provider accepted the end, but what would bring the record back is still scheduled",
        );
        outcome.hint = Some(
            "have the schedule removed by the provider; until then every plan shows this end"
                .to_owned(),
        );
        outcome
    }

    /// Whether a record that has ended would be ended once more by a plan.
    fn is_to_end_again(&self, record: &Record) -> bool {
        let calls = (self.resource.kind.calls)(&Intent {
            action: Action::End,
            fields: &[],
            desired: &self.desired,
            record: Some(record),
            reason: self.change.reason.as_deref(),
        });
        calls.is_ok_and(|calls| !calls.is_empty())
    }

    /// What of a record still differs from what is wanted, after the provider's
    /// say.
    pub(super) fn difference(&self, record: &Record) -> Diff {
        let mut wanted = self.desired.clone();
        if let Some(lookups) = self.context.lookups(&self.change.provider) {
            (self.resource.kind.settle)(&mut Settling {
                desired: &mut wanted,
                record,
                lookups,
                notes: &mut Vec::new(),
                moved_on: &mut Vec::new(),
            });
        }
        diff(self.resource.kind.fields(), &wanted, record)
    }
}

/// Every field of a diff, whatever the reason.
pub(super) fn remaining(diff: &Diff) -> Vec<FieldPath> {
    let Diff {
        differences,
        fixed,
        unknown,
    } = diff;
    differences
        .iter()
        .chain(fixed)
        .map(|difference| difference.path)
        .chain(unknown.iter().copied())
        .collect()
}
