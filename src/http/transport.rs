//! Sends requests within a provider's limits.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::{
    Client, Method,
    header::{HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER},
    redirect::Policy,
};
use tokio::{sync::Semaphore, time::Instant};

use super::{
    address::{is_safe, safe_location, safe_url},
    certificate::Untrusted,
    effect::{Effect, effect_of},
    failure::{Cause, HttpFailure, innermost},
    limiter::Limiter,
    message::{Answer, Ask, Body, Delivery, SEND_WITHIN, quote},
    pace::Pace,
    patience::{Budget, GaveUp, RETRY_AFTER_MAX, Told, Untold, Wait, WaitReason, Waits},
    retry_after,
};
use crate::model::limit::RESPONSE_BYTES_MAX;

/// How long a connection may take to come about. Clients of these services use
/// 5 to 10 s (Cove contract, section 11).
const CONNECT_SECONDS_MAX: u64 = 10;

/// The shortest wait before a retry.
const RETRY_DELAY_MILLISECONDS_MIN: u64 = 500;

/// The longest wait before a retry, unless the server asks for more.
const RETRY_DELAY_SECONDS_MAX: u64 = 20;

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

/// The connections of one provider.
#[derive(Clone)]
struct Clients {
    any: Client,
    /// For this machine: never by way of a proxy.
    local: Client,
}

/// The client of one provider. Its readers and its writers share one, and with
/// it the rate limit, the pauses and the budget of retries.
pub struct Transport {
    clients: Clients,
    limiter: Limiter,
    slots: Semaphore,
    limits: Limits,
    answer_bytes_max: usize,
    budget: Budget,
    waits: Told,
    /// Until when nothing is sent, because the provider asked for a longer wait
    /// than we have.
    closed_until: Mutex<Option<Instant>>,
    pace: Pace,
    /// The `Date` header of the last answer that had one.
    server_date: Mutex<Option<String>>,
}

