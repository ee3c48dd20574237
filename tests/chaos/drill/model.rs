//! What is wanted, in plain values: the drill's own memory, from which the
//! manifests are written and against which the raw records are checked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::system::System;

/// Everything that is wanted of all systems.
#[derive(Clone, Default)]
pub(crate) struct Model {
    pub(crate) records: Vec<Record>,
}

/// One manifest.
#[derive(Clone)]
pub(crate) struct Record {
    pub(crate) system: &'static System,
    /// `metadata.name`.
    pub(crate) name: String,
    /// The key; the name unless the record had another before.
    pub(crate) key: String,
    /// The level of a Cove customer.
    pub(crate) level: Option<&'static str>,
    /// The display name, if it is managed.
    pub(crate) display_name: Option<String>,
    /// The managed fields by path.
    pub(crate) fields: BTreeMap<&'static str, Wanted>,
    /// The fields whose values came from outside once. They go on to: what the
    /// provider still has of such a value would else be shown as the old one.
    pub(crate) from_outside: BTreeSet<&'static str>,
    /// The name of the record above.
    pub(crate) parent: Option<String>,
    /// The id of the record that is adopted.
    pub(crate) adopts: Option<String>,
    pub(crate) labels: BTreeMap<&'static str, &'static str>,
    pub(crate) end: End,
    /// Whether the record was there before any manifest.
    pub(crate) found: bool,
    /// Whether the manifest has gone from git.
    pub(crate) vanished: bool,
}

/// Whether a manifest ends its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    No,
    /// At a day long past.
    Due,
    /// The same, and there was never such a record.
    DueBeforeItBegan,
    /// At a day far ahead.
    Later,
}

/// What is wanted of one field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    /// As the manifest says it.
    pub(crate) given: Value,
    /// As the record has it; nothing when it is cleared.
    pub(crate) kept: Option<Value>,
    /// The variable that the value comes from, and what is in it.
    pub(crate) outside: Option<(String, String)>,
}

impl Model {
    /// The record of that system and name.
    pub(crate) fn get(&self, system: &System, name: &str) -> Option<&Record> {
        self.records
            .iter()
            .find(|record| record.system.name == system.name && record.name == name)
    }

    /// Whether another record stands below this one.
    pub(crate) fn is_parent(&self, at: usize) -> bool {
        let above = &self.records[at];
        self.records.iter().any(|record| {
            record.system.name == above.system.name
                && record.parent.as_deref() == Some(above.name.as_str())
        })
    }

    /// All variables that the manifests need.
    pub(crate) fn variables(&self) -> BTreeMap<String, String> {
        self.records
            .iter()
            .flat_map(|record| record.fields.values())
            .filter_map(|wanted| wanted.outside.clone())
            .collect()
    }
}

impl Record {
    /// Whether there is to be a record at all, live or ended.
    pub(crate) fn is_to_exist(&self) -> bool {
        self.found || self.end != End::DueBeforeItBegan
    }

    /// Whether the record is to be live, and as the manifest says.
    pub(crate) fn is_managed(&self) -> bool {
        !self.vanished && matches!(self.end, End::No | End::Later)
    }
}
