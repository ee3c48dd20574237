//! What was last wanted: the manifests of an earlier revision.

mod described;
mod gone;
mod outside;

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    desired::{Desired, ProviderConfig, Resource, key_text},
    model::{Address, Finding, Obstacle, ProviderName, RemoteId, words},
    observed::Observed,
    provider::{KindDef, Lookups, Record, Settling},
};

use super::{
    Change, ManifestPlace, PolicyChange,
    cause::{Before, Wanted},
    resolve::resolve,
};
use described::Described;

pub(super) use outside::Hidden;

/// The manifests of an earlier revision, and what it has to say about the run.
pub struct Base {
    revision: String,
    commit: String,
    desired: Desired,
    /// Resources whose manifests have errors there.
    broken: BTreeSet<Address>,
    /// Whether something could not be read that may be any resource.
    unreadable: bool,
    endpoints: Vec<EndpointChange>,
    /// What was found of resources whose manifests are gone, where it had to be
    /// looked for.
    looked_up: BTreeMap<Address, Option<RemoteId>>,
    described: Described,
}

/// How a manifest that governs the run, a `Provider` or a `Policy`, differs from
/// that of the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ManifestState {
    /// Both have it, and they differ: that of the base is used.
    Changed,
    /// The base does not have it: it is not used.
    Added,
    /// The base alone has it.
    Removed,
    /// It has errors in the base: a provider is not used, and with a policy
    /// everything is refused.
    Broken,
}

/// A `Provider` manifest that is not what it is in the base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EndpointChange {
    /// The provider.
    pub provider: ProviderName,
    /// How it differs.
    pub state: ManifestState,
    /// The fields that differ, where both have it.
    pub fields: Vec<String>,
}

impl EndpointChange {
    /// What a reviewer should know: a sentence without a period.
    #[must_use]
    pub fn sentence(&self, revision: &str) -> String {
        let Self {
            provider,
            state,
            fields,
        } = self;
        match state {
            ManifestState::Changed => {
                let fields = words::list(fields.iter().map(String::as_str));
                format!(
                    "provider {provider} differs from {revision} in {fields}; \
                     requests and credentials go where {revision} says"
                )
            }
            ManifestState::Added => format!(
                "provider {provider} is not declared at {revision}; \
                 it gets no request and no credential"
            ),
            ManifestState::Removed => format!(
                "provider {provider} is declared at {revision} and no longer here; \
                 it is still read for orphans"
            ),
            ManifestState::Broken => format!(
                "provider {provider} has errors at {revision}; \
                 it gets no request and no credential"
            ),
        }
    }
}

/// A resource of the base whose manifest is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Removed {
    /// The resource.
    pub address: Address,
    /// Its provider.
    pub provider: ProviderName,
    /// The id of its live record, where one was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<RemoteId>,
    /// What becomes of the record: a sentence without a period.
    pub outcome: String,
    /// Where the manifest stood.
    pub place: ManifestPlace,
}

/// The base as a plan tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanBase {
    /// What the user called it.
    pub revision: String,
    /// The commit, in full.
    pub commit: String,
    /// `Provider` manifests that are not what they are there.
    pub endpoints: Vec<EndpointChange>,
    /// `Policy` manifests that are not what they are there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<PolicyChange>,
    /// Resources whose manifests are gone.
    pub removed: Vec<Removed>,
    /// Resources whose manifests have errors there, so that causes are unknown.
    pub unknown: Vec<Address>,
}

impl Base {
    /// What a revision wanted. `findings` are those that kept a manifest of it
    /// from being read. One that belongs to no resource may be of any, so that
    /// no resource can be said to be new.
    #[must_use]
    pub fn new(revision: &str, commit: &str, desired: Desired, findings: &[Finding]) -> Self {
        Self {
            revision: revision.to_owned(),
            commit: commit.to_owned(),
            described: Described::of(&desired),
            desired,
            broken: findings
                .iter()
                .filter_map(|finding| finding.address.clone())
                .collect(),
            unreadable: findings.iter().any(|finding| finding.address.is_none()),
            endpoints: Vec::new(),
            looked_up: BTreeMap::new(),
        }
    }

