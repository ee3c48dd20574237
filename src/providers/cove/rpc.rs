//! The envelope of a call: what is sent, how an answer is read, and what an
//! error in it means.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::{Value, json};

use super::words;
use crate::provider::{Failure, FailureKind, codec};

/// The `id` of every request. Each HTTP exchange carries one call, so nothing
/// has to be told apart; the vendor's samples use this constant.
const REQUEST_ID: &str = "jsonrpc";

/// The method that needs no visa.
pub(super) const LOGIN: &str = "Login";

/// A call to be sent.
pub(super) struct Rpc {
    /// The method, case and all.
    pub(super) method: &'static str,
    /// What it is about, for messages: an id or our key.
    pub(super) subject: Option<String>,
    /// The parameters by name.
    pub(super) params: Value,
    /// Values that no message may show, even where the server echoes them.
    pub(super) secrets: Vec<String>,
}

impl Rpc {
    /// A call without anything secret in it.
    pub(super) fn new(method: &'static str, params: Value) -> Self {
        Self {
            method,
            subject: None,
            params,
            secrets: Vec::new(),
        }
    }

    /// The same call about something.
    pub(super) fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The same call with values that no message may show.
    pub(super) fn hiding(mut self, secrets: Vec<String>) -> Self {
        self.secrets = secrets;
        self
    }

    /// Method and subject, for messages.
    pub(super) fn name(&self) -> String {
        match &self.subject {
            Some(subject) => format!("{} `{subject}`", self.method),
            None => self.method.to_owned(),
        }
    }

    /// The request's body. The visa stands beside the method: inside the
    /// parameters it is refused.
    pub(super) fn body(&self, visa: Option<&str>) -> Value {
        let mut body = json!({
            "jsonrpc": "2.0",
            "id": REQUEST_ID,
            "method": self.method,
            "params": self.params,
        });
        if let Some(visa) = visa {
            body["visa"] = visa.into();
        }
        body
    }
}

/// An answer that has the envelope's form.
#[derive(Debug, PartialEq)]
pub(super) struct Envelope<T> {
    /// The visa that came with it, also with an error.
    pub(super) visa: Option<String>,
    /// What the method returned, or why it did not. A method that returns
    /// nothing, and an empty list at times, come as nothing.
    pub(super) outcome: Result<Option<T>, RpcError>,
}

/// An envelope as it is written. Read straight into the wanted type, so that
/// of a listing of a hundred thousand customers only what matters is kept.
#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
struct Written<T> {
    #[serde(default, deserialize_with = "is_there")]
    jsonrpc: bool,
    #[serde(default, deserialize_with = "is_there")]
    id: bool,
    #[serde(default)]
    visa: Option<Value>,
    #[serde(default)]
    error: Option<Value>,
    #[serde(default = "nothing", deserialize_with = "even_null")]
    #[expect(
        clippy::option_option,
        reason = "null is a result, and no member is none"
    )]
    result: Option<Option<Inner<T>>>,
}

/// What a method returned. Outputs beside the inner member are of no use here.
#[derive(Deserialize)]
struct Inner<T> {
    #[serde(default = "nothing")]
    result: Option<T>,
}

/// That a member is there, whatever its value.
fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

/// Tells a member that is null from one that is not there.
fn even_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Unlike the default it asks nothing of the type.
fn nothing<T>() -> Option<T> {
    None
}

impl<T: DeserializeOwned> Envelope<T> {
    /// Reads the body of an answer. It is UTF-8 whatever its headers say. A
    /// method that returns nothing answers with `result` null, an empty object
    /// or an object with a null, so only `error` tells failure. JSON that is no
    /// answer to a call, as of a gateway, is nothing: it tells neither.
    /// An error's words are kept as the answer may `quote` them.
    pub(super) fn parse(body: &[u8], quote: impl Fn(&str) -> String) -> Option<Self> {
        let written: Written<T> = serde_json::from_slice(body).ok()?;
        let visa = match written.visa {
            Some(Value::String(visa)) if !visa.is_empty() => Some(visa),
            _ => None,
        };
        if !written.jsonrpc && !written.id {
            return None;
        }
        let outcome = match (written.error, written.result) {
            (Some(error), _) => Err(RpcError::read(&error, quote)),
            (None, Some(result)) => Ok(result.and_then(|inner| inner.result)),
            (None, None) => return None,
        };
        Some(Self { visa, outcome })
    }
}

/// The message of an error in JSON, be it an answer to a call or a gateway's,
/// as it came.
pub(super) fn message(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Told {
        error: Value,
    }
    let told: Told = serde_json::from_slice(body).ok()?;
    Some(told.error.get("message")?.as_str()?.to_owned())
}

/// An error in an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RpcError {
    /// The number by JSON-RPC; in practice -32603 whatever happened.
    code: Option<i64>,
    /// The vendor's own number: the one that says what happened.
    data: Option<i64>,
    class: Class,
    /// What may be shown of the message, which may quote the request.
    words: String,
}

/// What an error means for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// The visa is too old or broken; nothing was carried out.
    Visa,
    /// The service wants less, or is not there; try a read again.
    Busy,
    /// It does not exist, or we may not see it: one cannot tell.
    Hidden,
    /// Something else holds the name or another unique value.
    Conflict,
    /// The service does not understand the request.
    Protocol,
    /// Everything else.
    Refused,
}

