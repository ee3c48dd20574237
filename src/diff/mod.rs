//! Stage 4: what differs between what is wanted and what is. Pure.

mod effect;

pub use effect::Effect;

use crate::{
    model::{FieldMap, FieldPath, Leaf, Tree},
    provider::Record,
};

/// One managed field whose live value is not the wanted one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field.
    pub path: FieldPath,
    /// What is wanted.
    pub desired: Leaf,
    /// What is.
    pub observed: Leaf,
}

/// The outcome of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// Fields to be written, in the order of their paths.
    pub differences: Vec<Difference>,
    /// Fields that differ and can only be given at creation.
    pub fixed: Vec<Difference>,
    /// Managed fields of which nothing is known, because their section was
    /// asked for and not returned.
    pub unknown: Vec<FieldPath>,
}

impl Diff {
    /// Whether nothing differs and everything is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self {
            differences,
            fixed,
            unknown,
        } = self;
        differences.is_empty() && fixed.is_empty() && unknown.is_empty()
    }
}

/// Compares the managed fields of one record. Fields that the manifest does not
/// manage are not looked at.
#[must_use]
pub fn diff(fields: &FieldMap, desired: &Tree, record: &Record) -> Diff {
    let mut diff = Diff::default();
    for (path, wanted) in desired.iter() {
        let effect = effect(fields, path);
        if !effect.compared {
            continue;
        }
        if record.unknown.iter().any(|section| path.is_in(section)) {
            diff.unknown.push(path);
            continue;
        }
        let live = record.tree.get(path).unwrap_or(&Leaf::Unset);
        if wanted == live {
            continue;
        }
        let difference = Difference {
            path,
            desired: wanted.clone(),
            observed: live.clone(),
        };
        if effect.fixed {
            diff.fixed.push(difference);
        } else {
            diff.differences.push(difference);
        }
    }
    diff
}

/// Whether a field is compared at all.
#[must_use]
pub fn is_compared(fields: &FieldMap, path: FieldPath) -> bool {
    effect(fields, path).compared
}

fn effect(fields: &FieldMap, path: FieldPath) -> Effect {
    fields
        .facts(path.as_str())
        .map(Effect::of)
        .unwrap_or_default()
}
