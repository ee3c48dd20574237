//! A canonical value as a manifest writes it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::Value as Json;

use super::scalar::{self, Quotes};
use crate::{
    model::{Address, Facts, Kind, Leaf, RemoteId, Sensitive, field_map::ValueType},
    provider::Lookups,
};

/// A value as a manifest writes it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`: the field is to be empty.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A text, the name of a look-up's entry, or an id.
    Text(String),
    /// A date, or a date and time, which need no quotes.
    Date(String),
    /// A set of names.
    Names(BTreeSet<String>),
    /// A structure that is passed through.
    Structure(Json),
    /// `{ ref: name }`.
    Reference(Arc<str>),
    /// A sensitive text, in clear, because the user asked for that.
    Clear(Sensitive),
    /// `{ env: NAME }`, and what the variable is to hold.
    Variable(String, Sensitive),
}

/// The manifests of the records that exist, by kind and id.
pub type Known = BTreeMap<(Kind, RemoteId), Address>;

impl Value {
    /// How a manifest writes a live value; nothing where no manifest can.
    ///
    /// An id that stands in a look-up table becomes its name where that name is
    /// nobody else's, and the id of a record that a manifest describes becomes
    /// a reference.
    #[must_use]
    pub fn of(leaf: &Leaf, facts: &Facts, lookups: &Lookups, known: &Known) -> Option<Self> {
        let text = match leaf {
            Leaf::Unset => return facts.clearable.then_some(Self::Null),
            Leaf::Bool(value) => return Some(Self::Bool(*value)),
            Leaf::Integer(value) => return Some(Self::Integer(*value)),
            Leaf::Set(names) => return Some(Self::Names(names.clone())),
            Leaf::Json(json) => return Some(Self::Structure(json.clone())),
            Leaf::Reference(_) => return None,
            Leaf::Sensitive(text) => text.expose(),
            Leaf::Text(text) => text,
        };
        let written = match facts.lookup {
            Some(table) => name(table, text, lookups)?,
            None => text.to_owned(),
        };
        if facts.sensitive || matches!(leaf, Leaf::Sensitive(_)) {
            return Some(Self::Clear(Sensitive::new(written)));
        }
        if let Some(kind) = facts.reference
            && let Some(address) = known.get(&(kind, RemoteId(text.to_owned())))
        {
            return Some(Self::Reference(Arc::clone(&address.name)));
        }
        if facts.value_type == ValueType::DateTime {
            let date = written.strip_suffix(" 00:00:00").unwrap_or(&written);
            return Some(Self::Date(date.to_owned()));
        }
        Some(Self::Text(written))
    }

    /// The value on one line, fit for block and flow style.
    #[must_use]
    pub fn written(&self) -> String {
        self.quoted(Quotes::AsNeeded)
    }

    /// The same with texts in these quotes.
    pub(super) fn quoted(&self, quotes: Quotes) -> String {
        let word = |word: &str| match quotes {
            Quotes::Double => scalar::double(word),
            Quotes::AsNeeded | Quotes::Single => word.to_owned(),
        };
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Date(date) if quotes == Quotes::AsNeeded => date.clone(),
            Self::Text(text) | Self::Date(text) => scalar::text(text, quotes),
            Self::Clear(text) => scalar::text(text.expose(), quotes),
            Self::Names(names) => {
                let names: Vec<String> = names
                    .iter()
                    .map(|name| scalar::text(name, quotes))
                    .collect();
                format!("[{}]", names.join(", "))
            }
            Self::Structure(json) => scalar::structure(json),
            Self::Reference(name) => {
                format!("{{ {}: {} }}", word("ref"), scalar::text(name, quotes))
            }
            Self::Variable(name, _) => {
                format!("{{ {}: {} }}", word("env"), scalar::text(name, quotes))
            }
        }
    }
}

/// The first name of an id that stands for nothing else, or else the id; nothing
/// when the table does not take it.
fn name(table: &str, id: &str, lookups: &Lookups) -> Option<String> {
    let leads_back = |said: &&str| lookups.resolve(table, said).as_deref() == Ok(id);
    let choice = lookups
        .table(table)
        .and_then(|table| table.choices.iter().find(|choice| choice.id == id));
    let names = choice.into_iter().flat_map(|choice| {
        std::iter::once(choice.name.as_str()).chain(choice.aliases.iter().map(String::as_str))
    });
    names
        .chain([id])
        .filter(|said| !said.is_empty())
        .find(leads_back)
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::{Choice, Table};

    #[test]
    fn a_name_stands_for_an_id_only_where_it_is_nobody_elses() {
        let choice = |id: &str, name: &str, alias: &str| Choice {
            id: id.to_owned(),
            name: name.to_owned(),
            aliases: vec![alias.to_owned()],
        };
        let mut lookups = Lookups::default();
        let choices = vec![
            choice("1", "Bulgaria", "BG"),
            choice("2", "Other", "Hardware/Other"),
            choice("3", "Other", "Software/Other"),
            choice("4", "Twin", "twin"),
            choice("5", "Twin", "twin"),
        ];
        let table = |open| Table {
            choices: choices.clone(),
            open,
        };
        lookups.add("closed", table(false));
        lookups.add("open", table(true));
        for (id, said) in [
            ("1", Some("Bulgaria")),
            ("2", Some("Hardware/Other")),
            ("5", Some("5")),
            ("9", None),
        ] {
            assert_eq!(name("closed", id, &lookups).as_deref(), said, "{id}");
        }
        assert_eq!(name("open", "9", &lookups).as_deref(), Some("9"));
        assert_eq!(name("not there", "1", &lookups), None);
    }

    #[test]
    fn values_are_written_on_one_line() {
        let names =
            |names: &[&str]| Value::Names(names.iter().map(|&name| name.to_owned()).collect());
        for (value, written) in [
            (Value::Null, "null"),
            (Value::Bool(true), "true"),
            (Value::Integer(-3), "-3"),
            (Value::Text("NO".to_owned()), "\"NO\""),
            (Value::Date("2050-01-01".to_owned()), "2050-01-01"),
            (names(&["b", "a"]), "[a, b]"),
            (Value::Reference("acme".into()), "{ ref: acme }"),
            (
                Value::Variable("TRUEUP_X".to_owned(), Sensitive::new("secret")),
                "{ env: TRUEUP_X }",
            ),
            (
                Value::Structure(serde_json::json!([{ "a": 1 }])),
                "[{\"a\": 1}]",
            ),
        ] {
            let found = value.written().replace('\'', "\"");
            assert_eq!(found, written);
        }
        let reference = Value::Reference("acme".into()).quoted(Quotes::Double);
        assert_eq!(reference, "{ \"ref\": \"acme\" }");
    }
}
