//! The envelope of a call: what is sent, how an answer is read, and what an
//! error in it means.

use serde::{Deserialize, de::DeserializeOwned};
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
struct Written<T> {
    #[serde(default)]
    visa: Option<Value>,
    #[serde(default)]
    error: Option<Value>,
    #[serde(default = "nothing")]
    result: Option<Inner<T>>,
}

/// What a method returned. Outputs beside the inner member are of no use here.
#[derive(Deserialize)]
struct Inner<T> {
    #[serde(default = "nothing")]
    result: Option<T>,
}

/// Unlike the default it asks nothing of the type.
fn nothing<T>() -> Option<T> {
    None
}

impl<T: DeserializeOwned> Envelope<T> {
    /// Reads the body of an answer. It is UTF-8 whatever its headers say. A
    /// method that returns nothing answers with `result` null, an empty object
    /// or an object with a null, so only `error` tells failure.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let written: Written<T> = serde_json::from_slice(body).ok()?;
        let visa = match written.visa {
            Some(Value::String(visa)) if !visa.is_empty() => Some(visa),
            _ => None,
        };
        let outcome = match written.error {
            None => Ok(written.result.and_then(|inner| inner.result)),
            Some(error) => Err(RpcError::read(&error)),
        };
        Some(Self { visa, outcome })
    }
}

