//! The pipelines of the documentation: that they can be read, ask for no more
//! than they need, and call the program as it is.

#[cfg(unix)]
mod ran;

use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::support::Repository;

const GITHUB: [&str; 3] = ["github.yml", "github-apply.yml", "github-drift.yml"];
const GITLAB: &str = "gitlab-ci.yml";

fn text(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/pipelines");
    fs::read_to_string(folder.join(name)).expect("a documented pipeline")
}

fn read(name: &str) -> Value {
    serde_yaml::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn jobs(workflow: &Value) -> impl Iterator<Item = (&String, &Value)> {
    workflow["jobs"].as_object().expect("jobs").iter()
}

fn steps(job: &Value) -> &Vec<Value> {
    job["steps"].as_array().expect("steps")
}

/// Every shell script of every pipeline, with a name for messages.
fn scripts() -> Vec<(String, String)> {
    let mut scripts = Vec::new();
    for name in GITHUB {
        let workflow = read(name);
        for (job, steps) in jobs(&workflow).map(|(job, value)| (job, steps(value))) {
            let runs = steps.iter().filter_map(|step| step["run"].as_str());
            scripts.extend(runs.map(|run| (format!("{name}: {job}"), run.to_owned())));
        }
    }
    let pipeline = read(GITLAB);
    for (job, value) in pipeline.as_object().expect("jobs") {
        let lines = ["before_script", "script", "after_script"]
            .into_iter()
            .filter_map(|part| value[part].as_array());
        for line in lines.flatten() {
            let line = line.as_str().expect("a line of shell");
            scripts.push((format!("{GITLAB}: {job}"), line.to_owned()));
        }
    }
    assert!(scripts.len() > 25, "only {} scripts", scripts.len());
    scripts
}

#[test]
fn shell_is_shell_and_nothing_is_pasted_into_it() {
    for (name, script) in scripts() {
        // What an expression gives would be code; it comes by the environment.
        assert!(!script.contains("${{"), "{name}:\n{script}");
        let mut bash = Command::new("bash")
            .arg("-n")
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("bash");
        let mut input = bash.stdin.take().expect("its input");
        input.write_all(script.as_bytes()).expect("bash reads");
        drop(input);
        let output = bash.wait_with_output().expect("bash ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{name}: {said}");
    }
}

#[test]
fn workflows_have_no_more_rights_than_they_say() {
    for name in GITHUB {
        let workflow = read(name);
        assert_eq!(workflow["permissions"], serde_json::json!({}), "{name}");
        assert!(!text(name).contains("pull_request_target:"), "{name}");
        assert!(workflow["concurrency"]["group"].is_string(), "{name}");
        for (job, value) in jobs(&workflow) {
            let own = format!("{name}: {job}");
            assert!(value["timeout-minutes"].is_u64(), "{own} has no time-out");
            let rights = value["permissions"].as_object();
            let rights = rights.unwrap_or_else(|| panic!("{own} does not say its rights"));
            let writes = rights.values().any(|right| right == "write");
            let secrets = value.to_string().contains("secrets.");
            assert!(!(writes && secrets), "{own} can write and has credentials");
            assert_eq!(
                secrets,
                value["environment"].is_string(),
                "{own}: credentials belong to an environment"
            );
        }
    }
}

#[test]
fn a_fork_gets_no_further_than_validation() {
    let workflow = read("github.yml");
    let own = "github.event.pull_request.head.repo.full_name == github.repository";
    assert_eq!(workflow["jobs"]["plan"]["if"], own);
    assert_eq!(workflow["jobs"]["comment"]["needs"], "plan");
    let validate = workflow["jobs"]["validate"].to_string();
    assert!(validate.contains("--without-values") && !validate.contains("secrets."));
}

#[test]
fn actions_are_pinned_and_leave_no_token_behind() {
    for name in GITHUB {
        let workflow = read(name);
        for step in jobs(&workflow).flat_map(|(_, job)| steps(job)) {
            let Some(action) = step["uses"].as_str() else {
                continue;
            };
            let (action, commit) = action.split_once('@').expect("a version");
            let pinned = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(pinned, "{name}: {action}@{commit}");
            if action == "actions/checkout" {
                assert_eq!(step["with"]["persist-credentials"], false, "{name}");
            }
        }
    }
}

#[test]
fn what_apply_leaves_behind_is_always_kept() {
    let workflow = read("github-apply.yml");
    for job in ["reviewed", "replanned"] {
        let kept = steps(&workflow["jobs"][job])
            .iter()
            .filter(|step| step["if"] == "always()")
            .count();
        assert_eq!(kept, 2, "{job} keeps its journal and its receipt");
    }
    let pipeline = read(GITLAB);
    for job in ["reviewed", "replanned"] {
        let job = &pipeline[job];
        assert_eq!(job["artifacts"]["when"], "always");
        assert_eq!(job["cache"]["when"], "always");
        assert_eq!(job["resource_group"], "trueup-apply");
    }
}

#[test]
fn every_command_in_a_pipeline_is_understood() {
    let repository = Repository::new();
    let mut seen = BTreeSet::new();
    for (name, script) in scripts() {
        let script = script.replace("\\\n", " ");
        let commands = script
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("trueup "));
        for line in commands {
            let words: Vec<&str> = line
                .split_whitespace()
                .take_while(|word| !matches!(*word, ">" | "||" | "|"))
                .map(|word| word.trim_matches('"'))
                .collect();
            assert!(COMMANDS.contains(&words[0]), "{name}: {line}");
            // Whatever stands before it is read first, values included.
            let ran = repository.run([&words[..], &["--help"]].concat());
            assert_eq!(ran.code, 0, "{name}: {line}\n{}", ran.stderr);
            let options = words.iter().filter(|word| word.starts_with("--"));
            seen.extend(options.map(|option| format!("{} {option}", words[0])));
        }
    }
    for expected in [
        "plan --base",
        "plan --out",
        "plan --expires-in",
        "apply --state",
        "apply --receipt",
        "validate --without-values",
        "drift --detailed-exitcode",
    ] {
        assert!(seen.contains(expected), "{expected} is not in {seen:?}");
    }
    let wrong = repository.run(["plan", "--expires-in", "soon", "--help"]);
    assert_eq!(wrong.code, 1, "{}", wrong.stdout);
}

