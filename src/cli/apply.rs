//! `trueup apply`.

use std::path::PathBuf;

use crate::{
    apply::{Context, Receipt, Stop, VerdictCounts, apply},
    exit,
    journal::{RunJournal, Runs, Settling, check_writable},
    model::words,
    observed::Observed,
    plan::{Plan, Planned, plan},
    receipt::Document,
    report::{annotation, github, html, json, markdown, receipt, text},
};

use super::{
    env,
    error::CliError,
    guarded::guard,
    input,
    interrupt::Interrupts,
    options::{ApplyOutput, Common, Manifests, Revisions, SandboxOptions},
    pending,
    plan::tell_unread,
    progress::ApplyProgress,
    providers::{self, Opened},
    recorder::{self, Recorded},
    state::{LockOptions, SettleOptions, StateOptions, fingerprint_key, run_id},
    terminal::Terminal,
};
use crate::desired::Desired;

/// The options of `trueup apply`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    manifests: Manifests,
    #[command(flatten)]
    sandbox: SandboxOptions,
    /// The format of the plan and the receipt
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: ApplyOutput,
    #[command(flatten)]
    revisions: Revisions,
    /// Do not ask; needed where there is no terminal to ask on
    #[arg(long)]
    auto_approve: bool,
    #[command(flatten)]
    state: StateOptions,
    #[command(flatten)]
    locks: LockOptions,
    #[command(flatten)]
    settle: SettleOptions,
    /// Write the receipt into this file too
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

/// Plans, asks, and carries the changes out.
pub(super) async fn run(args: &Args, common: &Common, terminal: &Terminal) -> Result<u8, CliError> {
    let sandbox = args.sandbox.sandbox;
    let loaded = input::load(&args.manifests, sandbox, args.output.into(), terminal)?;
    let mut desired = match loaded {
        Ok(desired) => desired,
        Err(code) => return Ok(code),
    };
    args.revisions
        .select(&mut desired, &args.manifests, sandbox, terminal)?;
    let opened = providers::open(&desired, &args.sandbox).await?;
    let state = args.state.folder(sandbox, &args.sandbox.sandbox_state);
    let (runs, lock_folder) = (Runs::below(&state), args.locks.folder(&state, sandbox));
    let (run, key) = (run_id()?, fingerprint_key()?);
    let mut guarded = guard(&desired, &opened, &lock_folder, &run, sandbox).await?;
    let pending = pending::take_over(&runs, &guarded.locks)?;
    pending.wait(args.settle.interval(sandbox), terminal).await;
    let observed = guarded.observe(&desired).await;
    let planned = plan(&desired, &observed, None, env::today());
    let now = Settling {
        desired: &desired,
        observed: &observed,
        plan: &planned.plan,
        key: &key,
        locks: &guarded.locks,
    };
    let settled = pending.settle(&runs, &run, &now, terminal)?;
    if args.output == ApplyOutput::Text {
        let shown = text::plan(&planned.plan, terminal.stdout_style(), common.verbose > 0);
        terminal.data(&shown).map_err(CliError::Output)?;
    } else if !args.auto_approve {
        // Nobody is asked about what they have not seen.
        let shown = text::plan(&planned.plan, terminal.stderr_style(), common.verbose > 0);
        terminal.insist(shown.trim_end());
    }
    tell_unread(&planned.plan, terminal);
    if !approved(&planned, args, terminal)? {
        terminal.insist("Nothing was done.");
        opened.close()?;
        return Ok(exit::ERROR);
    }
    let stop = Stop::default();
    let wanted = args.receipt.as_deref();
    wanted.map(check_writable).transpose()?;
    let journal = recorder::begin(&runs, &run, &planned.plan, &desired, &guarded, key)?;
    let view = View {
        desired: &desired,
        observed: &observed,
        opened: &opened,
        journal: &journal,
    };
    let receipt = carry_out(&planned, &view, terminal, &stop).await;
    // The simulated systems keep what they did, however the run ended.
    opened.close()?;
    let receipt = receipt?;
    let recorded = recorder::end(&runs, &journal, settled, wanted, terminal).await?;
    let Recorded { document, complete } = recorded;
    let shown = render(&planned.plan, &receipt, &document, args.output, terminal);
    terminal.data(&shown).map_err(CliError::Output)?;
    match exit_code(&planned, receipt.counts, &stop) {
        exit::DONE if !complete => Ok(exit::ERROR),
        code => Ok(code),
    }
}

/// What carrying a plan out takes beside the plan.
struct View<'a> {
    desired: &'a Desired,
    observed: &'a Observed,
    opened: &'a Opened,
    journal: &'a RunJournal,
}

/// A plan and its receipt in the asked format; as text the receipt alone, for
/// the plan was shown before.
fn render(
    plan: &Plan,
    receipt: &Receipt,
    document: &Document,
    output: ApplyOutput,
    terminal: &Terminal,
) -> String {
    match output {
        ApplyOutput::Text => format!("\n{}", receipt::receipt(receipt, terminal.stdout_style())),
        ApplyOutput::Json => json::applied(plan, document),
        ApplyOutput::Markdown => markdown::applied(plan, receipt),
        ApplyOutput::Html => html::applied(plan, receipt),
        ApplyOutput::Github => {
            let summary = format!("Applied: {}", receipt::summary(receipt.counts));
            github::commands(&summary, &annotation::of_receipt(plan, receipt))
        }
    }
}

fn approved(planned: &Planned, args: &Args, terminal: &Terminal) -> Result<bool, CliError> {
    let changes = planned.plan.counts.changes();
    if args.auto_approve || changes == 0 {
        return Ok(true);
    }
    let question = format!("Carry out {}?", words::count(changes, "change"));
    terminal.ask(&question).ok_or_else(|| {
        CliError::usage(
            "there is no terminal to ask on",
            "look at the plan, then run again with --auto-approve",
        )
    })
}

async fn carry_out(
    planned: &Planned,
    view: &View<'_>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<Receipt, CliError> {
    let View {
        desired,
        observed,
        opened,
        journal,
    } = view;
    let changes = planned.plan.counts.changes();
    let progress = ApplyProgress::new(terminal, u64::try_from(changes).unwrap_or(u64::MAX));
    let readers = opened.readers();
    let writers = opened.writers();
    let context = Context {
        desired,
        observed,
        readers: &readers,
        writers: &writers,
        progress: &progress,
        journal: *journal,
        stop: stop.clone(),
    };
    let mut interrupts = Interrupts::watch().map_err(CliError::Runtime)?;
    let work = apply(planned, &context);
    tokio::pin!(work);
    let receipt = loop {
        tokio::select! {
            receipt = &mut work => break Ok(receipt),
            () = interrupts.next() => {
                if stop.asked() {
                    break Err(CliError::Stopped);
                }
                terminal.insist("Interrupted: finishing the calls in flight. Once more stops at once.");
                stop.ask();
            }
        }
    };
    progress.end();
    receipt
}

fn exit_code(planned: &Planned, counts: VerdictCounts, stop: &Stop) -> u8 {
    let unread = planned
        .plan
        .providers
        .iter()
        .any(|provider| provider.failure.is_some());
    if stop.asked() {
        exit::INTERRUPTED
    } else if counts.all_done() {
        exit::DONE
    } else if unread && counts.done == 0 {
        exit::ERROR
    } else if counts.stale > 0 && counts.failed + counts.unknown + counts.blocked == 0 {
        exit::STALE
    } else {
        exit::PARTIAL
    }
}
