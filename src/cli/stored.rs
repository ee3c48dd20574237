//! Files that the program keeps for itself: read up to a limit, and written
//! whole or not at all, for their owner alone.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use super::error::CliError;

/// Reads a text file of at most `bytes_max` bytes.
pub(super) fn read(path: &Path, bytes_max: u64) -> Result<String, CliError> {
    let fail = |cause| CliError::File {
        path: path.to_owned(),
        action: "reading",
        cause,
    };
    let file = File::open(path).map_err(fail)?;
    let mut text = String::new();
    // One byte more than is allowed shows that there are too many.
    let read = file.take(bytes_max + 1).read_to_string(&mut text);
    let bytes = read.map_err(fail)?;
    if u64::try_from(bytes).is_ok_and(|bytes| bytes > bytes_max) {
        let message = format!("larger than {bytes_max} bytes");
        return Err(fail(io::Error::new(io::ErrorKind::FileTooLarge, message)));
    }
    Ok(text)
}

/// Makes sure that a file can be written there, before anything is done for it.
pub(super) fn check(path: &Path) -> Result<(), CliError> {
    let folder = folder(path);
    let problem = if !folder.is_dir() {
        format!("the folder `{}` is not there", folder.display())
    } else if path.is_dir() || path.file_name().is_none() {
        format!("`{}` is a folder", path.display())
    } else {
        return Ok(());
    };
    Err(CliError::usage(
        problem,
        "name a file in a folder that is there",
    ))
}

/// Writes a file that only its owner may read. Whoever reads it meanwhile sees
/// the old one or the new one; `unique` names the file that is half written.
pub(super) fn write(path: &Path, unique: &str, text: &str) -> Result<(), CliError> {
    let fresh = beside(path, unique);
    let written = write_whole(&fresh, text).and_then(|()| fs::rename(&fresh, path));
    written.map_err(|cause| {
        // What cannot be removed was not made.
        let _ = fs::remove_file(&fresh);
        CliError::File {
            path: path.to_owned(),
            action: "writing",
            cause,
        }
    })
}

fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}

/// The folder of a file.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// A hidden file in the same folder, so that it can take the other's place.
fn beside(path: &Path, unique: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    folder(path).join(format!(".{name}.{unique}.new"))
}
