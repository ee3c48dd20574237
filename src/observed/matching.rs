//! Which record belongs to which manifest: by key alone, never by name.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    desired::Resource,
    model::{Address, Kind, RemoteId},
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

/// The keys of all manifests of one provider.
pub(super) type Keys<'a> = BTreeSet<(Kind, &'a str)>;

/// Gathers the keys of manifests.
pub(super) fn keys<'a>(resources: impl IntoIterator<Item = &'a Resource>) -> Keys<'a> {
    resources
        .into_iter()
        .map(|resource| (resource.kind.kind, resource.key.as_str()))
        .collect()
}

/// An index with its rows found by id, key and display name.
pub(super) struct Catalogue<'a> {
    index: &'a Index,
    keys: &'a Keys<'a>,
    by_remote: BTreeMap<(Kind, &'a RemoteId), usize>,
    by_key: BTreeMap<(Kind, &'a str), Vec<usize>>,
    by_name: BTreeMap<(Kind, &'a str), Vec<usize>>,
}

impl<'a> Catalogue<'a> {
    /// `keys` are those of all manifests of the provider, so that the records
    /// of others are not taken for namesakes.
    pub(super) fn new(index: &'a Index, keys: &'a Keys<'a>) -> Self {
        let mut catalogue = Self {
            index,
            keys,
            by_remote: BTreeMap::new(),
            by_key: BTreeMap::new(),
            by_name: BTreeMap::new(),
        };
        for (at, row) in index.rows.iter().enumerate() {
            catalogue.by_remote.insert((row.kind, &row.remote), at);
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
            [only] => self.keyed(*only, resource),
            [] => self.without_key(resource),
            several => self.among(several, resource),
        }
    }

    /// The live records that have the key of one manifest.
    pub(super) fn holders(&self, resource: &Resource) -> Vec<RemoteId> {
        let rows = self
            .by_key
            .get(&(resource.kind.kind, resource.key.as_str()));
        let live = rows.into_iter().flatten().copied();
        self.ids(&live.filter(|row| self.is_live(*row)).collect::<Vec<_>>())
    }

    /// A record that has ended may keep its key, and a live one have it too.
    fn among(&self, rows: &[usize], resource: &Resource) -> Candidate {
        let live: Vec<usize> = rows
            .iter()
            .copied()
            .filter(|row| self.is_live(*row))
            .collect();
        match live.as_slice() {
            [only] => self.keyed(*only, resource),
            [] => Candidate::Settled(Match::Several(self.ids(rows))),
            several => Candidate::Settled(Match::Several(self.ids(several))),
        }
    }

    /// The row that has the key. An annotation stays in a manifest for good, so
    /// it is in the way only where it names another record that is live.
    fn keyed(&self, row: usize, resource: &Resource) -> Candidate {
        let id = |row: usize| self.index.rows[row].remote.clone();
        let adopt = resource.adopt.as_ref();
        let adopted = adopt
            .and_then(|remote| self.by_remote.get(&(resource.kind.kind, remote)))
            .filter(|adopted| **adopted != row && self.is_live(**adopted));
        match adopted {
            Some(adopted) => Candidate::Settled(Match::AdoptsAnother(id(row), id(*adopted))),
            None => self.allow(row, false),
        }
    }

    fn is_live(&self, row: usize) -> bool {
        self.index.rows[row].ended.is_none()
    }

    /// Whether a manifest describes the row by its key.
    fn is_described(&self, row: usize) -> bool {
        let IndexRow { kind, key, .. } = &self.index.rows[row];
        key.as_ref()
            .is_some_and(|key| self.keys.contains(&(*kind, key.as_str())))
    }

    fn allow(&self, row: usize, adopt: bool) -> Candidate {
        match &self.index.rows[row].protected {
            Some(reason) => Candidate::Settled(Match::Protected(reason.clone())),
            None => Candidate::Read { row, adopt },
        }
    }

    fn without_key(&self, resource: &Resource) -> Candidate {
        let asked = (resource.kind.kind, resource.key.clone());
        if let Some(remote) = self.index.answering.get(&asked)
            && resource.adopt.as_ref() != Some(remote)
        {
            return Candidate::Settled(Match::AnswersToKey(remote.clone()));
        }
        if let Some(remote) = &resource.adopt {
            let row = self.by_remote.get(&(resource.kind.kind, remote));
            return match (row, &self.index.completeness) {
                (Some(row), _) => self.allow(*row, true),
                (None, Completeness::Incomplete(why)) => {
                    Candidate::Settled(Match::Unproved(why.clone()))
                }
                (None, Completeness::Complete | Completeness::ByKey) => {
                    Candidate::Settled(Match::AdoptMissing(remote.clone()))
                }
            };
        }
        let name = resource.tree.text(resource.kind.display_name);
        let namesakes: Vec<usize> = name
            .and_then(|name| self.by_name.get(&(resource.kind.kind, name.trim())))
            .into_iter()
            .flatten()
            .copied()
            .filter(|row| self.is_live(*row) && !self.is_described(*row))
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

/// Two manifests with one key make no record: each would make its own.
pub(super) fn refuse_shared_keys(
    resources: &[&Resource],
    candidates: &mut BTreeMap<Address, Candidate>,
) {
    let mut sharers: BTreeMap<(Kind, &str), Vec<&Address>> = BTreeMap::new();
    for resource in resources {
        let key = (resource.kind.kind, resource.key.as_str());
        sharers.entry(key).or_default().push(&resource.address);
    }
    for addresses in sharers.values().filter(|addresses| addresses.len() > 1) {
        for (at, address) in addresses.iter().enumerate() {
            let is_absent = matches!(
                candidates.get(*address),
                Some(Candidate::Settled(Match::Absent))
            );
            if is_absent {
                let other = addresses[usize::from(at == 0)].clone();
                let shared = Candidate::Settled(Match::KeyAlsoOf(other));
                candidates.insert((*address).clone(), shared);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use schemars::JsonSchema;
    use serde::Deserialize;

    use super::super::observe::with_bare_keys;
    use super::*;
    use crate::{
        desired::Origin,
        model::{Leaf, ProviderName, Source, field::Filled},
        provider::{KindDef, Spec},
    };

    #[derive(Default, Deserialize, JsonSchema)]
    #[serde(default)]
    struct Toy {
        name: Filled<String>,
    }

    impl Spec for Toy {
        const KIND: Kind = "Toy";
    }

    static TOY: KindDef = KindDef::of::<Toy>("name", "name", |_| Ok(Vec::new()), |_| ());

    fn resource(key: &str, adopt: Option<&str>) -> Resource {
        let _ = Toy::default().name.set();
        let name = Leaf::Text("Acme".to_owned());
        Resource {
            address: Address {
                kind: TOY.kind,
                name: key.into(),
            },
            provider: ProviderName("toy".into()),
            kind: &TOY,
            key: key.to_owned(),
            tree: [(TOY.path("name"), name)].into_iter().collect(),
            end: None,
            adopt: adopt.map(|remote| RemoteId(remote.to_owned())),
            labels: BTreeMap::new(),
            references: Vec::new(),
            from_outside: std::collections::BTreeSet::new(),
            selected: true,
            origin: Origin {
                source: Arc::new(Source::new("a.yaml".to_owned(), String::new())),
                span: 0..0,
            },
        }
    }

    fn row(kind: Kind, remote: &str, key: Option<&str>) -> IndexRow {
        IndexRow {
            kind,
            remote: RemoteId(remote.to_owned()),
            key: key.map(str::to_owned),
            display_name: "Acme".to_owned(),
            protected: None,
            ended: None,
            record: None,
        }
    }

    fn ended(row: IndexRow) -> IndexRow {
        IndexRow {
            ended: Some("ended".to_owned()),
            ..row
        }
    }

    /// What is found for the first of some manifests, in words.
    fn check(resources: &[Resource], rows: Vec<IndexRow>, expected: &str) {
        let index = with_bare_keys(Index {
            rows,
            completeness: Completeness::Complete,
            answering: BTreeMap::new(),
            create_notes: BTreeMap::new(),
        });
        let keys = keys(resources);
        let found = match Catalogue::new(&index, &keys).find(&resources[0]) {
            Candidate::Read { row, adopt } => format!("{row} {adopt}"),
            Candidate::Settled(found) => format!("{found:?}"),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn a_record_of_another_kind_is_another_record() {
        check(
            &[resource("a", None)],
            vec![row("Other", "1", Some("a"))],
            "Absent",
        );
        let rows = || vec![row("Other", "1", None), row("Toy", "2", None)];
        check(
            &[resource("a", Some("1"))],
            rows(),
            "AdoptMissing(RemoteId(\"1\"))",
        );
        check(&[resource("a", Some("2"))], rows(), "1 true");
        let same_id = vec![row("Toy", "1", None), row("Other", "1", None)];
        check(&[resource("a", Some("1"))], same_id, "0 true");
    }

    #[test]
    fn a_live_record_is_taken_before_one_that_has_ended() {
        let one = || ended(row("Toy", "1", Some("a")));
        let two = || row("Toy", "2", Some("a"));
        check(&[resource("a", None)], vec![one()], "0 false");
        check(&[resource("a", None)], vec![one(), two()], "1 false");
        check(
            &[resource("a", None)],
            vec![one(), one()],
            "Several([RemoteId(\"1\"), RemoteId(\"1\")])",
        );
    }

    #[test]
    fn blanks_around_the_key_of_a_record_do_not_matter() {
        let row = |remote, key| row("Toy", remote, Some(key));
        check(&[resource("a", None)], vec![row("1", " a\t")], "0 false");
        let two = vec![row("1", "a"), row("2", "a ")];
        let several = "Several([RemoteId(\"1\"), RemoteId(\"2\")])";
        check(&[resource("a", None)], two, several);
        let described = [resource("b", None), resource("a", None)];
        check(&described, vec![row("1", "a ")], "Absent");
        let without = "Namesakes([RemoteId(\"1\")])";
        check(&[resource("a", None)], vec![row("1", " ")], without);
    }

    #[test]
    fn namesakes_are_live_and_nobody_elses() {
        let namesake = |key| vec![row("Toy", "1", key)];
        let found = "Namesakes([RemoteId(\"1\")])";
        check(&[resource("a", None)], namesake(None), found);
        check(&[resource("a", None)], namesake(Some("b")), found);
        check(
            &[resource("a", None), resource("b", None)],
            namesake(Some("b")),
            "Absent",
        );
        let gone = vec![ended(row("Toy", "1", None))];
        check(&[resource("a", None)], gone, "Absent");
    }
}
