//! A provider that answers what no document describes.

use serde_json::{Value, json};
use trueup::{
    model::printable::steers,
    provider::ProviderDef,
    report::{Style, text},
    simulator::{Clock, Knob, KnobSettings, Request, Response, Service},
};

use crate::{
    laws::converge::{lookups, minimal},
    support::{
        providers,
        world::{World, manifest},
    },
};

/// A simulator whose answers are replaced.
struct Altered {
    inner: Box<dyn Service>,
    body: Vec<u8>,
    /// The first answers are as they should be: those of the login, say.
    good: usize,
}

impl Service for Altered {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn knobs(&self) -> &'static [Knob] {
        self.inner.knobs()
    }

    fn handle(&mut self, request: &Request, knobs: &KnobSettings, clock: &Clock) -> Response {
        let response = self.inner.handle(request, knobs, clock);
        if self.good > 0 {
            self.good -= 1;
            return response;
        }
        response.with_body(&self.body)
    }

    fn operation(&self, request: &Request) -> String {
        self.inner.operation(request)
    }

    fn is_write(&self, request: &Request) -> bool {
        self.inner.is_write(request)
    }

    fn state(&self) -> Value {
        self.inner.state()
    }

    fn restore(&mut self, state: Value) -> Result<(), String> {
        self.inner.restore(state)
    }

    fn provider_settings(&self, base_url: &str) -> Value {
        self.inner.provider_settings(base_url)
    }
}

/// Bodies that are no answer, or one that no document describes.
fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let deep = |open: &str, close: &str| {
        let (open, close) = (open.repeat(200_000), close.repeat(200_000));
        format!("{open}1{close}").into_bytes()
    };
    vec![
        ("deep lists", deep("[", "]")),
        ("deep objects", deep("{\"result\":", "}")),
        ("deep and cut off", "[".repeat(1_000_000).into_bytes()),
        (
            "a number beyond all",
            b"{\"result\": 1e999999, \"items\": -1e999999}".to_vec(),
        ),
        ("half a character", b"{\"result\": \"\\ud800\"}".to_vec()),
        ("no UTF-8", b"{\"result\": \"\xff\xfe\"}".to_vec()),
        ("nothing", Vec::new()),
        ("null", b"null".to_vec()),
        ("a list", b"[[], {}, null, -0, \"\"]".to_vec()),
        ("a text", b"\"\\u001b[2J::error::x\"".to_vec()),
        (
            "a page",
            b"<html>\x1b[2J\n::error::x ##[add-mask]y".to_vec(),
        ),
        (
            "ids that are paths",
            json!({ "result": { "result": [{ "Id": "/../x?y#z", "Name": "x" }] },
                    "items": [{ "id": "/../x?y#z", "name": "x", "kind": "customer" }] })
            .to_string()
            .into_bytes(),
        ),
        (
            "members that are other things",
            json!({ "result": 7, "error": [], "items": {}, "paging": [], "visa": {}, "id": [],
                    "access_token": {}, "expires_in": "x", "errors": 1, "success": "maybe" })
            .to_string()
            .into_bytes(),
        ),
    ]
}

async fn plan_against(def: &'static ProviderDef, what: &str, body: &[u8], good: usize) {
    let kind = &def.kinds[0];
    let sound = World::start(def).await;
    let spec = minimal(kind, &lookups(&sound, kind).await);
    let service = Altered {
        inner: (def.simulate)(1),
        body: body.to_vec(),
        good,
    };
    let world = World::serving(def, Box::new(service)).await;
    let desired = world.desired(&[manifest(kind.kind, "acme", &spec)]);
    let (planned, receipt) = world.apply(&desired).await;
    let shown = text::plan(&planned.plan, Style::default(), true);
    assert!(
        !shown.chars().any(|letter| steers(letter) && letter != '\n'),
        "{}, {what}: {shown}",
        def.name
    );
    assert_eq!(receipt.counts.done, 0, "{}, {what}: {shown}", def.name);
    let requests = world.running.log().len();
    assert!(requests < 60, "{}, {what}: {requests} requests", def.name);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_makes_no_sense_is_an_error_and_no_record() {
    for def in providers() {
        for (what, body) in bodies() {
            plan_against(def, what, &body, 0).await;
            plan_against(def, what, &body, 1).await;
        }
    }
}
