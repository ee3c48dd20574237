//! What other tools hand to us and take from us, on the shapes that they use.
//! The runs of the tools themselves are in `docs/interplay.md`.

use std::{io::Write as _, process::Stdio};

use serde_json::{Value, json};

use crate::support::{Ran, Repository};

/// What `kubectl kustomize` prints for an overlay: one stream, keys in order, no
/// comments, labels and a namespace that it has added, and strings quoted where
/// YAML 1.1 would take them for something else.
const KUSTOMIZED: &str = r#"apiVersion: trueup.dev/v1alpha1
kind: Provider
metadata:
  labels:
    stage: prod
  name: zegoal
  namespace: billing
spec:
  zegoal:
    credentials:
      login:
        env: ZEGOAL_LOGIN
      password:
        env: ZEGOAL_PASSWORD
    tenant: zegoal
---
apiVersion: trueup.dev/v1alpha1
kind: ZegoalAccount
metadata:
  annotations:
    internal.config.kubernetes.io/index: "0"
  labels:
    stage: prod
  name: acme
  namespace: billing
spec:
  address:
    countryCode: "NO"
    postalCode: "0150"
  basic:
    accountName: Acme AS
    parent:
      ref: acme-holding
---
apiVersion: trueup.dev/v1alpha1
kind: ZegoalAccount
metadata:
  labels:
    stage: prod
  name: acme-holding
  namespace: billing
spec:
  basic:
    accountName: Acme Holding AS
"#;

fn piped(repository: &Repository, arguments: &[&str], input: &str) -> Ran {
    let mut child = repository
        .command()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stdin = child.stdin.take().expect("its input");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    Ran {
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        code: output.status.code().expect("it ends by itself"),
    }
}

fn plan(repository: &Repository, output: &str, input: &str) -> Ran {
    piped(
        repository,
        &["plan", "--sandbox", "-f", "-", "-o", output],
        input,
    )
}

#[test]
fn a_kustomized_stream_is_planned_as_it_is() {
    let repository = Repository::new();
    let ran = plan(&repository, "json", KUSTOMIZED);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let plan: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let changes = plan["changes"].as_array().expect("changes");
    let addresses: Vec<&Value> = changes.iter().map(|change| &change["address"]).collect();
    // The parent is made first, although it stands last.
    assert_eq!(
        addresses,
        ["ZegoalAccount/acme-holding", "ZegoalAccount/acme"]
    );
    let fields = changes[1]["fields"].as_array().expect("fields");
    let field = |path: &str| fields.iter().find(|field| field["path"] == path);
    let country = field("address.countryCode").expect("the country");
    assert_eq!(
        country["after"],
        json!({ "form": "text", "value": "NO" }),
        "{country}"
    );
    assert_eq!(country["place"]["file"], "<stdin>");
    assert_eq!(country["place"]["line"], 28, "{country}");

    let selected = [
        "plan",
        "--sandbox",
        "-f",
        "-",
        "-l",
        "stage=test",
        "-o",
        "json",
    ];
    let none = piped(&repository, &selected, KUSTOMIZED);
    let none: Value = serde_json::from_str(&none.stdout).expect("JSON");
    assert_eq!(none["changes"], json!([]), "labels of an overlay select");
}

#[test]
fn what_is_wrong_in_a_stream_is_placed_in_it() {
    let repository = Repository::new();
    let wrong = KUSTOMIZED.replace("accountName: Acme AS", "acountName: Acme AS");
    let validate = ["validate", "--sandbox", "-f", "-"];
    let ran = piped(&repository, &validate, &wrong);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("--> <stdin>:31:5\n"), "{}", ran.stderr);
    let github = piped(
        &repository,
        &[&validate[..], &["-o", "github"]].concat(),
        &wrong,
    );
    // No file of the repository has that line, so the annotation names none.
    assert!(
        github.stdout.contains("\n::error title="),
        "{}",
        github.stdout
    );
    assert!(!github.stdout.contains("file="), "{}", github.stdout);
}

#[test]
fn json_manifests_are_manifests() {
    let repository = Repository::new();
    let manifest = json!({
        "apiVersion": "trueup.dev/v1alpha1",
        "kind": "ZegoalAccount",
        "metadata": { "name": "acme" },
        "spec": { "basic": { "accountName": "Acme" } },
    });
    let provider: Value = json!({
        "apiVersion": "trueup.dev/v1alpha1",
        "kind": "Provider",
        "metadata": { "name": "zegoal" },
        "spec": { "zegoal": { "tenant": "zegoal" } },
    });
    // As `jq` prints several values: one after the other is not YAML, but with
    // a line of dashes between them it is.
    let stream = format!("{provider:#}\n---\n{manifest:#}\n");
    let ran = plan(&repository, "text", &stream);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("+ create ZegoalAccount/acme"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_policy_engine_finds_what_it_asks_for() {
    let repository = Repository::new();
    let ran = plan(&repository, "json", KUSTOMIZED);
    let plan: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    // The members on which the rules in the documentation rest.
    assert!(plan["counts"]["create"].is_u64());
    for change in plan["changes"].as_array().expect("changes") {
        for member in ["address", "action", "provider", "fields", "place"] {
            assert!(!change[member].is_null(), "{member}: {change}");
        }
        for field in change["fields"].as_array().expect("fields") {
            assert!(field["class"].is_string() && field["path"].is_string());
        }
    }
}
