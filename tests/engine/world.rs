//! A toy that is being served, and the stages run against it in process, so
//! that every request can be counted.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::civil::Date;
use serde_json::{Value, json};
use tokio::time::Instant;
use trueup::{
    apply::{Context, Journal, Outcome, Progress, Receipt, Stop, Verdict, apply},
    desired::Desired,
    http::{Limits, Pace, Transport},
    model::ProviderName,
    observed::{Observed, live_records, observe},
    plan::{Base, Change, Planned, plan},
    provider::{Action, Endpoint, Reader, Writer},
    simulator::{Clock, Options, Request, Running, start},
};

use crate::{
    support::unrecorded::Unrecorded,
    toy::{
        PROVIDER,
        desired::{Manifest, address, desired},
        simulator::Toy,
    },
};

/// The day of every run.
pub(crate) const TODAY: Date = Date::constant(2026, 11, 2);

/// One provider, named `toy`, and what was done to it.
pub(crate) struct World {
    servers: Vec<(&'static str, Arc<Running>)>,
    limits: Limits,
    /// One client for each server, made when the limits are known.
    transports: OnceLock<Vec<Arc<Transport>>>,
    /// By how many seconds the clock of a run is ahead.
    passed: Arc<AtomicU64>,
}

/// What a plan was made from, and the plan.
pub(crate) struct Seen {
    pub(crate) desired: Desired,
    pub(crate) observed: Observed,
    pub(crate) planned: Planned,
}

/// Says nothing.
pub(crate) struct Silent;

impl Progress for Silent {
    fn started(&self, _: &Change) {}
    fn finished(&self, _: &Outcome) {}
    fn amended(&self, _: &Outcome) {}
}

/// Serves a toy that holds nothing but its own account.
async fn serve() -> Arc<Running> {
    let options = Options {
        port: 0,
        clock: Clock::fixed(jiff::Timestamp::UNIX_EPOCH),
    };
    let running = start(Box::new(Toy::default()), options).await;
    Arc::new(running.expect("a port on loopback"))
}

impl World {
    /// A toy that holds nothing but its own account.
    pub(crate) async fn start() -> Self {
        Self::start_several(&["toy"]).await
    }

