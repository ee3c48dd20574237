//! What a run does when its journal cannot be written.

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use trueup::apply::{
    Answer, Context, Evidence, Intent, Journal, JournalError, Outcome, Stop, Verdict, apply,
};

use super::world::{Silent, World, ending};
use crate::toy::desired::{customer, set};

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

    async fn ended(&self, outcome: &Outcome, _: Evidence<'_>) {
        self.note(format!("ended {}", outcome.verdict.word()));
    }

    async fn amended(&self, outcome: &Outcome) {
        self.note(format!("amended {}", outcome.verdict.word()));
    }

    fn broken(&self) -> Option<JournalError> {
        let full = self.taken.load(Ordering::SeqCst) >= self.room;
        full.then(|| JournalError("no room".to_owned()))
    }
}

#[tokio::test]
async fn a_journal_that_is_full_stops_new_calls_and_new_changes() {
    let world = World::start()
        .await
        .limited(|limits| limits.concurrency = 1);
    let manifests = [customer("a").set("channels", set(&["mail"])), customer("b")];
    let seen = world.plan(&manifests).await;
    let journal = Filling::new(1);
    let context = Context {
        desired: &seen.desired,
        observed: &seen.observed,
        readers: &world.readers(&seen.desired),
        writers: &world.writers_of(&seen.desired),
        progress: &Silent,
        journal: &journal,
        stop: Stop::default(),
    };
    let receipt = apply(&seen.planned, &context).await;
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
            "ended failed",
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
    let context = Context {
        desired: &seen.desired,
        observed: &seen.observed,
        readers: &world.readers(&seen.desired),
        writers: &world.writers_of(&seen.desired),
        progress: &Silent,
        journal: &journal,
        stop: Stop::default(),
    };
    let receipt = apply(&seen.planned, &context).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    let lines = journal.lines.lock().expect("no panic").clone();
    assert_eq!(
        lines,
        [
            "intent POST /customers",
            "answer 1",
            "intent POST /customers",
            "answer 2",
            "ended done",
        ]
    );
}
