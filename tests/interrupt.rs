//! Ctrl-C lets the call in flight finish, starts nothing new, and says what was
//! done.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

use crate::support::Repository;

const PROVIDER: &str = "apiVersion: trueup.dev/v1alpha1
kind: Provider
metadata: { name: zegoal }
spec:
  zegoal:
    tenant: zegoal
    credentials: { login: { env: L }, password: { env: P } }
  limits: { concurrency: 1 }
";

fn repository() -> Repository {
    let repository = Repository::new();
    repository.write("provider.yaml", PROVIDER);
    for name in ["a", "b", "c"] {
        repository.write(
            &format!("{name}.yaml"),
            format!(
                "apiVersion: trueup.dev/v1alpha1\nkind: ZegoalAccount\nmetadata: {{ name: {name} }}\nspec:\n  basic: {{ accountName: Account {name} }}\n"
            ),
        );
    }
    repository
}

fn interrupted_by(signal: &str) {
    let repository = repository();
    let mut child = repository
        .command()
        .args(["apply", "--sandbox", "--auto-approve", "-f", "."])
        .args(["--fault", "zegoal:CreateAccount=slow"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    stderr.read_line(&mut line).expect("a line");
    assert_eq!(line, "done        create ZegoalAccount/a\n");
    // The second account is on its way now, and takes two seconds.
    let id = child.id().to_string();
    let sent = Command::new("kill").args([signal, &id]).status();
    assert!(sent.expect("kill runs").success());
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).expect("text");
    let output = child.wait_with_output().expect("the binary ends");
    let stdout = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(130), "{stdout}{rest}");
    assert!(
        rest.contains("done        create ZegoalAccount/b"),
        "{rest}"
    );
    assert!(
        stdout.ends_with(
            "not started create ZegoalAccount/c\n    reason: the run was stopped\nApplied: 2 done, 1 not started\n"
        ),
        "{stdout}"
    );
    let ran = repository.run(["plan", "--sandbox", "-f", "."]);
    assert!(
        ran.stdout.starts_with("Plan: 1 to create, 2 in line\n"),
        "{}",
        ran.stdout
    );
}

#[test]
fn an_interrupt_finishes_the_call_in_flight() {
    interrupted_by("-INT");
}

#[test]
fn a_termination_is_an_interrupt() {
    interrupted_by("-TERM");
}