    /// Several toys with these names.
    pub(crate) async fn start_several(names: &[&'static str]) -> Self {
        let mut servers = Vec::new();
        for name in names {
            servers.push((*name, serve().await));
        }
        Self::of(servers)
    }

    /// One toy that goes by several names.
    pub(crate) async fn start_aliased(names: &[&'static str]) -> Self {
        let served = serve().await;
        let names = names.iter();
        Self::of(names.map(|name| (*name, Arc::clone(&served))).collect())
    }

    fn of(servers: Vec<(&'static str, Arc<Running>)>) -> Self {
        let limits = Limits {
            requests_per_second: 10_000.0,
            concurrency: 4,
            timeout_seconds: 30,
            attempts: 1,
        };
        Self {
            servers,
            limits,
            transports: OnceLock::new(),
            passed: Arc::default(),
        }
    }

    /// Lets seconds pass, each time that it is called.
    pub(crate) fn clock(&self) -> impl Fn(u64) + Send + 'static {
        let passed = Arc::clone(&self.passed);
        move |seconds| {
            passed.fetch_add(seconds, Ordering::SeqCst);
        }
    }

    /// The same with other limits.
    pub(crate) fn limited(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.limits);
        self
    }

    /// The server of the first provider.
    pub(crate) fn server(&self) -> &Running {
        &self.servers[0].1
    }

    /// The server of one of several providers.
    pub(crate) fn server_of(&self, name: &str) -> &Running {
        let found = self.servers.iter().find(|(known, _)| *known == name);
        &found.expect("a provider of this world").1
    }

    /// Sets a knob of the first provider.
    pub(crate) fn knob(&self, name: &str, value: &str) {
        self.server().set_knob(name, value).expect("a knob");
    }

    /// Injects a fault into the first provider, such as
    /// `POST /customers=503#1`.
    pub(crate) fn fault(&self, text: &str) {
        let fault = format!("toy:{text}").parse().expect("a fault");
        self.server().inject(fault);
    }

    fn endpoints(&self, desired: &Desired) -> Vec<Endpoint> {
        let transports = self.transports.get_or_init(|| {
            let client = || Transport::new(self.limits.clone()).expect("a client");
            self.servers.iter().map(|_| Arc::new(client())).collect()
        });
        desired
            .providers
            .iter()
            .zip(transports)
            .map(|(config, transport)| Endpoint {
                name: config.name.clone(),
                settings: config.settings.clone(),
                transport: Arc::clone(transport),
            })
            .collect()
    }

    pub(crate) fn readers(&self, desired: &Desired) -> BTreeMap<ProviderName, Arc<dyn Reader>> {
        self.endpoints(desired)
            .iter()
            .map(|endpoint| (endpoint.name.clone(), (PROVIDER.reader)(endpoint)))
            .collect()
    }

    pub(crate) fn writers_of(&self, desired: &Desired) -> BTreeMap<ProviderName, Arc<dyn Writer>> {
        self.endpoints(desired)
            .iter()
            .map(|endpoint| (endpoint.name.clone(), (PROVIDER.writer)(endpoint)))
            .collect()
    }

    /// What some manifests want here.
    pub(crate) fn desired(&self, manifests: &[Manifest]) -> Desired {
        let providers: Vec<(&str, &Running)> = self
            .servers
            .iter()
            .map(|(name, running)| (*name, &**running))
            .collect();
        desired(&providers, &self.limits, manifests)
    }

    /// Plans, and makes sure that nothing was written.
    pub(crate) async fn plan(&self, manifests: &[Manifest]) -> Seen {
        self.plan_on(TODAY, manifests).await
    }

    /// Plans as of another day.
    pub(crate) async fn plan_on(&self, today: Date, manifests: &[Manifest]) -> Seen {
        let before = self.writes().len();
        let desired = self.desired(manifests);
        let observed = observe(&desired, &self.readers(&desired)).await;
        let planned = plan(&desired, &observed, None, today);
        assert_eq!(self.writes().len(), before, "a plan has written");
        crate::support::assert_survives(&planned.plan);
        Seen {
            desired,
            observed,
            planned,
        }
    }

    /// Plans against what was last wanted.
    pub(crate) async fn plan_from(&self, base: &[Manifest], manifests: &[Manifest]) -> Seen {
        let desired = self.desired(manifests);
        let observed = observe(&desired, &self.readers(&desired)).await;
        let mut base = Base::new("base", "0", self.desired(base), &[]);
        let mut records = BTreeMap::new();
        for (provider, gone) in base.unseen(&desired, &observed) {
            let reader = &self.readers(&desired)[&provider];
            records.extend(live_records(&gone, reader.as_ref()).await.expect("a list"));
        }
        base.saw(records);
        let planned = plan(&desired, &observed, Some(&base), TODAY);
        crate::support::assert_survives(&planned.plan);
        Seen {
            desired,
            observed,
            planned,
        }
    }

    /// Carries a plan out.
    pub(crate) async fn carry_out(&self, seen: &Seen) -> Receipt {
        self.carry_out_with(seen, &Silent, &Stop::default()).await
    }

    pub(crate) async fn carry_out_with(
        &self,
        seen: &Seen,
        progress: &dyn Progress,
        stop: &Stop,
    ) -> Receipt {
        self.carry_out_in(seen, progress, &Unrecorded, stop).await
    }

    /// Carries a plan out and takes it down in a journal.
    pub(crate) async fn carry_out_in(
        &self,
        seen: &Seen,
        progress: &dyn Progress,
        journal: &dyn Journal,
        stop: &Stop,
    ) -> Receipt {
        let endpoints = self.endpoints(&seen.desired).into_iter();
        let context = Context {
            desired: &seen.desired,
            observed: &seen.observed,
            readers: &self.readers(&seen.desired),
            writers: &self.writers_of(&seen.desired),
            transports: &endpoints
                .map(|endpoint| (endpoint.name, endpoint.transport))
                .collect(),
            progress,
            journal,
            look_pace: Pace::default(),
            stop: stop.clone(),
            clock: &|| Instant::now() + Duration::from_secs(self.passed.load(Ordering::SeqCst)),
        };
        apply(&seen.planned, &context).await
    }

    /// Plans and carries out.
    pub(crate) async fn apply(&self, manifests: &[Manifest]) -> Receipt {
        let seen = self.plan(manifests).await;
        self.carry_out(&seen).await
    }

    /// Plans and carries out what must go well, and leaves an empty log.
    pub(crate) async fn settle(&self, manifests: &[Manifest]) {
        let receipt = self.apply(manifests).await;
        assert!(receipt.counts.all_done(), "{receipt:#?}");
        self.server().clear_log();
    }

    /// The operations that could have changed something.
    pub(crate) fn writes(&self) -> Vec<String> {
        self.servers
            .iter()
            .flat_map(|(_, running)| running.log())
            .filter(|entry| entry.write)
            .map(|entry| entry.operation)
            .collect()
    }

    /// All records that hold a code.
    pub(crate) fn records(&self, code: &str) -> Vec<Value> {
        let state = self.server().state();
        let customers = state["customers"].as_array().expect("a list");
        customers
            .iter()
            .filter(|customer| customer["code"] == code)
            .cloned()
            .collect()
    }

    /// The one record that holds a code.
    pub(crate) fn record(&self, code: &str) -> Value {
        let mut records = self.records(code);
        assert_eq!(records.len(), 1, "{code}: {records:#?}");
        records.remove(0)
    }

    /// The id of the one record that holds a code.
    pub(crate) fn id(&self, code: &str) -> String {
        self.record(code)["id"].as_str().expect("an id").to_owned()
    }

    /// Makes a record behind the program's back, and gives its id.
    pub(crate) fn make(&self, body: &Value) -> String {
        let made = meddle(self.server(), "POST", "/customers", body);
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Changes the record of a code behind the program's back.
    pub(crate) fn change(&self, code: &str, body: &Value) {
        let path = format!("/customers/{}", self.id(code));
        meddle(self.server(), "PATCH", &path, body);
    }

    /// Ends the record of a code behind the program's back.
    pub(crate) fn end(&self, code: &str) {
        let path = format!("/customers/{}", self.id(code));
        meddle(self.server(), "DELETE", &path, &json!({}));
    }
}

/// A request from another user of the system.
pub(crate) fn meddle(server: &Running, method: &str, path: &str, body: &Value) -> Value {
    let token = server.provider_settings()["token"].clone();
    let bearer = format!("Bearer {}", token.as_str().expect("a token"));
    let response = server.call(&Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: Vec::new(),
        headers: vec![("authorization".to_owned(), bearer)],
        body: body.to_string().into_bytes(),
    });
    assert!(
        response.status < 300,
        "{method} {path}: {}",
        response.status
    );
    serde_json::from_slice(&response.body).unwrap_or_default()
}

impl Seen {
    /// The change of one resource.
    pub(crate) fn change(&self, name: &str) -> &Change {
        let changes = &self.planned.plan.changes;
        let found = changes
            .iter()
            .find(|change| change.address == address(name));
        found.expect("every selected resource is in the plan")
    }

