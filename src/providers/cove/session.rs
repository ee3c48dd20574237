//! Sends calls: logs in, keeps the visa, and makes failures of errors.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::{Method, Url};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::{
    sync::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::Instant,
};

use super::{
    rpc::{self, Class, Envelope, LOGIN, Rpc, RpcError},
    settings,
    visa::{AGE_MINUTES_MAX, Visa, Visas},
    wire::UserInfo,
    words,
};
use crate::{
    http::{Answer, Ask, Body, Delivery, NO_API_HINT, Transport},
    model::Tree,
    provider::{Effect, Endpoint, Failure, FailureKind},
};

/// How often a read or a login is tried again that the service was too busy
/// for, and how long to wait before: three times from 1 s to 20 s, as the
/// service's public clients do. Busy at the level of HTTP is the transport's
/// business.
const BUSY_RETRIES_MAX: usize = 3;
const BUSY_DELAY_SECONDS_MIN: u64 = 1;
const BUSY_DELAY_SECONDS_MAX: u64 = 20;

/// How often the visa of a call may be refused before the call is given up. The
/// contract asks for one login and one repetition; a service that takes each
/// visa only once, or that refuses a good one now and then, may refuse the
/// repetition too. A visa that is refused after two logins is not at fault.
const VISAS_REFUSED_MAX: u32 = 3;

/// The HTTP status of everything that the service itself says, errors included.
const STATUS_OF_SERVICE: u16 = 200;

/// A session of one account. Nothing is sent before the first call.
pub(super) struct Session {
    transport: Arc<Transport>,
    url: Result<Url, String>,
    login: LoginData,
    state: Mutex<State>,
    /// Held shared by each call that may run beside others, and alone by one
    /// that may not.
    gate: RwLock<()>,
    /// Set once a visa was refused: the service may be one that takes each visa
    /// only once, or only the newest one (one public client says so, the
    /// vendor's page denies it). Calls in turn work there as well.
    in_turn: AtomicBool,
    /// The first wait before a busy service is asked again.
    busy_delay_min: Duration,
}

struct LoginData {
    partner: Option<String>,
    username: Option<String>,
    password: Option<String>,
}

#[derive(Default)]
struct State {
    visas: Visas,
    /// Who we are, as the last login said.
    user: Option<UserInfo>,
    /// The refusal of an earlier login, which is not tried again: failed logins
    /// lock the user for a while.
    refused: Option<(FailureKind, String, Option<String>)>,
}

/// How visas live.
pub(super) struct VisaLife {
    /// How long one is used after its issue.
    pub(super) minutes_used: u64,
    /// Whether answers bring new ones.
    pub(super) is_renewed: bool,
}

/// An answer to a call, and how long the service asks to wait.
struct Reply<T> {
    outcome: Result<Option<T>, RpcError>,
    retry_after: Option<Duration>,
}

impl Session {
    /// Prepares a session.
    pub(super) fn new(endpoint: &Endpoint) -> Self {
        let settings = &endpoint.settings;
        let base_url = settings.text("baseUrl");
        Self {
            transport: Arc::clone(&endpoint.transport),
            url: settings::endpoint(base_url.unwrap_or(settings::BASE_URL_DEFAULT)),
            login: LoginData::read(settings),
            state: Mutex::default(),
            gate: RwLock::default(),
            in_turn: AtomicBool::new(false),
            busy_delay_min: Duration::from_secs(BUSY_DELAY_SECONDS_MIN),
        }
    }

    /// The customer that the login belongs to: the root of all that it sees.
    pub(super) async fn root(&self) -> Result<i64, Failure> {
        Ok(self.user().await?.partner_id)
    }

    /// Who we are, as the last login said.
    pub(super) async fn user(&self) -> Result<UserInfo, Failure> {
        let mut state = self.state.lock().await;
        if state.user.is_none() {
            self.log_in(&mut state).await?;
        }
        let user = state.user.clone();
        Ok(user.expect("a login tells who we are"))
    }

    /// Logs in, where there is no visa that can be used.
    pub(super) async fn prepare(&self) -> Result<(), Failure> {
        self.visa().await.map(|_| ())
    }

