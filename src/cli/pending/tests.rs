//! Which journals a run takes over, and how long it waits before it settles them.

use std::path::Path;

use jiff::SignedDuration;

use super::super::state::holder;
use super::*;
use crate::{
    apply::{Answer, Intent, Journal as _},
    desired::provider::default_limits,
    http::{RETRY_AFTER_MAX, Transport},
    journal::{Header, HeaderProvider, JOURNAL_FORMAT, RunJournal},
    model::{Address, Digest, FingerprintKey, RemoteId},
    provider::{Action, Call, Repeat},
};

const SENT: &str = "2026-11-02T09:00:00Z";

fn sent() -> Timestamp {
    SENT.parse().expect("an instant")
}

fn after(seconds: i64) -> Timestamp {
    sent() + SignedDuration::from_secs(seconds)
}

fn toy() -> ProviderName {
    ProviderName("toy".into())
}

fn begin(state: &Path, run: &str, lock: &str, timeout_seconds: Option<u64>) -> RunJournal {
    let header = Header {
        format: JOURNAL_FORMAT.to_owned(),
        run: run.to_owned(),
        version: "0.1.0".to_owned(),
        started: sent(),
        plan: Digest::of_bytes(b"plan"),
        blocked: 0,
        manifests: Vec::new(),
        providers: vec![HeaderProvider {
            name: toy(),
            system: "toy".to_owned(),
            lock: lock.to_owned(),
            timeout_seconds,
        }],
        holder: holder(),
    };
    let key = FingerprintKey::from_text("k");
    let begun = Runs::below(state).begin(header, Vec::new(), key, sent);
    begun.expect("begins")
}

/// Takes down a create, and its answer if it has one.
async fn create(journal: &RunJournal, answer: Option<Answer>) {
    let call = Call::new("POST /customers", Repeat::AfterLookup);
    intend(journal, &call, None, answer).await;
}

/// Takes down a call, and its answer if it has one.
async fn intend(
    journal: &RunJournal,
    call: &Call,
    remote: Option<&RemoteId>,
    answer: Option<Answer>,
) {
    let address = Address {
        kind: "ToyCustomer",
        name: "acme".into(),
    };
    let intent = Intent {
        address: &address,
        provider: &toy(),
        action: Action::Create,
        call,
        remote,
        key: "a-key",
    };
    let sequence = journal.intent(&intent).await.expect("taken down");
    if let Some(answer) = answer {
        journal.answered(sequence, answer).await;
    }
}

fn locks(lock: &str) -> BTreeMap<ProviderName, String> {
    BTreeMap::from([(toy(), lock.to_owned())])
}

fn runs_of(pending: &Pending) -> Vec<&str> {
    let journals = pending.journals.iter();
    journals
        .map(|opened| opened.past.header.run.as_str())
        .collect()
}

#[test]
fn what_is_left_to_wait_is_never_more_than_the_interval() {
    let minute = Duration::from_mins(1);
    let wait = |seconds| left_to_wait(sent(), after(seconds), minute).as_secs();
    assert_eq!((wait(0), wait(59), wait(60), wait(600)), (60, 1, 0, 0));
    assert_eq!(wait(-5), 60, "a clock that went back");
    assert_eq!(left_to_wait(sent(), sent(), Duration::ZERO), Duration::ZERO);
}

/// A server that takes as long as the time-out, and a request that has waited for
/// two minutes before it was sent.
#[tokio::test]
async fn a_create_is_waited_for_as_long_as_its_provider_may_be_at_it() {
    let unclear = || Some(Answer::Unclear { status: Some(502) });
    for (timeout_seconds, answer, expected) in [
        (Some(60), None, 150 + 60),
        (Some(5), None, 150 + 60),
        (Some(300), None, 150 + 300),
        (None, None, 150 + 600),
        (Some(60), unclear(), 60),
        (Some(300), unclear(), 300),
        (Some(300), Some(Answer::Refused { status: None }), 0),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = begin(folder.path(), "one", "ours", timeout_seconds);
        create(&journal, answer).await;
        drop(journal);
        let runs = Runs::below(folder.path());
        let pending = take_over(&runs, "next", &locks("ours")).expect("cut off");
        let left = |interval, seconds| pending.left(interval, after(seconds)).as_secs();
        assert_eq!(left(None, 0), expected);
        assert_eq!(left(None, 59), expected.saturating_sub(59));
        assert_eq!(left(None, 751), 0);
        assert_eq!(left(Some(Duration::ZERO), 0), 0, "the sandbox");
    }
}

