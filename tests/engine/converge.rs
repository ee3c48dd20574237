//! What is applied is there, and stays quiet.

use serde_json::json;
use trueup::{
    model::Leaf,
    provider::Action,
    report::{Style, json as as_json, text as as_text},
};

use super::world::{World, outcome};
use crate::toy::desired::{Manifest, customer, sensitive, set, text};

const NOTE: &str = "first line\nsecond line\n";

fn full(name: &str) -> Manifest {
    customer(name)
        .set("note", text(NOTE))
        .set("since", text("2020-05-01"))
        .set("channels", set(&["mail", "phone"]))
        .set("extra", Leaf::Json(json!({ "a": [1, { "b": null }] })))
        .set("billing.iban", sensitive("BG80BNBG96611020345678"))
        .set("billing.vatNumber", sensitive("BG123456789"))
        .set("billing.currency", text("EUR"))
        .set("billing.paymentDays", Leaf::Integer(30))
        .set("billing.invoiced", Leaf::Bool(false))
        .set("contact.email", sensitive("Anna@Example.com"))
        .set("contact.region", text("eu"))
        .set("access.pin", sensitive("hush-hush-hush"))
}

#[tokio::test]
async fn the_first_run_creates_and_the_second_is_quiet() {
    let world = World::start().await;
    let seen = world.plan(&[full("acme")]).await;
    assert_eq!(seen.action("acme"), Action::Create);
    let receipt = world.carry_out(&seen).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    assert_eq!(
        outcome(&receipt, "acme").calls,
        ["POST /customers", "PUT /customers/{id}/channels"]
    );
    let record = world.record("acme");
    assert_eq!(record["company_name"], "acme Ltd");
    assert_eq!(record["since"], "2020-04-30T22:00:00Z", "local midnight");
    assert_eq!(record["billing"]["currency"], "EUR");
    assert_eq!(record["access"]["pin"], "hush-hush-hush");
    assert_eq!(record["contact"]["region"], "r-1");

    let again = world.plan(&[full("acme")]).await;
    again.assert_quiet();
    assert_eq!(again.planned.plan.counts.none, 1);
    let writes = world.writes().len();
    let receipt = world.carry_out(&again).await;
    assert!(receipt.outcomes.is_empty());
    assert_eq!(world.writes().len(), writes, "the second run wrote");
}

#[tokio::test]
async fn only_managed_fields_are_written() {
    let world = World::start().await;
    world.make(&json!({
        "code": "acme", "company_name": "acme Ltd", "note": "theirs",
        "billing": { "vat": "XX1", "due": 10 }, "contact": { "email": "a@b.example" },
    }));
    let manifest = customer("acme").set("billing.paymentDays", Leaf::Integer(14));
    let seen = world.plan(std::slice::from_ref(&manifest)).await;
    assert_eq!(seen.action("acme"), Action::Update);
    assert_eq!(seen.fields("acme"), ["billing.paymentDays"]);
    let receipt = world.carry_out(&seen).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    let record = world.record("acme");
    assert_eq!(record["billing"], json!({ "vat": "XX1", "due": 14 }));
    assert_eq!(record["note"], "theirs");
    assert_eq!(record["contact"], json!({ "email": "a@b.example" }));
    let log = world.server().log();
    let sent = log
        .iter()
        .find(|entry| entry.write)
        .and_then(|entry| entry.request.json());
    assert_eq!(sent, Some(json!({ "billing": { "due": 14 } })));
}

#[tokio::test]
async fn null_clears_and_an_empty_set_is_ours_and_empty() {
    let world = World::start().await;
    world.settle(&[full("acme")]).await;
    let cleared = full("acme")
        .set("note", Leaf::Unset)
        .set("billing.vatNumber", Leaf::Unset)
        .set("channels", Leaf::Unset);
    let seen = world.plan(std::slice::from_ref(&cleared)).await;
    assert_eq!(
        seen.fields("acme"),
        ["billing.vatNumber", "channels", "note"]
    );
    world.settle(std::slice::from_ref(&cleared)).await;
    let record = world.record("acme");
    for empty in [
        &record["note"],
        &record["billing"]["vat"],
        &record["channels"],
    ] {
        assert!(empty.is_null(), "{record:#}");
    }
    world.plan(&[cleared]).await.assert_quiet();
}

