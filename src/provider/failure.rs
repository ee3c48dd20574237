//! Why a provider did not do what it was asked.

use std::fmt;

use crate::{
    http::{Effect, FailureKind, GaveUp, HttpFailure},
    model::HiddenValues,
};

/// A failed call: what was asked, what the server said, and what it means.
#[derive(Debug)]
pub struct Failure {
    /// The kind.
    pub kind: FailureKind,
    /// Whether something may have changed.
    pub effect: Effect,
    /// What failed, with the operation and the server's words; no period.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The failure below, with method, URL, status, attempts and time.
    pub http: Option<Box<HttpFailure>>,
}

impl Failure {
    /// A failure that certainly changed nothing.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            effect: Effect::None,
            message: message.into(),
            hint: None,
            http: None,
        }
    }

    /// The same failure with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Whether the call was not sent because it had to wait for too long since it was
    /// made ready. It can be made anew.
    #[must_use]
    pub fn is_overtaken(&self) -> bool {
        self.http.as_ref().is_some_and(|http| http.is_overtaken())
    }

    /// Masks values in all that it says.
    pub fn hide(&mut self, hidden: &HiddenValues) {
        hidden.mask_in(&mut self.message);
        if let Some(hint) = &mut self.hint {
            hidden.mask_in(hint);
        }
        if let Some(http) = &mut self.http {
            http.hide(hidden);
        }
    }

    /// The same failure, after which nothing was tried again.
    #[must_use]
    pub fn given_up(mut self, why: GaveUp) -> Self {
        self.message = format!("{}; {why}", self.message);
        self.hint(why.hint())
    }

    /// The same failure, after attempts at the same call with this effect: what
    /// they may have done is not undone by a refusal.
    #[must_use]
    pub fn after(self, earlier: Effect) -> Self {
        match earlier {
            Effect::None => self,
            Effect::Unknown => self.with_unknown_effect(),
        }
    }

    /// The same failure, which may have changed something.
    #[must_use]
    pub fn with_unknown_effect(mut self) -> Self {
        self.effect = Effect::Unknown;
        self
    }
}

impl From<HttpFailure> for Failure {
    fn from(http: HttpFailure) -> Self {
        Self {
            kind: http.kind(),
            effect: http.effect(),
            message: http.summary(),
            hint: http.hint(),
            http: Some(Box::new(http)),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.http {
            Some(http) => Some(http),
            None => None,
        }
    }
}
