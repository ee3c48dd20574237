//! Why a field differs, told from three values of it.

use std::collections::BTreeSet;

use crate::model::{Facts, FieldMap, FieldPath, Leaf, Tree};

use super::{Cause, base::Hidden};

/// What the base revision has to say of one resource.
#[derive(Debug)]
pub(super) struct Before {
    /// What it wanted.
    pub(super) wanted: Wanted,
    /// The live values that it kept out of its manifests.
    pub(super) hidden: Hidden,
}

/// What the base revision wanted of one resource.
#[derive(Debug)]
pub(super) enum Wanted {
    /// No base was given, or its manifest could not be read.
    Unknown,
    /// The base has no manifest for the resource: all of it is new.
    New,
    /// The base wanted this.
    By {
        /// In the provider's terms, after the provider's say.
        tree: Tree,
        /// Fields whose value the provider does not know.
        unresolved: BTreeSet<FieldPath>,
    },
}

impl Before {
    /// Without a base there is nothing to tell.
    pub(super) fn without_base() -> Self {
        Self {
            wanted: Wanted::Unknown,
            hidden: Hidden::Fields(BTreeSet::new()),
        }
    }

    /// Whether the base has a manifest for the resource.
    pub(super) fn is_wanted(&self) -> bool {
        matches!(self.wanted, Wanted::By { .. })
    }

    /// Why a field differs, and what the base wanted in it. `desired` and
    /// `observed` differ.
    pub(super) fn cause(
        &self,
        path: FieldPath,
        desired: &Leaf,
        observed: &Leaf,
    ) -> (Cause, Option<&Leaf>) {
        match &self.wanted {
            Wanted::Unknown => (Cause::Unknown, None),
            Wanted::New => (Cause::Edit, None),
            Wanted::By { unresolved, .. } if unresolved.contains(&path) => (Cause::Unknown, None),
            Wanted::By { tree, .. } => {
                let base = tree.get(path);
                (told(base, desired, observed), base)
            }
        }
    }

    /// Whether the value of a field was kept out of the manifest. The provider
    /// still has it when the manifest no longer asks for it, so a change of the
    /// manifests must not bring it to light.
    pub(super) fn is_hidden(&self, path: FieldPath) -> bool {
        self.hidden.has(path)
    }

    /// The fields of a manifest that were edited and that no plan shows: only a new
    /// record gets them, and the provider never returns them. `desired` is in the
    /// provider's terms.
    pub(super) fn edited_unseen(&self, fields: &FieldMap, desired: &Tree) -> Vec<FieldPath> {
        let Wanted::By { tree, unresolved } = &self.wanted else {
            return Vec::new();
        };
        let is_unseen = |facts: &Facts| facts.create_only && facts.write_only;
        let edited = desired.iter().filter(|(path, leaf)| {
            fields.facts(path.as_str()).is_some_and(is_unseen)
                && !unresolved.contains(path)
                && tree.get(*path) != Some(leaf)
        });
        edited.map(|(path, _)| path).collect()
    }

    /// The fields that the base managed and the resource no longer does.
    pub(super) fn given_up(&self, desired: &Tree) -> Vec<FieldPath> {
        match &self.wanted {
            Wanted::Unknown | Wanted::New => Vec::new(),
            Wanted::By { tree, unresolved } => {
                let known = tree.iter().map(|(path, _)| path);
                let mut paths: Vec<FieldPath> = known
                    .chain(unresolved.iter().copied())
                    .filter(|path| desired.get(*path).is_none())
                    .collect();
                paths.sort();
                paths
            }
        }
    }
}

