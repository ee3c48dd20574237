//! Paths and files that a pull request or a local user could put in the way.

#![cfg(unix)]

use std::{fs, os::unix::fs::symlink, process::Command};

use crate::support::{Ran, Repository};

const SECRET: &str = "the-secret-of-this-machine";

const PROVIDER: &str = "apiVersion: trueup.dev/v1alpha1
kind: Provider
metadata: { name: zegoal }
spec:
  zegoal:
    tenant: zegoal
    credentials: { login: { env: L }, password: { env: P } }
";

/// A repository in the folder `m`, with a secret beside it.
fn repository() -> Repository {
    let repository = Repository::new();
    repository.write("secret.yaml", format!("{SECRET}: [{SECRET}\n"));
    repository.write("m/provider.yaml", PROVIDER);
    repository
}

fn account(description: &str) -> String {
    format!(
        "apiVersion: trueup.dev/v1alpha1\nkind: ZegoalAccount\nmetadata: {{ name: acme }}\n\
         spec: {{ basic: {{ accountName: Acme, description: {description} }} }}\n"
    )
}

fn refused(repository: &Repository, says: &str) {
    for output in ["text", "json", "github", "gitlab"] {
        let Ran {
            stdout,
            stderr,
            code,
        } = repository.run(["validate", "--sandbox", "-f", "m", "-o", output]);
        let told = format!("{stdout}{stderr}");
        assert_eq!(code, 1, "{told}");
        assert!(told.contains(says), "{output}: {told}");
        assert!(!told.contains(SECRET), "{output}: {told}");
    }
}

#[test]
fn a_link_cannot_have_another_file_read_as_a_manifest() {
    for target in ["../secret.yaml", "/proc/self/environ", "/etc/passwd", "../"] {
        let mut repository = repository();
        repository.set("L", SECRET);
        symlink(target, repository.path().join("m/evil.yaml")).expect("a link");
        refused(&repository, "leads out of");
    }
}

#[test]
fn a_value_cannot_come_from_outside_of_the_folder() {
    for path in [
        "../secret.yaml",
        "x/../../secret.yaml",
        "/etc/passwd",
        "/proc/self/environ",
        "./link.txt",
        "up/secret.yaml",
    ] {
        let repository = repository();
        symlink("../secret.yaml", repository.path().join("m/link.txt")).expect("a link");
        symlink("..", repository.path().join("m/up")).expect("a link");
        repository.write("m/acme.yaml", account(&format!("{{ file: {path} }}")));
        refused(&repository, "leads out of");
    }
}

#[test]
fn links_that_never_end_are_told() {
    let repository = repository();
    let at = |name: &str| repository.path().join("m").join(name);
    symlink("loop.yaml", at("loop.yaml")).expect("a link");
    symlink(".", at("self")).expect("a link");
    symlink("loop.txt", at("loop.txt")).expect("a link");
    repository.write("m/acme.yaml", account("{ file: loop.txt }"));
    refused(&repository, "`m/loop.yaml` cannot be read");
    refused(&repository, "the file `loop.txt` cannot be read");
}

#[test]
fn a_pipe_is_not_waited_for() {
    let repository = repository();
    for name in ["pipe.yaml", "pipe.txt"] {
        let made = Command::new("mkfifo")
            .arg(repository.path().join("m").join(name))
            .status()
            .expect("mkfifo runs");
        assert!(made.success());
    }
    repository.write("m/acme.yaml", account("{ file: pipe.txt }"));
    refused(&repository, "`m/pipe.yaml` is not a regular file");
    refused(&repository, "`pipe.txt` is not a regular file");
}

#[test]
fn a_device_without_an_end_is_read_up_to_the_limit() {
    let repository = Repository::new();
    let ran = repository.run(["validate", "-f", "/dev/zero"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("larger than 64 MiB"), "{}", ran.stderr);
    repository.write("m/acme.yaml", account("{ file: zero }"));
    symlink("/dev/zero", repository.path().join("m/zero")).expect("a link");
    refused(&repository, "leads out of");
}

#[test]
fn a_link_among_journals_stops_a_run_before_it_sends() {
    for link in ["state/runs", "state/runs/x.journal", "state/locks"] {
        let repository = repository();
        repository.write("m/acme.yaml", account("Acme"));
        repository.write("elsewhere/precious", SECRET);
        let path = repository.path().join(link);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let target = if link.ends_with("journal") {
            "elsewhere/precious"
        } else {
            "elsewhere"
        };
        symlink(repository.path().join(target), &path).expect("a link");
        let apply = [
            "apply",
            "--sandbox",
            "--sandbox-state",
            "state",
            "--auto-approve",
            "-f",
            "m",
        ];
        let ran = repository.run(apply);
        assert_eq!(ran.code, 1, "{link}: {}{}", ran.stdout, ran.stderr);
        assert!(
            ran.stderr.contains("it is a link, which is not followed"),
            "{link}: {}",
            ran.stderr
        );
        assert!(ran.stderr.contains("hint: remove the link"), "{link}");
        assert!(!ran.stderr.contains(SECRET), "{link}");
        let elsewhere = repository.path().join("elsewhere");
        let names = fs::read_dir(&elsewhere).expect("a folder").count();
        assert_eq!(names, 1, "{link}: nothing was written there");
        assert_eq!(
            fs::read_to_string(elsewhere.join("precious")).expect("a text"),
            SECRET
        );
        fs::remove_file(&path).expect("removes the link");
        let ran = repository.run(apply);
        assert_eq!(ran.code, 0, "{link}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains("create ZegoalAccount/acme"), "{link}");
    }
}

#[test]
fn a_saved_plan_takes_the_place_of_a_link() {
    let repository = repository();
    repository.write("m/acme.yaml", account("Acme"));
    repository.write("precious", SECRET);
    let out = repository.path().join("plan.json");
    let plan = ["plan", "--sandbox", "-f", "m", "--out"];
    let run = |out: &'static str| repository.run(plan.into_iter().chain([out]));
    assert_eq!(run("earlier").code, 0);
    let earlier = repository.read("earlier");
    for target in ["earlier", "nowhere"] {
        symlink(target, &out).expect("a link");
        let ran = run("plan.json");
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        assert!(!out.is_symlink());
        assert!(out.is_file());
        fs::remove_file(&out).expect("removes it");
    }
    assert_eq!(repository.read("earlier"), earlier);
    assert!(!repository.path().join("nowhere").exists());

    symlink("precious", &out).expect("a link");
    let ran = run("plan.json");
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(out.is_symlink());
    assert!(!ran.stderr.contains(SECRET), "{}", ran.stderr);
    assert_eq!(repository.read("precious"), SECRET);
}
