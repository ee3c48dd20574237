//! A plan as text, for reviewers: counts and dangerous lines first, then a line
//! for each resource, then only the fields that change.

pub(super) mod causes;

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use crate::{
    plan::{Change, Counts, Effect, FieldChange, Plan, PlanProvider, PlanUnmanaged},
    provider::Action,
};

pub use super::row::show;
use super::{
    row::{Row, RowValue, dangers, file_and_line, printable, record, title},
    ruling,
    style::{Style, WIDTH_COLUMNS_DEFAULT, symbol},
};

/// The most unmanaged records that are listed by name; what is beyond is
/// counted.
const UNMANAGED_SHOWN_MAX: usize = 10;

/// The widest that the column of field names grows. A longer name pushes its
/// own line out and leaves the others alone.
const FIELD_COLUMNS_MAX: usize = 36;

/// Renders a plan. `verbose` adds calls and resources that are in line.
#[must_use]
pub fn plan(plan: &Plan, style: Style, verbose: bool) -> String {
    let mut out = String::new();
    head(&mut out, plan, style);
    let shown: Vec<&Change> = plan
        .changes
        .iter()
        .filter(|change| verbose || change.action != Action::None || !change.notes.is_empty())
        .collect();
    if !shown.is_empty() {
        out.push('\n');
        overview(&mut out, &shown, style);
        for change in &shown {
            details(&mut out, change, style, verbose);
        }
    }
    causes::removed(&mut out, plan, style);
    unmanaged(&mut out, plan, style, verbose);
    out
}

fn head(out: &mut String, plan: &Plan, style: Style) {
    let summary = format!("{}{}", ruling::prefix(plan), summary(plan.counts));
    painted(out, "Plan: ", &summary, style, Style::bold);
    for (effect, text) in ruling::lines(plan, style) {
        let painted = match effect {
            Effect::Deny => style.alarm(&text),
            Effect::Warn | Effect::Allowed => style.action(Action::Update, &text),
        };
        line(out, &painted);
    }
    for danger in dangers(plan) {
        line(out, &style.alarm(&format!("! {danger}")));
    }
    causes::head(out, plan, style);
    causes::governing(out, plan, style);
    for text in failures(plan, style) {
        line(out, &text);
    }
}

/// A paragraph for each provider that could not be read.
pub(super) fn failures(plan: &Plan, style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    for provider in &plan.providers {
        if let Some(failure) = &provider.failure {
            let mut out = String::new();
            let start = format!("! provider {} could not be read: ", provider.name);
            wrapped(&mut out, &start, failure, style);
            if let Some(hint) = &provider.hint {
                wrapped(&mut out, "  hint: ", hint, style);
            }
            lines.extend(out.lines().map(str::to_owned));
        }
    }
    lines
}

