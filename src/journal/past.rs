//! A run as its journal tells it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::{
    apply::{Answer, Verdict, VerdictCounts},
    model::{Address, FieldPath, Fingerprint, ProviderName},
    receipt::Found,
};

use super::record::{EndedTaken, Header, HeaderProvider, IntentTaken, Taken};

/// A run as its journal tells it.
#[derive(Debug, Clone)]
pub struct Past {
    /// The first line.
    pub header: Header,
    /// The other lines.
    pub records: Vec<Taken>,
}

/// A call of which nobody knows whether it was carried out.
#[derive(Debug, Clone, Copy)]
pub struct OpenCall<'a> {
    /// The call.
    pub intent: &'a IntentTaken,
    /// When its unclear answer was taken down, if the run got that far.
    pub answered: Option<Timestamp>,
    /// What a later run said of it without being able to settle it.
    pub last_look: Option<&'a Found>,
}

impl Past {
    /// Whether nothing is open and the run has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.records.last(), Some(Taken::Closed { .. }))
    }

    /// The calls of which nobody knows whether they were carried out: those
    /// without a clear answer in a change without a clear end, until a later
    /// run has found it out.
    #[must_use]
    pub fn open_calls(&self) -> Vec<OpenCall<'_>> {
        let clear: BTreeSet<&Address> = self
            .ended()
            .filter(|ended| ended.outcome.verdict != Verdict::Unknown)
            .map(|ended| &ended.outcome.address)
            .collect();
        let answers: BTreeMap<u64, (Timestamp, &Answer)> = self.answered().collect();
        let settled = self.settled();
        self.intents()
            .filter_map(|intent| {
                let answered = match answers.get(&intent.sequence) {
                    None => None,
                    Some((at, Answer::Unclear { .. })) => Some(*at),
                    Some(_) => return None,
                };
                Some(OpenCall {
                    intent,
                    answered,
                    last_look: settled.get(&intent.sequence).copied(),
                })
            })
            .filter(|call| !clear.contains(&call.intent.address))
            .filter(|call| matches!(call.last_look, None | Some(Found::Unknown { .. })))
            .collect()
    }

    /// All calls.
    pub fn intents(&self) -> impl Iterator<Item = &IntentTaken> {
        self.records.iter().filter_map(|record| match record {
            Taken::Intent(intent) => Some(intent),
            _ => None,
        })
    }

    /// How each change ended that has: its last word, for more may have been found
    /// out about it later.
    #[must_use]
    pub fn ended(&self) -> impl ExactSizeIterator<Item = &EndedTaken> {
        let ended = self.records.iter().filter_map(|record| match record {
            Taken::Ended(ended) => Some((&ended.outcome.address, ended.as_ref())),
            _ => None,
        });
        ended.collect::<BTreeMap<_, _>>().into_values()
    }

    /// The last word on one change that has ended.
    #[must_use]
    pub fn ended_last(&self, address: &Address) -> Option<&EndedTaken> {
        self.records.iter().rev().find_map(|record| match record {
            Taken::Ended(ended) if ended.outcome.address == *address => Some(ended.as_ref()),
            _ => None,
        })
    }

    /// What came of each call.
    #[must_use]
    pub fn answers(&self) -> BTreeMap<u64, &Answer> {
        let answers = self.answered();
        answers
            .map(|(sequence, (_, answer))| (sequence, answer))
            .collect()
    }

    fn answered(&self) -> impl Iterator<Item = (u64, (Timestamp, &Answer))> {
        self.records.iter().filter_map(|record| match record {
            Taken::Answer {
                sequence,
                at,
                answer,
            } => Some((*sequence, (*at, answer))),
            _ => None,
        })
    }

    /// What later runs found out, the last word for each call.
    #[must_use]
    pub fn settled(&self) -> BTreeMap<u64, &Found> {
        let settled = self.records.iter().filter_map(|record| match record {
            Taken::Settled {
                sequence, found, ..
            } => Some((*sequence, found)),
            _ => None,
        });
        settled.collect()
    }

    /// The last run that has taken the journal over. While somebody holds it, that
    /// is the one: the run itself held it without a break before.
    #[must_use]
    pub fn taken_over_by(&self) -> Option<&str> {
        let mut records = self.records.iter().rev();
        records.find_map(|record| match record {
            Taken::TakenOver { by, .. } => Some(by.as_str()),
            _ => None,
        })
    }

    /// The fingerprints of what the calls of one change were to write.
    #[must_use]
    pub fn writes(&self, of: &Address) -> Option<&BTreeMap<FieldPath, Fingerprint>> {
        self.records.iter().find_map(|record| match record {
            Taken::Planned {
                address, writes, ..
            } if address == of => Some(writes),
            _ => None,
        })
    }

    /// A provider of the run, by its name in the manifests of that time.
    #[must_use]
    pub fn provider(&self, name: &ProviderName) -> Option<&HeaderProvider> {
        let mut providers = self.header.providers.iter();
        providers.find(|provider| provider.name == *name)
    }

    /// How many changes were planned.
    #[must_use]
    pub fn planned(&self) -> usize {
        let planned = |record: &&Taken| matches!(record, Taken::Planned { .. });
        self.records.iter().filter(planned).count()
    }

    /// How the changes ended, as far as they did.
    #[must_use]
    pub fn counts(&self) -> VerdictCounts {
        let verdicts = self.ended().map(|ended| ended.outcome.verdict);
        VerdictCounts::of(verdicts, self.header.blocked)
    }

    /// The last time that the run itself wrote something.
    #[must_use]
    pub fn last_sign(&self) -> Timestamp {
        self.records
            .iter()
            .filter(|record| {
                !matches!(
                    record,
                    Taken::TakenOver { .. } | Taken::Settled { .. } | Taken::Closed { .. }
                )
            })
            .filter_map(Taken::at)
            .max()
            .unwrap_or(self.header.started)
    }
}
