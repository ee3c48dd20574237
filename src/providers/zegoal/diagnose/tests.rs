use serde_json::{Value, json};

use super::*;
use crate::{
    provider::Health,
    providers::zegoal::{
        PROVIDER,
        fixture::{self, LOGIN, PASSWORD, minsk, response, tree},
        scripted::{Script, error, ok, serve},
    },
};

/// What is found out about a tenant that answers as `script` says.
async fn found(script: Script) -> Vec<Diagnosis> {
    let (_running, endpoint) = serve(script).await;
    let wanted = Wanted {
        kind: kind().kind,
        key: "CUST-0043".to_owned(),
        display_name: None,
        adopt: None,
        desired: tree(&json!({})),
    };
    let reader = (PROVIDER.reader)(&endpoint);
    reader.diagnose(Some(&wanted)).await
}

fn named<'a>(found: &'a [Diagnosis], name: &str) -> &'a Diagnosis {
    let diagnosis = found.iter().find(|diagnosis| diagnosis.name == name);
    diagnosis.unwrap_or_else(|| panic!("nothing is said of {name}: {found:?}"))
}

fn lines(response: &Value) -> Vec<String> {
    assumed::compare(&Anatomy::of(response)).lines
}

/// The lines that have a mark.
fn marked(response: &Value) -> Vec<String> {
    let mut lines = lines(response);
    lines.retain(|line| !line.starts_with(' '));
    lines
}

fn names_of(api: &str, body: &Value) -> Option<crate::simulator::Response> {
    (body.get("account_code").is_none()).then(|| {
        let names = [
            "acct_cat_code_id",
            "curr_codes",
            "bill_dist_codes",
            "contract_status",
        ];
        ok(api, &json!({ "dictionary": names }))
    })
}

#[test]
fn forms_say_nothing_of_values() {
    let answer = json!({
        "null": null,
        "flag": true,
        "number": 2,
        "empty": "",
        "digits": "375290000043",
        "date": "2024-05-06 10:15:30",
        "offset": "2024-05-06 10:15:30 +03:00",
        "text": "BY00EXMP",
        "none": [],
        "list": ["x", 1],
        "object": { "inside": "x" },
        "params": { "price_of_acme": 5 },
    });
    let lines: Vec<String> = lines(&answer)
        .into_iter()
        .filter_map(|line| line.strip_prefix("+ ").map(str::to_owned))
        .collect();
    assert_eq!(
        lines,
        [
            "date: date",
            "digits: text of digits",
            "empty: empty text",
            "flag: true or false",
            "list: list",
            "none: empty list",
            "null: null",
            "number: number",
            "object: object",
            "object.inside: text",
            "offset: date with offset",
            "params: object",
            "text: text",
        ]
    );
}

#[test]
fn names_that_look_like_data_are_masked() {
    let answer = json!({ "contacts": {
        "375290000043": { "email": "a@b.example" },
        "BY00EXMP": 1,
        "Ivanov": 1,
        "by00exmp0043": 1,
        "a b": 1,
        "": 1,
        "line_2": 1,
    } });
    let lines = lines(&answer).join("\n");
    assert!(lines.contains("+ contacts.*: number or object"), "{lines}");
    assert!(lines.contains("+ contacts.*.email: text"), "{lines}");
    assert!(lines.contains("+ contacts.line_2: number"), "{lines}");
    for hidden in ["375290000043", "BY00", "Ivanov", "by00", "a b", "b.example"] {
        assert!(!lines.contains(hidden), "{lines}");
    }
}

#[test]
fn differences_from_the_assumed_layout_are_marked() {
    let mut answer = response();
    let plain = marked(&answer);
    // What the fixture leaves out, because nothing of ours depends on it.
    for line in &plain {
        assert!(line.starts_with("- "), "{plain:?}");
    }
    answer["account_id"] = "43".into();
    answer["basic"]["is_billed"] = 1.into();
    answer["billing"]["valid_to"] = "2050-01-01 00:00:00 +03:00".into();
    answer["basic"]["mood"] = "good".into();
    answer["bank_info"] = Value::Null;
    let mut more = marked(&answer);
    more.retain(|line| !plain.contains(line));
    assert_eq!(
        more,
        [
            "~ account_id: text of digits, assumed number",
            "~ bank_info: null, assumed object",
            "~ basic.is_billed: number, assumed true or false",
            "+ basic.mood: text",
            "~ billing.valid_to: date with offset, assumed date",
        ]
    );
}

#[test]
fn what_is_missing_is_said_once_and_not_for_each_member() {
    let mut answer = response();
    let plain = marked(&answer);
    let object = answer.as_object_mut().expect("an object");
    object.remove("contacts");
    answer["contracts"] = json!([]);
    let mut more = marked(&answer);
    more.retain(|line| !plain.contains(line));
    assert_eq!(more, ["- contacts: list"]);
}

