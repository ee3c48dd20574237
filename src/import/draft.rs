//! Records become drafts of manifests: what each is called, and which fields it
//! writes.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    name::Names,
    scalar::remark,
    value::{Known, Value},
    variable::Variables,
};
use crate::{
    desired::{Desired, ProviderConfig, bare_key},
    model::{Address, Facts, FieldPath, Kind, Leaf, ProviderName, RemoteId, Sensitive},
    observed::{Match, Observed, Outcome, ProviderView, Survey, Surveyed},
    provider::{KindDef, Lookups, ProviderDef, Raw, Record},
};

/// What is written into manifests.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extent {
    /// Fields that are empty too, as `null`.
    pub full: bool,
    /// Sensitive values in clear, and not behind variables.
    pub inline: bool,
}

/// A manifest to be.
pub struct Draft {
    /// Its address.
    pub address: Address,
    /// The billing system.
    pub def: &'static ProviderDef,
    /// Its kind.
    pub kind: &'static KindDef,
    /// Its provider, where it has to be named.
    pub provider: Option<ProviderName>,
    /// The id of the record.
    pub remote: RemoteId,
    /// The display name of the record.
    pub display_name: String,
    /// Whether the record has no key of ours, so that it has to be adopted.
    pub adopt: bool,
    /// The fields.
    pub fields: BTreeMap<FieldPath, Value>,
}

/// Something to tell about one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The record.
    pub subject: String,
    /// What is to tell: a sentence without a period.
    pub text: String,
    /// Whether it could not be imported although it should have been.
    pub failed: bool,
}

impl Note {
    pub(super) fn about(draft: &Draft, text: impl Into<String>) -> Self {
        Self {
            subject: draft.address.to_string(),
            text: text.into(),
            failed: false,
        }
    }

    pub(super) fn failure(draft: &Draft, text: impl Into<String>) -> Self {
        Self {
            failed: true,
            ..Self::about(draft, text)
        }
    }
}

/// All drafts of one run.
#[derive(Default)]
pub struct Batch {
    /// The drafts, ordered by address.
    pub drafts: Vec<Draft>,
    /// What is to tell, in the order of the records.
    pub notes: Vec<Note>,
    /// What was read, as the planner wants it.
    pub(super) observed: Observed,
}

/// What making drafts needs beside the records.
struct Desk<'a> {
    config: &'a ProviderConfig,
    names_provider: bool,
    extent: Extent,
    lookups: &'a Lookups,
    known: &'a Known,
}

impl Batch {
    /// Makes drafts of what was read. `variables` holds the names that manifests
    /// use already.
    #[must_use]
    pub fn new(
        surveys: Vec<(&ProviderConfig, Survey)>,
        desired: &Desired,
        extent: Extent,
        variables: &mut Variables,
    ) -> Self {
        let mut batch = Self::default();
        batch.notes.extend(absent(&surveys));
        let mut names = taken(desired, &surveys);
        for (config, survey) in surveys {
            let same_system = |other: &&ProviderConfig| other.def.name == config.def.name;
            let names_provider = desired.providers.iter().filter(same_system).count() > 1;
            batch.provider(config, names_provider, survey, extent, &mut names);
        }
        batch
            .drafts
            .sort_by(|one, other| one.address.cmp(&other.address));
        if !extent.inline {
            for draft in &mut batch.drafts {
                hide(draft, variables);
            }
        }
        batch
    }

    /// What is told of records that have no key of ours.
    pub fn adoptions(&self) -> impl Iterator<Item = Note> {
        let drafts = self.drafts.iter().filter(|draft| draft.adopt);
        drafts.map(|draft| {
            let text = format!(
                "the record {} has no key of ours; plan shows `adopt`, and apply writes the key",
                remark(&draft.remote.0)
            );
            Note::about(draft, text)
        })
    }

    fn provider(
        &mut self,
        config: &ProviderConfig,
        names_provider: bool,
        survey: Survey,
        extent: Extent,
        names: &mut BTreeMap<Kind, Names>,
    ) {
        let Survey {
            account,
            lookups,
            completeness,
            records,
            described,
            keys: _,
            absent: _,
        } = survey;
        let mut matches: BTreeMap<Address, Match> = described
            .iter()
            .map(|((_, remote), address)| (address.clone(), Match::Found(stub(remote))))
            .collect();
        let mut known: Known = described;
        let addressed = self.addressed(records, names);
        for (address, surveyed, _) in &addressed {
            known.insert((address.kind, surveyed.remote.clone()), address.clone());
        }
        let desk = Desk {
            config,
            names_provider,
            extent,
            lookups: &lookups,
            known: &known,
        };
        for (address, surveyed, record) in addressed {
            let (draft, notes) = desk.draft(address, &surveyed, &record);
            let found = if draft.adopt {
                Match::Adoptable(record)
            } else {
                Match::Found(record)
            };
            matches.insert(draft.address.clone(), found);
            self.drafts.push(draft);
            self.notes.extend(notes);
        }
        let view = ProviderView {
            account,
            lookups,
            completeness,
            create_notes: BTreeMap::new(),
            matches,
            unmanaged: Vec::new(),
        };
        self.observed
            .providers
            .insert(config.name.clone(), Ok(view));
    }

