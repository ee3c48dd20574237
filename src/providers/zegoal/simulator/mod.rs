//! A simulated TI Rate tenant. It is written from the vendor's pages under
//! docs.true-item.com/zegoal alone and speaks raw JSON; where those pages are
//! silent, a comment says what is assumed, and a knob gives other readings.

mod addresses;
mod api;
mod call;
mod contacts;
mod contracts;
mod create;
mod deletion;
mod dictionaries;
mod envelope;
mod failure;
mod fields;
mod fixtures;
mod info;
mod knobs;
mod life_calls;
mod lifecycle;
mod money;
mod notifications;
mod products;
mod shape;
mod stamp;
mod state;
mod update;

#[cfg(test)]
mod tests_create;
#[cfg(test)]
mod tests_info;
#[cfg(test)]
mod tests_knobs;
#[cfg(test)]
mod tests_life;
#[cfg(test)]
mod tests_parts;
#[cfg(test)]
mod tests_support;
#[cfg(test)]
mod tests_transport;
#[cfg(test)]
mod tests_update;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{Timestamp, Zoned, tz::TimeZone};
use serde_json::{Map, Value, json};

use self::{
    api::Api,
    call::{Answer, Call},
    failure::Failure,
    state::State,
};
use crate::{
    model::Tree,
    simulator::{Clock, Knob, KnobSettings, Request, Response, Service},
};

/// The one login of the sandbox, and its password.
const LOGIN: &str = "sandbox";
const PASSWORD: &str = "sandbox-password";

/// A simulated tenant with a few accounts in it. `seed` makes the texts that
/// the server invents differ between sandboxes.
pub(crate) fn service(seed: u64) -> Box<dyn Service> {
    Box::new(Zegoal {
        state: State::new(seed),
        zone: stamp::zone_default(),
    })
}

struct Zegoal {
    state: State,
    /// The tenant's time zone.
    zone: TimeZone,
}

impl Service for Zegoal {
    fn name(&self) -> &'static str {
        "zegoal"
    }

    fn knobs(&self) -> &'static [Knob] {
        &knobs::KNOBS
    }

    fn handle(&mut self, request: &Request, knobs: &KnobSettings, clock: &Clock) -> Response {
        if request.method != "POST" {
            return Response::text(405, "Method Not Allowed").with_header("allow", "POST");
        }
        let Some(api) = api::find(&request.path) else {
            return Response::text(404, "Not Found");
        };
        if !is_authorized(request) {
            return Response::text(401, "Unauthorized")
                .with_header("www-authenticate", "Basic realm=\"ti_api\"");
        }
        let now = clock.now().to_zoned(self.zone.clone());
        fixtures::found(&mut self.state, now.datetime());
        let mark = mark(self.state.seed, now.timestamp(), &request.body);
        let (echo, outcome) = match request.json() {
            Some(Value::Object(body)) => {
                let outcome = run(&mut self.state, api, &body, knobs, &now, &mark);
                (Value::Object(body), outcome)
            }
            _ => (
                Value::Null,
                Err(Failure::text("Request is not a JSON object")),
            ),
        };
        let body = envelope::wrap(api, &echo, outcome, knobs, &now, &mark);
        Response::json(200, &body)
    }

    fn operation(&self, request: &Request) -> String {
        let api = api::find(&request.path);
        api.map_or("unknown", |api| api.name).to_owned()
    }

    fn operations(&self) -> Vec<String> {
        api::names().map(str::to_owned).collect()
    }

    fn is_write(&self, request: &Request) -> bool {
        api::is_write(&request.path)
    }

    fn trouble(&self, request: &Request) -> Response {
        let name = self.operation(request);
        let body = json!({
            "processing_result": { "status": "error", "code": 1, "text": "Internal error" },
            (name): { "response": false },
        });
        Response::json(200, &body)
    }

    fn state(&self) -> Value {
        serde_json::to_value(&self.state).expect("every key of the state is a string or a number")
    }

    fn restore(&mut self, state: Value) -> Result<(), String> {
        self.state = serde_json::from_value(state)
            .map_err(|error| format!("this is no state of a simulated TI Rate tenant: {error}"))?;
        Ok(())
    }

    fn stand_in_for(&mut self, settings: &Tree) {
        let named = settings.text("timeZone");
        let named = named.and_then(|name| TimeZone::get(name).ok());
        self.zone = named.unwrap_or_else(stamp::zone_default);
    }

    fn provider_settings(&self, base_url: &str) -> Value {
        json!({
            "baseUrl": base_url,
            "tenant": fixtures::TENANT,
            "credentials": {"login": LOGIN, "password": PASSWORD},
        })
    }
}

/// Checks what every call has in common, then carries it out.
fn run(
    state: &mut State,
    api: &Api,
    body: &Map<String, Value>,
    knobs: &KnobSettings,
    now: &Zoned,
    mark: &str,
) -> Result<Answer, Failure> {
    match body.get("tenant") {
        None => return Err(Failure::incomplete()),
        Some(tenant) if tenant == fixtures::TENANT => {}
        Some(_) => return Err(Failure::unknown_tenant()),
    }
    // What `null` does is nowhere said. Refusing it everywhere keeps clients
    // from ever sending one.
    if let Some(path) = body
        .iter()
        .find_map(|(name, value)| null_path(name.clone(), value))
    {
        return Err(Failure::validation(&path));
    }
    let call = Call {
        name: api.name,
        body,
        knobs,
        now: now.datetime(),
        zone: stamp::zone_name(now.time_zone()),
        mark,
    };
    (api.run)(state, &call)
}

/// The path of the first `null` in a value.
fn null_path(path: String, value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(path),
        Value::Object(attributes) => attributes
            .iter()
            .find_map(|(name, value)| null_path(format!("{path}.{name}"), value)),
        Value::Array(elements) => elements
            .iter()
            .find_map(|element| null_path(path.clone(), element)),
        _ => None,
    }
}

fn is_authorized(request: &Request) -> bool {
    let Some((scheme, token)) = request
        .header("authorization")
        .and_then(|header| header.split_once(' '))
    else {
        return false;
    };
    scheme.eq_ignore_ascii_case("basic")
        && token.trim() == STANDARD.encode(format!("{LOGIN}:{PASSWORD}"))
}

/// A text such as the server invents, the same for the same call at the same
/// time. FNV-1a spreads the bytes well enough for that.
fn mark(seed: u64, now: Timestamp, body: &[u8]) -> String {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let bytes = seed
        .to_be_bytes()
        .into_iter()
        .chain(now.as_second().to_be_bytes())
        .chain(body.iter().copied());
    let hash = bytes.fold(OFFSET_BASIS, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    });
    STANDARD.encode(hash.to_be_bytes())
}