/// The cause of a difference between `desired` and `observed`, given what the
/// base wanted, if it managed the field at all. All three may be the same where a
/// record is made anew and the field is to be empty: nobody edited that.
fn told(base: Option<&Leaf>, desired: &Leaf, observed: &Leaf) -> Cause {
    match base {
        None => Cause::Edit,
        Some(base) if base == desired => Cause::Drift,
        Some(base) if base == observed => Cause::Edit,
        Some(_) => Cause::Both,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{FieldMap, Sensitive};

    #[test]
    fn causes_follow_from_three_values() {
        let text = |text: &str| Leaf::Text(text.to_owned());
        let secret = |text: &str| Leaf::Sensitive(Sensitive::new(text));
        let unset = || Leaf::Unset;
        for (base, head, live, cause) in [
            (Some(text("a")), text("b"), text("a"), Cause::Edit),
            (Some(text("a")), text("a"), text("b"), Cause::Drift),
            (Some(text("a")), text("b"), text("c"), Cause::Both),
            (None, text("b"), text("a"), Cause::Edit),
            (None, text("b"), unset(), Cause::Edit),
            (Some(unset()), text("b"), unset(), Cause::Edit),
            (Some(text("a")), unset(), text("a"), Cause::Edit),
            (Some(text("a")), text("a"), unset(), Cause::Drift),
            (Some(unset()), unset(), text("a"), Cause::Drift),
            (Some(unset()), unset(), unset(), Cause::Drift),
            (Some(unset()), text("a"), text("b"), Cause::Both),
            (Some(text("a")), unset(), text("b"), Cause::Both),
            (Some(secret("a")), secret("b"), secret("a"), Cause::Edit),
            (Some(secret("a")), secret("a"), secret("b"), Cause::Drift),
            (Some(secret("a")), secret("b"), secret("c"), Cause::Both),
        ] {
            assert_eq!(
                told(base.as_ref(), &head, &live),
                cause,
                "{base:?} {head:?} {live:?}"
            );
        }
    }

    #[test]
    fn nothing_is_claimed_without_a_base() {
        let leaf = json!({ "type": "string" });
        let fields = FieldMap::compile(&json!({ "properties": { "a": leaf, "b": leaf } }));
        let fields = fields.expect("a schema");
        let path = |path: &str| fields.path(path).expect("a field");
        let one = Leaf::Text("1".to_owned());
        let before = |wanted| Before {
            wanted,
            ..Before::without_base()
        };
        let wanted = before(Wanted::By {
            tree: [(path("b"), one.clone())].into_iter().collect(),
            unresolved: [path("a")].into(),
        });
        for (before, name, cause) in [
            (&Before::without_base(), "a", Cause::Unknown),
            (&before(Wanted::New), "a", Cause::Edit),
            (&wanted, "a", Cause::Unknown),
            (&wanted, "b", Cause::Drift),
        ] {
            let (told, _) = before.cause(path(name), &one, &Leaf::Unset);
            assert_eq!(told, cause, "{before:?} {name}");
        }
        assert_eq!(
            wanted.given_up(&Tree::default()),
            [path("a"), path("b")],
            "left out at head"
        );
        let head: Tree = [(path("a"), one)].into_iter().collect();
        assert_eq!(wanted.given_up(&head), [path("b")]);
    }
    #[test]
    fn an_edit_that_only_a_new_record_would_get_is_found() {
        let text = || json!({ "type": "string" });
        let mut unseen = text();
        unseen["writeOnly"] = json!(true);
        unseen[crate::model::field::CREATE_ONLY] = json!(true);
        let fields = FieldMap::compile(&json!({ "properties": { "a": text(), "b": unseen } }));
        let fields = fields.expect("a schema");
        let tree = |a: &str, b: &str| -> Tree {
            let leaves = [("a", a), ("b", b)].into_iter();
            leaves
                .map(|(name, text)| {
                    let path = fields.path(name).expect("a field");
                    (path, Leaf::Text(text.to_owned()))
                })
                .collect()
        };
        let before = Before {
            wanted: Wanted::By {
                tree: tree("1", "1"),
                unresolved: BTreeSet::new(),
            },
            ..Before::without_base()
        };
        let found = |a: &str, b: &str| before.edited_unseen(&fields, &tree(a, b));
        assert!(found("2", "1").is_empty());
        assert_eq!(found("1", "2"), [fields.path("b").expect("a field")]);
        let unknown = Before::without_base();
        assert!(unknown.edited_unseen(&fields, &tree("1", "2")).is_empty());
    }
}
