//! What has moved at the providers, change by change, and what is left to do.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{
    desired::{Desired, End, Resource},
    model::{Address, FieldPath, Fingerprint, FingerprintKey, Leaf, words},
    plan::{Change, Counts, FieldChange, Planned, Work},
    provider::Action,
};

use super::{Moved, SavedChange, SavedPlan, moved::ResourceMoved};

/// What a plan that was made again says of a saved one.
#[derive(Debug)]
pub enum Comparison {
    /// These have moved: nothing of the saved plan is to be carried out.
    Moved(Vec<Moved>),
    /// All its changes are done.
    Done,
    /// It is to be carried out.
    Reviewed(Box<Reviewed>),
}

/// What is to be carried out of a saved plan.
#[derive(Debug)]
pub struct Reviewed {
    /// The changes that are left, in the saved order, with what it takes to
    /// carry them out. Those that are done have nothing to do.
    pub planned: Planned,
    /// How many of its changes are done already.
    pub done: usize,
    /// What has moved and is in nobody's way: sentences without a period.
    pub notes: Vec<String>,
}

/// How a change of the saved plan stands now.
enum Standing {
    Done,
    Left(Box<Change>),
    Moved(Vec<ResourceMoved>),
}

/// Compares a saved plan with one that was made again from the same manifests,
/// as of `today`.
#[must_use]
pub fn compare(
    saved: &SavedPlan,
    key: &FingerprintKey,
    desired: &Desired,
    planned: Planned,
    today: Date,
) -> Comparison {
    let mut moved = accounts(saved, &planned);
    let now: BTreeMap<&Address, &Change> = planned
        .plan
        .changes
        .iter()
        .map(|change| (&change.address, change))
        .collect();
    let comparing = Comparing {
        saved,
        key,
        desired,
        planned: &planned,
        creates: saved
            .plan
            .to_do()
            .filter(|change| change.action == Action::Create)
            .map(|change| &change.address)
            .collect(),
        today,
    };
    let mut left: BTreeMap<Address, Change> = BTreeMap::new();
    let mut done = 0;
    for change in saved.plan.to_do() {
        match comparing.standing(change, now.get(&change.address).copied()) {
            Standing::Done => done += 1,
            Standing::Left(again) => {
                left.insert(change.address.clone(), *again);
            }
            Standing::Moved(how) => moved.extend(
                how.into_iter()
                    .map(|how| Moved::Resource(change.address.clone(), how)),
            ),
        }
    }
    if !moved.is_empty() {
        moved.sort();
        return Comparison::Moved(moved);
    }
    if left.is_empty() {
        if done > 0 {
            return Comparison::Done;
        }
        let due = comparing.ends_due(&now);
        if !due.is_empty() {
            return Comparison::Moved(due);
        }
    }
    let notes = saved
        .plan
        .changes
        .iter()
        .filter_map(|change| left_alone(change, now.get(&change.address).copied()))
        .collect();
    drop(now);
    Comparison::Reviewed(Box::new(Reviewed {
        planned: only(saved, left, planned),
        done,
        notes,
    }))
}

/// Who we are at each provider, where that is somebody else.
fn accounts(saved: &SavedPlan, planned: &Planned) -> Vec<Moved> {
    let mut moved = Vec::new();
    for provider in &saved.providers {
        let mut again = planned.plan.providers.iter();
        let again = again.find(|again| again.name == provider.name);
        if let Some(now) = again.and_then(|again| again.account.as_ref())
            && *now != provider.account
        {
            moved.push(Moved::Account {
                provider: provider.name.clone(),
                planned: provider.account.clone(),
                now: now.clone(),
            });
        }
    }
    moved
}

/// What is to be said of a resource that the saved plan leaves alone, and that
/// a new plan would not.
fn left_alone(change: &Change, now: Option<&Change>) -> Option<String> {
    let now = now?;
    let address = &change.address;
    match (change.action, now.action) {
        (Action::None, Action::None) => None,
        (Action::None, _) => Some(format!(
            "{address} was in line when the plan was made, and has moved since; this plan leaves it alone"
        )),
        (Action::Blocked, Action::Create | Action::Adopt | Action::Update | Action::End) => {
            Some(format!(
                "{address} was blocked when the plan was made, and no longer is; this plan leaves it alone"
            ))
        }
        _ => None,
    }
}

