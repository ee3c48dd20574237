//! Revisions: which are read, from where, and what is said when they are not.

use std::{fs, path::Path};

use serde_json::Value;

use super::{Applied, PROVIDER, account, assert_says, check, git};

#[test]
fn drift_compares_with_what_is_committed() {
    let applied = Applied::new();
    let drift = ["drift", "-f", "m", "--sandbox", "--detailed-exitcode"];
    let ran = applied.run(&drift);
    assert_says(&ran, 0, &["Drift from HEAD (", "): none, 2 in line\n"], &[]);
    // What is not committed does not count.
    applied.write("m/acme.yaml", account("acme", "two", "EUR"));
    assert_eq!(applied.run(&drift).code, 0);
    applied.drift("beta", "hand", "EUR");
    let ran = applied.run(&drift);
    assert_says(
        &ran,
        2,
        &[
            "): 1 different, 1 in line\n",
            "! differs ZegoalAccount/beta (",
            "!   basic.description  wanted \"one\", found \"hand\"\n",
        ],
        &[],
    );
    let json = applied.json(&["drift", "-f", "m", "--sandbox", "-o", "json"]);
    check(&json, "beta", "update", &[("basic.description", "drift")]);
    let ran = applied.run(&["drift", "-f", "n", "--sandbox"]);
    assert_says(&ran, 1, &[], &["error: `n` is not in revision HEAD\n"]);
}

/// A trial that ran out is not put back, and is drift all the same: somebody has
/// to decide. A plan has nothing to do.
#[test]
fn what_has_moved_on_by_itself_is_drift() {
    let applied = Applied::new();
    let in_state = |state: &str| {
        let named = format!("basic: {{ lcState: {state},");
        account("trial", "one", "EUR").replace("basic: {", &named)
    };
    applied.write("m/trial.yaml", in_state("Suspended"));
    applied.commit();
    applied.apply("m");
    applied.write("m/trial.yaml", in_state("Trial"));
    applied.commit();
    let options = ["-f", "m", "--sandbox", "--detailed-exitcode"];
    let drift = [&["drift"][..], &options].concat();
    let told = [
        "): 1 moved on, 2 in line\n",
        "! moved on ZegoalAccount/trial (",
        "has moved on from `Trial` to `Suspended`",
    ];
    assert_says(&applied.run(&drift), 2, &told, &[]);
    assert_eq!(applied.run(&drift[..4]).code, 0);
    let json = applied.json(&["drift", "-f", "m", "--sandbox", "-o", "json"]);
    check(&json, "trial", "none", &[]);
    let moved: Vec<&Value> = json["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .filter_map(|change| change.get("movedOn"))
        .collect();
    assert_eq!(moved, [&serde_json::json!(["basic.lcState"])]);
    let plan = [&["plan"][..], &options].concat();
    assert_says(&applied.run(&plan), 0, &["nothing to do"], &[]);
}

/// The resources in a plan of what changed since a revision.
fn planned_since(applied: &Applied, revision: &str) -> String {
    let plan = applied.json(&[
        "plan",
        "-f",
        "m",
        "--sandbox",
        "-o",
        "json",
        "--changed-since",
        revision,
    ]);
    let changes = plan["changes"].as_array().expect("changes");
    let names = changes.iter().map(|change| change["address"].as_str());
    let names: Vec<String> = names.flatten().map(str::to_owned).collect();
    names.join(" ")
}

#[test]
fn only_what_changed_is_planned() {
    let applied = Applied::new();
    let child =
        account("child", "one", "EUR").replace("basic: {", "basic: { parent: { ref: acme },");
    applied.write("m/child.yaml", child);
    applied.commit();
    let plan = |since: &str| planned_since(&applied, since);
    assert_eq!(plan("HEAD"), "");
    assert_eq!(plan("HEAD~1"), "ZegoalAccount/child");
    // Another order of lines is no change; another value is.
    let text = format!("# a remark\n{}", account("beta", "one", "EUR"));
    applied.write("m/beta.yaml", text);
    assert_eq!(plan("HEAD"), "");
    applied.write("m/acme.yaml", account("acme", "two", "EUR"));
    assert_eq!(plan("HEAD"), "ZegoalAccount/acme ZegoalAccount/child");
    let ran = applied.run(&[
        "apply",
        "-f",
        "m",
        "--sandbox",
        "--changed-since",
        "HEAD",
        "--auto-approve",
    ]);
    assert_says(&ran, 0, &["Applied: 2 done\n"], &[]);
}

#[test]
fn all_of_a_provider_whose_settings_changed_is_planned() {
    let applied = Applied::new();
    let named = |name: &str, provider: &str| {
        account(name, "one", "EUR").replace("spec:", &format!("spec:\n  provider: {provider}"))
    };
    let named_provider = |name: &str| {
        let login = format!("{{ env: {name} }}");
        PROVIDER
            .replace("name: zegoal", &format!("name: {name}"))
            .replace("{ env: L }", &login)
    };
    let other = named_provider("other");
    applied.write("m/other.yaml", &other);
    for (name, provider) in [("acme", "zegoal"), ("beta", "zegoal"), ("theirs", "other")] {
        applied.write(&format!("m/{name}.yaml"), named(name, provider));
    }
    applied.commit();
    let planned = || planned_since(&applied, "HEAD");
    assert_eq!(planned(), "");
    // Who signs in, and how fast requests are sent, makes no other records.
    let limits = "  limits: { requestsPerSecond: 1 }\n";
    let credentials = PROVIDER.replace("{ env: L }", "{ env: LOGIN }");
    applied.write("m/provider.yaml", format!("{credentials}{limits}"));
    assert_eq!(planned(), "");
    for (old, new) in [
        ("tenant: zegoal", "tenant: elsewhere"),
        ("api.zegoal.example", "api2.zegoal.example"),
    ] {
        applied.write("m/provider.yaml", PROVIDER.replace(old, new));
        assert_eq!(planned(), "ZegoalAccount/acme ZegoalAccount/beta", "{new}");
    }
    // A new provider under an old resource is the resource's change too.
    applied.write("m/provider.yaml", PROVIDER);
    applied.write("m/third.yaml", named_provider("third"));
    assert_eq!(planned(), "");
}

#[test]
fn works_from_below_and_in_another_working_tree() {
    let applied = Applied::new();
    applied.write("m/acme.yaml", account("acme", "two", "EUR"));
    let run = |folder: &Path, input: &str| {
        let output = applied
            .repository
            .command()
            .args([
                "plan",
                "-f",
                input,
                "--sandbox",
                "--base",
                "main",
                "-o",
                "json",
            ])
            .current_dir(folder)
            .output()
            .expect("the binary runs");
        let text = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str::<Value>(&text)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
    };
    let top = applied.repository.path();
    let edit = [("basic.description", "edit")];
    check(&run(&top.join("m"), "."), "acme", "update", &edit);
    check(&run(&top.join("m"), "../m"), "acme", "update", &edit);
    let absolute = top.join("m");
    let absolute = absolute.to_str().expect("a path");
    check(&run(top, absolute), "acme", "update", &edit);
    git(top, &["worktree", "add", "-q", "-b", "side", "state/side"]);
    check(&run(&top.join("state/side"), "m"), "acme", "none", &[]);
}

#[test]
fn drift_needs_no_working_tree() {
    let applied = Applied::new();
    let top = applied.repository.path();
    git(top, &["clone", "-q", "--bare", ".", "state/bare.git"]);
    let output = applied
        .repository
        .command()
        .args(["drift", "-f", "m", "--sandbox"])
        .current_dir(top.join("state/bare.git"))
        .output()
        .expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("): none, 2 in line\n"), "{output:?}");
}

