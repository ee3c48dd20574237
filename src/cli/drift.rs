//! `trueup drift`.

use crate::{
    exit,
    observed::observe,
    plan::{Base, plan},
    report::{
        drift::{advise, drift},
        json,
    },
};

use super::{
    env,
    error::CliError,
    input::{self, AtRevision},
    key::mark_masked,
    options::{Common, Manifests, Output, SandboxOptions},
    plan::{exit_code, tell_unread},
    providers,
    terminal::Terminal,
};

/// The options of `trueup drift`.
#[derive(Debug, clap::Args)]
#[command(after_help = super::examples::DRIFT)]
pub(super) struct Args {
    #[command(flatten)]
    manifests: Manifests,
    #[command(flatten)]
    sandbox: SandboxOptions,
    /// The revision whose manifests are compared with the providers; what is
    /// not committed does not count
    #[arg(long, value_name = "REF", default_value = "HEAD")]
    base: String,
    /// The format of the comparison
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
    /// Exit with 2 when there is drift
    #[arg(long)]
    detailed_exitcode: bool,
}

/// Compares the providers with what a revision wanted. Only the reading halves
/// of the providers are opened.
pub(super) async fn run(args: &Args, common: &Common, terminal: &Terminal) -> Result<u8, CliError> {
    let systems = args.sandbox.systems();
    let AtRevision {
        revision,
        desired,
        findings,
        absent,
    } = input::at_revision(&args.manifests, systems, &args.base)?;
    if let Some(path) = absent.first() {
        return Err(CliError::usage(
            format_args!("`{}` is not in revision {}", path.display(), args.base),
            "commit it, or name a revision that has it with --base",
        ));
    }
    let desired = input::report(desired, &findings, args.output.into(), terminal)?;
    let base = Base::itself(&revision.name, &revision.commit, &desired);
    let opened = providers::open(&desired, &args.sandbox, terminal).await?;
    let observed = observe(&desired, &opened.readers()).await;
    let mut planned = plan(&desired, &observed, Some(&base), env::today());
    mark_masked(&mut planned, Some(&base))?;
    advise(&mut planned.plan);
    let shown = match args.output {
        Output::Text => drift(&planned.plan, terminal.stdout_style(), common.verbose > 0),
        Output::Json => json::plan(&planned.plan),
    };
    terminal.data(&shown).map_err(CliError::Output)?;
    opened.close()?;
    tell_unread(&planned.plan, terminal);
    let code = exit_code(&planned.plan, args.detailed_exitcode);
    // No run has anything to do about it, but it is drift.
    let has_moved_on = args.detailed_exitcode && planned.plan.moved_on().next().is_some();
    Ok(if code == exit::DONE && has_moved_on {
        exit::CHANGES
    } else {
        code
    })
}
