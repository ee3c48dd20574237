//! Drafts become the text of manifests.

use std::{collections::BTreeMap, fmt::Write as _, ops::Range};

use super::{
    draft::Draft,
    scalar::{self, Quotes, remark},
    value::Value,
};
use crate::{
    manifest::document::{ADOPT, API_VERSION},
    model::{FieldPath, field_map::FieldNode, path::joined},
};

/// The blanks of one level.
const INDENT: &str = "  ";

/// The text of one manifest.
#[derive(Debug, Default)]
pub struct Written {
    /// The text, with a comment at its start and a line break at its end.
    pub text: String,
    /// Where each field stands, in bytes.
    pub(super) fields: Vec<(Range<usize>, FieldPath)>,
}

impl Written {
    /// The field that stands at a byte.
    pub(super) fn field_at(&self, byte: usize) -> Option<FieldPath> {
        self.fields
            .iter()
            .find(|(range, _)| range.contains(&byte))
            .map(|(_, path)| *path)
    }
}

/// Writes one manifest.
#[must_use]
pub fn render(draft: &Draft) -> Written {
    let mut written = Written::default();
    let text = |text: &str| scalar::text(text, Quotes::AsNeeded);
    // Writing to a string cannot fail.
    let _ = write!(
        written.text,
        "# {} {} \"{}\"\napiVersion: {API_VERSION}\nkind: {}\nmetadata:\n  name: {}\n",
        draft.def.title,
        remark(&draft.remote.0),
        remark(&draft.display_name),
        draft.kind.kind,
        text(&draft.address.name),
    );
    if draft.adopt {
        let remote = text(&draft.remote.0);
        let _ = writeln!(written.text, "  annotations:\n    {ADOPT}: {remote}");
    }
    if draft.fields.is_empty() && draft.provider.is_none() {
        written.text.push_str("spec: {}\n");
        return written;
    }
    written.text.push_str("spec:\n");
    if let Some(provider) = &draft.provider {
        let _ = writeln!(written.text, "  provider: {}", text(&provider.0));
    }
    section(&mut written, draft, draft.kind.fields().root(), "", 1);
    written
}

/// Writes the fields of a section, then the sections in it. The key and the
/// display name come first, for they tell a reader what he sees.
fn section(
    written: &mut Written,
    draft: &Draft,
    nodes: &BTreeMap<String, FieldNode>,
    path: &str,
    depth: usize,
) {
    let first = [draft.kind.key, draft.kind.display_name];
    let mut leaves = Vec::new();
    let mut sections = Vec::new();
    for (name, node) in nodes {
        match node {
            FieldNode::Leaf(facts) => {
                if let Some(value) = draft.fields.get(&facts.path) {
                    let rank = first.iter().position(|path| *path == facts.path.as_str());
                    leaves.push((rank.unwrap_or(first.len()), name, facts.path, value));
                }
            }
            FieldNode::Section(below) => {
                let path = joined(path, name);
                if draft.fields.keys().any(|field| field.is_in(&path)) {
                    let names_it = draft.kind.display_name.starts_with(&format!("{path}."));
                    sections.push((!names_it, name, path, below));
                }
            }
        }
    }
    leaves.sort_by_key(|(rank, name, ..)| (*rank, *name));
    sections.sort_by_key(|(rank, name, ..)| (*rank, *name));
    let indent = INDENT.repeat(depth);
    for (_, name, path, value) in leaves {
        field(written, &indent, name, path, value);
    }
    for (_, name, path, below) in sections {
        let _ = writeln!(written.text, "{indent}{name}:");
        section(written, draft, below, &path, depth + 1);
    }
}

fn field(written: &mut Written, indent: &str, name: &str, path: FieldPath, value: &Value) {
    let start = written.text.len();
    let _ = writeln!(written.text, "{indent}{name}: {}", value.written());
    written.fields.push((start..written.text.len(), path));
}

/// The line by which editors find the schema.
#[must_use]
pub fn modeline(schema: &str) -> String {
    // A location is an option of the user's; a line break in it would be text.
    format!(
        "# yaml-language-server: $schema={}\n",
        schema.replace(['\n', '\r'], "")
    )
}

/// All drafts as one stream of documents.
#[must_use]
pub fn stream(drafts: &[Draft], schema: &str) -> String {
    let documents: Vec<String> = drafts.iter().map(|draft| render(draft).text).collect();
    if documents.is_empty() {
        return String::new();
    }
    format!("{}{}", modeline(schema), documents.join("---\n"))
}

/// The variables that the drafts need, in the order of the manifests.
pub fn variables(drafts: &[Draft]) -> impl Iterator<Item = &str> {
    let values = drafts.iter().flat_map(|draft| draft.fields.values());
    values.filter_map(|value| match value {
        Value::Variable(name, _) => Some(name.as_str()),
        _ => None,
    })
}

/// A file that sets the variables. It holds sensitive values in clear.
#[must_use]
pub fn env_file(drafts: &[Draft]) -> String {
    let mut out = String::from(
        "# Sensitive values for manifests that trueup import wrote. Keep this file out of git.\n",
    );
    for value in drafts.iter().flat_map(|draft| draft.fields.values()) {
        if let Value::Variable(name, text) = value {
            super::variable::assignment(&mut out, name, text.expose());
        }
    }
    out
}
