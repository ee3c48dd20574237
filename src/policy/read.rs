//! Reads `Policy` manifests: all findings at once, each at its place.

pub(super) mod limits;
mod node;
mod windows;

#[cfg(test)]
pub(super) use windows::FREEZE;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    desired::{Desired, Other, Registry, Selector},
    manifest::{
        collect::{Collector, clipped},
        yaml::{self, Node},
    },
    model::{Address, Finding, words},
    plan::Effect,
    provider::Action,
};

use super::{
    KIND,
    expression::{self, Vocabulary},
    spec::{Policy, Protection, Rule},
};
use node::{Entry, items, member, members, needed, text};

/// The members of `spec`.
pub(super) const SPEC: [&str; 5] = ["freeze", "limits", "protect", "providers", "rules"];

/// The members of an item of `protect`.
pub(super) const PROTECT: [&str; 5] = ["actions", "kind", "labels", "name", "reason"];

/// The members of an item of `rules`.
pub(super) const RULE: [&str; 4] = ["effect", "message", "name", "when"];

/// What a rule may bring about, with the words for it.
pub(super) const EFFECTS: [(&str, Effect); 2] = [("deny", Effect::Deny), ("warn", Effect::Warn)];

/// The most rules, protections or freeze windows of one policy: each is looked
/// at for every change.
pub(super) const ITEMS_MAX: usize = 100;

/// The most `Policy` manifests.
const POLICIES_MAX: usize = 100;

/// The actions that a protection is about, unless it says: all that touch a
/// record which is there.
pub(super) const PROTECTED: [Action; 3] = [Action::Adopt, Action::Update, Action::End];

/// The `Policy` manifests as they were read.
#[derive(Default)]
pub(super) struct Read {
    /// Those without an error, ordered by name.
    pub(super) sound: Vec<Policy>,
    /// The names of those in which an error was found: what they say is not
    /// known.
    pub(super) broken: BTreeSet<String>,
    /// What is wrong with them.
    findings: Vec<Finding>,
}

/// What is wrong with the `Policy` manifests, and whether they name providers
/// that are not declared.
#[must_use]
pub fn check(desired: &Desired, registry: Registry) -> Vec<Finding> {
    let declared = desired.providers.iter();
    let declared: Vec<&str> = declared.map(|config| &*config.name.0).collect();
    all(desired, &declared, registry).findings
}

/// Reads the `Policy` manifests to judge by them. Which providers are declared
/// is no matter here: a run leaves out those that it sends nothing to, and no
/// policy loses its force by that.
#[must_use]
pub(super) fn read(desired: &Desired, registry: Registry) -> Read {
    all(desired, &[], registry)
}

/// Reads the `Policy` manifests. Where no provider is given as declared, policies
/// may name any.
fn all(desired: &Desired, declared: &[&str], registry: Registry) -> Read {
    let mut others: Vec<&Other> = desired
        .others
        .iter()
        .filter(|other| other.kind == KIND)
        .collect();
    let mut read = Read::default();
    if others.is_empty() {
        return read;
    }
    others.sort_by(|one, other| one.name.cmp(&other.name));
    let vocabulary = Vocabulary::of(registry);
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for (at, other) in others.iter().enumerate() {
        let mut collector = Collector::new(&other.origin.source);
        collector.of(&Address {
            kind: KIND,
            name: Arc::clone(&other.name),
        });
        let name_place = || other.origin.place_of_name().span;
        if !names.insert(&other.name) {
            let message = format!("there is another `{KIND}` of the name `{}`", other.name);
            collector.error("duplicate-name", &name_place(), message, "rename one");
        }
        if at == POLICIES_MAX {
            let message = format!("there are more than {POLICIES_MAX} policies");
            collector.error("too-many", &name_place(), message, "join some of them");
        }
        match one(other, declared, &vocabulary, &mut collector) {
            Some(policy) if !collector.has_errors() => read.sound.push(policy),
            _ => {
                read.broken.insert(other.name.to_string());
            }
        }
        read.findings.extend(collector.into_vec());
        if at == POLICIES_MAX {
            break;
        }
    }
    // Of two with one name, neither is known to be the one that is meant.
    let Read { sound, broken, .. } = &mut read;
    sound.retain(|policy| !broken.contains(&policy.name));
    read
}

