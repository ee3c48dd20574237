//! Stage 2: documents become what is wanted.

mod account;
mod check;
mod compare;
mod environment;
mod hidden;
mod parse;
pub mod provider;
mod read;
mod select;
mod state;

pub use account::{Account, KEEP_ONE, host, one_account};
pub use environment::{Environment, Files};
pub use parse::{MISSING_CREDENTIAL, MISSING_VALUE};
pub use read::{bare_key, key_text};
pub use select::{Selector, SelectorError};
pub use state::{Desired, End, Origin, Other, Places, ProviderConfig, Resource};

use crate::{
    manifest::load::Loaded,
    model::{Finding, Kind, Severity, finding},
    provider::ProviderDef,
};
use read::{Draft, Read};

/// All providers, in the order in which they are shown to users.
pub type Registry = &'static [&'static ProviderDef];

/// How documents are read.
#[derive(Debug, Default)]
pub struct Options {
    /// Where `{ env: NAME }` and `{ file: path }` lead.
    pub environment: Environment,
    /// Which billing systems the providers stand for.
    pub systems: Systems,
    /// Which resources the run is about; all of them without one.
    pub selector: Option<Selector>,
    /// Kinds that other stages read; they are handed on as
    /// [`Desired::others`].
    pub other_kinds: &'static [Kind],
}

/// Which billing systems a run is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Systems {
    /// Those that the manifests say.
    #[default]
    Real,
    /// The sandbox in place of them: credentials and base URLs are neither
    /// resolved nor needed.
    Simulated,
}

impl Systems {
    /// The simulated ones where the sandbox is asked for.
    #[must_use]
    pub fn of(sandbox: bool) -> Self {
        if sandbox { Self::Simulated } else { Self::Real }
    }

    /// Whether the sandbox stands in.
    #[must_use]
    pub fn are_simulated(self) -> bool {
        self == Self::Simulated
    }
}

/// What was read of all documents, before it is held against each other.
#[derive(Default)]
struct Drafts {
    /// Ordered by address; equal ones in the order read.
    resources: Vec<Draft>,
    /// Ordered by name; equal ones in the order read.
    providers: Vec<read::Declared>,
    others: Vec<Other>,
    /// Whether something could not be read: what is looked for in vain may be
    /// in it.
    unread: bool,
}

/// Reads all documents and checks them one by one and against each other.
///
/// All findings are returned at once, ordered by place. Nothing may be planned
/// while there is an error: resources in which one was found are kept apart.
#[must_use]
pub fn desire(loaded: Loaded, registry: Registry, options: &Options) -> (Desired, Vec<Finding>) {
    let mut findings = loaded.findings;
    let mut drafts = Drafts {
        unread: !findings.is_empty(),
        ..Drafts::default()
    };
    for (read, found) in read::all(&loaded.documents, registry, options) {
        findings.extend(found);
        match read {
            Read::Resource(draft) => drafts.resources.push(*draft),
            Read::Provider(declared) => drafts.providers.push(*declared),
            Read::Other(other) => drafts.others.push(other),
            Read::Unknown => drafts.unread = true,
            Read::Skipped => {}
        }
    }
    drafts
        .resources
        .sort_by(|one, other| one.resource.address.cmp(&other.resource.address));
    drafts
        .providers
        .sort_by(|one, other| one.name.cmp(&other.name));
    check::all(&mut drafts, &mut findings);
    if let Some(selector) = &options.selector {
        select(&mut drafts, selector, &mut findings);
    }
    let nothing =
        drafts.resources.is_empty() && drafts.providers.is_empty() && drafts.others.is_empty();
    if nothing && !findings.iter().any(|f| f.severity == Severity::Error) {
        let message = "there is no manifest of ours in what was read";
        findings.push(Finding::placeless("no-manifests", message).hint(format!(
            "each starts with `apiVersion: {}`",
            crate::manifest::document::API_VERSION
        )));
    }
    finding::tidy(&mut findings);
    (finished(drafts), findings)
}

fn select(drafts: &mut Drafts, selector: &Selector, findings: &mut Vec<Finding>) {
    let mut selected = 0;
    for draft in &mut drafts.resources {
        draft.resource.selected = selector.selects(&draft.resource.labels);
        selected += usize::from(draft.resource.selected);
    }
    if selected == 0 && !drafts.resources.is_empty() {
        let message = "the selector selects no manifest";
        let hint = "compare it with `metadata.labels` of the manifests";
        let finding = Finding::placeless("empty-selection", message).hint(hint);
        findings.push(Finding {
            severity: Severity::Warning,
            ..finding
        });
    }
}

/// Tells what is sound, the first of each name, from the rest.
fn finished(drafts: Drafts) -> Desired {
    let mut resources: Vec<Resource> = Vec::new();
    let mut unsound: Vec<Resource> = Vec::new();
    for Draft {
        resource, sound, ..
    } in drafts.resources
    {
        let first = resources.last();
        if sound && first.is_none_or(|first| first.address != resource.address) {
            resources.push(resource);
        } else {
            unsound.push(resource);
        }
    }
    let mut providers: Vec<ProviderConfig> = drafts
        .providers
        .into_iter()
        .filter_map(|declared| declared.config)
        .collect();
    providers.dedup_by(|later, first| later.name == first.name);
    Desired {
        resources,
        unsound,
        providers,
        others: drafts.others,
    }
}

#[cfg(test)]
mod tests;
