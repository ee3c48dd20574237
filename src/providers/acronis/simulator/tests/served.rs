//! The simulator behind real HTTP, with a fault in the way.

use serde_json::{Value, json};

use super::{
    super::{fixtures, service},
    bench::{SEED, row, text},
};
use crate::simulator::{Clock, Options, Running, start};

async fn served() -> Running {
    let options = Options {
        port: 0,
        clock: Clock::fixed("2026-01-01T00:00:00Z".parse().expect("a timestamp")),
    };
    start(service(SEED), options).await.expect("a free port")
}

async fn token(running: &Running, http: &reqwest::Client) -> String {
    let settings = running.provider_settings();
    let url = format!("{}/api/2/idp/token", text(&settings, "baseUrl"));
    let credentials = &settings["credentials"];
    let secret = text(credentials, "clientSecret");
    let response = http
        .post(url)
        .basic_auth(text(credentials, "clientId"), Some(secret))
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await
        .expect("an answer");
    text(&response.json().await.expect("JSON"), "access_token")
}

#[tokio::test]
async fn a_write_that_seems_to_fail_may_have_been_done() {
    let running = served().await;
    let http = reqwest::Client::new();
    let token = token(&running, &http).await;
    let fault = "acronis:POST /tenants=drop-after#1";
    running.inject(fault.parse().expect("a fault"));
    let url = format!("{}/api/2/tenants", running.base_url());
    let tenant = json!({
        "name": "Alpha",
        "kind": "customer",
        "parent_id": fixtures::PARTNER_ID,
    });
    let create = || http.post(&url).bearer_auth(&token).json(&tenant).send();
    let cut = async { create().await?.json::<Value>().await };
    assert!(cut.await.is_err(), "the connection is cut");
    assert_eq!(create().await.expect("an answer").status(), 409);

    // A list is a POST without a body.
    let url = format!("{}/api/advanced-automation/v1/Customer", running.base_url());
    let list = http
        .post(url)
        .query(&[("Page", "1"), ("PageSize", "50"), ("Active", "True")])
        .bearer_auth(&token)
        .send()
        .await
        .expect("an answer");
    let list: Value = list.json().await.expect("JSON");
    row(&list["Customers"], "Name", "Alpha");

    let log = running.log();
    let calls: Vec<_> = log
        .iter()
        .map(|entry| (entry.operation.as_str(), entry.write, entry.status))
        .collect();
    let expected = [
        ("token", false, 200),
        ("POST /tenants", true, 0),
        ("POST /tenants", true, 409),
        ("POST /Customer", false, 200),
    ];
    assert_eq!(calls, expected);
}