    /// How visas live at this service.
    pub(super) async fn visa_life(&self) -> VisaLife {
        VisaLife {
            minutes_used: AGE_MINUTES_MAX,
            is_renewed: self.state.lock().await.visas.are_renewed,
        }
    }

    /// Whether the service has refused a visa that should have been good.
    pub(super) fn works_in_turn(&self) -> bool {
        self.in_turn.load(Ordering::SeqCst)
    }

    /// The name of the root as the manifest writes it.
    pub(super) fn partner(&self) -> &str {
        self.login.partner.as_deref().unwrap_or_default()
    }

    /// Sends a call that changes nothing, and again a few times while the
    /// service is busy. A failure has certainly changed nothing.
    pub(super) async fn read<T: DeserializeOwned>(&self, rpc: &Rpc) -> Result<Option<T>, Failure> {
        let mut patience = self.patience();
        loop {
            let reply = self
                .call(rpc, Delivery::Repeatable)
                .await
                .map_err(without_effect)?;
            match reply.outcome {
                Ok(value) => return Ok(value),
                Err(error) => {
                    self.wait_if_busy(rpc, &error, reply.retry_after, &mut patience)
                        .await?;
                }
            }
        }
    }

    /// The waits before a call is sent again that the service was too busy for.
    fn patience(&self) -> impl Iterator<Item = Duration> {
        ExponentialBuilder::default()
            .with_min_delay(self.busy_delay_min)
            .with_max_delay(Duration::from_secs(BUSY_DELAY_SECONDS_MAX))
            .with_max_times(BUSY_RETRIES_MAX)
            .with_jitter()
            .build()
    }

    /// Waits before a call is sent again. Fails at once where the service was
    /// not busy, where patience is at its end, or where the service asks for
    /// more of it than we have.
    async fn wait_if_busy(
        &self,
        rpc: &Rpc,
        error: &RpcError,
        asked: Option<Duration>,
        patience: &mut impl Iterator<Item = Duration>,
    ) -> Result<(), Failure> {
        let asked = asked.unwrap_or_default();
        self.heed(rpc, error, asked)?;
        let Some(delay) = patience.next() else {
            return Err(error.failure(rpc));
        };
        let waited = self
            .transport
            .back_off(rpc.method, busy_words(error), delay, asked);
        let waited = waited.await;
        waited.map_err(|why| error.failure(rpc).given_up(why))
    }

    /// Lets all calls to this provider feel that the service is too busy. Fails
    /// where it was not, or where it asks for more patience than we have.
    fn heed(&self, rpc: &Rpc, error: &RpcError, asked: Duration) -> Result<(), Failure> {
        if error.class() != Class::Busy {
            return Err(error.failure(rpc));
        }
        let words = busy_words(error);
        self.transport
            .heed(rpc.method, &words, asked, error.is_throttling())
            .map_err(|why| error.failure(rpc).given_up(why))
    }

    /// Sends a call that changes something, once. Where the service was too
    /// busy nobody knows whether it was carried out.
    pub(super) async fn write(
        &self,
        rpc: &Rpc,
        delivery: Delivery,
    ) -> Result<Option<Value>, Failure> {
        let reply = self.call(rpc, delivery).await?;
        reply.outcome.map_err(|error| {
            match self.heed(rpc, &error, reply.retry_after.unwrap_or_default()) {
                Ok(()) => error.failure(rpc).with_unknown_effect(),
                Err(failure) if error.class() == Class::Busy => failure.with_unknown_effect(),
                Err(failure) => failure,
            }
        })
    }

    /// Sends a call with a visa. When that is refused, again with the visa of
    /// another login, up to [`VISAS_REFUSED_MAX`] times in all: a refused visa
    /// means that nothing was carried out.
    async fn call<T: DeserializeOwned>(
        &self,
        rpc: &Rpc,
        delivery: Delivery,
    ) -> Result<Reply<T>, Failure> {
        let (mut reply, mut visa) = {
            let _turn = self.turn().await;
            let visa = self.visa().await?;
            (self.exchange(rpc, &visa, delivery).await?, visa)
        };
        if !is_refused_visa(&reply) {
            return Ok(reply);
        }
        self.in_turn.store(true, Ordering::SeqCst);
        let _alone = self.gate.write().await;
        for _ in 1..VISAS_REFUSED_MAX {
            tracing::info!(operation = rpc.method, "visa refused, logging in again");
            visa = self.visa_instead_of(&visa).await?;
            reply = self.exchange(rpc, &visa, delivery).await?;
            if !is_refused_visa(&reply) {
                break;
            }
        }
        Ok(reply)
    }

