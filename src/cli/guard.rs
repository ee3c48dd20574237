//! Holds a plan against its policies, for the commands that show or carry one
//! out.

use std::collections::BTreeMap;

use crate::{
    desired::Desired,
    model::Address,
    plan::{Base, Effect, Plan, Work},
    policy::{Allowance, Moment, Policies, judge},
    providers::ALL,
};

use super::{env, terminal::Terminal};

/// How long the rules of a run may take altogether: a thousand times what they
/// need for ten thousand changes.
const RULES_SECONDS_MAX: u64 = 30;

/// What a run is told to let pass.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Allowances {
    /// Let a plan pass a limit, as `updates=231` or `PROVIDER.updates=231`: the
    /// number must be the one that the plan shows; repeatable
    #[arg(long, value_name = "LIMIT=NUMBER")]
    allow: Vec<Allowance>,
}

/// What a saved plan was told to let pass, and what this run is.
pub(super) fn together(saved: &[Allowance], given: &Allowances) -> Allowances {
    let allow = saved.iter().chain(&given.allow).cloned().collect();
    Allowances { allow }
}

impl Allowances {
    /// What is let pass.
    pub(super) fn all(&self) -> &[Allowance] {
        &self.allow
    }

    /// Writes into the plan what its guards say. With a base, the policies are
    /// those of the base, and what differs is told; the work is that of the
    /// plan.
    pub(super) fn judge(
        &self,
        plan: &mut Plan,
        desired: &Desired,
        base: Option<(&Base, &BTreeMap<Address, Work>)>,
        terminal: &Terminal,
    ) {
        let policies = match base {
            Some((base, work)) => Policies::governed(base, desired, work, ALL),
            None => Policies::of(desired, ALL),
        };
        let revision = base.map_or("", |(base, _)| base.revision());
        for change in policies.changes() {
            terminal.warn(change.sentence(revision));
        }
        let moment = Moment {
            now: env::now(),
            today: env::today(),
            out_of_time: &env::stopwatch(RULES_SECONDS_MAX),
        };
        judge(plan, desired, &policies, &self.allow, &moment);
    }
}

/// Says on standard error what refuses the plan, so that a pipe into another
/// program does not hide it.
pub(super) fn tell_refused(plan: &Plan, terminal: &Terminal) {
    for ruling in &plan.rulings {
        if ruling.effect == Effect::Deny {
            let way_out = [&ruling.hint, &ruling.allow];
            let hint: Vec<&str> = way_out.into_iter().flatten().map(String::as_str).collect();
            let hint = Some(hint.join(": ")).filter(|hint| !hint.is_empty());
            let message = format!("{}: {}", ruling.title(), ruling.message);
            terminal.error(message, hint.as_deref());
        }
    }
}