/// A proposal is planned with the providers and policies of its base; what is
/// merged is planned as `apply` reads it, or no new provider would ever be used.
#[test]
fn only_a_proposal_is_planned_against_a_base() {
    let mut plans = Vec::new();
    for (name, script) in scripts() {
        let script = script.replace("\\\n", " ");
        let lines = script.lines().map(str::trim_start);
        let of_plan = lines.filter(|line| line.starts_with("trueup plan "));
        plans.extend(of_plan.map(|line| (name.clone(), line.contains(" --base "))));
    }
    let plans: Vec<(&str, bool)> = plans.iter().map(|(job, base)| (&**job, *base)).collect();
    assert_eq!(
        plans,
        [
            ("github.yml: plan", true),
            ("github-apply.yml: replan", false),
            ("gitlab-ci.yml: plan", true),
            ("gitlab-ci.yml: replan", false),
        ]
    );
}

/// An end is carried out on its day because somebody starts the pipeline; nothing
/// is pushed then.
#[test]
fn what_applies_can_be_started_by_hand() {
    let workflow = read("github-apply.yml");
    let events = workflow["on"].as_object().expect("events");
    assert!(events.contains_key("workflow_dispatch"));
    let pipeline = read(GITLAB);
    let by_hand = r#"$CI_PIPELINE_SOURCE == "web" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"#;
    for (job, waits) in [("reviewed", false), ("replan", false), ("replanned", true)] {
        let rules = pipeline[job]["rules"].as_array().expect("rules");
        let rule = rules.iter().find(|rule| rule["if"] == by_hand);
        let rule = rule.unwrap_or_else(|| panic!("{job} has no rule"));
        assert_eq!(rule["when"] == "manual", waits, "{job}");
    }
}

/// The commands that pipelines call.
const COMMANDS: [&str; 5] = ["validate", "plan", "show", "apply", "drift"];

#[test]
fn the_readme_of_the_pipelines_names_every_exit_code() {
    let readme = text("README.md");
    for code in ["0", "1", "2", "3", "4", "5", "130"] {
        assert!(readme.contains(&format!("| {code} |")), "{code}");
    }
    for name in GITHUB.into_iter().chain([GITLAB]) {
        assert!(readme.contains(&format!("({name})")), "{name}");
    }
}
