//! Stage 6, the only one that writes to providers.

mod execute;
mod journal;
mod mask;
mod outcome;
mod schedule;
mod settle;
mod twins;

pub use journal::{Answer, Evidence, Intent, Journal, JournalError, Unrecorded};
pub use outcome::{Outcome, Receipt, Verdict, VerdictCounts};
pub use schedule::{Context, Progress, Stop, apply};
