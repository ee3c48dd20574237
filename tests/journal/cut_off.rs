//! Runs that are cut off: the next one settles what was open, makes nothing
//! twice, and the receipt is there all the same.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Child, Command},
    time::Duration,
};

use serde_json::Value;
use tokio::time::Instant;

use super::world::{CREATE, World, entry, sent};

/// Within this time a run has looked several times, at the pace of these tests.
const LOOKS_WITHIN: Duration = Duration::from_mins(1);

fn signal(child: &Child) {
    send(child, "-INT");
}

fn send(child: &Child, signal: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args([signal, &id]).status();
    assert!(sent.expect("kill runs").success());
}

#[tokio::test(flavor = "multi_thread")]
async fn gcorelabs_127_create_done_answer_lost_is_adopted() {
    let world = World::start(1, &["a", "b", "c"]).await;
    world.crash(2);
    let status = world.repository.run(["status", "--detailed-exitcode"]);
    assert_eq!(status.code, 2, "{}", status.stderr);
    for says in [
        " open\n",
        "open: CreateAccount of ZegoalAccount/b",
        "1 of 3 changes",
    ] {
        assert!(status.stdout.contains(says), "{says}: {}", status.stdout);
    }
    let plan = world.repository.run(["plan", "-f", "."]);
    assert!(
        plan.stderr.contains("the next apply settles it"),
        "{}",
        plan.stderr
    );

    let ran = world.resume();
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    for says in [
        "was cut off when 1 of 3 changes had ended; 1 call to settle.",
        "CreateAccount of ZegoalAccount/b was carried out; the record is ",
        "done        create ZegoalAccount/c",
    ] {
        assert!(ran.stderr.contains(says), "{says}: {}", ran.stderr);
    }
    assert_eq!(world.creates(), 3);
    assert!(world.accounts().values().all(|number| *number == 1));
    let receipts = world.receipts();
    let [first, second] = receipts.as_slice() else {
        panic!("{receipts:#?}");
    };
    assert_eq!(first["state"], "rebuilt");
    assert_eq!(entry(first, "a")["verdict"], "done");
    assert_eq!(entry(first, "b")["verdict"], "unknown");
    assert_eq!(
        entry(first, "b")["sent"][0]["settled"]["result"],
        "carried-out"
    );
    assert_eq!(entry(first, "c")["verdict"], "not-started");
    assert_eq!(second["state"], "complete");
    assert_eq!(second["settled"][0]["found"]["result"], "carried-out");
    for file in world.run_files(".receipt.json") {
        let shown = world.repository.run(["show", &file, "--verify"]);
        assert_eq!(shown.code, 0, "{}", shown.stderr);
    }
    let status = world.repository.run(["status", "--detailed-exitcode"]);
    assert_eq!(status.code, 0, "{}", status.stdout);
    assert!(
        status.stdout.ends_with("Nothing is open.\n"),
        "{}",
        status.stdout
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn atlas_2455_crash_after_k_of_n_resume_to_zero_pending() {
    let names = ["a", "b", "c"];
    for k in 1..=names.len() {
        let world = World::start(1, &names).await;
        world.crash(k);
        let ran = world.resume();
        assert_eq!(ran.code, 0, "{k}: {}{}", ran.stdout, ran.stderr);
        let plan = world
            .repository
            .run(["plan", "-f", ".", "--detailed-exitcode"]);
        assert_eq!(
            (plan.code, plan.stderr.as_str()),
            (0, ""),
            "{}",
            plan.stdout
        );
        let status = world.repository.run(["status", "--detailed-exitcode"]);
        assert_eq!(status.code, 0, "{k}: {}", status.stdout);
        assert_eq!(world.creates(), names.len(), "{k}");
        assert_eq!(world.accounts().len(), names.len(), "{k}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_rebuilt_without_a_next_run() {
    let world = World::start(1, &["a", "b"]).await;
    world.crash(2);
    let status = world.repository.run(["status", "--receipts", "-o", "json"]);
    assert_eq!(status.code, 0, "{}", status.stderr);
    let status: Value = serde_json::from_str(&status.stdout).expect("JSON");
    assert_eq!(status["runs"][0]["standing"], "open");
    assert_eq!(status["runs"][0]["open"][0]["operation"], CREATE);
    let receipts = world.receipts();
    assert_eq!(receipts[0]["state"], "rebuilt");
    let creates = sent(&receipts[0])
        .into_iter()
        .filter(|call| call["operation"] == CREATE);
    assert_eq!(creates.count(), 2);
    assert_eq!(entry(&receipts[0], "b")["sent"][0].get("answer"), None);
    // What the next run finds out comes into it all the same.
    assert_eq!(world.resume().code, 0);
    let receipts = world.receipts();
    assert_eq!(receipts[0]["state"], "rebuilt");
    let settled = &entry(&receipts[0], "b")["sent"][0]["settled"];
    assert_eq!(settled["result"], "carried-out", "{:#}", receipts[0]);
    for file in world.run_files(".receipt.json") {
        let shown = world.repository.run(["show", &file, "--verify"]);
        assert_eq!(shown.code, 0, "{}", shown.stderr);
    }
}

/// The seconds that an apply says first that it waits.
fn waiting(child: &mut Child) -> u64 {
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    stderr.read_line(&mut line).expect("a line");
    let words: Vec<&str> = line.split(' ').collect();
    let ["Waiting", seconds, "seconds:", ..] = words.as_slice() else {
        panic!("{line}");
    };
    seconds.parse().expect("a number")
}

/// The next run could find it absent while the server is still at it.
#[tokio::test(flavor = "multi_thread")]
async fn a_young_create_is_waited_for_and_a_signal_ends_the_wait() {
    let world = World::start(1, &["a"]).await;
    let provider = world.repository.read("provider.json");
    let patient = r#""concurrency":1,"timeoutSeconds":300"#;
    let provider = provider.replace(r#""concurrency":1"#, patient);
    assert!(provider.contains(patient), "{provider}");
    world.repository.write("provider.json", provider);
    world.crash(1);
    let mut child = world.apply();
    let seconds = waiting(&mut child);
    // Two and a half minutes until it is sent, and five of work.
    assert!((400..=450).contains(&seconds), "{seconds}");
    let standing = || {
        let status = world.repository.run(["status", "-o", "json"]);
        let status: Value = serde_json::from_str(&status.stdout).expect("JSON");
        let run = &status["runs"][0];
        let by = run["settledBy"].as_str().map(str::to_owned);
        (
            run["standing"].clone(),
            by,
            status["locks"][0]["run"].clone(),
        )
    };
    let (stands, by, lock) = standing();
    let by = by.expect("the run that waits");
    assert_eq!((stands, lock), ("being-settled".into(), by.as_str().into()));
    let plan = world.repository.run(["plan", "-f", "."]);
    let says = format!("left something open; run {by}");
    let words: Vec<&str> = plan.stderr.split_whitespace().collect();
    assert!(words.join(" ").contains(&says), "{}", plan.stderr);
    // Where tests run in the background, Ctrl-C is ignored until somebody asks
    // for it, which the wait does not.
    send(&child, "-TERM");
    let status = child.wait().expect("it ends");
    assert!(!status.success(), "{status}");
    assert_eq!(standing(), ("open".into(), None, Value::Null));
    assert_eq!(world.receipts().len(), 0);
    // It left nothing locked.
    let ran = world.resume();
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(world.creates(), 1);
}

/// The account is there, so that the next run has no absent record to look for;
/// what is added to it could be added twice all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_a_killed_run_added_is_waited_for_and_made_once() {
    let world = World::start(1, &["a"]).await;
    assert_eq!(world.resume().code, 0);
    // Accounts that others made may have none.
    let mut state = world.running.state();
    for account in state["accounts"]
        .as_object_mut()
        .expect("accounts")
        .values_mut()
    {
        account["contracts"] = Value::Array(Vec::new());
    }
    world.running.restore(state).expect("a state");
    let manifest = world.repository.read("a.yaml");
    let with_contract = manifest + "  contract: { contractNumber: C-118 }\n";
    world.repository.write("a.yaml", with_contract);
    let held = world.hold("AddContract");
    let mut child = world.apply();
    let seconds = waiting(&mut child);
    assert!((180..=210).contains(&seconds), "{seconds}");
    send(&child, "-TERM");
    assert!(!child.wait().expect("it ends").success());
    assert_eq!(world.running.call(&held).status, 200);
    let ran = world.resume();
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let says = "AddContract of ZegoalAccount/a has nothing left to do";
    assert!(ran.stderr.contains(says), "{}", ran.stderr);
    let state = world.running.state().to_string();
    assert_eq!(state.matches("\"C-118\"").count(), 1, "{state}");
}

/// A gateway that has given up says nothing of the server behind it.
#[tokio::test(flavor = "multi_thread")]
async fn a_create_that_comes_late_is_found_by_the_run_that_sent_it() {
    let world = World::start(1, &["a"]).await;
    let (child, held) = world.apply_held(CREATE);
    let looks = || {
        let log = world.running.log();
        let since = log.iter().skip_while(|entry| entry.operation != CREATE);
        since.skip(1).count()
    };
    let begin = Instant::now();
    while looks() < 5 {
        assert!(begin.elapsed() < LOOKS_WITHIN, "{} looks", looks());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(world.running.call(&held).status, 200);
    let ended = child.wait_with_output().expect("it ends");
    assert!(ended.status.success(), "{ended:?}");
    let told = world.receipts()[0].to_string();
    assert!(
        told.contains("the provider shows that it was carried out"),
        "{told}"
    );
    assert_eq!((world.creates(), world.accounts()["a"]), (1, 1));
}

/// Two logins of one account are two providers to the manifests alone.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_under_two_names_stays_open_until_it_has_one_which_may_be_new() {
    let mut world = World::start(1, &["a"]).await;
    world.crash(1);
    let provider = world.repository.read("provider.json");
    let login = world.running.provider_settings()["credentials"]["login"].clone();
    world
        .repository
        .set("ANOTHER_LOGIN", login.as_str().expect("a text"));
    let another = provider
        .replace(r#""name":"zegoal""#, r#""name":"another""#)
        .replace(r#""LOGIN""#, r#""ANOTHER_LOGIN""#);
    world.repository.write("another.json", another);
    let manifest = world.repository.read("a.yaml");
    for name in ["zegoal", "another"] {
        let manifest = manifest.replace("spec:\n", &format!("spec:\n  provider: {name}\n"));
        world.repository.write("a.yaml", manifest);
        let ran = world.resume();
        assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
        let says = "providers `another` and `zegoal` are one account";
        assert!(ran.stderr.contains(says), "{}", ran.stderr);
    }
    world.repository.remove("provider.json");
    let ran = world.resume();
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let says = "CreateAccount of ZegoalAccount/a was carried out";
    assert!(ran.stderr.contains(says), "{}", ran.stderr);
    assert_eq!(world.creates(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_interrupt_leaves_the_call_open_for_the_next_run() {
    let world = World::start(1, &["a", "b"]).await;
    world.fault(&format!("zegoal:{CREATE}=slow#1"));
    let mut child = world.apply();
    world.wait_for_creates(1);
    signal(&child);
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    stderr.read_line(&mut line).expect("a line");
    assert!(line.starts_with("Interrupted: "), "{line}");
    signal(&child);
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).expect("text");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{rest}");
    assert!(rest.contains("error: stopped at once"), "{rest}");
    let ran = world.resume();
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let says = "CreateAccount of ZegoalAccount/a was carried out";
    assert!(ran.stderr.contains(says), "{}", ran.stderr);
    assert_eq!(world.creates(), 2);
    assert_eq!(world.receipts().len(), 2);
}

/// Takes the last line of the only journal away: the run was cut off before it
/// could close it.
fn reopen(world: &World) {
    let journals = world.run_files(".journal");
    let [journal] = journals.as_slice() else {
        panic!("{journals:?}");
    };
    let text = world.repository.read(journal);
    let (lines, closed) = text.trim_end().rsplit_once('\n').expect("several lines");
    assert!(closed.contains("\"closed\""), "{closed}");
    world.repository.write(journal, format!("{lines}\n"));
}

/// Where receipts come from.
fn states(world: &World) -> Vec<String> {
    let states = world.receipts().into_iter();
    let mut states: Vec<String> = states
        .map(|receipt| receipt["state"].as_str().unwrap_or_default().to_owned())
        .collect();
    states.sort();
    states
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_cut_off_before_its_journal_was_closed_is_closed_by_the_next() {
    let world = World::start(1, &["a"]).await;
    assert_eq!(world.resume().code, 0);
    reopen(&world);
    let ran = world.resume();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let says = "was cut off when all was done; nothing was under way.";
    assert!(ran.stderr.contains(says), "{}", ran.stderr);
    let status = world.repository.run(["status", "--detailed-exitcode"]);
    assert_eq!(status.code, 0, "{}", status.stdout);
    assert_eq!(states(&world), ["complete", "complete"]);
}

/// Such a run has locked no provider, so that any other may close it.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_without_a_provider_that_was_cut_off_is_closed_by_the_next() {
    let world = World::start(1, &["a"]).await;
    let nothing = ["apply", "-f", ".", "--auto-approve", "-l", "tier=none"];
    assert_eq!(world.repository.run(nothing).code, 0);
    reopen(&world);
    let receipt = world.run_files(".receipt.json").pop().expect("a receipt");
    fs::remove_file(world.repository.path().join(receipt)).expect("the receipt");
    let status = world.repository.run(["status", "--detailed-exitcode"]);
    assert_eq!(status.code, 2, "{}", status.stdout);
    assert_eq!(world.resume().code, 0);
    let status = world.repository.run(["status", "--detailed-exitcode"]);
    assert_eq!(status.code, 0, "{}", status.stdout);
    assert_eq!(states(&world), ["complete", "rebuilt"]);
}
