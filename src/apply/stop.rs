//! How a run is asked to stop.

use std::sync::Arc;

use tokio::sync::watch;

/// Set once to let the calls in flight finish and start nothing new.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stop {
    /// Asks the run to stop.
    pub fn ask(&self) {
        self.0.send_replace(true);
    }

    /// Whether the run was asked to stop.
    #[must_use]
    pub fn asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Does some work that nothing is lost with, and leaves it where it stands
    /// when the run is asked to stop.
    pub(super) async fn unless_asked<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut changes = self.0.subscribe();
        tokio::select! {
            biased;
            // The sender lives as long as `self`, so this ends with a stop alone.
            _ = changes.wait_for(|asked| *asked) => None,
            done = work => Some(done),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test]
    async fn a_stop_ends_what_would_go_on_for_ever() {
        let stop = Stop::default();
        assert_eq!(stop.unless_asked(async { 7 }).await, Some(7));
        let other = stop.clone();
        let work = async {
            other.ask();
            pending::<()>().await;
        };
        assert_eq!(stop.unless_asked(work).await, None);
        assert_eq!(stop.unless_asked(async { 7 }).await, None);
        assert!(stop.asked());
    }
}
