//! Rules: expressions over each change.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{
    desired::{End, Registry, Resource},
    model::Address,
    plan::{Change, Effect, ManifestPlace, Plan, Ruling, RulingKind},
    provider::Action,
};

use super::{
    expression::{self, Engine, Vocabulary},
    protect::Wishes,
    spec::{Policy, Rule},
};

/// The most evaluations in one run: a hundred rules over ten thousand changes.
const EVALUATIONS_MAX: usize = 1_000_000;

/// What became of one rule.
#[derive(Default)]
struct Outcome {
    /// Where it holds.
    holds: Vec<Address>,
    /// Where it could not be evaluated, by the error.
    fails: BTreeMap<String, Vec<Address>>,
    /// Where it was not evaluated, for want of time.
    left: Vec<Address>,
    /// Where it will refuse an end, by the day.
    later: BTreeMap<Date, Vec<Address>>,
}

/// The rulings of all rules: of what is to be done now, and, with a base, warnings of
/// the ends that a change of the manifests writes for a coming day. What cannot be
/// evaluated is refused.
pub(super) fn rulings(
    plan: &Plan,
    wishes: &Wishes<'_>,
    registry: Registry,
    policies: &[&Policy],
    out_of_time: &dyn Fn() -> bool,
) -> Vec<Ruling> {
    let rules: Vec<(&Policy, &Rule)> = policies
        .iter()
        .flat_map(|policy| policy.rules.iter().map(move |rule| (*policy, rule)))
        .collect();
    if rules.is_empty() {
        return Vec::new();
    }
    let vocabulary = Vocabulary::of(registry);
    let engine = Engine::new();
    let mut outcomes: Vec<Outcome> = rules.iter().map(|_| Outcome::default()).collect();
    let mut evaluations = 0;
    let mut stopped = false;
    for change in plan.to_do() {
        let Some(resource) = wishes.desired.get(&change.address) else {
            continue;
        };
        let told = expression::change(change, Some(resource));
        let object = expression::object(resource, &vocabulary);
        for ((policy, rule), outcome) in rules.iter().zip(&mut outcomes) {
            if !policy.is_about(&change.provider.0) {
                continue;
            }
            let address = change.address.clone();
            stopped = stopped || evaluations >= EVALUATIONS_MAX || out_of_time();
            if stopped {
                outcome.left.push(address);
                continue;
            }
            evaluations += 1;
            match engine.holds(&rule.when, &told, &object) {
                Ok(true) => outcome.holds.push(address),
                Ok(false) => {}
                Err(error) => outcome.fails.entry(error).or_default().push(address),
            }
        }
    }
    for (change, resource, end) in ends_written(plan, wishes) {
        let told = expression::change(&on_its_day(change, end), Some(resource));
        let object = expression::object(resource, &vocabulary);
        for ((policy, rule), outcome) in rules.iter().zip(&mut outcomes) {
            // What is left out for want of time is evaluated on the day.
            stopped = stopped || evaluations >= EVALUATIONS_MAX || out_of_time();
            let asks = rule.effect == Effect::Deny && policy.is_about(&change.provider.0);
            if stopped || !asks {
                continue;
            }
            evaluations += 1;
            // A rule that cannot be evaluated refuses too.
            if engine.holds(&rule.when, &told, &object) != Ok(false) {
                let on_day = outcome.later.entry(end.on).or_default();
                on_day.push(change.address.clone());
            }
        }
    }
    rules
        .iter()
        .zip(outcomes)
        .flat_map(|((policy, rule), outcome)| told(policy, rule, outcome))
        .collect()
}

/// The ends on coming days of manifests that no manifest of the base was like, labels
/// and fields included, of which a rule may speak. By then the change is merged, and
/// whoever plans anything meets the refusal.
fn ends_written<'p>(
    plan: &'p Plan,
    wishes: &'p Wishes<'_>,
) -> impl Iterator<Item = (&'p Change, &'p Resource, &'p End)> {
    let changes = plan.changes.iter().filter(|_| plan.base.is_some());
    changes.filter_map(|change| {
        let resource = wishes.desired.get(&change.address)?;
        let end = resource.end.as_ref().filter(|end| end.on > wishes.today)?;
        let mut before = wishes.earlier.same(resource, change);
        let is_like = |base: &Resource| {
            base.end.as_ref() == Some(end)
                && base.labels == resource.labels
                && base.tree == resource.tree
        };
        let is_written = before.all(|base| !is_like(base));
        is_written.then_some((change, resource, end))
    })
}

/// The change that carries the end out.
fn on_its_day(change: &Change, end: &End) -> Change {
    Change {
        action: Action::End,
        reason: Some(end.reason.clone()),
        fields: Vec::new(),
        ..change.clone()
    }
}

fn told(policy: &Policy, rule: &Rule, outcome: Outcome) -> Vec<Ruling> {
    let Outcome {
        holds,
        fails,
        left,
        later,
    } = outcome;
    let ruling = |effect: Effect, message: String, hint: Option<&str>, addresses| Ruling {
        effect,
        kind: RulingKind::Rule,
        policy: Some(policy.name.clone()),
        rule: rule.name.clone(),
        provider: None,
        message,
        figure: None,
        limit: None,
        hint: hint.map(str::to_owned),
        allow: None,
        addresses,
        place: Some(ManifestPlace::from(&rule.place)),
    };
    let mut rulings = Vec::new();
    if !holds.is_empty() {
        rulings.push(ruling(rule.effect, rule.message.clone(), None, holds));
    }
    for (error, addresses) in fails {
        let (message, hint) = if error == expression::NO_CAUSE {
            // A warning about causes has nothing to say where none is shown.
            if rule.effect != Effect::Deny {
                continue;
            }
            no_cause(rule)
        } else {
            let message = format!("the rule cannot be evaluated, and so it refuses: {error}");
            (
                message,
                "put the rule right: ask `has(…)` and `type(…)` first",
            )
        };
        rulings.push(ruling(Effect::Deny, message, Some(hint), addresses));
    }
    for (day, addresses) in later {
        let message = format!("the rule will refuse this on {day}: {}", rule.message);
        let hint = "put it right in this change: on that day all that is planned would be refused";
        rulings.push(ruling(Effect::Warn, message, Some(hint), addresses));
    }
    if !left.is_empty() {
        let message = "time ran out before the rule was evaluated, and so it refuses";
        let hint = "write rules that loop less, or plan fewer changes at once";
        rulings.push(ruling(Effect::Deny, message.to_owned(), Some(hint), left));
    }
    rulings
}

/// That a rule asks for what only a base can tell, and where it is told.
fn no_cause(rule: &Rule) -> (String, &'static str) {
    let message = format!(
        "the rule asks for the cause of a change, which is not known: {}",
        rule.message
    );
    let hint = "a plan with `--base REF` finds causes where the manifest can be read there, and \
                `apply FILE` keeps to those of a saved plan";
    (message, hint)
}
