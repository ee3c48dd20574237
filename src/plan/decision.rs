//! What is to be done about one resource, before it is written into the plan.

use jiff::civil::Date;

use crate::{
    desired::Resource,
    diff::{Diff, Difference, diff, is_compared},
    model::{FieldPath, Leaf, Obstacle, RemoteId, Tree, words},
    observed::{Match, ProviderView},
    provider::{Action, Call, Intent, Lookups, Record, Settling},
};

/// The decision about one resource.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) action: Action,
    pub(super) remote: Option<RemoteId>,
    pub(super) live_name: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) hint: Option<String>,
    /// The field that is in the way, where it is one.
    pub(super) at: Option<FieldPath>,
    pub(super) differences: Vec<Difference>,
    pub(super) calls: Vec<Call>,
    pub(super) notes: Vec<String>,
    /// The fields that have moved on by themselves.
    pub(super) moved_on: Vec<FieldPath>,
    /// The live values of all fields on which the decision rests.
    pub(super) relied_on: Vec<(FieldPath, Leaf)>,
    /// The state of the record, when it has ended.
    pub(super) ended: Option<String>,
    /// The desired tree after the provider's say.
    pub(super) desired: Tree,
}

impl Decision {
    /// Nothing can be done, because of that.
    pub(super) fn blocked(Obstacle { reason, hint }: Obstacle) -> Self {
        Self {
            action: Action::Blocked,
            reason: Some(reason),
            hint,
            ..Self::nothing()
        }
    }

    /// Nothing is to be done.
    fn nothing() -> Self {
        Self {
            action: Action::None,
            remote: None,
            live_name: None,
            reason: None,
            hint: None,
            at: None,
            differences: Vec::new(),
            calls: Vec::new(),
            notes: Vec::new(),
            moved_on: Vec::new(),
            relied_on: Vec::new(),
            ended: None,
            desired: Tree::default(),
        }
    }
}

/// Decides what is to be done about one resource, given its match.
pub(super) fn decide(
    resource: &Resource,
    desired: Tree,
    found: &Match,
    view: &ProviderView,
    today: Date,
) -> Decision {
    match (found, resource.due_end(today)) {
        (Match::Absent, Some(_)) => Decision::nothing(),
        (Match::Absent, None) => {
            let mut decision = create(resource, desired);
            let key = (resource.kind.kind, resource.key.clone());
            decision.notes.extend(view.create_notes.get(&key).cloned());
            decision
        }
        // The annotation stays in the manifest after the record has ended.
        (Match::AdoptMissing(remote), Some(_)) => {
            let mut decision = Decision::nothing();
            decision.notes.push(format!(
                "the record {remote} that the manifest adopts and ends is not there any more"
            ));
            decision
        }
        (Match::Found(record), Some(end)) => ending(resource, desired, record, &end.reason),
        (Match::Adoptable(record), Some(_)) => {
            let mut decision = Decision::blocked(
                Obstacle::new("the manifest adopts a record and ends it at once")
                    .hint("adopt it first; write spec.end in a later change"),
            );
            decision.remote = Some(record.remote.clone());
            decision
        }
        (Match::Found(record), None) => {
            let mut decision = update(resource, desired, record, &view.lookups, Action::Update);
            decision.notes.extend(scheduled_end(resource));
            decision
        }
        (Match::Adoptable(record), None) => {
            update(resource, desired, record, &view.lookups, Action::Adopt)
        }
        (other, _) => Decision::blocked(in_the_way(resource, other)),
    }
}

fn scheduled_end(resource: &Resource) -> Option<String> {
    let end = resource.end.as_ref()?;
    Some(format!("ends on {}: {}", end.on, end.reason))
}

