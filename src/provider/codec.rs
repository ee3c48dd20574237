//! Helpers for conversions between a provider's JSON and canonical leaves. They
//! read every form that the contracts show and write one.

use std::collections::BTreeSet;

use jiff::{civil, tz::TimeZone};
use serde_json::{Map, Value};

use crate::model::{Facts, Leaf, Sensitive, field_map::ValueType};

/// The value at a dotted path inside a JSON document; nothing when a step is
/// missing or no object.
#[must_use]
pub fn at<'a>(json: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.')
        .try_fold(json, |value, step| value.get(step))
}

/// Puts a value at a dotted path, making the objects on the way.
///
/// # Panics
/// When something that is no object is in the way: a mistake in a spec.
pub fn put(json: &mut Value, path: &str, value: Value) {
    let mut place = json;
    for step in path.split('.') {
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        place = place
            .as_object_mut()
            .expect("a wire path leads through objects")
            .entry(step)
            .or_insert(Value::Null);
    }
    *place = value;
}

/// Reads a field. Empty text, `null`, empty lists and an absent member are
/// [`Leaf::Unset`]; numbers and truth values are taken in every form that the
/// contracts list.
///
/// # Errors
/// What was expected, when the value has none of the known forms. The value
/// itself is not in the text: it may be sensitive.
pub fn decode(facts: &Facts, zone: &TimeZone, json: Option<&Value>) -> Result<Leaf, String> {
    let Some(json) = json.filter(|json| !is_empty(json)) else {
        return Ok(Leaf::Unset);
    };
    let wrong = |expected: &str| format!("`{}` is not {expected}", facts.path);
    match &facts.value_type {
        ValueType::Text | ValueType::Choice(_) | ValueType::Reference => {
            let text = as_text(json).ok_or_else(|| wrong("text"))?;
            Ok(if facts.sensitive {
                Leaf::Sensitive(Sensitive::new(text))
            } else {
                Leaf::Text(text)
            })
        }
        ValueType::Integer => as_integer(json)
            .map(Leaf::Integer)
            .ok_or_else(|| wrong("a whole number")),
        ValueType::Bool => as_bool(json)
            .map(Leaf::Bool)
            .ok_or_else(|| wrong("a truth value")),
        ValueType::DateTime => as_date_time(json, zone)
            .map(Leaf::Text)
            .ok_or_else(|| wrong("a date and time")),
        ValueType::Set(_) => match json {
            Value::Array(items) => items
                .iter()
                .map(as_text)
                .collect::<Option<BTreeSet<_>>>()
                .map(Leaf::Set)
                .ok_or_else(|| wrong("a list of names")),
            other => as_text(other)
                .map(|name| Leaf::Set(BTreeSet::from([name])))
                .ok_or_else(|| wrong("a list of names")),
        },
        ValueType::Passthrough => Ok(Leaf::Json(json.clone())),
    }
}

/// Writes a field in its plainest form; `None` when it is unset, for which
/// every provider has its own word.
///
/// # Panics
/// When a reference was not resolved before: a mistake in the engine.
#[must_use]
pub fn encode(leaf: &Leaf) -> Option<Value> {
    Some(match leaf {
        Leaf::Unset => return None,
        Leaf::Bool(value) => (*value).into(),
        Leaf::Integer(value) => (*value).into(),
        Leaf::Text(text) => text.as_str().into(),
        Leaf::Sensitive(text) => text.expose().into(),
        Leaf::Set(names) => names.iter().cloned().collect(),
        Leaf::Json(value) => value.clone(),
        Leaf::Reference(address) => panic!("the reference to {address} was not resolved"),
    })
}

