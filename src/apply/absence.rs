//! Proves that a record is not there before it is created, and does so again
//! where the proof has grown old: a run of thousands of creates takes an hour.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::future::join_all;
use tokio::{
    sync::{RwLock, RwLockReadGuard},
    time::Instant,
};

use crate::{
    desired::Resource,
    model::{Address, ProviderName},
    observed::{Match, read_again},
    plan::Change,
    provider::{Action, Reader},
};

use super::schedule::Context;

/// How old a proof may be when a create begins that rests on it. Short, so that
/// a record which somebody else makes meanwhile is seen; and long enough that an
/// account of some thousand records, which is listed in a few seconds, is not
/// listed most of the time. Where a listing takes longer than this, its proof
/// holds for as long as it took, or nothing but listing would be done.
const PROOF_AGE_MAX: Duration = Duration::from_secs(30);

/// The proofs of a run.
pub(super) struct Absence<'a> {
    context: &'a Context<'a>,
    /// The lists of the providers at which something is to be created.
    lists: BTreeMap<&'a ProviderName, List<'a>>,
}

/// The list of one provider. It is held shared by each change that makes it
/// longer or shorter while it is carried out, and alone by whoever reads it: a
/// list that moves while its pages are read proves nothing.
type List<'a> = RwLock<Proof<'a>>;

/// What the list showed, for all creates that have not begun.
struct Proof<'a> {
    reader: &'a dyn Reader,
    made: Option<Made>,
    left: Mutex<BTreeMap<&'a Address, Create<'a>>>,
}

/// When a list had been read, and how long that took.
#[derive(Clone, Copy)]
struct Made {
    at: Instant,
    took: Duration,
}

impl Made {
    fn is_young(self, now: Instant) -> bool {
        let age = now.saturating_duration_since(self.at);
        age <= PROOF_AGE_MAX.max(self.took)
    }
}

struct Create<'a> {
    resource: &'a Resource,
    found: Option<Match>,
}

/// What a change holds until it has ended.
#[derive(Default)]
pub(super) struct Turn<'l, 'a> {
    /// What there is in the place of a record that is to be created; nothing
    /// where the run was stopped before that was known.
    pub(super) found: Option<Match>,
    _list: Option<RwLockReadGuard<'l, Proof<'a>>>,
}

impl<'a> Absence<'a> {
    /// Prepares the proofs for the creates among some changes. Nothing is read.
    pub(super) fn new(changes: &[&'a Change], context: &'a Context<'a>) -> Self {
        let mut lists: BTreeMap<&ProviderName, List<'_>> = BTreeMap::new();
        let creates = changes
            .iter()
            .filter(|change| change.action == Action::Create);
        for change in creates.filter(|change| context.has_list(&change.provider)) {
            let provider = &change.provider;
            let resource = context.desired.get(&change.address);
            if let (Some(resource), Some(reader)) = (resource, context.readers.get(provider)) {
                let list = lists.entry(provider).or_insert_with(|| {
                    RwLock::new(Proof {
                        reader: reader.as_ref(),
                        made: None,
                        left: Mutex::default(),
                    })
                });
                let create = Create {
                    resource,
                    found: None,
                };
                list.get_mut().left().insert(&change.address, create);
            }
        }
        Self { context, lists }
    }

    /// Reads the list of each provider.
    pub(super) async fn prove(&self) {
        join_all(self.lists.values().map(|list| self.fresh(list))).await;
    }

    /// Lets a change begin. A create learns what there is in its place.
    pub(super) async fn begin<'l>(&'l self, change: &Change) -> Turn<'l, 'a> {
        match (self.lists.get(&change.provider), change.action) {
            (Some(list), Action::Create) => {
                let list = self.fresh(list).await;
                let create = list.left().remove(&change.address);
                Turn {
                    found: create.and_then(|create| create.found),
                    _list: Some(list),
                }
            }
            (Some(list), Action::End) => Turn {
                found: None,
                _list: Some(list.read().await),
            },
            (None, Action::Create) => Turn {
                found: self.look_up(change).await,
                _list: None,
            },
            _ => Turn::default(),
        }
    }

    /// Looks up one record at a provider that has no list. Each is looked up by
    /// itself anyway, so that is done when its turn has come, and after a stop it
    /// is a call in flight like any other.
    async fn look_up(&self, change: &Change) -> Option<Match> {
        let resource = self.context.desired.get(&change.address)?;
        let reader = self.context.readers.get(&change.provider)?;
        let mut found = self.look(&[resource], reader.as_ref()).await;
        found.remove(&change.address)
    }

    /// A list whose proof is young enough. Of several who find that it is not,
    /// one reads the list, when all changes have ended that move it.
    async fn fresh<'l>(&self, list: &'l List<'a>) -> RwLockReadGuard<'l, Proof<'a>> {
        {
            let proof = list.read().await;
            if self.is_young(&proof) {
                return proof;
            }
        }
        let mut proof = list.write().await;
        if !self.is_young(&proof) {
            self.renew(&mut proof).await;
        }
        proof.downgrade()
    }

    fn is_young(&self, proof: &Proof<'_>) -> bool {
        let made = proof.made;
        made.is_some_and(|made| made.is_young((self.context.clock)()))
    }

    /// Reads a list for all creates that are left. After a stop nothing is known
    /// of any.
    async fn renew(&self, proof: &mut Proof<'a>) {
        let begin = (self.context.clock)();
        let resources: Vec<&Resource> = proof
            .left()
            .values()
            .map(|create| create.resource)
            .collect();
        let look = self.look(&resources, proof.reader);
        let looked = self.context.stop.unless_asked(look).await;
        if looked.is_some() {
            let at = (self.context.clock)();
            let took = at.saturating_duration_since(begin);
            proof.made = Some(Made { at, took });
        }
        let mut found = looked.unwrap_or_default();
        for (address, create) in proof.left().iter_mut() {
            create.found = found.remove(*address);
        }
    }

    /// What there is in the place of some records.
    async fn look(&self, resources: &[&Resource], reader: &dyn Reader) -> BTreeMap<Address, Match> {
        let looked = read_again(resources, self.context.desired, reader).await;
        looked.unwrap_or_else(|failure| {
            let why = failure.to_string();
            let unproved = |resource: &&Resource| {
                let found = Match::Unproved(why.clone());
                (resource.address.clone(), found)
            };
            resources.iter().map(unproved).collect()
        })
    }
}

impl<'a> Proof<'a> {
    fn left(&self) -> MutexGuard<'_, BTreeMap<&'a Address, Create<'a>>> {
        // Nothing that is done under the lock panics.
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_good_for_half_a_minute_or_for_as_long_as_it_took() {
        let at = Instant::now();
        for (took, young, old) in [(0, 30, 31), (5, 30, 31), (90, 90, 91)] {
            let took = Duration::from_secs(took);
            let made = Made { at, took };
            assert!(made.is_young(at + Duration::from_secs(young)), "{took:?}");
            assert!(!made.is_young(at + Duration::from_secs(old)), "{took:?}");
        }
    }
}
