//! Files beside the manifests of a revision, to which values given as
//! `{ file: path }` lead.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use crate::{
    manifest::{document::PROVIDER_KIND, load::Loaded, yaml},
    model::limit::VALUE_FILE_BYTES_MAX,
};

use super::{
    GitError,
    process::{Blobs, Git},
    tree::{self, Entry, EntryKind, Scope},
};

/// The files to which the manifests of a revision lead.
#[derive(Clone, Default)]
pub struct ValueFiles {
    /// What the user called the revision.
    pub revision: String,
    /// What it has of them, by their paths below the root of the manifest's
    /// [folder](crate::manifest::load::Folder). It has nothing of the others.
    pub files: BTreeMap<PathBuf, ValueFile>,
}

impl std::fmt::Debug for ValueFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The contents can be secret.
        f.debug_set().entries(self.files.keys()).finish()
    }
}

/// What a revision has of one file.
#[derive(Clone, PartialEq, Eq)]
pub enum ValueFile {
    /// Its content, cut after one byte more than is allowed.
    Content(Vec<u8>),
    /// A link or a submodule, or something behind one.
    NotRegular,
    /// Nothing, and the index of the working tree has nothing there either, so
    /// that nobody can have brought the file by way of git. Said only of files
    /// that a `Provider` names.
    Untracked,
    /// Nothing, but the index has it, or a link or submodule above it. Said only
    /// of files that a `Provider` names.
    Added,
}

/// A file that a manifest names.
pub(super) struct Named {
    /// Its path from the top of the repository.
    path: String,
    /// Whether a `Provider` names it, so that it may hold a credential.
    by_provider: bool,
}

/// The files that manifests name, by their paths below the root of the
/// manifest's folder. `scopes` are those that led to the sources.
pub(super) fn named(
    loaded: &Loaded,
    scopes: &BTreeMap<String, &Scope>,
) -> BTreeMap<PathBuf, Named> {
    let mut named: BTreeMap<PathBuf, Named> = BTreeMap::new();
    for document in &loaded.documents {
        let text = &document.source.text;
        let name = &document.source.name;
        let (Some(scope), true) = (
            scopes.get(name),
            text[document.span.clone()].contains("file"),
        ) else {
            continue;
        };
        let Some(root) = yaml::parse(text, document.span.clone()).root else {
            continue;
        };
        let kind = root.entry("kind").and_then(|(_, kind)| kind.text());
        let by_provider = kind == Some(PROVIDER_KIND);
        for path in root.alone_in("file") {
            let Some(inside) = document.folder.inside(path) else {
                continue;
            };
            // No file has such a name, and no command can be given it.
            let Some(path) = tree::joined(scope.root_of(name), &inside)
                .filter(|path| !path.is_empty() && !path.contains('\0'))
            else {
                continue;
            };
            named
                .entry(document.folder.root.join(inside))
                .or_insert(Named {
                    path,
                    by_provider: false,
                })
                .by_provider |= by_provider;
        }
    }
    named
}

/// The entries of a revision as far as they are known.
#[derive(Default)]
pub(super) struct Listed {
    entries: BTreeMap<String, Entry>,
    /// The folders all of whose entries are known.
    folders: BTreeSet<String>,
}

impl Listed {
    /// Adds what a scope leads to.
    pub(super) fn add(&mut self, scope: &Scope, entries: &[Entry]) {
        if entries.iter().any(|entry| entry.path != scope.path) {
            self.folders.insert(scope.path.clone());
        }
        for entry in entries {
            self.entries.insert(entry.path.clone(), entry.clone());
        }
    }

    fn is_complete_at(&self, path: &str) -> bool {
        self.folders.contains("") || above(path).any(|folder| self.folders.contains(folder))
    }

    /// Learns what the revision has at some paths and above them.
    fn ask<'p>(
        &mut self,
        git: &Git,
        commit: &str,
        paths: impl Iterator<Item = &'p str>,
    ) -> Result<(), GitError> {
        let unknown: BTreeSet<&str> = paths
            .filter(|path| !self.is_complete_at(path))
            .flat_map(|path| above(path).chain([path]))
            .collect();
        let unknown: Vec<&str> = unknown.into_iter().collect();
        for entry in git.entries_at(commit, &unknown)? {
            self.entries.insert(entry.path.clone(), entry);
        }
        Ok(())
    }
}

/// The folders above a path, the outermost first.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// Reads the named files of a revision.
pub(super) fn read(
    git: &Git,
    commit: &str,
    blobs: &mut Blobs,
    named: BTreeMap<PathBuf, Named>,
    mut listed: Listed,
) -> Result<BTreeMap<PathBuf, ValueFile>, GitError> {
    listed.ask(git, commit, named.values().map(|one| one.path.as_str()))?;
    let mut files = BTreeMap::new();
    let mut found = Vec::new();
    for (at, Named { path, by_provider }) in named {
        match listed.entries.get(&path) {
            Some(entry) if entry.kind == EntryKind::File => found.push((at, entry.id.as_str())),
            Some(_) => {
                files.insert(at, ValueFile::NotRegular);
            }
            None if above(&path).any(|folder| listed.entries.contains_key(folder)) => {
                files.insert(at, ValueFile::NotRegular);
            }
            None if by_provider => {
                files.insert(at, elsewhere(git, &path)?);
            }
            None => {}
        }
    }
    let ids: Vec<&str> = found.iter().map(|(_, id)| *id).collect();
    let contents = blobs.read(&ids, VALUE_FILE_BYTES_MAX)?;
    let found = found.into_iter().map(|(at, _)| at);
    files.extend(found.zip(contents.into_iter().map(ValueFile::Content)));
    Ok(files)
}

/// Whether git has, in the working tree, a file that the revision does not have.
/// What is tracked above it, a link or a submodule, decides what it is.
fn elsewhere(git: &Git, path: &str) -> Result<ValueFile, GitError> {
    for path in above(path).chain([path]) {
        if git.is_tracked(path)? {
            return Ok(ValueFile::Added);
        }
    }
    Ok(ValueFile::Untracked)
}
