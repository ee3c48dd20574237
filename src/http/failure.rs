//! A failed HTTP call tells its whole story once: method, URL, status, the
//! server's own words, attempts and time.

use std::{error::Error, fmt, time::Duration};

use super::{
    certificate::Untrusted,
    effect::{Effect, FailureKind, effect_of},
    patience::GaveUp,
};
use crate::model::{HiddenValues, limit::SERVER_WORDS_BYTES_MAX, printable::steers};

/// What to do where the answer is none of the provider's API.
pub const NO_API_HINT: &str = "check `baseUrl` in the Provider manifest, and whether a proxy or a \
    sign-in page answers in the place of the provider";

/// How an HTTP call failed.
#[derive(Debug)]
pub(super) enum Cause {
    /// Never sent: plain HTTP would show the credentials to everybody on the
    /// way.
    Insecure,
    /// Never sent: the provider asked earlier for a longer wait than we have.
    Closed { left: Duration },
    /// Never sent: it had to wait for so long that what it goes by may have moved.
    Overtaken,
    /// No connection came about.
    Connect(reqwest::Error),
    /// Never sent: who answers there cannot be believed.
    Untrusted(Untrusted),
    /// The time ran out.
    TimedOut,
    /// The connection broke after the request was sent.
    Broken(reqwest::Error),
    /// The answer is larger than we read.
    TooLarge { bytes_max: usize },
    /// A redirect, which is never followed: it could carry the credentials
    /// elsewhere.
    Redirect { location: String },
    /// A status that the provider's code did not expect.
    Status { status: u16, words: String },
    /// The body is not what the documents say.
    Body {
        expected: &'static str,
        words: String,
    },
}

/// A failed HTTP call.
#[derive(Debug)]
pub struct HttpFailure {
    pub(super) operation: String,
    pub(super) method: String,
    pub(super) url: String,
    pub(super) attempts: u32,
    pub(super) elapsed: Duration,
    pub(super) retry_after: Option<Duration>,
    /// Why it was not tried again, where it might have been.
    pub(super) gave_up: Option<GaveUp>,
    /// What earlier attempts may have done.
    pub(super) earlier: Effect,
    pub(super) cause: Cause,
}

