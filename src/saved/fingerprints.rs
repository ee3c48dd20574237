//! What is taken into each fingerprint of a saved plan.

use std::collections::BTreeMap;

use crate::{
    desired::{Other, ProviderConfig, Resource},
    model::{FieldPath, Fingerprint, FingerprintKey},
    plan::{Change, Work},
    provider::Action,
};

use super::SavedChange;

/// What a manifest means, with the values of variables and files in it. Where
/// it stands and how it is written is left out, and so are labels: they decide
/// whether a manifest is selected, and that is compared by itself.
pub(super) fn of_manifest(key: &FingerprintKey, resource: &Resource) -> Fingerprint {
    let Resource {
        address,
        provider,
        kind: _,
        key: record_key,
        tree,
        end,
        adopt,
        labels: _,
        references: _,
        from_outside: _,
        selected: _,
        origin: _,
    } = resource;
    let end_on = end.as_ref().map(|end| end.on.to_string());
    let end_reason = end.as_ref().map(|end| end.reason.as_str());
    key.start("manifest")
        .text(&address.to_string())
        .text(&provider.0)
        .text(record_key)
        .optional(end_on.as_deref())
        .optional(end_reason)
        .optional(adopt.as_ref().map(|remote| remote.0.as_str()))
        .tree(tree)
        .finish()
}

/// What a `Provider` manifest says, field by field, without credentials and
/// limits.
pub(super) fn of_settings(
    key: &FingerprintKey,
    config: &ProviderConfig,
) -> BTreeMap<FieldPath, Fingerprint> {
    let fields = config.def.settings.fields();
    let is_credential = |path: FieldPath| {
        let facts = fields.facts(path.as_str());
        facts.is_some_and(|facts| facts.credential)
    };
    config
        .settings
        .iter()
        .filter(|(path, _)| !is_credential(*path))
        .map(|(path, leaf)| (path, key.of_leaf(leaf)))
        .collect()
}

/// What the manifests of other stages say, such as policies.
pub(super) fn of_others(key: &FingerprintKey, others: &[Other]) -> Fingerprint {
    let mut sorted: Vec<&Other> = others.iter().collect();
    sorted.sort_by(|one, other| (one.kind, &one.name).cmp(&(other.kind, &other.name)));
    let mut parts = key.start("policies");
    for Other {
        kind,
        name,
        labels,
        origin,
    } in sorted
    {
        parts = parts.text("manifest").text(kind).text(name);
        for (label, value) in labels {
            parts = parts.text("label").text(label).text(value);
        }
        for (path, value) in origin.written() {
            parts = parts.text("value").text(&path).text(&value);
        }
    }
    parts.finish()
}

/// What a change rests on.
pub(super) fn of_change(key: &FingerprintKey, change: &Change, work: &Work) -> SavedChange {
    let Work {
        desired,
        relied_on,
        ended,
    } = work;
    let written = change
        .fields
        .iter()
        .filter(|_| change.action != Action::End);
    SavedChange {
        relied_on: relied_on
            .iter()
            .map(|(path, leaf)| (*path, key.of_leaf(leaf)))
            .collect(),
        writes: written
            .map(|field| (field.path, key.of_leaf(desired.or_unset(field.path))))
            .collect(),
        ended: ended.clone(),
    }
}
