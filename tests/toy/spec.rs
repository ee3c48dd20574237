//! Every field of a toy customer.

use schemars::JsonSchema;
use serde::Deserialize;
use trueup::{
    model::{
        Kind, Sensitive,
        field::{Class, DateTime, Field, Filled, Passthrough, Reference, wire},
    },
    provider::Spec,
};

/// A customer of the toy.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct ToyCustomer {
    /// Our key. The server does not keep it unique.
    #[schemars(transform = wire("code").class(Class::Identity))]
    code: Filled<String>,
    /// The display name.
    #[schemars(transform = wire("company_name").class(Class::Identity).create_needs())]
    name: Filled<String>,
    /// The customer above.
    #[schemars(transform = wire("parent_id").class(Class::Identity).reference("ToyCustomer"))]
    parent: Field<Reference>,
    /// Free text, of several lines.
    #[schemars(transform = wire("note"))]
    note: Field<String>,
    /// Since when it is a customer.
    #[schemars(transform = wire("since"))]
    since: Field<DateTime>,
    /// How it is reached; a call of its own.
    #[schemars(transform = wire("channels"))]
    channels: Field<Vec<Channel>>,
    /// Whatever the server keeps for its friends.
    #[schemars(transform = wire("extra"))]
    extra: Field<Passthrough>,
    /// Counts the writes.
    #[schemars(transform = wire("version").computed())]
    version: Field<i64>,
    billing: Billing,
    contact: Contact,
    access: Access,
}

/// What it pays, and how.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Billing {
    /// The bank account.
    #[schemars(transform = wire("billing.iban").class(Class::Bank))]
    iban: Field<Sensitive>,
    /// The VAT number.
    #[schemars(transform = wire("billing.vat").class(Class::Tax))]
    vat_number: Field<Sensitive>,
    /// The currency, for ever.
    #[schemars(transform = wire("billing.currency").class(Class::Money).create_only())]
    currency: Filled<Currency>,
    /// The days until an invoice is due.
    #[schemars(transform = wire("billing.due").class(Class::Money).unit("days").range(0, 90))]
    payment_days: Field<i64>,
    /// Whether invoices are sent.
    #[schemars(transform = wire("billing.invoiced").class(Class::Money))]
    invoiced: Field<bool>,
}

/// Whom to talk to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Contact {
    /// The address of mail, which the server may write in lower case.
    #[schemars(transform = wire("contact.email").class(Class::Contact).format("email"))]
    email: Field<Sensitive>,
    /// The region.
    #[schemars(transform = wire("contact.region").class(Class::Contact).lookup("region"))]
    region: Field<String>,
}

/// How the customer gets in.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Access {
    /// The first password, which the server never gives back.
    #[schemars(transform = wire("access.pin").write_only())]
    pin: Field<Sensitive>,
}

/// A currency.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[schemars(inline)]
enum Currency {
    #[serde(rename = "EUR")]
    Eur,
    #[serde(rename = "USD")]
    Usd,
}

/// A way to reach somebody.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
enum Channel {
    Mail,
    Phone,
    Post,
}

impl Spec for ToyCustomer {
    const KIND: Kind = "ToyCustomer";
}
