//! What is in the way of a saved plan.

use trueup::{
    model::{Fingerprint, FingerprintKey},
    saved::SavedPlan,
};

use super::{Bench, PROVIDER, account};

const VARIABLE: &str = "TRUEUP_FINGERPRINT_KEY";

#[test]
fn an_expired_plan() {
    let bench = Bench::new();
    bench.save();
    bench.forge(|saved| saved.expires = saved.created);
    let created = saved_of(&bench).created;
    bench_stale_before_anything(&bench, &format!("it expired at {created}"));
}

fn saved_of(bench: &Bench) -> SavedPlan {
    trueup::saved::parse(&bench.repository.read("plan.json")).expect("a saved plan")
}

/// For reasons that hold whatever the manifests say: they are not even read.
fn bench_stale_before_anything(bench: &Bench, reason: &str) {
    bench.write("m/acme.yaml", "no manifest at all");
    bench.assert_stale(&[reason]);
}

#[test]
fn a_plan_of_another_version_of_the_program() {
    let bench = Bench::new();
    bench.save();
    bench.forge(|saved| saved.version = "0.0.9");
    let own = env!("CARGO_PKG_VERSION");
    bench_stale_before_anything(
        &bench,
        &format!("it was made by trueup 0.0.9, and this is {own}"),
    );
}

#[test]
fn a_plan_of_another_version_of_the_format() {
    let bench = Bench::new();
    bench.save();
    bench.tamper("trueup.dev/saved-plan/v1alpha1", "trueup.dev/saved-plan/v7");
    bench_stale_before_anything(
        &bench,
        "its format is `trueup.dev/saved-plan/v7`, and this version of trueup reads `trueup.dev/saved-plan/v1alpha1`",
    );
}

