//! How the providers differ from what a revision wanted, as text.

use crate::{
    model::words,
    plan::{Change, Plan},
    provider::Action,
};

use super::{
    row,
    style::{Style, symbol},
    text,
};

/// Renders the comparison of the providers with a revision, which is a plan
/// whose base is what is wanted. `verbose` adds records that are in line.
#[must_use]
pub fn drift(plan: &Plan, style: Style, verbose: bool) -> String {
    let mut out = String::new();
    let base = plan.base.as_ref().map(text::causes::revision);
    let head = format!("Drift from {}: {}", base.unwrap_or_default(), summary(plan));
    text::line(&mut out, &style.bold(&head));
    for failure in text::failures(plan, style) {
        text::line(&mut out, &failure);
    }
    let shown = plan
        .changes
        .iter()
        .filter(|change| verbose || change.action != Action::None || !change.notes.is_empty());
    for change in shown {
        record(&mut out, change, style);
    }
    text::unmanaged(&mut out, plan, style, verbose);
    out
}

/// `1 record differs, 1 is missing, 3 in line`.
fn summary(plan: &Plan) -> String {
    let counts = plan.counts;
    let differ = counts.update + counts.adopt;
    let parts: Vec<String> = [
        (differ, "different"),
        (counts.create, "missing"),
        (counts.end, "to have ended"),
        (counts.blocked, "blocked"),
        (counts.none, "in line"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{number} {what}"))
    .collect();
    match (counts.changes() + counts.blocked, parts.is_empty()) {
        (_, true) => "no resources".to_owned(),
        (0, false) => format!("none, {}", parts.join(", ")),
        _ => parts.join(", "),
    }
}

/// One record, with what was wanted and what was found.
fn record(out: &mut String, change: &Change, style: Style) {
    let word = match change.action {
        Action::Create => "missing",
        Action::Adopt | Action::Update => "differs",
        Action::End => "not ended",
        Action::Blocked => "blocked",
        Action::None => "in line",
    };
    let (mark, _) = symbol(change.action);
    let mark = if change.action == Action::Create {
        '-'
    } else {
        mark
    };
    let at = match &change.remote {
        Some(remote) => format!("{} at {}", row::printable(&remote.0), change.provider),
        None => format!("at {}", change.provider),
    };
    out.push('\n');
    let head = format!("{mark} {word} {} ({at})", change.address);
    text::line(out, &style.bold(&style.action(change.action, &head)));
    let place = format!("    {}", row::file_and_line(&change.place));
    text::line(out, &style.dim(&place));
    for (start, sentence) in [("reason", &change.reason), ("hint", &change.hint)] {
        if let Some(sentence) = sentence {
            text::wrapped(out, &format!("    {start}: "), sentence, style);
        }
    }
    for note in &change.notes {
        text::wrapped(out, "    note: ", note, style);
    }
    if change.action == Action::Create {
        let fields = words::count(change.fields.len(), "field");
        let wanted = format!("the record is not there; {fields} wanted");
        return text::wrapped(out, "    ", &wanted, style);
    }
    for field in &change.fields {
        let class = if field.class.is_dangerous() {
            format!(" [{}]", field.class.word())
        } else {
            String::new()
        };
        let values = format!(
            "!   {}  wanted {}, found {}{class}",
            field.path,
            row::show(&field.after),
            row::show(&field.before)
        );
        text::line(out, &style.action(change.action, &values));
    }
}
