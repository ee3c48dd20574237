//! The look-ups that have a list of their own.

use serde_json::{Value, json};

use super::{Paging, catalogue::ServiceLevel};
use crate::{
    providers::acronis::simulator::{
        call::{Call, Outcome},
        errors,
        fixtures::PARTNER_KEY,
        ids::ZERO_GUID,
        state::text,
    },
    simulator::Response,
};

/// `GET /SLA`.
pub(crate) fn service_levels(call: &mut Call<'_>) -> Outcome {
    for name in ["Page", "PageSize"] {
        if call.request.query(name).is_none() {
            let text = format!("{name} is required.");
            return Err(errors::message(400, &text));
        }
    }
    let paging = Paging::of(call)?;
    let active = call
        .query_flag("Active")
        .map_err(|text| errors::message(400, &text))?;
    let name = call.request.query("Name").unwrap_or_default();
    let is_reference = call.knobs.is("wrapper", "reference");
    let mut found: Vec<&ServiceLevel> = call
        .tables
        .service_levels
        .iter()
        .filter(|level| level.name.contains(name))
        // All of them are active.
        .filter(|_| active != Some(false))
        .collect();
    if call.request.query("SortColumn") == Some("Name") {
        found.sort_by_key(|level| level.name);
    }
    if call.request.query("SortDirection") == Some("Desc") {
        found.reverse();
    }
    let rows: Vec<Value> = found
        .into_iter()
        .map(|level| {
            json!({
                "Id": level.id,
                "Name": level.name,
                "Active": true,
                "ShortName": if is_reference { json!("") } else { Value::Null },
                "ResponseTime": level.response_hours,
                "FeedbackInterval": level.feedback_hours,
                "IsUsed": is_used(call, &level.id),
            })
        })
        .collect();
    let (count, pages) = (rows.len(), paging.count(rows.len()));
    let page = paging.page(call, rows);
    let body = if is_reference {
        let totals = json!({
            "AmountTotalItems": count,
            "AmountRecordsFound": count,
            "AmountOfPages": pages,
        });
        json!({ "SLAPagedSearchResult": { "SLAs": page, "Paging": totals } })
    } else {
        let totals = json!({ "AmountRecordsFound": count, "AmountOfPages": pages });
        json!({ "SLAs": page, "Paging": totals })
    };
    Ok(Response::json(200, &body))
}

fn is_used(call: &Call<'_>, id: &str) -> bool {
    call.state
        .records
        .iter()
        .any(|record| record.is_customer() && text(&record.fields, "DefaultSLA") == id)
}

/// `GET /Priorities`.
pub(crate) fn priorities(call: &mut Call<'_>) -> Response {
    let rows: Vec<Value> = call
        .tables
        .priorities
        .iter()
        .enumerate()
        .map(|(index, row)| {
            json!({
                "Id": row.id,
                "Tenant": PARTNER_KEY,
                "Name": row.name,
                "Active": true,
                "InUse": false,
                "IsDefault": index == 0,
                "APIConnection": null,
                "ExternalIdentifier": index,
                "Alias": null,
                "LastChangeDate": null,
            })
        })
        .collect();
    wrapped(call, "priorities", "Priorities", &rows)
}

/// `GET /Statuses`. Neither source shows the wrapper; it is taken to be like
/// that of the priorities.
pub(crate) fn statuses(call: &mut Call<'_>) -> Response {
    let rows = status_rows(call);
    wrapped(call, "statuses", "Statuses", &rows)
}

/// The ticket statuses, as `/StaticFormData` shows them too.
pub(super) fn status_rows(call: &Call<'_>) -> Vec<Value> {
    let statuses = &call.tables.statuses;
    statuses
        .iter()
        .enumerate()
        .map(|(index, row)| {
            json!({
                "Id": row.id,
                "Tenant": ZERO_GUID,
                "Name": row.name,
                "IsStatusForClosedCall": index + 1 == statuses.len(),
                "Sequence": index + 1,
                "RequirePlanning": false,
                "ClassName": row.name.to_lowercase().replace(' ', "-"),
                "Translation": null,
                "Active": false,
                "AllowInactive": false,
                "NextStatus": null,
                "StatusType": 0,
                "LastChangeDate": null,
            })
        })
        .collect()
}

fn wrapped(call: &Call<'_>, guide: &str, reference: &str, rows: &[Value]) -> Response {
    let key = match call.knobs.get("wrapper") {
        "reference" => reference,
        _ => guide,
    };
    let body = Value::Object([(key.to_owned(), json!(rows))].into_iter().collect());
    Response::json(200, &body)
}

/// `GET /BillingEntities`.
pub(crate) fn billing_entities(call: &mut Call<'_>) -> Response {
    let rows: Vec<Value> = call
        .tables
        .billing_entities
        .iter()
        .enumerate()
        .map(|(index, row)| entity(&row.id, row.name, index == 0))
        .collect();
    Response::json(200, &json!({ "entities": rows }))
}

fn entity(id: &str, name: &str, is_default: bool) -> Value {
    json!({
        "Id": id,
        "Tenant": PARTNER_KEY,
        "Name": name,
        "BankAccountNumber": "",
        "Active": true,
        "FooterTextAutomaticDebit": "",
        "FooterTextManualDebit": "",
        "Right": false,
        "MarginTop": 2.0,
        "MarginTop2": 2.0,
        "MarginSide": 1.0,
        "InvoiceBackground": "",
        "AddressBottomMargin": 2.5,
        "PageBottomMargin": 1.5,
        "InvoiceSerialNumber": "2026",
        "InvoiceStartNumber": 1,
        "ResetedInvoiceNumber": false,
        "IsUsed": false,
        "IsDefault": is_default,
        "InvoiceDueDays": 14,
        "PageNumberPosition": true,
        "PageNumberVisibility": 0,
        "HideInvoiceNumberPrefix": false,
        "BillDaysInAdvance": 20,
        "LastChangeDate": null,
        "LastChangeDateACEP": null,
        "SplitTotals": false,
    })
}

/// `GET /Group?getGroups=true&id=`: the groups of one customer.
pub(crate) fn groups(call: &mut Call<'_>) -> Outcome {
    let wants_groups = call
        .query_flag("getGroups")
        .map_err(|text| errors::message(400, &text))?;
    if wants_groups != Some(true) {
        return Err(errors::message(400, "getGroups is required."));
    }
    let Some(id) = call.request.query("id") else {
        return Err(errors::message(400, "id is required."));
    };
    if call.state.record_position(id).is_none() {
        return Err(errors::unknown_id(call.knobs, "No such customer."));
    }
    let found: Vec<_> = call
        .state
        .groups
        .iter()
        .filter(|group| text(group, "Customer") == id)
        .collect();
    Ok(Response::json(200, &json!({ "groups": found })))
}
