//! Checks that hold all manifests against each other. Each is small, has a
//! name, and runs whatever the others found.

mod cycle;
mod duplicate;
mod provider;
mod reference;

use std::sync::Arc;

use super::Drafts;
use crate::model::{Finding, Place, Source, words};

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

/// An error that concerns no single place.
pub(super) fn placeless(check: &'static str, message: impl Into<String>) -> Finding {
    let source = Source::new(String::new(), String::new());
    let place = Place {
        source: Arc::new(source),
        span: 0..0,
    };
    Finding {
        place: None,
        ..Finding::error(check, place, message)
    }
}

/// What a hint says when something was looked for in vain, and some documents
/// could not be read.
fn or_unreadable(hint: String, drafts: &Drafts) -> String {
    if drafts.unreadable == 0 {
        return hint;
    }
    let number = words::count(drafts.unreadable, "document");
    format!("{hint}; it may be in what could not be read ({number})")
}
