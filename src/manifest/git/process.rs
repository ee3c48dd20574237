//! Runs git. Nothing that is run here can write, ask or fetch.

use std::{
    collections::BTreeSet,
    io::{self, BufRead, BufReader, Read, Write},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use crate::model::limit::{REVISION_FILES_MAX, SERVER_WORDS_BYTES_MAX};

use super::{GitError, Standpoint, tree::Entry};

/// How many objects are asked for at once. Their names must fit into the
/// smallest pipe (4 KiB), so that neither side ever waits for the other.
const OBJECTS_ASKED_MAX: usize = 32;

/// How many paths one command is given, so that a command line has room for the
/// longest (4 KiB each).
const PATHS_ASKED_MAX: usize = 128;

/// Settings that a repository could use to have its programs run or its hosts
/// asked. What is run here needs none of them; so that it stays so, they are
/// switched off.
const SWITCHED_OFF: [&str; 3] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
];

/// The variable that tells git where its own folder is.
const GIT_FOLDER: &str = "GIT_DIR";

/// What git is asked for its own folder.
const OWN_FOLDER: [&str; 2] = ["rev-parse", "--absolute-git-dir"];

/// The mode of a symbolic link in a difference.
const LINK_MODE: &str = "120000";

/// The first mode in a difference of what was not there before.
const NO_MODE: &str = ":000000";

/// The status in a difference of what is there no longer.
const REMOVED: &str = "D";

/// A path at which the index differs from a commit.
struct Changed {
    path: String,
    /// Whether the commit has something there.
    was_there: bool,
    /// Whether the index has a link there.
    is_link: bool,
    /// Whether the index has nothing there.
    is_removed: bool,
}

/// Git in one folder.
pub(super) struct Git {
    folder: PathBuf,
    /// Whether git looks for its folder itself, and is not told of it.
    looks_itself: bool,
}

impl Git {
    /// Git as it is seen from a place. Where git is told of its own folder alone,
    /// it takes whichever folder it runs in for the top of the working tree. So
    /// it looks for itself then, and must come to the same folder.
    pub(super) fn at(standpoint: Standpoint<'_>) -> Result<Self, GitError> {
        let mut git = Self {
            folder: standpoint.folder.to_owned(),
            looks_itself: false,
        };
        if standpoint.is_top_unsaid {
            let told = git
                .answer(&OWN_FOLDER)?
                .map_err(|words| failed("rev-parse", words))?;
            git.looks_itself = true;
            if git.answer(&OWN_FOLDER)? != Ok(told) {
                return Err(GitError::TopUnsaid);
            }
        }
        Ok(git)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .args(["--no-replace-objects", "--no-pager", "--literal-pathspecs"])
            .args(SWITCHED_OFF.iter().flat_map(|setting| ["-c", setting]))
            .args(arguments)
            .current_dir(&self.folder)
            // Its words are read below, so they must be in one language.
            .env("LC_ALL", "C")
            // What a partial clone left out is not fetched behind one's back.
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if self.looks_itself {
            command.env_remove(GIT_FOLDER);
        }
        command
    }

    /// What a command prints, without the line break at its end; or else its
    /// words on standard error.
    fn answer(&self, arguments: &[&str]) -> Result<Result<String, String>, GitError> {
        let output = self.command(arguments).output().map_err(start_error)?;
        if output.status.success() {
            let text = String::from_utf8_lossy(&output.stdout);
            return Ok(Ok(text.trim_end_matches(['\n', '\r']).to_owned()));
        }
        Ok(Err(words(&output.stderr)))
    }

    /// The top of the working tree. A bare repository has none.
    pub(super) fn top(&self) -> Result<Option<PathBuf>, GitError> {
        let ask = |what: &str| {
            self.answer(&["rev-parse", what])?
                .map_err(|words| failed("rev-parse", words))
        };
        if ask("--is-bare-repository")? == "true" {
            return Ok(None);
        }
        let top = ask("--show-toplevel")?;
        Ok(Some(
            std::fs::canonicalize(&top).unwrap_or_else(|_| PathBuf::from(top)),
        ))
    }

    /// The commit that a revision names.
    pub(super) fn commit(&self, name: &str) -> Result<String, GitError> {
        let unknown = || GitError::Unknown {
            name: name.to_owned(),
        };
        if name.is_empty() || name.contains(['\0', '\n']) {
            return Err(unknown());
        }
        let wanted = format!("{name}^{{commit}}");
        let found = self.answer(&[
            "rev-parse",
            "--quiet",
            "--verify",
            "--end-of-options",
            &wanted,
        ])?;
        if let Ok(id) = found
            && is_object_id(&id)
        {
            return Ok(id);
        }
        let shallow = self.answer(&["rev-parse", "--is-shallow-repository"])?;
        if shallow.is_ok_and(|answer| answer == "true") {
            return Err(GitError::Shallow {
                name: name.to_owned(),
            });
        }
        Err(unknown())
    }

