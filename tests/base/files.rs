//! Values and credentials that stand in files, and revisions that have them or
//! do not.

use std::fs;

use super::{Applied, account, assert_says, git, program_path};
use crate::{served::Served, support::Repository};

/// A served sandbox, and a repository whose provider takes its credentials from
/// files that git ignores.
fn mounted() -> (Served, Repository) {
    let mut repository = Repository::new();
    let served = Served::start(&repository);
    repository.set("PATH", &program_path());
    let parent = repository.path().parent().expect("a parent").to_owned();
    repository.set("GIT_CEILING_DIRECTORIES", parent.to_str().expect("a path"));
    repository.write(
        "m/provider.yaml",
        format!(
            "apiVersion: trueup.dev/v1alpha1\nkind: Provider\nmetadata: {{ name: zegoal }}\n\
             spec:\n  zegoal:\n    tenant: zegoal\n    baseUrl: \"{}\"\n    credentials:\n      \
             login: {{ file: secrets/login }}\n      password: {{ file: secrets/password }}\n",
            served.base_url("zegoal")
        ),
    );
    repository.write("m/acme.yaml", account("acme", "one", "EUR"));
    repository.write(".gitignore", "secrets\n");
    git(repository.path(), &["init", "-q", "-b", "main"]);
    git(repository.path(), &["add", "-A"]);
    git(repository.path(), &["commit", "-q", "-m", "manifests"]);
    repository.write("m/secrets/login", served.variable("SANDBOX_ZEGOAL_LOGIN"));
    let password = served.variable("SANDBOX_ZEGOAL_PASSWORD");
    repository.write("m/secrets/password", password);
    (served, repository)
}

const PLAN: [&str; 5] = ["plan", "-f", "m", "--base", "main"];

