//! Reads what a provider has beside what the manifests describe, in full, so
//! that manifests can be made of it.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};

use crate::{
    desired::{Desired, ProviderConfig, Resource},
    model::{Address, Kind, Leaf, RemoteId, Tree},
    provider::{
        Completeness, Failure, FailureKind, Index, IndexRow, KindDef, Lookups, Reader, Record,
        Wanted,
    },
};

use super::{
    hidden::hidden_values,
    matching::{Candidate, Catalogue, keys},
    observe::{entered, wanted},
    state::Match,
};

/// Which records a survey is about.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Only these kinds; all of them when empty.
    pub kinds: BTreeSet<Kind>,
    /// Only records with these keys, looked up one by one where the provider
    /// has no list; all of them when empty.
    pub keys: BTreeSet<String>,
    /// Only records of which id, key or display name fits one of these; all of
    /// them when empty. `*` stands for any text, and case does not matter.
    pub patterns: Vec<String>,
}

impl Query {
    /// Whether a record is asked for, by its key, its id and its display name.
    #[must_use]
    pub fn fits(
        &self,
        kind: Kind,
        key: Option<&str>,
        remote: Option<&RemoteId>,
        name: &str,
    ) -> bool {
        if !self.kinds.is_empty() && !self.kinds.contains(kind) {
            return false;
        }
        if self.keys.is_empty() && self.patterns.is_empty() {
            return true;
        }
        let remote = remote.map(|remote| remote.0.as_str());
        key.is_some_and(|key| self.keys.contains(key))
            || self.patterns.iter().any(|pattern| {
                let texts = [key, remote, Some(name)];
                texts.into_iter().flatten().any(|text| glob(pattern, text))
            })
    }

    /// The keys by which records can be looked up: patterns without a `*` too.
    fn lookups(&self) -> BTreeSet<&str> {
        let patterns = self.patterns.iter().filter(|text| !text.contains('*'));
        self.keys
            .iter()
            .chain(patterns)
            .map(String::as_str)
            .collect()
    }
}

/// Whether a text fits a pattern in which `*` stands for any text.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|start| text.strip_prefix(start)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// What came of one record.
#[derive(Debug)]
pub enum Outcome {
    /// It was read in full.
    Read(Record),
    /// A manifest describes it already.
    Described(Address),
    /// It must not be managed; the sentence says why.
    Protected(String),
    /// It has ended; the word is its state.
    Ended(String),
    /// Other live records have the same key, so that no manifest could tell
    /// them apart.
    SharesKey(Vec<RemoteId>),
    /// It was listed, and was not there a moment later.
    Gone,
    /// It could not be read.
    Failed(Failure),
}

