//! The envelope of every answer (Zegoal contract, 1.3 to 1.6).

use serde_json::Value;

/// What an answer of success holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answered {
    /// The `response`.
    pub(super) response: Value,
    /// The server's zone, where the answer names it.
    pub(super) zone: Option<String>,
    /// `processing_date` as written.
    pub(super) processed: Value,
}

/// Why an answer is none of success.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The body is no envelope at all.
    NoEnvelope,
    /// The server refuses, in these words.
    Refused(String),
    /// The envelope contradicts itself or lacks what must be there.
    Senseless(&'static str),
}

/// What kind of `response` a call answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// An object.
    Object,
    /// `true`.
    Truth,
}

/// The code that comes with every error so far; it says nothing.
const CODE_COMMON: &str = "1";

/// Opens the envelope of an answer to `api`.
pub(super) fn open(api: &str, body: &Value, expected: Expected) -> Result<Answered, Fault> {
    let Some(members) = body.as_object() else {
        return Err(Fault::NoEnvelope);
    };
    let result = members.get("processing_result");
    if !result.is_some_and(Value::is_object) && !members.contains_key(api) {
        return Err(Fault::NoEnvelope);
    }
    if let Some(words) = result.and_then(refusal) {
        return Err(Fault::Refused(words));
    }
    let block = block(api, body).ok_or(Fault::Senseless("the answer has no method block"))?;
    let response = block.get("response").cloned().unwrap_or(Value::Null);
    let fits = match expected {
        Expected::Object => response.is_object(),
        Expected::Truth => response.is_object() || is(&response, true),
    };
    if !fits {
        return Err(Fault::Senseless(if is(&response, false) {
            "the answer says success and failure at once"
        } else {
            "the answer lacks its response"
        }));
    }
    let zone = [response.get("TZ"), block.get("TZ")]
        .into_iter()
        .flatten()
        .find_map(Value::as_str)
        .map(str::to_owned);
    Ok(Answered {
        response,
        zone,
        processed: members.get("processing_date").cloned().unwrap_or_default(),
    })
}

/// The server's words, unless the verdict is success: the status `ok` and a
/// code that is 0, in either form, or missing. The text never decides.
fn refusal(result: &Value) -> Option<String> {
    // A sample of success lacks the verdict, and so this function is not even
    // asked; a verdict without a status is none of success.
    let code = match result.get("code") {
        None | Some(Value::Null) => "0".to_owned(),
        Some(Value::String(code)) => code.trim().to_owned(),
        Some(code) => code.to_string(),
    };
    if result.get("status").and_then(Value::as_str) == Some("ok") && code == "0" {
        return None;
    }
    let text = result.get("text").and_then(Value::as_str).unwrap_or("");
    let text = if text.trim().is_empty() {
        "no reason given"
    } else {
        text
    };
    Some(if code == CODE_COMMON || code == "0" {
        text.to_owned()
    } else {
        format!("{text} (code {code})")
    })
}

/// The object under the API's name, or else the only one that can be meant: a
/// sample of `UpdateContract` answers with an `AddContract`.
fn block<'a>(api: &str, body: &'a Value) -> Option<&'a Value> {
    let members = body.as_object()?;
    if let Some(block) = members.get(api) {
        return Some(block);
    }
    let mut others = members
        .iter()
        .filter(|(name, _)| !["processing_result", "processing_date"].contains(&name.as_str()));
    let (name, block) = others.next()?;
    if others.next().is_some() {
        return None;
    }
    tracing::warn!(api, answered = name, "the method block has another name");
    Some(block)
}

