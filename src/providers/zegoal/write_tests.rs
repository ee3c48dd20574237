//! The writer against a scripted server on loopback.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    PROVIDER,
    fixture::{self, LOGIN, PASSWORD, envelope, record, response, tree},
    kind,
    scripted::{Script, error, ok, serve},
};
use crate::{
    model::RemoteId,
    provider::{Call, Effect, Failure, FailureKind, Job, Performed, Repeat},
    simulator::Response,
};

async fn perform(script: Script, call: &Call, desired: &Value) -> Result<Performed, Failure> {
    let (_running, endpoint) = serve(script).await;
    let desired = tree(desired);
    let live = (call.operation != "CreateAccount").then(|| record(&response()));
    let remote = live.as_ref().map(|live| live.remote.clone());
    let job = Job {
        kind: kind().kind,
        key: "CUST-0043",
        desired: &desired,
        remote: remote.as_ref(),
        record: live.as_ref(),
        reason: "contract signed",
        since: Instant::now(),
    };
    (PROVIDER.writer)(&endpoint).perform(call, &job).await
}

fn creation() -> Call {
    Call::new("CreateAccount", Repeat::AfterLookup)
        .with_fields(fixture::paths(&["basic.accountName"]))
}

fn bank() -> Call {
    Call::new("UpdateAccount", Repeat::Safe).with_fields(fixture::paths(&["bankInfo.bankAccount"]))
}

#[tokio::test]
async fn a_create_gives_the_id_of_the_account() {
    let desired = json!({ "basic.accountName": "A" });
    let created: [Script; 2] = [
        |api, _| ok(api, &json!({ "basic": { "account_id": 4 } })),
        |api, _| ok(api, &json!({ "account_id": "4" })),
    ];
    for script in created {
        let performed = perform(script, &creation(), &desired).await;
        assert_eq!(
            performed.expect("made").created,
            Some(RemoteId("4".to_owned()))
        );
    }
    let failed = perform(
        |api, _| ok(api, &json!({ "basic": {} })),
        &creation(),
        &desired,
    )
    .await;
    let failure = failed.expect_err("no id");
    assert_eq!(
        (failure.kind, failure.effect),
        (FailureKind::Protocol, Effect::Unknown)
    );
}

#[tokio::test]
async fn a_failed_write_tells_whether_something_may_have_changed() {
    let scripts: [(Script, FailureKind, Effect); 9] = [
        (
            |api, _| {
                error(
                    200,
                    api,
                    "Account with code [A] and name [A] already exists.",
                )
            },
            FailureKind::Conflict,
            Effect::None,
        ),
        (
            |api, _| error(200, api, "validation failed: billing.curr_code"),
            FailureKind::Refused,
            Effect::None,
        ),
        (
            |api, _| error(400, api, "Account is not found"),
            FailureKind::NotFound,
            Effect::None,
        ),
        (
            |_, _| Response::text(401, ""),
            FailureKind::Credentials,
            Effect::None,
        ),
        (
            |_, _| Response::text(404, "x"),
            FailureKind::Unreachable,
            Effect::None,
        ),
        (
            |_, _| Response::text(502, "x"),
            FailureKind::Unreachable,
            Effect::Unknown,
        ),
        (
            |api, _| error(500, api, "crash"),
            FailureKind::Unreachable,
            Effect::Unknown,
        ),
        (
            |api, _| Response::json(500, &envelope(api, &json!({}))),
            FailureKind::Unreachable,
            Effect::Unknown,
        ),
        (
            |api, _| ok(api, &json!(false)),
            FailureKind::Protocol,
            Effect::Unknown,
        ),
    ];
    for (script, kind, effect) in scripts {
        let failed = perform(
            script,
            &bank(),
            &json!({ "bankInfo.bankAccount": "BY00EXMP" }),
        )
        .await;
        let failure = failed.expect_err("failed");
        assert_eq!((failure.kind, failure.effect), (kind, effect), "{failure}");
        assert!(failure.message.contains("UpdateAccount"), "{failure}");
    }
}

#[tokio::test]
async fn a_wrong_address_is_named() {
    let failed = perform(
        |_, _| Response::text(404, "nothing here"),
        &bank(),
        &json!({}),
    )
    .await;
    let failure = failed.expect_err("no such API");
    assert!(
        failure.message.contains("/ti_api/json/UpdateAccount"),
        "{failure}"
    );
    assert!(failure.hint.expect("advice").contains("baseUrl"));
}

#[tokio::test]
async fn no_failure_repeats_a_sensitive_value() {
    let scripts: [Script; 6] = [
        |api, body| error(200, api, &format!("wrong: {body}")),
        |api, body| error(500, api, &format!("wrong: {body}")),
        |_, body| Response::text(502, &format!("<pre>{body}</pre>")),
        |_, body| Response::text(200, &format!("<pre>{body}</pre>")),
        |_, body| Response::text(200, &body.to_string()[..60]),
        |_, body| Response::json(200, body),
    ];
    for script in scripts {
        let desired = json!({ "bankInfo.bankAccount": "BY00EXMP0043" });
        let failure = perform(script, &bank(), &desired)
            .await
            .expect_err("failed");
        let all = format!("{failure} {failure:?}");
        assert!(!all.contains("BY00EXMP0043"), "{all}");
        assert!(!all.contains(PASSWORD) && !all.contains(LOGIN), "{all}");
    }
}

#[tokio::test]
async fn a_move_is_answered_by_a_bare_truth() {
    let call =
        Call::new("SetLC", Repeat::AfterLookup).with_fields(fixture::paths(&["basic.lcState"]));
    let desired = json!({ "basic.lcState": "Active", "basic.lcFrom": "2023-01-01 00:00:00" });
    let performed = perform(|api, _| ok(api, &json!(true)), &call, &desired).await;
    // The date belongs to an earlier move, and whoever reads the receipt is told.
    let note = performed.expect("done").note.expect("a note");
    assert!(note.contains("basic.lcFrom"), "{note}");
    let desired = json!({ "basic.lcState": "Active" });
    let performed = perform(|api, _| ok(api, &json!("true")), &call, &desired).await;
    assert_eq!(performed.expect("done").note, None);
}
