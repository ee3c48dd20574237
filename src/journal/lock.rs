//! Locks: who may write to a provider.
//!
//! [`Lock`] is what a run asks for; [`FileLocks`] is the one that works on one
//! machine. A lock across machines would be another implementation, chosen by a
//! member of the `Provider` manifest.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::{advised, failed};
use crate::{
    desired::Account,
    file::{
        FileError,
        own::{self, Open},
    },
    model::Digest,
};

/// Hexadecimal digits of the digest in the name of a lock: enough to tell the
/// providers of one machine apart.
const NAME_DIGITS: usize = 24;

/// The largest note in a lock file that is read back.
const NOTE_BYTES_MAX: u64 = 16 * 1024;

/// How the files of locks end.
const SUFFIX: &str = ".lock";

/// Who holds a lock, or runs a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The user.
    pub user: String,
    /// The machine.
    pub host: String,
    /// The process.
    pub pid: u32,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}, process {}", self.user, self.host, self.pid)
    }
}

/// What stands in a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locked {
    /// What the lock is for, such as `zegoal-prod`.
    pub subject: String,
    /// Who holds it.
    pub holder: Holder,
    /// Since when.
    pub since: Timestamp,
    /// Their run.
    pub run: String,
}

/// Why a lock could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else has it; what they left says who.
    #[error("{}", held(subject, by.as_deref()))]
    Held {
        /// What the lock is for.
        subject: String,
        /// Who has it, where that can be read.
        by: Option<Box<Locked>>,
    },
    /// Its file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
}

fn held(subject: &str, by: Option<&Locked>) -> String {
    let start = format!("another run is writing to provider {subject}");
    match by {
        Some(by) => format!("{start}: {} since {}, run {}", by.holder, by.since, by.run),
        None => start,
    }
}

/// Holds a lock until it is dropped.
pub trait Guard: Send {}

/// Gives locks.
pub trait Lock {
    /// Takes the lock of that name, without waiting.
    ///
    /// # Errors
    /// [`LockError::Held`] when somebody else has it.
    fn take(&self, name: &str, note: &Locked) -> Result<Box<dyn Guard>, LockError>;
}

/// The name of the lock of an account at a billing system. It says nothing to
/// whoever reads it.
#[must_use]
pub fn lock_name(account: &Account) -> String {
    let Account { system, host, name } = account;
    let parts = serde_json::json!([system, host, name]);
    Digest::of_json(&parts).as_str()[..NAME_DIGITS].to_owned()
}

/// Locks on files, for the processes of one machine. The kernel takes them back
/// when a process ends, however it ends.
#[derive(Debug)]
pub struct FileLocks {
    folder: PathBuf,
}

impl FileLocks {
    /// Locks in `folder`, which is made when it is missing.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path) -> Result<Self, FileError> {
        own::folder(folder).map_err(advised)?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// The locks in `folder` that are held; `None` for one whose note cannot be
    /// read. Nothing is made or changed.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn held_in(folder: &Path) -> Result<Vec<Option<Locked>>, FileError> {
        let mut held = Vec::new();
        for path in own::list(folder, SUFFIX).map_err(advised)? {
            let Ok(file) = own::open(&path, Open::Read) else {
                // Released and removed by hand meanwhile, not ours to read, or a
                // link, which nobody can hold as a lock.
                continue;
            };
            if own::is_locked(&file) {
                held.push(note(&file));
            }
        }
        Ok(held)
    }
}

struct FileGuard(File);

impl Guard for FileGuard {}

impl Drop for FileGuard {
    fn drop(&mut self) {
        // The lock itself goes with the file; the note only explains it.
        let _ = self.0.set_len(0);
    }
}

impl Lock for FileLocks {
    fn take(&self, name: &str, locked: &Locked) -> Result<Box<dyn Guard>, LockError> {
        let path = self.folder.join(format!("{name}{SUFFIX}"));
        let mut file = own::open(&path, Open::Lock).map_err(advised)?;
        if !own::try_lock(&file, &path).map_err(advised)? {
            return Err(LockError::Held {
                subject: locked.subject.clone(),
                by: note(&file).map(Box::new),
            });
        }
        let json = serde_json::to_vec(locked).expect("a note has text as keys");
        file.set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(&json))
            .map_err(failed(&path, "writing the lock"))?;
        Ok(Box::new(FileGuard(file)))
    }
}

/// What a lock file says, if it is whole.
fn note(file: &File) -> Option<Locked> {
    let mut bytes = Vec::new();
    file.take(NOTE_BYTES_MAX).read_to_end(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note() -> Locked {
        Locked {
            subject: "zegoal-prod".to_owned(),
            holder: Holder {
                user: "anna".to_owned(),
                host: "build-7".to_owned(),
                pid: 42,
            },
            since: "2026-11-02T09:00:00Z".parse().expect("an instant"),
            run: "20261102T090000Z-01".to_owned(),
        }
    }

    fn account(host: &str, name: &str) -> Account {
        Account {
            system: "zegoal",
            host: host.to_owned(),
            name: name.to_owned(),
        }
    }

    #[test]
    fn a_lock_is_for_one_and_says_who_has_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("locks");
        assert!(FileLocks::held_in(&path).expect("reads").is_empty());
        let locks = FileLocks::open(&path).expect("opens");
        let name = lock_name(&account("acme.example", "acme"));
        let guard = locks.take(&name, &note()).expect("free");
        let other = locks.take(&lock_name(&account("acme.example", "other")), &note());
        assert!(other.is_ok());
        let error = locks.take(&name, &note()).err().expect("held").to_string();
        assert_eq!(
            error,
            "another run is writing to provider zegoal-prod: anna@build-7, process 42 since 2026-11-02T09:00:00Z, run 20261102T090000Z-01"
        );
        drop(other);
        assert_eq!(FileLocks::held_in(&path).expect("reads"), [Some(note())]);
        drop(guard);
        assert!(FileLocks::held_in(&path).expect("reads").is_empty());
        assert!(locks.take(&name, &note()).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_no_lock() {
        use std::{fs, os::unix::fs::symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let precious = folder.path().join("precious");
        fs::write(&precious, "precious").expect("writes");
        let locks = FileLocks::open(&folder.path().join("locks")).expect("opens");
        symlink(&precious, folder.path().join("locks/a.lock")).expect("a link");
        let error = locks.take("a", &note()).err().expect("a link");
        assert!(error.to_string().contains("it is a link"), "{error}");
        symlink("locks", folder.path().join("link")).expect("a link");
        assert!(FileLocks::open(&folder.path().join("link")).is_err());
        assert_eq!(fs::read_to_string(&precious).expect("reads"), "precious");
    }

    #[test]
    fn the_name_of_a_lock_tells_accounts_apart_and_nothing_else() {
        let name = lock_name(&account("acme.example", "acme"));
        assert_eq!(name.len(), NAME_DIGITS);
        assert!(!name.contains("acme"));
        assert_ne!(name, lock_name(&account("acme.exampl", "eacme")));
    }
}
