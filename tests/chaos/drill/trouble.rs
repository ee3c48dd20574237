//! Chooses what goes wrong, and how the program is called.

use std::time::Duration;

use super::{
    rng::Rng,
    run::Abilities,
    system::System,
    world::{Kill, Point},
};

/// Every kind of fault, as it is written.
const FAULTS: [&str; 12] = [
    "drop-before",
    "drop-after",
    "500",
    "500-after",
    "503",
    "429",
    "401",
    "403",
    "html",
    "truncated",
    "redirect",
    "slow",
];

/// A fault on any call, or on one that writes.
pub(crate) fn fault(system: &System, rng: &mut Rng) -> String {
    let kind = rng.pick(&FAULTS);
    let operation = if rng.chance(50) {
        "*"
    } else {
        rng.pick(system.writes)
    };
    let most = if operation == "*" { 40 } else { 4 };
    let nth = if rng.chance(5) {
        String::new()
    } else {
        format!("#{}", 1 + rng.below(most))
    };
    format!("{}:{operation}={kind}{nth}", system.name)
}

/// Where to kill the next child.
pub(crate) fn kill(abilities: Abilities, rng: &mut Rng) -> Kill {
    let points = if abilities.status { 5 } else { 4 };
    let point = match rng.below(points) {
        0 => Point::Arrival,
        1 => Point::Effect,
        2 => Point::Answer,
        3 => Point::Time,
        _ => Point::Journal,
    };
    let writes_only = rng.chance(70);
    let nth = 1 + rng.below(if writes_only { 6 } else { 40 });
    let delay = match point {
        Point::Time => rng.below(120_000),
        _ => rng.below(3_000),
    };
    Kill {
        point,
        nth,
        writes_only,
        delay: Duration::from_micros(delay),
    }
}

/// A command with some of its options.
pub(crate) fn arguments(command: &str, rng: &mut Rng) -> Vec<String> {
    let mut arguments = vec![command, "-f", "manifests"];
    if command == "apply" {
        arguments.push("--auto-approve");
    }
    arguments.extend(*rng.pick::<&[&str]>(&[&[], &["-v"], &["-vv"], &["-q"]]));
    arguments.extend(*rng.pick::<&[&str]>(&[
        &[],
        &["-o", "json"],
        &["-o", "markdown"],
        &["-o", "html"],
        &["-o", "github"],
    ]));
    arguments.into_iter().map(str::to_owned).collect()
}
