//! Sends requests within a provider's limits.

use std::{
    net::IpAddr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::{
    Client, Method, Url,
    header::{HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER},
    redirect::Policy,
};
use tokio::{sync::Semaphore, time::Instant};

use super::{
    failure::{Cause, HttpFailure, quotable, sanitise},
    limiter::Limiter,
    pace::Pace,
};
use crate::model::limit::RESPONSE_BYTES_MAX;

/// How long a connection may take to come about. Clients of these services use
/// 5 to 10 s (Cove contract, section 11).
const CONNECT_SECONDS_MAX: u64 = 10;

/// The shortest wait before a retry.
const RETRY_DELAY_MILLISECONDS_MIN: u64 = 500;

/// The longest wait before a retry, unless the server asks for more.
const RETRY_DELAY_SECONDS_MAX: u64 = 20;

/// The longest wait that a server may ask for. Beyond it the call fails and
/// says so, rather than sit in a pipeline for an hour; and no more than this do
/// other calls wait on its account.
const RETRY_AFTER_SECONDS_MAX: u64 = 120;

/// The most retries of one run against one provider, so that a provider that is
/// out of order fails a large run soon.
const RETRIES_MAX: u32 = 200;

/// The limits within which a provider is used.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Requests per second, over all calls.
    pub requests_per_second: f64,
    /// Requests in flight at once.
    pub concurrency: usize,
    /// Seconds until an answer must be there in full.
    pub timeout_seconds: u64,
    /// Attempts at a call that may be repeated, the first one included.
    pub attempts: u32,
}

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
    attempts: u32,
    elapsed: Duration,
}

/// The client of one provider.
pub struct Transport {
    client: Client,
    limiter: Limiter,
    slots: Semaphore,
    limits: Limits,
    pace: Pace,
    retries: AtomicU32,
    /// The `Date` header of the last answer that had one.
    server_date: Mutex<Option<String>>,
}

impl Transport {
    /// Prepares a client. Nothing is sent.
    ///
    /// # Errors
    /// When the TLS backend cannot be set up.
    pub fn new(limits: Limits) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .user_agent(concat!("trueup/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(CONNECT_SECONDS_MAX))
            .timeout(Duration::from_secs(limits.timeout_seconds))
            .redirect(Policy::none())
            .build()?;
        Ok(Self {
            client,
            limiter: Limiter::new(limits.requests_per_second),
            slots: Semaphore::new(limits.concurrency),
            limits,
            pace: Pace::default(),
            retries: AtomicU32::new(0),
            server_date: Mutex::new(None),
        })
    }

    /// The same client, waiting at another pace.
    #[must_use]
    pub fn at_pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// How long a second of waiting takes.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.pace
    }

    /// The limits.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The `Date` header of the last answer that had one: the provider's clock.
    #[must_use]
    pub fn server_date(&self) -> Option<String> {
        self.server_date
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Sends a request. A repeatable one is retried on a broken connection,
    /// 429 and 5xx, with back-off and within the budget of the run.
    ///
    /// # Errors
    /// When no answer came. An answer of any status but a redirect is returned.
    pub async fn send(&self, ask: &Ask) -> Result<Answer, HttpFailure> {
        let mut delays = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(RETRY_DELAY_MILLISECONDS_MIN))
            .with_max_delay(Duration::from_secs(RETRY_DELAY_SECONDS_MAX))
            .with_max_times(self.limits.attempts.saturating_sub(1) as usize)
            .with_jitter()
            .build();
        let begin = Instant::now();
        let mut attempts = 1;
        loop {
            let outcome = self.send_once(ask, attempts, begin).await;
            let Some(asked) = wish(&outcome) else {
                return outcome;
            };
            // Whoever asks next waits too, whether this call is repeated or not.
            let longest = Duration::from_secs(RETRY_AFTER_SECONDS_MAX);
            self.limiter.pause(self.pace.of(asked.min(longest))).await;
            let Some(delay) = delays.next().filter(|_| ask.repeatable) else {
                return outcome;
            };
            let delay = delay.max(asked);
            if delay > longest || self.retries.fetch_add(1, Ordering::Relaxed) >= RETRIES_MAX {
                return outcome;
            }
            tracing::info!(operation = ask.operation, ?delay, "trying again");
            tokio::time::sleep(self.pace.of(delay)).await;
            attempts += 1;
        }
    }

