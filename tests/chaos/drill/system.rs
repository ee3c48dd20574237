//! What the drill knows of a billing system: its fields, and how its raw state
//! is read. Nothing here uses the types of the client.

use serde_json::Value;

use super::{canary::Shape, view::View};

/// One billing system.
pub(crate) struct System {
    /// Its name, also that of its `Provider` manifest here.
    pub(crate) name: &'static str,
    /// The kind of its records.
    pub(crate) kind: &'static str,
    /// The field that holds the display name, which is unique, and its place.
    pub(crate) display_name: (&'static str, &'static str),
    /// The place of the key.
    pub(crate) key_place: &'static str,
    /// The field that names the record above, and its place.
    pub(crate) parent: (&'static str, &'static str),
    /// The fields that the drill sets, beside key, name and parent.
    pub(crate) fields: &'static [Field],
    /// Places that the system changes by itself.
    pub(crate) restless: &'static [&'static str],
    /// Places that go with a field: while the field is managed, they may
    /// change.
    pub(crate) together: &'static [(&'static str, &'static str)],
    /// Places for which another stands in while they are empty. Nobody can tell
    /// the difference, and nobody can keep them empty.
    pub(crate) copies: &'static [(&'static str, &'static str)],
    /// The ids of the records of the fixture that may be adopted.
    pub(crate) adoptable: fn(&Value) -> Vec<String>,
    /// All records in a state, those that have ended too.
    pub(crate) records: fn(&Value) -> Vec<Raw>,
    /// The operations that write, for faults.
    pub(crate) writes: &'static [&'static str],
}

/// A record as the system keeps it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Raw {
    /// Its id.
    pub(crate) remote: String,
    /// Our key; empty when it has none.
    pub(crate) key: String,
    /// The id by which other records name it.
    pub(crate) linked_as: Value,
    /// Whether it has ended.
    pub(crate) ended: bool,
    /// The place of its parts in the state: the start of a place in the view,
    /// and the pointer that stands for it.
    pub(crate) parts: Vec<(String, String)>,
    /// All that is known of it.
    pub(crate) view: View,
}

impl Raw {
    /// The pointer to a place of the view in the state.
    pub(crate) fn pointer(&self, place: &str) -> Option<String> {
        self.parts.iter().find_map(|(start, pointer)| {
            let rest = place.strip_prefix(start.as_str())?;
            Some(format!("{pointer}{rest}"))
        })
    }
}

/// A field of a manifest and its place in the raw record.
pub(crate) struct Field {
    /// Its path in the manifest's spec.
    pub(crate) path: &'static str,
    /// Its place in the view.
    pub(crate) place: &'static str,
    /// The values that it can have.
    pub(crate) values: Values,
    /// Whether `null` clears it.
    pub(crate) clears: bool,
    /// When it can be given.
    pub(crate) when: When,
}

/// When a field can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// Whenever.
    Always,
    /// Only when the record is made.
    AtCreation,
    /// In every manifest that can make a record.
    Needed,
    /// Once there, it only moves on to later values of the list.
    Onward,
}

/// The values that a field can have.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Values {
    /// Any text.
    Text,
    /// A canary.
    Canary(Shape),
    /// A value in a manifest and what it is in the record, both as JSON, or as
    /// text where they are none.
    Choice(&'static [(&'static str, &'static str)]),
    /// A name in a manifest, and the record of the fixture that has its id at
    /// the same place.
    SameAs(&'static [(&'static str, &'static str)]),
    /// A whole number.
    Number(u64, u64),
    /// A day, which the record keeps as its midnight.
    Day,
}

const fn field(path: &'static str, place: &'static str, values: Values) -> Field {
    Field {
        path,
        place,
        values,
        clears: false,
        when: When::Always,
    }
}

/// Text that can be cleared.
pub(crate) const fn text(path: &'static str, place: &'static str) -> Field {
    clearable(path, place, Values::Text)
}

/// A sensitive value that can be cleared.
pub(crate) const fn secret(path: &'static str, place: &'static str, shape: Shape) -> Field {
    clearable(path, place, Values::Canary(shape))
}

/// A field that can be cleared.
pub(crate) const fn clearable(path: &'static str, place: &'static str, values: Values) -> Field {
    Field {
        clears: true,
        ..field(path, place, values)
    }
}

/// A field that always has a value.
pub(crate) const fn filled(path: &'static str, place: &'static str, values: Values) -> Field {
    field(path, place, values)
}

/// A field that can be given at another time than whenever.
pub(crate) const fn only(
    when: When,
    path: &'static str,
    place: &'static str,
    values: Values,
) -> Field {
    Field {
        when,
        ..field(path, place, values)
    }
}

/// A truth value.
pub(crate) const FLAG: Values = Values::Choice(&[("true", "true"), ("false", "false")]);
