//! The attributes of each section: their types, defaults and dictionaries.

use jiff::civil::DateTime;
use serde_json::{Map, Number, Value};

use super::{dictionaries, failure::Failure, lifecycle, stamp, state::Attributes};

/// What a value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A string. A number in its place is refused.
    Text,
    /// A string, or a number that is stored and answered as one
    /// (page `api-addcontact`).
    Phone,
    /// `YYYY-MM-DD HH:MM:SS`.
    Date,
    /// A date, or the literal `CURRENT_DATE` (page `api-updatecontract`).
    DateOrCurrent,
    /// A number without sign, or a string of digits.
    Number,
    /// A flag that is stored as 1 or 0.
    OneOrZero,
    /// A flag that is stored as a boolean.
    Boolean,
    /// A string out of a fixed list that has no dictionary.
    OneOf(&'static [&'static str]),
    /// A string out of a tenant dictionary.
    Dictionary(&'static str),
}

/// What stands for an attribute that was not sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fallback {
    /// Nothing: the caller sees to it that the attribute was sent.
    Required,
    Text(&'static str),
    Number(u64),
    Boolean(bool),
    /// The time of the call.
    Now,
}

/// One attribute of a section.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) fallback: Fallback,
}

const fn field(name: &'static str, kind: Kind, fallback: Fallback) -> Field {
    Field {
        name,
        kind,
        fallback,
    }
}

const fn text(name: &'static str) -> Field {
    field(name, Kind::Text, Fallback::Text(""))
}

/// The end of what has no end.
const FOR_EVER: Fallback = Fallback::Text("2050-01-01 00:00:00");

/// `account_type` is checked by the server (page `usecase-list`), yet there is
/// no dictionary of it.
const ACCOUNT_TYPES: Kind = Kind::OneOf(&["Prepaid", "Postpaid"]);

/// The attributes of `basic` that `CreateAccount` documents.
pub(super) static BASIC: [Field; 14] = [
    field("account_code", Kind::Text, Fallback::Required),
    field("account_name", Kind::Text, Fallback::Required),
    field("account_type", ACCOUNT_TYPES, Fallback::Text("Prepaid")),
    field(
        "account_category_code",
        Kind::Dictionary("acct_cat_code_id"),
        Fallback::Text("regular"),
    ),
    text("description"),
    text("vip_code"),
    field(
        "lc_state",
        Kind::OneOf(&lifecycle::STATES),
        Fallback::Text("Trial"),
    ),
    field("lc_from", Kind::Date, Fallback::Now),
    field("payment_responsible", Kind::OneOrZero, Fallback::Number(1)),
    field("parent_id", Kind::Number, Fallback::Number(0)),
    field("is_billed", Kind::Boolean, Fallback::Boolean(true)),
    text("dealer_code"),
    field("noti_channel", Kind::Text, Fallback::Text("tech_noti")),
    text("noti_user_id"),
];

/// The attributes of `basic` that only the sample of `UpdateAccount` shows.
pub(super) static BASIC_UNDOCUMENTED: [Field; 4] = [
    text("type_of_business"),
    text("subscriber_type"),
    text("subscriber_group"),
    text("ownership"),
];

/// The attributes of `billing`.
pub(super) static BILLING: [Field; 9] = [
    field("bill_cycle_id", Kind::Number, Fallback::Number(1)),
    field(
        "bill_distribution_code",
        Kind::Dictionary("bill_dist_codes"),
        Fallback::Text("e-mail"),
    ),
    field("bill_format_code", Kind::Text, Fallback::Text("PDF")),
    field(
        "curr_code",
        Kind::Dictionary("curr_codes"),
        Fallback::Text("BYN"),
    ),
    field("lang_code", Kind::Text, Fallback::Text("ru")),
    field("invoice_template_code", Kind::Text, Fallback::Text("CUST")),
    text("tax_number"),
    field("valid_from", Kind::Date, Fallback::Now),
    field("valid_to", Kind::Date, FOR_EVER),
];

/// The attributes of `bank_info`.
pub(super) static BANK_INFO: [Field; 5] = [
    text("bank_name"),
    text("bank_code"),
    text("bank_account"),
    text("company_name"),
    text("company_tax_number"),
];

/// The attributes of a contract, by the names of `CreateAccount`.
pub(super) static CONTRACT: [Field; 6] = [
    text("contract_number"),
    field(
        "contract_status",
        Kind::Dictionary("contract_status"),
        Fallback::Text("Signed"),
    ),
    field("signing_date", Kind::DateOrCurrent, Fallback::Now),
    field("contract_valid_from", Kind::DateOrCurrent, Fallback::Now),
    field("contract_valid_to", Kind::Date, FOR_EVER),
    text("contract_description"),
];

