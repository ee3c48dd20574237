//! What a plan says about causes: what this change does, told apart from what
//! has moved at the provider.

use crate::{
    model::words,
    plan::{Cause, Change, FieldChange, Plan, PlanBase, Removed},
};

use super::wrapped;
use crate::report::{Style, base};

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
    for (start, text) in counts(plan) {
        wrapped(out, &start, &text, style);
    }
}

/// `Provider` and `Policy` manifests that are not those of the base.
pub(in crate::report) fn governing(out: &mut String, plan: &Plan, style: Style) {
    for governing in base::governing(plan) {
        wrapped(out, governing.start(), &governing.sentence, style);
    }
}

/// For each cause that there is, its word after a mark, and how many fields
/// differ for it.
pub(in crate::report) fn counts(plan: &Plan) -> Vec<(String, String)> {
    let mut counts = Vec::new();
    for (cause, mark, meaning) in MEANINGS {
        let (fields, records) = plan.fields_of_cause(cause);
        if fields > 0 {
            let text = format!(
                "{} in {}: {meaning}",
                words::count(fields, "field"),
                words::count(records, "record")
            );
            counts.push((format!("{mark} {}: ", cause.word()), text));
        }
    }
    counts
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
    let Some((head, removed)) = gone(plan) else {
        return;
    };
    out.push('\n');
    wrapped(out, "", &head, style);
    for removed in removed {
        let start = format!("    {}: ", removed.address);
        wrapped(out, &start, &removed.outcome, style);
    }
}

/// Resources whose manifests are gone since the base, if there are any, and the
/// sentence above them.
pub(in crate::report) fn gone(plan: &Plan) -> Option<(String, &[Removed])> {
    let base = plan.base.as_ref().filter(|base| !base.removed.is_empty())?;
    let head = format!("Gone since {}; no record ends by that:", base.revision);
    Some((head, &base.removed))
}
