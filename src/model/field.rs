//! The types and facts that a field of a spec can have.
//!
//! A fact that changes how the value behaves is a type ([`Field`], [`Filled`],
//! [`DateTime`], [`Reference`], [`Passthrough`],
//! [`Sensitive`](crate::model::Sensitive)); a fact that is policy about the
//! field is attached with [`wire`]. Both end as keywords in the schema, and
//! every reader reads only the compiled schema.
//!
//! ```ignore
//! /// Street of the postal address.
//! #[schemars(transform = wire("Street").class(Class::Contact))]
//! street: Field<String>,
//! ```

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, transform::Transform};
use serde::{Deserialize, Deserializer, Serialize};

pub(crate) const SENSITIVE: &str = "x-sensitive";
pub(crate) const CLASS: &str = "x-class";
pub(crate) const WIRE: &str = "x-wire";
pub(crate) const CREATE_ONLY: &str = "x-create-only";
pub(crate) const CREATE_NEEDS: &str = "x-create-needs";
pub(crate) const LOOKUP: &str = "x-lookup";
pub(crate) const REFERENCE: &str = "x-reference";
pub(crate) const UNIT: &str = "x-unit";
pub(crate) const TYPE: &str = "x-type";
pub(crate) const CREDENTIAL: &str = "x-credential";

/// Every annotation of ours that may stand in a schema.
pub(crate) const KNOWN: [&str; 10] = [
    SENSITIVE,
    CLASS,
    WIRE,
    CREATE_ONLY,
    CREATE_NEEDS,
    LOOKUP,
    REFERENCE,
    UNIT,
    TYPE,
    CREDENTIAL,
];

/// What a field is about. The plan counts changes by class and shows the
/// dangerous ones first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Bank details.
    Bank,
    /// Tax settings and numbers.
    Tax,
    /// Price, currency, terms, and what is billed.
    Money,
    /// The state that a record is in.
    Lifecycle,
    /// Keys, names and places in a hierarchy.
    Identity,
    /// People, addresses, telephones.
    Contact,
    /// Everything else.
    Other,
}

impl Class {
    /// Every class, the most dangerous first.
    pub const ALL: [Self; 7] = [
        Self::Bank,
        Self::Tax,
        Self::Money,
        Self::Lifecycle,
        Self::Identity,
        Self::Contact,
        Self::Other,
    ];

    /// The word used in plans, policies and schemas.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Tax => "tax",
            Self::Money => "money",
            Self::Lifecycle => "lifecycle",
            Self::Identity => "identity",
            Self::Contact => "contact",
            Self::Other => "other",
        }
    }

    /// Whether a change of this class is counted at the head of a plan.
    #[must_use]
    pub fn is_dangerous(self) -> bool {
        matches!(self, Self::Bank | Self::Tax | Self::Money | Self::Lifecycle)
    }
}

/// A field that may be left out (not managed), be `null` (cleared) or have a
/// value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Field<T> {
    /// Left out: not ours.
    #[default]
    Unmanaged,
    /// `null`: to be cleared.
    Clear,
    /// A value.
    Set(T),
}

impl<T> Field<T> {
    /// The value, if there is one.
    pub fn set(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Unmanaged | Self::Clear => None,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Option::<T>::deserialize(deserializer)?;
        Ok(value.map_or(Self::Clear, Self::Set))
    }
}

impl<T: JsonSchema> JsonSchema for Field<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Field_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}

/// A field that may be left out (not managed) but never be empty: the provider
/// has no way to hold nothing there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Filled<T> {
    /// Left out: not ours.
    #[default]
    Unmanaged,
    /// A value.
    Set(T),
}

impl<T> Filled<T> {
    /// The value, if there is one.
    pub fn set(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Unmanaged => None,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Filled<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::Set)
    }
}

impl<T: JsonSchema> JsonSchema for Filled<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A date, or a date and time, with or without an offset. Without one it is
/// local time of the provider's zone; a date alone is its midnight.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct DateTime(pub String);

/// The `x-type` of [`DateTime`].
pub(crate) const TYPE_DATE_TIME: &str = "date-time";

impl JsonSchema for DateTime {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "DateTime".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})?)?$",
            TYPE: TYPE_DATE_TIME,
        })
    }
}

/// Another manifest, as `{ ref: name }`, or a record's id at the provider.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Reference(pub serde_json::Value);

/// The `x-type` of [`Reference`].
pub(crate) const TYPE_REFERENCE: &str = "reference";

