//! `trueup apply`.

use std::path::{Path, PathBuf};

use tokio::time::Instant;

use crate::{
    apply::{Context, Receipt, Stop, VerdictCounts, apply},
    desired::Desired,
    exit,
    journal::{RunJournal, Runs, Settling},
    model::words,
    observed::Observed,
    plan::{Plan, Planned, plan},
    receipt::Document,
    report::{annotation, github, html, json, markdown, receipt, text},
};

use super::{
    env,
    error::CliError,
    guard::{Allowances, tell_refused, together},
    input,
    interrupt::Interrupts,
    key::{key_of_environment, key_of_run, mark_masked},
    locking::lock,
    options::{ApplyManifests, ApplyOutput, Common, Manifests, Revisions, SandboxOptions},
    pending,
    plan::tell_unread,
    progress::ApplyProgress,
    providers::{self, Opened},
    recorder::{self, Plans, Recorded},
    reviewed::SavedFile,
    state::{LockOptions, SettleOptions, StateOptions, run_id},
    target::Target,
    terminal::Terminal,
};

/// The options of `trueup apply`.
#[derive(Debug, clap::Args)]
#[command(after_help = super::examples::APPLY)]
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
    #[command(flatten)]
    allowances: Allowances,
    /// Do not ask; needed where there is no terminal to ask on, unless a saved
    /// plan is given
    #[arg(long)]
    auto_approve: bool,
    #[command(flatten)]
    state: StateOptions,
    #[command(flatten)]
    locks: LockOptions,
    #[command(flatten)]
    settle: SettleOptions,
    /// Write the receipt into this file too; one that is there is replaced only
    /// if it is a receipt or empty
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
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
    if let Some(path) = &args.receipt {
        Target::Receipt.check(path)?;
    }
    let wanted = read(args, terminal)?;
    let opened = providers::open(&wanted.desired, &args.sandbox, terminal).await?;
    let code = run_opened(args, common, &wanted, &opened, terminal).await;
    // The simulated systems keep what they did, however the run ended.
    let kept = opened.close();
    match code {
        Ok(_) | Err(CliError::Told(_)) => kept.and(code),
        Err(error) => Err(error),
    }
}

/// What is to be brought about.
pub(super) struct Wanted {
    /// The plan to keep to, where one was reviewed.
    saved: Option<SavedFile>,
    /// What was read, as `-f` names it.
    pub(super) manifests: Vec<String>,
    /// What the manifests want.
    pub(super) desired: Desired,
}

/// Reads the manifests, and the saved plan if one is given. Where they are not to
/// be carried out, whatever the providers have, the command ends.
fn read(args: &Args, terminal: &Terminal) -> Result<Wanted, CliError> {
    let systems = args.sandbox.systems();
    let open = |path| SavedFile::open(path, systems, terminal);
    let saved = args.plan.as_deref().map(open).transpose()?;
    let manifests = manifests(args, saved.as_ref())?;
    let mut desired = input::load(&manifests, systems, args.output.into(), terminal)?;
    args.revisions
        .select(&mut desired, &manifests, systems, terminal)?;
    if let Some(saved) = &saved {
        saved.check(&mut desired, terminal)?;
    }
    let names = manifests.filename.iter();
    Ok(Wanted {
        saved,
        manifests: names.map(|name| name.display().to_string()).collect(),
        desired,
    })
}

