//! Journals in a folder: who may read them, which are kept, which are taken over.

use std::fs;

use super::*;
use crate::{
    apply::{Intent, Journal as _},
    journal::{Holder, JOURNAL_FORMAT},
    model::{Address, Digest, ProviderName},
    provider::{Action, Call, Repeat},
};

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn header(run: &str) -> Header {
    Header {
        format: JOURNAL_FORMAT.to_owned(),
        run: run.to_owned(),
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
    }
}

fn begin(runs: &Runs, run: &str) -> Result<RunJournal, FileError> {
    let key = FingerprintKey::from_text("k");
    runs.begin(header(run), Vec::new(), key, now)
}

fn address() -> Address {
    Address {
        kind: "ToyCustomer",
        name: "acme".into(),
    }
}

fn planned() -> Taken {
    Taken::Planned {
        address: address(),
        provider: ProviderName("toy".into()),
        action: Action::Create,
        remote: None,
        writes: std::collections::BTreeMap::new(),
    }
}

async fn intend(journal: &RunJournal) {
    let address = address();
    let intent = Intent {
        address: &address,
        provider: &ProviderName("toy".into()),
        action: Action::Create,
        call: &Call::new("POST /customers", Repeat::AfterLookup),
        remote: None,
        key: "a-key",
    };
    journal.intent(&intent).await.expect("taken down");
}

#[tokio::test]
async fn a_run_that_is_held_is_left_alone_and_one_that_was_cut_off_is_taken_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = Runs::below(&folder.path().join("state"));
    assert!(runs.list().expect("reads").is_empty());
    let journal = begin(&runs, "one").expect("begins");
    intend(&journal).await;
    assert!(runs.is_held("one").expect("reads"));
    assert!(runs.take_over("one").expect("reads").is_none());
    let past = runs.read("one").expect("reads").expect("whole");
    assert_eq!(past.open_calls().len(), 1, "readers need no lock");
    drop(journal);
    assert!(!runs.is_held("one").expect("reads"));
    assert_eq!(runs.open_runs().expect("reads"), ["one"]);
    let mut opened = runs.take_over("one").expect("reads").expect("cut off");
    assert!(runs.take_over("one").expect("reads").is_none(), "held");
    opened
        .add(vec![Taken::Closed { at: now() }])
        .expect("writes");
    drop(opened);
    assert!(runs.open_runs().expect("reads").is_empty());
    assert!(runs.read("one").expect("reads").expect("whole").is_closed());
}

#[tokio::test]
async fn a_torn_line_is_cut_off_before_more_is_added() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = Runs::below(folder.path());
    let journal = begin(&runs, "one").expect("begins");
    intend(&journal).await;
    drop(journal);
    let path = folder.path().join("runs/one.journal");
    let whole = fs::read(&path).expect("reads");
    fs::write(&path, &whole[..whole.len() - 7]).expect("writes");
    let mut opened = runs.take_over("one").expect("reads").expect("cut off");
    assert_eq!(opened.past.open_calls().len(), 0);
    opened
        .add(vec![Taken::Closed { at: now() }])
        .expect("writes");
    drop(opened);
    assert!(
        runs.read("one")
            .expect("no damage")
            .expect("whole")
            .is_closed()
    );
}

#[test]
fn a_journal_without_a_whole_first_line_sent_nothing_and_is_taken_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = Runs::below(folder.path());
    drop(begin(&runs, "one").expect("begins"));
    let path = folder.path().join("runs/one.journal");
    fs::write(&path, "half a li").expect("writes");
    assert!(runs.read("one").expect("reads").is_none());
    assert!(runs.take_over("one").expect("reads").is_none());
    assert!(!path.exists());
}

#[test]
fn a_damaged_journal_names_file_and_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = Runs::below(folder.path());
    drop(begin(&runs, "one").expect("begins"));
    let path = folder.path().join("runs/one.journal");
    let mut text = fs::read_to_string(&path).expect("reads");
    text.push_str("x\ny\n");
    fs::write(&path, text).expect("writes");
    let error = runs.take_over("one").err().expect("damaged");
    assert_eq!(
        error.to_string(),
        format!("{}: line 2 is damaged", path.display())
    );
}