    /// All files at or below a path of a commit.
    pub(super) fn entries(&self, commit: &str, path: &str) -> Result<Vec<Entry>, GitError> {
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", commit];
        if !path.is_empty() {
            arguments.extend(["--", path]);
        }
        self.tree(commit, &arguments)
    }

    /// What a commit has at exactly these paths, folders left out.
    pub(super) fn entries_at(&self, commit: &str, paths: &[&str]) -> Result<Vec<Entry>, GitError> {
        let mut entries = Vec::new();
        for paths in paths.chunks(PATHS_ASKED_MAX) {
            let mut arguments = vec!["ls-tree", "-z", "--full-tree", commit, "--"];
            arguments.extend(paths);
            entries.extend(self.tree(commit, &arguments)?);
        }
        Ok(entries)
    }

    /// Whether a commit has anything at a path, folders among it.
    pub(super) fn is_there(&self, commit: &str, path: &str) -> Result<bool, GitError> {
        self.has(&format!("{commit}:{path}"))
    }

    fn has(&self, object: &str) -> Result<bool, GitError> {
        let arguments = [
            "rev-parse",
            "--quiet",
            "--verify",
            "--end-of-options",
            object,
        ];
        let output = self.command(&arguments).output().map_err(start_error)?;
        if output.status.success() {
            return Ok(true);
        }
        // Silent means absent; whatever else is wrong must not pass for it.
        if output.stderr.is_empty() {
            Ok(false)
        } else {
            Err(failed("rev-parse", words(&output.stderr)))
        }
    }

    /// The links of the index that stand where a commit has a folder, a file or
    /// another link.
    pub(super) fn replaced_by_links(&self, commit: &str) -> Result<Vec<String>, GitError> {
        let mut links = Vec::new();
        let mut others = BTreeSet::new();
        for change in self.index_changes(commit, "--ignore-submodules=all")? {
            if change.is_link {
                links.push((change.path, change.was_there));
            } else {
                others.insert(change.path);
            }
        }
        // What was in a folder is gone where a link has taken its place.
        let was_folder = |link: &str| {
            let start = format!("{link}/");
            let mut from = others.range(start.clone()..);
            from.next().is_some_and(|path| path.starts_with(&start))
        };
        links.retain(|(link, was_there)| *was_there || was_folder(link));
        Ok(links.into_iter().map(|(link, _)| link).collect())
    }

    /// The files, links and submodules of the index that a commit does not have,
    /// or has otherwise. A repository without a working tree has none.
    pub(super) fn tracked_since(&self, commit: &str) -> Result<BTreeSet<String>, GitError> {
        let changes = self.index_changes(commit, "--ignore-submodules=none")?;
        let there = changes.into_iter().filter(|change| !change.is_removed);
        Ok(there.map(|change| change.path).collect())
    }

    /// How the index of the working tree differs from a commit.
    fn index_changes(&self, commit: &str, submodules: &str) -> Result<Vec<Changed>, GitError> {
        let arguments = [
            "diff-index",
            "--cached",
            "--raw",
            "-z",
            "--no-renames",
            "--no-relative",
            "--no-ext-diff",
            submodules,
            commit,
            "--",
        ];
        let mut changes = Vec::new();
        let mut head: Option<Changed> = None;
        // `:MODE MODE ID ID STATUS`, and then the path.
        self.records("diff-index", commit, &arguments, |record| {
            let record = String::from_utf8_lossy(record).into_owned();
            if let Some(change) = head.take() {
                changes.push(Changed {
                    path: record,
                    ..change
                });
                return;
            }
            let mut words = record.split(' ');
            head = Some(Changed {
                path: String::new(),
                was_there: words.next() != Some(NO_MODE),
                is_link: words.next() == Some(LINK_MODE),
                is_removed: words.next_back() == Some(REMOVED),
            });
        })?;
        Ok(changes)
    }

    fn tree(&self, commit: &str, arguments: &[&str]) -> Result<Vec<Entry>, GitError> {
        let mut entries = Vec::new();
        self.records("ls-tree", commit, arguments, |record| {
            entries.extend(Entry::parse(record));
        })?;
        Ok(entries)
    }

