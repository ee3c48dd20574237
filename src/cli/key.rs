//! The key under which fingerprints are made.

use crate::{
    model::FingerprintKey,
    plan::{Base, Planned, mark},
    saved::KEY_VARIABLE,
};

use super::{env, error::CliError};

/// The shortest text that is taken for a key: less is guessed.
const KEY_CHARACTERS_MIN: usize = 16;

/// The key that the user gives for fingerprints.
pub(super) fn key_of_environment() -> Result<Option<FingerprintKey>, CliError> {
    let Some(text) = env::fingerprint_key() else {
        return Ok(None);
    };
    let usable = text
        .to_str()
        .filter(|text| text.chars().count() >= KEY_CHARACTERS_MIN);
    match usable {
        Some(text) => Ok(Some(FingerprintKey::from_text(text))),
        None => Err(CliError::usage(
            format_args!(
                "`{KEY_VARIABLE}` is no key: it has less than {KEY_CHARACTERS_MIN} characters, or is no text"
            ),
            "give it a long random text, such as what `openssl rand -hex 32` prints, or unset it",
        )),
    }
}

/// The key for the fingerprints of one run: the user's, or one that is known to
/// nobody.
pub(super) fn key_of_run() -> Result<FingerprintKey, CliError> {
    if let Some(key) = key_of_environment()? {
        return Ok(key);
    }
    let bytes = env::random().map_err(CliError::Random)?;
    Ok(FingerprintKey::from_bytes(bytes))
}

/// Marks the masked values of a plan, where the user gives a key. Under a key that
/// nobody knows a mark would be another one in each plan.
pub(super) fn mark_masked(planned: &mut Planned, base: Option<&Base>) -> Result<(), CliError> {
    if let Some(key) = key_of_environment()? {
        mark(planned, base, &key);
    }
    Ok(())
}
