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
    /// A symbolic link; once links are followed, one that leads out.
    Link,
    /// A symbolic link that leads nobody knows where.
    Astray,
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
    /// Its path from the top of the repository, by way of the links that lead
    /// to it.
    pub(super) path: String,
    /// Its own path, if links lead to it.
    pub(super) target: Option<String>,
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
            target: None,
        })
    }

    /// Its own path.
    pub(super) fn real(&self) -> &str {
        self.target.as_deref().unwrap_or(&self.path)
    }

    /// What a link leads to, under the name of the link.
    pub(super) fn leading_to(self, end: &Self) -> Self {
        Self {
            kind: end.kind,
            id: end.id.clone(),
            path: self.path,
            target: Some(end.real().to_owned()),
        }
    }

    /// A link that leads nobody knows where.
    pub(super) fn astray(self) -> Self {
        Self {
            kind: EntryKind::Astray,
            ..self
        }
    }
}

/// One input: what the user wrote, and where it is in the repository.
#[derive(Debug)]
pub(super) struct Scope {
    /// As the user wrote it.
    pub(super) input: PathBuf,
    /// The path from the top of the repository; empty for the top itself.
    pub(super) path: String,
    /// The path of the folder in which it is named: another one than that in
    /// which it is, where it is a link.
    pub(super) beside: String,
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
    pub(super) fn new(input: PathBuf, path: String) -> Self {
        let beside = path.rsplit_once('/').map_or("", |(above, _)| above);
        Self {
            input,
            beside: beside.to_owned(),
            path,
        }
    }

    /// The name of an entry as the user would write it.
    pub(super) fn name_of(&self, entry: &Entry) -> String {
        let below = self.below(&entry.path);
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
            &self.beside
        } else {
            &self.path
        }
    }

    /// Whether a manifest was named itself: it is its own folder's, as on disk.
    pub(super) fn is_file(&self, name: &str) -> bool {
        shown(&self.input) == name
    }

    /// A path as it is written from the input on.
    pub(super) fn below<'p>(&self, path: &'p str) -> &'p str {
        path.strip_prefix(&self.path)
            .unwrap_or(path)
            .trim_start_matches('/')
    }

    /// Whether a path is that of the input or below it.
    pub(super) fn holds(&self, path: &str) -> bool {
        is_in(&self.path, path)
    }

    /// Whether a name on the way from the input starts with a dot.
    pub(super) fn is_hidden(&self, path: &str) -> bool {
        self.below(path)
            .split('/')
            .any(|name| name.starts_with('.'))
    }

    /// What an entry is to the reader, by the same rules as on disk.
    pub(super) fn kept(&self, entry: &Entry) -> Kept {
        let below = self.below(&entry.path);
        let hidden = self.is_hidden(&entry.path);
        let name = below.rsplit('/').next().unwrap_or(below);
        let deep = below.split('/').count() > FOLDER_DEPTH_MAX + 1;
        let is_manifest = below.is_empty() || is_manifest_name(Path::new(&entry.path));
        match entry.kind {
            _ if hidden || deep => Kept::Nothing,
            EntryKind::Submodule => Kept::Finding(
                format!("`{}` is a submodule and is not read", entry.path),
                "manifests of another repository have a revision of their own",
            ),
            EntryKind::Astray => not_followed(entry, below),
            // A link to a folder has no telling name.
            EntryKind::Link if is_manifest || !name.contains('.') => not_followed(entry, below),
            EntryKind::File if is_manifest => Kept::Manifest,
            EntryKind::Link | EntryKind::File => Kept::Nothing,
        }
    }
}

fn not_followed(entry: &Entry, below: &str) -> Kept {
    let hint = if below.is_empty() {
        "nothing is known of what is behind it: let it lead to what the repository has, by a \
         path that starts where the link stands, or name with `-f` what it leads to"
    } else {
        "nothing is known of what is behind it: let it lead to a file or a folder below \
         what is named with `-f`, or put a copy there"
    };
    Kept::Finding(
        format!("`{}` is a symbolic link and is not followed", entry.path),
        hint,
    )
}

/// Whether a path is that of a folder or below it.
pub(super) fn is_in(folder: &str, path: &str) -> bool {
    let rest = path.strip_prefix(folder);
    folder.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
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
        let scope = Scope::new(PathBuf::from("m"), "m".to_owned());
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
            "120000 blob 1\tm/v1.2/folder",
            "160000 commit 1\tm/sub",
        ] {
            let entry = Entry::parse(line.as_bytes()).expect("an entry");
            assert!(matches!(scope.kept(&entry), Kept::Finding(..)), "{line}");
        }
    }
}
