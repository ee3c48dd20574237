//! Which record belongs to which manifest: by key alone, never by name.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    desired::Resource,
    model::{Address, RemoteId},
    provider::{Completeness, Index, IndexRow},
};

use super::state::{Match, Unmanaged};

/// What matching decided for one manifest, before its record is read.
pub(super) enum Candidate {
    /// Nothing more to read.
    Settled(Match),
    /// This row; the record is to be read.
    Read { row: usize, adopt: bool },
}

/// An index with its rows found by id, key and display name.
pub(super) struct Catalogue<'a> {
    index: &'a Index,
    by_remote: BTreeMap<&'a RemoteId, usize>,
    by_key: BTreeMap<(&'static str, &'a str), Vec<usize>>,
    by_name: BTreeMap<(&'static str, &'a str), Vec<usize>>,
}

impl<'a> Catalogue<'a> {
    pub(super) fn new(index: &'a Index) -> Self {
        let mut catalogue = Self {
            index,
            by_remote: BTreeMap::new(),
            by_key: BTreeMap::new(),
            by_name: BTreeMap::new(),
        };
        for (at, row) in index.rows.iter().enumerate() {
            catalogue.by_remote.insert(&row.remote, at);
            if let Some(key) = &row.key {
                catalogue
                    .by_key
                    .entry((row.kind, key))
                    .or_default()
                    .push(at);
            }
            catalogue
                .by_name
                .entry((row.kind, row.display_name.trim()))
                .or_default()
                .push(at);
        }
        catalogue
    }

    /// Finds the rows of one manifest.
    pub(super) fn find(&self, resource: &Resource) -> Candidate {
        let kind = resource.kind.kind;
        let rows = self.by_key.get(&(kind, resource.key.as_str()));
        match rows.map_or(&[][..], Vec::as_slice) {
            [only] => self.allow(*only, false),
            [] => self.without_key(resource),
            several => Candidate::Settled(Match::Several(self.ids(several))),
        }
    }

    fn allow(&self, row: usize, adopt: bool) -> Candidate {
        match &self.index.rows[row].protected {
            Some(reason) => Candidate::Settled(Match::Protected(reason.clone())),
            None => Candidate::Read { row, adopt },
        }
    }

    fn without_key(&self, resource: &Resource) -> Candidate {
        if let Some(remote) = &resource.adopt {
            return match self.by_remote.get(remote) {
                Some(row) => self.allow(*row, true),
                None => Candidate::Settled(Match::AdoptMissing(remote.clone())),
            };
        }
        let name = resource.tree.text(resource.kind.display_name);
        let namesakes: Vec<usize> = name
            .and_then(|name| self.by_name.get(&(resource.kind.kind, name.trim())))
            .into_iter()
            .flatten()
            .copied()
            .filter(|row| self.index.rows[*row].ended.is_none())
            .collect();
        if !namesakes.is_empty() {
            return Candidate::Settled(Match::Namesakes(self.ids(&namesakes)));
        }
        Candidate::Settled(match &self.index.completeness {
            Completeness::Complete | Completeness::ByKey => Match::Absent,
            Completeness::Incomplete(why) => Match::Unproved(why.clone()),
        })
    }

    fn ids(&self, rows: &[usize]) -> Vec<RemoteId> {
        rows.iter()
            .map(|row| self.index.rows[*row].remote.clone())
            .collect()
    }

    /// Live, unprotected rows that nobody claimed. Where the provider has no
    /// list, nothing can be said of what was not asked for.
    pub(super) fn unmanaged(&self, claimed: &BTreeSet<usize>) -> Vec<Unmanaged> {
        if self.index.completeness == Completeness::ByKey {
            return Vec::new();
        }
        let free = |(at, row): &(usize, &IndexRow)| {
            !claimed.contains(at) && row.protected.is_none() && row.ended.is_none()
        };
        self.index
            .rows
            .iter()
            .enumerate()
            .filter(free)
            .map(|(_, row)| Unmanaged {
                kind: row.kind,
                remote: row.remote.clone(),
                key: row.key.clone(),
                display_name: row.display_name.clone(),
            })
            .collect()
    }
}

/// Two manifests that claim one row both lose it.
pub(super) fn refuse_double_claims(index: &Index, candidates: &mut BTreeMap<Address, Candidate>) {
    let mut claims: BTreeMap<usize, Vec<Address>> = BTreeMap::new();
    for (address, candidate) in &*candidates {
        if let Candidate::Read { row, .. } = candidate {
            claims.entry(*row).or_default().push(address.clone());
        }
    }
    for (row, claimants) in claims.iter().filter(|(_, claimants)| claimants.len() > 1) {
        for (at, address) in claimants.iter().enumerate() {
            let other = claimants[usize::from(at == 0)].clone();
            let remote = index.rows[*row].remote.clone();
            candidates.insert(
                address.clone(),
                Candidate::Settled(Match::ClaimedAlsoBy(other, remote)),
            );
        }
    }
}