/// One record that was asked for.
pub struct Surveyed {
    /// Its kind.
    pub kind: &'static KindDef,
    /// Its id.
    pub remote: RemoteId,
    /// What stands in the field of our key.
    pub key: Option<String>,
    /// Its display name.
    pub display_name: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What a provider has.
pub struct Survey {
    /// Who we are there.
    pub account: String,
    /// All its look-up tables.
    pub lookups: Lookups,
    /// What the absence of a record means.
    pub completeness: Completeness,
    /// The records that were asked for, ordered by kind and id.
    pub records: Vec<Surveyed>,
    /// The records that manifests describe, whether they were asked for or not.
    pub described: BTreeMap<(Kind, RemoteId), Address>,
    /// The keys of all records that were seen.
    pub keys: BTreeSet<(Kind, String)>,
    /// The keys that were looked up in vain.
    pub absent: Vec<String>,
}

/// Reads one provider. `read` is called after each record.
///
/// # Errors
/// When the provider cannot be read at all, or has no list and no key was given.
pub async fn survey(
    config: &ProviderConfig,
    desired: &Desired,
    query: &Query,
    reader: &dyn Reader,
    read: &(dyn Fn() + Sync),
) -> Result<Survey, Failure> {
    let outcome = survey_provider(config, desired, query, reader, read).await;
    outcome.map_err(|mut failure| {
        failure.hide(&hidden_values(desired, &config.name));
        failure
    })
}

async fn survey_provider(
    config: &ProviderConfig,
    desired: &Desired,
    query: &Query,
    reader: &dyn Reader,
    read: &(dyn Fn() + Sync),
) -> Result<Survey, Failure> {
    let account = reader.account().await?;
    let lookups = reader.lookups(&all_tables(config)).await?;
    let resources: Vec<&Resource> = desired
        .resources
        .iter()
        .filter(|resource| resource.provider == config.name)
        .collect();
    let index = index_for(config, &resources, query, reader).await?;
    let described = described(
        &index.rows,
        &resources,
        &Catalogue::new(&index, &keys(resources.iter().copied())),
    );
    let seen = index.rows.iter();
    let keys: BTreeSet<(Kind, String)> = seen
        .filter_map(|row| Some((row.kind, row.key.clone()?)))
        .collect();
    let absent = absent(&index.rows, query);
    let rows = chosen(&index.rows, config, query);
    let shared = shared(&index.rows);
    let mut records: Vec<Surveyed> = stream::iter(rows)
        .map(|(kind, row)| {
            let settled = settled(row, &described, &shared);
            async move {
                let outcome = match settled {
                    Some(outcome) => outcome,
                    None => in_full(kind, row, reader).await,
                };
                read();
                Surveyed {
                    kind,
                    remote: row.remote.clone(),
                    key: row.key.clone().filter(|key| !key.is_empty()),
                    display_name: row.display_name.clone(),
                    outcome,
                }
            }
        })
        .buffer_unordered(config.limits.concurrency.max(1))
        .collect()
        .await;
    records
        .sort_by(|one, other| (one.kind.kind, &one.remote).cmp(&(other.kind.kind, &other.remote)));
    Ok(Survey {
        account,
        lookups,
        completeness: index.completeness,
        records,
        described,
        keys,
        absent,
    })
}

/// The index in which the records that are asked for are to be found. Where each is
/// given by its key, no more is looked for than those.
async fn index_for(
    config: &ProviderConfig,
    resources: &[&Resource],
    query: &Query,
    reader: &dyn Reader,
) -> Result<Index, Failure> {
    let sought = query.lookups();
    let mut asked: Vec<Wanted> = resources.iter().map(|resource| wanted(resource)).collect();
    let kinds = config.def.kinds.iter();
    for kind in kinds.filter(|kind| query.kinds.is_empty() || query.kinds.contains(kind.kind)) {
        asked.extend(sought.iter().map(|key| by_key(kind, key)));
    }
    let are_keys_alone = !query.keys.is_empty() && query.patterns.is_empty();
    let index = if are_keys_alone {
        reader.index(&asked).await?
    } else {
        reader.index_all(&asked).await?
    };
    let index = entered(index);
    if index.completeness == Completeness::ByKey && sought.is_empty() {
        return Err(no_list(config));
    }
    Ok(index)
}

fn no_list(config: &ProviderConfig) -> Failure {
    let title = config.def.title;
    Failure::new(
        FailureKind::Refused,
        format!("{title} has no list of its records: each is looked up by its key"),
    )
    .hint("name the records with --key CODE, as often as needed")
}

/// Every look-up table of every kind of a provider.
#[must_use]
pub fn all_tables(config: &ProviderConfig) -> BTreeSet<&'static str> {
    let kinds = config.def.kinds.iter();
    kinds
        .flat_map(|kind| kind.fields().iter().filter_map(|facts| facts.lookup))
        .collect()
}

/// A tree that asks for every field, so that every section is read.
fn everything(kind: &KindDef) -> Tree {
    let fields = kind.fields().iter().filter(|facts| !facts.computed);
    fields.map(|facts| (facts.path, Leaf::Unset)).collect()
}

fn by_key(kind: &'static KindDef, key: &str) -> Wanted {
    Wanted {
        kind: kind.kind,
        key: key.to_owned(),
        display_name: None,
        adopt: None,
        desired: everything(kind),
    }
}

/// The records that manifests describe, by key or by the id that may be adopted;
/// both where these are two.
fn described(
    rows: &[IndexRow],
    resources: &[&Resource],
    catalogue: &Catalogue<'_>,
) -> BTreeMap<(Kind, RemoteId), Address> {
    let mut described = BTreeMap::new();
    for resource in resources {
        let remotes = match catalogue.find(resource) {
            Candidate::Read { row, .. } => vec![rows[row].remote.clone()],
            Candidate::Settled(Match::AdoptsAnother(keyed, adopted)) => vec![keyed, adopted],
            Candidate::Settled(_) => Vec::new(),
        };
        for remote in remotes {
            described.insert((resource.kind.kind, remote), resource.address.clone());
        }
    }
    described
}

