//! Makes a saved plan of a plan.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    desired::Desired,
    model::{Address, Fingerprint, ProviderName},
    plan::Planned,
};

use super::{
    FORMAT, MadeOf, PlanKey, SavedPlan, SavedProvider,
    fingerprints::{of_change, of_manifest, of_others, of_settings},
};

/// What a saved plan is made from.
pub struct Inputs<'a> {
    /// What the manifests wanted.
    pub desired: &'a Desired,
    /// The plan.
    pub planned: &'a Planned,
    /// How it came about.
    pub made_of: MadeOf,
    /// The key of its fingerprints.
    pub key: &'a PlanKey,
    /// Its id.
    pub id: String,
    /// Now.
    pub created: Timestamp,
    /// From when on it is refused.
    pub expires: Timestamp,
}

/// Makes a saved plan.
///
/// # Errors
/// With the provider that could not be read: a plan that knows nothing of a
/// provider cannot be held against it later.
pub fn save(inputs: Inputs<'_>) -> Result<SavedPlan, ProviderName> {
    let Inputs {
        desired,
        planned,
        made_of,
        key,
        id,
        created,
        expires,
    } = inputs;
    let plan = planned.plan.clone();
    let mut providers = Vec::new();
    for provider in &plan.providers {
        let Some(account) = provider.account.clone() else {
            return Err(provider.name.clone());
        };
        let mut configs = desired.providers.iter();
        let config = configs.find(|config| config.name == provider.name);
        providers.push(SavedProvider {
            name: provider.name.clone(),
            system: provider.system,
            account,
            settings: config.map_or_else(BTreeMap::new, |config| of_settings(&key.key, config)),
        });
    }
    let fingerprints = |selected: bool| -> BTreeMap<Address, Fingerprint> {
        let resources = desired.resources.iter();
        resources
            .filter(|resource| resource.selected == selected)
            .map(|resource| {
                let fingerprint = of_manifest(&key.key, resource);
                (resource.address.clone(), fingerprint)
            })
            .collect()
    };
    let left_out = match made_of.changed_since {
        Some(_) => fingerprints(false),
        None => BTreeMap::new(),
    };
    let changes = plan.to_do().filter_map(|change| {
        let work = planned.work.get(&change.address)?;
        Some((change.address.clone(), of_change(&key.key, change, work)))
    });
    let mut saved = SavedPlan {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION"),
        id,
        created,
        expires,
        key: key.stored.clone(),
        made_of,
        providers,
        policies: of_others(&key.key, &desired.others),
        manifests: fingerprints(true),
        left_out,
        changes: changes.collect(),
        plan,
        // Takes the place of the digest while it is made.
        digest: key.key.start("none").finish(),
    };
    saved.seal(&key.key);
    Ok(saved)
}