fn create(resource: &Resource, desired: Tree) -> Decision {
    let fields = resource.kind.fields();
    let missing: Vec<&str> = fields
        .iter()
        .filter(|facts| facts.create_needs)
        .filter(|facts| desired.or_unset(facts.path).is_unset())
        .map(|facts| facts.path.as_str())
        .collect();
    if !missing.is_empty() {
        let reason = format!("a new record needs {}", words::list(missing));
        let hint = "write the missing fields, or correct the name if the record exists";
        return Decision::blocked(Obstacle::new(reason).hint(hint));
    }
    // A field that is to be empty is written too: some providers fill what they
    // are not given.
    let differences: Vec<Difference> = desired
        .iter()
        .map(|(path, leaf)| Difference {
            path,
            desired: leaf.clone(),
            observed: Leaf::Unset,
        })
        .collect();
    let mut decision = with_calls(resource, &desired, None, Action::Create, differences, None);
    decision.notes.extend(scheduled_end(resource));
    decision.desired = desired;
    decision
}

fn ending(resource: &Resource, desired: Tree, record: &Record, reason: &str) -> Decision {
    // A record that has ended may be about to come back.
    let mut decision = with_calls(
        resource,
        &desired,
        Some(record),
        Action::End,
        Vec::new(),
        Some(reason),
    );
    if decision.action == Action::End {
        decision.reason = Some(reason.to_owned());
        decision.notes.extend(record.ended.as_ref().map(|state| {
            format!("the record is {state} already; what is scheduled to bring it back is to go")
        }));
    }
    decision.remote = Some(record.remote.clone());
    decision.live_name = live_name(resource, record);
    let key = resource.kind.path(resource.kind.key);
    decision.relied_on = vec![(key, record.tree.or_unset(key).clone())];
    decision.ended.clone_from(&record.ended);
    decision.desired = desired;
    decision
}

fn live_name(resource: &Resource, record: &Record) -> Option<String> {
    record
        .tree
        .text(resource.kind.display_name)
        .map(str::to_owned)
}

fn update(
    resource: &Resource,
    mut desired: Tree,
    record: &Record,
    lookups: &Lookups,
    action: Action,
) -> Decision {
    let (mut notes, mut moved_on) = (Vec::new(), Vec::new());
    (resource.kind.settle)(&mut Settling {
        desired: &mut desired,
        record,
        lookups,
        notes: &mut notes,
        moved_on: &mut moved_on,
    });
    let Diff {
        differences,
        fixed,
        unknown,
    } = diff(resource.kind.fields(), &desired, record);
    let mut decision = if !unknown.is_empty() {
        let paths = words::list(unknown.iter().map(|path| path.as_str()));
        let reason = format!("the provider was asked for {paths} and did not return it");
        let hint =
            "nothing may be written over what is not known; try again, or leave these fields out";
        Decision::blocked(Obstacle::new(reason).hint(hint))
    } else if fixed.is_empty() {
        with_calls(resource, &desired, Some(record), action, differences, None)
    } else {
        let paths = words::list(fixed.iter().map(|difference| difference.path.as_str()));
        let reason = format!("{paths} can only be given when the record is created");
        let hint = "put the live value into the manifest, or leave the field out";
        Decision {
            at: fixed.first().map(|difference| difference.path),
            ..Decision::blocked(Obstacle::new(reason).hint(hint))
        }
    };
    decision.remote = Some(record.remote.clone());
    decision.live_name = live_name(resource, record);
    decision.notes.extend(notes);
    decision.moved_on = moved_on;
    decision.relied_on = desired
        .iter()
        .filter(|(path, _)| is_compared(resource.kind.fields(), *path))
        .map(|(path, _)| (path, record.tree.or_unset(path).clone()))
        .collect();
    decision.ended.clone_from(&record.ended);
    decision.desired = desired;
    decision
}

