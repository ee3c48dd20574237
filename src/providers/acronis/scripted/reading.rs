//! What the reader asks and believes.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Value, json};

use super::{
    CLIENT, CUSTOMER, OTHER, PARTNER, TENANT, asked, customer, customers, in_full, ok, refused,
    serve, tenant, tree,
};
use crate::{
    model::{RemoteId, limit::PAGES_MAX},
    provider::{Completeness, Effect, Endpoint, FailureKind, Reader, Record, Wanted},
    providers::acronis::open_reader,
    simulator::Response,
};

fn wanted(fields: &[(&str, &str)]) -> Wanted {
    Wanted {
        kind: customer().kind,
        key: "foobar".to_owned(),
        display_name: None,
        adopt: None,
        desired: tree(fields),
    }
}

async fn read(endpoint: &Endpoint, fields: &[(&str, &str)]) -> Option<Record> {
    let reader = open_reader(endpoint);
    let remote = RemoteId(TENANT.to_owned());
    reader
        .read(customer().kind, &remote, &tree(fields), None)
        .await
        .expect("read")
}

#[tokio::test]
async fn a_token_is_asked_for_once_by_all_and_once_more_when_it_is_refused() {
    let client = format!("GET /clients/{CLIENT}");
    let get = format!("GET /tenants/{TENANT}");
    let (running, endpoint) = serve(vec![
        (
            &client,
            vec![
                Response::text(401, "no"),
                ok(&json!({ "tenant_id": PARTNER })),
            ],
        ),
        (&get, vec![ok(&tenant())]),
    ])
    .await;
    let reader = open_reader(&endpoint);
    let remote = RemoteId(TENANT.to_owned());
    let desired = tree(&[]);
    let reads = (0..8).map(|_| reader.read(customer().kind, &remote, &desired, None));
    futures_util::future::join_all(reads).await;
    assert_eq!(reader.account().await.expect("an account"), PARTNER);
    let tokens = running
        .log()
        .iter()
        .filter(|entry| entry.operation == "POST /idp/token")
        .count();
    assert_eq!(tokens, 2);
    let log = running.log();
    let last = log.last().expect("requests");
    assert_eq!(last.request.header("authorization"), Some("Bearer t2"));
}

#[tokio::test]
async fn a_token_that_is_refused_twice_is_not_asked_for_again() {
    let client = format!("GET /clients/{CLIENT}");
    let (running, endpoint) = serve(vec![(&client, vec![refused(401, 401)])]).await;
    let failure = open_reader(&endpoint).account().await.expect_err("refused");
    assert_eq!(failure.kind, FailureKind::Credentials);
    assert_eq!(running.log().len(), 4);
    assert!(!failure.to_string().contains(CLIENT), "{failure}");
    assert!(failure.http.is_none());
}

#[tokio::test]
async fn wrong_credentials_are_told_without_being_repeated() {
    let body = json!({ "error": "invalid_client", "error_description": "s3cret of c0ffee" });
    let (_running, endpoint) =
        serve(vec![("POST /idp/token", vec![Response::json(401, &body)])]).await;
    let failure = open_reader(&endpoint).account().await.expect_err("refused");
    assert_eq!(failure.kind, FailureKind::Credentials);
    assert_eq!(failure.effect, Effect::None);
    assert!(!failure.to_string().contains("s3cret"), "{failure}");
}

#[tokio::test]
async fn the_index_follows_cursors_and_holds_all_branches_without_their_root() {
    let page = |items: Value, after: Option<&str>| {
        ok(&json!({ "items": items, "paging": { "cursors": { "after": after } } }))
    };
    let own = format!("GET /tenants?subtree_root_id={PARTNER}");
    let root = json!({ "id": PARTNER, "kind": "partner", "name": "Us", "internal_tag": "foobar" });
    let branch = json!({ "id": OTHER, "kind": "partner", "name": "North" });
    let mut below = tenant();
    below["parent_id"] = json!(OTHER);
    let (running, endpoint) = serve(vec![
        (&own, vec![page(json!([root, branch]), Some("x+/="))]),
        ("GET /tenants?after=x+/=", vec![page(json!([below]), None)]),
    ])
    .await;
    // A parent that is listed already is not asked for.
    let index = open_reader(&endpoint)
        .index(&[wanted(&[
            ("tenant.name", "Foobar"),
            ("tenant.parentId", OTHER),
        ])])
        .await
        .expect("an index");
    assert_eq!(index.completeness, Completeness::Complete);
    let rows: Vec<(&str, bool, bool)> = index
        .rows
        .iter()
        .map(|row| {
            (
                row.display_name.as_str(),
                row.protected.is_some(),
                row.record.is_some(),
            )
        })
        .collect();
    assert_eq!(rows, [("Foobar", false, true), ("North", true, false)]);
    // Billing is not managed, so Advanced Automation is not asked.
    assert_eq!(asked(&running).len(), 3);
}

