//! Keeps the state of simulated systems between commands.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde_json::Value;

/// The largest state file that is read back. The states of small sandboxes are
/// some hundred kilobytes.
const STATE_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// A folder of state files that one run at a time may use.
pub struct Store {
    folder: PathBuf,
    /// Held for as long as the store is open.
    _lock: File,
}

/// Why a state could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or folder could not be used.
    #[error("{}: {action}: {cause}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system said.
        cause: io::Error,
    },
    /// Another run has the store open.
    #[error("{}: another run is using this sandbox", path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// The file is no state.
    #[error("{}: {reason}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl Store {
    /// Opens the store in `folder`, making it when it is missing.
    ///
    /// # Errors
    /// When the folder cannot be made, or another run has it open.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let fail = |path: &Path, action| {
            let path = path.to_owned();
            move |cause| StoreError::Io {
                path,
                action,
                cause,
            }
        };
        refuse_link(folder).map_err(fail(folder, "making the folder"))?;
        fs::create_dir_all(folder).map_err(fail(folder, "making the folder"))?;
        restrict(folder).map_err(fail(folder, "making the folder private"))?;
        let ignore = folder.join(".gitignore");
        refuse_link(&ignore).map_err(fail(&ignore, "writing"))?;
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(fail(&ignore, "writing"))?;
        }
        let lock_path = folder.join("lock");
        refuse_link(&lock_path).map_err(fail(&lock_path, "opening"))?;
        let lock = File::create(&lock_path).map_err(fail(&lock_path, "opening"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                folder: folder.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked {
                path: folder.to_owned(),
            }),
            Err(TryLockError::Error(cause)) => Err(fail(&lock_path, "locking")(cause)),
        }
    }

    /// The state kept under `name`, if there is one.
    ///
    /// # Errors
    /// When the file cannot be read or is no JSON.
    pub fn load(&self, name: &str) -> Result<Option<Value>, StoreError> {
        let path = self.path(name);
        let broken = |reason: String| StoreError::Broken {
            path: path.clone(),
            reason,
        };
        let bytes = match fs::metadata(&path) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Ok(metadata) if metadata.len() > STATE_BYTES_MAX => {
                return Err(broken("is too large for a state".to_owned()));
            }
            _ => fs::read(&path).map_err(|cause| StoreError::Io {
                path: path.clone(),
                action: "reading",
                cause,
            })?,
        };
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| broken(format!("is no state: {error}; delete it to start afresh")))
    }

    /// Keeps a state under `name`. The file is replaced whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, name: &str, state: &Value) -> Result<(), StoreError> {
        let path = self.path(name);
        let fresh = self.folder.join(format!("{name}.json.new"));
        let fail = |action| {
            let path = path.clone();
            move |cause| StoreError::Io {
                path,
                action,
                cause,
            }
        };
        match fs::remove_file(&fresh) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                return Err(fail("writing")(cause));
            }
            _ => {}
        }
        let mut file = create_private(&fresh).map_err(fail("writing"))?;
        file.write_all(state.to_string().as_bytes())
            .map_err(fail("writing"))?;
        file.sync_all().map_err(fail("writing"))?;
        fs::rename(&fresh, &path).map_err(fail("replacing"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }
}

/// The folder may have come with somebody else's branch. A link in it would
/// have another file written, or emptied.
fn refuse_link(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is a link, which is not followed",
        )),
        _ => Ok(()),
    }
}

/// A new file that others cannot read: values from manifests are in it.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn restrict(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn restrict(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keeps_a_state_and_lets_one_run_in() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(folder.path()).expect("opens");
        assert_eq!(store.load("a").expect("reads"), None);
        store.save("a", &json!({ "n": 1 })).expect("writes");
        assert_eq!(store.load("a").expect("reads"), Some(json!({ "n": 1 })));
        assert!(matches!(
            Store::open(folder.path()),
            Err(StoreError::Locked { .. })
        ));
        drop(store);
        assert!(Store::open(folder.path()).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn the_state_is_private_and_links_are_not_followed() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let outer = tempfile::tempdir().expect("a temporary folder");
        let folder = outer.path().join("state");
        let precious = outer.path().join("precious");
        fs::write(&precious, "precious").expect("writes");
        let mode = |path: &Path| {
            fs::metadata(path)
                .expect("it is there")
                .permissions()
                .mode()
                & 0o777
        };

        let store = Store::open(&folder).expect("opens");
        symlink(&precious, folder.join("a.json.new")).expect("a link");
        symlink(&precious, folder.join("b.json")).expect("a link");
        for name in ["a", "b"] {
            store.save(name, &json!({ "n": 1 })).expect("writes");
            assert_eq!(mode(&folder.join(format!("{name}.json"))), 0o600);
        }
        assert_eq!(mode(&folder), 0o700);
        drop(store);

        for name in ["lock", ".gitignore"] {
            fs::remove_file(folder.join(name)).expect("it is there");
            symlink(&precious, folder.join(name)).expect("a link");
            let error = Store::open(&folder).err().expect("fails").to_string();
            assert!(error.contains("it is a link"), "{error}");
            fs::remove_file(folder.join(name)).expect("it is there");
        }
        symlink(outer.path(), outer.path().join("link")).expect("a link");
        assert!(Store::open(&outer.path().join("link")).is_err());
        assert_eq!(fs::read_to_string(&precious).expect("text"), "precious");
    }

    #[test]
    fn a_broken_state_names_its_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(folder.path()).expect("opens");
        fs::write(folder.path().join("a.json"), "{").expect("writes");
        let error = store.load("a").expect_err("broken").to_string();
        assert!(error.contains("a.json: is no state"), "{error}");
    }
}
