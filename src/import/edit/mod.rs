//! Brings manifests in line with what providers have: the fields that they
//! manage and that differ take the live value, in place, and nothing else in the
//! text is touched.

mod mask;
mod place;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use self::{mask::Masks, place::replacement};
use super::{prove::Ground, value::Known, value::Value};
use crate::{
    desired::{Desired, Options, Resource, desire},
    diff::diff,
    manifest::{
        load::{Document, Loaded},
        yaml,
    },
    model::{Address, FieldPath, Leaf, ProviderName, RemoteId, Severity, Source},
    observed::{Match, Observed, ProviderView},
    plan::link,
    provider::Settling,
};

/// One file with its new text.
#[derive(Debug)]
pub struct Edited {
    /// The file as it was read.
    pub source: Arc<Source>,
    /// Its new text.
    pub text: String,
    /// The fields that were edited.
    pub fields: Vec<(Address, FieldPath)>,
    /// What changes, as a unified diff without sensitive values.
    pub diff: String,
}

/// A difference that stays, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// The manifest.
    pub address: Address,
    /// The field; none where it is about the whole record.
    pub path: Option<FieldPath>,
    /// Why it stays: a sentence without a period.
    pub reason: String,
}

/// What an update would do.
#[derive(Debug, Default)]
pub struct Update {
    /// The files that change, by name.
    pub files: Vec<Edited>,
    /// The differences that stay.
    pub leftovers: Vec<Leftover>,
}

/// One piece of text in the place of another.
#[derive(Debug, Clone)]
struct Edit {
    address: Address,
    path: FieldPath,
    range: Range<usize>,
    text: String,
}

/// A file with its edits, which are not proved yet.
struct Pending {
    source: Arc<Source>,
    text: String,
    edits: Vec<Edit>,
}

/// The ids of the records that exist, by manifest.
type Ids = BTreeMap<Address, RemoteId>;

/// Edits the selected manifests. Every new text is read again and compared
/// before it is given out.
#[must_use]
pub fn update(desired: &Desired, observed: &Observed, ground: &Ground<'_>) -> Update {
    let mut update = Update::default();
    let mut edits: BTreeMap<&str, (Arc<Source>, Vec<Edit>)> = BTreeMap::new();
    for (name, view) in &observed.providers {
        let Ok(view) = view else { continue };
        let ids = ids(desired, view);
        let known: Known = ids
            .iter()
            .map(|(address, remote)| ((address.kind, remote.clone()), address.clone()))
            .collect();
        let resources = desired.resources.iter();
        for resource in resources.filter(|one| one.selected && one.provider == *name) {
            let mut leave = |path, reason| {
                update.leftovers.push(Leftover {
                    address: resource.address.clone(),
                    path,
                    reason,
                });
            };
            let fields = match drifted(resource, &ids, view) {
                Ok(fields) => fields,
                Err(reason) => {
                    leave(None, reason);
                    continue;
                }
            };
            let source = &resource.origin.source;
            for (path, live) in fields {
                match edit(resource, path, &live, view, &known) {
                    Ok(edit) => {
                        let empty = || (Arc::clone(source), Vec::new());
                        let file = edits.entry(&source.name).or_insert_with(empty);
                        file.1.push(edit);
                    }
                    Err(reason) => leave(Some(path), reason),
                }
            }
        }
    }
    let pending: Vec<Pending> = edits
        .into_values()
        .map(|(source, edits)| Pending::new(source, edits))
        .collect();
    finish(&mut update, pending, desired, observed, ground);
    update
        .leftovers
        .sort_by(|one, other| (&one.address, one.path).cmp(&(&other.address, other.path)));
    update
}

