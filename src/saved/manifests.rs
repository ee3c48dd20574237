//! What has moved on our side: the plan's age, the program, the manifests.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    desired::{Desired, ProviderConfig, Systems},
    model::{FieldPath, FingerprintKey},
    plan::ManifestPlace,
};

use super::{
    Moved, SavedPlan, SavedProvider,
    fingerprints::{of_manifest, of_others, of_settings},
    moved::ResourceMoved,
};

impl SavedPlan {
    /// What is in the way before a manifest is read.
    #[must_use]
    pub fn moved_at_once(&self, now: Timestamp, systems: Systems) -> Vec<Moved> {
        let mut moved = Vec::new();
        if series(self.version) != series(env!("CARGO_PKG_VERSION")) {
            moved.push(Moved::Tool(self.version.to_owned()));
        }
        if self.is_expired(now) {
            moved.push(Moved::Expired(self.expires));
        }
        if self.made_of.sandbox != systems.are_simulated() {
            moved.push(Moved::Sandbox {
                planned: self.made_of.sandbox,
            });
        }
        moved
    }

    /// Whether its time is over.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires
    }

    /// Leaves of the manifests only what the plan is about: the providers that
    /// it has seen, and with `--changed-since` what it would have selected. No
    /// provider that the plan has not seen gets a request.
    pub fn narrow(&self, key: &FingerprintKey, desired: &mut Desired) {
        let knows = |config: &ProviderConfig| {
            let mut known = self.providers.iter();
            known.any(|provider| provider.name == config.name)
        };
        desired.providers.retain(knows);
        if self.made_of.changed_since.is_some() {
            for resource in &mut desired.resources {
                let left_out = self.left_out.get(&resource.address);
                resource.selected &= left_out.is_none_or(|was| *was != of_manifest(key, resource));
            }
        }
    }

    /// Providers that the base of the plan did not have, and that are declared
    /// now: nothing was planned for their records, so the plan is not what the
    /// manifests mean. To be asked before [`Self::narrow`].
    #[must_use]
    pub fn providers_new(&self, desired: &Desired) -> Vec<Moved> {
        let names = desired.providers.iter().map(|config| &config.name);
        let withheld = names.filter(|name| {
            let is_known = self.providers.iter().any(|known| known.name == **name);
            let mut changes = self.plan.changes.iter();
            !is_known && changes.any(|change| change.provider == **name)
        });
        withheld.cloned().map(Moved::ProviderNew).collect()
    }

    /// What has moved in the manifests, sorted.
    #[must_use]
    pub fn moved_in_manifests(&self, key: &FingerprintKey, desired: &Desired) -> Vec<Moved> {
        let mut moved = Vec::new();
        if of_others(key, &desired.others) != self.policies {
            moved.push(Moved::Policies);
        }
        moved.extend(
            self.providers
                .iter()
                .filter_map(|provider| self.provider_moved(key, provider, desired)),
        );
        let mut seen = BTreeSet::new();
        for resource in desired.resources.iter().filter(|one| one.selected) {
            seen.insert(&resource.address);
            let place = || ManifestPlace::from(&resource.origin.place());
            let how = match self.manifests.get(&resource.address) {
                None => ResourceMoved::Added(place()),
                Some(was) if *was != of_manifest(key, resource) => ResourceMoved::Changed(place()),
                Some(_) => continue,
            };
            moved.push(Moved::Resource(resource.address.clone(), how));
        }
        for change in &self.plan.changes {
            if !seen.contains(&change.address) {
                let how = ResourceMoved::Removed(change.place.clone());
                moved.push(Moved::Resource(change.address.clone(), how));
            }
        }
        moved.sort();
        moved
    }

    fn provider_moved(
        &self,
        key: &FingerprintKey,
        provider: &SavedProvider,
        desired: &Desired,
    ) -> Option<Moved> {
        let SavedProvider {
            name,
            system,
            account: _,
            settings: was,
        } = provider;
        let mut configs = desired.providers.iter();
        let Some(config) = configs.find(|config| config.name == *name) else {
            // One that no manifest of the plan uses may go: nothing is sent to
            // it.
            let mut changes = self.plan.changes.iter();
            let used = changes.any(|change| change.provider == *name);
            return used.then(|| Moved::ProviderGone(name.clone()));
        };
        if config.def.name != *system {
            return Some(Moved::ProviderSystem(name.clone()));
        }
        let is = of_settings(key, config);
        let paths: BTreeSet<FieldPath> = was.keys().chain(is.keys()).copied().collect();
        let moved: Vec<&str> = paths
            .into_iter()
            .filter(|path| was.get(path) != is.get(path))
            .map(FieldPath::as_str)
            .collect();
        (!moved.is_empty()).then(|| Moved::ProviderSettings(name.clone(), moved))
    }
}

/// The part of a version within which plans mean the same: the first number, or
/// before 1.0 the first two.
fn series(version: &str) -> (&str, Option<&str>) {
    let mut numbers = version.split('.');
    match (numbers.next(), numbers.next()) {
        (Some("0"), minor) => ("0", minor),
        (Some(major), _) => (major, None),
        (None, _) => ("", None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_the_first_whole_version_each_minor_one_is_a_series() {
        for (one, other, same) in [
            ("0.1.0", "0.1.9", true),
            ("0.1.0", "0.2.0", false),
            ("0.1.0", "1.1.0", false),
            ("1.1.0", "1.2.3", true),
            ("1.9.0", "2.0.0", false),
            ("1.1.0", "", false),
        ] {
            assert_eq!(series(one) == series(other), same, "{one} {other}");
        }
    }
}
