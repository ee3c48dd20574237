//! Reads fields that hold more than one value: sets, references and structures
//! that are passed through.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Map, Value};

use super::{SpecReader, leaf::not_in, span_of};
use crate::{
    manifest::{
        collect::clipped,
        yaml::{self, Node, NodeKind, Whole},
    },
    model::{Address, Facts, Leaf, id, shown::holds_mask},
};

impl SpecReader<'_, '_> {
    pub(super) fn set(
        &mut self,
        facts: &'static Facts,
        names: &[String],
        key: &Node<'_>,
        value: &Node<'_>,
    ) {
        let NodeKind::Sequence(items) = &value.kind else {
            let hint = match value.text().filter(|_| !facts.sensitive) {
                Some(text) => format!("write `[{}]`", clipped(text)),
                None => "write `[a, b]`, or one name a line after a `-`".to_owned(),
            };
            let message = format!(
                "{} is a list of names, and this is {}",
                self.shown(facts),
                value.described()
            );
            let span = span_of(Some(facts), key, value);
            self.findings.error("wrong-type", &span, message, hint);
            return;
        };
        if items.is_empty() {
            return self.empty(facts, key);
        }
        let mut found = BTreeSet::new();
        let mut whole = true;
        for item in items {
            match self.set_item(facts, names, key, item) {
                Some(name) if !found.insert(name.to_owned()) => {
                    let message = format!("{} names `{name}` twice", self.shown(facts));
                    let span = span_of(Some(facts), key, item);
                    self.findings
                        .warning("repeated-name", &span, message, "name it once");
                }
                Some(_) => {}
                None => whole = false,
            }
        }
        if whole {
            self.tree.set(facts.path, Leaf::Set(found));
        }
    }

