//! Names and ids. Each is a type of its own, so that one cannot be taken for
//! another.

use std::{borrow::Cow, fmt, sync::Arc};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::model::intern::intern;

/// A manifest's kind, such as `CovePartner`.
pub type Kind = &'static str;

/// The longest name: that of a Kubernetes label value, so that `kustomize` and
/// other tools of that family accept whatever this one accepts.
pub const NAME_CHARACTERS_MAX: usize = 63;

/// The address of a resource: its kind and its name, written `Kind/name`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// The kind.
    pub kind: Kind,
    /// The name, unique among the manifests of that kind.
    pub name: Arc<str>,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

impl Serialize for Address {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // Addresses out of files are printed as they are.
        let (kind, name) = text
            .split_once('/')
            .filter(|(kind, name)| is_kind(kind) && is_name(name))
            .ok_or_else(|| serde::de::Error::custom("an address is written Kind/name"))?;
        Ok(Self {
            kind: intern(kind),
            name: name.into(),
        })
    }
}

impl JsonSchema for Address {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Address".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[A-Za-z]+/[^/]+$" })
    }
}

/// The name of a `Provider` manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct ProviderName(pub Arc<str>);

impl<'de> Deserialize<'de> for ProviderName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // Names out of files are printed as they are.
        if is_name(&text) {
            Ok(Self(text.into()))
        } else {
            Err(serde::de::Error::custom(
                "a provider has a name that is none",
            ))
        }
    }
}

impl fmt::Display for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a text is a UUID in its usual form, in either case.
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12]
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// A record's id at its provider, as text. Opaque: only the provider's own
/// code looks inside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RemoteId(pub String);

impl fmt::Display for RemoteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `kind` can be a kind: letters and nothing else.
fn is_kind(kind: &str) -> bool {
    !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether `name` can be the name of a manifest: lower-case letters, digits and
/// `-`, not at either end, at most [`NAME_CHARACTERS_MAX`] characters.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty()
        && name.len() <= NAME_CHARACTERS_MAX
        && name.bytes().all(inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_can_be_printed() {
        let address = |text: &str| serde_json::from_value::<Address>(text.into());
        let provider = |text: &str| serde_json::from_value::<ProviderName>(text.into());
        assert_eq!(
            address("ToyCustomer/a-1").map(|one| one.to_string()).ok(),
            Some("ToyCustomer/a-1".to_owned())
        );
        assert!(provider("toy-prod").is_ok());
        for bad in [
            "ToyCustomer",
            "/a",
            "ToyCustomer/",
            "Toy\u{1b}[2J/a",
            "ToyCustomer/a\u{202e}",
            "ToyCustomer/a/b",
            "ToyCustomer/a\n::error::x",
        ] {
            assert!(address(bad).is_err(), "{bad:?}");
            assert!(provider(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn names_are_dns_labels() {
        for good in ["acme", "10001", "a-b", "0", &"a".repeat(63)] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "-a", "a-", "Acme", "a_b", "a.b", "ä", &"a".repeat(64)] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn uuids_have_five_groups_of_hexadecimal_digits() {
        assert!(is_uuid("48D06C90-F8A4-4726-A83C-A47DBB709F25"));
        assert!(is_uuid("48d06c90-f8a4-4726-a83c-a47dbb709f25"));
        for other in [
            "Colorado",
            "48d06c90-f8a4-4726-a83c",
            "48d06c90-f8a4-4726-a83c-a47dbb709f2g",
            "48d06c90f-8a4-4726-a83c-a47dbb709f25",
        ] {
            assert!(!is_uuid(other), "{other}");
        }
    }
}
