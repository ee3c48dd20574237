//! What the writer sends, and what it never sends.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    CUSTOMER, OTHER, PARTNER, TENANT, asked, customer, customers, in_full, ok, refused, serve,
    tenant, tree, written,
};
use crate::{
    model::{FieldPath, RemoteId, Tree},
    provider::{
        Call, Effect, Endpoint, Failure, FailureKind, Job, Performed, Raw, Record, Repeat, Writer,
    },
    providers::acronis::{session::Session, write::AcronisWriter},
    simulator::Response,
};

fn writer(endpoint: &Endpoint) -> AcronisWriter {
    let mut writer = AcronisWriter::new(Session::new(endpoint));
    writer.poll_interval = Duration::ZERO;
    writer
}

fn record(raw: Value) -> Record {
    Record {
        remote: RemoteId(TENANT.to_owned()),
        tree: Tree::default(),
        unknown: Vec::new(),
        ended: None,
        raw: Raw(raw),
    }
}

/// Performs one call that writes these fields.
async fn perform(
    writer: &AcronisWriter,
    call: Call,
    fields: &[(&str, &str)],
    raw: Option<Value>,
) -> Result<Performed, Failure> {
    writer.prepare().await?;
    let desired = tree(fields);
    let paths: Vec<FieldPath> = desired.iter().map(|(path, _)| path).collect();
    let record = raw.map(record);
    let job = Job {
        kind: customer().kind,
        key: "foobar",
        desired: &desired,
        remote: record.as_ref().map(|record| &record.remote),
        record: record.as_ref(),
        reason: "",
        since: Instant::now(),
    };
    writer.perform(&call.with_fields(paths), &job).await
}

fn put_customer() -> Call {
    Call::new("PUT /Customers", Repeat::AfterLookup)
}

fn update_tenant() -> Call {
    Call::new("PUT /tenants/{id}", Repeat::Safe)
}

#[tokio::test]
async fn a_tenant_is_created_and_named() {
    let (running, endpoint) = serve(vec![(
        "POST /tenants",
        vec![Response::json(201, &tenant())],
    )])
    .await;
    let call = Call::new("POST /tenants", Repeat::AfterLookup);
    let fields = [("tenant.name", "Foobar"), ("tenant.internalTag", "foobar")];
    let done = perform(&writer(&endpoint), call, &fields, None)
        .await
        .expect("done");
    assert_eq!(done.created, Some(RemoteId(TENANT.to_owned())));
    assert_eq!(
        written(&running),
        [
            json!({ "kind": "customer", "parent_id": PARTNER, "name": "Foobar", "internal_tag": "foobar" })
        ]
    );
}

#[tokio::test]
async fn a_name_that_is_taken_is_a_conflict_that_changed_nothing() {
    let (_running, endpoint) = serve(vec![("POST /tenants", vec![refused(409, 1004)])]).await;
    let call = Call::new("POST /tenants", Repeat::AfterLookup);
    let failure = perform(&writer(&endpoint), call, &[("tenant.name", "Foobar")], None)
        .await
        .expect_err("taken");
    assert_eq!(
        (failure.kind, failure.effect),
        (FailureKind::Conflict, Effect::None)
    );
    assert!(failure.hint.is_some());
}

#[tokio::test]
async fn a_moved_version_is_stale_unless_our_own_attempt_moved_it() {
    let put = format!("PUT /tenants/{TENANT}");
    let get = format!("GET /tenants?uuids={TENANT}");
    let now = |name: &str| {
        let mut now = tenant();
        now["name"] = name.into();
        now["version"] = 2.into();
        ok(&json!({ "items": [now] }))
    };
    for (name, expected) in [("B", None), ("C", Some(FailureKind::Stale))] {
        // The status is deliberately not the assumed one: the code decides.
        let (_running, endpoint) = serve(vec![
            (&put, vec![refused(400, 1001)]),
            (&get, vec![now(name)]),
        ])
        .await;
        let raw = json!({ "tenant": tenant() });
        let outcome = perform(
            &writer(&endpoint),
            update_tenant(),
            &[("tenant.name", "B")],
            Some(raw),
        )
        .await;
        assert_eq!(
            outcome.err().map(|failure| failure.kind),
            expected,
            "{name}"
        );
    }
}

