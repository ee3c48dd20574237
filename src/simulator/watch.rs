//! Looks on while requests are served, so that a test can do something at an
//! exact moment: stop a client between an effect and its answer, say.

use std::sync::Arc;

/// A moment in the life of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It has arrived, and nothing has been done.
    Arrived,
    /// It has been carried out, or struck by a fault, and not been answered.
    Decided,
    /// The answer has been handed over to the connection.
    Answered,
}

/// What the watcher wants to become of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It goes on.
    GoOn,
    /// The connection is cut. What has been done stays done.
    Cut,
}

/// Told of every moment of every request, and whether the request could change
/// anything, while it waits. It must not ask the service anything.
pub type Watcher = Arc<dyn Fn(Moment, bool) -> Seen + Send + Sync>;
