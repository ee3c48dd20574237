//! Runs that are cut off: the next one settles what was open, makes nothing
//! twice, and the receipt is there all the same.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
};

use serde_json::{Value, json};
use trueup::{
    provider::ProviderDef,
    providers::ALL,
    simulator::{Clock, Knob, KnobSettings, Options, Request, Response, Running, Service, start},
};

use crate::support::Repository;

/// The call that makes an account.
const CREATE: &str = "CreateAccount";

/// A simulator that tells of each create that it has carried out.
struct Telling {
    inner: Box<dyn Service>,
    created: Sender<()>,
}

impl Service for Telling {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn knobs(&self) -> &'static [Knob] {
        self.inner.knobs()
    }

    fn handle(&mut self, request: &Request, knobs: &KnobSettings, clock: &Clock) -> Response {
        let response = self.inner.handle(request, knobs, clock);
        if self.operation(request) == CREATE {
            // A test that has seen enough no longer listens.
            let _ = self.created.send(());
        }
        response
    }

    fn operation(&self, request: &Request) -> String {
        self.inner.operation(request)
    }

    fn is_write(&self, request: &Request) -> bool {
        self.inner.is_write(request)
    }

    fn state(&self) -> Value {
        self.inner.state()
    }

    fn restore(&mut self, state: Value) -> Result<(), String> {
        self.inner.restore(state)
    }

    fn provider_settings(&self, base_url: &str) -> Value {
        self.inner.provider_settings(base_url)
    }
}

/// A system that outlives the runs, and a repository with accounts for it.
struct World {
    running: Running,
    created: Receiver<()>,
    repository: Repository,
}

fn zegoal() -> &'static ProviderDef {
    let found = ALL.iter().find(|def| def.name == "zegoal");
    found.expect("a system with one call for a create")
}

impl World {
    async fn start(concurrency: usize, names: &[&str]) -> Self {
        let (sender, created) = channel();
        let service = Telling {
            inner: (zegoal().simulate)(1),
            created: sender,
        };
        let options = Options {
            port: 0,
            clock: Clock::fixed("2026-11-02T09:00:00Z".parse().expect("an instant")),
        };
        let running = start(Box::new(service), options).await.expect("starts");
        let mut repository = Repository::new();
        let mut settings = running.provider_settings();
        for name in ["login", "password"] {
            let secret = settings["credentials"][name].as_str().expect("a text");
            repository.set(&name.to_uppercase(), secret);
            settings["credentials"][name] = json!({ "env": name.to_uppercase() });
        }
        let provider = json!({
            "apiVersion": "trueup.dev/v1alpha1",
            "kind": "Provider",
            "metadata": { "name": "zegoal" },
            "spec": {
                "zegoal": settings,
                "limits": { "requestsPerSecond": 1000, "concurrency": concurrency },
            },
        });
        repository.write("provider.json", provider.to_string());
        for name in names {
            repository.write(
                &format!("{name}.yaml"),
                format!(
                    "apiVersion: trueup.dev/v1alpha1\nkind: ZegoalAccount\nmetadata: {{ name: {name} }}\nspec:\n  basic: {{ accountName: Account {name} }}\n  bankInfo: {{ bankAccount: BG80BNBG96611020345678 }}\n"
                ),
            );
        }
        Self {
            running,
            created,
            repository,
        }
    }

    fn fault(&self, text: &str) {
        self.running.inject(text.parse().expect("a fault"));
    }

