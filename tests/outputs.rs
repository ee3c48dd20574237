//! The formats of a plan and a receipt as the real binary prints them, on the
//! examples and the sandbox.

use std::{fs, path::Path};

use serde_json::{Value, json};
use trueup::simulator::Response;

use crate::support::{
    Ran, Repository,
    between::between,
    providers,
    world::{World, manifest},
};

fn manifests() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests");
    folder.to_str().expect("a path that is text").to_owned()
}

fn run(repository: &Repository, command: &str, output: &str) -> Ran {
    let manifests = manifests();
    let mut arguments = vec![command, "--sandbox", "-f", &manifests, "-o", output];
    if command == "apply" {
        arguments.push("--auto-approve");
    }
    repository.run(arguments)
}

fn assert_valid(schema: &str, output: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let schema = fs::read_to_string(path.join(schema)).expect("a schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let output: Value = serde_json::from_str(output).expect("JSON");
    let errors: Vec<String> = validator
        .iter_errors(&output)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn the_schemas_describe_what_is_printed() {
    let repository = Repository::new();
    let plan = run(&repository, "plan", "json");
    assert_eq!(plan.code, 0, "{}", plan.stderr);
    assert_valid("plan.schema.json", &plan.stdout);
    let applied = run(&repository, "apply", "json");
    assert_eq!(applied.code, 0, "{}", applied.stderr);
    assert_valid("receipt.schema.json", &applied.stdout);
}

#[test]
fn every_format_tells_of_every_change() {
    let repository = Repository::new();
    let plan: Value = serde_json::from_str(&run(&repository, "plan", "json").stdout).expect("JSON");
    let changes = plan["changes"].as_array().expect("changes");
    let addresses: Vec<&str> = changes
        .iter()
        .filter(|change| change["action"] != "none")
        .map(|change| change["address"].as_str().expect("an address"))
        .collect();
    assert!(addresses.len() > 5, "the examples plan too little");
    for output in ["text", "markdown", "html", "gitlab"] {
        let ran = run(&repository, "plan", output);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        for address in &addresses {
            assert!(ran.stdout.contains(address), "{output}: {address}");
        }
    }
    let log = run(&repository, "plan", "github").stdout;
    assert!(log.starts_with("Plan: "), "{log}");
    assert!(
        log.lines().skip(1).all(|line| line.starts_with("::")),
        "{log}"
    );
}

#[test]
fn apply_prints_its_receipt_and_nothing_else() {
    for (output, start) in [
        ("markdown", "<!-- trueup apply -->\n### Applied: "),
        ("html", "<!DOCTYPE html>\n"),
        ("github", "Applied: "),
    ] {
        let ran = run(&Repository::new(), "apply", output);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stdout.starts_with(start), "{output}: {}", ran.stdout);
    }
}

#[test]
fn formats_that_make_no_sense_are_errors() {
    for arguments in [
        ["apply", "-f", "x.yaml", "-o", "gitlab"],
        ["doctor", "-f", "x.yaml", "-o", "markdown"],
        ["validate", "-f", "x.yaml", "-o", "html"],
    ] {
        let ran = Repository::new().run(arguments);
        assert_eq!(ran.code, 1, "{arguments:?}");
        assert!(ran.stderr.contains("invalid value"), "{}", ran.stderr);
    }
}

#[test]
fn findings_have_their_formats_too() {
    let repository = Repository::new();
    repository.write("bad.yaml", "kind: Nope\nmetadata:\n  name: a\n");
    for command in ["validate", "plan"] {
        let github = repository.run([command, "-f", "./bad.yaml", "-o", "github"]);
        assert_eq!(github.code, 1, "{}", github.stdout);
        assert!(
            github.stdout.contains("\n::error file=bad.yaml,line="),
            "{}{}",
            github.stdout,
            github.stderr
        );
        let gitlab = repository.run([command, "-f", "bad.yaml", "-o", "gitlab"]);
        assert_eq!(gitlab.code, 1, "{}", gitlab.stdout);
        let issues: Value = serde_json::from_str(&gitlab.stdout).expect("JSON");
        assert_eq!(issues[0]["location"]["path"], "bad.yaml");
        assert_eq!(issues[0]["severity"], "critical");
        assert!(issues[0]["location"]["lines"]["begin"].is_u64());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_format_quotes_a_sensitive_value_of_a_provider_that_cannot_be_read() {
    const IBAN: &str = "BG80BNBG96611020345678";
    for def in providers().filter(|def| def.name == "zegoal") {
        let service = between((def.simulate)(1), |request, system| {
            if system.operation(request) == "GetAccountInfo" {
                return Response::text(400, &format!("cannot show account with bank {IBAN}"));
            }
            system.answer(request)
        });
        let world = World::serving(def, service).await;
        let repository = world.repository();
        let spec = json!({
            "basic": { "accountName": "Acme" },
            "bankInfo": { "bankAccount": IBAN },
        });
        let account = manifest("ZegoalAccount", "acme", &spec);
        repository.write("acme.yaml", account.to_string());
        let plans = ["text", "json", "markdown", "html", "github", "gitlab"];
        let plans = plans.map(|output| vec!["plan", "-f", ".", "-o", output]);
        let applies = ["text", "json", "markdown", "html", "github"];
        let applies =
            applies.map(|output| vec!["apply", "-f", ".", "--auto-approve", "-o", output]);
        let update = vec!["import", "--update", "-f", "."];
        let doctor = vec!["doctor", "-f", "."];
        let commands = plans.into_iter().chain(applies).chain([update, doctor]);
        for arguments in commands {
            let what = arguments.join(" ");
            let ran = repository.run(arguments);
            assert_ne!(ran.code, 0, "{what}");
            let told = format!("{}{}", ran.stdout, ran.stderr);
            assert!(told.contains("with bank ••••5678"), "{what}: {told}");
            assert!(!told.contains("345678"), "{what}: {told}");
        }
    }
}

/// A device that is always full.
#[cfg(target_os = "linux")]
#[test]
fn what_was_done_is_told_where_the_output_cannot_be_written() {
    let repository = Repository::new();
    let manifests = manifests();
    let apply = format!("trueup apply --sandbox -f '{manifests}' --auto-approve -o json");
    let ran = repository.shell(&format!("{apply} > /dev/full"));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let (_, error) = ran.stderr.split_once("error: ").expect("an error");
    let said = error.split_whitespace().collect::<Vec<_>>().join(" ");
    let start = "writing to standard output: No space left on device (os error 28) \
                 hint: the run has ended all the same: ";
    assert!(said.starts_with(start), "{said}");
    let shown = repository.shell(ran.printed_command());
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let counts = shown.stdout.lines().last().expect("a summary");
    let counts = counts.strip_prefix("Applied: ").expect("counts");
    assert!(said.contains(counts), "{said}: {counts}");
    let again = repository.shell(&apply);
    assert_eq!(again.code, 0, "{}", again.stderr);
}
