//! Why a file of the program's own could not be used.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a file of the program's own could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system refused.
    #[error("{}: {action}: {cause}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system said.
        cause: io::Error,
    },
    /// The file holds something else than what was written.
    #[error("{}: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, with the line.
        reason: String,
    },
}

impl FileError {
    /// Says what was tried with a file, for `map_err`.
    pub(super) fn io(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |cause| Self::Io {
            path,
            action,
            cause,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Io { cause, .. } if cause.kind() == io::ErrorKind::StorageFull => {
                "make room on the disk, or choose another folder with --state"
            }
            Self::Io { .. } => {
                "make the folder writable, or choose another one with --state and --lock-folder"
            }
            Self::Damaged { .. } => {
                "move the file away to go on without it; plan reads the providers and shows what is left to do"
            }
        }
    }
}
