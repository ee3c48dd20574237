//! Reading one written field of a PUT.

use serde_json::{Value, json};

use super::fields::{Field, Form, Reference};
use crate::providers::acronis::simulator::{
    call::Call,
    ids::{ZERO_GUID, is_guid},
    lookups::LEGAL_FORMS,
    state::text,
};

/// What a field that was left out falls to when the whole object is replaced.
pub(super) fn fallback(form: Form) -> Value {
    match form {
        Form::Text | Form::CompanyType => json!(""),
        Form::Number => json!(0),
        Form::Flag => json!(false),
        Form::List => json!([]),
        Form::TextOrNull | Form::FlagOrNull | Form::Roundup | Form::Guid(..) | Form::Fixed => {
            Value::Null
        }
    }
}

/// The value as it is kept, or the `Message` that refuses it. `own_id` is the
/// record that is written, or empty for a new one.
pub(super) fn read(
    call: &Call<'_>,
    field: &Field,
    sent: &Value,
    own_id: &str,
) -> Result<Value, String> {
    let invalid = || format!("The {} value is not valid.", field.name);
    let kept = match (field.form, sent) {
        (Form::Text, Value::Null) => Some(json!("")),
        (Form::Text | Form::TextOrNull, Value::String(_))
        | (Form::TextOrNull | Form::FlagOrNull, Value::Null)
        | (Form::Flag | Form::FlagOrNull, Value::Bool(_))
        | (Form::List, Value::Array(_)) => Some(sent.clone()),
        (Form::List, Value::Null) => Some(json!([])),
        (Form::Number, Value::Number(number)) => number.is_i64().then(|| sent.clone()),
        (Form::Roundup, _) => roundup(sent),
        (Form::CompanyType, Value::String(form)) => {
            if !form.is_empty() && !LEGAL_FORMS.contains(&form.as_str()) {
                return Err(unknown(field));
            }
            Some(sent.clone())
        }
        (Form::Guid(..), Value::Null) => Some(Value::Null),
        (Form::Guid(reference, _), Value::String(id)) => {
            if id.is_empty() || id == ZERO_GUID {
                return Ok(Value::Null);
            }
            if !is_guid(id) {
                return Err(invalid());
            }
            if !is_known(call, reference, id, own_id) {
                return Err(unknown(field));
            }
            Some(sent.clone())
        }
        _ => None,
    };
    kept.ok_or_else(invalid)
}

fn unknown(field: &Field) -> String {
    format!("The {} reference is not known.", field.name)
}

/// Minutes from a whole number or from decimal text.
fn roundup(sent: &Value) -> Option<Value> {
    match sent {
        Value::Null => Some(Value::Null),
        Value::Number(number) => number.as_u64().map(|minutes| json!(minutes)),
        Value::String(text) if text.is_empty() => Some(Value::Null),
        Value::String(text) => text.parse::<u32>().ok().map(|minutes| json!(minutes)),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn is_known(call: &Call<'_>, reference: Reference, id: &str, own_id: &str) -> bool {
    let tables = call.tables;
    match reference {
        Reference::Language => tables.has_language(id),
        Reference::Tax => call.state.taxes.iter().any(|tax| text(tax, "Id") == id),
        Reference::Country => tables.country_name(id).is_some(),
        Reference::State => {
            call.knobs.is("unknown_state", "accept") || tables.state_name(id).is_some()
        }
        Reference::ServiceLevel => tables.has_service_level(id),
        Reference::PartnerGroup => tables.has_partner_group(id),
        Reference::CustomerGroup => call
            .state
            .groups
            .iter()
            .any(|group| text(group, "Id") == id && text(group, "Customer") == own_id),
        Reference::User => true,
        Reference::SubCategory => tables.has_sub_category(id),
        Reference::Priority => tables.has_priority(id),
        Reference::Customer => {
            id != own_id
                && call
                    .state
                    .records
                    .iter()
                    .any(|record| record.is_customer() && record.id() == id)
        }
        Reference::BillingEntity => tables.has_billing_entity(id),
    }
}
