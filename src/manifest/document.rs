//! The envelope of a manifest: the Kubernetes resource model, so that editors,
//! `kustomize` and `yq` work on manifests unchanged.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    manifest::{
        collect::{Collector, clipped},
        yaml::{Node, NodeKind},
    },
    model::{
        Kind, RemoteId,
        id::{self, NAME_CHARACTERS_MAX},
        words,
    },
};

/// The one version of manifests that there is.
pub const API_VERSION: &str = "trueup.dev/v1alpha1";

/// The kind of manifest that declares a provider.
pub const PROVIDER_KIND: Kind = "Provider";

/// The group of our API versions.
const GROUP: &str = "trueup.dev";

/// The start of annotations and formats that are ours.
pub(super) const OWN_PREFIX: &str = "trueup.dev/";

/// The annotation that allows a record to be adopted.
pub const ADOPT: &str = "trueup.dev/adopt";

/// The members of a manifest that are ours.
const MEMBERS: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];

/// A member that tools around Kubernetes may add. It means nothing here.
pub(crate) const FOREIGN_MEMBER: &str = "status";

/// The members of `metadata` that are ours.
const METADATA: [&str; 3] = ["annotations", "labels", "name"];

/// Members of `metadata` that `kustomize` and others write. They mean nothing
/// here (Kubernetes API, `ObjectMeta`).
pub(crate) const FOREIGN_METADATA: [&str; 12] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "managedFields",
    "namespace",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// What a manifest says around its spec.
#[derive(Debug)]
pub struct Header<'n, 'a> {
    /// The kind, one of the known ones.
    pub kind: &'n str,
    /// `metadata.name`, fit to be a name.
    pub name: &'n str,
    /// Where the name stands.
    pub name_span: Range<usize>,
    /// `metadata.labels`.
    pub labels: BTreeMap<String, String>,
    /// The id of the record that may be adopted, and where it stands.
    pub adopt: Option<(RemoteId, Range<usize>)>,
    /// The key and the value of `spec`; nothing when it was reported missing.
    pub spec: Option<&'n (Node<'a>, Node<'a>)>,
}

/// Whose document it is.
#[derive(Debug)]
pub enum Envelope<'n, 'a> {
    /// One of ours.
    Ours(Header<'n, 'a>),
    /// Another tool's, and skipped.
    Foreign,
    /// Not known: kind or name are missing or wrong.
    Unknown,
}

/// The kinds that there are.
#[derive(Debug, Default)]
pub struct Kinds {
    /// Kinds of records, whose names are nobody else's.
    pub records: Vec<&'static str>,
    /// Kinds with names that other tools use too, such as `Provider`.
    pub general: Vec<&'static str>,
}

impl Kinds {
    fn all(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.records.iter().chain(&self.general).copied()
    }
}

/// Reads the envelope.
pub fn envelope<'n, 'a>(
    root: &'n Node<'a>,
    kinds: &Kinds,
    findings: &mut Collector<'_>,
) -> Envelope<'n, 'a> {
    let Some(entries) = root.entries() else {
        findings.error(
            "manifest-shape",
            &(root.span.start..root.span.start),
            format!("a manifest is a mapping, and this is {}", root.described()),
            format!("start with `apiVersion: {API_VERSION}`"),
        );
        return Envelope::Unknown;
    };
    // Findings about the whole document point at its first key: what else
    // stands on that line may be nobody's business.
    let start = entries
        .first()
        .map_or(root.span.start..root.span.start, |(key, _)| {
            key.span.clone()
        });
    if is_foreign(root, kinds, &start, findings) {
        return Envelope::Foreign;
    }
    for (key, _) in entries {
        unknown_member(key, &MEMBERS, &[FOREIGN_MEMBER], "", findings);
    }
    let kind = kind(root, kinds, &start, findings);
    let metadata = metadata(root, &start, findings);
    let spec = root.entry("spec");
    if spec.is_none() {
        let hint = "write `spec:` with the fields below it";
        findings.error("missing-spec", &start, "`spec` is missing", hint);
    }
    match (kind, metadata) {
        (Some(kind), Some(metadata)) => Envelope::Ours(Header {
            kind,
            spec,
            ..metadata
        }),
        _ => Envelope::Unknown,
    }
}

