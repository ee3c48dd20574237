//! What the scripts of the pipelines do, run with made-up programs in the place of
//! those that they call.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use super::{GITLAB, read, steps};
use crate::{
    base::{git, program_path},
    support::Repository,
};

/// The script of a job of GitLab's, see [`run_script`].
fn run(
    folder: &Repository,
    job: &str,
    programs: &[(&str, &str)],
    variables: &[(&str, &str)],
) -> Option<i32> {
    let pipeline = read(GITLAB);
    let script = pipeline[job]["script"][0].as_str().expect("a script");
    run_script(folder, script, programs, variables)
}

/// A script in an empty folder, as a runner starts it, with these programs in front
/// of those of the machine. Gives its exit code.
fn run_script(
    folder: &Repository,
    script: &str,
    programs: &[(&str, &str)],
    variables: &[(&str, &str)],
) -> Option<i32> {
    for (name, body) in programs {
        let name = format!("bin/{name}");
        folder.write(&name, format!("#!/usr/bin/env bash\n{body}\n"));
        let path = folder.path().join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
    }
    let bin = folder.path().join("bin");
    let ran = Command::new("bash")
        .args(["-eo", "pipefail", "-c", script])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", format!("{}:{}", bin.display(), program_path()))
        .env("CI_BUILDS_DIR", ".")
        .envs(variables.iter().copied())
        .output()
        .expect("bash runs");
    ran.status.code()
}

#[test]
fn a_plan_has_its_note_and_its_remarks_whatever_it_says() {
    let trueup = "case $1 in
        plan) [ $CODE = 1 ] || [ $CODE = 5 ] || touch plan.trueup; exit $CODE ;;
        show) [ -f plan.trueup ] && echo '[1]' ;;
    esac";
    for (code, ends, remarks) in [
        ("0", 0, Some("[1]\n")),
        ("2", 0, Some("[1]\n")),
        // A plan that is refused is not saved.
        ("5", 0, Some("[]\n")),
        ("1", 1, None),
        ("130", 130, None),
    ] {
        let folder = Repository::new();
        let variables = [("CODE", code), ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "1")];
        let ran = run(&folder, "plan", &[("trueup", trueup)], &variables);
        assert_eq!(ran, Some(ends), "{code}");
        let written = |name: &str| fs::read_to_string(folder.path().join(name)).ok();
        let report = written("gl-code-quality-report.json");
        assert_eq!(report.as_deref(), remarks, "{code}");
        let told = remarks.map(|_| format!("TRUEUP_CODE={code}\n"));
        assert_eq!(written("plan.env"), told, "{code}");
    }
}

/// A branch starts from the first commit, and the branch that it would go into
/// has gone on since.
#[test]
fn a_plan_is_that_of_the_merge_against_the_tip_of_its_target() {
    let origin = Repository::new();
    let write = |name: &str, text: &str, branch: &[&str]| {
        git(origin.path(), &[&["checkout", "-q"][..], branch].concat());
        origin.write(name, text);
        git(origin.path(), &["add", "-A"]);
        git(origin.path(), &["commit", "-q", "-m", "manifests"]);
        git(origin.path(), &["rev-parse", "HEAD"])
    };
    git(origin.path(), &["init", "-q", "-b", "main"]);
    write("manifests/old", "old", &["-b", "old"]);
    write("manifests/mine", "mine", &["-b", "mine"]);
    write("manifests/theirs", "conflict", &["-b", "conflict"]);
    let tip = write("manifests/theirs", "theirs", &["-b", "main", "old"]);
    let trueup = "case $1 in
        plan) echo \"$5\" > base; ls manifests > planned; cat \"$0\" > plan.trueup ;;
        show) echo '[]' ;;
    esac";
    let url = origin.path().to_str().expect("text");
    for (source, merged_by_gitlab, ends, planned) in [
        ("mine", None, 0, "mine\nold\ntheirs\n"),
        ("main", None, 0, "old\ntheirs\n"),
        ("mine", Some("an-id"), 0, "mine\nold\n"),
        ("conflict", None, 1, ""),
    ] {
        let folder = Repository::new();
        let single = ["clone", "-q", "--single-branch", "-b", source, url, "."];
        git(folder.path(), &single);
        git(folder.path(), &["checkout", "-q", "--detach"]);
        let variables = [
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
            (
                "CI_MERGE_REQUEST_TARGET_BRANCH_SHA",
                merged_by_gitlab.unwrap_or_default(),
            ),
        ];
        let ran = run(&folder, "plan", &[("trueup", trueup)], &variables);
        assert_eq!(ran, Some(ends), "{source}");
        let written = |name: &str| fs::read_to_string(folder.path().join(name)).ok();
        assert_eq!(written("planned").unwrap_or_default(), planned, "{source}");
        let base = format!("{}\n", merged_by_gitlab.unwrap_or(&tip));
        assert_eq!(written("base"), (ends == 0).then_some(base), "{source}");
    }
}

