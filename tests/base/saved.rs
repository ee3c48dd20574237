//! Saved plans with `--base` and `--changed-since`.

use serde_json::Value;

use super::{Applied, PROVIDER, account, outside::kept_out};

const SAVE: [&str; 7] = ["plan", "-f", "m", "--sandbox", "--out", "plan.json", "-q"];

/// At apply nothing is compared with the base again: the causes are those that
/// were reviewed.
#[test]
fn causes_are_kept() {
    let applied = Applied::new();
    applied.drift("beta", "theirs", "EUR");
    applied.write("m/acme.yaml", account("acme", "two", "EUR"));
    let printed = applied.run(&[&SAVE[..], &["--base", "HEAD"]].concat());
    assert_eq!(printed.code, 0, "{printed:?}");
    for cause in ["(edit)", "(drift)"] {
        assert!(printed.stdout.contains(cause), "{}", printed.stdout);
    }
    std::fs::remove_dir_all(applied.repository.path().join(".git")).expect("a folder");
    let shown = applied.run(&["show", "plan.json"]);
    assert_eq!(shown.stdout, printed.stdout);
    let ran = applied.run(&["apply", "plan.json", "--sandbox", "-o", "json", "-q"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let receipt: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let causes: Vec<&str> = receipt["plan"]["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .filter_map(|change| change["fields"][0]["cause"].as_str())
        .collect();
    assert_eq!(causes, ["edit", "drift"]);
    assert_eq!(receipt["receipt"]["counts"]["done"], 2);
}

/// The plan was made with the endpoint of the base. Once the new one is merged,
/// nothing is sent there.
#[test]
fn the_endpoint_is_that_of_the_base() {
    let applied = Applied::new();
    applied.write("m/acme.yaml", account("acme", "two", "EUR"));
    let moved = PROVIDER.replace("tenant: zegoal", "tenant: elsewhere");
    applied.write("m/provider.yaml", &moved);
    let printed = applied.run(&[&SAVE[..], &["--base", "HEAD"]].concat());
    assert_eq!(printed.code, 0, "{printed:?}");
    let ran = applied.run(&["apply", "plan.json", "--sandbox"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(
        ran.stderr
            .contains("\n  Provider/zegoal: `tenant` is declared otherwise since the plan\n"),
        "{ran:?}"
    );
    applied.write("m/provider.yaml", PROVIDER);
    let ran = applied.run(&["apply", "plan.json", "--sandbox"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// What the base kept out of its manifests is not shown by the apply either.
#[test]
fn an_old_value_from_outside_stays_hidden() {
    let applied = kept_out();
    applied.write("m/acme.yaml", account("acme", "plain", "EUR"));
    let printed = applied.run(&[&SAVE[..], &["--base", "HEAD"]].concat());
    assert_eq!(printed.code, 0, "{printed:?}");
    let ran = applied.run(&["apply", "plan.json", "--sandbox", "-o", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let shown = format!("{}{}{}", printed.stdout, ran.stdout, ran.stderr);
    assert!(!shown.contains("kept-out"), "{shown}");
    assert!(ran.stdout.contains("••••"), "{ran:?}");
}

/// A provider and its records in one change: with the base nothing is sent to
/// it. Once both are merged, a plan without a base is what apply goes by.
#[test]
fn a_new_provider_is_planned_once_it_is_merged() {
    let applied = Applied::new();
    let added = PROVIDER
        .replace("name: zegoal", "name: added")
        .replace("{ env: L }", "{ env: ADDED }");
    applied.write("m/provider.yaml", format!("{PROVIDER}---\n{added}"));
    for (name, provider) in [("acme", "zegoal"), ("beta", "zegoal"), ("new", "added")] {
        let provider = format!("spec:\n  provider: {provider}");
        let text = account(name, "one", "EUR").replace("spec:", &provider);
        applied.write(&format!("m/{name}.yaml"), text);
    }
    let printed = applied.run(&[&SAVE[..], &["--base", "HEAD"]].concat());
    assert_eq!(printed.code, 0, "{printed:?}");
    assert!(printed.stdout.contains("! blocked ZegoalAccount/new"));
    applied.commit();
    let ran = applied.run(&["apply", "plan.json", "--sandbox"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    let says = "\n  Provider/added: the plan was made without it\n";
    assert!(ran.stderr.contains(says), "{ran:?}");
    let replanned = applied.run(&SAVE);
    assert_eq!(replanned.code, 0, "{replanned:?}");
    let ran = applied.run(&["apply", "plan.json", "--sandbox"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.ends_with("\nApplied: 1 done\n"), "{ran:?}");
}

/// With `--changed-since`, a manifest that had not changed then and has now
/// would have been in the plan.
#[test]
fn what_had_not_changed_must_not_change() {
    let applied = Applied::new();
    applied.write("m/acme.yaml", account("acme", "two", "EUR"));
    let printed = applied.run(&[&SAVE[..], &["--changed-since", "HEAD"]].concat());
    assert_eq!(printed.code, 0, "{printed:?}");
    applied.write("m/beta.yaml", account("beta", "two", "EUR"));
    std::fs::remove_dir_all(applied.repository.path().join(".git")).expect("a folder");
    let ran = applied.run(&["apply", "plan.json", "--sandbox"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(
        ran.stderr
            .contains("\n  ZegoalAccount/beta (m/beta.yaml:1): the plan does not cover it\n"),
        "{ran:?}"
    );
    applied.write("m/beta.yaml", account("beta", "one", "EUR"));
    let ran = applied.run(&["apply", "plan.json", "--sandbox"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.ends_with("\nApplied: 1 done\n"), "{ran:?}");
}
