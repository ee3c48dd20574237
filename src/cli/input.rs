//! Reads manifests for a command, and reports what is wrong with them.

use std::path::Path;

use crate::{
    desired::{Desired, Environment, Options, Selector, desire},
    exit,
    manifest::load::{Input, load as read},
    model::{Finding, Severity},
    providers::ALL,
    report::{annotation, findings, github, gitlab, json},
};

use super::{
    env,
    error::CliError,
    options::{FindingsOutput, Manifests},
    terminal::Terminal,
};

/// Reads manifests. When there are errors, they are reported and the exit code
/// is given instead; warnings are reported and in nobody's way.
pub(super) fn load(
    manifests: &Manifests,
    sandbox: bool,
    output: FindingsOutput,
    terminal: &Terminal,
) -> Result<Result<Desired, u8>, CliError> {
    let (desired, findings) = check(manifests, sandbox)?;
    let failed = has_errors(&findings);
    if failed && let Some(data) = for_programs(&findings, output) {
        terminal.data(&data).map_err(CliError::Output)?;
    } else if !findings.is_empty() {
        terminal.insist(findings::text(&findings, terminal.stderr_style()).trim_end());
    }
    Ok(if failed {
        Err(exit::ERROR)
    } else {
        Ok(desired)
    })
}

/// Findings in a format for programs; nothing where people are to read them.
pub(super) fn for_programs(findings: &[Finding], output: FindingsOutput) -> Option<String> {
    match output {
        FindingsOutput::Text => None,
        FindingsOutput::Json => Some(json::pretty(&findings::json(findings))),
        FindingsOutput::Github => {
            let annotations = annotation::of_findings(findings);
            Some(github::commands(&findings::summary(findings), &annotations))
        }
        FindingsOutput::Gitlab => Some(gitlab::report(&annotation::of_findings(findings))),
    }
}

/// Reads manifests and gives all findings.
pub(super) fn check(
    manifests: &Manifests,
    sandbox: bool,
) -> Result<(Desired, Vec<Finding>), CliError> {
    let inputs: Vec<Input> = manifests
        .filename
        .iter()
        .map(|path| {
            if path == Path::new("-") {
                Input::Stdin
            } else {
                Input::Path(path.clone())
            }
        })
        .collect();
    let selector = manifests
        .selector
        .as_deref()
        .map(|text| {
            text.parse::<Selector>().map_err(|error| {
                CliError::usage(
                    error,
                    "write key=value, key!=value, key, !key or `key in (a,b)`, separated by commas",
                )
            })
        })
        .transpose()?;
    let mut stdin = std::io::stdin().lock();
    let loaded = read(&inputs, Some(&mut stdin));
    let options = Options {
        environment: Environment {
            variables: env::variables(),
            ..Environment::default()
        },
        sandbox,
        selector,
        other_kinds: &[],
    };
    Ok(desire(loaded, ALL, &options))
}

/// Whether one of the findings is an error.
pub(super) fn has_errors(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
}
