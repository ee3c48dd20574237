//! Values for every field, made from its facts.

use serde_json::{Value, json};
use trueup::{
    model::{Facts, field_map::ValueType},
    provider::{KindDef, Lookups, codec},
};

/// Fields whose values depend on other fields or on the provider's own rules,
/// with two values that are legal one after the other; an empty list leaves the
/// field to other tests, for the reason given.
const SPECIAL: &[(&str, &str, &[&str], &str)] = &[
    (
        "AcronisCustomer",
        "tenant.parentId",
        &[],
        "a tenant cannot be moved, and the sandbox has one partner",
    ),
    (
        "AcronisCustomer",
        "billing.defaultBusinessUnit",
        &[],
        "only the customer's own group is accepted, which exists after it",
    ),
    (
        "AcronisCustomer",
        "billing.supportGroup",
        &[
            "2e4eea65-b277-4ec4-a777-07c71d622c44",
            "04ee29c0-233c-47fb-a87d-a7c359bef136",
        ],
        "only groups of the partner are accepted",
    ),
    (
        "CovePartner",
        "level",
        &["SubDistributor", "Reseller"],
        "a level is below that of the parent",
    ),
];

/// Fields that cannot be combined with others; left out where all are set.
const NOT_COMBINED: &[(&str, &str, &str)] = &[(
    "AcronisCustomer",
    "billing.taxExempt",
    "a customer who is exempt has no tax",
)];

/// Whether a field can be set together with all others.
pub(crate) fn combines(kind: &KindDef, facts: &Facts) -> bool {
    !NOT_COMBINED
        .iter()
        .any(|(name, path, _)| *name == kind.kind && *path == facts.path.as_str())
}

/// Two values that a field can have one after the other. None for fields that
/// cannot be written, or that the laws leave to other tests.
pub(crate) fn values(kind: &KindDef, facts: &Facts, lookups: &Lookups) -> Option<[Value; 2]> {
    let path = facts.path.as_str();
    if facts.computed || facts.reference.is_some() || path == kind.key {
        return None;
    }
    if let Some((_, _, values, _)) = SPECIAL
        .iter()
        .find(|(name, special, _, _)| *name == kind.kind && *special == path)
    {
        let [one, two] = values else { return None };
        return Some([plain(one), plain(two)]);
    }
    if let Some(table) = facts.lookup {
        let choices = &lookups.table(table)?.choices;
        let one = choices.first()?;
        let two = choices.last()?;
        return Some([json!(one.id), json!(two.id)]);
    }
    Some([sample(facts, 0), sample(facts, 1)])
}

/// A value written in the table above.
fn plain(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
}

fn sample(facts: &Facts, at: usize) -> Value {
    if let Some(known) = facts.known.get(at).or(facts.known.first()) {
        return match facts.value_type {
            ValueType::Integer => json!(codec::as_integer(&json!(known))),
            _ => json!(known),
        };
    }
    match &facts.value_type {
        ValueType::Text => text(facts, at),
        ValueType::Choice(names) => json!(names[at % names.len()]),
        ValueType::Integer => {
            let number = facts.minimum.unwrap_or(1) + i64::try_from(at).unwrap_or(0) + 1;
            json!(facts.maximum.map_or(number, |most| number.min(most)))
        }
        ValueType::Bool => json!(at == 0),
        ValueType::DateTime => json!(format!("2031-0{}-01 00:00:00", at + 1)),
        ValueType::Set(names) => json!([names[at % names.len()]]),
        ValueType::Passthrough => json!([{ "Value": format!("sample {at}") }]),
        ValueType::Reference => Value::Null,
    }
}

fn text(facts: &Facts, at: usize) -> Value {
    let text = match facts.format.as_deref() {
        Some("email") => format!("sample{at}@example.com"),
        Some("uuid") => format!("00000000-0000-4000-8000-00000000000{}", at + 1),
        Some("uri") => format!("https://example.com/{at}"),
        _ => format!("sample {at}"),
    };
    json!(text)
}

/// Puts a value at a path of a spec.
pub(crate) fn with(mut spec: Value, path: &str, value: &Value) -> Value {
    codec::put(&mut spec, path, value.clone());
    spec
}