#[tokio::test]
async fn an_end_deletes_with_the_version_that_disabling_gave() {
    let put = format!("PUT /tenants/{TENANT}");
    let delete = format!("DELETE /tenants/{TENANT}?version=1559561146223");
    let mut disabled = tenant();
    disabled["version"] = json!(1_559_561_146_223_i64);
    let (running, endpoint) = serve(vec![
        (&put, vec![ok(&disabled)]),
        (&delete, vec![Response::empty(204)]),
    ])
    .await;
    let writer = writer(&endpoint);
    let raw = || Some(json!({ "tenant": tenant() }));
    let disable = update_tenant().for_purpose("disable");
    perform(&writer, disable, &[], raw())
        .await
        .expect("disabled");
    let call = Call::new("DELETE /tenants/{id}", Repeat::Safe);
    perform(&writer, call, &[], raw()).await.expect("deleted");
    assert_eq!(asked(&running), [put, delete]);
    assert_eq!(
        written(&running)[0],
        json!({ "enabled": false, "version": 1 })
    );
}

#[tokio::test]
async fn what_is_gone_already_counts_as_deleted() {
    let delete = format!("DELETE /tenants/{TENANT}?version=1");
    let (_running, endpoint) = serve(vec![(&delete, vec![refused(404, 1005)])]).await;
    let call = Call::new("DELETE /tenants/{id}", Repeat::Safe);
    let raw = Some(json!({ "tenant": tenant() }));
    assert!(perform(&writer(&endpoint), call, &[], raw).await.is_ok());
}

#[tokio::test]
async fn pricing_quotes_its_own_version() {
    let put = format!("PUT /tenants/{TENANT}/pricing");
    let (running, endpoint) = serve(vec![(&put, vec![ok(&json!({}))])]).await;
    let call = Call::new("PUT /tenants/{id}/pricing", Repeat::Safe);
    let raw = json!({ "tenant": tenant(), "pricing": { "mode": "trial", "version": 77 } });
    perform(
        &writer(&endpoint),
        call,
        &[("pricing.mode", "production")],
        Some(raw),
    )
    .await
    .expect("done");
    assert_eq!(
        written(&running),
        [json!({ "mode": "production", "version": 77 })]
    );
}

#[tokio::test]
async fn billing_goes_to_the_customer_that_was_read() {
    let (running, endpoint) = serve(vec![("PUT /Customers", vec![ok(&in_full(TENANT))])]).await;
    let raw = json!({ "tenant": tenant(), "customer": in_full(TENANT) });
    perform(
        &writer(&endpoint),
        put_customer(),
        &[("billing.city", "Sofia")],
        Some(raw),
    )
    .await
    .expect("done");
    let mut expected = in_full(TENANT);
    expected["City"] = json!("Sofia");
    assert_eq!(written(&running), [expected]);
}

#[tokio::test]
async fn the_writer_waits_for_the_customer_of_a_new_tenant() {
    let detail = format!("POST /Customer?id={CUSTOMER}");
    let (running, endpoint) = serve(vec![
        (
            "POST /Customer?Page=1",
            vec![
                customers(&[]),
                customers(&[]),
                customers(&[(CUSTOMER, "Foobar", TENANT)]),
            ],
        ),
        (&detail, vec![ok(&in_full(TENANT))]),
        ("PUT /Customers", vec![ok(&in_full(TENANT))]),
    ])
    .await;
    let raw = json!({ "tenant": tenant(), "customer": null });
    let fields = [("billing.name", "New Customer")];
    let done = perform(&writer(&endpoint), put_customer(), &fields, Some(raw)).await;
    assert_eq!(done.expect("done").note, None);
    let bodies = written(&running);
    assert_eq!(bodies.len(), 1);
    assert_eq!(
        (&bodies[0]["Id"], &bodies[0]["Name"]),
        (&json!(CUSTOMER), &json!("New Customer"))
    );
}

