//! Which provider each resource belongs to.

use std::collections::BTreeMap;

use super::or_unread;
use crate::{
    desired::{
        Drafts, Origin,
        provider::example,
        read::{Declared, Draft},
    },
    model::{Finding, ProviderName, words},
    provider::ProviderDef,
};

/// The names of the providers of one system.
type BySystem<'d> = BTreeMap<&'static str, Vec<&'d ProviderName>>;

/// Resources that say no provider, where none of their system is declared.
struct Orphaned {
    system: &'static ProviderDef,
    count: usize,
    first: Origin,
}

/// Sets the provider of every resource that has exactly one.
pub(super) fn settle(drafts: &mut Drafts, findings: &mut Vec<Finding>) {
    let mut resources = std::mem::take(&mut drafts.resources);
    let mut by_system: BySystem<'_> = BTreeMap::new();
    for declared in &drafts.providers {
        if let Some(def) = declared.def {
            let names = by_system.entry(def.name).or_default();
            if !names.contains(&&declared.name) {
                names.push(&declared.name);
            }
        }
    }
    // A provider whose system could not be made out may be of any.
    let unclear = drafts
        .providers
        .iter()
        .any(|declared| declared.def.is_none());
    let mut orphaned: BTreeMap<&'static str, Orphaned> = BTreeMap::new();
    for draft in &mut resources {
        let of_system = by_system
            .get(draft.system.name)
            .map_or(&[][..], Vec::as_slice);
        let found = match &draft.said {
            Some(said) => named(draft, said, drafts, of_system),
            None => match of_system {
                [only] => Ok((*only).clone()),
                [] if unclear => continue,
                [] => {
                    orphaned
                        .entry(draft.system.name)
                        .and_modify(|orphaned| orphaned.count += 1)
                        .or_insert_with(|| Orphaned {
                            system: draft.system,
                            count: 1,
                            first: draft.resource.origin.clone(),
                        });
                    draft.sound = false;
                    continue;
                }
                several => Err(Box::new(ambiguous(draft, several))),
            },
        };
        match found {
            Ok(provider) => {
                draft.resource.provider = provider;
                draft.settled = true;
            }
            Err(finding) => {
                draft.sound = false;
                findings.push(finding.of(&draft.resource.address));
            }
        }
    }
    for orphaned in orphaned.into_values() {
        findings.push(none(&orphaned, drafts));
    }
    for draft in &mut resources {
        draft.sound &= draft.settled;
    }
    drafts.resources = resources;
}

/// The provider that a manifest names.
fn named(
    draft: &Draft,
    said: &ProviderName,
    drafts: &Drafts,
    of_system: &[&ProviderName],
) -> Result<ProviderName, Box<Finding>> {
    let at = drafts
        .providers
        .partition_point(|declared| declared.name < *said);
    let declared = drafts
        .providers
        .get(at)
        .filter(|declared| declared.name == *said);
    let unknown = |message: String, hint: String| {
        let place = draft.resource.origin.place_of("provider");
        Box::new(Finding::error("unknown-provider", place, message).hint(hint))
    };
    match declared {
        Some(Declared { def: Some(def), .. }) if def.name != draft.system.name => {
            let message = format!(
                "the provider `{said}` is of the system `{}`, and a `{}` is of `{}`",
                def.name, draft.resource.address.kind, draft.system.name
            );
            Err(unknown(message, known(of_system, draft.system, drafts)))
        }
        Some(declared) => Ok(declared.name.clone()),
        None => {
            let names = of_system.iter().map(|name| &*name.0);
            let hint = match words::nearest(&said.0, names) {
                Some(near) => or_unread(format!("did you mean `{near}`?"), drafts),
                None => known(of_system, draft.system, drafts),
            };
            let message = format!("there is no provider `{said}`");
            Err(unknown(message, hint))
        }
    }
}

fn known(of_system: &[&ProviderName], system: &ProviderDef, drafts: &Drafts) -> String {
    if of_system.is_empty() {
        let none = format!("no `Provider` manifest declares one of `{}`", system.name);
        let none = or_unread(none, drafts);
        return format!("{none}; start with:\n{}", example(system));
    }
    let names = of_system.iter().map(|name| &*name.0);
    let known = format!("known for `{}` are {}", system.name, words::list(names));
    or_unread(known, drafts)
}

fn ambiguous(draft: &Draft, several: &[&ProviderName]) -> Finding {
    let message = format!(
        "`provider` is missing, and there are {} of the system `{}`",
        several.len(),
        draft.system.name
    );
    let names = words::list(several.iter().map(|name| &*name.0));
    let place = draft.resource.origin.place_of("provider");
    let hint = format!("write `provider:` with one of {names}");
    Finding::error("missing-provider", place, message).hint(hint)
}

fn none(orphaned: &Orphaned, drafts: &Drafts) -> Finding {
    let system = orphaned.system;
    let message = format!(
        "no `Provider` manifest declares a {}, and {} {} one",
        system.title,
        words::count(orphaned.count, "manifest"),
        if orphaned.count == 1 { "needs" } else { "need" }
    );
    let start = or_unread("add one, for instance".to_owned(), drafts);
    let hint = format!("{start}:\n{}", example(system));
    let place = orphaned.first.place_in(["kind"]);
    Finding::error("missing-provider", place, message).hint(hint)
}