/// Keeps the files that are proved, all together or else one by one.
fn finish(
    update: &mut Update,
    pending: Vec<Pending>,
    desired: &Desired,
    observed: &Observed,
    ground: &Ground<'_>,
) {
    let masks = Masks::new(desired, observed, ground.registry);
    let together = prove(&pending, desired, observed, ground).is_ok();
    for file in pending {
        let proved = if together {
            Ok(())
        } else {
            prove(std::slice::from_ref(&file), desired, observed, ground)
        };
        let Pending {
            source,
            text,
            edits,
        } = file;
        match proved {
            Ok(()) => update.files.push(Edited {
                diff: masks.diff(&source.name, &source.text, &text),
                fields: edits
                    .into_iter()
                    .map(|edit| (edit.address, edit.path))
                    .collect(),
                source,
                text,
            }),
            Err(reason) => update
                .leftovers
                .extend(edits.into_iter().map(|edit| Leftover {
                    address: edit.address,
                    path: Some(edit.path),
                    reason: format!("{} would not read back as meant: {reason}", source.name),
                })),
        }
    }
}

/// The managed fields whose live value is another, with it.
///
/// # Errors
/// Why the record cannot be compared.
fn drifted(
    resource: &Resource,
    ids: &Ids,
    view: &ProviderView,
) -> Result<Vec<(FieldPath, Leaf)>, String> {
    let record = match view.matches.get(&resource.address) {
        Some(Match::Found(record)) => record,
        Some(Match::Failed(failure)) => return Err(format!("could not be read: {failure}")),
        Some(Match::Absent) => return Err("no record has its key".to_owned()),
        Some(Match::Adoptable(_)) => {
            return Err("its record is not adopted yet; apply does that".to_owned());
        }
        _ => return Err("plan says what is in its way".to_owned()),
    };
    if record.ended.is_some() || resource.end.is_some() {
        return Ok(Vec::new());
    }
    let mut tree = link(resource, &view.lookups, ids).tree;
    (resource.kind.settle)(&mut Settling {
        desired: &mut tree,
        record,
        lookups: &view.lookups,
        notes: &mut Vec::new(),
    });
    let found = diff(resource.kind.fields(), &tree, record);
    let differences = found.differences.into_iter().chain(found.fixed);
    Ok(differences
        .map(|difference| (difference.path, difference.observed))
        .collect())
}

fn ids(desired: &Desired, view: &ProviderView) -> Ids {
    let resources = desired.resources.iter();
    resources
        .filter_map(|resource| match view.matches.get(&resource.address)? {
            Match::Found(record) | Match::Adoptable(record) => {
                Some((resource.address.clone(), record.remote.clone()))
            }
            _ => None,
        })
        .collect()
}

fn edit(
    resource: &Resource,
    path: FieldPath,
    live: &Leaf,
    view: &ProviderView,
    known: &Known,
) -> Result<Edit, String> {
    let facts = resource
        .kind
        .fields()
        .facts(path.as_str())
        .ok_or("the kind has no such field")?;
    if resource.from_outside.contains(&path) {
        return Err("its value stands outside of the manifest; change it there".to_owned());
    }
    if facts.sensitive {
        return Err("it is sensitive, and not written without being asked".to_owned());
    }
    let mut value = Value::of(live, facts, &view.lookups, known);
    if matches!(&value, Some(Value::Reference(name)) if *name == resource.address.name) {
        // A manifest cannot refer to itself, and its record's id says the same.
        value = Value::of(live, facts, &view.lookups, &Known::new());
    }
    let value = value.ok_or(if live.is_unset() {
        "the provider has nothing there, and `null` is not taken for it"
    } else {
        "the provider's own table does not have its value"
    })?;
    let source = &resource.origin.source;
    let parsed = yaml::parse(&source.text, resource.origin.span.clone());
    let root = parsed.root.as_ref().ok_or("the manifest cannot be read")?;
    let (range, text) = replacement(source, root, path, &value)?;
    Ok(Edit {
        address: resource.address.clone(),
        path,
        range,
        text,
    })
}

