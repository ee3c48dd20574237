//! Everything that the two services remember.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::ids::guid;
use crate::simulator::KnobSettings;

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// The form of the state document; raised when an older one cannot be read.
const FORMAT: u32 = 1;

/// The whole state. It is written and read as one JSON document.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    format: u32,
    /// What every made-up identifier is derived from.
    pub(super) seed: u64,
    /// How many ids have been given out since the fixture.
    ids_made: u64,
    /// The numeric id of the next tenant.
    pub(super) next_number: u64,
    /// Whether the many customers of the large fixture are there.
    pub(super) large_fixture: bool,
    pub(super) clients: Vec<ApiClient>,
    /// By the token's own text.
    pub(super) tokens: BTreeMap<String, Token>,
    /// In the order of creation; deleted ones stay.
    pub(super) tenants: Vec<Tenant>,
    /// The customers of Advanced Automation, the partner itself first.
    pub(super) records: Vec<Record>,
    /// Customer tenants whose automatic record has yet to appear.
    pub(super) pending: Vec<Pending>,
    pub(super) taxes: Vec<Object>,
    /// The customers' own groups.
    pub(super) groups: Vec<Object>,
}

/// Someone who may ask for tokens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApiClient {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) name: String,
    /// The root of what this client may touch.
    pub(super) tenant_id: String,
    pub(super) scopes: Vec<String>,
}

/// An access token that was given out.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Token {
    pub(super) client_id: String,
    pub(super) scopes: Vec<String>,
    /// Unix seconds.
    pub(super) expires_on: i64,
}

/// A tenant of Account Management.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tenant {
    /// The numeric id that Advanced Automation shows as `ExternalTenantId`.
    pub(super) number: u64,
    /// The tenant as Account Management writes it, without the derived keys.
    pub(super) object: Object,
    /// The contact that can be given at creation only, or null.
    pub(super) billing_contact: Value,
    pub(super) pricing: Object,
    /// The tenant whose deletion took this one along; itself, when it was the
    /// target.
    pub(super) removed_with: Option<String>,
}

/// A customer of Advanced Automation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    /// All 71 fields. Unset references are null, the roundup is a number or
    /// null, an alias or a fallback e-mail that nobody set is empty.
    pub(super) fields: Object,
    /// The local date-time that only the list shows.
    pub(super) created: String,
}

/// An automatic record that has yet to appear.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pending {
    pub(super) tenant_id: String,
    /// Unix seconds.
    pub(super) due_at: i64,
    /// Customer reads since the tenant was created.
    pub(super) reads: u32,
}

