//! Reads the manifests of another revision through git itself: without a
//! checkout, without temporary files, and without anything that could write.

mod error;
mod links;
mod process;
mod tree;
mod values;

pub use error::GitError;
pub use values::{ValueFile, ValueFiles};

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::{
    manifest::load::{Input, Loaded, Text, from_texts, nowhere},
    model::{Finding, limit::FILE_BYTES_MAX},
};

use process::{Blobs, Git};
use tree::{Entry, Kept, Scope};
use values::Listed;

/// How many letters of a commit's name are shown.
const COMMIT_SHOWN_LETTERS: usize = 12;

/// One revision of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// What the user called it, such as `main` or `HEAD~1`.
    pub name: String,
    /// The commit, in full.
    pub commit: String,
}

impl Revision {
    /// The start of the commit's name, for people.
    #[must_use]
    pub fn short(&self) -> &str {
        self.commit
            .get(..COMMIT_SHOWN_LETTERS)
            .unwrap_or(&self.commit)
    }
}

/// The manifests of a revision.
#[derive(Debug)]
pub struct Snapshot {
    /// The revision.
    pub revision: Revision,
    /// The documents, and what could not be read. Where an input is not in the
    /// revision, that is no finding: it may be new.
    pub loaded: Loaded,
    /// The files to which values given as `{ file: path }` lead.
    pub values: ValueFiles,
    /// The inputs that the revision does not have.
    pub absent: Vec<PathBuf>,
}

/// Reads the manifests that the same inputs led to at another revision. The
/// paths of the inputs start at `folder`, which is in the repository.
///
/// Links are followed as long as they stay below the input. Those that do not,
/// and submodules, are findings. Names that start with a dot are left out, as
/// they are on disk.
///
/// # Errors
/// When git is not there, when `folder` is in no repository, when the revision
/// or one of its objects is not there, or when an input has no revision because
/// it is standard input or lies elsewhere.
pub fn read(reference: &str, inputs: &[Input], folder: &Path) -> Result<Snapshot, GitError> {
    let git = Git::new(folder);
    let prefix = git.prefix()?;
    let scopes = inputs
        .iter()
        .map(|input| scope(input, &prefix, &git))
        .collect::<Result<Vec<_>, _>>()?;
    let revision = Revision {
        commit: git.commit(reference)?,
        name: reference.to_owned(),
    };
    let mut blobs = git.blobs()?;
    let Listing {
        manifests,
        listed,
        findings,
        absent,
    } = Listing::of(&scopes, &revision, &git, &mut blobs)?;
    let ids: Vec<&str> = manifests
        .iter()
        .map(|(_, entry)| entry.id.as_str())
        .collect();
    let texts = blobs.read(&ids, FILE_BYTES_MAX)?;
    let led: BTreeMap<String, &Scope> = manifests
        .iter()
        .map(|(scope, entry)| (scope.name_of(entry), *scope))
        .collect();
    let mut loaded = from_texts(manifests.iter().zip(texts).map(|((scope, entry), text)| {
        let name = scope.name_of(entry);
        Text {
            folder: scope.folder_of(&name),
            is_named: scope.is_file(&name),
            name,
            bytes: text,
        }
    }));
    loaded.findings.extend(findings);
    let named = values::named(&loaded, &led);
    let files = values::read(&git, &revision.commit, &mut blobs, named, listed)?;
    blobs.end()?;
    Ok(Snapshot {
        values: ValueFiles {
            revision: revision.name.clone(),
            files,
        },
        revision,
        loaded,
        absent,
    })
}

/// What the inputs lead to in a revision.
#[derive(Default)]
struct Listing<'s> {
    /// With the input that leads to each.
    manifests: Vec<(&'s Scope, Entry)>,
    /// All that was seen.
    listed: Listed,
    /// What is not followed.
    findings: Vec<Finding>,
    /// The inputs that are not there.
    absent: Vec<PathBuf>,
}

impl<'s> Listing<'s> {
    /// Lists each manifest once. What one input hides may be named by the next.
    fn of(
        scopes: &'s [Scope],
        revision: &Revision,
        git: &Git,
        blobs: &mut Blobs,
    ) -> Result<Self, GitError> {
        let mut listing = Self::default();
        let mut seen = BTreeSet::new();
        for scope in scopes {
            let entries = git.entries(&revision.commit, &scope.path)?;
            if entries.is_empty() {
                listing.absent.push(scope.input.clone());
            }
            listing.listed.add(scope, &entries);
            let followed = links::follow(scope, entries, blobs)?;
            listing.listed.add(scope, &followed);
            for entry in followed {
                match scope.kept(&entry) {
                    Kept::Manifest => {
                        if seen.insert(entry.real().to_owned()) {
                            listing.manifests.push((scope, entry));
                        }
                    }
                    Kept::Finding(message, hint) => {
                        let place = nowhere(&scope.name_of(&entry));
                        let finding = Finding::warning("not-followed", place, message);
                        listing.findings.push(finding.hint(hint));
                    }
                    Kept::Nothing => {}
                }
            }
        }
        Ok(listing)
    }
}

fn scope(input: &Input, prefix: &str, git: &Git) -> Result<Scope, GitError> {
    let Input::Path(path) = input else {
        return Err(GitError::StandardInput);
    };
    let outside = || GitError::Outside { path: path.clone() };
    let inside = if path.is_absolute() {
        let top = git.top()?;
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let below = real.strip_prefix(&top).or_else(|_| path.strip_prefix(&top));
        tree::joined("", below.map_err(|_| outside())?)
    } else {
        tree::joined(prefix, path)
    };
    Ok(Scope {
        input: path.clone(),
        path: inside.ok_or_else(outside)?,
    })
}

#[cfg(test)]
mod tests;
