//! What was done in all runs, in figures.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    check::{Broken, Promise},
    world::Point,
};

/// Figures of one run, or of many.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) runs: u64,
    pub(crate) children: u64,
    pub(crate) requests: u64,
    pub(crate) writes: u64,
    pub(crate) creates: u64,
    pub(crate) ends: u64,
    pub(crate) foreign_edits: u64,
    /// Requests that a fault struck, by its kind.
    pub(crate) faults: BTreeMap<String, u64>,
    /// Children that were killed, by where.
    pub(crate) kills: BTreeMap<Point, u64>,
    /// What stood last in the newest journal when a child had been killed.
    pub(crate) cut_off: BTreeMap<String, u64>,
    /// What later runs found out about calls that were cut off.
    pub(crate) settled: BTreeMap<String, u64>,
    /// Journals, all closed, and receipts, all verified.
    pub(crate) journals: u64,
    pub(crate) receipts: u64,
    pub(crate) receipts_rebuilt: u64,
    pub(crate) intents: u64,
    /// Plans that were saved, and what came of them.
    pub(crate) saved: BTreeMap<&'static str, u64>,
    /// Plans beyond a limit that were refused, and then allowed by the numbers.
    pub(crate) refused: u64,
    pub(crate) allowed: u64,
    /// How often each exit code came while faults were on.
    pub(crate) codes: BTreeMap<i32, u64>,
    /// Broken promises.
    pub(crate) broken: BTreeMap<Promise, u64>,
    /// Applies without faults until nothing was left to do.
    pub(crate) until_quiet: u64,
    pub(crate) until_quiet_max: u64,
    /// How often that was counted.
    pub(crate) phases: u64,
}

impl Tally {
    /// Adds the figures of another run.
    pub(crate) fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.children += other.children;
        self.requests += other.requests;
        self.writes += other.writes;
        self.creates += other.creates;
        self.ends += other.ends;
        self.foreign_edits += other.foreign_edits;
        self.until_quiet += other.until_quiet;
        self.until_quiet_max = self.until_quiet_max.max(other.until_quiet_max);
        self.phases += other.phases;
        self.journals += other.journals;
        self.receipts += other.receipts;
        self.receipts_rebuilt += other.receipts_rebuilt;
        self.intents += other.intents;
        self.refused += other.refused;
        self.allowed += other.allowed;
        merge(&mut self.cut_off, &other.cut_off);
        merge(&mut self.settled, &other.settled);
        merge(&mut self.saved, &other.saved);
        merge(&mut self.faults, &other.faults);
        merge(&mut self.kills, &other.kills);
        merge(&mut self.codes, &other.codes);
        merge(&mut self.broken, &other.broken);
    }

    /// Counts broken promises.
    pub(crate) fn count(&mut self, broken: &[Broken]) {
        for broken in broken {
            *self.broken.entry(broken.promise).or_default() += 1;
        }
    }

    /// The figures as lines of text.
    pub(crate) fn shown(&self, seconds: f64) -> String {
        let mut out = String::new();
        let mut line = |name: &str, figure: String| {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{name:<42}{figure:>10}");
        };
        line("runs", self.runs.to_string());
        line("processes", self.children.to_string());
        line("requests", self.requests.to_string());
        line("requests that write", self.writes.to_string());
        line("records created", self.creates.to_string());
        line("records ended", self.ends.to_string());
        line("edits by others", self.foreign_edits.to_string());
        for (point, name) in Point::ALL {
            let kills = self.kills.get(&point).copied().unwrap_or_default();
            line(&format!("killed {name}"), kills.to_string());
        }
        for (last, count) in &self.cut_off {
            line(&format!("killed, journal ends: {last}"), count.to_string());
        }
        line("journals, all closed", self.journals.to_string());
        line("intents in journals", self.intents.to_string());
        for (found, count) in &self.settled {
            line(&format!("calls settled: {found}"), count.to_string());
        }
        line("receipts verified", self.receipts.to_string());
        line("of these rebuilt", self.receipts_rebuilt.to_string());
        for (what, count) in &self.saved {
            line(&format!("saved plans {what}"), count.to_string());
        }
        line("refused by a limit", self.refused.to_string());
        line("beyond a limit and allowed", self.allowed.to_string());
        for (fault, count) in &self.faults {
            line(&format!("fault {fault}"), count.to_string());
        }
        for (code, count) in &self.codes {
            line(&format!("exit code {code} under faults"), count.to_string());
        }
        for (promise, name) in Promise::ALL {
            let count = self.broken.get(&promise).copied().unwrap_or_default();
            line(name, count.to_string());
        }
        line("runs until quiet, most", self.until_quiet_max.to_string());
        line(
            "runs until quiet, mean",
            format!("{:.2}", ratio(self.until_quiet, self.phases)),
        );
        line("seconds", format!("{seconds:.0}"));
        out
    }
}

fn merge<K: Ord + Clone>(into: &mut BTreeMap<K, u64>, from: &BTreeMap<K, u64>) {
    for (key, count) in from {
        *into.entry(key.clone()).or_default() += count;
    }
}

#[expect(clippy::cast_precision_loss, reason = "the figures are small")]
fn ratio(sum: u64, count: u64) -> f64 {
    sum as f64 / count.max(1) as f64
}
