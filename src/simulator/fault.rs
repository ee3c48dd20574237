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
    /// The service carries the call out, then the connection is cut.
    DropAfter,
    /// The service answers 500 with a plain-text body and does nothing.
    Status500Before,
    /// The service carries the call out, then answers 500.
    Status500After,
    /// 503 with a plain-text body; nothing is done.
    Status503,
    /// 429 with `Retry-After: 1`; nothing is done.
    Status429,
    /// 401; nothing is done.
    Status401,
    /// 403; nothing is done.
    Status403,
    /// 200 with an HTML page; nothing is done.
    Html,
    /// 200 with the service's own answer, cut in half.
    Truncated,
    /// A redirect to another host; nothing is done.
    Redirect,
    /// The answer comes only after two seconds.
    Slow,
}

/// Every fault kind with its written name.
const NAMES: [(FaultKind, &str); 12] = [
    (FaultKind::DropBefore, "drop-before"),
    (FaultKind::DropAfter, "drop-after"),
    (FaultKind::Status500Before, "500"),
    (FaultKind::Status500After, "500-after"),
    (FaultKind::Status503, "503"),
    (FaultKind::Status429, "429"),
    (FaultKind::Status401, "401"),
    (FaultKind::Status403, "403"),
    (FaultKind::Html, "html"),
    (FaultKind::Truncated, "truncated"),
    (FaultKind::Redirect, "redirect"),
    (FaultKind::Slow, "slow"),
];

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
        let kind = NAMES
            .iter()
            .find(|(_, name)| *name == kind)
            .map(|(kind, _)| *kind)
            .ok_or_else(|| {
                let names: Vec<_> = NAMES.iter().map(|(_, name)| *name).collect();
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
        let name = NAMES
            .iter()
            .find(|(kind, _)| kind == self)
            .map_or("", |(_, name)| name);
        f.write_str(name)
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
