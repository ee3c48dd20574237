//! Journals of runs.

use std::fmt::Write as _;

use trueup::{
    journal::{JOURNAL_FORMAT, Past},
    model::Digest,
    report::status::{OpenCall, Run, Standing, Status},
};

/// Hexadecimal digits of a digest at the start of a line; see docs/journal.md.
const DIGEST_DIGITS: usize = 32;

/// The run of all journals. One of another run than its file is refused.
pub const RUN: &str = "20261102T090000Z-01";

/// A journal whose lines have the digests that they should have, so that what
/// stands in them is read.
#[must_use]
pub fn chained(lines: &str) -> String {
    let mut last = JOURNAL_FORMAT.to_owned();
    let mut out = String::new();
    for json in lines.lines() {
        let digest = Digest::of_bytes(format!("{last}\n{json}").as_bytes());
        last = digest.as_str()[..DIGEST_DIGITS].to_owned();
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{last} {json}");
    }
    out
}

/// What `status` tells of a run.
#[must_use]
pub fn told(past: &Past) -> Status {
    let open_calls = past.open_calls();
    let open = open_calls.iter().map(|call| OpenCall {
        sequence: call.intent.sequence,
        at: call.intent.at.to_string(),
        address: call.intent.address.clone(),
        provider: call.intent.provider.clone(),
        operation: call.intent.operation,
        next: "looks again",
        last_look: call.last_look.map(trueup::receipt::Found::sentence),
    });
    let run = Run {
        run: past.header.run.clone(),
        standing: if past.is_closed() {
            Standing::Closed
        } else {
            Standing::Open
        },
        settled_by: past.taken_over_by().map(str::to_owned),
        fault: None,
        hint: None,
        started: Some(past.header.started.to_string()),
        holder: Some(past.header.holder.to_string()),
        providers: past
            .header
            .providers
            .iter()
            .map(|provider| provider.name.clone())
            .collect(),
        planned: past.planned(),
        counts: past.counts(),
        open: open.collect(),
        receipt: None,
    };
    Status {
        runs: vec![run],
        locks: Vec::new(),
    }
}
