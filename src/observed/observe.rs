//! Reads every provider: an index, the look-ups once, and the details of the
//! managed records with bounded concurrency.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures_util::{StreamExt, future, stream};

use crate::{
    desired::{Desired, ProviderConfig, Resource, bare_key},
    model::{Address, ProviderName, RemoteId},
    provider::{Completeness, Failure, FailureKind, Index, IndexRow, Reader, Wanted},
};

use super::{
    hidden::{hidden_values, without},
    matching::{Candidate, Catalogue, keys, refuse_double_claims, refuse_shared_keys},
    sharing::{Accounts, refuse_shared_accounts, refuse_shared_records},
    state::{Match, Observed, ProviderView},
};

/// Reads all providers that a resource belongs to, at the same time. A provider
/// that fails does not hide the others.
pub async fn observe(
    desired: &Desired,
    readers: &BTreeMap<ProviderName, Arc<dyn Reader>>,
) -> Observed {
    let needed = Needed::of(desired);
    let needed_configs = || {
        let configs = desired.providers.iter();
        configs.filter(|config| needed.has(&config.name))
    };
    let mut accounts = accounts(needed_configs(), desired, readers).await;
    refuse_shared_accounts(desired, &mut accounts);
    let reads = needed_configs().map(|config| {
        let account = accounts.remove(&config.name);
        let reader = readers.get(&config.name);
        let needed = &needed;
        async move {
            let view = match (account, reader) {
                (Some(Ok(account)), Some(reader)) => {
                    observe_provider(config, account, desired, needed, reader.as_ref()).await
                }
                (Some(Err(failure)), _) => Err(failure),
                (_, None) | (None, _) => Err(Failure::new(
                    FailureKind::Unreachable,
                    format!("provider {} was not opened", config.name),
                )),
            };
            let view = view.map_err(|mut failure: Failure| {
                failure.hide(&hidden_values(desired, &config.name));
                failure
            });
            (config.name.clone(), view)
        }
    });
    let mut providers = future::join_all(reads).await.into_iter().collect();
    refuse_shared_records(desired, &mut providers);
    Observed { providers }
}

/// Asks who we are at some providers, and at all others of the same system and
/// host: one of them may be the same account, although no record of it is needed.
async fn accounts<'a>(
    needed: impl Iterator<Item = &'a ProviderConfig>,
    desired: &'a Desired,
    readers: &BTreeMap<ProviderName, Arc<dyn Reader>>,
) -> Accounts<'a> {
    let hosts: BTreeSet<(&str, &str)> = needed.map(host).collect();
    let configs = desired.providers.iter();
    let asked = configs
        .filter(|config| hosts.contains(&host(config)))
        .filter_map(|config| {
            let reader = readers.get(&config.name)?;
            Some(async { (&config.name, reader.account().await) })
        });
    future::join_all(asked).await.into_iter().collect()
}

fn host(config: &ProviderConfig) -> (&str, &str) {
    (config.def.name, &config.host)
}

/// What has to be read for the selected resources.
struct Needed<'a> {
    /// The selected resources and those that they refer to; `None` for all.
    addresses: Option<BTreeSet<&'a Address>>,
    providers: BTreeSet<&'a ProviderName>,
}

impl<'a> Needed<'a> {
    /// Without a selection everything is read, providers without a resource
    /// too: their records may be orphans.
    fn of(desired: &'a Desired) -> Self {
        if desired.resources.iter().all(|resource| resource.selected) {
            return Self {
                addresses: None,
                providers: desired
                    .providers
                    .iter()
                    .map(|config| &config.name)
                    .collect(),
            };
        }
        let mut addresses = BTreeSet::new();
        for resource in desired
            .resources
            .iter()
            .filter(|resource| resource.selected)
        {
            addresses.insert(&resource.address);
            addresses.extend(resource.references.iter().map(|(_, target)| target));
        }
        let providers = desired
            .resources
            .iter()
            .filter(|resource| addresses.contains(&resource.address))
            .map(|resource| &resource.provider)
            .collect();
        Self {
            addresses: Some(addresses),
            providers,
        }
    }

    fn has(&self, provider: &ProviderName) -> bool {
        self.providers.contains(provider)
    }

    fn includes(&self, resource: &Resource) -> bool {
        self.addresses
            .as_ref()
            .is_none_or(|addresses| addresses.contains(&resource.address))
    }
}

