//! Rows of list answers exactly as the service writes them. Members that are
//! not named here are ignored.

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::Value;

use crate::provider::codec;

/// An id: a number, which the service also takes as text, so that it may give
/// it as text one day.
fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let json = Value::deserialize(deserializer)?;
    codec::as_integer(&json).ok_or_else(|| D::Error::custom("an id is no whole number"))
}

/// An id, or another whole number, that may be missing.
fn id_if_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let json = Value::deserialize(deserializer)?;
    Ok(codec::as_integer(&json))
}

/// The members of the answer to `Login` that matter here.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UserInfo {
    /// The customer that the user belongs to: the root of all that it sees.
    #[serde(deserialize_with = "id")]
    pub(super) partner_id: i64,
    /// Only shown to people, like all that follows, so of any form.
    #[serde(default)]
    pub(super) id: Value,
    #[serde(default)]
    pub(super) role_id: Value,
    #[serde(default)]
    pub(super) flags: Value,
    #[serde(default)]
    pub(super) two_factor_authentication_status: Value,
}

/// A line of `EnumeratePartners`. `Id`, `ParentId` and `Level` come always, the
/// others because they were asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PartnerRow {
    #[serde(deserialize_with = "id")]
    pub(super) id: i64,
    #[serde(default, deserialize_with = "id_if_any")]
    pub(super) parent_id: Option<i64>,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) level: Option<String>,
    #[serde(default)]
    pub(super) external_code: Option<String>,
}

/// The answer to `EnumerateChildPartners`: a customer, and those right below it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChildNode {
    #[serde(default)]
    pub(super) info: Option<PartnerRow>,
    #[serde(default, deserialize_with = "id_if_any")]
    pub(super) actual_child_count: Option<i64>,
    #[serde(default)]
    pub(super) children: Option<Vec<ChildNode>>,
}

/// A line of `EnumerateLocations`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LocationRow {
    #[serde(deserialize_with = "id")]
    pub(super) id: i64,
    #[serde(default)]
    pub(super) name: Option<String>,
}

/// A line of `EnumerateCountries`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CountryRow {
    #[serde(default)]
    pub(super) name: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default)]
    pub(super) iso_code: Option<String>,
}

/// A line of `EnumeratePartnerStateTransitions`: a legal move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Transition {
    pub(super) old_state: String,
    pub(super) action: String,
    pub(super) new_state: String,
}
