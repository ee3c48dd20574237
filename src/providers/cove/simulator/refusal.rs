//! Why a call is refused, with the numbers and texts of the wire.

use crate::simulator::KnobSettings;

/// The generic code under which every vendor error comes.
const VENDOR_ERROR: i64 = -32603;

/// An error answer. The numbers 1701, 2100 and 13501 were observed at the real
/// service; the others are derived from the order of names in its schema.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    /// The JSON-RPC code.
    pub(super) code: i64,
    /// The vendor's own code; errors of the protocol have none.
    pub(super) data: Option<i64>,
    /// English text, perhaps with HTML entities.
    pub(super) message: String,
}

/// By what a customer was looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lookup {
    Id,
    Name,
}

impl Refusal {
    fn vendor(data: i64, message: &str) -> Self {
        Self {
            code: VENDOR_ERROR,
            data: Some(data),
            message: message.to_owned(),
        }
    }

    fn protocol(code: i64, message: &str) -> Self {
        Self {
            code,
            data: None,
            message: message.to_owned(),
        }
    }

    pub(super) fn parse_error() -> Self {
        Self::protocol(-32700, "Parse error")
    }

    pub(super) fn invalid_request() -> Self {
        Self::protocol(-32600, "Invalid Request")
    }

    pub(super) fn unknown_method() -> Self {
        Self::protocol(-32601, "Method not found")
    }

    /// A parameter is missing or of the wrong type.
    pub(super) fn bad_params(member: &str) -> Self {
        Self::protocol(-32602, &format!("Invalid params: {member}"))
    }

    /// A value that makes no sense, for which no vendor code is known.
    pub(super) fn invalid(message: &str) -> Self {
        Self::vendor(0, message)
    }

    pub(super) fn visa() -> Self {
        Self::vendor(1701, "Visa is inconsistent/corrupted.")
    }

    pub(super) fn custom_column_values() -> Self {
        Self::vendor(1703, "Custom column values will be lost.")
    }

    pub(super) fn unavailable() -> Self {
        Self::vendor(1704, "Service is unavailable.")
    }

    pub(super) fn entity_not_found(what: &str) -> Self {
        Self::vendor(1802, &format!("{what} not found."))
    }

    pub(super) fn multiple_entities() -> Self {
        Self::vendor(1804, "Multiple entities found.")
    }

    pub(super) fn credentials() -> Self {
        Self::vendor(2100, "Unknown partner/username or bad password")
    }

    pub(super) fn parent_state() -> Self {
        Self::vendor(
            2104,
            "State of the partner doesn&apos;t correspond to the state of its parent.",
        )
    }

    pub(super) fn not_removable(reason: &str) -> Self {
        Self::vendor(2105, &format!("Partner can&apos;t be removed: {reason}."))
    }

    pub(super) fn same_name() -> Self {
        Self::vendor(2115, "Partner with the same name already exists.")
    }

    pub(super) fn limit_reached() -> Self {
        Self::vendor(2116, "Request limit is reached.")
    }

    pub(super) fn security() -> Self {
        Self::vendor(
            13501,
            "Operation failed because of security reasons (error 13501)",
        )
    }

    /// An unknown customer, as the knob `not_found` wants it.
    pub(super) fn partner_not_found(lookup: Lookup, knobs: &KnobSettings) -> Self {
        match (knobs.get("not_found"), lookup) {
            ("2101", _) | ("by_kind", Lookup::Name) => Self::vendor(2101, "Partner not found."),
            _ => Self::security(),
        }
    }
}
