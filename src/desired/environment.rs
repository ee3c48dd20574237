//! Values that stand outside of the manifests: `{ env: NAME }` and
//! `{ file: path }`.

use std::{
    collections::BTreeMap,
    fmt, fs,
    io::Read,
    path::{Component, Path, PathBuf},
};

use crate::{
    manifest::load::Folder,
    model::{limit::VALUE_FILE_BYTES_MAX, words},
};

/// Where values from outside come from. Handed in, so that no stage reads the
/// process's environment by itself.
#[derive(Clone, Default)]
pub struct Environment {
    /// The environment variables.
    pub variables: BTreeMap<String, String>,
    /// The files.
    pub files: Files,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(environment)")
    }
}

/// Where files are.
#[derive(Clone, Default)]
pub enum Files {
    /// On disk, beside the manifests.
    #[default]
    Disk,
    /// In memory, by their paths with `/`, as for manifests of another
    /// revision.
    Memory(BTreeMap<String, Vec<u8>>),
}

/// Why a value cannot be had. Holds no value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) message: String,
    pub(super) hint: String,
}

fn missing(message: String, hint: impl Into<String>) -> Missing {
    Missing {
        message,
        hint: hint.into(),
    }
}

/// An empty value from outside is most often a mistake, and to take it for
/// `null` would clear the field.
const EMPTY_HINT: &str = "give it a value; to clear the field, write `null`";

impl Environment {
    /// The value of an environment variable.
    pub(super) fn variable(&self, name: &str) -> Result<String, Missing> {
        match self.variables.get(name) {
            Some(value) if value.is_empty() => Err(missing(
                format!("the environment variable `{name}` is empty"),
                EMPTY_HINT,
            )),
            Some(value) => Ok(value.clone()),
            None => {
                let names = self.variables.keys().map(String::as_str);
                let hint = match words::nearest(name, names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("set it, for instance with `export {name}=…`"),
                };
                let message = format!("the environment variable `{name}` is not set");
                Err(missing(message, hint))
            }
        }
    }

    /// The value in a file, without one line break at its end.
    pub(super) fn file(&self, folder: &Folder, path: &str) -> Result<String, Missing> {
        let inside = inside(folder, path).ok_or_else(|| escapes(folder, path))?;
        let bytes = match &self.files {
            Files::Memory(files) => files
                .get(&slashed(&inside))
                .cloned()
                .ok_or_else(|| missing(format!("there is no file `{path}`"), "check the path"))?,
            Files::Disk => from_disk(folder, path, &inside)?,
        };
        if bytes.len() as u64 > VALUE_FILE_BYTES_MAX {
            let kibibytes = VALUE_FILE_BYTES_MAX / 1024;
            let message = format!("the file `{path}` is larger than {kibibytes} KiB");
            return Err(missing(message, "such a file holds one value"));
        }
        let mut text = String::from_utf8(bytes).map_err(|_| {
            let message = format!("the file `{path}` is not UTF-8 text");
            missing(message, "such a file holds one value as text")
        })?;
        if text.ends_with('\n') {
            text.pop();
            if text.ends_with('\r') {
                text.pop();
            }
        }
        if text.is_empty() {
            let message = format!("the file `{path}` is empty");
            return Err(missing(message, EMPTY_HINT));
        }
        Ok(text)
    }
}

fn escapes(folder: &Folder, path: &str) -> Missing {
    missing(
        format!("the path `{path}` leads out of `{}`", folder.root.display()),
        "paths start at the manifest's folder and stay in the folder that is read",
    )
}

/// The path below the root, by its letters alone; nothing when it is absolute
/// or leads out. Asked before the disk is, so that no error can tell what
/// exists elsewhere.
fn inside(folder: &Folder, path: &str) -> Option<PathBuf> {
    let below = folder
        .path
        .strip_prefix(&folder.root)
        .unwrap_or(&folder.path);
    let mut inside = PathBuf::new();
    for component in below.components().chain(Path::new(path).components()) {
        match component {
            Component::CurDir => {}
            Component::Normal(name) => inside.push(name),
            Component::ParentDir => {
                if !inside.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(inside)
}

fn slashed(path: &Path) -> String {
    let names: Vec<_> = path
        .components()
        .map(|component| component.as_os_str().to_string_lossy())
        .collect();
    names.join("/")
}

fn from_disk(folder: &Folder, path: &str, inside: &Path) -> Result<Vec<u8>, Missing> {
    let unreadable = |error: std::io::Error| {
        let message = format!("the file `{path}` cannot be read: {error}");
        missing(message, "paths start at the manifest's folder")
    };
    let root = fs::canonicalize(&folder.root).map_err(unreadable)?;
    // Links may lead out where the letters do not.
    let real = fs::canonicalize(folder.root.join(inside)).map_err(unreadable)?;
    if !real.starts_with(&root) {
        return Err(escapes(folder, path));
    }
    let file = fs::File::open(&real).map_err(unreadable)?;
    if !file.metadata().map_err(unreadable)?.is_file() {
        let message = format!("`{path}` is not a regular file");
        return Err(missing(message, "such a file holds one value"));
    }
    let mut bytes = Vec::new();
    file.take(VALUE_FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}
