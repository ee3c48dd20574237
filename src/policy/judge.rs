//! Holds a plan against everything that guards it.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use crate::{
    desired::{Desired, Registry},
    model::Address,
    plan::{Base, Effect, ManifestState, Plan, PolicyChange, Ruling, RulingKind, Work},
};

use super::{
    allowance::Allowance,
    compare, count, freeze,
    protect::{self, Earlier, Wishes},
    read::read,
    rule,
    spec::Policy,
};

/// The policies of a run.
pub struct Policies<'d> {
    in_force: Vec<Policy>,
    /// What could not be read, and so may forbid anything: it refuses whatever
    /// there is to do.
    unreadable: Vec<Ruling>,
    /// What differs from the base.
    changes: Vec<PolicyChange>,
    /// What the base wanted; nothing without one.
    earlier: Earlier<'d>,
    registry: Registry,
}

/// When a plan is judged.
pub struct Moment<'t> {
    /// The time.
    pub now: Timestamp,
    /// The day by the user's clock, which says what ends are due.
    pub today: Date,
    /// Whether rules have taken as long as they may.
    pub out_of_time: &'t dyn Fn() -> bool,
}

impl<'d> Policies<'d> {
    /// The policies of these manifests. One with errors refuses everything.
    #[must_use]
    pub fn of(desired: &Desired, registry: Registry) -> Self {
        let read = read(desired, registry);
        let unreadable = read.broken.into_iter().map(|policy| {
            let message =
                format!("policy {policy} has errors; everything is refused until it is right");
            unreadable(Some(policy), message, "put the policy right")
        });
        Self {
            in_force: read.sound,
            unreadable: unreadable.collect(),
            changes: Vec::new(),
            earlier: Earlier::default(),
            registry,
        }
    }

    /// The policies of the base, which a change cannot weaken, and what differs
    /// from them in `head`. `work` is that of the plan which is to be judged:
    /// it tells which records the manifests of the base described.
    #[must_use]
    pub fn governed(
        base: &'d Base,
        head: &Desired,
        work: &BTreeMap<Address, Work>,
        registry: Registry,
    ) -> Self {
        let policies = read(base.desired(), registry);
        let ours = read(head, registry);
        let changes = compare::changes(&policies.sound, &policies.broken, &ours.sound);
        let revision = base.revision();
        let broken = changes
            .iter()
            .filter(|change| change.state == ManifestState::Broken);
        let hint = "put the policy right there first, on its own";
        let mut unreadable: Vec<Ruling> = broken
            .map(|change| unreadable(Some(change.policy.clone()), change.sentence(revision), hint))
            .collect();
        unreadable.extend(base.is_unreadable().then(|| of_documents(revision)));
        Self {
            in_force: policies.sound,
            unreadable,
            changes,
            earlier: Earlier::of(base, head, work),
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
    let mut rulings = match plan.to_do().next() {
        Some(_) => policies.unreadable.clone(),
        None => Vec::new(),
    };
    rulings.extend(count::rulings(plan, desired, &in_force, allowances));
    let wishes = Wishes {
        desired,
        earlier: &policies.earlier,
        today: moment.today,
    };
    rulings.extend(protect::rulings(plan, &wishes, &in_force));
    rulings.extend(freeze::rulings(plan, &in_force, moment.now));
    rulings.extend(rule::rulings(
        plan,
        &wishes,
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

/// Documents of the base of which nothing is known: each may be a policy.
fn of_documents(revision: &str) -> Ruling {
    let message = format!(
        "not all documents of {revision} could be read, and a policy may be among them; \
         everything is refused until they can be read there"
    );
    let hint = "see the warnings about them; put them right there first, on their own";
    unreadable(None, message, hint)
}

/// What cannot be read may say anything.
fn unreadable(policy: Option<String>, message: String, hint: &str) -> Ruling {
    Ruling {
        effect: Effect::Deny,
        kind: RulingKind::Rule,
        policy,
        rule: "unreadable".to_owned(),
        provider: None,
        message,
        figure: None,
        limit: None,
        hint: Some(hint.to_owned()),
        allow: None,
        addresses: Vec::new(),
        place: None,
    }
}
