//! Sends one call, and settles an unclear outcome by looking, never by sending
//! again blindly.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    diff::{Diff, is_compared},
    http::{RETRY_AFTER_MAX, Wait, WaitReason},
    model::{FieldMap, FieldPath, RemoteId},
    observed::{Match, read_again},
    provider::{
        Action, Call, Effect, Failure, FailureKind, LOOK_DELAYS, Performed, Record, Repeat,
    },
};

use super::{
    execute::{Task, remaining},
    journal::{Answer, Intent, JournalError},
    outcome::Outcome,
};

/// How often a call whose outcome is unclear is sent in all, as long as the run
/// has not sent too many again.
const SENDS_MAX: u32 = 3;

/// How often a call is made anew that was not sent because it would have come too
/// late. Each time there has to be a pause, a login or a long queue in just that
/// moment, so that this is never reached by chance.
const OVERTAKEN_MAX: u32 = 10;

/// How a call ended well.
pub(super) enum Sent {
    /// The provider said so.
    Performed(Performed),
    /// The provider shows the effect, whoever brought it about.
    FoundDone {
        /// The id of the record, if the call was to create it.
        remote: Option<RemoteId>,
        /// What our own attempts may have done.
        ours: Effect,
    },
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
    let action = task.change.action;
    let before = task.record.clone();
    let mut sends = 0;
    let mut overtaken = 0;
    let mut earlier = Effect::None;
    task.resends.spend_request();
    loop {
        let failure = match send_once(task, call).await? {
            Ok(performed) => return Ok(Sent::Performed(performed)),
            Err(failure) => failure.after(earlier),
        };
        let is_overtaken = failure.is_overtaken();
        if is_overtaken && earlier == Effect::None && task.remote.is_some() {
            overtaken += 1;
            task.calls_sent.pop();
            if overtaken >= OVERTAKEN_MAX || task.context.stop.asked() {
                return Err(task.failed(&failure));
            }
            // Nothing was sent, so there is nothing to look for.
            task.read_again().await?;
            task.check_unmoved(call, before.as_ref(), earlier)?;
            continue;
        }
        earlier = failure.effect;
        let count = if is_overtaken {
            &mut overtaken
        } else {
            &mut sends
        };
        *count += 1;
        if failure.effect == Effect::None && !worth_looking(action, &failure) {
            return Err(task.failed(&failure));
        }
        let seen = look_patiently(task, call, &failure).await;
        let may_repeat = matches!(seen, Look::NotDone | Look::Unseen(_))
            && sends < SENDS_MAX
            && overtaken < OVERTAKEN_MAX
            && !task.context.stop.asked()
            && !is_refusal(action, &failure);
        let take_retry = || {
            if is_overtaken {
                Ok(())
            } else {
                task.resends.take_retry()
            }
        };
        let failure = match may_repeat.then(take_retry) {
            Some(Ok(())) => {
                task.check_unmoved(call, before.as_ref(), earlier)?;
                tracing::info!(operation = call.operation, "not seen; sending again");
                continue;
            }
            Some(Err(gave_up)) => failure.given_up(gave_up),
            None => failure,
        };
        return match seen {
            Look::Done(remote) => Ok(Sent::FoundDone {
                remote,
                ours: earlier,
            }),
            Look::Unseen(why) | Look::Unclear(why) if failure.effect == Effect::Unknown => {
                Err(task.unknown(format!("{failure}; {why}")))
            }
            Look::NotDone | Look::Unseen(_) | Look::Unclear(_) => Err(task.failed(&failure)),
        };
    }
}

/// Takes a call down, sends it, and takes down what came of it.
async fn send_once(
    task: &mut Task<'_>,
    call: &Call,
) -> Result<Result<Performed, Failure>, Box<Outcome>> {
    if let Some(closed) = task.closed() {
        return Err(closed);
    }
    let sequence = match take_down(task, call).await {
        Ok(sequence) => sequence,
        Err(error) => return Err(not_sent(task, &error)),
    };
    task.calls_sent.push(call.operation);
    task.is_read_back = false;
    let given = task.writer.perform(call, &task.job()).await;
    let journal = task.context.journal;
    journal.answered(sequence, Answer::of(&given)).await;
    Ok(given)
}

/// Takes down that a call is about to be sent.
async fn take_down(task: &Task<'_>, call: &Call) -> Result<u64, JournalError> {
    let intent = Intent {
        address: &task.change.address,
        provider: &task.change.provider,
        action: task.change.action,
        call,
        remote: task.remote.as_ref(),
        key: &task.resource.key,
    };
    task.context.journal.intent(&intent).await
}