/// An error in an envelope. Not shown as it is: the message may quote values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RpcError {
    /// The number by JSON-RPC; in practice -32603 whatever happened.
    code: Option<i64>,
    /// The vendor's own number: the one that says what happened.
    data: Option<i64>,
    /// English text, with HTML entities.
    pub(super) message: String,
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
    fn read(error: &Value) -> Self {
        let number = |member| error.get(member).and_then(codec::as_integer);
        let message = error.get("message").and_then(Value::as_str);
        Self {
            code: number("code"),
            data: number("data"),
            message: message.unwrap_or_default().to_owned(),
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

    /// What the error means. The number decides; the words only where there is
    /// none.
    pub(super) fn class(&self) -> Class {
        match self.data {
            Some(number::VISA) => Class::Visa,
            Some(number::LIMIT_REACHED | number::UNAVAILABLE) => Class::Busy,
            Some(number::SECURITY | number::PARTNER_NOT_FOUND | number::ENTITY_NOT_FOUND) => {
                Class::Hidden
            }
            Some(number::SAME_NAME | number::UNIQUE) => Class::Conflict,
            None | Some(0) => self.class_by_words(),
            Some(_) => Class::Refused,
        }
    }

    fn class_by_words(&self) -> Class {
        let message = self.message.to_lowercase();
        if self.code.is_some_and(|code| NOT_UNDERSTOOD.contains(&code)) {
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

    /// The failure of a call, in the server's words. `secrets` are hidden beside
    /// those of the call itself. Nothing was changed by it; whoever knows
    /// better says so.
    pub(super) fn failure(&self, rpc: &Rpc, secrets: &[&str]) -> Failure {
        let name = rpc.name();
        let told = self.told(rpc, secrets);
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
    fn told(&self, rpc: &Rpc, secrets: &[&str]) -> String {
        let own = rpc.secrets.iter().map(String::as_str);
        let words = words::shown(&self.message, own.chain(secrets.iter().copied()));
        let words = if words.is_empty() {
            "no message".to_owned()
        } else {
            words
        };
        match self.data.or(self.code) {
            Some(number) if !words.contains(&number.to_string()) => {
                format!("{words} (error {number})")
            }
            _ => words,
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

/// What to check when a login is refused. The service gives one error for all
/// of these.
const LOGIN_HINT: &str = "check the partner's exact name in the console (case counts; it often \
    ends with an e-mail address in parentheses), the user name and the token; it was not tried \
    again, because failed logins lock the user";

#[cfg(test)]
mod tests {
    use super::*;

    fn error(data: &Value, message: &str) -> RpcError {
        RpcError::read(&json!({ "code": -32603, "data": data, "message": message }))
    }

    #[test]
    fn the_visa_stands_beside_the_method() {
        let rpc = Rpc::new("GetPartnerInfoById", json!({ "partnerId": 7 }));
        assert_eq!(
            rpc.body(Some("1-2-3-4-5")),
            json!({
                "jsonrpc": "2.0",
                "id": "jsonrpc",
                "method": "GetPartnerInfoById",
                "params": { "partnerId": 7 },
                "visa": "1-2-3-4-5",
            })
        );
        assert!(rpc.body(None).get("visa").is_none());
    }

    fn parse(body: &Value) -> Envelope<Value> {
        Envelope::parse(body.to_string().as_bytes()).expect("an envelope")
    }

    #[test]
    fn success_is_the_absence_of_an_error() {
        for (result, expected) in [
            (json!({ "result": 700_105 }), Some(json!(700_105))),
            (
                json!({ "result": 123, "resetPasswordUrl": "x" }),
                Some(json!(123)),
            ),
            (json!({ "result": null }), None),
            (json!({}), None),
            (Value::Null, None),
        ] {
            for error in [json!({}), json!({ "error": null })] {
                let mut body = error;
                body["result"] = result.clone();
                body["visa"] = "v".into();
                let envelope = parse(&body);
                assert_eq!(envelope.outcome, Ok(expected.clone()), "{body}");
                assert_eq!(envelope.visa.as_deref(), Some("v"));
            }
        }
        assert_eq!(parse(&json!({ "id": "1" })).outcome, Ok(None));
    }

    #[test]
    fn an_error_may_come_with_a_visa_or_without() {
        for visa in [json!(null), json!("")] {
            let envelope = parse(&json!({ "error": { "data": 1701 }, "visa": visa }));
            assert_eq!(envelope.visa, None);
            assert!(envelope.outcome.is_err());
        }
        let envelope = parse(&json!({ "error": { "data": 2101 }, "visa": "v", "result": null }));
        assert_eq!(envelope.visa.as_deref(), Some("v"));
        assert!(envelope.outcome.is_err());
    }

    #[test]
    fn what_is_no_object_is_no_envelope() {
        for body in ["", "null", "<html>", "{\"result\": {\"re", "\"x\""] {
            assert_eq!(Envelope::<Value>::parse(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn errors_are_told_apart_by_number() {
        for (data, class) in [
            (1701, Class::Visa),
            (13_501, Class::Hidden),
            (2101, Class::Hidden),
            (1802, Class::Hidden),
            (2115, Class::Conflict),
            (1801, Class::Conflict),
            (2116, Class::Busy),
            (1704, Class::Busy),
            (1703, Class::Refused),
            (2104, Class::Refused),
            (2105, Class::Refused),
            (2102, Class::Refused),
        ] {
            // The words say something else, as a customer's name in them may.
            let words = "`Visa Europe` already exists";
            assert_eq!(error(&data.into(), words).class(), class, "{data}");
            assert_eq!(error(&data.to_string().into(), words).class(), class);
        }
    }

    #[test]
    fn words_decide_where_there_is_no_number() {
        for (message, class) in [
            ("Visa is inconsistent/corrupted.", Class::Visa),
            (
                "A partner with the same name already exists",
                Class::Conflict,
            ),
            ("A visa with the same name", Class::Conflict),
            ("Service is unavailable due to maintenance", Class::Busy),
            ("Mandatory parameter is missing", Class::Refused),
        ] {
            for data in [json!(null), json!(0)] {
                assert_eq!(error(&data, message).class(), class, "{message}");
            }
        }
        for code in [-32_700, -32_600, -32_601] {
            let error = RpcError::read(&json!({ "code": code, "message": "no such method" }));
            assert_eq!(error.class(), Class::Protocol);
        }
        let error = RpcError::read(&json!({ "code": -32602, "message": "bad params" }));
        assert_eq!(error.class(), Class::Refused);
        assert_eq!(RpcError::read(&json!("broken")).class(), Class::Refused);
    }

    #[test]
    fn a_failure_has_the_call_the_words_and_the_number() {
        let rpc = Rpc::new("RemovePartner", Value::Null).about("700105");
        let failure = error(
            &json!(2105),
            "Partner can&apos;t be removed: it has devices.",
        )
        .failure(&rpc, &[]);
        assert_eq!(
            failure.message,
            "RemovePartner `700105`: Partner can't be removed: it has devices (error 2105)"
        );
        assert_eq!(failure.kind, FailureKind::Refused);
        assert!(failure.hint.expect("a hint").contains("devices"));

        let failure = error(
            &json!(13_501),
            "Operation failed because of security reasons (error 13501)",
        )
        .failure(&rpc, &[]);
        assert_eq!(
            failure.message,
            "RemovePartner `700105`: not found or not permitted: Operation failed because of \
             security reasons (error 13501)"
        );
        assert_eq!(failure.kind, FailureKind::Forbidden);

        let failure = error(&json!(null), "").failure(&rpc, &[]);
        assert_eq!(
            failure.message,
            "RemovePartner `700105`: no message (error -32603)"
        );
    }

    #[test]
    fn any_error_of_a_login_is_one_of_credentials() {
        let rpc = Rpc::new(LOGIN, Value::Null);
        for data in [2100, 2110, 2113, 13_501, 1701] {
            let failure =
                error(&data.into(), "Unknown partner/username or bad password").failure(&rpc, &[]);
            assert_eq!(failure.kind, FailureKind::Credentials, "{data}");
        }
        // A service that is busy says nothing about the credentials.
        for (data, kind) in [
            (1704, FailureKind::Unreachable),
            (2116, FailureKind::Throttled),
        ] {
            let failure = error(&data.into(), "later").failure(&rpc, &[]);
            assert_eq!(failure.kind, kind, "{data}");
        }
    }

    #[test]
    fn no_failure_quotes_a_secret() {
        let rpc = Rpc::new("AddPartner", Value::Null).hiding(vec!["EL1234".to_owned()]);
        let failure =
            error(&json!(0), "VatNumber EL1234 is wrong, said token-9").failure(&rpc, &["token-9"]);
        assert_eq!(
            failure.message,
            "AddPartner: VatNumber •••• is wrong, said •••• (error 0)"
        );
    }
}
