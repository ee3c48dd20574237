//! A tenant's pricing mode, and trials that end by themselves.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{render, rules};
use crate::{
    providers::acronis::simulator::{
        call::{Call, Outcome},
        errors::{self, Code},
        schema,
        state::{Tenant, integer, text},
    },
    simulator::Response,
};

/// Turns every trial whose month has passed into production.
pub(crate) fn settle_trials(call: &mut Call<'_>) {
    for tenant in &mut call.state.tenants {
        let is_over = text(&tenant.pricing, "mode") == "trial"
            && text(&tenant.pricing, "production_start_date")
                .parse::<Timestamp>()
                .is_ok_and(|start| start <= call.now);
        if is_over {
            tenant
                .pricing
                .insert("mode".to_owned(), json!("production"));
        }
    }
}

/// `GET /tenants/{id}/pricing`.
pub(crate) fn pricing(call: &mut Call<'_>) -> Outcome {
    let position = super::reach(call, &call.path_id, false)?;
    Ok(shown(call, &call.state.tenants[position]))
}

/// `PUT /tenants/{id}/pricing`.
pub(crate) fn update_pricing(call: &mut Call<'_>) -> Outcome {
    let body = call.account_body()?;
    schema::check(&body, schema::PRICING_PUT).map_err(|info| errors::bad_request(&info))?;
    let position = super::reach(call, &call.path_id, false)?;
    let tenant = &call.state.tenants[position];
    // The lock is the tenant's, the version is the pricing's own.
    rules::check_write(call, tenant, tenant.version(), false)?;
    let (found, sent) = (
        integer(&tenant.pricing, "version"),
        integer(&body, "version"),
    );
    if found != sent {
        let info = format!("expected version {found}, got {sent}");
        return Err(errors::coded(call.knobs, Code::VersionMismatch, &info));
    }
    let old_mode = text(&tenant.pricing, "mode").to_owned();
    let new_mode = body.get("mode").and_then(Value::as_str);
    if new_mode == Some("trial") && old_mode != "trial" {
        let info = "a tenant cannot go back to trial";
        return Err(errors::bad_request(info));
    }

    let now = call.now;
    let pricing = &mut call.state.tenants[position].pricing;
    for key in ["mode", "currency"] {
        if let Some(value) = body.get(key) {
            pricing.insert(key.to_owned(), value.clone());
        }
    }
    if old_mode == "trial" && new_mode == Some("production") {
        pricing.insert("production_start_date".to_owned(), json!(now.to_string()));
    }
    let version = now.as_millisecond().max(found + 1);
    pricing.insert("version".to_owned(), json!(version));
    Ok(shown(call, &call.state.tenants[position]))
}

fn shown(call: &Call<'_>, tenant: &Tenant) -> Response {
    let mut pricing = tenant.pricing.clone();
    if let Some(start) = pricing.get_mut("production_start_date") {
        *start = render::time(call.knobs, start);
    }
    Response::json(200, &Value::Object(pricing))
}