    async fn send_once(
        &self,
        ask: &Ask,
        attempts: u32,
        begin: Instant,
    ) -> Result<Answer, HttpFailure> {
        let _slot = self
            .slots
            .acquire()
            .await
            .expect("the semaphore is never closed");
        self.limiter.wait().await;
        let fail = |cause| failure(ask, attempts, begin.elapsed(), None, cause);
        if !is_safe(&ask.url) {
            return Err(fail(Cause::Insecure));
        }
        let response = self
            .request(ask)
            .send()
            .await
            .map_err(|error| fail(classify(error)))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        tracing::debug!(operation = ask.operation, status, "answered");
        if response.status().is_redirection() {
            let location = text(&headers, &LOCATION).unwrap_or_default();
            return Err(fail(Cause::Redirect {
                location: sanitise(&safe_location(&location)),
            }));
        }
        let body = read_body(response, RESPONSE_BYTES_MAX)
            .await
            .map_err(fail)?;
        let date = text(&headers, &reqwest::header::DATE);
        if date.is_some() {
            self.server_date
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone_from(&date);
        }
        Ok(Answer {
            status,
            date,
            retry_after: text(&headers, &RETRY_AFTER).and_then(|value| seconds(&value)),
            body,
            attempts,
            elapsed: begin.elapsed(),
        })
    }

    fn request(&self, ask: &Ask) -> reqwest::RequestBuilder {
        let mut request = self.client.request(ask.method.clone(), ask.url.clone());
        for (name, value) in &ask.secret_headers {
            // A value that is no header value is sent as an empty one, and the
            // server refuses it with its own words.
            let mut value =
                HeaderValue::from_str(value).unwrap_or_else(|_| HeaderValue::from_static(""));
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        match &ask.body {
            // A POST without a body must say that its length is 0, or some
            // servers answer 411.
            Body::Empty if ask.method == Method::POST => request.header("content-length", "0"),
            Body::Empty => request,
            Body::Json(value) => request.json(value),
            Body::Form(pairs) => request.form(pairs),
        }
    }
}

impl Answer {
    /// The body as text, as far as it is any.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Makes a failure out of an answer whose status says so. `words` is what
    /// the server said in its own envelope, or the body's text.
    #[must_use]
    pub fn unexpected_status(&self, ask: &Ask, words: &str) -> HttpFailure {
        failure(
            ask,
            self.attempts,
            self.elapsed,
            self.retry_after,
            Cause::Status {
                status: self.status,
                words: sanitise(words),
            },
        )
    }

    /// Makes a failure out of an answer whose body is not what it should be.
    /// A page or text is quoted; data is not, because nobody knows by now which
    /// of it is sensitive.
    #[must_use]
    pub fn unexpected_body(&self, ask: &Ask, expected: &'static str) -> HttpFailure {
        failure(
            ask,
            self.attempts,
            self.elapsed,
            self.retry_after,
            Cause::Body {
                expected,
                words: quotable(&self.text()),
            },
        )
    }
}

/// How long to wait at least before another attempt; nothing when there should
/// be none.
fn wish(outcome: &Result<Answer, HttpFailure>) -> Option<Duration> {
    match outcome {
        Ok(answer) if matches!(answer.status, 408 | 429 | 500 | 502..=504) => {
            Some(answer.retry_after.unwrap_or_default())
        }
        Err(failure)
            if matches!(
                failure.cause,
                Cause::Connect(_) | Cause::TimedOut | Cause::Broken(_)
            ) =>
        {
            Some(Duration::ZERO)
        }
        Ok(_) | Err(_) => None,
    }
}

fn classify(error: reqwest::Error) -> Cause {
    // The URL is told apart from the error; here it would be told unredacted.
    let error = error.without_url();
    if error.is_connect() {
        Cause::Connect(error)
    } else if error.is_timeout() {
        Cause::TimedOut
    } else {
        Cause::Broken(error)
    }
}

async fn read_body(mut response: reqwest::Response, bytes_max: usize) -> Result<Vec<u8>, Cause> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(classify)? {
        if body.len() + chunk.len() > bytes_max {
            return Err(Cause::TooLarge { bytes_max });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn failure(
    ask: &Ask,
    attempts: u32,
    elapsed: Duration,
    retry_after: Option<Duration>,
    cause: Cause,
) -> HttpFailure {
    HttpFailure {
        operation: ask.operation.clone(),
        method: ask.method.to_string(),
        url: safe_url(&ask.url),
        attempts,
        elapsed,
        retry_after,
        cause,
    }
}

/// Whether credentials may be sent there: over TLS, or to this very machine,
/// where simulators and local proxies are.
fn is_safe(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let is_local = match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    };
    url.scheme() == "https" || is_local
}

/// A redirect's target without what may be secret in it.
fn safe_location(location: &str) -> String {
    match location.parse::<Url>() {
        Ok(url) => safe_url(&url),
        // A path alone.
        Err(_) => location
            .split(['?', '#'])
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// The URL without user name, password, query and fragment.
fn safe_url(url: &Url) -> String {
    let mut safe = url.clone();
    // Both fail only for URLs that cannot have a user, which then have none.
    let _ = safe.set_username("");
    let _ = safe.set_password(None);
    safe.set_query(None);
    safe.set_fragment(None);
    safe.to_string()
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}

/// `Retry-After` in seconds.
fn seconds(value: &str) -> Option<Duration> {
    value.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests;
