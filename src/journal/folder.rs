//! The folder of runs: a journal for each, and its receipt.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use crate::{
    file::{
        FileError,
        own::{self, Open},
    },
    model::FingerprintKey,
    receipt::{Document, State},
};

use super::{
    error::{advised, failed},
    line::{self, Chain},
    past::Past,
    receipt::{Ending, receipt},
    record::{Header, Taken},
    run::RunJournal,
};

/// How many runs are kept. Those of a month of daily work, and some more.
pub const RUNS_KEPT: usize = 50;

/// The largest journal that is read. Twenty thousand changes of three calls each
/// take some sixty megabytes.
const JOURNAL_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// The largest receipt that is read: it says what its journal says.
const RECEIPT_BYTES_MAX: u64 = JOURNAL_BYTES_MAX;

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
            own::folder(state).map_err(advised)?;
            own::keep_out_of_git(state).map_err(advised)?;
        }
        own::folder(&self.folder).map_err(advised)?;
        let path = self.path(&header.run, JOURNAL);
        let (text, chain) = first_lines(&header, &planned)
            .map_err(|error| failed(&path, "writing the journal")(error.into()))?;
        // Another run may look at any moment: it would remove one that is empty,
        // and settle one that is not locked.
        let file = own::create_locked(&path, &text).map_err(advised)?;
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
        let names = own::list(&self.folder, JOURNAL).map_err(advised)?;
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
    /// When it cannot be read, or is damaged in the middle, for which there is no
    /// hint: whoever knows how long its calls may take has to give it.
    pub fn read(&self, run: &str) -> Result<Option<Past>, FileError> {
        let path = self.path(run, JOURNAL);
        let file = own::open(&path, Open::Read).map_err(advised)?;
        let lines = parse(run, &path, &file)?;
        Ok(lines.map(|lines| Past {
            header: lines.header,
            records: lines.records,
        }))
    }

    /// When the journal of a run was last written, where the system says so.
    #[must_use]
    pub fn last_written(&self, run: &str) -> Option<Timestamp> {
        let file = own::open(&self.path(run, JOURNAL), Open::Read).ok()?;
        Timestamp::try_from(file.metadata().ok()?.modified().ok()?).ok()
    }

    /// Whether somebody holds the journal of a run: its own process, or the run that
    /// [took it over](Past::taken_over_by).
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn is_held(&self, run: &str) -> Result<bool, FileError> {
        let path = self.path(run, JOURNAL);
        let file = own::open(&path, Open::Read).map_err(advised)?;
        Ok(own::is_locked(&file))
    }

    /// Takes over the journal of a run that was cut off. `None` where the run is
    /// going on, or its journal has no whole first line. A journal without a whole
    /// first line is removed. This version names the file only after that line is
    /// synced, so such a file comes from a damaged disk or an earlier version.
    ///
    /// # Errors
    /// When it cannot be used, or is damaged in the middle.
    pub fn take_over(&self, run: &str) -> Result<Option<Opened>, FileError> {
        let path = self.path(run, JOURNAL);
        let file = own::open(&path, Open::Append).map_err(advised)?;
        if !own::try_lock(&file, &path).map_err(advised)? {
            return Ok(None);
        }
        let Some(lines) = parse(run, &path, &file)? else {
            own::remove(&path).map_err(advised)?;
            return Ok(None);
        };
        let past = Past {
            header: lines.header,
            records: lines.records,
        };
        // A torn line would be in the middle once something follows it.
        let whole = u64::try_from(lines.whole_bytes).unwrap_or(u64::MAX);
        file.set_len(whole)
            .map_err(failed(&path, "cutting off a torn line"))?;
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
        own::replace(&path, &document_text(document)).map_err(advised)
    }

    /// Writes the receipt of a run that was cut off as its journal has it now.
    /// Later runs find more out, so one that was made before is made anew; one
    /// that the run wrote itself stays.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn rebuild_receipt(&self, past: &Past) -> Result<(), FileError> {
        let path = self.path(&past.header.run, RECEIPT);
        let known = own::read(&path, RECEIPT_BYTES_MAX).map_err(advised)?;
        let rebuilt = receipt(past, Ending::CutOff)
            .map_err(|error| failed(&path, "writing the receipt")(error.into()))?;
        match known.map(|known| serde_json::from_slice::<Document>(&known)) {
            Some(Ok(known)) if known.state == State::Rebuilt && known != rebuilt => {}
            // One that cannot be read was altered, which is not ours to undo.
            Some(_) => return Ok(()),
            None => {}
        }
        self.keep_receipt(&rebuilt)
    }

    /// Where the receipt of a run is, if there is one.
    #[must_use]
    pub fn receipt_path(&self, run: &str) -> Option<PathBuf> {
        let path = self.path(run, RECEIPT);
        path.exists().then_some(path)
    }

    /// Removes the oldest runs beyond [`RUNS_KEPT`], and what processes left that
    /// were killed. A run whose journal is not closed is never removed.
    ///
    /// `now` is where the id of a run of this moment starts. Ids that come later
    /// are from a clock that was ahead: their runs are older than those made since
    /// it was put right, so they go first. The run that is `current` stays, whatever
    /// the clock has done meanwhile and however many others began after it.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn prune(&self, now: &str, current: &str) -> Result<(), FileError> {
        own::remove_left(&self.folder).map_err(advised)?;
        let mut runs = self.list()?;
        runs.sort_by_key(|run| (run == current, run.get(..now.len()).unwrap_or(run) <= now));
        let surplus = runs.len().saturating_sub(RUNS_KEPT);
        for run in &runs[..surplus] {
            if !self.is_closed(run)? {
                continue;
            }
            for ending in [RECEIPT, JOURNAL] {
                own::remove(&self.path(run, ending)).map_err(advised)?;
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
        let fail = || failed(&path, "reading");
        let mut file = own::open(&path, Open::Read).map_err(advised)?;
        let bytes = file.metadata().map_err(fail())?.len();
        let start = bytes.saturating_sub(TAIL_BYTES);
        file.seek(SeekFrom::Start(start)).map_err(fail())?;
        let mut tail = Vec::new();
        file.take(TAIL_BYTES)
            .read_to_end(&mut tail)
            .map_err(fail())?;
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
                .map_err(|error| failed(&self.path, "writing")(error.into()))?;
            text.push_str(&self.chain.line(&json));
        }
        self.file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.sync_data())
            .map_err(failed(&self.path, "writing"))?;
        self.past.records.extend(records);
        Ok(())
    }
}

/// A receipt as it stands in a file.
fn document_text(document: &Document) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("a receipt has text as keys");
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

fn parse(run: &str, path: &Path, file: &File) -> Result<Option<line::Lines>, FileError> {
    let bytes = file.metadata().map_err(failed(path, "reading"))?.len();
    if bytes > JOURNAL_BYTES_MAX {
        return Err(FileError::unfit(path, "is too large for a journal"));
    }
    let text = own::read_from(file, path, JOURNAL_BYTES_MAX).map_err(advised)?;
    let lines = line::parse(&text).map_err(|reason| FileError::unfit(path, reason))?;
    // The receipt is written under the name in the first line, which may be a
    // path to anywhere in a file that is not ours.
    if lines.as_ref().is_some_and(|lines| lines.header.run != run) {
        return Err(FileError::unfit(path, "is the journal of another run"));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests;
