//! One conversation with an Acronis data centre: token, sending, and what both
//! halves of the provider remember.

use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use reqwest::{Method, Url, header::AUTHORIZATION};
use serde_json::Value;
use tokio::{
    sync::{Mutex, OnceCell},
    time::Instant,
};

use super::{
    directory::Directory,
    envelope,
    settings::{SELF_SERVICE_TENANTS, tenant_ids},
    token::Token,
    wire::{ClientAnswer, TokenAnswer},
};
use crate::{
    http::{Answer, Ask, Body, Delivery, GaveUp, Pace, Transport},
    model::{Leaf, Sensitive},
    provider::{Effect, Endpoint, Failure, FailureKind},
};

/// Account Management, below the base URL.
const ACCOUNT_PATH: [&str; 2] = ["api", "2"];

/// Advanced Automation, below the base URL.
const AUTOMATION_PATH: [&str; 3] = ["api", "advanced-automation", "v1"];

const OWN_CLIENT: &str = "GET /clients/{client_id}";

/// Which of the two services a request goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    /// Account Management v2.
    Account,
    /// Advanced Automation v1.
    Automation,
}

/// A request.
pub(super) struct Request {
    service: Service,
    operation: &'static str,
    method: Method,
    segments: Vec<String>,
    query: Vec<(&'static str, String)>,
    body: Body,
    delivery: Delivery,
    writes: bool,
    secrets: Vec<String>,
}

impl Request {
    /// A request that reads, and so may be repeated. `operation` is verb and
    /// path as the documents write them, `segments` the path.
    pub(super) fn read(
        service: Service,
        method: Method,
        operation: &'static str,
        segments: &[&str],
    ) -> Self {
        Self {
            service,
            operation,
            method,
            segments: segments.iter().map(|&segment| segment.to_owned()).collect(),
            query: Vec::new(),
            body: Body::Empty,
            delivery: Delivery::Repeatable,
            writes: false,
            secrets: Vec::new(),
        }
    }

    /// A request that changes something.
    pub(super) fn write(
        service: Service,
        method: Method,
        operation: &'static str,
        segments: &[&str],
        delivery: Delivery,
    ) -> Self {
        Self {
            delivery,
            writes: true,
            ..Self::read(service, method, operation, segments)
        }
    }

    /// The same request with a query parameter.
    pub(super) fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// The same request with a JSON body.
    pub(super) fn json(mut self, body: Value) -> Self {
        self.body = Body::Json(body);
        self
    }

    /// The same request, no failure of which will repeat these values.
    pub(super) fn hiding(mut self, secrets: Vec<String>) -> Self {
        self.secrets = secrets;
        self
    }
}

/// One conversation with an Acronis data centre.
pub(super) struct Session {
    transport: Arc<Transport>,
    base: Result<Url, String>,
    client_id: Sensitive,
    client_secret: Sensitive,
    token: Mutex<Option<Token>>,
    partner: OnceCell<String>,
    /// The customer list of Advanced Automation as last read.
    pub(super) directory: Mutex<Option<Arc<Directory>>>,
    /// The customers that are not active, as last read.
    pub(super) inactive: Mutex<Option<Arc<Directory>>>,
    /// Branches in self-service mode that hold none of our customers.
    pub(super) self_service: BTreeSet<String>,
    stopped: OnceLock<String>,
}

impl Session {
    /// Waits before something is written again that met a failure, within the
    /// budget of the run.
    pub(super) async fn back_off(
        &self,
        operation: &str,
        failure: &Failure,
        delay: Duration,
    ) -> Result<(), GaveUp> {
        let http = failure.http.as_ref();
        let asked = http.and_then(|http| http.retry_after()).unwrap_or_default();
        let status = http.and_then(|http| http.status());
        let words = match status {
            Some(status) => status.to_string(),
            None if failure.is_overtaken() => "it would have come too late".to_owned(),
            None => "no answer".to_owned(),
        };
        self.transport
            .back_off(operation, words, delay, asked)
            .await
    }