    /// The base of a run that compares providers with the base itself: a copy
    /// of what is wanted of each resource, so that every difference is drift.
    #[must_use]
    pub fn itself(revision: &str, commit: &str, desired: &Desired) -> Self {
        let copy = Desired {
            resources: desired.resources.clone(),
            ..Desired::default()
        };
        Self::new(revision, commit, copy, &[])
    }

    /// What the user called the revision.
    #[must_use]
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// The commit, in full.
    #[must_use]
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// Whether there is a document of which nothing is known: it may be any
    /// manifest.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.unreadable
    }

    /// Puts the providers of the base in the place of those of `head`, and
    /// keeps in mind which differ. One that the base does not have, or has of
    /// another system, is taken out: nothing may be sent to an address that was
    /// just written.
    pub fn govern(&mut self, head: &mut Desired) {
        let ours = mem::take(&mut head.providers);
        let theirs = mem::take(&mut self.desired.providers);
        let mut theirs: BTreeMap<ProviderName, ProviderConfig> = theirs
            .into_iter()
            .map(|config| (config.name.clone(), config))
            .collect();
        for config in ours {
            let name = &config.name;
            let (state, fields) = match theirs.get(name) {
                Some(base) if base.def.name == config.def.name => {
                    (ManifestState::Changed, base.differences(&config))
                }
                Some(_) => {
                    theirs.remove(name);
                    (ManifestState::Added, Vec::new())
                }
                None if self.has_errors(name) => (ManifestState::Broken, Vec::new()),
                None => (ManifestState::Added, Vec::new()),
            };
            if state != ManifestState::Changed || !fields.is_empty() {
                self.add(name, state, fields);
            }
            if let Some(base) = theirs.remove(name) {
                head.providers.push(base);
            }
        }
        for (name, config) in theirs {
            self.add(&name, ManifestState::Removed, Vec::new());
            head.providers.push(config);
        }
        head.providers
            .sort_by(|one, other| one.name.cmp(&other.name));
        self.endpoints
            .sort_by(|one, other| one.provider.cmp(&other.provider));
    }

    fn add(&mut self, provider: &ProviderName, state: ManifestState, fields: Vec<String>) {
        self.endpoints.push(EndpointChange {
            provider: provider.clone(),
            state,
            fields,
        });
    }

    fn has_errors(&self, provider: &ProviderName) -> bool {
        self.unreadable || self.broken.iter().any(|address| address.name == provider.0)
    }

    /// The `Provider` manifests that are not what they are in the base, after
    /// [`Self::govern`].
    #[must_use]
    pub fn endpoints(&self) -> &[EndpointChange] {
        &self.endpoints
    }

    /// Why nothing is sent to a provider, and what to do about it.
    pub(super) fn withheld(&self, provider: &ProviderName) -> Option<Obstacle> {
        let found = self
            .endpoints
            .iter()
            .find(|endpoint| endpoint.provider == *provider)?;
        let hint = match found.state {
            ManifestState::Broken => format!(
                "its errors at {} stand on standard error; put them right first",
                self.revision
            ),
            ManifestState::Added if self.takes_a_provider_away() => format!(
                "bring its manifest into {} first, on its own; if it is another name for a provider \
                 that is taken away, merge that change on its own (docs/policies.md, \"One account, \
                 one provider\")",
                self.revision
            ),
            _ => format!(
                "bring its manifest into {} first, on its own",
                self.revision
            ),
        };
        Some(Obstacle::new(found.sentence(&self.revision)).hint(hint))
    }

    fn takes_a_provider_away(&self) -> bool {
        let mut endpoints = self.endpoints.iter();
        endpoints.any(|endpoint| endpoint.state == ManifestState::Removed)
    }

    /// Leaves only those resources of `head` selected that are not what they
    /// are in the base, whose providers are not, or that refer to one of these.
    /// Gives how many they are.
    pub fn select_changed(&self, head: &mut Desired) -> usize {
        let providers: BTreeSet<&ProviderName> = head
            .providers
            .iter()
            .filter(|config| self.is_moved(config))
            .map(|config| &config.name)
            .collect();
        let mut changed: BTreeSet<Address> = head
            .resources
            .iter()
            .filter(|resource| providers.contains(&resource.provider) || self.is_changed(resource))
            .map(|resource| resource.address.clone())
            .collect();
        loop {
            let further: Vec<Address> = head
                .resources
                .iter()
                .filter(|resource| !changed.contains(&resource.address))
                .filter(|resource| {
                    let mut targets = resource.references.iter();
                    targets.any(|(_, target)| changed.contains(target))
                })
                .map(|resource| resource.address.clone())
                .collect();
            if further.is_empty() {
                break;
            }
            changed.extend(further);
        }
        let mut selected = 0;
        for resource in &mut head.resources {
            resource.selected &= changed.contains(&resource.address);
            selected += usize::from(resource.selected);
        }
        selected
    }

    /// Whether a provider is new, or leads to other records.
    fn is_moved(&self, head: &ProviderConfig) -> bool {
        let mut configs = self.desired.providers.iter();
        configs
            .find(|base| base.name == head.name)
            .is_none_or(|base| base.leads_elsewhere(head))
    }

    fn is_changed(&self, head: &Resource) -> bool {
        if self.broken.contains(&head.address) {
            return true;
        }
        self.desired.get(&head.address).is_none_or(|base| {
            base.tree != head.tree
                || base.provider != head.provider
                || base.end != head.end
                || base.adopt != head.adopt
        })
    }

    /// The manifest of a resource in the base: that of its address, or else
    /// that of its record under a name that is gone.
    fn of<'a>(&'a self, resource: &Resource, head: &Desired) -> Option<&'a Resource> {
        if let Some(base) = self.desired.get(&resource.address) {
            return Some(base).filter(|base| base.provider == resource.provider);
        }
        self.desired
            .resources
            .iter()
            .find(|base| is_same_record(base, resource) && head.get(&base.address).is_none())
    }

    /// What the base wanted of one resource, in the provider's terms.
    pub(super) fn before(
        &self,
        resource: &Resource,
        head: &Desired,
        lookups: Option<&Lookups>,
        record: Option<&Record>,
        ids: &BTreeMap<Address, RemoteId>,
    ) -> Before {
        let hidden = Hidden::Fields(self.kept_out(resource, record));
        let (Some(base), Some(lookups)) = (self.of(resource, head), lookups) else {
            let is_new = !self.unreadable && !self.broken.contains(&resource.address);
            return Before {
                wanted: if is_new { Wanted::New } else { Wanted::Unknown },
                hidden: if self.unreadable {
                    let kind = resource.kind;
                    Hidden::AllBut([kind.key, kind.display_name].map(|path| kind.path(path)))
                } else {
                    hidden
                },
            };
        };
        let resolved = resolve(base, lookups, ids);
        let mut tree = resolved.tree;
        if let Some(record) = record {
            (base.kind.settle)(&mut Settling {
                desired: &mut tree,
                record,
                lookups,
                // The head's own settling has told the reviewer already.
                notes: &mut Vec::new(),
                moved_on: &mut Vec::new(),
            });
        }
        let problems = resolved.problems.into_iter();
        Before {
            wanted: Wanted::By {
                tree,
                unresolved: problems.map(|problem| problem.path).collect(),
            },
            hidden,
        }
    }

    /// Everything that the base wants.
    #[must_use]
    pub fn desired(&self) -> &Desired {
        &self.desired
    }

    /// The base as the plan tells of it.
    pub(super) fn told(&self, head: &Desired, observed: &Observed, changes: &[Change]) -> PlanBase {
        let unknown = changes
            .iter()
            .map(|change| &change.address)
            .filter(|address| {
                let lost = self.unreadable && self.desired.get(address).is_none();
                lost || self.broken.contains(*address)
            });
        PlanBase {
            revision: self.revision.clone(),
            commit: self.commit.clone(),
            endpoints: self.endpoints.clone(),
            policies: Vec::new(),
            removed: self.removed(head, observed),
            unknown: unknown.cloned().collect(),
        }
    }
}

fn is_same_record(one: &Resource, other: &Resource) -> bool {
    one.kind.kind == other.kind.kind && one.provider == other.provider && one.key == other.key
}

/// What stands in the field of our key at the provider.
fn live_key(record: &Record, kind: &KindDef) -> Option<String> {
    record.tree.at(kind.key).and_then(key_text)
}