/// Whether the document is another tool's; warns that it is skipped. Reports an
/// API version that was meant to be ours and is not.
fn is_foreign(
    root: &Node<'_>,
    kinds: &Kinds,
    start: &Range<usize>,
    findings: &mut Collector<'_>,
) -> bool {
    let kind = root.entry("kind").and_then(|(_, value)| value.text());
    let hint = format!("write `apiVersion: {API_VERSION}`");
    let version = root
        .entry("apiVersion")
        .filter(|(_, value)| !value.is_null());
    let Some((key, value)) = version else {
        if findings.is_kustomization() {
            skipped(start, "a kustomization", findings);
            return true;
        }
        let message = "`apiVersion` is missing";
        findings.error("missing-api-version", start, message, hint);
        return false;
    };
    let Some(text) = value.text() else {
        let message = format!("`apiVersion` is text, and this is {}", value.described());
        findings.error("unknown-api-version", &key.span, message, hint);
        return false;
    };
    if text == API_VERSION {
        return false;
    }
    let of_our_group = text
        .strip_prefix(GROUP)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let ours = of_our_group
        || words::nearest(text, [API_VERSION]).is_some()
        || kind.is_some_and(|kind| kinds.records.contains(&kind));
    if ours {
        let message = format!("there is no API version `{}`", clipped(text));
        findings.error("unknown-api-version", &value.span, message, hint);
        return false;
    }
    if kind == Some("List") && root.entry("items").is_some() {
        let message = "the items of a `List` are not read";
        let hint = "write them as documents of their own, for instance with \
                    `yq '.items[] | split_doc'`";
        findings.error("manifest-list", &value.span, message, hint);
        return true;
    }
    let what = format!("`{}` of `{}`", clipped(kind.unwrap_or("?")), clipped(text));
    skipped(&value.span, &what, findings);
    true
}

fn skipped(span: &Range<usize>, what: &str, findings: &mut Collector<'_>) {
    findings.warning(
        "foreign-document",
        span,
        format!("{what} is not ours and is skipped"),
        "keep it out of the folders that are read, if that is not meant",
    );
}

/// The kind, if it is one of those that there are.
fn kind<'n>(
    root: &'n Node<'_>,
    kinds: &Kinds,
    start: &Range<usize>,
    findings: &mut Collector<'_>,
) -> Option<&'n str> {
    let entry = root.entry("kind").filter(|(_, value)| !value.is_null());
    let Some((key, value)) = entry else {
        let hint = format!("known are {}", words::list(kinds.all()));
        findings.error("missing-kind", start, "`kind` is missing", hint);
        return None;
    };
    let Some(text) = value.text() else {
        let message = format!("`kind` is text, and this is {}", value.described());
        let hint = format!("known are {}", words::list(kinds.all()));
        findings.error("unknown-kind", &key.span, message, hint);
        return None;
    };
    if kinds.all().any(|known| known == text) {
        return Some(text);
    }
    let message = format!("there is no kind `{}`", clipped(text));
    let hint = words::suggestion(text, kinds.all());
    findings.error("unknown-kind", &value.span, message, hint);
    None
}

/// Reads `metadata`; the kind and the spec are left to the caller.
fn metadata<'n, 'a>(
    root: &'n Node<'a>,
    start: &Range<usize>,
    findings: &mut Collector<'_>,
) -> Option<Header<'n, 'a>> {
    let entry = root.entry("metadata").filter(|(_, value)| !value.is_null());
    let Some((key, value)) = entry else {
        let hint = "write `metadata: { name: … }`";
        findings.error("missing-metadata", start, "`metadata` is missing", hint);
        return None;
    };
    let Some(entries) = value.entries() else {
        let message = format!("`metadata` is a mapping, and this is {}", value.described());
        let hint = "write `metadata: { name: … }`";
        findings.error("manifest-shape", &key.span, message, hint);
        return None;
    };
    for (key, _) in entries {
        unknown_member(key, &METADATA, &FOREIGN_METADATA, "metadata.", findings);
    }
    let labels = labels(value, findings);
    let adopt = annotations(value, findings);
    let name = name(value, &key.span, findings)?;
    Some(Header {
        kind: "",
        name: name.text()?,
        name_span: name.span.clone(),
        labels,
        adopt,
        spec: None,
    })
}

