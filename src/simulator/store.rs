//! Keeps the state of simulated systems between commands.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::file::{
    FileError,
    own::{self, Open},
};

/// The largest state file that is read back. The states of small sandboxes are
/// some hundred kilobytes.
const STATE_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// A folder of state files that one run at a time may use.
pub struct Store {
    folder: PathBuf,
    /// Held for as long as the store is open.
    _lock: File,
}

impl Store {
    /// Opens the store in `folder`, making it when it is missing.
    ///
    /// # Errors
    /// When the folder cannot be made, or another run has it open.
    pub fn open(folder: &Path) -> Result<Self, FileError> {
        own::private_folder(folder)?;
        own::keep_out_of_git(folder)?;
        let path = folder.join("lock");
        let lock = own::open(&path, Open::Lock)?;
        if !own::try_lock(&lock, &path)? {
            return Err(
                FileError::unfit(folder, "another run is using this sandbox")
                    .or_hint("wait for it, or choose another folder with --sandbox-state"),
            );
        }
        Ok(Self {
            folder: folder.to_owned(),
            _lock: lock,
        })
    }

    /// The state kept under `name`, if there is one.
    ///
    /// # Errors
    /// When the file cannot be read or is no JSON.
    pub fn load(&self, name: &str) -> Result<Option<Value>, FileError> {
        let path = self.path(name);
        let Some(bytes) = own::read(&path, STATE_BYTES_MAX)? else {
            return Ok(None);
        };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| {
            FileError::unfit(
                &path,
                format!("is no state: {error}; delete it to start afresh"),
            )
        })
    }

    /// Keeps a state under `name`. The file is replaced whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, name: &str, state: &Value) -> Result<(), FileError> {
        own::replace(&self.path(name), &state.to_string())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;

    #[test]
    fn keeps_a_state_and_lets_one_run_in() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(folder.path()).expect("opens");
        assert_eq!(store.load("a").expect("reads"), None);
        store.save("a", &json!({ "n": 1 })).expect("writes");
        assert_eq!(store.load("a").expect("reads"), Some(json!({ "n": 1 })));
        let held = Store::open(folder.path()).err().expect("it is held");
        assert!(
            held.to_string()
                .ends_with("another run is using this sandbox")
        );
        assert!(
            held.hint()
                .is_some_and(|hint| hint.contains("--sandbox-state"))
        );
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
        store.save("a", &json!({ "n": 1 })).expect("writes");
        assert_eq!(mode(&folder.join("a.json")), 0o600);
        symlink(&precious, folder.join("b.json")).expect("a link");
        let saved = store.save("b", &json!({ "n": 1 })).expect_err("a link");
        let loaded = store.load("b").expect_err("a link");
        for error in [saved, loaded] {
            let error = error.to_string();
            assert!(error.contains("it is a link"), "{error}");
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
