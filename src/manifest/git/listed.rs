//! What is known of a revision's entries, and where paths lead by its links.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    GitError,
    links::{LINKS_IN_A_ROW_MAX, TARGET_BYTES_MAX, target_of},
    process::{Blobs, Git},
    tree::{Entry, EntryKind, Scope},
};

/// The entries of a revision as far as they are known.
#[derive(Default)]
pub(super) struct Listed {
    entries: BTreeMap<String, Entry>,
    /// The folders all of whose entries are known.
    folders: BTreeSet<String>,
}

/// Where a path leads by the links of a revision.
pub(super) struct Way {
    /// The path at its end, or at the first link that cannot be followed.
    pub(super) path: String,
    /// The last link that was followed.
    pub(super) link: Option<Followed>,
}

/// A link that was followed.
pub(super) struct Followed {
    /// Its own path.
    pub(super) link: String,
    /// The path that it leads to.
    pub(super) target: String,
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

    /// The outermost entry at or above a path. Folders are none.
    pub(super) fn on_the_way(&self, path: &str) -> Option<&Entry> {
        let mut way = above(path).chain([path]);
        way.find_map(|path| self.entries.get(path))
    }

    /// Follows the links on the way of each path, round by round, so that git is
    /// asked once for all of them. Then all entries on the ways are known.
    pub(super) fn lead(
        &mut self,
        git: &Git,
        commit: &str,
        blobs: &mut Blobs,
        paths: impl Iterator<Item = String>,
    ) -> Result<Vec<Way>, GitError> {
        let mut ways: Vec<Way> = paths.map(|path| Way { path, link: None }).collect();
        for round in 0.. {
            self.ask(git, commit, &ways)?;
            if round > LINKS_IN_A_ROW_MAX {
                break;
            }
            let targets = self.targets(blobs, &ways)?;
            let mut is_at_end = true;
            for way in &mut ways {
                let entry = self.on_the_way(&way.path);
                let Some((link, target)) =
                    entry.and_then(|entry| targets.get_key_value(&entry.path))
                else {
                    continue;
                };
                let path = format!("{target}{}", &way.path[link.len()..]);
                *way = Way {
                    path: path.trim_start_matches('/').to_owned(),
                    link: Some(Followed {
                        link: link.clone(),
                        target: target.clone(),
                    }),
                };
                is_at_end = false;
            }
            if is_at_end {
                break;
            }
        }
        Ok(ways)
    }

    /// Where the first links on some ways lead, as far as that can be told.
    fn targets(
        &self,
        blobs: &mut Blobs,
        ways: &[Way],
    ) -> Result<BTreeMap<String, String>, GitError> {
        let links: BTreeMap<&str, &str> = ways
            .iter()
            .filter_map(|way| self.on_the_way(&way.path))
            .filter(|entry| entry.kind == EntryKind::Link)
            .map(|entry| (entry.path.as_str(), entry.id.as_str()))
            .collect();
        let ids: Vec<&str> = links.values().copied().collect();
        let targets = blobs.read(&ids, TARGET_BYTES_MAX)?;
        let targets = links.into_keys().zip(targets);
        Ok(targets
            .filter_map(|(link, target)| Some((link.to_owned(), target_of(link, &target)?)))
            .collect())
    }

    fn is_complete_at(&self, path: &str) -> bool {
        self.folders.contains("") || above(path).any(|folder| self.folders.contains(folder))
    }

    /// Learns what the revision has at the ends of some ways and above them.
    fn ask(&mut self, git: &Git, commit: &str, ways: &[Way]) -> Result<(), GitError> {
        let unknown: BTreeSet<&str> = ways
            .iter()
            .map(|way| way.path.as_str())
            .filter(|path| !path.is_empty() && !self.is_complete_at(path))
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
pub(super) fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}
