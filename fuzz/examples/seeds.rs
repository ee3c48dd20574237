//! Writes the seeds of the target `providers`: the answers of the simulators,
//! each behind the byte that says whose and which it is.

use std::fs;

use trueup_fuzz::Providers;

/// Larger answers teach the engine nothing more and slow it down.
const SEED_BYTES_MAX: usize = 4_096;

fn main() -> std::io::Result<()> {
    fs::create_dir_all("corpus/providers")?;
    let mut providers = Providers::start();
    for provider in 0..providers.len() {
        for (at, answer) in providers.answers(provider).into_iter().enumerate().take(8) {
            if answer.len() <= SEED_BYTES_MAX {
                let choice = u8::try_from(provider + at * providers.len()).expect("small");
                let seed = [&[choice], answer.as_slice()].concat();
                fs::write(format!("corpus/providers/seed-{provider}-{at}"), seed)?;
            }
        }
    }
    Ok(())
}
