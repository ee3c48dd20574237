//! Brings manifests in line with what providers have: the fields that they
//! manage and that differ take the live value, in place, and nothing else in the
//! text is touched.

mod mask;
mod place;

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use self::{mask::Masks, place::replacement};
use super::{prove::Ground, value::Known, value::Value};
use crate::{
    desired::{Desired, Options, Resource, desire},
    diff::diff,
    manifest::{
        load::{Document, Loaded},
        yaml,
    },
    model::{Address, FieldPath, Leaf, RemoteId, Severity, Source},
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

/// Edits the selected manifests. Every new text is read again and compared
/// before it is given out.
#[must_use]
pub fn update(desired: &Desired, observed: &Observed, ground: &Ground<'_>) -> Update {
    let mut update = Update::default();
    let mut edits: BTreeMap<&str, (Arc<Source>, Vec<Edit>)> = BTreeMap::new();
    for resource in desired
        .resources
        .iter()
        .filter(|resource| resource.selected)
    {
        let Some(Ok(view)) = observed.providers.get(&resource.provider) else {
            continue;
        };
        match drifted(resource, desired, view) {
            Ok(fields) => {
                let known = known(desired, resource, view);
                for (path, live) in fields {
                    match edit(resource, path, &live, view, &known) {
                        Ok(edit) => {
                            let source = &resource.origin.source;
                            edits
                                .entry(&source.name)
                                .or_insert_with(|| (Arc::clone(source), Vec::new()))
                                .1
                                .push(edit);
                        }
                        Err(reason) => update.leftovers.push(Leftover {
                            address: resource.address.clone(),
                            path: Some(path),
                            reason,
                        }),
                    }
                }
            }
            Err(reason) => update.leftovers.push(Leftover {
                address: resource.address.clone(),
                path: None,
                reason,
            }),
        }
    }
    let masks = Masks::new(desired, observed, ground.registry);
    for (source, edits) in edits.into_values() {
        match file(&source, edits, desired, observed, ground, &masks) {
            Ok(edited) => update.files.push(edited),
            Err(leftovers) => update.leftovers.extend(leftovers),
        }
    }
    update
        .leftovers
        .sort_by(|one, other| (&one.address, one.path).cmp(&(&other.address, other.path)));
    update
}

/// The managed fields whose live value is another, with it.
///
/// # Errors
/// Why the record cannot be compared.
fn drifted(
    resource: &Resource,
    desired: &Desired,
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
    let mut tree = link(resource, &view.lookups, &ids(desired, view)).tree;
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

fn ids(desired: &Desired, view: &ProviderView) -> BTreeMap<Address, RemoteId> {
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

/// The manifests by the ids of their records. One that would refer to itself is
/// left out.
fn known(desired: &Desired, resource: &Resource, view: &ProviderView) -> Known {
    ids(desired, view)
        .into_iter()
        .filter(|(address, _)| *address != resource.address)
        .map(|(address, remote)| ((address.kind, remote), address))
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
    let value = Value::of(live, facts, &view.lookups, known).ok_or(if live.is_unset() {
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

/// Edits one file and proves that only what was meant has changed.
fn file(
    source: &Arc<Source>,
    mut edits: Vec<Edit>,
    desired: &Desired,
    observed: &Observed,
    ground: &Ground<'_>,
    masks: &Masks,
) -> Result<Edited, Vec<Leftover>> {
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.range.start));
    let mut text = source.text.clone();
    for edit in &edits {
        text.replace_range(edit.range.clone(), &edit.text);
    }
    edits.reverse();
    let fields: Vec<(Address, FieldPath)> = edits
        .iter()
        .map(|edit| (edit.address.clone(), edit.path))
        .collect();
    if let Err(reason) = prove(source, &text, &fields, desired, observed, ground) {
        let refused = edits.into_iter().map(|edit| Leftover {
            address: edit.address,
            path: Some(edit.path),
            reason: format!("{} would not read back as meant: {reason}", source.name),
        });
        return Err(refused.collect());
    }
    let diff = masks.diff(&source.name, &source.text, &text);
    Ok(Edited {
        source: Arc::clone(source),
        text,
        fields,
        diff,
    })
}

/// Reads everything with the new text, and compares it with what it was.
fn prove(
    source: &Arc<Source>,
    text: &str,
    fields: &[(Address, FieldPath)],
    desired: &Desired,
    observed: &Observed,
    ground: &Ground<'_>,
) -> Result<(), String> {
    let (after, findings) = desire(
        Loaded {
            documents: replaced(source, text, ground.documents),
            findings: Vec::new(),
        },
        ground.registry,
        &Options {
            environment: ground.environment.clone(),
            sandbox: ground.sandbox,
            selector: None,
            other_kinds: &[],
        },
    );
    let mut errors = findings.iter().filter(|f| f.severity == Severity::Error);
    if let Some(error) = errors.next() {
        return Err(error.message.clone());
    }
    if after.resources.len() != desired.resources.len() {
        return Err("the number of manifests changes".to_owned());
    }
    for (before, now) in desired.resources.iter().zip(&after.resources) {
        if before.address != now.address || before.key != now.key || before.end != now.end {
            return Err(format!("{} becomes another", before.address));
        }
        let edited = |path: &FieldPath| fields.contains(&(now.address.clone(), *path));
        let rest = |resource: &Resource| -> Vec<(FieldPath, Leaf)> {
            let fields = resource.tree.iter();
            fields
                .filter(|(path, _)| !edited(path))
                .map(|(path, leaf)| (path, leaf.clone()))
                .collect()
        };
        if rest(before) != rest(now) {
            return Err(format!("another field of {} changes", now.address));
        }
        if !fields.iter().any(|(address, _)| *address == now.address) {
            continue;
        }
        if let Some(Ok(view)) = observed.providers.get(&before.provider) {
            let left = drifted(now, &after, view)?;
            if let Some((path, _)) = left.iter().find(|(path, _)| edited(path)) {
                return Err(format!("`{path}` of {} still differs", now.address));
            }
        }
    }
    Ok(())
}

/// All documents, those of one source out of its new text.
fn replaced(source: &Arc<Source>, text: &str, documents: &[Document]) -> Vec<Document> {
    let new = Arc::new(Source::new(source.name.clone(), text));
    let spans = yaml::documents(&new.text);
    let mut out = Vec::new();
    let mut done = false;
    for document in documents {
        if document.source.name != source.name {
            out.push(document.clone());
        } else if !done {
            done = true;
            out.extend(spans.iter().map(|span| Document {
                source: Arc::clone(&new),
                span: span.clone(),
                folder: Arc::clone(&document.folder),
            }));
        }
    }
    out
}
