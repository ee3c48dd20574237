//! The key of a plan's fingerprints, and the digest over the whole of it.
//!
//! A key from the environment never stands in a file: who has the file learns
//! nothing from its fingerprints and cannot change it unnoticed. Without one, a
//! random key stands in the file: then fingerprints show what has moved, and the
//! digest finds accidents, not forgers.

use crate::model::{
    Fingerprint, FingerprintKey,
    fingerprint::{KEY_BYTES, hexadecimal},
};

use super::{
    SavedPlan,
    state::{KeyText, StoredKey},
};

/// The variable that holds the key under which saved plans and receipts hold
/// fingerprints.
pub const KEY_VARIABLE: &str = "TRUEUP_FINGERPRINT_KEY";

/// The key that a plan is saved with.
pub struct PlanKey {
    pub(super) key: FingerprintKey,
    pub(super) stored: StoredKey,
}

impl PlanKey {
    /// A key made for this one plan, from random bytes. It is kept in the file.
    #[must_use]
    pub fn of_its_own(bytes: [u8; KEY_BYTES]) -> Self {
        Self {
            key: FingerprintKey::from_bytes(bytes),
            stored: StoredKey::File {
                text: KeyText(hexadecimal(&bytes)),
            },
        }
    }

    /// A key from the environment. The file holds only what it is recognised
    /// by.
    #[must_use]
    pub fn from_environment(key: FingerprintKey) -> Self {
        let check = check(&key);
        Self {
            key,
            stored: StoredKey::Environment { check },
        }
    }

    /// Whether the key stands in the file.
    #[must_use]
    pub fn is_in_file(&self) -> bool {
        matches!(self.stored, StoredKey::File { .. })
    }
}

/// What a key is recognised by.
fn check(key: &FingerprintKey) -> Fingerprint {
    key.start("check").finish()
}

/// Why a saved plan cannot be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key is not at hand.
    #[error("the plan was saved with a key from `{KEY_VARIABLE}`, which is not set")]
    KeyMissing,
    /// The key at hand is another one.
    #[error("`{KEY_VARIABLE}` is not the key that the plan was saved with")]
    KeyDiffers,
    /// The plan holds its own key, where one from the environment is expected:
    /// anybody could have made it.
    #[error("the plan holds a key of its own, and `{KEY_VARIABLE}` is set")]
    KeyInFile,
    /// What stands in the file is no key.
    #[error("the key in the plan is broken")]
    KeyBroken,
    /// The file is not what was written.
    #[error("the plan has been altered since it was saved")]
    Altered,
}

impl SealError {
    /// What to do about it.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::KeyMissing | Self::KeyDiffers => {
                "set it to what it was when the plan was saved, or save a new plan"
            }
            Self::KeyInFile => {
                "save a new plan with the variable set; one that holds its own key could be made by anybody"
            }
            Self::KeyBroken | Self::Altered => "save a new plan; a saved plan is not to be edited",
        }
    }
}

impl SavedPlan {
    /// The key of the plan, once it is known that the plan is what was saved.
    ///
    /// # Errors
    /// When the key is not at hand, or the plan has been altered.
    pub fn unlock(&self, given: Option<&FingerprintKey>) -> Result<FingerprintKey, SealError> {
        let key = match (&self.key, given) {
            (StoredKey::Environment { .. }, None) => return Err(SealError::KeyMissing),
            (StoredKey::Environment { check: known }, Some(key)) => {
                if check(key) != *known {
                    return Err(SealError::KeyDiffers);
                }
                key.clone()
            }
            (StoredKey::File { .. }, Some(_)) => return Err(SealError::KeyInFile),
            (StoredKey::File { text }, None) => key_of(text).ok_or(SealError::KeyBroken)?,
        };
        if self.digest_under(&key) == self.digest {
            Ok(key)
        } else {
            Err(SealError::Altered)
        }
    }

    /// Makes the digest anew, after the plan was made or changed.
    pub fn seal(&mut self, key: &FingerprintKey) {
        self.digest = self.digest_under(key);
    }

    /// The fingerprint of everything but the digest itself.
    fn digest_under(&self, key: &FingerprintKey) -> Fingerprint {
        let mut value = serde_json::to_value(self).expect("a saved plan has only text as keys");
        if let Some(members) = value.as_object_mut() {
            members.remove("digest");
        }
        key.start("saved-plan").text(&value.to_string()).finish()
    }
}

/// The key that a text of hexadecimal digits stands for.
fn key_of(text: &KeyText) -> Option<FingerprintKey> {
    let digits: Vec<u32> = text
        .0
        .chars()
        .map(|digit| digit.to_digit(16))
        .collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits
        .chunks_exact(2)
        .filter_map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok())
        .collect();
    let bytes: [u8; KEY_BYTES] = bytes.try_into().ok()?;
    (digits.len() == 2 * KEY_BYTES).then(|| FingerprintKey::from_bytes(bytes))
}
