//! A plan as text, for reviewers: counts and dangerous lines first, then a line
//! for each resource, then only the fields that change.

pub(super) mod causes;

use std::fmt::Write as _;

use similar::TextDiff;
use unicode_width::UnicodeWidthStr;

use crate::{
    model::{Shown, field::Class, words},
    plan::{Change, Counts, FieldChange, Plan, PlanProvider, PlanUnmanaged},
    provider::Action,
};

use super::style::{Style, symbol};

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
    line(out, &style.bold(&format!("Plan: {}", summary(plan.counts))));
    for class in Class::ALL.into_iter().filter(|class| class.is_dangerous()) {
        let (fields, records) = plan.fields_of_class(class);
        if fields > 0 {
            let text = format!(
                "! {}: {} in {}",
                class.word(),
                words::count(fields, "field"),
                words::count(records, "record")
            );
            line(out, &style.alarm(&text));
        }
    }
    if plan.counts.end > 0 {
        let text = format!("! {}", ends(plan.counts.end));
        line(out, &style.alarm(&text));
    }
    causes::head(out, plan, style);
    failures(out, plan, style);
}

/// Providers that could not be read.
pub(super) fn failures(out: &mut String, plan: &Plan, style: Style) {
    for provider in &plan.providers {
        if let Some(failure) = &provider.failure {
            let name = &provider.name;
            wrapped(
                out,
                &format!("! provider {name} could not be read: "),
                failure,
                style,
            );
            if let Some(hint) = &provider.hint {
                wrapped(out, "  hint: ", hint, style);
            }
        }
    }
}

fn ends(number: usize) -> String {
    if number == 1 {
        "1 record ends".to_owned()
    } else {
        format!("{number} records end")
    }
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
        let (symbol, word) = symbol(change.action);
        let address = change.address.to_string();
        let padding = " ".repeat(widest.saturating_sub(address.width()));
        let text = format!(
            "{symbol} {word:<7} {address}{padding}  {}{}",
            title(change),
            causes::of(change)
        );
        line(out, &style.action(change.action, text.trim_end()));
    }
}

fn title(change: &Change) -> String {
    match &change.display_name {
        Some(name) => format!("\"{}\"", printable(name)),
        None => String::new(),
    }
}

fn details(out: &mut String, change: &Change, style: Style, verbose: bool) {
    let (symbol, word) = symbol(change.action);
    let place = &change.place;
    out.push('\n');
    let record = match &change.remote {
        Some(remote) => format!("{} at {}", printable(&remote.0), change.provider),
        None => format!("at {}", change.provider),
    };
    let text = format!("{symbol} {word} {} ({record})", change.address);
    line(out, &style.bold(&style.action(change.action, &text)));
    line(
        out,
        &style.dim(&format!("    {}:{}", place.file, place.line)),
    );
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
            line(
                out,
                &style.dim(&format!("    call: {}{purpose}", call.operation)),
            );
        }
    }
}

fn field_line(out: &mut String, action: Action, field: &FieldChange, widest: usize, style: Style) {
    let FieldChange {
        path,
        class,
        cause: _,
        before,
        after,
        base: _,
        place: _,
    } = field;
    let cause = causes::tag(field);
    let symbol = match (before, after) {
        (_, Shown::Unset) => '-',
        (Shown::Unset | Shown::Absent, _) => '+',
        _ => '!',
    };
    let padding = " ".repeat(widest.saturating_sub(path.as_str().width()));
    let tag = if class.is_dangerous() {
        format!(" [{}]", class.word())
    } else {
        String::new()
    };
    if let (Shown::Text(old), Shown::Text(new)) = (before, after)
        && (old.contains('\n') || new.contains('\n'))
    {
        line(out, &format!("{symbol}   {path}{tag}{cause}:"));
        return text_diff(out, old, new, style);
    }
    let value = match (action, before) {
        (Action::Create, _) => show(after),
        _ => format!("{} → {}", show(before), show(after)),
    };
    let text = format!("{symbol}   {path}{padding}  {value}{tag}{cause}");
    let painted = match symbol {
        '+' => style.action(Action::Create, &text),
        '-' => style.action(Action::End, &text),
        _ => style.action(Action::Update, &text),
    };
    line(out, &painted);
}