#[tokio::test]
async fn a_customer_that_never_comes_is_made_under_the_tenants_name_and_renamed() {
    let (running, endpoint) = serve(vec![
        (
            "POST /Customer?Page=1",
            vec![customers(&[(OTHER, "New Customer", OTHER)])],
        ),
        ("PUT /Customers", vec![ok(&in_full(TENANT))]),
    ])
    .await;
    let raw = json!({ "tenant": tenant(), "customer": null });
    let fields = [("billing.name", "New Customer"), ("billing.city", "Sofia")];
    let done = perform(&writer(&endpoint), put_customer(), &fields, Some(raw)).await;
    assert!(done.expect("done").note.is_some());
    let bodies = written(&running);
    assert_eq!(
        bodies[0],
        json!({ "Name": "Foobar", "City": "Sofia", "Tenant": PARTNER, "ExternalTenantUUID": TENANT })
    );
    assert_eq!(
        (&bodies[1]["Id"], &bodies[1]["Name"]),
        (&json!(CUSTOMER), &json!("New Customer"))
    );
    assert_eq!(bodies.len(), 2);
}

#[tokio::test]
async fn nothing_is_made_beside_another_customer_of_that_name() {
    let (running, endpoint) = serve(vec![(
        "POST /Customer?Page=1",
        vec![customers(&[(OTHER, "foobar ", OTHER)])],
    )])
    .await;
    let raw = json!({ "tenant": tenant(), "customer": null });
    let failure = perform(
        &writer(&endpoint),
        put_customer(),
        &[("billing.city", "x")],
        Some(raw),
    )
    .await
    .expect_err("blocked");
    assert_eq!(
        (failure.kind, failure.effect),
        (FailureKind::Conflict, Effect::None)
    );
    assert!(written(&running).is_empty());
}

#[tokio::test]
async fn an_answer_about_another_tenant_stops_all_writing() {
    let (running, endpoint) = serve(vec![
        ("POST /Customer?Page=1", vec![customers(&[])]),
        ("PUT /Customers", vec![ok(&in_full(OTHER))]),
    ])
    .await;
    let writer = writer(&endpoint);
    let raw = || Some(json!({ "tenant": tenant(), "customer": null }));
    let failure = perform(&writer, put_customer(), &[("billing.city", "x")], raw())
        .await
        .expect_err("another's");
    assert_eq!(
        (failure.kind, failure.effect),
        (FailureKind::Protocol, Effect::Unknown)
    );
    assert!(failure.message.contains(OTHER) && failure.message.contains(CUSTOMER));
    running.clear_log();
    let after = perform(&writer, update_tenant(), &[("tenant.name", "B")], raw()).await;
    assert_eq!(after.expect_err("stopped").effect, Effect::None);
    assert!(running.log().is_empty());
}

#[tokio::test]
async fn a_refusal_is_told_in_the_servers_words_without_the_bank_account() {
    let body = json!({ "Message": "BankAccount AL35202111090000000001234567 is wrong" });
    let (_running, endpoint) =
        serve(vec![("PUT /Customers", vec![Response::json(400, &body)])]).await;
    let raw = json!({ "tenant": tenant(), "customer": in_full(TENANT) });
    let failure = perform(
        &writer(&endpoint),
        put_customer(),
        &[("billing.city", "x")],
        Some(raw),
    )
    .await
    .expect_err("refused");
    assert_eq!(
        (failure.kind, failure.effect),
        (FailureKind::Refused, Effect::None)
    );
    assert!(
        failure.message.contains("BankAccount •••• is wrong"),
        "{failure}"
    );
}

#[tokio::test]
async fn a_main_office_is_sent_as_its_customer_and_must_have_one() {
    let (running, endpoint) = serve(vec![
        (
            "POST /Customer?Page=1",
            vec![customers(&[(CUSTOMER, "Office", OTHER)])],
        ),
        ("PUT /Customers", vec![ok(&in_full(TENANT))]),
    ])
    .await;
    let raw = || Some(json!({ "tenant": tenant(), "customer": in_full(TENANT) }));
    let office = [("billing.parentCustomer", OTHER)];
    perform(&writer(&endpoint), put_customer(), &office, raw())
        .await
        .expect("done");
    assert_eq!(written(&running)[0]["ParentCustomer"], CUSTOMER);
    let none = [("billing.parentCustomer", PARTNER)];
    let failure = perform(&writer(&endpoint), put_customer(), &none, raw()).await;
    assert_eq!(failure.expect_err("refused").kind, FailureKind::Refused);
    assert_eq!(written(&running).len(), 1);
}
