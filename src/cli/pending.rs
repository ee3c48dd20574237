//! Runs that were cut off, and what the next run does about them.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use crate::{
    journal::{Ending, Opened, Past, Runs, Settling, Taken, receipt, settle},
    model::{ProviderName, words},
    receipt::{Found, Settled},
};

use super::{env, error::CliError, terminal::Terminal};

/// The journals of runs that were cut off at providers of this run.
pub(super) struct Pending {
    journals: Vec<Opened>,
}

/// Takes over every journal that is not closed and concerns a provider whose
/// lock is held, or none at all: a run that had nothing to do was cut off.
pub(super) fn take_over(
    runs: &Runs,
    locks: &BTreeMap<ProviderName, String>,
) -> Result<Pending, CliError> {
    let mut journals = Vec::new();
    for run in runs.open_runs()? {
        match runs.take_over(&run)? {
            Some(opened)
                if opened.past.header.providers.is_empty()
                    || common(&opened.past, locks).is_some() =>
            {
                journals.push(opened);
            }
            Some(_) => {}
            None => refuse_running(runs, &run, locks)?,
        }
    }
    Ok(Pending { journals })
}

/// A run at one of our providers that goes on under another folder of locks.
fn refuse_running(
    runs: &Runs,
    run: &str,
    locks: &BTreeMap<ProviderName, String>,
) -> Result<(), CliError> {
    if !runs.list()?.iter().any(|known| known == run) {
        return Ok(());
    }
    let past = runs.read(run)?;
    match past.as_ref().and_then(|past| common(past, locks)) {
        Some(provider) => Err(CliError::GoingOn {
            run: run.to_owned(),
            provider: provider.to_string(),
        }),
        None => Ok(()),
    }
}

/// A provider of ours that a run was at.
fn common<'a>(past: &Past, locks: &'a BTreeMap<ProviderName, String>) -> Option<&'a ProviderName> {
    let providers = &past.header.providers;
    locks
        .iter()
        .find(|(_, lock)| providers.iter().any(|provider| provider.lock == **lock))
        .map(|(name, _)| name)
}

/// What is left to wait until a create that was sent at `sent` is old enough to
/// be looked for.
fn left_to_wait(sent: Timestamp, now: Timestamp, interval: Duration) -> Duration {
    // A clock that went back makes no longer wait than the interval.
    let age = Duration::try_from(now.duration_since(sent)).unwrap_or_default();
    interval.saturating_sub(age)
}

impl Pending {
    /// Waits until every create that is open is old enough to be looked for: the
    /// server may still be at it.
    pub(super) async fn wait(&self, interval: Duration, terminal: &Terminal) {
        let open = self.journals.iter();
        let Some(sent) = open
            .filter_map(|opened| opened.past.last_open_create())
            .max()
        else {
            return;
        };
        let wait = left_to_wait(sent, env::now(), interval);
        if wait.is_zero() {
            return;
        }
        terminal.insist(format_args!(
            "Waiting {}: a create was cut off a moment ago, and the provider may still be carrying it out.",
            words::count(usize::try_from(wait.as_secs() + 1).unwrap_or(usize::MAX), "second"),
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
            let found = settle(&opened.past, now);
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
                if runs.receipt_path(&opened.past.header.run).is_none() {
                    runs.keep_receipt(&receipt(&opened.past, Ending::CutOff)?)?;
                }
                opened.add(vec![Taken::Closed { at }])?;
            }
            all.extend(found);
        }
        Ok(all)
    }
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
            Found::CarriedOut { .. } | Found::NotDone | Found::Left => {
                terminal.insist(format_args!("  {line}"));
            }
        }
    }
}

/// Says that a run was cut off, to whoever only looks.
pub(super) fn mention(runs: &Runs, terminal: &Terminal) {
    // Who only looks is not kept from it by a journal that cannot be read.
    for run in runs.open_runs().unwrap_or_default() {
        if runs.is_going_on(&run).unwrap_or(true) {
            terminal.say(format_args!("Run {run} is going on."));
        } else {
            terminal.warn(format_args!(
                "run {run} was cut off or left something open; the next apply settles it, and `trueup status` explains it"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_young_create_is_waited_for_and_an_old_one_is_not() {
        let sent: Timestamp = "2026-11-02T09:00:00Z".parse().expect("an instant");
        let after = |seconds| sent + SignedDuration::from_secs(seconds);
        let minute = Duration::from_mins(1);
        let wait = |seconds| left_to_wait(sent, after(seconds), minute).as_secs();
        assert_eq!((wait(0), wait(59), wait(60), wait(600)), (60, 1, 0, 0));
        assert_eq!(wait(-5), 60, "a clock that went back");
        assert_eq!(left_to_wait(sent, sent, Duration::ZERO), Duration::ZERO);
    }
}
