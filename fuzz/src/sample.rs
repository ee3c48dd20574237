//! Manifests, with a made-up state of their providers: no server takes part.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use trueup::{
    desired::{Desired, Options, Systems, desire},
    manifest::load::{Document, from_memory},
    model::{Facts, Finding, Leaf, Tree},
    observed::{Match, Observed, ProviderView},
    plan::{Planned, plan},
    policy,
    provider::{Completeness, KindDef, Lookups, Record, Table},
    providers::ALL,
};

/// The time of every run.
///
/// # Panics
/// Never.
#[must_use]
pub fn now() -> Timestamp {
    "2026-11-02T09:00:00Z".parse().expect("an instant")
}

/// The day of every run.
#[must_use]
pub fn day() -> Date {
    jiff::civil::date(2026, 11, 2)
}

/// How manifests are read: without credentials.
#[must_use]
pub fn options() -> Options {
    Options {
        systems: Systems::Simulated,
        other_kinds: policy::KINDS,
        ..Options::default()
    }
}

/// What manifests want, and what providers might have.
pub struct Sample {
    /// The documents.
    pub documents: Vec<Document>,
    /// What they want.
    pub desired: Desired,
    /// What is wrong with them.
    pub found: Vec<Finding>,
    /// What the providers have.
    pub observed: Observed,
}

/// Reads manifests. Every record is there, but for every fourth, and has `live`
/// in every other of its fields of text.
#[must_use]
pub fn sample_of(texts: Vec<(String, Vec<u8>)>, live: &str) -> Sample {
    let loaded = from_memory(texts);
    let documents = loaded.documents.clone();
    let (desired, found) = desire(loaded, ALL, &options());
    let observed = observed(&desired, live);
    Sample {
        documents,
        desired,
        found,
        observed,
    }
}

impl Sample {
    /// The manifests of the repository.
    #[must_use]
    pub fn of_repository(live: &str) -> Self {
        let texts = [
            include_str!("../../manifests/providers.yaml"),
            include_str!("../../manifests/policy.yaml"),
            include_str!("../../manifests/acronis/foobar.yaml"),
            include_str!("../../manifests/acronis/harbour.yaml"),
            include_str!("../../manifests/cove/aegean.yaml"),
            include_str!("../../manifests/cove/zeus.yaml"),
            include_str!("../../manifests/zegoal/acme.yaml"),
            include_str!("../../manifests/zegoal/new-account.yaml"),
            include_str!("../../manifests/zegoal/sample.yaml"),
        ];
        let texts = texts.iter().enumerate();
        let texts = texts.map(|(at, text)| (format!("{at}.yaml"), text.as_bytes().to_vec()));
        sample_of(texts.collect(), live)
    }

    /// What is to be done.
    #[must_use]
    pub fn plan(&self) -> Planned {
        plan(&self.desired, &self.observed, None, day())
    }
}

fn observed(desired: &Desired, live: &str) -> Observed {
    let mut observed = Observed::default();
    for config in &desired.providers {
        let mut lookups = Lookups::default();
        let facts = config
            .def
            .kinds
            .iter()
            .flat_map(|kind| kind.fields().iter());
        for table in facts.filter_map(|facts| facts.lookup) {
            let open = Table {
                choices: Vec::new(),
                open: true,
            };
            lookups.add(table, open);
        }
        let view = ProviderView {
            account: "fuzzed".to_owned(),
            lookups,
            completeness: Completeness::Complete,
            create_notes: BTreeMap::new(),
            matches: BTreeMap::new(),
            unmanaged: Vec::new(),
        };
        observed.providers.insert(config.name.clone(), Ok(view));
    }
    for (at, resource) in desired.resources.iter().enumerate() {
        let Some(Ok(view)) = observed.providers.get_mut(&resource.provider) else {
            continue;
        };
        let found = if at % 4 == 3 {
            Match::Absent
        } else {
            Match::Found(record(at, resource.kind, &resource.tree, live))
        };
        view.matches.insert(resource.address.clone(), found);
    }
    observed
}

fn record(at: usize, kind: &KindDef, wanted: &Tree, live: &str) -> Record {
    let mut tree = Tree::default();
    for (number, (path, leaf)) in wanted.iter().enumerate() {
        let facts: Option<&Facts> = kind.fields().facts(path.as_str());
        let is_ours = path.as_str() == kind.key;
        let leaf = match leaf {
            Leaf::Text(_) if !is_ours && number % 2 == 0 => Leaf::Text(live.to_owned()),
            Leaf::Bool(truth) => Leaf::Bool(!truth),
            Leaf::Integer(number) => Leaf::Integer(number.wrapping_add(1)),
            Leaf::Set(names) => Leaf::Set(names.iter().skip(1).cloned().collect()),
            Leaf::Reference(_) => Leaf::Text("4711".to_owned()),
            other => other.clone(),
        };
        if facts.is_some_and(|facts| !facts.write_only) {
            tree.set(path, leaf);
        }
    }
    Record {
        remote: trueup::model::RemoteId(format!("{at}")),
        tree,
        unknown: Vec::new(),
        ended: None,
        raw: trueup::provider::Raw::default(),
    }
}
