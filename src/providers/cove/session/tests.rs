//! The rules of visa, log-in and repetition, against scripted answers.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use super::*;
use crate::{
    providers::cove::{
        scripted::{bodies, error, login, result, sent, serve, serve_by, void},
        wire::PartnerRow,
    },
    simulator::Response,
};

fn rpc() -> Rpc {
    Rpc::new("GetPartnerState", json!({ "partnerId": 7 })).about("7")
}

fn refused_visa() -> Response {
    error(1701, "Visa is inconsistent/corrupted.")
}

fn once() -> Delivery {
    Delivery::Once {
        since: Instant::now(),
    }
}

#[tokio::test]
async fn the_newest_visa_is_used() {
    let script = [
        login("v0"),
        result(&json!("InTrial"), "v1"),
        result(&json!("InTrial"), "v2"),
        result(&json!("InTrial"), "v3"),
    ];
    let (running, endpoint) = serve(script).await;
    let session = Session::new(&endpoint);
    assert_eq!(session.root().await.expect("a root"), 700_001);
    for _ in 0..3 {
        assert_eq!(
            session.read::<Value>(&rpc()).await.expect("a state"),
            Some(json!("InTrial"))
        );
    }
    assert_eq!(
        sent(&running),
        [
            "Login",
            "GetPartnerState@v0",
            "GetPartnerState@v1",
            "GetPartnerState@v2"
        ]
    );
}

#[tokio::test]
async fn an_error_renews_the_visa_where_it_brings_one() {
    let with_visa =
        json!({ "id": "jsonrpc", "error": { "code": -32603, "data": 2101 }, "visa": "v1" });
    let script = [
        login("v0"),
        Response::json(200, &with_visa),
        error(2101, "no such partner"),
        void("v2"),
    ];
    let (running, endpoint) = serve(script).await;
    let session = Session::new(&endpoint);
    assert!(session.read::<Value>(&rpc()).await.is_err());
    assert!(session.read::<Value>(&rpc()).await.is_err());
    assert!(session.read::<Value>(&rpc()).await.is_ok());
    assert_eq!(
        sent(&running)[1..3],
        ["GetPartnerState@v0", "GetPartnerState@v1"]
    );
    assert_eq!(sent(&running)[3], "GetPartnerState@v1");
}

#[tokio::test]
async fn a_refused_visa_leads_to_one_login_and_one_repetition() {
    let script = [
        login("v0"),
        refused_visa(),
        login("w0"),
        void("w1"),
        void("w2"),
    ];
    let (running, endpoint) = serve(script).await;
    let session = Session::new(&endpoint);
    session
        .write(&rpc(), once())
        .await
        .expect("the repetition works");
    session
        .write(&rpc(), once())
        .await
        .expect("so does the next call");
    assert_eq!(
        sent(&running),
        [
            "Login",
            "GetPartnerState@v0",
            "Login",
            "GetPartnerState@w0",
            "GetPartnerState@w1",
        ]
    );
}

#[tokio::test]
async fn a_repetition_that_is_refused_too_leads_to_one_more_login() {
    let script = [
        login("v0"),
        refused_visa(),
        login("w0"),
        refused_visa(),
        login("x0"),
        void("x1"),
    ];
    let (running, endpoint) = serve(script).await;
    let session = Session::new(&endpoint);
    session
        .write(&rpc(), once())
        .await
        .expect("the third visa is good");
    assert_eq!(
        sent(&running),
        [
            "Login",
            "GetPartnerState@v0",
            "Login",
            "GetPartnerState@w0",
            "Login",
            "GetPartnerState@x0",
        ]
    );
}

#[tokio::test]
async fn a_visa_that_is_refused_after_two_more_logins_is_given_up() {
    let script = [
        login("v0"),
        refused_visa(),
        login("w0"),
        refused_visa(),
        login("x0"),
        refused_visa(),
    ];
    let (running, endpoint) = serve(script).await;
    let failure = Session::new(&endpoint)
        .write(&rpc(), once())
        .await
        .expect_err("refused three times");
    assert_eq!(failure.kind, FailureKind::Credentials);
    assert_eq!(failure.effect, Effect::None, "nothing was carried out");
    assert_eq!(sent(&running).len(), 6);
}

#[tokio::test]
async fn a_refused_login_is_never_tried_again() {
    let script = [error(2100, "Unknown partner/username or bad password")];
    let (running, endpoint) = serve(script).await;
    let session = Session::new(&endpoint);
    let messages: BTreeSet<String> = [
        session.root().await.expect_err("refused"),
        session.read::<Value>(&rpc()).await.expect_err("refused"),
        session.write(&rpc(), once()).await.expect_err("refused"),
    ]
    .into_iter()
    .map(|failure| {
        assert_eq!(failure.kind, FailureKind::Credentials);
        assert_eq!(failure.effect, Effect::None);
        assert!(failure.hint.is_some());
        failure.message
    })
    .collect();
    assert_eq!(
        messages.into_iter().collect::<Vec<_>>(),
        ["Login: Unknown partner/username or bad password (error 2100)"]
    );
    assert_eq!(sent(&running), ["Login"]);
}

