//! Performs calls.

use async_trait::async_trait;
use tokio::time::Instant;

use super::{
    calls::{
        CREATE_ACCOUNT, SET_LC, STATE_FROM, UPDATE_ACCOUNT, UPDATE_ADDRESS, UPDATE_CONTACT,
        UPDATE_CONTRACT,
    },
    envelope::{Answered, Expected},
    held::Held,
    life_cycle::Start,
    request,
    session::{Question, Session},
    wire::Layout,
};
use crate::{
    http::Delivery,
    model::{Leaf, RemoteId, Tree},
    provider::{Call, Endpoint, Failure, FailureKind, Job, Performed, Writer, codec},
};

/// The half that writes.
pub(super) struct AccountWriter {
    session: Session,
}

impl AccountWriter {
    /// Prepares a writer. Nothing is sent.
    pub(super) fn open(endpoint: &Endpoint) -> Self {
        Self {
            session: Session::open(endpoint),
        }
    }
}

#[async_trait]
impl Writer for AccountWriter {
    async fn prepare(&self) -> Result<(), Failure> {
        // Each request carries its credentials, so there is no login.
        Ok(())
    }

    async fn perform(&self, call: &Call, job: &Job<'_>) -> Result<Performed, Failure> {
        let held = job.record.map(Held::of).unwrap_or_default();
        let body = request::body(call, job).map_err(|reason| {
            Failure::new(FailureKind::Stale, format!("{}: {reason}", call.operation))
                .hint("plan again")
        })?;
        let expected = if call.operation == SET_LC {
            Expected::Truth
        } else {
            Expected::Object
        };
        let answered = self
            .session
            .ask(Question {
                api: call.operation,
                body,
                expected,
                delivery: delivery(call, job.since),
                secrets: secrets(job),
            })
            .await
            .map_err(explain)?;
        let created = if call.operation == CREATE_ACCOUNT {
            Some(created(&answered)?)
        } else {
            None
        };
        Ok(Performed {
            created,
            note: note(call, job, &held),
        })
    }
}

/// When a call is sent, and how often. A part is written whole, as it was read, so
/// that what somebody else writes to it during a wait would be undone.
fn delivery(call: &Call, since: Instant) -> Delivery {
    match call.operation {
        UPDATE_ACCOUNT => Delivery::Repeatable,
        UPDATE_CONTRACT | UPDATE_CONTACT | UPDATE_ADDRESS => {
            Delivery::OnceWhileFresh { since, read: since }
        }
        _ => Delivery::Once { since },
    }
}

/// The id of a new account.
fn created(answered: &Answered) -> Result<RemoteId, Failure> {
    Layout(&answered.response)
        .account("account_id")
        .and_then(codec::as_integer)
        .map(|id| RemoteId(id.to_string()))
        .ok_or_else(|| {
            Failure::new(
                FailureKind::Protocol,
                format!("{CREATE_ACCOUNT}: the answer does not hold the id of the new account"),
            )
            .with_unknown_effect()
        })
}

/// Adds what a missing account means for a write.
fn explain(failure: Failure) -> Failure {
    if failure.kind == FailureKind::NotFound {
        failure.hint("the account, or a part of it, is gone or was terminated since; plan again")
    } else {
        failure
    }
}

/// That a date was not sent, and why.
fn note(call: &Call, job: &Job<'_>, held: &Held) -> Option<String> {
    match request::start(call, job, held) {
        Start::Past(from) => Some(format!(
            "`{STATE_FROM}` ({from}) lies before the state until now began; the move was made at once"
        )),
        Start::Now | Start::At(_) => None,
    }
}

/// Every sensitive value that a request may hold.
fn secrets<'a>(job: &Job<'a>) -> Vec<&'a str> {
    let live = job.record.map(|record| &record.tree);
    [Some(job.desired), live]
        .into_iter()
        .flatten()
        .flat_map(Tree::iter)
        .filter_map(|(_, leaf)| match leaf {
            Leaf::Sensitive(text) => Some(text.expose()),
            Leaf::Unset
            | Leaf::Bool(_)
            | Leaf::Integer(_)
            | Leaf::Text(_)
            | Leaf::Set(_)
            | Leaf::Json(_)
            | Leaf::Reference(_) => None,
        })
        .collect()
}
