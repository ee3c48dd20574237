//! Why a file or a folder could not be used.

use std::{
    borrow::Cow,
    io,
    path::{Path, PathBuf},
};

/// Why a file or a folder could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system refused.
    #[error("{}: {action}: {cause}", path.display())]
    System {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system said.
        cause: io::Error,
        /// What to do about it, where that is known.
        hint: Option<Cow<'static, str>>,
    },
    /// What is there is not what it has to be.
    #[error("{}: {reason}", path.display())]
    Unfit {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
        /// What to do about it, where that is known.
        hint: Option<Cow<'static, str>>,
    },
}

impl FileError {
    /// Says what was tried with a file, for `map_err`.
    pub fn system(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |cause| Self::System {
            path,
            action,
            cause,
            hint: None,
        }
    }

    /// What is there is not what it has to be.
    pub fn unfit(path: &Path, reason: impl Into<String>) -> Self {
        Self::Unfit {
            path: path.to_owned(),
            reason: reason.into(),
            hint: None,
        }
    }

    /// The same with advice. Advice that it has already knows better.
    #[must_use]
    pub fn or_hint(mut self, advice: impl Into<Cow<'static, str>>) -> Self {
        let (Self::System { hint, .. } | Self::Unfit { hint, .. }) = &mut self;
        hint.get_or_insert_with(|| advice.into());
        self
    }

    /// Whether the disk is full.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self, Self::System { cause, .. } if cause.kind() == io::ErrorKind::StorageFull)
    }

    /// What to do about it, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        let (Self::System { hint, .. } | Self::Unfit { hint, .. }) = self;
        hint.as_deref().or_else(|| match self {
            Self::System { cause, .. } => advice(cause.kind()),
            Self::Unfit { .. } => None,
        })
    }
}

/// What can be advised without knowing what the file is for.
fn advice(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::StorageFull => Some("make room on the disk"),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Some("see who may use it and the folder that it is in, or name another one")
        }
        _ => None,
    }
}
