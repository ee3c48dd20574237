//! Chooses what goes wrong, and how the program is called.

use std::time::Duration;

use trueup::simulator::FaultKind;

use super::{
    rng::Rng,
    run::Abilities,
    system::System,
    world::{Kill, Point},
};

/// Kinds of faults that hold a child up for a second or two.
const SLOW: [FaultKind; 4] = [
    FaultKind::TimeoutBefore,
    FaultKind::TimeoutAfter,
    FaultKind::Stall,
    FaultKind::Slow,
];

/// Kinds of faults that send more than fits into memory.
const FLOODS: [FaultKind; 2] = [FaultKind::Huge, FaultKind::GzipBomb];

/// A kind of fault: any, and seldom one that takes its time.
fn kind(rng: &mut Rng) -> FaultKind {
    match rng.below(400) {
        0 => *rng.pick(&FLOODS),
        1..20 => *rng.pick(&SLOW),
        _ => {
            let quick: Vec<FaultKind> = FaultKind::all()
                .filter(|kind| !SLOW.contains(kind) && !FLOODS.contains(kind))
                .collect();
            *rng.pick(&quick)
        }
    }
}

/// A fault on any call, or on one that writes.
pub(crate) fn fault(system: &System, rng: &mut Rng) -> String {
    let kind = kind(rng);
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
    let nth = match point {
        Point::Journal => 1 + rng.below(16),
        _ if writes_only => 1 + rng.below(6),
        _ => 1 + rng.below(40),
    };
    let delay = match point {
        Point::Time => rng.below(120_000),
        Point::Journal if rng.chance(50) => 0,
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
        // What a killed child has sent has been done or lost before the next one.
        arguments.extend(["--settle-after", "0"]);
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
