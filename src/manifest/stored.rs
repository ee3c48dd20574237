//! What the program writes for people to keep, and JSON schemas: they may lie
//! among manifests, and are none.

use serde::{Deserialize, de::IgnoredAny};

use crate::{
    manifest::document::OWN_PREFIX,
    model::stored::{RECEIPT_FAMILY, SAVED_PLAN_FAMILY},
};

/// A file that is no manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stored {
    /// A plan that `plan --out` saved.
    SavedPlan,
    /// A receipt of an `apply`.
    Receipt,
    /// Something else in a format of ours.
    Other,
    /// A document that names its schema.
    Schema,
}

/// The members that tell what a file is. One that has two of the same name, or
/// more than one document, is not told.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    format: Option<String>,
    #[serde(rename = "$schema")]
    schema: Option<String>,
    api_version: Option<IgnoredAny>,
    kind: Option<IgnoredAny>,
}

/// What a file is that is no manifest. Whatever says of itself that it is a
/// manifest counts as one, so that no other member can hide it.
pub(super) fn recognise(text: &[u8]) -> Option<Stored> {
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    if first != Some(&b'{') {
        return None;
    }
    let head: Head = serde_json::from_slice(text).ok()?;
    if head.api_version.is_some() || head.kind.is_some() {
        return None;
    }
    match head.format {
        Some(format) if format.starts_with(SAVED_PLAN_FAMILY) => Some(Stored::SavedPlan),
        Some(format) if format.starts_with(RECEIPT_FAMILY) => Some(Stored::Receipt),
        Some(format) if format.starts_with(OWN_PREFIX) => Some(Stored::Other),
        _ => head.schema.map(|_| Stored::Schema),
    }
}

impl Stored {
    /// What it is, in words.
    pub(super) fn described(self) -> &'static str {
        match self {
            Self::SavedPlan => "a saved plan, and no manifest",
            Self::Receipt => "a receipt, and no manifest",
            Self::Other => "a file of trueup's own, and no manifest",
            Self::Schema => {
                "no manifest: it names a `$schema`, and neither `apiVersion` nor `kind`"
            }
        }
    }

    /// What it is good for.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::SavedPlan => {
                "`trueup apply FILE` carries it out, and `trueup show FILE` shows it"
            }
            Self::Receipt => "`trueup show FILE` shows it",
            Self::Other | Self::Schema => {
                "each manifest starts with `apiVersion`, `kind` and `metadata`"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_could_be_a_manifest_is_taken_for_something_else() {
        for (text, stored) in [
            (
                r#"{"format": "trueup.dev/saved-plan/v1alpha1"}"#,
                Some(Stored::SavedPlan),
            ),
            (
                r#"{"a": [{}], "format": "trueup.dev/receipt/v7"}"#,
                Some(Stored::Receipt),
            ),
            (
                " \n{\"format\": \"trueup.dev/journal/v1alpha1\"}\n",
                Some(Stored::Other),
            ),
            (
                r#"{"$schema": "https://json-schema.org/draft/2020-12/schema"}"#,
                Some(Stored::Schema),
            ),
            (
                r#"{"$schema": "x", "format": "date"}"#,
                Some(Stored::Schema),
            ),
            (
                r#"{"format": "trueup.dev/receipt/v1", "apiVersion": "trueup.dev/v1alpha1"}"#,
                None,
            ),
            (
                r#"{"format": "trueup.dev/receipt/v1", "\u006bind": "Policy"}"#,
                None,
            ),
            (r#"{"$schema": "x", "kind": "Policy"}"#, None),
            (
                r#"{"format": "trueup.dev/receipt/v1", "format": "x"}"#,
                None,
            ),
            (r#"{"format": "trueup.dev/v1alpha1x"}"#, Some(Stored::Other)),
            (r#"{"format": "somebody.else/v1"}"#, None),
            (r#"{"format": 1}"#, None),
            (
                "{\"format\": \"trueup.dev/receipt/v1\"}\n---\nkind: Policy\n",
                None,
            ),
            ("{format: trueup.dev/receipt/v1}", None),
            ("format: trueup.dev/receipt/v1", None),
            ("[]", None),
            ("", None),
        ] {
            assert_eq!(recognise(text.as_bytes()), stored, "{text}");
        }
    }
}
