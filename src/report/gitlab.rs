//! A code-quality report, from which GitLab makes remarks on the lines of a
//! merge request.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::Digest;

use super::{
    annotation::{Annotation, Level},
    github::relative,
    json,
};

/// One issue of a report, as GitLab's documentation names its members.
#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// The remarks as a report.
#[must_use]
pub fn report(annotations: &[Annotation]) -> String {
    let mut seen = BTreeMap::new();
    let issues: Vec<Issue> = annotations
        .iter()
        .map(|annotation| {
            let mut issue = issue(annotation);
            // GitLab drops what has a fingerprint twice, such as the same typo
            // on two lines.
            let times: &mut usize = seen.entry(issue.fingerprint.clone()).or_default();
            if *times > 0 {
                issue.fingerprint = fingerprint(&format!("{}\0{times}", issue.fingerprint));
            }
            *times += 1;
            issue
        })
        .collect();
    json::pretty(&issues)
}

fn issue(annotation: &Annotation) -> Issue {
    let Annotation {
        level,
        check,
        subject,
        title,
        message,
        place,
    } = annotation;
    // GitLab refuses an issue without a place. The root of the repository is
    // the honest one for what stands in no file.
    let (path, begin) = place
        .as_ref()
        .map_or((".", 1), |place| (relative(&place.file), place.line));
    Issue {
        description: format!("{title}: {message}"),
        check_name: check.clone(),
        // The same for the same remark in every run, so that GitLab can tell
        // new ones from old ones: it rests on what the remark is about, and
        // neither on a line nor on values.
        fingerprint: fingerprint(&format!("{check}\0{subject}\0{path}")),
        severity: match level {
            Level::Error => "critical",
            Level::Warning => "major",
            Level::Notice => "info",
        },
        location: Location {
            path: path.to_owned(),
            lines: Lines { begin },
        },
    }
}

/// What tells remarks apart.
fn fingerprint(text: &str) -> String {
    Digest::of_bytes(text.as_bytes()).to_string()
}

#[cfg(test)]
mod tests;
