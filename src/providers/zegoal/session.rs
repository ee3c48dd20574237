//! Sends requests, with tenant and credentials on each, and says what the
//! answers mean.

use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine};
use jiff::tz::TimeZone;
use reqwest::{Method, Url, header::AUTHORIZATION};
use serde_json::Value;

use super::{
    envelope::{self, Answered, Expected, Fault},
    settings::{TIME_ZONE_DEFAULT, base_url_of},
};
use crate::{
    http::{Answer, Ask, Body, Delivery, Transport, text_of},
    model::Tree,
    provider::{Endpoint, Failure, FailureKind},
};

/// A way to one tenant.
pub(super) struct Session {
    transport: Arc<Transport>,
    config: Result<Config, String>,
}

/// What the `Provider` manifest says, checked.
pub(super) struct Config {
    base_url: Url,
    pub(super) tenant: String,
    authorization: String,
    pub(super) zone: TimeZone,
}

/// One request.
pub(super) struct Question<'a> {
    /// The name of the API.
    pub(super) api: &'static str,
    /// The body, but for the tenant.
    pub(super) body: Value,
    /// What the answer must hold.
    pub(super) expected: Expected,
    /// When it is sent, and how often.
    pub(super) delivery: Delivery,
    /// The sensitive values in it, which no message may repeat.
    pub(super) secrets: Vec<&'a str>,
}

impl Question<'_> {
    /// A request that only reads.
    pub(super) fn read(api: &'static str, body: Value) -> Self {
        Question {
            api,
            body,
            expected: Expected::Object,
            delivery: Delivery::Repeatable,
            secrets: Vec::new(),
        }
    }
}

impl Session {
    /// Prepares a session. Nothing is sent, and settings that make no sense are
    /// reported by the first request.
    pub(super) fn open(endpoint: &Endpoint) -> Self {
        Self {
            transport: Arc::clone(&endpoint.transport),
            config: Config::read(&endpoint.settings),
        }
    }

    /// The settings.
    pub(super) fn config(&self) -> Result<&Config, Failure> {
        self.config.as_ref().map_err(|reason| {
            Failure::new(FailureKind::Refused, reason.clone())
                .hint("correct the Provider manifest of this tenant")
        })
    }

    /// How many requests may be in flight at once.
    pub(super) fn concurrency(&self) -> usize {
        self.transport.limits().concurrency.max(1)
    }

    /// Sends a request.
    pub(super) async fn ask(&self, question: Question<'_>) -> Result<Answered, Failure> {
        let config = self.config()?;
        let mut body = question.body;
        body["tenant"] = config.tenant.as_str().into();
        let ask = Ask {
            operation: question.api.to_owned(),
            method: Method::POST,
            url: config.url(question.api),
            secret_headers: vec![(AUTHORIZATION, config.authorization.clone())],
            secrets: question.secrets.into_iter().map(str::to_owned).collect(),
            body: Body::Json(body),
            delivery: question.delivery,
        };
        let answer = self.transport.send(&ask).await?;
        let parsed = serde_json::from_slice(&answer.body).ok();
        let fault = match parsed {
            None => Fault::NoEnvelope,
            Some(json) => match envelope::open(question.api, &json, question.expected) {
                Ok(answered) if is_success(answer.status) => return Ok(answered),
                Ok(_) => Fault::Senseless("the envelope says success, the status does not"),
                Err(fault) => fault,
            },
        };
        let earlier = answer.earlier();
        Err(failure(&ask, answer, &fault).after(earlier))
    }
}

