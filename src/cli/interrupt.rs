//! Ctrl-C, and the signal by which a pipeline stops a job.

use std::io;

/// Tells each time that somebody wants the program to stop. None is missed from
/// the moment that this value is made.
#[cfg(unix)]
pub(super) struct Interrupts {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Interrupts {
    /// Starts to watch.
    ///
    /// # Errors
    /// When the signals cannot be watched.
    pub(super) fn watch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Tells each time that somebody wants the program to stop.
#[cfg(not(unix))]
pub(super) struct Interrupts;

#[cfg(not(unix))]
impl Interrupts {
    /// Starts to watch.
    ///
    /// # Errors
    /// Never; the signature is that of Unix.
    pub(super) fn watch() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for the next one; for ever where it cannot be watched.
    pub(super) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Waits until somebody wants the program to stop.
///
/// # Errors
/// When the signals cannot be watched.
pub(super) async fn interrupted() -> io::Result<()> {
    Interrupts::watch()?.next().await;
    Ok(())
}
