//! The simulated systems of one run, watched so that a child can be killed at
//! an exact moment of a request.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use trueup::{
    providers::ALL,
    simulator::{Clock, Moment, Options, Request, Running, Seen, start},
};

use super::{
    child::{Leash, kill_after},
    knobs::{self, Setting},
    manifest,
    rng::Rng,
    system::{Raw, System},
};

/// The seed of the fixtures.
const FIXTURE_SEED: u64 = 1;

/// The value of knobs that make the system fail by itself every tenth time.
pub(crate) const TROUBLE: &str = "tenth";

/// How long nothing may have arrived before a killed child's last requests
/// count as done.
const QUIET: Duration = Duration::from_millis(6);

/// One simulated system.
pub(crate) struct Simulated {
    pub(crate) system: &'static System,
    pub(crate) running: Running,
    pub(crate) setting: Setting,
    settings: Value,
    credentials: BTreeMap<String, String>,
}

/// Where a child is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Point {
    /// When a request has arrived, before its effect.
    Arrival,
    /// After the effect, before the answer.
    Effect,
    /// After the answer.
    Answer,
    /// When the journal has grown.
    Journal,
    /// After a while.
    Time,
}

impl Point {
    pub(crate) const ALL: [(Self, &'static str); 5] = [
        (Self::Arrival, "before an effect"),
        (Self::Effect, "between effect and answer"),
        (Self::Answer, "after an answer"),
        (Self::Journal, "at a journal write"),
        (Self::Time, "at any time"),
    ];
}

/// A plan to kill a child at a request.
pub(crate) struct Kill {
    pub(crate) point: Point,
    /// Which of the requests.
    pub(crate) nth: u64,
    /// Whether only requests that write are counted.
    pub(crate) writes_only: bool,
    /// How long after an answer.
    pub(crate) delay: Duration,
}

#[derive(Default)]
struct Watched {
    arrived: u64,
    decided: u64,
    kill: Option<(Kill, Arc<Leash>)>,
}

/// Counts requests, and kills.
#[derive(Default)]
pub(crate) struct Watch(Mutex<Watched>);

impl Watch {
    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn see(&self, moment: Moment, write: bool) -> Seen {
        let mut watched = self.lock();
        let point = match moment {
            Moment::Arrived => {
                watched.arrived += 1;
                Point::Arrival
            }
            Moment::Decided => {
                watched.decided += 1;
                Point::Effect
            }
            Moment::Answered => Point::Answer,
        };
        let Some((kill, _)) = &mut watched.kill else {
            return Seen::GoOn;
        };
        if kill.point != point || (kill.writes_only && !write) {
            return Seen::GoOn;
        }
        kill.nth -= 1;
        if kill.nth > 0 {
            return Seen::GoOn;
        }
        let Some((kill, leash)) = watched.kill.take() else {
            return Seen::GoOn;
        };
        if point == Point::Answer {
            kill_after(&leash, kill.delay);
            return Seen::GoOn;
        }
        if point == Point::Arrival {
            // It never comes to be decided.
            watched.decided += 1;
        }
        leash.kill();
        Seen::Cut
    }

    /// Kills a child as planned.
    pub(crate) fn plan(&self, kill: Kill, leash: &Arc<Leash>) {
        self.lock().kill = Some((kill, Arc::clone(leash)));
    }

    /// Waits until what was sent by a child that is no more has been done.
    pub(crate) fn settle(&self) {
        self.lock().kill = None;
        loop {
            let before = self.counts();
            thread::sleep(QUIET);
            let after = self.counts();
            if before == after && after.0 == after.1 {
                return;
            }
        }
    }

    fn counts(&self) -> (u64, u64) {
        let watched = self.lock();
        (watched.arrived, watched.decided)
    }
}

impl Simulated {
    /// Starts a system with random knobs.
    pub(crate) fn start(
        system: &'static System,
        runtime: &Handle,
        watch: &Arc<Watch>,
        rng: &mut Rng,
    ) -> Self {
        let def = ALL
            .iter()
            .find(|def| def.name == system.name)
            .expect("a system of the registry");
        let service = (def.simulate)(FIXTURE_SEED);
        let setting = knobs::choose(system.name, service.knobs(), rng);
        let options = Options {
            port: 0,
            clock: Clock::real(),
        };
        let running = runtime
            .block_on(start(service, options))
            .expect("a free port on loopback");
        let mut settings = running.provider_settings();
        let mut credentials = BTreeMap::new();
        for (name, secret) in settings["credentials"]
            .as_object_mut()
            .into_iter()
            .flatten()
        {
            let variable = format!("{}_{name}", system.name).to_uppercase();
            credentials.insert(
                variable.clone(),
                secret.as_str().unwrap_or_default().to_owned(),
            );
            *secret = json!({ "env": variable });
        }
        let simulated = Self {
            system,
            running,
            setting,
            settings,
            credentials,
        };
        simulated.wake();
        for (name, value) in &simulated.setting {
            simulated
                .running
                .set_knob(name, value)
                .expect("a knob of the system");
        }
        let watch = Arc::clone(watch);
        simulated
            .running
            .watch(Arc::new(move |moment, write| watch.see(moment, write)));
        simulated
    }

    /// Sends a first request, at which some systems lay out their fixtures.
    fn wake(&self) {
        let credential = |name: &str| {
            self.credentials
                .get(name)
                .map(String::as_str)
                .unwrap_or_default()
        };
        let login = format!(
            "{}:{}",
            credential("ZEGOAL_LOGIN"),
            credential("ZEGOAL_PASSWORD")
        );
        let request = Request {
            method: "POST".to_owned(),
            path: "/ti_api/json/GetTenantDict".to_owned(),
            query: Vec::new(),
            headers: vec![(
                "authorization".to_owned(),
                format!("Basic {}", STANDARD.encode(login)),
            )],
            body: b"{}".to_vec(),
        };
        // Whatever it answers: the other systems know no such path.
        let _ = self.running.call(&request);
    }

    /// Its `Provider` manifest.
    pub(crate) fn provider(&self, timeout_seconds: u64, concurrency: u64) -> Value {
        let limits = json!({
            "requestsPerSecond": 1000,
            "concurrency": concurrency,
            "attempts": 2,
            "timeoutSeconds": timeout_seconds,
            "simulatedSecondMilliseconds": 10,
        });
        manifest::provider(self.system.name, &self.settings, &limits)
    }

    /// The variables that the manifest needs.
    pub(crate) fn credentials(&self) -> &BTreeMap<String, String> {
        &self.credentials
    }

    /// Turns the knobs that are faults by another name on, or off as faults are.
    pub(crate) fn trouble(&self, on: bool) {
        for (name, value) in &self.setting {
            if *value == TROUBLE {
                let value = if on { *value } else { "never" };
                self.running
                    .set_knob(name, value)
                    .expect("a knob of the system");
            }
        }
    }

    /// All records by their ids.
    pub(crate) fn records(&self) -> Vec<Raw> {
        (self.system.records)(&self.running.state())
    }

    /// Writes a value behind everybody's back.
    pub(crate) fn poke(&self, raw: &Raw, place: &str, value: &str) {
        let mut state = self.running.state();
        let pointer = raw.pointer(place).expect("a place of the record");
        let (object, name) = pointer.rsplit_once('/').expect("a member of an object");
        let object = state.pointer_mut(object).expect("the record is there");
        object[name] = json!(value);
        self.running
            .restore(state)
            .expect("the state is a valid one");
    }
}