    /// How long a second of waiting takes.
    pub(super) fn pace(&self) -> Pace {
        self.transport.pace()
    }

    /// Prepares a conversation. Nothing is sent.
    pub(super) fn new(endpoint: &Endpoint) -> Self {
        let text = |path: &str| endpoint.settings.text(path).unwrap_or_default();
        Self {
            transport: Arc::clone(&endpoint.transport),
            base: base_url(text("baseUrl")),
            client_id: Sensitive::new(text("credentials.clientId")),
            client_secret: Sensitive::new(text("credentials.clientSecret")),
            token: Mutex::new(None),
            partner: OnceCell::new(),
            directory: Mutex::new(None),
            inactive: Mutex::new(None),
            self_service: self_service(endpoint),
            stopped: OnceLock::new(),
        }
    }

    /// Logs in, where there is no token that can be used.
    pub(super) async fn prepare(&self) -> Result<(), Failure> {
        self.token(None).await.map(|_| ())
    }

    /// Sends a request with a token. When the token is refused, it is renewed
    /// once and the request repeated once: a refused token means that nothing
    /// was done.
    ///
    /// # Errors
    /// A failure of a read never claims that something may have changed.
    pub(super) async fn call(&self, request: Request) -> Result<Value, Failure> {
        let outcome = self.call_with_token(&request).await;
        outcome.map_err(|mut failure| {
            if !request.writes {
                failure.effect = Effect::None;
            }
            failure
        })
    }

    async fn call_with_token(&self, request: &Request) -> Result<Value, Failure> {
        let ask = self.ask(request)?;
        let token = self.token(None).await?;
        let (ask, answer) = self.send(ask, &token).await?;
        if answer.status != 401 {
            return envelope::accept(&answer, &ask);
        }
        let repeated = self.call_with_new_token(ask, &token).await;
        // An attempt before the one with the refused token may have been
        // carried out.
        repeated.map_err(|failure| failure.after(answer.earlier()))
    }

    async fn call_with_new_token(&self, ask: Ask, refused: &Token) -> Result<Value, Failure> {
        let renewed = self.token(Some(refused)).await?;
        let (ask, answer) = self.send(ask, &renewed).await?;
        envelope::accept(&answer, &ask)
    }

    async fn send(&self, mut ask: Ask, token: &Token) -> Result<(Ask, Answer), Failure> {
        if let Delivery::OnceWhileFresh { read, .. } = ask.delivery
            && token.asked >= read
        {
            return Err(ask.overtaken().into());
        }
        ask.secret_headers = bearer(token);
        let answer = self.transport.send(&ask).await?;
        Ok((ask, answer))
    }

    fn ask(&self, request: &Request) -> Result<Ask, Failure> {
        let service: &[&str] = match request.service {
            Service::Account => &ACCOUNT_PATH,
            Service::Automation => &AUTOMATION_PATH,
        };
        // Ids come from the provider, and these would lead to another resource.
        if request
            .segments
            .iter()
            .any(|id| matches!(id.as_str(), "" | "." | ".."))
        {
            return Err(envelope::malformed(
                request.operation,
                "an id cannot stand in a path",
            ));
        }
        let mut url = self.url(service)?;
        extend(&mut url, request.segments.iter().map(String::as_str));
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        Ok(Ask {
            operation: request.operation.to_owned(),
            method: request.method.clone(),
            url,
            secret_headers: Vec::new(),
            secrets: request.secrets.clone(),
            body: request.body.clone(),
            delivery: request.delivery,
        })
    }

    fn url(&self, segments: &[&str]) -> Result<Url, Failure> {
        let mut url = self.base.clone().map_err(|reason| {
            Failure::new(FailureKind::Refused, reason)
                .hint("check `baseUrl` in the Provider manifest")
        })?;
        extend(&mut url, segments.iter().copied());
        Ok(url)
    }