/// Reads the providers, plans, and carries the plan out.
async fn run_opened(
    args: &Args,
    common: &Common,
    wanted: &Wanted,
    opened: &Opened,
    terminal: &Terminal,
) -> Result<u8, CliError> {
    let Wanted {
        saved,
        manifests,
        desired,
    } = wanted;
    let systems = args.sandbox.systems();
    let state = args.state.folder(systems, &args.sandbox.sandbox_state);
    let (runs, lock_folder) = (Runs::below(&state), args.locks.folder(&state, systems));
    let (run, key, key_of_user) = (run_id()?, key_of_run()?, key_of_environment()?);
    let mut locked = lock(desired, opened, &lock_folder, &run).await?;
    let pending = pending::take_over(&runs, &run, &locked.locks)?;
    pending.wait(args.settle.interval(systems), terminal).await;
    let observed = locked.observe(desired).await;
    let today = env::today();
    let mut planned = plan(desired, &observed, None, today);
    let now = Settling {
        desired,
        observed: &observed,
        plan: &planned.plan,
        locks: &locked.locks,
        manifests,
        key: key_of_user.as_ref(),
    };
    let settled = pending.settle(&runs, &run, &now, terminal)?;
    if let Some(saved) = saved {
        planned = saved.compare(planned, desired, today, terminal)?;
    } else {
        mark_masked(&mut planned, None)?;
    }
    agree(args, common, wanted, &mut planned, terminal)?;
    let told = saved.as_ref().map_or(&planned.plan, SavedFile::plan);
    let stop = Stop::default();
    let plans = Plans {
        told,
        left: &planned,
        key_of_user: key_of_user.as_ref(),
    };
    let journal = recorder::begin(&runs, &run, plans, wanted, &locked, key)?;
    let view = View {
        desired,
        observed: &observed,
        opened,
        journal: &journal,
    };
    let receipt = carry_out(&planned, &view, terminal, &stop).await?;
    let receipt_file = args.receipt.as_deref();
    let recorded = recorder::end(&runs, &journal, settled, receipt_file, terminal).await?;
    let Recorded { document, complete } = recorded;
    let shown = render(told, &receipt, &document, args.output, terminal);
    if let Err(cause) = terminal.data(&shown) {
        let kept = runs.receipt_path(&run);
        let told = what_was_done(args, receipt.counts, kept.as_deref().or(receipt_file));
        return Err(CliError::Untold { cause, told });
    }
    match exit_code(&planned, receipt.counts, &stop) {
        exit::DONE if !complete => Ok(exit::ERROR),
        code => Ok(code),
    }
}

/// What a run did, for whoever cannot see its output and would run it again.
fn what_was_done(args: &Args, counts: VerdictCounts, receipt: Option<&Path>) -> String {
    let shows = match receipt {
        Some(path) => format!(
            "`trueup show {}` shows the receipt",
            words::shell_path(path)
        ),
        None => format!("`{}` explains it", args.state.status_command(&args.sandbox)),
    };
    format!(
        "the run has ended all the same: {}; do not apply again for the output: {shows}",
        receipt::summary(counts)
    )
}

/// Judges a plan, shows it, and asks. Where it is not to be carried out, the
/// command ends.
fn agree(
    args: &Args,
    common: &Common,
    wanted: &Wanted,
    planned: &mut Planned,
    terminal: &Terminal,
) -> Result<(), CliError> {
    let Wanted { saved, desired, .. } = wanted;
    // What is to be judged is what was reviewed, also where some of it is done.
    let mut judged = saved.as_ref().map(|saved| saved.plan().clone());
    let allowances = match saved {
        Some(saved) => together(saved.allowed(), &args.allowances),
        None => args.allowances.clone(),
    };
    allowances.judge(
        judged.as_mut().unwrap_or(&mut planned.plan),
        desired,
        None,
        terminal,
    );
    let judged = judged.as_ref().unwrap_or(&planned.plan);
    show(judged, args, common, terminal)?;
    tell_unread(&planned.plan, terminal);
    let code = if judged.is_refused() {
        tell_why(judged, args.output, terminal)?;
        exit::REFUSED
    } else if approved(planned, args, terminal)? {
        return Ok(());
    } else {
        exit::ERROR
    };
    terminal.insist("Nothing was done.");
    Err(CliError::Told(code))
}

/// What carrying a plan out takes beside the plan.
struct View<'a> {
    desired: &'a Desired,
    observed: &'a Observed,
    opened: &'a Opened,
    journal: &'a RunJournal,
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

/// Says why a plan is refused. Programs get the plan, which says it too.
fn tell_why(plan: &Plan, output: ApplyOutput, terminal: &Terminal) -> Result<(), CliError> {
    let shown = match output {
        // Shown before.
        ApplyOutput::Text => String::new(),
        ApplyOutput::Json => json::plan(plan),
        ApplyOutput::Markdown => markdown::plan(plan),
        ApplyOutput::Html => html::plan(plan),
        ApplyOutput::Github => {
            let summary = format!("Refused: {}", text::summary(plan.counts));
            github::commands(&summary, &annotation::of_plan(plan))
        }
    };
    terminal.data(&shown).map_err(CliError::Output)?;
    tell_refused(plan, terminal);
    Ok(())
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
    let progress = ApplyProgress::new(
        terminal,
        u64::try_from(changes).unwrap_or(u64::MAX),
        opened.board(),
    );
    let readers = opened.readers();
    let writers = opened.writers();
    let transports = opened.transports();
    let context = Context {
        desired,
        observed,
        readers: &readers,
        writers: &writers,
        transports: &transports,
        progress: &progress,
        journal: *journal,
        look_pace: opened.look_pace(),
        stop: stop.clone(),
        clock: &Instant::now,
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