#[test]
fn credentials_that_a_pipeline_mounts_are_those_of_the_base_too() {
    let (_served, repository) = mounted();
    assert_eq!(repository.run(["validate", "-f", "m"]).code, 0);
    let ran = repository.run(["apply", "-f", "m", "--auto-approve", "-q"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for inputs in [
        &["-f", "m"][..],
        &["-f", "m/provider.yaml", "-f", "m/acme.yaml"],
    ] {
        let ran = repository.run([&["drift", "--detailed-exitcode"], inputs].concat());
        assert_says(&ran, 0, &["): none, 1 in line\n"], &[]);
        let plan = ["plan", "--base", "HEAD", "--detailed-exitcode"];
        let ran = repository.run([&plan[..], inputs].concat());
        assert_says(&ran, 0, &[], &[]);
        assert_eq!(ran.stderr, "");
    }
    // Without them it is said what is not there, and where it was looked for.
    fs::remove_dir_all(repository.path().join("m/secrets")).expect("a folder");
    let ran = repository.run(["drift", "-f", "m"]);
    let says = [
        "missing-credential",
        "the file `secrets/login` cannot be read",
        "revision `HEAD` does not have it",
    ];
    assert_says(&ran, 1, &[], &says);
}

#[test]
fn a_change_brings_no_credentials_along() {
    let (_served, repository) = mounted();
    let top = repository.path();
    let head = |name: &str| git(top, &["checkout", "-q", "-b", name, "main"]);
    let refused = |what: &str| {
        git(top, &["commit", "-q", "-m", "a change"]);
        let ran = repository.run(PLAN);
        let says = ["and git tracks it now", "has errors at main"];
        assert_says(&ran, 0, &[], &says);
        assert!(ran.stdout.contains("1 blocked"), "{what}: {ran:?}");
        assert!(!ran.stdout.contains("on its own"), "{what}: {ran:?}");
    };
    assert_says(&repository.run(PLAN), 0, &["1 to create"], &[]);

    head("file");
    git(top, &["add", "-f", "m/secrets/login"]);
    refused("a file");
    // What the base says is all that a run of the change needs.
    git(top, &["rm", "-q", "--cached", "m/secrets/login"]);
    git(top, &["commit", "-q", "-m", "taken out"]);
    assert_says(&repository.run(PLAN), 0, &["1 to create"], &[]);

    #[cfg(unix)]
    {
        head("link");
        fs::rename(top.join("m/secrets"), top.join("m/theirs")).expect("moved");
        std::os::unix::fs::symlink("theirs", top.join("m/secrets")).expect("a link");
        git(top, &["add", "-f", "m/secrets"]);
        refused("a link");
    }
}

#[test]
fn values_beside_a_file_that_is_named_itself_are_those_of_the_revision() {
    let applied = Applied::new();
    let with_file = account("acme", "{ file: texts/one.txt }", "EUR");
    applied.write("m/acme.yaml", with_file);
    applied.write("m/texts/one.txt", "one\n");
    applied.commit();
    let drift = [
        "drift",
        "--sandbox",
        "--detailed-exitcode",
        "-f",
        "m/acme.yaml",
        "-f",
        "m/provider.yaml",
    ];
    assert_says(&applied.run(&drift), 0, &["): none, 1 in line\n"], &[]);
    // On disk it is another one, which does not count.
    applied.write("m/texts/one.txt", "two\n");
    assert_eq!(applied.run(&drift).code, 0);
    applied.repository.remove("m/texts/one.txt");
    assert_eq!(applied.run(&drift).code, 0);
    applied.commit();
    let ran = applied.run(&drift);
    let says = [
        "the file `texts/one.txt` cannot be read",
        "revision `HEAD` does not have it, so it is read from the disk",
    ];
    assert_says(&ran, 1, &[], &says);
    // What somebody is about to commit is not what the revision wanted.
    applied.write("m/texts/one.txt", "one\n");
    git(applied.repository.path(), &["add", "m/texts/one.txt"]);
    let ran = applied.run(&drift);
    let says = [
        "revision `HEAD` does not have the file `texts/one.txt`, and git tracks it now",
        "bring the file into `HEAD` first, on its own",
    ];
    assert_says(&ran, 1, &[], &says);
}

/// A repository whose account has a value in a file that git ignores.
fn with_mounted_value() -> Applied {
    let applied = Applied::new();
    let with_file = account("acme", "{ file: s/text }", "EUR");
    applied.write("m/acme.yaml", with_file);
    applied.write(".gitignore", "state\ns\n");
    applied.commit();
    applied.write("m/s/text", "OF-A-PIPELINE\n");
    applied.apply("m");
    applied
}

#[test]
fn values_that_a_pipeline_mounts_are_those_of_the_base_too() {
    let applied = with_mounted_value();
    let sandbox = ["-f", "m", "--sandbox", "--detailed-exitcode"];
    for command in [&["drift"][..], &["plan", "--base", "HEAD"]] {
        let ran = applied.run(&[command, &sandbox].concat());
        assert_says(&ran, 0, &[], &[]);
        assert_eq!(ran.stderr, "");
    }
    // They are from outside in the base as well, and are not shown.
    applied.write("m/acme.yaml", account("acme", "two", "EUR"));
    let ran = applied.run(&["plan", "-f", "m", "--sandbox", "--base", "HEAD"]);
    assert_says(&ran, 0, &["edit: 1 field in 1 record"], &[]);
    assert!(!ran.stdout.contains("PIPELINE"), "{ran:?}");
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_change_brings_no_values_of_the_base_along() {
    let applied = with_mounted_value();
    let top = applied.repository.path();
    git(top, &["checkout", "-q", "-b", "head"]);
    git(top, &["add", "-f", "m/s/text"]);
    git(top, &["commit", "-q", "-m", "a change"]);
    let plan = ["plan", "-f", "m", "--sandbox", "--base", "main"];
    let says = [
        "revision `main` does not have the file `s/text`, and git tracks it now",
        "take it out of git",
    ];
    assert_says(&applied.run(&plan), 0, &[], &says);
    // What the base wanted is unknown then, and what there is stays hidden.
    applied.write("m/acme.yaml", account("acme", "two", "EUR"));
    let ran = applied.run(&plan);
    assert_says(&ran, 0, &["1 to update"], &says);
    assert!(!ran.stdout.contains("PIPELINE"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn values_behind_links_are_read_in_a_revision_as_on_disk() {
    use std::os::unix::fs::symlink;

    let applied = Applied::new();
    let top = applied.repository.path();
    applied.write("m/real/sub/text", "one\n");
    applied.write("m/.hidden/text", "one\n");
    applied.write("text", "one\n");
    fs::create_dir(top.join("m/.out")).expect("a folder");
    for (target, link) in [
        ("real", "m/visible"),
        ("visible/sub", "m/twice"),
        (".hidden", "m/to-hidden"),
        ("twice/text", "m/text"),
        ("../..", "m/.out/out"),
        ("../../text", "m/.out/out.text"),
        ("../real/gone", "m/.out/gone"),
    ] {
        symlink(target, top.join(link)).expect("a link");
    }
    for (path, is_read) in [
        ("visible/sub/text", true),
        ("twice/text", true),
        ("to-hidden/text", true),
        ("text", true),
        (".out/out/text", false),
        (".out/out.text", false),
        (".out/out/m/real/sub/text", true),
        (".out/gone", false),
        ("visible/gone", false),
        ("visible", false),
    ] {
        let value = format!("{{ file: {path} }}");
        applied.write("m/acme.yaml", account("acme", &value, "EUR"));
        applied.commit();
        for inputs in [&["m"][..], &["m/provider.yaml", "m/acme.yaml"]] {
            let inputs: Vec<&str> = inputs.iter().flat_map(|input| ["-f", input]).collect();
            let on_disk = applied.run(&[&["validate"][..], &inputs].concat());
            assert_eq!(on_disk.code == 0, is_read, "{path}: {on_disk:?}");
            let ran = applied.run(&[&["drift", "--sandbox"][..], &inputs].concat());
            if is_read {
                assert_says(&ran, 0, &["): none, "], &[]);
            } else {
                let says = format!("`{path}` is not a regular file in revision `HEAD`");
                assert_says(&ran, 1, &[], &[&says]);
            }
        }
    }
}
