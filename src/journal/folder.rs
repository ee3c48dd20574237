//! The folder of runs: a journal for each, and its receipt.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use crate::{model::FingerprintKey, receipt::Document};

use super::{
    error::FileError,
    line::{self, Chain},
    past::Past,
    record::{Header, Taken},
    run::RunJournal,
};

/// How many runs are kept. Those of a month of daily work, and some more.
pub const RUNS_KEPT: usize = 50;

/// The largest journal that is read. Twenty thousand changes of three calls each
/// take some sixty megabytes.
const JOURNAL_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// How much of a file is read to see whether it is closed: the last line is
/// about a hundred bytes then.
const TAIL_BYTES: u64 = 4096;

/// How the files of journals end.
const JOURNAL: &str = ".journal";

/// How the files of receipts end.
const RECEIPT: &str = ".receipt.json";

/// The folder of runs.
#[derive(Debug, Clone)]
pub struct Runs {
    folder: PathBuf,
}

/// A journal of an earlier run, locked so that nobody else settles it.
pub struct Opened {
    /// What it says.
    pub past: Past,
    path: PathBuf,
    file: File,
    chain: Chain,
}

impl Runs {
    /// The runs below a state folder. Nothing is made yet.
    #[must_use]
    pub fn below(state: &Path) -> Self {
        Self {
            folder: state.join("runs"),
        }
    }

