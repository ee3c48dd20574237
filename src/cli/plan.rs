//! `trueup plan`.

use crate::{
    exit,
    observed::observe,
    plan::{Plan, plan},
    report::{annotation, github, gitlab, html, json, markdown, text},
};

use super::{
    env,
    error::CliError,
    input,
    options::{Common, Manifests, PlanOutput, SandboxOptions},
    providers,
    terminal::Terminal,
};

/// The options of `trueup plan`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    manifests: Manifests,
    #[command(flatten)]
    sandbox: SandboxOptions,
    /// The format of the plan
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: PlanOutput,
    /// Exit with 2 when there are changes
    #[arg(long)]
    detailed_exitcode: bool,
}

/// Shows what would change. Only the reading halves of the providers are
/// opened.
pub(super) async fn run(args: &Args, common: &Common, terminal: &Terminal) -> Result<u8, CliError> {
    let desired = match input::load(
        &args.manifests,
        args.sandbox.sandbox,
        args.output.into(),
        terminal,
    )? {
        Ok(desired) => desired,
        Err(code) => return Ok(code),
    };
    let opened = providers::open(&desired, &args.sandbox).await?;
    let observed = observe(&desired, &opened.readers()).await;
    let planned = plan(&desired, &observed, env::today());
    let shown = render(&planned.plan, args.output, common.verbose > 0, terminal);
    terminal.data(&shown).map_err(CliError::Output)?;
    opened.close()?;
    tell_unread(&planned.plan, terminal);
    Ok(exit_code(&planned.plan, args.detailed_exitcode))
}

/// A plan in the asked format.
fn render(plan: &Plan, output: PlanOutput, verbose: bool, terminal: &Terminal) -> String {
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

fn exit_code(plan: &Plan, detailed: bool) -> u8 {
    if plan
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