fn one(
    other: &Other,
    declared: &[&str],
    vocabulary: &Vocabulary,
    findings: &mut Collector<'_>,
) -> Option<Policy> {
    let parsed = yaml::parse(&other.origin.source.text, other.origin.span.clone());
    // What is wrong with the YAML itself has been reported already.
    let root = parsed.root?;
    let (key, spec) = root.entry("spec")?;
    if spec.entries().is_none() && !spec.is_null() {
        let message = format!("`spec` is a mapping, and this is {}", spec.described());
        let hint = format!("known are {}", words::list(SPEC));
        findings.error("wrong-type", &key.span, message, hint);
        return None;
    }
    let entries = members(&key.span, spec, "spec", &SPEC, findings);
    if entries.iter().all(|(_, value)| value.is_null()) {
        let hint = format!("give one of {}", words::list(SPEC));
        findings.error("empty-policy", &key.span, "the policy says nothing", hint);
    }
    Some(Policy {
        name: other.name.to_string(),
        providers: member(entries, "providers").map(|entry| providers(entry, declared, findings)),
        limits: match member(entries, "limits") {
            Some((key, value)) => limits::read(&key.span, value, findings),
            None => BTreeMap::new(),
        },
        protect: list(entries, "protect", findings, |item, path, findings| {
            protection(item, path, vocabulary, findings)
        }),
        freeze: list(entries, "freeze", findings, windows::read),
        rules: rules(entries, vocabulary, findings),
    })
}

/// The names of providers that the policy is about.
fn providers(entry: Entry<'_, '_>, declared: &[&str], findings: &mut Collector<'_>) -> Vec<String> {
    let mut names = Vec::new();
    let given = items(entry, "providers", findings);
    for item in given {
        let name = item.text().unwrap_or_default();
        // Without any provider the file is looked at on its own.
        if !declared.is_empty() && !declared.contains(&name) {
            let message = format!("there is no provider `{}`", clipped(name));
            let hint = words::suggestion(name, declared.iter().copied());
            findings.error("unknown-provider", &item.span, message, hint);
        }
        names.push(name.to_owned());
    }
    if given.is_empty() {
        let message = "`providers` is empty, and so the policy is about nothing";
        let hint = "leave it out for all providers";
        findings.error("wrong-type", &entry.0.span, message, hint);
    }
    names
}

/// Reads each item of a list with its path, such as `protect[0]`.
fn list<'a, T>(
    entries: &[(Node<'a>, Node<'a>)],
    name: &str,
    findings: &mut Collector<'_>,
    read: impl Fn(&Node<'a>, &str, &mut Collector<'_>) -> Option<T>,
) -> Vec<T> {
    let Some(entry) = member(entries, name) else {
        return Vec::new();
    };
    let items = items(entry, name, findings);
    if items.len() > ITEMS_MAX {
        let message = format!("`{name}` has more than {ITEMS_MAX} items");
        findings.error("too-many", &entry.0.span, message, "write a second policy");
    }
    items
        .iter()
        .take(ITEMS_MAX)
        .enumerate()
        .filter_map(|(at, item)| read(item, &format!("{name}[{at}]"), findings))
        .collect()
}

