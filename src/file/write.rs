//! Files that are written whole or not at all.
//!
//! Each is written beside its place under another name, synced, and given its
//! name then. Whoever reads it meanwhile sees the old one or the new one.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{error::FileError, read::up_to};

/// How many names are tried for a temporary file. Only those that processes of
/// the same number left or are writing can be taken.
const NAMES_TRIED_MAX: usize = 100;

/// How the names of temporary files end.
pub(super) const TEMPORARY: &str = ".tmp";

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Whoever the system's defaults allow, or whoever could read the file that
    /// is replaced: it is a file of the user's.
    Usual,
    /// The owner alone: it holds something sensitive.
    Owner,
}

/// Makes a folder of the user's, with those above it, unless it is there.
///
/// # Errors
/// When it cannot be made.
pub fn folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(FileError::system(path, "making the folder"))
}

/// Writes a file that must not be there yet, with the folders above it. Where the
/// file system knows no hard links, one that comes about in the same moment is
/// replaced.
///
/// # Errors
/// When it is there, be it as a link that leads nowhere, or cannot be written.
/// No part of it is left behind then.
pub fn create(path: &Path, text: &str, access: Access) -> Result<(), FileError> {
    folder(folder_of(path))?;
    Temporary::write(path, text, access, None)?.link(path)?;
    sync_name(path);
    Ok(())
}

/// Writes a file, in the place of the one that is there. A link is replaced, and
/// what it leads to is left alone.
///
/// # Errors
/// When its folder or something else than a file is there, or it cannot be
/// written. The old one is still there then, and no part of the new one.
pub fn replace(path: &Path, text: &str, access: Access) -> Result<(), FileError> {
    refuse_unfit(path)?;
    let permissions = match fs::symlink_metadata(path) {
        Ok(old) if access == Access::Usual && old.is_file() => Some(old.permissions()),
        _ => None,
    };
    Temporary::write(path, text, access, permissions)?.rename(path)
}

/// Makes sure that [`replace`] will be able to make its file, before anything is
/// done for it. Nothing is left behind, and what is there stays.
///
/// # Errors
/// Those of [`replace`].
pub fn check_replaceable(path: &Path) -> Result<(), FileError> {
    refuse_unfit(path)?;
    Temporary::write(path, "", Access::Owner, None).map(drop)
}

/// Refuses a file that is no longer what it was when it was read.
///
/// # Errors
/// When it is something else, or cannot be read.
pub fn unchanged(path: &Path, before: &str) -> Result<(), FileError> {
    let bytes_max = u64::try_from(before.len()).unwrap_or(u64::MAX);
    let now = File::open(path).and_then(|file| match up_to(&file, bytes_max) {
        Err(cause) if cause.kind() == io::ErrorKind::FileTooLarge => Ok(None),
        other => other.map(Some),
    });
    let now = now.map_err(FileError::system(path, "reading it again"))?;
    if now.as_deref() == Some(before.as_bytes()) {
        return Ok(());
    }
    Err(FileError::unfit(path, "it has changed since it was read").or_hint("run the command again"))
}

/// Puts a new text in the place of a file's old one, unless the file is no longer
/// what it was. Behind a link stands the file that is meant, and its permissions
/// stay as they are.
///
/// # Errors
/// When it has changed or cannot be written. It is still what it was then.
pub fn edit(path: &Path, before: &str, after: &str) -> Result<(), FileError> {
    unchanged(path, before)?;
    let path = &fs::canonicalize(path).map_err(FileError::system(path, "following links"))?;
    let permissions = fs::metadata(path)
        .map_err(FileError::system(path, "reading permissions"))?
        .permissions();
    Temporary::write(path, after, Access::Owner, Some(permissions))?.rename(path)
}

/// A file that does not have its name yet. It is removed when it does not get it.
pub(super) struct Temporary {
    path: PathBuf,
    renamed: bool,
}