    /// The token to use; a new one when there is none, when it is about to end,
    /// or when it is the `refused` one. Callers wait for one another, so that a
    /// token is asked for once.
    async fn token(&self, refused: Option<&Token>) -> Result<Token, Failure> {
        let mut held = self.token.lock().await;
        if let Some(token) = held.as_ref() {
            let refused = refused.is_some_and(|refused| refused.text == token.text);
            if token.serves() && !refused {
                return Ok(token.clone());
            }
        }
        let token = self.new_token().await.map_err(|mut failure| {
            // Whatever the token was for has not been sent.
            failure.effect = Effect::None;
            failure
        })?;
        *held = Some(token.clone());
        Ok(token)
    }

    async fn new_token(&self) -> Result<Token, Failure> {
        let mut url = self.url(&ACCOUNT_PATH)?;
        extend(&mut url, ["idp", "token"].into_iter());
        let (id, secret) = (self.client_id.expose(), self.client_secret.expose());
        let basic = BASE64.encode(format!("{id}:{secret}"));
        let ask = Ask {
            operation: "POST /idp/token".to_owned(),
            method: Method::POST,
            url,
            secret_headers: vec![(AUTHORIZATION, format!("Basic {basic}"))],
            secrets: Vec::new(),
            body: Body::Form(vec![("grant_type", "client_credentials".to_owned())]),
            delivery: Delivery::Repeatable,
        };
        let asked = Instant::now();
        let answer = self.transport.send(&ask).await?;
        let json = envelope::accept(&answer, &ask)?;
        let told: TokenAnswer = serde_json::from_value(json)
            .map_err(|_| envelope::foreign(&ask.operation, "the answer holds no access token"))?;
        Ok(Token::new(&told, answer.date.as_deref(), asked))
    }

    /// The UUID of our own tenant: the root of what we may touch.
    pub(super) async fn partner(&self) -> Result<&str, Failure> {
        let partner = self
            .partner
            .get_or_try_init(|| self.ask_for_partner())
            .await?;
        Ok(partner)
    }

    async fn ask_for_partner(&self) -> Result<String, Failure> {
        let client: ClientAnswer = serde_json::from_value(self.client().await?)
            .map_err(|_| envelope::foreign(OWN_CLIENT, "the answer names no tenant"))?;
        Ok(client.tenant_id.to_ascii_lowercase())
    }

    /// The API client that we are.
    pub(super) async fn client(&self) -> Result<Value, Failure> {
        let id = self.client_id.expose();
        let request = Request::read(Service::Account, Method::GET, OWN_CLIENT, &["clients", id])
            .hiding(vec![id.to_owned()]);
        self.call(request).await.map_err(|mut failure| {
            // The URL holds the client id, which is a credential.
            failure.http = None;
            if !id.is_empty() {
                failure.message = failure.message.replace(id, "{client_id}");
            }
            failure
        })
    }

    /// The date of the server's last answer.
    pub(super) fn server_date(&self) -> Option<String> {
        self.transport.server_date()
    }

    /// Lets nothing more be written in this conversation, because of `reason`.
    pub(super) fn stop_writing(&self, reason: &str) {
        // A second reason adds nothing to the first.
        let _ = self.stopped.set(reason.to_owned());
    }

    /// Fails when writing has been stopped.
    pub(super) fn may_write(&self) -> Result<(), Failure> {
        match self.stopped.get() {
            None => Ok(()),
            Some(reason) => Err(Failure::new(
                FailureKind::Protocol,
                format!("nothing more is written to this provider in this run: {reason}"),
            )
            .hint("look at that customer first, then plan again")),
        }
    }
}

/// The branches that the manifest says hold none of our customers.
fn self_service(endpoint: &Endpoint) -> BTreeSet<String> {
    match endpoint.settings.at(SELF_SERVICE_TENANTS) {
        Some(Leaf::Json(list)) => tenant_ids(list).unwrap_or_default(),
        _ => BTreeSet::new(),
    }
}

fn bearer(token: &Token) -> Vec<(reqwest::header::HeaderName, String)> {
    vec![(AUTHORIZATION, format!("Bearer {}", token.text.expose()))]
}

/// The base URL, or why it is none. The text itself is not repeated: it may
/// hold a user name and a password.
fn base_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("the base URL is none: {error}"))?;
    if url.cannot_be_a_base() || !matches!(url.scheme(), "http" | "https") {
        return Err("the base URL is not one of HTTP".to_owned());
    }
    Ok(url)
}

