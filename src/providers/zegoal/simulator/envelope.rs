//! The envelope around every answer.

use jiff::Zoned;
use serde_json::{Map, Value, json};

use super::{
    api::{Api, Oddity},
    call::Answer,
    failure::Failure,
    shape, stamp,
};
use crate::simulator::KnobSettings;

/// Wraps what a call gave. `request` is the request as it was sent, or `null`
/// when it was no JSON object; `now` is in the tenant's time zone, and `mark`
/// differs from call to call.
pub(super) fn wrap(
    api: &Api,
    request: &Value,
    outcome: Result<Answer, Failure>,
    knobs: &KnobSettings,
    now: &Zoned,
    mark: &str,
) -> Value {
    let mut verdict = verdict(api, &outcome, knobs);
    let failed = outcome.is_err();
    let mut block = Map::new();
    if let Ok(answer) = outcome {
        let mut response = answer.response;
        shape::shape(&mut response, knobs);
        block.insert("response".to_owned(), response);
        if answer.zone_beside {
            block.insert("TZ".to_owned(), stamp::zone_name(now.time_zone()).into());
        }
        if let Some(enriched) = answer.enriched {
            block.insert("enriched_request".to_owned(), enriched);
        }
    } else {
        let as_string =
            knobs.is("error_response", "string_false") || api.oddity == Oddity::OddErrors;
        let response = if as_string {
            json!("false")
        } else {
            json!(false)
        };
        block.insert("response".to_owned(), response);
    }
    block.insert("request".to_owned(), request.clone());
    if knobs.is("envelope", "2020") {
        verdict.insert("ctx_id".to_owned(), mark.into());
        block.insert("extra_logic".to_owned(), "".into());
        block
            .entry("enriched_request")
            .or_insert_with(|| request.clone());
    } else {
        block.remove("enriched_request");
    }
    json!({
        "processing_result": verdict,
        "processing_date": processing_date(api, failed, knobs, now),
        (api.name): block,
    })
}

fn verdict(
    api: &Api,
    outcome: &Result<Answer, Failure>,
    knobs: &KnobSettings,
) -> Map<String, Value> {
    let mut verdict = Map::new();
    let (status, code, text) = match outcome {
        Ok(_) => ("ok", 0, success_text(api, knobs)),
        Err(Failure(text)) => ("error", 1, Some(text.as_str())),
    };
    verdict.insert("status".to_owned(), status.into());
    let code = if knobs.is("code", "string") {
        Value::String(code.to_string())
    } else {
        code.into()
    };
    verdict.insert("code".to_owned(), code);
    if let Some(text) = text {
        verdict.insert("text".to_owned(), text.into());
    }
    if outcome.is_ok() && api.oddity == Oddity::OffsetAndTemplate {
        verdict.insert("template".to_owned(), "ok".into());
    }
    verdict
}

fn success_text(api: &Api, knobs: &KnobSettings) -> Option<&'static str> {
    match knobs.get("success_text") {
        "empty" => Some(""),
        "missing" => None,
        _ => Some(api.success_text),
    }
}

fn processing_date(api: &Api, failed: bool, knobs: &KnobSettings, now: &Zoned) -> String {
    let with_offset = match knobs.get("processing_date") {
        "always_offset" => true,
        "never_offset" => false,
        _ => match api.oddity {
            Oddity::None => false,
            Oddity::Offset | Oddity::OffsetAndTemplate => true,
            Oddity::OddErrors => failed,
        },
    };
    if with_offset {
        stamp::with_offset(now)
    } else {
        stamp::local(now.datetime())
    }
}
