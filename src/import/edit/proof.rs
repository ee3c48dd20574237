//! Proves that edited manifests read as meant, by reading all of them again with
//! the new texts.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use super::{Edit, Ids, drifted, ids, settle::Faults};
use crate::{
    desired::{Desired, Options, Resource, desire},
    import::prove::Ground,
    manifest::{
        load::{Document, Loaded},
        yaml,
    },
    model::{Address, FieldPath, Finding, Leaf, ProviderName, Severity, Source},
    observed::{Observed, ProviderView},
};

/// A file with its edits.
pub(super) struct NewText {
    /// The file as it was read.
    pub(super) source: Arc<Source>,
    /// Its new text.
    pub(super) text: String,
    /// Where in it the fields of the edits stand, keys and all, by the edits'
    /// places in the list.
    fields: Vec<(usize, Range<usize>)>,
}

/// The new texts of all files that edits are about. The edits are ordered by
/// file and place.
pub(super) fn new_texts(edits: &[Edit]) -> Vec<NewText> {
    let mut texts: Vec<NewText> = Vec::new();
    // How far the original of the current file has been copied.
    let mut copied = 0;
    for (at, edit) in edits.iter().enumerate() {
        let is_next = texts
            .last()
            .is_none_or(|last| last.source.name != edit.source.name);
        if is_next {
            finish(texts.last_mut(), copied);
            copied = 0;
            texts.push(NewText {
                source: Arc::clone(&edit.source),
                text: String::new(),
                fields: Vec::new(),
            });
        }
        let Some(new) = texts.last_mut() else {
            continue;
        };
        let replacement = &edit.replacement;
        let before = &new.source.text[copied..replacement.range.start];
        new.text.push_str(before);
        let key = replacement.range.start - replacement.key;
        let start = new.text.len().saturating_sub(key);
        new.text.push_str(&replacement.text);
        new.fields.push((at, start..new.text.len()));
        copied = replacement.range.end;
    }
    finish(texts.last_mut(), copied);
    texts
}

fn finish(new: Option<&mut NewText>, copied: usize) {
    if let Some(new) = new {
        new.text.push_str(&new.source.text[copied..]);
    }
}

/// What a proof needs to know.
pub(super) struct Proof<'a> {
    desired: &'a Desired,
    observed: &'a Observed,
    ground: &'a Ground<'a>,
}

impl<'a> Proof<'a> {
    pub(super) fn new(
        desired: &'a Desired,
        observed: &'a Observed,
        ground: &'a Ground<'a>,
    ) -> Self {
        Self {
            desired,
            observed,
            ground,
        }
    }

    /// What is wrong with edits: nothing, if all manifests can be read with
    /// them, and only what was meant has changed.
    pub(super) fn faults(&self, edits: &[Edit]) -> Faults {
        let texts = new_texts(edits);
        let loaded = Loaded {
            documents: replaced(&texts, self.ground.documents),
            findings: Vec::new(),
        };
        let options = Options {
            environment: self.ground.environment.clone(),
            systems: self.ground.systems,
            selector: None,
            other_kinds: self.ground.other_kinds,
        };
        let (after, mut findings) = desire(loaded, self.ground.registry, &options);
        findings.retain(|finding| finding.severity == Severity::Error);
        let by_address = By::new(edits);
        if !findings.is_empty() {
            return refused(&findings, &texts, &by_address);
        }
        if after.resources.len() != self.desired.resources.len() {
            return Faults {
                unclear: Some("the number of manifests changes".to_owned()),
                ..Faults::default()
            };
        }
        self.compared(&after, edits, &by_address)
    }

    /// Compares all manifests with what they were, and the edited ones with what
    /// the providers have.
    fn compared(&self, after: &Desired, edits: &[Edit], by_address: &By<'_>) -> Faults {
        let live: BTreeMap<&ProviderName, (&ProviderView, Ids)> = self
            .observed
            .providers
            .iter()
            .filter_map(|(name, view)| {
                let view = view.as_ref().ok()?;
                Some((name, (view, ids(after, view))))
            })
            .collect();
        let mut faults = Faults::default();
        for (before, now) in self.desired.resources.iter().zip(&after.resources) {
            let edited = by_address.of(&before.address);
            let meant = edited.iter().map(|at| edits[*at].path).collect();
            if let Err(reason) = compare(before, now, &meant) {
                faults.add(edited, reason);
                continue;
            }
            let Some((view, ids)) = live.get(&now.provider).filter(|_| !edited.is_empty()) else {
                continue;
            };
            match drifted(now, ids, view) {
                Err(reason) => faults.add(edited, reason),
                Ok(left) => {
                    for at in edited {
                        let path = edits[*at].path;
                        if left.iter().any(|(differs, _)| *differs == path) {
                            let reason = format!("`{path}` of {} still differs", now.address);
                            faults.add(&[*at], reason);
                        }
                    }
                }
            }
        }
        faults
    }
}

