//! Files beside the manifests of a revision, to which values given as
//! `{ file: path }` lead.

use std::{collections::BTreeMap, path::PathBuf};

use crate::{
    manifest::{load::Loaded, yaml},
    model::limit::VALUE_FILE_BYTES_MAX,
};

use super::{
    GitError,
    listed::{Listed, above},
    process::{Blobs, Git},
    tree::{self, EntryKind, Scope},
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
    /// A submodule or what is in one, or a link that leads to nothing that can be
    /// read, or out of the root.
    NotRegular,
    /// Nothing, and the index of the working tree has nothing there either, so
    /// that nobody can have brought the file by way of git.
    Untracked,
    /// Nothing, but the index has it, or a link or submodule above it.
    Added,
}

/// A file that a manifest names.
pub(super) struct Named {
    /// Its path from the top of the repository.
    path: String,
    /// The path of the folder that its links must not leave.
    root: String,
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
        for path in root.alone_in("file") {
            let Some(inside) = document.folder.inside(path) else {
                continue;
            };
            // No file has such a name, and no command can be given it.
            let root = scope.root_of(name);
            let Some(path) =
                tree::joined(root, &inside).filter(|path| !path.is_empty() && !path.contains('\0'))
            else {
                continue;
            };
            let root = root.to_owned();
            named
                .entry(document.folder.root.join(inside))
                .or_insert(Named { path, root });
        }
    }
    named
}

/// Reads the named files of a revision. Links on the way are followed as on disk:
/// what they lead to must be below the root.
pub(super) fn read(
    git: &Git,
    commit: &str,
    blobs: &mut Blobs,
    named: BTreeMap<PathBuf, Named>,
    mut listed: Listed,
) -> Result<BTreeMap<PathBuf, ValueFile>, GitError> {
    let paths = named.values().map(|one| one.path.clone());
    let ways = listed.lead(git, commit, blobs, paths)?;
    let mut files = BTreeMap::new();
    let mut found = Vec::new();
    let mut lacking = Vec::new();
    for ((at, named), way) in named.into_iter().zip(ways) {
        match listed.on_the_way(&way.path) {
            Some(entry)
                if entry.kind == EntryKind::File
                    && entry.path == way.path
                    && tree::is_in(&named.root, &way.path) =>
            {
                found.push((at, entry.id.as_str()));
            }
            Some(_) => {
                files.insert(at, ValueFile::NotRegular);
            }
            None if way.link.is_some() => {
                files.insert(at, ValueFile::NotRegular);
            }
            None => lacking.push((at, named.path)),
        }
    }
    files.extend(elsewhere(git, commit, lacking)?);
    let ids: Vec<&str> = found.iter().map(|(_, id)| *id).collect();
    let contents = blobs.read(&ids, VALUE_FILE_BYTES_MAX)?;
    let found = found.into_iter().map(|(at, _)| at);
    files.extend(found.zip(contents.into_iter().map(ValueFile::Content)));
    Ok(files)
}

/// Whether git has, in the working tree, the files that the revision does not
/// have. What is tracked above one, a link or a submodule, decides what it is.
fn elsewhere(
    git: &Git,
    commit: &str,
    lacking: Vec<(PathBuf, String)>,
) -> Result<Vec<(PathBuf, ValueFile)>, GitError> {
    if lacking.is_empty() {
        return Ok(Vec::new());
    }
    let tracked = git.tracked_since(commit)?;
    let told = lacking.into_iter().map(|(at, path)| {
        let is_added = above(&path)
            .chain([&*path])
            .any(|path| tracked.contains(path));
        let file = if is_added {
            ValueFile::Added
        } else {
            ValueFile::Untracked
        };
        (at, file)
    });
    Ok(told.collect())
}
