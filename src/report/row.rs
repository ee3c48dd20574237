//! What every format says of a field, a change and a plan, so that the formats
//! differ in form alone.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

pub(super) use crate::model::printable;
use crate::{
    model::{FieldPath, Mark, Shown, field::Class, words},
    plan::{Cause, Change, FieldChange, ManifestPlace, Marks, Plan},
    provider::Action,
};

/// A field of a change, ready to be laid out.
pub(super) struct Row<'a> {
    /// `+`, `-` or `!`, which a diff fence colours.
    pub(super) symbol: char,
    pub(super) path: FieldPath,
    pub(super) class: Class,
    /// `edit`, `drift` or `both`; nothing where the cause is not known.
    pub(super) cause: Option<&'static str>,
    /// What was wanted at the base, where all three values differ.
    pub(super) base: Option<String>,
    pub(super) value: RowValue,
    pub(super) place: &'a ManifestPlace,
}

/// The values of a row.
pub(super) enum RowValue {
    /// What a record is made with.
    New(String),
    /// The old value and the new one.
    Pair(String, String),
    /// The lines of two texts that differ, each with one line around it; a
    /// line starts with `+`, `-` or a space.
    Lines(Vec<(char, String)>),
}

impl<'a> Row<'a> {
    pub(super) fn of(action: Action, field: &'a FieldChange) -> Self {
        let FieldChange {
            path,
            class,
            cause,
            before,
            after,
            base,
            marks,
            place,
        } = field;
        let symbol = match (before, after) {
            (_, Shown::Unset) => '-',
            (Shown::Unset, _) => '+',
            _ => '!',
        };
        Self {
            symbol,
            path: *path,
            class: *class,
            cause: (*cause != Cause::Unknown).then(|| cause.word()),
            base: base
                .as_ref()
                .filter(|_| *cause == Cause::Both)
                .map(|base| marked(base, marks.base.as_ref())),
            value: RowValue::of(action, (before, after), marks),
            place,
        }
    }

    /// ` [bank]`, ` [bank] (drift)`, ` (both; base "x")`: the class where it is
    /// dangerous, the cause where it is known, and the third value where three
    /// differ.
    pub(super) fn tag(&self) -> String {
        let mut tag = String::new();
        if self.class.is_dangerous() {
            tag = format!(" [{}]", self.class.word());
        }
        match (&self.cause, &self.base) {
            (Some(cause), Some(base)) => tag + &format!(" ({cause}; base {base})"),
            (Some(cause), None) => tag + &format!(" ({cause})"),
            (None, _) => tag,
        }
    }

    /// The row as one line, without its symbol.
    pub(super) fn line(&self) -> String {
        let value = match &self.value {
            RowValue::New(value) => value.clone(),
            RowValue::Pair(old, new) => format!("{old} → {new}"),
            RowValue::Lines(lines) => {
                let number = |sign| lines.iter().filter(|(tag, _)| *tag == sign).count();
                format!(
                    "{} removed, {} added",
                    words::count(number('-'), "line"),
                    words::count(number('+'), "line")
                )
            }
        };
        format!("{}  {value}{}", self.path, self.tag())
    }
}

impl RowValue {
    fn of(action: Action, (before, after): (&Shown, &Shown), marks: &Marks) -> Self {
        if let (Shown::Text(old), Shown::Text(new)) = (before, after)
            && (old.contains('\n') || new.contains('\n'))
        {
            return Self::Lines(text_diff(old, new));
        }
        match action {
            Action::Create => Self::New(marked(after, marks.after.as_ref())),
            _ => Self::Pair(
                marked(before, marks.before.as_ref()),
                marked(after, marks.after.as_ref()),
            ),
        }
    }
}

fn text_diff(old: &str, new: &str) -> Vec<(char, String)> {
    let diff = TextDiff::from_lines(old, new);
    let groups = diff.grouped_ops(1);
    let changes = groups
        .iter()
        .flatten()
        .flat_map(|op| diff.iter_changes(op))
        .map(|change| {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            (sign, printable(change.value().trim_end_matches('\n')))
        });
    changes.collect()
}

