//! What the stages must know of a kind of manifest.

use std::{borrow::Borrow, sync::OnceLock};

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    model::{FieldMap, FieldPath, Kind, Leaf, Severity, Tree},
    provider::{Call, Lookups, Record},
};

/// Implemented by a spec struct; the only place where a kind is named.
pub trait Spec: DeserializeOwned + JsonSchema {
    /// The kind, such as `CovePartner`.
    const KIND: Kind;

    /// What has to do with more than one field. Single fields have been checked
    /// before, against their facts. Fields with errors are not there: what would be
    /// no complaint if they were is made by [`Complaints::of_absence`].
    fn check(&self, complaints: &mut Complaints) {
        let _ = complaints;
    }
}

/// Something wrong with a spec that concerns more than one field.
#[derive(Debug, Clone)]
pub struct Complaint {
    /// The check's name, in lower case with hyphens.
    pub check: &'static str,
    /// Whether it is in the way.
    pub severity: Severity,
    /// The field to point at.
    pub path: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Whether it is made because a field is not there, and so may be wrong where
    /// some could not be read.
    pub of_absence: bool,
}

/// Gathers complaints.
#[derive(Debug, Default)]
pub struct Complaints(Vec<Complaint>);

impl Complaints {
    /// Adds an error.
    pub fn error(
        &mut self,
        check: &'static str,
        path: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(Severity::Error, check, path, message.into(), hint.into());
    }

    /// Adds an error or a warning that is made because a field is not there.
    pub fn of_absence(
        &mut self,
        severity: Severity,
        check: &'static str,
        path: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(severity, check, path, message.into(), hint.into());
        if let Some(complaint) = self.0.last_mut() {
            complaint.of_absence = true;
        }
    }

    /// Adds a warning.
    pub fn warning(
        &mut self,
        check: &'static str,
        path: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(Severity::Warning, check, path, message.into(), hint.into());
    }

    fn add(
        &mut self,
        severity: Severity,
        check: &'static str,
        path: &'static str,
        message: String,
        hint: String,
    ) {
        self.0.push(Complaint {
            check,
            severity,
            path,
            message,
            hint: Some(hint),
            of_absence: false,
        });
    }

    /// The complaints in the order in which they were made.
    #[must_use]
    pub fn into_vec(self) -> Vec<Complaint> {
        self.0
    }
}

/// What the plan wants done to one resource.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Make a record.
    Create,
    /// Put our key on a record that exists, and bring its fields in line.
    Adopt,
    /// Bring fields in line.
    Update,
    /// End the record.
    End,
    /// Nothing.
    None,
    /// Nothing, because something is in the way.
    Blocked,
}

impl Action {
    /// The word for people, and for whoever writes a policy.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Adopt => "adopt",
            Self::Update => "update",
            Self::End => "end",
            Self::None => "none",
            Self::Blocked => "blocked",
        }
    }

    /// Whether an apply has something to do.
    #[must_use]
    pub fn is_carried_out(self) -> bool {
        !matches!(self, Self::None | Self::Blocked)
    }
}

/// What a provider is asked to turn into calls.
pub struct Intent<'a> {
    /// Create, adopt, update or end.
    pub action: Action,
    /// The fields to be written, in order. For a create: all that the manifest
    /// sets.
    pub fields: &'a [FieldPath],
    /// What the manifest wants, with names resolved to ids.
    pub desired: &'a Tree,
    /// What the provider has; `None` for a create.
    pub record: Option<&'a Record>,
    /// Why the record ends, for an end.
    pub reason: Option<&'a str>,
}

impl Intent<'_> {
    /// Whether one of the fields to be written is `section` or below it.
    #[must_use]
    pub fn touches(&self, section: &str) -> bool {
        self.fields.iter().any(|path| path.is_in(section))
    }

    /// The fields to be written that are `section` or below it.
    #[must_use]
    pub fn fields_in(&self, section: &str) -> Vec<FieldPath> {
        self.fields
            .iter()
            .copied()
            .filter(|path| path.is_in(section))
            .collect()
    }
}

/// Why no calls can bring about what is wanted. The change is blocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The field in question, at whose line the reader is pointed.
    pub path: Option<FieldPath>,
    /// What is in the way, and what to do: a sentence without a period.
    pub reason: String,
}

