//! Unified diffs of manifests in which no sensitive value can be read.

use std::{collections::BTreeSet, ops::Range};

use crate::{
    desired::{Desired, Registry},
    manifest::yaml::{self, Node, NodeKind},
    model::{Leaf, Tree, shown::MASK},
    observed::{Match, Observed},
};

/// The shortest text that is looked for outside of its field. Shorter ones would
/// black out half of the file, and say little.
const SOUGHT_CHARACTERS_MIN: usize = 4;

/// How many unchanged lines are shown around a change.
const CONTEXT_LINES: usize = 1;

/// What must not be shown.
pub(super) struct Masks {
    registry: Registry,
    /// Sensitive values, the longest first, wherever they stand.
    texts: Vec<String>,
}

impl Masks {
    pub(super) fn new(desired: &Desired, observed: &Observed, registry: Registry) -> Self {
        let mut texts = BTreeSet::new();
        for resource in &desired.resources {
            gather(&resource.tree, &mut texts);
        }
        for view in observed.providers.values().flatten() {
            for found in view.matches.values() {
                if let Match::Found(record) | Match::Adoptable(record) = found {
                    gather(&record.tree, &mut texts);
                }
            }
        }
        let mut texts: Vec<String> = texts.into_iter().collect();
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self { registry, texts }
    }

    /// The diff of two texts of one file.
    pub(super) fn diff(&self, name: &str, before: &str, after: &str) -> String {
        let (before, after) = (self.masked(before), self.masked(after));
        similar::TextDiff::from_lines(&before, &after)
            .unified_diff()
            .context_radius(CONTEXT_LINES)
            .header(name, name)
            .to_string()
    }

    fn masked(&self, text: &str) -> String {
        let mut spans: Vec<Range<usize>> = yaml::documents(text)
            .into_iter()
            .flat_map(|span| self.sensitive_spans(text, span))
            .collect();
        spans.sort_by_key(|span| std::cmp::Reverse(span.start));
        // What an anchor shares is found once for each place that uses it.
        spans.dedup();
        let mut masked = text.to_owned();
        for span in spans {
            masked.replace_range(span, MASK);
        }
        for sensitive in &self.texts {
            if masked.contains(sensitive.as_str()) {
                masked = masked.replace(sensitive.as_str(), MASK);
            }
        }
        masked
    }

    /// Where the sensitive values of one document stand.
    fn sensitive_spans(&self, text: &str, span: Range<usize>) -> Vec<Range<usize>> {
        let parsed = yaml::parse(text, span);
        let Some(root) = &parsed.root else {
            return Vec::new();
        };
        let named = root.entry("kind").and_then(|(_, value)| value.text());
        let mut kinds = self.registry.iter().flat_map(|def| def.kinds);
        let Some(kind) = kinds.find(|kind| Some(kind.kind) == named) else {
            return Vec::new();
        };
        let mut spans = Vec::new();
        for facts in kind.fields().iter().filter(|facts| facts.sensitive) {
            let steps = ["spec"].into_iter().chain(facts.path.as_str().split('.'));
            if let (Some((_, value)), true) = root.follow(steps) {
                scalars(value, &mut spans);
            }
        }
        spans
    }
}

/// The scalars in a node, but for the names of variables and files.
fn scalars(node: &Node<'_>, spans: &mut Vec<Range<usize>>) {
    match &node.kind {
        NodeKind::Scalar { .. } if node.span.is_empty() => {}
        NodeKind::Scalar { .. } => spans.push(node.span.clone()),
        NodeKind::Sequence(items) => items.iter().for_each(|item| scalars(item, spans)),
        NodeKind::Mapping(entries) => {
            let outside = |key: &Node<'_>| matches!(key.text(), Some("env" | "file" | "ref"));
            if let [(key, _)] = entries.as_slice()
                && outside(key)
            {
                return;
            }
            for (_, value) in entries {
                scalars(value, spans);
            }
        }
    }
}

fn gather(tree: &Tree, texts: &mut BTreeSet<String>) {
    for (_, leaf) in tree.iter() {
        if let Leaf::Sensitive(text) = leaf
            && text.expose().chars().count() >= SOUGHT_CHARACTERS_MIN
        {
            texts.insert(text.expose().to_owned());
        }
    }
}
