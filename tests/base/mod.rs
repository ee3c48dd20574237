//! Plans against an earlier revision, with the real binary in a repository of
//! git, on the sandbox.

mod causes;
mod files;
mod gone;
mod outside;
mod policies;
mod revisions;
mod saved;
#[cfg(unix)]
mod ways;

use std::{fs, path::Path, process::Command};

use serde_json::Value;

use crate::support::{Ran, Repository};

pub(crate) const PROVIDER: &str = "apiVersion: trueup.dev/v1alpha1
kind: Provider
metadata: { name: zegoal }
spec:
  zegoal:
    tenant: zegoal
    baseUrl: https://api.zegoal.example
    credentials: { login: { env: L }, password: { env: P } }
";

/// Where all runs of a test keep the state of the sandbox.
const STATE: &str = "state";

pub(crate) fn account(name: &str, description: &str, currency: &str) -> String {
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

/// Runs git as nobody in particular, with no settings of the machine.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=Tester",
            "-c",
            "user.email=tester@example.com",
        ])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env(
            "GIT_CEILING_DIRECTORIES",
            folder.parent().expect("a parent"),
        )
        .output()
        .expect("git runs");
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A repository whose first commit is applied: a provider and two accounts.
struct Applied {
    repository: Repository,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the tests run the git of this machine"
)]
pub(crate) fn program_path() -> String {
    std::env::var("PATH").expect("the machine has programs")
}

impl Applied {
    fn new() -> Self {
        let mut repository = Repository::new();
        repository.set("PATH", &program_path());
        let state = repository.path().join(STATE);
        repository.set("TRUEUP_SANDBOX_STATE", state.to_str().expect("a path"));
        let parent = repository.path().parent().expect("a parent").to_owned();
        repository.set("GIT_CEILING_DIRECTORIES", parent.to_str().expect("a path"));
        repository.write("m/provider.yaml", PROVIDER);
        repository.write("m/acme.yaml", account("acme", "one", "EUR"));
        repository.write("m/beta.yaml", account("beta", "one", "EUR"));
        repository.write(".gitignore", format!("{STATE}\n"));
        git(repository.path(), &["init", "-q", "-b", "main"]);
        let applied = Self { repository };
        applied.commit();
        applied.apply("m");
        applied
    }

    fn commit(&self) {
        git(self.repository.path(), &["add", "-A"]);
        git(self.repository.path(), &["commit", "-q", "-m", "manifests"]);
    }

    fn apply(&self, folder: &str) {
        let ran = self
            .repository
            .run(["apply", "-f", folder, "--sandbox", "--auto-approve", "-q"]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }

    /// Changes a record as if somebody did it at the provider.
    fn drift(&self, name: &str, description: &str, currency: &str) {
        self.repository.write("theirs/provider.yaml", PROVIDER);
        self.repository
            .write("theirs/a.yaml", account(name, description, currency));
        self.apply("theirs");
        fs::remove_dir_all(self.repository.path().join("theirs")).expect("a folder");
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        self.repository.write(name, text);
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.repository.run(arguments.iter().copied())
    }

    fn plan(&self) -> Value {
        self.json(&[
            "plan",
            "-f",
            "m",
            "--sandbox",
            "--base",
            "HEAD",
            "-o",
            "json",
        ])
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{ran:?}");
        serde_json::from_str(&ran.stdout).expect("JSON")
    }
}

/// Action, paths and causes of one resource in a plan.
fn told(plan: &Value, name: &str) -> (String, Vec<(String, String)>) {
    let changes = plan["changes"].as_array().expect("changes");
    let change = changes
        .iter()
        .find(|change| change["address"] == format!("ZegoalAccount/{name}"))
        .expect("the resource is in the plan");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let fields = change["fields"].as_array().expect("fields");
    let fields = fields
        .iter()
        .map(|field| (text(&field["path"]), text(&field["cause"])));
    (text(&change["action"]), fields.collect())
}

fn check(plan: &Value, name: &str, action: &str, fields: &[(&str, &str)]) {
    let fields: Vec<(String, String)> = fields
        .iter()
        .map(|(path, cause)| ((*path).to_owned(), (*cause).to_owned()))
        .collect();
    assert_eq!(told(plan, name), (action.to_owned(), fields), "{plan:#}");
}

fn assert_says(ran: &Ran, code: i32, stdout: &[&str], stderr: &[&str]) {
    assert_eq!(ran.code, code, "{ran:?}");
    for (text, parts) in [(&ran.stdout, stdout), (&ran.stderr, stderr)] {
        for part in parts {
            assert!(text.contains(part), "`{part}` is not in:\n{text}\n{ran:?}");
        }
    }
}
