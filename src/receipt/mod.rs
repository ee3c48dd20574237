//! The receipt as a document: what a run did, change by change, chained by
//! digests to each other and to the plan. Pure: nothing is read or written here.

mod document;
mod verify;

pub use document::{Document, Entry, Found, Head, RECEIPT_FORMAT, Sent, Settled, State, Unchained};
pub use verify::{Verified, verify};
