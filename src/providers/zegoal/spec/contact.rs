//! The contact.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::{
    Sensitive,
    field::{Class, Field, Filled, wire},
};

/// The contact that was made with the account.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[expect(
    clippy::struct_field_names,
    reason = "the names in a manifest follow those of the vendor"
)]
pub(crate) struct Contact {
    /// The id that Zegoal gave the contact.
    #[schemars(transform = wire("contact.contact_id").class(Class::Identity).computed())]
    pub(crate) contact_id: Filled<i64>,

    /// The company or person. Together with the mobile phone it must be unique
    /// (`AddContact` page).
    #[schemars(transform = wire("contact.company_title").class(Class::Contact))]
    pub(crate) company_title: Field<String>,

    /// The department. It can be given when the account is created; no API
    /// changes it later (`UpdateContact` page).
    #[schemars(transform = wire("contact.company_dept").class(Class::Contact).create_only())]
    pub(crate) department: Field<String>,

    /// The e-mail address.
    #[schemars(transform = wire("contact.email").class(Class::Contact).format("email"))]
    pub(crate) email: Field<Sensitive>,

    /// The mobile phone number.
    #[schemars(transform = wire("contact.mobile_phone").class(Class::Contact))]
    pub(crate) mobile_phone: Field<Sensitive>,

    /// The fixed line number. The API for changes calls it the contact's
    /// description (`UpdateContact` page).
    #[schemars(transform = wire("contact.work_phone").class(Class::Contact))]
    pub(crate) work_phone: Field<Sensitive>,
}
