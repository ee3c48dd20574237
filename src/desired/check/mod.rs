//! Checks that hold all manifests against each other. Each is small, has a
//! name, and runs whatever the others found.

mod cycle;
mod duplicate;
mod provider;
mod reference;

use super::Drafts;
use crate::model::Finding;

/// The checks that only look.
const CHECKS: [fn(&Drafts, &mut Vec<Finding>); 6] = [
    duplicate::addresses,
    duplicate::providers,
    duplicate::accounts,
    duplicate::keys,
    reference::targets,
    cycle::cycles,
];

/// Settles which provider each resource belongs to, and runs all checks.
pub(super) fn all(drafts: &mut Drafts, findings: &mut Vec<Finding>) {
    provider::settle(drafts, findings);
    for check in CHECKS {
        check(drafts, findings);
    }
}

/// What a hint says when something was looked for in vain, and not everything
/// could be read. How much that is, nobody knows: a folder may hold any number
/// of documents.
fn or_unread(hint: String, drafts: &Drafts) -> String {
    if drafts.unread {
        format!("{hint}; it may be in what could not be read (see the other findings)")
    } else {
        hint
    }
}
