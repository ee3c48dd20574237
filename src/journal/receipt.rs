//! The receipt of a run, made from what its journal holds. A run that ends well
//! and one that was cut off take the same way, so that both say the same of the
//! same calls.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    apply::{Answer, Outcome, Verdict, done_before},
    model::Address,
    receipt::{Document, Head, Sent, Settled, State, Unchained},
};

use super::{
    past::Past,
    record::{EndedTaken, Taken},
};

/// How a run ended.
#[derive(Debug, Clone)]
pub enum Ending {
    /// By itself, at this time, after having settled these calls.
    Well(Timestamp, Vec<Settled>),
    /// It was cut off.
    CutOff,
}

/// The receipt of a run.
///
/// # Errors
/// When something has no JSON, which none of the types allows.
pub fn receipt(past: &Past, ending: Ending) -> Result<Document, serde_json::Error> {
    let (state, ended, settled) = match ending {
        Ending::Well(at, settled) => (State::Complete, at, settled),
        Ending::CutOff => (State::Rebuilt, past.last_sign(), Vec::new()),
    };
    let head = Head {
        state,
        run: past.header.run.clone(),
        version: past.header.version.clone(),
        plan: past.header.plan.clone(),
        started: past.header.started,
        ended,
        blocked: past.header.blocked,
        settled,
    };
    Document::seal(head, entries(past))
}

fn entries(past: &Past) -> Vec<Unchained> {
    let ended: BTreeMap<&Address, &EndedTaken> = past
        .ended()
        .map(|ended| (&ended.outcome.address, ended))
        .collect();
    let mut sent = sent(past);
    let planned = past.records.iter().filter_map(|record| match record {
        Taken::Planned {
            address,
            provider,
            action,
            remote,
            writes: _,
        } => Some((address, provider, action, remote)),
        _ => None,
    });
    planned
        .map(|(address, provider, action, remote)| {
            let sent = sent.remove(address).unwrap_or_default();
            match ended.get(address) {
                Some(ended) => Unchained {
                    outcome: ended.outcome.clone(),
                    before: ended.before.clone(),
                    after: ended.after.clone(),
                    read_back: ended.read_back.clone(),
                    sent,
                },
                None => Unchained {
                    outcome: cut_off(
                        Outcome {
                            address: address.clone(),
                            provider: provider.clone(),
                            action: *action,
                            verdict: Verdict::NotStarted,
                            remote: remote.clone(),
                            reason: None,
                            hint: None,
                            calls: sent.iter().map(|sent| sent.operation).collect(),
                            not_stored: Vec::new(),
                            notes: Vec::new(),
                        },
                        &sent,
                    ),
                    before: None,
                    after: None,
                    read_back: None,
                    sent,
                },
            }
        })
        .collect()
}

/// What became of a change that the journal leaves without an end.
fn cut_off(mut outcome: Outcome, sent: &[Sent]) -> Outcome {
    if sent.is_empty() {
        outcome.reason = Some("the run was cut off before its turn".to_owned());
        return outcome;
    }
    outcome.verdict = Verdict::Unknown;
    outcome.reason = Some("the run was cut off in the middle of this change".to_owned());
    outcome.hint = Some("run plan: it reads the provider and shows what is left to do".to_owned());
    outcome.notes = sent
        .iter()
        .filter_map(|call| {
            let found = call.settled.as_ref()?;
            Some(format!("{} {}", call.operation, found.sentence()))
        })
        .collect();
    let performed = |call: &&Sent| matches!(call.answer, Some(Answer::Performed { .. }));
    let performed = sent.iter().filter(performed);
    let performed = performed.map(|call| (call.operation, call.purpose));
    outcome.notes.extend(done_before(performed));
    outcome
}

fn sent(past: &Past) -> BTreeMap<&Address, Vec<Sent>> {
    let answers = past.answers();
    let settled = past.settled();
    let mut calls: BTreeMap<&Address, Vec<Sent>> = BTreeMap::new();
    for intent in past.intents() {
        calls.entry(&intent.address).or_default().push(Sent {
            sequence: intent.sequence,
            operation: intent.operation,
            purpose: intent.purpose,
            at: intent.at,
            answer: answers
                .get(&intent.sequence)
                .map(|answer| (*answer).clone()),
            settled: settled.get(&intent.sequence).map(|found| (*found).clone()),
        });
    }
    calls
}
