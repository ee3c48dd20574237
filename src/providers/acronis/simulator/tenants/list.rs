//! `GET /tenants` and `GET /tenants/{id}/children`.

use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::render;
use crate::{
    providers::acronis::simulator::{
        call::{Call, Outcome},
        errors,
        state::{Tenant, text},
    },
    simulator::Response,
};

/// How many items a page has when `limit` is left out (Acronis contract, 3.3).
const LIMIT_DEFAULT: usize = 5_000;

/// How many items a page has at most when the knob caps it. The real maximum
/// is not published; this one is small enough for a test to meet it.
const LIMIT_CAP: usize = 20;

/// The most ids that one request may ask for (Acronis contract, 3.3).
const UUIDS_MAX: usize = 100;

/// The parameters that say which tenants are meant; exactly one must be there.
const SELECTORS: [&str; 3] = ["uuids", "parent_id", "subtree_root_id"];

/// Where a tenant stands in a listing: its depth below the root of a subtree
/// (0 for the other listings) and its place in the order of creation. Deleted
/// tenants keep theirs, so a cursor stays good whatever happens in between.
type Place = (usize, usize);

/// The filters of a listing, from the query or from a cursor.
struct Filters {
    query: Vec<(String, String)>,
    /// The place after which the page starts.
    after: Option<Place>,
}

/// `GET /tenants`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let limit = limit(call)?;
    let filters = filters(call)?;
    let lod = match filters.get("lod") {
        None => "full",
        Some(lod @ ("stamps" | "basic" | "full")) => lod,
        Some(_) => return Err(errors::bad_request("parameter lod has an invalid value")),
    };
    let since = match filters.get("updated_since").map(str::parse::<Timestamp>) {
        None => None,
        Some(Ok(since)) => Some(since),
        Some(Err(_)) => {
            return Err(errors::bad_request("updated_since is not a UTC timestamp"));
        }
    };
    let allow_deleted = filters.flag("allow_deleted")?;
    let with_contacts = filters.flag("with_contacts")?;

    let mut places = selected(call, &filters, allow_deleted)?;
    places.retain(|place| {
        let tenant = &call.state.tenants[place.1];
        (allow_deleted || !tenant.is_deleted())
            && since.is_none_or(|since| is_updated_since(tenant, since))
            && filters.after.is_none_or(|after| *place > after)
    });
    places.sort_unstable();
    let page = &places[..limit.min(places.len())];
    let items: Vec<Value> = page
        .iter()
        .map(|place| render::item(call, &call.state.tenants[place.1], lod, with_contacts))
        .collect();
    let timestamp = render::time(call.knobs, &json!(call.now.to_string()));
    let mut body = json!({ "timestamp": timestamp, "items": items });
    if let Some(last) = page.last()
        && page.len() < places.len()
    {
        body["paging"] = json!({ "cursors": { "after": filters.cursor(*last) } });
    } else if filters.after.is_some() {
        body["paging"] = json!({ "cursors": {} });
    }
    Ok(Response::json(200, &body))
}

/// `GET /tenants/{id}/children`. All children come at once, since no page size
/// can be asked for.
pub(crate) fn children(call: &mut Call<'_>) -> Outcome {
    let allow_deleted = super::query_flag(call, "allow_deleted")?;
    let include_details = super::query_flag(call, "include_details")?;
    let order = call.request.query("order").unwrap_or("name");
    let (order, is_reversed) = match order.strip_prefix('-') {
        Some(order) => (order, true),
        None => (order, false),
    };
    super::reach(call, &call.path_id, allow_deleted)?;
    let mut found: Vec<&Tenant> = direct_children(call, &call.path_id)
        .map(|index| &call.state.tenants[index])
        .filter(|tenant| allow_deleted || !tenant.is_deleted())
        .collect();
    match order {
        "name" => found.sort_by_key(|tenant| tenant.name().to_owned()),
        "status" => found.sort_by_key(|tenant| !tenant.is_enabled()),
        _ if order == "as_is" || order.starts_with("usage.") => {}
        _ => return Err(errors::bad_request("parameter order has an invalid value")),
    }
    if is_reversed {
        found.reverse();
    }
    let items: Vec<Value> = found
        .into_iter()
        .map(|tenant| {
            if include_details {
                render::single(call, tenant)
            } else {
                json!(tenant.id())
            }
        })
        .collect();
    Ok(Response::json(200, &json!({ "items": items })))
}