    /// The action for one resource.
    pub(crate) fn action(&self, name: &str) -> Action {
        self.change(name).action
    }

    /// The paths of the fields that are to be written in one record.
    pub(crate) fn fields(&self, name: &str) -> Vec<&'static str> {
        let fields = &self.change(name).fields;
        fields.iter().map(|field| field.path.as_str()).collect()
    }

    /// Makes sure that a resource is blocked for this reason, with this hint.
    pub(crate) fn assert_blocked(&self, name: &str, reason: &str, hint: &str) {
        let change = self.change(name);
        assert_eq!(change.action, Action::Blocked, "{change:#?}");
        assert_eq!(change.reason.as_deref(), Some(reason));
        assert_eq!(change.hint.as_deref().unwrap_or_default(), hint);
        assert!(change.calls.is_empty() && change.depends_on.is_empty());
        assert!(
            !self.planned.work.contains_key(&change.address),
            "there is work for a blocked change"
        );
    }

    /// Makes sure that there is nothing to do.
    pub(crate) fn assert_quiet(&self) {
        let counts = self.planned.plan.counts;
        assert_eq!(
            (counts.changes(), counts.blocked),
            (0, 0),
            "{:#?}",
            self.planned.plan
        );
    }
}

/// What became of one resource.
pub(crate) fn outcome<'a>(receipt: &'a Receipt, name: &str) -> &'a Outcome {
    let found = receipt
        .outcomes
        .iter()
        .find(|outcome| outcome.address == address(name));
    found.unwrap_or_else(|| panic!("{name} is not in {receipt:#?}"))
}

/// The word and the reason in which one change ended.
pub(crate) fn ending<'a>(receipt: &'a Receipt, name: &str) -> (Verdict, &'a str) {
    let outcome = outcome(receipt, name);
    (
        outcome.verdict,
        outcome.reason.as_deref().unwrap_or_default(),
    )
}
