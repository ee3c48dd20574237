//! The closed request bodies of Account Management (Acronis contract, 3.3, 3.4).

use serde_json::Value;

use super::state::Object;

/// One key that a body may have.
pub(super) struct Key {
    name: &'static str,
    form: Form,
    required: bool,
}

/// What the value of a key must be.
#[derive(Clone, Copy)]
enum Form {
    Text,
    TextOrNull,
    /// Text or null, at most 256 characters (Acronis contract, 3.2).
    Tag,
    Flag,
    FlagOrNull,
    Integer,
    OneOf(&'static [&'static str]),
    OneOfOrNull(&'static [&'static str]),
    Email,
    ContactTypes,
    Body(&'static [Key]),
}

/// The longest `internal_tag` in characters.
const TAG_CHARACTERS_MAX: usize = 256;

const fn may(name: &'static str, form: Form) -> Key {
    Key {
        name,
        form,
        required: false,
    }
}

const fn must(name: &'static str, form: Form) -> Key {
    Key {
        name,
        form,
        required: true,
    }
}

/// The contact keys that hold text or null.
pub(super) const CONTACT_TEXTS: [&str; 14] = [
    "address1",
    "address2",
    "country",
    "state",
    "city",
    "zipcode",
    "phone",
    "firstname",
    "lastname",
    "title",
    "website",
    "industry",
    "organization_size",
    "aan",
];

/// The contact keys that only a list shows.
pub(super) const CONTACT_LIST_TEXTS: [&str; 2] = ["language", "fax"];

const CONTACT: &[Key] = &[
    may("email", Form::Email),
    may("address1", Form::TextOrNull),
    may("address2", Form::TextOrNull),
    may("country", Form::TextOrNull),
    may("state", Form::TextOrNull),
    may("city", Form::TextOrNull),
    may("zipcode", Form::TextOrNull),
    may("phone", Form::TextOrNull),
    may("firstname", Form::TextOrNull),
    may("lastname", Form::TextOrNull),
    may("title", Form::TextOrNull),
    may("website", Form::TextOrNull),
    may("industry", Form::TextOrNull),
    may("organization_size", Form::TextOrNull),
    may("aan", Form::TextOrNull),
    may("language", Form::TextOrNull),
    may("fax", Form::TextOrNull),
    may("email_confirmed", Form::FlagOrNull),
    may("types", Form::ContactTypes),
];

const LOCK: &[Key] = &[must("enabled", Form::Flag)];

const SETTINGS: &[Key] = &[may("enhanced_security", Form::Flag)];

const KINDS: &[&str] = &["root", "partner", "folder", "customer", "unit"];

const CUSTOMER_TYPES: &[&str] = &[
    "default",
    "enterprise",
    "consumer",
    "small_office",
    "ti_unified",
];

const PRICING_MODES: &[&str] = &["trial", "production", "suspended"];

const CURRENCIES: &[&str] = &[
    "AUD", "BRL", "CAD", "EUR", "CNY", "GBP", "JPY", "KZT", "NZD", "RUB", "USD", "ZAR",
];

const OPERATIONS: &[&str] = &["no_operation", "deleting", "recovering"];

/// The body that creates a tenant.
pub(super) const TENANT_POST: &[Key] = &[
    must("name", Form::Text),
    must("parent_id", Form::Text),
    must("kind", Form::OneOf(KINDS)),
    may("contact", Form::Body(CONTACT)),
    may("company_billing_contact", Form::Body(CONTACT)),
    may("enabled", Form::Flag),
    may("customer_id", Form::TextOrNull),
    may("internal_tag", Form::Tag),
    may("language", Form::Text),
    may("default_idp_id", Form::Text),
    may("update_lock", Form::Body(LOCK)),
    may("ancestral_access", Form::Flag),
    may("settings", Form::Body(SETTINGS)),
];

