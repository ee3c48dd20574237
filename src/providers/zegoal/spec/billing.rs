//! The billing profile.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::{
    Sensitive,
    field::{Class, DateTime, Field, Filled, wire},
};

/// The billing profile: how, when and in what currency invoices are made.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[expect(
    clippy::struct_field_names,
    reason = "the names in a manifest follow those of the vendor"
)]
pub(crate) struct Billing {
    /// The id that Zegoal gave the billing profile.
    #[schemars(transform = wire("billing.billing_profile_id").class(Class::Identity).computed())]
    pub(crate) billing_profile_id: Filled<i64>,

    /// The bill cycle: from when to when a period runs. There is no API that
    /// lists them (`CreateAccount` page).
    #[schemars(transform = wire("billing.bill_cycle_id").default_value(1).class(Class::Money))]
    pub(crate) bill_cycle_id: Filled<i64>,

    /// How invoices are sent: a value of the tenant's dictionary
    /// `bill_dist_codes`. `e-mail` and `email` count as the same
    /// (`CreateAccount` and `UpdateAccount` pages).
    #[schemars(transform = wire("billing.bill_distribution_code").default_value("e-mail").lookup("bill_dist_codes").known(&["e-mail", "email"]))]
    pub(crate) bill_distribution_code: Filled<String>,

    /// The format of invoices (`CreateAccount` page).
    #[schemars(transform = wire("billing.bill_format_code").default_value("PDF").known(&["PDF", "CSV", "XML"]))]
    pub(crate) bill_format_code: Filled<String>,

    /// The currency: a value of the tenant's dictionary `curr_codes`
    /// (`CreateAccount` page).
    #[schemars(transform = wire("billing.curr_code").default_value("BYN").class(Class::Money).lookup("curr_codes").known(&["BYN", "USD", "UAH", "RUB"]))]
    pub(crate) currency: Filled<String>,

    /// The language of invoices; Ukrainian is `ua` here, not `uk`
    /// (`CreateAccount` page).
    #[schemars(transform = wire("billing.lang_code").default_value("ru").lookup("language").known(&["en", "ua", "ru"]))]
    pub(crate) language: Filled<String>,

    /// The template of invoices (`CreateAccount` page).
    #[schemars(transform = wire("billing.invoice_template_code").default_value("CUST").class(Class::Money).known(&["CUST", "ENT"]))]
    pub(crate) invoice_template_code: Filled<String>,

    /// The personal number of the tax payer.
    #[schemars(transform = wire("billing.tax_number").class(Class::Tax))]
    pub(crate) tax_number: Field<Sensitive>,

    /// From when the billing profile is valid. The moment of creation unless
    /// given.
    #[schemars(transform = wire("billing.valid_from").class(Class::Money))]
    pub(crate) valid_from: Filled<DateTime>,

    /// Until when the billing profile is valid; `2050-01-01` stands for no end.
    #[schemars(transform = wire("billing.valid_to").default_value("2050-01-01 00:00:00").class(Class::Money))]
    pub(crate) valid_to: Filled<DateTime>,
}
