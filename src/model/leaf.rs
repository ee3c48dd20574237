//! Canonical values: what a manifest wants and what a provider has, in one
//! form, so that comparing them needs no special case.

use std::{
    borrow::Borrow,
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::model::{Address, FieldPath, Sensitive};

/// The value of one field.
#[derive(Clone, PartialEq, Eq)]
pub enum Leaf {
    /// Nothing: `null` in a manifest; `""`, `null`, absent or a zero id on a
    /// wire.
    Unset,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Text, an id, the name of an enum value, or a date and time in the
    /// provider's zone written `2050-01-01 00:00:00`; in the tree of a manifest
    /// one with its offset keeps it until it is resolved.
    Text(String),
    /// Text of which at most the last four characters are shown.
    Sensitive(Sensitive),
    /// A set of names; order and repetition carry no meaning.
    Set(BTreeSet<String>),
    /// A structure that is passed through as it is.
    Json(serde_json::Value),
    /// Another manifest. The planner replaces it by the id of its record.
    Reference(Address),
}

impl fmt::Debug for Leaf {
    /// Structures are masked: nothing says whether they hold personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset => f.write_str("Unset"),
            Self::Bool(value) => f.debug_tuple("Bool").field(value).finish(),
            Self::Integer(value) => f.debug_tuple("Integer").field(value).finish(),
            Self::Text(text) => f.debug_tuple("Text").field(text).finish(),
            Self::Sensitive(text) => text.fmt(f),
            Self::Set(names) => f.debug_tuple("Set").field(names).finish(),
            Self::Json(_) => f.write_str("(structure)"),
            Self::Reference(address) => f.debug_tuple("Reference").field(address).finish(),
        }
    }
}

impl Leaf {
    /// The text of a text leaf, sensitive or not.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Sensitive(text) => Some(text.expose()),
            Self::Unset
            | Self::Bool(_)
            | Self::Integer(_)
            | Self::Set(_)
            | Self::Json(_)
            | Self::Reference(_) => None,
        }
    }

    /// Whether the field holds nothing.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        *self == Self::Unset
    }
}

/// The fields of one record: those that a manifest manages, or those that a
/// provider returned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<FieldPath, Leaf>);

impl Tree {
    /// The value at `path`, if the tree has the field at all.
    #[must_use]
    pub fn get(&self, path: FieldPath) -> Option<&Leaf> {
        self.0.get(&path)
    }

    /// The value at a path written out, for provider code that names a field.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Leaf> {
        self.0.get(path)
    }

    /// The value at `path`. A field that the tree does not have holds nothing.
    #[must_use]
    pub fn or_unset(&self, path: impl Borrow<str>) -> &Leaf {
        let path: &str = path.borrow();
        self.0.get(path).unwrap_or(&Leaf::Unset)
    }

    /// The text at a path written out; nothing when it is unset or no text.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.at(path).and_then(Leaf::text)
    }

    /// Sets the value at `path`.
    pub fn set(&mut self, path: FieldPath, leaf: Leaf) {
        self.0.insert(path, leaf);
    }

    /// Takes the field out.
    pub fn remove(&mut self, path: FieldPath) -> Option<Leaf> {
        self.0.remove(&path)
    }

    /// All fields, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (FieldPath, &Leaf)> {
        self.0.iter().map(|(path, leaf)| (*path, leaf))
    }

    /// Whether there is no field at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the tree has a field below `section`, or `section` itself.
    #[must_use]
    pub fn touches(&self, section: &str) -> bool {
        self.0.keys().any(|path| path.is_in(section))
    }
}

impl FromIterator<(FieldPath, Leaf)> for Tree {
    fn from_iter<I: IntoIterator<Item = (FieldPath, Leaf)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}
