//! The journal of an apply from its first line to its receipt.

use std::path::Path;

use crate::{
    apply::Journal as _,
    file::{Access, FileError, replace},
    journal::{Ending, Header, JOURNAL_FORMAT, RunJournal, Runs, Taken, receipt},
    model::{Digest, FingerprintKey},
    plan::{Plan, Planned},
    receipt::{Document, Settled},
    report::json,
};

use super::{
    apply::Wanted,
    env,
    error::CliError,
    locking::LockedProviders,
    state::{holder, run_id_start},
    terminal::Terminal,
};

/// The plan that a run carries out.
#[derive(Clone, Copy)]
pub(super) struct Plans<'a> {
    /// As it was reviewed.
    pub(super) told: &'a Plan,
    /// What is left of it, with the values.
    pub(super) left: &'a Planned,
    /// The key under which the journal keeps what is to be written, if there is one.
    pub(super) key_of_user: Option<&'a FingerprintKey>,
}

/// Opens the journal of a run; nothing is sent before that.
pub(super) fn begin(
    runs: &Runs,
    run: &str,
    plans: Plans<'_>,
    wanted: &Wanted,
    locked: &LockedProviders,
    key: FingerprintKey,
) -> Result<RunJournal, CliError> {
    let header = Header {
        format: JOURNAL_FORMAT.to_owned(),
        run: run.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started: env::now(),
        plan: Digest::of(plans.told)?,
        blocked: plans.left.plan.counts.blocked,
        manifests: wanted.manifests.clone(),
        providers: locked.described(&wanted.desired),
        holder: holder(),
    };
    let Planned { plan, work } = plans.left;
    let planned = plan.to_do().map(|change| {
        let work = work.get(&change.address);
        Taken::planned(change, work, plans.key_of_user)
    });
    Ok(runs.begin(header, planned.collect(), key, env::now)?)
}

/// A run that has ended.
pub(super) struct Recorded {
    /// Its receipt.
    pub(super) document: Document,
    /// Whether everything was written that should be.
    pub(super) complete: bool,
}

/// Ends the journal of a run and writes its receipt, into the folder of runs and
/// where the user wants it. What cannot be written is said; what was done is
/// done, and the receipt is printed all the same.
pub(super) async fn end(
    runs: &Runs,
    journal: &RunJournal,
    settled: Vec<Settled>,
    wanted: Option<&Path>,
    terminal: &Terminal,
) -> Result<Recorded, CliError> {
    let mut complete = true;
    let document = receipt(&journal.past(), Ending::Well(env::now(), settled))?;
    let mut write = |written: Result<(), FileError>| {
        if let Err(error) = written {
            complete = false;
            terminal.error(&error, error.hint());
        }
    };
    let kept = runs.keep_receipt(&document);
    let is_kept = kept.is_ok();
    write(kept);
    if let Some(path) = wanted {
        write(replace(path, &json::pretty(&document), Access::Owner));
    }
    // A journal is closed last, so that every closed one has its receipt; the
    // next apply makes that of one that is not.
    if is_kept && let Err(error) = journal.close().await {
        complete = false;
        terminal.error(
            &error,
            Some("make room or make the folder writable; the next apply settles what is open"),
        );
    }
    if complete && journal.broken().is_none() {
        prune(runs, &document.run, terminal);
    }
    Ok(Recorded { document, complete })
}

/// Old runs that cannot be removed do no harm.
fn prune(runs: &Runs, ending: &str, terminal: &Terminal) {
    if let Err(error) = runs.prune(&run_id_start(), ending) {
        terminal.warn(&error);
    }
}
