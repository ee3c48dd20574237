//! The JSON-RPC envelope: how a call is read and an answer is written.

use serde_json::{Map, Value, json};

use super::refusal::Refusal;

/// A well-formed call.
pub(super) struct Call {
    /// A string or a number, echoed as it came.
    pub(super) id: Value,
    pub(super) method: String,
    pub(super) params: Map<String, Value>,
    /// The visa at the top level; one inside `params` does not count.
    pub(super) visa: Option<String>,
}

/// Reads the body of a request, or gives the body of the error answer.
/// Batches and notifications are refused.
pub(super) fn read(body: &[u8]) -> Result<Call, Value> {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return Err(refused(&Value::Null, &Refusal::parse_error(), None));
    };
    let id = match value.get("id") {
        Some(id) if id.is_string() || id.is_number() => id.clone(),
        _ => Value::Null,
    };
    let refuse = |refusal: Refusal| refused(&id, &refusal, None);
    let version_fits = value.get("jsonrpc").and_then(Value::as_str) == Some("2.0");
    let method = value.get("method").and_then(Value::as_str);
    let (true, Some(method), false) = (version_fits, method, id.is_null()) else {
        return Err(refuse(Refusal::invalid_request()));
    };
    let params = match value.get("params") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(params)) => params.clone(),
        Some(_) => return Err(refuse(Refusal::bad_params("params"))),
    };
    let visa = value.get("visa").and_then(Value::as_str);
    Ok(Call {
        method: method.to_owned(),
        params,
        visa: visa.map(ToOwned::to_owned),
        id,
    })
}

/// A success. `result` is the outer member, with the return value under a
/// second `result` inside it.
pub(super) fn succeeded(id: &Value, result: &Value, visa: &str) -> Value {
    json!({ "id": id, "jsonrpc": "2.0", "result": result, "visa": visa })
}

/// An error answer, with a fresh visa if there is one to give.
pub(super) fn refused(id: &Value, refusal: &Refusal, visa: Option<&str>) -> Value {
    let mut error = json!({ "code": refusal.code, "message": refusal.message });
    if let Some(data) = refusal.data {
        error["data"] = json!(data);
    }
    let mut answer = json!({ "id": id, "jsonrpc": "2.0", "error": error });
    if let Some(visa) = visa {
        answer["visa"] = json!(visa);
    }
    answer
}