/// The saved plan with the changes that are left, as they were made again.
fn only(saved: &SavedPlan, mut left: BTreeMap<Address, Change>, planned: Planned) -> Planned {
    let waiting: BTreeSet<Address> = left.keys().cloned().collect();
    let changes: Vec<Change> = saved
        .plan
        .changes
        .iter()
        .map(|change| match left.remove(&change.address) {
            Some(mut again) => {
                again.depends_on.retain(|target| waiting.contains(target));
                keep_causes(&change.fields, &mut again.fields);
                again
            }
            None if !change.action.is_carried_out() => change.clone(),
            None => Change {
                action: Action::None,
                fields: Vec::new(),
                calls: Vec::new(),
                depends_on: Vec::new(),
                ..change.clone()
            },
        })
        .collect();
    let mut plan = saved.plan.clone();
    plan.counts = Counts::of(&changes);
    plan.changes = changes;
    let mut work = planned.work;
    work.retain(|address, _| waiting.contains(address));
    Planned { plan, work }
}

/// Causes are those that were reviewed.
fn keep_causes(reviewed: &[FieldChange], fields: &mut [FieldChange]) {
    for field in fields {
        let was = reviewed.iter().find(|was| was.path == field.path);
        if let Some(was) = was {
            field.cause = was.cause;
            field.base.clone_from(&was.base);
        }
    }
}

struct Comparing<'a> {
    saved: &'a SavedPlan,
    key: &'a FingerprintKey,
    desired: &'a Desired,
    planned: &'a Planned,
    /// The records that the saved plan makes.
    creates: BTreeSet<&'a Address>,
    today: Date,
}

