//! Reads one document after the other, on as many cores as there are.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
    thread,
};

use super::{
    Options, Registry, Systems,
    account::{host, simulated_host},
    parse::{self, SpecReader},
    provider,
    state::{Origin, Other, ProviderConfig, Resource},
};
use crate::{
    manifest::{
        collect::Collector,
        document::{self, Envelope, Header, Kinds, PROVIDER_KIND},
        load::Document,
        yaml::{self, Node},
    },
    model::{Address, FieldPath, Finding, Kind, Leaf, ProviderName, RemoteId, Tree},
    provider::{KindDef, ProviderDef},
};

/// The fewest documents for which a further thread is worth its start: reading
/// one takes tens of microseconds, and so does starting a thread.
const DOCUMENTS_PER_THREAD_MIN: usize = 256;

/// What a document is.
pub(super) enum Read {
    /// A record that is wanted.
    Resource(Box<Draft>),
    /// A provider.
    Provider(Box<Declared>),
    /// A manifest that other stages read.
    Other(Other),
    /// Ours, but broken so far that nothing of it is known.
    Unknown,
    /// Empty, or another tool's.
    Skipped,
}

/// A resource whose provider is not settled yet.
pub(super) struct Draft {
    /// The resource; its provider is empty until it is settled.
    pub(super) resource: Resource,
    /// Its billing system.
    pub(super) system: &'static ProviderDef,
    /// The provider that the manifest names.
    pub(super) said: Option<ProviderName>,
    /// Whether it is without errors so far.
    pub(super) sound: bool,
    /// Whether its provider is settled.
    pub(super) settled: bool,
}

/// A `Provider` manifest, sound or not.
pub(super) struct Declared {
    pub(super) name: ProviderName,
    /// Its system, unless that could not be made out.
    pub(super) def: Option<&'static ProviderDef>,
    /// What it says, when it is sound.
    pub(super) config: Option<ProviderConfig>,
    pub(super) origin: Origin,
}

/// What reading any document needs.
struct Context<'o> {
    registry: Registry,
    options: &'o Options,
    records: BTreeMap<Kind, (&'static ProviderDef, &'static KindDef)>,
    kinds: Kinds,
}

