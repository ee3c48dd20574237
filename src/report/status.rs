//! What `trueup status` tells of runs and locks.

use std::fmt::Write as _;

use serde::Serialize;

use crate::{
    apply::VerdictCounts,
    model::{Address, ProviderName, words},
};

use super::{
    receipt::summary,
    style::Style,
    text::{fitted, painted, wrapped},
};

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Nothing is open.
    Closed,
    /// Its process is at it.
    GoingOn,
    /// It was cut off, or left something open, and another run is at it.
    BeingSettled,
    /// It was cut off, or left calls whose outcome is not known.
    Open,
    /// Its journal cannot be read.
    Unreadable,
}

impl Standing {
    fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::GoingOn => "going on",
            Self::BeingSettled => "being settled",
            Self::Open => "open",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A call whose outcome is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenCall {
    /// Its number in the run.
    pub sequence: u64,
    /// When it was taken down.
    pub at: String,
    /// The resource.
    pub address: Address,
    /// The provider.
    pub provider: ProviderName,
    /// What the provider calls it.
    pub operation: &'static str,
    /// What the next run does about it.
    pub next: &'static str,
    /// What the last run that looked said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_look: Option<String>,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// Its id.
    pub run: String,
    /// How it stands.
    pub standing: Standing,
    /// The run that is settling it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled_by: Option<String>,
    /// Why its journal cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// What to do about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// Who ran it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// Its providers.
    pub providers: Vec<ProviderName>,
    /// How many changes it was to carry out.
    pub planned: usize,
    /// How those that ended have ended.
    pub counts: VerdictCounts,
    /// Calls whose outcome is not known.
    pub open: Vec<OpenCall>,
    /// Where its receipt is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

/// A lock that is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lock {
    /// The provider, where the lock says so.
    pub provider: Option<String>,
    /// Who holds it.
    pub holder: Option<String>,
    /// Since when.
    pub since: Option<String>,
    /// The run.
    pub run: Option<String>,
}

/// All runs, oldest first, and all locks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The runs.
    pub runs: Vec<Run>,
    /// The locks.
    pub locks: Vec<Lock>,
}

impl Status {
    /// Whether a run is not closed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let closed = |run: &Run| run.standing == Standing::Closed;
        !self.runs.iter().all(closed)
    }
}

/// Runs and locks for people.
#[must_use]
pub fn text(status: &Status, style: Style) -> String {
    let mut out = String::new();
    for run in &status.runs {
        write_run(&mut out, run, style);
    }
    for lock in &status.locks {
        let unknown = || "unknown".to_owned();
        let line = format!(
            "provider {} is locked by {} since {}, run {}",
            lock.provider.clone().unwrap_or_else(unknown),
            lock.holder.clone().unwrap_or_else(unknown),
            lock.since.clone().unwrap_or_else(unknown),
            lock.run.clone().unwrap_or_else(unknown),
        );
        wrapped(&mut out, "Lock: ", &line, style);
    }
    out.push_str(&style.bold(&fitted("", &what_is_left(status), style)));
    out.push('\n');
    out
}

/// What the next run has to do, and what somebody else.
fn what_is_left(status: &Status) -> String {
    let number = |standing| {
        let runs = status.runs.iter();
        runs.filter(|run| run.standing == standing).count()
    };
    let mut left = Vec::new();
    match number(Standing::Open) {
        0 => {}
        open => left.push(format!(
            "{} to settle; the next apply at the same providers does it.",
            words::count(open, "run")
        )),
    }
    match number(Standing::BeingSettled) {
        0 => {}
        settling => left.push(format!("Being settled: {}.", words::count(settling, "run"))),
    }
    match number(Standing::Unreadable) {
        0 => {}
        unreadable => left.push(format!(
            "To be put right by hand: {} that cannot be read.",
            words::count(unreadable, "journal")
        )),
    }
    match (left.is_empty(), status.is_open()) {
        (false, _) => left.join(" "),
        (true, true) => "Nothing is to be settled.".to_owned(),
        (true, false) => "Nothing is open.".to_owned(),
    }
}

