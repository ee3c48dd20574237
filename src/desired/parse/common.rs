//! What every spec of a record may say: `provider` and `end`.

use std::sync::Arc;

use super::date;
use crate::{
    desired::End,
    manifest::{
        collect::{Collector, clipped},
        yaml::Node,
    },
    model::{ProviderName, id, words},
};

/// The names in a spec that belong to no field.
pub(crate) const COMMON: &[&str] = &["end", "provider"];

/// The members of `end`.
const END_MEMBERS: [&str; 2] = ["on", "reason"];

/// How an end is written, for hints.
const END_HINT: &str = "write `end: { on: 2026-12-31, reason: \"contract ended\" }`";

/// Reads `provider` and `end`.
pub(crate) fn common(
    spec: &Node<'_>,
    findings: &mut Collector<'_>,
) -> (Option<ProviderName>, Option<End>) {
    let provider = spec
        .entry("provider")
        .filter(|(_, value)| !value.is_null())
        .and_then(|(key, value)| provider(key, value, findings));
    let end = spec
        .entry("end")
        .filter(|(_, value)| !value.is_null())
        .and_then(|(key, value)| end(key, value, findings));
    (provider, end)
}

fn provider(
    key: &Node<'_>,
    value: &Node<'_>,
    findings: &mut Collector<'_>,
) -> Option<ProviderName> {
    let hint = "write the `metadata.name` of a `Provider`";
    match value.text() {
        Some(text) if id::is_name(text) => Some(ProviderName(Arc::from(text))),
        Some(text) => {
            let message = format!("`{}` cannot be the name of a `Provider`", clipped(text));
            findings.error("unknown-provider", &value.span, message, hint);
            None
        }
        None => {
            let message = format!("`provider` is a name, and this is {}", value.described());
            findings.error("wrong-type", &key.span, message, hint);
            None
        }
    }
}

fn end(key: &Node<'_>, value: &Node<'_>, findings: &mut Collector<'_>) -> Option<End> {
    let Some(entries) = value.entries() else {
        let message = format!("`end` is a mapping, and this is {}", value.described());
        findings.error("wrong-type", &key.span, message, END_HINT);
        return None;
    };
    for (key, _) in entries {
        let name = key.text().unwrap_or_default();
        if END_MEMBERS.contains(&name) {
            continue;
        }
        let message = format!("`end.{}` is unknown", clipped(name));
        let hint = if name == "true" {
            "tools for YAML 1.1 turn `on` into `true`; write it as `\"on\"`".to_owned()
        } else {
            words::suggestion(name, END_MEMBERS)
        };
        findings.error("unknown-key", &key.span, message, hint);
    }
    let on = end_on(key, value, findings);
    let reason = end_reason(key, value, findings);
    Some(End {
        on: on?,
        reason: reason?,
    })
}

fn end_on(
    end: &Node<'_>,
    value: &Node<'_>,
    findings: &mut Collector<'_>,
) -> Option<jiff::civil::Date> {
    let entry = value.entry("on").filter(|(_, value)| !value.is_null());
    let Some((key, value)) = entry else {
        let message = "`end.on` is missing: the first day on which the record has ended";
        findings.error("missing-end", &end.span, message, END_HINT);
        return None;
    };
    let Some(text) = value.text() else {
        let message = format!("`end.on` is a date, and this is {}", value.described());
        findings.error("wrong-type", &key.span, message, END_HINT);
        return None;
    };
    match date::date(text) {
        Ok(date) => Some(date),
        Err(wrong) => {
            let message = wrong.sentence("`end.on`", &format!("`{}`", clipped(text)));
            findings.error("wrong-date", &value.span, message, END_HINT);
            None
        }
    }
}

fn end_reason(end: &Node<'_>, value: &Node<'_>, findings: &mut Collector<'_>) -> Option<String> {
    let entry = value.entry("reason").filter(|(_, value)| !value.is_null());
    let Some((key, value)) = entry else {
        let message = "`end.reason` is missing";
        findings.error("missing-end", &end.span, message, END_HINT);
        return None;
    };
    match value.text().map(str::trim) {
        Some("") => {
            let message = "`end.reason` is empty";
            findings.error("missing-end", &key.span, message, END_HINT);
            None
        }
        Some(text) => Some(text.to_owned()),
        None => {
            let message = format!("`end.reason` is text, and this is {}", value.described());
            findings.error("wrong-type", &key.span, message, END_HINT);
            None
        }
    }
}
