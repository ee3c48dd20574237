//! Writes lines and syncs them. Lines that wait at the same time share one sync,
//! and each waits until it is done.

use std::{
    fs::File,
    io::{self, Write},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::JoinHandle,
};

use tokio::sync::oneshot;

use super::line::Chain;

/// How many lines share one sync at most. More than the changes that can be in
/// flight bring nothing.
const BATCH_LINES_MAX: usize = 256;

/// How many lines may wait. A caller beyond that waits for its place.
const WAITING_LINES_MAX: usize = 1024;

/// Where lines go.
pub(super) trait Sink: Write + Send + 'static {
    /// Returns when everything written is safe.
    fn sync(&mut self) -> io::Result<()>;
}

impl Sink for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// Writes the lines of one journal, in a thread of its own. The thread ends when
/// the writer is dropped.
pub(super) struct Writer {
    lines: Option<SyncSender<Line>>,
    thread: Option<JoinHandle<()>>,
}

struct Line {
    json: String,
    done: oneshot::Sender<Result<(), String>>,
}

impl Writer {
    /// Goes on behind the lines that `chain` knows.
    pub(super) fn start(sink: impl Sink, chain: Chain) -> Self {
        let (lines, receiver) = sync_channel(WAITING_LINES_MAX);
        Self {
            lines: Some(lines),
            thread: Some(std::thread::spawn(move || run(sink, chain, &receiver))),
        }
    }

    /// Writes a line and waits until it is safe.
    ///
    /// # Errors
    /// What the system said; after a failure nothing is written any more, for
    /// what follows a torn line could not be read.
    pub(super) async fn write(&self, json: String) -> Result<(), String> {
        const GONE: &str = "its writer has stopped";
        let (done, written) = oneshot::channel();
        let line = Line { json, done };
        let lines = self.lines.as_ref().ok_or(GONE)?;
        lines.send(line).map_err(|_| GONE)?;
        written.await.map_err(|_| GONE)?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.lines.take());
        if let Some(thread) = self.thread.take() {
            // A panic in it has been reported where it happened.
            let _ = thread.join();
        }
    }
}

fn run(mut sink: impl Sink, mut chain: Chain, lines: &Receiver<Line>) {
    let mut broken: Option<String> = None;
    while let Ok(first) = lines.recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH_LINES_MAX
            && let Ok(line) = lines.try_recv()
        {
            batch.push(line);
        }
        if broken.is_none()
            && let Err(cause) = write_batch(&mut sink, &mut chain, &batch)
        {
            broken = Some(cause.to_string());
        }
        for line in batch {
            // Who asked may have been stopped meanwhile.
            let _ = line.done.send(broken.clone().map_or(Ok(()), Err));
        }
    }
}

fn write_batch(sink: &mut impl Sink, chain: &mut Chain, batch: &[Line]) -> io::Result<()> {
    let text: String = batch.iter().map(|line| chain.line(&line.json)).collect();
    sink.write_all(text.as_bytes())?;
    sink.flush()?;
    sink.sync()
}