/// Reads all documents; the results have their order.
pub(super) fn all(
    documents: &[Document],
    registry: Registry,
    options: &Options,
) -> Vec<(Read, Vec<Finding>)> {
    let mut records = BTreeMap::new();
    for def in registry {
        for kind in def.kinds {
            records.insert(kind.kind, (*def, kind));
        }
    }
    let mut general = vec![PROVIDER_KIND];
    general.extend(options.other_kinds);
    let context = Context {
        registry,
        options,
        kinds: Kinds {
            records: records.keys().copied().collect(),
            general,
        },
        records,
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let per_thread = documents.len().div_ceil(cores);
    if cores == 1 || per_thread < DOCUMENTS_PER_THREAD_MIN {
        return documents
            .iter()
            .map(|document| one(document, &context))
            .collect();
    }
    let parts: Vec<Vec<(Read, Vec<Finding>)>> = thread::scope(|scope| {
        let context = &context;
        let threads: Vec<_> = documents
            .chunks(per_thread)
            .map(|part| {
                scope.spawn(move || part.iter().map(|document| one(document, context)).collect())
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| match thread.join() {
                Ok(read) => read,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    });
    parts.into_iter().flatten().collect()
}

fn one(document: &Document, context: &Context<'_>) -> (Read, Vec<Finding>) {
    let mut findings = Collector::new(&document.source);
    let parsed = yaml::parse(&document.source.text, document.span.clone());
    let broken = !parsed.problems.is_empty();
    if broken {
        findings.mark_text_broken();
    }
    for problem in parsed.problems {
        findings.error(problem.check, &problem.span, problem.message, problem.hint);
    }
    let read = match &parsed.root {
        None if broken => Read::Unknown,
        None => Read::Skipped,
        Some(root) if root.is_null() => Read::Skipped,
        Some(root) => match document::envelope(root, &context.kinds, &mut findings) {
            Envelope::Foreign => Read::Skipped,
            Envelope::Unknown => Read::Unknown,
            Envelope::Ours(header) => ours(header, document, context, &mut findings),
        },
    };
    (read, findings.into_vec())
}

fn ours(
    header: Header<'_, '_>,
    document: &Document,
    context: &Context<'_>,
    findings: &mut Collector<'_>,
) -> Read {
    let origin = Origin {
        source: Arc::clone(&document.source),
        span: document.span.clone(),
    };
    if let Some((kind, (system, def))) = context.records.get_key_value(header.kind) {
        let address = Address {
            kind,
            name: Arc::from(header.name),
        };
        findings.of(&address);
        let resource = resource(header, address, def, document, context, findings, origin);
        return Read::Resource(Box::new(Draft {
            resource: resource.0,
            system,
            said: resource.1,
            sound: !findings.has_errors(),
            settled: false,
        }));
    }
    let other = context
        .options
        .other_kinds
        .iter()
        .find(|kind| **kind == header.kind);
    match other {
        Some(kind) => Read::Other(Other {
            kind,
            name: Arc::from(header.name),
            labels: header.labels,
            origin,
        }),
        None => Read::Provider(Box::new(declared(
            &header, document, context, findings, origin,
        ))),
    }
}

fn resource(
    header: Header<'_, '_>,
    address: Address,
    kind: &'static KindDef,
    document: &Document,
    context: &Context<'_>,
    findings: &mut Collector<'_>,
    origin: Origin,
) -> (Resource, Option<ProviderName>) {
    let mut reader = SpecReader {
        kind,
        environment: &context.options.environment,
        folder: &document.folder,
        prefix: "",
        reserved: parse::COMMON,
        systems: Systems::Real,
        findings,
        tree: Tree::default(),
        references: Vec::new(),
        from_outside: BTreeSet::new(),
    };
    let mut said = None;
    let mut end = None;
    if let Some((key, spec)) = header.spec {
        (said, end) = parse::common(spec, reader.findings);
        match spec.entries() {
            Some(entries) => reader.spec(entries),
            None => no_spec(key, spec, reader.findings),
        }
        set_key(&mut reader, &header, spec);
        parse::check_whole(&mut reader, key, spec);
    }
    refuse_hidden_names(&mut reader, &header.name_span);
    let key = reader.tree.at(kind.key).and_then(key_text);
    let resource = Resource {
        key: key.unwrap_or_else(|| address.name.to_string()),
        address,
        provider: ProviderName(Arc::from("")),
        kind,
        tree: reader.tree,
        end,
        adopt: header
            .adopt
            .map(|(remote, _)| RemoteId((kind.id)(&remote.0))),
        labels: header.labels,
        references: reader.references,
        from_outside: reader.from_outside,
        selected: true,
        origin,
    };
    (resource, said)
}

/// Key and display name are in every plan, so they cannot come from where
/// secrets come from.
fn refuse_hidden_names(reader: &mut SpecReader<'_, '_>, span: &Range<usize>) {
    for path in [reader.kind.key, reader.kind.display_name] {
        if reader.from_outside.contains(path) {
            let message = format!("`{path}` is shown in every plan, and cannot come from outside");
            reader
                .findings
                .error("hidden-name", span, message, "write it into the manifest");
        }
    }
}

fn no_spec(key: &Node<'_>, spec: &Node<'_>, findings: &mut Collector<'_>) {
    let message = format!("`spec` is a mapping, and this is {}", spec.described());
    let hint = "write the fields below it, or `spec: {}` for none";
    findings.error("wrong-type", &key.span, message, hint);
}

/// Puts our key into its field, unless the manifest gives another.
fn set_key(reader: &mut SpecReader<'_, '_>, header: &Header<'_, '_>, spec: &Node<'_>) {
    let path = reader.kind.key;
    let Some(facts) = reader.kind.fields().facts(path) else {
        return;
    };
    let span = || match spec.follow(path.split('.')) {
        (Some((key, _)), _) => key.span.clone(),
        (None, _) => header.name_span.clone(),
    };
    match reader.tree.at(path) {
        Some(Leaf::Unset) => reader.findings.error(
            "cannot-be-empty",
            &span(),
            format!("`{path}` is our key and cannot be empty"),
            "leave it out to use `metadata.name`",
        ),
        Some(leaf) if leaf.text().is_some_and(|text| bare_key(text) != text) => {
            reader.findings.error(
                "blanks-around-key",
                &span(),
                format!("`{path}` is our key, and has blanks around it"),
                "write it without: a provider may strip them, and the record would not be found \
                 by it",
            );
        }
        Some(_) => {}
        // A key that was given and refused is not replaced.
        None if spec.follow(path.split('.')).1 => {}
        None => reader.default_key(facts, header.name, &header.name_span),
    }
}

/// What stands in the field of a key, as keys are compared.
#[must_use]
pub fn key_text(leaf: &Leaf) -> Option<String> {
    match leaf {
        Leaf::Integer(number) => Some(number.to_string()),
        other => other.text().map(|text| bare_key(text).to_owned()),
    }
}

/// A key without the blanks around it, which some providers strip.
#[must_use]
pub fn bare_key(text: &str) -> &str {
    text.trim()
}

fn declared(
    header: &Header<'_, '_>,
    document: &Document,
    context: &Context<'_>,
    findings: &mut Collector<'_>,
    origin: Origin,
) -> Declared {
    let name = ProviderName(Arc::from(header.name));
    findings.of(&Address {
        kind: PROVIDER_KIND,
        name: Arc::clone(&name.0),
    });
    if let Some((_, span)) = &header.adopt {
        let message = format!("a `{PROVIDER_KIND}` is no record and cannot be adopted");
        findings.error("bad-annotation", span, message, "leave the annotation out");
    }
    let mut def = None;
    let mut config = None;
    if let Some((key, spec)) = header.spec {
        let limits = provider::limits(spec, findings);
        if let Some((found, member)) = provider::system(context.registry, key, spec, findings) {
            let (settings, from_outside) = settings(found, member, document, context, findings);
            let pace = provider::pace(spec, &settings, findings);
            def = Some(found);
            let host = if context.options.systems.are_simulated() {
                simulated_host(&name.0)
            } else {
                host(found, &settings)
            };
            config = Some(ProviderConfig {
                name: name.clone(),
                def: found,
                settings,
                from_outside,
                host,
                limits,
                pace,
                origin: origin.clone(),
            });
        }
    }
    Declared {
        name,
        def,
        config: config.filter(|_| !findings.has_errors()),
        origin,
    }
}

fn settings(
    def: &'static ProviderDef,
    member: &(Node<'_>, Node<'_>),
    document: &Document,
    context: &Context<'_>,
    findings: &mut Collector<'_>,
) -> (Tree, BTreeSet<FieldPath>) {
    let (key, node) = member;
    let prefix = format!("{}.", def.name);
    let mut reader = SpecReader {
        kind: &def.settings,
        environment: &context.options.environment,
        folder: &document.folder,
        prefix: &prefix,
        reserved: &[],
        systems: context.options.systems,
        findings,
        tree: Tree::default(),
        references: Vec::new(),
        from_outside: BTreeSet::new(),
    };
    match node.entries() {
        Some(entries) => reader.spec(entries),
        None if node.is_null() => {}
        None => {
            let message = format!(
                "`{}` is a section, and this is {}",
                def.name,
                node.described()
            );
            let hint = "write its settings below it";
            reader
                .findings
                .error("wrong-type", &key.span, message, hint);
            return (reader.tree, reader.from_outside);
        }
    }
    provider::check_settings(&mut reader, member);
    parse::check_whole(&mut reader, key, node);
    (reader.tree, reader.from_outside)
}
