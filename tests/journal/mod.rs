//! Journals, locks and receipts, with the real binary against a system that
//! outlives it.

mod cut_off;
mod kept;
mod world;
