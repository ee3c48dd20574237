//! Why a revision cannot be read.

use std::{io, path::PathBuf};

/// Why a revision cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no `git` to run.
    #[error("git is not installed, or not where programs are looked for")]
    NotInstalled,
    /// Git could not be run or talked to.
    #[error("running git: {0}")]
    Io(#[from] io::Error),
    /// The working directory is in no repository.
    #[error("the working directory is not in a git repository")]
    NotARepository,
    /// Git does not trust the repository, which belongs to another user.
    #[error("git refuses the repository: {0}")]
    Distrusted(String),
    /// The revision is not there.
    #[error("the revision `{name}` is not in this repository")]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The revision is not there, and the repository was cloned without its
    /// history.
    #[error("the revision `{name}` is not in this repository, which is a shallow clone")]
    Shallow {
        /// What was asked for.
        name: String,
    },
    /// An object of the revision was left out when the repository was cloned.
    #[error("this repository lacks the object {id} of the revision, as a partial clone does")]
    Missing {
        /// The object's name.
        id: String,
    },
    /// An input is not in the repository.
    #[error("`{}` lies outside of the git repository", path.display())]
    Outside {
        /// The input.
        path: PathBuf,
    },
    /// The working directory lies behind a link that the revision does not have.
    #[error(
        "`{link}` is a link here, and {revision} has something else there: which folder of \
         {revision} the working directory stands for cannot be told"
    )]
    Relinked {
        /// The link, from the top of the repository.
        link: String,
        /// The revision.
        revision: String,
    },
    /// Git takes whichever folder it runs in for the top of the working tree.
    #[error(
        "`GIT_DIR` is set and `GIT_WORK_TREE` is not, so git does not know where the working \
         tree starts"
    )]
    TopUnsaid,
    /// Standard input was given.
    #[error("standard input has no earlier revision to read")]
    StandardInput,
    /// Git failed in another way.
    #[error("git {command}: {words}")]
    Failed {
        /// The command.
        command: &'static str,
        /// What git said.
        words: String,
    },
}

impl GitError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotInstalled => Some("install git; a revision is read through it"),
            Self::NotARepository => {
                Some("run in a clone of the repository that holds the manifests")
            }
            Self::Distrusted(_) => Some(
                "if the folder is yours, run `git config --global --add safe.directory FOLDER`",
            ),
            Self::Unknown { .. } => Some(
                "look at `git branch --all`; a branch of the server may need `git fetch` first",
            ),
            Self::Shallow { .. } => Some(
                "fetch it, for instance with `git fetch --unshallow`, or `fetch-depth: 0` in a pipeline",
            ),
            Self::Missing { .. } => {
                Some("fetch it, for instance with `git fetch --refetch --no-filter`")
            }
            Self::Outside { .. } => {
                Some("name only paths of the repository in which the command runs")
            }
            Self::Relinked { .. } => Some(
                "run at the top of the repository, or name with `-f` absolute paths by the names \
                 that they have in the revision",
            ),
            Self::TopUnsaid => Some(
                "set `GIT_WORK_TREE` to the top of the working tree, or unset `GIT_DIR` where git \
                 finds the repository by itself",
            ),
            Self::StandardInput => Some(
                "name the files or folders that git knows with `-f`, or leave the revision out",
            ),
            Self::Io(_) | Self::Failed { .. } => None,
        }
    }
}
