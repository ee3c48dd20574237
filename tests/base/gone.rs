//! Manifests that are gone, and records that a list may leave out.

use serde_json::Value;

use super::{git, program_path};
use crate::support::{Ran, Repository};

/// A site of the sandbox.
const SITE: &str = "12362";

/// A customer of the sandbox, and what it wants to be.
const CUSTOMER: &str = "12361";

const PROVIDER: &str = "apiVersion: trueup.dev/v1alpha1
kind: Provider
metadata: { name: cove }
spec:
  cove:
    partner: Sandbox MSP
    credentials: { username: { env: U }, password: { env: P } }
";

fn adopting(name: &str, id: &str) -> String {
    format!(
        "apiVersion: trueup.dev/v1alpha1
kind: CovePartner
metadata: {{ name: {name}, annotations: {{ trueup.dev/adopt: \"{id}\" }} }}
spec: {{}}
"
    )
}

/// Runs in a sandbox whose recursive lists leave sites out.
fn run(repository: &Repository, command: &[&str]) -> Ran {
    let sandbox = ["--sandbox", "--knob", "cove.tree_shape=omits_sites"];
    let inputs = ["-f", "m"];
    repository.run(command.iter().chain(&inputs).chain(&sandbox).copied())
}

/// A repository whose first commit, with a site and a customer, is applied.
fn applied() -> Repository {
    let mut repository = Repository::new();
    repository.set("PATH", &program_path());
    let state = repository.path().join("state");
    repository.set("TRUEUP_SANDBOX_STATE", state.to_str().expect("a path"));
    let parent = repository.path().parent().expect("a parent").to_owned();
    repository.set("GIT_CEILING_DIRECTORIES", parent.to_str().expect("a path"));
    repository.write("m/provider.yaml", PROVIDER);
    repository.write("m/site.yaml", adopting("harbour", SITE));
    repository.write("m/customer.yaml", adopting("lindgren", CUSTOMER));
    repository.write(".gitignore", "state\n");
    git(repository.path(), &["init", "-q", "-b", "main"]);
    git(repository.path(), &["add", "-A"]);
    git(repository.path(), &["commit", "-q", "-m", "manifests"]);
    let ran = run(&repository, &["apply", "--auto-approve", "-q"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    repository
}

/// What a plan says of the manifests that are gone: id and sentence.
fn removed(repository: &Repository) -> Vec<(Option<String>, String)> {
    let ran = run(repository, &["plan", "--base", "HEAD", "-o", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let plan: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let removed = plan["base"]["removed"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let told = removed.iter().map(|gone| {
        let outcome = text(&gone["outcome"]).unwrap_or_default();
        (text(&gone["remote"]), outcome)
    });
    told.collect()
}

/// A list that shows all that is wanted may leave out what was wanted before.
#[test]
fn a_site_whose_manifest_is_gone_is_told_of_where_a_list_leaves_it_out() {
    let repository = applied();
    assert_eq!(removed(&repository), []);
    repository.remove("m/site.yaml");
    let stays = |id: &str| {
        let outcome = format!("manifest removed: the record {id} stays (orphan)");
        (Some(id.to_owned()), outcome)
    };
    assert_eq!(removed(&repository), [stays(SITE)]);
    repository.remove("m/customer.yaml");
    assert_eq!(removed(&repository), [stays(SITE), stays(CUSTOMER)]);
}

#[test]
fn a_record_that_is_proved_to_be_gone_is_told_as_gone() {
    let repository = applied();
    let ended = adopting("harbour", SITE).replace(
        "spec: {}",
        "spec: { end: { on: 2026-01-01, reason: closed } }",
    );
    repository.write("m/site.yaml", ended);
    let ran = run(&repository, &["apply", "--auto-approve", "-q"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    repository.remove("m/site.yaml");
    let outcome = "manifest removed: there is no live record of it".to_owned();
    assert_eq!(removed(&repository), [(None, outcome)]);
}

#[test]
fn an_import_reads_the_sites_that_a_list_leaves_out() {
    let repository = applied();
    repository.remove("m/site.yaml");
    for others in [&["m/customer.yaml"][..], &[]] {
        let ran = run(&repository, &["import", "--provider", "cove"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let site = format!("# N-able Cove {SITE} ");
        assert!(ran.stdout.contains(&site), "{ran:?}");
        for other in others {
            repository.remove(other);
        }
    }
}
