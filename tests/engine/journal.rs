//! What a run does when its journal cannot be written.

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use trueup::apply::{
    Answer, Evidence, Intent, Journal, JournalError, Outcome, Receipt, Stop, Verdict,
};

use super::world::{Seen, Silent, World, ending, outcome};
use crate::toy::desired::{customer, set, text};

/// A journal that takes so many calls down and is full then.
struct Filling {
    room: u64,
    taken: AtomicU64,
    lines: Mutex<Vec<String>>,
}

impl Filling {
    fn new(room: u64) -> Self {
        Self {
            room,
            taken: AtomicU64::new(0),
            lines: Mutex::new(Vec::new()),
        }
    }

    fn note(&self, line: String) {
        self.lines.lock().expect("no panic").push(line);
    }
}

#[async_trait]
impl Journal for Filling {
    async fn intent(&self, intent: &Intent<'_>) -> Result<u64, JournalError> {
        if let Some(error) = self.broken() {
            return Err(error);
        }
        self.note(format!("intent {}", intent.call.operation));
        Ok(self.taken.fetch_add(1, Ordering::SeqCst) + 1)
    }

    async fn answered(&self, sequence: u64, _: Answer) {
        self.note(format!("answer {sequence}"));
    }

    async fn ended(&self, outcome: &Outcome, evidence: Evidence<'_>) {
        let read_back = evidence.read_back.map_or("", |_| ", read back");
        self.note(format!("ended {}{read_back}", outcome.verdict.word()));
    }

    async fn amended(&self, outcome: &Outcome) {
        self.note(format!("amended {}", outcome.verdict.word()));
    }

    fn broken(&self) -> Option<JournalError> {
        let full = self.taken.load(Ordering::SeqCst) >= self.room;
        full.then(|| JournalError("no room".to_owned()))
    }
}

async fn carry_out(world: &World, seen: &Seen, journal: &Filling) -> Receipt {
    let stop = Stop::default();
    world.carry_out_in(seen, &Silent, journal, &stop).await
}

#[tokio::test]
async fn a_journal_that_is_full_stops_new_calls_and_new_changes() {
    let world = World::start()
        .await
        .limited(|limits| limits.concurrency = 1);
    let manifests = [customer("a").set("channels", set(&["mail"])), customer("b")];
    let seen = world.plan(&manifests).await;
    let journal = Filling::new(1);
    let receipt = carry_out(&world, &seen, &journal).await;
    let full = "the journal cannot be written: no room";
    assert_eq!(ending(&receipt, "a"), (Verdict::Failed, full));
    assert_eq!(ending(&receipt, "b"), (Verdict::NotStarted, full));
    assert_eq!(world.writes(), ["POST /customers"]);
    let lines = journal.lines.lock().expect("no panic").clone();
    assert_eq!(
        lines,
        [
            "intent POST /customers",
            "answer 1",
            "ended failed, read back",
            "ended not started"
        ]
    );
}

#[tokio::test]
async fn every_repetition_has_its_own_intent() {
    let world = World::start().await;
    let seen = world.plan(&[customer("a")]).await;
    world.fault("POST /customers=drop-before#1");
    let journal = Filling::new(9);
    let receipt = carry_out(&world, &seen, &journal).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    let lines = journal.lines.lock().expect("no panic").clone();
    assert_eq!(
        lines,
        [
            "intent POST /customers",
            "answer 1",
            "intent POST /customers",
            "answer 2",
            "ended done, read back",
        ]
    );
}

/// What was read before a call is no evidence of what the call has done.
#[tokio::test]
async fn only_what_was_read_after_the_last_call_is_read_back() {
    for (faults, ended) in [
        (&[][..], "ended done, read back"),
        (&["PATCH /customers/{id}=403"], "ended failed"),
        // The first look is before the call.
        (&["GET /customers/{id}=403#2"], "ended unknown"),
        // The look after a lost answer is after the call.
        (
            &[
                "PATCH /customers/{id}=drop-after",
                "GET /customers/{id}=403#3",
            ],
            "ended unknown, read back",
        ),
    ] {
        let world = World::start().await;
        world.settle(&[customer("a")]).await;
        let seen = world.plan(&[customer("a").set("note", text("new"))]).await;
        for fault in faults {
            world.fault(fault);
        }
        let journal = Filling::new(9);
        carry_out(&world, &seen, &journal).await;
        let lines = journal.lines.lock().expect("no panic").clone();
        assert_eq!(lines, ["intent PATCH /customers/{id}", "answer 1", ended]);
    }
}

/// Nothing is sent to a provider that asked to be left alone, nothing is taken
/// down, and nobody looks what came of it.
#[tokio::test]
async fn a_provider_that_asked_to_be_left_alone_is_left_alone() {
    let world = World::start()
        .await
        .limited(|limits| limits.concurrency = 1);
    let manifests: Vec<_> = (0..40).map(|at| customer(&format!("c{at:02}"))).collect();
    let seen = world.plan(&manifests).await;
    world.server().clear_log();
    world.fault("POST /customers=429-forever#1");
    let journal = Filling::new(99);
    let receipt = carry_out(&world, &seen, &journal).await;
    assert_eq!(ending(&receipt, "c00").0, Verdict::Unknown);
    assert_eq!(receipt.counts.not_started, 39);
    let last = outcome(&receipt, "c39");
    let reason = last.reason.as_deref().unwrap_or_default();
    assert!(
        reason.starts_with("the provider asked to be left alone for another "),
        "{reason}"
    );
    let hint = last.hint.as_deref().unwrap_or_default();
    assert!(hint.starts_with("run again in "), "{hint}");
    assert!(last.calls.is_empty());
    let lines = journal.lines.lock().expect("no panic").clone();
    let first = ["intent POST /customers", "answer 1", "ended unknown"];
    assert_eq!(lines[..3], first);
    assert!(lines[3..].iter().all(|line| line == "ended not started"));
    let log = world.server().log();
    let operations: Vec<&str> = log.iter().map(|entry| entry.operation.as_str()).collect();
    // Two pages prove the absence once more.
    let before = "GET /customers";
    assert_eq!(operations, [before, before, "POST /customers"]);
}
