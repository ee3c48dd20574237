//! Holds a plan against everything that guards it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    desired::{Desired, Registry},
    plan::{Effect, ManifestState, Plan, PolicyChange, Ruling, RulingKind},
};

use super::{
    KIND, allowance::Allowance, compare, count, freeze, protect, read::read, rule, spec::Policy,
};

/// The policies of a run.
pub struct Policies<'d> {
    in_force: Vec<Policy>,
    /// What differs from the base.
    changes: Vec<PolicyChange>,
    /// What the base wanted, where there is one.
    base: Option<&'d Desired>,
    registry: Registry,
}

/// When a plan is judged.
pub struct Moment<'t> {
    /// The time.
    pub now: Timestamp,
    /// Whether rules have taken as long as they may.
    pub out_of_time: &'t dyn Fn() -> bool,
}

impl<'d> Policies<'d> {
    /// The policies of these manifests.
    #[must_use]
    pub fn of(desired: &Desired, registry: Registry) -> Self {
        Self {
            in_force: read(desired, registry).0,
            changes: Vec::new(),
            base: None,
            registry,
        }
    }

    /// The policies of the base, which a change cannot weaken, and what differs
    /// from them in `head`.
    #[must_use]
    pub fn governed(base: &'d Desired, head: &Desired, registry: Registry) -> Self {
        let (policies, _) = read(base, registry);
        let sound: BTreeSet<&str> = policies.iter().map(|policy| policy.name.as_str()).collect();
        let broken: BTreeSet<String> = base
            .others
            .iter()
            .filter(|other| other.kind == KIND && !sound.contains(&*other.name))
            .map(|other| other.name.to_string())
            .collect();
        let changes = compare::changes(&policies, &broken, &read(head, registry).0);
        Self {
            in_force: policies,
            changes,
            base: Some(base),
            registry,
        }
    }

    /// The `Policy` manifests that are not what they are in the base.
    #[must_use]
    pub fn changes(&self) -> &[PolicyChange] {
        &self.changes
    }
}

/// Writes into the plan what its guards say: the same for the same plan,
/// policies, allowances and time.
pub fn judge(
    plan: &mut Plan,
    desired: &Desired,
    policies: &Policies<'_>,
    allowances: &[Allowance],
    moment: &Moment<'_>,
) {
    let in_force: Vec<&Policy> = policies.in_force.iter().collect();
    let mut rulings: Vec<Ruling> = policies
        .changes
        .iter()
        .filter(|change| change.state == ManifestState::Broken && plan.to_do().next().is_some())
        .map(|change| broken(change, plan))
        .collect();
    rulings.extend(count::rulings(plan, desired, &in_force, allowances));
    rulings.extend(protect::rulings(plan, desired, policies.base, &in_force));
    rulings.extend(freeze::rulings(plan, &in_force, moment.now));
    rulings.extend(rule::rulings(
        plan,
        desired,
        policies.registry,
        &in_force,
        moment.out_of_time,
    ));
    rulings.sort_by_cached_key(|ruling| {
        (
            ruling.effect,
            ruling.kind,
            ruling.policy.clone(),
            ruling.rule.clone(),
            ruling.provider.clone(),
            ruling.message.clone(),
        )
    });
    plan.rulings = rulings;
    if let Some(base) = &mut plan.base {
        base.policies.clone_from(&policies.changes);
    }
}

/// A policy of the base that cannot be read may say anything.
fn broken(change: &PolicyChange, plan: &Plan) -> Ruling {
    let revision = plan.base.as_ref().map(|base| base.revision.as_str());
    Ruling {
        effect: Effect::Deny,
        kind: RulingKind::Rule,
        policy: Some(change.policy.clone()),
        rule: "unreadable".to_owned(),
        provider: None,
        message: change.sentence(revision.unwrap_or("the base")),
        figure: None,
        limit: None,
        hint: Some("put the policy right there first, on its own".to_owned()),
        allow: None,
        addresses: Vec::new(),
        place: None,
    }
}
