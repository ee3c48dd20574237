//! Stage 6, the only one that writes to providers.

mod absence;
mod execute;
mod journal;
mod mask;
mod outcome;
mod schedule;
mod settle;
mod stop;
mod twins;

pub(crate) use outcome::done_before;

pub use journal::{Answer, Evidence, Intent, Journal, JournalError};
pub use outcome::{Outcome, Receipt, Verdict, VerdictCounts};
pub use schedule::{Context, Progress, apply};
pub use stop::Stop;
