//! Files that are written whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::error::CliError;

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Whoever the system's defaults allow: it is a file of the user's.
    Usual,
    /// The owner alone: it holds something sensitive.
    Owner,
}

/// Writes a file that must not be there yet, with the folders above it. Nothing
/// is left behind when that fails.
pub(super) fn create(path: &Path, text: &str, access: Access) -> Result<(), CliError> {
    if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) {
        fs::create_dir_all(folder).map_err(failed(folder, "making the folder"))?;
    }
    let temporary = prepared(path, text, access, None)?;
    // Linking fails where the name is taken, which renaming would not.
    let linked = fs::hard_link(&temporary, path);
    let outcome = match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Some file systems have no links.
        Err(_) if !path.exists() => return renamed(&temporary, path),
        other => other,
    };
    // What remains of it is one more name of the same file.
    let _ = fs::remove_file(&temporary);
    outcome.map_err(failed(path, "writing"))
}

/// Refuses a file that is no longer what it was when it was read.
pub(super) fn unchanged(path: &Path, before: &str) -> Result<(), CliError> {
    let now = fs::read(path).map_err(failed(path, "reading it again"))?;
    if now == before.as_bytes() {
        return Ok(());
    }
    Err(CliError::usage(
        format!("{} has changed since it was read", path.display()),
        "run the command again",
    ))
}

/// Puts a new text in the place of a file's old one, unless the file is no
/// longer what it was.
pub(super) fn replace(path: &Path, before: &str, after: &str) -> Result<(), CliError> {
    unchanged(path, before)?;
    // Behind a link stands the file that is meant.
    let path = fs::canonicalize(path).map_err(failed(path, "following links"))?;
    let permissions = fs::metadata(&path)
        .map_err(failed(&path, "reading permissions"))?
        .permissions();
    let temporary = prepared(&path, after, Access::Owner, Some(permissions))?;
    renamed(&temporary, &path)
}

/// A temporary file with a text, beside the file that it is to become.
fn prepared(
    path: &Path,
    text: &str,
    access: Access,
    permissions: Option<fs::Permissions>,
) -> Result<PathBuf, CliError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // A leading dot keeps it from being read as a manifest.
    let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let write = || -> io::Result<()> {
        let mut file = opened(&temporary, access)?;
        file.write_all(text.as_bytes())?;
        if let Some(permissions) = permissions {
            file.set_permissions(permissions)?;
        }
        file.sync_all()
    };
    write().map_err(|cause| {
        // It is of no use to anybody.
        let _ = fs::remove_file(&temporary);
        failed(path, "writing")(cause)
    })?;
    Ok(temporary)
}

fn opened(path: &Path, access: Access) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if access == Access::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = access;
    options.open(path)
}

fn renamed(from: &Path, to: &Path) -> Result<(), CliError> {
    fs::rename(from, to).map_err(|cause| {
        // It is of no use to anybody.
        let _ = fs::remove_file(from);
        failed(to, "writing")(cause)
    })
}

fn failed(path: &Path, action: &'static str) -> impl Fn(io::Error) -> CliError {
    let path = path.to_owned();
    move |cause| CliError::File {
        path: path.clone(),
        action,
        cause,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_created_once_and_replaced_only_as_it_was_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b.yaml");
        create(&path, "one", Access::Usual).expect("created");
        assert!(create(&path, "two", Access::Usual).is_err());
        assert_eq!(fs::read_to_string(&path).expect("a text"), "one");
        assert!(replace(&path, "other", "three").is_err());
        replace(&path, "one", "three").expect("replaced");
        assert_eq!(fs::read_to_string(&path).expect("a text"), "three");
        let left = fs::read_dir(folder.path().join("a")).expect("a folder");
        assert_eq!(left.count(), 1, "nothing else is left");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_sensitive_is_the_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("import.env");
        create(&path, "A=1\n", Access::Owner).expect("created");
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