#[tokio::test]
async fn the_order_in_a_set_means_nothing() {
    let world = World::start().await;
    let one = customer("acme").set("channels", set(&["post", "mail", "phone"]));
    world.settle(&[one]).await;
    let other = customer("acme").set("channels", set(&["phone", "post", "mail"]));
    world.plan(&[other]).await.assert_quiet();
}

#[tokio::test]
async fn a_value_that_the_server_rewrites_by_its_rules_is_no_difference() {
    let world = World::start().await;
    world.knob("email", "lower");
    world.settle(&[full("acme")]).await;
    assert_eq!(world.record("acme")["contact"]["email"], "anna@example.com");
    world.plan(&[full("acme")]).await.assert_quiet();
}

#[tokio::test]
async fn every_field_goes_there_and_back() {
    let world = World::start().await;
    world.settle(&[full("acme")]).await;
    let values: [(&str, Leaf); 10] = [
        ("name", text("Acme & Sons — Ümlaut")),
        ("note", text("one line")),
        ("since", text("2021-12-31T23:30:00Z")),
        ("channels", set(&["post"])),
        ("extra", Leaf::Json(json!(["x"]))),
        ("billing.iban", sensitive("GB33BUKB20201555555555")),
        ("billing.vatNumber", sensitive("GB999999973")),
        ("billing.paymentDays", Leaf::Integer(0)),
        ("billing.invoiced", Leaf::Bool(true)),
        ("contact.email", sensitive("bob@example.com")),
    ];
    for (path, value) in values {
        for manifest in [full("acme").set(path, value.clone()), full("acme")] {
            let seen = world.plan(std::slice::from_ref(&manifest)).await;
            assert_eq!(seen.fields("acme"), [path]);
            world.settle(std::slice::from_ref(&manifest)).await;
            world.plan(&[manifest]).await.assert_quiet();
        }
    }
}

#[tokio::test]
async fn the_same_inputs_give_the_same_bytes() {
    let world = World::start().await;
    world.settle(&[full("b"), customer("c")]).await;
    world.make(&json!({ "code": "stray", "company_name": "Stray" }));
    let manifests = [
        full("a").below("b"),
        full("b").set("note", Leaf::Unset),
        customer("c").set("contact.region", text("nowhere")),
    ];
    let reversed: Vec<Manifest> = manifests.iter().rev().cloned().collect();
    let one = world.plan(&manifests).await.planned.plan;
    let other = world.plan(&reversed).await.planned.plan;
    assert_eq!(as_json::plan(&one), as_json::plan(&other));
    assert_eq!(
        as_text::plan(&one, Style::default(), true),
        as_text::plan(&other, Style::default(), true)
    );
    assert!(as_json::plan(&one).contains("\"format\": \"trueup.dev/plan/v1alpha1\""));
}

#[tokio::test]
async fn a_provider_that_is_down_does_not_hide_the_others() {
    let world = World::start_several(&["toy-a", "toy-b"]).await;
    let down = "toy:GET /customers=500".parse().expect("a fault");
    world.server_of("toy-a").inject(down);
    let manifests = [customer("one").at("toy-a"), customer("two").at("toy-b")];
    let seen = world.plan(&manifests).await;
    assert_eq!(seen.action("one"), Action::Blocked);
    assert_eq!(seen.action("two"), Action::Create);
    let broken = &seen.planned.plan.providers[0];
    let failure = broken.failure.as_deref().expect("a failure");
    assert!(
        failure.starts_with("GET /customers: GET http://127.0.0.1:")
            && failure.ends_with("/customers: status 500: Internal Server Error"),
        "{failure}"
    );
    let receipt = world.carry_out(&seen).await;
    assert_eq!((receipt.counts.done, receipt.counts.blocked), (1, 1));
    assert_eq!(world.records("one").len(), 0);
}
