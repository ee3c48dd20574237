//! What an expression sees of a change: what the plan shows, and nothing more.
//! Sensitive values and values from outside are masked here as they are there,
//! so that no rule can be used to ask for them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    desired::Resource,
    manifest::document::API_VERSION,
    model::{Leaf, Shown},
    plan::{Cause, Change},
};

use super::shape::{CAUSE, Shape, Vocabulary};

/// A value of the language.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(in crate::policy) enum Datum {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Datum>),
    Map(BTreeMap<String, Datum>),
}

impl Datum {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    fn maybe(text: Option<&str>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    pub(super) fn map<'n>(members: impl IntoIterator<Item = (&'n str, Self)>) -> Self {
        let members = members.into_iter();
        Self::Map(
            members
                .map(|(name, datum)| (name.to_owned(), datum))
                .collect(),
        )
    }

    fn labels(labels: &BTreeMap<String, String>) -> Self {
        let labels = labels.iter();
        Self::Map(
            labels
                .map(|(name, value)| (name.clone(), Self::text(value)))
                .collect(),
        )
    }

    fn json(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(*value),
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Self::Integer(whole),
                (None, Some(float)) => Self::Float(float),
                (None, None) => Self::Null,
            },
            serde_json::Value::String(text) => Self::text(text),
            serde_json::Value::Array(items) => Self::List(items.iter().map(Self::json).collect()),
            serde_json::Value::Object(map) => Self::Map(
                map.iter()
                    .map(|(name, value)| (name.clone(), Self::json(value)))
                    .collect(),
            ),
        }
    }

    /// A value as plans show it.
    pub(super) fn shown(shown: &Shown) -> Self {
        match shown {
            Shown::Unset => Self::Null,
            Shown::Plain(value) => Self::json(value),
            Shown::Text(text) | Shown::Masked(text) => Self::text(text),
            Shown::AfterCreateOf(address) => Self::text(address),
        }
    }
}

/// `change`.
pub(in crate::policy) fn change(change: &Change, resource: Option<&Resource>) -> Datum {
    let fields = change.fields.iter().map(|field| {
        // A rule about a cause that nobody knows must not hold its peace.
        let is_known = field.cause != Cause::Unknown;
        let cause = is_known.then(|| (CAUSE, Datum::text(field.cause.word())));
        let members = [
            ("path", Datum::text(field.path.as_str())),
            ("class", Datum::text(field.class.word())),
            ("before", Datum::shown(&field.before)),
            ("after", Datum::shown(&field.after)),
        ];
        Datum::map(members.into_iter().chain(cause))
    });
    Datum::map([
        ("action", Datum::text(change.action.word())),
        ("kind", Datum::text(change.address.kind)),
        ("name", Datum::text(&*change.address.name)),
        ("provider", Datum::text(&*change.provider.0)),
        (
            "remote",
            Datum::maybe(change.remote.as_ref().map(|remote| remote.0.as_str())),
        ),
        ("displayName", Datum::maybe(change.display_name.as_deref())),
        ("reason", Datum::maybe(change.reason.as_deref())),
        (
            "labels",
            resource.map_or(Datum::Map(BTreeMap::new()), |resource| {
                Datum::labels(&resource.labels)
            }),
        ),
        ("fields", Datum::List(fields.collect())),
    ])
}

/// `object`: the manifest. Every field that any kind has is there; one that
/// this manifest does not manage is null.
pub(in crate::policy) fn object(resource: &Resource, vocabulary: &Vocabulary) -> Datum {
    let mut spec = vocabulary.spec().map_or_else(BTreeMap::new, empty);
    for (path, leaf) in resource.tree.iter() {
        let hidden = resource.is_hidden(path);
        let datum = match leaf {
            // Their address, whatever becomes of the record.
            Leaf::Reference(address) if !hidden => Datum::text(address.to_string()),
            leaf => Datum::shown(&Shown::of(leaf, hidden)),
        };
        put(&mut spec, path.as_str(), datum);
    }
    envelope(
        resource.kind.kind,
        &resource.address.name,
        Datum::labels(&resource.labels),
        spec,
    )
}

/// A manifest around its spec.
pub(super) fn envelope(
    kind: &str,
    name: &str,
    labels: Datum,
    spec: BTreeMap<String, Datum>,
) -> Datum {
    Datum::map([
        ("apiVersion", Datum::text(API_VERSION)),
        ("kind", Datum::text(kind)),
        (
            "metadata",
            Datum::map([("name", Datum::text(name)), ("labels", labels)]),
        ),
        ("spec", Datum::Map(spec)),
    ])
}

/// All sections of all kinds, with null in every field.
pub(super) fn empty(shape: &BTreeMap<String, Shape>) -> BTreeMap<String, Datum> {
    shape
        .iter()
        .map(|(name, shape)| {
            let datum = match shape {
                Shape::Record(members) => Datum::Map(empty(members)),
                _ => Datum::Null,
            };
            (name.clone(), datum)
        })
        .collect()
}

/// Puts a value at a path.
pub(super) fn put(spec: &mut BTreeMap<String, Datum>, path: &str, datum: Datum) {
    let Some((section, rest)) = path.split_once('.') else {
        spec.insert(path.to_owned(), datum);
        return;
    };
    let below = spec
        .entry(section.to_owned())
        .or_insert_with(|| Datum::Map(BTreeMap::new()));
    if !matches!(below, Datum::Map(_)) {
        *below = Datum::Map(BTreeMap::new());
    }
    if let Datum::Map(members) = below {
        put(members, rest, datum);
    }
}
