//! One provider's simulator over real HTTP, and the stages run against it in
//! process, so that every request can be counted.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};
use tokio::time::Instant;
use trueup::{
    apply::{Context, Outcome, Progress, Receipt, Stop, apply},
    desired::{Desired, Environment, Options, Systems, desire},
    http::{Pace, Transport},
    manifest::{
        document::API_VERSION,
        load::{Document, Loaded, from_memory},
    },
    model::{Finding, ProviderName},
    observed::{Observed, observe},
    plan::{Change, Planned, plan},
    provider::{Endpoint, ProviderDef, Reader, Writer},
    providers::ALL,
    report::Style,
    simulator::{Clock, Running, Service, start},
};

use super::{Repository, unrecorded::Unrecorded};

/// The simulated time at which every world starts.
pub(crate) const START: &str = "2026-11-02T09:00:00Z";

/// The day of that time.
pub(crate) fn today() -> Date {
    Date::constant(2026, 11, 2)
}

/// The variable that a credential stands in, by the path of its field.
pub(crate) fn variable(path: &str) -> String {
    path.replace('.', "_").to_uppercase()
}

/// The largest answer that a twin reads: far more than any record or list of
/// the simulators, and far less than an endless answer.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A provider that has nothing but its fixtures.
pub(crate) struct World {
    pub(crate) def: &'static ProviderDef,
    pub(crate) running: Running,
    pub(crate) clock: Clock,
    provider: Value,
    variables: BTreeMap<String, String>,
    transport: OnceLock<Arc<Transport>>,
}

/// Says nothing.
struct Silent;

impl Progress for Silent {
    fn started(&self, _: &Change) {}
    fn finished(&self, _: &Outcome) {}
    fn amended(&self, _: &Outcome) {}
}

impl World {
    pub(crate) async fn start(def: &'static ProviderDef) -> Self {
        Self::serving(def, (def.simulate)(1)).await
    }

    /// A provider that answers as `service` does, such as a simulator whose
    /// answers are changed on the way.
    pub(crate) async fn serving(def: &'static ProviderDef, service: Box<dyn Service>) -> Self {
        let clock = Clock::fixed(START.parse::<Timestamp>().expect("an instant"));
        let options = trueup::simulator::Options {
            port: 0,
            clock: clock.clone(),
        };
        let running = start(service, options).await.expect("starts");
        let mut settings = running.provider_settings();
        let variables = def.move_credentials(&mut settings, variable);
        let provider = json!({
            "apiVersion": API_VERSION,
            "kind": "Provider",
            "metadata": { "name": "world" },
            "spec": {
                def.name: settings,
                "limits": { "requestsPerSecond": 1000, "attempts": 2 },
            },
        });
        Self {
            def,
            running,
            clock,
            provider,
            variables: variables.into_iter().collect(),
            transport: OnceLock::new(),
        }
    }

    /// The same where an environment variable is set.
    pub(crate) fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The manifest of the provider.
    pub(crate) fn provider(&self) -> Value {
        self.provider.clone()
    }

    /// Reads manifests: pairs of kind and name with their specs.
    pub(crate) fn read(&self, manifests: &[Value]) -> (Desired, Vec<Finding>) {
        let mut texts = vec![("provider.json".to_owned(), bytes(&self.provider))];
        for (at, manifest) in manifests.iter().enumerate() {
            texts.push((format!("{at}.json"), bytes(manifest)));
        }
        let options = Options {
            environment: Environment {
                variables: self.variables.clone(),
                ..Environment::default()
            },
            systems: Systems::Real,
            selector: None,
            other_kinds: &[],
        };
        desire(from_memory(texts), ALL, &options)
    }

    /// Cuts texts into documents, the provider's manifest among them.
    pub(crate) fn documents(&self, texts: &[(String, String)]) -> Vec<Document> {
        let provider = ("provider.json".to_owned(), bytes(&self.provider));
        let texts = texts.iter().map(|(name, text)| {
            let text = text.clone().into_bytes();
            (name.clone(), text)
        });
        from_memory([provider].into_iter().chain(texts)).documents
    }

    /// What `{ env: }` leads to.
    pub(crate) fn environment(&self) -> Environment {
        Environment {
            variables: self.variables.clone(),
            ..Environment::default()
        }
    }

    /// A repository with the provider's manifest, and the variables that it names.
    pub(crate) fn repository(&self) -> Repository {
        let mut repository = Repository::new();
        for (name, value) in &self.variables {
            repository.set(name, value);
        }
        repository.write("provider.yaml", self.provider.to_string());
        repository
    }

    /// Reads documents that must be right.
    pub(crate) fn desired_of(documents: &[Document], environment: Environment) -> Desired {
        let loaded = Loaded {
            documents: documents.to_vec(),
            ..Loaded::default()
        };
        let options = Options {
            environment,
            ..Options::default()
        };
        let (desired, findings) = desire(loaded, ALL, &options);
        let wrong = |finding: &Finding| finding.severity == trueup::model::Severity::Error;
        assert!(
            !findings.iter().any(wrong),
            "{}",
            trueup::report::findings::text(&findings, Style::default())
        );
        desired
    }

