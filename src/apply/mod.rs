//! Stage 6, the only one that writes to providers.

mod execute;
mod mask;
mod outcome;
mod schedule;
mod settle;

pub use outcome::{Outcome, Receipt, Verdict, VerdictCounts};
pub use schedule::{Context, Progress, Stop, apply};
