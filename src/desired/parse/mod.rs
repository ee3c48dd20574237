//! Reads a spec into the tree of its fields, with all findings at once.

mod common;
mod date;
mod given;
mod leaf;
mod structure;
mod typed;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

pub(super) use common::{COMMON, common};
pub(super) use typed::check_whole;

use super::{Systems, environment::Environment};
use crate::{
    manifest::{
        collect::{Collector, clipped},
        load::Folder,
        yaml::Node,
    },
    model::{
        Address, Facts, FieldPath, Leaf, Tree, field_map::FieldNode, limit::NAMES_SHOWN_MAX,
        path::joined, words,
    },
    provider::KindDef,
};

/// The check that a value from outside can be had.
pub const MISSING_VALUE: &str = "missing-value";

/// The check that a credential can be had. Only what talks to a provider needs
/// it.
pub const MISSING_CREDENTIAL: &str = "missing-credential";

/// The field of a `Provider`'s settings that says where the API is.
pub(super) const BASE_URL: &str = "baseUrl";

/// What reading a spec needs, and what it gives.
pub(super) struct SpecReader<'c, 's> {
    /// The kind of the spec.
    pub(super) kind: &'static KindDef,
    /// Where values from outside come from.
    pub(super) environment: &'c Environment,
    /// Where the manifest's files are.
    pub(super) folder: &'c Folder,
    /// What stands before the paths of fields in messages; empty, or ends in a
    /// dot.
    pub(super) prefix: &'c str,
    /// Names at the top that are read by somebody else.
    pub(super) reserved: &'static [&'static str],
    /// Which billing system it is read for: with a simulated one, credentials and
    /// base URL need not be there.
    pub(super) systems: Systems,
    /// The findings.
    pub(super) findings: &'c mut Collector<'s>,
    /// The fields.
    pub(super) tree: Tree,
    /// The manifests that fields refer to.
    pub(super) references: Vec<(FieldPath, Address)>,
    /// The fields whose values stand outside of the manifest.
    pub(super) from_outside: BTreeSet<FieldPath>,
}

impl SpecReader<'_, '_> {
    /// Reads all of the spec.
    pub(super) fn spec(&mut self, entries: &[(Node<'_>, Node<'_>)]) {
        self.section(self.kind.fields().root(), "", entries);
    }

    /// Whether what a field holds may not be shown.
    fn is_hidden(&self, path: FieldPath) -> bool {
        let facts = self.kind.fields().facts(path.as_str());
        facts.is_some_and(|facts| facts.sensitive || facts.credential)
            || self.from_outside.contains(&path)
    }

    /// Whether the sandbox provides the field, so that nothing need be there.
    pub(super) fn is_stood_in_for(&self, facts: &Facts) -> bool {
        let has_its_own = facts.credential || facts.path.as_str() == BASE_URL;
        self.systems.are_simulated() && has_its_own
    }

    fn section(
        &mut self,
        fields: &'static BTreeMap<String, FieldNode>,
        path: &str,
        entries: &[(Node<'_>, Node<'_>)],
    ) {
        for (key, value) in entries {
            let name = key.text().unwrap_or_default();
            match fields.get(name) {
                Some(FieldNode::Leaf(facts)) => self.leaf(facts, key, value),
                Some(FieldNode::Section(below)) => {
                    let path = joined(path, name);
                    match value.entries() {
                        Some(entries) => self.section(below, &path, entries),
                        None if value.is_null() => self.cleared(below, &path, key),
                        None => self.no_section(&path, key, value),
                    }
                }
                None if path.is_empty() && self.reserved.contains(&name) => {}
                None => self.unknown(fields, path, key),
            }
        }
    }

