//! What became of the calls that a run left open, by what the providers show
//! now. Pure: what is observed and planned anyway is all that it takes.

use std::collections::BTreeMap;

use crate::{
    desired::{Desired, Resource},
    model::{FieldPath, ProviderName, RemoteId},
    observed::{Match, Observed, ProviderView},
    plan::{Change, Plan},
    provider::{Action, Failure},
    receipt::{Found, Settled},
};

use super::{past::Past, record::IntentTaken, run::fingerprint_of_key};

/// What the run that settles knows.
pub struct Settling<'a> {
    /// What the manifests want.
    pub desired: &'a Desired,
    /// What the providers have.
    pub observed: &'a Observed,
    /// What is left to do.
    pub plan: &'a Plan,
    /// The locks that are held, by provider: they say which account it is.
    pub locks: &'a BTreeMap<ProviderName, String>,
}

/// Settles the open calls of a run. A call that nothing was read about is left
/// out.
#[must_use]
pub fn settle(past: &Past, now: &Settling<'_>) -> Vec<Settled> {
    let mut settled = Vec::new();
    for call in past.open_calls() {
        let intent = call.intent;
        let Some(account) = past.provider(&intent.provider) else {
            continue;
        };
        if let Some(found) = judge(&past.header.run, intent, &account.lock, now) {
            settled.push(Settled {
                run: past.header.run.clone(),
                sequence: intent.sequence,
                address: intent.address.clone(),
                operation: intent.operation,
                found,
            });
        }
    }
    settled
}

fn unknown(why: &str) -> Found {
    Found::Unknown {
        why: why.to_owned(),
    }
}

/// A record that is there and could not be read. The words of the server are in
/// the plan; here they would not be masked.
fn unread(failure: &Failure) -> Found {
    unknown(&format!(
        "the record could not be read: {}",
        failure.kind.sentence()
    ))
}

fn given_up(why: &str) -> Found {
    Found::GivenUp {
        why: why.to_owned(),
    }
}

/// What became of one call of a run; nothing where its provider, or its resource,
/// was not looked at. What its manifest describes by now says something of the
/// call only if that is still the record which the call was about.
fn judge(run: &str, intent: &IntentTaken, lock: &str, now: &Settling<'_>) -> Option<Found> {
    let resource = now.desired.get(&intent.address);
    let provider = provider_of(resource, lock, now)?;
    let view = now.observed.providers.get(provider)?.as_ref();
    let Ok(view) = view else {
        return Some(unknown("the provider could not be read"));
    };
    let Some(resource) = resource else {
        return Some(undescribed(run, intent, view, NO_MANIFEST));
    };
    if resource.provider != *provider {
        // Without its lock nobody knows which account it is.
        now.locks.get(&resource.provider)?;
        return Some(given_up("its manifest is about another provider now"));
    }
    let found = view.matches.get(&intent.address)?;
    let has_our_key = fingerprint_of_key(run, resource.kind.kind, &resource.key) == intent.key;
    let is_another = |remote: &RemoteId| match found.record() {
        Some(record) => record.remote != *remote,
        None => !has_our_key,
    };
    if intent.remote.as_ref().map_or(!has_our_key, is_another) {
        return Some(undescribed(run, intent, view, OTHER_KEY));
    }
    let planned = now
        .plan
        .changes
        .iter()
        .find(|change| change.address == intent.address);
    Some(match (intent.action, intent.remote.is_none()) {
        (_, true) => created(found),
        (Action::End, false) => ended(found),
        (_, false) => written(intent, planned?),
    })
}

/// The provider through which the account behind a lock was read; its name may have
/// changed. If several providers share the account none of them is read, unless only
/// one of them answered. The manifest's own provider is preferred, if it is one of
/// them.
fn provider_of<'a>(
    resource: Option<&'a Resource>,
    lock: &str,
    now: &'a Settling<'_>,
) -> Option<&'a ProviderName> {
    let own = resource.map(|resource| &resource.provider);
    let own = own.filter(|name| now.locks.get(*name).is_some_and(|held| held == lock));
    own.or_else(|| {
        let mut locks = now.locks.iter();
        locks
            .find(|(_, held)| *held == lock)
            .map(|(provider, _)| provider)
    })
}

/// Why a call is given up whose manifest is gone.
const NO_MANIFEST: &str = "no manifest describes the record any more";

/// Why a call is given up whose manifest has become that of another record.
const OTHER_KEY: &str = "its manifest has another key by now, or describes another record; look \
                         for the one with the key of then at the provider";

