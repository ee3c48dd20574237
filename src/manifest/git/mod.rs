//! Reads the manifests of another revision through git itself: without a
//! checkout, without temporary files, and without anything that could write.

mod error;
mod links;
mod listed;
mod place;
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

use listed::Listed;
use place::Place;
use process::{Blobs, Git};
use tree::{Entry, EntryKind, Kept, Scope};

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

/// Where a revision is read from.
#[derive(Debug, Clone, Copy)]
pub struct Standpoint<'f> {
    /// The folder in the repository from which the paths of inputs start.
    pub folder: &'f Path,
    /// Whether the environment tells git where its own folder is (`GIT_DIR`), and
    /// not where the working tree starts (`GIT_WORK_TREE`).
    pub is_top_unsaid: bool,
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

/// Reads the manifests that the same inputs led to at another revision.
///
/// An input is what has its name in the revision, whatever the working tree has
/// there. Links of the revision are followed: those on the way to an input as far
/// as they stay in the repository, and those below it as far as they stay below
/// it. Those that do not, and submodules, are findings. Names that start with a
/// dot are left out, as they are on disk.
///
/// # Errors
/// When git is not there, when the standpoint is in no repository or cannot be
/// told in the revision, when the revision or one of its objects is not there, or
/// when an input has no revision because it is standard input or lies elsewhere.
pub fn read(
    reference: &str,
    inputs: &[Input],
    standpoint: Standpoint<'_>,
) -> Result<Snapshot, GitError> {
    let git = Git::at(standpoint)?;
    let place = Place::of(&git, standpoint.folder)?;
    let scopes = inputs
        .iter()
        .map(|input| place.scope(input))
        .collect::<Result<Vec<_>, _>>()?;
    let revision = Revision {
        commit: git.commit(reference)?,
        name: reference.to_owned(),
    };
    place.check(inputs, &git, &revision)?;
    let mut blobs = git.blobs()?;
    let mut listed = Listed::default();
    let scopes = placed(scopes, &mut listed, &revision, &git, &mut blobs)?;
    let Listing {
        manifests,
        findings,
        absent,
    } = Listing::of(&scopes, &mut listed, &revision, &git, &mut blobs)?;
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
    /// What is not followed.
    findings: Vec<Finding>,
    /// The inputs that are not there.
    absent: Vec<PathBuf>,
}

impl<'s> Listing<'s> {
    /// Lists each manifest once. What one input hides may be named by the next.
    fn of(
        scopes: &'s [Scope],
        listed: &mut Listed,
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
            listed.add(scope, &entries);
            let followed = links::follow(scope, entries, blobs)?;
            for entry in followed {
                match scope.kept(&entry) {
                    Kept::Manifest => {
                        if seen.insert(entry.real().to_owned()) {
                            listing.manifests.push((scope, entry));
                        }
                    }
                    Kept::Finding(message, hint) => {
                        let place = nowhere(&scope.name_of(&entry));
                        // What is named itself is wanted by all means.
                        let finding = if entry.path == scope.path {
                            Finding::error("not-followed", place, message)
                        } else {
                            Finding::warning("not-followed", place, message)
                        };
                        listing.findings.push(finding.hint(hint));
                    }
                    Kept::Nothing => {}
                }
            }
        }
        Ok(listing)
    }
}

/// The inputs where the links of the revision lead. One that is behind a link
/// that cannot be followed, or in a submodule, becomes that link or submodule:
/// nothing is known of what is there, which is not the same as nothing.
fn placed(
    scopes: Vec<Scope>,
    listed: &mut Listed,
    revision: &Revision,
    git: &Git,
    blobs: &mut Blobs,
) -> Result<Vec<Scope>, GitError> {
    let commit = &revision.commit;
    let paths = scopes.iter().map(|scope| scope.path.clone());
    let folders = scopes.iter().map(|scope| scope.beside.clone());
    let mut ways = listed.lead(git, commit, blobs, paths.chain(folders))?;
    let folders = ways.split_off(scopes.len());
    let mut placed = Vec::with_capacity(scopes.len());
    for (scope, (way, folder)) in scopes.into_iter().zip(ways.into_iter().zip(folders)) {
        let path = match (listed.on_the_way(&way.path), way.link) {
            (Some(entry), _) if entry.kind != EntryKind::File => entry.path.clone(),
            (_, Some(followed)) if !git.is_there(commit, &followed.target)? => followed.link,
            _ => way.path,
        };
        placed.push(Scope {
            path,
            beside: folder.path,
            ..scope
        });
    }
    Ok(placed)
}

#[cfg(test)]
mod tests;
