//! Rows of list answers exactly as the service writes them. Members that are
//! not named here are ignored.

use serde::{Deserialize, Serialize};

/// The members of the answer to `Login` that matter here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UserInfo {
    /// The customer that the user belongs to: the root of all that it sees.
    pub(super) partner_id: i64,
}

/// A line of `EnumeratePartners`. `Id`, `ParentId` and `Level` come always, the
/// others because they were asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PartnerRow {
    pub(super) id: i64,
    #[serde(default)]
    pub(super) parent_id: Option<i64>,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) level: Option<String>,
    #[serde(default)]
    pub(super) external_code: Option<String>,
}

/// A line of `EnumerateLocations`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LocationRow {
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
