//! Receipts: whatever the bytes are, they are refused, or are checked and shown
//! in every format without steering a terminal; and one that is sealed holds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup::receipt::{Document, Entry, Head, Unchained, verify};
use trueup_fuzz::receipt_is_tame;

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = serde_json::from_slice(bytes) else {
        return;
    };
    let Ok(verified) = verify(&value, None) else {
        return;
    };
    receipt_is_tame(&verified.document);
    let sealed = sealed(verified.document);
    let value = serde_json::to_value(&sealed).expect("only text as keys");
    let again = verify(&value, Some(&sealed.plan)).expect("what was written is read");
    assert!(again.document == sealed);
    for fault in again.faults {
        // The numbers of the calls are the bytes' own.
        assert!(fault.contains("number"), "{fault}");
    }
});

/// The receipt that a run would have written of this.
fn sealed(document: Document) -> Document {
    let head = Head {
        state: document.state,
        run: document.run,
        version: document.version,
        plan: document.plan,
        started: document.started,
        ended: document.ended,
        blocked: document.counts.blocked,
        settled: document.settled,
    };
    let entries = document.entries.into_iter().map(|entry: Entry| Unchained {
        outcome: entry.outcome,
        before: entry.before,
        after: entry.after,
        read_back: entry.read_back,
        sent: entry.sent,
    });
    Document::seal(head, entries.collect()).expect("only text as keys")
}
