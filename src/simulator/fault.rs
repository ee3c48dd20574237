//! Faults that can be injected into any call of any simulated system.

use std::{fmt, str::FromStr};

/// One fault, written `SYSTEM:OPERATION=KIND#NTH`, such as
/// `cove:AddPartner=drop-after#1`. `*` stands for any operation; without
/// `#NTH` every matching call is struck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The system's name.
    pub system: String,
    /// The operation's name, or `*`.
    pub operation: String,
    /// What happens.
    pub kind: FaultKind,
    /// Which matching call is struck, counted from 1; every one when absent.
    pub nth: Option<u32>,
}

/// What a fault does to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The connection is cut before the service sees the call.
    DropBefore,
    /// The call is carried out, then the connection is cut.
    DropAfter,
    /// No answer ever comes; nothing is done.
    TimeoutBefore,
    /// The call is carried out, and no answer ever comes.
    TimeoutAfter,
    /// The call is carried out; half of the answer comes, then silence.
    Stall,
    /// The answer comes only after two seconds.
    Slow,
    /// 500 with a plain-text body; nothing is done.
    Status500Before,
    /// The call is carried out, then 500.
    Status500After,
    /// 502; nothing is done.
    Status502Before,
    /// The call is carried out, then 502.
    Status502After,
    /// 503; nothing is done.
    Status503,
    /// The call is carried out, then 503.
    Status503After,
    /// 504; nothing is done.
    Status504Before,
    /// The call is carried out, then 504.
    Status504After,
    /// 429 with `Retry-After: 1`; nothing is done.
    Status429,
    /// 429 with a date one second from now in `Retry-After`.
    RetryDate,
    /// 429 with a date an hour ago in `Retry-After`.
    RetryPast,
    /// 429 with such a date from a server whose clock shows 1970.
    RetrySkewed,
    /// 429 with a negative number in `Retry-After`.
    RetryNegative,
    /// 429 with an absurdly large number in `Retry-After`.
    RetryForever,
    /// The service's own words for too many requests, with status 200 where it has such.
    Limit,
    /// 200 with an error inside; nothing is done.
    ErrorInside,
    /// 401; nothing is done.
    Status401,
    /// 403; nothing is done.
    Status403,
    /// A redirect to another host; nothing is done.
    Redirect,
    /// 200 with an HTML page; nothing is done.
    Html,
    /// 200 with the service's own answer, cut in half.
    Truncated,
    /// The call is carried out; the answer is an empty list.
    JsonArray,
    /// The call is carried out; the answer is a number.
    JsonNumber,
    /// The call is carried out; the answer is a text.
    JsonText,
    /// The service's own answer in Latin-1.
    Latin1,
    /// The service's own answer in UTF-16 with a byte order mark.
    Utf16,
    /// The call is carried out; the answer is 3 GiB long.
    Huge,
    /// The same, packed to a hundredth.
    GzipBomb,
}

/// Every fault kind: its written name, whether the service carries the call
/// out, and what happens.
const TABLE: [(FaultKind, &str, bool, &str); 34] = [
    (
        FaultKind::DropBefore,
        "drop-before",
        false,
        "the connection is cut before the service sees the call",
    ),
    (
        FaultKind::DropAfter,
        "drop-after",
        true,
        "the call is carried out, then the connection is cut",
    ),
    (
        FaultKind::TimeoutBefore,
        "timeout",
        false,
        "no answer ever comes; nothing is done",
    ),
    (
        FaultKind::TimeoutAfter,
        "timeout-after",
        true,
        "the call is carried out, and no answer ever comes",
    ),
    (
        FaultKind::Stall,
        "stall",
        true,
        "the call is carried out; half of the answer comes, then silence",
    ),
    (
        FaultKind::Slow,
        "slow",
        true,
        "the answer comes only after two seconds",
    ),
    (
        FaultKind::Status500Before,
        "500",
        false,
        "500 with a plain-text body; nothing is done",
    ),
    (
        FaultKind::Status500After,
        "500-after",
        true,
        "the call is carried out, then 500",
    ),
    (
        FaultKind::Status502Before,
        "502",
        false,
        "502; nothing is done",
    ),
    (
        FaultKind::Status502After,
        "502-after",
        true,
        "the call is carried out, then 502",
    ),
    (FaultKind::Status503, "503", false, "503; nothing is done"),
    (
        FaultKind::Status503After,
        "503-after",
        true,
        "the call is carried out, then 503",
    ),
    (
        FaultKind::Status504Before,
        "504",
        false,
        "504; nothing is done",
    ),
    (
        FaultKind::Status504After,
        "504-after",
        true,
        "the call is carried out, then 504",
    ),
    (
        FaultKind::Status429,
        "429",
        false,
        "429 with `Retry-After: 1`; nothing is done",
    ),
    (
        FaultKind::RetryDate,
        "429-date",
        false,
        "429 with a date one second from now in `Retry-After`",
    ),
    (
        FaultKind::RetryPast,
        "429-past",
        false,
        "429 with a date an hour ago in `Retry-After`",
    ),
    (
        FaultKind::RetrySkewed,
        "429-skewed",
        false,
        "429 with such a date from a server whose clock shows 1970",
    ),
    (
        FaultKind::RetryNegative,
        "429-negative",
        false,
        "429 with a negative number in `Retry-After`",
    ),
    (
        FaultKind::RetryForever,
        "429-forever",
        false,
        "429 with an absurdly large number in `Retry-After`",
    ),
    (
        FaultKind::Limit,
        "limit",
        false,
        "the service's own words for too many requests, with status 200 where it has such",
    ),
    (
        FaultKind::ErrorInside,
        "error-in-200",
        false,
        "200 with an error inside; nothing is done",
    ),
    (FaultKind::Status401, "401", false, "401; nothing is done"),
    (FaultKind::Status403, "403", false, "403; nothing is done"),
    (
        FaultKind::Redirect,
        "redirect",
        false,
        "a redirect to another host; nothing is done",
    ),
    (
        FaultKind::Html,
        "html",
        false,
        "200 with an HTML page; nothing is done",
    ),
    (
        FaultKind::Truncated,
        "truncated",
        true,
        "200 with the service's own answer, cut in half",
    ),
    (
        FaultKind::JsonArray,
        "json-array",
        true,
        "the call is carried out; the answer is an empty list",
    ),
    (
        FaultKind::JsonNumber,
        "json-number",
        true,
        "the call is carried out; the answer is a number",
    ),
    (
        FaultKind::JsonText,
        "json-text",
        true,
        "the call is carried out; the answer is a text",
    ),
    (
        FaultKind::Latin1,
        "latin-1",
        true,
        "the service's own answer in Latin-1",
    ),
    (
        FaultKind::Utf16,
        "utf-16",
        true,
        "the service's own answer in UTF-16 with a byte order mark",
    ),
    (
        FaultKind::Huge,
        "huge",
        true,
        "the call is carried out; the answer is 3 GiB long",
    ),
    (
        FaultKind::GzipBomb,
        "gzip-bomb",
        true,
        "the same, packed to a hundredth",
    ),
];

