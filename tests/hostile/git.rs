//! A repository whose settings name programs: reading a revision runs none of
//! them and asks no host.

#![cfg(unix)]

use std::{fs, os::unix::fs::PermissionsExt};

use crate::{
    base::{PROVIDER, account, git, program_path},
    support::Repository,
};

/// A repository with one commit that only a hostile setting would disturb.
fn repository() -> Repository {
    let mut repository = Repository::new();
    repository.set("PATH", &program_path());
    let parent = repository.path().parent().expect("a parent").to_owned();
    repository.set("GIT_CEILING_DIRECTORIES", parent.to_str().expect("a path"));
    repository.write("m/provider.yaml", PROVIDER);
    repository.write("m/acme.yaml", account("acme", "one", "EUR"));
    repository.write(".gitattributes", "* filter=evil diff=evil merge=evil\n");
    git(repository.path(), &["init", "-q", "-b", "main"]);
    git(repository.path(), &["add", "-A"]);
    git(repository.path(), &["commit", "-q", "-m", "manifests"]);
    repository
}

/// Everything in a configuration that has a program run, or a host asked.
fn make_hostile(repository: &Repository) {
    let evil = repository.path().join("evil");
    let program = evil.to_str().expect("a path");
    let mark = repository.path().join("MARK");
    fs::write(
        &evil,
        format!("#!/bin/sh\necho \"$@\" >> {}\n", mark.display()),
    )
    .expect("written");
    fs::set_permissions(&evil, fs::Permissions::from_mode(0o755)).expect("a program");
    let hooks = repository.path().join("hooks");
    fs::create_dir(&hooks).expect("a folder");
    for hook in [
        "post-index-change",
        "reference-transaction",
        "fsmonitor-watchman",
    ] {
        fs::copy(&evil, hooks.join(hook)).expect("a hook");
    }
    for (name, value) in [
        ("core.fsmonitor", program),
        ("core.hooksPath", hooks.to_str().expect("a path")),
        ("core.pager", program),
        ("core.editor", program),
        ("core.sshCommand", program),
        ("core.askPass", program),
        ("core.gitProxy", program),
        ("core.alternateRefsCommand", program),
        ("credential.helper", program),
        ("uploadpack.packObjectsHook", program),
        ("gpg.program", program),
        ("filter.evil.smudge", program),
        ("filter.evil.clean", program),
        ("filter.evil.required", "true"),
        ("diff.evil.textconv", program),
        ("diff.evil.command", program),
        ("diff.external", program),
        ("alias.rev-parse", "!false"),
        ("alias.ls-tree", "!false"),
        ("alias.cat-file", "!false"),
        ("protocol.ext.allow", "always"),
        ("protocol.allow", "always"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.partialclonefilter", "blob:none"),
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
    ] {
        git(repository.path(), &["config", name, value]);
    }
    let url = format!("ext::{program} fetched");
    git(repository.path(), &["config", "remote.origin.url", &url]);
}

const PLAN: [&str; 7] = ["plan", "--sandbox", "-f", "m", "--base", "HEAD", "-v"];

#[test]
fn no_program_of_a_repository_is_run() {
    let repository = repository();
    make_hostile(&repository);
    repository.write("m/acme.yaml", account("acme", "two", "EUR"));
    let ran = repository.run(PLAN);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("Base: HEAD"), "{}", ran.stdout);
    assert!(
        !repository.path().join("MARK").exists(),
        "a program was run"
    );
}

#[test]
fn what_a_partial_clone_lacks_is_not_fetched() {
    let repository = repository();
    let blob = git(repository.path(), &["rev-parse", "HEAD:m/acme.yaml"]);
    make_hostile(&repository);
    let (folder, file) = blob.split_at(2);
    let object = repository
        .path()
        .join(".git/objects")
        .join(folder)
        .join(file);
    fs::remove_file(object).expect("a loose object");
    let ran = repository.run(PLAN);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stderr.contains("lacks the object"), "{}", ran.stderr);
    assert!(
        !repository.path().join("MARK").exists(),
        "a program was run"
    );
}

#[test]
fn a_revision_with_strange_names_is_read() {
    let repository = repository();
    for name in [
        "-rf",
        "--help",
        "a b\u{1b}[2J",
        "ünï",
        "new\nline",
        "::error::x",
        "*",
        "$(touch MARK)",
    ] {
        let file = format!("m/{name}.yaml");
        repository.write(&file, account("acme", "one", "EUR").replace("acme", "odd"));
        git(repository.path(), &["add", "--", &file]);
        git(repository.path(), &["commit", "-q", "-m", "odd"]);
        let ran = repository.run(PLAN);
        // Reading it is no error, and nothing in the log is a command.
        assert_eq!(ran.code, 0, "{name:?}: {}", ran.stderr);
        let told = format!("{}{}", ran.stdout, ran.stderr);
        assert!(
            !told.contains('\u{1b}') && !told.contains("\n::"),
            "{told:?}"
        );
        git(repository.path(), &["rm", "-q", "--", &file]);
    }
    assert!(!repository.path().join("MARK").exists());
}
