//! Limits: what is refused sends nothing, and what is allowed by its numbers is
//! carried out.

use serde_json::{Value, json};

use super::super::{check::Promise, child::Ended, model::Model, rng::Rng};
use super::{Run, trouble};

/// A `Policy` manifest, or none.
pub(super) fn policy(rng: &mut Rng) -> Option<Value> {
    let limits = match rng.below(10) {
        0..2 => json!({
            "creates": { "max": "unlimited" },
            "updates": { "max": "unlimited", "maxShare": "unlimited" },
            "ends": { "max": "unlimited", "maxShare": "unlimited" },
            "classes": {
                "bank": { "max": "unlimited" },
                "tax": { "max": "unlimited" },
                "money": { "max": "unlimited" },
            },
        }),
        2..4 => json!({
            "creates": { "max": rng.below(2) },
            "updates": { "max": rng.below(2) },
            "ends": { "max": 0 },
            "classes": { "bank": { "max": rng.below(2) } },
        }),
        // The limits that are built in.
        _ => return None,
    };
    Some(json!({
        "apiVersion": "trueup.dev/v1alpha1",
        "kind": "Policy",
        "metadata": { "name": "drill" },
        "spec": { "limits": limits },
    }))
}

/// Whether a child that ended like that must not have sent anything.
pub(super) fn writes_nothing(arguments: &[String], ended: &Ended) -> bool {
    let only_looks = arguments.first().is_none_or(|command| command != "apply");
    let says = String::from_utf8_lossy(&ended.stderr);
    let stale = ended.code == Some(4) && says.contains("nothing was done");
    only_looks || stale || ended.code == Some(5)
}

impl Run<'_> {
    /// The options that let pass what the plan shows.
    pub(super) fn allowances(&mut self, model: &Model) -> Vec<String> {
        let arguments = ["plan", "-f", "manifests", "-o", "json"].map(str::to_owned);
        let ended = self.child(model, &arguments, None);
        let plan: Value = serde_json::from_slice(&ended.stdout).unwrap_or_default();
        let rulings = plan["rulings"].as_array().cloned().unwrap_or_default();
        rulings
            .iter()
            .filter(|ruling| ruling["effect"] == "deny")
            .filter_map(|ruling| ruling["allow"].as_str())
            .flat_map(str::split_whitespace)
            .map(str::to_owned)
            .collect()
    }

    /// An apply without faults. Where it is beyond a limit, another one with
    /// the numbers that the plan shows.
    pub(super) fn apply_calmly(&mut self, model: &Model) {
        let arguments = trouble::arguments("apply", &mut self.rng);
        let ended = self.child(model, &arguments, None);
        if ended.code != Some(5) {
            return;
        }
        self.tally.refused += 1;
        let mut arguments = trouble::arguments("apply", &mut self.rng);
        arguments.extend(self.allowances(model));
        let ended = self.child(model, &arguments, None);
        if ended.code == Some(5) {
            self.say(
                Promise::Quiet,
                format!("`{}` is refused all the same", arguments.join(" ")),
            );
        } else {
            self.tally.allowed += 1;
        }
    }
}
