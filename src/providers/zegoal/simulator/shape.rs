//! Rewrites a response the way some samples differ from others: how ids and
//! flags are written, what stands for nothing, whether short lists shrink.

use serde_json::{Map, Value};

use crate::simulator::KnobSettings;

/// Keys that hold an id, wherever they stand.
const IDS: [&str; 11] = [
    "account_id",
    "acc_id",
    "address_id",
    "balance_id",
    "billing_profile_id",
    "contact_id",
    "contract_id",
    "id",
    "payment_id",
    "product_id",
    "sold_product_id",
];

/// Ids that the knob `one_element_lists_everywhere` can exempt.
const IDS_IN_DOUBT: [&str; 2] = ["parent_id", "bill_cycle_id"];

/// The list that the same knob can exempt, under both its names.
const LIST_IN_DOUBT: [&str; 2] = ["sold_products", "products"];

/// Keys that hold a phone number. What is called a description is one as well
/// where the account was created with a fixed line.
const PHONES: [&str; 5] = [
    "contact_desc",
    "contact_mobile_num",
    "contact_num",
    "mobile_phone",
    "work_phone",
];

/// More digits than this would not survive a parser that reads numbers as
/// floating point.
const PHONE_DIGITS_MAX: usize = 15;

/// Rewrites a response, or leaves it alone while all knobs are at their
/// defaults.
pub(super) fn shape(response: &mut Value, knobs: &KnobSettings) {
    match response {
        Value::Object(attributes) => {
            if !knobs.is("unset_in_answers", "empty") {
                unset(attributes, knobs.is("unset_in_answers", "absent"));
            }
            for (name, value) in attributes.iter_mut() {
                if LIST_IN_DOUBT.contains(&name.as_str()) && !everywhere(knobs) {
                    continue;
                }
                shape(value, knobs);
                shrink(value, knobs);
                leaf(name, value, knobs);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                shape(element, knobs);
            }
        }
        _ => {}
    }
}

fn everywhere(knobs: &KnobSettings) -> bool {
    knobs.is("one_element_lists_everywhere", "yes")
}

fn unset(attributes: &mut Map<String, Value>, absent: bool) {
    if absent {
        attributes.retain(|_, value| *value != "");
        return;
    }
    for value in attributes.values_mut().filter(|value| **value == "") {
        *value = Value::Null;
    }
}

fn shrink(value: &mut Value, knobs: &KnobSettings) {
    if !knobs.is("one_element_lists", "object") {
        return;
    }
    if let Value::Array(elements) = value
        && elements.len() == 1
        && let Some(element) = elements.pop()
    {
        *value = element;
    }
}

fn leaf(name: &str, value: &mut Value, knobs: &KnobSettings) {
    let is_id = IDS.contains(&name) || (IDS_IN_DOUBT.contains(&name) && everywhere(knobs));
    if is_id && knobs.is("ids", "string") {
        if let Value::Number(number) = value {
            *value = Value::String(number.to_string());
        }
    } else if name == "payment_responsible" {
        if knobs.is("flags", "strings") {
            *value = Value::String(value.to_string());
        }
    } else if name == "is_billed" {
        match (knobs.get("flags"), &value) {
            ("numbers", Value::Bool(flag)) => *value = u8::from(*flag).into(),
            ("strings", Value::Bool(flag)) => *value = flag.to_string().into(),
            _ => {}
        }
    } else if PHONES.contains(&name)
        && knobs.is("phones_as_numbers", "yes")
        && let Some(number) = value.as_str().and_then(phone_as_number)
    {
        *value = number.into();
    }
}

/// A phone number made of digits, without a zero in front that would be lost.
fn phone_as_number(text: &str) -> Option<u64> {
    let whole = !text.starts_with('0')
        && text.len() <= PHONE_DIGITS_MAX
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole { text.parse().ok() } else { None }
}
