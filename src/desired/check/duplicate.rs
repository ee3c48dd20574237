//! Names and keys that stand twice.

use std::collections::BTreeMap;

use crate::{
    desired::{
        Drafts, KEEP_ONE,
        account::{Said, one_account, said},
        read::{Declared, Draft},
    },
    manifest::document::PROVIDER_KIND,
    model::{Address, Finding, Kind, Leaf, ProviderName},
};

/// Two manifests of one kind and name.
pub(super) fn addresses(drafts: &Drafts, findings: &mut Vec<Finding>) {
    let mut first: Option<&Draft> = None;
    for draft in &drafts.resources {
        let address = &draft.resource.address;
        match first.filter(|first| first.resource.address == *address) {
            Some(first) => {
                let message = format!(
                    "`{address}` is declared twice: here and at {}",
                    first.resource.origin.place_of_name()
                );
                let finding = Finding::error(
                    "duplicate-name",
                    draft.resource.origin.place_of_name(),
                    message,
                );
                findings.push(finding.hint("give one of them another name").of(address));
            }
            None => first = Some(draft),
        }
    }
}

/// Two `Provider` manifests of one name.
pub(super) fn providers(drafts: &Drafts, findings: &mut Vec<Finding>) {
    for pair in drafts.providers.windows(2) {
        let [first, second] = pair else { continue };
        if first.name == second.name {
            let message = format!(
                "the provider `{}` is declared twice: here and at {}",
                second.name,
                first.origin.place_of_name()
            );
            let place = second.origin.place_of_name();
            let hint = "give one of them another name";
            findings.push(Finding::error("duplicate-name", place, message).hint(hint));
        }
    }
}

/// `Provider` manifests with different names that say the same, and so are one
/// account: its records would be told apart by the name of the provider.
pub(super) fn accounts(drafts: &Drafts, findings: &mut Vec<Finding>) {
    let mut alike: BTreeMap<(&str, Said), BTreeMap<&ProviderName, &Declared>> = BTreeMap::new();
    for declared in &drafts.providers {
        let Some(def) = declared.def else { continue };
        let said = said(def, &declared.origin);
        // What nothing is said of is wrong for another reason.
        if !said.is_empty() {
            let named = alike.entry((def.name, said)).or_default();
            named.entry(&declared.name).or_insert(declared);
        }
    }
    for named in alike.values().filter(|named| named.len() > 1) {
        let message = one_account(named.keys().copied());
        for (name, declared) in named {
            let others = named.iter().filter(|(other, _)| *other != name);
            let places = others.map(|(_, other)| other.origin.place_of_name().to_string());
            let hint = format!(
                "{KEEP_ONE}; see also {}",
                places.collect::<Vec<_>>().join(", ")
            );
            let address = Address {
                kind: PROVIDER_KIND,
                name: name.0.clone(),
            };
            let place = declared.origin.place_of_name();
            let finding = Finding::error("duplicate-provider", place, message.clone());
            findings.push(finding.hint(hint).of(&address));
        }
    }
}

/// Two manifests that mean the same record.
pub(super) fn keys(drafts: &Drafts, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<(Kind, &ProviderName, &str), &Draft> = BTreeMap::new();
    for draft in drafts.resources.iter().filter(|draft| draft.settled) {
        let resource = &draft.resource;
        let key = (
            resource.kind.kind,
            &resource.provider,
            resource.key.as_str(),
        );
        let Some(first) = seen.get(&key) else {
            seen.insert(key, draft);
            continue;
        };
        // The same name twice has been reported as such.
        if first.resource.address == resource.address {
            continue;
        }
        let path = resource.kind.key;
        let sensitive = matches!(resource.tree.at(path), Some(Leaf::Sensitive(_)));
        let shown = if sensitive {
            String::new()
        } else {
            format!(" `{}`", resource.key)
        };
        let message = format!(
            "`{}` and `{}` have the same key{shown} at the provider `{}`",
            first.resource.address, resource.address, resource.provider
        );
        let hint = format!(
            "give each a `{path}` of its own; the first is at {}",
            first.resource.origin.place()
        );
        let given = resource.origin.place_of(path);
        findings.push(
            Finding::error("duplicate-key-field", given, message)
                .hint(hint)
                .of(&resource.address),
        );
    }
}