    /// `null` on a section clears what can be cleared in it.
    fn cleared(
        &mut self,
        fields: &'static BTreeMap<String, FieldNode>,
        path: &str,
        key: &Node<'_>,
    ) {
        let mut all = Vec::new();
        leaves(fields, &mut all);
        all.retain(|facts| facts.clearable && !facts.computed && !facts.create_only);
        if all.is_empty() {
            self.findings.error(
                "cannot-be-empty",
                &key.span,
                format!("nothing in `{}{path}` can be cleared", self.prefix),
                "leave it out: what is left out is not managed",
            );
        }
        for facts in all {
            self.tree.set(facts.path, Leaf::Unset);
        }
    }

    fn no_section(&mut self, path: &str, key: &Node<'_>, value: &Node<'_>) {
        self.findings.error(
            "wrong-type",
            &key.span,
            format!(
                "`{}{path}` is a section, and this is {}",
                self.prefix,
                value.described()
            ),
            "write its fields below it",
        );
    }

    fn unknown(
        &mut self,
        fields: &'static BTreeMap<String, FieldNode>,
        path: &str,
        key: &Node<'_>,
    ) {
        let name = key.text().unwrap_or_default();
        let shown = clipped(name);
        let message = format!("`{}{}` is unknown", self.prefix, joined(path, &shown));
        let hint = self.suggestion(fields, path, name);
        self.findings.error("unknown-key", &key.span, message, hint);
    }

    fn suggestion(
        &self,
        fields: &'static BTreeMap<String, FieldNode>,
        path: &str,
        name: &str,
    ) -> String {
        let mut siblings: Vec<&str> = fields
            .iter()
            .filter(|(_, node)| !matches!(node, FieldNode::Leaf(facts) if facts.computed))
            .map(|(name, _)| name.as_str())
            .collect();
        if path.is_empty() {
            siblings.extend(self.reserved);
            siblings.sort_unstable();
        }
        let places = places(self.kind);
        let elsewhere: Vec<String> = places
            .iter()
            .filter(|place| last_step(place) == name)
            .map(|place| format!("{}{place}", self.prefix))
            .collect();
        if !elsewhere.is_empty() {
            let shown = elsewhere.iter().take(NAMES_SHOWN_MAX).map(String::as_str);
            return format!("it is known as {}", words::list(shown));
        }
        if let Some(near) = words::nearest(name, siblings.iter().copied()) {
            return format!("did you mean `{near}`?");
        }
        let far = words::nearest(name, places.iter().map(|place| last_step(place)));
        if let Some(near) =
            far.and_then(|near| places.iter().find(|place| last_step(place) == near))
        {
            return format!("did you mean `{}{near}`?", self.prefix);
        }
        let known = words::first(siblings.iter().copied(), NAMES_SHOWN_MAX);
        format!("known are {known}")
    }

    /// The path of a field as messages write it.
    fn shown(&self, facts: &Facts) -> String {
        format!("`{}{}`", self.prefix, facts.path)
    }
}

/// The place that a finding about a field points at. What may be sensitive is
/// not pointed at, as snippets show what is.
pub(super) fn span_of(facts: Option<&Facts>, key: &Node<'_>, value: &Node<'_>) -> Range<usize> {
    let open = facts.is_some_and(|facts| !facts.sensitive && !facts.credential);
    if open && value.text().is_some() && !value.span.is_empty() {
        value.span.clone()
    } else {
        key.span.clone()
    }
}

fn last_step(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The paths of all sections and of all fields that a manifest may write.
fn places(kind: &'static KindDef) -> Vec<String> {
    let mut places = Vec::new();
    for facts in kind.fields().iter().filter(|facts| !facts.computed) {
        let path = facts.path.as_str();
        let sections = path.match_indices('.').map(|(at, _)| &path[..at]);
        for place in sections.chain([path]) {
            if !places.iter().any(|known| known == place) {
                places.push(place.to_owned());
            }
        }
    }
    places
}

fn leaves(fields: &'static BTreeMap<String, FieldNode>, found: &mut Vec<&'static Facts>) {
    for node in fields.values() {
        match node {
            FieldNode::Section(below) => leaves(below, found),
            FieldNode::Leaf(facts) => found.push(facts),
        }
    }
}
