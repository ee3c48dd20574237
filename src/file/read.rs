//! Files that are read up to a limit.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use super::error::FileError;

/// Reads a text file of at most `bytes_max` bytes. A link is followed: the file
/// is one that the user named.
///
/// # Errors
/// When it cannot be read, is larger, or is no UTF-8.
pub fn read(path: &Path, bytes_max: u64) -> Result<String, FileError> {
    File::open(path)
        .and_then(|file| up_to(&file, bytes_max))
        .and_then(|bytes| {
            String::from_utf8(bytes).map_err(|error| {
                let message = format!("no UTF-8: {}", error.utf8_error());
                io::Error::new(io::ErrorKind::InvalidData, message)
            })
        })
        .map_err(FileError::system(path, "reading"))
}

/// The first bytes of a file, at most `bytes_max`; none where no file is, or a link
/// that leads nowhere. A link is followed.
///
/// # Errors
/// When it cannot be read.
pub fn start(path: &Path, bytes_max: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    match File::open(path).and_then(|file| file.take(bytes_max).read_to_end(&mut bytes)) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            Err(FileError::system(path, "reading")(cause))
        }
        _ => Ok(bytes),
    }
}

/// Everything in a file, if that is at most `bytes_max` bytes. What the system
/// says of the size is not believed: a device has none, and a file can grow.
pub(super) fn up_to(file: &File, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more than is allowed shows that there are too many.
    let read = file
        .take(bytes_max.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if u64::try_from(read).is_ok_and(|read| read <= bytes_max) {
        return Ok(bytes);
    }
    let message = format!("larger than {bytes_max} bytes");
    Err(io::Error::new(io::ErrorKind::FileTooLarge, message))
}
