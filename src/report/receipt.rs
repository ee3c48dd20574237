//! A receipt as text.

use unicode_width::UnicodeWidthStr;

use crate::{
    apply::{Outcome, Receipt, Verdict, VerdictCounts},
    plan::{Change, Counts, ManifestPlace, Plan},
    provider::Action,
    receipt::{Document, RECEIPT_FORMAT},
};

use super::{
    style::Style,
    text::{line, painted, wrapped},
};

/// What stands before the run of a stored receipt, as wide as the labels below it.
const RUN_LABEL: &str = "Run   ";

/// One line for a change that has ended.
#[must_use]
pub fn outcome_line(outcome: &Outcome, style: Style) -> String {
    let word = outcome.action.word();
    let text = format!("{:<11} {word} {}", outcome.verdict.word(), outcome.address);
    match outcome.verdict {
        Verdict::Done => style.well(&text),
        Verdict::Failed | Verdict::Stale | Verdict::Unknown => style.alarm(&text),
        Verdict::Skipped | Verdict::NotStarted => style.action(Action::Update, &text),
    }
}

/// A stored receipt: of which run it is, and what became of every change. Nobody
/// has watched that run, so the changes that are done are named too.
#[must_use]
pub fn document(document: &Document, style: Style) -> String {
    let mut out = String::new();
    let start = format!("{}, {}", document.run, document.started);
    let end = format!("to {}", document.ended);
    let whole = format!("{start} {end}");
    if RUN_LABEL.width() + whole.width() <= style.width {
        wrapped(&mut out, RUN_LABEL, &whole, style);
    } else {
        wrapped(&mut out, RUN_LABEL, &start, style);
        wrapped(&mut out, "      ", &end, style);
    }
    line(&mut out, &format!("Plan  {}", document.plan));
    line(&mut out, &format!("Chain {}\n", document.chain));
    let receipt = document.receipt();
    for outcome in &receipt.outcomes {
        tell(&mut out, outcome, style);
    }
    counts(&mut out, &receipt, style);
    out
}

/// As much of a plan as a receipt holds of it: which change was for which
/// resource.
#[must_use]
pub fn outline(document: &Document) -> Plan {
    let changes: Vec<Change> = document
        .entries
        .iter()
        .map(|entry| Change {
            address: entry.outcome.address.clone(),
            provider: entry.outcome.provider.clone(),
            remote: entry.outcome.remote.clone(),
            display_name: None,
            action: entry.outcome.action,
            reason: None,
            hint: None,
            fields: Vec::new(),
            calls: Vec::new(),
            depends_on: Vec::new(),
            notes: Vec::new(),
            moved_on: Vec::new(),
            place: ManifestPlace {
                file: "(not in the receipt)".to_owned(),
                line: 1,
                column: 1,
            },
        })
        .collect();
    Plan {
        format: RECEIPT_FORMAT,
        version: env!("CARGO_PKG_VERSION"),
        providers: Vec::new(),
        counts: Counts::default(),
        base: None,
        rulings: Vec::new(),
        changes,
    }
}

/// Everything about the changes that are not done, what the user should know of
/// the others, and the counts. That the others are done was told while they were
/// carried out.
#[must_use]
pub fn receipt(receipt: &Receipt, style: Style) -> String {
    let mut out = String::new();
    for outcome in &receipt.outcomes {
        let silent = outcome.verdict == Verdict::Done && outcome.notes.is_empty();
        if !silent {
            tell(&mut out, outcome, style);
        }
    }
    counts(&mut out, receipt, style);
    out
}

fn tell(out: &mut String, outcome: &Outcome, style: Style) {
    line(out, &outcome_line(outcome, style));
    out.push_str(&outcome_body(outcome, style));
}

fn counts(out: &mut String, receipt: &Receipt, style: Style) {
    let counts = summary(receipt.counts);
    painted(out, "Applied: ", &counts, style, Style::bold);
}