impl Comparing<'_> {
    /// The records that were to be left alone when the plan was made, and whose day
    /// of `spec.end` has come since. A plan without a change would count as carried
    /// out, and nobody would make the one that ends them.
    fn ends_due(&self, now: &BTreeMap<&Address, &Change>) -> Vec<Moved> {
        let changes = self.saved.plan.changes.iter();
        let mut due: Vec<Moved> = changes
            .filter_map(|change| {
                let now = now.get(&change.address)?;
                let end = self.desired.get(&change.address)?.end.as_ref()?;
                (now.action == Action::End).then(|| {
                    let otherwise = ResourceMoved::Otherwise {
                        planned: what(change),
                        now: ends_on(end),
                    };
                    Moved::Resource(change.address.clone(), otherwise)
                })
            })
            .collect();
        due.sort();
        due
    }

    fn standing(&self, change: &Change, now: Option<&Change>) -> Standing {
        let otherwise = |now: String| {
            Standing::Moved(vec![ResourceMoved::Otherwise {
                planned: what(change),
                now,
            }])
        };
        let (Some(now), Some(resource)) = (now, self.desired.get(&change.address)) else {
            return otherwise("nothing of it".to_owned());
        };
        let due = resource.due_end(self.today);
        if let (Some(end), false) = (due, change.action == Action::End) {
            return otherwise(ends_on(end));
        }
        // What was to exist and does not is not done.
        let exists = now.remote.is_some() || change.action == Action::End;
        if now.action == Action::None && exists {
            return Standing::Done;
        }
        // The first call of an adoption puts our key into the record.
        let adopted = (change.action, now.action) == (Action::Adopt, Action::Update);
        if now.action != change.action && !adopted {
            return otherwise(what(now));
        }
        let parts = (
            self.saved.changes.get(&change.address),
            self.planned.work.get(&now.address),
        );
        let (Some(was), Some(work)) = parts else {
            return otherwise("that there is nothing to carry out".to_owned());
        };
        let moved = self.moved(change, now, was, work, resource);
        if moved.is_empty() {
            Standing::Left(Box::new(now.clone()))
        } else {
            Standing::Moved(moved)
        }
    }

    /// How a change of the same action, or what is left of an adoption, differs
    /// from the saved one.
    fn moved(
        &self,
        change: &Change,
        now: &Change,
        was: &SavedChange,
        work: &Work,
        resource: &Resource,
    ) -> Vec<ResourceMoved> {
        let mut moved = Vec::new();
        if now.remote != change.remote {
            let id = |change: &Change| {
                let remote = change.remote.as_ref();
                remote.map_or_else(|| "none".to_owned(), ToString::to_string)
            };
            moved.push(ResourceMoved::Record {
                planned: id(change),
                now: id(now),
            });
        }
        if work.ended != was.ended {
            moved.push(ResourceMoved::Ended {
                now: work.ended.is_some(),
            });
        }
        let (planned, again) = (paths(change), paths(now));
        // Fields that have their planned values by now: an earlier apply was
        // interrupted between two calls.
        let written: BTreeSet<FieldPath> = planned.difference(&again).copied().collect();
        let fields = self.fields(was, work, &written);
        let values = self.values(now, was, work, resource);
        let known = |path: &FieldPath| planned.contains(path) || fields.contains(&path.as_str());
        let same = again.iter().all(known) && calls_are_known(change, now, &written);
        if !fields.is_empty() {
            moved.push(ResourceMoved::Fields(fields));
        }
        if !values.is_empty() {
            moved.push(ResourceMoved::Values(values));
        }
        if moved.is_empty() && !same {
            moved.push(ResourceMoved::Otherwise {
                planned: what(change),
                now: what(now),
            });
        }
        moved
    }

    /// The live fields that the plan relied on and that have other values,
    /// other than those that it was to write.
    fn fields(
        &self,
        was: &SavedChange,
        work: &Work,
        written: &BTreeSet<FieldPath>,
    ) -> Vec<&'static str> {
        let again: BTreeMap<FieldPath, Fingerprint> = work
            .relied_on
            .iter()
            .map(|(path, leaf)| (*path, self.key.of_leaf(leaf)))
            .collect();
        let all: BTreeSet<FieldPath> = was.relied_on.keys().chain(again.keys()).copied().collect();
        all.into_iter()
            .filter(|path| was.relied_on.get(path) != again.get(path))
            .filter(|path| !written.contains(path))
            .map(FieldPath::as_str)
            .collect()
    }

    /// The fields that would be written with another value.
    fn values(
        &self,
        now: &Change,
        was: &SavedChange,
        work: &Work,
        resource: &Resource,
    ) -> Vec<&'static str> {
        let differs = |path: FieldPath| {
            let Some(planned) = was.writes.get(&path) else {
                return false;
            };
            let leaf = work.desired.or_unset(path);
            self.key.of_leaf(leaf) != *planned && !self.was_made_since(path, planned, resource)
        };
        now.fields
            .iter()
            .map(|field| field.path)
            .filter(|path| now.action != Action::End && differs(*path))
            .map(FieldPath::as_str)
            .collect()
    }

    /// Whether a value was a record that this very plan creates: its id was not
    /// known then, and is now.
    fn was_made_since(&self, path: FieldPath, planned: &Fingerprint, resource: &Resource) -> bool {
        resource
            .references
            .iter()
            .filter(|(field, _)| *field == path)
            .any(|(_, target)| {
                self.creates.contains(target)
                    && self.key.of_leaf(&Leaf::Reference(target.clone())) == *planned
            })
    }
}

/// Whether the calls are those of the plan, or, when a part is done, all
/// among them.
fn calls_are_known(change: &Change, now: &Change, written: &BTreeSet<FieldPath>) -> bool {
    if written.is_empty() {
        return now.calls == change.calls;
    }
    now.calls.iter().all(|call| {
        let mut planned = change.calls.iter();
        planned.any(|was| was.operation == call.operation && was.purpose == call.purpose)
    })
}

fn paths(change: &Change) -> BTreeSet<FieldPath> {
    change.fields.iter().map(|field| field.path).collect()
}

/// An end in words, after "it would say".
fn ends_on(end: &End) -> String {
    format!("that it ends, on {}", end.on)
}

/// A change in words, after "the plan says".
fn what(change: &Change) -> String {
    let fields = || words::list(change.fields.iter().map(|field| field.path.as_str()));
    match change.action {
        Action::Create | Action::Adopt | Action::End => change.action.word().to_owned(),
        Action::Update => format!("update of {}", fields()),
        Action::None => "nothing to do".to_owned(),
        Action::Blocked => match &change.reason {
            Some(reason) => format!("blocked: {reason}"),
            None => "blocked".to_owned(),
        },
    }
}
