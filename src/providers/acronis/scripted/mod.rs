//! Tests against a server that answers from a script: what is sent, in what
//! order, and what is not sent.

mod reading;
mod writing;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use serde_json::{Value, json};

use super::{PROVIDER, customer};
use crate::{
    http::{Limits, Transport},
    model::{Leaf, ProviderName, Sensitive, Tree},
    provider::Endpoint,
    simulator::{Clock, Knob, KnobSettings, Options, Request, Response, Running, Service, start},
};

const PARTNER: &str = "7a1e5c90-3b4d-4f21-9c86-0d2f4b6a8e01";
const TENANT: &str = "5b7d9f13-2c4e-4a68-8b0c-1e3f5a7c9d02";
const OTHER: &str = "6c8e0a24-3d5f-4b79-9c1d-2f406b8dae13";
const CUSTOMER: &str = "a2d3e4f5-0617-4829-ba3c-4d5e6f708192";
const CLIENT: &str = "c0ffee00-1d2b-4c3a-8e4f-5a6b7c8d9e0f";

/// Answers each operation with the next line of its script; the last line is
/// repeated.
struct Scripted(BTreeMap<String, VecDeque<Response>>);

impl Service for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn knobs(&self) -> &'static [Knob] {
        &[]
    }

    fn handle(&mut self, request: &Request, _: &KnobSettings, _: &Clock) -> Response {
        let operation = self.operation(request);
        let Some(lines) = self.0.get_mut(&operation) else {
            return Response::text(418, &format!("nothing is scripted for {operation}"));
        };
        if lines.len() > 1 {
            lines.pop_front().expect("more than one line")
        } else {
            lines.front().expect("at least one line").clone()
        }
    }

    /// Verb and path below the service, with what tells two uses apart.
    fn operation(&self, request: &Request) -> String {
        let path = request
            .path
            .trim_start_matches("/api/2")
            .trim_start_matches("/api/advanced-automation/v1");
        let told = ["id", "Page", "subtree_root_id", "after", "uuids", "version"]
            .into_iter()
            .filter_map(|name| Some(format!("{name}={}", request.query(name)?)))
            .collect::<Vec<_>>()
            .join("&");
        let mark = if told.is_empty() { "" } else { "?" };
        format!("{} {path}{mark}{told}", request.method)
    }

    fn is_write(&self, request: &Request) -> bool {
        let reads = ["/Customer", "/token"];
        request.method != "GET" && !reads.iter().any(|end| request.path.ends_with(end))
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

fn ok(body: &Value) -> Response {
    Response::json(200, body)
}

fn refused(status: u16, code: i64) -> Response {
    Response::json(
        status,
        &json!({ "error": { "code": code, "message": "no" } }),
    )
}

/// Serves a script, with a token, the client and the end of the customer list
/// beside it.
async fn serve(script: Vec<(&str, Vec<Response>)>) -> (Running, Endpoint) {
    let client = format!("GET /clients/{CLIENT}");
    let mut lines = BTreeMap::from([
        (
            "POST /idp/token".to_owned(),
            VecDeque::from([token("t1"), token("t2")]),
        ),
        (
            client,
            VecDeque::from([ok(&json!({ "tenant_id": PARTNER }))]),
        ),
        (
            "POST /Customer?Page=2".to_owned(),
            VecDeque::from([ok(&json!({ "Customers": [] }))]),
        ),
    ]);
    for (operation, answers) in script {
        lines.insert(operation.to_owned(), answers.into());
    }
    let options = Options {
        port: 0,
        clock: Clock::fixed(jiff::Timestamp::UNIX_EPOCH),
    };
    let running = start(Box::new(Scripted(lines)), options)
        .await
        .expect("a free port");
    let transport = Transport::new(Limits {
        requests_per_second: 10_000.0,
        concurrency: 8,
        timeout_seconds: 20,
        attempts: 1,
    });
    let secret = |text: &str| Leaf::Sensitive(Sensitive::new(text));
    let settings = [
        ("baseUrl", Leaf::Text(running.base_url())),
        ("credentials.clientId", secret(CLIENT)),
        ("credentials.clientSecret", secret("s3cret")),
    ];
    let endpoint = Endpoint {
        name: ProviderName("acronis-eu".into()),
        settings: settings
            .into_iter()
            .map(|(path, leaf)| (PROVIDER.settings.path(path), leaf))
            .collect(),
        transport: Arc::new(transport.expect("a client")),
    };
    (running, endpoint)
}

fn token(text: &str) -> Response {
    ok(&json!({ "access_token": text, "token_type": "bearer", "expires_in": 7200, "id_token": "" }))
}

/// What was asked, without tokens.
fn asked(running: &Running) -> Vec<String> {
    let log = running.log().into_iter();
    log.map(|entry| entry.operation)
        .filter(|operation| operation != "POST /idp/token")
        .collect()
}

/// The bodies of the writes, in order.
fn written(running: &Running) -> Vec<Value> {
    let log = running.log().into_iter();
    log.filter(|entry| entry.write)
        .map(|entry| entry.request.json().unwrap_or_default())
        .collect()
}

fn tree(fields: &[(&str, &str)]) -> Tree {
    let fields = fields.iter();
    fields
        .map(|(path, text)| (customer().path(path), Leaf::Text((*text).to_owned())))
        .collect()
}

fn tenant() -> Value {
    json!({
        "id": TENANT, "version": 1, "name": "Foobar", "kind": "customer", "parent_id": PARTNER,
        "enabled": true, "internal_tag": "foobar", "deleted_at": null,
        "contact": { "city": "Sofia", "fax": "1", "language": null },
    })
}

/// A customer in full, of this tenant.
fn in_full(of: &str) -> Value {
    json!({
        "Id": CUSTOMER, "Tenant": "91c2d3e4-f506-4718-a92b-3c4d5e6f7081", "Name": "Foobar",
        "ExternalTenantUUID": of, "BankAccount": "AL35202111090000000001234567", "Status": 2,
    })
}

/// One page with these customers: id, name and tenant.
fn customers(rows: &[(&str, &str, &str)]) -> Response {
    let items: Vec<Value> = rows
        .iter()
        .map(|(id, name, tenant)| {
            json!({ "Id": id, "Name": name, "IsTier4": true, "ExternalTenantUUID": tenant })
        })
        .collect();
    ok(&json!({ "Customers": items, "AmountRecordsFound": rows.len(), "AmountOfPages": 0 }))
}