impl JsonSchema for Reference {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Reference".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "anyOf": [
                { "type": "string" },
                { "type": "integer" },
                {
                    "type": "object",
                    "properties": { "ref": { "type": "string" } },
                    "required": ["ref"],
                    "additionalProperties": false,
                },
            ],
            TYPE: TYPE_REFERENCE,
        })
    }
}

/// A structure whose shape the provider does not publish. It is compared and
/// sent as it is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Passthrough(pub serde_json::Value);

/// The `x-type` of [`Passthrough`].
pub(crate) const TYPE_PASSTHROUGH: &str = "passthrough";

impl JsonSchema for Passthrough {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Passthrough".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": ["array", "object"], TYPE: TYPE_PASSTHROUGH })
    }
}

/// A secret by which we are known to a provider. A manifest must give it as
/// `{ env: NAME }` or `{ file: path }`.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Credential(pub secrecy::SecretString);

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(credential)")
    }
}

impl JsonSchema for Credential {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Credential".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "string", SENSITIVE: true, CREDENTIAL: true })
    }
}

/// The facts about a field that are policy. Made by [`wire`].
#[derive(Debug, Clone)]
pub struct FieldFacts(Vec<(&'static str, serde_json::Value)>);

/// Starts the facts of a field that the provider calls `name`; a dot leads into
/// a group of the request or answer.
#[must_use]
pub fn wire(name: &str) -> FieldFacts {
    FieldFacts(vec![(WIRE, name.into())])
}

/// Starts the facts of a field that is on no provider's wire.
#[must_use]
pub fn local() -> FieldFacts {
    FieldFacts(Vec::new())
}

impl FieldFacts {
    fn with(mut self, key: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.0.push((key, value.into()));
        self
    }

    /// What the field is about; [`Class::Other`] unless said.
    #[must_use]
    pub fn class(self, class: Class) -> Self {
        self.with(CLASS, class.word())
    }

    /// Masked wherever it is shown, for fields whose type does not say so already.
    #[must_use]
    pub fn sensitive(self) -> Self {
        self.with(SENSITIVE, true)
    }

    /// Can be given when the record is created, and never changed.
    #[must_use]
    pub fn create_only(self) -> Self {
        self.with(CREATE_ONLY, true)
    }

    /// Without it a record cannot be created.
    #[must_use]
    pub fn create_needs(self) -> Self {
        self.with(CREATE_NEEDS, true)
    }

    /// Made by the provider; refused in a manifest.
    #[must_use]
    pub fn computed(self) -> Self {
        self.with("readOnly", true)
    }

    /// Accepted by the provider, never returned; so it is sent when the record
    /// is created and never compared.
    #[must_use]
    pub fn write_only(self) -> Self {
        self.with("writeOnly", true)
    }

    /// Holds an id that stands in this look-up table of the provider; a
    /// manifest may give the name.
    #[must_use]
    pub fn lookup(self, table: &'static str) -> Self {
        self.with(LOOKUP, table)
    }

    /// Refers to another manifest of this kind.
    #[must_use]
    pub fn reference(self, kind: &'static str) -> Self {
        self.with(REFERENCE, kind)
    }

    /// The unit of the number, such as `days`.
    #[must_use]
    pub fn unit(self, unit: &'static str) -> Self {
        self.with(UNIT, unit)
    }

    /// What the provider puts there when a record is made without it, by its
    /// documents.
    #[must_use]
    pub fn default_value(self, value: impl Into<serde_json::Value>) -> Self {
        self.with("default", value)
    }

    /// Values that are known, where the provider may know more.
    #[must_use]
    pub fn known(self, values: &[&str]) -> Self {
        self.with("examples", values.to_vec())
    }

    /// A standard format: `email`, `uuid` or `uri`.
    #[must_use]
    pub fn format(self, format: &'static str) -> Self {
        self.with("format", format)
    }

    /// The most characters.
    #[must_use]
    pub fn characters_max(self, number: u32) -> Self {
        self.with("maxLength", number)
    }

    /// The smallest and largest number.
    #[must_use]
    pub fn range(self, minimum: i64, maximum: i64) -> Self {
        self.with("minimum", minimum).with("maximum", maximum)
    }
}

impl Transform for FieldFacts {
    fn transform(&mut self, schema: &mut Schema) {
        for (key, value) in &self.0 {
            schema.insert((*key).to_owned(), value.clone());
        }
    }
}