fn is_empty(json: &Value) -> bool {
    match json {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// Text, or the decimal text of a number: some providers return telephone
/// numbers and ids as numbers.
#[must_use]
pub fn as_text(json: &Value) -> Option<String> {
    match json {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A whole number, or text that is one.
#[must_use]
pub fn as_integer(json: &Value) -> Option<i64> {
    match json {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A truth value, 1 or 0, or text that is one of them.
#[must_use]
pub fn as_bool(json: &Value) -> Option<bool> {
    match json {
        Value::Bool(value) => Some(*value),
        Value::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The canonical form of dates: local time of `zone`.
const DATE_TIME_FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// A date and time in any written form, or Unix seconds, as local time of
/// `zone`: `2050-01-01 00:00:00`.
#[must_use]
pub fn as_date_time(json: &Value, zone: &TimeZone) -> Option<String> {
    match json {
        Value::Number(number) => {
            let instant = jiff::Timestamp::from_second(number.as_i64()?).ok()?;
            Some(local(instant, zone))
        }
        Value::String(text) => date_time(text, zone),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Parses `2050-01-01`, `2050-01-01 00:00:00`, `2050-01-01T00:00:00`, each of
/// the latter with `Z`, ` +03:00` or a fraction, and gives local time of `zone`.
#[must_use]
pub fn date_time(text: &str, zone: &TimeZone) -> Option<String> {
    let text = text.trim();
    // One of the systems writes a blank before the offset.
    let joined = match text.rsplit_once(' ') {
        Some((stamp, offset)) if offset.starts_with(['+', '-']) => format!("{stamp}{offset}"),
        _ => text.to_owned(),
    };
    if let Ok(instant) = joined.parse::<jiff::Timestamp>() {
        return Some(local(instant, zone));
    }
    if let Ok(date_time) = joined.parse::<civil::DateTime>() {
        return Some(date_time.strftime(DATE_TIME_FORMAT).to_string());
    }
    let date = joined.parse::<civil::Date>().ok()?;
    Some(date.at(0, 0, 0, 0).strftime(DATE_TIME_FORMAT).to_string())
}

/// The Unix seconds of a canonical date and time in `zone`.
#[must_use]
pub fn unix_seconds(canonical: &str, zone: &TimeZone) -> Option<i64> {
    let date_time: civil::DateTime = canonical.parse().ok()?;
    let zoned = date_time.to_zoned(zone.clone()).ok()?;
    Some(zoned.timestamp().as_second())
}

fn local(instant: jiff::Timestamp, zone: &TimeZone) -> String {
    instant
        .to_zoned(zone.clone())
        .strftime(DATE_TIME_FORMAT)
        .to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dates_of_every_written_form_become_local_time() {
        let minsk = TimeZone::fixed(jiff::tz::offset(3));
        for (written, expected) in [
            ("2050-01-01", "2050-01-01 00:00:00"),
            ("2019-03-27 23:52:06", "2019-03-27 23:52:06"),
            ("2019-03-27T23:52:06", "2019-03-27 23:52:06"),
            ("2019-03-27 23:52:06 +03:00", "2019-03-27 23:52:06"),
            ("2019-03-27T20:52:06Z", "2019-03-27 23:52:06"),
            ("2019-03-27T20:52:06.123Z", "2019-03-27 23:52:06"),
        ] {
            assert_eq!(
                date_time(written, &minsk).as_deref(),
                Some(expected),
                "{written}"
            );
        }
        assert_eq!(date_time("soon", &minsk), None);
        assert_eq!(
            as_date_time(&json!(1_535_673_599), &TimeZone::UTC).as_deref(),
            Some("2018-08-30 23:59:59")
        );
        assert_eq!(
            unix_seconds("2018-08-30 23:59:59", &TimeZone::UTC),
            Some(1_535_673_599)
        );
    }

    #[test]
    fn truth_values_come_in_eight_forms() {
        for yes in [json!(true), json!(1), json!("1"), json!("true")] {
            assert_eq!(as_bool(&yes), Some(true), "{yes}");
        }
        for no in [json!(false), json!(0), json!("0"), json!("false")] {
            assert_eq!(as_bool(&no), Some(false), "{no}");
        }
        assert_eq!(as_bool(&json!(2)), None);
    }

    #[test]
    fn puts_and_finds_at_dotted_paths() {
        let mut json = Value::Null;
        put(&mut json, "a.b", json!(1));
        put(&mut json, "a.c", json!(2));
        assert_eq!(json, json!({ "a": { "b": 1, "c": 2 } }));
        assert_eq!(at(&json, "a.c"), Some(&json!(2)));
        assert_eq!(at(&json, "a.d.e"), None);
    }
}
