//! The only reader of environment variables and of the machine's clock.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, Zoned, civil::Date};

use crate::{file, saved::KEY_VARIABLE};

/// Where Linux tells the machine's name.
const HOST_NAME: &str = "/proc/sys/kernel/hostname";

/// The longest name of a machine that is read, far beyond the 64 bytes that the
/// kernel allows.
const HOST_NAME_BYTES_MAX: u64 = 1024;

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

/// The text of the key for fingerprints, if the user gives one: with it, those of
/// several runs can be compared.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader of the environment"
)]
pub(super) fn fingerprint_key() -> Option<OsString> {
    std::env::var_os(KEY_VARIABLE)
}

/// Whether git is told where its own folder is, and not where the working tree
/// starts.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader of the environment"
)]
pub(super) fn is_top_unsaid() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some();
    is_set("GIT_DIR") && !is_set("GIT_WORK_TREE")
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
    let kernel = || file::read(Path::new(HOST_NAME), HOST_NAME_BYTES_MAX).ok();
    ["HOSTNAME", "COMPUTERNAME"]
        .into_iter()
        .find_map(variable)
        .or_else(kernel)
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
