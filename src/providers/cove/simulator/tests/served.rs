//! The service behind real HTTP, where faults strike by the name of the call.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::simulator::{Clock, Options, Running, start};

use super::{
    super::{fixtures::LOGIN_PARTNER_ID, service},
    START,
};

async fn post(running: &Running, body: &Value) -> Option<Value> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client needs nothing");
    let settings = running.provider_settings();
    let base_url = settings["baseUrl"].as_str().expect("a text");
    let request = client.post(format!("{base_url}/jsonapi")).json(body);
    request.send().await.ok()?.json().await.ok()
}

fn call(visa: Option<&Value>, method: &str, params: &Value) -> Value {
    let mut body = json!({ "jsonrpc": "2.0", "id": "1", "method": method, "params": params });
    if let Some(visa) = visa {
        body["visa"] = visa.clone();
    }
    body
}

#[tokio::test]
async fn a_lost_answer_leaves_a_customer_behind() {
    let at = Timestamp::from_second(START).expect("the start is a valid time");
    let options = Options {
        port: 0,
        clock: Clock::fixed(at),
    };
    let running = start(service(7), options).await.expect("a port is free");
    let settings = running.provider_settings();
    let login = json!({
        "partner": settings["partner"],
        "username": settings["credentials"]["username"],
        "password": settings["credentials"]["password"],
    });
    let answer = post(&running, &call(None, "Login", &login)).await;
    let visa = answer.expect("an answer comes")["visa"].clone();

    running.inject("cove:AddPartner=drop-after#1".parse().expect("a fault"));
    let info =
        json!({ "ParentId": LOGIN_PARTNER_ID, "Name": "Zeus & Sons", "Level": "EndCustomer" });
    let add = call(Some(&visa), "AddPartner", &json!({ "partnerInfo": info }));
    assert_eq!(post(&running, &add).await, None);

    let answer = post(&running, &add).await.expect("an answer comes");
    assert_eq!(answer["error"]["data"], 2115);
    let get = call(
        Some(&visa),
        "GetPartnerInfo",
        &json!({ "name": "Zeus & Sons" }),
    );
    let answer = post(&running, &get).await.expect("an answer comes");
    assert_eq!(answer["result"]["result"]["Id"], 55806);

    let log = running.log();
    let calls: Vec<_> = log
        .iter()
        .map(|entry| (entry.operation.as_str(), entry.write, entry.status))
        .collect();
    let expected = [
        ("Login", false, 200),
        ("AddPartner", true, 0),
        ("AddPartner", true, 200),
        ("GetPartnerInfo", false, 200),
    ];
    assert_eq!(calls, expected);
}
