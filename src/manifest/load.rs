//! Finds and reads the files, and cuts them into documents.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs,
    io::Read,
    ops::Range,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use crate::{
    manifest::{stored, yaml},
    model::{
        Finding, Place, Source,
        limit::{DOCUMENTS_MAX, FILE_BYTES_MAX, FILES_MAX, FOLDER_DEPTH_MAX, RUN_BYTES_MAX},
    },
};

/// How the name of standard input is written.
pub const STDIN_NAME: &str = "<stdin>";

/// The endings of the files that are read out of a folder.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// Where manifests are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file, or a folder that is read with all folders in it.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

/// Where a manifest's own files are, for values given as `{ file: path }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The folder of the manifest, from which paths start.
    pub path: PathBuf,
    /// The folder that no path may leave: the one that was asked for.
    pub root: PathBuf,
}

impl Folder {
    /// Where a path that the manifest gives leads, from the root, by its letters
    /// alone, so that no error can tell what exists elsewhere. Nothing when it is
    /// absolute or leads out.
    #[must_use]
    pub fn inside(&self, path: &str) -> Option<PathBuf> {
        let below = self.path.strip_prefix(&self.root).unwrap_or(&self.path);
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
}

/// One YAML document, not parsed yet.
#[derive(Debug, Clone)]
pub struct Document {
    /// The text that it stands in.
    pub source: Arc<Source>,
    /// Where it stands there, in bytes.
    pub span: Range<usize>,
    /// Where its files are.
    pub folder: Arc<Folder>,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The documents in the order of the inputs, those of a folder in the order
    /// of their paths.
    pub documents: Vec<Document>,
    /// What could not be read.
    pub findings: Vec<Finding>,
}

/// Reads all inputs. What cannot be read is a finding, and the rest is read all
/// the same. A file that two inputs lead to is read once.
#[must_use]
pub fn load(inputs: &[Input], stdin: Option<&mut dyn Read>) -> Loaded {
    let mut loader = Loader::default();
    let mut stdin = stdin;
    for input in inputs {
        match input {
            Input::Path(path) => loader.input(path),
            Input::Stdin => match stdin.take() {
                Some(reader) => loader.stdin(reader),
                None => loader.fail(
                    "unreadable-file",
                    STDIN_NAME,
                    "standard input can be read once only",
                    "give `-f -` once",
                ),
            },
        }
    }
    if inputs.is_empty() {
        let hint = "name a file or a folder with `-f`, or `-f -` for standard input";
        loader
            .loaded
            .findings
            .push(no_manifests("no manifests are given", hint));
    } else if loader.loaded.documents.is_empty() && loader.loaded.findings.is_empty() {
        let hint = "each manifest starts with `apiVersion`, `kind` and `metadata`";
        let message = "there is no manifest in what was read";
        loader.loaded.findings.push(no_manifests(message, hint));
    }
    loader.loaded
}

/// Cuts texts that are in memory already, such as those of another revision.
/// The names are paths; values given as files are looked for beside them.
#[must_use]
pub fn from_memory(texts: impl IntoIterator<Item = (String, Vec<u8>)>) -> Loaded {
    from_texts(texts.into_iter().map(|(name, bytes)| Text {
        folder: Folder {
            path: parent(Path::new(&name)),
            root: PathBuf::from("."),
        },
        name,
        bytes,
        is_named: true,
    }))
}

/// The same for texts that come with the folders of their files.
pub(super) fn from_texts(texts: impl IntoIterator<Item = Text>) -> Loaded {
    let mut loader = Loader::default();
    for text in texts {
        loader.text(text);
    }
    loader.loaded
}

/// A text, and how it was come by.
pub(super) struct Text {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) folder: Folder,
    /// Whether it was named itself, and not a folder around it.
    pub(super) is_named: bool,
}

fn no_manifests(message: &str, hint: &str) -> Finding {
    Finding::placeless("no-manifests", message).hint(hint)
}

/// A place for what is wrong with a file as a whole.
pub(super) fn nowhere(name: &str) -> Place {
    let source = Source::new(name.to_owned(), String::new());
    Place {
        source: Arc::new(source),
        span: 0..0,
    }
}

/// The folder of a file.
pub(super) fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Whether a file in a folder is read, by its name.
pub(super) fn is_manifest_name(path: &Path) -> bool {
    path.extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}

