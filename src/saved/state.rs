//! The saved plan as data.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    model::{
        Address, FieldPath, Fingerprint, ProviderName,
        intern::{self, Word},
    },
    plan::Plan,
};

/// The format's name and version.
pub const FORMAT: &str = "trueup.dev/saved-plan/v1alpha1";

/// A plan as `plan --out` keeps it and `apply FILE` carries it out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedPlan {
    /// The format and its version: `trueup.dev/saved-plan/v1alpha1`.
    #[serde(deserialize_with = "intern::word")]
    #[schemars(extend("const" = FORMAT))]
    pub format: Word,
    /// The version of the program that made it.
    #[serde(deserialize_with = "intern::word")]
    pub version: Word,
    /// Tells this plan from all others: 32 hexadecimal digits.
    pub id: String,
    /// When it was made.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub created: Timestamp,
    /// From when on it is refused.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub expires: Timestamp,
    /// The key of all fingerprints in it, or how to recognise that key.
    pub key: StoredKey,
    /// What it was made of.
    pub made_of: MadeOf,
    /// Which providers it is for, by name.
    pub providers: Vec<SavedProvider>,
    /// The fingerprint of all `Policy` manifests.
    pub policies: Fingerprint,
    /// The fingerprints of the selected manifests.
    pub manifests: BTreeMap<Address, Fingerprint>,
    /// The fingerprints of those that had not changed since the revision of
    /// `--changed-since`; nothing without it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub left_out: BTreeMap<Address, Fingerprint>,
    /// What each change of the plan that is to be carried out rests on.
    pub changes: BTreeMap<Address, SavedChange>,
    /// The plan: what `plan -o json` prints.
    pub plan: Plan,
    /// The fingerprint of everything above.
    pub digest: Fingerprint,
}

/// The key of a plan's fingerprints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", tag = "from", deny_unknown_fields)]
pub enum StoredKey {
    /// A key of its own, which stands in the file: whoever has the file can
    /// make and test fingerprints.
    File {
        /// 64 hexadecimal digits.
        text: KeyText,
    },
    /// A key from the environment, which does not.
    Environment {
        /// What the key makes of nothing, by which it is recognised.
        check: Fingerprint,
    },
}

/// A key in hexadecimal digits. It cannot be printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct KeyText(#[schemars(regex(pattern = "^[0-9a-f]{64}$"))] pub(super) String);

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(key)")
    }
}

/// What a plan was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MadeOf {
    /// The files and folders, as the user wrote them; `-` is standard input.
    pub filenames: Vec<String>,
    /// The label selector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<String>,
    /// The revision since which manifests had to have changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_since: Option<SavedRevision>,
    /// What the plan was told to let pass, such as `updates=231`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// Whether the sandbox stood in for the providers.
    pub sandbox: bool,
}

/// A revision of git.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedRevision {
    /// What the user called it.
    pub revision: String,
    /// The commit, in full.
    pub commit: String,
}

/// Which provider a plan is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedProvider {
    /// Its name.
    pub name: ProviderName,
    /// Its billing system.
    #[serde(deserialize_with = "intern::word")]
    pub system: Word,
    /// Who we were there.
    pub account: String,
    /// The fingerprints of what its manifest says, without credentials: those
    /// may be renewed at any time, and the account tells whose they are.
    pub settings: BTreeMap<FieldPath, Fingerprint>,
}

/// What a change rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedChange {
    /// The fingerprints of the live values that the plan relied on.
    pub relied_on: BTreeMap<FieldPath, Fingerprint>,
    /// The fingerprints of the values to be written, in the provider's terms.
    pub writes: BTreeMap<FieldPath, Fingerprint>,
    /// The state of the record, if it had ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
}

/// The text of the file of a saved plan.
///
/// # Panics
/// Never: all keys of a saved plan are text.
#[must_use]
pub fn file_text(saved: &SavedPlan) -> String {
    let mut text = serde_json::to_string_pretty(saved).expect("a saved plan has only text as keys");
    text.push('\n');
    text
}