fn write_run(out: &mut String, run: &Run, style: Style) {
    let mut head = format!("{} {}", run.run, run.standing.word());
    if let Some(settling) = &run.settled_by {
        // Writing to a string cannot fail.
        let _ = write!(head, " by run {settling}");
    }
    let paint = match run.standing {
        Standing::Closed => Style::well,
        Standing::GoingOn | Standing::BeingSettled => |_, text: &str| text.to_owned(),
        Standing::Open | Standing::Unreadable => Style::alarm,
    };
    painted(out, "Run ", &head, style, paint);
    if let Some(fault) = &run.fault {
        wrapped(out, "    fault: ", fault, style);
        if let Some(hint) = &run.hint {
            wrapped(out, "    hint: ", hint, style);
        }
        return;
    }
    let who = run.holder.as_deref().unwrap_or("unknown");
    let when = run.started.as_deref().unwrap_or("unknown");
    wrapped(out, "    by: ", &format!("{who}, {when}"), style);
    let names: Vec<&str> = run.providers.iter().map(|name| &*name.0).collect();
    let VerdictCounts {
        done,
        failed,
        stale,
        skipped,
        unknown,
        not_started,
        blocked: _,
    } = run.counts;
    let ended = done + failed + stale + skipped + unknown + not_started;
    let mut counts = format!("{ended} of {}", words::count(run.planned, "change"));
    if !names.is_empty() {
        let _ = write!(counts, " at {}", names.join(", "));
    }
    // Where none has ended, there is nothing to sum up.
    if ended > 0 || run.planned == 0 {
        let _ = write!(counts, ": {}", summary(run.counts));
    }
    wrapped(out, "    ended: ", &counts, style);
    for call in &run.open {
        let line = format!("{} of {}, sent {}", call.operation, call.address, call.at);
        wrapped(out, "    open: ", &line, style);
        if let Some(look) = &call.last_look {
            wrapped(out, "      last look: it ", look, style);
        }
        wrapped(out, "      next run: ", call.next, style);
    }
    if let Some(receipt) = &run.receipt {
        wrapped(out, "    receipt: ", receipt, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run that was cut off before a change had ended.
    fn run() -> Run {
        Run {
            run: "20261102T090000Z-01".to_owned(),
            standing: Standing::Open,
            settled_by: None,
            fault: None,
            hint: None,
            started: Some("2026-11-02T09:00:00Z".to_owned()),
            holder: Some("anna@build-7, process 1".to_owned()),
            providers: vec![ProviderName("toy".into())],
            planned: 3,
            counts: VerdictCounts::default(),
            open: Vec::new(),
            receipt: None,
        }
    }

    const STYLE: Style = Style {
        colour: false,
        width: 200,
    };

    fn line_of_ended(run: Run) -> String {
        let runs = vec![run];
        let locks = Vec::new();
        let shown = text(&Status { runs, locks }, STYLE);
        let mut lines = shown.lines().filter(|line| line.contains("ended:"));
        lines.next().unwrap_or_default().trim().to_owned()
    }

    #[test]
    fn nothing_is_summed_up_where_nothing_has_ended() {
        assert_eq!(line_of_ended(run()), "ended: 0 of 3 changes at toy");
        let nothing = Run {
            planned: 0,
            providers: Vec::new(),
            ..run()
        };
        assert_eq!(
            line_of_ended(nothing),
            "ended: 0 of 0 changes: nothing to do"
        );
    }

    #[test]
    fn what_is_open_is_told_with_what_the_next_run_does() {
        let run = Run {
            counts: VerdictCounts {
                done: 1,
                ..VerdictCounts::default()
            },
            open: vec![OpenCall {
                sequence: 2,
                at: "2026-11-02T09:00:01Z".to_owned(),
                address: Address {
                    kind: "ToyCustomer",
                    name: "acme".into(),
                },
                provider: ProviderName("toy".into()),
                operation: "POST /customers",
                next: "looks for it",
                last_look: Some("could not be settled yet: no answer".to_owned()),
            }],
            ..run()
        };
        let lock = Lock {
            provider: Some("toy".to_owned()),
            holder: None,
            since: None,
            run: None,
        };
        let status = Status {
            runs: vec![run],
            locks: vec![lock],
        };
        assert!(status.is_open());
        assert_eq!(
            text(&status, STYLE),
            "\
Run 20261102T090000Z-01 open
    by: anna@build-7, process 1, 2026-11-02T09:00:00Z
    ended: 1 of 3 changes at toy: 1 done
    open: POST /customers of ToyCustomer/acme, sent 2026-11-02T09:00:01Z
      last look: it could not be settled yet: no answer
      next run: looks for it
Lock: provider toy is locked by unknown since unknown, run unknown
1 run to settle; the next apply at the same providers does it.
"
        );
        assert_eq!(text(&Status::default(), STYLE), "Nothing is open.\n");
    }

    #[test]
    fn a_run_that_is_being_settled_says_by_which() {
        let run = Run {
            standing: Standing::BeingSettled,
            settled_by: Some("20261102T090100Z-02".to_owned()),
            ..run()
        };
        let (runs, locks) = (vec![run], Vec::new());
        let status = Status { runs, locks };
        assert!(status.is_open());
        assert_eq!(
            text(&status, STYLE),
            "\
Run 20261102T090000Z-01 being settled by run 20261102T090100Z-02
    by: anna@build-7, process 1, 2026-11-02T09:00:00Z
    ended: 0 of 3 changes at toy
Being settled: 1 run.
"
        );
    }

    #[test]
    fn the_line_of_a_run_is_broken_where_it_is_too_long() {
        let run = Run {
            run: "20261102T090000123Z-0123abcd".to_owned(),
            standing: Standing::BeingSettled,
            settled_by: Some("20261102T090100456Z-4567cdef".to_owned()),
            ..run()
        };
        let (runs, locks) = (vec![run], Vec::new());
        let shown = text(&Status { runs, locks }, Style::default());
        let expected = "\
Run 20261102T090000123Z-0123abcd being settled by run
    20261102T090100456Z-4567cdef
    by: ";
        assert!(shown.starts_with(expected), "{shown}");
    }

    #[test]
    fn a_journal_that_cannot_be_read_needs_a_hand() {
        let broken = Run {
            standing: Standing::Unreadable,
            fault: Some("line 1 is damaged".to_owned()),
            hint: Some("wait".to_owned()),
            ..run()
        };
        let of = |runs: &[Run]| {
            let (runs, locks) = (runs.to_vec(), Vec::new());
            text(&Status { runs, locks }, STYLE)
        };
        assert_eq!(
            of(std::slice::from_ref(&broken)),
            "\
Run 20261102T090000Z-01 unreadable
    fault: line 1 is damaged
    hint: wait
To be put right by hand: 1 journal that cannot be read.
"
        );
        let both = of(&[run(), broken]);
        let ends = "1 run to settle; the next apply at the same providers does it. To be put \
                    right by hand: 1 journal that cannot be read.\n";
        assert!(both.ends_with(ends), "{both}");
    }
}
