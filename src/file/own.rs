//! What the program keeps for itself: for its owner alone, and never a link.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    error::FileError,
    read::up_to,
    write::{self, Access, private},
};

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// To read one that is there.
    Read,
    /// To read one that is there, and to add to its end.
    Append,
    /// To add to the end of one that must not be there yet.
    New,
    /// To lock, read and write one that is made when it is missing. What is in it
    /// stays.
    Lock,
}

/// Opens a file.
///
/// # Errors
/// When it is a link or no regular file, or cannot be opened.
pub fn open(path: &Path, purpose: Open) -> Result<File, FileError> {
    refuse_unfit(path)?;
    let mut options = OpenOptions::new();
    match purpose {
        Open::Read => options.read(true),
        Open::Append => options.read(true).append(true),
        Open::New => options.append(true).create_new(true),
        Open::Lock => options.read(true).write(true).create(true),
    };
    private(&mut options);
    let fail = || FileError::system(path, "opening");
    let file = options.open(path).map_err(fail())?;
    if is_of_that_name(&file, path).map_err(fail())? {
        return Ok(file);
    }
    // Between the look at it and the opening somebody put a link there.
    refuse_unfit(path)?;
    Err(FileError::unfit(
        path,
        "it was exchanged while it was opened",
    ))
}

/// Reads a file of at most `bytes_max` bytes, if it is there.
///
/// # Errors
/// When it is a link or no regular file, is larger, or cannot be read.
pub fn read(path: &Path, bytes_max: u64) -> Result<Option<Vec<u8>>, FileError> {
    if write::is_free(path) {
        return Ok(None);
    }
    let file = open(path, Open::Read)?;
    read_from(&file, path, bytes_max).map(Some)
}

/// Reads the rest of an open file, if that is at most `bytes_max` bytes.
///
/// # Errors
/// When it is larger, or cannot be read.
pub fn read_from(file: &File, path: &Path, bytes_max: u64) -> Result<Vec<u8>, FileError> {
    up_to(file, bytes_max).map_err(FileError::system(path, "reading"))
}

/// Writes a file whole or not at all, in the place of the one that is there.
///
/// # Errors
/// When a link or no regular file is there, or it cannot be written.
pub fn replace(path: &Path, text: &str) -> Result<(), FileError> {
    refuse_unfit(path)?;
    write::replace(path, text, Access::Owner)
}

/// Makes a folder and those above it, so that nobody else may look into them.
/// One that is there already stays as it is.
///
/// # Errors
/// When a link is there, or it cannot be made.
pub fn folder(path: &Path) -> Result<(), FileError> {
    refuse_link(path)?;
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(FileError::system(path, "making the folder"))
}

/// Makes a folder that nobody else may look into, also if it is there already.
///
/// # Errors
/// When a link is there, or it cannot be made or is somebody else's.
pub fn private_folder(path: &Path) -> Result<(), FileError> {
    folder(path)?;
    #[cfg(unix)]
    {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        fs::set_permissions(path, permissions)
            .map_err(FileError::system(path, "making the folder private"))?;
    }
    Ok(())
}

/// Keeps a folder out of git.
///
/// # Errors
/// When that cannot be written down in it, or a link is in the place.
pub fn keep_out_of_git(folder: &Path) -> Result<(), FileError> {
    let path = folder.join(".gitignore");
    refuse_unfit(&path)?;
    if !write::is_free(&path) {
        return Ok(());
    }
    match write::create(&path, "*\n", Access::Owner) {
        // Another run of the same moment did it.
        Err(_) if !write::is_free(&path) => refuse_unfit(&path),
        other => other,
    }
}

/// The files of a folder with that ending, in the order of their names. A folder
/// that is not there has none.
///
/// # Errors
/// When the folder is a link, or cannot be read.
pub fn list(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, FileError> {
    refuse_link(folder)?;
    let fail = || FileError::system(folder, "reading the folder");
    let entries = match fs::read_dir(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(fail())?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(fail())?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if name.is_some_and(|name| name.ends_with(ending)) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Removes a file, or a link in its place, if there is one.
///
/// # Errors
/// When it cannot be removed.
pub fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(FileError::system(path, "removing")),
    }
}

/// Locks a file without waiting. Says whether it could be had; the lock goes with
/// the file.
///
/// # Errors
/// When the system cannot lock it at all.
pub fn try_lock(file: &File, path: &Path) -> Result<bool, FileError> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(cause)) => Err(FileError::system(path, "locking")(cause)),
    }
}

/// Whether somebody holds the lock of a file.
#[must_use]
pub fn is_locked(file: &File) -> bool {
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// Adds text to a new file and returns when both it and its name are safe. A file
/// that could not be begun is removed: half of it would only confuse.
///
/// # Errors
/// When it cannot be written.
pub fn begin(mut file: &File, path: &Path, text: &str) -> Result<(), FileError> {
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| path.parent().map_or(Ok(()), write::sync_folder));
    written.map_err(|cause| {
        // The failure to write it says more.
        let _ = fs::remove_file(path);
        FileError::system(path, "writing")(cause)
    })
}

fn refuse_unfit(path: &Path) -> Result<(), FileError> {
    refuse_link(path)?;
    match fs::symlink_metadata(path) {
        // A pipe would be waited for.
        Ok(metadata) if !metadata.is_file() => {
            Err(FileError::unfit(path, "it is no regular file").or_hint("move it away"))
        }
        _ => Ok(()),
    }
}

fn refuse_link(path: &Path) -> Result<(), FileError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err(FileError::unfit(
            path,
            "it is a link, which is not followed",
        )
        .or_hint("remove the link; a folder can be named by where it is")),
        _ => Ok(()),
    }
}

/// Whether the name is still that of the file.
#[cfg(unix)]
fn is_of_that_name(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (opened, named) = (file.metadata()?, fs::symlink_metadata(path)?);
    Ok((opened.dev(), opened.ino()) == (named.dev(), named.ino()))
}

#[cfg(not(unix))]
fn is_of_that_name(_: &File, path: &Path) -> io::Result<bool> {
    Ok(!fs::symlink_metadata(path)?.is_symlink())
}