/// The edits of each manifest, by their places in the list.
struct By<'e>(BTreeMap<&'e Address, Vec<usize>>);

impl<'e> By<'e> {
    fn new(edits: &'e [Edit]) -> Self {
        let mut by_address: BTreeMap<&Address, Vec<usize>> = BTreeMap::new();
        for (at, edit) in edits.iter().enumerate() {
            by_address.entry(&edit.address).or_default().push(at);
        }
        Self(by_address)
    }

    fn of(&self, address: &Address) -> &[usize] {
        self.0.get(address).map_or(&[], Vec::as_slice)
    }
}

impl Faults {
    /// Blames some edits; without any, nobody.
    fn add(&mut self, edits: &[usize], reason: String) {
        if edits.is_empty() {
            self.unclear.get_or_insert(reason);
            return;
        }
        for at in edits {
            self.blamed.entry(*at).or_insert_with(|| reason.clone());
        }
    }
}

/// Whose fault findings are: of the edits at their places; or else of those of
/// their manifests, which may be the fault of others, and so count only where no
/// place tells more.
fn refused(findings: &[Finding], texts: &[NewText], by_address: &By<'_>) -> Faults {
    let mut faults = Faults::default();
    for finding in findings {
        let edits = at_place(finding, texts);
        if !edits.is_empty() {
            faults.add(&edits, finding.message.clone());
        }
    }
    if !faults.blamed.is_empty() {
        return faults;
    }
    for finding in findings {
        let address = finding.address.as_ref();
        let edits = address.map_or(&[][..], |address| by_address.of(address));
        faults.add(edits, finding.message.clone());
    }
    faults
}

/// The edits in whose fields a finding stands.
fn at_place(finding: &Finding, texts: &[NewText]) -> Vec<usize> {
    let Some(place) = &finding.place else {
        return Vec::new();
    };
    let new = texts
        .iter()
        .find(|new| new.source.name == place.source.name);
    let fields = new.into_iter().flat_map(|new| &new.fields);
    fields
        .filter(|(_, field)| field.start <= place.span.start && place.span.start < field.end)
        .map(|(at, _)| *at)
        .collect()
}

/// Compares a manifest with what it was, but for the fields that were edited.
fn compare(before: &Resource, now: &Resource, meant: &BTreeSet<FieldPath>) -> Result<(), String> {
    if before.address != now.address || before.key != now.key || before.end != now.end {
        return Err(format!("{} becomes another", before.address));
    }
    let rest = |resource: &'_ Resource| -> BTreeMap<FieldPath, Leaf> {
        let fields = resource.tree.iter();
        fields
            .filter(|(path, _)| !meant.contains(path))
            .map(|(path, leaf)| (path, leaf.clone()))
            .collect()
    };
    let same = if meant.is_empty() {
        before.tree == now.tree
    } else {
        rest(before) == rest(now)
    };
    if same {
        Ok(())
    } else {
        Err(format!("another field of {} changes", now.address))
    }
}

/// All documents, those of edited files out of their new texts.
fn replaced(files: &[NewText], documents: &[Document]) -> Vec<Document> {
    let texts: BTreeMap<&str, &str> = files
        .iter()
        .map(|file| (file.source.name.as_str(), file.text.as_str()))
        .collect();
    let mut out = Vec::new();
    let mut done = BTreeSet::new();
    for document in documents {
        let name = document.source.name.as_str();
        let Some(text) = texts.get(name) else {
            out.push(document.clone());
            continue;
        };
        if done.insert(name) {
            let new = Arc::new(Source::new(name, *text));
            let spans = yaml::documents(&new.text);
            out.extend(spans.into_iter().map(|span| Document {
                source: Arc::clone(&new),
                span,
                folder: Arc::clone(&document.folder),
            }));
        }
    }
    out
}