/// `2 to create, 1 to update, 3 in line`, or that there is nothing to do.
#[must_use]
pub fn summary(counts: Counts) -> String {
    let Counts {
        create,
        adopt,
        update,
        end,
        blocked,
        none,
    } = counts;
    let parts: Vec<String> = [
        (create, "to create"),
        (adopt, "to adopt"),
        (update, "to update"),
        (end, "to end"),
        (blocked, "blocked"),
        (none, "in line"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{number} {what}"))
    .collect();
    match (counts.changes() + blocked, parts.is_empty()) {
        (_, true) => "no resources".to_owned(),
        (0, false) => format!("nothing to do, {}", parts.join(", ")),
        _ => parts.join(", "),
    }
}

fn overview(out: &mut String, changes: &[&Change], style: Style) {
    let widest = changes
        .iter()
        .map(|change| change.address.to_string().width())
        .max()
        .unwrap_or_default();
    for change in changes {
        let (symbol, word) = (symbol(change.action), change.action.word());
        let address = change.address.to_string();
        let padding = " ".repeat(widest.saturating_sub(address.width()));
        let start = format!("{symbol} {word:<7} {address}");
        let rest = format!("{}{}", title(change), causes::of(change));
        let paint = |text: &str| style.action(change.action, text.trim_end());
        if start.width() + padding.width() + rest.width() + 2 <= style.width || rest.is_empty() {
            line(out, &paint(&format!("{start}{padding}  {rest}")));
        } else {
            line(out, &paint(&start));
            line(
                out,
                &paint(&format!("{symbol}         {}", rest.trim_start())),
            );
        }
    }
}

fn details(out: &mut String, change: &Change, style: Style, verbose: bool) {
    let (symbol, word) = (symbol(change.action), change.action.word());
    out.push('\n');
    let start = format!("{symbol} {word} {}", change.address);
    let at = format!("({})", record(change));
    heading(out, change.action, &start, &at, style);
    body(out, change, style, verbose);
}

/// The line above what is said of a change, or two where one is too narrow.
pub(super) fn heading(out: &mut String, action: Action, start: &str, at: &str, style: Style) {
    let paint = |text: &str| style.bold(&style.action(action, text));
    if start.width() + at.width() < style.width {
        line(out, &paint(&format!("{start} {at}")));
    } else {
        line(out, &paint(start));
        line(out, &paint(&format!("    {at}")));
    }
}

/// What there is to say of a change, below its own line.
pub(super) fn body(out: &mut String, change: &Change, style: Style, verbose: bool) {
    let place = file_and_line(&change.place);
    line(out, &style.dim(&format!("    {place}")));
    if let Some(reason) = &change.reason {
        wrapped(out, "    reason: ", reason, style);
    }
    if let Some(hint) = &change.hint {
        wrapped(out, "    hint: ", hint, style);
    }
    for note in &change.notes {
        wrapped(out, "    note: ", note, style);
    }
    let widest = change
        .fields
        .iter()
        .map(|field| field.path.as_str().width())
        .max()
        .unwrap_or_default()
        .min(FIELD_COLUMNS_MAX);
    for (heading, fields) in causes::parts(change) {
        if let (Some(heading), false) = (heading, fields.is_empty()) {
            line(out, heading);
        }
        for field in fields {
            field_line(out, change.action, field, widest, style);
        }
    }
    if verbose {
        for call in &change.calls {
            let purpose = call
                .purpose
                .map(|purpose| format!(" ({purpose})"))
                .unwrap_or_default();
            let call = format!("{}{purpose}", call.operation);
            painted(out, "    call: ", &call, style, Style::dim);
        }
    }
}

fn field_line(out: &mut String, action: Action, field: &FieldChange, widest: usize, style: Style) {
    let row = Row::of(action, field);
    let tag = row.tag();
    let Row {
        symbol,
        path,
        class: _,
        cause: _,
        value,
        base: _,
        place: _,
    } = row;
    let padding = " ".repeat(widest.saturating_sub(path.as_str().width()));
    let start = format!("{symbol}   {path}{padding}  ");
    let paint = |symbol: char, text: &str| match symbol {
        '+' => style.action(Action::Create, text),
        '-' => style.action(Action::End, text),
        '!' => style.action(Action::Update, text),
        _ => text.to_owned(),
    };
    match value {
        RowValue::New(value) => {
            let text = format!("{start}{value}{tag}");
            let below = format!("{symbol}     {value}{tag}");
            // A value that fits nowhere stays beside its name.
            if text.width() <= style.width || below.width() > style.width {
                return line(out, &paint(symbol, &text));
            }
            line(out, &paint(symbol, start.trim_end()));
            line(out, &paint(symbol, &below));
        }
        RowValue::Pair(old, new) => {
            let text = format!("{start}{old} → {new}{tag}");
            if text.width() <= style.width {
                return line(out, &paint(symbol, &text));
            }
            // Old and new below each other rather than torn apart somewhere.
            let first = format!("{start}{old}");
            let below = format!("{symbol}     {old}");
            if first.width() <= style.width || below.width() > style.width {
                line(out, &paint(symbol, &first));
            } else {
                line(out, &paint(symbol, start.trim_end()));
                line(out, &paint(symbol, &below));
            }
            line(out, &paint(symbol, &format!("{symbol}     → {new}{tag}")));
        }
        RowValue::Lines(lines) => {
            line(out, &format!("{symbol}   {path}{tag}:"));
            for (sign, text) in lines {
                line(out, &paint(sign, &format!("{sign}       {text}")));
            }
        }
    }
}

pub(super) fn unmanaged(out: &mut String, plan: &Plan, style: Style, verbose: bool) {
    for provider in &plan.providers {
        if let Some((head, records)) = unmanaged_records(provider, verbose) {
            out.push('\n');
            painted(out, "", &head, style, Style::dim);
            for text in records {
                painted(out, "    ", &text, style, Style::dim);
            }
        }
    }
}

/// Live records that no manifest describes: how many there are, and their
/// names. Those with a key may be orphans, whose manifest has vanished, so they
/// are named in any case.
pub(super) fn unmanaged_records(
    provider: &PlanProvider,
    verbose: bool,
) -> Option<(String, Vec<String>)> {
    let PlanProvider {
        name, unmanaged, ..
    } = provider;
    let records = match unmanaged.len() {
        0 => return None,
        1 => "1 record that no manifest describes".to_owned(),
        number => format!("{number} records that no manifest describes"),
    };
    let named: Vec<String> = unmanaged
        .iter()
        .filter_map(|record| unmanaged_line(record, verbose))
        .collect();
    let more = named.len().saturating_sub(UNMANAGED_SHOWN_MAX);
    let mut lines: Vec<String> = named.into_iter().take(UNMANAGED_SHOWN_MAX).collect();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    Some((format!("{name} has {records}; nobody touches them"), lines))
}

fn unmanaged_line(record: &PlanUnmanaged, verbose: bool) -> Option<String> {
    let id = printable(&record.remote().0);
    let name = printable(record.display_name());
    match record.key() {
        Some(key) => Some(format!(
            "{id} \"{name}\", with the key `{}`: an orphan, if its manifest has vanished",
            printable(key)
        )),
        None => verbose.then(|| format!("{id} \"{name}\"")),
    }
}

/// The deepest that further lines of a sentence are indented. Under a longer
/// start there would be no room left.
const INDENT_COLUMNS_MAX: usize = 28;

/// How further lines are indented under a start that is too long for that.
const INDENT_COLUMNS: usize = 4;

/// A sentence broken at the width, further lines indented under its start.
pub(super) fn wrapped(out: &mut String, start: &str, text: &str, style: Style) {
    let indent = " ".repeat(match start.width() {
        columns @ ..=INDENT_COLUMNS_MAX => columns,
        _ => INDENT_COLUMNS,
    });
    let mut current = start.to_owned();
    let mut empty = true;
    for word in text.split_whitespace().map(printable) {
        if !empty && current.width() + 1 + word.width() > style.width {
            line(out, &current);
            current.clone_from(&indent);
            empty = true;
        }
        if !empty {
            current.push(' ');
        }
        current.push_str(&word);
        empty = false;
    }
    line(out, &current);
}

/// A sentence broken where the output is narrower than most. Elsewhere it stays
/// on one line, so that logs can be searched for it.
#[must_use]
pub fn fitted(start: &str, text: &str, style: Style) -> String {
    if style.width >= WIDTH_COLUMNS_DEFAULT {
        return format!("{start}{text}");
    }
    let mut out = String::new();
    for (at, part) in text.lines().enumerate() {
        let start = if at == 0 { start } else { "" };
        wrapped(&mut out, start, part, style);
    }
    out.trim_end().to_owned()
}

/// The same as [`wrapped`], every line of it painted.
pub(super) fn painted(
    out: &mut String,
    start: &str,
    text: &str,
    style: Style,
    paint: impl Fn(Style, &str) -> String,
) {
    let mut lines = String::new();
    wrapped(&mut lines, start, text, style);
    for text in lines.lines() {
        line(out, &paint(style, text));
    }
}

pub(super) fn line(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}

#[cfg(test)]
mod tests;