#[test]
fn a_plan_for_the_sandbox_at_the_real_providers() {
    let bench = Bench::new();
    bench.save();
    let ran = bench.run(&["apply", "plan.json"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(
        ran.stderr
            .contains("\n  it was made for the sandbox, and this run is not (`--sandbox`)\n"),
        "{ran:?}"
    );
    bench.forge(|saved| saved.made_of.sandbox = false);
    bench.assert_stale(&["it was not made for the sandbox, and this run is (`--sandbox`)"]);
}

#[test]
fn a_value_from_outside_has_moved() {
    let mut bench = Bench::new();
    bench.write("m/acme.yaml", &account("acme", "{ env: TOLD }", "EUR"));
    bench.repository.set("TOLD", "a-value-from-outside");
    bench.save();
    bench.repository.set("TOLD", "another-value");
    bench.assert_stale(&[
        "ZegoalAccount/acme (m/acme.yaml:1): its manifest has changed since the plan",
    ]);
    bench.repository.set("TOLD", "a-value-from-outside");
    assert_eq!(bench.apply().code, 0);
}

#[test]
fn a_provider_is_declared_otherwise() {
    let bench = Bench::new();
    bench.save();
    let other = PROVIDER.replace("tenant: zegoal", "tenant: other");
    bench.write("m/provider.yaml", &other);
    bench.assert_stale(&["Provider/zegoal: `tenant` is declared otherwise since the plan"]);
}

#[test]
fn we_are_another_account() {
    let bench = Bench::new();
    bench.save();
    let account = saved_of(&bench).providers[0].account.clone();
    bench.forge(|saved| "somebody else".clone_into(&mut saved.providers[0].account));
    bench.assert_stale(&[&format!(
        "Provider/zegoal: the plan was made as `somebody else`, and we are `{account}` there now"
    )]);
}

#[test]
fn policies_have_moved() {
    let bench = Bench::new();
    bench.save();
    let other: Fingerprint = FingerprintKey::from_text("x").start("other").finish();
    bench.forge(|saved| saved.policies = other);
    bench.assert_stale(&["the Policy manifests have changed since the plan"]);
}

#[test]
fn long_lists_of_reasons_are_cut() {
    let bench = Bench::new();
    bench.save();
    for number in 10..40 {
        let name = format!("n{number}");
        bench.write(&format!("m/{name}.yaml"), &account(&name, "new", "EUR"));
    }
    let ran = bench.apply();
    assert_eq!(ran.code, 4, "{ran:?}");
    let reasons = ran.stderr.lines().filter(|line| line.contains("cover it"));
    assert_eq!(reasons.count(), 20);
    assert!(
        ran.stderr.contains("\n  and 10 more reasons\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_provider_that_cannot_be_read_is_an_error() {
    let bench = Bench::new();
    bench.save();
    let fault = "zegoal:GetTenantDict=403";
    let ran = bench.run(&["apply", "plan.json", "--sandbox", "--fault", fault]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{ran:?}");
    assert!(
        ran.stderr
            .starts_with("error: provider zegoal could not be read: GetTenantDict: "),
        "{ran:?}"
    );
    assert!(ran.stderr.ends_with("\nNothing was done.\n"), "{ran:?}");
}

#[test]
fn a_plan_that_was_tampered_with() {
    let bench = Bench::new();
    bench.save();
    let whole = bench.repository.read("plan.json");
    for (old, new) in [
        ("\"one\"", "\"two\""),
        ("\"sandbox\": true", "\"sandbox\": false"),
        ("ZegoalAccount/acme", "ZegoalAccount/other"),
    ] {
        bench.write("plan.json", &whole);
        bench.tamper(old, new);
        for command in ["apply", "show"] {
            let sandbox: &[&str] = if command == "apply" {
                &["--sandbox"]
            } else {
                &[]
            };
            let ran = bench.run(&[&[command, "plan.json"], sandbox].concat());
            assert_eq!(
                (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
                (
                    1,
                    "",
                    "error: plan.json: the plan has been altered since it was saved\n\
                     hint: save a new plan; a saved plan is not to be edited\n"
                ),
                "{old}"
            );
        }
    }
}

#[test]
fn laid_out_otherwise_a_plan_is_the_same() {
    let bench = Bench::new();
    bench.save();
    let text = bench.repository.read("plan.json");
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    bench.write("plan.json", &value.to_string());
    assert_eq!(bench.apply().code, 0);
}

#[test]
fn files_that_are_no_saved_plan() {
    let bench = Bench::new();
    let deep = "[".repeat(1000);
    for (text, message) in [
        ("", "this is no JSON: it starts with no `{`"),
        ("kind: Provider", "this is no JSON: it starts with no `{`"),
        (
            "{",
            "this is no JSON: EOF while parsing an object at line 1 column 1",
        ),
        ("{}", "this is no saved plan: it names no format"),
        (
            "{\"format\":\"trueup.dev/plan/v1alpha1\"}",
            "this is no saved plan: its format is `trueup.dev/plan/v1alpha1`",
        ),
        (
            "{\"format\":\"trueup.dev/saved-plan/v1alpha1\",\"more\":1}",
            "the saved plan is broken: unknown field `more`, expected one of `format`, `version`, `…",
        ),
        (
            &format!("{{\"a\":{deep}"),
            "this is no JSON: EOF while parsing a list at line 1 column 1005",
        ),
        (
            "{\"format\":\"\\u001b[2J\"}",
            "this is no saved plan: its format is `\u{fffd}[2J`",
        ),
    ] {
        bench.write("plan.json", text);
        for command in ["apply", "show"] {
            let ran = bench.run(&[command, "plan.json"]);
            assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{ran:?}");
            let first = ran.stderr.lines().next().unwrap_or_default();
            assert_eq!(first, format!("error: plan.json: {message}"));
        }
    }
    let ran = bench.run(&["apply", "missing.json"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.starts_with("error: missing.json: reading: "));
}

#[test]
fn the_key_is_another_one() {
    let mut bench = Bench::new();
    bench.repository.set(VARIABLE, "the key of the pipeline");
    bench.save();
    let saved = saved_of(&bench);
    assert!(!bench.repository.read("plan.json").contains("the key of"));
    bench.repository.set(VARIABLE, "the key of somebody else");
    let ran = bench.apply();
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (
            1,
            "",
            "error: plan.json: `TRUEUP_FINGERPRINT_KEY` is not the key that the plan was saved with\n\
             hint: set it to what it was when the plan was saved, or save a new plan\n"
        )
    );
    bench.repository.set(VARIABLE, "short");
    let ran = bench.apply();
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("is no key"), "{ran:?}");
    bench.repository.set(VARIABLE, "the key of the pipeline");
    // Nobody without the key can make it look unaltered.
    let forged = FingerprintKey::from_text("a guess of the key");
    let mut altered = saved.clone();
    altered.plan.changes.clear();
    altered.plan.counts = trueup::plan::Counts::default();
    altered.seal(&forged);
    bench.write("plan.json", &trueup::saved::file_text(&altered));
    assert!(bench.apply().stderr.contains("has been altered"));
    bench.write("plan.json", &trueup::saved::file_text(&saved));
    assert_eq!(bench.apply().code, 0);
}

#[test]
fn the_key_is_missing_or_not_wanted() {
    let mut bench = Bench::new();
    bench.save();
    bench.repository.set(VARIABLE, "the key of the pipeline");
    let ran = bench.apply();
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stderr.starts_with(
            "error: plan.json: the plan holds a key of its own, and `TRUEUP_FINGERPRINT_KEY` is set\n"
        ),
        "{ran:?}"
    );
    bench.save();
    let with_key = bench.repository.read("plan.json");
    let bare = Bench::new();
    bare.write("plan.json", &with_key);
    let ran = bare.apply();
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stderr.starts_with(
            "error: plan.json: the plan was saved with a key from `TRUEUP_FINGERPRINT_KEY`, which is not set\n"
        ),
        "{ran:?}"
    );
}

#[test]
fn manifests_from_standard_input_are_asked_for_again() {
    let bench = Bench::new();
    let mut child = bench
        .repository
        .command()
        .args(["plan", "-f", "-", "--sandbox", "--out", "plan.json", "-q"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("the binary runs");
    let text = format!("{PROVIDER}---\n{}", account("acme", "one", "EUR"));
    let mut stdin = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, text.as_bytes()).expect("it reads");
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
    let ran = bench.apply();
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (
            1,
            "error: the plan was made of manifests from standard input\n\
             hint: give them again, with `-f -`\n"
        )
    );
    bench.write("again.yaml", &text);
    let ran = bench.run(&["apply", "plan.json", "-f", "again.yaml", "--sandbox"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn options_that_make_no_sense_are_errors() {
    let bench = Bench::new();
    for (arguments, message) in [
        (
            &["apply", "--sandbox"][..],
            "the following required arguments were not provided",
        ),
        (
            &["apply", "plan.json", "--changed-since", "main"],
            "cannot be used with",
        ),
        (
            &["plan", "-f", "m", "--sandbox", "--expires-in", "1h"],
            "the following required arguments were not provided",
        ),
        (
            &["plan", "-f", "m", "--out", "p.json", "--expires-in", "31d"],
            "at most 30 days",
        ),
        (
            &["plan", "-f", "m", "--sandbox", "--out", "-"],
            "hint: name a file; `-o json` prints the plan for programs",
        ),
        (
            &["plan", "-f", "m", "--sandbox", "--out", "no/plan.json"],
            "no/plan.json: its folder is not there",
        ),
        (
            &["plan", "-f", "m", "--sandbox", "--out", "m"],
            "m: it is a folder",
        ),
    ] {
        let ran = bench.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{arguments:?}");
        assert!(
            ran.stderr.contains(message),
            "{arguments:?}: {}",
            ran.stderr
        );
    }
}
