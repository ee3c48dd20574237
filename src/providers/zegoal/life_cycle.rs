//! The state of an account, and what is scheduled after it (Zegoal contract,
//! 4.2 and 5).

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::wire;
use crate::provider::codec;

/// The state of a new account, with a schedule behind it.
pub(super) const TRIAL: &str = "Trial";

/// The state of an account in service.
pub(super) const ACTIVE: &str = "Active";

/// The state of an account out of service, into which the schedule of a new
/// account moves it first.
pub(super) const SUSPENDED: &str = "Suspended";

/// The end of an account; reversible by force.
pub(super) const TERMINATED: &str = "Terminated";

/// What stands between a state and the one scheduled after it.
const THEN: &str = " (then ";

/// What stands between a scheduled state and its date.
const ON: &str = " on ";

/// How many characters of a canonical stamp are its date.
const DATE_CHARACTERS: usize = 10;

/// The state of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LifeCycle {
    /// The state now.
    pub(super) state: String,
    /// Since when, as canonical local time.
    pub(super) since: Option<String>,
    /// The states scheduled after it, in order; each differs from the one
    /// before.
    pub(super) planned: Vec<Move>,
    /// Whether the server returned the rows that a schedule would stand in.
    pub(super) scheduled_is_known: bool,
}

/// A scheduled change of state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Move {
    /// The new state.
    pub(super) state: String,
    /// When it begins, as canonical local time.
    pub(super) on: String,
}

/// When a wanted move is to begin.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Start<'a> {
    /// At once: no date was given.
    Now,
    /// On the date given.
    At(&'a str),
    /// At once, because the date given lies before the present state began. It
    /// belongs to an earlier move, and to back-date this one would wipe what
    /// happened in between.
    Past(&'a str),
}

struct Row {
    state: String,
    from: Option<String>,
    to: Option<String>,
    current: bool,
}

impl LifeCycle {
    /// Finds the state: the row marked as current, else the row whose window
    /// holds `now`, else `named`. Nothing when all three are missing.
    pub(super) fn read(
        rows: &[&Value],
        named: Option<&str>,
        named_since: Option<String>,
        now: Option<&str>,
        zone: &TimeZone,
    ) -> Option<Self> {
        let mut rows: Vec<Row> = rows.iter().filter_map(|row| Row::read(row, zone)).collect();
        rows.sort_by(|one, other| one.from.cmp(&other.from));
        let holds_now = |row: &&Row| now.is_some_and(|now| row.holds(now));
        let current = rows
            .iter()
            .find(|row| row.current)
            .or_else(|| rows.iter().rfind(holds_now));
        let (state, since) = match (current, named) {
            (Some(row), _) => (row.state.clone(), row.from.clone()),
            (None, Some(named)) => (full_word(named), named_since),
            (None, None) => return None,
        };
        // Without a row that is current, what lies after now is still to come.
        let after = current.map_or(now, |row| row.from.as_deref());
        let mut planned: Vec<Move> = Vec::new();
        for row in &rows {
            let (Some(from), Some(after)) = (&row.from, after) else {
                continue;
            };
            let before = planned.last().map_or(&state, |last| &last.state);
            if from.as_str() > after && row.state != *before {
                planned.push(Move {
                    state: row.state.clone(),
                    on: from.clone(),
                });
            }
        }
        Some(Self {
            state,
            since,
            planned,
            scheduled_is_known: !rows.is_empty(),
        })
    }

    /// The state as it stands in trees. An account that is scheduled to leave a
    /// [lasting](lasts) state is not what a manifest means by that state, and
    /// its text says so, so that there is a difference to see and to mend.
    pub(super) fn written(&self) -> String {
        match self.planned.first() {
            Some(next) if lasts(&self.state) => {
                let date = next.on.get(..DATE_CHARACTERS).unwrap_or(&next.on);
                format!("{}{THEN}{}{ON}{date})", self.state, next.state)
            }
            Some(_) | None => self.state.clone(),
        }
    }

    /// Whether the account is going to be in `state` from `on` without anybody
    /// doing more; for one that [lasts] also, that nothing is scheduled after
    /// it.
    pub(super) fn will_be(&self, state: &str, on: &str) -> bool {
        let place = self
            .planned
            .iter()
            .position(|planned| planned.state == state && planned.on == on);
        place.is_some_and(|place| !lasts(state) || place + 1 == self.planned.len())
    }

    /// When a move that a manifest dates `from` is to begin.
    pub(super) fn start<'a>(&self, from: Option<&'a str>) -> Start<'a> {
        match (from, self.since.as_deref()) {
            (None, _) => Start::Now,
            (Some(from), Some(since)) if from <= since => Start::Past(from),
            (Some(from), _) => Start::At(from),
        }
    }
}

impl Row {
    fn read(row: &Value, zone: &TimeZone) -> Option<Self> {
        // Three names for one thing (Zegoal contract, 8.2 row 11).
        let names = ["lc_status", "lc_state", "current_lc_status"];
        let state = wire::first_filled(names.map(|name| row.get(name)))?.as_str()?;
        let stamp = |name: &str| codec::as_date_time(row.get(name)?, zone);
        Some(Self {
            state: full_word(state),
            from: stamp("lc_from"),
            to: stamp("lc_to"),
            current: row.get("is_current").and_then(codec::as_bool) == Some(true),
        })
    }

    fn holds(&self, now: &str) -> bool {
        self.from.as_deref().is_none_or(|from| from <= now)
            && self.to.as_deref().is_none_or(|to| now < to)
    }
}

