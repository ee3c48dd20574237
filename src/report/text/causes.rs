//! What a plan says about causes: what this change does, told apart from what
//! has moved at the provider.

use crate::{
    model::words,
    plan::{Cause, Change, FieldChange, ManifestState, Plan, PlanBase},
};

use super::wrapped;
use crate::report::Style;

/// How many letters of a commit's name are shown.
const COMMIT_SHOWN_LETTERS: usize = 12;

/// What each cause means for the reviewer.
const MEANINGS: [(Cause, char, &str); 4] = [
    (Cause::Edit, ' ', "the manifests changed"),
    (
        Cause::Drift,
        '!',
        "the provider changed, the manifests did not; apply puts it back",
    ),
    (
        Cause::Both,
        '!',
        "the manifests and the provider changed; apply takes the manifests'",
    ),
    (
        Cause::Unknown,
        '!',
        "the manifests of the base could not be read",
    ),
];

/// The revision and the number of fields for each cause.
pub(super) fn head(out: &mut String, plan: &Plan, style: Style) {
    let Some(base) = &plan.base else {
        return;
    };
    wrapped(out, "Base: ", &revision(base), style);
    for (cause, mark, meaning) in MEANINGS {
        let (fields, records) = plan.fields_of_cause(cause);
        if fields > 0 {
            let start = format!("{mark} {}: ", cause.word());
            let text = format!(
                "{} in {}: {meaning}",
                words::count(fields, "field"),
                words::count(records, "record")
            );
            wrapped(out, &start, &text, style);
        }
    }
    for endpoint in &base.endpoints {
        let start = match endpoint.state {
            ManifestState::Changed | ManifestState::Added | ManifestState::Broken => "! ",
            ManifestState::Removed => "  ",
        };
        wrapped(out, start, &endpoint.sentence(&base.revision), style);
    }
    for policy in &base.policies {
        wrapped(out, "! ", &policy.sentence(&base.revision), style);
    }
}

/// `main (1a2b3c4d5e6f)`.
pub(in crate::report) fn revision(base: &PlanBase) -> String {
    let commit = &base.commit;
    let short = commit.get(..COMMIT_SHOWN_LETTERS).unwrap_or(commit);
    format!("{} ({short})", base.revision)
}

/// The causes of one change, for its line in the overview.
pub(super) fn of(change: &Change) -> String {
    let causes = [Cause::Edit, Cause::Drift, Cause::Both];
    let words: Vec<&str> = causes
        .into_iter()
        .filter(|cause| change.fields.iter().any(|field| field.cause == *cause))
        .map(Cause::word)
        .collect();
    if words.is_empty() {
        return String::new();
    }
    format!("  [{}]", words.join(", "))
}

/// The fields in two parts: those that this change is about, and drift.
pub(super) fn parts(change: &Change) -> [(Option<&'static str>, Vec<&FieldChange>); 2] {
    let (drift, rest) = change
        .fields
        .iter()
        .partition(|field| field.cause == Cause::Drift);
    [
        (None, rest),
        (Some("    drift, not an edit of the manifest:"), drift),
    ]
}

/// Resources whose manifests are gone since the base.
pub(super) fn removed(out: &mut String, plan: &Plan, style: Style) {
    let Some(base) = plan.base.as_ref().filter(|base| !base.removed.is_empty()) else {
        return;
    };
    out.push('\n');
    let text = format!("Gone since {}; nobody touches the records:", base.revision);
    wrapped(out, "", &text, style);
    for removed in &base.removed {
        let start = format!("    {}: ", removed.address);
        wrapped(out, &start, &removed.outcome, style);
    }
}