    /// Reads manifests that must be right.
    pub(crate) fn desired(&self, manifests: &[Value]) -> Desired {
        let (desired, findings) = self.read(manifests);
        let errors: Vec<&Finding> = findings
            .iter()
            .filter(|finding| finding.severity == trueup::model::Severity::Error)
            .collect();
        assert!(
            errors.is_empty(),
            "{}",
            trueup::report::findings::text(&findings, Style::default())
        );
        desired
    }

    /// The same with a setting of the provider.
    pub(crate) fn with_setting(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.provider["spec"][self.def.name][name] = value.into();
        self
    }

    /// The same with other limits, such as `{ "timeoutSeconds": 1 }`.
    pub(crate) fn limited(mut self, limits: &Value) -> Self {
        let own = &mut self.provider["spec"]["limits"];
        for (name, value) in limits.as_object().expect("an object") {
            own[name] = value.clone();
        }
        self
    }

    /// Another world in the same state and with the same limits, and a later
    /// run's client in it.
    pub(crate) async fn twin(&self) -> Self {
        let service = (self.def.simulate)(1);
        let mut twin = Self::serving(self.def, service).await;
        twin.provider["spec"]["limits"] = self.provider["spec"]["limits"].clone();
        let restored = twin.running.restore(self.running.state());
        restored.expect("a state of the same service");
        twin.resume(self);
        twin
    }

    /// Uses another world's connections, with a rate and a budget of its own.
    fn resume(&mut self, other: &Self) {
        if let Some(transport) = other.transport.get() {
            let afresh = transport.afresh().with_answer_bytes_max(ANSWER_BYTES_MAX);
            self.transport = OnceLock::from(Arc::new(afresh));
        }
    }

    /// As a later run would come: with a rate and a budget of its own.
    pub(crate) fn run_again(&mut self) {
        if let Some(transport) = self.transport.get() {
            self.transport = OnceLock::from(Arc::new(transport.afresh()));
        }
    }

    fn endpoint(&self, desired: &Desired) -> Endpoint {
        let config = &desired.providers[0];
        // Setting up TLS takes longer than all requests of a test together.
        let transport = self
            .transport
            .get_or_init(|| Arc::new(Transport::new(config.limits.clone()).expect("a client")));
        Endpoint {
            name: config.name.clone(),
            settings: config.settings.clone(),
            transport: Arc::clone(transport),
        }
    }

    pub(crate) fn readers(&self, desired: &Desired) -> BTreeMap<ProviderName, Arc<dyn Reader>> {
        let endpoint = self.endpoint(desired);
        BTreeMap::from([(endpoint.name.clone(), (self.def.reader)(&endpoint))])
    }

    fn writers(&self, desired: &Desired) -> BTreeMap<ProviderName, Arc<dyn Writer>> {
        let endpoint = self.endpoint(desired);
        BTreeMap::from([(endpoint.name.clone(), (self.def.writer)(&endpoint))])
    }

    /// Plans, and makes sure that every call has a class.
    pub(crate) async fn plan(&self, desired: &Desired) -> (Planned, Observed) {
        let observed = observe(desired, &self.readers(desired)).await;
        let planned = plan(desired, &observed, None, today());
        super::assert_survives(&planned.plan);
        for call in planned.plan.changes.iter().flat_map(|change| &change.calls) {
            let known = self.def.writes.iter().any(|write| write.covers(call));
            assert!(known, "{call:?} is not in the table of {}", self.def.name);
        }
        (planned, observed)
    }

    pub(crate) async fn carry_out(
        &self,
        desired: &Desired,
        planned: &Planned,
        observed: &Observed,
    ) -> Receipt {
        let endpoint = self.endpoint(desired);
        let context = Context {
            desired,
            observed,
            readers: &self.readers(desired),
            writers: &self.writers(desired),
            transports: &BTreeMap::from([(endpoint.name, endpoint.transport)]),
            progress: &Silent,
            journal: &Unrecorded,
            look_pace: Pace::new(10),
            stop: Stop::default(),
            clock: &Instant::now,
        };
        apply(planned, &context).await
    }

    /// Plans and applies.
    pub(crate) async fn apply(&self, desired: &Desired) -> (Planned, Receipt) {
        let (planned, observed) = self.plan(desired).await;
        let receipt = self.carry_out(desired, &planned, &observed).await;
        (planned, receipt)
    }

    /// The operations that could have changed something, since the last call.
    pub(crate) fn writes(&self) -> Vec<String> {
        let writes = self
            .running
            .log()
            .into_iter()
            .filter(|entry| entry.write)
            .map(|entry| entry.operation)
            .collect();
        self.running.clear_log();
        writes
    }
}

fn bytes(json: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(json).expect("JSON")
}

/// A manifest.
pub(crate) fn manifest(kind: &str, name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": API_VERSION,
        "kind": kind,
        "metadata": { "name": name },
        "spec": spec,
    })
}
