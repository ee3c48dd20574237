//! A simulated Acronis: Account Management v2 and Advanced Automation v1 behind
//! one address, as on a real data centre.
//!
//! Written from the published pages alone: raw JSON in, raw JSON out, and none
//! of the client's wire types. Where the pages are silent a knob names the
//! plausible behaviours; see [`knobs::KNOBS`].

mod auth;
mod call;
mod customers;
mod errors;
mod fixtures;
mod ids;
mod knobs;
mod lookups;
mod route;
mod schema;
mod state;
mod tenants;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use self::{
    call::{Call, Caller, Outcome},
    lookups::Tables,
    route::{Area, Endpoint, Route},
    state::State,
};
use crate::simulator::{Clock, Knob, KnobSettings, Request, Response, Service};

/// A simulated Acronis data centre with the fixture in it. Equal seeds give
/// equal services.
pub(crate) fn service(seed: u64) -> Box<dyn Service> {
    let tables = Tables::new(seed);
    let state = fixtures::state(seed, &tables);
    Box::new(Simulator { tables, state })
}

struct Simulator {
    tables: Tables,
    state: State,
}

impl Service for Simulator {
    fn name(&self) -> &'static str {
        "acronis"
    }

    fn knobs(&self) -> &'static [Knob] {
        knobs::KNOBS
    }

    fn handle(&mut self, request: &Request, knobs: &KnobSettings, clock: &Clock) -> Response {
        if knobs.is("fixture", "large") {
            fixtures::grow(&mut self.state);
        }
        let (endpoint, area, path_id) = match route::route(request) {
            Route::Known(endpoint, area, path_id) => (endpoint, area, path_id),
            Route::WrongMethod(Area::Account) => {
                return errors::plain(405, "Method Not Allowed", "no such method");
            }
            Route::WrongMethod(Area::Automation) => {
                return errors::gateway(405, "Method Not Allowed");
            }
            Route::UnknownPath(Area::Account) => {
                return errors::plain(404, "Not found", "no such endpoint");
            }
            Route::UnknownPath(Area::Automation) | Route::Elsewhere => {
                return errors::gateway(404, "Not found");
            }
        };
        let mut call = Call {
            request,
            path_id,
            knobs,
            now: clock.now(),
            tables: &self.tables,
            state: &mut self.state,
            caller: Caller::default(),
        };
        tenants::settle_trials(&mut call);
        customers::settle_due(&mut call);
        match (answer(&mut call, endpoint, area), area) {
            (Ok(response), _) | (Err(response), Area::Account) => response,
            (Err(refusal), Area::Automation) => errors::reshaped(knobs, refusal),
        }
    }

    fn operation(&self, request: &Request) -> String {
        route::operation(request)
    }

    fn operations(&self) -> Vec<String> {
        route::operations()
    }

    fn is_write(&self, request: &Request) -> bool {
        route::is_write(request)
    }

    fn state(&self) -> Value {
        self.state.to_document()
    }

    fn restore(&mut self, state: Value) -> Result<(), String> {
        self.state = State::from_document(state)?;
        self.tables = Tables::new(self.state.seed);
        Ok(())
    }

    fn provider_settings(&self, base_url: &str) -> Value {
        json!({
            "baseUrl": base_url,
            "credentials": {
                "clientId": fixtures::CLIENT_ID,
                "clientSecret": fixtures::CLIENT_SECRET,
            },
        })
    }
}

fn answer(call: &mut Call<'_>, endpoint: Endpoint, area: Area) -> Outcome {
    match endpoint {
        Endpoint::Token => return auth::token(call),
        Endpoint::RevokeToken => return auth::revoke(call),
        _ => {}
    }
    call.caller = auth::caller(call, area)?;
    auth::check_scope(call, area, route::is_write(call.request))?;
    match endpoint {
        Endpoint::Token | Endpoint::RevokeToken | Endpoint::OwnUser => {
            // A client-credentials token has no user (Acronis contract, 2).
            Err(errors::plain(404, "Not found", "no user"))
        }
        Endpoint::Client => auth::client(call),
        Endpoint::TenantCreate => tenants::create(call),
        Endpoint::TenantList => tenants::list(call),
        Endpoint::TenantGet => tenants::get(call),
        Endpoint::TenantUpdate => tenants::update(call),
        Endpoint::TenantDelete => tenants::delete(call),
        Endpoint::TenantRestore => tenants::restore(call),
        Endpoint::TenantChildren => tenants::children(call),
        Endpoint::PricingGet => tenants::pricing(call),
        Endpoint::PricingUpdate => tenants::update_pricing(call),
        Endpoint::Search => tenants::search(call),
        Endpoint::CustomerGet => customers::get(call),
        Endpoint::CustomerList => customers::list(call),
        Endpoint::CustomerPut => customers::put(call),
        Endpoint::TaxGet => lookups::tax(call),
        Endpoint::TaxList => lookups::taxes(call),
        Endpoint::TaxPut => lookups::put_tax(call),
        Endpoint::TaxPost => lookups::post_taxes(call),
        Endpoint::TaxDelete => lookups::delete_tax(call),
        Endpoint::StaticFormData => Ok(lookups::static_form_data(call)),
        Endpoint::BillingEntities => Ok(lookups::billing_entities(call)),
        Endpoint::ServiceLevels => lookups::service_levels(call),
        Endpoint::Priorities => Ok(lookups::priorities(call)),
        Endpoint::Statuses => Ok(lookups::statuses(call)),
        Endpoint::Groups => lookups::groups(call),
    }
}