    /// Opens the journal of a new run. When this returns, its first lines are
    /// safe on the disk, so a folder that cannot be written and a full disk are
    /// found before anything is sent.
    ///
    /// # Errors
    /// When a folder or the file cannot be made or written.
    pub fn begin(
        &self,
        header: Header,
        planned: Vec<Taken>,
        key: FingerprintKey,
        now: fn() -> Timestamp,
    ) -> Result<RunJournal, FileError> {
        if let Some(state) = self.folder.parent() {
            make(state)?;
            ignore(state)?;
        }
        make(&self.folder)?;
        let path = self.path(&header.run, JOURNAL);
        let mut file = private(OpenOptions::new().append(true).create_new(true))
            .open(&path)
            .map_err(FileError::io(&path, "making the journal"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let cause = io::ErrorKind::WouldBlock.into();
                return Err(FileError::io(&path, "locking the journal")(cause));
            }
            Err(TryLockError::Error(cause)) => {
                return Err(FileError::io(&path, "locking the journal")(cause));
            }
        }
        let (text, chain) = first_lines(&header, &planned)
            .map_err(|error| FileError::io(&path, "writing the journal")(error.into()))?;
        let written = file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| sync_folder(&self.folder));
        if let Err(cause) = written {
            // Nothing was sent on its account; half a file would only confuse.
            let _ = fs::remove_file(&path);
            return Err(FileError::io(&path, "writing the journal")(cause));
        }
        let past = Past {
            header,
            records: planned,
        };
        Ok(RunJournal::start(file, chain, past, key, now))
    }

    /// The ids of all runs, oldest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn list(&self) -> Result<Vec<String>, FileError> {
        let names = files(&self.folder, JOURNAL)?;
        let run = |path: PathBuf| {
            let name = path.file_name()?.to_str()?;
            Some(name.strip_suffix(JOURNAL)?.to_owned())
        };
        Ok(names.into_iter().filter_map(run).collect())
    }

    /// The runs whose journals are not closed, oldest first.
    ///
    /// # Errors
    /// When the folder or a file cannot be read.
    pub fn open_runs(&self) -> Result<Vec<String>, FileError> {
        let mut open = Vec::new();
        for run in self.list()? {
            if !self.is_closed(&run)? {
                open.push(run);
            }
        }
        Ok(open)
    }

    /// What a journal says. `None` where not even its first line is whole:
    /// then nothing was sent.
    ///
    /// # Errors
    /// When it cannot be read, or is damaged in the middle.
    pub fn read(&self, run: &str) -> Result<Option<Past>, FileError> {
        let path = self.path(run, JOURNAL);
        let mut file = File::open(&path).map_err(FileError::io(&path, "opening"))?;
        let lines = parse(run, &path, &mut file)?;
        Ok(lines.map(|lines| Past {
            header: lines.header,
            records: lines.records,
        }))
    }

    /// Whether the run is going on: its process holds its journal.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn is_going_on(&self, run: &str) -> Result<bool, FileError> {
        let path = self.path(run, JOURNAL);
        let file = File::open(&path).map_err(FileError::io(&path, "opening"))?;
        Ok(matches!(
            file.try_lock_shared(),
            Err(TryLockError::WouldBlock)
        ))
    }

    /// Takes over the journal of a run that was cut off. `None` where the run is
    /// going on, or its journal has no whole first line; an empty one is taken
    /// away.
    ///
    /// # Errors
    /// When it cannot be used, or is damaged in the middle.
    pub fn take_over(&self, run: &str) -> Result<Option<Opened>, FileError> {
        let path = self.path(run, JOURNAL);
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .open(&path)
            .map_err(FileError::io(&path, "opening"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(cause)) => return Err(FileError::io(&path, "locking")(cause)),
        }
        let Some(lines) = parse(run, &path, &mut file)? else {
            fs::remove_file(&path).map_err(FileError::io(&path, "removing"))?;
            return Ok(None);
        };
        let past = Past {
            header: lines.header,
            records: lines.records,
        };
        // A torn line would be in the middle once something follows it.
        let whole = u64::try_from(lines.whole_bytes).unwrap_or(u64::MAX);
        file.set_len(whole)
            .map_err(FileError::io(&path, "cutting off a torn line"))?;
        Ok(Some(Opened {
            past,
            path,
            file,
            chain: lines.chain,
        }))
    }

    /// Writes the receipt of a run into the folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_receipt(&self, document: &Document) -> Result<(), FileError> {
        let path = self.path(&document.run, RECEIPT);
        write_whole(&path, document_text(document).as_bytes())
    }

    /// Where the receipt of a run is, if there is one.
    #[must_use]
    pub fn receipt_path(&self, run: &str) -> Option<PathBuf> {
        let path = self.path(run, RECEIPT);
        path.exists().then_some(path)
    }

    /// Removes the oldest runs beyond [`RUNS_KEPT`]. One whose journal is not
    /// closed is never removed.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn prune(&self) -> Result<(), FileError> {
        let runs = self.list()?;
        let surplus = runs.len().saturating_sub(RUNS_KEPT);
        for run in &runs[..surplus] {
            if !self.is_closed(run)? {
                continue;
            }
            for ending in [RECEIPT, JOURNAL] {
                let path = self.path(run, ending);
                match fs::remove_file(&path) {
                    Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                        return Err(FileError::io(&path, "removing")(cause));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn path(&self, run: &str, ending: &str) -> PathBuf {
        self.folder.join(format!("{run}{ending}"))
    }

    /// Whether a journal is closed, by its last line alone.
    fn is_closed(&self, run: &str) -> Result<bool, FileError> {
        let path = self.path(run, JOURNAL);
        let fail = |action| FileError::io(&path, action);
        let mut file = File::open(&path).map_err(fail("opening"))?;
        let bytes = file.metadata().map_err(fail("reading"))?.len();
        let start = bytes.saturating_sub(TAIL_BYTES);
        file.seek(SeekFrom::Start(start)).map_err(fail("reading"))?;
        let mut tail = Vec::new();
        file.take(TAIL_BYTES)
            .read_to_end(&mut tail)
            .map_err(fail("reading"))?;
        let Some(tail) = tail.strip_suffix(b"\n") else {
            return Ok(false);
        };
        let last = tail.rsplit(|byte| *byte == b'\n').next().unwrap_or(tail);
        let json = String::from_utf8_lossy(last);
        let json = json.split_once(' ').map_or("", |(_, json)| json);
        Ok(matches!(
            serde_json::from_str(json),
            Ok(Taken::Closed { .. })
        ))
    }
}

impl Opened {
    /// Adds lines and syncs them.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn add(&mut self, records: Vec<Taken>) -> Result<(), FileError> {
        let mut text = String::new();
        for record in &records {
            let json = serde_json::to_string(record)
                .map_err(|error| FileError::io(&self.path, "writing")(error.into()))?;
            text.push_str(&self.chain.line(&json));
        }
        self.file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.sync_data())
            .map_err(FileError::io(&self.path, "writing"))?;
        self.past.records.extend(records);
        Ok(())
    }
}

