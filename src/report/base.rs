//! What every format says of the manifests that govern a run and are not what
//! they are in the base, so that the formats differ in form alone.

use crate::plan::{EndpointChange, ManifestState, Plan, PolicyChange};

/// One `Provider` or `Policy` manifest that is not what it is in the base.
pub(super) struct Governing {
    /// What found it: a fixed name in lower case with hyphens.
    pub(super) check: &'static str,
    /// Which manifest it is, such as `provider zegoal`.
    pub(super) subject: String,
    /// What a reviewer should know: a sentence without a period.
    pub(super) sentence: String,
    /// Whether a reviewer must not miss it.
    pub(super) is_alarming: bool,
}

impl Governing {
    /// `!` where a reviewer must not miss it.
    pub(super) fn start(&self) -> &'static str {
        if self.is_alarming { "! " } else { "  " }
    }
}

/// All of them, the dangerous ones first: what is pointed elsewhere or loosened,
/// then what is broken or taken away, then what has no effect yet, and at the end
/// what nobody has to look at.
pub(super) fn governing(plan: &Plan) -> Vec<Governing> {
    let Some(base) = &plan.base else {
        return Vec::new();
    };
    let endpoint = |change: &EndpointChange| {
        // One that is gone is still used.
        let is_alarming = change.state != ManifestState::Removed;
        let governing = Governing {
            check: "base-provider",
            subject: format!("provider {}", change.provider),
            sentence: change.sentence(&base.revision),
            is_alarming,
        };
        (change.state, governing)
    };
    let policy = |change: &PolicyChange| {
        let governing = Governing {
            check: "base-policy",
            subject: format!("policy {}", change.policy),
            sentence: change.sentence(&base.revision),
            is_alarming: true,
        };
        (change.state, governing)
    };
    let endpoints = base.endpoints.iter().map(endpoint);
    let mut all: Vec<(ManifestState, Governing)> =
        endpoints.chain(base.policies.iter().map(policy)).collect();
    all.sort_by_key(|(state, governing)| (!governing.is_alarming, urgency(*state)));
    all.into_iter().map(|(_, governing)| governing).collect()
}

/// How soon a reviewer should look at it; the least comes first.
fn urgency(state: ManifestState) -> u8 {
    match state {
        ManifestState::Changed => 0,
        ManifestState::Broken => 1,
        ManifestState::Removed => 2,
        ManifestState::Added => 3,
    }
}

#[cfg(test)]
mod tests;