impl Pending {
    fn new(source: Arc<Source>, mut edits: Vec<Edit>) -> Self {
        edits.sort_by_key(|edit| edit.range.start);
        let mut text = source.text.clone();
        // From the end, so that places before an edit stay where they are.
        for edit in edits.iter().rev() {
            text.replace_range(edit.range.clone(), &edit.text);
        }
        Self {
            source,
            text,
            edits,
        }
    }
}

/// Reads everything with the new texts, and proves that only what was meant has
/// changed.
fn prove(
    files: &[Pending],
    desired: &Desired,
    observed: &Observed,
    ground: &Ground<'_>,
) -> Result<(), String> {
    let loaded = Loaded {
        documents: replaced(files, ground.documents),
        findings: Vec::new(),
    };
    let options = Options {
        environment: ground.environment.clone(),
        sandbox: ground.sandbox,
        selector: None,
        other_kinds: ground.other_kinds,
    };
    let (after, findings) = desire(loaded, ground.registry, &options);
    let mut errors = findings.iter().filter(|f| f.severity == Severity::Error);
    if let Some(error) = errors.next() {
        return Err(error.message.clone());
    }
    if after.resources.len() != desired.resources.len() {
        return Err("the number of manifests changes".to_owned());
    }
    let mut edited: BTreeMap<&Address, BTreeSet<FieldPath>> = BTreeMap::new();
    for edit in files.iter().flat_map(|file| &file.edits) {
        edited.entry(&edit.address).or_default().insert(edit.path);
    }
    let live: BTreeMap<&ProviderName, (&ProviderView, Ids)> = observed
        .providers
        .iter()
        .filter_map(|(name, view)| {
            let view = view.as_ref().ok()?;
            Some((name, (view, ids(&after, view))))
        })
        .collect();
    let nothing = BTreeSet::new();
    for (before, now) in desired.resources.iter().zip(&after.resources) {
        let meant = edited.get(&now.address).unwrap_or(&nothing);
        compare(before, now, meant)?;
        if let (false, Some((view, ids))) = (meant.is_empty(), live.get(&now.provider)) {
            let left = drifted(now, ids, view)?;
            if let Some((path, _)) = left.iter().find(|(path, _)| meant.contains(path)) {
                return Err(format!("`{path}` of {} still differs", now.address));
            }
        }
    }
    Ok(())
}

/// Compares a manifest with what it was, but for the fields that were edited.
fn compare(before: &Resource, now: &Resource, meant: &BTreeSet<FieldPath>) -> Result<(), String> {
    if before.address != now.address || before.key != now.key || before.end != now.end {
        return Err(format!("{} becomes another", before.address));
    }
    let rest = |resource: &'_ Resource| -> BTreeMap<FieldPath, Leaf> {
        let fields = resource.tree.iter();
        fields
            .filter(|(path, _)| !meant.contains(path))
            .map(|(path, leaf)| (path, leaf.clone()))
            .collect()
    };
    let same = if meant.is_empty() {
        before.tree == now.tree
    } else {
        rest(before) == rest(now)
    };
    if same {
        Ok(())
    } else {
        Err(format!("another field of {} changes", now.address))
    }
}

/// All documents, those of edited files out of their new texts.
fn replaced(files: &[Pending], documents: &[Document]) -> Vec<Document> {
    let texts: BTreeMap<&str, &str> = files
        .iter()
        .map(|file| (file.source.name.as_str(), file.text.as_str()))
        .collect();
    let mut out = Vec::new();
    let mut done = BTreeSet::new();
    for document in documents {
        let name = document.source.name.as_str();
        let Some(text) = texts.get(name) else {
            out.push(document.clone());
            continue;
        };
        if done.insert(name) {
            let new = Arc::new(Source::new(name, *text));
            let spans = yaml::documents(&new.text);
            out.extend(spans.into_iter().map(|span| Document {
                source: Arc::clone(&new),
                span,
                folder: Arc::clone(&document.folder),
            }));
        }
    }
    out
}