impl State {
    /// A state with nothing in it.
    pub(super) fn empty(seed: u64, next_number: u64) -> Self {
        Self {
            format: FORMAT,
            seed,
            ids_made: 0,
            next_number,
            large_fixture: false,
            clients: Vec::new(),
            tokens: BTreeMap::new(),
            tenants: Vec::new(),
            records: Vec::new(),
            pending: Vec::new(),
            taxes: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// The state as a document.
    pub(super) fn to_document(&self) -> Value {
        serde_json::to_value(self).expect("every part of the state has text keys")
    }

    /// Reads a document that [`State::to_document`] gave.
    pub(super) fn from_document(document: Value) -> Result<Self, String> {
        let state: Self = serde_json::from_value(document)
            .map_err(|error| format!("the state is not one of the Acronis simulator: {error}"))?;
        if state.format != FORMAT {
            return Err(format!(
                "the state has format {}, but this version reads format {FORMAT}",
                state.format
            ));
        }
        Ok(state)
    }

    /// A new id; the same sequence for the same seed.
    pub(super) fn new_id(&mut self) -> String {
        self.ids_made += 1;
        guid(self.seed, &format!("made:{}", self.ids_made))
    }

    /// The numeric id of a new tenant.
    pub(super) fn new_number(&mut self) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        number
    }

    pub(super) fn tenant(&self, id: &str) -> Option<&Tenant> {
        self.tenants.iter().find(|tenant| tenant.id() == id)
    }

    /// Whether `id` is `root` or lies below it.
    pub(super) fn is_within(&self, id: &str, root: &str) -> bool {
        self.lineage(id).any(|tenant| tenant.id() == root)
    }

    /// The tenant, its parent, and so on up to the root.
    pub(super) fn lineage(&self, id: &str) -> impl Iterator<Item = &Tenant> {
        std::iter::successors(self.tenant(id), |tenant| {
            let parent_id = tenant.parent_id();
            // The root is its own parent.
            (parent_id != tenant.id())
                .then(|| self.tenant(parent_id))
                .flatten()
        })
    }

    /// Whether a tenant has a child that is not deleted.
    pub(super) fn has_children(&self, id: &str) -> bool {
        self.tenants
            .iter()
            .any(|tenant| tenant.parent_id() == id && tenant.id() != id && !tenant.is_deleted())
    }

    pub(super) fn record_position(&self, id: &str) -> Option<usize> {
        self.records.iter().position(|record| record.id() == id)
    }

    /// The record that is linked to a tenant.
    pub(super) fn record_position_of_tenant(&self, tenant_id: &str) -> Option<usize> {
        self.records
            .iter()
            .position(|record| record.tenant_id() == Some(tenant_id))
    }

    /// The id of the tax that is marked as the default.
    pub(super) fn default_tax(&self) -> Value {
        self.taxes
            .iter()
            .find(|tax| tax.get("IsDefault") == Some(&json!(true)))
            .and_then(|tax| tax.get("Id").cloned())
            .unwrap_or_default()
    }
}

impl Tenant {
    pub(super) fn id(&self) -> &str {
        text(&self.object, "id")
    }

    pub(super) fn parent_id(&self) -> &str {
        text(&self.object, "parent_id")
    }

    pub(super) fn name(&self) -> &str {
        text(&self.object, "name")
    }

    pub(super) fn kind(&self) -> &str {
        text(&self.object, "kind")
    }

    pub(super) fn is_enabled(&self) -> bool {
        flag(&self.object, "enabled")
    }

    pub(super) fn is_deleted(&self) -> bool {
        self.object
            .get("deleted_at")
            .is_some_and(|at| !at.is_null())
    }

    pub(super) fn version(&self) -> i64 {
        integer(&self.object, "version")
    }

    /// The one who alone may change the tenant, when it is locked.
    pub(super) fn lock_owner(&self) -> Option<&str> {
        let lock = self.object.get("update_lock")?.as_object()?;
        flag(lock, "enabled").then(|| text(lock, "owner_id"))
    }

    /// Raises the version and notes the time, as every write does.
    pub(super) fn touch(&mut self, now: Timestamp, knobs: &KnobSettings) {
        let mut version = self.version() + 1;
        if knobs.is("version", "ms") {
            version = version.max(now.as_millisecond());
        }
        self.object.insert("version".to_owned(), json!(version));
        self.object
            .insert("updated_at".to_owned(), json!(now.to_string()));
    }
}

impl Record {
    pub(super) fn id(&self) -> &str {
        text(&self.fields, "Id")
    }

    pub(super) fn name(&self) -> &str {
        text(&self.fields, "Name")
    }

    /// The tenant that the record is linked to.
    pub(super) fn tenant_id(&self) -> Option<&str> {
        self.fields.get("ExternalTenantUUID")?.as_str()
    }

    /// False for the partner itself.
    pub(super) fn is_customer(&self) -> bool {
        flag(&self.fields, "IsTier4")
    }

    /// Whether billing information was ever written.
    pub(super) fn has_billing_information(&self) -> bool {
        flag(&self.fields, "PaidAccount")
    }
}

/// The text under a key; empty when there is none.
pub(super) fn text<'a>(object: &'a Object, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The boolean under a key; false when there is none.
pub(super) fn flag(object: &Object, key: &str) -> bool {
    object.get(key).and_then(Value::as_bool).unwrap_or_default()
}

/// The integer under a key; 0 when there is none.
pub(super) fn integer(object: &Object, key: &str) -> i64 {
    object.get(key).and_then(Value::as_i64).unwrap_or_default()
}

/// The object inside a JSON literal.
pub(super) fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}
