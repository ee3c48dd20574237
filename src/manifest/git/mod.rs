//! Reads the manifests of another revision through git itself: without a
//! checkout, without temporary files, and without anything that could write.

mod error;
mod links;
mod process;
mod tree;

pub use error::GitError;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::{
    manifest::load::{Folder, Input, Loaded, from_texts, nowhere, parent, shown},
    model::{
        Finding,
        limit::{FILE_BYTES_MAX, VALUE_FILE_BYTES_MAX},
    },
};

use process::{Blobs, Git};
use tree::{Entry, Kept, Scope};

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
    /// Files beside the manifests to which a value given as `{ file: path }`
    /// may lead, by their paths as written from the working directory.
    pub files: BTreeMap<String, Vec<u8>>,
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
        mut others,
        findings,
        absent,
    } = Listing::of(&scopes, &revision, &git, &mut blobs)?;
    let texts = contents(&mut blobs, &manifests, FILE_BYTES_MAX)?;
    let named = Named::in_texts(texts.iter().map(|(_, bytes)| bytes.as_slice()));
    others.retain(|(_, entry)| named.has(entry));
    let values = contents(&mut blobs, &others, VALUE_FILE_BYTES_MAX)?;
    blobs.end()?;
    let mut files: BTreeMap<String, Vec<u8>> = values
        .into_iter()
        .map(|((scope, entry), bytes)| (scope.name_of(entry), bytes))
        .collect();
    // Manifests too may be read as values.
    files.extend(
        texts
            .iter()
            .map(|((scope, entry), bytes)| (scope.name_of(entry), bytes.clone()))
            .filter(|(_, bytes)| bytes.len() as u64 <= VALUE_FILE_BYTES_MAX && named.any),
    );
    let mut loaded = from_texts(texts.into_iter().map(|((scope, entry), bytes)| {
        let name = scope.name_of(entry);
        let folder = scope.folder_of(Path::new(&name));
        (name, bytes, folder)
    }));
    loaded.findings.extend(findings);
    Ok(Snapshot {
        revision,
        loaded,
        files,
        absent,
    })
}

/// What the inputs lead to in a revision.
#[derive(Default)]
struct Listing<'s> {
    manifests: Vec<Found<'s>>,
    /// Files from which values may be read.
    others: Vec<Found<'s>>,
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
            for entry in links::follow(scope, entries, blobs)? {
                match scope.kept(&entry) {
                    Kept::Manifest => {
                        if seen.insert(entry.real().to_owned()) {
                            listing.manifests.push((scope, entry));
                        }
                    }
                    Kept::Other => listing.others.push((scope, entry)),
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

/// An entry with the input that leads to it.
type Found<'s> = (&'s Scope, Entry);

/// The same with its content.
type Content<'s, 'e> = ((&'s Scope, &'e Entry), Vec<u8>);

/// The contents of some entries, each cut after one byte more than is allowed.
fn contents<'e, 's>(
    blobs: &mut Blobs,
    entries: &'e [Found<'s>],
    bytes_max: u64,
) -> Result<Vec<Content<'s, 'e>>, GitError> {
    let ids: Vec<&str> = entries.iter().map(|(_, entry)| entry.id.as_str()).collect();
    let contents = blobs.read(&ids, bytes_max)?;
    Ok(entries
        .iter()
        .map(|(scope, entry)| (*scope, entry))
        .zip(contents)
        .collect())
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

/// The words of the manifests among which names of value files can be.
struct Named {
    words: BTreeSet<String>,
    any: bool,
}

impl Named {
    /// Only texts that say `file` can name one, so that the other files of a
    /// large repository are not read at all.
    fn in_texts<'t>(texts: impl Iterator<Item = &'t [u8]>) -> Self {
        let mut words = BTreeSet::new();
        let mut any = false;
        for text in texts {
            let text = String::from_utf8_lossy(text);
            if !text.contains("file") {
                continue;
            }
            any = true;
            let separates = |letter: char| letter.is_whitespace() || "\"'{}[],/".contains(letter);
            words.extend(
                text.split(separates)
                    .filter(|word| word.contains(char::is_alphanumeric))
                    .map(str::to_owned),
            );
        }
        Self { words, any }
    }

    /// A name that is no single word is taken to be named.
    fn has(&self, entry: &Entry) -> bool {
        let name = entry.path.rsplit('/').next().unwrap_or(&entry.path);
        let plain = !name.contains(|letter: char| {
            letter.is_whitespace() || letter.is_control() || "\"'{}[],\\".contains(letter)
        });
        self.any && (!plain || self.words.contains(name))
    }
}

impl Scope {
    /// The name of an entry as the user would write it.
    fn name_of(&self, entry: &Entry) -> String {
        let below = self.below(&entry.path);
        let name = if below.is_empty() {
            self.input.clone()
        } else {
            self.input.join(below)
        };
        shown(&name)
    }

    /// Where the files of a manifest are: a file that was named itself is its
    /// own folder's, as on disk.
    fn folder_of(&self, name: &Path) -> Folder {
        let path = parent(name);
        let is_file = shown(&self.input) == name.to_string_lossy();
        Folder {
            root: if is_file {
                path.clone()
            } else {
                PathBuf::from(shown(&self.input))
            },
            path,
        }
    }
}

#[cfg(test)]
mod tests;
