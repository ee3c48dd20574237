//! A receipt as text.

use crate::{
    apply::{Outcome, Receipt, Verdict, VerdictCounts},
    provider::Action,
};

use super::{
    style::{Style, symbol},
    text::wrapped,
};

/// One line for a change that has ended.
#[must_use]
pub fn outcome_line(outcome: &Outcome, style: Style) -> String {
    let (_, word) = symbol(outcome.action);
    let text = format!("{:<11} {word} {}", outcome.verdict.word(), outcome.address);
    match outcome.verdict {
        Verdict::Done => style.well(&text),
        Verdict::Failed | Verdict::Stale | Verdict::Unknown => style.alarm(&text),
        Verdict::Skipped | Verdict::NotStarted => style.action(Action::Update, &text),
    }
}

/// Everything about the changes that are not done, what the user should know of
/// the others, and the counts.
#[must_use]
pub fn receipt(receipt: &Receipt, style: Style) -> String {
    let mut out = String::new();
    for outcome in &receipt.outcomes {
        let silent = outcome.verdict == Verdict::Done && outcome.notes.is_empty();
        if silent {
            continue;
        }
        out.push_str(&outcome_line(outcome, style));
        out.push('\n');
        if let Some(reason) = &outcome.reason {
            wrapped(&mut out, "    reason: ", reason, style);
        }
        if let Some(hint) = &outcome.hint {
            wrapped(&mut out, "    hint: ", hint, style);
        }
        for note in &outcome.notes {
            wrapped(&mut out, "    note: ", note, style);
        }
    }
    out.push_str(&style.bold(&format!("Applied: {}", summary(receipt.counts))));
    out.push('\n');
    out
}

/// `3 done, 1 failed`, or that there was nothing to do.
#[must_use]
pub fn summary(counts: VerdictCounts) -> String {
    let VerdictCounts {
        done,
        failed,
        stale,
        skipped,
        unknown,
        not_started,
        blocked,
    } = counts;
    let parts: Vec<String> = [
        (done, "done"),
        (failed, "failed"),
        (stale, "stale"),
        (skipped, "skipped"),
        (unknown, "unknown"),
        (not_started, "not started"),
        (blocked, "blocked"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{number} {what}"))
    .collect();
    if parts.is_empty() {
        "nothing to do".to_owned()
    } else {
        parts.join(", ")
    }
}
