//! What `trueup explain` says of a kind, a section or a field, laid out as
//! `kubectl explain` does it.

mod tree;

use std::{collections::BTreeMap, fmt::Write as _};

use unicode_width::UnicodeWidthStr;

use crate::model::{Facts, field::Class, field_map::ValueType, words};

pub use tree::{Topic, Unknown, topic};

use super::{
    style::Style,
    text::{line, wrapped},
};
use tree::{Field, Node};

/// How far what is below a heading is indented.
const INDENT: &str = "    ";

/// How far the description of a field is indented under its name.
const DEEPER: &str = "      ";

/// All kinds, and what each is for.
#[must_use]
pub fn kinds(topics: &[Topic], style: Style) -> String {
    let mut out = String::new();
    heading(&mut out, "KINDS:", style);
    for topic in topics {
        line(&mut out, &format!("  {}", style.bold(&topic.kind)));
        wrapped(&mut out, DEEPER, &topic.description, style);
    }
    out
}

/// Explains what is at a path of a kind; the whole spec where it is empty.
///
/// # Errors
/// When the kind has no such field.
pub fn explain(topic: &Topic, path: &str, style: Style) -> Result<String, Unknown> {
    let (node, spelt) = tree::find(topic, path)?;
    let mut out = String::new();
    head(&mut out, "KIND:", &topic.kind, style);
    head(&mut out, "VERSION:", &topic.version, style);
    if let Some(system) = topic.system {
        head(&mut out, "SYSTEM:", system, style);
    }
    match node {
        Node::Section {
            description,
            is_list,
            fields,
        } => {
            let word = section_word(*is_list);
            let description = if spelt.is_empty() {
                &topic.description
            } else {
                head(&mut out, "FIELD:", &format!("{spelt} <{word}>"), style);
                description
            };
            describe(&mut out, description, style);
            heading(&mut out, "\nFIELDS:", style);
            list(&mut out, fields, style);
        }
        Node::Field(field) => {
            let short = short_type(field);
            head(&mut out, "FIELD:", &format!("{spelt} <{short}>"), style);
            describe(&mut out, &field.description, style);
            heading(&mut out, "\nFACTS:", style);
            for (name, text) in details(field) {
                wrapped(&mut out, &format!("{INDENT}{name:<11} "), &text, style);
            }
        }
    }
    Ok(out)
}

fn head(out: &mut String, name: &str, text: &str, style: Style) {
    let start = format!("{name:<9}");
    let mut lines = String::new();
    wrapped(&mut lines, &start, text, style);
    // The name is painted after the lines are broken, whose widths it would
    // spoil.
    out.push_str(&lines.replacen(name, &style.bold(name), 1));
}

fn heading(out: &mut String, text: &str, style: Style) {
    line(out, &style.bold(text));
}

fn describe(out: &mut String, description: &str, style: Style) {
    if description.is_empty() {
        return;
    }
    heading(out, "\nDESCRIPTION:", style);
    for paragraph in description.split("\n\n") {
        wrapped(out, INDENT, paragraph, style);
    }
}

/// What a section is called in the place of a type.
fn section_word(is_list: bool) -> &'static str {
    if is_list {
        "list of sections"
    } else {
        "section"
    }
}

/// A line for each field, and what it is.
fn list(out: &mut String, fields: &BTreeMap<String, Node>, style: Style) {
    for (name, node) in fields {
        match node {
            Node::Section {
                description,
                is_list,
                fields,
            } => {
                let word = section_word(*is_list);
                line(out, &format!("  {}  <{word}>", style.bold(name)));
                let text = if description.is_empty() {
                    let names = words::list(fields.keys().map(String::as_str));
                    format!("With {names}.")
                } else {
                    first_sentence(description).to_owned()
                };
                wrapped(out, DEEPER, &text, style);
            }
            Node::Field(field) => {
                let short = short_type(field);
                let tags = tags(field);
                let rest = format!("<{short}>{tags}");
                // Counted without the codes of colours.
                if name.width() + rest.width() + 4 <= style.width {
                    line(out, &format!("  {}  {rest}", style.bold(name)));
                } else {
                    line(out, &format!("  {}", style.bold(name)));
                    line(out, &format!("{DEEPER}{rest}"));
                }
                wrapped(out, DEEPER, first_sentence(&field.description), style);
            }
        }
    }
}

/// What matters most about a field, beside its type.
fn tags(field: &Field) -> String {
    let Some(facts) = field.facts else {
        let required = field.required.then(|| " -required-".to_owned());
        return required.unwrap_or_default();
    };
    let mut tags = String::new();
    let class = Some(facts.class.word()).filter(|_| facts.class.is_dangerous());
    let known = [
        (facts.computed, "made by the provider"),
        (facts.create_needs, "required"),
        (facts.credential, "credential"),
    ];
    for tag in known
        .into_iter()
        .filter_map(|(holds, tag)| holds.then_some(tag))
        .chain(class)
    {
        // Writing to a string cannot fail.
        let _ = write!(tags, " -{tag}-");
    }
    tags
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
    ("required", "nothing can be made without it"),
    ("fixed", "can only be given when the record is created"),
    (
        "not read",
        "never returned by the provider, so never compared",
    ),
];

fn details(field: &Field) -> Vec<(&'static str, String)> {
    let mut details = field.facts.map_or_else(
        || {
            let range = field.range.clone().map(|range| ("range", range));
            let required = field
                .required
                .then(|| ("required", "its section cannot do without it".to_owned()));
            std::iter::once(("type", field.value_type.clone()))
                .chain(range)
                .chain(required)
                .collect()
        },
        of_facts,
    );
    let default = field.default.clone().map(|default| ("default", default));
    details.splice(1..1, default);
    details
}

/// Takes all facts apart, so that a new fact is explained or left out on
/// purpose.
fn of_facts(facts: &Facts) -> Vec<(&'static str, String)> {
    let Facts {
        path: _,
        description: _,
        value_type: _,
        default: _,
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
    // What `null` does concerns records, whose fields have names on a wire.
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
    // Settings are of no class.
    if wire.is_some() || *class != Class::Other {
        details.push(("class", class.word().to_owned()));
    }
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
    if !computed && wire.is_some() {
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

/// The kind of value in a word or two, for the line of its name.
fn short_type(field: &Field) -> String {
    match field.facts.map(|facts| &facts.value_type) {
        None => {
            let names_follow = field.value_type.starts_with("one of ");
            let choice = names_follow.then(|| "choice".to_owned());
            choice.unwrap_or_else(|| field.value_type.clone())
        }
        Some(ValueType::Choice(_)) => "choice".to_owned(),
        Some(ValueType::Set(_)) => "set of choices".to_owned(),
        Some(ValueType::Reference) => "reference".to_owned(),
        Some(ValueType::DateTime) => "date and time".to_owned(),
        Some(ValueType::Passthrough) => "structure".to_owned(),
        Some(ValueType::Text | ValueType::Integer | ValueType::Bool) => {
            field.facts.map(value_type).unwrap_or_default()
        }
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
