//! A simulator with a clock and a token, and short ways to ask it things.

use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::{fixtures, knobs::KNOBS, service};
use crate::simulator::{Clock, KnobSettings, Request, Response, Service};

/// The seed of every test.
pub(super) const SEED: u64 = 7;

/// The tenant paths' base.
const ACCOUNT: &str = "/api/2";

/// The billing paths' base.
const AUTOMATION: &str = "/api/advanced-automation/v1";

pub(super) struct Bench {
    pub(super) service: Box<dyn Service>,
    pub(super) knobs: KnobSettings,
    pub(super) clock: Clock,
    pub(super) token: String,
}

impl Bench {
    /// A fresh simulator at the start of 2026, with a token.
    pub(super) fn new() -> Self {
        Self::with(&[])
    }

    /// The same with some knobs set from the start.
    pub(super) fn with(knobs: &[(&str, &str)]) -> Self {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a timestamp");
        let mut bench = Self {
            service: service(SEED),
            knobs: KnobSettings::defaults(KNOBS),
            clock: Clock::fixed(start),
            token: String::new(),
        };
        for (name, value) in knobs {
            bench.set(name, value);
        }
        bench.log_in(fixtures::CLIENT_ID);
        bench
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.knobs.set(KNOBS, name, value).expect("a known knob");
    }

    pub(super) fn log_in(&mut self, client_id: &str) {
        let (status, body) = self.token(client_id, fixtures::CLIENT_SECRET, "client_credentials");
        assert_eq!(status, 200, "{body}");
        body["access_token"]
            .as_str()
            .expect("a token")
            .clone_into(&mut self.token);
    }

    pub(super) fn token(&mut self, id: &str, secret: &str, grant: &str) -> (u16, Value) {
        let form = format!("grant_type={grant}");
        let mut request = request("POST", &format!("{ACCOUNT}/idp/token"), &[]);
        let basic = BASE64_STANDARD.encode(format!("{id}:{secret}"));
        header(&mut request, "authorization", &format!("Basic {basic}"));
        header(
            &mut request,
            "content-type",
            "application/x-www-form-urlencoded",
        );
        request.body = form.into_bytes();
        let response = self.send(&request);
        (response.status, json_of(&response))
    }

    pub(super) fn send(&mut self, request: &Request) -> Response {
        self.service.handle(request, &self.knobs, &self.clock)
    }

    /// A call with the token; `path` without the base, chosen by its first
    /// letter, since only the billing paths start with a capital one.
    pub(super) fn call(
        &mut self,
        method: &str,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> (u16, Value) {
        let mut request = request(method, &full(path), query);
        let bearer = format!("Bearer {}", self.token);
        header(&mut request, "authorization", &bearer);
        if let Some(body) = body {
            header(&mut request, "content-type", "application/json");
            request.body = body.to_string().into_bytes();
        }
        let response = self.send(&request);
        (response.status, json_of(&response))
    }

    /// The body of a call that must answer 200.
    pub(super) fn get(&mut self, path: &str, query: &[(&str, &str)]) -> Value {
        let (status, body) = self.call("GET", path, query, None);
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    pub(super) fn put(&mut self, path: &str, body: &Value) -> (u16, Value) {
        self.call("PUT", path, &[], Some(body))
    }

    /// Creates a customer tenant below the partner.
    pub(super) fn create(&mut self, name: &str, more: &Value) -> Value {
        let mut body = json!({
            "name": name,
            "kind": "customer",
            "parent_id": fixtures::PARTNER_ID,
        });
        for (key, value) in more.as_object().expect("an object") {
            body[key] = value.clone();
        }
        let (status, tenant) = self.call("POST", "/tenants", &[], Some(&body));
        assert_eq!(status, 201, "{tenant}");
        tenant
    }

    /// The tenant of that name.
    pub(super) fn tenant(&mut self, name: &str) -> Value {
        let query = [("subtree_root_id", fixtures::PARTNER_ID)];
        let list = self.get("/tenants", &query);
        row(&list["items"], "name", name)
    }

    pub(super) fn list(&mut self, query: &[(&str, &str)]) -> Value {
        let (status, body) = self.call("POST", "/Customer", query, None);
        assert_eq!(status, 200, "{body}");
        body
    }

    /// The detail of the customer of that name.
    pub(super) fn customer(&mut self, name: &str) -> Value {
        let list = self.list(&[]);
        let id = text(&row(&list["Customers"], "Name", name), "Id");
        self.detail(&id)
    }

    pub(super) fn detail(&mut self, id: &str) -> Value {
        let (status, body) = self.call("POST", "/Customer", &[("id", id)], None);
        assert_eq!(status, 200, "{body}");
        body
    }

    /// Names of the listed customers, in the order of the list.
    pub(super) fn names(&mut self, query: &[(&str, &str)]) -> Vec<String> {
        let list = self.list(query);
        let rows = list["Customers"].as_array().expect("a list");
        rows.iter().map(|row| text(row, "Name")).collect()
    }
}

fn full(path: &str) -> String {
    let is_automation = path.chars().nth(1).is_some_and(char::is_uppercase);
    let base = if is_automation { AUTOMATION } else { ACCOUNT };
    format!("{base}{path}")
}

pub(super) fn request(method: &str, path: &str, query: &[(&str, &str)]) -> Request {
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        headers: Vec::new(),
        body: Vec::new(),
    }
}

pub(super) fn header(request: &mut Request, name: &str, value: &str) {
    request.headers.push((name.to_owned(), value.to_owned()));
}

pub(super) fn json_of(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap_or_default()
}

/// The row whose key has that text.
pub(super) fn row(rows: &Value, key: &str, value: &str) -> Value {
    let rows = rows.as_array().expect("a list");
    let found = rows.iter().find(|row| row[key] == value);
    found.cloned().expect("there is such a row")
}

pub(super) fn text(value: &Value, key: &str) -> String {
    value[key].as_str().expect("text").to_owned()
}