/// Adds segments to the path; each is encoded on its own.
fn extend<'a>(url: &mut Url, segments: impl Iterator<Item = &'a str>) {
    url.path_segments_mut()
        .expect("the base URL can be a base")
        .pop_if_empty()
        .extend(segments);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        http::Limits,
        model::{ProviderName, Tree},
    };

    fn session(base: &str) -> Session {
        let limits = Limits {
            requests_per_second: 1.0,
            concurrency: 1,
            timeout_seconds: 1,
            attempts: 1,
        };
        let mut session = Session::new(&Endpoint {
            name: ProviderName("acronis-eu".into()),
            settings: Tree::default(),
            transport: Arc::new(Transport::new(limits).expect("a client")),
        });
        session.base = base_url(base);
        session
    }

    #[test]
    fn an_id_leads_nowhere_else() {
        let session = session("https://eu2.example");
        let ask = |id: &str| {
            session.ask(&Request::read(
                Service::Account,
                Method::GET,
                "GET",
                &["tenants", id],
            ))
        };
        for id in [
            "../../x",
            "/x",
            "x?y=z#a",
            "//evil.example",
            "@evil.example",
            "%2e%2e",
            "\\x",
        ] {
            let url = ask(id).expect("it stands in the path").url;
            assert_eq!(url.host_str(), Some("eu2.example"), "{id}");
            assert_eq!((url.query(), url.fragment()), (None, None), "{id}");
            let segments: Vec<&str> = url.path_segments().expect("a path").collect();
            assert_eq!(segments.len(), 4, "{id}: {url}");
        }
        for id in ["", ".", ".."] {
            assert!(ask(id).is_err(), "{id}");
        }
    }

    #[test]
    fn urls_stand_below_the_base_url_of_either_service() {
        let get = |service, segments: &[&str]| Request::read(service, Method::GET, "GET", segments);
        for base in ["https://eu2.example", "https://eu2.example/"] {
            let session = session(base);
            let ask = session
                .ask(&get(Service::Account, &["tenants", "a/b"]).query("after", "x+/="))
                .expect("a good base URL");
            assert_eq!(
                ask.url.as_str(),
                "https://eu2.example/api/2/tenants/a%2Fb?after=x%2B%2F%3D"
            );
            let ask = session
                .ask(&get(Service::Automation, &["Customer"]))
                .expect("a good base URL");
            assert_eq!(
                ask.url.as_str(),
                "https://eu2.example/api/advanced-automation/v1/Customer"
            );
        }
    }

    #[test]
    fn a_bad_base_url_fails_at_the_first_call_and_is_not_repeated() {
        for base in [
            "",
            "eu2 user:secret",
            "mailto:secret@example.com",
            "ftp://secret",
        ] {
            let request = Request::read(Service::Account, Method::GET, "GET", &[]);
            let Err(failure) = session(base).ask(&request) else {
                panic!("`{base}` was taken");
            };
            assert_eq!(failure.kind, FailureKind::Refused);
            assert!(!failure.message.contains("secret"), "{}", failure.message);
        }
    }

    #[test]
    fn stopped_writing_stays_stopped() {
        let session = session("https://eu2.example");
        assert!(session.may_write().is_ok());
        session.stop_writing("customer 7 was hit");
        session.stop_writing("another");
        let failure = session.may_write().expect_err("stopped");
        assert!(failure.message.contains("customer 7 was hit"));
        assert_eq!(failure.effect, Effect::None);
    }
}
