//! Performs calls.

use async_trait::async_trait;
use reqwest::Method;
use serde_json::{Value, json};
use trueup::{
    http::Delivery,
    model::{FieldPath, RemoteId, field_map::ValueType},
    provider::{Call, Endpoint, Failure, FailureKind, Job, Performed, Repeat, Writer, codec},
};

use super::{
    calls::{CHANNELS, CREATE, DELETE, PATCH},
    kind, read,
    session::{Question, Session},
};

/// The half that writes.
pub(super) struct ToyWriter {
    session: Session,
}

impl ToyWriter {
    pub(super) fn open(endpoint: &Endpoint) -> Self {
        Self {
            session: Session::open(endpoint),
        }
    }
}

#[async_trait]
impl Writer for ToyWriter {
    async fn prepare(&self) -> Result<(), Failure> {
        // Each request carries its credentials, so there is no login.
        Ok(())
    }

    async fn perform(&self, call: &Call, job: &Job<'_>) -> Result<Performed, Failure> {
        let id = job
            .remote
            .map(|remote| remote.0.as_str())
            .unwrap_or_default();
        let (method, path, body) = match call.operation {
            CREATE => (Method::POST, "/customers".to_owned(), body(call, job)),
            PATCH => (Method::PATCH, format!("/customers/{id}"), body(call, job)),
            CHANNELS => (
                Method::PUT,
                format!("/customers/{id}/channels"),
                body(call, job)["channels"].take(),
            ),
            DELETE => (
                Method::DELETE,
                format!("/customers/{id}"),
                json!({ "reason": job.reason }),
            ),
            other => panic!("the toy has no call {other}"),
        };
        let answer = self
            .session
            .ask(Question {
                operation: call.operation,
                method,
                path,
                body: Some(body),
                delivery: if call.repeat == Repeat::Safe {
                    Delivery::Repeatable
                } else {
                    Delivery::Once { since: job.since }
                },
            })
            .await?;
        if call.operation != CREATE {
            return Ok(Performed::default());
        }
        let Some(id) = answer["id"].as_str() else {
            let failure = Failure::new(FailureKind::Protocol, "the answer holds no id");
            return Err(failure.with_unknown_effect());
        };
        Ok(Performed {
            created: Some(RemoteId(id.to_owned())),
            note: None,
        })
    }
}

fn body(call: &Call, job: &Job<'_>) -> Value {
    let mut body = json!({});
    for path in &call.fields {
        let wire = kind()
            .fields()
            .facts(path.as_str())
            .and_then(|facts| facts.wire)
            .expect("every field of the toy is on the wire");
        codec::put(&mut body, wire, value(*path, job));
    }
    body
}

/// The toy takes `null` for nothing, and dates as instants.
fn value(path: FieldPath, job: &Job<'_>) -> Value {
    let leaf = job.desired.or_unset(path);
    let is_date = kind()
        .fields()
        .facts(path.as_str())
        .is_some_and(|facts| facts.value_type == ValueType::DateTime);
    match leaf.text() {
        Some(date) if is_date => codec::unix_seconds(date, &read::zone())
            .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
            .map_or(Value::Null, |instant| instant.to_string().into()),
        _ => codec::encode(leaf).unwrap_or(Value::Null),
    }
}
