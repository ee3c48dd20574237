//! Error answers: the envelope of Account Management and the two shapes that
//! Advanced Automation uses here.

use serde_json::{Value, json};

use crate::simulator::{KnobSettings, Response};

/// Platform error codes (Acronis contract, 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    VersionMismatch,
    AccessDenied,
    ParentDisabled,
    NameConflict,
    TenantNotFound,
    TenantEnabled,
    MoveUnderOwnChild,
    MoveWithinCustomer,
    MoveUnderDisabled,
    TenantLocked,
}

impl Code {
    /// The code, the HTTP status that fits it, and the message.
    fn facts(self) -> (u16, u16, &'static str) {
        match self {
            Self::VersionMismatch => (1001, 409, "Version mismatch."),
            Self::AccessDenied => (1002, 403, "Access denied"),
            Self::ParentDisabled => (1003, 400, "The parent tenant is disabled."),
            Self::NameConflict => (1004, 409, "A tenant with this name already exists."),
            Self::TenantNotFound => (1005, 404, "The tenant was not found."),
            Self::TenantEnabled => (1006, 400, "The tenant is enabled and cannot be deleted."),
            Self::MoveUnderOwnChild => (1007, 400, "A tenant cannot be moved under its own child."),
            Self::MoveWithinCustomer => (1008, 400, "A tenant cannot be moved within a customer."),
            Self::MoveUnderDisabled => {
                (1013, 400, "A tenant cannot be moved under a disabled one.")
            }
            Self::TenantLocked => (1012, 403, "Tenant is locked."),
        }
    }
}

/// An error of Account Management that has only an HTTP status.
pub(super) fn plain(status: u16, message: &str, info: &str) -> Response {
    let domain = json!("PlatformAccountServer");
    envelope(
        status,
        status,
        &domain,
        message,
        &json!({ "info": info }),
        &json!({}),
    )
}

/// 400 with a reason.
pub(super) fn bad_request(info: &str) -> Response {
    plain(400, "Bad Request", info)
}

/// An error of Account Management that has a platform code.
pub(super) fn coded(knobs: &KnobSettings, code: Code, info: &str) -> Response {
    coded_with(knobs, code, &json!({ "info": info }), &json!({}))
}

/// An error with a platform code and its own `details` and `context`.
pub(super) fn coded_with(
    knobs: &KnobSettings,
    code: Code,
    details: &Value,
    context: &Value,
) -> Response {
    let (number, status, message) = code.facts();
    let status = if knobs.is("platform_status", "bad_request") {
        400
    } else {
        status
    };
    let domain = json!("PlatformAccountServer");
    envelope(status, number, &domain, message, details, context)
}

/// 404 of Account Management. A public client saw the short body, although the
/// schema requires more (Acronis contract, 3.5).
pub(super) fn tenant_not_found(knobs: &KnobSettings) -> Response {
    if knobs.is("am_not_found", "full") {
        return coded(knobs, Code::TenantNotFound, "no such tenant");
    }
    Response::json(
        404,
        &json!({ "error": { "code": 404, "message": "Not found" } }),
    )
}

/// An error of Advanced Automation that its gateway would give: the envelope
/// without a domain.
pub(super) fn gateway(status: u16, message: &str) -> Response {
    let details = json!({ "info": message });
    envelope(status, status, &Value::Null, message, &details, &json!({}))
}

/// A refusal of Advanced Automation itself.
pub(super) fn message(status: u16, text: &str) -> Response {
    Response::json(status, &json!({ "Message": text }))
}

/// Gives a 400 of Advanced Automation the shape that the knob asks for.
pub(super) fn reshaped(knobs: &KnobSettings, refusal: Response) -> Response {
    if refusal.status != 400 {
        return refusal;
    }
    let body: Value = serde_json::from_slice(&refusal.body).unwrap_or_default();
    let text = body["Message"].as_str().unwrap_or_default();
    match knobs.get("aa_error_body") {
        "envelope" => gateway(400, text),
        "text" => Response::text(400, text),
        _ => refusal,
    }
}

/// The answer of Advanced Automation for an id that it does not know.
pub(super) fn unknown_id(knobs: &KnobSettings, text: &str) -> Response {
    match knobs.get("aa_not_found") {
        "message" => message(404, text),
        "null" => Response::json(200, &Value::Null),
        _ => gateway(404, text),
    }
}

fn envelope(
    status: u16,
    code: u16,
    domain: &Value,
    message: &str,
    details: &Value,
    context: &Value,
) -> Response {
    let body = json!({
        "error": {
            "code": code,
            "domain": domain,
            "message": message,
            "details": details,
            "context": context,
        }
    });
    Response::json(status, &body)
}
