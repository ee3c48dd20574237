//! The only reader of environment variables and of the machine's clock.

use std::{collections::BTreeMap, ffi::OsString};

use jiff::{Timestamp, Zoned, civil::Date};

/// The variable that holds the key under which saved plans hold fingerprints.
pub(super) const FINGERPRINT_KEY: &str = "TRUEUP_FINGERPRINT_KEY";

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

/// The text of the key under which saved plans hold fingerprints, if the user
/// gives one.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader of the environment"
)]
pub(super) fn fingerprint_key() -> Option<OsString> {
    std::env::var_os(FINGERPRINT_KEY)
}

/// Random bytes from the system.
pub(super) fn random<const BYTES: usize>() -> Result<[u8; BYTES], getrandom::Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
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

/// The time by the machine's clock.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader of the clock"
)]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}
