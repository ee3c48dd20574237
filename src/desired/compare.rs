//! Whether two `Provider` manifests of the same name say the same.

use std::collections::BTreeSet;

use crate::{
    manifest::yaml::{self, Node, NodeKind},
    model::path::{is_in, joined},
};

use super::state::{Origin, ProviderConfig};

impl ProviderConfig {
    /// The fields in which another manifest of the same provider differs, by
    /// their paths below `spec`, sorted. What is compared is what is written,
    /// so that a credential from another variable is a difference even where
    /// the values are the same, and also what files hold.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let (ours, theirs) = (self.origin.written(), other.origin.written());
        let mut paths: BTreeSet<String> = ours
            .symmetric_difference(&theirs)
            .map(|(path, _)| path.clone())
            .collect();
        for (path, leaf) in self.settings.iter() {
            let prefix = format!("{}.{path}", self.def.name);
            let told = paths.iter().any(|path| is_in(path, &prefix));
            if !told && other.settings.get(path) != Some(leaf) {
                paths.insert(prefix);
            }
        }
        paths.into_iter().collect()
    }

    /// Whether another manifest of the same provider leads to another endpoint,
    /// or says otherwise how records are read and written there. Credentials
    /// and limits do neither.
    #[must_use]
    pub fn leads_elsewhere(&self, other: &Self) -> bool {
        if self.def.name != other.def.name {
            return true;
        }
        let fields = self.def.settings.fields();
        let is_credential = |path: &str| {
            let mut credentials = fields.iter().filter(|facts| facts.credential);
            credentials.any(|facts| is_in(path, facts.path.as_str()))
        };
        self.differences(other).iter().any(|path| {
            let rest = path.strip_prefix(self.def.name);
            let below = rest.and_then(|rest| rest.strip_prefix('.'));
            below.is_some_and(|path| !is_credential(path))
        })
    }
}

impl Origin {
    /// All values below `spec` as they are written, with their paths.
    #[must_use]
    pub fn written(&self) -> BTreeSet<(String, String)> {
        let parsed = yaml::parse(&self.source.text, self.span.clone());
        let mut found = BTreeSet::new();
        if let Some((_, spec)) = parsed.root.as_ref().and_then(|root| root.entry("spec")) {
            gather(spec, "", &mut found);
        }
        found
    }
}

fn gather(node: &Node<'_>, path: &str, found: &mut BTreeSet<(String, String)>) {
    match &node.kind {
        NodeKind::Scalar { text, .. } => {
            found.insert((path.to_owned(), text.to_string()));
        }
        NodeKind::Sequence(items) => {
            for (at, item) in items.iter().enumerate() {
                gather(item, &format!("{path}[{at}]"), found);
            }
        }
        NodeKind::Mapping(entries) => {
            for (key, value) in entries {
                let name = key.text().unwrap_or_default();
                gather(value, &joined(path, name), found);
            }
        }
    }
}