#[derive(Default)]
struct Loader {
    loaded: Loaded,
    /// Files and folders that were read, by their one true path, so that links
    /// neither loop nor double anything, each with the number of its input.
    seen: BTreeMap<PathBuf, usize>,
    /// The number of the input that is read.
    input: usize,
    /// Whether something of it was read on the way from an earlier one.
    is_known: bool,
    files: usize,
    bytes: u64,
}

impl Loader {
    fn fail(&mut self, check: &'static str, name: &str, message: impl Into<String>, hint: &str) {
        let finding = Finding::error(check, nowhere(name), message).hint(hint);
        self.loaded.findings.push(finding);
    }

    fn unreadable(&mut self, path: &Path, error: &std::io::Error) {
        let message = format!("`{}` cannot be read: {error}", shown(path));
        let hint = match error.kind() {
            std::io::ErrorKind::NotFound => "check the path",
            std::io::ErrorKind::PermissionDenied => "check the permissions",
            _ => "check that it is a readable file or folder",
        };
        self.fail("unreadable-file", &shown(path), message, hint);
    }

    /// A path that was given on the command line.
    fn input(&mut self, path: &Path) {
        self.input += 1;
        self.is_known = false;
        match fs::metadata(path) {
            Err(error) => self.unreadable(path, &error),
            Ok(metadata) if metadata.is_dir() => {
                let files = self.files;
                let findings = self.loaded.findings.len();
                self.folder(path, path, 0);
                let is_silent = files == self.files && findings == self.loaded.findings.len();
                if is_silent && !self.is_known {
                    let message = format!("the folder `{}` holds no manifest", shown(path));
                    let hint = "files ending in `.yaml`, `.yml` and `.json` are read; \
                                names that start with a dot are not";
                    self.fail("no-manifests", &shown(path), message, hint);
                }
            }
            Ok(_) => self.file(path, &parent(path), true),
        }
    }