/// Whether a manifest that names `state` means it to last, so that nothing may
/// be scheduled after it. A trial is meant to run out. Of the further states
/// that a tenant may have nothing is known, so their schedules are left alone.
pub(super) fn lasts(state: &str) -> bool {
    [ACTIVE, SUSPENDED].contains(&state)
}

/// The full word of a state: sold products write `ACT` for `Active`.
fn full_word(state: &str) -> String {
    if state == "ACT" { ACTIVE } else { state }.to_owned()
}

/// The state alone of a text made by [`LifeCycle::written`].
pub(super) fn plain(written: &str) -> &str {
    written.split_once(THEN).map_or(written, |(state, _)| state)
}

/// The scheduled state that a text made by [`LifeCycle::written`] names.
pub(super) fn then(written: &str) -> Option<&str> {
    let (_, rest) = written.split_once(THEN)?;
    rest.split_once(ON).map(|(state, _)| state)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(rows: &Value, named: Option<&str>, now: Option<&str>) -> Option<LifeCycle> {
        let rows: Vec<&Value> = rows.as_array().expect("a list").iter().collect();
        LifeCycle::read(&rows, named, None, now, &TimeZone::UTC)
    }

    fn schedule(current: &str) -> Value {
        let row = |state: &str, from: &str, to: &str| json!({ "lc_status": state, "lc_from": from, "lc_to": to, "is_current": state == current });
        json!([
            row(TERMINATED, "2024-07-05 10:15:30", ""),
            row(TRIAL, "2024-05-06 10:15:30", "2024-05-21 10:15:30"),
            row(SUSPENDED, "2024-05-21 10:15:30", "2024-07-05 10:15:30"),
        ])
    }

    #[test]
    fn the_row_marked_as_current_wins() {
        let found = read(&schedule(SUSPENDED), Some(TRIAL), None).expect("a state");
        assert_eq!(found.state, SUSPENDED);
        assert_eq!(found.since.as_deref(), Some("2024-05-21 10:15:30"));
        let planned: Vec<_> = found
            .planned
            .iter()
            .map(|next| next.state.as_str())
            .collect();
        assert_eq!(planned, [TERMINATED]);
    }

    #[test]
    fn else_the_row_whose_window_holds_the_time_of_processing() {
        for (now, expected) in [
            ("2024-05-06 10:15:30", TRIAL),
            ("2024-05-21 10:15:29", TRIAL),
            ("2024-05-21 10:15:30", SUSPENDED),
            ("2030-01-01 00:00:00", TERMINATED),
        ] {
            let found = read(&schedule(""), Some("Wrong"), Some(now)).expect("a state");
            assert_eq!(found.state, expected, "{now}");
        }
    }

    #[test]
    fn else_the_state_of_the_account_itself() {
        let found = read(&json!([]), Some(ACTIVE), None).expect("a state");
        assert!(!found.scheduled_is_known);
        assert_eq!((found.state.as_str(), found.planned), (ACTIVE, vec![]));
        assert_eq!(read(&json!([]), None, None), None);
    }

    #[test]
    fn a_scheduled_end_of_a_lasting_state_is_written_out() {
        let rows = json!([
            { "lc_status": "ACT", "lc_from": "2024-05-06 10:15:30", "is_current": "true" },
            { "lc_status": "Active", "lc_from": "2024-06-01 00:00:00", "is_current": 0 },
            { "lc_status": "Suspended", "lc_from": "2026-01-01 00:00:00", "is_current": 0 },
        ]);
        let found = read(&rows, None, None).expect("a state");
        let written = found.written();
        assert_eq!(written, "Active (then Suspended on 2026-01-01)");
        assert_eq!(plain(&written), ACTIVE);
        assert_eq!(then(&written), Some(SUSPENDED));
        assert_eq!((plain(TRIAL), then(TRIAL)), (TRIAL, None));
        let found = read(&schedule(SUSPENDED), None, None).expect("a state");
        assert_eq!(found.written(), "Suspended (then Terminated on 2024-07-05)");
        assert!(found.scheduled_is_known);
    }

    #[test]
    fn the_schedule_of_a_trial_is_not_written_out() {
        let found = read(&schedule(TRIAL), None, None).expect("a state");
        assert_eq!(found.written(), TRIAL);
        assert!(found.will_be(TERMINATED, "2024-07-05 10:15:30"));
        assert!(!found.will_be(TERMINATED, "2024-07-05 10:15:31"));
    }

    #[test]
    fn a_lasting_state_has_nothing_after_it() {
        let rows = json!([
            { "lc_status": "Trial", "lc_from": "2024-05-06 10:15:30", "is_current": true },
            { "lc_status": "Active", "lc_from": "2024-05-10 00:00:00" },
            { "lc_status": "Suspended", "lc_from": "2024-05-21 10:15:30" },
        ]);
        let found = read(&rows, None, None).expect("a state");
        assert!(!found.will_be(ACTIVE, "2024-05-10 00:00:00"));
        assert!(found.will_be(SUSPENDED, "2024-05-21 10:15:30"));
        let found = read(&schedule(TRIAL), None, None).expect("a state");
        assert!(!found.will_be(SUSPENDED, "2024-05-21 10:15:30"));
    }

    #[test]
    fn a_date_before_the_present_state_belongs_to_an_earlier_move() {
        let found = read(&schedule(SUSPENDED), None, None).expect("a state");
        assert_eq!(found.start(None), Start::Now);
        let past = "2024-05-06 00:00:00";
        assert_eq!(found.start(Some(past)), Start::Past(past));
        let later = "2024-06-01 00:00:00";
        assert_eq!(found.start(Some(later)), Start::At(later));
    }
}