/// What a later run would find not done yet, and send again.
#[tokio::test]
async fn a_call_at_a_record_is_waited_for_where_a_second_one_does_harm() {
    let remote = RemoteId("7".to_owned());
    for (repeat, expected) in [(Repeat::AfterLookup, 150 + 60), (Repeat::Safe, 0)] {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = begin(folder.path(), "one", "ours", Some(60));
        let call = Call::new("POST /parts", repeat);
        intend(&journal, &call, Some(&remote), None).await;
        drop(journal);
        let runs = Runs::below(folder.path());
        let pending = take_over(&runs, "next", &locks("ours")).expect("cut off");
        assert_eq!(pending.left(None, sent()).as_secs(), expected, "{repeat:?}");
    }
}

/// The wait for `Retry-After` is counted in [`SEND_WITHIN`].
#[test]
fn no_provider_makes_a_request_wait_for_longer_than_is_counted() {
    let longest = RETRY_AFTER_MAX;
    let heeds = |asked| {
        let transport = Transport::new(default_limits()).expect("a client");
        transport.heed("CALL", "busy", asked, false).is_ok()
    };
    assert!(heeds(longest));
    assert!(!heeds(longest + Duration::from_secs(1)));
    assert!(SEND_WITHIN > longest);
}

#[tokio::test]
async fn only_runs_at_our_accounts_are_taken_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = Runs::below(folder.path());
    drop(begin(folder.path(), "one", "ours", None));
    drop(begin(folder.path(), "two", "theirs", None));
    let going_on = begin(folder.path(), "three", "theirs", None);
    let ours = take_over(&runs, "next", &locks("ours")).expect("cut off");
    assert_eq!(runs_of(&ours), ["one"]);
    let past = runs.read("one").expect("reads").expect("whole");
    assert!(runs.is_held("one").expect("reads"));
    assert_eq!(past.taken_over_by(), Some("next"));
    let error = take_over(&runs, "another", &locks("ours")).err();
    assert_eq!(
        error.expect("it is being settled").to_string(),
        "run next is going on at provider toy"
    );
    // What we hold says nothing to whoever settles another account.
    let error = take_over(&runs, "next", &locks("theirs"))
        .err()
        .expect("it is at it");
    assert_eq!(error.to_string(), "run three is going on at provider toy");
    drop(going_on);
    let theirs = take_over(&runs, "next", &locks("theirs")).expect("cut off");
    assert_eq!(runs_of(&theirs), ["three", "two"]);
}

#[test]
fn a_file_that_is_gone_beside_another_counts_as_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = |file: &str| folder.path().join(file).display().to_string();
    let (here, gone, there) = (
        name("m/here.yaml"),
        name("m/gone.yaml"),
        name("n/gone.yaml"),
    );
    std::fs::create_dir(folder.path().join("m")).expect("a folder");
    std::fs::write(&here, "").expect("a file");
    let read = read_again(&[gone.clone(), there.clone()], std::slice::from_ref(&here));
    assert!(read.contains(&here) && read.contains(&gone) && !read.contains(&there));
    let read = read_again(std::slice::from_ref(&here), &[gone]);
    assert!(
        !read.contains(&here),
        "it is there, and may hold a manifest"
    );
    let absolute = std::path::absolute("m").expect("a path");
    let read = read_again(&[], &["m".to_owned()]);
    assert!(read.contains(&absolute.display().to_string()));
    let read = read_again(&[], &[absolute.display().to_string()]);
    assert!(read.contains(&"m".to_owned()));
}
