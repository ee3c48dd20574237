//! What a run writes down as it goes, so that the next one understands a run
//! that was cut off: journals, locks, and receipts made from journals.
//!
//! A journal is a file of its own for each run. `docs/journal.md` describes the
//! format and what it guarantees.

mod error;
mod folder;
mod line;
mod lock;
mod past;
mod receipt;
mod record;
mod run;
mod settle;
mod writer;

pub use folder::{Opened, RUNS_KEPT, Runs};
pub use lock::{FileLocks, Guard, Holder, Lock, LockError, Locked, lock_name};
pub use past::{OpenCall, Past};
pub use receipt::{Ending, receipt};
pub use record::{EndedTaken, Header, HeaderProvider, IntentTaken, JOURNAL_FORMAT, Record, Taken};
pub use run::RunJournal;
pub use settle::{Settling, settle};
