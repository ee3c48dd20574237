//! A short chaos drill of the debug binary with a fixed seed. The long one is
//! `cargo run --release --example chaos`; docs/reliability.md tells of it.

#[path = "chaos/drill/mod.rs"]
pub(crate) mod drill;

use std::{path::PathBuf, sync::Mutex};

use drill::{Options, drill};

/// The seed of the short drill. Any other would do.
const SEED: u64 = 20_261_125;

/// Few enough for every test run.
const RUNS: u64 = 20;

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
    };
    let faults = Mutex::new(Vec::new());
    let tally = drill(&options, &|told| {
        for broken in &told.broken {
            faults
                .lock()
                .expect("no test thread panics with it")
                .push(format!(
                    "run {} (seed {}): {broken}\n    {}",
                    told.run,
                    told.seed,
                    told.folder
                        .as_deref()
                        .unwrap_or(std::path::Path::new(""))
                        .display()
                ));
        }
    })
    .expect("the drill runs");
    let faults = faults.into_inner().expect("no test thread panics with it");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(tally.runs, RUNS);
    assert!(tally.kills.values().sum::<u64>() > 0, "nothing was killed");
}
