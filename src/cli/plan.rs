//! `trueup plan`.

use std::collections::BTreeMap;

use crate::{
    desired::Desired,
    exit,
    journal::Runs,
    observed::{Observed, live_records, observe},
    plan::{Base, Plan, Planned, plan},
    report::{annotation, github, gitlab, html, json, markdown, text},
};

use super::{
    env,
    error::CliError,
    guard::{Allowances, tell_refused},
    input,
    key::mark_masked,
    options::{Common, Manifests, PlanOutput, Revisions, SandboxOptions},
    pending,
    providers::{self, Opened},
    save::{Making, SaveOptions},
    state::StateOptions,
    terminal::Terminal,
};

/// The options of `trueup plan`.
#[derive(Debug, clap::Args)]
#[command(after_help = super::examples::PLAN)]
pub(super) struct Args {
    #[command(flatten)]
    manifests: Manifests,
    #[command(flatten)]
    sandbox: SandboxOptions,
    /// The format of the plan
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: PlanOutput,
    #[command(flatten)]
    revisions: Revisions,
    /// The revision to compare with, such as `main`: tells edits from drift,
    /// and says which provider endpoints are used
    #[arg(long, value_name = "REF")]
    base: Option<String>,
    #[command(flatten)]
    save: SaveOptions,
    #[command(flatten)]
    allowances: Allowances,
    /// Exit with 2 when there are changes
    #[arg(long)]
    detailed_exitcode: bool,
    #[command(flatten)]
    state: StateOptions,
}

/// Shows what would change. Only the reading halves of the providers are
/// opened.
pub(super) async fn run(args: &Args, common: &Common, terminal: &Terminal) -> Result<u8, CliError> {
    args.save.check()?;
    let systems = args.sandbox.systems();
    let read = |name: &String| input::base(&args.manifests, systems, name, terminal);
    let mut base = args.base.as_ref().map(read).transpose()?;
    let mut desired = input::load(&args.manifests, systems, args.output.into(), terminal)?;
    let changed_since = args
        .revisions
        .select(&mut desired, &args.manifests, systems, terminal)?;
    if let Some(base) = &mut base {
        base.govern(&mut desired);
        for endpoint in base.endpoints() {
            let revision = args.base.as_deref().unwrap_or_default();
            terminal.warn(endpoint.sentence(revision));
        }
    }
    let opened = providers::open(&desired, &args.sandbox, terminal).await?;
    let observed = observe(&desired, &opened.readers()).await;
    if let Some(base) = &mut base {
        look_for_removed(base, &desired, &observed, &opened).await;
    }
    let mut planned = plan(&desired, &observed, base.as_ref(), env::today());
    mark_masked(&mut planned, base.as_ref())?;
    let Planned { plan: shown, work } = &mut planned;
    let governing = base.as_ref().map(|base| (base, &*work));
    args.allowances.judge(shown, &desired, governing, terminal);
    let shown = render(&planned.plan, args.output, common.verbose > 0, terminal);
    terminal.data(&shown).map_err(CliError::Output)?;
    opened.close()?;
    tell_unread(&planned.plan, terminal);
    let making = Making {
        manifests: &args.manifests,
        sandbox: &args.sandbox,
        changed_since,
        allowances: &args.allowances,
    };
    args.save.save(&planned, &desired, making, terminal)?;
    let state = args.state.folder(systems, &args.sandbox.sandbox_state);
    let explained = args.state.status_command(&args.sandbox);
    pending::mention(&Runs::below(&state), &explained, terminal);
    tell_refused(&planned.plan, terminal);
    Ok(exit_code(&planned.plan, args.detailed_exitcode))
}

/// Looks for the records of manifests that are gone, where no list has shown them.
async fn look_for_removed(
    base: &mut Base,
    desired: &Desired,
    observed: &Observed,
    opened: &Opened,
) {
    let readers = opened.readers();
    let mut seen = BTreeMap::new();
    for (provider, resources) in base.unseen(desired, observed) {
        if let Some(reader) = readers.get(&provider) {
            // What cannot be listed stays unknown, and the plan says so.
            let found = live_records(&resources, reader.as_ref()).await;
            seen.extend(found.unwrap_or_default());
        }
    }
    base.saw(seen);
}

/// A plan in the asked format.
pub(super) fn render(
    plan: &Plan,
    output: PlanOutput,
    verbose: bool,
    terminal: &Terminal,
) -> String {
    match output {
        PlanOutput::Text => text::plan(plan, terminal.stdout_style(), verbose),
        PlanOutput::Json => json::plan(plan),
        PlanOutput::Markdown => markdown::plan(plan),
        PlanOutput::Html => html::plan(plan),
        PlanOutput::Github => {
            let summary = format!("Plan: {}", text::summary(plan.counts));
            github::commands(&summary, &annotation::of_plan(plan))
        }
        PlanOutput::Gitlab => gitlab::report(&annotation::of_plan(plan)),
    }
}

/// Says on standard error which providers could not be read, so that a pipe into
/// another program does not hide it.
pub(super) fn tell_unread(plan: &Plan, terminal: &Terminal) {
    for provider in &plan.providers {
        if let Some(failure) = &provider.failure {
            let message = format!("provider {} could not be read: {failure}", provider.name);
            terminal.error(message, provider.hint.as_deref());
        }
    }
}

/// The exit code of a command that only looks.
pub(super) fn exit_code(plan: &Plan, detailed: bool) -> u8 {
    if plan.is_refused() {
        exit::REFUSED
    } else if plan
        .providers
        .iter()
        .any(|provider| provider.failure.is_some())
    {
        exit::ERROR
    } else if detailed && plan.counts.changes() + plan.counts.blocked > 0 {
        exit::CHANGES
    } else {
        exit::DONE
    }
}
