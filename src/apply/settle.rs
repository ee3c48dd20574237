//! Sends one call, and settles an unclear outcome by looking, never by sending
//! again blindly.

use std::time::Duration;

use crate::{
    diff::diff,
    model::{Leaf, RemoteId, Tree},
    observed::{Match, read_again},
    provider::{Action, Call, Effect, Failure, FailureKind, Performed, Repeat},
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

/// How a call ended well.
pub(super) enum Sent {
    /// The provider said so.
    Performed(Performed),
    /// The answer was lost, but the provider shows the effect; with the id of
    /// the record, if the call created it.
    FoundDone(Option<RemoteId>),
}

/// What a look at the provider showed after an unclear call.
enum Look {
    Done(Option<RemoteId>),
    NotDone,
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
        if failure.effect == Effect::None && !worth_repeating(&failure) {
            return Err(task.failed(&failure));
        }
        tokio::time::sleep(wait(&failure)).await;
        match look(task, call).await {
            Look::Done(remote) => return Ok(Sent::FoundDone(remote)),
            Look::NotDone if sends < SENDS_MAX => {
                tracing::info!(operation = call.operation, "not carried out; sending again");
            }
            Look::NotDone => return Err(task.failed(&failure)),
            Look::Unclear(_) if failure.effect == Effect::None => return Err(task.failed(&failure)),
            Look::Unclear(why) => return Err(task.unknown(format!("{failure}; {why}"))),
        }
    }
}

/// A provider that was too busy or could not be reached may be asked again.
fn worth_repeating(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::Throttled | FailureKind::Unreachable
    )
}

fn wait(failure: &Failure) -> Duration {
    failure
        .http
        .as_ref()
        .and_then(|http| http.retry_after())
        .map_or(LOOK_DELAY, |asked| asked.max(LOOK_DELAY))
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
    let wanted: Tree = call
        .fields
        .iter()
        .map(|path| {
            (
                *path,
                task.desired.get(*path).cloned().unwrap_or(Leaf::Unset),
            )
        })
        .collect();
    let left = remaining(&diff(task.resource.kind.fields(), &wanted, record));
    if left.is_empty() {
        Look::Done(None)
    } else if call.repeat == Repeat::Safe || before.is_some_and(|before| before.tree == record.tree)
    {
        Look::NotDone
    } else {
        Look::Unclear("the record has changed, but not as wanted".to_owned())
    }
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
