//! Names that live as long as the process: kinds, field paths, operations.
//!
//! The program's own are literals. Those that are read from a stored plan or
//! receipt are kept here, each once, so that both can be compared and copied
//! alike.

use std::{collections::BTreeSet, sync::Mutex};

use serde::{Deserialize, Deserializer};

/// A name that lives as long as the process.
pub type Word = &'static str;

static WORDS: Mutex<BTreeSet<Word>> = Mutex::new(BTreeSet::new());

/// The one copy of a name. Memory is given back at the end of the process; what
/// is read is bounded by the limit on the size of a stored file.
#[must_use]
pub fn intern(text: &str) -> Word {
    let mut words = match WORDS.lock() {
        Ok(words) => words,
        // A set of words is whole at any time.
        Err(poisoned) => poisoned.into_inner(),
    };
    if let Some(word) = words.get(text) {
        return word;
    }
    let word: Word = Box::leak(text.to_owned().into_boxed_str());
    words.insert(word);
    word
}

/// Reads a name, for `#[serde(deserialize_with = "intern::word")]`.
///
/// # Errors
/// When the value is no text.
pub fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
    String::deserialize(deserializer).map(|text| intern(&text))
}

/// Reads a name that may be missing.
///
/// # Errors
/// When the value is no text.
pub fn optional_word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Word>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.map(|text| intern(&text)))
}

/// Reads a list of names.
///
/// # Errors
/// When the value is no list of texts.
pub fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Word>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    Ok(texts.iter().map(|text| intern(text)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_one() {
        let first = intern("billing.currency");
        let second = intern(&["billing", "currency"].join("."));
        assert!(std::ptr::eq(first, second));
        assert_ne!(first, intern("billing"));
    }
}
