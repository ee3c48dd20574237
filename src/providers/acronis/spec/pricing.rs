//! The `pricing` section: what the platform charges the tenant as.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::field::{Class, Field, Filled, wire};

/// The pricing of a tenant.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Pricing {
    /// Pricing mode. A customer starts as `trial` and turns into `production`
    /// by itself after a full month; the way back does not exist, so a manifest
    /// that still says `trial` is left alone (Acronis contract, 3.2 and 3.3).
    #[schemars(transform = wire("mode").class(Class::Lifecycle))]
    pub(crate) mode: Filled<PricingMode>,
    /// Currency of the prices.
    #[schemars(transform = wire("currency").class(Class::Money))]
    pub(crate) currency: Field<PricingCurrency>,
    /// When the tenant turned, or will turn, into production.
    #[schemars(transform = wire("production_start_date").computed())]
    pub(crate) production_start_date: Field<String>,
    /// Version of the pricing, which is not that of the tenant.
    #[schemars(transform = wire("version").computed())]
    pub(crate) version: Field<i64>,
}

/// A pricing mode (Acronis contract, 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum PricingMode {
    Trial,
    Production,
    Suspended,
}

/// The currencies that the platform knows (Acronis contract, 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schemars(inline)]
pub(crate) enum PricingCurrency {
    Aud,
    Brl,
    Cad,
    Cny,
    Eur,
    Gbp,
    Jpy,
    Kzt,
    Nzd,
    Rub,
    Usd,
    Zar,
}