/// The write was never sent, so nothing can have changed.
#[tokio::test]
async fn a_login_that_breaks_leaves_no_doubt_about_the_write() {
    for answer in [
        Response::text(503, "Service Unavailable"),
        Response::json(200, &json!({ "id": "jsonrpc", "result": { "result": {} } })),
        Response::text(200, "<html>"),
    ] {
        let (_running, endpoint) = serve([answer]).await;
        let failure = Session::new(&endpoint)
            .write(&rpc(), once())
            .await
            .expect_err("no login");
        assert_eq!(failure.effect, Effect::None, "{failure}");
    }
}

/// The password stands in the body of a login, and may come back in any form.
#[tokio::test]
async fn a_page_that_answers_a_login_is_not_quoted() {
    for status in [200, 403] {
        let page = Response::text(status, "<html>blocked: eyJpZCI6</html>");
        let (_running, endpoint) = serve([page]).await;
        let failure = Session::new(&endpoint).root().await.expect_err("a page");
        assert!(!failure.message.contains("eyJ"), "{failure}");
        let withheld = "(30 bytes that may repeat the password, withheld)";
        assert!(failure.message.contains(withheld), "{failure}");
    }
}

#[tokio::test]
async fn the_login_of_another_customer_is_not_used() {
    let other = result(&json!({ "PartnerId": 700_002 }), "w0");
    let (_running, endpoint) = serve([login("v0"), refused_visa(), other]).await;
    let failure = Session::new(&endpoint)
        .read::<Value>(&rpc())
        .await
        .expect_err("another customer");
    assert_eq!(failure.kind, FailureKind::Protocol);
}

#[tokio::test]
async fn a_busy_service_is_asked_again_for_reads_only() {
    for (data, kind) in [
        (2116, FailureKind::Throttled),
        (1704, FailureKind::Unreachable),
    ] {
        let busy = || error(data, "Request limit reached");
        let script = [login("v0"), busy(), busy(), result(&json!(1), "v1")];
        let (running, endpoint) = serve(script).await;
        let mut session = Session::new(&endpoint);
        session.busy_delay_min = Duration::from_millis(1);
        assert_eq!(
            session.read::<Value>(&rpc()).await.expect("at last"),
            Some(json!(1))
        );
        assert_eq!(sent(&running).len(), 4);

        let (running, endpoint) = serve([login("v0"), busy()]).await;
        let failure = Session::new(&endpoint)
            .write(&rpc(), once())
            .await
            .expect_err("busy");
        assert_eq!((failure.kind, failure.effect), (kind, Effect::Unknown));
        assert_eq!(sent(&running).len(), 2);
    }
}

/// Being busy says nothing about the credentials, so it locks nobody out.
#[tokio::test]
async fn a_login_that_meets_a_busy_service_is_tried_again() {
    let busy = |data| error(data, "later");
    let script = [busy(2116), busy(1704), login("v0"), void("v1")];
    let (running, endpoint) = serve(script).await;
    let mut session = Session::new(&endpoint);
    session.busy_delay_min = Duration::from_millis(1);
    session
        .write(&rpc(), once())
        .await
        .expect("it goes through");
    assert_eq!(
        sent(&running),
        ["Login", "Login", "Login", "GetPartnerState@v0"]
    );

    let script = std::iter::repeat_with(|| busy(2116)).take(1 + BUSY_RETRIES_MAX);
    let (running, endpoint) = serve(script.chain([login("v0")])).await;
    let mut session = Session::new(&endpoint);
    session.busy_delay_min = Duration::from_millis(1);
    let failure = session.write(&rpc(), once()).await.expect_err("busy");
    assert_eq!(
        (failure.kind, failure.effect),
        (FailureKind::Throttled, Effect::None),
        "the write was never sent"
    );
    assert_eq!(sent(&running).len(), 1 + BUSY_RETRIES_MAX);
    assert_eq!(session.root().await.expect("not held against us"), 700_001);
}