impl HttpFailure {
    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match &self.cause {
            Cause::Insecure
            | Cause::Connect(_)
            | Cause::Untrusted(_)
            | Cause::TimedOut
            | Cause::Broken(_) => FailureKind::Unreachable,
            Cause::Closed { .. } | Cause::Overtaken => FailureKind::Throttled,
            Cause::TooLarge { .. } | Cause::Redirect { .. } | Cause::Body { .. } => {
                FailureKind::Protocol
            }
            Cause::Status { status, .. } => match status {
                401 => FailureKind::Credentials,
                403 => FailureKind::Forbidden,
                404 => FailureKind::NotFound,
                408 => FailureKind::Unreachable,
                409 => FailureKind::Conflict,
                429 => FailureKind::Throttled,
                400..=499 => FailureKind::Refused,
                _ => FailureKind::Unreachable,
            },
        }
    }

    /// Whether the call may have changed something. A refused connection and a
    /// 4xx changed nothing. 408 is left open because it is also the answer of
    /// proxies that have waited in vain, 429 because no contract says that a
    /// throttled write was not carried out, and a redirect because many servers
    /// answer so when they have done what was asked. Where an earlier attempt is
    /// open, so is the call, whatever came of the last one.
    #[must_use]
    pub fn effect(&self) -> Effect {
        if self.earlier == Effect::Unknown {
            return Effect::Unknown;
        }
        match &self.cause {
            Cause::Insecure
            | Cause::Closed { .. }
            | Cause::Overtaken
            | Cause::Connect(_)
            | Cause::Untrusted(_) => Effect::None,
            Cause::Status { status, .. } => effect_of(*status),
            Cause::TimedOut
            | Cause::Broken(_)
            | Cause::TooLarge { .. }
            | Cause::Redirect { .. }
            | Cause::Body { .. } => Effect::Unknown,
        }
    }

    /// Masks values in what the server said, and in where it was asked.
    pub fn hide(&mut self, hidden: &HiddenValues) {
        hidden.mask_in(&mut self.url);
        if let Cause::Redirect { location: words }
        | Cause::Status { words, .. }
        | Cause::Body { words, .. }
        | Cause::Untrusted(Untrusted { why: words, .. }) = &mut self.cause
        {
            hidden.mask_in(words);
        }
    }

    /// Whether it was not sent because it had to wait for too long.
    #[must_use]
    pub fn is_overtaken(&self) -> bool {
        matches!(self.cause, Cause::Overtaken)
    }

    /// How long the server asked us to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The status, if there was an answer with one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match &self.cause {
            Cause::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The call and what happened, in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let Self {
            operation,
            method,
            url,
            attempts,
            elapsed,
            ..
        } = self;
        let tries = if *attempts == 1 {
            String::new()
        } else {
            format!(" ({attempts} attempts in {:.1} s)", elapsed.as_secs_f64())
        };
        let gave_up = match self.gave_up {
            Some(why) => format!("; {why}"),
            None => String::new(),
        };
        format!(
            "{operation}: {method} {url}: {}{tries}{gave_up}",
            self.what()
        )
    }

    /// What happened, without the call.
    pub(super) fn what(&self) -> String {
        match &self.cause {
            Cause::Insecure => "not sent over plain HTTP".to_owned(),
            Cause::Closed { left } => format!(
                "not sent, because the provider asked to be left alone for another {} s",
                left.as_secs()
            ),
            Cause::Overtaken => "not sent, because it would have come too late".to_owned(),
            Cause::Connect(error) => format!("no connection: {}", innermost(error)),
            Cause::Untrusted(Untrusted { why, .. }) => {
                format!("the certificate of the server is not accepted: {why}")
            }
            Cause::TimedOut => "no answer in time".to_owned(),
            Cause::Broken(error) => format!("the connection broke: {}", innermost(error)),
            Cause::TooLarge { bytes_max } => {
                format!("the answer is larger than {bytes_max} bytes")
            }
            Cause::Redirect { location } => {
                format!("redirected to {location}, which is not followed")
            }
            Cause::Status { status, words } if words.is_empty() => format!("status {status}"),
            Cause::Status { status, words } => format!("status {status}: {words}"),
            Cause::Body { expected, words } if words.is_empty() => {
                format!("expected {expected}, but the answer is empty")
            }
            Cause::Body { expected, words } => {
                format!("expected {expected}, but the answer reads: {words}")
            }
        }
    }

    /// What to do about it, where that is the same for all providers.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        if let Some(why) = self.gave_up {
            return Some(why.hint());
        }
        if let Cause::Closed { left } = self.cause {
            return Some(GaveUp::AskedTooLong(left).hint());
        }
        let text = match (&self.cause, self.kind()) {
            (Cause::Insecure, _) => {
                "write https:// in the base URL of the Provider manifest; plain HTTP is for this machine only"
            }
            (Cause::Untrusted(untrusted), _) => untrusted.hint,
            (Cause::Overtaken, _) => {
                "run again; if that does not help, lower `limits.concurrency` in the Provider manifest"
            }
            (Cause::Redirect { .. }, _) => "check the base URL of the Provider manifest",
            (Cause::Body { .. }, _) => NO_API_HINT,
            (_, FailureKind::Unreachable) => {
                "check that the provider is up and that the base URL of its Provider manifest is right"
            }
            (_, FailureKind::Credentials) => "check the credentials of the Provider manifest",
            (_, FailureKind::Forbidden) => {
                "the credentials were not refused, but they may not do this: check the role and the \
                 rights of their account at the provider, and whether a firewall on the way \
                 forbids it"
            }
            (_, FailureKind::Throttled) => {
                "lower `limits.requestsPerSecond` in the Provider manifest"
            }
            _ => return None,
        };
        Some(text.to_owned())
    }
}

impl fmt::Display for HttpFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())
    }
}

impl Error for HttpFailure {}

/// The text of the last cause in the chain, which says what really happened.
/// The outer ones repeat the URL, which may not be printed as it is.
#[must_use]
pub fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    sanitise(&cause.to_string())
}

/// The start of what a server said, fit for a terminal: no control characters,
/// white space folded, cut at [`SERVER_WORDS_BYTES_MAX`].
#[must_use]
pub fn sanitise(text: &str) -> String {
    let mut out = String::new();
    let mut blank = false;
    for character in text.chars() {
        if character.is_whitespace() {
            blank = !out.is_empty();
            continue;
        }
        if steers(character) {
            continue;
        }
        if blank {
            out.push(' ');
            blank = false;
        }
        if out.len() + character.len_utf8() > SERVER_WORDS_BYTES_MAX {
            out.push('…');
            break;
        }
        out.push(character);
    }
    out
}

/// The text of a body, without a byte order mark. What is no UTF-8, or has zeros
/// in it, is withheld: it may be data in another encoding, in which nobody would
/// recognise a value that must not be shown.
#[must_use]
pub fn text_of(body: &[u8]) -> String {
    match std::str::from_utf8(body) {
        Ok(text) if !text.contains('\0') => text.trim_start_matches('\u{feff}').to_owned(),
        _ => format!("({} bytes that are no UTF-8 text, withheld)", body.len()),
    }
}

