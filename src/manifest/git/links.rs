//! Links in the tree of a revision: followed as on disk, as long as they stay
//! below the input that leads to them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::limit::REVISION_FILES_MAX;

use super::{
    GitError,
    process::Blobs,
    tree::{Entry, EntryKind, Scope},
};

/// The longest target of a link that is read (`PATH_MAX` of Linux).
pub(super) const TARGET_BYTES_MAX: u64 = 4096;

/// How many links may lead to each other (`path_resolution(7)` of Linux).
pub(super) const LINKS_IN_A_ROW_MAX: usize = 40;

/// The entries below an input, with what its links lead to in their place and
/// under their names. A folder that is listed in any case is not listed again.
pub(super) fn follow(
    scope: &Scope,
    entries: Vec<Entry>,
    blobs: &mut Blobs,
) -> Result<Vec<Entry>, GitError> {
    let links: Vec<&Entry> = entries
        .iter()
        .filter(|entry| entry.kind == EntryKind::Link)
        .collect();
    if links.is_empty() {
        return Ok(entries);
    }
    let ids: Vec<&str> = links.iter().map(|link| link.id.as_str()).collect();
    let targets = blobs.read(&ids, TARGET_BYTES_MAX)?;
    let tree = Tree {
        scope,
        by_path: entries
            .iter()
            .map(|entry| (entry.path.as_str(), entry))
            .collect(),
        targets: links
            .iter()
            .map(|link| link.path.as_str())
            .zip(targets)
            .collect(),
    };
    Ok(tree.followed(&entries))
}

/// What is below an input.
struct Tree<'t> {
    scope: &'t Scope,
    by_path: BTreeMap<&'t str, &'t Entry>,
    /// What stands in the links, by their paths.
    targets: BTreeMap<&'t str, Vec<u8>>,
}

/// Where a link leads to in the end.
enum End<'t> {
    Entry(&'t Entry),
    Folder(String),
    /// To what is not below the input.
    Outside,
    /// That cannot be told without the disk, or it leads nowhere.
    Unclear,
}

impl Tree<'_> {
    fn followed(&self, entries: &[Entry]) -> Vec<Entry> {
        let mut followed = Vec::with_capacity(entries.len());
        let mut folders = BTreeSet::new();
        for entry in entries {
            let mut waiting = vec![entry.clone()];
            while let Some(entry) = waiting.pop() {
                if entry.kind != EntryKind::Link || self.scope.is_hidden(&entry.path) {
                    followed.push(entry);
                    continue;
                }
                match self.end(entry.real()) {
                    End::Entry(end) => followed.push(entry.leading_to(end)),
                    End::Folder(folder) if !self.scope.is_hidden(&folder) => {}
                    End::Folder(_) if followed.len() > REVISION_FILES_MAX => {
                        followed.push(entry.astray());
                    }
                    End::Folder(folder) => {
                        if folders.insert(folder.clone()) {
                            waiting.extend(self.below(&folder, &entry.path));
                        }
                    }
                    End::Outside => followed.push(entry),
                    End::Unclear => followed.push(entry.astray()),
                }
            }
        }
        followed
    }

    fn end(&self, link: &str) -> End<'_> {
        let mut path = link.to_owned();
        for _ in 0..=LINKS_IN_A_ROW_MAX {
            let Some(target) = self.targets.get(path.as_str()) else {
                return match self.by_path.get(path.as_str()) {
                    Some(entry) => End::Entry(entry),
                    None if !self.scope.holds(&path) => End::Outside,
                    None if self.has_folder(&path) => End::Folder(path),
                    None => End::Unclear,
                };
            };
            match target_of(&path, target) {
                Some(next) => path = next,
                None => break,
            }
        }
        End::Unclear
    }

    fn has_folder(&self, path: &str) -> bool {
        let start = format!("{path}/");
        let mut from = self.by_path.range(start.as_str()..);
        path.is_empty()
            || from
                .next()
                .is_some_and(|(path, _)| path.starts_with(&start))
    }

    /// What is below a folder as if it stood below a link, last one first.
    fn below(&self, folder: &str, link: &str) -> Vec<Entry> {
        let start = format!("{folder}/");
        let below = self
            .by_path
            .range(start.as_str()..)
            .take_while(|(path, _)| path.starts_with(&start));
        let mut below: Vec<Entry> = below
            .map(|(path, entry)| Entry {
                path: format!("{link}/{}", &path[start.len()..]),
                target: Some((*path).to_owned()),
                ..(*entry).clone()
            })
            .collect();
        below.reverse();
        below
    }
}

/// The path that a link leads to, from the top of the repository, by its
/// letters. Nothing for one that starts at the root of a machine or leads out
/// of the repository, and for one that goes down and up again: what is up from
/// there depends on further links.
pub(super) fn target_of(link: &str, target: &[u8]) -> Option<String> {
    let target = std::str::from_utf8(target).ok()?;
    let is_too_long = target.len() as u64 > TARGET_BYTES_MAX;
    if target.is_empty() || target.starts_with('/') || target.contains('\0') || is_too_long {
        return None;
    }
    let mut names: Vec<&str> = link.split('/').collect();
    names.pop();
    let mut is_down = false;
    for name in target.split('/') {
        match name {
            "" | "." => {}
            ".." if is_down => return None,
            ".." => {
                names.pop()?;
            }
            name => {
                is_down = true;
                names.push(name);
            }
        }
    }
    Some(names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_from_the_folder_of_the_link() {
        for (link, target, expected) in [
            ("m/a.yaml", ".shared/a.yaml", Some("m/.shared/a.yaml")),
            ("m/sub/a.yaml", "../b.yaml", Some("m/b.yaml")),
            ("m/a", "./b//c/", Some("m/b/c")),
            ("a", ".", Some("")),
            ("m/a", "..", Some("")),
            ("m/a", "../..", None),
            ("m/a", "b/../c", None),
            ("m/a", "/m/b", None),
            ("m/a", "", None),
        ] {
            let found = target_of(link, target.as_bytes());
            assert_eq!(found.as_deref(), expected, "{link} {target}");
        }
        assert_eq!(target_of("a", b"\xff"), None);
        assert_eq!(target_of("a", b"b\0c"), None);
        assert_eq!(target_of("a", &[b'a'; 5000]), None);
    }
}
