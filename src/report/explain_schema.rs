//! What `trueup explain` says of a kind that has lists of structures: all of it
//! out of its JSON Schema.

use std::fmt::Write as _;

use serde_json::Value;

use crate::model::words;

use super::{style::Style, text::wrapped};

/// How far the description of a member is indented under its name.
const INDENT: &str = "      ";

/// Explains a node of a schema: what it is, and a line for each member.
#[must_use]
pub fn schema(title: &str, node: &Value, style: Style) -> String {
    let mut out = String::new();
    line(&mut out, &style.bold(title));
    if let Some(description) = node["description"].as_str() {
        out.push('\n');
        wrapped(&mut out, "  ", description, style);
    }
    let inner = items(node);
    let Some(members) = inner["properties"].as_object() else {
        out.push('\n');
        wrapped(&mut out, "  type        ", &value_type(node), style);
        return out;
    };
    let needed: Vec<&str> = inner["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (name, member) in members {
        out.push('\n');
        let mut what = value_type(member);
        if needed.contains(&name.as_str()) {
            what.push_str(", needed");
        }
        line(&mut out, &format!("  {name}  {}", style.dim(&what)));
        let text = member["description"].as_str().unwrap_or_default();
        wrapped(&mut out, INDENT, text, style);
    }
    out
}

/// The items of a list, or the node itself.
fn items(node: &Value) -> &Value {
    match &node["items"] {
        Value::Null => node,
        items => items,
    }
}

/// The kind of value, in words.
fn value_type(node: &Value) -> String {
    if !node["properties"].is_null() {
        return "section".to_owned();
    }
    if !node["items"].is_null() {
        let items = &node["items"];
        return match value_type(items).as_str() {
            "section" => "list of sections".to_owned(),
            other => format!("list of {other}"),
        };
    }
    if let Some(branches) = node["anyOf"].as_array() {
        let branches: Vec<String> = branches.iter().map(value_type).collect();
        return branches.join(" or ");
    }
    if let Some(names) = node["enum"].as_array() {
        return words::list(names.iter().filter_map(Value::as_str));
    }
    if let Some(constant) = node["const"].as_str() {
        return format!("`{constant}`");
    }
    if !node["$ref"].is_null() {
        return "name".to_owned();
    }
    match node["type"].as_str() {
        Some("integer") => "whole number".to_owned(),
        _ => "text".to_owned(),
    }
}

fn line(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}
