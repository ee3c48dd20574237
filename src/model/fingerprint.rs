//! Fingerprints: whether two values are the same, without the values.
//!
//! A plain hash of a bank account can be undone by trying all accounts, so every
//! fingerprint is made under a key. Whoever lacks the key learns nothing from it.

use std::fmt;

use hmac::{Hmac, Mac};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use super::digest::read_digits;
use crate::model::{Leaf, Tree};

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// Bytes of a fingerprint: half of an HMAC-SHA-256, which is plenty against
/// chance and keeps a plan of twenty thousand changes short.
const FINGERPRINT_BYTES: usize = 16;

/// The key under which fingerprints are made. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct FingerprintKey([u8; KEY_BYTES]);

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(key)")
    }
}

impl FingerprintKey {
    /// The key made of random bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// The key that a user's text stands for, whatever its length.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Starts a fingerprint. `purpose` keeps fingerprints of different things
    /// apart even where their values are the same.
    #[must_use]
    #[expect(
        clippy::missing_panics_doc,
        reason = "an HMAC takes a key of any length"
    )]
    pub fn start(&self, purpose: &str) -> Fingerprinter {
        let mac = Hmac::new_from_slice(&self.0).expect("an HMAC takes a key of any length");
        Fingerprinter(mac).text(purpose)
    }

    /// The fingerprint of one value.
    #[must_use]
    pub fn of_leaf(&self, leaf: &Leaf) -> Fingerprint {
        self.start("leaf").leaf(leaf).finish()
    }

    /// The fingerprint of all fields of a record.
    #[must_use]
    pub fn of_tree(&self, tree: &Tree) -> Fingerprint {
        self.start("tree").tree(tree).finish()
    }
}

/// Gathers what a fingerprint is of. Every part is written with its length, so
/// that no two lists of parts read alike.
pub struct Fingerprinter(Hmac<Sha256>);

impl Fingerprinter {
    /// Adds a text.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.0.update(&(text.len() as u64).to_be_bytes());
        self.0.update(text.as_bytes());
        self
    }

    /// Adds a text that may be missing.
    #[must_use]
    pub fn optional(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text("some").text(text),
            None => self.text("none"),
        }
    }

    /// Adds a value. A text is the same whether it is marked as sensitive or
    /// not: marks change with the program, values do not.
    #[must_use]
    pub fn leaf(self, leaf: &Leaf) -> Self {
        match leaf {
            Leaf::Unset => self.text("unset"),
            Leaf::Bool(value) => self.text("bool").text(&value.to_string()),
            Leaf::Integer(value) => self.text("integer").text(&value.to_string()),
            Leaf::Text(text) => self.text("text").text(text),
            Leaf::Sensitive(text) => self.text("text").text(text.expose()),
            Leaf::Set(names) => {
                let count = self.text("set").text(&names.len().to_string());
                names.iter().fold(count, |parts, name| parts.text(name))
            }
            // Members of an object are ordered by name.
            Leaf::Json(value) => self.text("json").text(&value.to_string()),
            Leaf::Reference(address) => self.text("reference").text(&address.to_string()),
        }
    }

    /// Adds all fields of a record.
    #[must_use]
    pub fn tree(self, tree: &Tree) -> Self {
        tree.iter().fold(self, |parts, (path, leaf)| {
            parts.text(path.as_str()).leaf(leaf)
        })
    }

    /// The fingerprint.
    #[must_use]
    pub fn finish(self) -> Fingerprint {
        let bytes = self.0.finalize().into_bytes();
        Fingerprint(hexadecimal(&bytes[..FINGERPRINT_BYTES]))
    }
}

/// Bytes in hexadecimal digits, two for each.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 0xf])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

/// What stands for a value that is not shown: 32 hexadecimal digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Fingerprint(#[schemars(regex(pattern = "^[0-9a-f]{32}$"))] String);

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_digits(deserializer, 2 * FINGERPRINT_BYTES).map(Self)
    }
}

impl Fingerprint {
    /// What is shown of it.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark(self.0[..MARK_DIGITS].to_owned())
    }
}

/// Tells a value that is not shown from another one: the first hexadecimal digits
/// of a fingerprint. One value in sixteen millions has those of another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Mark(#[schemars(regex(pattern = "^[0-9a-f]{6}$"))] String);

/// Hexadecimal digits of a mark.
const MARK_DIGITS: usize = 6;

impl<'de> Deserialize<'de> for Mark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_digits(deserializer, MARK_DIGITS).map(Self)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Sensitive;

    fn key() -> FingerprintKey {
        FingerprintKey::from_text("a key")
    }

    #[test]
    fn the_same_value_under_the_same_key_is_the_same() {
        let text = Leaf::Text("BG80".to_owned());
        let sensitive = Leaf::Sensitive(Sensitive::new("BG80"));
        assert_eq!(key().of_leaf(&text), key().of_leaf(&sensitive));
        assert_ne!(
            key().of_leaf(&text),
            FingerprintKey::from_text("other").of_leaf(&text)
        );
    }

    #[test]
    fn different_values_differ_also_where_their_texts_run_together() {
        let text = |text: &str| Leaf::Text(text.to_owned());
        let set = |names: &[&str]| Leaf::Set(names.iter().map(|&name| name.to_owned()).collect());
        let leaves = [
            Leaf::Unset,
            text(""),
            text("unset"),
            text("true"),
            Leaf::Bool(true),
            text("1"),
            Leaf::Integer(1),
            set(&["a", "b"]),
            set(&["ab"]),
            Leaf::Json(json!({ "a": 1 })),
            text("{\"a\":1}"),
        ];
        for (at, one) in leaves.iter().enumerate() {
            for other in &leaves[at + 1..] {
                assert_ne!(
                    key().of_leaf(one),
                    key().of_leaf(other),
                    "{one:?} {other:?}"
                );
            }
        }
        let joined = |parts: &[&str]| {
            let parts = parts
                .iter()
                .fold(key().start("x"), |all, part| all.text(part));
            parts.finish()
        };
        assert_ne!(joined(&["ab", "c"]), joined(&["a", "bc"]));
    }

    #[test]
    fn neither_key_nor_fingerprint_shows_anything() {
        assert_eq!(format!("{:?}", key()), "(key)");
        let shown = key().of_leaf(&Leaf::Text("BG80".to_owned())).to_string();
        assert_eq!(shown.len(), 2 * FINGERPRINT_BYTES);
        assert!(shown.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}
