//! Runs that were cut off, and what the next run does about them.

use std::{collections::BTreeMap, path::Path, time::Duration};

use jiff::Timestamp;

use crate::{
    file::FileError,
    http::SEND_WITHIN,
    journal::{OpenCall, Opened, Past, Runs, Settling, Taken, settle},
    manifest::limits::TIMEOUT_SECONDS_MAX,
    model::{ProviderName, words},
    provider::Repeat,
    receipt::{Found, Settled},
};

use super::{env, error::CliError, terminal::Terminal};

/// How many seconds a server may need for a call, however impatient its client
/// was.
const WORK_SECONDS_MIN: u64 = 60;

/// How long after its intent any call may still be carried out at the latest,
/// whatever the manifest of its provider allows.
const CALL_SECONDS_MAX: u64 = SEND_WITHIN.as_secs() + TIMEOUT_SECONDS_MAX;

/// What a journal says. Where it is damaged, the error says from when on it can
/// be done without.
pub(super) fn read(runs: &Runs, run: &str) -> Result<Option<Past>, FileError> {
    runs.read(run).map_err(|error| moved_away(error, runs, run))
}

/// Advises to move a journal away that cannot be understood, once no call can be
/// on its way that it would have said to wait for.
fn moved_away(error: FileError, runs: &Runs, run: &str) -> FileError {
    const WITHOUT: &str = "move the file away to go on without it; plan reads the providers and shows what is left to do";
    if runs.is_held(run).unwrap_or_default() {
        return error.or_hint("a run is at it: wait until that has ended");
    }
    let now = env::now();
    let written = runs.last_written(run).unwrap_or(now);
    let left = left_to_wait(written, now, Duration::from_secs(CALL_SECONDS_MAX));
    if left.is_zero() {
        return error.or_hint(format!(
            "no call in it can be on its way any more: {WITHOUT}"
        ));
    }
    let until = now + left + Duration::from_secs(1);
    let until = until.strftime("%Y-%m-%dT%H:%M:%SZ");
    error.or_hint(format!(
        "wait until {until}, for a call in it may still be on its way; then {WITHOUT}"
    ))
}

/// The journals of runs that were cut off at providers of this run.
pub(super) struct Pending {
    journals: Vec<Opened>,
}

/// Takes over every journal that is not closed and concerns a provider whose
/// lock is held, or none at all: a run that had nothing to do was cut off.
pub(super) fn take_over(
    runs: &Runs,
    by: &str,
    locks: &BTreeMap<ProviderName, String>,
) -> Result<Pending, CliError> {
    let mut journals = Vec::new();
    for run in runs.open_runs()? {
        // It is read before it is locked: whoever settles the runs of another
        // account would take our lock for a run that is going on.
        let past = read(runs, &run)?;
        let provider = past.as_ref().and_then(|past| common(past, locks));
        let is_others = |past: &Past| !past.header.providers.is_empty() && provider.is_none();
        if past.as_ref().is_some_and(is_others) {
            continue;
        }
        let taken = runs.take_over(&run);
        match (
            taken.map_err(|error| moved_away(error, runs, &run))?,
            provider,
        ) {
            // Another run has settled it meanwhile.
            (Some(opened), _) if opened.past.is_closed() => {}
            (Some(mut opened), _) => {
                // Whoever looks while this run waits is told who holds it.
                opened.add(vec![Taken::TakenOver {
                    at: env::now(),
                    by: by.to_owned(),
                }])?;
                journals.push(opened);
            }
            // It goes on under another folder of locks, or is being settled there.
            (None, Some(provider)) => {
                let holder = read(runs, &run)?;
                let settling = holder.as_ref().and_then(Past::taken_over_by);
                return Err(CliError::GoingOn {
                    run: settling.map_or(run, str::to_owned),
                    provider: provider.to_string(),
                });
            }
            (None, None) => {}
        }
    }
    Ok(Pending { journals })
}