async fn observe_provider(
    config: &ProviderConfig,
    account: String,
    desired: &Desired,
    needed: &Needed<'_>,
    reader: &dyn Reader,
) -> Result<ProviderView, Failure> {
    let resources: Vec<&Resource> = desired
        .resources
        .iter()
        .filter(|resource| resource.provider == config.name)
        .collect();
    let relevant: Vec<&Resource> = resources
        .iter()
        .copied()
        .filter(|resource| needed.includes(resource))
        .collect();
    let lookups = reader.lookups(&tables(&relevant)).await?;
    let index = {
        // Dropped as soon as the index is there, so that no tree is kept twice.
        let wanted: Vec<Wanted> = relevant.iter().map(|resource| wanted(resource)).collect();
        entered(reader.index(&wanted).await?)
    };
    tracing::info!(
        provider = %config.name,
        records = index.rows.len(),
        "listed"
    );
    let keys = keys(resources.iter().copied());
    let catalogue = Catalogue::new(&index, &keys);
    let mut candidates: BTreeMap<Address, Candidate> = resources
        .iter()
        .map(|resource| (resource.address.clone(), catalogue.find(resource)))
        .collect();
    refuse_double_claims(&index, &mut candidates);
    refuse_shared_keys(&resources, &mut candidates);
    let claimed = claimed_rows(&index, &candidates);
    let unmanaged = catalogue.unmanaged(&claimed);
    let concurrency = config.limits.concurrency.max(1);
    let matches = stream::iter(relevant)
        .filter_map(|resource| {
            let candidate = candidates.remove(&resource.address);
            future::ready(candidate.map(|candidate| (resource, candidate)))
        })
        .map(|(resource, candidate)| settle(resource, candidate, &index, reader))
        .buffer_unordered(concurrency)
        .collect()
        .await;
    Ok(ProviderView {
        account,
        lookups,
        completeness: index.completeness.clone(),
        create_notes: index.create_notes,
        matches,
        unmanaged,
    })
}

/// An index as the engine works with it. All are taken in here.
pub(super) fn entered(index: Index) -> Index {
    with_bare_keys(without_repetitions(index))
}

/// A provider may strip blanks around our key, or somebody may have typed some:
/// they make no other record. Two that differ in them alone share a key.
pub(super) fn with_bare_keys(mut index: Index) -> Index {
    for row in &mut index.rows {
        if let Some(key) = row.key.take().filter(|key| !key.trim().is_empty()) {
            row.key = Some(bare_key(&key).to_owned());
        }
    }
    index
}

/// A list that tells a record twice moved while its pages were read, so that
/// another record may have slipped through although the counts agree.
fn without_repetitions(mut index: Index) -> Index {
    let before = index.rows.len();
    let mut seen = BTreeSet::new();
    index
        .rows
        .retain(|row| seen.insert((row.kind, row.remote.clone())));
    if index.rows.len() < before && index.completeness == Completeness::Complete {
        index.completeness = Completeness::Incomplete(
            "a record was listed twice, so the list changed while it was read".to_owned(),
        );
    }
    index
}

/// The look-up tables that the managed fields need.
fn tables(resources: &[&Resource]) -> BTreeSet<&'static str> {
    resources
        .iter()
        .flat_map(|resource| {
            let fields = resource.kind.fields();
            resource
                .tree
                .iter()
                .filter_map(|(path, _)| fields.facts(path.as_str())?.lookup)
        })
        .collect()
}

/// What a reader is asked for on behalf of a manifest.
#[must_use]
pub fn wanted(resource: &Resource) -> Wanted {
    Wanted {
        kind: resource.kind.kind,
        key: resource.key.clone(),
        display_name: resource
            .tree
            .text(resource.kind.display_name)
            .map(str::to_owned),
        adopt: resource.adopt.clone(),
        desired: resource.tree.clone(),
    }
}

/// Rows that a manifest describes, or that several claim. A namesake is none of
/// them: no manifest has its key, so it may be an orphan.
fn claimed_rows(index: &Index, candidates: &BTreeMap<Address, Candidate>) -> BTreeSet<usize> {
    let mut ids = BTreeSet::new();
    let mut rows = BTreeSet::new();
    for candidate in candidates.values() {
        match candidate {
            Candidate::Read { row, .. } => {
                rows.insert(*row);
            }
            Candidate::Settled(Match::Several(remotes)) => ids.extend(remotes),
            Candidate::Settled(Match::AdoptsAnother(keyed, adopted)) => {
                ids.extend([keyed, adopted]);
            }
            Candidate::Settled(Match::ClaimedAlsoBy(_, remote) | Match::AnswersToKey(remote)) => {
                ids.insert(remote);
            }
            Candidate::Settled(_) => {}
        }
    }
    let named = index.rows.iter().enumerate();
    rows.extend(
        named
            .filter(|(_, row)| ids.contains(&row.remote))
            .map(|(at, _)| at),
    );
    rows
}

