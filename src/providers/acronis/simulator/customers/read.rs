//! `POST /Customer`: the list, and one customer.

use serde_json::{Value, json};

use super::{automatic, record};
use crate::{
    providers::acronis::simulator::{
        call::{Call, Outcome},
        errors,
        lookups::Paging,
    },
    simulator::Response,
};

/// One customer, by the query's `id`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let id = call.request.query("id").unwrap_or_default();
    let found = call
        .state
        .records
        .iter()
        .find(|record| record.id() == id)
        .filter(|record| super::is_visible(call, record))
        .map(|record| record::shown(call.tables, call.knobs, record));
    automatic::count_read(call);
    match found {
        Some(body) => Ok(Response::json(200, &body)),
        None => Err(errors::unknown_id(call.knobs, "No such customer.")),
    }
}

/// A page of all customers, the partner itself among them.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let paging = Paging::of(call)?;
    let active = call
        .query_flag("Active")
        .map_err(|text| errors::message(400, &text))?
        .or_else(|| call.knobs.is("omitted_active", "active").then_some(true));
    let rows: Vec<Value> = call
        .state
        .records
        .iter()
        .filter(|record| super::is_visible(call, record))
        .filter(|record| active.is_none_or(|wanted| super::is_active(call, record) == wanted))
        .map(|record| record::item(call.knobs, record))
        .collect();
    let all = rows.len();
    let page = paging.page(call, rows);
    let found = if call.knobs.is("records_found", "page") {
        page.len()
    } else {
        all
    };
    automatic::count_read(call);
    // The sample says no pages for two records (Acronis contract, 4.2).
    let body = json!({
        "Customers": page,
        "AmountRecordsFound": found,
        "AmountOfPages": 0,
    });
    Ok(Response::json(200, &body))
}