/// A receipt as it stands in a file.
fn document_text(document: &Document) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

fn first_lines(header: &Header, planned: &[Taken]) -> Result<(String, Chain), serde_json::Error> {
    let mut chain = Chain::default();
    let mut text = chain.line(&serde_json::to_string(header)?);
    for record in planned {
        text.push_str(&chain.line(&serde_json::to_string(record)?));
    }
    Ok((text, chain))
}

fn parse(run: &str, path: &Path, file: &mut File) -> Result<Option<line::Lines>, FileError> {
    let damaged = |reason: String| FileError::Damaged {
        path: path.to_owned(),
        reason,
    };
    let bytes = file
        .metadata()
        .map_err(FileError::io(path, "reading"))?
        .len();
    if bytes > JOURNAL_BYTES_MAX {
        return Err(damaged("is too large for a journal".to_owned()));
    }
    let mut text = Vec::new();
    file.read_to_end(&mut text)
        .map_err(FileError::io(path, "reading"))?;
    let lines = line::parse(&text).map_err(damaged)?;
    // The receipt is written under the name in the first line, which may be a
    // path to anywhere in a file that is not ours.
    if lines.as_ref().is_some_and(|lines| lines.header.run != run) {
        return Err(damaged("is the journal of another run".to_owned()));
    }
    Ok(lines)
}

/// The files of a folder with that ending, in the order of their names. A folder
/// that is not there has none.
pub(super) fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, FileError> {
    let entries = match fs::read_dir(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(FileError::io(folder, "reading the folder"))?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry
            .map_err(FileError::io(folder, "reading the folder"))?
            .path();
        let name = path.file_name().and_then(|name| name.to_str());
        if name.is_some_and(|name| name.ends_with(ending)) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Makes a folder that nobody else may look into. One that is there already
/// stays as it is.
pub(super) fn make(folder: &Path) -> Result<(), FileError> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder
        .create(folder)
        .map_err(FileError::io(folder, "making the folder"))
}

/// Keeps the state folder out of git.
fn ignore(state: &Path) -> Result<(), FileError> {
    let path = state.join(".gitignore");
    if path.exists() {
        return Ok(());
    }
    fs::write(&path, "*\n").map_err(FileError::io(&path, "writing"))
}

/// A new file is for its owner alone.
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// The file beside another one that takes its place once it is whole.
fn fresh(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

/// Makes sure that [`write_whole`] will be able to make its file.
///
/// # Errors
/// When it cannot.
pub fn check_writable(path: &Path) -> Result<(), FileError> {
    let fresh = fresh(path);
    private(OpenOptions::new().write(true).create(true).truncate(true))
        .open(&fresh)
        .and_then(|_| fs::remove_file(&fresh))
        .map_err(FileError::io(path, "writing"))
}

/// Writes a file whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let fresh = fresh(path);
    let fail = |action| FileError::io(path, action);
    let mut file = private(OpenOptions::new().write(true).create(true).truncate(true))
        .open(&fresh)
        .map_err(fail("writing"))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(fail("writing"))?;
    fs::rename(&fresh, path).map_err(fail("replacing"))
}

/// A new name in a folder is safe when the folder is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