fn protection(
    item: &Node<'_>,
    path: &str,
    vocabulary: &Vocabulary,
    findings: &mut Collector<'_>,
) -> Option<Protection> {
    let start = head(item);
    let entries = members(&start, item, path, &PROTECT, findings);
    let kind = text(entries, "kind", path, findings);
    if let (Some(kind), Some((_, value))) = (&kind, member(entries, "kind"))
        && !vocabulary.kinds().any(|known| known == kind)
    {
        let message = format!("there is no kind `{}`", clipped(kind));
        let hint = words::suggestion(kind, vocabulary.kinds());
        findings.error("unknown-kind", &value.span, message, hint);
    }
    let name = text(entries, "name", path, findings);
    let labels = text(entries, "labels", path, findings);
    let given = ["kind", "name", "labels"].map(|name| member(entries, name));
    if given.iter().all(Option::is_none) {
        let message = format!("`{path}` does not say what it protects");
        let hint = "give `kind`, `name` or `labels`; all that is given must fit";
        findings.error("missing-setting", &start, message, hint);
    }
    let labels = labels.and_then(|text| match text.parse::<Selector>() {
        Ok(selector) => Some((text, selector)),
        Err(error) => {
            let span =
                member(entries, "labels").map_or(start.clone(), |entry| entry.1.span.clone());
            let hint = "write key=value, key!=value, key, !key or `key in (a,b)`";
            findings.error("bad-selector", &span, error.to_string(), hint);
            None
        }
    });
    let actions = node::actions(entries, path, &PROTECTED, findings);
    let hint = "say why: whoever is stopped reads it";
    let reason = needed(entries, "reason", path, &start, hint, findings)?;
    Some(Protection {
        kind,
        name,
        labels,
        actions,
        reason,
        place: findings.place(&start),
    })
}

/// Where an item starts: its first key, for what else stands there may be long.
fn head(item: &Node<'_>) -> std::ops::Range<usize> {
    item.entries()
        .and_then(<[_]>::first)
        .map_or(item.span.start..item.span.start, |(key, _)| {
            key.span.clone()
        })
}

fn rules(
    entries: &[(Node<'_>, Node<'_>)],
    vocabulary: &Vocabulary,
    findings: &mut Collector<'_>,
) -> Vec<Rule> {
    let rules = list(entries, "rules", findings, |item, path, findings| {
        rule(item, path, vocabulary, findings)
    });
    let mut names = BTreeSet::new();
    for rule in &rules {
        if !names.insert(&rule.name) {
            let message = format!("there is another rule of the name `{}`", rule.name);
            findings.error("duplicate-name", &rule.place.span, message, "rename one");
        }
    }
    rules
}

fn rule(
    item: &Node<'_>,
    path: &str,
    vocabulary: &Vocabulary,
    findings: &mut Collector<'_>,
) -> Option<Rule> {
    let start = head(item);
    let entries = members(&start, item, path, &RULE, findings);
    let hint = "plans name the rule by it";
    let name = needed(entries, "name", path, &start, hint, findings);
    if let (Some(name), Some((_, value))) = (&name, member(entries, "name"))
        && !crate::model::id::is_name(name)
    {
        let message = format!("`{}` cannot be a name", clipped(name));
        let hint = "a name has lower-case letters, digits and `-`";
        findings.error("bad-name", &value.span, message, hint);
    }
    let hint = "say what is wrong and what to do: whoever is stopped reads it";
    let message = needed(entries, "message", path, &start, hint, findings);
    let hint = "write an expression in CEL that must not hold";
    let written = needed(entries, "when", path, &start, hint, findings);
    let effect_path = format!("{path}.effect");
    let effect = if let Some((_, value)) = member(entries, "effect") {
        node::choice(value, &effect_path, &EFFECTS, findings)
    } else {
        let message = format!("`{effect_path}` is missing");
        findings.error("missing-setting", &start, message, "write `deny` or `warn`");
        None
    };
    let (_, value) = member(entries, "when")?;
    let when = expression::compile(&written?, vocabulary);
    let when = match when {
        Ok(when) => when,
        Err(faults) => {
            for fault in faults {
                let span = expression::place_in(value, &findings.place(&value.span), fault.at);
                findings.error("bad-expression", &span, fault.message, fault.hint);
            }
            return None;
        }
    };
    Some(Rule {
        name: name?,
        when,
        effect: effect?,
        message: message?,
        place: findings.place(&start),
    })
}
