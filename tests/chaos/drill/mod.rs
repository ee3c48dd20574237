//! The chaos drill: random manifests against simulated systems over real HTTP,
//! with faults on any call and the program killed at any moment; then, without
//! faults, until nothing is left to do. docs/reliability.md says what must hold.

mod acronis;
mod canary;
mod check;
mod child;
mod cove;
mod invent;
mod knobs;
mod manifest;
mod model;
mod rng;
mod run;
mod system;
mod tally;
mod trouble;
mod view;
mod world;
mod zegoal;

use std::{
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use jiff::Timestamp;
use tokio::time::Instant;
use trueup::simulator::Clock;

pub(crate) use self::tally::Tally;
use self::{
    run::{Abilities, Setup},
    system::System,
};

/// The systems of the drill.
static SYSTEMS: [&System; 3] = [&acronis::ACRONIS, &cove::COVE, &zegoal::ZEGOAL];

/// The time by the simulators' clock.
fn now() -> Timestamp {
    Clock::real().now()
}

/// What is to be run.
pub(crate) struct Options {
    /// The binary.
    pub(crate) binary: PathBuf,
    /// The seed of all runs.
    pub(crate) seed: u64,
    /// The first run, and how many.
    pub(crate) first: u64,
    pub(crate) runs: u64,
    /// The one system, or all.
    pub(crate) only: Option<String>,
    /// Whether the folder of every run is kept, not only of those that fail.
    pub(crate) keep: bool,
    /// Runs at once.
    pub(crate) jobs: usize,
    /// After how long no run begins any more.
    pub(crate) time: Option<Duration>,
}

/// What is told of a run that has ended.
pub(crate) struct Told {
    pub(crate) run: u64,
    pub(crate) seed: u64,
    pub(crate) summary: String,
    /// What was promised and not kept, with where everything was kept.
    pub(crate) broken: Vec<String>,
    pub(crate) folder: Option<PathBuf>,
}

/// Runs everything, and tells of each run as it ends.
pub(crate) fn drill(options: &Options, tell: &(dyn Fn(&Told) + Sync)) -> std::io::Result<Tally> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let setup = Setup {
        binary: options.binary.clone(),
        abilities: Abilities::of(&options.binary)?,
        runtime: runtime.handle().clone(),
        systems: SYSTEMS
            .into_iter()
            .filter(|system| options.only.as_ref().is_none_or(|only| system.name == only))
            .collect(),
        keep: options.keep,
    };
    let begin = Instant::now();
    let is_over = || options.time.is_some_and(|time| begin.elapsed() >= time);
    let next = AtomicU64::new(options.first);
    let end = options.first + options.runs;
    let total = Mutex::new(Tally::default());
    thread::scope(|scope| {
        for _ in 0..options.jobs {
            scope.spawn(|| {
                loop {
                    let run = next.fetch_add(1, Ordering::SeqCst);
                    if run >= end || is_over() {
                        return;
                    }
                    let seed = rng::seed_of_run(options.seed, run);
                    let ended = run::run(&setup, seed);
                    total
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .add(&ended.tally);
                    tell(&Told {
                        run,
                        seed,
                        summary: ended.summary,
                        broken: ended.broken,
                        folder: ended.folder,
                    });
                }
            });
        }
    });
    Ok(total.into_inner().unwrap_or_else(PoisonError::into_inner))
}