    /// Gives names to the records that were read; keys that can be names come
    /// first, so that no other record gets one of them.
    fn addressed(
        &mut self,
        records: Vec<Surveyed>,
        names: &mut BTreeMap<Kind, Names>,
    ) -> Vec<(Address, Surveyed, Record)> {
        let mut read = Vec::new();
        for mut surveyed in records {
            let outcome = std::mem::replace(&mut surveyed.outcome, Outcome::Gone);
            match outcome {
                Outcome::Read(record) => read.push((surveyed, record)),
                other => self.notes.extend(left_out(&surveyed, &other)),
            }
        }
        let mut addressed = Vec::new();
        let mut unnamed = Vec::new();
        for (surveyed, record) in read {
            let names = names.entry(surveyed.kind.kind).or_default();
            match surveyed.key.as_deref().and_then(|key| names.exactly(key)) {
                Some(name) => addressed.push((address(surveyed.kind, name), surveyed, record)),
                None => unnamed.push((surveyed, record)),
            }
        }
        for (surveyed, record) in unnamed {
            let names = names.entry(surveyed.kind.kind).or_default();
            let key = surveyed.key.as_deref().unwrap_or_default();
            let name = names.like(&[key, &surveyed.display_name], &surveyed.remote.0);
            addressed.push((address(surveyed.kind, name), surveyed, record));
        }
        addressed
    }
}

/// The keys that were asked for and that no provider has.
fn absent(surveys: &[(&ProviderConfig, Survey)]) -> Vec<Note> {
    let Some(((_, first), rest)) = surveys.split_first() else {
        return Vec::new();
    };
    let names: Vec<&str> = surveys.iter().map(|(config, _)| &*config.name.0).collect();
    let nowhere = |key: &&String| rest.iter().all(|(_, other)| other.absent.contains(key));
    let absent = first.absent.iter().filter(nowhere);
    absent
        .map(|key| Note {
            subject: format!("key `{}`", remark(key)),
            text: format!("no record at {} has it", names.join(", ")),
            failed: true,
        })
        .collect()
}

fn address(kind: &'static KindDef, name: String) -> Address {
    Address {
        kind: kind.kind,
        name: name.into(),
    }
}

/// A record of which nothing but the id matters: a manifest describes it.
fn stub(remote: &RemoteId) -> Record {
    Record {
        remote: remote.clone(),
        tree: crate::model::Tree::default(),
        unknown: Vec::new(),
        ended: None,
        raw: Raw::default(),
    }
}

/// The names that no draft may have: those of manifests, and keys of records
/// that are not their own name, since the name is the key by default.
fn taken(desired: &Desired, surveys: &[(&ProviderConfig, Survey)]) -> BTreeMap<Kind, Names> {
    let mut names: BTreeMap<Kind, Names> = BTreeMap::new();
    for resource in &desired.resources {
        let kind = names.entry(resource.address.kind).or_default();
        kind.take(&resource.address.name);
        kind.take(&resource.key);
    }
    for (_, survey) in surveys {
        let unread = |record: &&Surveyed| !matches!(record.outcome, Outcome::Read(_));
        let own: BTreeSet<(Kind, &str)> = survey
            .records
            .iter()
            .filter(|record| !unread(record))
            .filter_map(|record| Some((record.kind.kind, record.key.as_deref()?)))
            .collect();
        for (kind, key) in &survey.keys {
            if !own.contains(&(*kind, key.as_str())) {
                names.entry(*kind).or_default().take(key);
            }
        }
    }
    names
}

