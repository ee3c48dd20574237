//! The errors that TI Rate answers inside its envelope.

/// The text of an error answer, as it stands in `processing_result.text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure(pub(super) String);

impl Failure {
    /// A mandatory parameter is missing. The text is shown for `AddPayment`;
    /// that other calls use it too is assumed.
    pub(super) fn incomplete() -> Self {
        Self("Not all required parameters matched".to_owned())
    }

    /// A value is of the wrong type or outside its dictionary. Only the first
    /// two words are documented; the path behind them is assumed.
    pub(super) fn validation(path: &str) -> Self {
        Self(format!("validation failed: {path}"))
    }

    /// The tenant in the body is not one of this server. Assumed text.
    pub(super) fn unknown_tenant() -> Self {
        Self("Tenant is not found".to_owned())
    }

    /// No account answers to the selector, or only a terminated one.
    pub(super) fn unknown_account() -> Self {
        Self("Account is not found".to_owned())
    }

    /// The code or the name is in use.
    pub(super) fn account_exists(code: &str, name: &str) -> Self {
        Self(format!(
            "Account with code [{code}] and name [{name}] already exists."
        ))
    }

    /// A terminated account is to change its state without force. The error
    /// is documented, its text is assumed.
    pub(super) fn terminated() -> Self {
        Self("Account is in Terminated state".to_owned())
    }

    /// Anything else, in these words.
    pub(super) fn text(text: &str) -> Self {
        Self(text.to_owned())
    }
}
