//! A server on loopback that answers as a test says.

use std::sync::Arc;

use serde_json::{Value, json};

use super::fixture::{self, envelope};
use crate::{
    http::{Limits, Transport},
    model::ProviderName,
    provider::Endpoint,
    simulator::{self, Clock, Knob, KnobSettings, Options, Request, Response, Running, Service},
};

/// What to answer, given the API and the body.
pub(super) type Script = fn(&str, &Value) -> Response;

/// A server that answers as a test says.
struct Scripted(Script);

impl Service for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn knobs(&self) -> &'static [Knob] {
        &[]
    }

    fn handle(&mut self, request: &Request, _: &KnobSettings, _: &Clock) -> Response {
        let body = request.json().expect("requests are JSON");
        self.0(&self.operation(request), &body)
    }

    fn operation(&self, request: &Request) -> String {
        let name = request.path.rsplit('/').next();
        name.unwrap_or_default().to_owned()
    }

    fn is_write(&self, _: &Request) -> bool {
        false
    }

    fn state(&self) -> Value {
        Value::Null
    }

    fn restore(&mut self, _: Value) -> Result<(), String> {
        Ok(())
    }

    fn provider_settings(&self, _: &str) -> Value {
        Value::Null
    }
}

/// Serves a script, and gives the way to it. The server ends with the first of
/// the two.
pub(super) async fn serve(script: Script) -> (Running, Endpoint) {
    let clock = Clock::fixed(jiff::Timestamp::UNIX_EPOCH);
    let options = Options { port: 0, clock };
    let running = simulator::start(Box::new(Scripted(script)), options)
        .await
        .expect("a free port on loopback");
    let limits = Limits {
        requests_per_second: 1_000.0,
        concurrency: 4,
        timeout_seconds: 20,
        attempts: 1,
    };
    let endpoint = Endpoint {
        name: ProviderName("zegoal".into()),
        settings: fixture::settings(&running.base_url()),
        transport: Arc::new(Transport::new(limits).expect("a client")),
    };
    (running, endpoint)
}

/// An error envelope.
pub(super) fn error(status: u16, api: &str, words: &str) -> Response {
    let body = json!({
        "processing_result": { "text": words, "status": "error", "code": 1 },
        api: { "response": false, "request": {} },
    });
    Response::json(status, &body)
}

/// The answer of a success.
pub(super) fn ok(api: &str, response: &Value) -> Response {
    Response::json(200, &envelope(api, response))
}