impl Temporary {
    /// Writes and syncs a text beside the file that it is to become.
    fn write(
        target: &Path,
        text: &str,
        access: Access,
        permissions: Option<Permissions>,
    ) -> Result<Self, FileError> {
        let fail = || FileError::system(target, "writing");
        let (temporary, mut file) = Self::open(folder_of(target), access).map_err(fail())?;
        let write = || {
            file.write_all(text.as_bytes())?;
            if let Some(permissions) = permissions {
                file.set_permissions(permissions)?;
            }
            file.sync_all()
        };
        write().map_err(fail())?;
        Ok(temporary)
    }

    /// Opens a new file of the owner's alone beside the one that it is to become,
    /// under the same name between a dot and `.tmp`. It can only be added to.
    pub(super) fn beside(target: &Path) -> io::Result<(Self, File)> {
        let mut options = OpenOptions::new();
        options.append(true).create_new(true);
        private(&mut options);
        let mut name = OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(TEMPORARY);
        let path = folder_of(target).join(name);
        let file = options.open(&path)?;
        let renamed = false;
        Ok((Self { path, renamed }, file))
    }

    /// Gives the file its name, unless that is taken. Where the file system knows
    /// no hard links, a file that comes about in the same moment is replaced.
    pub(super) fn link(self, target: &Path) -> Result<(), FileError> {
        // Linking fails where the name is taken, which renaming would not.
        match fs::hard_link(&self.path, target) {
            Ok(()) => Ok(()),
            Err(_) if is_free(target) => self.rename(target),
            Err(cause) => Err(FileError::system(target, "writing")(cause)),
        }
    }

    /// Opens a new file. One that has the name already is somebody else's, and a
    /// link with that name is not followed.
    fn open(folder: &Path, access: Access) -> io::Result<(Self, File)> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        if access == Access::Owner {
            private(&mut options);
        }
        let process = std::process::id();
        let mut taken = io::Error::from(io::ErrorKind::AlreadyExists);
        for number in 0..NAMES_TRIED_MAX {
            // A leading dot keeps it from being read as a manifest.
            let path = folder.join(format!(".trueup-{process}-{number}{TEMPORARY}"));
            match options.open(&path) {
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => taken = cause,
                opened => {
                    let renamed = false;
                    return opened.map(|file| (Self { path, renamed }, file));
                }
            }
        }
        Err(taken)
    }

    fn rename(mut self, target: &Path) -> Result<(), FileError> {
        fs::rename(&self.path, target).map_err(FileError::system(target, "replacing"))?;
        self.renamed = true;
        sync_name(target);
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.renamed {
            // It is of no use to anybody, or one more name of a whole file.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A new file is for its owner alone.
pub(super) fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

/// Whether there is nothing of that name, not even a link that leads nowhere.
pub(super) fn is_free(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|cause| cause.kind() == io::ErrorKind::NotFound)
}

/// Refuses what a rename would fail on, or do harm to: root can put a file in the
/// place of `/dev/null`.
fn refuse_unfit(path: &Path) -> Result<(), FileError> {
    let is_file = match fs::metadata(path) {
        Ok(metadata) => metadata.is_file(),
        Err(_) => path.file_name().is_some(),
    };
    let reason = if !folder_of(path).is_dir() {
        "its folder is not there"
    } else if path.is_dir() || path.file_name().is_none() {
        "it is a folder"
    } else if !is_file {
        "it is no regular file"
    } else {
        return Ok(());
    };
    Err(FileError::unfit(path, reason).or_hint("name a file in a folder that is there"))
}

/// The folder of a file.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Syncs the name of a file. The file itself is whole by now, so a file system
/// that cannot do it, or a folder that cannot be opened, is no failure.
fn sync_name(path: &Path) {
    let _ = sync_folder(folder_of(path));
}

/// A new name in a folder is safe when the folder is.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
pub(super) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
