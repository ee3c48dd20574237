//! Stage 4: what differs between what is wanted and what is. Pure.

mod part;

pub use part::Part;

use crate::{
    model::{FieldMap, FieldPath, Leaf, Tree},
    provider::Record,
};

/// One managed field whose live value is not the wanted one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field.
    pub path: FieldPath,
    /// What is wanted.
    pub desired: Leaf,
    /// What is.
    pub observed: Leaf,
}

/// The outcome of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// Fields to be written, in the order of their paths.
    pub differences: Vec<Difference>,
    /// Fields that differ and can only be given at creation.
    pub fixed: Vec<Difference>,
    /// Managed fields of which nothing is known, because their section was
    /// asked for and not returned.
    pub unknown: Vec<FieldPath>,
}

impl Diff {
    /// Whether nothing differs and everything is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self {
            differences,
            fixed,
            unknown,
        } = self;
        differences.is_empty() && fixed.is_empty() && unknown.is_empty()
    }
}

/// Compares the managed fields of one record. Fields that the manifest does not
/// manage are not looked at.
#[must_use]
pub fn diff(fields: &FieldMap, desired: &Tree, record: &Record) -> Diff {
    let mut diff = Diff::default();
    for (path, wanted) in desired.iter() {
        let part = part(fields, path);
        if !part.compared {
            continue;
        }
        if !record.knows(path) {
            diff.unknown.push(path);
            continue;
        }
        let live = record.tree.or_unset(path);
        if wanted == live {
            continue;
        }
        let difference = Difference {
            path,
            desired: wanted.clone(),
            observed: live.clone(),
        };
        if part.fixed {
            diff.fixed.push(difference);
        } else {
            diff.differences.push(difference);
        }
    }
    diff
}

/// Whether a field is compared at all.
#[must_use]
pub fn is_compared(fields: &FieldMap, path: FieldPath) -> bool {
    part(fields, path).compared
}

fn part(fields: &FieldMap, path: FieldPath) -> Part {
    fields
        .facts(path.as_str())
        .map(Part::of)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::{
        model::{Address, RemoteId, Sensitive},
        provider::Raw,
    };

    fn fields() -> FieldMap {
        let text = json!({ "type": ["string", "null"] });
        let with = |keyword: &str| json!({ "type": ["string", "null"], keyword: true });
        let schema = json!({ "properties": {
            "plain": text,
            "made": with("readOnly"),
            "hidden": with("writeOnly"),
            "first": with("x-create-only"),
            "billing": { "properties": { "iban": text, "hidden": with("writeOnly") } },
            "billings": text,
        } });
        FieldMap::compile(&schema).expect("a schema")
    }

    fn tree(fields: &FieldMap, leaves: &[(&str, Leaf)]) -> Tree {
        leaves
            .iter()
            .map(|(path, leaf)| (fields.path(path).expect("a field"), leaf.clone()))
            .collect()
    }

    fn text(text: &str) -> Leaf {
        Leaf::Text(text.to_owned())
    }

    /// What differs, what is fixed and what is unknown, as paths.
    fn check(
        desired: &[(&str, Leaf)],
        live: &[(&str, Leaf)],
        unknown: &[&str],
        expected: [&[&str]; 3],
    ) {
        let fields = fields();
        let record = Record {
            remote: RemoteId("1".to_owned()),
            tree: tree(&fields, live),
            unknown: unknown
                .iter()
                .map(|section| (*section).to_owned())
                .collect(),
            ended: None,
            raw: Raw::default(),
        };
        let found = diff(&fields, &tree(&fields, desired), &record);
        let paths = |differences: &[Difference]| -> Vec<&str> {
            let paths = differences
                .iter()
                .map(|difference| difference.path.as_str());
            paths.collect()
        };
        let unknown: Vec<&str> = found.unknown.iter().map(|path| path.as_str()).collect();
        assert_eq!(
            [paths(&found.differences), paths(&found.fixed), unknown],
            expected.map(<[&str]>::to_vec)
        );
        assert_eq!(
            found.is_empty(),
            expected.iter().all(|paths| paths.is_empty())
        );
    }

    #[test]
    fn values_of_every_type_are_compared_as_they_are() {
        let set = |names: &[&str]| -> Leaf {
            let names: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
            Leaf::Set(names)
        };
        let secret = |text: &str| Leaf::Sensitive(Sensitive::new(text));
        let to_be_made = Leaf::Reference(Address {
            kind: "ToyCustomer",
            name: "a".into(),
        });
        for (wanted, live, differ) in [
            (text("a"), text("a"), false),
            (text("a"), text("A"), true),
            (text("a"), Leaf::Unset, true),
            (Leaf::Unset, text("a"), true),
            (Leaf::Unset, Leaf::Unset, false),
            (Leaf::Bool(false), Leaf::Unset, true),
            (Leaf::Integer(0), Leaf::Unset, true),
            (Leaf::Integer(7), Leaf::Integer(7), false),
            (set(&["b", "a"]), set(&["a", "b"]), false),
            (set(&["a"]), set(&["a", "b"]), true),
            (secret("a"), secret("a"), false),
            (secret("a"), secret("b"), true),
            (
                Leaf::Json(json!({ "a": 1, "b": 2 })),
                Leaf::Json(json!({ "b": 2, "a": 1 })),
                false,
            ),
            (to_be_made, text("1"), true),
        ] {
            let differences: &[&str] = if differ { &["plain"] } else { &[] };
            check(
                &[("plain", wanted)],
                &[("plain", live)],
                &[],
                [differences, &[], &[]],
            );
        }
    }

    #[test]
    fn a_field_that_is_not_returned_holds_nothing() {
        check(&[("plain", Leaf::Unset)], &[], &[], [&[], &[], &[]]);
        check(&[("plain", text("a"))], &[], &[], [&["plain"], &[], &[]]);
    }

    #[test]
    fn fields_that_are_not_managed_are_not_looked_at() {
        let live = [("plain", text("a")), ("billing.iban", text("b"))];
        check(&[], &live, &["billing"], [&[], &[], &[]]);
    }

    #[test]
    fn computed_and_write_only_fields_are_never_compared() {
        let desired = [
            ("made", text("a")),
            ("hidden", text("a")),
            ("billing.hidden", text("a")),
        ];
        check(
            &desired,
            &[("made", text("b"))],
            &["billing"],
            [&[], &[], &[]],
        );
        let fields = fields();
        for (name, compared) in [("made", false), ("hidden", false), ("first", true)] {
            let path = fields.path(name).expect("a field");
            assert_eq!(is_compared(&fields, path), compared, "{name}");
        }
    }

    #[test]
    fn create_only_fields_are_told_apart() {
        let desired = [("first", text("a")), ("plain", text("a"))];
        let live = [("first", text("b"))];
        check(&desired, &live, &[], [&["plain"], &["first"], &[]]);
        check(&desired, &desired, &[], [&[], &[], &[]]);
    }

    #[test]
    fn nothing_is_known_of_a_section_that_was_not_returned() {
        let desired = [("billing.iban", text("a")), ("billings", text("a"))];
        check(
            &desired,
            &[],
            &["billing"],
            [&["billings"], &[], &["billing.iban"]],
        );
    }
}