/// The rows that are asked for, with their kinds.
fn chosen<'r>(
    rows: &'r [IndexRow],
    config: &ProviderConfig,
    query: &Query,
) -> Vec<(&'static KindDef, &'r IndexRow)> {
    rows.iter()
        .filter(|row| {
            query.fits(
                row.kind,
                row.key.as_deref(),
                Some(&row.remote),
                &row.display_name,
            )
        })
        .filter_map(|row| {
            let kind = config.def.kinds.iter().find(|kind| kind.kind == row.kind)?;
            Some((kind, row))
        })
        .collect()
}

/// Live records by their key, where several have one.
fn shared(rows: &[IndexRow]) -> BTreeMap<(Kind, &str), Vec<RemoteId>> {
    let mut shared: BTreeMap<(Kind, &str), Vec<RemoteId>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.ended.is_none()) {
        if let Some(key) = row.key.as_deref().filter(|key| !key.is_empty()) {
            let sharers = shared.entry((row.kind, key)).or_default();
            sharers.push(row.remote.clone());
        }
    }
    shared.retain(|_, sharers| sharers.len() > 1);
    shared
}

/// The keys that were given one by one and that no record has.
fn absent(rows: &[IndexRow], query: &Query) -> Vec<String> {
    let has = |key: &&String| rows.iter().any(|row| row.key.as_ref() == Some(*key));
    let keys = query.keys.iter().filter(|key| !has(key));
    keys.cloned().collect()
}

/// What came of a record that need not be read.
fn settled(
    row: &IndexRow,
    described: &BTreeMap<(Kind, RemoteId), Address>,
    shared: &BTreeMap<(Kind, &str), Vec<RemoteId>>,
) -> Option<Outcome> {
    if let Some(address) = described.get(&(row.kind, row.remote.clone())) {
        return Some(Outcome::Described(address.clone()));
    }
    if let Some(reason) = &row.protected {
        return Some(Outcome::Protected(reason.clone()));
    }
    if let Some(state) = &row.ended {
        return Some(Outcome::Ended(state.clone()));
    }
    let sharers = shared.get(&(row.kind, row.key.as_deref()?))?;
    let others = sharers.iter().filter(|remote| **remote != row.remote);
    Some(Outcome::SharesKey(others.cloned().collect()))
}

async fn in_full(kind: &'static KindDef, row: &IndexRow, reader: &dyn Reader) -> Outcome {
    let found = reader
        .read(kind.kind, &row.remote, &everything(kind), Some(row))
        .await;
    match found {
        Ok(Some(record)) => match record.ended.clone() {
            Some(state) => Outcome::Ended(state),
            None => Outcome::Read(record),
        },
        Ok(None) => Outcome::Gone,
        Err(failure) => Outcome::Failed(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, fits) in [
            ("acme", "Acme", true),
            ("acme", "acme-2", false),
            ("acme*", "Acme-2", true),
            ("*2", "acme-2", true),
            ("a*e*2", "acme-2", true),
            ("*", "", true),
            ("a*a", "a", false),
            ("", "a", false),
            ("*cm*", "acme", true),
            ("*x*", "acme", false),
        ] {
            assert_eq!(glob(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn a_query_narrows_by_kind_and_by_what_identifies_a_record() {
        let remote = RemoteId("264".to_owned());
        let fits = |query: &Query| query.fits("Toy", Some("acme"), Some(&remote), "Acme Ltd");
        assert!(fits(&Query::default()));
        let patterns = |pattern: &str| Query {
            patterns: vec![pattern.to_owned()],
            ..Query::default()
        };
        for (pattern, expected) in [("264", true), ("acme", true), ("*ltd", true), ("b*", false)] {
            assert_eq!(fits(&patterns(pattern)), expected, "{pattern}");
        }
        let other = Query {
            kinds: BTreeSet::from(["Other"]),
            ..Query::default()
        };
        assert!(!fits(&other));
    }
}
