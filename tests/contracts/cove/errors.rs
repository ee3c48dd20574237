//! The documents' sample errors: the simulator gives them, and the client tells
//! them as they are.

use serde_json::{Value, json};
use trueup::{apply::Verdict, provider::Action};

use super::bench::{
    CUSTOMER, FIRST_NEW, RESELLER, ROOT, Stranger, adopting, bent, change, larkfield, outcome,
    params, partner, refuse, settle, world,
};

/// What a plan says when the service answers everything with one error.
async fn blocked_by(data: i64, message: &'static str, method: &'static str) -> String {
    let world = bent(move |asked, answer| {
        if asked["method"] == method {
            refuse(answer, data, message);
        }
    })
    .await;
    let desired = world.desired(&[larkfield(&json!({}))]);
    let (planned, _) = world.plan(&desired).await;
    let change = &planned.plan.changes[0];
    assert_eq!(change.action, Action::Blocked, "{change:?}");
    let logins = params(&world, "Login").len();
    let provider = &planned.plan.providers[0];
    let failure = provider.failure.clone().unwrap_or_default();
    let hint = provider.hint.clone().unwrap_or_default();
    format!("{logins}: {failure} -> {hint}")
}

#[tokio::test(flavor = "multi_thread")]
async fn sample_errors_of_reads_are_told_as_they_are() {
    let told = blocked_by(2100, "Unknown partner/username or bad password", "Login").await;
    assert!(
        told.starts_with(
            "1: Login: Unknown partner/username or bad \
             password (error 2100) -> check the partner's exact name"
        ),
        "{told}"
    );
    let told = blocked_by(1701, "Visa is inconsistent/corrupted.", "EnumeratePartners").await;
    assert!(told.starts_with("3: "), "two more logins: {told}");
    assert!(told.contains("the visa was refused again"), "{told}");
    let security = "Operation failed because of security reasons (error 13501)";
    let told = blocked_by(13_501, security, "EnumeratePartners").await;
    assert!(
        told.contains("not found or not permitted: Operation failed"),
        "{told}"
    );
    let told = blocked_by(0, "Method not found", "EnumeratePartners").await;
    assert!(told.contains("Method not found (error 0)"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sample_errors_of_writes_are_told_as_they_are() {
    for (data, message, reason, hint) in [
        (
            2115,
            "Partner with the same name already exists.",
            "AddPartner `larkfield`: taken: Partner with the same name already exists (error 2115)",
            "names are unique in the whole service",
        ),
        (
            0,
            "Level of the partner must be lower than the level of its parent.",
            "AddPartner `larkfield`: Level of the partner must be lower than the level of its \
             parent (error 0)",
            "",
        ),
        (
            2105,
            "Partner can&apos;t be &quot;so&quot;.",
            "AddPartner `larkfield`: Partner can't be \"so\" (error 2105)",
            "remove the customer's devices",
        ),
    ] {
        let world = bent(move |asked, answer| {
            if asked["method"] == "AddPartner" {
                refuse(answer, data, message);
            }
        })
        .await;
        let outcome = outcome(&world, larkfield(&json!({}))).await;
        assert_eq!(outcome.verdict, Verdict::Failed);
        assert_eq!(outcome.reason.as_deref(), Some(reason));
        assert!(outcome.hint.unwrap_or_default().contains(hint), "{data}");
        assert_eq!(outcome.calls, ["AddPartner"], "sent once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulator_refuses_as_in_the_samples() {
    let world = world(&[]).await;
    let stranger = Stranger(&world);
    let settings = world.running.provider_settings();
    let mut login = json!({
        "jsonrpc": "2.0", "id": "jsonrpc", "method": "Login",
        "params": { "partner": settings["partner"], "username": "x", "password": "y" },
    });
    let error = |answer: &Value| {
        (
            answer["error"]["data"].clone(),
            answer["error"]["code"].clone(),
        )
    };
    let vendor = json!(-32603);
    assert_eq!(error(&stranger.post(&login)), (json!(2100), vendor.clone()));
    login["method"] = json!("GetPartnerState");
    login["params"] = json!({ "visa": stranger.login()["visa"], "partnerId": RESELLER });
    assert_eq!(error(&stranger.post(&login)), (json!(1701), vendor.clone()));
    let add = |name: &str, level: &str| {
        json!({ "partnerInfo": {
            "ParentId": RESELLER, "Name": name, "Level": level,
            "ServiceType": "AllInclusive", "State": "InTrial",
        } })
    };
    for (method, params, data) in [
        ("GetPartnerState", json!({ "partnerId": 10_020 }), 13_501),
        ("AddPartner", add("Reseller North", "EndCustomer"), 2115),
        ("AddPartner", add("Tidewater", "Distributor"), 0),
        ("RemovePartner", json!({ "partnerId": CUSTOMER }), 2105),
        (
            "ModifyPartner",
            json!({ "partnerInfo": { "Id": CUSTOMER, "ParentId": ROOT } }),
            1703,
        ),
    ] {
        let answer = stranger.answer(method, &params);
        assert_eq!(error(&answer), (json!(data), vendor.clone()), "{method}");
        assert_eq!(answer.get("result"), None);
        assert!(answer["visa"].is_string());
    }
    let unknown = stranger.answer("getPartnerState", &json!({}));
    assert_eq!(error(&unknown), (Value::Null, json!(-32601)));
}

/// The vendor's sample request as it stands: `Country` at the top is ignored,
/// and the child service types of an end customer read back as null.
#[tokio::test(flavor = "multi_thread")]
async fn the_sample_request_as_it_stands_is_taken_and_read_back_without_its_slips() {
    let world = world(&[]).await;
    let stranger = Stranger(&world);
    let info = json!({
        "ParentId": ROOT,
        "Name": "Tidewater & Sons",
        "Level": "EndCustomer",
        "ServiceType": "AllInclusive",
        "ChildServiceTypes": ["AllInclusive"],
        "Country": "Greece",
    });
    let id = stranger.call("AddPartner", &json!({ "partnerInfo": info }));
    assert_eq!(id, FIRST_NEW);
    let found = stranger.by_id(FIRST_NEW);
    assert_eq!(found.get("Country"), None);
    assert_eq!(found["Company"]["PostAddress"], json!({}));
    assert_eq!(found["ChildServiceTypes"], Value::Null);
    // Made by others, it is not ours until a manifest says so.
    let manifest = partner("tidewater", &json!({ "name": "Tidewater & Sons" }));
    let seen = change(&world, manifest.clone()).await;
    assert_eq!(seen.action, Action::Blocked);
    assert!(seen.hint.unwrap_or_default().contains("trueup.dev/adopt"));
    settle(&world, &[adopting(manifest, FIRST_NEW)]).await;
}
