//! Ctrl-C, and the signal by which a pipeline stops a job.

use std::io;

/// Waits until somebody wants the program to stop.
///
/// # Errors
/// When the signals cannot be watched.
#[cfg(unix)]
pub(super) async fn interrupted() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// Waits until somebody wants the program to stop.
///
/// # Errors
/// When the signal cannot be watched.
#[cfg(not(unix))]
pub(super) async fn interrupted() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
