//! The entries of a revision's tree, and which of them are manifests.

use std::path::{Component, Path, PathBuf};

use crate::{
    manifest::load::{Folder, is_manifest_name, parent, shown},
    model::limit::FOLDER_DEPTH_MAX,
};

/// What an entry of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    /// A regular file.
    File,
    /// A symbolic link.
    Link,
    /// A commit of another repository.
    Submodule,
}

/// One entry of a revision's tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// What it is.
    pub(super) kind: EntryKind,
    /// The name of its object.
    pub(super) id: String,
    /// Its path from the top of the repository.
    pub(super) path: String,
}

impl Entry {
    /// Reads a line of `git ls-tree -z`: `100644 blob ID\tPATH`. Nothing for a
    /// folder.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let line = String::from_utf8_lossy(line);
        let (facts, path) = line.split_once('\t')?;
        let mut facts = facts.split(' ');
        let (mode, kind, id) = (facts.next()?, facts.next()?, facts.next()?);
        let kind = match (kind, mode) {
            ("tree", _) => return None,
            ("commit", _) => EntryKind::Submodule,
            (_, "120000") => EntryKind::Link,
            _ => EntryKind::File,
        };
        Some(Self {
            kind,
            id: id.to_owned(),
            path: path.to_owned(),
        })
    }
}

/// One input: what the user wrote, and where it is in the repository.
#[derive(Debug)]
pub(super) struct Scope {
    /// As the user wrote it.
    pub(super) input: PathBuf,
    /// The path from the top of the repository; empty for the top itself.
    pub(super) path: String,
}

/// What an entry is to the reader.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// It is to be read as manifests.
    Manifest,
    /// It is not followed: what it is, and what to do.
    Finding(String, &'static str),
    /// It is not looked at.
    Nothing,
}

impl Scope {
    /// The name of an entry as the user would write it.
    pub(super) fn name_of(&self, entry: &Entry) -> String {
        let below = entry
            .path
            .strip_prefix(&self.path)
            .unwrap_or(&entry.path)
            .trim_start_matches('/');
        let name = if below.is_empty() {
            self.input.clone()
        } else {
            self.input.join(below)
        };
        shown(&name)
    }

    /// Where the files of a manifest are.
    pub(super) fn folder_of(&self, name: &str) -> Folder {
        let path = parent(Path::new(name));
        Folder {
            root: if self.is_file(name) {
                path.clone()
            } else {
                PathBuf::from(shown(&self.input))
            },
            path,
        }
    }

    /// The path of that folder's root from the top of the repository.
    pub(super) fn root_of(&self, name: &str) -> &str {
        if self.is_file(name) {
            self.path.rsplit_once('/').map_or("", |(above, _)| above)
        } else {
            &self.path
        }
    }

    /// Whether a manifest was named itself: it is its own folder's, as on disk.
    fn is_file(&self, name: &str) -> bool {
        shown(&self.input) == name
    }

    /// What an entry is to the reader, by the same rules as on disk.
    pub(super) fn kept(&self, entry: &Entry) -> Kept {
        let below = entry
            .path
            .strip_prefix(&self.path)
            .unwrap_or(&entry.path)
            .trim_start_matches('/');
        let hidden = below.split('/').any(|name| name.starts_with('.'));
        let deep = below.split('/').count() > FOLDER_DEPTH_MAX + 1;
        let is_manifest = below.is_empty() || is_manifest_name(Path::new(&entry.path));
        match entry.kind {
            _ if hidden || deep => Kept::Nothing,
            EntryKind::Submodule => Kept::Finding(
                format!("`{}` is a submodule and is not read", entry.path),
                "manifests of another repository have a revision of their own",
            ),
            // A link to a folder has no telling name.
            EntryKind::Link if is_manifest || !entry.path.contains('.') => Kept::Finding(
                format!("`{}` is a symbolic link and is not followed", entry.path),
                "causes of what is behind it are not known",
            ),
            EntryKind::File if is_manifest => Kept::Manifest,
            EntryKind::Link | EntryKind::File => Kept::Nothing,
        }
    }
}

/// A path from the top of the repository, by its letters alone; nothing when it
/// leads out.
pub(super) fn joined(prefix: &str, path: &Path) -> Option<String> {
    let mut names: Vec<String> = prefix
        .split('/')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::Normal(name) => names.push(name.to_string_lossy().into_owned()),
            Component::ParentDir => {
                names.pop()?;
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_start_where_the_user_stands_and_stay_inside() {
        for (prefix, path, expected) in [
            ("", ".", Some("")),
            ("", "./a/b.yaml", Some("a/b.yaml")),
            ("envs/prod/", "x", Some("envs/prod/x")),
            ("envs/prod/", "../base/./y", Some("envs/base/y")),
            ("envs/", "..", Some("")),
            ("", "..", None),
            ("a/", "../../b", None),
            ("", "/etc", None),
        ] {
            let found = joined(prefix, Path::new(path));
            assert_eq!(found.as_deref(), expected, "{prefix} {path}");
        }
    }

    #[test]
    fn folders_are_no_entries() {
        assert_eq!(Entry::parse(b"040000 tree 1\tm/sub"), None);
    }

    #[test]
    fn entries_are_kept_as_on_disk() {
        let scope = Scope {
            input: PathBuf::from("m"),
            path: "m".to_owned(),
        };
        for (line, kept) in [
            ("100644 blob 1\tm/a.yaml", Kept::Manifest),
            ("100755 blob 1\tm/x/y.JSON", Kept::Manifest),
            ("100644 blob 1\tm/a.txt", Kept::Nothing),
            ("100644 blob 1\tm/.a.yaml", Kept::Nothing),
            ("100644 blob 1\tm/.git/a.yaml", Kept::Nothing),
            ("120000 blob 1\tm/a.txt", Kept::Nothing),
        ] {
            let entry = Entry::parse(line.as_bytes()).expect("an entry");
            assert_eq!(scope.kept(&entry), kept, "{line}");
        }
        for line in [
            "120000 blob 1\tm/a.yaml",
            "120000 blob 1\tm/folder",
            "160000 commit 1\tm/sub",
        ] {
            let entry = Entry::parse(line.as_bytes()).expect("an entry");
            assert!(matches!(scope.kept(&entry), Kept::Finding(..)), "{line}");
        }
    }
}