#[test]
fn a_layout_without_end_is_cut() {
    let members: serde_json::Map<String, Value> = ('a'..='z')
        .flat_map(|first| ('a'..='z').map(move |second| format!("x{first}{second}")))
        .map(|name| (name, Value::Null))
        .collect();
    let lines = lines(&members.into());
    assert!(lines.len() < 410, "{}", lines.len());
    assert!(lines.last().expect("lines").contains("more"));
}

#[test]
fn the_zone_of_the_server_is_compared_with_ours() {
    for (theirs, health, said) in [
        (Some("Europe/Minsk"), Health::Good, "Europe/Minsk"),
        (Some("Europe/Sofia"), Health::Bad, "Europe/Sofia"),
        (Some("Nowhere/None"), Health::Doubtful, "Europe/Minsk"),
        (None, Health::Doubtful, "Europe/Minsk"),
    ] {
        let diagnosis = time_zone(&minsk(), theirs);
        assert_eq!(diagnosis.health, health, "{theirs:?}");
        assert!(diagnosis.detail.contains(said), "{diagnosis:?}");
        assert_eq!(diagnosis.hint.is_some(), health != Health::Good);
    }
}

#[tokio::test]
async fn a_tenant_that_answers_otherwise_is_told_in_full_without_a_value() {
    let found = found(|api, body| {
        names_of(api, body).unwrap_or_else(|| {
            assert_eq!(body["return_references"], true);
            let mut answer = response();
            answer["bank_info"] = json!({ "iban": "BY00EXMP0043" });
            answer["contacts"][0]["mobile"] = "+375 29 000 00 43".into();
            ok(api, &answer)
        })
    })
    .await;
    assert_eq!(named(&found, "code lists").health, Health::Good);
    let sections = named(&found, "sections");
    assert_eq!(sections.health, Health::Doubtful);
    assert!(sections.detail.ends_with("`bankInfo`"), "{sections:?}");
    let layout = named(&found, "layout");
    for line in ["+ bank_info.iban: text", "+ contacts.mobile: text"] {
        assert!(layout.detail.contains(line), "{layout:?}");
    }
    let all = format!("{found:?}");
    let account = record_values();
    for hidden in account.iter().map(String::as_str).chain([LOGIN, PASSWORD]) {
        assert!(!all.contains(hidden), "{hidden} in {all}");
    }
}

/// Every text of the fixture's answer that could only come from it.
fn record_values() -> Vec<String> {
    let mut values = vec!["BY00EXMP0043".to_owned(), "000 00 43".to_owned()];
    for section in ["contacts", "address", "contracts", "billing", "basic"] {
        let mut place = &response()[section];
        if let Value::Array(rows) = place {
            place = &rows[0];
        }
        let members = place.as_object().expect("an object").values();
        let texts = members.filter_map(Value::as_str);
        values.extend(texts.filter(|text| text.len() > 8).map(str::to_owned));
    }
    values
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_advice() {
    let scripts: [(Script, &str, Health); 4] = [
        (
            |api, body| {
                names_of(api, body).unwrap_or_else(|| error(200, api, "Account is not found"))
            },
            "layout",
            Health::Doubtful,
        ),
        (
            |api, body| names_of(api, body).unwrap_or_else(|| error(200, api, "no")),
            "layout",
            Health::Bad,
        ),
        (
            |api, body| {
                names_of(api, body).unwrap_or_else(|| ok(api, &json!({ "konto": { "id": 1 } })))
            },
            "sections",
            Health::Bad,
        ),
        (
            |api, _| ok(api, &json!({ "dictionary": "curr_codes" })),
            "code lists",
            Health::Doubtful,
        ),
    ];
    for (script, name, health) in scripts {
        let found = found(script).await;
        assert_eq!(named(&found, name).health, health, "{found:?}");
    }
}

#[tokio::test]
async fn without_an_account_to_read_the_rest_is_still_told() {
    let (running, endpoint) = serve(|_, _| crate::simulator::Response::text(401, "no")).await;
    let found = (PROVIDER.reader)(&endpoint).diagnose(None).await;
    assert_eq!(named(&found, "code lists").health, Health::Bad);
    assert_eq!(named(&found, "layout").health, Health::Doubtful);
    assert_eq!(running.log().len(), 1);
    let mut endpoint = endpoint;
    endpoint.settings = fixture::settings("data:x");
    let found = (PROVIDER.reader)(&endpoint).diagnose(None).await;
    assert_eq!(named(&found, "code lists").health, Health::Bad);
}
