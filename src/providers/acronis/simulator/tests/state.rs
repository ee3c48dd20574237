//! The state as a document, determinism, and the settings.

use serde_json::{Value, json};

use super::{
    super::{fixtures, service},
    bench::{Bench, SEED, text},
};

/// A bench that has seen some of everything.
fn used() -> Bench {
    let mut bench = Bench::new();
    let alpha = bench.create("Alpha", &json!({ "contact": { "city": "Denver" } }));
    let path = format!("/tenants/{}", text(&alpha, "id"));
    bench.put(&path, &json!({ "version": 1, "internal_tag": "a" }));
    let body = json!({ "Name": "Alpha", "ExternalTenantUUID": alpha["id"], "City": "Denver" });
    assert_eq!(bench.put("/Customers", &body).0, 200);
    bench.put(
        "/Taxes",
        &json!({ "Name": "Low", "Value": 2.9, "Active": true }),
    );
    bench.set("record_delay", "late");
    let beta = bench.create("Beta", &json!({ "enabled": false }));
    let path = format!("/tenants/{}", text(&beta, "id"));
    let (status, _) = bench.call("DELETE", &path, &[("version", "1")], None);
    assert_eq!(status, 204);
    bench.create("Gamma", &json!({}));
    bench
}

fn everything(bench: &mut Bench) -> Vec<Value> {
    let tenants = [
        ("subtree_root_id", fixtures::PARTNER_ID),
        ("allow_deleted", "true"),
    ];
    let mut answers = vec![
        bench.get("/tenants", &tenants),
        bench.list(&[]),
        bench.get("/Taxes", &[]),
        bench.get("/StaticFormData", &[]),
        bench.customer("Alpha"),
        bench.create("Delta", &json!({})),
    ];
    bench.clock.advance(10);
    answers.push(bench.customer("Gamma"));
    answers
}

#[test]
fn a_restored_state_gives_the_same_answers() {
    let mut first = used();
    let document = first.service.state();
    let mut second = Bench::with(&[("record_delay", "late")]);
    // Another seed's tables must not survive.
    second.service = service(SEED + 1);
    second.service.restore(document.clone()).expect("restores");
    assert_eq!(second.service.state(), document);
    second.token.clone_from(&first.token);
    assert_eq!(everything(&mut first), everything(&mut second));
    assert_eq!(first.service.state(), second.service.state());
}

#[test]
fn equal_seeds_give_equal_services() {
    assert_eq!(used().service.state(), used().service.state());
    assert_ne!(service(1).state(), service(2).state());
}

#[test]
fn the_large_fixture_is_kept_in_the_state() {
    let mut bench = Bench::with(&[("fixture", "large")]);
    assert_eq!(bench.list(&[])["AmountRecordsFound"], 115);
    let document = bench.service.state();
    let mut other = Bench::new();
    other.service.restore(document).expect("restores");
    other.token.clone_from(&bench.token);
    assert_eq!(other.list(&[])["AmountRecordsFound"], 115);
    // It is not added a second time.
    other.set("fixture", "large");
    assert_eq!(other.list(&[])["AmountRecordsFound"], 115);
}

#[test]
fn a_foreign_document_is_refused_and_changes_nothing() {
    let mut bench = Bench::new();
    let before = bench.service.state();
    let error = bench
        .service
        .restore(json!({ "partners": [] }))
        .expect_err("refused");
    assert!(error.contains("Acronis"), "{error}");
    let mut newer = before.clone();
    newer["format"] = json!(99);
    let error = bench.service.restore(newer).expect_err("refused");
    assert!(error.contains("format 99"), "{error}");
    assert_eq!(bench.service.state(), before);
}

#[test]
fn the_settings_lead_back_to_the_service() {
    let mut bench = Bench::new();
    assert_eq!(bench.service.name(), "acronis");
    let settings = bench.service.provider_settings("http://127.0.0.1:4000");
    assert_eq!(settings["baseUrl"], "http://127.0.0.1:4000");
    let credentials = &settings["credentials"];
    let id = text(credentials, "clientId");
    let secret = text(credentials, "clientSecret");
    assert_eq!(bench.token(&id, &secret, "client_credentials").0, 200);
}
