//! The readers of all providers, against servers whose answers are replaced.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use tokio::runtime::Runtime;
use trueup::{
    desired::{Desired, Environment, Options, desire},
    http::Transport,
    manifest::load::from_memory,
    observed::observe,
    plan::plan,
    provider::{Endpoint, ProviderDef},
    providers::ALL,
    report::{Style, text},
    simulator::{self, Clock, Knob, KnobSettings, Request, Response, Running, Service, start},
};

/// More requests than one look at one record makes, however its answers read.
const REQUESTS_MAX: usize = 200;

/// What the next answers are.
#[derive(Default)]
struct Script {
    /// So many are those of the simulator.
    good: usize,
    /// All others.
    body: Vec<u8>,
    /// The good ones, as seeds.
    seen: Vec<Vec<u8>>,
}

struct Scripted {
    inner: Box<dyn Service>,
    script: Arc<Mutex<Script>>,
}

impl Service for Scripted {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn knobs(&self) -> &'static [Knob] {
        self.inner.knobs()
    }

    fn handle(&mut self, request: &Request, knobs: &KnobSettings, clock: &Clock) -> Response {
        let response = self.inner.handle(request, knobs, clock);
        let mut script = self.script.lock().expect("nobody panics with it");
        if script.good > 0 {
            script.good -= 1;
            script.seen.push(response.body.clone());
            return response;
        }
        response.with_body(&script.body)
    }

    fn operation(&self, request: &Request) -> String {
        self.inner.operation(request)
    }

    fn is_write(&self, request: &Request) -> bool {
        self.inner.is_write(request)
    }

    fn state(&self) -> Value {
        self.inner.state()
    }

    fn restore(&mut self, state: Value) -> Result<(), String> {
        self.inner.restore(state)
    }

    fn provider_settings(&self, base_url: &str) -> Value {
        self.inner.provider_settings(base_url)
    }
}

struct World {
    def: &'static ProviderDef,
    running: Running,
    script: Arc<Mutex<Script>>,
    desired: Desired,
    transport: Arc<Transport>,
}

/// All providers, each behind its server.
pub struct Providers {
    runtime: Runtime,
    worlds: Vec<World>,
}

impl Providers {
    /// Starts a server for each.
    #[must_use]
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let worlds = ALL.iter().map(|def| runtime.block_on(world(def))).collect();
        Self { runtime, worlds }
    }

    /// How many providers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.worlds.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.worlds.is_empty()
    }

    /// Plans for one record of a provider while an answer is replaced.
    pub fn look(&mut self, choice: u8, body: &[u8]) {
        let choice = usize::from(choice);
        let world = &self.worlds[choice % self.worlds.len()];
        {
            let mut script = world.script.lock().expect("nobody panics with it");
            script.good = choice / self.worlds.len() % 8;
            script.body = body.to_vec();
            script.seen.clear();
        }
        world.running.clear_log();
        self.runtime.block_on(world.look());
        let log = world.running.log();
        assert!(log.len() < REQUESTS_MAX, "{} requests", log.len());
        assert!(!log.iter().any(|entry| entry.write), "a plan has written");
    }

    /// The answers that a provider gives when none is replaced.
    #[must_use]
    pub fn answers(&mut self, choice: usize) -> Vec<Vec<u8>> {
        let world = &self.worlds[choice];
        world.script.lock().expect("nobody panics with it").good = usize::MAX;
        self.runtime.block_on(world.look());
        std::mem::take(&mut world.script.lock().expect("nobody panics with it").seen)
    }
}

impl World {
    async fn look(&self) {
        let config = &self.desired.providers[0];
        let endpoint = Endpoint {
            name: config.name.clone(),
            settings: config.settings.clone(),
            transport: Arc::clone(&self.transport),
        };
        let reader = (self.def.reader)(&endpoint);
        let readers = BTreeMap::from([(endpoint.name.clone(), Arc::clone(&reader))]);
        let observed = observe(&self.desired, &readers).await;
        let planned = plan(
            &self.desired,
            &observed,
            None,
            jiff::civil::date(2026, 11, 2),
        );
        let _ = text::plan(&planned.plan, Style::default(), true);
        let tables: BTreeSet<&'static str> = self.def.kinds[0]
            .fields()
            .iter()
            .filter_map(|facts| facts.lookup)
            .collect();
        let _ = reader.lookups(&tables).await;
        let _ = reader.diagnose(None).await;
    }
}

async fn world(def: &'static ProviderDef) -> World {
    let script = Arc::new(Mutex::new(Script {
        good: usize::MAX,
        ..Script::default()
    }));
    let service = Scripted {
        inner: (def.simulate)(1),
        script: Arc::clone(&script),
    };
    let clock = Clock::fixed("2026-11-02T09:00:00Z".parse().expect("an instant"));
    let running = start(Box::new(service), simulator::Options { port: 0, clock })
        .await
        .expect("a port");
    let desired = wanted(def, &running);
    let config = &desired.providers[0];
    let transport = Arc::new(Transport::new(config.limits.clone()).expect("a client"));
    World {
        def,
        running,
        script,
        desired,
        transport,
    }
}

/// One record that the provider may or may not have.
fn wanted(def: &'static ProviderDef, running: &Running) -> Desired {
    let mut settings = running.provider_settings();
    let variables =
        def.move_credentials(&mut settings, |path| path.replace('.', "_").to_uppercase());
    let manifest = |kind: &str, spec: Value| {
        let text = json!({
            "apiVersion": "trueup.dev/v1alpha1", "kind": kind,
            "metadata": { "name": "fuzzed" }, "spec": spec,
        });
        (format!("{kind}.json"), text.to_string().into_bytes())
    };
    let limits = json!({ "requestsPerSecond": 1000, "attempts": 1, "timeoutSeconds": 5 });
    let texts = [
        manifest("Provider", json!({ def.name: settings, "limits": limits })),
        manifest(def.kinds[0].kind, json!({})),
    ];
    let options = Options {
        environment: Environment {
            variables: variables.into_iter().collect(),
            ..Environment::default()
        },
        ..Options::default()
    };
    let (desired, found) = desire(from_memory(texts), ALL, &options);
    assert_eq!(desired.providers.len(), 1, "{found:?}");
    assert_eq!(desired.resources.len(), 1, "{found:?}");
    desired
}
