//! What references lead to.

use super::or_unread;
use crate::{
    desired::{Drafts, read::Draft},
    model::{Address, FieldPath, Finding, words},
};

/// How many references that lead nowhere get a suggestion. Where a whole folder
/// is missing there are as many as manifests, and each search looks at all
/// names.
const SUGGESTIONS_MAX: usize = 20;

/// The draft of that address.
pub(super) fn find<'d>(drafts: &'d Drafts, address: &Address) -> Option<&'d Draft> {
    position(drafts, address).map(|at| &drafts.resources[at])
}

/// Where the first draft of that address stands.
pub(super) fn position(drafts: &Drafts, address: &Address) -> Option<usize> {
    let at = drafts
        .resources
        .partition_point(|draft| draft.resource.address < *address);
    drafts
        .resources
        .get(at)
        .filter(|draft| draft.resource.address == *address)
        .map(|_| at)
}

/// References to nothing, to another provider's record, and to what ends
/// earlier.
pub(super) fn targets(drafts: &Drafts, findings: &mut Vec<Finding>) {
    let mut suggestions_left = SUGGESTIONS_MAX;
    for draft in &drafts.resources {
        for (path, address) in &draft.resource.references {
            let finding = match find(drafts, address) {
                None => {
                    let hint = match suggestions_left.checked_sub(1) {
                        Some(left) => {
                            suggestions_left = left;
                            suggestion(drafts, address)
                        }
                        None => None,
                    };
                    Some(unknown(drafts, draft, *path, address, hint))
                }
                Some(target) => {
                    elsewhere(draft, target, *path).or_else(|| ending(draft, target, *path))
                }
            };
            findings.extend(finding.map(|finding| finding.of(&draft.resource.address)));
        }
    }
}

fn unknown(
    drafts: &Drafts,
    draft: &Draft,
    path: FieldPath,
    address: &Address,
    hint: Option<String>,
) -> Finding {
    let message = format!("`{path}` refers to `{address}`, which no manifest declares");
    let place = draft.resource.origin.place_of(path.as_str());
    let hint = hint.unwrap_or_else(|| {
        let name = &address.name;
        format!("declare it, or write the id of a record instead of `{{ ref: {name} }}`")
    });
    Finding::error("unknown-reference", place, message).hint(or_unread(hint, drafts))
}

/// What may have been meant by an address that no manifest has.
fn suggestion(drafts: &Drafts, address: &Address) -> Option<String> {
    let addresses = || drafts.resources.iter().map(|draft| &draft.resource.address);
    let names = addresses()
        .filter(|known| known.kind == address.kind)
        .map(|known| &*known.name);
    if let Some(near) = words::nearest(&address.name, names) {
        return Some(format!("did you mean `{near}`?"));
    }
    let namesake = addresses().find(|known| known.name == address.name)?;
    let kind = address.kind;
    Some(format!(
        "there is `{namesake}`, but the field refers to a `{kind}`"
    ))
}

fn elsewhere(draft: &Draft, target: &Draft, path: FieldPath) -> Option<Finding> {
    let settled = draft.settled && target.settled;
    if !settled || draft.resource.provider == target.resource.provider {
        return None;
    }
    let message = format!(
        "`{path}` refers to `{}` of the provider `{}`, and this is of `{}`",
        target.resource.address, target.resource.provider, draft.resource.provider
    );
    let place = draft.resource.origin.place_of(path.as_str());
    let hint = "records can refer to records of their own provider only";
    Some(Finding::error("foreign-reference", place, message).hint(hint))
}

/// A record that outlives what it refers to would be left hanging.
fn ending(draft: &Draft, target: &Draft, path: FieldPath) -> Option<Finding> {
    let end = target.resource.end.as_ref()?;
    let own = draft.resource.end.as_ref();
    if own.is_some_and(|own| own.on <= end.on) {
        return None;
    }
    let message = format!(
        "`{path}` refers to `{}`, which ends on {}",
        target.resource.address, end.on
    );
    let hint = "refer to another one, or give this manifest an `end` not later than that";
    let place = draft.resource.origin.place_of(path.as_str());
    Some(Finding::warning("ending-reference", place, message).hint(hint))
}