/// The attributes of an address that `CreateAccount` takes.
pub(super) static ADDRESS_AT_BIRTH: [Field; 10] = [
    text("company_name"),
    text("country_code"),
    text("country"),
    text("postal_code"),
    text("state"),
    text("region"),
    text("city"),
    text("street"),
    text("house"),
    text("extra_address_line"),
];

/// The attributes of an address that `AddAddress` and `UpdateAddress` take: no
/// `company_name`, but two others.
pub(super) static ADDRESS_LATER: [Field; 11] = [
    text("country_code"),
    text("country"),
    text("postal_code"),
    text("state"),
    text("region"),
    text("city"),
    text("street"),
    text("house"),
    text("extra_address_line"),
    text("email"),
    field(
        "address_type",
        Kind::Dictionary("address_type"),
        Fallback::Text("main_address"),
    ),
];

/// The attributes of a contact, by the names of `AddContact`.
pub(super) static CONTACT: [Field; 5] = [
    field(
        "contact_type",
        Kind::Dictionary("contact_type"),
        Fallback::Text("main_contact"),
    ),
    field("contact_name", Kind::Text, Fallback::Text("")),
    field("contact_mobile_num", Kind::Phone, Fallback::Text("")),
    field("contact_email", Kind::Text, Fallback::Text("")),
    field("contact_desc", Kind::Phone, Fallback::Text("")),
];

/// Reads those attributes of a section that were sent, in the form in which
/// they are stored. Unknown ones are ignored without a word, as the server
/// does.
///
/// # Errors
/// `validation failed` for a value of the wrong type.
pub(super) fn read<'a>(
    section: &str,
    sent: &Map<String, Value>,
    fields: impl IntoIterator<Item = &'a Field>,
    now: DateTime,
) -> Result<Attributes, Failure> {
    let mut attributes = Attributes::new();
    for field in fields {
        if let Some(value) = sent.get(field.name) {
            let value = convert(field.kind, value, now)
                .ok_or_else(|| Failure::validation(&format!("{section}.{}", field.name)))?;
            attributes.insert(field.name.to_owned(), value);
        }
    }
    Ok(attributes)
}

/// Checks attributes that were read against lists and dictionaries.
///
/// # Errors
/// `validation failed` for a value that is not among those known.
pub(super) fn check<'a>(
    section: &str,
    attributes: &Attributes,
    fields: impl IntoIterator<Item = &'a Field>,
) -> Result<(), Failure> {
    for field in fields {
        let Some(value) = attributes.get(field.name).and_then(Value::as_str) else {
            continue;
        };
        let known = match field.kind {
            Kind::OneOf(values) => values.contains(&value),
            Kind::Dictionary(name) => dictionaries::holds(name, value),
            _ => true,
        };
        if !known {
            return Err(Failure::validation(&format!("{section}.{}", field.name)));
        }
    }
    Ok(())
}

/// Fills in the defaults of attributes that were not sent.
pub(super) fn fill<'a>(
    attributes: &mut Attributes,
    fields: impl IntoIterator<Item = &'a Field>,
    now: DateTime,
) {
    for field in fields {
        if attributes.contains_key(field.name) {
            continue;
        }
        let value = match field.fallback {
            Fallback::Required => continue,
            Fallback::Text(text) => text.into(),
            Fallback::Number(number) => number.into(),
            Fallback::Boolean(boolean) => boolean.into(),
            Fallback::Now => stamp::local(now).into(),
        };
        attributes.insert(field.name.to_owned(), value);
    }
}

/// A value in the form in which it is stored, or nothing when it is of the
/// wrong type.
pub(super) fn convert(kind: Kind, value: &Value, now: DateTime) -> Option<Value> {
    match kind {
        Kind::Text | Kind::OneOf(_) | Kind::Dictionary(_) => value.as_str().map(Value::from),
        Kind::Phone => match value {
            Value::String(_) | Value::Number(_) => Some(value.clone()),
            _ => None,
        },
        Kind::Date => date(value).map(|at| stamp::local(at).into()),
        Kind::DateOrCurrent => {
            if value == "CURRENT_DATE" {
                Some(stamp::local(now).into())
            } else {
                convert(Kind::Date, value, now)
            }
        }
        Kind::Number => number(value).map(|number| Value::Number(Number::from(number))),
        Kind::OneOrZero => flag(value).map(|flag| u8::from(flag).into()),
        Kind::Boolean => flag(value).map(Value::Bool),
    }
}

/// An id or another number without sign, written as a number or as digits.
pub(super) fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok()
        }
        _ => None,
    }
}

/// A flag in any of the spellings that samples show.
pub(super) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => match number.as_u64() {
            Some(1) => Some(true),
            Some(0) => Some(false),
            _ => None,
        },
        Value::String(text) => match text.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A date as bodies carry it.
pub(super) fn date(value: &Value) -> Option<DateTime> {
    value.as_str().and_then(stamp::parse)
}
