//! Digests: whether two documents are the same, byte by byte of their one
//! spelling.
//!
//! A digest is made without a key and is for documents that hold nothing
//! sensitive. Values are compared by [fingerprints](super::fingerprint).

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// A SHA-256 in 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Digest(#[schemars(regex(pattern = "^[0-9a-f]{64}$"))] String);

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let hex = Sha256::digest(bytes)
            .into_iter()
            .flat_map(|byte| [byte >> 4, byte & 0xf])
            .filter_map(|digit| char::from_digit(u32::from(digit), 16));
        Self(hex.collect())
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
    fn a_digest_is_sha_256() {
        assert_eq!(
            Digest::of_bytes(b"abc").as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
