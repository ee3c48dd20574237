//! Proves that planning the manifests at once shows no change, by reading and
//! planning them. What would show one is taken out.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;

use super::{
    draft::{Batch, Draft, Note, id_of},
    render::{Written, render},
    value::Value,
};
use crate::{
    desired::{Desired, Environment, Options, Registry, Systems, desire},
    manifest::load::{Document, Loaded, from_memory},
    model::{Address, FieldPath, Finding, Kind, Severity},
    plan::{Change, plan},
    provider::Action,
};

/// How often manifests are written anew without what was found wrong. Each time
/// takes all that is found at once, and what remains after this many is no
/// matter of single fields.
const ROUNDS_MAX: usize = 8;

/// Starts the names of drafts as sources, so that they are nobody else's.
const SOURCE_PREFIX: &str = "import:";

/// What the manifests will be read beside.
pub struct Ground<'a> {
    /// The documents that are there already, the providers among them.
    pub documents: &'a [Document],
    /// Where values from outside come from.
    pub environment: &'a Environment,
    /// Which billing systems the providers stand for.
    pub systems: Systems,
    /// All providers.
    pub registry: Registry,
    /// Kinds that other stages read.
    pub other_kinds: &'static [Kind],
    /// The day on which the manifests are planned.
    pub today: Date,
}

/// What is wrong with one draft.
enum Fault {
    Field(FieldPath, String),
    Whole(String),
}

impl Batch {
    /// Takes out of the drafts whatever keeps a plan from being quiet, and tells
    /// of it. Drafts that cannot be made quiet are taken out as failures.
    pub fn prove(&mut self, ground: &Ground<'_>) {
        for _ in 0..ROUNDS_MAX {
            let faults = self.faults(ground);
            if faults.is_empty() {
                return;
            }
            for (address, faults) in faults {
                self.mend(&address, faults);
            }
        }
        for (address, _) in self.faults(ground) {
            let reason = "no manifest was found that plans to no change";
            self.mend(&address, vec![Fault::Whole(reason.to_owned())]);
        }
    }

    /// Everything that is wrong, by draft.
    fn faults(&self, ground: &Ground<'_>) -> BTreeMap<Address, Vec<Fault>> {
        let written: BTreeMap<String, (&Draft, Written)> = self
            .drafts
            .iter()
            .map(|draft| (source(&draft.address), (draft, render(draft))))
            .collect();
        let (mut desired, findings) = read(&written, ground);
        let mut faults = BTreeMap::new();
        for finding in findings {
            if let Some((address, fault)) = fault_of(&finding, &written) {
                faults.entry(address).or_insert_with(Vec::new).push(fault);
            }
        }
        if !faults.is_empty() {
            return faults;
        }
        for draft in &self.drafts {
            if desired.get(&draft.address).is_none() {
                let reason = "the manifests that are there already are in the way";
                faults.insert(draft.address.clone(), vec![Fault::Whole(reason.to_owned())]);
            }
        }
        for resource in &mut desired.resources {
            resource.selected = written.contains_key(&source(&resource.address));
        }
        let planned = plan(&desired, &self.observed, None, ground.today);
        for change in &planned.plan.changes {
            let Some((draft, _)) = written.get(&source(&change.address)) else {
                continue;
            };
            let found = faults_of(change, draft);
            if !found.is_empty() {
                faults
                    .entry(change.address.clone())
                    .or_default()
                    .extend(found);
            }
        }
        faults
    }

    fn mend(&mut self, address: &Address, faults: Vec<Fault>) {
        let Ok(at) = self
            .drafts
            .binary_search_by(|draft| draft.address.cmp(address))
        else {
            return;
        };
        for fault in faults {
            let draft = &mut self.drafts[at];
            match fault {
                Fault::Field(path, reason) => match draft.fields.remove(&path) {
                    Some(Value::Reference(_)) => {
                        // The id says the same, and depends on no manifest.
                        if let Some(id) = id_of(&self.observed, draft, path) {
                            draft.fields.insert(path, Value::Text(id));
                        }
                    }
                    Some(_) => {
                        let text = format!("`{path}` is left out: {reason}");
                        self.notes.push(Note::about(draft, text));
                    }
                    None => {}
                },
                Fault::Whole(reason) => {
                    self.notes.push(Note::failure(draft, reason));
                    self.drafts.remove(at);
                    return;
                }
            }
        }
    }
}

fn source(address: &Address) -> String {
    format!("{SOURCE_PREFIX}{address}")
}

/// Reads the drafts together with what is there.
fn read(
    written: &BTreeMap<String, (&Draft, Written)>,
    ground: &Ground<'_>,
) -> (Desired, Vec<Finding>) {
    let mut environment = ground.environment.clone();
    for value in written
        .values()
        .flat_map(|(draft, _)| draft.fields.values())
    {
        if let Value::Variable(name, text) = value {
            let text = text.expose().to_owned();
            environment.variables.insert(name.clone(), text);
        }
    }
    let texts = written
        .iter()
        .map(|(name, (_, written))| (name.clone(), written.text.clone().into_bytes()));
    let mut documents = ground.documents.to_vec();
    documents.extend(from_memory(texts).documents);
    let loaded = Loaded {
        documents,
        findings: Vec::new(),
    };
    let options = Options {
        environment,
        systems: ground.systems,
        selector: None,
        other_kinds: ground.other_kinds,
    };
    desire(loaded, ground.registry, &options)
}

/// The draft that a finding is about, and what is wrong with it.
fn fault_of(
    finding: &Finding,
    written: &BTreeMap<String, (&Draft, Written)>,
) -> Option<(Address, Fault)> {
    if finding.severity != Severity::Error {
        return None;
    }
    let place = finding.place.as_ref()?;
    let (draft, text) = written.get(&place.source.name)?;
    let fault = match text.field_at(place.span.start) {
        Some(path) if path.as_str() != draft.kind.key => {
            Fault::Field(path, finding.message.clone())
        }
        _ => Fault::Whole(finding.message.clone()),
    };
    Some((draft.address.clone(), fault))
}

/// What a plan would change that it should not.
fn faults_of(change: &Change, draft: &Draft) -> Vec<Fault> {
    let fields = |but: &str| -> Vec<Fault> {
        let fields = change.fields.iter();
        fields
            .filter(|field| field.path.as_str() != but)
            .map(|field| {
                let reason = "the provider does not read back what it was given".to_owned();
                Fault::Field(field.path, reason)
            })
            .collect()
    };
    let stated = || {
        let reason = change.reason.clone();
        Fault::Whole(reason.unwrap_or_else(|| "it would not be left alone".to_owned()))
    };
    match change.action {
        Action::None => Vec::new(),
        Action::Adopt if draft.adopt => fields(draft.kind.key),
        Action::Update | Action::Blocked
            if !change.fields.is_empty() && !moves_key(change, draft) =>
        {
            fields("")
        }
        _ => vec![stated()],
    }
}

fn moves_key(change: &Change, draft: &Draft) -> bool {
    let mut fields = change.fields.iter();
    fields.any(|field| field.path.as_str() == draft.kind.key)
}

/// The names of the variables that manifests use.
#[must_use]
pub fn used_variables(documents: &[Document]) -> Vec<String> {
    let mut found = Vec::new();
    for document in documents {
        let text = Arc::clone(&document.source);
        let parsed = crate::manifest::yaml::parse(&text.text, document.span.clone());
        let names = parsed.root.iter().flat_map(|root| root.alone_in("env"));
        found.extend(names.map(str::to_owned));
    }
    found
}
