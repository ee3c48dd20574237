//! What is asked of a provider, and what it answers.

use std::time::Duration;

use reqwest::{Method, Url, header::HeaderName};
use tokio::time::Instant;

use super::{
    effect::Effect,
    failure::{Cause, HttpFailure, sanitise, text_of, withheld},
    patience::{GaveUp, RETRY_AFTER_MAX},
    secret::tellable,
    transport::failure,
};
use crate::model::HiddenValues;

/// How much of what a server said is searched for what must not be repeated:
/// far more than is ever quoted of it, and too little to keep a run waiting.
const SEARCHED_BYTES_MAX: usize = 64 * 1024;

/// What stands where a text was cut, so that the start of a value before it is
/// found too.
const CUT: char = '…';

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

/// How long after it was taken down a call is still sent: the longest wait that a
/// provider may ask for, and half a minute for its turn, a connection and a login.
pub const SEND_WITHIN: Duration = RETRY_AFTER_MAX.saturating_add(Duration::from_secs(30));

/// When a request is sent, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Sending it twice does no harm, so that it is retried.
    Repeatable,
    /// Sent once, and within [`SEND_WITHIN`] or not at all: whoever finds the call
    /// open after a kill waits for no longer than that until it was sent.
    Once {
        /// When it was taken down that the call is to be sent.
        since: Instant,
    },
    /// The same, and not at all where the provider has asked everybody to wait, or
    /// had to be logged in to, after `read`: it carries a whole object as it was
    /// read then, and what somebody else writes to that meanwhile would be undone.
    OnceWhileFresh {
        /// When it was taken down that the call is to be sent.
        since: Instant,
        /// When the object was read, or later, but before anything else was asked.
        read: Instant,
    },
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
    /// What else of it is never shown, whoever repeats it: sensitive values,
    /// and credentials that do not stand in a header.
    pub secrets: Vec<String>,
    /// The body.
    pub body: Body,
    /// When it is sent, and how often.
    pub delivery: Delivery,
}

impl Ask {
    /// The failure of a call that is not sent because it had to wait for too long.
    #[must_use]
    pub fn overtaken(&self) -> HttpFailure {
        failure(self, 1, Duration::ZERO, None, Cause::Overtaken)
    }

    /// Every text of it that no message may repeat.
    pub(super) fn never_shown(&self) -> Vec<String> {
        let headers = self.secret_headers.iter();
        headers
            .flat_map(|(_, value)| tellable(value))
            .chain(self.secrets.iter().cloned())
            .collect()
    }
}

/// An answer, of whatever status. It knows what of its request must not be
/// repeated, so that its words can be quoted without a thought.
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
    pub(super) never_shown: Vec<String>,
}

impl Answer {
    /// The start of the body as text, if it is any, without what must not be
    /// repeated.
    #[must_use]
    pub fn text(&self) -> String {
        masked(&text_of(&self.body), &self.never_shown)
    }

    /// Words of the server, fit for a message: without what must not be
    /// repeated, and nothing in them that steers a terminal. Every word that a
    /// provider finds in an answer goes through here, or through the two below.
    #[must_use]
    pub fn quote(&self, words: &str) -> String {
        quote(words, &self.never_shown)
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
            words: self.quote(words),
        };
        self.failure(ask, cause)
    }

    /// Makes a failure out of an answer whose body is not what it should be.
    /// A page or text is quoted; data is not, because nobody knows by now which
    /// of it is sensitive.
    #[must_use]
    pub fn unexpected_body(&self, ask: &Ask, expected: &'static str) -> HttpFailure {
        let text = text_of(&self.body);
        let cause = Cause::Body {
            expected,
            words: withheld(&text).unwrap_or_else(|| self.quote(&text)),
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

/// Masks before anything is taken out or cut: what a value has lost by that
/// would not be found any more.
pub(super) fn quote(words: &str, never_shown: &[String]) -> String {
    sanitise(&masked(words, never_shown))
}

fn masked(words: &str, never_shown: &[String]) -> String {
    let mut text = words[..words.floor_char_boundary(SEARCHED_BYTES_MAX)].to_owned();
    if text.len() < words.len() {
        text.push(CUT);
    }
    HiddenValues::of(never_shown.iter().map(String::as_str)).mask_in(&mut text);
    text
}