/// What is told of a record of which no manifest is made.
fn left_out(surveyed: &Surveyed, outcome: &Outcome) -> Option<Note> {
    let (text, failed) = match outcome {
        Outcome::Read(_) => return None,
        Outcome::Described(address) => (format!("already described by {address}"), false),
        Outcome::Protected(reason) => (format!("left out: {reason}"), false),
        Outcome::Ended(state) => (format!("left out: it has ended ({state})"), false),
        Outcome::SharesKey(others) => {
            let others: Vec<&str> = others.iter().map(|remote| remote.0.as_str()).collect();
            let others = others.join(", ");
            let text = format!("its key is also that of {others}, so no manifest can mean it");
            (text, true)
        }
        Outcome::Gone => (
            "it was listed, and could not be read a moment later".to_owned(),
            true,
        ),
        Outcome::Failed(failure) => (format!("could not be read: {failure}"), true),
    };
    let Surveyed {
        kind,
        remote,
        display_name,
        ..
    } = surveyed;
    Some(Note {
        subject: format!("{} {remote} \"{}\"", kind.kind, remark(display_name)),
        text,
        failed,
    })
}

impl Desk<'_> {
    fn draft(&self, address: Address, surveyed: &Surveyed, record: &Record) -> (Draft, Vec<Note>) {
        let mut draft = Draft {
            address,
            def: self.config.def,
            kind: surveyed.kind,
            provider: self.names_provider.then(|| self.config.name.clone()),
            remote: surveyed.remote.clone(),
            display_name: surveyed.display_name.clone(),
            adopt: surveyed.key.is_none(),
            fields: BTreeMap::new(),
        };
        let mut notes = Vec::new();
        for section in &record.unknown {
            let text = format!("`{section}` is left out: the provider did not return it");
            notes.push(Note::about(&draft, text));
        }
        let known_key = surveyed.key.as_deref() == Some(&*draft.address.name);
        let fields = surveyed.kind.fields().iter();
        for facts in fields.filter(|facts| !facts.computed && !facts.write_only) {
            let is_key = facts.path.as_str() == surveyed.kind.key;
            if is_key && (known_key || draft.adopt) {
                continue;
            }
            match self.field(facts, record) {
                Field::Absent => {}
                Field::Value(Value::Text(key)) if is_key => {
                    let bare = bare_key(&key).to_owned();
                    draft.fields.insert(facts.path, Value::Text(bare));
                }
                Field::Value(value) => {
                    draft.fields.insert(facts.path, value);
                }
                Field::Unwritable(why) => {
                    let text = format!("`{}` is left out: {why}", facts.path);
                    notes.push(Note::about(&draft, text));
                }
            }
        }
        (draft, notes)
    }

    fn field(&self, facts: &Facts, record: &Record) -> Field {
        if !record.knows(facts.path) {
            return Field::Absent;
        }
        let Some(leaf) = record.tree.get(facts.path) else {
            return Field::Absent;
        };
        if leaf.is_unset() {
            let clears = self.extent.full && facts.clearable && !facts.create_only;
            return if clears {
                Field::Value(Value::Null)
            } else {
                Field::Absent
            };
        }
        // What a record has without being asked for it need not be asked for.
        if !self.extent.full && !facts.create_needs && facts.default.as_ref() == Some(leaf) {
            return Field::Absent;
        }
        let Some(value) = Value::of(leaf, facts, self.lookups, self.known) else {
            return Field::Unwritable("the provider's own table does not have its value");
        };
        if self.extent.inline || !facts.sensitive {
            return Field::Value(value);
        }
        match value {
            Value::Bool(value) => Field::Value(Value::Clear(Sensitive::new(value.to_string()))),
            Value::Integer(value) => Field::Value(Value::Clear(Sensitive::new(value.to_string()))),
            Value::Names(_) | Value::Structure(_) => {
                Field::Unwritable("it is sensitive, and a variable holds one value only")
            }
            other => Field::Value(other),
        }
    }
}

/// What becomes of a field.
enum Field {
    Absent,
    Value(Value),
    Unwritable(&'static str),
}

/// Puts variables in the place of sensitive values.
fn hide(draft: &mut Draft, variables: &mut Variables) {
    let (def, kind, name) = (draft.def, draft.kind, draft.address.name.clone());
    for (path, value) in &mut draft.fields {
        if let Value::Clear(text) = value {
            let variable = variables.name(def, kind, &name, *path);
            *value = Value::Variable(variable, text.clone());
        }
    }
}

/// The id that a reference stood for.
pub(super) fn id_of(observed: &Observed, draft: &Draft, path: FieldPath) -> Option<String> {
    let views = observed.providers.values().flatten();
    let found = views
        .filter_map(|view| view.matches.get(&draft.address))
        .find_map(|found| match found {
            Match::Found(record) | Match::Adoptable(record) => record.tree.get(path),
            _ => None,
        });
    found.and_then(Leaf::text).map(str::to_owned)
}
