//! Sends one call, and settles an unclear outcome by looking, never by sending
//! again blindly.

use std::time::Duration;

use crate::{
    diff::{Diff, is_compared},
    model::{FieldMap, FieldPath, RemoteId},
    observed::{Match, read_again},
    provider::{Action, Call, Effect, Failure, FailureKind, Performed, Record, Repeat},
};

use super::{
    execute::{Task, remaining},
    outcome::Outcome,
};

/// How often a call whose outcome is unclear is sent in all.
const SENDS_MAX: u32 = 3;

/// How long to wait before looking whether a call took effect, where the server
/// names no time. A provider may need a moment to show what it has done.
const LOOK_DELAY: Duration = Duration::from_secs(1);

/// The longest wait that a server may ask for before we look. Beyond it we look
/// all the same, rather than sit in a pipeline for an hour.
const LOOK_DELAY_MAX: Duration = Duration::from_mins(2);

/// How a call ended well.
pub(super) enum Sent {
    /// The provider said so.
    Performed(Performed),
    /// The answer was lost, but the provider shows the effect; with the id of
    /// the record, if the call created it.
    FoundDone(Option<RemoteId>),
}

/// What a look at the provider showed after an unclear call.
#[derive(Debug, PartialEq, Eq)]
enum Look {
    Done(Option<RemoteId>),
    NotDone,
    /// Nothing that the provider shows tells, but the call may be sent again.
    Unseen(String),
    Unclear(String),
}

/// Sends a call.
pub(super) async fn send(task: &mut Task<'_>, call: &Call) -> Result<Sent, Box<Outcome>> {
    let mut sends = 0;
    loop {
        sends += 1;
        task.calls_sent.push(call.operation);
        let failure = match task.writer.perform(call, &task.job()).await {
            Ok(performed) => return Ok(Sent::Performed(performed)),
            Err(failure) => failure,
        };
        if failure.effect == Effect::None && !worth_looking(task.change.action, &failure) {
            return Err(task.failed(&failure));
        }
        let pace = task.context.pace(&task.change.provider);
        tokio::time::sleep(pace.of(wait(asked_to_wait(&failure)))).await;
        match look(task, call).await {
            Look::Done(remote) => return Ok(Sent::FoundDone(remote)),
            Look::NotDone | Look::Unseen(_) if sends < SENDS_MAX => {
                tracing::info!(operation = call.operation, "not seen; sending again");
            }
            Look::NotDone => return Err(task.failed(&failure)),
            Look::Unseen(_) | Look::Unclear(_) if failure.effect == Effect::None => {
                return Err(task.failed(&failure));
            }
            Look::Unseen(why) | Look::Unclear(why) => {
                return Err(task.unknown(format!("{failure}; {why}")));
            }
        }
    }
}

/// A provider that was too busy or could not be reached may be asked again, and
/// a record that is not there may have ended as it should.
fn worth_looking(action: Action, failure: &Failure) -> bool {
    match failure.kind {
        FailureKind::Throttled | FailureKind::Unreachable => true,
        FailureKind::NotFound => action == Action::End,
        _ => false,
    }
}

fn asked_to_wait(failure: &Failure) -> Option<Duration> {
    failure.http.as_ref()?.retry_after()
}

/// How long to wait before looking, where the server asked for `asked`.
fn wait(asked: Option<Duration>) -> Duration {
    asked
        .unwrap_or(LOOK_DELAY)
        .clamp(LOOK_DELAY, LOOK_DELAY_MAX)
}

/// Reads the provider to see whether `call` took effect.
async fn look(task: &mut Task<'_>, call: &Call) -> Look {
    if task.remote.is_none() {
        return look_for_created(task).await;
    }
    let before = task.record.clone();
    if let Err(outcome) = task.read_again().await {
        return Look::Unclear(outcome.reason.unwrap_or_default());
    }
    let Some(record) = &task.record else {
        return if task.change.action == Action::End {
            Look::Done(None)
        } else {
            Look::Unclear("the record has gone".to_owned())
        };
    };
    if task.change.action == Action::End && call.fields.is_empty() {
        return match (&record.ended, call.repeat) {
            (Some(_), _) => Look::Done(None),
            (None, _) => Look::NotDone,
        };
    }
    let fields = task.resource.kind.fields();
    judge(
        fields,
        call,
        &task.difference(record),
        before.as_ref(),
        record,
    )
}

/// What a record says about a call that was to change it. Only fields that the
/// provider returns are evidence.
fn judge(
    fields: &FieldMap,
    call: &Call,
    difference: &Diff,
    before: Option<&Record>,
    record: &Record,
) -> Look {
    let left = remaining(difference);
    let is_hidden =
        |path: &FieldPath| difference.unknown.contains(path) || !is_compared(fields, *path);
    let (hidden, visible): (Vec<_>, Vec<_>) = call.fields.iter().partition(|path| is_hidden(path));
    let missing = visible.iter().any(|path| left.contains(path));
    let state = |record: &Record| record.ended.is_some();
    match call.repeat {
        _ if !visible.is_empty() && !missing => Look::Done(None),
        _ if call.fields.is_empty() && before.is_some_and(|was| state(was) != state(record)) => {
            Look::Done(None)
        }
        Repeat::Safe if missing => Look::NotDone,
        Repeat::Safe => Look::Unseen(UNSEEN.to_owned()),
        Repeat::AfterLookup if visible.is_empty() && !hidden.is_empty() => {
            Look::Unclear(UNSEEN.to_owned())
        }
        Repeat::AfterLookup if before.is_some_and(|was| is_unchanged(was, record)) => Look::NotDone,
        Repeat::AfterLookup => {
            Look::Unclear("the record has changed, but not as wanted".to_owned())
        }
    }
}

/// Why a look tells nothing.
const UNSEEN: &str = "the provider does not show whether it was carried out";

fn is_unchanged(before: &Record, record: &Record) -> bool {
    before.tree == record.tree && before.ended == record.ended && before.unknown == record.unknown
}

/// Looks for the record that a create may have made: found once, it is ours;
/// not found in a complete listing, it was not made; anything else is unclear.
async fn look_for_created(task: &Task<'_>) -> Look {
    match read_again(&[task.resource], task.context.desired, task.reader).await {
        Err(failure) => Look::Unclear(format!("looking for the record failed: {failure}")),
        Ok(mut matches) => match matches.remove(&task.resource.address) {
            Some(Match::Found(record)) => Look::Done(Some(record.remote)),
            Some(Match::Absent) => Look::NotDone,
            Some(Match::Unproved(why)) => Look::Unclear(why),
            Some(Match::Several(_)) => Look::Unclear("several records have our key now".to_owned()),
            Some(Match::Namesakes(_)) => {
                Look::Unclear("a record with this name but without our key is there now".to_owned())
            }
            _ => Look::Unclear("the record could not be looked up".to_owned()),
        },
    }
}

#[cfg(test)]
mod tests;
