//! What a failed call may have done, and what kind of failure it is.

/// Whether a failed call may have changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Certainly not: it was never sent, or the provider refused it.
    None,
    /// Nobody knows: the answer was lost or made no sense.
    Unknown,
}

/// What kind of failure it is, for the exit code and the advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The provider could not be reached, or is out of order.
    Unreachable,
    /// The credentials were refused.
    Credentials,
    /// The account may not do this, or the thing does not exist for it.
    Forbidden,
    /// The record is not there.
    NotFound,
    /// The provider holds something that is in the way, such as the name.
    Conflict,
    /// The record moved since it was read.
    Stale,
    /// The provider refused the values.
    Refused,
    /// The provider asked us to slow down, and went on doing so.
    Throttled,
    /// The answer contradicts the documents, or itself.
    Protocol,
}

impl FailureKind {
    /// What it means, without the words of a server.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Unreachable => "the provider could not be reached, or is out of order",
            Self::Credentials => "the credentials were refused",
            Self::Forbidden => "the account may not do this",
            Self::NotFound => "it is not there",
            Self::Conflict => "something at the provider is in the way",
            Self::Stale => "it has moved",
            Self::Refused => "the provider refused the request",
            Self::Throttled => "the provider asked us to slow down",
            Self::Protocol => "the answer makes no sense",
        }
    }
}

/// Whether a call that was answered with an error of this status may have
/// changed something.
pub(super) fn effect_of(status: u16) -> Effect {
    if (400..500).contains(&status) && !matches!(status, 408 | 429) {
        Effect::None
    } else {
        Effect::Unknown
    }
}
