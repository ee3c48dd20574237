//! A system that outlives the runs which are made against it, and what they
//! leave behind.

use std::{
    collections::BTreeMap,
    fs,
    process::{Child, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, channel},
    },
    time::Duration,
};

use serde_json::{Value, json};
use trueup::{
    provider::ProviderDef,
    providers::ALL,
    simulator::{Clock, Options, Request, Response, Running, start},
};

use crate::support::{Repository, between::between};

/// The call that makes an account.
pub(super) const CREATE: &str = "CreateAccount";

/// How long a run may take to get to a call that is held.
const HELD_AFTER_MAX: Duration = Duration::from_mins(1);

/// A system that outlives the runs, and a repository with accounts for it.
pub(super) struct World {
    pub(super) running: Running,
    created: Receiver<()>,
    holding: Arc<Mutex<Option<&'static str>>>,
    held: Receiver<Request>,
    pub(super) repository: Repository,
}

pub(super) fn zegoal() -> &'static ProviderDef {
    let found = ALL.iter().find(|def| def.name == "zegoal");
    found.expect("a system with one call for a create")
}

impl World {
    pub(super) async fn start(concurrency: usize, names: &[&str]) -> Self {
        let (sender, created) = channel();
        let (holder, held) = channel();
        let holding = Arc::new(Mutex::new(None));
        let to_hold = Arc::clone(&holding);
        let service = between((zegoal().simulate)(1), move |request, system| {
            let operation = system.operation(request);
            let mut to_hold = to_hold.lock().expect("no test has panicked");
            if to_hold.take_if(|held| *held == operation).is_some() {
                let _ = holder.send(request.clone());
                return Response::text(504, "it is being carried out");
            }
            let response = system.answer(request);
            if operation == CREATE {
                // A test that has seen enough no longer listens.
                let _ = sender.send(());
            }
            response
        });
        let options = Options {
            port: 0,
            clock: Clock::fixed("2026-11-02T09:00:00Z".parse().expect("an instant")),
        };
        let running = start(service, options).await.expect("starts");
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
                "limits": {
                    "requestsPerSecond": 1000,
                    "concurrency": concurrency,
                    "simulatedSecondMilliseconds": 100,
                },
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
            holding,
            held,
            repository,
        }
    }

    pub(super) fn fault(&self, text: &str) {
        self.running.inject(text.parse().expect("a fault"));
    }

    /// Starts an apply.
    pub(super) fn apply(&self) -> Child {
        self.repository
            .command()
            .args(["apply", "-f", ".", "--auto-approve"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs")
    }

    /// Waits until so many more creates have been carried out.
    pub(super) fn wait_for_creates(&self, number: usize) {
        for _ in 0..number {
            self.created.recv().expect("the system is there");
        }
    }

    /// Starts an apply and kills it while the answer to its `k`th create is on
    /// its way.
    pub(super) fn crash(&self, k: usize) {
        self.fault(&format!("zegoal:{CREATE}=slow#{k}"));
        let child = self.apply();
        self.wait_for_creates(k);
        self.kill(child);
    }

    /// Starts an apply and kills it while something before the system holds its
    /// first call of that operation, which is for the test to pass on.
    pub(super) fn hold(&self, operation: &'static str) -> Request {
        self.fault(&format!("zegoal:{operation}=slow#1"));
        let (child, held) = self.apply_held(operation);
        self.kill(child);
        held
    }

    /// Starts an apply of which something before the system holds the first call
    /// of that operation, and answers that it waits no longer.
    pub(super) fn apply_held(&self, operation: &'static str) -> (Child, Request) {
        *self.holding.lock().expect("no test has panicked") = Some(operation);
        let child = self.apply();
        let held = self.held.recv_timeout(HELD_AFTER_MAX);
        (child, held.expect("it is sent"))
    }

    fn kill(&self, mut child: Child) {
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        self.running.clear_faults();
    }

    /// Applies what is left, without a wait.
    pub(super) fn resume(&self) -> crate::support::Ran {
        let arguments = ["apply", "-f", ".", "--auto-approve", "--settle-after", "0"];
        self.repository.run(arguments)
    }

    /// How many creates were sent in all.
    pub(super) fn creates(&self) -> usize {
        let log = self.running.log();
        log.iter().filter(|entry| entry.operation == CREATE).count()
    }

    /// The codes of all accounts, and how many there are of each.
    pub(super) fn accounts(&self) -> BTreeMap<String, usize> {
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
    pub(super) fn run_files(&self, ending: &str) -> Vec<String> {
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

    pub(super) fn receipts(&self) -> Vec<Value> {
        let files = self.run_files(".receipt.json");
        let read = |name: &String| serde_json::from_str(&self.repository.read(name));
        files.iter().map(|name| read(name).expect("JSON")).collect()
    }
}

pub(super) fn entry<'a>(receipt: &'a Value, name: &str) -> &'a Value {
    let entries = receipt["entries"].as_array().expect("entries");
    let address = format!("ZegoalAccount/{name}");
    let found = entries.iter().find(|entry| entry["address"] == *address);
    found.unwrap_or_else(|| panic!("{name} is not in {receipt:#}"))
}

/// The calls of a receipt.
pub(super) fn sent(receipt: &Value) -> Vec<&Value> {
    let entries = receipt["entries"].as_array().expect("entries");
    entries
        .iter()
        .flat_map(|entry| entry["sent"].as_array().expect("calls"))
        .collect()
}
