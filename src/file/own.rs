//! What the program keeps for itself: for its owner alone, and never a link.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    error::FileError,
    read::up_to,
    write::{self, Access, TEMPORARY, Temporary, private},
};

/// How often a lock is tried before it counts as held, and how long to wait in
/// between. Whoever only looks at it has it for an instant ([`is_locked`]), and
/// is not to be taken for a holder.
const LOCK_TRIES: u32 = 10;
const LOCK_PAUSE_MILLISECONDS: u64 = 10;

/// After how long a temporary file is taken for one that a process left which was
/// killed. A live one has it for as long as a disk takes.
const LEFT_SECONDS: u64 = 24 * 60 * 60;

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// To read one that is there.
    Read,
    /// To read one that is there, and to add to its end.
    Append,
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

/// Makes a file that must not be there yet, and that can be added to. It is whole,
/// safe on the disk and locked before it gets its name, so nobody ever finds it
/// empty, half written or free to lock; its name is safe too when this returns.
///
/// # Errors
/// When it is there, be it as a link, or cannot be made, locked or written. No
/// part of it is left behind then.
pub fn create_locked(path: &Path, text: &str) -> Result<File, FileError> {
    refuse_unfit(path)?;
    let fail = || FileError::system(path, "writing");
    let (temporary, mut file) = Temporary::beside(path).map_err(fail())?;
    if !try_lock(&file, path)? {
        return Err(fail()(io::ErrorKind::WouldBlock.into()));
    }
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(fail())?;
    temporary.link(path)?;
    let synced = path.parent().map_or(Ok(()), write::sync_folder);
    synced.map_err(|cause| {
        // The failure to sync it says more.
        let _ = fs::remove_file(path);
        fail()(cause)
    })?;
    Ok(file)
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

/// Removes the temporary files of a folder that processes left which were killed.
///
/// # Errors
/// When the folder cannot be read, or one of them not removed.
pub fn remove_left(folder: &Path) -> Result<(), FileError> {
    for path in list(folder, TEMPORARY)? {
        let written = fs::symlink_metadata(&path).and_then(|metadata| metadata.modified());
        // It has gone, or is from a clock that was ahead.
        let Some(age) = written.ok().and_then(|written| written.elapsed().ok()) else {
            continue;
        };
        if age >= Duration::from_secs(LEFT_SECONDS) {
            remove(&path)?;
        }
    }
    Ok(())
}

/// Locks a file, without waiting for whoever holds it. Says whether it could be
/// had; the lock goes with the file.
///
/// # Errors
/// When the system cannot lock it at all.
pub fn try_lock(file: &File, path: &Path) -> Result<bool, FileError> {
    for tried in 1..=LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if tried < LOCK_TRIES => {
                std::thread::sleep(Duration::from_millis(LOCK_PAUSE_MILLISECONDS));
            }
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(cause)) => {
                return Err(FileError::system(path, "locking")(cause));
            }
        }
    }
    Ok(false)
}

/// Whether somebody else holds the lock of a file, which must not have been locked
/// through this handle. The systems tell only who tries, so it is had for an
/// instant.
#[must_use]
pub fn is_locked(file: &File) -> bool {
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(_)) => false,
        Ok(()) => {
            // It goes with the file at the latest.
            let _ = file.unlock();
            false
        }
    }
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
