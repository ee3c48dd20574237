//! Saved plans: what was reviewed, with enough fingerprints to carry out exactly
//! that or nothing. Pure: files, keys and the time are handed in.
//!
//! A saved plan holds no value that a plan does not show. What was wanted and
//! what was seen are kept as fingerprints; at apply the values are read again,
//! and compared through them.

mod fingerprints;
mod key;
mod live;
mod make;
mod manifests;
mod moved;
mod read;
mod state;

pub use key::{KEY_VARIABLE, PlanKey, SealError};
pub use live::{Comparison, Reviewed, compare};
pub use make::{Inputs, save};
pub use moved::Moved;
pub use read::{ReadError, STORED_BYTES_MAX, parse};
pub use state::{
    FORMAT, MadeOf, SavedChange, SavedPlan, SavedProvider, SavedRevision, StoredKey, file_text,
};