async fn settle(
    resource: &Resource,
    candidate: Candidate,
    index: &Index,
    reader: &dyn Reader,
) -> (Address, Match) {
    let found = match candidate {
        Candidate::Settled(found) => found,
        Candidate::Read { row, adopt } => read(resource, &index.rows[row], adopt, reader).await,
    };
    (resource.address.clone(), found)
}

async fn read(resource: &Resource, row: &IndexRow, adopt: bool, reader: &dyn Reader) -> Match {
    let kind = resource.kind.kind;
    match reader
        .read(kind, &row.remote, &resource.tree, Some(row))
        .await
    {
        Ok(Some(record)) if adopt => Match::Adoptable(record),
        Ok(Some(record)) => Match::Found(record),
        Ok(None) => Match::Unproved(format!(
            "record {} was listed, but could not be read a moment later",
            row.remote
        )),
        Err(failure) => Match::Failed(without(failure, [resource])),
    }
}

/// Looks some resources of one provider up again by key, all of them in one
/// listing where the provider has one. `desired` is everything that is wanted,
/// so that the records of others are not taken for namesakes.
///
/// # Errors
/// When the provider cannot be read.
pub async fn read_again(
    resources: &[&Resource],
    desired: &Desired,
    reader: &dyn Reader,
) -> Result<BTreeMap<Address, Match>, Failure> {
    let index = index_of(resources, reader).await?;
    let keys = keys(others(resources, desired));
    let catalogue = Catalogue::new(&index, &keys);
    let mut matches = BTreeMap::new();
    for resource in resources {
        let candidate = catalogue.find(resource);
        let (address, found) = settle(resource, candidate, &index, reader).await;
        matches.insert(address, found);
    }
    Ok(matches)
}

/// What a provider lists of some resources.
async fn index_of(resources: &[&Resource], reader: &dyn Reader) -> Result<Index, Failure> {
    let wanted: Vec<Wanted> = resources.iter().map(|resource| wanted(resource)).collect();
    let index = reader.index(&wanted).await;
    let index = index.map_err(|failure| without(failure, resources.iter().copied()))?;
    Ok(entered(index))
}

/// The live records that have the keys of some resources of one provider, in one
/// listing. None of them is read.
///
/// # Errors
/// When the provider cannot be listed.
pub async fn holders(
    resources: &[&Resource],
    reader: &dyn Reader,
) -> Result<BTreeMap<Address, Vec<RemoteId>>, Failure> {
    Ok(held(resources, &index_of(resources, reader).await?))
}

/// The live record of each of some resources of one provider, by key, in one
/// listing. None of them is read. A resource is left out where the listing shows
/// none and may not show all, or another record answers to its key.
///
/// # Errors
/// When the provider cannot be listed.
pub async fn live_records(
    resources: &[&Resource],
    reader: &dyn Reader,
) -> Result<BTreeMap<Address, Option<RemoteId>>, Failure> {
    let index = index_of(resources, reader).await?;
    let may_lack = matches!(index.completeness, Completeness::Incomplete(_));
    let answered = resources.iter().filter(|resource| {
        let asked = (resource.kind.kind, resource.key.clone());
        index.answering.contains_key(&asked)
    });
    let answered: BTreeSet<&Address> = answered.map(|resource| &resource.address).collect();
    let records = held(resources, &index)
        .into_iter()
        .map(|(address, holders)| (address, holders.into_iter().next()))
        .filter(|(address, record)| record.is_some() || !(may_lack || answered.contains(address)));
    Ok(records.collect())
}

/// The live records of an index that have the keys of some resources.
fn held(resources: &[&Resource], index: &Index) -> BTreeMap<Address, Vec<RemoteId>> {
    let keys = keys(resources.iter().copied());
    let catalogue = Catalogue::new(index, &keys);
    let held = resources
        .iter()
        .map(|resource| (resource.address.clone(), catalogue.holders(resource)));
    held.collect()
}

/// All resources of the provider that some belong to.
fn others<'a>(resources: &[&Resource], desired: &'a Desired) -> impl Iterator<Item = &'a Resource> {
    let provider = resources.first().map(|resource| resource.provider.clone());
    desired
        .resources
        .iter()
        .filter(move |resource| Some(&resource.provider) == provider.as_ref())
}