/// What there is to say of an outcome, below its own line.
pub(super) fn outcome_body(outcome: &Outcome, style: Style) -> String {
    let mut out = String::new();
    if let Some(reason) = &outcome.reason {
        wrapped(&mut out, "    reason: ", reason, style);
    }
    if let Some(hint) = &outcome.hint {
        wrapped(&mut out, "    hint: ", hint, style);
    }
    for note in &outcome.notes {
        wrapped(&mut out, "    note: ", note, style);
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Address, ProviderName, RemoteId},
        report::test_support::{document as stored, golden, receipt as sample},
    };

    fn outcome(name: &str, action: Action, verdict: Verdict) -> Outcome {
        Outcome {
            address: Address {
                kind: "ToyCustomer",
                name: name.into(),
            },
            provider: ProviderName("toy-prod".into()),
            action,
            verdict,
            remote: Some(RemoteId("c-1".to_owned())),
            reason: None,
            hint: None,
            calls: Vec::new(),
            not_stored: Vec::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn the_whole_receipt() {
        golden("receipt.txt", &receipt(&sample(), Style::default()));
    }

    #[test]
    fn a_stored_receipt_names_every_change() {
        let mut stored = stored();
        for entry in &mut stored.entries {
            entry.outcome.notes.clear();
        }
        let shown = document(&stored, Style::default());
        let expected = "\
Run   20261102T090000Z-0123abcd, 2026-11-02T09:00:00Z to 2026-11-02T09:00:07Z
Plan  ";
        assert!(shown.starts_with(expected), "{shown}");
        for entry in &stored.entries {
            let named = outcome_line(&entry.outcome, Style::default());
            assert!(shown.lines().any(|line| line == named), "{named}\n{shown}");
        }
    }

    #[test]
    fn the_line_of_a_run_is_broken_where_it_is_too_long() {
        let instant = |text: &str| text.parse().expect("an instant");
        let stored = Document {
            run: "20261102T090000123Z-0123abcd".to_owned(),
            started: instant("2026-11-02T09:00:00.123Z"),
            ended: instant("2026-11-02T09:00:07.456Z"),
            ..stored()
        };
        let shown = document(&stored, Style::default());
        let expected = "\
Run   20261102T090000123Z-0123abcd, 2026-11-02T09:00:00.123Z
      to 2026-11-02T09:00:07.456Z
Plan  ";
        assert!(shown.starts_with(expected), "{shown}");
        assert!(shown.lines().all(|line| line.width() <= 80), "{shown}");
    }

    #[test]
    fn only_what_is_not_done_and_what_is_to_be_known_is_told() {
        let outcomes = vec![
            outcome("quiet", Action::Update, Verdict::Done),
            Outcome {
                notes: vec!["the answer to POST /customers was lost".to_owned()],
                ..outcome("lost", Action::Create, Verdict::Done)
            },
            Outcome {
                reason: Some("POST /customers: status 500\u{1b}[2J; no record with our key was seen, but that proves nothing".to_owned()),
                hint: Some("run plan again".to_owned()),
                ..outcome("unclear", Action::Create, Verdict::Unknown)
            },
            Outcome {
                reason: Some("ToyCustomer/unclear was not done".to_owned()),
                ..outcome("child", Action::End, Verdict::Skipped)
            },
        ];
        let all = Receipt {
            counts: VerdictCounts {
                done: 2,
                unknown: 1,
                skipped: 1,
                blocked: 3,
                ..VerdictCounts::default()
            },
            outcomes,
        };
        let expected = "\
done        create ToyCustomer/lost
    note: the answer to POST /customers was lost
unknown     create ToyCustomer/unclear
    reason: POST /customers: status 500\u{fffd}[2J; no record with our key was seen,
            but that proves nothing
    hint: run plan again
skipped     end ToyCustomer/child
    reason: ToyCustomer/unclear was not done
Applied: 2 done, 1 skipped, 1 unknown, 3 blocked
";
        assert_eq!(receipt(&all, Style::default()), expected);
        assert_eq!(summary(VerdictCounts::default()), "nothing to do");
    }
}