#[tokio::test]
async fn patience_with_a_busy_service_has_an_end() {
    let busy = || error(2116, "Request limit reached");
    let script = std::iter::once(login("v0")).chain(std::iter::repeat_with(busy).take(9));
    let (running, endpoint) = serve(script).await;
    let mut session = Session::new(&endpoint);
    session.busy_delay_min = Duration::from_millis(1);
    let failure = session.read::<Value>(&rpc()).await.expect_err("busy");
    assert_eq!(failure.kind, FailureKind::Throttled);
    assert_eq!(failure.effect, Effect::None);
    assert_eq!(sent(&running).len(), 2 + BUSY_RETRIES_MAX);

    let script = [login("v0"), busy().with_header("retry-after", "3600")];
    let (running, endpoint) = serve(script).await;
    let session = Session::new(&endpoint);
    for told in ["asks to wait 3600 s", "asked to be left alone"] {
        let failure = session.read::<Value>(&rpc()).await.expect_err("busy");
        assert_eq!(failure.kind, FailureKind::Throttled);
        assert!(failure.message.contains(told), "{failure}");
        assert!(
            failure
                .hint
                .is_some_and(|hint| hint.contains("run again in"))
        );
    }
    assert_eq!(sent(&running).len(), 2, "the third is not sent");
}

#[tokio::test]
async fn a_broken_answer_leaves_a_write_unclear_and_quotes_no_customer() {
    let cut = r#"{"result":{"result":{"Company":{"VatNumber":"EL00"#;
    for (answer, kind) in [
        (Response::text(200, cut), FailureKind::Protocol),
        (Response::text(500, cut), FailureKind::Unreachable),
        (Response::text(503, "later"), FailureKind::Unreachable),
        (Response::text(429, "slower"), FailureKind::Throttled),
    ] {
        let (running, endpoint) = serve([login("v0"), answer]).await;
        let failure = Session::new(&endpoint)
            .write(&rpc(), once())
            .await
            .expect_err("broken");
        assert_eq!((failure.kind, failure.effect), (kind, Effect::Unknown));
        assert!(!format!("{failure:?}").contains("EL00"));
        assert_eq!(sent(&running).len(), 2);
    }
}

#[tokio::test]
async fn only_the_service_itself_can_hide_something() {
    let (_running, endpoint) = serve([login("v0"), Response::text(403, "proxy")]).await;
    let failure = Session::new(&endpoint).read::<Value>(&rpc()).await;
    assert!(!is_hidden(&failure.expect_err("forbidden")));
    let (_running, endpoint) = serve([login("v0"), error(13_501, "security reasons")]).await;
    let failure = Session::new(&endpoint).read::<Value>(&rpc()).await;
    assert!(is_hidden(&failure.expect_err("hidden")));
}

/// One public client says that a visa is good for one call, or that a new one
/// ends the older ones. The vendor says neither. Calls in parallel must come
/// through in any case.
#[tokio::test]
async fn parallel_calls_come_through_where_a_visa_is_good_for_one_call() {
    let mut number = 0;
    let mut valid = BTreeSet::new();
    let (running, endpoint) = serve_by(move |body: &Value| {
        number += 1;
        let visa = format!("v{number}");
        if body["method"] == "Login" {
            valid.insert(visa.clone());
            return login(&visa);
        }
        if !valid.remove(body["visa"].as_str().unwrap_or_default()) {
            return refused_visa();
        }
        valid.insert(visa.clone());
        result(&json!(1), &visa)
    })
    .await;
    let session = Session::new(&endpoint);
    let rpc = rpc();
    for _ in 0..2 {
        let calls = (0..6).map(|_| session.read::<Value>(&rpc));
        for outcome in futures_util::future::join_all(calls).await {
            assert_eq!(outcome.expect("it comes through"), Some(json!(1)));
        }
    }
    let logins = sent(&running)
        .iter()
        .filter(|request| *request == "Login")
        .count();
    assert_eq!(logins, 2, "one at the start, one after the first refusal");
}

#[tokio::test]
async fn a_login_says_who_and_hides_it_in_messages() {
    let words = "token-9 of reconciler is wrong";
    let (running, endpoint) = serve([error(2100, words)]).await;
    let failure = Session::new(&endpoint).root().await.expect_err("refused");
    assert_eq!(failure.message, "Login: •••• of •••• is wrong (error 2100)");
    let body = &bodies(&running)[0];
    assert_eq!(
        body["params"],
        json!({ "partner": "Harbour MSP", "username": "reconciler", "password": "token-9" })
    );
}

#[tokio::test]
async fn a_list_of_another_form_is_an_answer_against_the_documents() {
    for rows in [json!({}), json!([{ "Id": "x" }])] {
        let (_running, endpoint) = serve([login("v0"), result(&rows, "v1")]).await;
        let outcome = Session::new(&endpoint)
            .read::<Vec<PartnerRow>>(&rpc())
            .await;
        assert_eq!(
            outcome.expect_err("another form").kind,
            FailureKind::Protocol
        );
    }
}
