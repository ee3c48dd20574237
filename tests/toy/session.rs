//! Sends requests with the token, and says what the answers mean.

use std::sync::Arc;

use reqwest::{Method, header::AUTHORIZATION};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use trueup::{
    http::{Ask, Body, Delivery, Transport},
    model::{
        Kind,
        field::{Credential, Filled, local},
    },
    provider::{Endpoint, Failure, Spec},
};

/// An account at the toy.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Settings {
    /// Where the toy is.
    #[schemars(transform = local().format("uri"))]
    base_url: Filled<String>,
    /// How we are known to it.
    #[schemars(transform = local().create_needs())]
    token: Filled<Credential>,
}

impl Spec for Settings {
    const KIND: Kind = "Provider";
}

/// A way to one account.
pub(super) struct Session {
    transport: Arc<Transport>,
    base_url: String,
    token: String,
}

/// One request.
pub(super) struct Question<'a> {
    pub(super) operation: &'a str,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Option<Value>,
    pub(super) delivery: Delivery,
}

impl<'a> Question<'a> {
    /// A request that only reads.
    pub(super) fn get(operation: &'a str, path: String) -> Self {
        Self {
            operation,
            method: Method::GET,
            path,
            body: None,
            delivery: Delivery::Repeatable,
        }
    }
}

impl Session {
    pub(super) fn open(endpoint: &Endpoint) -> Self {
        let text = |path: &str| endpoint.settings.text(path).unwrap_or_default().to_owned();
        Self {
            transport: Arc::clone(&endpoint.transport),
            base_url: text("baseUrl"),
            token: text("token"),
        }
    }

    /// Sends a request. An answer without a body is `null`.
    pub(super) async fn ask(&self, question: Question<'_>) -> Result<Value, Failure> {
        let url = format!("{}{}", self.base_url, question.path);
        let ask = Ask {
            operation: question.operation.to_owned(),
            method: question.method,
            url: url.parse().expect("the base URL of a simulator"),
            secret_headers: vec![(AUTHORIZATION, format!("Bearer {}", self.token))],
            secrets: Vec::new(),
            body: question.body.map_or(Body::Empty, Body::Json),
            delivery: question.delivery,
        };
        let answer = self.transport.send(&ask).await?;
        let json: Option<Value> = serde_json::from_slice(&answer.body).ok();
        if !(200..300).contains(&answer.status) {
            let words = match json.as_ref().and_then(|json| json["error"].as_str()) {
                Some(words) => words.to_owned(),
                None => answer.text(),
            };
            return Err(answer.unexpected_status(&ask, &words).into());
        }
        match json {
            Some(json) => Ok(json),
            None if answer.status == 204 => Ok(Value::Null),
            None => Err(answer.unexpected_body(&ask, "JSON").into()),
        }
    }
}
