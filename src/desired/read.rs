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
    let mut reading = Reading {
        document,
        context,
        findings: Collector::new(&document.source),
    };
    let read = reading.read();
    (read, reading.findings.into_vec())
}

/// The reading of one document.
struct Reading<'d> {
    document: &'d Document,
    context: &'d Context<'d>,
    findings: Collector<'d>,
}

impl<'d> Reading<'d> {
    fn read(&mut self) -> Read {
        let parsed = yaml::parse(&self.document.source.text, self.document.span.clone());
        let broken = !parsed.problems.is_empty();
        if broken {
            self.findings.mark_text_broken();
        }
        for problem in parsed.problems {
            self.findings
                .error(problem.check, &problem.span, problem.message, problem.hint);
        }
        match &parsed.root {
            None if broken => Read::Unknown,
            None => Read::Skipped,
            Some(root) if root.is_null() => Read::Skipped,
            Some(root) => match document::envelope(root, &self.context.kinds, &mut self.findings) {
                Envelope::Foreign => Read::Skipped,
                Envelope::Unknown => Read::Unknown,
                Envelope::Ours(header) => self.ours(header),
            },
        }
    }

    fn ours(&mut self, header: Header<'_, '_>) -> Read {
        let context = self.context;
        if let Some((kind, (system, def))) = context.records.get_key_value(header.kind) {
            let address = Address {
                kind,
                name: Arc::from(header.name),
            };
            return Read::Resource(Box::new(self.resource(header, address, system, def)));
        }
        let mut other_kinds = context.options.other_kinds.iter();
        match other_kinds.find(|kind| **kind == header.kind) {
            Some(kind) => Read::Other(Other {
                kind,
                name: Arc::from(header.name),
                labels: header.labels,
                origin: self.origin(),
            }),
            None => Read::Provider(Box::new(self.provider(&header))),
        }
    }

    fn origin(&self) -> Origin {
        Origin {
            source: Arc::clone(&self.document.source),
            span: self.document.span.clone(),
        }
    }

    /// A reader of fields, for those that nobody else reads and nothing stands in
    /// for.
    fn fields(&mut self, kind: &'static KindDef) -> SpecReader<'_, 'd> {
        SpecReader {
            kind,
            environment: &self.context.options.environment,
            folder: &self.document.folder,
            prefix: "",
            reserved: &[],
            systems: Systems::Real,
            findings: &mut self.findings,
            tree: Tree::default(),
            references: Vec::new(),
            from_outside: BTreeSet::new(),
        }
    }

    fn resource(
        &mut self,
        header: Header<'_, '_>,
        address: Address,
        system: &'static ProviderDef,
        kind: &'static KindDef,
    ) -> Draft {
        self.findings.of(&address);
        let mut reader = SpecReader {
            reserved: parse::COMMON,
            ..self.fields(kind)
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
            origin: self.origin(),
        };
        Draft {
            resource,
            system,
            said,
            sound: !self.findings.has_errors(),
            settled: false,
        }
    }

    fn provider(&mut self, header: &Header<'_, '_>) -> Declared {
        let name = ProviderName(Arc::from(header.name));
        self.findings.of(&Address {
            kind: PROVIDER_KIND,
            name: Arc::clone(&name.0),
        });
        if let Some((_, span)) = &header.adopt {
            let message = format!("a `{PROVIDER_KIND}` is no record and cannot be adopted");
            let hint = "leave the annotation out";
            self.findings.error("bad-annotation", span, message, hint);
        }
        let config = header
            .spec
            .and_then(|(key, spec)| self.config(&name, key, spec));
        Declared {
            name,
            def: config.as_ref().map(|config| config.def),
            config: config.filter(|_| !self.findings.has_errors()),
            origin: self.origin(),
        }
    }

    /// What a provider's spec says; nothing where no system can be made out.
    fn config(
        &mut self,
        name: &ProviderName,
        key: &Node<'_>,
        spec: &Node<'_>,
    ) -> Option<ProviderConfig> {
        let limits = provider::limits(spec, &mut self.findings);
        let (def, member) = provider::system(self.context.registry, key, spec, &mut self.findings)?;
        let (settings, from_outside) = self.settings(def, member);
        let pace = provider::pace(spec, &settings, &mut self.findings);
        let host = match self.context.options.systems {
            Systems::Real => host(def, &settings),
            Systems::Simulated => simulated_host(&name.0),
        };
        Some(ProviderConfig {
            name: name.clone(),
            def,
            settings,
            from_outside,
            host,
            limits,
            pace,
            origin: self.origin(),
        })
    }

    fn settings(
        &mut self,
        def: &'static ProviderDef,
        member: &(Node<'_>, Node<'_>),
    ) -> (Tree, BTreeSet<FieldPath>) {
        let (key, node) = member;
        let prefix = format!("{}.", def.name);
        let mut reader = SpecReader {
            prefix: &prefix,
            systems: self.context.options.systems,
            ..self.fields(&def.settings)
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
