//! What to do when a file of the program's own cannot be used.

use std::{io, path::Path};

use crate::file::FileError;

/// Adds what to do about it.
pub(super) fn advised(error: FileError) -> FileError {
    let advice = if error.is_full() {
        "make room on the disk, or choose another folder with --state"
    } else {
        "make the folder writable, or choose another one with --state and --lock-folder"
    };
    error.or_hint(advice)
}

/// Says what was tried with a file, for `map_err`.
pub(super) fn failed(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> FileError {
    let failed = FileError::system(path, action);
    |cause| advised(failed(cause))
}
