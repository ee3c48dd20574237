//! The one HTTP client that all providers share: time-outs, size caps, rate
//! limit, retries, redaction. It knows no provider.

mod address;
mod certificate;
mod effect;
mod failure;
mod limiter;
mod message;
mod pace;
mod patience;
mod retry_after;
mod secret;
mod transport;

pub use address::is_this_machine;
pub use effect::{Effect, FailureKind};
pub use failure::{HttpFailure, NO_API_HINT, innermost, sanitise, text_of, withheld};
pub use message::{Answer, Ask, Body, Delivery, SEND_WITHIN};
pub use pace::Pace;
pub use patience::{Budget, GaveUp, RETRY_AFTER_MAX, Wait, WaitReason, Waits};
#[doc(hidden)] // For `fuzz/`, which would otherwise need a server for each value.
pub use retry_after::asked;
pub use transport::{Limits, Transport};
