//! A disk that fills up stops new calls, and nothing that is known is lost.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::*;
use crate::{
    apply::Verdict,
    journal::{Ending, Header, Holder, JOURNAL_FORMAT, receipt},
    model::{Address, Digest, FieldPath, Leaf, ProviderName, RemoteId},
    provider::{Action, Call, Repeat},
};

/// A disk that takes so many writes and is full then.
struct Filling {
    writes_left: usize,
    synced: Arc<AtomicUsize>,
}

impl Write for Filling {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.writes_left == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.writes_left -= 1;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Filling {
    fn sync(&mut self) -> io::Result<()> {
        self.synced.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

fn address() -> Address {
    Address {
        kind: "ToyCustomer",
        name: "acme".into(),
    }
}

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn journal(writes_left: usize) -> (RunJournal, Arc<AtomicUsize>) {
    let header = Header {
        format: JOURNAL_FORMAT.to_owned(),
        run: "r".to_owned(),
        version: "0.1.0".to_owned(),
        started: now(),
        plan: Digest::of_bytes(b"plan"),
        blocked: 0,
        manifests: Vec::new(),
        providers: Vec::new(),
        holder: Holder {
            user: "anna".to_owned(),
            host: "build-7".to_owned(),
            pid: 1,
        },
    };
    let planned = Taken::Planned {
        address: address(),
        provider: ProviderName("toy".into()),
        action: Action::Create,
        remote: None,
        writes: std::collections::BTreeMap::new(),
    };
    let past = Past {
        header,
        records: vec![planned],
    };
    let synced = Arc::new(AtomicUsize::new(0));
    let sink = Filling {
        writes_left,
        synced: Arc::clone(&synced),
    };
    let key = FingerprintKey::from_text("k");
    let journal = RunJournal::start(sink, Chain::default(), past, key, now);
    (journal, synced)
}

async fn intend(journal: &RunJournal) -> Result<u64, JournalError> {
    let intent = Intent {
        address: &address(),
        provider: &ProviderName("toy".into()),
        action: Action::Create,
        call: &Call::new("POST /customers", Repeat::AfterLookup),
        remote: None,
        key: "acme",
    };
    journal.intent(&intent).await
}

#[tokio::test]
async fn an_intent_is_synced_before_it_has_a_number() {
    let (journal, synced) = journal(10);
    assert_eq!(intend(&journal).await, Ok(1));
    assert_eq!(synced.load(Ordering::SeqCst), 1);
    assert_eq!(intend(&journal).await, Ok(2));
    assert_eq!(synced.load(Ordering::SeqCst), 2);
    assert_eq!(journal.past().open_calls().len(), 2);
}

#[tokio::test]
async fn the_last_word_of_a_change_counts_and_keeps_its_fingerprints() {
    let (journal, _) = journal(10);
    let mut outcome = Outcome {
        address: address(),
        provider: ProviderName("toy".into()),
        action: Action::Create,
        verdict: Verdict::Done,
        remote: Some(RemoteId("c-1".to_owned())),
        reason: None,
        hint: None,
        calls: Vec::new(),
        not_stored: Vec::new(),
        notes: Vec::new(),
    };
    let note: FieldPath = serde_json::from_str(r#""note""#).expect("a path");
    let desired: Tree = [(note, Leaf::Text("wanted".to_owned()))]
        .into_iter()
        .collect();
    let evidence = Evidence {
        desired: Some(&desired),
        ..Evidence::default()
    };
    journal.ended(&outcome, evidence).await;
    outcome.verdict = Verdict::Failed;
    journal.amended(&outcome).await;
    let past = journal.past();
    let words: Vec<_> = past.ended().map(|ended| ended.outcome.verdict).collect();
    assert_eq!(words, [Verdict::Failed]);
    assert_eq!((past.counts().done, past.counts().failed), (0, 1));
    let last = past.ended().next().expect("one change");
    assert!(last.after.is_some());
    let document = receipt(&past, Ending::Well(now(), Vec::new())).expect("JSON");
    assert_eq!(document.entries.len(), 1);
    assert_eq!(document.entries[0].outcome.verdict, Verdict::Failed);
}

#[tokio::test]
async fn a_full_disk_stops_new_calls_and_the_receipt_is_complete() {
    let (journal, _) = journal(1);
    assert_eq!(intend(&journal).await, Ok(1));
    let created = Some(RemoteId("c-1".to_owned()));
    journal.answered(1, Answer::Performed { created }).await;
    let error = journal.broken().expect("broken");
    assert_eq!(
        error.to_string(),
        "the journal cannot be written: no storage space"
    );
    assert_eq!(intend(&journal).await, Err(error.clone()));
    assert_eq!(journal.close().await, Err(error));
    let document = receipt(&journal.past(), Ending::CutOff).expect("JSON");
    let sent = &document.entries[0].sent;
    assert_eq!(sent.len(), 1, "what was not sent is not in it");
    assert!(matches!(sent[0].answer, Some(Answer::Performed { .. })));
    let notes = &document.entries[0].outcome.notes;
    assert_eq!(*notes, ["done before: POST /customers"]);
}

#[tokio::test]
async fn an_open_call_keeps_the_journal_open() {
    let (unclear, _) = journal(10);
    assert_eq!(intend(&unclear).await, Ok(1));
    unclear.answered(1, Answer::Unclear { status: None }).await;
    assert_eq!(unclear.close().await, Ok(()));
    assert!(!unclear.past().is_closed());
    let (clear, _) = journal(10);
    assert_eq!(intend(&clear).await, Ok(1));
    clear
        .answered(1, Answer::Refused { status: Some(400) })
        .await;
    assert_eq!(clear.close().await, Ok(()));
    assert!(clear.past().is_closed());
}
