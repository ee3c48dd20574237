//! The only reader of environment variables and of the machine's clock.

use std::{collections::BTreeMap, path::PathBuf};

use jiff::{Timestamp, Zoned, civil::Date};

use crate::model::FingerprintKey;

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

/// The time by the machine's clock.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader of the clock"
)]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}

/// The variable that holds the user's key for fingerprints.
const FINGERPRINT_KEY: &str = "TRUEUP_FINGERPRINT_KEY";

/// The user's key for fingerprints, if one is given: with it, fingerprints of
/// several runs can be compared.
#[must_use]
pub(super) fn fingerprint_key() -> Option<FingerprintKey> {
    let text = variable(FINGERPRINT_KEY)?;
    Some(FingerprintKey::from_text(&text))
}

/// Where programs keep state of this user, by the XDG Base Directory
/// Specification.
#[must_use]
pub(super) fn state_home() -> Option<PathBuf> {
    let absolute = |name: &str| {
        let path = PathBuf::from(variable(name)?);
        path.is_absolute().then_some(path)
    };
    absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local").join("state")))
}

/// The user's name, as far as the environment says it.
#[must_use]
pub(super) fn user() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .find_map(variable)
        .unwrap_or_else(|| "unknown".to_owned())
}

/// The machine's name, as far as it can be found out.
#[must_use]
pub(super) fn host() -> String {
    let file = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    ["HOSTNAME", "COMPUTERNAME"]
        .into_iter()
        .find_map(variable)
        .or_else(file)
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}

/// A variable that is set and not empty.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader of the environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
