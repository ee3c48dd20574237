//! Limits: how many records a plan concerns, and how many it may.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    desired::Desired,
    model::{Address, ProviderName, words},
    plan::{Change, Effect, ManifestPlace, Plan, Ruling, RulingKind},
    provider::Action,
};

use super::{
    allowance::Allowance,
    spec::{Bound, Given, Measure, Measured, Policy, Subject, WHOLE_BASIS_POINTS, percent},
};

/// What a plan does at one provider.
struct Counted {
    /// Live records of the manifests that the plan is about.
    live: u64,
    subjects: BTreeMap<Subject, Vec<Address>>,
}

/// A bound, and whose it is.
struct InForce<'p> {
    bound: Bound,
    /// The policy that sets it; nothing for the built-in one.
    by: Option<(&'p Policy, &'p Given)>,
}

/// Holds the plan against all limits.
pub(super) fn rulings(
    plan: &Plan,
    desired: &Desired,
    policies: &[&Policy],
    allowances: &[Allowance],
) -> Vec<Ruling> {
    let counted = count(plan, desired);
    let mut tripped: Vec<(ProviderName, Subject, Ruling)> = Vec::new();
    for (provider, counted) in &counted {
        for subject in Subject::all() {
            let beyond = beyond(provider, subject, counted, policies);
            tripped.extend(
                beyond
                    .into_iter()
                    .map(|ruling| (provider.clone(), subject, ruling)),
            );
        }
    }
    let mut unfit = Vec::new();
    for allowance in allowances {
        unfit.extend(allow(allowance, &counted, &mut tripped));
    }
    let mut rulings: Vec<Ruling> = tripped.into_iter().map(|(_, _, ruling)| ruling).collect();
    rulings.extend(unfit);
    rulings
}

fn count(plan: &Plan, desired: &Desired) -> BTreeMap<ProviderName, Counted> {
    let mut counted: BTreeMap<ProviderName, Counted> = BTreeMap::new();
    for provider in &plan.providers {
        counted.insert(
            provider.name.clone(),
            Counted {
                live: 0,
                subjects: BTreeMap::new(),
            },
        );
    }
    for change in &plan.changes {
        let of_provider = counted.entry(change.provider.clone()).or_insert(Counted {
            live: 0,
            subjects: BTreeMap::new(),
        });
        of_provider.live += u64::from(is_live(change, desired));
        for subject in subjects(change) {
            let addresses = of_provider.subjects.entry(subject).or_default();
            addresses.push(change.address.clone());
        }
    }
    counted
}

/// Whether the plan found a live record for a manifest. One that has ended
/// because its manifest says so is no longer live.
fn is_live(change: &Change, desired: &Desired) -> bool {
    let has_ended = change.action == Action::None
        && desired
            .get(&change.address)
            .is_some_and(|resource| resource.end.is_some());
    change.remote.is_some() && !has_ended
}

/// What a change counts as.
fn subjects(change: &Change) -> BTreeSet<Subject> {
    let action = match change.action {
        Action::Create => Subject::Creates,
        Action::Adopt | Action::Update => Subject::Updates,
        Action::End => Subject::Ends,
        Action::None | Action::Blocked => return BTreeSet::new(),
    };
    let classes = change
        .fields
        .iter()
        .map(|field| Subject::Class(field.class));
    std::iter::once(action).chain(classes).collect()
}

/// The rulings on one subject at one provider.
fn beyond(
    provider: &ProviderName,
    subject: Subject,
    counted: &Counted,
    policies: &[&Policy],
) -> Vec<Ruling> {
    let Some(addresses) = counted.subjects.get(&subject) else {
        return Vec::new();
    };
    let figure = as_number(addresses.len());
    let in_force = |measure| in_force(Measured { subject, measure }, provider, policies);
    let mut rulings = Vec::new();
    let mut add = |measure: Measure, limit: InForce<'_>, message: String| {
        rulings.push(Ruling {
            effect: Effect::Deny,
            kind: RulingKind::Limit,
            policy: limit.by.map(|(policy, _)| policy.name.clone()),
            rule: Measured { subject, measure }.path(),
            provider: Some(provider.clone()),
            message,
            figure: Some(figure),
            limit: Some(limit.bound.shown(measure)),
            hint: Some("split the change, or allow exactly this number".to_owned()),
            allow: Some(format!("--allow {provider}.{}={figure}", subject.word())),
            addresses: addresses.clone(),
            place: limit.by.map(|(_, given)| ManifestPlace::from(&given.place)),
        });
    };
    let max = in_force(Measure::Max);
    if let Bound::AtMost(most) = max.bound
        && figure > most
    {
        let message = format!(
            "{}, and at most {most} may be",
            what(subject, addresses.len())
        );
        add(Measure::Max, max, message);
    }
    let share = in_force(Measure::MaxShare);
    let from = match in_force(Measure::ShareFrom).bound {
        Bound::AtMost(from) => from,
        Bound::Unlimited => u64::MAX,
    };
    // Of no records at all, any number is more than a share.
    if let Bound::AtMost(points) = share.bound
        && figure >= from
        && figure * WHOLE_BASIS_POINTS > points * counted.live
    {
        // Rounded up, so that what is beyond never reads like the limit.
        let of = match counted.live {
            0 => "none is live".to_owned(),
            live => {
                let reached = (figure * WHOLE_BASIS_POINTS).div_ceil(live);
                format!("{} of {live} live", percent(reached))
            }
        };
        let message = format!(
            "{} ({of}), and at most {} may be",
            what(subject, addresses.len()),
            percent(points)
        );
        add(Measure::MaxShare, share, message);
    }
    rulings
}

