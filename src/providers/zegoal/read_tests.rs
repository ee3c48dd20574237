//! The reader against a scripted server on loopback.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    PROVIDER,
    fixture::{self, response, response_in, tree},
    kind,
    scripted::{Script, error, ok, serve},
};
use crate::{
    provider::{Completeness, Failure, FailureKind, Index, Wanted},
    simulator::{Response, Running},
};

/// A small tenant: accounts 7 (`acme`, Acme) and 43 of the fixture.
fn tenant(api: &str, body: &Value) -> Response {
    let mut acme = response_in("Terminated");
    for place in ["", "basic"] {
        let object = if place.is_empty() {
            &mut acme
        } else {
            &mut acme[place]
        };
        object["account_id"] = 7.into();
        object["account_code"] = "acme".into();
        object["account_name"] = "Acme".into();
    }
    let hit = [acme, response()].into_iter().find(|account| {
        ["account_id", "account_code", "account_name"]
            .iter()
            .any(|name| body.get(*name) == account.get(*name))
    });
    match hit {
        Some(account) if body["force_lookup"] == true => ok(api, &account),
        _ => error(200, api, "Account is not found"),
    }
}

fn wanted(key: &str, name: Option<&str>, adopt: Option<&str>, desired: &Value) -> Wanted {
    Wanted {
        kind: kind().kind,
        key: key.to_owned(),
        display_name: name.map(str::to_owned),
        adopt: adopt.map(fixture::remote),
        desired: tree(desired),
    }
}

async fn index(script: Script, wanted: &[Wanted]) -> (Running, Result<Index, Failure>) {
    let (running, endpoint) = serve(script).await;
    let index = (PROVIDER.reader)(&endpoint).index(wanted).await;
    (running, index)
}

fn bodies(running: &Running) -> Vec<Value> {
    let log = running.log();
    log.iter()
        .filter_map(|entry| entry.request.json())
        .collect()
}

