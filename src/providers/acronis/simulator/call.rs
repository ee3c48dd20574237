//! One call on its way through the services.

use jiff::Timestamp;
use serde_json::Value;

use super::{errors, lookups::Tables, state::Object, state::State};
use crate::simulator::{KnobSettings, Request, Response};

/// An answer, or a refusal that ends the call early.
pub(super) type Outcome = Result<Response, Response>;

/// What a handler works on.
pub(super) struct Call<'a> {
    pub(super) request: &'a Request,
    /// The id in the path, or empty.
    pub(super) path_id: String,
    pub(super) knobs: &'a KnobSettings,
    pub(super) now: Timestamp,
    pub(super) tables: &'a Tables,
    pub(super) state: &'a mut State,
    pub(super) caller: Caller,
}

/// Who calls.
#[derive(Debug, Clone, Default)]
pub(super) struct Caller {
    pub(super) client_id: String,
    /// The root of what the caller may touch.
    pub(super) tenant_id: String,
    pub(super) scopes: Vec<String>,
}

impl Call<'_> {
    /// A boolean of the query; any case, since the guides write `True`.
    pub(super) fn query_flag(&self, name: &str) -> Result<Option<bool>, String> {
        match self.request.query(name) {
            None => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(format!("{name} is not a boolean")),
        }
    }

    /// The body as an object for Account Management.
    pub(super) fn account_body(&self) -> Result<Object, Response> {
        if !self.is_json() {
            let info = "the body must be application/json";
            return Err(errors::plain(415, "Unsupported Media Type", info));
        }
        match self.request.json() {
            Some(Value::Object(body)) => Ok(self.maybe_trimmed(body)),
            Some(_) => Err(errors::bad_request("the body is not an object")),
            None => Err(errors::bad_request("the body is not JSON")),
        }
    }

    /// The body as an object for Advanced Automation.
    pub(super) fn automation_body(&self) -> Result<Object, Response> {
        if !self.is_json() {
            let text = "Unsupported Media Type";
            return Err(match self.knobs.get("aa_missing_content_type") {
                "message" => errors::message(415, text),
                _ => errors::gateway(415, text),
            });
        }
        match self.request.json() {
            Some(Value::Object(body)) => Ok(self.maybe_trimmed(body)),
            _ => Err(errors::message(400, "The body is not a JSON object.")),
        }
    }

    fn is_json(&self) -> bool {
        self.request
            .header("content-type")
            .and_then(|value| value.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
    }

    fn maybe_trimmed(&self, body: Object) -> Object {
        if !self.knobs.is("trim_text", "yes") {
            return body;
        }
        let mut body = body;
        body.values_mut().for_each(trim);
        body
    }
}

fn trim(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.trim().to_owned(),
        Value::Object(object) => object.values_mut().for_each(trim),
        Value::Array(items) => items.iter_mut().for_each(trim),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
