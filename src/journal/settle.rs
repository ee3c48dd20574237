//! What became of the calls that a run left open, by what the providers show
//! now. Pure: what is observed and planned anyway is all that it takes.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
};

use crate::{
    desired::{Desired, Resource},
    model::{FieldPath, FingerprintKey, ProviderName, RemoteId},
    observed::{Match, Observed, ProviderView},
    plan::{Change, Plan},
    provider::{Action, Completeness, Failure},
    receipt::{Found, Settled},
};

use super::{
    past::Past,
    record::{IntentTaken, fingerprint_of_field},
    run::fingerprint_of_key,
};

/// What the run that settles knows.
#[derive(Clone, Copy)]
pub struct Settling<'a> {
    /// What the manifests want.
    pub desired: &'a Desired,
    /// What the providers have.
    pub observed: &'a Observed,
    /// What is left to do.
    pub plan: &'a Plan,
    /// The locks that are held, by provider: they say which account it is.
    pub locks: &'a BTreeMap<ProviderName, String>,
    /// What was read, in every form in which `-f` may have named it, and what is
    /// not there any more.
    pub manifests: &'a [String],
    /// The user's key for fingerprints.
    pub key: Option<&'a FingerprintKey>,
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
        if let Some(found) = judge(past, intent, &account.lock, now) {
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
/// was not looked at. It is read off the manifest that describes the record of then
/// by now, which may be another one.
fn judge(past: &Past, intent: &IntentTaken, lock: &str, now: &Settling<'_>) -> Option<Found> {
    let own = now.desired.get(&intent.address);
    let provider = provider_of(own, lock, now)?;
    let view = now.observed.providers.get(provider)?.as_ref();
    let Ok(view) = view else {
        return Some(unknown("the provider could not be read"));
    };
    let run = &past.header.run;
    let here = own.into_iter().chain(&now.desired.resources);
    let mut here = here.filter(|resource| resource.provider == *provider);
    let Some(resource) = here.find(|resource| describes(resource, run, intent, view)) else {
        let why = why_undescribed(past, own, provider, view, now)?;
        return Some(undescribed(run, intent, view, why));
    };
    let found = view.matches.get(&resource.address)?;
    let mut changes = now.plan.changes.iter();
    let planned = changes.find(|change| change.address == resource.address);
    Some(match (intent.action, intent.remote.is_none()) {
        (_, true) => created(found, resource.adopt.as_ref(), &view.completeness),
        (Action::End, false) => ended(found),
        (_, false) if is_shown(past, intent, found, now.key) => Found::CarriedOut { remote: None },
        (_, false) => written(intent, planned?),
    })
}

/// Whether a manifest is about the record that a call was about: the one with its id,
/// or with the key of then where no record is known.
fn describes(resource: &Resource, run: &str, intent: &IntentTaken, view: &ProviderView) -> bool {
    let kind = intent.address.kind;
    let record = view.matches.get(&resource.address).and_then(Match::record);
    resource.kind.kind == kind
        && match (&intent.remote, record) {
            (Some(remote), Some(record)) => record.remote == *remote,
            _ => fingerprint_of_key(run, kind, &resource.key) == intent.key,
        }
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

/// Why nothing that was read describes the record of a call. Nothing where its own
/// manifest is there, but was not looked at.
enum Undescribed {
    /// All that its run read was read again.
    ReadAgain(&'static str),
    /// Its run read more than was read now, so that its manifest may be there.
    ReadElsewhere(String),
}

/// Why a call is given up whose manifest is gone.
const NO_MANIFEST: &str = "no manifest that was read describes the record";

/// Why a call is given up whose manifest has become that of another record.
const OTHER_KEY: &str = "its manifest has another key by now, or describes another record; look \
                         for the one with the key of then at the provider";

/// Why a call is given up whose manifest has become that of another account.
const OTHER_PROVIDER: &str = "its manifest is about another provider now";

/// What `-f` names standard input by.
const STANDARD_INPUT: &str = "-";

fn why_undescribed(
    past: &Past,
    own: Option<&Resource>,
    provider: &ProviderName,
    view: &ProviderView,
    now: &Settling<'_>,
) -> Option<Undescribed> {
    let why = match own {
        None => NO_MANIFEST,
        Some(own) if own.provider == *provider => {
            // Not selected, so that nobody knows which record it is about.
            view.matches.get(&own.address)?;
            OTHER_KEY
        }
        Some(own) => {
            // Without its lock nobody knows which account it is.
            now.locks.get(&own.provider)?;
            OTHER_PROVIDER
        }
    };
    let mut of_then = past.header.manifests.iter();
    let elsewhere = of_then.find(|input| !is_read(input, now.manifests));
    Some(match elsewhere {
        Some(input) => Undescribed::ReadElsewhere(input.clone()),
        None => Undescribed::ReadAgain(why),
    })
}

/// Whether an input of an earlier run is among those of this one, or lies in one of
/// them by the letters of its name. Links and other folders to start from are not
/// looked at: at worst a call stays open that could be given up, or is given up for a
/// reason that holds all the same.
fn is_read(then: &str, now: &[String]) -> bool {
    if then == STANDARD_INPUT {
        return now.iter().any(|input| input == then);
    }
    let bare = |input: &str| -> PathBuf {
        let steps = Path::new(input).components();
        steps.filter(|step| *step != Component::CurDir).collect()
    };
    let then = bare(then);
    let is_below_start = then
        .components()
        .all(|step| matches!(step, Component::Normal(_)));
    now.iter().map(|input| bare(input)).any(|input| {
        let is_start = input.as_os_str().is_empty();
        then.starts_with(&input) && (is_below_start || !is_start)
    })
}

/// A call about a record that nothing which was read describes. One that is listed
/// with the key of then was made; of one that is not, nothing is said while the list,
/// or what was read, may lack it.
fn undescribed(run: &str, intent: &IntentTaken, view: &ProviderView, why: Undescribed) -> Found {
    let kind = intent.address.kind;
    let ours = view.unmanaged.iter().find(|record| {
        let key = record.key.as_ref().filter(|_| record.kind == kind);
        key.is_some_and(|key| fingerprint_of_key(run, kind, key) == intent.key)
    });
    if let Some(record) = ours.filter(|_| intent.remote.is_none()) {
        return Found::CarriedOut {
            remote: Some(record.remote.clone()),
        };
    }
    match (why, &view.completeness) {
        (Undescribed::ReadElsewhere(input), _) => unknown(&format!(
            "{NO_MANIFEST}, and its run read `{input}` too, which may hold one: give it with -f"
        )),
        (_, Completeness::Incomplete(_)) => unknown(&format!(
            "{NO_MANIFEST}, and the provider may have more records than it has listed"
        )),
        (Undescribed::ReadAgain(why), Completeness::Complete | Completeness::ByKey) => {
            given_up(why)
        }
    }
}

/// A call that was to make a record. One that the manifest adopts may have been
/// there before, and have our key from the adoption: it is no sign of the call.
fn created(found: &Match, adopts: Option<&RemoteId>, completeness: &Completeness) -> Found {
    if let Some(record) = found.record().filter(|one| Some(&one.remote) == adopts) {
        return match completeness {
            Completeness::Complete | Completeness::ByKey => given_up(&format!(
                "its manifest adopts the record {}, and no other one that is live has our key",
                record.remote
            )),
            Completeness::Incomplete(_) => unknown(
                "its manifest adopts a record, and not all are listed: another one may have our key",
            ),
        };
    }
    match found {
        Match::Found(record) => Found::CarriedOut {
            remote: Some(record.remote.clone()),
        },
        Match::AdoptsAnother(ours, _) => Found::CarriedOut {
            remote: Some(ours.clone()),
        },
        Match::Absent => Found::NotDone,
        Match::Unproved(_) => unknown("the absence of the record is not proved"),
        Match::Several(_) => unknown("several records have our key"),
        Match::AnswersToKey(_) => unknown("a record that has another key answers to ours"),
        Match::Namesakes(_) => unknown("a record with its name, but without our key, is there"),
        Match::Adoptable(_)
        | Match::AdoptMissing(_)
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

/// Whether a record has what a call was to write, by the fingerprints of then. They
/// decide nothing where the user's key was another one, or there was none.
fn is_shown(
    past: &Past,
    intent: &IntentTaken,
    found: &Match,
    key: Option<&FingerprintKey>,
) -> bool {
    let (Some(key), Some(record)) = (key, found.record()) else {
        return false;
    };
    let Some(writes) = past.writes(&intent.address) else {
        return false;
    };
    let mut fields = intent.fields.iter();
    !intent.fields.is_empty()
        && fields.all(|path| {
            let live = record.tree.get(*path);
            let live = live.map(|leaf| fingerprint_of_field(key, &intent.address, *path, leaf));
            live.is_some() && writes.get(path) == live.as_ref()
        })
}

/// A call that was to write fields. What the plan does not write again is as the
/// manifest wants it now, which may be how it was before the call: the manifest may
/// have been put back.
fn written(intent: &IntentTaken, planned: &Change) -> Found {
    let left = |path: &FieldPath| planned.fields.iter().any(|field| field.path == *path);
    match planned.action {
        Action::None => Found::InLine,
        Action::Update | Action::Adopt => {
            if intent.fields.is_empty() || intent.fields.iter().any(left) {
                Found::Left
            } else {
                Found::InLine
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
        let created = created(&failure(), None, &Completeness::Complete);
        for found in [created, ended(&failure())] {
            assert_eq!(found, unknown(why));
        }
    }
}
