//! Freeze windows: times at which nothing is changed.

use jiff::Timestamp;

use crate::plan::{Effect, ManifestPlace, Plan, Ruling, RulingKind};

use super::spec::{Freeze, Policy};

/// The rulings of all windows that are open.
pub(super) fn rulings(plan: &Plan, policies: &[&Policy], now: Timestamp) -> Vec<Ruling> {
    let mut rulings = Vec::new();
    for policy in policies {
        for (at, freeze) in policy.freeze.iter().enumerate() {
            if (freeze.from..freeze.to).contains(&now) {
                rulings.extend(ruling(plan, policy, at, freeze));
            }
        }
    }
    rulings
}

fn ruling(plan: &Plan, policy: &Policy, at: usize, freeze: &Freeze) -> Option<Ruling> {
    let frozen = plan
        .to_do()
        .filter(|change| freeze.actions.has(change.action) && policy.is_about(&change.provider.0));
    let addresses: Vec<_> = frozen.map(|change| change.address.clone()).collect();
    if addresses.is_empty() {
        return None;
    }
    let until = freeze.to.to_zoned(freeze.zone.clone());
    let zone = freeze.zone.iana_name().unwrap_or("UTC");
    let until = format!("{} {zone}", until.strftime("%Y-%m-%d %H:%M:%S"));
    Some(Ruling {
        effect: Effect::Deny,
        kind: RulingKind::Freeze,
        policy: Some(policy.name.clone()),
        rule: format!("freeze[{at}]"),
        provider: None,
        message: format!("no {} until {until}: {}", freeze.actions, freeze.reason),
        figure: None,
        limit: None,
        hint: Some(format!("wait until {until}")),
        allow: None,
        addresses,
        place: Some(ManifestPlace::from(&freeze.place)),
    })
}