    /// A visa of a later login than one that was refused.
    async fn visa_instead_of(&self, refused: &Visa) -> Result<Visa, Failure> {
        let mut state = self.state.lock().await;
        match state.visas.usable_instead_of(refused, Instant::now()) {
            Some(other) => Ok(other),
            None => self.log_in(&mut state).await,
        }
    }

    /// Waits until this call may run: beside others, or alone.
    async fn turn(
        &self,
    ) -> (
        Option<RwLockReadGuard<'_, ()>>,
        Option<RwLockWriteGuard<'_, ()>>,
    ) {
        let beside = self.gate.read().await;
        if !self.in_turn.load(Ordering::SeqCst) {
            return (Some(beside), None);
        }
        drop(beside);
        (None, Some(self.gate.write().await))
    }

    /// A visa young enough to be used. After an idle spell that is one of a new
    /// login, so that a security error is never the fault of an old visa.
    async fn visa(&self) -> Result<Visa, Failure> {
        let mut state = self.state.lock().await;
        match state.visas.usable(Instant::now()) {
            Some(visa) => Ok(visa),
            None => self.log_in(&mut state).await,
        }
    }

    /// Logs in. A refusal is remembered and never provoked again; a service
    /// that is too busy is asked again a few times. A failure means that
    /// whatever the visa was for was not sent.
    async fn log_in(&self, state: &mut State) -> Result<Visa, Failure> {
        if let Some((kind, message, hint)) = &state.refused {
            let failure = Failure::new(*kind, message.clone());
            return Err(match hint {
                Some(hint) => failure.hint(hint.clone()),
                None => failure,
            });
        }
        let outcome = self.try_log_in(state).await.map_err(without_effect);
        if let Err(failure) = &outcome
            && failure.kind == FailureKind::Credentials
        {
            state.refused = Some((failure.kind, failure.message.clone(), failure.hint.clone()));
        }
        outcome
    }

    async fn try_log_in(&self, state: &mut State) -> Result<Visa, Failure> {
        let rpc = self.login.rpc()?;
        let mut patience = self.patience();
        loop {
            let since = Instant::now();
            let answer = self.send(&rpc, None, Delivery::Repeatable).await?;
            let envelope: Envelope<UserInfo> = envelope(&rpc, &answer)?;
            match envelope.outcome {
                Ok(user) => return accept(state, user, envelope.visa, since),
                Err(error) => {
                    self.wait_if_busy(&rpc, &error, answer.retry_after, &mut patience)
                        .await?;
                }
            }
        }
    }

    async fn exchange<T: DeserializeOwned>(
        &self,
        rpc: &Rpc,
        visa: &Visa,
        delivery: Delivery,
    ) -> Result<Reply<T>, Failure> {
        let since = Instant::now();
        let answer = self.send(rpc, Some(&visa.text), delivery).await?;
        let envelope = envelope(rpc, &answer)?;
        if let Some(text) = envelope.visa {
            self.state.lock().await.visas.renew(text, visa, since);
        }
        Ok(Reply {
            outcome: envelope.outcome,
            retry_after: answer.retry_after,
        })
    }

    async fn send(
        &self,
        rpc: &Rpc,
        visa: Option<&str>,
        delivery: Delivery,
    ) -> Result<Answer, Failure> {
        let url = self.url.clone().map_err(|reason| {
            Failure::new(FailureKind::Refused, reason).hint(settings::ENDPOINT_HINT)
        })?;
        let ask = Ask {
            operation: rpc.method.to_owned(),
            method: Method::POST,
            url,
            secret_headers: Vec::new(),
            secrets: self.secrets(rpc, visa),
            body: Body::Json(rpc.body(visa)),
            delivery,
        };
        let answer = self.transport.send(&ask).await?;
        if answer.status == STATUS_OF_SERVICE {
            return Ok(answer);
        }
        let words = words(rpc, &answer);
        Err(answer.unexpected_status(&ask, &words).into())
    }

