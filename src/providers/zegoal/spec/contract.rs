//! The contract.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::field::{Class, DateTime, Field, Filled, wire};

/// The contract that was made with the account.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[expect(
    clippy::struct_field_names,
    reason = "the names in a manifest follow those of the vendor"
)]
pub(crate) struct Contract {
    /// The id that Zegoal gave the contract.
    #[schemars(transform = wire("contract.contract_id").class(Class::Identity).computed())]
    pub(crate) contract_id: Filled<i64>,

    /// The number of the contract.
    #[schemars(transform = wire("contract.contract_number").class(Class::Identity))]
    pub(crate) contract_number: Field<String>,

    /// The status: a value of the tenant's dictionary `contract_status`
    /// (`CreateAccount` page).
    #[schemars(transform = wire("contract.contract_status").default_value("Signed").class(Class::Money).lookup("contract_status").known(&["Signed", "Unsigned"]))]
    pub(crate) contract_status: Filled<String>,

    /// When it was signed. The moment of creation unless given.
    #[schemars(transform = wire("contract.signing_date").class(Class::Money))]
    pub(crate) signing_date: Filled<DateTime>,

    /// From when it is valid. The moment of creation unless given.
    #[schemars(transform = wire("contract.contract_valid_from").class(Class::Money))]
    pub(crate) contract_valid_from: Filled<DateTime>,

    /// Until when it is valid; `2050-01-01` stands for no end.
    #[schemars(transform = wire("contract.contract_valid_to").default_value("2050-01-01 00:00:00").class(Class::Money))]
    pub(crate) contract_valid_to: Filled<DateTime>,

    /// Free text.
    #[schemars(transform = wire("contract.contract_description"))]
    pub(crate) contract_description: Field<String>,
}
