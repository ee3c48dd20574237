//! What is asked of a provider, and what it answers.

use std::time::Duration;

use reqwest::{Method, Url, header::HeaderName};

use super::{
    failure::{Cause, Effect, HttpFailure, quotable, sanitise, text_of},
    patience::GaveUp,
    transport::failure,
};

/// A request body.
#[derive(Clone)]
pub enum Body {
    /// None.
    Empty,
    /// JSON.
    Json(serde_json::Value),
    /// A form.
    Form(Vec<(&'static str, String)>),
}

/// A request.
#[derive(Clone)]
pub struct Ask {
    /// What the provider calls it, for messages.
    pub operation: String,
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: Url,
    /// Headers whose values are never shown.
    pub secret_headers: Vec<(HeaderName, String)>,
    /// The body.
    pub body: Body,
    /// Whether sending it twice does no harm, so that it is retried.
    pub repeatable: bool,
}

/// An answer, of whatever status.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The `Date` header.
    pub date: Option<String>,
    /// How long the server asked us to wait.
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: Vec<u8>,
    pub(super) attempts: u32,
    pub(super) elapsed: Duration,
    pub(super) gave_up: Option<GaveUp>,
    pub(super) earlier: Effect,
}

impl Answer {
    /// The body as text, if it is any.
    #[must_use]
    pub fn text(&self) -> String {
        text_of(&self.body)
    }

    /// What earlier attempts at the same call may have done, whatever this answer
    /// says of the last one.
    #[must_use]
    pub fn earlier(&self) -> Effect {
        self.earlier
    }

    /// Makes a failure out of an answer whose status says so. `words` is what
    /// the server said in its own envelope, or the body's text.
    #[must_use]
    pub fn unexpected_status(&self, ask: &Ask, words: &str) -> HttpFailure {
        let cause = Cause::Status {
            status: self.status,
            words: sanitise(words),
        };
        self.failure(ask, cause)
    }

    /// Makes a failure out of an answer whose body is not what it should be.
    /// A page or text is quoted; data is not, because nobody knows by now which
    /// of it is sensitive.
    #[must_use]
    pub fn unexpected_body(&self, ask: &Ask, expected: &'static str) -> HttpFailure {
        let cause = Cause::Body {
            expected,
            words: quotable(&self.text()),
        };
        self.failure(ask, cause)
    }

    fn failure(&self, ask: &Ask, cause: Cause) -> HttpFailure {
        let failure = failure(ask, self.attempts, self.elapsed, self.retry_after, cause);
        HttpFailure {
            gave_up: self.gave_up,
            earlier: self.earlier,
            ..failure
        }
    }
}