#[test]
fn a_folder_that_cannot_be_made_is_found_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state");
    fs::write(&file, "").expect("writes");
    let error = begin(&Runs::below(&file), "one").err().expect("no folder");
    assert!(error.to_string().contains("making the folder"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_for_their_owner_alone_and_keep_out_of_git() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    let runs = Runs::below(&state);
    let journal = begin(&runs, "one").expect("begins");
    journal.close().await.expect("closes");
    let document = receipt(&journal.past(), Ending::CutOff).expect("JSON");
    runs.keep_receipt(&document).expect("writes");
    let mode = |path: &Path| {
        let metadata = fs::metadata(path).expect("there");
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode(&state), 0o700);
    assert_eq!(mode(&state.join("runs")), 0o700);
    assert_eq!(mode(&state.join("runs/one.journal")), 0o600);
    assert_eq!(mode(&state.join("runs/one.receipt.json")), 0o600);
    let ignored = fs::read_to_string(state.join(".gitignore")).expect("there");
    assert_eq!(ignored, "*\n");
}

#[tokio::test]
async fn only_the_oldest_closed_runs_are_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = Runs::below(folder.path());
    for at in 0..RUNS_KEPT + 3 {
        let journal = begin(&runs, &format!("run-{at:03}")).expect("begins");
        if at == 1 {
            intend(&journal).await;
        }
        journal.close().await.expect("closes");
    }
    runs.prune("run-999", "run-052").expect("removes");
    let left = runs.list().expect("reads");
    assert_eq!(left[..2], ["run-001", "run-003"], "the second one is open");
    assert_eq!(left.len(), RUNS_KEPT + 1);
}

#[tokio::test]
async fn runs_of_a_clock_that_was_ahead_go_before_those_made_since() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = Runs::below(folder.path());
    let ahead = (0..3).map(|at| format!("2036-{at}"));
    let since = (0..RUNS_KEPT).map(|at| format!("2026-{at:03}"));
    for run in ahead.chain(since) {
        let journal = begin(&runs, &run).expect("begins");
        journal.close().await.expect("closes");
    }
    runs.prune("2027", "2026-049").expect("removes");
    let left = runs.list().expect("reads");
    assert_eq!(left.len(), RUNS_KEPT);
    assert_eq!(left.last().map(String::as_str), Some("2026-049"));
}

/// Its receipt has just been written, for somebody to read.
#[tokio::test]
async fn the_run_that_is_ending_is_never_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = Runs::below(folder.path());
    for at in 0..RUNS_KEPT + 2 {
        let journal = begin(&runs, &format!("2026-{at:03}")).expect("begins");
        journal.close().await.expect("closes");
        let document = receipt(&journal.past(), Ending::CutOff).expect("JSON");
        runs.keep_receipt(&document).expect("writes");
    }
    // Its clock was put back while it went on.
    runs.prune("2026-040", "2026-051").expect("removes");
    assert_eq!(runs.list().expect("reads").len(), RUNS_KEPT);
    assert!(runs.receipt_path("2026-051").is_some());
    // All others began while it went on.
    let journal = begin(&runs, "2025").expect("begins");
    journal.close().await.expect("closes");
    runs.prune("2027", "2025").expect("removes");
    let left = runs.list().expect("reads");
    assert_eq!(left.len(), RUNS_KEPT);
    assert_eq!(left.first().map(String::as_str), Some("2025"));
}

/// Another apply looks at every journal of the folder at any moment.
#[test]
fn a_journal_is_never_seen_empty_or_free_while_its_run_begins() {
    const BEGUN: usize = 60;
    let folder = tempfile::tempdir().expect("a folder");
    let runs = Runs::below(folder.path());
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            let mut looks = 0_usize;
            while !done.load(std::sync::atomic::Ordering::SeqCst) {
                for run in runs.open_runs().expect("reads") {
                    assert!(runs.read(&run).expect("reads").is_some(), "{run} is empty");
                    assert!(runs.is_held(&run).expect("reads"), "{run} is free");
                    looks += 1;
                }
            }
            looks
        });
        let begun: Vec<RunJournal> = (0..BEGUN)
            .map(|at| begin(&runs, &format!("run-{at:03}")).expect("begins"))
            .collect();
        done.store(true, std::sync::atomic::Ordering::SeqCst);
        assert!(other.join().expect("none was seen so") > 0);
        assert_eq!(runs.list().expect("reads").len(), begun.len());
    });
    let names = fs::read_dir(folder.path().join("runs")).expect("a folder");
    assert_eq!(names.count(), BEGUN, "no temporary file is left");
}

