//! What expressions can speak of: the members of `change` and `object`, with
//! the fields of all kinds.

use std::collections::BTreeMap;

use crate::{
    desired::Registry,
    model::field_map::{FieldNode, ValueType},
    provider::KindDef,
};

/// The members of `change`.
pub(in crate::policy) const CHANGE: [(&str, &str); 9] = [
    ("action", "`create`, `adopt`, `update` or `end`"),
    ("displayName", "the record's display name, or null"),
    ("fields", "what is written: a list, see below"),
    ("kind", "the kind of the resource"),
    ("labels", "`metadata.labels` of the manifest"),
    ("name", "`metadata.name`"),
    ("provider", "the name of the provider"),
    ("reason", "why the record ends, or null"),
    ("remote", "the record's id at the provider, or null"),
];

/// The member of a field that is there only where it is known.
pub(in crate::policy) const CAUSE: &str = "cause";

/// The members of an item of `change.fields`.
pub(in crate::policy) const FIELD: [(&str, &str); 5] = [
    ("after", "the wanted value, as the plan shows it"),
    ("before", "the live value, as the plan shows it"),
    (
        CAUSE,
        "`edit`, `drift` or `both`; not there where it is not known",
    ),
    ("class", "`bank`, `tax`, `money`, …"),
    ("path", "the field, such as `billing.currency`"),
];

/// What is known of a value before there is one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// A mapping whose members are all known.
    Record(BTreeMap<String, Shape>),
    /// A mapping whose members are anybody's: labels.
    Open,
    /// A list.
    List(Box<Shape>),
    /// A value without members.
    Scalar,
    /// Anything.
    Any,
}

/// The fields and kinds that expressions can speak of.
pub(in crate::policy) struct Vocabulary {
    pub(super) roots: BTreeMap<String, Shape>,
    pub(super) records: Vec<&'static KindDef>,
}

impl Vocabulary {
    /// That of all kinds.
    pub(in crate::policy) fn of(registry: Registry) -> Self {
        let records: Vec<&'static KindDef> =
            registry.iter().flat_map(|def| def.kinds.iter()).collect();
        let mut spec = BTreeMap::new();
        for kind in &records {
            merge(&mut spec, kind.fields().root());
        }
        let scalars = |names: &[(&str, &str)]| -> BTreeMap<String, Shape> {
            let names = names.iter();
            names
                .map(|(name, _)| ((*name).to_owned(), Shape::Scalar))
                .collect()
        };
        let mut field = scalars(&FIELD);
        for value in ["before", "after"] {
            field.insert(value.to_owned(), Shape::Any);
        }
        let mut change = scalars(&CHANGE);
        change.insert(
            "fields".to_owned(),
            Shape::List(Box::new(Shape::Record(field))),
        );
        change.insert("labels".to_owned(), Shape::Open);
        let metadata = BTreeMap::from([
            ("name".to_owned(), Shape::Scalar),
            ("labels".to_owned(), Shape::Open),
        ]);
        let object = BTreeMap::from([
            ("apiVersion".to_owned(), Shape::Scalar),
            ("kind".to_owned(), Shape::Scalar),
            ("metadata".to_owned(), Shape::Record(metadata)),
            ("spec".to_owned(), Shape::Record(spec)),
        ]);
        Self {
            roots: BTreeMap::from([
                ("change".to_owned(), Shape::Record(change)),
                ("object".to_owned(), Shape::Record(object)),
            ]),
            records,
        }
    }

    /// The names of all kinds of records.
    pub(in crate::policy) fn kinds(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.records.iter().map(|kind| kind.kind)
    }

    /// The shape of `object.spec`: the fields of all kinds.
    pub(super) fn spec(&self) -> Option<&BTreeMap<String, Shape>> {
        match self.roots.get("object") {
            Some(Shape::Record(object)) => match object.get("spec") {
                Some(Shape::Record(spec)) => Some(spec),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Adds the fields of a kind. A name that is a section of one kind and a field
/// of another can be anything.
fn merge(into: &mut BTreeMap<String, Shape>, nodes: &BTreeMap<String, FieldNode>) {
    for (name, node) in nodes {
        match node {
            FieldNode::Section(below) => {
                let section = into
                    .entry(name.clone())
                    .or_insert_with(|| Shape::Record(BTreeMap::new()));
                match section {
                    Shape::Record(members) => merge(members, below),
                    other => *other = Shape::Any,
                }
            }
            FieldNode::Leaf(facts) => {
                let shape = match facts.value_type {
                    ValueType::Passthrough => Shape::Any,
                    ValueType::Set(_) => Shape::List(Box::new(Shape::Scalar)),
                    _ => Shape::Scalar,
                };
                let known = into.entry(name.clone()).or_insert_with(|| shape.clone());
                if *known != shape {
                    *known = Shape::Any;
                }
            }
        }
    }
}
