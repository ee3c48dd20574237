//! The vendor's sample, the envelope and the visa.

use serde_json::{Value, json};

use super::{
    super::fixtures::{CUSTOMER_ID, LOGIN_PARTNER_ID, LOGIN_PARTNER_NAME},
    START, Session, names,
};

#[test]
fn the_vendors_sample_request_gets_its_sample_answer() {
    let mut session = Session::new();
    let visa = session.visa.clone().expect("login gave a visa");
    let body = json!({
        "id": "jsonrpc",
        "visa": visa,
        "method": "AddPartner",
        "jsonrpc": "2.0",
        "params": { "partnerInfo": {
            "ParentId": 12345,
            "Name": "Zeus & Sons",
            "Level": "EndCustomer",
            "ServiceType": "AllInclusive",
            "ChildServiceTypes": ["AllInclusive"],
            "Country": "Greece",
        }},
    });
    let answer = session.post(&body.to_string());
    assert_eq!(names(&answer), ["id", "jsonrpc", "result", "visa"]);
    assert_eq!(answer["id"], "jsonrpc");
    assert_eq!(answer["jsonrpc"], "2.0");
    assert_eq!(answer["result"], json!({ "result": 55806 }));
    assert_ne!(answer["visa"], json!(visa));

    let added = session.by_id(55806);
    assert_eq!(added["Name"], "Zeus & Sons");
    assert_eq!(added["ChildServiceTypes"], Value::Null);
    assert_eq!(added["State"], "InTrial");
    // The country at the top level is no member: it is lost, and the location
    // is the parent's.
    assert_eq!(added.get("Country"), None);
    assert_eq!(added["Company"]["PostAddress"], json!({}));
    assert_eq!(added["LocationId"], 7);
    assert_eq!(session.add(&json!({})), 55807);
}

#[test]
fn login_tells_the_user_and_where_it_belongs() {
    let mut session = Session::fresh();
    let user = session.login();
    assert_eq!(user["PartnerId"], LOGIN_PARTNER_ID);
    assert_eq!(user["Name"], "api@sandbox.example");
    assert_eq!(user["Password"], Value::Null);
    assert_eq!(
        user["Flags"],
        json!(["NonInteractive", "AllowApiAuthentication"])
    );
    assert_eq!(user["LastLoginTime"], START);

    let visa = session.visa.clone().expect("login gave a visa");
    let parts: Vec<&str> = visa.split('-').collect();
    assert_eq!(parts[..4], ["12345", "20411", "1", &START.to_string()]);
    assert_eq!(parts.len(), 5);
}

#[test]
fn login_wants_all_three_words_exactly() {
    let mut session = Session::fresh();
    let right = [LOGIN_PARTNER_NAME, "api@sandbox.example", "sandbox-token"];
    let wrong = [
        ["Sandbox Distribution", right[1], right[2]],
        [&LOGIN_PARTNER_NAME.to_lowercase(), right[1], right[2]],
        [right[0], "API@sandbox.example", right[2]],
        [right[0], right[1], "sandbox-Token"],
    ];
    for [partner, username, password] in wrong {
        let params = json!({ "partner": partner, "username": username, "password": password });
        assert_eq!(session.refusal("Login", &params), 2100, "{params}");
        assert_eq!(session.visa, None);
    }
    let without = json!({ "username": right[1], "password": right[2] });
    assert_eq!(session.refusal("Login", &without), 2100);
}

#[test]
fn renaming_the_login_customer_breaks_the_next_login() {
    let mut session = Session::new();
    session.modify(LOGIN_PARTNER_ID, &json!({ "Name": "Sandbox Distribution" }));
    let mut params = json!({
        "partner": LOGIN_PARTNER_NAME,
        "username": "api@sandbox.example",
        "password": "sandbox-token",
    });
    assert_eq!(session.refusal("Login", &params), 2100);
    params["partner"] = json!("Sandbox Distribution");
    session.value("Login", &params);
}

#[test]
fn a_visa_lives_fifteen_minutes_and_each_answer_brings_another() {
    let mut session = Session::new();
    let first = session.visa.clone().expect("login gave a visa");
    session.clock.advance(14 * 60);
    session.value("GetServerInfo", &json!({}));
    let second = session.visa.clone().expect("the answer brought a visa");
    assert_ne!(first, second);

    session.clock.advance(59);
    session.visa = Some(first.clone());
    session.value("GetServerInfo", &json!({}));
    session.clock.advance(1);
    session.visa = Some(first);
    assert_eq!(session.refusal("GetServerInfo", &json!({})), 1701);
    session.visa = Some(second);
    session.value("GetServerInfo", &json!({}));
}

#[test]
fn a_missing_forged_or_misplaced_visa_is_refused() {
    let mut session = Session::new();
    let good = session.visa.clone().expect("login gave a visa");
    let mut forged = good.clone();
    let last = if forged.pop() == Some('0') { '1' } else { '0' };
    forged.push(last);
    for visa in ["", "1-2-3", &forged, &good.replacen("12345", "10001", 1)] {
        session.visa = Some(visa.to_owned());
        let answer = session.call("GetServerInfo", &json!({}));
        let expected = json!({
            "code": -32603, "data": 1701, "message": "Visa is inconsistent/corrupted.",
        });
        assert_eq!(answer["error"], expected, "{visa}");
        assert_eq!(names(&answer), ["error", "id", "jsonrpc"]);
    }
    session.visa = None;
    let inside = json!({ "visa": good, "partnerId": CUSTOMER_ID });
    assert_eq!(session.refusal("GetPartnerState", &inside), 1701);
}