/// A call about a record that no manifest describes any more, or not the one that
/// it was of.
fn undescribed(run: &str, intent: &IntentTaken, view: &ProviderView, why: &str) -> Found {
    let ours = view.unmanaged.iter().find(|record| match &intent.remote {
        Some(remote) => record.remote == *remote,
        None => record
            .key
            .as_ref()
            .is_some_and(|key| fingerprint_of_key(run, intent.address.kind, key) == intent.key),
    });
    match (ours, intent.remote.is_none()) {
        (Some(record), true) => Found::CarriedOut {
            remote: Some(record.remote.clone()),
        },
        _ => given_up(why),
    }
}

/// A call that was to make a record.
fn created(found: &Match) -> Found {
    match found {
        Match::Found(record) => Found::CarriedOut {
            remote: Some(record.remote.clone()),
        },
        Match::Absent => Found::NotDone,
        Match::Unproved(_) => unknown("the absence of the record is not proved"),
        Match::Several(_) => unknown("several records have our key"),
        Match::AnswersToKey(_) => unknown("a record that has another key answers to ours"),
        Match::Namesakes(_) => unknown("a record with its name, but without our key, is there"),
        Match::Adoptable(_)
        | Match::AdoptMissing(_)
        | Match::AdoptsAnother(..)
        | Match::Protected(_)
        | Match::ClaimedAlsoBy(..)
        | Match::KeyAlsoOf(_) => unknown("the record could not be looked up"),
        Match::Failed(failure) => unread(failure),
    }
}

/// A call that was to end a record. One that was adopted may have no key of ours.
fn ended(found: &Match) -> Found {
    match found {
        Match::Absent | Match::AdoptMissing(_) => Found::CarriedOut { remote: None },
        Match::Found(record) | Match::Adoptable(record) => match record.ended {
            Some(_) => Found::CarriedOut { remote: None },
            None => Found::Left,
        },
        Match::Unproved(_)
        | Match::AdoptsAnother(..)
        | Match::Several(_)
        | Match::AnswersToKey(_)
        | Match::Namesakes(_)
        | Match::Protected(_)
        | Match::ClaimedAlsoBy(..)
        | Match::KeyAlsoOf(_) => unknown("the record could not be looked up"),
        Match::Failed(failure) => unread(failure),
    }
}

/// A call that was to write fields: what the plan does not write again is there.
fn written(intent: &IntentTaken, planned: &Change) -> Found {
    let left = |path: &FieldPath| planned.fields.iter().any(|field| field.path == *path);
    match planned.action {
        Action::None => Found::CarriedOut { remote: None },
        Action::Update | Action::Adopt => {
            if intent.fields.is_empty() || intent.fields.iter().any(left) {
                Found::Left
            } else {
                Found::CarriedOut { remote: None }
            }
        }
        Action::Blocked => unknown("something is in the way of planning it"),
        Action::Create => given_up("the record has gone since"),
        Action::End => given_up("the record is to end now"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{RemoteId, Tree},
        provider::{FailureKind, Raw, Record},
    };

    fn record(ended: Option<&str>) -> Record {
        Record {
            remote: RemoteId("7".to_owned()),
            tree: Tree::default(),
            unknown: Vec::new(),
            ended: ended.map(str::to_owned),
            raw: Raw::default(),
        }
    }

    #[test]
    fn an_end_is_read_off_a_record_that_was_adopted_too() {
        let gone = || Found::CarriedOut { remote: None };
        for (found, settled) in [
            (Match::Absent, gone()),
            (Match::AdoptMissing(RemoteId("7".to_owned())), gone()),
            (Match::Found(record(Some("Terminated"))), gone()),
            (Match::Adoptable(record(Some("Terminated"))), gone()),
            (Match::Found(record(None)), Found::Left),
            (Match::Adoptable(record(None)), Found::Left),
        ] {
            assert_eq!(ended(&found), settled, "{found:?}");
        }
        let unproved = ended(&Match::Unproved("a page is missing".to_owned()));
        assert!(matches!(unproved, Found::Unknown { .. }), "{unproved:?}");
    }

    #[test]
    fn a_record_that_cannot_be_read_is_open_and_says_why() {
        let why = "the record could not be read: the provider could not be reached, or is out of \
                   order";
        let failure = || Match::Failed(Failure::new(FailureKind::Unreachable, "BG80 is busy"));
        for found in [created(&failure()), ended(&failure())] {
            assert_eq!(found, unknown(why));
        }
    }
}
