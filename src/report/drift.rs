//! How the providers differ from what a revision wanted, as text.

use unicode_width::UnicodeWidthStr;

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

/// What to do about an end whose day has come.
const DUE_HINT: &str = "no pipeline ends a record by itself on its day: run `trueup apply`, or \
                        start the pipeline that applies by hand";

/// Says what to do about what differs, where that is not plain from the
/// difference.
pub fn advise(plan: &mut Plan) {
    let ends = plan.changes.iter_mut();
    for change in ends.filter(|change| change.action == Action::End) {
        change.hint = Some(DUE_HINT.to_owned());
    }
}

/// Renders the comparison of the providers with a revision, which is a plan
/// whose base is what is wanted. `verbose` adds records that are in line.
#[must_use]
pub fn drift(plan: &Plan, style: Style, verbose: bool) -> String {
    let mut out = String::new();
    let base = plan.base.as_ref().map(text::causes::revision);
    let head = format!("from {}: {}", base.unwrap_or_default(), summary(plan));
    text::painted(&mut out, "Drift ", &head, style, Style::bold);
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

/// `1 different, 1 missing, 3 in line`.
fn summary(plan: &Plan) -> String {
    let counts = plan.counts;
    let differ = counts.update + counts.adopt;
    let moved_on = plan.moved_on().count();
    let parts: Vec<String> = [
        (differ, "different"),
        (counts.create, "missing"),
        (counts.end, "to have ended"),
        (moved_on, "moved on"),
        (counts.blocked, "blocked"),
        (counts.none.saturating_sub(moved_on), "in line"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{number} {what}"))
    .collect();
    match (
        counts.changes() + moved_on + counts.blocked,
        parts.is_empty(),
    ) {
        (_, true) => "no resources".to_owned(),
        (0, false) => format!("none, {}", parts.join(", ")),
        _ => parts.join(", "),
    }
}

/// One record, with what was wanted and what was found.
fn record(out: &mut String, change: &Change, style: Style) {
    let has_moved_on = !change.moved_on.is_empty();
    let word = match change.action {
        Action::Create => "missing",
        Action::Adopt | Action::Update => "differs",
        Action::End => "not ended",
        Action::Blocked => "blocked",
        Action::None if has_moved_on => "moved on",
        Action::None => "in line",
    };
    let mark = match change.action {
        Action::Create => '-',
        Action::None if has_moved_on => '!',
        action => symbol(action),
    };
    let at = match &change.remote {
        Some(remote) => format!("{} at {}", row::printable(&remote.0), change.provider),
        None => format!("at {}", change.provider),
    };
    out.push('\n');
    let start = format!("{mark} {word} {}", change.address);
    text::heading(out, change.action, &start, &format!("({at})"), style);
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
        let wanted = row::marked(&field.after, field.marks.after.as_ref());
        let found = row::marked(&field.before, field.marks.before.as_ref());
        let whole = format!("!   {}  wanted {wanted}, found {found}{class}", field.path);
        let paint = |text: &str| style.action(change.action, text);
        if whole.width() <= style.width {
            text::line(out, &paint(&whole));
        } else {
            text::line(out, &paint(&format!("!   {}{class}", field.path)));
            text::line(out, &paint(&format!("!     wanted {wanted}")));
            text::line(out, &paint(&format!("!     found {found}")));
        }
    }
}