#[test]
fn the_plan_that_was_reviewed_is_found_where_the_pipeline_has_run() {
    let curl = "case ${@: -1} in
        */merge_requests) echo '[]' ;;
        *refs%2Fmerge-requests%2F7%2F$REF/raw/plan.trueup?job=plan) echo $REF >> found ;;
        *) exit 22 ;;
    esac";
    let jq = "cat > /dev/null; echo $IID";
    let programs = [("curl", curl), ("jq", jq), ("trueup", "exit $CODE")];
    for (iid, reference, code, found, stale) in [
        ("7", "merge", "0", true, false),
        ("7", "head", "0", true, false),
        ("7", "head", "4", true, true),
        ("7", "none", "0", false, true),
        ("", "head", "0", false, true),
    ] {
        let folder = Repository::new();
        let variables = [("IID", iid), ("REF", reference), ("CODE", code)];
        let ran = run(&folder, "reviewed", &programs, &variables);
        assert_eq!(ran, Some(0), "{variables:?}");
        let is_found = folder.path().join("found").exists();
        assert_eq!(is_found, found, "{variables:?}");
        let told = folder.read("apply.env");
        assert_eq!(told, format!("TRUEUP_STALE={stale}\n"), "{variables:?}");
    }
}

/// A pull request whose plan was refused leaves its comment and no plan.
#[test]
fn without_a_plan_that_can_be_had_it_is_planned_again() {
    let gh = "case $2 in
        */pulls) echo $HEAD_SHA ;;
        *artifacts\\?name=*) echo $ARTIFACT ;;
        */zip) [ $ZIP != none ] && echo $ZIP ;;
    esac";
    let unzip = "[ \"$(cat \"$4\")\" = whole ] && touch \"$3/plan.trueup\"";
    let workflow = read("github-apply.yml");
    let mut of_job = steps(&workflow["jobs"]["reviewed"]).iter();
    let step = of_job.find(|step| step["id"] == "find").expect("a step");
    let script = step["run"].as_str().expect("a script");
    for (head, artifact, zip, found) in [
        ("abc", "7", "whole", true),
        ("abc", "7", "comment-alone", false),
        ("abc", "7", "none", false),
        ("abc", "", "whole", false),
        ("", "7", "whole", false),
    ] {
        let folder = Repository::new();
        let variables = [
            ("GITHUB_OUTPUT", "told"),
            ("RUNNER_TEMP", "."),
            ("GITHUB_REPOSITORY", "o/r"),
            ("GITHUB_SHA", "1"),
            ("HEAD_SHA", head),
            ("ARTIFACT", artifact),
            ("ZIP", zip),
        ];
        let programs = [("gh", gh), ("unzip", unzip)];
        let ran = run_script(&folder, script, &programs, &variables);
        assert_eq!(ran, Some(0), "{variables:?}");
        let told = folder.read("told");
        assert_eq!(told, format!("found={found}\n"), "{variables:?}");
        let there = folder.path().join("plan.trueup").exists();
        assert_eq!(there, found, "{variables:?}");
    }
}