    /// Starts an apply.
    fn apply(&self) -> Child {
        self.repository
            .command()
            .args(["apply", "-f", ".", "--auto-approve"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs")
    }

    /// Waits until so many more creates have been carried out.
    fn wait_for_creates(&self, number: usize) {
        for _ in 0..number {
            self.created.recv().expect("the system is there");
        }
    }

    /// Starts an apply and kills it while the answer to its `k`th create is on
    /// its way.
    fn crash(&self, k: usize) {
        self.fault(&format!("zegoal:{CREATE}=slow#{k}"));
        let mut child = self.apply();
        self.wait_for_creates(k);
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        self.running.clear_faults();
    }

    /// Applies what is left, without a wait.
    fn resume(&self) -> crate::support::Ran {
        let arguments = ["apply", "-f", ".", "--auto-approve", "--settle-after", "0"];
        self.repository.run(arguments)
    }

    /// How many creates were sent in all.
    fn creates(&self) -> usize {
        let log = self.running.log();
        log.iter().filter(|entry| entry.operation == CREATE).count()
    }

    /// The codes of all accounts, and how many there are of each.
    fn accounts(&self) -> BTreeMap<String, usize> {
        let state = self.running.state();
        let mut found = BTreeMap::new();
        let text = state["accounts"].to_string();
        for name in ["a", "b", "c", "d", "e", "f"] {
            let code = format!("\"Account {name}\"");
            found.insert(name.to_owned(), text.matches(&code).count());
        }
        found.retain(|_, number| *number > 0);
        found
    }

    /// The files of runs that end so, oldest first.
    fn run_files(&self, ending: &str) -> Vec<String> {
        let folder = self.repository.path().join(".trueup/runs");
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("the folder of runs")
            .map(|entry| entry.expect("an entry").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .filter(|name| name.ends_with(ending))
            .map(|name| format!(".trueup/runs/{name}"))
            .collect();
        names.sort();
        names
    }

    fn receipts(&self) -> Vec<Value> {
        let files = self.run_files(".receipt.json");
        let read = |name: &String| serde_json::from_str(&self.repository.read(name));
        files.iter().map(|name| read(name).expect("JSON")).collect()
    }
}

fn entry<'a>(receipt: &'a Value, name: &str) -> &'a Value {
    let entries = receipt["entries"].as_array().expect("entries");
    let address = format!("ZegoalAccount/{name}");
    let found = entries.iter().find(|entry| entry["address"] == *address);
    found.unwrap_or_else(|| panic!("{name} is not in {receipt:#}"))
}

/// The calls of a receipt.
fn sent(receipt: &Value) -> Vec<&Value> {
    let entries = receipt["entries"].as_array().expect("entries");
    entries
        .iter()
        .flat_map(|entry| entry["sent"].as_array().expect("calls"))
        .collect()
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
    assert_eq!(sent(&receipts[0]).len(), 2);
    assert_eq!(entry(&receipts[0], "b")["sent"][0].get("answer"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn kapp_applying_changes_every_request_sent_is_in_the_receipt() {
    let world = World::start(4, &["a", "b", "c", "d", "e", "f"]).await;
    world.fault(&format!("zegoal:{CREATE}=403#2"));
    world.fault(&format!("zegoal:{CREATE}=drop-after#3"));
    world.fault(&format!("zegoal:{CREATE}=500#5"));
    let ran = world.resume();
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    let receipt = &world.receipts()[0];
    let log = world.running.log();
    let writes = log.iter().filter(|entry| entry.write).count();
    let sent = sent(receipt);
    assert_eq!(sent.len(), writes, "{receipt:#}");
    let mut numbers: Vec<u64> = sent
        .iter()
        .map(|call| call["sequence"].as_u64().expect("a number"))
        .collect();
    numbers.sort_unstable();
    let expected: Vec<u64> = (1..=u64::try_from(writes).expect("fits")).collect();
    assert_eq!(numbers, expected);
    let results: Vec<&str> = sent
        .iter()
        .map(|call| call["answer"]["result"].as_str().expect("an answer"))
        .collect();
    for result in ["performed", "refused", "unclear"] {
        assert!(results.contains(&result), "{results:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deck_json_report_lists_exactly_the_changes_made() {
    let names = ["a", "b", "c", "d", "e", "f"];
    for concurrency in [1, 8] {
        let world = World::start(concurrency, &names).await;
        world.fault(&format!("zegoal:{CREATE}=403#4"));
        let arguments = ["apply", "-f", ".", "--auto-approve", "-o", "json", "-q"];
        let ran = world.repository.run(arguments);
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        let applied: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        let entries = applied["receipt"]["entries"].as_array().expect("entries");
        assert_eq!(entries.len(), names.len());
        let done: Vec<String> = entries
            .iter()
            .filter(|entry| entry["verdict"] == "done")
            .map(|entry| entry["address"].as_str().expect("an address").to_owned())
            .collect();
        let made: Vec<String> = world
            .accounts()
            .keys()
            .map(|name| format!("ZegoalAccount/{name}"))
            .collect();
        assert_eq!(done, made, "{concurrency}");
        assert_eq!(made.len(), names.len() - 1);
        world.repository.write("applied.json", &ran.stdout);
        let shown = world.repository.run(["show", "applied.json", "--verify"]);
        assert_eq!(shown.code, 0, "{}", shown.stderr);
        assert!(
            shown.stderr.contains("it is of the plan given"),
            "{}",
            shown.stderr
        );
    }
}

fn signal(child: &Child) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status();
    assert!(sent.expect("kill runs").success());
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

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_do_not_write_to_one_provider() {
    let world = World::start(1, &["a", "b"]).await;
    world.fault(&format!("zegoal:{CREATE}=slow#1"));
    let child = world.apply();
    world.wait_for_creates(1);
    let second = world.resume();
    assert_eq!(second.code, 1, "{}", second.stdout);
    for says in [
        "another run is writing to provider zegoal: ",
        "process ",
        "hint: wait",
    ] {
        assert!(second.stderr.contains(says), "{}", second.stderr);
    }
    let id = format!("process {}", child.id());
    assert!(second.stderr.contains(&id), "{}", second.stderr);
    let status = world.repository.run(["status"]);
    assert!(status.stdout.contains("going on"), "{}", status.stdout);
    assert!(
        status.stdout.contains("Lock: provider zegoal"),
        "{}",
        status.stdout
    );
    // With another folder of locks it is the journal that tells.
    let arguments = [
        "apply",
        "-f",
        ".",
        "--auto-approve",
        "--lock-folder",
        "mine",
    ];
    let third = world.repository.run(arguments);
    assert_eq!(third.code, 1, "{}", third.stdout);
    assert!(
        third.stderr.contains("is going on at provider zegoal"),
        "{}",
        third.stderr
    );
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(world.creates(), 2);
    let status = world.repository.run(["status", "--detailed-exitcode"]);
    assert_eq!(status.code, 0, "{}", status.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_where_no_journal_can_be_written() {
    let world = World::start(1, &["a"]).await;
    world.repository.write("file", "");
    let arguments = [
        "apply",
        "-f",
        ".",
        "--auto-approve",
        "--lock-folder",
        "locks",
        "--state",
        "file",
    ];
    let ran = world.repository.run(arguments);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stderr.contains("making the folder"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("hint: make the folder writable"),
        "{}",
        ran.stderr
    );
    assert_eq!(world.creates(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_sensitive_value_is_in_any_file_that_is_kept() {
    let mut world = World::start(1, &["a", "b"]).await;
    world
        .repository
        .set("TRUEUP_FINGERPRINT_KEY", "canary-fingerprint-key");
    world.crash(2);
    assert_eq!(world.resume().code, 0);
    let arguments = [
        "apply",
        "-f",
        ".",
        "--auto-approve",
        "--receipt",
        "receipt.json",
    ];
    assert_eq!(world.repository.run(arguments).code, 0);
    let mut texts = vec![world.repository.read("receipt.json")];
    let state = world.repository.path().join(".trueup");
    let mut folders = vec![state];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                texts.push(fs::read_to_string(path).expect("text"));
            }
        }
    }
    assert!(texts.len() > 6, "too few files");
    let password = world.running.provider_settings()["credentials"]["password"].clone();
    let password = password.as_str().expect("a text");
    for text in texts {
        for secret in ["96611020345678", "canary-fingerprint-key", password] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
