//! The countries of the service: all of ISO 3166, each with the location that
//! serves it.

use rust_iso3166::{ALL, CountryCode, from_alpha2};
use serde_json::{Value, json};

use crate::simulator::KnobSettings;

use super::{
    context::{Answer, Context, Outcome},
    locations,
    names::is_lowercase_of,
    refusal::Refusal,
};

/// Names that the service spells in the short everyday form. `Netherlands` is
/// in the vendor's samples; the other two are assumed after it.
const EVERYDAY_NAMES: [(&str, &str); 3] = [
    ("GB", "United Kingdom"),
    ("NL", "Netherlands"),
    ("US", "United States"),
];

/// The service's English name of a country.
fn name(country: CountryCode) -> &'static str {
    EVERYDAY_NAMES
        .iter()
        .find(|(code, _)| *code == country.alpha2)
        .map_or(country.name, |(_, name)| name)
}

fn by_iso_code(code: &str) -> Option<CountryCode> {
    from_alpha2(&code.to_uppercase())
}

fn by_name(text: &str) -> Option<CountryCode> {
    let wanted = text.to_lowercase();
    ALL.iter().copied().find(|country| {
        is_lowercase_of(&wanted, name(*country)) || is_lowercase_of(&wanted, country.name)
    })
}

fn by_either(text: &str) -> Option<CountryCode> {
    by_iso_code(text).or_else(|| by_name(text))
}

/// The location that serves a country, given in either form.
pub(super) fn location(text: &str) -> Option<i64> {
    by_either(text).map(|country| locations::serving(country.alpha2))
}

/// Refuses what is no country, as the knob wants it. Empty text clears.
pub(super) fn check(text: &str, knobs: &KnobSettings) -> Result<(), Refusal> {
    if text.is_empty() || by_either(text).is_some() {
        return Ok(());
    }
    match knobs.get("unknown_country") {
        "accepted" => Ok(()),
        "zero" => Err(Refusal::invalid("Country is unknown.")),
        _ => Err(Refusal::entity_not_found("Country")),
    }
}

/// A country as it reads back after `sent`.
pub(super) fn on_read(sent: &str, knobs: &KnobSettings) -> String {
    let Some(country) = by_either(sent) else {
        return sent.to_owned();
    };
    match knobs.get("country_on_read") {
        "as_sent" => sent.to_owned(),
        "iso" => country.alpha2.to_owned(),
        _ => name(country).to_owned(),
    }
}

fn shape(country: CountryCode) -> Value {
    json!({
        "Id": country.numeric,
        "Name": name(country),
        "IsoCode": country.alpha2,
        "LocationId": locations::serving(country.alpha2),
        "IsBlocked": false,
        "IsOnlyLocation": false,
    })
}

/// `EnumerateCountries`.
pub(super) fn enumerate(context: &mut Context<'_>) -> Answer {
    let mut countries = ALL.to_vec();
    countries.sort_by_key(|country| country.numeric);
    context.list(countries.into_iter().map(shape).collect())
}

/// `GetCountryByIsoCode`.
pub(super) fn get_by_iso_code(context: &mut Context<'_>) -> Answer {
    get(context, "countryIsoCode", by_iso_code)
}

/// `GetCountryByName`.
pub(super) fn get_by_name(context: &mut Context<'_>) -> Answer {
    get(context, "countryName", by_name)
}

/// `GetCountryByIsoCodeOrName`.
pub(super) fn get_by_iso_code_or_name(context: &mut Context<'_>) -> Answer {
    get(context, "countryIsoCodeOrName", by_either)
}

/// An unknown country is no error: the return value is optional.
fn get(context: &Context<'_>, parameter: &str, find: fn(&str) -> Option<CountryCode>) -> Answer {
    let text = context
        .params
        .text(parameter)?
        .ok_or_else(|| Refusal::bad_params(parameter))?;
    Ok(Outcome::Value(find(text).map_or(Value::Null, shape)))
}