/// A provider of ours that a run was at.
fn common<'a>(past: &Past, locks: &'a BTreeMap<ProviderName, String>) -> Option<&'a ProviderName> {
    let providers = &past.header.providers;
    locks
        .iter()
        .find(|(_, lock)| providers.iter().any(|provider| provider.lock == **lock))
        .map(|(name, _)| name)
}

/// Since when and for how long a provider may be carrying out a call that is
/// open. Nothing is read before, where a second one would do harm: what is added
/// after it was found missing is added twice.
///
/// - It is sent after its intent was taken down, at most [`SEND_WITHIN`] later, and
///   before its answer.
/// - A server that is at work when its client goes away finishes. It is given the
///   time-out of the request, by which whoever wrote the manifest has said how
///   long this provider takes, and no less than [`WORK_SECONDS_MIN`]. A journal
///   of an earlier version does not say; then it is the longest that there is.
fn time_to_settle(past: &Past, call: &OpenCall<'_>) -> (Timestamp, Duration) {
    let provider = past.provider(&call.intent.provider);
    let timeout = provider.and_then(|provider| provider.timeout_seconds);
    let work = timeout.unwrap_or(TIMEOUT_SECONDS_MAX).max(WORK_SECONDS_MIN);
    match call.answered {
        Some(at) => (at, Duration::from_secs(work)),
        None => (call.intent.at, SEND_WITHIN + Duration::from_secs(work)),
    }
}

/// What is left to wait until `interval` has passed since `start`.
fn left_to_wait(start: Timestamp, now: Timestamp, interval: Duration) -> Duration {
    // A clock that went back makes no longer wait than the interval.
    let age = Duration::try_from(now.duration_since(start)).unwrap_or_default();
    interval.saturating_sub(age)
}

impl Pending {
    /// What is left to wait until no provider can still be carrying out a call that
    /// is open and not to be sent twice: an `interval` since it was taken down, or
    /// what its provider may take. One that is safe to repeat is not waited for.
    fn left(&self, interval: Option<Duration>, now: Timestamp) -> Duration {
        let left_of = |past: &Past, call: &OpenCall<'_>| {
            let (start, interval) = match interval {
                Some(interval) => (call.intent.at, interval),
                None => time_to_settle(past, call),
            };
            left_to_wait(start, now, interval)
        };
        let journals = self.journals.iter().map(|opened| &opened.past);
        journals
            .flat_map(|past| {
                let open = past.open_calls().into_iter();
                open.filter(|call| call.intent.repeat == Repeat::AfterLookup)
                    .map(move |call| left_of(past, &call))
            })
            .max()
            .unwrap_or_default()
    }

    /// Waits until every call that is open can be looked for. Nothing was begun
    /// yet, so a signal may end the process here as it ends any other.
    pub(super) async fn wait(&self, interval: Option<Duration>, terminal: &Terminal) {
        let wait = self.left(interval, env::now());
        if wait.is_zero() {
            return;
        }
        let seconds = usize::try_from(wait.as_secs() + 1).unwrap_or(usize::MAX);
        terminal.insist(format_args!(
            "Waiting {}: a call that is not to be sent twice was cut off, and its provider may still be carrying it out. Ctrl-C ends the wait; nothing was begun.",
            words::count(seconds, "second"),
        ));
        tokio::time::sleep(wait).await;
    }

    /// Settles what is open, says so, closes what is settled, and makes the
    /// receipts that were never written.
    pub(super) fn settle(
        self,
        runs: &Runs,
        run: &str,
        now: &Settling<'_>,
        terminal: &Terminal,
    ) -> Result<Vec<Settled>, CliError> {
        let mut all = Vec::new();
        for mut opened in self.journals {
            let manifests = read_again(&opened.past.header.manifests, now.manifests);
            let manifests = &manifests;
            let found = settle(&opened.past, &Settling { manifests, ..*now });
            say(&opened.past, &found, terminal);
            let at = env::now();
            let lines = found.iter().map(|settled| Taken::Settled {
                sequence: settled.sequence,
                at,
                by: run.to_owned(),
                found: settled.found.clone(),
            });
            opened.add(lines.collect())?;
            if opened.past.open_calls().is_empty() {
                // The receipt first: every closed journal has one.
                runs.rebuild_receipt(&opened.past)?;
                opened.add(vec![Taken::Closed { at }])?;
            }
            all.extend(found);
        }
        Ok(all)
    }
}

