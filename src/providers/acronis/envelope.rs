//! What a service says when it refuses, and what that means.

use serde_json::Value;

use crate::{
    http::{Answer, Ask, NO_API_HINT, text_of, withheld},
    provider::{Failure, FailureKind, codec},
};

/// The words and the platform's code of a refusal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// A number of the platform, or the HTTP status once more.
    pub(super) code: Option<i64>,
    /// The server's own words.
    pub(super) words: String,
}

impl Said {
    /// Reads every envelope that the two services are known to use (Acronis
    /// contract, 3.5 and 5). Data in any other form is not quoted: it may hold
    /// what was sent, or what was there before.
    pub(super) fn read(body: &[u8]) -> Self {
        let text = text_of(body);
        let text = withheld(&text).unwrap_or(text);
        let Ok(json) = serde_json::from_slice::<Value>(body) else {
            return Self {
                code: None,
                words: text,
            };
        };
        let code = codec::at(&json, "error.code").and_then(codec::as_integer);
        let words = [
            "error.message",
            "error_description",
            "Message",
            "message",
            "error",
        ]
        .into_iter()
        .find_map(|path| codec::at(&json, path).and_then(Value::as_str));
        let info = codec::at(&json, "error.details.info").and_then(Value::as_str);
        let words = match (words, info) {
            (None, _) => text,
            (Some(words), Some(info)) if !info.is_empty() && info != words => {
                format!("{words} ({info})")
            }
            (Some(words), _) => words.to_owned(),
        };
        Self { code, words }
    }

    /// What a code of the platform means (Acronis contract, 3.5). The HTTP
    /// status of most of them is not published, so the code decides.
    pub(super) fn meaning(&self) -> Option<Meaning> {
        let meaning = |kind, hint| Some(Meaning { kind, hint });
        match self.code? {
            1000 => meaning(FailureKind::Unreachable, None),
            1001 => meaning(FailureKind::Stale, Some("plan again")),
            1002 => meaning(FailureKind::Forbidden, None),
            1003 => meaning(
                FailureKind::Refused,
                Some("enable the tenant above this one first"),
            ),
            1004 => meaning(
                FailureKind::Conflict,
                Some(
                    "another tenant has the name, perhaps one that this account cannot see: \
                     choose another name, or look for the tenant in the management portal",
                ),
            ),
            1005 => meaning(FailureKind::NotFound, None),
            1006 | 1007 | 1008 | 1013 | 1021..=1023 | 1027 => meaning(FailureKind::Refused, None),
            1011 => meaning(
                FailureKind::Conflict,
                Some("the tenant is being taken down: wait until that is over"),
            ),
            1012 => meaning(
                FailureKind::Forbidden,
                Some("the tenant is locked: the holder of the lock must lift it"),
            ),
            _ => None,
        }
    }
}

/// What a code of the platform means.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    /// The kind of failure.
    pub(super) kind: FailureKind,
    hint: Option<&'static str>,
}

/// The JSON of a successful answer, or why it is none.
pub(super) fn accept(answer: &Answer, ask: &Ask) -> Result<Value, Failure> {
    if !(200..300).contains(&answer.status) {
        return Err(refusal(answer, ask));
    }
    if answer.body.trim_ascii().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&answer.body).map_err(|_| unreadable(answer, ask))
}

fn refusal(answer: &Answer, ask: &Ask) -> Failure {
    let said = Said::read(&answer.body);
    let mut failure = Failure::from(answer.unexpected_status(ask, &said.words));
    if let Some(meaning) = said.meaning() {
        if meaning.kind != FailureKind::Unreachable {
            failure.effect = answer.earlier();
        }
        failure.kind = meaning.kind;
        if let Some(hint) = meaning.hint {
            failure = failure.hint(hint);
        }
    }
    failure
}

/// An answer that should be JSON and is not. What looks like broken JSON is not
/// quoted: it may hold bank details.
fn unreadable(answer: &Answer, ask: &Ask) -> Failure {
    if matches!(answer.body.trim_ascii_start(), [b'{' | b'[', ..]) {
        return malformed(&ask.operation, "the answer is broken JSON").with_unknown_effect();
    }
    answer.unexpected_body(ask, "JSON").into()
}

/// An answer that contradicts the documents, told without quoting it.
pub(super) fn malformed(operation: &str, what: &str) -> Failure {
    Failure::new(FailureKind::Protocol, format!("{operation}: {what}"))
}

/// The same of an answer that has nothing of what it should hold, so that it may
/// be somebody else's.
pub(super) fn foreign(operation: &str, what: &str) -> Failure {
    malformed(operation, what).hint(NO_API_HINT)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(body: &Value) -> Said {
        Said::read(body.to_string().as_bytes())
    }

    #[test]
    fn every_envelope_is_read() {
        for (body, code, words) in [
            (
                json!({ "error": { "code": 1001, "domain": "PlatformAccountServer",
                    "message": "Version mismatch.", "details": { "info": "expected version 2, got 1" } } }),
                Some(1001),
                "Version mismatch. (expected version 2, got 1)",
            ),
            (
                json!({ "error": { "code": "1012", "message": "Tenant is locked.",
                    "details": { "info": "Tenant is locked." } } }),
                Some(1012),
                "Tenant is locked.",
            ),
            (
                json!({ "error": { "code": 404, "message": "Not found" } }),
                Some(404),
                "Not found",
            ),
            (
                json!({ "domain": "Access", "reason": "InvalidClient", "error": "invalid_client",
                    "error_description": "the client id or secret was not accepted" }),
                None,
                "the client id or secret was not accepted",
            ),
            (
                json!({ "Message": "Name is required." }),
                None,
                "Name is required.",
            ),
            (json!({ "message": "no" }), None, "no"),
            (json!({ "error": "access_denied" }), None, "access_denied"),
            (json!({ "x": 1 }), None, "(7 bytes of data, withheld)"),
        ] {
            let found = said(&body);
            assert_eq!((found.code, found.words.as_str()), (code, words), "{body}");
        }
        assert_eq!(
            Said::read(b"Internal Server Error").words,
            "Internal Server Error"
        );
    }

    #[test]
    fn data_in_an_unknown_form_is_not_quoted() {
        for body in [
            r#"{"errors":[{"field":"BankAccount","was":"BG80BNBG96611020345678"}]}"#,
            r#"["BG80BNBG96611020345678"]"#,
            r#""BG80BNBG96611020345678""#,
            r#"{"Message":{"was":"BG80BNBG96611020345678"}}"#,
            r#"{"errors":[{"was":"BG80BNBG96611020345678"#,
            "<error>BG80BNBG96611020345678</error>",
        ] {
            let expected = format!("({} bytes of data, withheld)", body.len());
            assert_eq!(Said::read(body.as_bytes()).words, expected, "{body}");
        }
    }

    #[test]
    fn the_code_decides_what_a_refusal_means() {
        let kind = |code: i64| {
            said(&json!({ "error": { "code": code, "message": "" } }))
                .meaning()
                .map(|meaning| meaning.kind)
        };
        for (code, expected) in [
            (1000, Some(FailureKind::Unreachable)),
            (1001, Some(FailureKind::Stale)),
            (1002, Some(FailureKind::Forbidden)),
            (1004, Some(FailureKind::Conflict)),
            (1005, Some(FailureKind::NotFound)),
            (1006, Some(FailureKind::Refused)),
            (1011, Some(FailureKind::Conflict)),
            (1012, Some(FailureKind::Forbidden)),
            (1022, Some(FailureKind::Refused)),
            (400, None),
            (2000, None),
        ] {
            assert_eq!(kind(code), expected, "{code}");
        }
    }
}