/// The body that changes a tenant.
pub(super) const TENANT_PUT: &[Key] = &[
    must("version", Form::Integer),
    may("name", Form::Text),
    may("customer_type", Form::OneOf(CUSTOMER_TYPES)),
    may("parent_id", Form::Text),
    may("kind", Form::OneOf(KINDS)),
    may("contact", Form::Body(CONTACT)),
    may("enabled", Form::Flag),
    may("customer_id", Form::TextOrNull),
    may("internal_tag", Form::Tag),
    may("language", Form::Text),
    may("default_idp_id", Form::Text),
    may("update_lock", Form::Body(LOCK)),
    may("ancestral_access", Form::Flag),
    may("external_operation_status", Form::OneOf(OPERATIONS)),
    may("brand_id", Form::Integer),
];

/// The body that changes a tenant's pricing.
pub(super) const PRICING_PUT: &[Key] = &[
    must("version", Form::Integer),
    may("mode", Form::OneOf(PRICING_MODES)),
    may("currency", Form::OneOfOrNull(CURRENCIES)),
];

/// The first fault of a body, as the text of `details.info`.
pub(super) fn check(body: &Object, keys: &[Key]) -> Result<(), String> {
    for name in body.keys() {
        if !keys.iter().any(|key| key.name == name) {
            return Err(format!("unexpected property {name}"));
        }
    }
    for key in keys {
        match body.get(key.name) {
            None if key.required => return Err(format!("missing property {}", key.name)),
            None => {}
            Some(value) => key.form.check(key.name, value)?,
        }
    }
    Ok(())
}

impl Form {
    fn check(self, name: &str, value: &Value) -> Result<(), String> {
        let is_good = match self {
            Self::Text => value.is_string(),
            Self::TextOrNull => value.is_string() || value.is_null(),
            Self::Tag => match value {
                Value::String(text) => text.chars().count() <= TAG_CHARACTERS_MAX,
                other => other.is_null(),
            },
            Self::Flag => value.is_boolean(),
            Self::FlagOrNull => value.is_boolean() || value.is_null(),
            Self::Integer => value.is_i64(),
            Self::OneOf(known) => value.as_str().is_some_and(|text| known.contains(&text)),
            Self::OneOfOrNull(known) => {
                value.is_null() || value.as_str().is_some_and(|text| known.contains(&text))
            }
            Self::Email => value.as_str().is_some_and(is_email),
            Self::ContactTypes => are_contact_types(value),
            Self::Body(keys) => {
                let Some(body) = value.as_object() else {
                    return Err(format!("property {name} is not an object"));
                };
                return check(body, keys).map_err(|reason| format!("{name}: {reason}"));
            }
        };
        if is_good {
            Ok(())
        } else {
            Err(format!("property {name} has an invalid value"))
        }
    }
}

/// The published pattern: nothing, or something on both sides of an `@`.
fn is_email(text: &str) -> bool {
    text.is_empty()
        || text
            .split_once('@')
            .is_some_and(|(left, right)| !left.is_empty() && !right.is_empty())
}

fn are_contact_types(value: &Value) -> bool {
    const KNOWN: [&str; 5] = ["legal", "primary", "billing", "technical", "management"];
    let Some(items) = value.as_array() else {
        return false;
    };
    let mut seen = Vec::new();
    for item in items {
        match item.as_str() {
            Some(text) if KNOWN.contains(&text) && !seen.contains(&text) => seen.push(text),
            _ => return false,
        }
    }
    !seen.is_empty()
}

/// The documented language codes, in the lower case and with hyphens
/// (Acronis contract, 3.6).
const LANGUAGES: [&str; 27] = [
    "bg", "zh", "zh-tw", "cs", "da", "nl", "en", "en-us", "fi", "fr", "de", "hu", "id", "it", "ja",
    "ko", "ms", "nb", "pl", "pt", "pt-br", "ru", "sr", "es", "es-419", "sv", "tr",
];

/// Whether a code is a documented language; `_` and `-` count as equal, and
/// case does not matter.
pub(super) fn is_language(code: &str) -> bool {
    let code = code.replace('_', "-").to_ascii_lowercase();
    LANGUAGES.contains(&code.as_str())
}
