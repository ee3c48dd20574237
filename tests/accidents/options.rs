//! What is asked for is done or refused, and the exit code says which.

use std::{
    io::Write,
    process::{Output, Stdio},
};

use crate::{
    base::{git, program_path},
    support::Repository,
};

const PROVIDER: &str = "apiVersion: trueup.dev/v1alpha1
kind: Provider
metadata: { name: zegoal }
spec:
  zegoal:
    tenant: zegoal
    credentials: { login: { env: L }, password: { env: P } }
";

fn account(metadata: &str, spec: &str) -> String {
    format!(
        "apiVersion: trueup.dev/v1alpha1\nkind: ZegoalAccount\n\
         metadata: {{ name: acme{metadata} }}\n\
         spec: {{ basic: {{ accountName: Acme }}{spec} }}\n"
    )
}

fn repository() -> Repository {
    let repository = Repository::new();
    repository.write("m/provider.yaml", PROVIDER);
    repository.write("m/acme.yaml", account("", ""));
    repository
}

/// Commands, each with the words of the error that is theirs alone. They run in a
/// repository of git without a commit.
const CANNOT_BE_HONOURED: &[(&str, &str)] = &[
    // No revision.
    ("plan --sandbox -f m --base HEAD", "the revision `HEAD`"),
    (
        "plan --sandbox -f - --base HEAD",
        "standard input has no earlier revision",
    ),
    (
        "apply --sandbox -f m --changed-since HEAD --auto-approve",
        "the revision `HEAD`",
    ),
    ("drift --sandbox -f m", "the revision `HEAD`"),
    // A selector that is none.
    ("plan --sandbox -f m -l =x", "`=x` is no label selector"),
    (
        "apply --sandbox -f m -l= --auto-approve",
        "`` is no label selector",
    ),
    // Switches of a sandbox that is not used, or that does not have them.
    ("plan -f m --knob zegoal.ids=string", "--sandbox"),
    ("plan -f m --fault zegoal:GetAccountInfo=500", "--sandbox"),
    ("plan -f m --sandbox-state x", "`--sandbox-state`"),
    (
        "apply -f m --auto-approve --sandbox-state x",
        "`--sandbox-state`",
    ),
    ("drift -f m --sandbox-state x", "`--sandbox-state`"),
    ("import -f m --sandbox-state x", "`--sandbox-state`"),
    ("doctor -f m --sandbox-state x", "`--sandbox-state`"),
    ("status --sandbox-state x", "`--sandbox-state`"),
    (
        "plan --sandbox -f m --knob zegoal.nothing=x",
        "no knob `nothing`",
    ),
    (
        "plan --sandbox -f m --fault zegoal:CreateAcount=500",
        "no operation `CreateAcount`",
    ),
    (
        "plan --sandbox -f m --knob zegoal.ids=nothing",
        "knob `ids` has no value `nothing`",
    ),
    (
        "plan --sandbox -f m --fault zegoal:CreateAccount=nothing",
        "`zegoal:CreateAccount=nothing` is no fault",
    ),
    // Formats that a command does not have.
    ("apply --sandbox -f m -o gitlab --auto-approve", "'--output"),
    ("drift --sandbox -f m -o html", "'--output"),
    // Options of other commands, and of none.
    (
        "apply --sandbox -f m --detailed-exitcode --auto-approve",
        "'--detailed-exitcode'",
    ),
    ("validate -f m --base HEAD", "'--base'"),
    (
        "apply --sandbox -f m --checksum abc --auto-approve",
        "'--checksum'",
    ),
    // Two wishes that contradict each other.
    ("plan --sandbox -f m -q -v", "'--quiet'"),
    // Inputs that are not there beside one that is.
    (
        "apply --sandbox -f m -f gone --auto-approve",
        "`gone` cannot be read",
    ),
];

