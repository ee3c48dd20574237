//! What the targets share.

mod panics;
mod providers;
mod runs;
mod sample;
mod shown;

pub use panics::allow_panics_of;
pub use providers::Providers;
pub use runs::{RUN, chained, told};
pub use sample::{Sample, day, now, options, sample_of};
pub use shown::{assert_tame, plan_is_tame, receipt_is_tame};
