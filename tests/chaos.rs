//! A short chaos drill of the debug binary with a fixed seed. The long one is
//! `cargo run --release --example chaos`; docs/reliability.md tells of it.

#[path = "chaos/drill/mod.rs"]
pub(crate) mod drill;

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
};

use drill::{Options, Told, drill};
use tokio::time::Instant;

/// The seed of the short drill. Any other would do.
const SEED: u64 = 20_261_125;

/// Few enough for every test run.
const RUNS: u64 = 10;

#[test]
fn whatever_happens_in_between_the_promises_hold() {
    let options = Options {
        binary: PathBuf::from(env!("CARGO_BIN_EXE_trueup")),
        seed: SEED,
        first: 0,
        runs: RUNS,
        only: None,
        keep: false,
        jobs: 4,
        time: None,
    };
    let faults = Mutex::new(Vec::new());
    let begin = Instant::now();
    let tally = drill(&options, &|told| {
        let Told {
            run,
            seed,
            summary,
            broken,
            folder,
        } = told;
        let kept = folder.as_deref().unwrap_or(Path::new("")).display();
        faults
            .lock()
            .expect("no other thread panics with it")
            .extend(broken.iter().map(|broken| {
                format!("run {run} (seed {seed:016x}, {summary}): {broken}\n    kept: {kept}")
            }));
    })
    .expect("the drill runs");
    let faults = faults.into_inner().expect("no other thread panics with it");
    let figures = tally.shown(begin.elapsed().as_secs_f64());
    assert!(faults.is_empty(), "{}\n{figures}", faults.join("\n"));
    assert_eq!(tally.runs, RUNS);
    assert!(
        tally.kills.values().sum::<u64>() > 0,
        "nothing was killed\n{figures}"
    );
    assert!(
        tally.receipts_rebuilt > 0,
        "no receipt was rebuilt\n{figures}"
    );
    assert_eq!(
        tally.receipts, tally.journals,
        "each journal has its receipt\n{figures}"
    );
}