#[test]
fn says_why_a_revision_cannot_be_read() {
    let applied = Applied::new();
    for (reference, message) in [
        (
            "nowhere",
            "error: the revision `nowhere` is not in this repository\n",
        ),
        (
            "--upload-pack=x",
            "error: the revision `--upload-pack=x` is not in",
        ),
        ("", "error: the revision `` is not in this repository\n"),
        (
            "HEAD:m",
            "error: the revision `HEAD:m` is not in this repository\n",
        ),
        (
            "main..main",
            "error: the revision `main..main` is not in this repository\n",
        ),
    ] {
        let base = format!("--base={reference}");
        let ran = applied.run(&["plan", "-f", "m", "--sandbox", &base]);
        assert_says(&ran, 1, &[], &[message, "hint: "]);
        assert_eq!(ran.stdout, "");
    }
    let ran = applied.run(&["plan", "-f", "-", "--sandbox", "--base", "HEAD"]);
    assert_says(
        &ran,
        1,
        &[],
        &["error: standard input has no earlier revision"],
    );
    let ran = applied.run(&["plan", "-f", "..", "--sandbox", "--base", "HEAD"]);
    assert_says(
        &ran,
        1,
        &[],
        &["error: `..` lies outside of the git repository\n"],
    );
    fs::remove_dir_all(applied.repository.path().join(".git")).expect("a folder");
    let ran = applied.run(&["plan", "-f", "m", "--sandbox", "--base", "HEAD"]);
    let words = "error: the working directory is not in a git repository\n";
    assert_says(&ran, 1, &[], &[words]);
    let mut applied = applied;
    applied.repository.set("PATH", "/nowhere");
    let ran = applied.run(&["plan", "-f", "m", "--sandbox", "--base", "HEAD"]);
    assert_says(&ran, 1, &[], &["error: git is not installed"]);
}
