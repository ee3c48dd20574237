//! How an answer to `GetPartnerInfoById` differs from the documented one. Names
//! and types only, never a value.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    http::sanitise,
    model::{Facts, field_map::ValueType},
    provider::codec,
    providers::cove::{convert, fields, read::never_empty},
};

/// Members that the documents know and that no field stands for (Cove contract,
/// 4 and 6.1).
const KNOWN_OTHERS: [&str; 3] = ["Discount", "FeaturesRestrictions", "TakeoverGuid"];

/// The member that no documented answer has.
const NEVER_SEEN: &str = "DeviceCountry";

/// The most lines that are told.
const LINES_MAX: usize = 40;

/// One line for each difference.
pub(super) fn differences(partner: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for member in never_empty().filter_map(|facts| facts.wire) {
        if partner.get(member).is_none_or(Value::is_null) {
            lines.push(format!("`{member}`: missing"));
        }
    }
    for facts in fields().iter() {
        let path = facts.wire.expect("every field is on the wire");
        let Some(value) = codec::at(partner, path) else {
            continue;
        };
        if path == NEVER_SEEN {
            lines.push(format!("`{path}`: {}, never seen before", name(value)));
        } else if !fits(facts, value) {
            lines.push(format!("`{path}`: {}, against the documents", name(value)));
        }
    }
    let known: BTreeSet<&str> = fields()
        .iter()
        .filter_map(|facts| facts.wire)
        .chain(KNOWN_OTHERS)
        .collect();
    unknown("", partner, &known, &mut lines);
    let more = lines.len().saturating_sub(LINES_MAX);
    lines.truncate(LINES_MAX);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

/// Members of the structures that hold fields, which are no field.
fn unknown(above: &str, value: &Value, known: &BTreeSet<&str>, lines: &mut Vec<String>) {
    for (member, value) in value.as_object().into_iter().flatten() {
        let path = format!("{above}{member}");
        let below = format!("{path}.");
        if known.contains(path.as_str()) {
            continue;
        }
        if known.iter().any(|field| field.starts_with(&below)) {
            unknown(&below, value, known, lines);
        } else {
            let path = sanitise(&path);
            lines.push(format!("`{path}`: {}, not documented", name(value)));
        }
    }
}

/// Whether a value has the type that the vendor's schema gives the member.
fn fits(facts: &Facts, value: &Value) -> bool {
    let is_number = convert::is_id(facts)
        || matches!(facts.value_type, ValueType::Integer | ValueType::DateTime);
    match value {
        Value::Null => true,
        Value::Number(_) => is_number,
        Value::String(_) => {
            !is_number && !matches!(facts.value_type, ValueType::Set(_) | ValueType::Passthrough)
        }
        Value::Array(_) => matches!(facts.value_type, ValueType::Set(_)),
        Value::Object(_) => facts.value_type == ValueType::Passthrough,
        Value::Bool(_) => facts.value_type == ValueType::Bool,
    }
}

fn name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "truth value",
        Value::Number(_) => "number",
        Value::String(text) if text.is_empty() => "empty text",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "structure",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn documented() -> Value {
        json!({
            "Id": 700_105,
            "ParentId": 700_001,
            "Name": "Larkfield Dental",
            "Level": "EndCustomer",
            "State": "InTrial",
            "ServiceType": "AllInclusive",
            "ChildServiceTypes": null,
            "Flags": ["CanInvoiceOthers"],
            "LocationId": 7,
            "Discount": 0.5,
            "TrialExpirationTime": 0,
            "ExternalPartnerProperties": { "Properties": [] },
            "Company": {
                "VatNumber": "EL000000000",
                "BillingContactPersonId": 0,
                "PostAddress": { "Country": "Greece" },
            },
        })
    }

    #[test]
    fn a_documented_answer_has_no_differences() {
        assert_eq!(differences(&documented()), Vec::<String>::new());
        let mut partner = documented();
        partner["Company"]["PostAddress"] = Value::Null;
        assert_eq!(differences(&partner), Vec::<String>::new());
    }

    #[test]
    fn differences_are_told_by_name_and_type() {
        let mut partner = documented();
        partner["State"] = Value::Null;
        partner["LocationId"] = "7".into();
        partner["DeviceCountry"] = "NL".into();
        partner["Wings"] = json!(["left"]);
        partner["Company"]["VatNumber"] = json!(987_654);
        partner["Company"]["PostAddress"]["Door\u{1b}"] = "green".into();
        let lines = differences(&partner);
        assert_eq!(
            lines,
            [
                "`State`: missing",
                "`Company.VatNumber`: number, against the documents",
                "`DeviceCountry`: text, never seen before",
                "`LocationId`: text, against the documents",
                "`Company.PostAddress.Door`: text, not documented",
                "`Wings`: list, not documented",
            ]
        );
    }

    #[test]
    fn there_is_an_end_to_the_lines() {
        let mut partner = documented();
        for number in 0..LINES_MAX + 5 {
            partner[format!("New{number}")] = true.into();
        }
        let lines = differences(&partner);
        assert_eq!(lines.len(), LINES_MAX + 1);
        assert_eq!(lines[LINES_MAX], "and 5 more");
    }
}
