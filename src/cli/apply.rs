//! `trueup apply`.

use std::path::PathBuf;

use crate::{
    apply::{Context, Receipt, Stop, VerdictCounts, apply},
    desired::Desired,
    exit,
    model::words,
    observed::{Observed, observe},
    plan::{Plan, Planned, plan},
    report::{annotation, github, html, json, markdown, receipt, text},
};

use super::{
    env,
    error::CliError,
    input,
    interrupt::interrupted,
    options::{ApplyManifests, ApplyOutput, Common, Manifests, Revisions, SandboxOptions},
    plan::tell_unread,
    progress::ApplyProgress,
    providers::{self, Opened},
    reviewed::SavedFile,
    terminal::Terminal,
};

/// The options of `trueup apply`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A plan that `plan --out` saved: exactly that is carried out, or nothing
    #[arg(value_name = "PLAN", conflicts_with = "changed_since")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    manifests: ApplyManifests,
    #[command(flatten)]
    sandbox: SandboxOptions,
    /// The format of the plan and the receipt
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: ApplyOutput,
    #[command(flatten)]
    revisions: Revisions,
    /// Do not ask; needed where there is no terminal to ask on, unless a saved
    /// plan is given
    #[arg(long)]
    auto_approve: bool,
}

impl Args {
    /// Whether the plan is approved already: a saved one was reviewed.
    fn asks_nothing(&self) -> bool {
        self.auto_approve || self.plan.is_some()
    }
}

/// Plans, asks, and carries the changes out; or carries out a saved plan if it
/// still holds.
pub(super) async fn run(args: &Args, common: &Common, terminal: &Terminal) -> Result<u8, CliError> {
    let sandbox = args.sandbox.sandbox;
    let saved = match &args.plan {
        Some(path) => match SavedFile::open(path, sandbox, terminal)? {
            Ok(saved) => Some(saved),
            Err(code) => return Ok(code),
        },
        None => None,
    };
    let manifests = manifests(args, saved.as_ref())?;
    let loaded = input::load(&manifests, sandbox, args.output.into(), terminal)?;
    let mut desired = match loaded {
        Ok(desired) => desired,
        Err(code) => return Ok(code),
    };
    args.revisions
        .select(&mut desired, &manifests, sandbox, terminal)?;
    if let Some(saved) = &saved
        && let Err(code) = saved.check(&mut desired, terminal)
    {
        return Ok(code);
    }
    let opened = providers::open(&desired, &args.sandbox).await?;
    let observed = observe(&desired, &opened.readers()).await;
    let today = env::today();
    let mut planned = plan(&desired, &observed, None, today);
    if let Some(saved) = &saved {
        planned = match saved.compare(planned, &desired, today, terminal) {
            Ok(left) => left,
            Err(code) => {
                opened.close()?;
                return Ok(code);
            }
        };
    }
    let told = saved.as_ref().map_or(&planned.plan, SavedFile::plan);
    show(told, args, common, terminal)?;
    tell_unread(&planned.plan, terminal);
    if !approved(&planned, args, terminal)? {
        terminal.insist("Nothing was done.");
        opened.close()?;
        return Ok(exit::ERROR);
    }
    let stop = Stop::default();
    let receipt = carry_out(&planned, &desired, &observed, &opened, terminal, &stop).await?;
    opened.close()?;
    let shown = render(told, &receipt, args.output, terminal);
    terminal.data(&shown).map_err(CliError::Output)?;
    Ok(exit_code(&planned, receipt.counts, &stop))
}

/// The manifests that the run is about.
fn manifests(args: &Args, saved: Option<&SavedFile>) -> Result<Manifests, CliError> {
    match saved {
        Some(saved) => saved.manifests(&args.manifests),
        None => Ok(Manifests {
            filename: args.manifests.filename.clone(),
            selector: args.manifests.selector.clone(),
        }),
    }
}

/// Shows the plan before anything is done.
fn show(plan: &Plan, args: &Args, common: &Common, terminal: &Terminal) -> Result<(), CliError> {
    let verbose = common.verbose > 0;
    if args.output == ApplyOutput::Text {
        let shown = text::plan(plan, terminal.stdout_style(), verbose);
        terminal.data(&shown).map_err(CliError::Output)?;
    } else if !args.asks_nothing() {
        // Nobody is asked about what they have not seen.
        let shown = text::plan(plan, terminal.stderr_style(), verbose);
        terminal.insist(shown.trim_end());
    }
    Ok(())
}

/// A plan and its receipt in the asked format; as text the receipt alone, for
/// the plan was shown before.
fn render(plan: &Plan, receipt: &Receipt, output: ApplyOutput, terminal: &Terminal) -> String {
    match output {
        ApplyOutput::Text => format!("\n{}", receipt::receipt(receipt, terminal.stdout_style())),
        ApplyOutput::Json => json::applied(plan, receipt),
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
    if args.asks_nothing() || changes == 0 {
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
    desired: &Desired,
    observed: &Observed,
    opened: &Opened,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<Receipt, CliError> {
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
        stop: stop.clone(),
    };
    let work = apply(planned, &context);
    tokio::pin!(work);
    let receipt = loop {
        tokio::select! {
            receipt = &mut work => break Ok(receipt),
            Ok(()) = interrupted() => {
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