/// A provider's say on which differences are none: see
/// [`KindDef::settle`].
pub struct Settling<'a> {
    /// What the manifest wants. Where the provider's rules say that the live
    /// value satisfies it, the live value is copied here before the diff.
    pub desired: &'a mut Tree,
    /// What the provider has.
    pub record: &'a Record,
    /// The provider's look-up tables.
    pub lookups: &'a Lookups,
    /// Sentences for the reviewer about what was left alone, and why.
    pub notes: &'a mut Vec<String>,
    /// Fields whose live value has moved on by itself to one that is not what the
    /// manifest wants, and from which no run puts it back: a person has to decide.
    pub moved_on: &'a mut Vec<FieldPath>,
}

impl<'a> Settling<'a> {
    /// What the provider has in a field.
    #[must_use]
    pub fn live(&self, path: impl Borrow<str>) -> &'a Leaf {
        self.record.tree.or_unset(path)
    }

    /// Takes the live value of a field for the wanted one, so that the two do not
    /// differ. Where nothing is known of it, what is wanted stays as it is.
    pub fn accept_live(&mut self, path: FieldPath) {
        if self.record.knows(path) {
            let live = self.live(path).clone();
            self.desired.set(path, live);
        }
    }
}

/// A spec with its type erased, so that the stages can hold many.
pub struct KindDef {
    /// The kind.
    pub kind: Kind,
    /// The field that holds our key, with `metadata.name` as its default.
    pub key: &'static str,
    /// The field that holds the display name.
    pub display_name: &'static str,
    /// Whether a second record of one display name is refused wherever it is.
    pub has_unique_names: bool,
    /// Turns an intent into calls, in order. Pure. The end of a record that has
    /// ended, and that nothing is going to bring back, takes none.
    pub calls: fn(&Intent<'_>) -> Result<Vec<Call>, Refusal>,
    /// Copies into `desired` what must be left alone. Pure.
    pub settle: fn(&mut Settling<'_>),
    /// The one form of a record's id, however it is written.
    pub id: fn(&str) -> String,
    schema: fn() -> Value,
    check: fn(&Value) -> Result<Vec<Complaint>, serde_json::Error>,
    compiled: OnceLock<FieldMap>,
}

impl KindDef {
    /// Describes a spec whose records are found by a key.
    #[must_use]
    pub const fn of<S: Spec>(
        key: &'static str,
        display_name: &'static str,
        calls: fn(&Intent<'_>) -> Result<Vec<Call>, Refusal>,
        settle: fn(&mut Settling<'_>),
    ) -> Self {
        Self {
            kind: S::KIND,
            key,
            display_name,
            has_unique_names: false,
            calls,
            settle,
            id: str::to_owned,
            schema: schema::<S>,
            check: check::<S>,
            compiled: OnceLock::new(),
        }
    }

    /// The same where the ids of records can be written in several ways.
    #[must_use]
    pub const fn with_ids(mut self, id: fn(&str) -> String) -> Self {
        self.id = id;
        self
    }

    /// The same where a second record of one display name is refused.
    #[must_use]
    pub const fn with_unique_names(mut self) -> Self {
        self.has_unique_names = true;
        self
    }

    /// Describes settings, which are no record and are never written.
    #[must_use]
    pub const fn settings<S: Spec>() -> Self {
        Self::of::<S>("", "", |_| Ok(Vec::new()), |_| ())
    }

    /// The JSON Schema of the spec.
    #[must_use]
    pub fn schema(&self) -> Value {
        (self.schema)()
    }

    /// The table of its fields, compiled at first use.
    ///
    /// # Panics
    /// When the spec declares facts that make no sense; the laws compile every
    /// spec, so none such is released.
    #[must_use]
    pub fn fields(&self) -> &FieldMap {
        self.compiled.get_or_init(|| {
            FieldMap::compile(&self.schema())
                .unwrap_or_else(|error| panic!("the spec of {} is wrong: {error}", self.kind))
        })
    }

    /// Runs the checks that concern more than one field.
    ///
    /// # Errors
    /// When `spec` does not fit the typed struct although every field passed
    /// its own check.
    pub fn check(&self, spec: &Value) -> Result<Vec<Complaint>, serde_json::Error> {
        (self.check)(spec)
    }

    /// The interned path of one of its fields.
    ///
    /// # Panics
    /// When there is no such field.
    #[must_use]
    pub fn path(&self, path: &str) -> FieldPath {
        self.fields()
            .path(path)
            .unwrap_or_else(|| panic!("{} has no field `{path}`", self.kind))
    }
}

fn schema<S: Spec>() -> Value {
    SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<S>()
        .to_value()
}

fn check<S: Spec>(spec: &Value) -> Result<Vec<Complaint>, serde_json::Error> {
    let typed = S::deserialize(spec)?;
    let mut complaints = Complaints::default();
    typed.check(&mut complaints);
    Ok(complaints.into_vec())
}