#[tokio::test]
async fn a_named_parent_that_is_not_listed_is_asked_for_and_may_hide_a_tenant() {
    let own = format!("GET /tenants?subtree_root_id={PARTNER}");
    let elsewhere = format!("GET /tenants?subtree_root_id={OTHER}");
    let found = ok(&json!({ "items": [{ "id": OTHER, "kind": "partner" }, tenant()] }));
    for (answer, rows, complete) in [
        (found, 1, true),
        (refused(404, 1005), 0, true),
        (refused(403, 1002), 0, false),
    ] {
        let (running, endpoint) = serve(vec![
            (&own, vec![ok(&json!({ "items": [] }))]),
            (&elsewhere, vec![answer]),
        ])
        .await;
        let named = wanted(&[("tenant.parentId", OTHER)]);
        let index = open_reader(&endpoint)
            .index(&[named.clone(), named])
            .await
            .expect("an index");
        assert_eq!(index.rows.len(), rows);
        assert_eq!(index.completeness == Completeness::Complete, complete);
        assert_eq!(asked(&running).len(), 3);
    }
}

#[tokio::test]
async fn pages_without_an_end_stop_at_the_limit() {
    let number = |page: usize| format!("{page:08}-0000-4000-8000-000000000000");
    let mut script = vec![(
        format!("GET /tenants?subtree_root_id={PARTNER}"),
        ok(&json!({ "items": [], "paging": { "cursors": { "after": "x0" } } })),
    )];
    // Each page has a cursor that was never seen, and a record that is new.
    for page in 0..2 * PAGES_MAX {
        let row = json!({ "id": number(page), "kind": "customer", "name": "Foobar" });
        let after = format!("x{}", page + 1);
        script.push((
            format!("GET /tenants?after=x{page}"),
            ok(&json!({ "items": [row], "paging": { "cursors": { "after": after } } })),
        ));
        let row = json!({ "Id": number(page), "Name": "Foobar", "IsTier4": true });
        script.push((
            format!("POST /Customer?Page={page}"),
            ok(&json!({ "Customers": [row], "AmountRecordsFound": 1 })),
        ));
    }
    let script = script
        .iter()
        .map(|(asked, answer)| (asked.as_str(), vec![answer.clone()]));
    let (running, endpoint) = serve(script.collect()).await;
    for (field, path) in [
        ("tenant.name", "GET /tenants?"),
        ("billing.city", "POST /Customer?"),
    ] {
        running.clear_log();
        let index = open_reader(&endpoint)
            .index(&[wanted(&[(field, "x")])])
            .await
            .expect("an index");
        let said = format!("{:?}", index.completeness);
        assert!(
            matches!(index.completeness, Completeness::Incomplete(_)),
            "{field}: {said}"
        );
        let asked = asked(&running);
        let pages = asked.iter().filter(|asked| asked.starts_with(path)).count();
        assert_eq!(pages, PAGES_MAX, "{field}");
    }
}

#[tokio::test]
async fn a_customer_list_with_too_few_rows_makes_the_index_incomplete() {
    let own = format!("GET /tenants?subtree_root_id={PARTNER}");
    let few = json!({ "Customers": [], "AmountRecordsFound": 2, "AmountOfPages": 0 });
    let (_running, endpoint) = serve(vec![
        (&own, vec![ok(&json!({ "items": [] }))]),
        ("POST /Customer?Page=1", vec![ok(&few)]),
    ])
    .await;
    let index = open_reader(&endpoint)
        .index(&[wanted(&[("billing.city", "Sofia")])])
        .await
        .expect("an index");
    assert_eq!(
        index.completeness,
        Completeness::Incomplete(
            "Advanced Automation says that it has 2 customers, and listed 0".to_owned()
        )
    );
}

