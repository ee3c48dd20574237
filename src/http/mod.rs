//! The one HTTP client that all providers share: time-outs, size caps, rate
//! limit, retries, redaction. It knows no provider.

mod address;
mod failure;
mod limiter;
mod pace;
mod patience;
mod retry_after;
mod transport;

pub use failure::{Effect, FailureKind, HttpFailure, sanitise, text_of};
pub use pace::Pace;
pub use patience::{GaveUp, Wait, WaitReason, Waits};
pub use transport::{Answer, Ask, Body, Limits, Transport};