/// How soon a reviewer should look at a change: the first ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Danger {
    /// A record ends.
    End,
    /// A live value of a dangerous class is overwritten.
    Overwrite(Class),
    /// A record is made with values of a dangerous class.
    Make(Class),
    /// Something is in the way.
    Blocked,
    /// Values of other classes change.
    Plain,
    /// Nothing changes.
    Quiet,
}

impl Danger {
    pub(super) fn of(change: &Change) -> Self {
        let classes = change.fields.iter().map(|field| field.class);
        let worst = classes.filter(|class| class.is_dangerous()).min();
        match (change.action, worst) {
            (Action::End, _) => Self::End,
            (Action::Blocked, _) => Self::Blocked,
            (Action::None, _) => Self::Quiet,
            (Action::Create, Some(class)) => Self::Make(class),
            (Action::Adopt | Action::Update, Some(class)) => Self::Overwrite(class),
            (_, None) => Self::Plain,
        }
    }
}

/// The changes of a plan that a reviewer should see, the dangerous ones first
/// and otherwise in the order of the plan. What is in line is left out, unless
/// there is something to say of it.
pub(super) fn ranked(plan: &Plan) -> Vec<&Change> {
    let mut changes: Vec<&Change> = plan
        .changes
        .iter()
        .filter(|change| change.action != Action::None || !change.notes.is_empty())
        .collect();
    changes.sort_by_key(|change| Danger::of(change));
    changes
}

/// The dangerous classes of the fields that a change writes, the worst first.
pub(super) fn dangerous_classes(change: &Change) -> Vec<Class> {
    if !change.action.is_carried_out() {
        return Vec::new();
    }
    let has = |class: &Class| change.fields.iter().any(|field| field.class == *class);
    let dangerous = Class::ALL.into_iter().filter(|class| class.is_dangerous());
    dangerous.filter(has).collect()
}

/// What at the head of a plan warns a reviewer: `bank: 2 fields in 1 record`,
/// `1 record ends`.
pub(super) fn dangers(plan: &Plan) -> Vec<String> {
    let mut dangers = Vec::new();
    for class in Class::ALL.into_iter().filter(|class| class.is_dangerous()) {
        let (fields, records) = plan.fields_of_class(class);
        if fields > 0 {
            dangers.push(format!(
                "{}: {} in {}",
                class.word(),
                words::count(fields, "field"),
                words::count(records, "record")
            ));
        }
    }
    match plan.counts.end {
        0 => {}
        1 => dangers.push("1 record ends".to_owned()),
        number => dangers.push(format!("{number} records end")),
    }
    dangers
}

/// `"Acme"`, or nothing where no display name is known.
pub(super) fn title(change: &Change) -> String {
    match &change.display_name {
        Some(name) => format!("\"{}\"", printable(name)),
        None => String::new(),
    }
}

/// `c-17 at toy-prod`: where the record is.
pub(super) fn record(change: &Change) -> String {
    match &change.remote {
        Some(remote) => format!("{} at {}", printable(&remote.0), change.provider),
        None => format!("at {}", change.provider),
    }
}

/// `customers/acme.yaml:9`.
pub(super) fn file_and_line(place: &ManifestPlace) -> String {
    format!("{}:{}", printable(&place.file), place.line)
}

/// A value on one line, with what tells it from others if it is masked.
pub(super) fn marked(shown: &Shown, mark: Option<&Mark>) -> String {
    match mark {
        Some(mark) => format!("{} {mark}", show(shown)),
        None => show(shown),
    }
}

/// A value on one line.
#[must_use]
pub fn show(shown: &Shown) -> String {
    match shown {
        Shown::Unset => "(empty)".to_owned(),
        Shown::Plain(Value::Array(items)) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| {
                    item.as_str()
                        .map_or_else(|| item.to_string(), str::to_owned)
                })
                .collect();
            printable(&format!("[{}]", items.join(", ")))
        }
        Shown::Plain(value) => printable(&value.to_string()),
        Shown::Text(text) => printable(&format!("\"{}\"", text.replace('\n', "\\n"))),
        Shown::Masked(text) => printable(text),
        Shown::AfterCreateOf(address) => {
            printable(&format!("(id of {address}, known after its creation)"))
        }
    }
}
