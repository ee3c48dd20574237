//! All that the service remembers, as it is kept between commands.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::partner::Partner;

/// The most rows of history kept for one customer; older ones are dropped, so
/// that a sandbox used for weeks stays small.
const HISTORY_ROWS_MAX: usize = 200;

/// The whole state.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    pub(super) seed: u64,
    /// Well-formed calls so far; varies everything that looks random.
    pub(super) calls: u64,
    /// Visas issued so far.
    pub(super) visas: u64,
    /// Spent visas with their time of issue, while they would still be valid.
    pub(super) spent_visas: BTreeMap<String, i64>,
    pub(super) next_partner_id: i64,
    pub(super) partners: BTreeMap<i64, Partner>,
    pub(super) removed: BTreeMap<i64, Removed>,
    /// What each customer was, oldest first; those removed included.
    pub(super) history: BTreeMap<i64, Vec<HistoryRow>>,
    pub(super) users: Vec<User>,
    /// The custom columns of devices: column id to the customer that owns it.
    pub(super) custom_columns: BTreeMap<i64, i64>,
}

/// A customer that was removed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Removed {
    pub(super) partner: Partner,
    /// Itself and all above it, at the time of removal.
    pub(super) ancestors: Vec<i64>,
    /// Unix seconds.
    pub(super) at: i64,
}

/// What a customer was from some moment on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryRow {
    pub(super) partner: Partner,
    /// Unix seconds.
    pub(super) at: i64,
}

/// One who can log in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct User {
    pub(super) id: i64,
    pub(super) partner_id: i64,
    pub(super) role_id: i64,
    pub(super) name: String,
    pub(super) password: String,
    pub(super) full_name: String,
    pub(super) flags: Vec<String>,
    /// Unix seconds; 0 before the first login.
    pub(super) first_login_time: i64,
    /// Unix seconds; 0 before the first login.
    pub(super) last_login_time: i64,
}

impl State {
    /// Stores a customer, new or changed, and writes its history.
    pub(super) fn put(&mut self, partner: Partner, now: i64) {
        let rows = self.history.entry(partner.id).or_default();
        if rows.len() == HISTORY_ROWS_MAX {
            rows.remove(0);
        }
        rows.push(HistoryRow {
            partner: partner.clone(),
            at: now,
        });
        self.partners.insert(partner.id, partner);
    }
}