fn with_calls(
    resource: &Resource,
    desired: &Tree,
    record: Option<&Record>,
    action: Action,
    differences: Vec<Difference>,
    reason: Option<&str>,
) -> Decision {
    if differences.is_empty() && action == Action::Update && !is_ended(record) {
        return Decision::nothing();
    }
    let fields: Vec<FieldPath> = differences
        .iter()
        .map(|difference| difference.path)
        .collect();
    let intent = Intent {
        action,
        fields: &fields,
        desired,
        record,
        reason,
    };
    match (resource.kind.calls)(&intent) {
        Ok(calls) if calls.is_empty() && differences.is_empty() => Decision::nothing(),
        Ok(calls) if calls.is_empty() => Decision {
            differences,
            ..Decision::blocked(
                Obstacle::new("the provider has no call that would change these fields")
                    .hint("put the live values into the manifest, or leave the fields out"),
            )
        },
        Ok(calls) => Decision {
            action,
            differences,
            calls,
            ..Decision::nothing()
        },
        Err(refusal) => Decision {
            at: refusal.path,
            differences,
            ..Decision::blocked(Obstacle::new(refusal.reason))
        },
    }
}

/// An ended record whose manifest does not end it goes to the provider's code
/// even without a difference, so that it can refuse or revive.
fn is_ended(record: Option<&Record>) -> bool {
    record.is_some_and(|record| record.ended.is_some())
}

/// What is in the way of a resource whose match is neither a record nor the sure
/// absence of one.
fn in_the_way(resource: &Resource, found: &Match) -> Obstacle {
    let key = &resource.key;
    match found {
        Match::Unproved(why) => Obstacle::new(format!(
            "no record with the key `{key}` was seen, but that proves nothing: {why}"
        ))
        .hint("try again; a record is never created while its absence is not proved"),
        Match::AdoptMissing(remote) => Obstacle::new(format!(
            "the record {remote} that the manifest adopts is not there"
        ))
        .hint("correct the annotation trueup.dev/adopt, or take it out for a new record"),
        Match::AdoptsAnother(keyed, adopted) => Obstacle::new(format!(
            "the record {keyed} has the key `{key}`, and the manifest adopts another one, {adopted}"
        ))
        .hint(format!(
            "remove the annotation trueup.dev/adopt if {keyed} is meant; if {adopted} is, \
             remove the key from {keyed} at the provider, or give the manifest another key"
        )),
        Match::Several(remotes) => Obstacle::new(format!(
            "{} records have the key `{key}`: {}",
            remotes.len(),
            ids(remotes)
        ))
        .hint("remove the key from all but one of them at the provider"),
        Match::AnswersToKey(remote) => Obstacle::new(format!(
            "the record {remote} answers to our key `{key}`, and has another one"
        ))
        .hint(format!(
            "if it is the same customer, write the key that it has, or add the annotation \
             trueup.dev/adopt: \"{remote}\"; if not, choose another key"
        )),
        Match::Namesakes(remotes) => namesakes(remotes),
        Match::Protected(why) => Obstacle::new(format!("the record must not be managed: {why}"))
            .hint("remove the manifest"),
        Match::ClaimedAlsoBy(other, remote) => {
            Obstacle::new(format!("{other} describes the same record {remote}"))
                .hint("remove one of the two manifests, or its annotation trueup.dev/adopt")
        }
        Match::KeyAlsoOf(other) => Obstacle::new(format!(
            "{other} has the same key `{key}`, so two records would be made"
        ))
        .hint("give one of the two another name or key"),
        Match::Failed(failure) => {
            let hint = failure.hint.as_deref().unwrap_or("try again");
            Obstacle::new(format!("the record could not be read: {failure}")).hint(hint)
        }
        Match::Absent | Match::Found(_) | Match::Adoptable(_) => {
            unreachable!("`decide` has an answer of its own to these")
        }
    }
}

fn namesakes(remotes: &[RemoteId]) -> Obstacle {
    let hint = match remotes {
        [only] => format!(
            "if it is the same customer, add the annotation trueup.dev/adopt: \"{only}\"; if not, choose another name"
        ),
        _ => "if one of them is the same customer, add the annotation trueup.dev/adopt with its id"
            .to_owned(),
    };
    Obstacle::new(format!(
        "a record with this name but without our key exists: {}",
        ids(remotes)
    ))
    .hint(hint)
}

fn ids(remotes: &[RemoteId]) -> String {
    let ids: Vec<&str> = remotes.iter().map(|remote| remote.0.as_str()).collect();
    ids.join(", ")
}