    fn folder(&mut self, path: &Path, root: &Path, depth: usize) {
        if depth > FOLDER_DEPTH_MAX {
            let message = format!(
                "the folder `{}` lies more than {FOLDER_DEPTH_MAX} folders deep",
                shown(path)
            );
            self.fail(
                "folder-depth",
                &shown(path),
                message,
                "look for a loop of links",
            );
            return;
        }
        if !self.is_new(path) {
            return;
        }
        let entries = match fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(path, &error),
        };
        let mut names: Vec<_> = entries.iter().map(fs::DirEntry::file_name).collect();
        names.sort();
        for name in names {
            if name.to_string_lossy().starts_with('.') {
                continue;
            }
            self.entry(&path.join(name), root, depth);
        }
    }

    /// Something that was found in a folder.
    fn entry(&mut self, path: &Path, root: &Path, depth: usize) {
        let is_manifest = is_manifest_name(path);
        match fs::metadata(path) {
            Ok(metadata) if (is_manifest || metadata.is_dir()) && leads_out(path, root) => {
                let message = format!("the link `{}` leads out of `{}`", shown(path), shown(root));
                let hint = "name with `-f` what it leads to, or put a copy there";
                self.fail("link-outside", &shown(path), message, hint);
            }
            Ok(metadata) if metadata.is_dir() => self.folder(path, root, depth + 1),
            Ok(metadata) if is_manifest && metadata.is_file() => {
                self.file(path, root, false);
            }
            Ok(_) if is_manifest => {
                let message = format!("`{}` is not a regular file", shown(path));
                let hint = "to read a pipe, name it with `-f`";
                self.fail("unreadable-file", &shown(path), message, hint);
            }
            Err(error) if is_manifest => self.unreadable(path, &error),
            Ok(_) | Err(_) => {}
        }
    }

    fn is_new(&mut self, path: &Path) -> bool {
        // Pipes have no true path, but are read once by their nature.
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match self.seen.entry(real) {
            Entry::Vacant(entry) => {
                entry.insert(self.input);
                true
            }
            Entry::Occupied(entry) => {
                self.is_known |= *entry.get() < self.input;
                false
            }
        }
    }

    fn file(&mut self, path: &Path, root: &Path, is_named: bool) {
        if !self.is_new(path) {
            return;
        }
        let name = shown(path);
        let bytes = match fs::File::open(path).and_then(|mut file| read_limited(&mut file)) {
            Ok(bytes) => bytes,
            Err(error) => return self.unreadable(path, &error),
        };
        let folder = Folder {
            path: parent(path),
            root: root.to_owned(),
        };
        self.text(Text {
            name,
            bytes,
            folder,
            is_named,
        });
    }

    fn stdin(&mut self, reader: &mut dyn Read) {
        let folder = Folder {
            path: PathBuf::from("."),
            root: PathBuf::from("."),
        };
        match read_limited(reader) {
            Ok(bytes) => self.text(Text {
                name: STDIN_NAME.to_owned(),
                bytes,
                folder,
                is_named: true,
            }),
            Err(error) => {
                let message = format!("standard input cannot be read: {error}");
                self.fail("unreadable-file", STDIN_NAME, message, "");
            }
        }
    }

    fn text(&mut self, text: Text) {
        let Text {
            name,
            bytes,
            folder,
            is_named,
        } = text;
        if let Some(stored) = stored::recognise(&bytes) {
            if is_named {
                let message = format!("`{name}` is {}", stored.described());
                self.fail("not-a-manifest", &name, message, stored.hint());
            }
            return;
        }
        self.files += 1;
        if self.files > FILES_MAX {
            if self.files == FILES_MAX + 1 {
                let message = format!("there are more than {FILES_MAX} files");
                self.fail("file-limit", &name, message, "split the run");
            }
            return;
        }
        if bytes.len() as u64 > FILE_BYTES_MAX {
            let mebibytes = FILE_BYTES_MAX / 1024 / 1024;
            let message = format!("`{name}` is larger than {mebibytes} MiB");
            self.fail("file-limit", &name, message, "split the file");
            return;
        }
        self.bytes += bytes.len() as u64;
        if self.bytes > RUN_BYTES_MAX {
            if self.bytes - bytes.len() as u64 <= RUN_BYTES_MAX {
                let mebibytes = RUN_BYTES_MAX / 1024 / 1024;
                let message = format!("the manifests are larger than {mebibytes} MiB together");
                self.fail("file-limit", &name, message, "split the run");
            }
            return;
        }
        let utf_16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
        let (text, wrong) = match String::from_utf8(bytes) {
            Ok(text) => (text, Vec::new()),
            Err(error) => repaired(error.as_bytes()),
        };
        let source = Arc::new(Source::new(name, text));
        let folder = Arc::new(folder);
        for span in yaml::documents(&source.text) {
            if self.loaded.documents.len() == DOCUMENTS_MAX {
                let message = format!("there are more than {DOCUMENTS_MAX} documents");
                self.fail("file-limit", &source.name, message, "split the run");
                return;
            }
            let next = wrong.partition_point(|at| *at < span.start);
            match wrong.get(next).filter(|at| **at < span.end) {
                Some(at) => self.not_utf_8(&source, *at, utf_16),
                None => self.loaded.documents.push(Document {
                    source: Arc::clone(&source),
                    span,
                    folder: Arc::clone(&folder),
                }),
            }
        }
    }

    fn not_utf_8(&mut self, source: &Arc<Source>, at: usize, utf_16: bool) {
        let place = Place {
            source: Arc::clone(source),
            span: at..at + char::REPLACEMENT_CHARACTER.len_utf8(),
        };
        let hint = if utf_16 {
            "the file is UTF-16; save it as UTF-8"
        } else {
            "save the file as UTF-8"
        };
        let finding = Finding::error("yaml-syntax", place, "the text is not UTF-8 here");
        self.loaded.findings.push(finding.hint(hint));
    }
}

/// Whether an entry of a folder is a link to what lies outside of the folder
/// that was asked for. Whoever may propose a link may not choose which of this
/// machine's files are read, and quoted where they are no manifests.
fn leads_out(path: &Path, root: &Path) -> bool {
    let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    let is_below = || {
        let root = fs::canonicalize(root)?;
        Ok::<bool, std::io::Error>(fs::canonicalize(path)?.starts_with(root))
    };
    // What cannot be found out counts as outside.
    is_link && !is_below().unwrap_or(false)
}

/// The text with a mark in place of each wrong sequence, and where the marks
/// stand.
fn repaired(bytes: &[u8]) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(bytes.len());
    let mut wrong = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            wrong.push(text.len());
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    (text, wrong)
}

/// Reads at most one byte more than a file may have.
fn read_limited(reader: &mut dyn Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A path as the user would write it.
pub(super) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    match text.strip_prefix("./") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => text.into_owned(),
    }
}

#[cfg(test)]
mod tests;