impl Config {
    fn read(settings: &Tree) -> Result<Self, String> {
        let needed = |path: &str| {
            settings
                .text(path)
                .filter(|text| !text.is_empty())
                .ok_or_else(|| format!("the Provider manifest does not give `{path}`"))
        };
        let tenant = needed("tenant")?;
        let login = needed("credentials.login")?;
        let password = needed("credentials.password")?;
        let zone = settings.text("timeZone").unwrap_or(TIME_ZONE_DEFAULT);
        let base_url = match settings.text("baseUrl").filter(|url| !url.is_empty()) {
            Some(url) => url.to_owned(),
            None => base_url_of(tenant),
        };
        let base_url: Url = base_url
            .parse()
            .map_err(|error| format!("`baseUrl` is no URL: {error}"))?;
        if base_url.cannot_be_a_base() {
            return Err("`baseUrl` is no URL with a host".to_owned());
        }
        Ok(Self {
            base_url,
            tenant: tenant.to_owned(),
            authorization: authorization(login, password),
            zone: TimeZone::get(zone).map_err(|_| format!("there is no time zone `{zone}`"))?,
        })
    }

    /// Where an API is.
    fn url(&self, api: &str) -> Url {
        let mut url = self.base_url.clone();
        url.path_segments_mut()
            .expect("settings with a URL that cannot be a base are refused")
            .pop_if_empty()
            .extend(["ti_api", "json", api]);
        url
    }
}

