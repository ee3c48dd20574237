//! Whether a receipt is what a run wrote, found out offline.
//!
//! The check goes over the JSON as it stands, not over what this version of the
//! program understands of it: a member that it does not know is covered too.
//! Blanks between members and the order of members do not count.

use std::collections::BTreeSet;

use serde::Deserialize as _;
use serde_json::Value;

use crate::{
    apply::Receipt,
    model::{Digest, printable::is_plain, words},
};

use super::document::{Document, RECEIPT_FORMAT, digest_of_entry, end_of_chain};

/// A receipt, and what is wrong with it.
#[derive(Debug)]
pub struct Verified {
    /// The receipt.
    pub document: Document,
    /// What is wrong: one sentence each, without a period. Empty for a receipt
    /// that holds.
    pub faults: Vec<String>,
}

/// Reads a receipt and checks its chain, the order of its calls and its counts;
/// with a plan, also that the receipt is of that plan.
///
/// # Errors
/// A sentence that says why it is no receipt.
pub fn verify(value: &Value, plan: Option<&Digest>) -> Result<Verified, String> {
    let format = value.get("format").and_then(Value::as_str);
    if format != Some(RECEIPT_FORMAT) {
        let found = format.unwrap_or("none");
        return Err(format!(
            "is no receipt that this version reads: its format is `{found}`, and `{RECEIPT_FORMAT}` is wanted"
        ));
    }
    let document =
        Document::deserialize(value).map_err(|error| format!("is no receipt: {error}"))?;
    let runs = document.settled.iter().map(|settled| &settled.run);
    for name in runs.chain([&document.run, &document.version]) {
        if !is_plain(name) {
            return Err("is no receipt: a run has a name that is none".to_owned());
        }
    }
    let mut faults = Vec::new();
    chain(value, &document, &mut faults);
    order(&document, &mut faults);
    let counted = Receipt::new(document.receipt().outcomes, document.counts.blocked).counts;
    if counted != document.counts {
        faults.push("the counts are not those of the entries".to_owned());
    }
    if let Some(plan) = plan
        && *plan != document.plan
    {
        faults.push(format!(
            "the receipt is of another plan: its digest is {}, that of the plan given is {plan}",
            document.plan
        ));
    }
    Ok(Verified { document, faults })
}

fn chain(value: &Value, document: &Document, faults: &mut Vec<String>) {
    let entries = value["entries"].as_array().map_or(&[][..], Vec::as_slice);
    let mut last = &document.plan;
    for (at, (raw, entry)) in entries.iter().zip(&document.entries).enumerate() {
        let name = format!("entry {} ({})", at + 1, entry.outcome.address);
        if entry.previous != *last {
            let before = if at == 0 {
                "the plan"
            } else {
                "the one before"
            };
            faults.push(format!("{name} does not follow {before}"));
        }
        if digest_of_entry(raw) != entry.digest {
            faults.push(format!("{name} is not as it was written"));
        }
        last = &entry.digest;
    }
    if end_of_chain(value, last) != document.chain {
        faults.push(
            "the end of the chain does not fit: the head was changed, or entries are missing"
                .to_owned(),
        );
    }
}

/// Every call has a number of its own, and within a change they grow.
fn order(document: &Document, faults: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    let mut twice = Vec::new();
    for entry in &document.entries {
        let mut last = 0;
        for sent in &entry.sent {
            if sent.sequence <= last {
                faults.push(format!(
                    "the calls of {} are not in the order of their numbers",
                    entry.outcome.address
                ));
            }
            last = sent.sequence;
            if !seen.insert(sent.sequence) {
                twice.push(sent.sequence.to_string());
            }
        }
    }
    if !twice.is_empty() {
        let twice = words::list(twice.iter().map(String::as_str));
        faults.push(format!("two calls have the number {twice}"));
    }
}

#[cfg(test)]
mod tests;
