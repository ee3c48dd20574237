//! Where inputs are in the repository, by the names that lead to them. What is
//! behind those names is the change's to choose, so no link below the top of the
//! working tree is followed here: the revision's own are followed later.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::manifest::load::Input;

use super::{
    GitError, Revision,
    process::Git,
    tree::{self, Scope},
};

/// Where a command runs, in the repository.
pub(super) struct Place {
    /// The top of the working tree. A bare repository has none.
    top: Option<PathBuf>,
    /// The folder in which the command runs.
    folder: PathBuf,
    /// The path of that folder from the top; nothing outside of it.
    prefix: Option<String>,
}

impl Place {
    pub(super) fn of(git: &Git, folder: &Path) -> Result<Self, GitError> {
        let top = git.top()?;
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let prefix = match &top {
            Some(top) => folder
                .strip_prefix(top)
                .ok()
                .and_then(|below| tree::joined("", below)),
            None => Some(String::new()),
        };
        Ok(Self {
            top,
            folder,
            prefix,
        })
    }

    /// Where an input is, from the top.
    pub(super) fn scope(&self, input: &Input) -> Result<Scope, GitError> {
        let Input::Path(path) = input else {
            return Err(GitError::StandardInput);
        };
        let inside = if path.is_absolute() {
            self.below_top(path)
        } else {
            let prefix = self.prefix.as_deref();
            prefix.and_then(|prefix| tree::joined(prefix, path))
        };
        let inside = inside.ok_or_else(|| GitError::Outside { path: path.clone() })?;
        Ok(Scope::new(path.clone(), inside))
    }

    /// The path from the top of what an absolute path names. Links above the top
    /// are followed; the first folder on the way that is the top counts, because
    /// all after it is in the hands of a change.
    fn below_top(&self, path: &Path) -> Option<String> {
        let top = self.top.as_deref()?;
        let is_top = |above: &&Path| fs::canonicalize(above).is_ok_and(|real| real == top);
        let above = path.ancestors().filter(is_top).last()?;
        tree::joined("", path.strip_prefix(above).ok()?)
    }

    /// Refuses relative inputs where the folder may have been entered by way of a
    /// link that stands where the revision has something else: there, the same
    /// way leads to another folder, and nobody can tell which way was taken.
    pub(super) fn check(
        &self,
        inputs: &[Input],
        git: &Git,
        revision: &Revision,
    ) -> Result<(), GitError> {
        let is_relative = |input: &Input| matches!(input, Input::Path(path) if path.is_relative());
        let (Some(top), true) = (&self.top, inputs.iter().any(is_relative)) else {
            return Ok(());
        };
        for link in git.replaced_by_links(&revision.commit)? {
            let leads_here =
                fs::canonicalize(top.join(&link)).is_ok_and(|real| self.folder.starts_with(real));
            if leads_here {
                return Err(GitError::Relinked {
                    link,
                    revision: revision.name.clone(),
                });
            }
        }
        Ok(())
    }
}
