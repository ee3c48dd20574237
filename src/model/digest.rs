//! Digests: whether two documents are the same, byte by byte of their one
//! spelling.
//!
//! A digest is made without a key and is for documents that hold nothing
//! sensitive. Values are compared by [fingerprints](super::fingerprint).

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::fingerprint::hexadecimal;

/// A SHA-256 in 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Digest(#[schemars(regex(pattern = "^[0-9a-f]{64}$"))] String);

/// Hexadecimal digits of a digest.
const DIGITS: usize = 64;

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_digits(deserializer, DIGITS).map(Self)
    }
}

/// Reads so many hexadecimal digits. What files hold in their place is printed
/// as it is.
pub(super) fn read_digits<'de, D: Deserializer<'de>>(
    deserializer: D,
    digits: usize,
) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() == digits && text.bytes().all(is_digit) {
        Ok(text)
    } else {
        Err(de::Error::custom(format_args!(
            "{digits} hexadecimal digits are wanted"
        )))
    }
}

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(hexadecimal(&Sha256::digest(bytes)))
    }

    /// The digest of a JSON value in its [one spelling](canonical).
    #[must_use]
    pub fn of_json(value: &Value) -> Self {
        Self::of_bytes(canonical(value).as_bytes())
    }

    /// The digest of what a value is written as. It goes through the text, so
    /// that whoever reads the text again finds the same digest.
    ///
    /// # Errors
    /// When the value has no JSON, such as a map whose keys are no texts.
    pub fn of(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        let text = serde_json::to_string(value)?;
        Ok(Self::of_json(&serde_json::from_str(&text)?))
    }

    /// The hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A JSON value without blanks and with the members of every object in the
/// order of their names.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value);
    out
}

fn write(out: &mut String, value: &Value) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (at, (name, member)) in members.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write(out, member);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(out, item);
            }
            out.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn blanks_and_the_order_of_members_do_not_count() {
        let one: Value =
            serde_json::from_str("{\"b\": [1, {\"y\": \"ä\\n\", \"x\": null}],\n\"a\": true}")
                .expect("JSON");
        assert_eq!(
            canonical(&one),
            "{\"a\":true,\"b\":[1,{\"x\":null,\"y\":\"ä\\n\"}]}"
        );
        let other = json!({ "a": true, "b": [1, { "x": null, "y": "ä\n" }] });
        assert_eq!(Digest::of_json(&one), Digest::of_json(&other));
        assert_ne!(
            Digest::of_json(&one),
            Digest::of_json(&json!({ "a": true }))
        );
    }

    #[test]
    fn what_is_read_has_digits_and_nothing_else() {
        let read = |text: &str| serde_json::from_value::<Digest>(text.into());
        let good = "0a".repeat(32);
        assert_eq!(read(&good).map(|digest| digest.0).ok(), Some(good.clone()));
        for bad in [
            "",
            &good[1..],
            &good.to_uppercase(),
            &format!("{}\u{202e}", &good[3..]),
        ] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_digest_is_sha_256() {
        assert_eq!(
            Digest::of_bytes(b"abc").as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