/// Whether a value is this truth value, also written as text.
fn is(value: &Value, truth: bool) -> bool {
    match value {
        Value::Bool(value) => *value == truth,
        Value::String(text) => *text == truth.to_string(),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn envelope(result: &Value, response: &Value) -> Value {
        json!({
            "processing_result": result,
            "processing_date": "2024-05-06 10:20:00",
            "Api": { "request": {}, "response": response },
        })
    }

    fn open_object(body: &Value) -> Result<Answered, Fault> {
        open("Api", body, Expected::Object)
    }

    #[test]
    fn success_is_decided_by_status_and_code() {
        for result in [
            json!({ "status": "ok", "code": 0, "text": "success" }),
            json!({ "status": "ok", "code": "0" }),
            json!({ "status": "ok", "text": "" }),
            json!({ "status": "ok", "code": null, "ctx_id": "x", "template": "ok" }),
            json!({ "status": "ok", "code": 0, "text": "Account is not found" }),
        ] {
            let answered = open_object(&envelope(&result, &json!({ "a": 1 })));
            assert_eq!(answered.expect("success").response, json!({ "a": 1 }));
        }
    }

    #[test]
    fn errors_carry_the_servers_words() {
        for (result, words) in [
            (json!({ "status": "error", "code": 1, "text": "No" }), "No"),
            (
                json!({ "status": "error", "code": "1", "text": "No" }),
                "No",
            ),
            (json!({ "status": "error", "text": "No" }), "No"),
            (
                json!({ "status": "error", "code": "E17", "text": "No" }),
                "No (code E17)",
            ),
            (
                json!({ "status": "ok", "code": 7, "text": "" }),
                "no reason given (code 7)",
            ),
            (json!({ "text": "success" }), "success"),
        ] {
            for response in [json!(false), json!("false"), json!({ "a": 1 }), json!(null)] {
                let fault = open_object(&envelope(&result, &response));
                assert_eq!(fault, Err(Fault::Refused(words.to_owned())), "{result}");
            }
        }
    }

    #[test]
    fn a_success_without_an_object_makes_no_sense() {
        let ok = json!({ "status": "ok", "code": 0 });
        for response in [json!(false), json!("false"), json!(null), json!([])] {
            let fault = open_object(&envelope(&ok, &response));
            assert!(matches!(fault, Err(Fault::Senseless(_))), "{response}");
        }
        for response in [json!(true), json!("true"), json!({})] {
            let opened = open("Api", &envelope(&ok, &response), Expected::Truth);
            assert!(opened.is_ok(), "{response}");
        }
    }

    #[test]
    fn a_success_may_lack_the_verdict() {
        let body = json!({ "Api": { "response": { "a": 1 } } });
        assert!(open_object(&body).is_ok());
        let body = json!({ "Api": { "response": false } });
        assert!(matches!(open_object(&body), Err(Fault::Senseless(_))));
    }

    #[test]
    fn the_block_may_have_another_name() {
        let body = json!({
            "processing_result": { "status": "ok" },
            "AddContract": { "response": { "a": 1 }, "TZ": "Europe/Minsk" },
        });
        let answered = open("UpdateContract", &body, Expected::Object).expect("success");
        assert_eq!(answered.zone.as_deref(), Some("Europe/Minsk"));
        let mut two = body.clone();
        two["Other"] = json!({});
        let fault = open("UpdateContract", &two, Expected::Object);
        assert!(matches!(fault, Err(Fault::Senseless(_))));
    }

    #[test]
    fn the_zone_stands_inside_or_beside_the_response_or_nowhere() {
        for (block, zone) in [
            (json!({ "response": { "TZ": "Europe/Minsk" } }), true),
            (
                json!({ "response": {}, "TZ": "Europe/Minsk", "extra_logic": "", "enriched_request": {} }),
                true,
            ),
            (json!({ "response": {} }), false),
        ] {
            let body = json!({ "processing_result": { "status": "ok" }, "Api": block });
            let answered = open_object(&body).expect("success");
            assert_eq!(answered.zone.is_some(), zone, "{body}");
        }
    }

    #[test]
    fn other_bodies_are_no_envelopes() {
        for body in [json!("no"), json!([]), json!({}), json!({ "error": "x" })] {
            assert_eq!(open_object(&body), Err(Fault::NoEnvelope), "{body}");
        }
    }
}
