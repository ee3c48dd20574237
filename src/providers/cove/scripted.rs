//! A service whose answers a test writes down: in order, or as a function of
//! the request.

use std::{collections::VecDeque, sync::Arc};

use serde_json::{Value, json};

use super::fields;
use crate::{
    http::{Limits, Transport},
    model::{Leaf, ProviderName, Sensitive, Tree},
    provider::{Endpoint, KindDef},
    simulator::{Clock, Knob, KnobSettings, Options, Request, Response, Running, Service, start},
};

type Script = Box<dyn FnMut(&Value) -> Response + Send>;

struct Scripted(Script);

impl Service for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn knobs(&self) -> &'static [Knob] {
        &[]
    }

    fn handle(&mut self, request: &Request, _: &KnobSettings, _: &Clock) -> Response {
        (self.0)(&request.json().unwrap_or_default())
    }

    fn operation(&self, request: &Request) -> String {
        request
            .json()
            .and_then(|body| Some(body["method"].as_str()?.to_owned()))
            .unwrap_or_default()
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

/// An answer with a result and a visa.
pub(super) fn result(value: &Value, visa: &str) -> Response {
    let body = json!({
        "id": "jsonrpc",
        "jsonrpc": "2.0",
        "result": { "result": value },
        "visa": visa,
    });
    Response::json(200, &body)
}

/// An answer of a method that returns nothing.
pub(super) fn void(visa: &str) -> Response {
    Response::json(
        200,
        &json!({ "id": "jsonrpc", "result": null, "visa": visa }),
    )
}

/// The answer to a login of customer 700001.
pub(super) fn login(visa: &str) -> Response {
    result(&json!({ "Id": 81_001, "PartnerId": 700_001 }), visa)
}

/// An error without a visa.
pub(super) fn error(data: i64, message: &str) -> Response {
    let error = json!({ "code": -32603, "data": data, "message": message });
    Response::json(200, &json!({ "id": "jsonrpc", "error": error }))
}

/// Serves answers in order.
pub(super) async fn serve(script: impl IntoIterator<Item = Response>) -> (Running, Endpoint) {
    let mut script: VecDeque<Response> = script.into_iter().collect();
    serve_by(move |_| {
        script
            .pop_front()
            .unwrap_or_else(|| Response::text(404, "the script is over"))
    })
    .await
}

/// Serves what a function of the request's body gives.
pub(super) async fn serve_by(
    script: impl FnMut(&Value) -> Response + Send + 'static,
) -> (Running, Endpoint) {
    let options = Options {
        port: 0,
        clock: Clock::real(),
    };
    let service = Box::new(Scripted(Box::new(script)));
    let running = start(service, options).await.expect("a free port");
    let endpoint = endpoint(&running.base_url());
    (running, endpoint)
}

fn endpoint(base_url: &str) -> Endpoint {
    let settings: &KindDef = &super::PROVIDER.settings;
    let mut tree = Tree::default();
    let text = |value: &str| Leaf::Text(value.to_owned());
    let sensitive = |value: &str| Leaf::Sensitive(Sensitive::new(value));
    tree.set(settings.path("baseUrl"), text(base_url));
    tree.set(settings.path("partner"), text("Harbour MSP"));
    tree.set(
        settings.path("credentials.username"),
        sensitive("reconciler"),
    );
    tree.set(settings.path("credentials.password"), sensitive("token-9"));
    let limits = Limits {
        requests_per_second: 1000.0,
        concurrency: 4,
        timeout_seconds: 30,
        attempts: 1,
    };
    Endpoint {
        name: ProviderName(Arc::from("cove-test")),
        settings: tree,
        transport: Arc::new(Transport::new(limits).expect("a client")),
    }
}

/// `Method@visa` of each request that was sent.
pub(super) fn sent(running: &Running) -> Vec<String> {
    bodies(running)
        .iter()
        .map(|body| {
            let method = body["method"].as_str().unwrap_or_default();
            match body["visa"].as_str() {
                Some(visa) => format!("{method}@{visa}"),
                None => method.to_owned(),
            }
        })
        .collect()
}

/// The bodies of all requests that were sent.
pub(super) fn bodies(running: &Running) -> Vec<Value> {
    running
        .log()
        .iter()
        .map(|entry| entry.request.json().unwrap_or_default())
        .collect()
}

/// A tree of the given fields.
pub(super) fn tree(values: Vec<(&str, Leaf)>) -> Tree {
    values
        .into_iter()
        .map(|(name, leaf)| (fields().path(name).expect(name), leaf))
        .collect()
}

/// A text leaf.
pub(super) fn text(value: &str) -> Leaf {
    Leaf::Text(value.to_owned())
}
