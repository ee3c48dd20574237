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
        fs::create_dir_all(folder).map_err(fail(folder, "making the folder"))?;
        restrict(folder).map_err(fail(folder, "making the folder private"))?;
        let ignore = folder.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(fail(&ignore, "writing"))?;
        }
        let lock_path = folder.join("lock");
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
        let mut file = File::create(&fresh).map_err(fail("writing"))?;
        file.write_all(state.to_string().as_bytes())
            .map_err(fail("writing"))?;
        file.sync_all().map_err(fail("writing"))?;
        fs::rename(&fresh, &path).map_err(fail("replacing"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }
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

    #[test]
    fn a_broken_state_names_its_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(folder.path()).expect("opens");
        fs::write(folder.path().join("a.json"), "{").expect("writes");
        let error = store.load("a").expect_err("broken").to_string();
        assert!(error.contains("a.json: is no state"), "{error}");
    }
}
