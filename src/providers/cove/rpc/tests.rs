use super::*;
use crate::http::sanitise;

fn error(data: &Value, message: &str) -> RpcError {
    read(&json!({ "code": -32603, "data": data, "message": message }))
}

fn read(error: &Value) -> RpcError {
    RpcError::read(error, sanitise)
}

#[test]
fn the_visa_stands_beside_the_method() {
    let rpc = Rpc::new("GetPartnerInfoById", json!({ "partnerId": 7 }));
    assert_eq!(
        rpc.body(Some("1-2-3-4-5")),
        json!({
            "jsonrpc": "2.0",
            "id": "jsonrpc",
            "method": "GetPartnerInfoById",
            "params": { "partnerId": 7 },
            "visa": "1-2-3-4-5",
        })
    );
    assert!(rpc.body(None).get("visa").is_none());
}

fn parse(body: &Value) -> Envelope<Value> {
    Envelope::parse(body.to_string().as_bytes(), sanitise).expect("an envelope")
}

#[test]
fn success_is_the_absence_of_an_error() {
    for (result, expected) in [
        (json!({ "result": 700_105 }), Some(json!(700_105))),
        (
            json!({ "result": 123, "resetPasswordUrl": "x" }),
            Some(json!(123)),
        ),
        (json!({ "result": null }), None),
        (json!({}), None),
        (Value::Null, None),
    ] {
        for error in [json!({}), json!({ "error": null })] {
            let mut body = error;
            body["id"] = "jsonrpc".into();
            body["result"] = result.clone();
            body["visa"] = "v".into();
            let envelope = parse(&body);
            assert_eq!(envelope.outcome, Ok(expected.clone()), "{body}");
            assert_eq!(envelope.visa.as_deref(), Some("v"));
        }
    }
}

#[test]
fn an_error_may_come_with_a_visa_or_without() {
    for visa in [json!(null), json!("")] {
        let envelope = parse(&json!({ "id": null, "error": { "data": 1701 }, "visa": visa }));
        assert_eq!(envelope.visa, None);
        assert!(envelope.outcome.is_err());
    }
    let error = json!({ "data": 2101 });
    let envelope = parse(&json!({ "jsonrpc": "2.0", "error": error, "visa": "v", "result": null }));
    assert_eq!(envelope.visa.as_deref(), Some("v"));
    assert!(envelope.outcome.is_err());
}

#[test]
fn what_is_no_answer_to_a_call_is_no_envelope() {
    for body in [
        "",
        "null",
        "<html>",
        "{\"result\": {\"re",
        "\"x\"",
        r#"{"message":"Service temporarily unavailable"}"#,
        r#"{"error":{"code":503,"message":"later"}}"#,
        r#"{"result":null,"visa":"v"}"#,
        r#"{"jsonrpc":"2.0","id":"jsonrpc","visa":"v"}"#,
        r#"{"id":"jsonrpc","error":null}"#,
    ] {
        let envelope = Envelope::<Value>::parse(body.as_bytes(), sanitise);
        assert_eq!(envelope, None, "{body}");
    }
}

#[test]
fn errors_are_told_apart_by_number() {
    for (data, class) in [
        (1701, Class::Visa),
        (13_501, Class::Hidden),
        (2101, Class::Hidden),
        (1802, Class::Hidden),
        (2115, Class::Conflict),
        (1801, Class::Conflict),
        (2116, Class::Busy),
        (1704, Class::Busy),
        (1703, Class::Refused),
        (2104, Class::Refused),
        (2105, Class::Refused),
        (2102, Class::Refused),
    ] {
        // The words say something else, as a customer's name in them may.
        let words = "`Visa Europe` already exists";
        assert_eq!(error(&data.into(), words).class(), class, "{data}");
        assert_eq!(error(&data.to_string().into(), words).class(), class);
    }
}

#[test]
fn words_decide_where_there_is_no_number() {
    for (message, class) in [
        ("Visa is inconsistent/corrupted.", Class::Visa),
        (
            "A partner with the same name already exists",
            Class::Conflict,
        ),
        ("A visa with the same name", Class::Conflict),
        ("Service is unavailable due to maintenance", Class::Busy),
        ("Mandatory parameter is missing", Class::Refused),
    ] {
        for data in [json!(null), json!(0)] {
            assert_eq!(error(&data, message).class(), class, "{message}");
        }
    }
    for code in [-32_700, -32_600, -32_601] {
        let error = read(&json!({ "code": code, "message": "no such method" }));
        assert_eq!(error.class(), Class::Protocol);
    }
    let error = read(&json!({ "code": -32602, "message": "bad params" }));
    assert_eq!(error.class(), Class::Refused);
    assert_eq!(read(&json!("broken")).class(), Class::Refused);
}

#[test]
fn a_failure_has_the_call_the_words_and_the_number() {
    let rpc = Rpc::new("RemovePartner", Value::Null).about("700105");
    let failure = error(
        &json!(2105),
        "Partner can&apos;t be removed: it has devices.",
    )
    .failure(&rpc);
    assert_eq!(
        failure.message,
        "RemovePartner `700105`: Partner can't be removed: it has devices (error 2105)"
    );
    assert_eq!(failure.kind, FailureKind::Refused);
    assert!(failure.hint.expect("a hint").contains("devices"));

    let failure = error(
        &json!(13_501),
        "Operation failed because of security reasons (error 13501)",
    )
    .failure(&rpc);
    assert_eq!(
        failure.message,
        "RemovePartner `700105`: not found or not permitted: Operation failed because of \
         security reasons (error 13501)"
    );
    assert_eq!(failure.kind, FailureKind::Forbidden);

    let failure = error(&json!(null), "").failure(&rpc);
    assert_eq!(
        failure.message,
        "RemovePartner `700105`: no message (error -32603)"
    );
}

#[test]
fn any_error_of_a_login_is_one_of_credentials() {
    let rpc = Rpc::new(LOGIN, Value::Null);
    for data in [2100, 2110, 2113, 13_501, 1701] {
        let failure = error(&data.into(), "Unknown partner/username or bad password").failure(&rpc);
        assert_eq!(failure.kind, FailureKind::Credentials, "{data}");
    }
    // A service that is busy says nothing about the credentials.
    for (data, kind) in [
        (1704, FailureKind::Unreachable),
        (2116, FailureKind::Throttled),
    ] {
        let failure = error(&data.into(), "later").failure(&rpc);
        assert_eq!(failure.kind, kind, "{data}");
    }
}

#[test]
fn what_is_masked_in_the_words_changes_nothing_about_their_meaning() {
    let error = json!({ "data": 0, "message": "The visa of O&apos;Neill is too old." });
    let error = RpcError::read(&error, |words| {
        assert_eq!(words, "The visa of O'Neill is too old.");
        "The •••• of •••• is too old.".to_owned()
    });
    assert_eq!(error.class(), Class::Visa);
    let failure = error.failure(&Rpc::new("AddPartner", Value::Null));
    assert_eq!(
        failure.message,
        "AddPartner: the visa was refused again: The •••• of •••• is too old (error 0)"
    );
}
