//! Reads mappings, lists and texts of a `Policy`, and says what is wrong with
//! each of them at its place.

use std::ops::Range;

use crate::{
    manifest::{
        collect::{Collector, clipped},
        yaml::Node,
    },
    model::words,
    provider::Action,
};

use crate::policy::spec::Actions;

/// A key with its value.
pub(super) type Entry<'n, 'a> = &'n (Node<'a>, Node<'a>);

/// The members of a mapping, of which only `known` ones may be there. Gives
/// none where it is no mapping.
pub(super) fn members<'n, 'a>(
    span: &Range<usize>,
    node: &'n Node<'a>,
    path: &str,
    known: &[&str],
    findings: &mut Collector<'_>,
) -> &'n [(Node<'a>, Node<'a>)] {
    let Some(entries) = node.entries() else {
        if !node.is_null() {
            let message = format!("`{path}` is a mapping, and this is {}", node.described());
            let hint = format!("known are {}", words::list(known.iter().copied()));
            findings.error("wrong-type", span, message, hint);
        }
        return &[];
    };
    for (key, _) in entries {
        let name = key.text().unwrap_or_default();
        if !known.contains(&name) {
            let message = format!("`{path}.{}` is unknown", clipped(name));
            let hint = words::suggestion(name, known.iter().copied());
            findings.error("unknown-key", &key.span, message, hint);
        }
    }
    entries
}

/// The member of that name, unless it is missing or `null`.
pub(super) fn member<'n, 'a>(
    entries: &'n [(Node<'a>, Node<'a>)],
    name: &str,
) -> Option<Entry<'n, 'a>> {
    entries
        .iter()
        .find(|(key, value)| key.text() == Some(name) && !value.is_null())
}

/// The items of a list; nothing where it is none.
pub(super) fn items<'n, 'a>(
    (key, value): Entry<'n, 'a>,
    path: &str,
    findings: &mut Collector<'_>,
) -> &'n [Node<'a>] {
    if let crate::manifest::yaml::NodeKind::Sequence(items) = &value.kind {
        return items;
    }
    let message = format!("`{path}` is a list, and this is {}", value.described());
    findings.error(
        "wrong-type",
        &key.span,
        message,
        "write each item after a `-`",
    );
    &[]
}

/// A text that is there and not empty.
pub(super) fn text(
    entries: &[(Node<'_>, Node<'_>)],
    name: &str,
    path: &str,
    findings: &mut Collector<'_>,
) -> Option<String> {
    let (key, value) = member(entries, name)?;
    match value.text().map(str::trim) {
        Some(text) if !text.is_empty() => Some(text.to_owned()),
        _ => {
            let message = format!("`{path}.{name}` is text, and this is {}", {
                if value.text().is_some() {
                    "empty"
                } else {
                    value.described()
                }
            });
            findings.error("wrong-type", &key.span, message, "write a text");
            None
        }
    }
}

/// A text that must be there. `span` is where it is missed.
pub(super) fn needed(
    entries: &[(Node<'_>, Node<'_>)],
    name: &str,
    path: &str,
    span: &Range<usize>,
    hint: &str,
    findings: &mut Collector<'_>,
) -> Option<String> {
    if member(entries, name).is_none() {
        let message = format!("`{path}.{name}` is missing");
        findings.error("missing-setting", span, message, hint);
        return None;
    }
    text(entries, name, path, findings)
}

/// One of a few words.
pub(super) fn choice<T: Copy>(
    node: &Node<'_>,
    path: &str,
    choices: &[(&'static str, T)],
    findings: &mut Collector<'_>,
) -> Option<T> {
    let text = node.text().unwrap_or_default();
    let found = choices.iter().find(|(word, _)| *word == text);
    if found.is_none() {
        let message = format!("`{path}` cannot be `{}`", clipped(text));
        let hint = words::suggestion(text, choices.iter().map(|(word, _)| *word));
        findings.error("unknown-value", &node.span, message, hint);
    }
    found.map(|(_, value)| *value)
}

/// The actions that a guard is about, or else those of `default`.
pub(super) fn actions(
    entries: &[(Node<'_>, Node<'_>)],
    path: &str,
    default: &[Action],
    findings: &mut Collector<'_>,
) -> Actions {
    let Some(entry) = member(entries, "actions") else {
        return Actions(default.to_vec());
    };
    let path = format!("{path}.actions");
    let given = items(entry, &path, findings);
    let mut actions: Vec<Action> = given
        .iter()
        .filter_map(|item| choice(item, &path, &Actions::words(), findings))
        .collect();
    actions.sort();
    actions.dedup();
    if given.is_empty() {
        let message = format!("`{path}` is empty, and so the guard is about nothing");
        findings.error(
            "wrong-type",
            &entry.0.span,
            message,
            "leave it out for the usual ones",
        );
    }
    Actions(actions)
}
