//! Files that the user wants a document of ours in.

use std::path::Path;

use crate::{
    file::{self, check_replaceable},
    model::stored::{RECEIPT_FAMILY, SAVED_PLAN_FAMILY, starts_as},
};

use super::error::CliError;

/// As much of a file as tells whose it is. The format comes first in all that we
/// write; the rest is room for blanks.
const START_BYTES_MAX: u64 = 256;

/// What is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    SavedPlan,
    Receipt,
}

impl Target {
    /// Makes sure, before anything is done for it, that the document can be
    /// written to a file, and that nothing else is lost by it: what is there is
    /// replaced only when it is empty, or an earlier one of the same.
    pub(super) fn check(self, path: &Path) -> Result<(), CliError> {
        check_replaceable(path)?;
        let start = file::start(path, START_BYTES_MAX)?;
        let (family, name) = match self {
            Self::SavedPlan => (SAVED_PLAN_FAMILY, "saved plan"),
            Self::Receipt => (RECEIPT_FAMILY, "receipt"),
        };
        if start.is_empty() || starts_as(family, &String::from_utf8_lossy(&start)) {
            return Ok(());
        }
        Err(CliError::usage(
            format_args!(
                "{} is there already, and is no {name} that could be replaced",
                path.display()
            ),
            "name another file, or move this one away",
        ))
    }
}
