//! What `trueup explain` says of a kind, a section or a field: all of it out of
//! the compiled table.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::model::{
    Facts,
    field_map::{FieldNode, ValueType},
    words,
};

use super::{style::Style, text::wrapped};

/// How far the description of a field is indented under its name.
const INDENT: &str = "      ";

/// Explains a section, or a whole spec: a line for each field and what it is.
#[must_use]
pub fn section(title: &str, nodes: &BTreeMap<String, FieldNode>, style: Style) -> String {
    let mut out = String::new();
    line(&mut out, &style.bold(title));
    for (name, node) in nodes {
        out.push('\n');
        match node {
            FieldNode::Section(below) => {
                line(&mut out, &format!("  {name}  {}", style.dim("section")));
                let fields = words::list(below.keys().map(String::as_str));
                wrapped(&mut out, INDENT, &format!("with {fields}"), style);
            }
            FieldNode::Leaf(facts) if facts.computed => {
                line(
                    &mut out,
                    &format!("  {name}  {}", style.dim("made by the provider")),
                );
            }
            FieldNode::Leaf(facts) => {
                line(
                    &mut out,
                    &format!("  {name}  {}", style.dim(&value_type(facts))),
                );
                wrapped(&mut out, INDENT, first_sentence(&facts.description), style);
            }
        }
    }
    out
}

/// Explains one field: everything that is known of it.
#[must_use]
pub fn field(title: &str, facts: &Facts, style: Style) -> String {
    let mut out = String::new();
    line(&mut out, &style.bold(title));
    out.push('\n');
    for paragraph in facts.description.split("\n\n") {
        wrapped(&mut out, "  ", paragraph, style);
    }
    out.push('\n');
    for (name, text) in details(facts) {
        wrapped(&mut out, &format!("  {name:<11} "), &text, style);
    }
    out
}

/// What the facts that hold or not mean, in the order in which `details` asks
/// for them.
const FLAGS: [(&str, &str); 6] = [
    (
        "sensitive",
        "at most the last four characters are ever shown",
    ),
    (
        "credential",
        "must be given by { env: NAME } or { file: path }",
    ),
    ("computed", "made by the provider; cannot be written"),
    ("needed", "to create a record"),
    ("fixed", "can only be given when the record is created"),
    (
        "not read",
        "never returned by the provider, so never compared",
    ),
];

/// Takes all facts apart, so that a new fact is explained or left out on
/// purpose.
fn details(facts: &Facts) -> Vec<(&'static str, String)> {
    let Facts {
        path: _,
        description: _,
        value_type: _,
        class,
        sensitive,
        credential,
        clearable,
        computed,
        write_only,
        create_only,
        create_needs,
        lookup,
        reference: _,
        wire,
        unit,
        format: _,
        known,
        minimum,
        maximum,
        characters_max,
    } = facts;
    let null = if *clearable {
        "clears the field"
    } else {
        "refused: the provider has no way to hold nothing here"
    };
    let mut details = vec![("type", value_type(facts))];
    details.extend(unit.clone().map(|unit| ("unit", unit)));
    details.extend(range(*minimum, *maximum).map(|range| ("range", range)));
    details.extend(characters_max.map(|most| ("length", format!("at most {most} characters"))));
    if !known.is_empty() {
        details.push(("known", words::list(known.iter().map(String::as_str))));
    }
    details.extend(lookup.map(|table| {
        let text = format!("a name, alias or id of the provider's {table} table");
        ("look-up", text)
    }));
    details.push(("class", class.word().to_owned()));
    let holds = [
        *sensitive,
        *credential,
        *computed,
        *create_needs,
        *create_only,
        *write_only,
    ];
    let flags = holds.into_iter().zip(FLAGS).filter(|(holds, _)| *holds);
    details.extend(flags.map(|(_, (name, text))| (name, text.to_owned())));
    if !computed {
        details.push(("null", null.to_owned()));
    }
    details.extend(wire.map(|wire| ("wire name", wire.to_owned())));
    details
}

fn range(minimum: Option<i64>, maximum: Option<i64>) -> Option<String> {
    match (minimum, maximum) {
        (Some(least), Some(most)) => Some(format!("from {least} to {most}")),
        (Some(least), None) => Some(format!("from {least}")),
        (None, Some(most)) => Some(format!("at most {most}")),
        (None, None) => None,
    }
}

/// The kind of value, in words.
fn value_type(facts: &Facts) -> String {
    match &facts.value_type {
        ValueType::Text => match facts.format.as_deref() {
            Some("email") => "e-mail address".to_owned(),
            Some("uuid") => "UUID".to_owned(),
            Some("uri") => "URL".to_owned(),
            _ => "text".to_owned(),
        },
        ValueType::Choice(names) => {
            format!("one of {}", words::list(names.iter().map(String::as_str)))
        }
        ValueType::Integer => "whole number".to_owned(),
        ValueType::Bool => "true or false".to_owned(),
        ValueType::DateTime => "date, or date and time".to_owned(),
        ValueType::Set(names) => {
            format!("set of {}", words::list(names.iter().map(String::as_str)))
        }
        ValueType::Reference => match facts.reference {
            Some(kind) => format!("{{ ref: name }} of a {kind}, or an id"),
            None => "an id".to_owned(),
        },
        ValueType::Passthrough => "structure, passed on as it is".to_owned(),
    }
}

fn first_sentence(text: &str) -> &str {
    text.split_inclusive(". ").next().unwrap_or(text).trim_end()
}

fn line(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}
