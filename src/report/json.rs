//! Plans and receipts as JSON, for programs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{model::printable::printable_json, plan::Plan, receipt::Document};

/// What `apply -o json` prints.
#[derive(Serialize, JsonSchema)]
pub(super) struct Applied<'a> {
    /// What was to be done.
    plan: &'a Plan,
    /// What became of it.
    receipt: &'a Document,
}

/// A plan.
#[must_use]
pub fn plan(plan: &Plan) -> String {
    pretty(plan)
}

/// A plan and what became of it.
#[must_use]
pub fn applied(plan: &Plan, receipt: &Document) -> String {
    pretty(&Applied { plan, receipt })
}

/// Anything that serialises to JSON with text as keys.
///
/// # Panics
/// When a map has keys that are not text.
#[must_use]
pub fn pretty(value: &impl Serialize) -> String {
    let text =
        serde_json::to_string_pretty(value).expect("plans and receipts have only text as keys");
    let mut text = printable_json(&text);
    text.push('\n');
    text
}