/// `8 records would be updated`.
fn what(subject: Subject, number: usize) -> String {
    let records = words::count(number, "record");
    match subject {
        Subject::Creates => format!("{records} would be created"),
        Subject::Updates => format!("{records} would be updated or adopted"),
        Subject::Ends => format!("{records} would end"),
        Subject::Class(class) => format!("{} fields of {records} would be written", class.word()),
    }
}

/// The strictest bound that a policy sets, or else the built-in one.
fn in_force<'p>(
    measured: Measured,
    provider: &ProviderName,
    policies: &[&'p Policy],
) -> InForce<'p> {
    policies
        .iter()
        .filter(|policy| policy.is_about(&provider.0))
        .filter_map(|policy| Some((*policy, policy.limits.get(&measured)?)))
        .min_by_key(|(_, given)| given.bound)
        .map_or(
            InForce {
                bound: measured.default(),
                by: None,
            },
            |(policy, given)| InForce {
                bound: given.bound,
                by: Some((policy, given)),
            },
        )
}

/// Lets pass what an allowance is about, or says why it does not fit: an option
/// that cannot be honoured is never ignored.
fn allow(
    allowance: &Allowance,
    counted: &BTreeMap<ProviderName, Counted>,
    tripped: &mut [(ProviderName, Subject, Ruling)],
) -> Option<Ruling> {
    let Allowance {
        provider: named,
        subject,
        number,
    } = allowance;
    let fits = |name: &ProviderName| named.as_ref().is_none_or(|named| **named == *name.0);
    let figures: BTreeMap<&ProviderName, u64> = counted
        .iter()
        .filter(|(name, _)| fits(name))
        .map(|(name, counted)| {
            let addresses = counted.subjects.get(subject);
            (name, addresses.map_or(0, |found| as_number(found.len())))
        })
        .collect();
    let over: BTreeSet<ProviderName> = tripped
        .iter()
        .filter(|(name, tripped, _)| fits(name) && tripped == subject)
        .map(|(name, _, _)| name.clone())
        .collect();
    let told = || {
        let told: Vec<String> = figures
            .iter()
            .map(|(name, figure)| format!("`--allow {name}.{}={figure}`", subject.word()))
            .collect();
        told.join(", ")
    };
    if figures.is_empty() {
        let provider = named.clone().unwrap_or_default();
        let known: Vec<&str> = counted.keys().map(|name| &*name.0).collect();
        let message =
            format!("`--allow {allowance}`: there is no provider `{provider}` in the plan");
        return Some(unfit(message, words::suggestion(&provider, known)));
    }
    let mut over = over.into_iter();
    match (over.next(), over.next()) {
        (Some(_), Some(_)) => {
            let message = format!("`--allow {allowance}` does not say at which provider");
            return Some(unfit(message, format!("the plan shows {}", told())));
        }
        (Some(name), None) if figures.get(&name) == Some(number) => {
            for (_, _, ruling) in tripped
                .iter_mut()
                .filter(|(tripped, of, _)| *tripped == name && of == subject)
            {
                ruling.effect = Effect::Allowed;
                ruling.hint = None;
                ruling.allow = Some(format!("--allow {allowance}"));
            }
            return None;
        }
        // Nothing is in the way, and the number is right.
        (None, _) if figures.values().any(|figure| figure == number) => return None,
        _ => {}
    }
    let message = format!("`--allow {allowance}` is not the number that the plan shows");
    Some(unfit(message, format!("the plan shows {}", told())))
}

fn unfit(message: String, hint: String) -> Ruling {
    Ruling {
        effect: Effect::Deny,
        kind: RulingKind::Limit,
        policy: None,
        rule: "allow".to_owned(),
        provider: None,
        message,
        figure: None,
        limit: None,
        hint: Some(hint),
        allow: None,
        addresses: Vec::new(),
        place: None,
    }
}

fn as_number(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
