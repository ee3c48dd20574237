//! `trueup init`: what it starts is right as it is, and nothing is overwritten.

use std::{collections::BTreeSet, fs, path::Path};

use trueup::providers::ALL;

use crate::support::{Ran, Repository};

fn started(arguments: &[&str]) -> (Repository, Ran) {
    let repository = Repository::new();
    let ran = repository.run([&["init"], arguments].concat());
    (repository, ran)
}

/// Every file of a folder, as paths with `/`.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(folder).expect("below the folder");
                found.insert(below.to_str().expect("text").replace('\\', "/"));
            }
        }
    }
    found
}

fn is_manifest(path: &str) -> bool {
    path.starts_with("manifests/") || path.starts_with("examples/")
}

#[test]
fn a_new_repository_is_valid_and_plans_a_record_of_every_kind() {
    let (repository, ran) = started(&[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let listed: BTreeSet<String> = ran.stdout.lines().map(str::to_owned).collect();
    assert_eq!(listed, files(repository.path()));

    // With the examples, and as pipelines read it.
    let both = ["-f", "manifests", "-f", "examples"];
    for inputs in [&both[..], &both[..2], &["-f", "."]] {
        let arguments = [&["validate", "--sandbox"], inputs].concat();
        let valid = repository.run(arguments);
        assert_eq!((valid.code, valid.stderr.as_str()), (0, ""), "{inputs:?}");
    }
    let without = repository.run(["validate", "--without-values", "-f", "manifests"]);
    assert_eq!((without.code, without.stderr.as_str()), (0, ""));
    let schemas = repository.run(["schema", "--check"]);
    assert_eq!(schemas.code, 0, "{}", schemas.stderr);

    let plan = repository.run([&["plan", "--sandbox", "-o", "json"], &both[..]].concat());
    assert_eq!(plan.code, 0, "{}", plan.stderr);
    let plan: serde_json::Value = serde_json::from_str(&plan.stdout).expect("JSON");
    let changes = plan["changes"].as_array().expect("changes");
    let created: BTreeSet<&str> = changes
        .iter()
        .filter(|change| change["action"] == "create")
        .filter_map(|change| change["address"].as_str()?.split('/').next())
        .collect();
    let kinds = ALL.iter().flat_map(|def| def.kinds).map(|kind| kind.kind);
    assert_eq!(created, kinds.collect(), "one record of each kind");
    assert_eq!(changes.len(), created.len(), "{plan}");

    let apply = ["apply", "--sandbox", "--auto-approve"];
    let applied = repository.run([&apply[..], &both].concat());
    assert_eq!(applied.code, 0, "{}{}", applied.stdout, applied.stderr);
    let again = ["plan", "--sandbox", "--detailed-exitcode"];
    let again = repository.run([&again[..], &both].concat());
    assert_eq!(again.code, 0, "nothing is left to do");
}

#[test]
fn every_first_line_leads_to_the_schema() {
    let (repository, _) = started(&[]);
    let mark = "# yaml-language-server: $schema=";
    let manifests = files(repository.path());
    let manifests = manifests.iter().filter(|path| is_manifest(path));
    for path in manifests {
        let text = repository.read(path);
        let schema = text.lines().next().and_then(|line| line.strip_prefix(mark));
        let schema = schema.unwrap_or_else(|| panic!("{path} names no schema"));
        let folder = Path::new(path).parent().expect("a folder");
        assert!(
            repository.path().join(folder).join(schema).exists(),
            "{path}"
        );
    }
}

#[test]
fn the_policy_it_starts_with_holds() {
    let (repository, _) = started(&["--ci", "none"]);
    let policy = repository.read("manifests/policy.yaml");
    // What stands in comments is right too, once it is taken out of them.
    let whole = policy
        .replace("  # freeze:", "  freeze:")
        .replace("  #   ", "    ");
    assert_ne!(whole, policy);
    repository.write("manifests/policy.yaml", whole);
    let valid = repository.run(["validate", "--sandbox", "-f", "manifests"]);
    assert_eq!((valid.code, valid.stderr.as_str()), (0, ""));
    repository.write("manifests/policy.yaml", policy.replace("max: 20", "max: 0"));
    let plan = ["plan", "--sandbox", "-f", "manifests", "-f", "examples"];
    let plan = repository.run(plan);
    assert_eq!(plan.code, 5, "{}{}", plan.stdout, plan.stderr);
    assert!(plan.stdout.contains("creates.max"), "{}", plan.stdout);
    for path in ["policy.limits.updates", "policy.rules"] {
        let explained = repository.run(["explain", path]);
        assert_eq!(explained.code, 0, "{}", explained.stderr);
    }
}

#[test]
fn only_the_systems_asked_for_are_there() {
    for def in ALL {
        let (repository, ran) = started(&["--system", def.name, "--ci", "none"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let manifests: Vec<String> = files(repository.path())
            .into_iter()
            .filter(|path| is_manifest(path))
            .collect();
        let mut expected = [
            format!("examples/{}.yaml", def.name),
            "manifests/policy.yaml".to_owned(),
            format!("manifests/providers/{}.yaml", def.name),
        ];
        expected.sort();
        assert_eq!(manifests, expected);
    }
    let (repository, ran) = started(&["--system", "zegaol"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("did you mean `zegoal`?"),
        "{}",
        ran.stderr
    );
    assert!(files(repository.path()).is_empty());
}

#[test]
fn pipelines_are_those_of_the_documentation() {
    let documented = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pipelines");
        fs::read_to_string(folder.join(name)).expect("a documented pipeline")
    };
    let (repository, _) = started(&[]);
    for (path, name) in [
        (".github/workflows/trueup.yml", "github.yml"),
        (".github/workflows/trueup-apply.yml", "github-apply.yml"),
        (".github/workflows/trueup-drift.yml", "github-drift.yml"),
    ] {
        assert_eq!(repository.read(path), documented(name));
    }
    let (repository, _) = started(&["--ci", "gitlab", "deep/folder"]);
    assert_eq!(
        repository.read("deep/folder/.gitlab-ci.yml"),
        documented("gitlab-ci.yml")
    );
    let (repository, _) = started(&["--ci", "none"]);
    assert!(!repository.path().join(".github").exists());
}

#[test]
fn nothing_is_overwritten_and_every_file_in_the_way_is_named() {
    let repository = Repository::new();
    repository.write("README.md", "mine\n");
    // A file where a folder is to be is in the way of all that is to be in it.
    repository.write("schemas", "mine\n");
    let before = files(repository.path());
    let ran = repository.run(["init", "."]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("\n  README.md\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("\n  schemas/trueup.schema.json\n"));
    assert!(!ran.stderr.contains("manifests"), "{}", ran.stderr);
    assert_eq!(files(repository.path()), before, "nothing was written");
    assert_eq!(repository.read("README.md"), "mine\n");

    for folder in ["README.md", "README.md/deeper/still"] {
        let ran = repository.run(["init", folder]);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
        let says = "error: `README.md` is a file and not a folder\n";
        assert!(ran.stderr.starts_with(says), "{}", ran.stderr);
        assert!(!ran.stderr.contains("overwritten"), "{}", ran.stderr);
        assert_eq!(files(repository.path()), before, "nothing was written");
    }

    let (repository, first) = started(&["new"]);
    let second = repository.run(["init", "new"]);
    assert_eq!(second.code, 1);
    for path in first.stdout.lines() {
        assert!(second.stderr.contains(&format!("\n  {path}\n")), "{path}");
    }
}

/// The lines of shell of the first steps in the README, as they are run on the
/// sandbox after the program was installed.
#[cfg(unix)]
fn first_steps() -> Vec<String> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).expect("a README");
    let (_, steps) = readme.split_once("\n## First steps\n").expect("steps");
    let (steps, _) = steps.split_once("\n## ").expect("an end");
    let blocks = steps.split("```sh\n").skip(1);
    let lines = blocks.flat_map(|block| block.split("```").next().unwrap_or_default().lines());
    let lines: Vec<String> = lines
        .filter(|line| !line.starts_with("cargo "))
        .map(|line| match line.strip_prefix("trueup ") {
            Some(rest) if !line.contains("--sandbox") && !rest.starts_with("init ") => {
                let (command, rest) = rest.split_once(' ').expect("options");
                format!("trueup {command} --sandbox {rest}")
            }
            _ => line.to_owned(),
        })
        .collect();
    assert!(lines.len() >= 6, "{lines:#?}");
    lines
}

/// Nothing that somebody tried is made at a provider by what they do next.
#[cfg(unix)]
#[test]
fn after_the_first_steps_there_is_nothing_to_create() {
    let steps = first_steps();
    let tried = steps
        .iter()
        .position(|line| line.starts_with("trueup plan"));
    let tried = tried.expect("a plan");
    let (plan, _) = steps[tried].split_once('#').expect("what it is for");
    let apply = plan.replace("trueup plan", "trueup apply --auto-approve");
    let mut applied = steps.clone();
    applied.insert(tried + 1, apply);
    for (steps, in_line) in [
        (steps, "Plan: 2 to adopt, 1 in line"),
        (applied, "Plan: 2 to adopt, 2 in line"),
    ] {
        let repository = Repository::new();
        let ran = repository.shell(&steps.join("\n"));
        assert_eq!(ran.code, 0, "{steps:#?}\n{}{}", ran.stdout, ran.stderr);
        let last = ran.stdout.rfind("Plan: ").map(|at| &ran.stdout[at..]);
        let last = last.expect("a plan");
        let summary = last.lines().next();
        assert_eq!(summary, Some(in_line), "{last}");
    }
}

#[cfg(unix)]
#[test]
fn the_command_that_is_printed_plans_the_examples() {
    for folder in [".", "billing", "sp ace/it's"] {
        let (repository, ran) = started(&[folder]);
        let command = ran.stderr.lines().last().expect("a command");
        let plan = repository.shell(command);
        assert_eq!(plan.code, 0, "{command}: {}", plan.stderr);
        let kinds = ALL.iter().flat_map(|def| def.kinds).count();
        let starts = format!("Plan: {kinds} to create\n");
        assert!(plan.stdout.starts_with(&starts), "{}", plan.stdout);
    }
}
