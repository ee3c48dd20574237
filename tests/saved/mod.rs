//! Saved plans through the real binary: `plan --out`, `show FILE`, `apply FILE`,
//! on the sandbox.

mod carried_out;
mod file;
mod peers;
mod refused;
mod shown;

use serde_json::Value;
use trueup::saved::{SavedPlan, file_text, parse};

use crate::support::{Ran, Repository};

const PROVIDER: &str = "apiVersion: trueup.dev/v1alpha1
kind: Provider
metadata: { name: zegoal }
spec:
  zegoal:
    tenant: zegoal
    credentials: { login: { env: L }, password: { env: P } }
";

/// An account with a description and a currency.
fn account(name: &str, description: &str, currency: &str) -> String {
    format!(
        "apiVersion: trueup.dev/v1alpha1
kind: ZegoalAccount
metadata: {{ name: {name} }}
spec:
  basic: {{ accountName: {name} Ltd, description: {description} }}
  billing: {{ currency: {currency} }}
"
    )
}

/// A repository with a provider and two accounts, and a sandbox in which
/// nothing is done yet.
struct Bench {
    repository: Repository,
}

impl Bench {
    fn new() -> Self {
        let repository = Repository::new();
        repository.write("m/provider.yaml", PROVIDER);
        repository.write("m/acme.yaml", account("acme", "one", "EUR"));
        repository.write("m/beta.yaml", account("beta", "one", "EUR"));
        Self { repository }
    }

    /// The same where both accounts are made, and a manifest was changed since.
    fn edited() -> Self {
        let bench = Self::new();
        bench.done(&["apply", "-f", "m", "--sandbox", "--auto-approve"]);
        bench.write("m/acme.yaml", &account("acme", "two", "EUR"));
        bench
    }

    fn write(&self, name: &str, text: &str) {
        self.repository.write(name, text);
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.repository.run(arguments.iter().copied())
    }

    /// Runs what must go well.
    fn done(&self, arguments: &[&str]) -> Ran {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
        ran
    }

    /// Saves a plan as `plan.json`.
    fn save(&self) -> Ran {
        self.done(&["plan", "-f", "m", "--sandbox", "--out", "plan.json"])
    }

    fn apply(&self) -> Ran {
        self.run(&["apply", "plan.json", "--sandbox", "-q"])
    }

    /// Changes a record as if somebody did it at the provider.
    fn meddle(&self, manifest: &str) {
        self.write("theirs/provider.yaml", PROVIDER);
        self.write("theirs/account.yaml", manifest);
        self.done(&["apply", "-f", "theirs", "--sandbox", "--auto-approve"]);
    }

    /// Makes sure that `apply` refuses the plan for these reasons, and that
    /// nothing was written.
    fn assert_stale(&self, reasons: &[&str]) {
        let before = self.live();
        let ran = self.apply();
        let reasons = reasons.join("\n  ");
        let expected = format!(
            "error: the plan is stale, and nothing was done:\n  {reasons}\nhint: make a new plan, and have it reviewed\n"
        );
        assert_eq!(ran.stderr, expected);
        assert_eq!((ran.code, ran.stdout.as_str()), (4, ""));
        assert_eq!(self.live(), before, "something was written");
    }

    /// All records of the sandbox.
    fn live(&self) -> Value {
        let state = self.repository.read(".trueup/sandbox/zegoal.json");
        let state: Value = serde_json::from_str(&state).expect("JSON");
        state["accounts"].clone()
    }

    /// Changes the saved plan, and seals it again with its own key, as only
    /// somebody could who has the key.
    fn forge(&self, change: impl FnOnce(&mut SavedPlan)) {
        let mut saved = parse(&self.repository.read("plan.json")).expect("a saved plan");
        let key = saved.unlock(None).expect("a key of its own");
        change(&mut saved);
        saved.seal(&key);
        self.write("plan.json", &file_text(&saved));
    }

    /// Changes the text of the saved plan.
    fn tamper(&self, old: &str, new: &str) {
        let text = self.repository.read("plan.json");
        assert!(text.contains(old), "{text}");
        self.write("plan.json", &text.replacen(old, new, 1));
    }
}
