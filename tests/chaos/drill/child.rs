//! The real binary as a child process that can be killed at any moment.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

/// A child that has not ended by then never will.
const CHILD_SECONDS_MAX: u64 = 120;

/// Between two looks at the length of the journal.
const JOURNAL_LOOK: Duration = Duration::from_micros(100);

/// The hold on a child that is running.
pub(crate) struct Leash {
    child: Mutex<Child>,
    killed: AtomicBool,
    ended: AtomicBool,
}

impl Leash {
    /// Kills the child as `kill -9` does. Gives whether it was still running.
    pub(crate) fn kill(&self) -> bool {
        if self.ended.load(Ordering::SeqCst) || self.killed.swap(true, Ordering::SeqCst) {
            return false;
        }
        self.child().kill().is_ok()
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a child ended.
pub(crate) struct Ended {
    /// Its exit code; none when it was killed.
    pub(crate) code: Option<i32>,
    /// Whether it had to be killed because it did not end.
    pub(crate) hung: bool,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

/// A command of one run.
pub(crate) struct Order<'a> {
    pub(crate) binary: &'a Path,
    pub(crate) folder: &'a Path,
    pub(crate) arguments: &'a [String],
    pub(crate) variables: &'a BTreeMap<String, String>,
}

/// Starts a child.
pub(crate) fn start(order: &Order<'_>) -> std::io::Result<(Arc<Leash>, Pipes)> {
    let mut child = Command::new(order.binary)
        .current_dir(order.folder)
        .args(order.arguments)
        .env_clear()
        .envs(order.variables)
        .env("TRUEUP_STATE", state_folder(order.folder))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let pipes = Pipes {
        stdout: collect(child.stdout.take()),
        stderr: collect(child.stderr.take()),
    };
    let leash = Leash {
        child: Mutex::new(child),
        killed: AtomicBool::new(false),
        ended: AtomicBool::new(false),
    };
    Ok((Arc::new(leash), pipes))
}

/// Where a child of a run keeps what it remembers.
pub(crate) fn state_folder(folder: &Path) -> PathBuf {
    folder.join("state")
}

/// What a child writes, as it comes. The end of both is its own end.
pub(crate) struct Pipes {
    stdout: mpsc::Receiver<Vec<u8>>,
    stderr: mpsc::Receiver<Vec<u8>>,
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What came before an error counts.
            let _ = pipe.read_to_end(&mut bytes);
        }
        // Nobody listens after the time is over.
        let _ = sender.send(bytes);
    });
    receiver
}

/// Waits for a child to end, by itself or killed.
pub(crate) fn wait(leash: &Leash, pipes: &Pipes) -> Ended {
    let patience = Duration::from_secs(CHILD_SECONDS_MAX);
    let stdout = pipes.stdout.recv_timeout(patience);
    let hung = stdout.is_err();
    if hung {
        leash.kill();
    }
    let stdout = stdout.or_else(|_| pipes.stdout.recv()).unwrap_or_default();
    let stderr = pipes.stderr.recv().unwrap_or_default();
    let status = leash.child().wait();
    leash.ended.store(true, Ordering::SeqCst);
    Ended {
        code: status.ok().and_then(|status| status.code()),
        hung,
        stdout,
        stderr,
    }
}

/// Kills a child after a time.
pub(crate) fn kill_after(leash: &Arc<Leash>, delay: Duration) {
    let leash = Arc::clone(leash);
    thread::spawn(move || {
        thread::sleep(delay);
        leash.kill();
    });
}

/// Kills a child when its journals have grown for the `nth` time, and a moment
/// later: what was written may be synced then, or sent, or neither.
pub(crate) fn kill_at_journal(leash: &Arc<Leash>, folder: &Path, nth: u64, delay: Duration) {
    let leash = Arc::clone(leash);
    let runs = state_folder(folder).join("runs");
    thread::spawn(move || {
        let mut length = journal_bytes(&runs);
        let mut grown = 0;
        while !leash.ended.load(Ordering::SeqCst) {
            let now = journal_bytes(&runs);
            if now != length {
                length = now;
                grown += 1;
                if grown >= nth {
                    thread::sleep(delay);
                    leash.kill();
                    return;
                }
            }
            thread::sleep(JOURNAL_LOOK);
        }
    });
}

fn journal_bytes(runs: &Path) -> u64 {
    let entries = fs::read_dir(runs).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "journal"))
        .filter_map(|entry| entry.metadata().ok())
        .map(|metadata| metadata.len())
        .sum()
}