impl FaultKind {
    /// Every kind, in the order of the documentation.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(kind, ..)| *kind)
    }

    /// What happens, in one line.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        self.row().3
    }

    /// Whether the service carries the call out all the same.
    #[must_use]
    pub fn carries_out(self) -> bool {
        self.row().2
    }

    fn row(self) -> &'static (Self, &'static str, bool, &'static str) {
        let mut rows = TABLE.iter();
        rows.find(|(kind, ..)| *kind == self)
            .expect("a test shows that every kind has a row")
    }
}

/// Why a fault could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no fault: {reason}; write SYSTEM:OPERATION=KIND or SYSTEM:OPERATION=KIND#NTH")]
pub struct FaultParseError {
    text: String,
    reason: String,
}

impl FromStr for Fault {
    type Err = FaultParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = |reason: &str| FaultParseError {
            text: text.to_owned(),
            reason: reason.to_owned(),
        };
        let (target, effect) = text
            .rsplit_once('=')
            .ok_or_else(|| fail("there is no `=`"))?;
        let (system, operation) = target
            .split_once(':')
            .ok_or_else(|| fail("there is no `:`"))?;
        let (kind, nth) = match effect.split_once('#') {
            None => (effect, None),
            Some((kind, nth)) => match nth.parse::<u32>() {
                Ok(nth) if nth > 0 => (kind, Some(nth)),
                _ => return Err(fail("what follows `#` is not a number from 1 up")),
            },
        };
        let kind = TABLE
            .iter()
            .find(|(_, name, ..)| *name == kind)
            .map(|(kind, ..)| *kind)
            .ok_or_else(|| {
                let names: Vec<_> = TABLE.iter().map(|(_, name, ..)| *name).collect();
                fail(&format!("the kinds are {}", names.join(", ")))
            })?;
        Ok(Self {
            system: system.to_owned(),
            operation: operation.to_owned(),
            kind,
            nth,
        })
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().1)
    }
}

/// Counts matching calls and tells which fault strikes.
#[derive(Debug, Default)]
pub(super) struct FaultPlan {
    faults: Vec<(Fault, u32)>,
}

impl FaultPlan {
    pub(super) fn add(&mut self, fault: Fault) {
        self.faults.push((fault, 0));
    }

    pub(super) fn clear(&mut self) {
        self.faults.clear();
    }

    pub(super) fn strike(&mut self, system: &str, operation: &str) -> Option<FaultKind> {
        let mut struck = None;
        for (fault, seen) in &mut self.faults {
            let matches =
                fault.system == system && (fault.operation == "*" || fault.operation == operation);
            if !matches {
                continue;
            }
            *seen += 1;
            if struck.is_none() && fault.nth.is_none_or(|nth| nth == *seen) {
                struck = Some(fault.kind);
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_documents() {
        let fault: Fault = "cove:AddPartner=drop-after#1".parse().expect("parses");
        assert_eq!(fault.system, "cove");
        assert_eq!(fault.operation, "AddPartner");
        assert_eq!(fault.kind, FaultKind::DropAfter);
        assert_eq!(fault.nth, Some(1));
    }

    #[test]
    fn refuses_an_unknown_kind_and_lists_the_known_ones() {
        let error = "cove:*=explode".parse::<Fault>().expect_err("refused");
        assert!(
            error.to_string().contains("drop-before, drop-after"),
            "{error}"
        );
    }

    #[test]
    fn strikes_only_the_nth_call() {
        let mut plan = FaultPlan::default();
        plan.add("a:Op=503#2".parse().expect("parses"));
        assert_eq!(plan.strike("a", "Op"), None);
        assert_eq!(plan.strike("b", "Op"), None);
        assert_eq!(plan.strike("a", "Op"), Some(FaultKind::Status503));
        assert_eq!(plan.strike("a", "Op"), None);
    }
}
