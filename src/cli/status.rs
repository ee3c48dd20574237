//! `trueup status`.

use std::path::PathBuf;

use crate::{
    apply::VerdictCounts,
    desired::Systems,
    exit,
    journal::{FileLocks, Locked, OpenCall, Past, Runs},
    provider::Action,
    report::{
        json,
        status::{self, Lock, Run, Standing, Status},
    },
};

use super::{
    error::CliError,
    options::{Output, SANDBOX_STATE},
    pending,
    state::{LockOptions, StateOptions},
    terminal::Terminal,
};

/// The options of `trueup status`.
#[derive(Debug, clap::Args)]
#[command(after_help = super::examples::STATUS)]
pub(super) struct Args {
    #[command(flatten)]
    state: StateOptions,
    #[command(flatten)]
    locks: LockOptions,
    /// Tell of runs against the simulated billing systems
    #[arg(long)]
    sandbox: bool,
    /// Where the sandbox keeps its state
    #[arg(
        long,
        value_name = "FOLDER",
        env = "TRUEUP_SANDBOX_STATE",
        default_value = SANDBOX_STATE
    )]
    sandbox_state: PathBuf,
    /// The format of the output
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
    /// Exit with 2 when something is open
    #[arg(long)]
    detailed_exitcode: bool,
    /// Write the receipts of runs that were cut off before they wrote theirs
    #[arg(long)]
    receipts: bool,
}

/// Explains journals and locks. Talks to no provider.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<u8, CliError> {
    let systems = Systems::of(args.sandbox);
    let state = args.state.folder(systems, &args.sandbox_state);
    let runs = Runs::below(&state);
    let mut status = Status::default();
    for run in runs.list()? {
        if args.receipts {
            rebuild(&runs, &run)?;
        }
        status.runs.push(explain(&runs, run));
    }
    let lock_folder = args.locks.folder(&state, systems);
    status.locks = FileLocks::held_in(&lock_folder)?
        .into_iter()
        .map(lock)
        .collect();
    let shown = match args.output {
        Output::Text => status::text(&status, terminal.stdout_style()),
        Output::Json => json::pretty(&status),
    };
    terminal.data(&shown).map_err(CliError::Output)?;
    let unreadable = |run: &Run| run.standing == Standing::Unreadable;
    Ok(if status.runs.iter().any(unreadable) {
        exit::ERROR
    } else if args.detailed_exitcode && status.is_open() {
        exit::CHANGES
    } else {
        exit::DONE
    })
}

/// Writes the receipt of a run that was cut off, unless it wrote its own.
fn rebuild(runs: &Runs, run: &str) -> Result<(), CliError> {
    if runs.is_held(run)? {
        return Ok(());
    }
    // A journal that cannot be read is told with the others.
    if let Ok(Some(past)) = runs.read(run) {
        runs.rebuild_receipt(&past)?;
    }
    Ok(())
}

fn explain(runs: &Runs, run: String) -> Run {
    // Before it is read: whoever takes it over then writes that down.
    let read = runs
        .is_held(&run)
        .and_then(|held| Ok((pending::read(runs, &run)?, held)));
    let receipt = runs
        .receipt_path(&run)
        .map(|path| path.display().to_string());
    let mut told = Run {
        run,
        standing: Standing::Closed,
        settled_by: None,
        fault: None,
        hint: None,
        started: None,
        holder: None,
        providers: Vec::new(),
        planned: 0,
        counts: VerdictCounts::default(),
        open: Vec::new(),
        receipt,
    };
    match read {
        Err(error) => {
            told.standing = Standing::Unreadable;
            told.fault = Some(error.to_string());
            told.hint = error.hint().map(str::to_owned);
        }
        Ok((None, _)) => {
            told.standing = Standing::Open;
            told.fault = Some("it was cut off before it sent anything".to_owned());
        }
        Ok((Some(past), held)) => {
            let settling = past.taken_over_by().filter(|_| held && !past.is_closed());
            told.settled_by = settling.map(str::to_owned);
            told.standing = match (past.is_closed(), held, settling) {
                (true, ..) => Standing::Closed,
                (false, true, Some(_)) => Standing::BeingSettled,
                (false, true, None) => Standing::GoingOn,
                (false, false, _) => Standing::Open,
            };
            tell(&mut told, &past);
        }
    }
    told
}

fn tell(told: &mut Run, past: &Past) {
    let header = &past.header;
    told.started = Some(header.started.to_string());
    told.holder = Some(header.holder.to_string());
    told.providers = header
        .providers
        .iter()
        .map(|provider| provider.name.clone())
        .collect();
    told.planned = past.planned();
    told.counts = past.counts();
    told.open = past.open_calls().iter().map(open_call).collect();
}

fn open_call(call: &OpenCall<'_>) -> status::OpenCall {
    let intent = call.intent;
    status::OpenCall {
        sequence: intent.sequence,
        at: intent.at.to_string(),
        address: intent.address.clone(),
        provider: intent.provider.clone(),
        operation: intent.operation,
        next: next(intent.action, intent.remote.is_none()),
        last_look: call.last_look.map(crate::receipt::Found::sentence),
    }
}

/// What the next run does about an open call.
fn next(action: Action, creates: bool) -> &'static str {
    match (action, creates) {
        (_, true) => {
            "looks for the record by our key: one means that it was made, none in a complete listing that it was not, anything else stays open"
        }
        (Action::End, false) => "reads the record: if it has ended, the call was carried out",
        (_, false) => {
            "reads the record: if the fields are as wanted, nothing is left to do; what is left is planned again"
        }
    }
}

fn lock(held: Option<Locked>) -> Lock {
    let Some(held) = held else {
        return Lock {
            provider: None,
            holder: None,
            since: None,
            run: None,
        };
    };
    Lock {
        provider: Some(held.subject),
        holder: Some(held.holder.to_string()),
        since: Some(held.since.to_string()),
        run: Some(held.run),
    }
}