/// What stands in the place of a body that is data, because it holds what
/// customers would not want to see in a log; none for text and pages, which are
/// the words of proxies and servers.
#[must_use]
pub fn withheld(text: &str) -> Option<String> {
    let start = text.trim_start().to_ascii_lowercase();
    let is_page = start.starts_with("<!doctype html") || start.starts_with("<html");
    let is_data = start.starts_with(['{', '[', '"']) || (start.starts_with('<') && !is_page);
    is_data.then(|| format!("({} bytes of data, withheld)", text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_words_cannot_steer_a_terminal() {
        assert_eq!(sanitise("a\u{1b}[31mred\n\n b\u{202e}c"), "a[31mred bc");
        assert!(sanitise(&"x".repeat(10_000)).len() < SERVER_WORDS_BYTES_MAX + 4);
    }

    #[test]
    fn pages_are_quoted_and_data_is_not() {
        for words in [
            "Bad Gateway",
            "<!DOCTYPE html><title>x</title>",
            "\n<html>x",
        ] {
            assert_eq!(withheld(words), None, "{words}");
        }
        for (data, bytes) in [
            ("{\"iban\":\"BG80", 13),
            (" [1,", 4),
            ("\"BG80", 5),
            ("<?xml version", 13),
            ("<customer>", 10),
        ] {
            let expected = format!("({bytes} bytes of data, withheld)");
            assert_eq!(withheld(data), Some(expected));
        }
    }

    #[test]
    fn data_in_another_encoding_is_no_text() {
        let data = "{\"name\":\"Zoë\"}";
        let wide: Vec<u8> = data.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked: Vec<u8> = [0xff, 0xfe].into_iter().chain(wide.clone()).collect();
        let latin_1 = b"{\"name\":\"Zo\xeb\"}";
        for body in [&wide[..], &marked, latin_1] {
            let withheld = format!("({} bytes that are no UTF-8 text, withheld)", body.len());
            assert_eq!(text_of(body), withheld);
        }
        assert_eq!(text_of(format!("\u{feff}{data}").as_bytes()), data);
        assert_eq!(text_of("Zoë\nis out".as_bytes()), "Zoë\nis out");
    }

    fn failure(status: u16) -> HttpFailure {
        HttpFailure {
            operation: "AddThing".to_owned(),
            method: "POST".to_owned(),
            url: "https://a.example/things".to_owned(),
            attempts: 2,
            elapsed: Duration::from_millis(1_250),
            retry_after: None,
            gave_up: None,
            earlier: Effect::None,
            cause: Cause::Status {
                status,
                words: "no".to_owned(),
            },
        }
    }

    #[test]
    fn only_a_clear_refusal_changed_nothing() {
        for (status, kind, effect) in [
            (400, FailureKind::Refused, Effect::None),
            (401, FailureKind::Credentials, Effect::None),
            (403, FailureKind::Forbidden, Effect::None),
            (404, FailureKind::NotFound, Effect::None),
            (408, FailureKind::Unreachable, Effect::Unknown),
            (409, FailureKind::Conflict, Effect::None),
            (422, FailureKind::Refused, Effect::None),
            (429, FailureKind::Throttled, Effect::Unknown),
            (500, FailureKind::Unreachable, Effect::Unknown),
            (503, FailureKind::Unreachable, Effect::Unknown),
        ] {
            let failure = failure(status);
            assert_eq!(
                (failure.kind(), failure.effect()),
                (kind, effect),
                "{status}"
            );
        }
    }

    #[test]
    fn a_refusal_does_not_undo_an_earlier_attempt() {
        let mut failure = failure(403);
        failure.earlier = Effect::Unknown;
        assert_eq!(failure.effect(), Effect::Unknown);
        assert_eq!(failure.kind(), FailureKind::Forbidden);
    }

    #[test]
    fn a_failure_tells_its_whole_story_once() {
        assert_eq!(
            failure(503).summary(),
            "AddThing: POST https://a.example/things: status 503: no (2 attempts in 1.2 s)"
        );
        let hint = failure(429).hint().unwrap_or_default();
        assert!(hint.contains("limits.requestsPerSecond"), "{hint}");
        assert_eq!(failure(422).hint(), None);
    }

    #[test]
    fn whoever_answers_in_the_place_of_the_provider_is_hinted_at() {
        let hint = failure(403).hint().unwrap_or_default();
        assert!(hint.contains("check the role"), "{hint}");
        for (words, told) in [
            ("<html>Sign in</html>", "reads: <html>Sign in</html>"),
            ("", "expected JSON, but the answer is empty"),
        ] {
            let mut failure = failure(200);
            failure.cause = Cause::Body {
                expected: "JSON",
                words: words.to_owned(),
            };
            assert!(failure.what().ends_with(told), "{}", failure.what());
            assert_eq!(failure.hint().as_deref(), Some(NO_API_HINT));
        }
    }

    #[test]
    fn a_certificate_that_is_not_accepted_is_told_as_such() {
        let mut failure = failure(200);
        let untrusted = Untrusted::read("invalid peer certificate: UnknownIssuer");
        failure.cause = Cause::Untrusted(untrusted.expect("it is one"));
        assert_eq!(failure.kind(), FailureKind::Unreachable);
        assert_eq!(failure.effect(), Effect::None);
        assert_eq!(
            failure.what(),
            "the certificate of the server is not accepted: no authority that is trusted here \
             has issued it"
        );
        let hint = failure.hint().unwrap_or_default();
        assert!(hint.contains("SSL_CERT_FILE"), "{hint}");
    }
}