    /// What no message about a call may repeat. All credentials of this service
    /// stand in bodies.
    fn secrets(&self, rpc: &Rpc, visa: Option<&str>) -> Vec<String> {
        let login = [&self.login.password, &self.login.username];
        let login = login.into_iter().flatten().map(String::as_str);
        let own = rpc.secrets.iter().map(String::as_str);
        login.chain(own).chain(visa).map(str::to_owned).collect()
    }
}

/// Reads the envelope of an answer.
fn envelope<T: DeserializeOwned>(rpc: &Rpc, answer: &Answer) -> Result<Envelope<T>, Failure> {
    Envelope::parse(&answer.body, |words| answer.quote(words)).ok_or_else(|| {
        let name = rpc.name();
        let message = match words(rpc, answer) {
            words if words.is_empty() => {
                format!("{name}: the answer has not the documented form")
            }
            words => format!("{name}: expected an answer of JSON-RPC, but it reads: {words}"),
        };
        Failure::new(FailureKind::Protocol, message)
            .hint(NO_API_HINT)
            .with_unknown_effect()
    })
}

/// What an answer says that is not as it should be. Of JSON only an error's
/// message is quoted: the rest may be a customer, cut in the middle. Nor is
/// anything else that answers a login: who repeats the request in a form that
/// nobody thought of would tell the password.
fn words(rpc: &Rpc, answer: &Answer) -> String {
    let text = answer.text();
    let words = if text.trim_start().starts_with(['{', '[']) {
        rpc::message(&answer.body).unwrap_or_default()
    } else if rpc.method == LOGIN && !text.is_empty() {
        format!(
            "({} bytes that may repeat the password, withheld)",
            answer.body.len()
        )
    } else {
        text
    };
    words::shown(&words, |words| answer.quote(words))
}

impl LoginData {
    fn read(settings: &Tree) -> Self {
        let text = |path| settings.text(path).map(str::to_owned);
        Self {
            partner: text("partner"),
            username: text("credentials.username"),
            password: text("credentials.password"),
        }
    }

    fn rpc(&self) -> Result<Rpc, Failure> {
        let (Some(username), Some(password)) = (&self.username, &self.password) else {
            return Err(Failure::new(
                FailureKind::Credentials,
                format!("{LOGIN}: the Provider manifest gives no user name or no password"),
            )
            .hint("give `credentials.username` and `credentials.password`"));
        };
        let mut params = json!({ "username": username, "password": password });
        if let Some(partner) = &self.partner {
            params["partner"] = partner.as_str().into();
        }
        Ok(Rpc::new(LOGIN, params))
    }
}

/// Takes what a login gave: who we are, and the first visa.
fn accept(
    state: &mut State,
    user: Option<UserInfo>,
    visa: Option<String>,
    since: Instant,
) -> Result<Visa, Failure> {
    let (Some(user), Some(visa)) = (user, visa) else {
        let message = format!("{LOGIN}: the answer has no visa or no customer");
        return Err(Failure::new(FailureKind::Protocol, message));
    };
    let root = user.partner_id;
    if state
        .user
        .as_ref()
        .is_some_and(|known| known.partner_id != root)
    {
        let message = format!("{LOGIN}: the login belongs to another customer than before");
        return Err(Failure::new(FailureKind::Protocol, message));
    }
    state.user = Some(user);
    Ok(state.visas.log_in(visa, since))
}

fn is_refused_visa<T>(reply: &Reply<T>) -> bool {
    matches!(&reply.outcome, Err(error) if error.class() == Class::Visa)
}

fn without_effect(mut failure: Failure) -> Failure {
    failure.effect = Effect::None;
    failure
}

/// Whether the service said that a thing does not exist, or that we may not see
/// it. A proxy that forbids something does not count.
pub(super) fn is_hidden(failure: &Failure) -> bool {
    failure.kind == FailureKind::Forbidden && failure.http.is_none()
}

/// What the service says that it is too busy with, in a few words.
fn busy_words(error: &RpcError) -> String {
    match error.data() {
        Some(number) => format!("error {number}"),
        None => "unavailable".to_owned(),
    }
}

#[cfg(test)]
mod tests;
