//! Something that is wrong, or may be, with the manifests.

use crate::model::{Address, Place};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is planned or applied while there is one.
    Error,
    /// Shown, but in nobody's way.
    Warning,
}

/// One finding.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The check that found it: a fixed name in lower case with hyphens.
    pub check: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Where it is, unless it concerns no single place.
    pub place: Option<Place>,
    /// The resource that it belongs to, where that is known.
    pub address: Option<Address>,
    /// What is wrong: a sentence without a period.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Finding {
    /// An error that concerns no single place.
    #[must_use]
    pub fn placeless(check: &'static str, message: impl Into<String>) -> Self {
        Self {
            check,
            severity: Severity::Error,
            place: None,
            address: None,
            message: message.into(),
            hint: None,
        }
    }

    /// An error at a place.
    #[must_use]
    pub fn error(check: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self {
            place: Some(place),
            ..Self::placeless(check, message)
        }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(check: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(check, place, message)
        }
    }

    /// The same finding with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same finding with the resource it belongs to.
    #[must_use]
    pub fn of(mut self, address: &Address) -> Self {
        self.address = Some(address.clone());
        self
    }

    /// What findings are ordered by: the place, then errors before warnings. Two of
    /// which it is the same are one.
    #[must_use]
    pub fn order(&self) -> impl Ord + use<'_> {
        let place = self
            .place
            .as_ref()
            .map(|place| (place.source.name.as_str(), place.span.start, place.span.end));
        (place, self.severity, self.check, self.message.as_str())
    }
}

/// Sorts findings by place, errors before warnings, and drops repetitions.
pub fn tidy(findings: &mut Vec<Finding>) {
    findings.sort_by(|one, other| one.order().cmp(&other.order()));
    findings.dedup_by(|later, first| later.order() == first.order());
}
