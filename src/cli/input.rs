//! Reads manifests for a command, and reports what is wrong with them.

use std::path::{Path, PathBuf};

use crate::{
    desired::{Desired, Environment, Files, Options, Selector, Systems, desire},
    exit,
    manifest::{
        git::{self, Revision, Snapshot, Standpoint},
        load::{Input, Loaded, load as read},
    },
    model::{Finding, Severity, finding},
    plan::Base,
    policy,
    providers::ALL,
    report::{annotation, findings, github, gitlab, json},
};

use super::{
    env,
    error::CliError,
    options::{FindingsOutput, Manifests},
    terminal::Terminal,
};

/// Reads manifests. When there are errors, they are reported and the command
/// ends; warnings are reported and in nobody's way.
pub(super) fn load(
    manifests: &Manifests,
    systems: Systems,
    output: FindingsOutput,
    terminal: &Terminal,
) -> Result<Desired, CliError> {
    let (desired, findings) = check(manifests, systems)?;
    report(desired, &findings, output, terminal)
}

/// Reports findings, and ends the command where one is an error.
pub(super) fn report(
    desired: Desired,
    findings: &[Finding],
    output: FindingsOutput,
    terminal: &Terminal,
) -> Result<Desired, CliError> {
    let failed = has_errors(findings);
    if failed && let Some(data) = for_programs(findings, output) {
        terminal.data(&data).map_err(CliError::Output)?;
    } else if !findings.is_empty() {
        terminal.insist(findings::text(findings, terminal.stderr_style()).trim_end());
    }
    if failed {
        return Err(CliError::Told(exit::ERROR));
    }
    Ok(desired)
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
    systems: Systems,
) -> Result<(Desired, Vec<Finding>), CliError> {
    let options = options(manifests, systems, Files::Disk)?;
    let (desired, mut findings) = desire(texts(manifests), ALL, &options);
    findings.extend(policy::check(&desired, ALL));
    finding::tidy(&mut findings);
    Ok((desired, findings))
}

/// Reads the texts of manifests, cut into documents and not looked at yet.
pub(super) fn texts(manifests: &Manifests) -> Loaded {
    let mut stdin = std::io::stdin().lock();
    read(&inputs(manifests), Some(&mut stdin))
}

/// The manifests of a revision.
pub(super) struct AtRevision {
    /// The revision.
    pub(super) revision: Revision,
    /// What it wanted.
    pub(super) desired: Desired,
    /// What is wrong with its manifests.
    pub(super) findings: Vec<Finding>,
    /// The inputs that it does not have.
    pub(super) absent: Vec<PathBuf>,
}

/// Reads the manifests of a revision from git.
pub(super) fn at_revision(
    manifests: &Manifests,
    systems: Systems,
    reference: &str,
) -> Result<AtRevision, CliError> {
    let standpoint = Standpoint {
        folder: Path::new("."),
        is_top_unsaid: env::is_top_unsaid(),
    };
    let Snapshot {
        revision,
        loaded,
        values,
        absent,
    } = git::read(reference, &inputs(manifests), standpoint)?;
    let options = options(manifests, systems, Files::Revision(values))?;
    let (desired, findings) = desire(loaded, ALL, &options);
    Ok(AtRevision {
        revision,
        desired,
        findings,
        absent,
    })
}

/// Reads what was last wanted, for a command that goes on without what cannot
/// be read there.
pub(super) fn base(
    manifests: &Manifests,
    systems: Systems,
    reference: &str,
    terminal: &Terminal,
) -> Result<Base, CliError> {
    let AtRevision {
        revision,
        desired,
        mut findings,
        absent,
    } = at_revision(manifests, systems, reference)?;
    for path in absent {
        let path = path.display();
        terminal.warn(format_args!(
            "`{path}` is not in revision {reference}: what it holds counts as new"
        ));
    }
    // A revision without manifests has nothing wrong with it, and its warnings
    // were told in their time.
    findings.retain(|finding| {
        finding.check != "no-manifests"
            && (finding.severity == Severity::Error || finding.check == "not-followed")
    });
    let base = Base::new(reference, &revision.commit, desired, &findings);
    if !findings.is_empty() {
        terminal.warn(format_args!(
            "not all manifests of revision {reference} could be read: \
             causes are unknown for what may be in them"
        ));
        for finding in &mut findings {
            finding.severity = Severity::Warning;
        }
        terminal.insist(findings::text(&findings, terminal.stderr_style()).trim_end());
    }
    Ok(base)
}

/// Leaves only what changed since a revision selected.
pub(super) fn select_changed(
    desired: &mut Desired,
    since: &Base,
    reference: &str,
    terminal: &Terminal,
) {
    if since.select_changed(desired) == 0 {
        terminal.warn(format_args!(
            "no selected manifest has changed since revision {reference}"
        ));
    }
}

fn inputs(manifests: &Manifests) -> Vec<Input> {
    manifests
        .filename
        .iter()
        .map(|path| {
            if path == Path::new("-") {
                Input::Stdin
            } else {
                Input::Path(path.clone())
            }
        })
        .collect()
}

/// How the manifests of a command are read.
pub(super) fn options(
    manifests: &Manifests,
    systems: Systems,
    files: Files,
) -> Result<Options, CliError> {
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
    Ok(Options {
        environment: Environment {
            variables: env::variables(),
            files,
        },
        systems,
        selector,
        other_kinds: policy::KINDS,
    })
}

/// Whether one of the findings is an error.
pub(super) fn has_errors(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
}
