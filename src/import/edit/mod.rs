//! Brings manifests in line with what providers have: the fields that they
//! manage and that differ take the live value, in place, and nothing else in the
//! text is touched.

mod mask;
mod place;
mod proof;
mod settle;

use std::{collections::BTreeMap, sync::Arc};

use self::{
    mask::Masks,
    place::{Replacement, replacement},
    proof::{NewText, Proof, new_texts},
    settle::{Settled, settle},
};
use super::{prove::Ground, value::Known, value::Value};
use crate::{
    desired::{Desired, Resource},
    diff::diff,
    manifest::yaml,
    model::{Address, FieldPath, Leaf, RemoteId, Source},
    observed::{Match, Observed, ProviderView},
    plan::resolve,
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

/// One field of a file that takes another value.
#[derive(Debug, Clone)]
struct Edit {
    source: Arc<Source>,
    address: Address,
    path: FieldPath,
    replacement: Replacement,
}

/// The ids of the records that exist, by manifest.
type Ids = BTreeMap<Address, RemoteId>;

/// Edits the selected manifests. Every new text is read again and compared
/// before it is given out.
#[must_use]
pub fn update(desired: &Desired, observed: &Observed, ground: &Ground<'_>) -> Update {
    let mut update = Update::default();
    let mut edits = Vec::new();
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
            for (path, live) in fields {
                match edit(resource, path, &live, view, &known) {
                    Ok(edit) => edits.push(edit),
                    Err(reason) => leave(Some(path), reason),
                }
            }
        }
    }
    let proof = Proof::new(desired, observed, ground);
    let Settled { kept, refused } = settle(edits, &mut |edits| proof.faults(edits));
    let masks = Masks::new(desired, observed, ground.registry);
    for NewText { source, text, .. } in new_texts(&kept) {
        update.files.push(Edited {
            diff: masks.diff(&source.name, &source.text, &text),
            fields: kept
                .iter()
                .filter(|edit| edit.source.name == source.name)
                .map(|edit| (edit.address.clone(), edit.path))
                .collect(),
            source,
            text,
        });
    }
    update
        .leftovers
        .extend(refused.into_iter().map(|(edit, reason)| Leftover {
            reason: format!(
                "{} would not read back as meant: {reason}",
                edit.source.name
            ),
            address: edit.address,
            path: Some(edit.path),
        }));
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
    let mut tree = resolve(resource, &view.lookups, ids).tree;
    (resource.kind.settle)(&mut Settling {
        desired: &mut tree,
        record,
        lookups: &view.lookups,
        notes: &mut Vec::new(),
        moved_on: &mut Vec::new(),
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
    Ok(Edit {
        source: Arc::clone(source),
        address: resource.address.clone(),
        path,
        replacement: replacement(source, root, path, &value)?,
    })
}

#[cfg(test)]
mod tests;