/// What counts as read of the inputs of an earlier run: those of now, as they are
/// given, from the top and from here, and files of then that are gone from a folder
/// of which another file is read.
fn read_again(then: &[String], now: &[String]) -> Vec<String> {
    let here = std::path::absolute(".").ok();
    let mut read = now.to_vec();
    for input in now
        .iter()
        .filter_map(|input| std::path::absolute(input).ok())
    {
        let below = here.as_ref().and_then(|here| input.strip_prefix(here).ok());
        let both = below.into_iter().chain([input.as_path()]);
        read.extend(both.map(|path| path.display().to_string()));
    }
    let is_gone = |input: &&String| {
        let input = Path::new(input.as_str());
        let folder = input
            .parent()
            .filter(|folder| folder.components().next().is_some());
        let is_beside = |other: &String| Path::new(other).parent() == folder;
        folder.is_some() && now.iter().any(is_beside) && input.symlink_metadata().is_err()
    };
    read.extend(then.iter().filter(is_gone).cloned());
    read
}

fn say(past: &Past, found: &[Settled], terminal: &Terminal) {
    let run = &past.header.run;
    let (ended, planned) = (past.ended().count(), past.planned());
    let open = past.open_calls().len();
    let how = if ended < planned {
        format!(
            "was cut off when {ended} of {} had ended",
            words::count(planned, "change")
        )
    } else if open == 0 && found.is_empty() {
        "was cut off when all was done".to_owned()
    } else {
        "ended with calls whose outcome was not known".to_owned()
    };
    let what = match open {
        0 => "nothing was under way".to_owned(),
        _ => format!("{} to settle", words::count(open, "call")),
    };
    terminal.insist(format_args!("Run {run} {how}; {what}."));
    for settled in found {
        let line = format!(
            "{} of {} {}",
            settled.operation,
            settled.address,
            settled.found.sentence()
        );
        match settled.found {
            Found::Unknown { .. } | Found::GivenUp { .. } => terminal.warn(line),
            Found::CarriedOut { .. } | Found::NotDone | Found::InLine | Found::Left => {
                terminal.insist(format_args!("  {line}"));
            }
        }
    }
}

/// Says that a run was cut off, to whoever only looks, and which command explains
/// it.
pub(super) fn mention(runs: &Runs, command: &str, terminal: &Terminal) {
    // Who only looks is not kept from it by a journal that cannot be read.
    for run in runs.open_runs().unwrap_or_default() {
        // Before it is read: whoever takes it over then writes that down.
        let is_held = runs.is_held(&run).unwrap_or(true);
        let past = match read(runs, &run) {
            Ok(past) => past,
            Err(error) => {
                terminal.warn(format_args!(
                    "run {run} cannot be understood, and no apply starts before that is put right: {error}"
                ));
                error.hint().inspect(|hint| terminal.hint(hint));
                continue;
            }
        };
        let who = match (is_held, past.as_ref().and_then(Past::taken_over_by)) {
            (true, None) => {
                terminal.say(format_args!("Run {run} is going on."));
                continue;
            }
            (true, Some(settling)) => format!("run {settling} is settling it"),
            (false, _) => "the next apply settles it".to_owned(),
        };
        terminal.warn(format_args!(
            "run {run} was cut off or left something open; {who}, and `{command}` explains it"
        ));
    }
}

#[cfg(test)]
mod tests;