fn unknown_member(
    key: &Node<'_>,
    ours: &[&'static str],
    foreign: &[&str],
    prefix: &str,
    findings: &mut Collector<'_>,
) {
    let name = key.text().unwrap_or_default();
    if ours.contains(&name) || foreign.contains(&name) {
        return;
    }
    findings.error(
        "unknown-key",
        &key.span,
        format!("`{prefix}{}` is unknown", clipped(name)),
        words::suggestion(name, ours.iter().copied()),
    );
}

/// The node of `metadata.name`, if it can be a name.
fn name<'n, 'a>(
    metadata: &'n Node<'a>,
    span: &Range<usize>,
    findings: &mut Collector<'_>,
) -> Option<&'n Node<'a>> {
    let rules = format!(
        "a name has lower-case letters, digits and `-`, not at either end, \
         and at most {NAME_CHARACTERS_MAX} characters"
    );
    let entry = metadata.entry("name").filter(|(_, value)| !value.is_null());
    let Some((key, value)) = entry else {
        findings.error("missing-name", span, "`metadata.name` is missing", rules);
        return None;
    };
    let Some(text) = value.text() else {
        let message = format!("`metadata.name` is text, and this is {}", value.described());
        findings.error("bad-name", &key.span, message, rules);
        return None;
    };
    if id::is_name(text) {
        return Some(value);
    }
    let fitting = fitting_name(text);
    let hint = if id::is_name(&fitting) {
        format!("{rules}; `{fitting}` would do")
    } else {
        rules
    };
    let message = format!("`{}` cannot be a name", clipped(text));
    findings.error("bad-name", &value.span, message, hint);
    None
}

/// The nearest text to `text` that may be a name.
fn fitting_name(text: &str) -> String {
    let replaced: String = text
        .to_lowercase()
        .chars()
        .map(|character| match character {
            'a'..='z' | '0'..='9' => character,
            _ => '-',
        })
        .collect();
    replaced.trim_matches('-').to_owned()
}

fn labels(metadata: &Node<'_>, findings: &mut Collector<'_>) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    for (key, value) in members(metadata, "labels", findings) {
        let name = key.text().unwrap_or_default();
        match value.text().filter(|_| !value.is_null()) {
            Some(text) => {
                labels.insert(name.to_owned(), text.to_owned());
            }
            None => findings.error(
                "bad-label",
                &key.span,
                format!(
                    "the label `{}` is text, and this is {}",
                    clipped(name),
                    value.described()
                ),
                "write `\"\"` for an empty label",
            ),
        }
    }
    labels
}

/// Reads the annotations that are ours.
fn annotations(
    metadata: &Node<'_>,
    findings: &mut Collector<'_>,
) -> Option<(RemoteId, Range<usize>)> {
    let mut adopt = None;
    for (key, value) in members(metadata, "annotations", findings) {
        let name = key.text().unwrap_or_default();
        if name == ADOPT {
            match value
                .text()
                .filter(|text| !text.is_empty() && !value.is_null())
            {
                Some(text) => adopt = Some((RemoteId(text.to_owned()), key.span.clone())),
                None => findings.error(
                    "bad-annotation",
                    &key.span,
                    format!(
                        "`{ADOPT}` is the id of a record, and this is {}",
                        value.described()
                    ),
                    "write the id that the plan names, in quotes",
                ),
            }
        } else if name.starts_with(OWN_PREFIX) {
            findings.error(
                "bad-annotation",
                &key.span,
                format!("there is no annotation `{}`", clipped(name)),
                words::suggestion(name, [ADOPT]),
            );
        }
    }
    adopt
}

/// The members of a mapping inside `metadata` that may be left out.
fn members<'n, 'a>(
    metadata: &'n Node<'a>,
    name: &str,
    findings: &mut Collector<'_>,
) -> &'n [(Node<'a>, Node<'a>)] {
    let Some((key, value)) = metadata.entry(name) else {
        return &[];
    };
    match &value.kind {
        NodeKind::Mapping(entries) => entries,
        NodeKind::Scalar { .. } if value.is_null() => &[],
        NodeKind::Scalar { .. } | NodeKind::Sequence(_) => {
            let message = format!(
                "`metadata.{name}` is a mapping, and this is {}",
                value.described()
            );
            let hint = format!("write `{name}: {{ key: value }}`");
            findings.error("manifest-shape", &key.span, message, hint);
            &[]
        }
    }
}