/// Sent with the first request, without waiting to be asked for it (General
/// Information page).
fn authorization(login: &str, password: &str) -> String {
    let pair = BASE64_STANDARD.encode(format!("{login}:{password}"));
    format!("Basic {pair}")
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// Makes a failure of an answer that is none of success. Bodies that are JSON
/// are never quoted: they repeat the request, with all that is sensitive in it.
fn failure(ask: &Ask, mut answer: Answer, fault: &Fault) -> Failure {
    let words = match fault {
        Fault::Refused(words) => words.clone(),
        Fault::Senseless(words) => (*words).to_owned(),
        Fault::NoEnvelope => quotable(text_of(&answer.body)),
    };
    match fault {
        Fault::Refused(_) if speaks_by_envelope(answer.status) => {
            refused(&ask.operation, &words, &answer.quote(&words))
        }
        Fault::Senseless(_) if is_success(answer.status) => {
            Failure::new(FailureKind::Protocol, format!("{}: {words}", ask.operation))
                .with_unknown_effect()
        }
        Fault::NoEnvelope if is_success(answer.status) => {
            answer.body = words.into_bytes();
            answer
                .unexpected_body(ask, "a JSON envelope with `processing_result`")
                .into()
        }
        Fault::NoEnvelope if answer.status == 404 => Failure {
            kind: FailureKind::Unreachable,
            ..Failure::from(answer.unexpected_status(ask, &words))
        }
        .hint("there is no such API at this address: check `baseUrl` in the Provider manifest"),
        Fault::Refused(_) | Fault::Senseless(_) | Fault::NoEnvelope => {
            answer.unexpected_status(ask, &words).into()
        }
    }
}

/// Whether an error envelope counts more than the status that it came with: not
/// where the status speaks of credentials, rights, throttling or a crash.
fn speaks_by_envelope(status: u16) -> bool {
    !matches!(status, 401 | 403 | 429) && status < 500
}

/// A refusal in the server's own words. It changed nothing. What it means is in
/// the words as they came, what may be shown of them is `quoted`.
fn refused(operation: &str, words: &str, quoted: &str) -> Failure {
    let quoted = quoted.trim_end_matches('.');
    let said = format!("{operation}: the server says: {quoted}");
    let lower = words.to_lowercase();
    if is_not_found(&lower) {
        return Failure::new(FailureKind::NotFound, said);
    }
    if lower.contains("already exists") {
        return Failure::new(FailureKind::Conflict, said)
            .hint("code and name must each be unique in the tenant, terminated accounts included");
    }
    let failure = Failure::new(FailureKind::Refused, said);
    if lower.contains("tenant") {
        failure.hint("check `tenant` in the Provider manifest")
    } else {
        failure
    }
}

/// Whether a text says that an account is not there (Zegoal contract, 4.3). A
/// tenant that is not there says nothing about its accounts.
fn is_not_found(lower: &str) -> bool {
    ["not found", "n't found"]
        .iter()
        .find_map(|words| lower.split_once(words))
        .is_some_and(|(subject, _)| !subject.contains("tenant"))
}

/// What may be quoted of a body that is no envelope: nothing of what looks like
/// JSON, whole or cut off.
fn quotable(text: String) -> String {
    if text.trim_start().starts_with(['{', '[', '"']) {
        format!("(JSON of {} bytes that is no envelope)", text.len())
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Leaf, Sensitive},
        provider::Effect,
        providers::zegoal::{PROVIDER, fixture},
    };

    #[test]
    fn texts_decide_the_kind_of_a_refusal() {
        for (words, kind) in [
            ("Account is not found", FailureKind::NotFound),
            ("Subscriber was not found", FailureKind::NotFound),
            ("the account wasn't found", FailureKind::NotFound),
            ("Account not found in tenant acme", FailureKind::NotFound),
            ("Tenant is not found", FailureKind::Refused),
            (
                "Account with code [10003] and name [New Account] already exists.",
                FailureKind::Conflict,
            ),
            ("Not all required parameters matched", FailureKind::Refused),
            ("validation failed: billing.curr_code", FailureKind::Refused),
            ("Account is in Terminated state", FailureKind::Refused),
        ] {
            let failure = refused("Api", words, words);
            assert_eq!(failure.kind, kind, "{words}");
            assert_eq!(failure.effect, Effect::None, "{words}");
            let said = format!("Api: the server says: {}", words.trim_end_matches('.'));
            assert_eq!(failure.message, said);
        }
    }

    #[test]
    fn what_is_masked_in_the_words_changes_nothing_about_their_meaning() {
        let failure = refused("Api", "Tenant robot is not found.", "•••• robot is ••••.");
        assert_eq!(failure.kind, FailureKind::Refused);
        assert_eq!(failure.message, "Api: the server says: •••• robot is ••••");
    }

    #[test]
    fn data_is_not_quoted() {
        let cut = r#"{"bank_info":{"bank_account":"BY00"#;
        assert!(!quotable(cut.to_owned()).contains("BY00"));
        let page = "<h1>Bad Gateway</h1>";
        assert_eq!(quotable(page.to_owned()), page);
    }

    fn config(pairs: &[(&str, &str)]) -> Result<Config, String> {
        let settings = pairs
            .iter()
            .map(|(path, text)| {
                let leaf = Leaf::Sensitive(Sensitive::new(*text));
                (PROVIDER.settings.path(path), leaf)
            })
            .collect();
        Config::read(&settings)
    }

    #[test]
    fn the_host_follows_from_the_tenant_unless_a_base_url_is_given() {
        let user = [
            ("tenant", "acme"),
            ("credentials.login", "robot"),
            ("credentials.password", "pass"),
        ];
        let found = config(&user).expect("valid");
        assert_eq!(
            found.url("SetLC").as_str(),
            "https://acme.ti-rate.com/ti_api/json/SetLC"
        );
        assert_eq!(found.authorization, "Basic cm9ib3Q6cGFzcw==");
        for base in ["http://127.0.0.1:80/proxy", "http://127.0.0.1:80/proxy/"] {
            let found = config(&[&user[..], &[("baseUrl", base)]].concat()).expect("valid");
            assert_eq!(
                found.url("SetLC").as_str(),
                "http://127.0.0.1/proxy/ti_api/json/SetLC"
            );
        }
        assert!(config(&user[1..]).is_err());
        assert!(config(&user[..2]).is_err());
        assert!(config(&[&user[..], &[("timeZone", "Minsk")]].concat()).is_err());
        assert!(config(&[&user[..], &[("baseUrl", "data:x")]].concat()).is_err());
    }

    #[test]
    fn settings_of_the_fixture_are_valid() {
        assert!(Config::read(&fixture::settings("http://127.0.0.1:1")).is_ok());
    }
}
