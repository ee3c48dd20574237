//! Taxes: the one look-up that can be changed (Acronis contract, 4.6).

use serde_json::{Value, json};

use super::Paging;
use crate::{
    providers::acronis::simulator::{
        call::{Call, Outcome},
        errors,
        fixtures::PARTNER_KEY,
        ids::ZERO_GUID,
        state::{Object, flag, object, text},
    },
    simulator::Response,
};

/// The keys that a write may have.
const KEYS: [&str; 8] = [
    "Id",
    "Tenant",
    "Name",
    "Code",
    "Value",
    "Active",
    "AllowInactive",
    "IsDefault",
];

/// `GET /Taxes?id=`: one tax, bare.
pub(crate) fn tax(call: &mut Call<'_>) -> Outcome {
    let id = call.request.query("id").unwrap_or_default();
    let position = position(call, id)?;
    let tax = Value::Object(call.state.taxes[position].clone());
    Ok(Response::json(200, &tax))
}

/// `GET /Taxes`: a page without totals. The reference declares no list, so both
/// wrappers are the guide's.
pub(crate) fn taxes(call: &mut Call<'_>) -> Outcome {
    let paging = Paging::of(call)?;
    let active = call
        .query_flag("Active")
        .map_err(|text| errors::message(400, &text))?;
    let rows: Vec<Value> = call
        .state
        .taxes
        .iter()
        .filter(|tax| active.is_none_or(|wanted| flag(tax, "Active") == wanted))
        .map(|tax| {
            let mut row = tax.clone();
            row.insert("CustomFields".to_owned(), Value::Null);
            Value::Object(row)
        })
        .collect();
    let page = paging.page(call, rows);
    Ok(Response::json(200, &json!({ "taxes": page })))
}

/// `PUT /Taxes`: creates a tax without an id, changes one with an id.
pub(crate) fn put_tax(call: &mut Call<'_>) -> Outcome {
    let body = call.automation_body()?;
    let tax = write(call, &body)?;
    Ok(Response::json(200, &Value::Object(tax)))
}

/// `POST /Taxes`: the same for several taxes, with an empty answer. Nothing is
/// written when one of them is refused.
pub(crate) fn post_taxes(call: &mut Call<'_>) -> Outcome {
    let body = call.automation_body()?;
    let Some(Value::Array(sent)) = body.get("Tax") else {
        return Err(errors::message(400, "Tax is required."));
    };
    let before = call.state.taxes.clone();
    for tax in sent {
        let result = match tax.as_object() {
            Some(tax) => write(call, tax).map(|_| ()),
            None => Err(errors::message(400, "The Tax value is not valid.")),
        };
        if let Err(refusal) = result {
            call.state.taxes = before;
            return Err(refusal);
        }
    }
    Ok(Response::empty(200))
}

/// `DELETE /Taxes?id=`. A tax that a customer has is kept.
pub(crate) fn delete_tax(call: &mut Call<'_>) -> Outcome {
    let Some(id) = call.request.query("id") else {
        return Err(errors::message(400, "id is required."));
    };
    let position = position(call, id)?;
    let is_used = call
        .state
        .records
        .iter()
        .any(|record| text(&record.fields, "Tax") == id);
    if is_used {
        return Err(errors::message(400, "The tax is in use."));
    }
    call.state.taxes.remove(position);
    Ok(Response::empty(200))
}

fn position(call: &Call<'_>, id: &str) -> Result<usize, Response> {
    call.state
        .taxes
        .iter()
        .position(|tax| text(tax, "Id") == id)
        .ok_or_else(|| errors::unknown_id(call.knobs, "No such tax."))
}

fn write(call: &mut Call<'_>, body: &Object) -> Result<Object, Response> {
    check(call, body).map_err(|text| errors::message(400, &text))?;
    let id = text(body, "Id");
    let position = match id {
        "" | ZERO_GUID => None,
        id => Some(position(call, id)?),
    };
    let id = match position {
        Some(_) => id.to_owned(),
        None => call.state.new_id(),
    };
    let tax = object(json!({
        "Id": id,
        "Tenant": PARTNER_KEY,
        "Name": text(body, "Name"),
        "Value": body.get("Value").cloned().unwrap_or_else(|| json!(0)),
        "Active": flag(body, "Active"),
        "Code": body.get("Code"),
        "AllowInactive": flag(body, "AllowInactive"),
        "IsDefault": flag(body, "IsDefault"),
    }));
    if flag(&tax, "IsDefault") {
        for other in &mut call.state.taxes {
            other.insert("IsDefault".to_owned(), json!(false));
        }
    }
    match position {
        Some(position) => call.state.taxes[position].clone_from(&tax),
        None => call.state.taxes.push(tax.clone()),
    }
    Ok(tax)
}

fn check(call: &Call<'_>, body: &Object) -> Result<(), String> {
    let unknown = body.keys().find(|key| !KEYS.contains(&key.as_str()));
    if let Some(key) = unknown
        && call.knobs.is("unknown_keys", "refuse")
    {
        return Err(format!("The key {key} is not known."));
    }
    if text(body, "Name").is_empty() {
        return Err("Name is required.".to_owned());
    }
    let is_good = |key: &str, value: &Value| match key {
        "Value" => value.is_number(),
        "Code" => value.is_string() || value.is_null(),
        "Active" | "AllowInactive" | "IsDefault" => value.is_boolean(),
        "Id" | "Tenant" => value.is_string(),
        _ => true,
    };
    match body.iter().find(|(key, value)| !is_good(key, value)) {
        Some((key, _)) => Err(format!("The {key} value is not valid.")),
        None => Ok(()),
    }
}
