//! What is in the way of something, and what can be done about it.

use std::fmt;

/// Why something cannot be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// What is in the way: a sentence without a period.
    pub reason: String,
    /// What to do about it, where there is something that the user can do.
    pub hint: Option<String>,
}

impl Obstacle {
    /// An obstacle of which only the reason is known.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            hint: None,
        }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Obstacle {
    /// Both in one sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reason, hint } = self;
        match hint {
            Some(hint) => write!(f, "{reason}; {hint}"),
            None => f.write_str(reason),
        }
    }
}
