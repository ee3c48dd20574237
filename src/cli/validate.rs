//! `trueup validate`.

use crate::{
    desired::{MISSING_CREDENTIAL, MISSING_VALUE, Systems},
    exit,
    model::{Finding, Severity, words},
    report::findings,
};

use super::{
    error::CliError,
    input,
    options::{FindingsOutput, Manifests},
    terminal::Terminal,
};

/// The options of `trueup validate`.
#[derive(Debug, clap::Args)]
#[command(after_help = super::examples::VALIDATE)]
pub(super) struct Args {
    #[command(flatten)]
    manifests: Manifests,
    /// The format of the findings
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: FindingsOutput,
    /// Check as for the sandbox, which needs no credentials
    #[arg(long)]
    sandbox: bool,
    /// Leave out whether values of `{ env: }` and `{ file: }` can be had; for
    /// pipelines without credentials, such as those of forks
    #[arg(long)]
    without_values: bool,
}

/// Reports everything that can be known offline.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<u8, CliError> {
    let (desired, mut findings) = input::check(&args.manifests, Systems::of(args.sandbox))?;
    if args.without_values {
        findings.retain(|finding| !is_missing(finding));
    }
    // What talks to no provider does without credentials.
    let mut credentials = true;
    for finding in &mut findings {
        if finding.check == MISSING_CREDENTIAL {
            finding.severity = Severity::Warning;
            credentials = false;
        }
    }
    let failed = input::has_errors(&findings);
    match input::for_programs(&findings, args.output) {
        Some(data) => terminal.data(&data).map_err(CliError::Output)?,
        None if findings.is_empty() => {}
        None => terminal.insist(findings::text(&findings, terminal.stderr_style()).trim_end()),
    }
    if failed {
        return Ok(exit::ERROR);
    }
    let resources = words::count(desired.resources.len(), "resource");
    let providers = words::count(desired.providers.len(), "provider");
    if args.output == FindingsOutput::Text {
        // Manifests whose values cannot be had are not among those counted.
        let valid = if args.without_values {
            "Valid, apart from values from outside\n".to_owned()
        } else if credentials {
            format!("Valid: {resources}, {providers}\n")
        } else {
            format!("Valid: {resources}; plan and apply need the credentials that are missing\n")
        };
        terminal.data(&valid).map_err(CliError::Output)?;
    }
    Ok(exit::DONE)
}

/// Whether a value from outside cannot be had.
fn is_missing(finding: &Finding) -> bool {
    [MISSING_VALUE, MISSING_CREDENTIAL].contains(&finding.check)
}
