//! `PUT /Customers`.

use serde_json::{Value, json};

use super::{
    automatic,
    fields::{Class, FIELDS, Field, KEPT},
    matching::{self, Target},
    record::{self, NewRecord},
    value,
};
use crate::{
    providers::acronis::simulator::{
        call::{Call, Outcome},
        errors,
        state::{Object, Record, flag, text},
    },
    simulator::Response,
};

/// The copies that the service makes when a field is left empty, with their
/// sources.
const COPIES: [(&str, &str); 2] = [("Alias", "Name"), ("FallbackInvoiceEmailAddress", "Email")];

/// Creates or changes a customer; the answer is the whole customer.
pub(crate) fn put(call: &mut Call<'_>) -> Outcome {
    let body = call.automation_body()?;
    check_keys(call, &body)?;
    let target = matching::target(call, &body)?;
    let (position, link) = match target {
        Target::Existing(position, link) => (Some(position), link),
        Target::New(link) => (None, link),
    };
    let old = position.map(|position| &call.state.records[position]);
    let sent = read(call, &body, old)?;

    let position = position.unwrap_or_else(|| create(call, &body, link.as_deref()));
    if let Some(tenant_id) = link {
        let number = call.state.tenant(&tenant_id).map(|tenant| tenant.number);
        let fields = &mut call.state.records[position].fields;
        fields.insert("ExternalTenantUUID".to_owned(), json!(tenant_id));
        let number = number.map(|number| number.to_string());
        fields.insert("ExternalTenantId".to_owned(), json!(number));
    }
    let default_tax = call.state.default_tax();
    let record = &mut call.state.records[position];
    apply(record, sent, call.knobs.get("put"));
    set_copies(record, call.knobs.get("unset_copies"));
    let tax_knob = if flag(&record.fields, "TaxExempt") {
        "exempt_tax"
    } else {
        "absent_tax"
    };
    if record.fields["Tax"].is_null() && call.knobs.is(tax_knob, "default") {
        record.fields.insert("Tax".to_owned(), default_tax);
    }
    record.fields.insert("PaidAccount".to_owned(), json!(true));
    let body = record::shown(call.tables, call.knobs, &call.state.records[position]);
    Ok(Response::json(200, &body))
}

fn check_keys(call: &Call<'_>, body: &Object) -> Result<(), Response> {
    if call.knobs.is("unknown_keys", "ignore") {
        return Ok(());
    }
    let unknown = body
        .keys()
        .find(|key| !FIELDS.iter().any(|field| field.name == key.as_str()));
    match unknown {
        Some(key) => {
            let text = format!("The key {key} is not known.");
            Err(errors::message(400, &text))
        }
        None => Ok(()),
    }
}

/// Reads every written field that was sent.
fn read(call: &Call<'_>, body: &Object, old: Option<&Record>) -> Result<Object, Response> {
    let refuse = |text: String| errors::message(400, &text);
    let may_omit_name = old.is_some() && call.knobs.is("put", "merge");
    let has_name = body.get("Name").is_none_or(|name| name != "");
    if !has_name || (!may_omit_name && text(body, "Name").is_empty()) {
        return Err(refuse("Name is required.".to_owned()));
    }
    let own_id = old.map(Record::id).unwrap_or_default();
    let mut sent = Object::new();
    for field in FIELDS.iter().filter(|field| field.class == Class::Written) {
        if let Some(value) = body.get(field.name) {
            let value = value::read(call, field, value, own_id).map_err(refuse)?;
            sent.insert(field.name.to_owned(), value);
        }
    }
    if let Some(old) = old
        && call.knobs.is("unset_copies", "follow_equal")
    {
        forget_equal_copies(&mut sent, old);
    }
    Ok(sent)
}

/// Treats a sent copy that equals the old source as not set.
fn forget_equal_copies(sent: &mut Object, old: &Record) {
    for (copy, source) in COPIES {
        if sent.contains_key(copy) && sent.get(copy) == old.fields.get(source) {
            sent.insert(copy.to_owned(), json!(""));
        }
    }
}

fn create(call: &mut Call<'_>, body: &Object, link: Option<&str>) -> usize {
    let id = call.state.new_id();
    let created = automatic::local_time(call);
    let number = link.and_then(|id| call.state.tenant(id)).map(|t| t.number);
    let new = NewRecord {
        id: &id,
        name: text(body, "Name"),
        email: text(body, "Email"),
        login: text(body, "LoginUserName"),
        tenant: link.zip(number),
        created: &created,
    };
    record::bare(call.state, &new);
    call.state.records.len() - 1
}

/// Writes what was sent and lets fall what was not.
fn apply(record: &mut Record, sent: Object, mode: &str) {
    let is_first = !record.has_billing_information();
    let falls = |field: &Field| match mode {
        "merge" => false,
        "replace_all" => !is_first,
        "replace_also_first" => !KEPT.contains(&field.name),
        _ => !is_first && !KEPT.contains(&field.name),
    };
    for field in FIELDS.iter().filter(|field| field.class == Class::Written) {
        if !sent.contains_key(field.name) && falls(field) {
            let value = value::fallback(field.form);
            record.fields.insert(field.name.to_owned(), value);
        }
    }
    record.fields.extend(sent);
}

/// An empty copy is written out from its source in every answer; with `stay` it
/// is fixed now and no longer follows.
fn set_copies(record: &mut Record, mode: &str) {
    if mode != "stay" {
        return;
    }
    for (copy, source) in COPIES {
        if text(&record.fields, copy).is_empty() {
            let value = record.fields.get(source).cloned();
            record
                .fields
                .insert(copy.to_owned(), value.unwrap_or(Value::Null));
        }
    }
}
