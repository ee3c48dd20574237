//! The chaos drill: `cargo run --release --example chaos -- --seed 1 --runs 300`.

#[path = "../../tests/chaos/drill/mod.rs"]
mod drill;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::Parser;
use drill::{Options, Told, drill};
use tokio::time::Instant;

/// Random manifests, faults and kills against simulated billing systems
#[derive(Parser)]
struct Args {
    /// The seed of all runs
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many runs
    #[arg(long, default_value_t = 300)]
    runs: u64,
    /// The first run, to repeat one that failed
    #[arg(long, default_value_t = 0)]
    at: u64,
    /// One system only
    #[arg(long, value_name = "SYSTEM")]
    only: Option<String>,
    /// The binary; unless given, the one built in the same profile
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// Keep the folder of every run
    #[arg(long)]
    keep: bool,
    /// Tell of every run
    #[arg(long)]
    verbose: bool,
    /// Runs at once
    #[arg(long, default_value_t = 8)]
    jobs: usize,
    /// Begin no run after that many seconds
    #[arg(long, value_name = "SECONDS")]
    seconds: Option<u64>,
}

/// Between two lines of progress.
const PROGRESS_RUNS: u64 = 500;

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program's output"
)]
fn main() -> ExitCode {
    let args = Args::parse();
    let Some(binary) = args.binary.clone().or_else(built) else {
        eprintln!("there is no binary: run `cargo build --release`, or give --binary");
        return ExitCode::FAILURE;
    };
    let options = Options {
        binary,
        seed: args.seed,
        first: args.at,
        runs: args.runs,
        only: args.only.clone(),
        keep: args.keep,
        jobs: args.jobs,
        time: args.seconds.map(Duration::from_secs),
    };
    let begin = Instant::now();
    let tally = drill(&options, &|told| tell(&args, told));
    match tally {
        Err(error) => {
            eprintln!("{}: {error}", options.binary.display());
            ExitCode::FAILURE
        }
        Ok(tally) => {
            println!("{}", tally.shown(begin.elapsed().as_secs_f64()));
            if tally.broken.is_empty() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// Next to this example, one folder up.
fn built() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let binary = own.parent()?.parent()?.join("trueup");
    binary.exists().then_some(binary)
}

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program's output"
)]
fn tell(args: &Args, told: &Told) {
    let Told {
        run,
        seed,
        summary,
        broken,
        folder,
    } = told;
    if args.verbose {
        println!("run {run}, seed {seed:016x}: {summary}");
    } else if (run + 1) % PROGRESS_RUNS == 0 {
        eprintln!("{} runs", run + 1);
    }
    for broken in broken {
        eprintln!("run {run}: {broken}");
    }
    if !broken.is_empty() {
        let only = args.only.as_ref();
        let only = only.map_or_else(String::new, |only| format!(" --only {only}"));
        eprintln!(
            "    again: cargo run --release --example chaos -- --seed {} --runs 1 --at {run}{only}",
            args.seed
        );
    }
    if let Some(folder) = folder {
        eprintln!("    kept: {}", folder.display());
    }
}
