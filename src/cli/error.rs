//! Errors that end a command.

use std::{fmt, io, path::PathBuf};

use crate::{
    exit,
    file::FileError,
    http::innermost,
    journal::LockError,
    manifest::git::GitError,
    model::printable::printable,
    saved::{ReadError, SealError},
    simulator::{FaultParseError, KnobError},
};

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    /// The async runtime could not be started.
    #[error("starting the runtime: {0}")]
    Runtime(io::Error),
    /// Data could not be written to standard output.
    #[error("writing to standard output: {0}")]
    Output(io::Error),
    /// A run has ended, and what it did could not be written to standard output.
    #[error("writing to standard output: {cause}")]
    Untold {
        /// Why.
        cause: io::Error,
        /// What it did, and where that can be read.
        told: String,
    },
    /// A file or a folder could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The TLS backend could not be set up.
    #[error("setting up the HTTP client: {}", innermost(.0))]
    Client(reqwest::Error),
    /// A simulated system could not be started.
    #[error("starting the sandbox for provider {provider}: {reason}")]
    Sandbox {
        /// The provider.
        provider: String,
        /// Why.
        reason: String,
    },
    /// An unknown knob or value.
    #[error(transparent)]
    Knob(#[from] KnobError),
    /// An unknown fault.
    #[error(transparent)]
    Fault(#[from] FaultParseError),
    /// A provider is locked, or could not be.
    #[error(transparent)]
    Lock(LockError),
    /// A run on the same account is going on, by its journal.
    #[error("run {run} is going on at provider {provider}")]
    GoingOn {
        /// The run.
        run: String,
        /// The provider.
        provider: String,
    },
    /// Something has no JSON.
    #[error("writing JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The run was interrupted twice.
    #[error("stopped at once; what became of the calls in flight is not known")]
    Stopped,
    /// An earlier revision could not be read.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A stored file is not what it should be.
    #[error("{}: {}", path.display(), printable(&cause.to_string()))]
    Stored {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: ReadError,
    },
    /// A saved plan cannot be trusted.
    #[error("{}: {cause}", path.display())]
    Sealed {
        /// Its file.
        path: PathBuf,
        /// Why.
        cause: SealError,
    },
    /// The system gave no random bytes.
    #[error("getting random bytes: {0}")]
    Random(getrandom::Error),
    /// What is wrong has been said already, by whoever could say it best; the
    /// program ends with this code.
    #[error("said above (exit code {0})")]
    Told(u8),
    /// An option that makes no sense, or cannot be honoured.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do about it.
        hint: String,
    },
}

impl CliError {
    /// An option that makes no sense, or cannot be honoured.
    pub(super) fn usage(message: impl fmt::Display, hint: impl fmt::Display) -> Self {
        Self::Usage {
            message: message.to_string(),
            hint: hint.to_string(),
        }
    }

    /// What to do about it.
    pub(super) fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } | Self::Untold { told: hint, .. } => Some(hint.clone()),
            Self::Stored { cause, .. } => Some(cause.hint().to_owned()),
            Self::Sealed { cause, .. } => Some(cause.hint().to_owned()),
            Self::Stopped => Some(
                "run apply again: it reads the providers, settles what is open, and plans what is left"
                    .to_owned(),
            ),
            Self::File(error) | Self::Lock(LockError::File(error)) => {
                error.hint().map(str::to_owned)
            }
            Self::Lock(LockError::Held { .. }) | Self::GoingOn { .. } => Some(
                "wait until it has ended; `trueup status`, with the same `--sandbox` and `--state`, shows \
                 what it does"
                    .to_owned(),
            ),
            Self::Git(error) => error.hint().map(str::to_owned),
            Self::Client(_) => Some(
                "check that this system has a store of certificate authorities, and that \
                 SSL_CERT_FILE and SSL_CERT_DIR, where they are set, lead to some"
                    .to_owned(),
            ),
            Self::Told(_)
            | Self::Runtime(_)
            | Self::Output(_)
            | Self::Sandbox { .. }
            | Self::Knob(_)
            | Self::Fault(_)
            | Self::Random(_)
            | Self::Json(_) => None,
        }
    }

    /// The exit code of the program.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Stopped => exit::INTERRUPTED,
            Self::Told(code) => *code,
            _ => exit::ERROR,
        }
    }
}