impl Transport {
    /// Prepares a client. Nothing is sent.
    ///
    /// # Errors
    /// When the TLS backend cannot be set up.
    pub fn new(limits: Limits) -> Result<Self, reqwest::Error> {
        let builder = || {
            Client::builder()
                .user_agent(concat!("trueup/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(Duration::from_secs(CONNECT_SECONDS_MAX))
                .timeout(Duration::from_secs(limits.timeout_seconds))
                .redirect(Policy::none())
        };
        let clients = Clients {
            any: builder().build()?,
            // No TLS is spoken here, so that no certificates have to be read.
            local: builder().no_proxy().tls_certs_only([]).build()?,
        };
        Ok(Self::on(clients, limits))
    }

    fn on(clients: Clients, limits: Limits) -> Self {
        Self {
            clients,
            limiter: Limiter::new(limits.requests_per_second),
            slots: Semaphore::new(limits.concurrency),
            limits,
            answer_bytes_max: RESPONSE_BYTES_MAX,
            budget: Budget::default(),
            waits: Arc::new(Untold),
            closed_until: Mutex::new(None),
            pace: Pace::default(),
            server_date: Mutex::new(None),
        }
    }

    /// A transport of its own, with a rate and a budget of its own, on the same
    /// connections: as a later run would have it.
    #[must_use]
    pub fn afresh(&self) -> Self {
        let mut afresh = Self::on(self.clients.clone(), self.limits.clone());
        afresh.answer_bytes_max = self.answer_bytes_max;
        afresh.waits = Arc::clone(&self.waits);
        afresh.pace = self.pace;
        afresh
    }

    /// The same, which tells `waits` of every wait.
    #[must_use]
    pub fn with_waits(mut self, waits: Arc<dyn Waits>) -> Self {
        self.waits = waits;
        self
    }

    /// The same, which reads no answer that is larger. The default is
    /// [`RESPONSE_BYTES_MAX`].
    #[must_use]
    pub fn with_answer_bytes_max(mut self, bytes_max: usize) -> Self {
        self.answer_bytes_max = bytes_max;
        self
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
        lock(&self.server_date).clone()
    }

    /// Sends a request. A [`Delivery::Repeatable`] one is retried on a broken
    /// connection, 408, 429, 500 and 502 to 504, with back-off and within the budget of
    /// the run. What comes back remembers whether an earlier attempt may have been
    /// carried out.
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
        let is_repeatable = ask.delivery == Delivery::Repeatable;
        let mut attempts = 1;
        let mut earlier = Effect::None;
        self.budget.spend_request();
        loop {
            let mut outcome = self.send_once(ask, attempts, begin).await;
            remember(&mut outcome, earlier);
            let Some(asked) = wish(&outcome) else {
                return outcome;
            };
            let reason = reason(&outcome);
            // Whoever asks next waits too, whether this call is repeated or not.
            let throttles = matches!(&outcome, Ok(answer) if answer.status == 429);
            if let Err(gave_up) = self.heed(&ask.operation, &reason, asked, throttles) {
                give_up(&mut outcome, gave_up);
                return outcome;
            }
            let Some(delay) = delays.next().filter(|_| is_repeatable) else {
                return outcome;
            };
            if let Err(gave_up) = self.back_off(&ask.operation, reason, delay, asked).await {
                give_up(&mut outcome, gave_up);
                return outcome;
            }
            earlier = effect(&outcome);
            attempts += 1;
        }
    }

    /// Heeds a service that says that it is too busy, be it with a status of success:
    /// all calls of this provider wait for as long as it `asked`, and where it
    /// `throttles` they come more slowly from now on.
    ///
    /// # Errors
    /// When it asks for a longer wait than we have.
    pub fn heed(
        &self,
        operation: &str,
        words: &str,
        asked: Duration,
        throttles: bool,
    ) -> Result<(), GaveUp> {
        if throttles {
            self.limiter.slow_down();
        }
        if asked > RETRY_AFTER_MAX {
            let until = Instant::now() + asked;
            let mut closed = lock(&self.closed_until);
            *closed = Some(closed.map_or(until, |known| known.max(until)));
            return Err(GaveUp::AskedTooLong(asked));
        }
        if !asked.is_zero() {
            self.limiter.pause(self.pace.of(asked));
            self.waits.begin(&Wait {
                operation: operation.to_owned(),
                duration: asked,
                reason: WaitReason::Asked(words.to_owned()),
            });
        }
        Ok(())
    }

    /// Tells of a wait that is not the transport's own.
    pub fn tell(&self, wait: &Wait) {
        self.waits.begin(wait);
    }

    /// Waits before a call is tried again: for `delay`, and no less than what
    /// the server `asked`, which has been heeded already.
    ///
    /// # Errors
    /// When this run has tried enough calls again.
    pub async fn back_off(
        &self,
        operation: &str,
        words: String,
        delay: Duration,
        asked: Duration,
    ) -> Result<(), GaveUp> {
        self.budget.take_retry()?;
        tracing::info!(operation, ?delay, "trying again");
        if delay > asked {
            self.waits.begin(&Wait {
                operation: operation.to_owned(),
                duration: delay,
                reason: WaitReason::TryingAgain(words),
            });
        }
        tokio::time::sleep(self.pace.of(delay.max(asked))).await;
        Ok(())
    }

    /// For how much longer nothing is sent, because the provider asked for a
    /// longer wait than we have.
    #[must_use]
    pub fn closed_for(&self) -> Option<Duration> {
        let until = (*lock(&self.closed_until))?;
        until.checked_duration_since(Instant::now())
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
        let fail = |cause| failure(ask, attempts, begin.elapsed(), None, cause);
        if !is_safe(&ask.url) {
            return Err(fail(Cause::Insecure));
        }
        self.limiter.wait().await;
        if let Some(left) = self.closed_for() {
            return Err(fail(Cause::Closed { left }));
        }
        if self.is_overtaken(ask.delivery) {
            return Err(fail(Cause::Overtaken));
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
                location: quote(&safe_location(&location), &ask.never_shown()),
            }));
        }
        let body = read_body(response, self.answer_bytes_max)
            .await
            .map_err(fail)?;
        let date = text(&headers, &reqwest::header::DATE);
        if date.is_some() {
            lock(&self.server_date).clone_from(&date);
        }
        if status < 400 {
            self.limiter.well();
        }
        Ok(Answer {
            status,
            retry_after: text(&headers, &RETRY_AFTER)
                .and_then(|value| retry_after::asked(&value, date.as_deref())),
            date,
            body,
            attempts,
            elapsed: begin.elapsed(),
            gave_up: None,
            earlier: Effect::None,
            never_shown: ask.never_shown(),
        })
    }

    /// Whether a request whose turn has come is not to be sent any more.
    fn is_overtaken(&self, delivery: Delivery) -> bool {
        match delivery {
            Delivery::Repeatable => false,
            Delivery::Once { since } => since.elapsed() > SEND_WITHIN,
            Delivery::OnceWhileFresh { since, read } => {
                since.elapsed() > SEND_WITHIN || self.limiter.has_paused_since(read)
            }
        }
    }

    fn request(&self, ask: &Ask) -> reqwest::RequestBuilder {
        // A proxy would be shown what is sent in clear because it stays here.
        let client = match ask.url.scheme() {
            "http" => &self.clients.local,
            _ => &self.clients.any,
        };
        let mut request = client.request(ask.method.clone(), ask.url.clone());
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that is done under these locks panics.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets an outcome say why the call was not tried again.
fn give_up(outcome: &mut Result<Answer, HttpFailure>, why: GaveUp) {
    match outcome {
        Ok(answer) => answer.gave_up = Some(why),
        Err(failure) => failure.gave_up = Some(why),
    }
}

/// Lets an outcome say what the attempts before it may have done.
fn remember(outcome: &mut Result<Answer, HttpFailure>, earlier: Effect) {
    match outcome {
        Ok(answer) => answer.earlier = earlier,
        Err(failure) => failure.earlier = earlier,
    }
}

/// What an attempt that is followed by another one, and those before it, may
/// have done.
fn effect(outcome: &Result<Answer, HttpFailure>) -> Effect {
    match outcome {
        Ok(answer) if answer.earlier == Effect::None => effect_of(answer.status),
        Ok(_) => Effect::Unknown,
        Err(failure) => failure.effect(),
    }
}

/// Why an outcome makes us wait, in a few words.
fn reason(outcome: &Result<Answer, HttpFailure>) -> String {
    match outcome {
        Ok(answer) => answer.status.to_string(),
        Err(failure) => failure.what(),
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
        match Untrusted::read(&innermost(&error)) {
            Some(untrusted) => Cause::Untrusted(untrusted),
            None => Cause::Connect(error),
        }
    } else if error.is_timeout() {
        Cause::TimedOut
    } else {
        Cause::Broken(error)
    }
}

async fn read_body(mut response: reqwest::Response, bytes_max: usize) -> Result<Vec<u8>, Cause> {
    let told = response.content_length().unwrap_or_default();
    if usize::try_from(told).map_or(true, |told| told > bytes_max) {
        return Err(Cause::TooLarge { bytes_max });
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(classify)? {
        if body.len() + chunk.len() > bytes_max {
            return Err(Cause::TooLarge { bytes_max });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

pub(super) fn failure(
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
        gave_up: None,
        earlier: Effect::None,
        cause,
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests;