/// Options that were written down to make a run safer or smaller, each where it
/// cannot be honoured. Nothing else is wrong with the run.
#[test]
fn octodns_checksum_an_option_that_cannot_be_honoured_is_an_error() {
    for (arguments, told) in CANNOT_BE_HONOURED {
        let mut repository = repository();
        for (name, value) in [
            ("L", "login"),
            ("P", "password"),
            ("PATH", &*program_path()),
        ] {
            repository.set(name, value);
        }
        git(repository.path(), &["init", "-q"]);
        let ran = repository.run(arguments.split(' '));
        assert_eq!(ran.code, 1, "{arguments}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains(told), "{arguments}: {}", ran.stderr);
        assert!(!ran.stdout.contains("Applied"), "{arguments}");
        let done = repository.path().join(".trueup/sandbox/zegoal.json");
        assert!(!done.exists(), "{arguments} has written to the provider");
    }
}

/// A pipeline may set the variable for all its commands; only who writes the
/// option has the sandbox in mind.
#[test]
fn a_variable_for_the_sandbox_alone_is_refused_to_nobody() {
    let mut repository = repository();
    repository.set("TRUEUP_SANDBOX_STATE", "elsewhere");
    repository.set("PATH", &program_path());
    git(repository.path(), &["init", "-q"]);
    assert_eq!(repository.run(["status"]).code, 0);
    for (command, told) in [
        ("plan", "`gone` cannot be read"),
        ("apply", "`gone` cannot be read"),
        ("drift", "the revision `HEAD`"),
        ("import", "`gone` cannot be read"),
        ("doctor", "`gone` cannot be read"),
    ] {
        let ran = repository.run([command, "-f", "gone"]);
        assert!(ran.stderr.contains(told), "{command}: {}", ran.stderr);
    }
}

/// Hints in a manifest that nobody would act on.
#[test]
fn atlas_3796_a_hint_that_is_not_honoured_is_an_error() {
    for (metadata, spec) in [
        (", annotations: { trueup.dev/adpot: \"264\" }", ""),
        (", annotations: { trueup.dev/prune: \"true\" }", ""),
        (", annotations: { trueup.dev/adopt: \"\" }", ""),
        (", lables: { region: emea }", ""),
        ("", ", provider: elsewhere"),
        ("", ", lifecycle: { preventDestroy: true }"),
        ("", ", end: { when: 2026-12-31, reason: x }"),
        ("", ", end: { on: 2026-12-31, reason: x, force: true }"),
        ("", ", basic: { accountName: Acme }"),
    ] {
        let repository = repository();
        repository.write("m/acme.yaml", account(metadata, spec));
        let ran = repository.run(["validate", "--sandbox", "-f", "m"]);
        assert_eq!(ran.code, 1, "{metadata}{spec}: {}", ran.stdout);
        assert!(ran.stderr.contains("m/acme.yaml:"), "{}", ran.stderr);
    }
    // A hint that could be honoured, and is not: the record is not there.
    let repository = repository();
    let metadata = ", annotations: { trueup.dev/adopt: \"987654\" }";
    repository.write("m/acme.yaml", account(metadata, ""));
    let ran = repository.run(["apply", "--sandbox", "-f", "m", "--auto-approve"]);
    assert!(ran.stdout.contains("1 blocked"), "{}", ran.stdout);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
}

/// Runs `apply` with words on standard input, none of which is a terminal.
fn apply_saying(repository: &Repository, words: &str) -> Output {
    let mut child = repository
        .command()
        .args(["apply", "--sandbox", "-f", "m"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    // It may have ended before it was told anything.
    let _ = child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(words.as_bytes());
    child.wait_with_output().expect("the binary ends")
}

#[test]
fn atlas_2956_no_question_is_asked_without_a_terminal() {
    for words in ["", "y\n", "yes\nyes\nyes\n"] {
        let repository = repository();
        let output = apply_saying(&repository, words);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(!told.contains("[y/N]"), "{told}");
        assert!(told.contains("--auto-approve"), "{told}");
        let plan = repository.run(["plan", "--sandbox", "-f", "m"]);
        assert!(plan.stdout.contains("1 to create"), "{}", plan.stdout);
    }
}

/// None, changes, error and unfinished are four numbers, and a warning hides
/// none of them.
#[test]
fn kubectl_707_exit_codes_are_told_apart() {
    let plan = ["plan", "--sandbox", "-f", "m", "--detailed-exitcode"];
    let apply = ["apply", "--sandbox", "-f", "m", "--auto-approve"];
    let repository = repository();
    assert_eq!(repository.run(plan).code, 2);
    let failed = apply
        .into_iter()
        .chain(["--fault", "zegoal:CreateAccount=403"]);
    let ran = repository.run(failed);
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("1 failed"), "{}", ran.stdout);
    assert_eq!(repository.run(apply).code, 0);
    assert_eq!(repository.run(plan).code, 0);
    assert_eq!(repository.run(apply).code, 0);
    repository.write("m/acme.yaml", account("", ", colour: red"));
    assert_eq!(repository.run(plan).code, 1);
    assert_eq!(repository.run(apply).code, 1);
    // A provider that cannot be read is an error and not a lack of changes.
    repository.write("m/acme.yaml", account("", ""));
    let broken = ["--fault", "zegoal:GetAccountInfo=403"];
    let ran = repository.run(plan.into_iter().chain(broken));
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
}
