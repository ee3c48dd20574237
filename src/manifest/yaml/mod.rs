//! Reads one YAML document into a tree of nodes that know their places.
//!
//! Scalars keep their text and are resolved only when a field asks for a type,
//! so that `NO` stays Norway, `1e3` stays a code and big numbers keep their
//! digits. JSON is read by the same loader: YAML 1.2 contains it.

mod advice;
mod anchor;
mod build;
mod plain;
mod scalar;
mod split;

use std::{borrow::Cow, ops::Range};

pub use scalar::{Whole, as_bool, as_float, as_whole, is_null};
pub use split::documents;

/// A node with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'a> {
    /// Where it stands, in bytes of the whole text. The node of an alias stands
    /// at the alias; what is inside stands where it was written.
    pub span: Range<usize>,
    /// What it is.
    pub kind: NodeKind<'a>,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind<'a> {
    /// A value.
    Scalar {
        /// The text after YAML's escapes. Empty and plain where nothing is
        /// written.
        text: Cow<'a, str>,
        /// Whether it stands without quotes, so that the core schema applies.
        plain: bool,
    },
    /// A list.
    Sequence(Vec<Node<'a>>),
    /// Keys and values in the order written. Keys are scalars and differ.
    Mapping(Vec<(Node<'a>, Node<'a>)>),
}

/// Something wrong with the YAML itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The check's name.
    pub check: &'static str,
    /// Where it is, in bytes of the whole text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// What could be read of a document.
#[derive(Debug)]
pub struct Parsed<'a> {
    /// The outermost node; nothing for an empty document or after a syntax
    /// error.
    pub root: Option<Node<'a>>,
    /// What is wrong. Duplicate keys, merge keys and tags do not keep the rest
    /// of the document from being read.
    pub problems: Vec<Problem>,
}

/// Reads the one document that stands at `span` in `text`.
///
/// The span must be one of those that [`documents`] gives.
#[must_use]
pub fn parse(text: &str, span: Range<usize>) -> Parsed<'_> {
    build::parse(text, span)
}

impl<'a> Node<'a> {
    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            NodeKind::Sequence(_) | NodeKind::Mapping(_) => None,
        }
    }

    /// Whether it is `null`, `~` or nothing at all.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar { text, plain: true } if is_null(text))
    }

    /// The keys and values of a mapping.
    #[must_use]
    pub fn entries(&self) -> Option<&[(Node<'a>, Node<'a>)]> {
        match &self.kind {
            NodeKind::Mapping(entries) => Some(entries),
            NodeKind::Scalar { .. } | NodeKind::Sequence(_) => None,
        }
    }

    /// The key and value of that name in a mapping.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&(Node<'a>, Node<'a>)> {
        self.entries()?
            .iter()
            .find(|(key, _)| key.text() == Some(name))
    }

    /// Follows keys as far as they lead: the key and value of the last one that
    /// is there, and whether it is the last one asked for.
    #[must_use]
    pub fn follow<'p>(
        &self,
        steps: impl IntoIterator<Item = &'p str>,
    ) -> (Option<&(Node<'a>, Node<'a>)>, bool) {
        let mut found = None;
        let mut node = self;
        for step in steps {
            let Some(entry) = node.entry(step) else {
                return (found, false);
            };
            found = Some(entry);
            node = &entry.1;
        }
        (found, found.is_some())
    }

    /// What stands in mappings of `member` alone, such as `{ env: NAME }`, at any
    /// depth.
    #[must_use]
    pub fn alone_in(&self, member: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let mut nodes = vec![self];
        while let Some(node) = nodes.pop() {
            match &node.kind {
                NodeKind::Scalar { .. } => {}
                NodeKind::Sequence(items) => nodes.extend(items),
                NodeKind::Mapping(entries) => {
                    if let [(key, value)] = entries.as_slice()
                        && key.text() == Some(member)
                    {
                        found.extend(value.text());
                    }
                    nodes.extend(entries.iter().map(|(_, value)| value));
                }
            }
        }
        found
    }

    /// What it is, for sentences such as "expected text, found a list".
    #[must_use]
    pub fn described(&self) -> &'static str {
        match &self.kind {
            _ if self.is_null() => "nothing",
            NodeKind::Scalar { plain: false, .. } => "text in quotes",
            NodeKind::Scalar { text, .. } if as_bool(text).is_some() => "a truth value",
            NodeKind::Scalar { text, .. } if as_float(text).is_some() => "a number",
            NodeKind::Scalar { .. } => "text",
            NodeKind::Sequence(_) => "a list",
            NodeKind::Mapping(_) => "a mapping",
        }
    }
}

#[cfg(test)]
mod tests;
