//! Journals and receipts, as they lie on the disk: nothing is open, every
//! receipt verifies, and whatever a system was sent stands in one.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::super::{check::Promise, child, model::Model};
use super::Run;

/// How often a call may be sent on one intent: a read-like one is tried twice,
/// and each try may meet a credential that has to be renewed, twice at Cove.
const SENDS_PER_INTENT_MAX: u64 = 6;

/// How often a visa of Cove may be refused, with a status of success.
const VISAS_PER_INTENT_MAX: u64 = 3;

/// The one call that may take two requests: where a customer does not appear in
/// Advanced Automation by itself, the first one makes it and the second one
/// fills it.
const TWICE: &str = "PUT /Customers";

/// The calls of one run, by number and operation.
type Calls = BTreeMap<u64, String>;

/// What stands last in the newest journal.
pub(super) fn last_record(state: &Path) -> String {
    let changed = |path: &PathBuf| fs::metadata(path).and_then(|data| data.modified()).ok();
    let newest = files(state, ".journal").into_iter().max_by_key(changed);
    let Some(journal) = newest else {
        return "no journal".to_owned();
    };
    let text = fs::read_to_string(journal).unwrap_or_default();
    let Some(last) = text.split_inclusive('\n').next_back() else {
        return "empty".to_owned();
    };
    match record(last) {
        None => "torn".to_owned(),
        Some(record) => record["record"].as_str().unwrap_or("opened").to_owned(),
    }
}

/// A line of a journal that is whole.
fn record(line: &str) -> Option<Value> {
    let (_, json) = line.strip_suffix('\n')?.split_once(' ')?;
    serde_json::from_str(json).ok()
}

/// The files of all runs with an ending, oldest first.
fn files(state: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(state.join("runs"));
    let mut files: Vec<PathBuf> = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    files.sort();
    files
}

fn call(sent: &Value) -> Option<(u64, String)> {
    let operation = sent["operation"].as_str()?;
    Some((sent["sequence"].as_u64()?, operation.to_owned()))
}

impl Run<'_> {
    /// Holds journals, receipts and what the systems saw against each other.
    pub(super) fn look_at_receipts(&mut self, model: &Model) {
        let state = child::state_folder(&self.folder);
        let mut intents: BTreeMap<String, u64> = BTreeMap::new();
        for journal in files(&state, ".journal") {
            let calls = self.journal(&journal);
            for operation in calls.values() {
                *intents.entry(operation.clone()).or_default() += 1;
            }
            let receipt = journal.with_extension("receipt.json");
            self.receipt(model, &receipt, &calls);
        }
        let visas = self.systems.iter().any(|simulated| {
            let mut knobs = simulated.setting.iter();
            knobs.any(|(name, _)| ["single_use_visa", "visa_refused_every"].contains(name))
        });
        let clean_max = if visas { VISAS_PER_INTENT_MAX } else { 1 };
        for (operation, sends) in self.sends.clone() {
            let intents = intents.get(&operation).copied().unwrap_or_default();
            let clean_max = clean_max * if operation == TWICE { 2 } else { 1 };
            if sends.clean > intents * clean_max || sends.all > intents * SENDS_PER_INTENT_MAX {
                let what = format!("{operation}: {intents} intents, and {sends:?}");
                self.say(Promise::Settled, what);
            }
        }
    }

    /// The calls of a journal, which is closed.
    fn journal(&mut self, path: &Path) -> Calls {
        let text = fs::read_to_string(path).unwrap_or_default();
        let records: Vec<Option<Value>> = text.split_inclusive('\n').map(record).collect();
        let closed = records.last().is_some_and(|last| {
            let last = last.as_ref();
            last.is_some_and(|last| last["record"] == "closed")
        });
        if !closed || records.contains(&None) {
            self.say(
                Promise::Settled,
                format!("{} is not closed", path.display()),
            );
        }
        let of = |word: &'static str| {
            let records = records.iter().flatten();
            records.filter(move |record| record["record"] == word)
        };
        if !self.verified.contains(path) {
            self.verified.insert(path.to_owned());
            self.tally.journals += 1;
            for settled in of("settled") {
                let found = settled["found"]["result"].as_str().unwrap_or_default();
                *self.tally.settled.entry(found.to_owned()).or_default() += 1;
            }
            self.tally.intents += u64::try_from(of("intent").count()).unwrap_or_default();
        }
        of("intent").filter_map(call).collect()
    }

    /// Checks that a receipt verifies, and has the calls of its journal.
    fn receipt(&mut self, model: &Model, path: &Path, calls: &Calls) {
        if self.verified.contains(path) {
            return;
        }
        self.verified.insert(path.to_owned());
        let text = fs::read_to_string(path).unwrap_or_default();
        let Ok(receipt) = serde_json::from_str::<Value>(&text) else {
            let what = format!("{} is not there, or no JSON", path.display());
            return self.say(Promise::Settled, what);
        };
        let entries = receipt["entries"].as_array().into_iter().flatten();
        let sent: Calls = entries
            .filter_map(|entry| entry["sent"].as_array())
            .flatten()
            .filter_map(call)
            .collect();
        if sent != *calls {
            let what = format!("{} has {sent:?}, its journal {calls:?}", path.display());
            self.say(Promise::Settled, what);
        }
        let file = path.display().to_string();
        let arguments = ["show", "--verify", &file].map(str::to_owned);
        let ended = self.child(model, &arguments, None);
        self.settled_code(&ended, "show --verify");
        self.tally.receipts += 1;
        self.tally.receipts_rebuilt += u64::from(receipt["state"] == "rebuilt");
    }
}
