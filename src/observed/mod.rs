//! Stage 3, the only one that reads providers: what they have now.

mod hidden;
mod matching;
mod observe;
mod sharing;
mod state;
mod survey;

pub use hidden::hidden_values;
pub use observe::{holders, live_records, observe, read_again, wanted};
pub use state::{Match, Observed, ProviderView, Unmanaged};
pub use survey::{Outcome, Query, Survey, Surveyed, all_tables, survey};
