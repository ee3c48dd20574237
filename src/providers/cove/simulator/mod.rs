//! The sandbox of N-able Cove: the customer part of its JSON-RPC "Management
//! Service", in raw JSON.
//!
//! It is written from the documents alone and uses none of the client's wire
//! types, so that one mistake cannot hide on both sides. Where the documents
//! are silent, a knob holds the readings; see [`knobs`].
//!
//! ```text
//! request ─ envelope ─ visa ─ method ─┬─ readers, lists ───── shapes ─┐
//!                                     └─ create, modify, states ──────┴─ State
//! ```

mod children;
mod context;
mod countries;
mod create;
mod details;
mod enums;
mod envelope;
mod fixtures;
mod input;
mod knobs;
mod levels;
mod lists;
mod locations;
mod method;
mod modify;
mod movement;
mod names;
mod partner;
mod past;
mod readers;
mod refusal;
mod remove;
mod scatter;
mod shapes;
mod state;
mod states;
mod tree;
mod users;
mod visa;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use crate::simulator::{Clock, Knob, KnobSettings, Request, Response, Service};

use self::{
    context::{Context, Outcome},
    envelope::Call,
    input::Input,
    refusal::Refusal,
    state::State,
};

/// The one path that the service answers.
const PATH: &str = "/jsonapi";

/// The simulated Cove, holding the small tree of `fixtures`. The same seed
/// gives the same ids, visas and order of answers.
pub(crate) fn service(seed: u64) -> Box<dyn Service> {
    Box::new(Cove {
        state: fixtures::state(seed),
    })
}

/// The service and all it remembers.
struct Cove {
    state: State,
}

impl Service for Cove {
    fn name(&self) -> &'static str {
        "cove"
    }

    fn knobs(&self) -> &'static [Knob] {
        knobs::KNOBS
    }

    fn handle(&mut self, request: &Request, knobs: &KnobSettings, clock: &Clock) -> Response {
        if request.path != PATH {
            return Response::text(404, "Not Found");
        }
        if request.method != "POST" {
            return Response::text(405, "Method Not Allowed").with_header("allow", "POST");
        }
        let now = clock.now().as_second();
        states::expire_trials(&mut self.state, knobs, now);
        let body = match envelope::read(&request.body) {
            Ok(call) => self.answer(&call, knobs, now),
            Err(malformed) => malformed,
        };
        Response::json(200, &body)
    }

    fn operation(&self, request: &Request) -> String {
        method_name(request).unwrap_or_else(|| "invalid".to_owned())
    }

    fn operations(&self) -> Vec<String> {
        method::names().map(str::to_owned).collect()
    }

    fn is_write(&self, request: &Request) -> bool {
        method_name(request)
            .and_then(|name| method::find(&name))
            .is_some_and(|method| method.write)
    }

    fn busy(&self, request: &Request) -> Response {
        refuse(request, &Refusal::limit_reached())
    }

    fn trouble(&self, request: &Request) -> Response {
        refuse(request, &Refusal::invalid("Internal error."))
    }

    fn state(&self) -> Value {
        serde_json::to_value(&self.state).expect("the state holds only strings, numbers and lists")
    }

    fn restore(&mut self, state: Value) -> Result<(), String> {
        let state: State =
            serde_json::from_value(state).map_err(|error| format!("no state of Cove: {error}"))?;
        tree::check(&state)?;
        self.state = state;
        Ok(())
    }

    fn provider_settings(&self, base_url: &str) -> Value {
        json!({
            "baseUrl": base_url,
            "partner": fixtures::LOGIN_PARTNER_NAME,
            "credentials": {
                "username": fixtures::USERNAME,
                "password": fixtures::PASSWORD,
            },
        })
    }
}

impl Cove {
    /// Answers a well-formed call with the whole body of the response.
    fn answer(&mut self, call: &Call, knobs: &KnobSettings, now: i64) -> Value {
        self.state.calls += 1;
        let tenth = self.state.calls.is_multiple_of(TROUBLE_PERIOD_CALLS);
        let strikes = |knob: &str| tenth && knobs.is(knob, "tenth");
        if strikes("limit_every") {
            return envelope::refused(&call.id, &Refusal::limit_reached(), None);
        }
        if strikes("unavailable_every") {
            return envelope::refused(&call.id, &Refusal::unavailable(), None);
        }
        let params = Input::new(&call.params, knobs.is("lenient_types", "yes"));
        if call.method == method::LOGIN {
            return self.login(call, params, now);
        }
        if strikes("visa_refused_every") {
            return envelope::refused(&call.id, &Refusal::visa(), None);
        }
        let user = match visa::accept(&mut self.state, call.visa.as_deref(), knobs, now) {
            Ok(user) => user,
            Err(refusal) => return envelope::refused(&call.id, &refusal, None),
        };
        let outcome = match method::find(&call.method) {
            None => Err(Refusal::unknown_method()),
            Some(method) => (method.handler)(&mut Context {
                state: &mut self.state,
                knobs,
                params,
                now,
                scope: user.partner_id,
            }),
        };
        let fresh = visa::issue(&mut self.state, &user, now);
        match outcome {
            Ok(outcome) => envelope::succeeded(&call.id, &wrap(outcome, knobs), &fresh),
            Err(refusal) => {
                let fresh = knobs.is("visa_on_error", "yes").then_some(fresh.as_str());
                envelope::refused(&call.id, &refusal, fresh)
            }
        }
    }

    fn login(&mut self, call: &Call, params: Input<'_>, now: i64) -> Value {
        match users::login(&mut self.state, params, now) {
            Err(refusal) => envelope::refused(&call.id, &refusal, None),
            Ok(user) => {
                let fresh = visa::issue(&mut self.state, &user, now);
                let result = json!({ "result": users::shape(&user) });
                envelope::succeeded(&call.id, &result, &fresh)
            }
        }
    }
}

/// How often the knobs `limit_every`, `unavailable_every` and
/// `visa_refused_every` strike when they are set to `tenth`.
const TROUBLE_PERIOD_CALLS: u64 = 10;

/// The member `result` of a success.
fn wrap(outcome: Outcome, knobs: &KnobSettings) -> Value {
    match outcome {
        Outcome::Value(value) => json!({ "result": value }),
        Outcome::WithOut(members) => Value::Object(members),
        Outcome::Void => match knobs.get("void_result") {
            "object" => json!({}),
            "inner_null" => json!({ "result": null }),
            _ => Value::Null,
        },
    }
}

/// An error answer to any request.
fn refuse(request: &Request, refusal: &Refusal) -> Response {
    let body = match envelope::read(&request.body) {
        Ok(call) => envelope::refused(&call.id, refusal, None),
        Err(malformed) => malformed,
    };
    Response::json(200, &body)
}

fn method_name(request: &Request) -> Option<String> {
    Some(request.json()?.get("method")?.as_str()?.to_owned())
}