    fn set_item<'n>(
        &mut self,
        facts: &'static Facts,
        names: &[String],
        key: &Node<'_>,
        item: &'n Node<'_>,
    ) -> Option<&'n str> {
        let span = span_of(Some(facts), key, item);
        let Some(text) = item.text().filter(|_| !item.is_null()) else {
            let message = format!(
                "{} is a list of names, and one of them is {}",
                self.shown(facts),
                item.described()
            );
            let hint = not_in(names, "", false);
            self.findings.error("wrong-type", &span, message, hint);
            return None;
        };
        if names.iter().any(|name| name == text) {
            return Some(text);
        }
        let open = !facts.sensitive;
        let said = if open {
            format!("`{}`", clipped(text))
        } else {
            "one of these".to_owned()
        };
        let message = format!("{} cannot hold {said}", self.shown(facts));
        let hint = not_in(names, text, open);
        self.findings.error("unknown-value", &span, message, hint);
        None
    }

    pub(super) fn reference(&mut self, facts: &'static Facts, key: &Node<'_>, value: &Node<'_>) {
        let to = value
            .entries()
            .filter(|entries| entries.iter().any(|(key, _)| key.text() == Some("ref")));
        if let Some(entries) = to {
            return self.reference_to(facts, key, entries);
        }
        let expected = "`{ ref: name }` or the id of a record";
        let Some(given) = self.given(facts, key, value, expected) else {
            return;
        };
        if given.text.is_empty() {
            return self.empty(facts, key);
        }
        if self.text_fits(facts, &given) {
            self.set_text(facts, &given.text);
        }
    }

    fn reference_to(
        &mut self,
        facts: &'static Facts,
        key: &Node<'_>,
        entries: &[(Node<'_>, Node<'_>)],
    ) {
        let path = self.shown(facts);
        let Some(kind) = facts.reference else {
            let message = format!("{path} refers to no kind of manifest");
            let hint = "give the id of a record";
            self.findings.error("wrong-type", &key.span, message, hint);
            return;
        };
        for (key, _) in entries {
            let name = key.text().unwrap_or_default();
            if name != "ref" {
                let message = format!("`{}` is unknown in a reference", clipped(name));
                let hint = format!("write `{{ ref: name }}` with the name of a `{kind}`");
                self.findings.error("unknown-key", &key.span, message, hint);
            }
        }
        let Some((_, name)) = entries.iter().find(|(key, _)| key.text() == Some("ref")) else {
            return;
        };
        let said = name
            .text()
            .filter(|text| id::is_name(text) && !name.is_null());
        let Some(said) = said else {
            let message = format!("{path} does not refer to a name");
            let hint = format!("write the `metadata.name` of a `{kind}`");
            self.findings.error("wrong-type", &key.span, message, hint);
            return;
        };
        let address = Address {
            kind,
            name: Arc::from(said),
        };
        self.references.push((facts.path, address.clone()));
        self.tree.set(facts.path, Leaf::Reference(address));
    }

    pub(super) fn passthrough(&mut self, facts: &'static Facts, key: &Node<'_>, value: &Node<'_>) {
        match &value.kind {
            NodeKind::Scalar { .. } => {
                let message = format!(
                    "{} is a list or a mapping, and this is {}",
                    self.shown(facts),
                    value.described()
                );
                let hint = "write it as the provider's API has it";
                self.findings.error("wrong-type", &key.span, message, hint);
            }
            NodeKind::Sequence(items) if items.is_empty() => self.empty(facts, key),
            NodeKind::Sequence(_) | NodeKind::Mapping(_) => {
                if let Some(json) = self.json(facts, key, value) {
                    if holds_mask(&json.to_string()) {
                        return self.masked(facts, &key.span);
                    }
                    self.tree.set(facts.path, Leaf::Json(json));
                }
            }
        }
    }

    /// The JSON of a node. Nodes nest no deeper than the loader allows.
    fn json(&mut self, facts: &Facts, key: &Node<'_>, node: &Node<'_>) -> Option<Value> {
        match &node.kind {
            NodeKind::Scalar { text, plain: false } => Some(Value::String(text.to_string())),
            NodeKind::Scalar { text, plain: true } => self.json_scalar(facts, key, node, text),
            NodeKind::Sequence(items) => {
                let items: Vec<Option<Value>> = items
                    .iter()
                    .map(|item| self.json(facts, key, item))
                    .collect();
                items
                    .into_iter()
                    .collect::<Option<Vec<_>>>()
                    .map(Value::Array)
            }
            NodeKind::Mapping(entries) => {
                let mut map = Map::new();
                let mut whole = true;
                for (name, value) in entries {
                    match self.json(facts, key, value) {
                        Some(json) => {
                            map.insert(name.text().unwrap_or_default().to_owned(), json);
                        }
                        None => whole = false,
                    }
                }
                whole.then_some(Value::Object(map))
            }
        }
    }

    fn json_scalar(
        &mut self,
        facts: &Facts,
        key: &Node<'_>,
        node: &Node<'_>,
        text: &str,
    ) -> Option<Value> {
        if yaml::is_null(text) {
            return Some(Value::Null);
        }
        if let Some(value) = yaml::as_bool(text) {
            return Some(Value::Bool(value));
        }
        let reason = match yaml::as_whole(text) {
            Some(Whole::Number(number)) => {
                let small = i64::try_from(number).ok().map(Value::from);
                match small.or_else(|| u64::try_from(number).ok().map(Value::from)) {
                    Some(json) => return Some(json),
                    None => "has too many digits for a number",
                }
            }
            Some(Whole::TooLarge) => "has too many digits for a number",
            Some(Whole::ZeroInFront) => "starts with a zero, which numbers do not",
            None => match yaml::as_float(text).and_then(serde_json::Number::from_f64) {
                Some(number) => return Some(Value::Number(number)),
                None => return Some(Value::String(text.to_owned())),
            },
        };
        let message = format!("a value in {} {reason}", self.shown(facts));
        let span = span_of(Some(facts), key, node);
        let hint = "put it into quotes if it is text";
        self.findings.error("wrong-type", &span, message, hint);
        None
    }
}