fn limit(call: &Call<'_>) -> Result<usize, Response> {
    let limit = match call.request.query("limit").map(str::parse::<usize>) {
        None => LIMIT_DEFAULT,
        Some(Ok(limit)) if limit > 0 => limit,
        Some(_) => {
            let info = "parameter limit is not an integer from 1 up";
            return Err(errors::bad_request(info));
        }
    };
    if call.knobs.is("limit_cap", "small") {
        return Ok(limit.min(LIMIT_CAP));
    }
    Ok(limit)
}

fn filters(call: &Call<'_>) -> Result<Filters, Response> {
    match call.request.query("after") {
        None => Ok(Filters {
            query: call.request.query.clone(),
            after: None,
        }),
        // The cursor carries the filters; those of the request are ignored.
        Some(cursor) => {
            Filters::read(cursor).ok_or_else(|| errors::bad_request("the cursor is not valid"))
        }
    }
}

fn selected(
    call: &Call<'_>,
    filters: &Filters,
    allow_deleted: bool,
) -> Result<Vec<Place>, Response> {
    let given: Vec<&str> = SELECTORS
        .into_iter()
        .filter(|name| filters.get(name).is_some())
        .collect();
    let selector = match given.as_slice() {
        [one] => *one,
        [] => {
            let info = "one of uuids, parent_id and subtree_root_id is required";
            return Err(errors::bad_request(info));
        }
        [first, second, ..] => {
            let info = format!("{first} and {second} are mutually exclusive");
            return Err(errors::bad_request(&info));
        }
    };
    let value = filters.get(selector).unwrap_or_default();
    match selector {
        "uuids" => by_ids(call, value),
        "parent_id" => {
            super::reach(call, value, allow_deleted)?;
            Ok(direct_children(call, value).map(|i| (0, i)).collect())
        }
        _ => {
            super::reach(call, value, allow_deleted)?;
            Ok(subtree(call, value))
        }
    }
}

fn by_ids(call: &Call<'_>, value: &str) -> Result<Vec<Place>, Response> {
    let wanted: Vec<&str> = value.split(',').map(str::trim).collect();
    if wanted.len() > UUIDS_MAX {
        return Err(errors::bad_request("uuids holds more than 100 ids"));
    }
    // Ids that are unknown or outside the caller's tree are left out.
    Ok(visible(call)
        .filter(|index| wanted.contains(&call.state.tenants[*index].id()))
        .map(|index| (0, index))
        .collect())
}

fn direct_children<'a>(call: &'a Call<'_>, id: &'a str) -> impl Iterator<Item = usize> + 'a {
    visible(call).filter(move |index| {
        let tenant = &call.state.tenants[*index];
        tenant.parent_id() == id && tenant.id() != id
    })
}

fn subtree(call: &Call<'_>, root: &str) -> Vec<Place> {
    visible(call)
        .filter_map(|index| {
            let id = call.state.tenants[index].id();
            let level = call
                .state
                .lineage(id)
                .position(|tenant| tenant.id() == root)?;
            Some((level, index))
        })
        .collect()
}

fn visible<'a>(call: &'a Call<'_>) -> impl Iterator<Item = usize> + 'a {
    (0..call.state.tenants.len())
        .filter(|index| super::is_visible(call, call.state.tenants[*index].id()))
}

fn is_updated_since(tenant: &Tenant, since: Timestamp) -> bool {
    text(&tenant.object, "updated_at")
        .parse::<Timestamp>()
        .is_ok_and(|updated_at| updated_at >= since)
}

impl Filters {
    fn get(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    fn flag(&self, name: &str) -> Result<bool, Response> {
        match self.get(name).map(str::to_ascii_lowercase).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => {
                let info = format!("{name} is not a boolean");
                Err(errors::bad_request(&info))
            }
        }
    }

    fn cursor(&self, last: Place) -> String {
        let query: Vec<_> = self
            .query
            .iter()
            .filter(|(key, _)| key != "limit" && key != "after")
            .collect();
        BASE64_STANDARD.encode(json!([query, last]).to_string())
    }

    fn read(cursor: &str) -> Option<Self> {
        let bytes = BASE64_STANDARD.decode(cursor).ok()?;
        let (query, after) = serde_json::from_slice(&bytes).ok()?;
        Some(Self {
            query,
            after: Some(after),
        })
    }
}