/// The lines of two texts that differ, each with one line around it.
fn text_diff(out: &mut String, old: &str, new: &str, style: Style) {
    let diff = TextDiff::from_lines(old, new);
    for group in diff.grouped_ops(1) {
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let text = printable(change.value().trim_end_matches('\n'));
            let painted = match change.tag() {
                similar::ChangeTag::Equal => format!("        {text}"),
                similar::ChangeTag::Delete => style.action(Action::End, &format!("-       {text}")),
                similar::ChangeTag::Insert => {
                    style.action(Action::Create, &format!("+       {text}"))
                }
            };
            line(out, &painted);
        }
    }
}

/// A value on one line.
#[must_use]
pub fn show(shown: &Shown) -> String {
    match shown {
        Shown::Absent => "(absent)".to_owned(),
        Shown::Unset => "(empty)".to_owned(),
        Shown::Plain(serde_json::Value::Array(items)) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| item.as_str().map_or_else(|| item.to_string(), printable))
                .collect();
            format!("[{}]", items.join(", "))
        }
        Shown::Plain(value) => printable(&value.to_string()),
        Shown::Text(text) => printable(&format!("\"{}\"", text.replace('\n', "\\n"))),
        Shown::Masked(text) => text.clone(),
        Shown::AfterCreateOf(address) => format!("(id of {address}, known after its creation)"),
    }
}

/// Text from a provider cannot steer the terminal, nor show a reviewer its
/// characters in another order than they are in.
pub(super) fn printable(text: &str) -> String {
    let steers = |character: char| {
        character.is_control()
            || matches!(
                character,
                '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            )
    };
    text.chars()
        .map(|character| {
            if steers(character) {
                '\u{fffd}'
            } else {
                character
            }
        })
        .collect()
}

/// Live records that no manifest describes. Those with a key may be orphans,
/// whose manifest has vanished, so they are named in any case.
pub(super) fn unmanaged(out: &mut String, plan: &Plan, style: Style, verbose: bool) {
    for provider in &plan.providers {
        let PlanProvider {
            name, unmanaged, ..
        } = provider;
        if unmanaged.is_empty() {
            continue;
        }
        let records = if unmanaged.len() == 1 {
            "1 record that no manifest describes".to_owned()
        } else {
            format!("{} records that no manifest describes", unmanaged.len())
        };
        out.push('\n');
        line(
            out,
            &style.dim(&format!("{name} has {records}; nobody touches them")),
        );
        let named: Vec<String> = unmanaged
            .iter()
            .filter_map(|record| unmanaged_line(record, verbose))
            .collect();
        for text in named.iter().take(UNMANAGED_SHOWN_MAX) {
            line(out, &style.dim(text));
        }
        if let Some(more @ 1..) = named.len().checked_sub(UNMANAGED_SHOWN_MAX) {
            line(out, &style.dim(&format!("    and {more} more")));
        }
    }
}

fn unmanaged_line(record: &PlanUnmanaged, verbose: bool) -> Option<String> {
    let id = printable(&record.remote().0);
    let name = printable(record.display_name());
    match record.key() {
        Some(key) => Some(format!(
            "    {id} \"{name}\", with the key `{}`: an orphan, if its manifest has vanished",
            printable(key)
        )),
        None => verbose.then(|| format!("    {id} \"{name}\"")),
    }
}

/// The deepest that further lines of a sentence are indented. Under a longer
/// start there would be no room left.
const INDENT_COLUMNS_MAX: usize = 16;

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

pub(super) fn line(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}

#[cfg(test)]
mod tests;
