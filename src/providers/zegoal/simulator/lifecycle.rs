//! The life cycle of an account: rows of a state and its time, which pass by
//! themselves as the clock moves.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::stamp;

/// The states that the tenant knows.
pub(super) const STATES: [&str; 4] = ["Trial", "Active", "Suspended", "Terminated"];

/// A new trial is suspended after so many days (page `usecase-list`).
const TRIAL_SUSPENDED_AFTER_DAYS: i32 = 15;

/// A new trial is terminated after so many days (page `usecase-list`). The
/// template `LC_Trial` has 75 instead; the pages disagree.
const TRIAL_TERMINATED_AFTER_DAYS: i32 = 60;

/// One state and the time in which it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LifeCycleRow {
    pub(super) status: String,
    pub(super) from: DateTime,
    /// The first instant at which it holds no more; open when absent.
    pub(super) to: Option<DateTime>,
}

/// What becomes of the rows that are there when a new one is put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clean {
    /// Later rows stay and end the new one.
    Nothing,
    /// Rows yet to come go; past ones stay, the current one is closed.
    Coming,
    /// Past rows go too.
    All,
}

/// A template of `ApplyLCTemplate`: rows at so many days from now.
pub(super) struct Template {
    name: &'static str,
    rows: &'static [(&'static str, i32)],
}

/// The two templates that page `api-applylctemplate` lists.
static TEMPLATES: [Template; 2] = [
    Template {
        name: "LC_Trial",
        rows: &[("Suspended", 15), ("Terminated", 75)],
    },
    Template {
        name: "LC_Prepaid_Suspend",
        rows: &[("Suspended", 0), ("Terminated", 60)],
    },
];

/// The template of that name.
pub(super) fn template(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}

/// The rows of an account that begins in `state` at `from`. A trial gets its
/// schedule, counted from `counts_from`; other states get none, which is
/// assumed.
pub(super) fn begin(state: &str, from: DateTime, counts_from: DateTime) -> Vec<LifeCycleRow> {
    let mut rows = vec![row(state, from)];
    if state == "Trial" {
        let schedule = [
            ("Suspended", TRIAL_SUSPENDED_AFTER_DAYS),
            ("Terminated", TRIAL_TERMINATED_AFTER_DAYS),
        ];
        for (state, days) in schedule {
            let at = stamp::days_later(counts_from, days);
            // A trial that begins after a step of its schedule misses it.
            if at > from {
                append(&mut rows, state, at);
            }
        }
    }
    rows
}

/// The row that holds at `now`; before the first row begins, that first row.
pub(super) fn current(rows: &[LifeCycleRow], now: DateTime) -> Option<&LifeCycleRow> {
    rows.iter()
        .find(|row| row.holds(now))
        .or_else(|| rows.first())
}

/// Puts `state` in from `from` on. A state that holds then already adds no
/// row.
pub(super) fn put(
    rows: &mut Vec<LifeCycleRow>,
    state: &str,
    from: DateTime,
    clean: Clean,
    now: DateTime,
) {
    if clean == Clean::Nothing {
        insert(rows, state, from);
        return;
    }
    if clean == Clean::All {
        // A state yet to come leaves the account where it is until then.
        rows.retain(|row| row.holds(now) && row.from <= from);
    } else {
        rows.retain(|row| row.from <= now && row.from <= from);
    }
    if let Some(last) = rows.last_mut() {
        last.to = None;
        if last.status == state {
            return;
        }
    }
    if clean == Clean::All && from <= now {
        rows.clear();
    }
    append(rows, state, from);
}

/// Cleans what is to come and lays the rows of a template from `now` on.
/// The current row stays and is cut short.
pub(super) fn apply(rows: &mut Vec<LifeCycleRow>, template: &Template, now: DateTime) {
    let mut clean = Clean::Coming;
    for (state, days) in template.rows {
        put(rows, state, stamp::days_later(now, *days), clean, now);
        clean = Clean::Nothing;
    }
}

/// The rows as `lc` shows them.
pub(super) fn present(rows: &[LifeCycleRow], now: DateTime) -> Value {
    rows.iter()
        .map(|row| {
            json!({
                "lc_status": row.status,
                "lc_from": stamp::local(row.from),
                "lc_to": row.to.map(stamp::local).unwrap_or_default(),
                "is_current": row.holds(now),
            })
        })
        .collect()
}

impl LifeCycleRow {
    fn holds(&self, at: DateTime) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

fn row(state: &str, from: DateTime) -> LifeCycleRow {
    LifeCycleRow {
        status: state.to_owned(),
        from,
        to: None,
    }
}

/// Ends the last row at `from`, or replaces it where it begins there, and puts
/// `state` behind it.
fn append(rows: &mut Vec<LifeCycleRow>, state: &str, from: DateTime) {
    if rows.last().is_some_and(|last| last.from == from) {
        rows.pop();
    }
    if let Some(last) = rows.last_mut() {
        last.to = Some(from);
    }
    rows.push(row(state, from));
}

fn insert(rows: &mut Vec<LifeCycleRow>, state: &str, from: DateTime) {
    let begun = rows.partition_point(|row| row.from <= from);
    let later = rows.split_off(begun);
    let holds_already = rows.last().is_some_and(|last| last.status == state);
    if !holds_already {
        append(rows, state, from);
        if let (Some(last), Some(next)) = (rows.last_mut(), later.first()) {
            last.to = Some(next.from);
        }
    }
    rows.extend(later);
}