/// A call that cannot be taken down is not sent.
fn not_sent(task: &Task<'_>, error: &JournalError) -> Box<Outcome> {
    let mut outcome = task.broken_off(error.to_string());
    outcome.hint = Some("make room or make the folder writable, and run again".to_owned());
    outcome
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

/// A provider that has refused a call refuses it again. Whether an attempt before
/// that was carried out is for a look to say.
fn is_refusal(action: Action, failure: &Failure) -> bool {
    failure.kind != FailureKind::Protocol && !worth_looking(action, failure)
}

fn asked_to_wait(failure: &Failure) -> Option<Duration> {
    failure.http.as_ref()?.retry_after()
}

/// How long to wait before looking, where the server asked for `asked`. Where that
/// is more than is waited, we look at once: the transport then says that the
/// provider is left alone.
fn wait(asked: Option<Duration>, delay: Duration) -> Duration {
    match asked {
        Some(asked) if asked <= RETRY_AFTER_MAX => asked.max(delay),
        _ => delay,
    }
}

/// Looks once, or again and again where what is not there yet may still come. A
/// provider that asked to be left alone is not looked at. A run that is asked to
/// stop looks once more: what is open then is for the next one to wait for.
async fn look_patiently(task: &mut Task<'_>, call: &Call, failure: &Failure) -> Look {
    if let Some(closed) = task.closed() {
        return Look::Unclear(closed.reason.unwrap_or_default());
    }
    let is_late = may_come_late(call, failure);
    let delays = if failure.is_overtaken() {
        // Nothing was sent, so there is nothing to wait for.
        vec![Duration::ZERO]
    } else {
        look_delays(task, call, is_late)
    };
    let context = task.context;
    let pace = context.pace(&task.change.provider);
    let mut asked = asked_to_wait(failure);
    let mut seen = Look::NotDone;
    for delay in delays {
        let delay = context.look_pace.of(wait(asked.take(), delay));
        let slept = tokio::time::sleep(pace.of(delay));
        let is_stopped = context.stop.unless_asked(slept).await.is_none();
        seen = look(task, call).await;
        if seen != Look::NotDone {
            break;
        }
        if is_late && is_stopped {
            return Look::Unclear(STOPPED_EARLY.to_owned());
        }
    }
    seen
}

/// What is said where a run was stopped before a call could be settled.
const STOPPED_EARLY: &str = "the run was stopped while it may still have been carried out";

/// How long to wait before each look. A call that may take effect late is looked for
/// as long as a later run would wait for it: for the time-out of a request, by which
/// whoever wrote the manifest has said how long this provider takes, and no less than
/// the provider's own delays together.
fn look_delays(task: &Task<'_>, call: &Call, is_late: bool) -> Vec<Duration> {
    let usual = task.reader.look_delays();
    if !is_late {
        return usual.iter().copied().take(1).collect();
    }
    let Some(transport) = task.context.transports.get(&task.change.provider) else {
        return usual.to_vec();
    };
    let timeout = Duration::from_secs(transport.limits().timeout_seconds);
    let more = timeout.saturating_sub(LOOK_DELAYS.iter().sum());
    let delays: Vec<Duration> = usual
        .iter()
        .copied()
        .chain(Some(more).filter(|more| !more.is_zero()))
        .collect();
    transport.tell(&Wait {
        operation: call.operation.to_owned(),
        duration: task.context.look_pace.of(delays.iter().sum()),
        reason: WaitReason::Settling,
    });
    delays
}

/// Whether a call may take effect after its answer was lost, and does harm when
/// it is sent again then. A server that says that it is too busy has put the
/// call away.
fn may_come_late(call: &Call, failure: &Failure) -> bool {
    let status = failure.http.as_ref().and_then(|http| http.status());
    call.repeat == Repeat::AfterLookup
        && failure.effect == Effect::Unknown
        && failure.kind != FailureKind::Throttled
        && status != Some(503)
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
        return match record.ended {
            Some(_) => Look::Done(None),
            None => Look::NotDone,
        };
    }
    if is_step_made(call, &task.later_fields(), before.as_ref(), record) {
        return Look::Done(None);
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

/// Whether a step on the way to what a later call writes was made: just fields
/// of that later call have moved. Which way they moved is for the later call to
/// judge, which knows from where it starts.
fn is_step_made(
    call: &Call,
    later: &BTreeSet<FieldPath>,
    before: Option<&Record>,
    record: &Record,
) -> bool {
    let Some(before) = before.filter(|_| call.fields.is_empty()) else {
        return false;
    };
    let paths: BTreeSet<FieldPath> = [before, record]
        .into_iter()
        .flat_map(|record| record.tree.iter().map(|(path, _)| path))
        .collect();
    let mut moved = paths
        .into_iter()
        .filter(|path| before.tree.get(*path) != record.tree.get(*path))
        .peekable();
    let same_beside = before.ended == record.ended && before.unknown == record.unknown;
    same_beside && moved.peek().is_some() && moved.all(|path| later.contains(&path))
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
            Some(Match::AnswersToKey(remote)) => Look::Unclear(format!(
                "the record {remote}, which has another key, answers to our key now"
            )),
            Some(Match::Namesakes(_)) => {
                Look::Unclear("a record with this name but without our key is there now".to_owned())
            }
            Some(Match::Failed(failure)) => Look::Unclear(format!(
                "a record with our key is there, but it could not be read: {failure}"
            )),
            _ => Look::Unclear("the record could not be looked up".to_owned()),
        },
    }
}

#[cfg(test)]
mod tests;