    /// Reads what a command about a commit prints between NULs.
    fn records(
        &self,
        name: &'static str,
        commit: &str,
        arguments: &[&str],
        mut read: impl FnMut(&[u8]),
    ) -> Result<(), GitError> {
        let mut child = self.command(arguments).spawn().map_err(start_error)?;
        let mut stdout = BufReader::new(piped(child.stdout.take())?);
        let mut line = Vec::new();
        let mut count = 0;
        while stdout.read_until(0, &mut line)? > 0 {
            read(line.strip_suffix(b"\0").unwrap_or(&line));
            line.clear();
            count += 1;
            if count > REVISION_FILES_MAX {
                child.kill()?;
                child.wait()?;
                let words = format!("the revision has more than {REVISION_FILES_MAX} files there");
                return Err(failed(name, words));
            }
        }
        let output = child.wait_with_output()?;
        if !output.status.success() {
            let words = words(&output.stderr);
            return Err(match missing(&words, commit) {
                Some(id) => GitError::Missing { id },
                None => failed(name, words),
            });
        }
        Ok(())
    }

    /// One process that gives the contents of objects.
    pub(super) fn blobs(&self) -> Result<Blobs, GitError> {
        let mut child = self
            .command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .spawn()
            .map_err(start_error)?;
        Ok(Blobs {
            stdin: Some(piped(child.stdin.take())?),
            stdout: BufReader::new(piped(child.stdout.take())?),
            child,
        })
    }
}

/// `git cat-file --batch`, running.
pub(super) struct Blobs {
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    child: Child,
}

impl Blobs {
    /// The contents of some objects in their order, each cut after one byte
    /// more than `bytes_max`, so that what is too large is seen to be.
    pub(super) fn read(&mut self, ids: &[&str], bytes_max: u64) -> Result<Vec<Vec<u8>>, GitError> {
        let mut contents = Vec::with_capacity(ids.len());
        for ids in ids.chunks(OBJECTS_ASKED_MAX) {
            let mut asked = ids.join("\n");
            asked.push('\n');
            if let Some(stdin) = &mut self.stdin {
                stdin.write_all(asked.as_bytes())?;
                stdin.flush()?;
            }
            for id in ids {
                contents.push(self.next(id, bytes_max)?);
            }
        }
        Ok(contents)
    }

    /// Reads `ID blob SIZE`, the content and a line break.
    fn next(&mut self, id: &str, bytes_max: u64) -> Result<Vec<u8>, GitError> {
        let mut head = String::new();
        self.stdout.read_line(&mut head)?;
        let size = head
            .trim_end()
            .rsplit_once(' ')
            .and_then(|(_, size)| size.parse::<u64>().ok());
        let Some(size) = size else {
            return Err(GitError::Missing { id: id.to_owned() });
        };
        let mut content = Vec::new();
        let kept = size.min(bytes_max.saturating_add(1));
        (&mut self.stdout).take(kept).read_to_end(&mut content)?;
        let rest = size - kept + 1;
        let skipped = io::copy(&mut (&mut self.stdout).take(rest), &mut io::sink())?;
        if skipped < rest {
            return Err(failed("cat-file", "the answer ended early".to_owned()));
        }
        Ok(content)
    }

    /// Lets the process end.
    pub(super) fn end(mut self) -> Result<(), GitError> {
        drop(self.stdin.take());
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Blobs {
    fn drop(&mut self) {
        // After an error nobody reads the rest; a process that has ended by
        // itself is not harmed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn piped<T>(pipe: Option<T>) -> Result<T, GitError> {
    pipe.ok_or_else(|| io::Error::from(io::ErrorKind::BrokenPipe).into())
}

fn start_error(error: io::Error) -> GitError {
    match error.kind() {
        io::ErrorKind::NotFound => GitError::NotInstalled,
        _ => GitError::Io(error),
    }
}

/// The start of what git said on standard error, on one line.
fn words(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    let line = line.unwrap_or("it failed without a word");
    let line = line.strip_prefix("fatal: ").unwrap_or(line);
    line.chars().take(SERVER_WORDS_BYTES_MAX).collect()
}

fn failed(command: &'static str, words: String) -> GitError {
    if words.contains("not a git repository") {
        GitError::NotARepository
    } else if words.contains("dubious ownership") {
        GitError::Distrusted(words)
    } else {
        GitError::Failed { command, words }
    }
}

/// The object that git says it does not have: a tree of the commit, or the one
/// that it names.
fn missing(words: &str, commit: &str) -> Option<String> {
    let lacks = ["not a tree object", "bad tree object", "could not"];
    if !lacks.iter().any(|lack| words.contains(lack)) {
        return None;
    }
    let named = words
        .split(|letter: char| !letter.is_ascii_hexdigit())
        .find(|word| is_object_id(word));
    Some(named.unwrap_or(commit).to_owned())
}

/// Names of objects are SHA-1 or SHA-256 in hexadecimal digits.
fn is_object_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
