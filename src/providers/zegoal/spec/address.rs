//! The postal address.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::field::{Class, Field, Filled, wire};

/// The address that was made with the account.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[expect(
    clippy::struct_field_names,
    reason = "the names in a manifest follow those of the vendor"
)]
pub(crate) struct Address {
    /// The id that Zegoal gave the address.
    #[schemars(transform = wire("address.address_id").class(Class::Identity).computed())]
    pub(crate) address_id: Filled<i64>,

    /// The company. It can be given when the account is created; no API changes
    /// it later (`UpdateAddress` page).
    #[schemars(transform = wire("address.company_name").class(Class::Contact).create_only())]
    pub(crate) company_name: Field<String>,

    /// The code of the country. Not checked by the server.
    #[schemars(transform = wire("address.country_code").class(Class::Contact))]
    pub(crate) country_code: Field<String>,

    /// The country.
    #[schemars(transform = wire("address.country").class(Class::Contact))]
    pub(crate) country: Field<String>,

    /// The postal code.
    #[schemars(transform = wire("address.postal_code").class(Class::Contact))]
    pub(crate) postal_code: Field<String>,

    /// The state of a federation.
    #[schemars(transform = wire("address.state").class(Class::Contact))]
    pub(crate) state: Field<String>,

    /// The region.
    #[schemars(transform = wire("address.region").class(Class::Contact))]
    pub(crate) region: Field<String>,

    /// The city.
    #[schemars(transform = wire("address.city").class(Class::Contact))]
    pub(crate) city: Field<String>,

    /// The street.
    #[schemars(transform = wire("address.street").class(Class::Contact))]
    pub(crate) street: Field<String>,

    /// The number of the house.
    #[schemars(transform = wire("address.house").class(Class::Contact))]
    pub(crate) house: Field<String>,

    /// Whatever else the address needs.
    #[schemars(transform = wire("address.extra_address_line").class(Class::Contact))]
    pub(crate) extra_address_line: Field<String>,
}