#[test]
fn only_posts_to_the_one_path_are_answered() {
    let mut session = Session::fresh();
    let response = session.send("GET", "/jsonapi", "");
    assert_eq!(response.status, 405);
    assert!(
        response
            .headers
            .contains(&("allow".to_owned(), "POST".to_owned()))
    );
    assert_eq!(session.send("POST", "/", "{}").status, 404);
}

#[test]
fn malformed_calls_get_the_errors_of_the_protocol() {
    let mut session = Session::fresh();
    let cases = [
        ("{", -32700),
        ("[]", -32600),
        (r#"[{"jsonrpc":"2.0","id":"1","method":"Login"}]"#, -32600),
        (r#"{"jsonrpc":"2.0","method":"Login"}"#, -32600),
        (r#"{"jsonrpc":"1.0","id":"1","method":"Login"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":"1"}"#, -32600),
        (
            r#"{"jsonrpc":"2.0","id":"1","method":"Login","params":[]}"#,
            -32602,
        ),
    ];
    for (body, code) in cases {
        let answer = session.post(body);
        assert_eq!(answer["error"]["code"], code, "{body}");
        assert_eq!(answer["error"].get("data"), None, "{body}");
    }
}

#[test]
fn the_id_is_echoed_as_it_came() {
    let mut session = Session::fresh();
    for id in [json!("a-b"), json!(17)] {
        let body = json!({ "jsonrpc": "2.0", "id": id, "method": "Login" });
        assert_eq!(session.post(&body.to_string())["id"], id);
    }
}

#[test]
fn parameters_may_be_left_out_where_there_are_none() {
    let mut session = Session::new();
    let visa = session.visa.clone();
    let body = json!({ "jsonrpc": "2.0", "id": "1", "visa": visa, "method": "EnumerateLocations" });
    let answer = session.post(&body.to_string());
    assert!(answer["result"]["result"].is_array());
}

#[test]
fn the_log_knows_the_call_and_whether_it_writes() {
    let session = Session::fresh();
    let request = |body: &str| crate::simulator::Request {
        method: "POST".to_owned(),
        path: "/jsonapi".to_owned(),
        query: Vec::new(),
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    };
    let cases = [
        (r#"{"method":"AddPartner"}"#, "AddPartner", true),
        (
            r#"{"method":"RegeneratePartnerUid"}"#,
            "RegeneratePartnerUid",
            true,
        ),
        (
            r#"{"method":"EnumeratePartners"}"#,
            "EnumeratePartners",
            false,
        ),
        (r#"{"method":"Login"}"#, "Login", false),
        (r#"{"method":"Guess"}"#, "Guess", false),
        ("nonsense", "invalid", false),
    ];
    for (body, operation, write) in cases {
        assert_eq!(session.service.operation(&request(body)), operation);
        assert_eq!(session.service.is_write(&request(body)), write, "{body}");
    }
}

#[test]
fn the_settings_reach_the_service() {
    let settings = Session::fresh()
        .service
        .provider_settings("http://127.0.0.1:9");
    let expected = json!({
        "baseUrl": "http://127.0.0.1:9",
        "partner": "Sandbox Distribution (api@sandbox.example)",
        "credentials": { "username": "api@sandbox.example", "password": "sandbox-token" },
    });
    assert_eq!(settings, expected);
}

#[test]
fn a_restored_state_gives_the_same_answers() {
    let mut first = Session::new();
    let id = first.add(&json!({ "ExternalCode": "sandbox/larkfield" }));
    let gone = first.add(&json!({ "Name": "Mooring Legal" }));
    first.value("RemovePartner", &json!({ "partnerId": gone }));

    let mut second = Session::fresh();
    second
        .service
        .restore(first.service.state())
        .expect("the state is taken back");
    second.visa.clone_from(&first.visa);
    let questions = [
        ("GetPartnerInfoById", json!({ "partnerId": id })),
        (
            "EnumeratePartners",
            json!({ "parentPartnerId": 12345, "fetchRecursively": true, "fields": [0, 10] }),
        ),
        (
            "EnumerateRemovedPartners",
            json!({ "parentPartnerId": 12345 }),
        ),
        (
            "GetPartnerInfoHistory",
            json!({ "partnerId": id, "fields": [0] }),
        ),
        (
            "AddPartner",
            json!({ "partnerInfo": {
                "ParentId": id, "Name": "Larkfield North", "Level": "Site",
            }}),
        ),
        ("EnumerateUsers", json!({ "partnerIds": [12345] })),
    ];
    for (method, params) in questions {
        let answers = [first.call(method, &params), second.call(method, &params)];
        assert_eq!(answers[0], answers[1], "{method}");
        assert_eq!(answers[0].get("error"), None, "{method}");
    }
    assert_eq!(first.service.state(), second.service.state());
}

#[test]
fn a_state_that_does_not_hang_together_is_not_taken() {
    let mut session = Session::fresh();
    let good = session.service.state();
    let broken = [
        ("/partners/12361/parent_id", json!(99), "unknown parent"),
        ("/partners/12350/parent_id", json!(12361), "own ancestor"),
        ("/next_partner_id", json!(12362), "not yet given out"),
        ("/users/0/partner_id", json!(99), "belongs to no customer"),
        ("/partners/12361/name", json!(1), "no state of Cove"),
    ];
    for (pointer, value, expected) in broken {
        let mut state = good.clone();
        *state
            .pointer_mut(pointer)
            .expect("the pointer leads somewhere") = value;
        let error = session.service.restore(state).expect_err("refused");
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!(session.service.state(), good);
}