#[tokio::test]
async fn a_rebuilt_receipt_is_made_anew_and_one_of_the_run_itself_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = Runs::below(folder.path());
    let path = folder.path().join("runs/one.receipt.json");
    let text = || fs::read_to_string(&path).expect("there");
    let journal = begin(&runs, "one").expect("begins");
    let begun = journal.past();
    runs.rebuild_receipt(&begun).expect("writes");
    let first = text();
    runs.rebuild_receipt(&begun).expect("nothing to write");
    assert_eq!(text(), first);
    intend(&journal).await;
    let mut later = journal.past();
    later.records.insert(0, planned());
    runs.rebuild_receipt(&later).expect("writes");
    assert!(text().contains("POST /customers"), "{}", text());

    let ending = Ending::Well(now(), Vec::new());
    let complete = receipt(&begun, ending).expect("JSON");
    runs.keep_receipt(&complete).expect("writes");
    let kept = text();
    for stays in [kept.as_str(), "half a rece"] {
        fs::write(&path, stays).expect("writes");
        runs.rebuild_receipt(&later).expect("nothing to write");
        assert_eq!(text(), stays);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_refused() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let runs = Runs::below(&at("state"));
    let journal = begin(&runs, "one").expect("begins");
    journal.close().await.expect("closes");
    fs::write(at("precious"), "precious\n").expect("writes");
    for name in ["two.journal", "one.receipt.json"] {
        symlink(at("precious"), at("state/runs").join(name)).expect("a link");
    }
    let document = receipt(&journal.past(), Ending::CutOff).expect("JSON");
    let refused = [
        begin(&runs, "two").map(drop),
        runs.read("two").map(drop),
        runs.is_held("two").map(drop),
        runs.take_over("two").map(drop),
        runs.open_runs().map(drop),
        runs.keep_receipt(&document),
    ];
    fs::rename(at("state"), at("moved")).expect("moves");
    symlink("moved", at("state")).expect("a link");
    let begun = begin(&runs, "three").map(drop);
    fs::remove_file(at("state")).expect("removes");
    fs::create_dir(at("state")).expect("a folder");
    symlink("../moved/runs", at("state/runs")).expect("a link");
    let below = [begin(&runs, "three").map(drop), runs.list().map(drop)];
    for outcome in refused.into_iter().chain([begun]).chain(below) {
        let error = outcome.expect_err("a link");
        assert!(error.to_string().contains("it is a link"), "{error}");
    }
    assert_eq!(
        fs::read_to_string(at("precious")).expect("reads"),
        "precious\n"
    );
    assert!(!at("moved/runs/three.journal").exists());
}

#[test]
fn a_journal_that_is_there_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = Runs::below(folder.path());
    drop(begin(&runs, "one").expect("begins"));
    let path = folder.path().join("runs/one.journal");
    let before = fs::read(&path).expect("reads");
    assert!(begin(&runs, "one").is_err());
    assert_eq!(fs::read(&path).expect("reads"), before);
}

#[test]
fn a_journal_that_leads_to_another_place_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = Runs::below(folder.path());
    drop(begin(&runs, "one").expect("begins"));
    let (text, _) = first_lines(&header("../../elsewhere"), &[]).expect("JSON");
    let path = folder.path().join("runs/one.journal");
    fs::write(path, text).expect("writes");
    for refused in [runs.read("one").err(), runs.take_over("one").err()] {
        let reason = refused.expect("damaged").to_string();
        assert!(
            reason.ends_with("is the journal of another run"),
            "{reason}"
        );
    }
}