#[tokio::test]
async fn only_what_is_managed_is_read() {
    let get = format!("GET /tenants/{TENANT}");
    let pricing = format!("GET /tenants/{TENANT}/pricing");
    let listed = format!("GET /tenants?uuids={TENANT}");
    let detail = format!("POST /Customer?id={CUSTOMER}");
    let (running, endpoint) = serve(vec![
        (&get, vec![ok(&tenant())]),
        (&listed, vec![ok(&json!({ "items": [tenant()] }))]),
        (
            &pricing,
            vec![ok(
                &json!({ "mode": "trial", "currency": null, "version": 7 }),
            )],
        ),
        (
            "POST /Customer?Page=1",
            vec![customers(&[(CUSTOMER, "Foobar", TENANT)])],
        ),
        (&detail, vec![ok(&in_full(TENANT))]),
    ])
    .await;
    for (field, paths) in [
        ("tenant.name", vec![&*get]),
        ("tenant.contact.fax", vec![&*listed]),
        ("tenant.contact.city", vec![&*listed]),
        ("pricing.mode", vec![&*get, &*pricing]),
        (
            "billing.city",
            vec![
                &*get,
                "POST /Customer?Page=1",
                "POST /Customer?Page=2",
                &*detail,
            ],
        ),
    ] {
        running.clear_log();
        let record = read(&endpoint, &[(field, "x")]).await.expect("a record");
        assert_eq!(asked(&running), paths, "{field}");
        assert!(record.unknown.iter().all(|path| path != field), "{field}");
    }
}

#[tokio::test]
async fn what_is_deleted_is_gone() {
    let get = format!("GET /tenants/{TENANT}");
    let mut deleted = tenant();
    deleted["deleted_at"] = json!("2025-12-31T23:00:00");
    for answer in [ok(&deleted), refused(404, 404), refused(400, 1005)] {
        let (_running, endpoint) = serve(vec![(&get, vec![answer])]).await;
        assert!(read(&endpoint, &[("tenant.name", "x")]).await.is_none());
    }
}

#[tokio::test]
async fn two_customers_of_one_tenant_make_billing_unknown() {
    let get = format!("GET /tenants/{TENANT}");
    let rows = [(CUSTOMER, "Foobar", TENANT), (OTHER, "Foobar", TENANT)];
    let (_running, endpoint) = serve(vec![
        (&get, vec![ok(&tenant())]),
        ("POST /Customer?Page=1", vec![customers(&rows)]),
    ])
    .await;
    let record = read(&endpoint, &[("billing.city", "x")])
        .await
        .expect("a record");
    assert!(record.unknown.contains(&"billing".to_owned()));
}

#[tokio::test]
async fn a_main_office_that_is_newer_than_the_list_is_looked_up() {
    let get = format!("GET /tenants/{TENANT}");
    let detail = format!("POST /Customer?id={CUSTOMER}");
    let mut branch = in_full(TENANT);
    branch["ParentCustomer"] = json!(OTHER);
    let before = customers(&[(CUSTOMER, "Foobar", TENANT)]);
    let after = customers(&[(CUSTOMER, "Foobar", TENANT), (OTHER, "Office", PARTNER)]);
    let (_running, endpoint) = serve(vec![
        (&get, vec![ok(&tenant())]),
        ("POST /Customer?Page=1", vec![before, after]),
        (&detail, vec![ok(&branch)]),
    ])
    .await;
    let record = read(&endpoint, &[("billing.city", "x")])
        .await
        .expect("a record");
    assert_eq!(record.tree.text("billing.parentCustomer"), Some(PARTNER));
}

#[tokio::test]
async fn concurrent_readers_share_one_customer_list() {
    let get = format!("GET /tenants/{TENANT}");
    let (running, endpoint) = serve(vec![
        (&get, vec![ok(&tenant())]),
        ("POST /Customer?Page=1", vec![customers(&[])]),
    ])
    .await;
    let reader: Arc<dyn Reader> = open_reader(&endpoint);
    let remote = RemoteId(TENANT.to_owned());
    let desired = tree(&[("billing.city", "x")]);
    let reads = (0..8).map(|_| reader.read(customer().kind, &remote, &desired, None));
    futures_util::future::join_all(reads).await;
    let lists = asked(&running)
        .iter()
        .filter(|operation| *operation == "POST /Customer?Page=1")
        .count();
    assert!(lists <= 3, "{lists} lists");
}

#[tokio::test]
async fn tables_that_may_not_be_read_are_left_out() {
    let vat = json!({ "Id": OTHER, "Name": "VAT", "IsDefault": true });
    let (running, endpoint) = serve(vec![
        ("GET /StaticFormData", vec![refused(403, 403)]),
        ("GET /Taxes?Page=1", vec![ok(&json!({ "taxes": [vat] }))]),
        ("GET /Taxes?Page=2", vec![ok(&json!({ "taxes": [vat] }))]),
    ])
    .await;
    let lookups = open_reader(&endpoint)
        .lookups(&BTreeSet::from([
            "country",
            "language",
            "tax",
            "tenantLanguage",
        ]))
        .await
        .expect("tables");
    let sizes: Vec<_> = lookups.sizes().collect();
    assert_eq!(sizes, [("tax", 1), ("tenantLanguage", 27)]);
    assert_eq!(asked(&running).len(), 3);
}