/// The vendor's numbers. 1701, 2100 and 13501 were observed; the others follow
/// from the order of names in the vendor's schema, so messages always carry the
/// server's words as well.
mod number {
    pub(super) const VISA: i64 = 1701;
    pub(super) const CUSTOM_COLUMNS: i64 = 1703;
    pub(super) const UNAVAILABLE: i64 = 1704;
    pub(super) const UNIQUE: i64 = 1801;
    pub(super) const ENTITY_NOT_FOUND: i64 = 1802;
    pub(super) const PARTNER_NOT_FOUND: i64 = 2101;
    pub(super) const PARENT_STATE: i64 = 2104;
    pub(super) const NOT_REMOVABLE: i64 = 2105;
    pub(super) const SAME_NAME: i64 = 2115;
    pub(super) const LIMIT_REACHED: i64 = 2116;
    pub(super) const SECURITY: i64 = 13_501;
}

/// Numbers of the JSON-RPC standard for requests that are not understood.
const NOT_UNDERSTOOD: [i64; 3] = [-32_700, -32_600, -32_601];

impl RpcError {
    /// The message is English text with HTML entities. What it means is read
    /// off it before anything in it is masked.
    fn read(error: &Value, quote: impl Fn(&str) -> String) -> Self {
        let number = |member| error.get(member).and_then(codec::as_integer);
        let (code, data) = (number("code"), number("data"));
        let message = error.get("message").and_then(Value::as_str);
        let message = message.unwrap_or_default();
        Self {
            code,
            data,
            class: class(code, data, message),
            words: words::shown(message, quote),
        }
    }

    /// The vendor's number.
    pub(super) fn data(&self) -> Option<i64> {
        self.data
    }

    /// Whether there were too many requests.
    pub(super) fn is_throttling(&self) -> bool {
        self.data == Some(number::LIMIT_REACHED)
    }

    /// What the error means.
    pub(super) fn class(&self) -> Class {
        self.class
    }

    /// The failure of a call, in the server's words. Nothing was changed by it;
    /// whoever knows better says so.
    pub(super) fn failure(&self, rpc: &Rpc) -> Failure {
        let name = rpc.name();
        let told = self.told();
        if rpc.method == LOGIN && self.class() != Class::Busy {
            let message = format!("{name}: {told}");
            return Failure::new(FailureKind::Credentials, message).hint(LOGIN_HINT);
        }
        let (kind, meaning) = match self.class() {
            Class::Visa => (FailureKind::Credentials, "the visa was refused again: "),
            Class::Busy if self.data == Some(number::UNAVAILABLE) => (FailureKind::Unreachable, ""),
            Class::Busy => (FailureKind::Throttled, ""),
            Class::Hidden => (FailureKind::Forbidden, "not found or not permitted: "),
            Class::Conflict => (FailureKind::Conflict, "taken: "),
            Class::Protocol => (FailureKind::Protocol, "not understood: "),
            Class::Refused => (FailureKind::Refused, ""),
        };
        let failure = Failure::new(kind, format!("{name}: {meaning}{told}"));
        match self.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }

    /// The server's words, with the number unless they name it themselves.
    fn told(&self) -> String {
        let words = match self.words.as_str() {
            "" => "no message",
            words => words,
        };
        match self.data.or(self.code) {
            Some(number) if !words.contains(&number.to_string()) => {
                format!("{words} (error {number})")
            }
            _ => words.to_owned(),
        }
    }

    fn hint(&self) -> Option<&'static str> {
        match self.class() {
            Class::Busy if self.data == Some(number::UNAVAILABLE) => {
                Some("the service is out of order; try again later")
            }
            Class::Busy => Some("lower `limits.requestsPerSecond` in the Provider manifest"),
            Class::Hidden => Some(
                "the service does not say which: check that the id, parent or location exists \
                 below the customer of the login, and that its role may do this",
            ),
            Class::Conflict => Some(
                "names are unique in the whole service: a customer that this account cannot see \
                 may have it; choose another name",
            ),
            Class::Refused => match self.data? {
                number::CUSTOM_COLUMNS => Some(
                    "the move would lose values of custom columns that are defined above the old \
                     parent; remove them in the console, or move the customer there",
                ),
                number::PARENT_STATE => Some("bring the parent into a state that allows it first"),
                number::NOT_REMOVABLE => {
                    Some("remove the customer's devices and the customers below it first")
                }
                _ => None,
            },
            Class::Visa | Class::Protocol => None,
        }
    }
}

/// What an error means. The number decides; the words only where there is none.
fn class(code: Option<i64>, data: Option<i64>, message: &str) -> Class {
    match data {
        Some(number::VISA) => Class::Visa,
        Some(number::LIMIT_REACHED | number::UNAVAILABLE) => Class::Busy,
        Some(number::SECURITY | number::PARTNER_NOT_FOUND | number::ENTITY_NOT_FOUND) => {
            Class::Hidden
        }
        Some(number::SAME_NAME | number::UNIQUE) => Class::Conflict,
        None | Some(0) => class_by_words(code, message),
        Some(_) => Class::Refused,
    }
}

fn class_by_words(code: Option<i64>, message: &str) -> Class {
    let message = message.to_lowercase();
    if code.is_some_and(|code| NOT_UNDERSTOOD.contains(&code)) {
        Class::Protocol
    } else if message.contains("already exists") || message.contains("same name") {
        Class::Conflict
    } else if message.contains("visa") {
        Class::Visa
    } else if message.contains("unavailable") || message.contains("maintenance") {
        Class::Busy
    } else {
        Class::Refused
    }
}

/// What to check when a login is refused. The service gives one error for all
/// of these.
const LOGIN_HINT: &str = "check the partner's exact name in the console (case counts; it often \
    ends with an e-mail address in parentheses), the user name and the token; it was not tried \
    again, because failed logins lock the user";

#[cfg(test)]
mod tests;
