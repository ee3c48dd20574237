//! A provider that answers what no document describes.

use serde_json::json;
use trueup::{
    model::printable::steers,
    provider::ProviderDef,
    report::{Style, text},
};

use crate::{
    laws::converge::{lookups, minimal},
    support::{
        between::between,
        providers,
        world::{World, manifest},
    },
};

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

/// The first `good` answers are as they should be: those of the login, say.
async fn plan_against(def: &'static ProviderDef, what: &str, body: &[u8], good: usize) {
    let kind = &def.kinds[0];
    let sound = World::start(def).await;
    let spec = minimal(kind, &lookups(&sound, kind).await);
    let (mut good, body) = (good, body.to_vec());
    let service = between((def.simulate)(1), move |request, system| {
        let response = system.answer(request);
        if good > 0 {
            good -= 1;
            return response;
        }
        response.with_body(&body)
    });
    let world = World::serving(def, service).await;
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