#[tokio::test]
async fn every_request_carries_tenant_and_credentials() {
    let (running, endpoint) = serve(|api, _| ok(api, &json!({ "dictionary": [] }))).await;
    let account = (PROVIDER.reader)(&endpoint).account().await.expect("valid");
    assert_eq!(account, "acme", "whoever logs in");
    let log = running.log();
    let request = &log[0].request;
    assert_eq!(request.method, "POST");
    assert_eq!(request.path, "/ti_api/json/GetTenantDict");
    assert_eq!(request.json(), Some(json!({ "tenant": "acme" })));
    let credentials = request.header("authorization");
    assert_eq!(
        credentials,
        Some("Basic cm9ib3RAZXhhbXBsZS5jb206Y29ycmVjdCBob3JzZQ==")
    );
    assert_eq!(request.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn accounts_are_looked_up_by_code_with_the_sections_that_are_managed() {
    let managed = json!({ "billing.currency": "EUR", "basic.notiChannel": "SMS" });
    let list = [
        wanted("CUST-0043", Some("Other"), None, &managed),
        wanted("acme", Some("Acme"), None, &json!({})),
    ];
    let (running, index) = index(tenant, &list).await;
    let index = index.expect("readable");
    assert_eq!(index.completeness, Completeness::ByKey);
    let rows: Vec<_> = index
        .rows
        .iter()
        .map(|row| {
            (
                row.remote.0.as_str(),
                row.key.as_deref(),
                row.ended.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("43", Some("CUST-0043"), None),
            ("7", Some("acme"), Some("Terminated"))
        ]
    );
    let asked = bodies(&running);
    assert_eq!(asked.len(), 2);
    let first = asked
        .iter()
        .find(|body| body["account_code"] == "CUST-0043");
    assert_eq!(
        first,
        Some(&json!({
            "tenant": "acme",
            "account_code": "CUST-0043",
            "force_lookup": true,
            "return_lc": true,
            "return_billing": true,
            "return_contacts": true,
        }))
    );
    // The record is there already, and no second request is made for it.
    let (_running, endpoint) = serve(tenant).await;
    let reader = (PROVIDER.reader)(&endpoint);
    let row = &index.rows[0];
    let read = reader
        .read(kind().kind, &row.remote, &list[0].desired, Some(row))
        .await;
    let record = read.expect("no request").expect("there");
    assert_eq!(record.tree.text("billing.currency"), Some("USD"));
}

#[tokio::test]
async fn an_absent_account_is_looked_for_by_id_and_name_too() {
    for (key, name, adopt, found, requests) in [
        ("new", None, None, vec![], 1),
        ("new", Some("New"), None, vec![], 2),
        ("new", Some("Acme"), None, vec!["7"], 2),
        ("new", Some("New"), Some("43"), vec!["43"], 3),
        ("new", Some("Acme"), Some("7"), vec!["7"], 2),
        ("new", Some("Acme"), Some("43"), vec!["43", "7"], 3),
        ("new", None, Some("no-number"), vec![], 1),
        ("acme", Some("Acme"), Some("7"), vec!["7"], 1),
        ("acme", Some("Acme"), Some("43"), vec!["43", "7"], 2),
    ] {
        let list = [wanted(key, name, adopt, &json!({}))];
        let (running, index) = index(tenant, &list).await;
        let rows = index.expect("readable").rows;
        let ids: Vec<_> = rows.iter().map(|row| row.remote.0.as_str()).collect();
        assert_eq!(ids, found, "{key} {name:?} {adopt:?}");
        assert_eq!(running.log().len(), requests, "{key} {name:?} {adopt:?}");
    }
}

#[tokio::test]
async fn two_manifests_that_come_to_one_account_share_no_record() {
    let list = [
        wanted("acme", None, None, &json!({ "billing.currency": "EUR" })),
        wanted("new", None, Some("7"), &json!({ "address.city": "Brest" })),
    ];
    let (_, index) = index(tenant, &list).await;
    let rows = index.expect("readable").rows;
    assert_eq!(rows.len(), 1);
    assert!(rows[0].record.is_none());
}

#[tokio::test]
async fn only_a_missing_account_is_absent() {
    let scripts: [(Script, FailureKind); 7] = [
        (
            |api, _| error(200, api, "Tenant is not found"),
            FailureKind::Refused,
        ),
        (
            |api, _| error(200, api, "Not all required parameters matched"),
            FailureKind::Refused,
        ),
        (
            |api, _| error(500, api, "Account is not found"),
            FailureKind::Unreachable,
        ),
        (
            |_, _| Response::text(404, "no such API"),
            FailureKind::Unreachable,
        ),
        (
            |_, _| Response::text(401, "who are you"),
            FailureKind::Credentials,
        ),
        (
            |_, _| Response::text(200, "<h1>Hello</h1>"),
            FailureKind::Protocol,
        ),
        (
            |api, _| {
                let mut other = response();
                other["account_code"] = "other".into();
                other["basic"]["account_code"] = "other".into();
                ok(api, &other)
            },
            FailureKind::Protocol,
        ),
    ];
    for (script, kind) in scripts {
        let (_, index) = index(script, &[wanted("new", None, None, &json!({}))]).await;
        let failure = index.expect_err("aborted");
        assert_eq!(failure.kind, kind, "{failure}");
    }
    let absent: [Script; 3] = [
        |api, _| error(200, api, "Account is not found"),
        |api, _| error(404, api, "Subscriber was not found"),
        |api, _| error(400, api, "the account wasn't found"),
    ];
    for script in absent {
        let (_, index) = index(script, &[wanted("new", None, None, &json!({}))]).await;
        assert!(index.expect("absent").rows.is_empty());
    }
}

#[tokio::test]
async fn a_record_is_read_by_its_id() {
    let (running, endpoint) = serve(tenant).await;
    let reader = (PROVIDER.reader)(&endpoint);
    let desired = tree(&json!({ "bankInfo.bankName": "B" }));
    for (id, there) in [("43", true), ("44", false), ("no-number", false)] {
        let read = reader
            .read(kind().kind, &fixture::remote(id), &desired, None)
            .await;
        assert_eq!(read.expect("readable").is_some(), there, "{id}");
    }
    assert_eq!(
        bodies(&running)[0],
        json!({
            "tenant": "acme",
            "account_id": 43,
            "force_lookup": true,
            "return_lc": true,
            "return_bank_info": true,
        })
    );
}

#[tokio::test]
async fn tables_that_cannot_be_read_refuse_nothing() {
    let (_running, endpoint) = serve(|api, body| {
        if body["dictionary_name"] == "curr_codes" {
            ok(
                api,
                &json!({ "dictionary": [{ "value": "BYN", "oid": 93 }] }),
            )
        } else {
            error(200, api, "dictionary not found")
        }
    })
    .await;
    let tables = BTreeSet::from(["curr_codes", "contract_status", "language"]);
    let lookups = (PROVIDER.reader)(&endpoint).lookups(&tables).await;
    let lookups = lookups.expect("readable");
    assert!(lookups.resolve("curr_codes", "QQQ").is_err());
    assert_eq!(
        lookups.resolve("contract_status", "Any").as_deref(),
        Ok("Any")
    );
    assert_eq!(lookups.resolve("language", "English").as_deref(), Ok("en"));
    assert_eq!(lookups.zone, Some(fixture::minsk()));
    let (_running, endpoint) = serve(|_, _| Response::text(503, "later")).await;
    let lookups = (PROVIDER.reader)(&endpoint).lookups(&tables).await;
    assert!(lookups.is_err());
}

#[tokio::test]
async fn settings_that_make_no_sense_fail_without_a_request() {
    let (running, mut endpoint) = serve(tenant).await;
    endpoint.settings.remove(PROVIDER.settings.path("tenant"));
    let failure = (PROVIDER.reader)(&endpoint).account().await;
    let failure = failure.expect_err("no tenant");
    assert!(failure.message.contains("tenant"), "{failure}");
    assert!(running.log().is_empty());
}
