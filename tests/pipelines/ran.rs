//! What the scripts of the pipeline for GitLab do, run with made-up programs in
//! the place of those that they call.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use super::{GITLAB, read};
use crate::{base::program_path, support::Repository};

/// The script of a job in an empty folder, as a runner starts it, with these
/// programs in front of those of the machine. Gives its exit code.
fn run(
    folder: &Repository,
    job: &str,
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
    let pipeline = read(GITLAB);
    let script = pipeline[job]["script"][0].as_str().expect("a script");
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
        let ran = run(&folder, "plan", &[("trueup", trueup)], &[("CODE", code)]);
        assert_eq!(ran, Some(ends), "{code}");
        let written = |name: &str| fs::read_to_string(folder.path().join(name)).ok();
        let report = written("gl-code-quality-report.json");
        assert_eq!(report.as_deref(), remarks, "{code}");
        let told = remarks.map(|_| format!("TRUEUP_CODE={code}\n"));
        assert_eq!(written("plan.env"), told, "{code}");
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
