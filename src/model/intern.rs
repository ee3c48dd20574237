//! Names that live as long as the process: kinds, field paths, operations.
//!
//! The program's own are literals. Those that are read from a stored plan or
//! receipt are kept here, each once, so that both can be compared and copied
//! alike.

use std::{collections::BTreeSet, sync::Mutex};

use serde::{Deserialize, Deserializer, de};

use super::printable::is_plain;

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

/// A name out of a file that anybody may have written. It is printed as it is.
fn read<E: de::Error>(text: &str) -> Result<Word, E> {
    if is_plain(text) {
        Ok(intern(text))
    } else {
        Err(E::custom(
            "a name is empty, or holds what steers a terminal",
        ))
    }
}

/// Reads a name, for `#[serde(deserialize_with = "intern::word")]`.
///
/// # Errors
/// When the value is no text, or cannot be printed as it is.
pub fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
    read(&String::deserialize(deserializer)?)
}

/// Reads a name that may be missing.
///
/// # Errors
/// When the value is no text, or cannot be printed as it is.
pub fn optional_word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Word>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| read(&text)).transpose()
}

/// Reads a list of names.
///
/// # Errors
/// When the value is no list of texts, or one cannot be printed as it is.
pub fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Word>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| read(text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Stored {
        #[serde(deserialize_with = "word")]
        one: Word,
        #[serde(default, deserialize_with = "optional_word")]
        maybe: Option<Word>,
        #[serde(default, deserialize_with = "words")]
        more: Vec<Word>,
    }

    #[test]
    fn what_is_read_can_be_printed() {
        let read = |value: serde_json::Value| serde_json::from_value::<Stored>(value);
        let good = serde_json::json!({ "one": "PUT /a", "maybe": "b", "more": ["c"] });
        let good = read(good).expect("names");
        assert_eq!(
            (good.one, good.maybe, &*good.more),
            ("PUT /a", Some("b"), &["c"][..])
        );
        for bad in ["", "a\u{1b}[2J", "a\u{ad}", "a\nb"] {
            assert!(read(serde_json::json!({ "one": bad })).is_err(), "{bad:?}");
            assert!(read(serde_json::json!({ "one": "a", "maybe": bad })).is_err());
            assert!(read(serde_json::json!({ "one": "a", "more": [bad] })).is_err());
        }
    }

    #[test]
    fn equal_names_are_one() {
        let first = intern("billing.currency");
        let second = intern(&["billing", "currency"].join("."));
        assert!(std::ptr::eq(first, second));
        assert_ne!(first, intern("billing"));
    }
}
