//! What guards and policies say of a plan, as data.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Address, ProviderName, words};

use super::{ManifestPlace, ManifestState, Plan};

/// What kind of guard it is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum RulingKind {
    /// A number or a share of records is beyond what may be changed at once.
    Limit,
    /// A record is protected.
    Protect,
    /// Nothing is changed at this time.
    Freeze,
    /// An expression holds.
    Rule,
}

impl RulingKind {
    /// The word for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Protect => "protect",
            Self::Freeze => "freeze",
            Self::Rule => "rule",
        }
    }
}

/// What follows from a ruling.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The plan is refused: nothing of it is carried out.
    Deny,
    /// A reviewer should know; in nobody's way.
    Warn,
    /// It would be refused, and this run was told to let it pass.
    Allowed,
}

impl Effect {
    /// The word for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Deny => "refused",
            Self::Warn => "warning",
            Self::Allowed => "allowed",
        }
    }
}

/// What one guard or policy says of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ruling {
    /// What follows.
    pub effect: Effect,
    /// What kind of guard it is.
    pub kind: RulingKind,
    /// The `Policy` manifest; nothing for a built-in limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// What it is called inside the policy: `updates.max`, or a rule's name.
    pub rule: String,
    /// The provider, where the ruling is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderName>,
    /// What is in the way: a sentence without a period.
    pub message: String,
    /// How many records it counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<u64>,
    /// How many there may be, or which share: `200`, `30 %`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// The way out: what to do, a sentence without a period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The option that lets exactly this pass, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow: Option<String>,
    /// The resources, in the order of the plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
    /// Where the policy says so; nothing for a built-in limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<ManifestPlace>,
}

/// The most resources that a sentence names; what is beyond is counted.
const ADDRESSES_NAMED_MAX: usize = 5;

impl Ruling {
    /// `refused by limit updates.max of policy default at zegoal-prod`.
    #[must_use]
    pub fn title(&self) -> String {
        let Self {
            effect,
            kind,
            policy,
            rule,
            provider,
            ..
        } = self;
        let whose = match policy {
            Some(policy) => format!("of policy {policy}"),
            None => "built in".to_owned(),
        };
        let joint = match effect {
            Effect::Deny => "refused by",
            Effect::Warn => "warning of",
            Effect::Allowed => "allowed beyond",
        };
        let kind = kind.word();
        let mut title = format!("{joint} {kind} {rule}, {whose}");
        if let Some(provider) = provider {
            let _ = write!(title, ", at {provider}");
        }
        title
    }

    /// The resources, or the first of them and how many there are more.
    #[must_use]
    pub fn whom(&self) -> Option<String> {
        let named: Vec<String> = self
            .addresses
            .iter()
            .take(ADDRESSES_NAMED_MAX)
            .map(ToString::to_string)
            .collect();
        let more = self.addresses.len().saturating_sub(named.len());
        match (named.is_empty(), more) {
            (true, _) => None,
            (false, 0) => Some(named.join(", ")),
            (false, more) => Some(format!("{} and {more} more", named.join(", "))),
        }
    }
}

/// A `Policy` manifest that is not what it is in the base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyChange {
    /// The policy.
    pub policy: String,
    /// How it differs.
    pub state: ManifestState,
    /// What differs, where both have it: `limits.ends.max`, `rules.NAME`.
    pub fields: Vec<String>,
}

impl PolicyChange {
    /// What a reviewer should know: a sentence without a period.
    #[must_use]
    pub fn sentence(&self, revision: &str) -> String {
        let Self {
            policy,
            state,
            fields,
        } = self;
        match state {
            ManifestState::Changed => {
                let fields = words::list(fields.iter().map(String::as_str));
                format!(
                    "policy {policy} differs from {revision} in {fields}; \
                     the one of {revision} is used until this is merged"
                )
            }
            ManifestState::Added => {
                format!("policy {policy} is not in {revision}; it takes effect when this is merged")
            }
            ManifestState::Removed => format!(
                "policy {policy} is in {revision} and no longer here; \
                 it is used until this is merged"
            ),
            ManifestState::Broken => format!(
                "policy {policy} has errors at {revision}; everything is refused until it is right there"
            ),
        }
    }
}

impl Plan {
    /// Whether a guard or a policy refuses the plan.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.rulings
            .iter()
            .any(|ruling| ruling.effect == Effect::Deny)
    }
}
