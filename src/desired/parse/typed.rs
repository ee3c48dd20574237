//! Runs the checks of a kind that concern more than one field.

use std::ops::Range;

use serde_json::{Map, Value, json};

use super::{SpecReader, span_of};
use crate::{
    manifest::yaml::Node,
    model::{Facts, HiddenValues, Leaf, Tree},
    provider::{Complaint, codec},
};

/// What to do about a value that may not be shown.
const UNSHOWN: &str = "the value is not shown, because it is sensitive or comes from outside of \
                       the manifest: look at it where it comes from";

/// Runs the checks over what could be read, and points each complaint at its
/// place. `spec` is the node that paths start at, under `key`.
///
/// Where there are errors, some fields are not there that the manifest means to
/// give. Then no complaint is passed on that rests on the absence of one, or that is
/// about a field with an error of its own. All others hold whatever else is given.
pub(crate) fn check_whole(reader: &mut SpecReader<'_, '_>, key: &Node<'_>, spec: &Node<'_>) {
    if reader.findings.is_text_broken() {
        return;
    }
    let has_errors = reader.findings.has_errors();
    let Ok(mut complaints) = reader.kind.check(&typed(&reader.tree)) else {
        if has_errors {
            return;
        }
        // The error's own words may hold values, so they are not passed on.
        reader.findings.error(
            "spec-type",
            &key.span,
            format!(
                "the spec of this `{}` fits its fields but not its type",
                reader.kind.kind
            ),
            "this is a mistake in trueup; please report which fields the manifest sets",
        );
        return;
    };
    if has_errors {
        let findings = &*reader.findings;
        let is_wrong = |path: &str| match spec.follow(path.split('.')) {
            (Some((key, value)), true) => findings.has_errors_in(&(key.span.start..value.span.end)),
            _ => false,
        };
        complaints.retain(|complaint| !complaint.of_absence && !is_wrong(complaint.path));
    }
    let hidden = HiddenValues::default().and(&reader.tree, |path| reader.is_hidden(path));
    for complaint in complaints {
        // It may be about a section, and the sandbox provides a field of it.
        let fields = reader.kind.fields().iter();
        let mut meant = fields.filter(|facts| facts.path.is_in(complaint.path));
        if meant.any(|facts| reader.is_stood_in_for(facts)) {
            continue;
        }
        let Complaint {
            check,
            severity,
            path,
            mut message,
            hint,
            of_absence: _,
        } = complaint;
        let span = place(reader.kind.fields().facts(path), key, spec, path);
        let mut hint = hint.unwrap_or_default();
        hidden.mask_in(&mut hint);
        if hidden.are_in_text(&message) {
            hidden.mask_in(&mut message);
            // What is near to a value tells of it, too.
            UNSHOWN.clone_into(&mut hint);
        }
        reader.findings.add(severity, check, &span, message, hint);
    }
}

/// The place of the field at `path`, or of the nearest section around it.
fn place(facts: Option<&Facts>, key: &Node<'_>, spec: &Node<'_>, path: &str) -> Range<usize> {
    match spec.follow(path.split('.')) {
        (Some((key, value)), true) => span_of(facts, key, value),
        (Some((key, _)), false) => key.span.clone(),
        (None, _) => key.span.clone(),
    }
}

/// The JSON that the typed spec is read from.
fn typed(tree: &Tree) -> Value {
    let mut spec = Value::Object(Map::new());
    for (path, leaf) in tree.iter() {
        // References are resolved only when all records are known.
        let value = match leaf {
            Leaf::Reference(address) => json!({ "ref": &*address.name }),
            resolved => codec::encode(resolved).unwrap_or(Value::Null),
        };
        codec::put(&mut spec, path.as_str(), value);
    }
    spec
}
