//! The only reader of environment variables and of the machine's clock.

use std::collections::BTreeMap;

use jiff::{Timestamp, Zoned, civil::Date};

/// Whether the user forbids colour everywhere: `NO_COLOR` is set and not empty
/// (no-color.org), or the terminal is a dumb one.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader of the environment"
)]
pub(super) fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|value| value == "dumb")
}

/// All variables whose names and values are text, for `{ env: NAME }`.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader of the environment"
)]
pub(super) fn variables() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Today's date in the machine's time zone.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader of the clock"
)]
pub(super) fn today() -> Date {
    Zoned::now().date()
}

/// Tells when so many seconds have passed from now.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader of the clock"
)]
pub(super) fn stopwatch(seconds: u64) -> impl Fn() -> bool {
    let start = std::time::Instant::now();
    move || start.elapsed().as_secs() >= seconds
}

/// The time by the machine's clock.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader of the clock"
)]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}
