//! Exactly the saved plan is carried out.

use super::{Bench, PROVIDER, account};

#[test]
fn the_reviewed_plan_is_shown_and_nobody_is_asked() {
    let bench = Bench::new();
    let planned = bench.save();
    let ran = bench.run(&["apply", "plan.json", "--sandbox"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.stdout, format!("{}\nApplied: 2 done\n", planned.stdout));
    // Several changes are in flight at once.
    let mut lines: Vec<&str> = ran.stderr.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "done        create ZegoalAccount/acme",
            "done        create ZegoalAccount/beta"
        ]
    );
}

#[test]
fn approval_is_accepted_and_not_needed() {
    let bench = Bench::new();
    bench.save();
    let ran = bench.run(&["apply", "plan.json", "--sandbox", "--auto-approve"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn the_receipt_has_its_formats() {
    for (output, start) in [
        (
            "json",
            "{\n  \"plan\": {\n    \"format\": \"trueup.dev/plan/v1alpha1\",",
        ),
        ("markdown", "<!-- trueup apply -->\n### Applied: 2 done\n"),
        ("html", "<!DOCTYPE html>\n"),
        ("github", "Applied: 2 done\n"),
    ] {
        let bench = Bench::new();
        bench.save();
        let ran = bench.run(&["apply", "plan.json", "--sandbox", "-q", "-o", output]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
        assert!(ran.stdout.starts_with(start), "{output}: {}", ran.stdout);
    }
}

/// The second of three accounts is refused; the next run of the same plan does
/// what is left.
#[test]
fn the_rest_is_done_after_an_interruption() {
    let bench = Bench::new();
    bench.write(
        "m/provider.yaml",
        &format!("{PROVIDER}  limits: {{ concurrency: 1 }}\n"),
    );
    bench.write("m/gamma.yaml", &account("gamma", "one", "EUR"));
    bench.save();
    let fault = "zegoal:CreateAccount=403#2";
    let broken = bench.run(&["apply", "plan.json", "--sandbox", "-q", "--fault", fault]);
    assert_eq!(broken.code, 3, "{broken:?}");
    assert!(
        broken.stdout.ends_with("\nApplied: 2 done, 1 failed\n"),
        "{broken:?}"
    );
    let rest = bench.apply();
    assert_eq!(
        (rest.code, rest.stderr.as_str()),
        (
            0,
            "note: 2 of 3 changes done before; going on with the rest\n"
        ),
        "{rest:?}"
    );
    assert!(rest.stdout.ends_with("\nApplied: 1 done\n"), "{rest:?}");
    assert_eq!(bench.apply().code, 4);
    let quiet = bench.run(&["plan", "-f", "m", "--sandbox", "--detailed-exitcode"]);
    assert_eq!(quiet.code, 0, "{quiet:?}");
}

/// The first call of an adoption has put our key into the record; the next run
/// of the same plan does the rest, which is an update by then.
#[test]
fn an_adoption_goes_on_after_its_first_call() {
    let bench = Bench::new();
    bench.done(&["apply", "-f", "m", "--sandbox", "--auto-approve"]);
    let live = bench.live();
    let mut accounts = live.as_object().expect("accounts by id").iter();
    let acme = accounts.find(|(_, found)| found["basic"]["account_code"] == "acme");
    let (id, _) = acme.expect("acme");
    let adopting = account("acme", "two", "EUR")
        .replace(
            "{ name: acme }",
            &format!("{{ name: acme, annotations: {{ trueup.dev/adopt: \"{id}\" }} }}"),
        )
        .replace("{ accountName", "{ accountCode: acme-2, accountName")
        + "  contract: { contractNumber: 2026/118 }\n";
    bench.write("m/acme.yaml", &adopting);
    let planned = bench.save();
    assert!(planned.stdout.contains("1 to adopt"), "{planned:?}");
    let fault = "zegoal:UpdateContract=403";
    let broken = bench.run(&["apply", "plan.json", "--sandbox", "-q", "--fault", fault]);
    assert_eq!(broken.code, 3, "{broken:?}");
    assert_eq!(bench.live()[id]["basic"]["account_code"], "acme-2");
    let rest = bench.apply();
    assert_eq!(rest.code, 0, "{rest:?}");
    assert!(rest.stdout.ends_with("\nApplied: 1 done\n"), "{rest:?}");
    let quiet = bench.run(&["plan", "-f", "m", "--sandbox", "--detailed-exitcode"]);
    assert_eq!(quiet.code, 0, "{quiet:?}");
}

/// What is left is not done when it has moved itself.
#[test]
fn the_rest_is_held_against_what_is_there_too() {
    let bench = Bench::edited();
    bench.write("m/beta.yaml", &account("beta", "two", "EUR"));
    let one_by_one = format!("{PROVIDER}  limits: {{ concurrency: 1 }}\n");
    bench.write("m/provider.yaml", &one_by_one);
    bench.save();
    let fault = "zegoal:UpdateAccount=403#2";
    let broken = bench.run(&["apply", "plan.json", "--sandbox", "-q", "--fault", fault]);
    assert_eq!(broken.code, 3, "{broken:?}");
    assert!(
        broken
            .stdout
            .contains("failed      update ZegoalAccount/beta")
    );
    bench.meddle(&account("beta", "theirs", "EUR"));
    bench.assert_stale(&[
        "ZegoalAccount/beta: `basic.description` moved at the provider since the plan",
    ]);
}

#[test]
fn what_is_blocked_stays_blocked() {
    let bench = Bench::new();
    bench.write("m/beta.yaml", &account("beta", "one", "NOPE"));
    bench.save();
    let ran = bench.apply();
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(
        ran.stdout.ends_with("\nApplied: 1 done, 1 blocked\n"),
        "{ran:?}"
    );
}

/// A record that was in line is not touched when it has drifted since.
#[test]
fn what_has_drifted_since_is_left_alone_and_told() {
    let bench = Bench::edited();
    bench.save();
    bench.meddle(&account("beta", "theirs", "EUR"));
    let ran = bench.apply();
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (
            0,
            "note: ZegoalAccount/beta was in line when the plan was made, and has moved since; this plan leaves it alone\n"
        ),
        "{ran:?}"
    );
    assert!(bench.live().to_string().contains("theirs"));
}

/// The manifests are compared by what they say, wherever they stand by now.
#[test]
fn manifests_may_be_given_anew() {
    let bench = Bench::edited();
    bench.save();
    for name in ["provider.yaml", "acme.yaml", "beta.yaml"] {
        let text = bench.repository.read(&format!("m/{name}"));
        bench.write(&format!("elsewhere/{name}"), &text);
        bench.repository.remove(&format!("m/{name}"));
    }
    let arguments = ["apply", "plan.json", "-f", "elsewhere", "--sandbox", "-q"];
    let ran = bench.run(&arguments);
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// The selector is kept with the plan; what it leaves out may change.
#[test]
fn what_was_not_selected_may_change() {
    let bench = Bench::new();
    let labelled = account("acme", "one", "EUR").replace(
        "metadata: { name: acme }",
        "metadata: { name: acme, labels: { region: emea } }",
    );
    bench.write("m/acme.yaml", &labelled);
    let arguments = ["plan", "-f", "m", "--sandbox", "-l", "region=emea"];
    bench.done(&[&arguments[..], &["--out", "plan.json"]].concat());
    bench.write("m/beta.yaml", &account("beta", "two", "EUR"));
    let wider = ["apply", "plan.json", "--sandbox", "-q", "-l", "region!=us"];
    let ran = bench.run(&wider);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(
        ran.stderr
            .contains("ZegoalAccount/beta (m/beta.yaml:1): the plan does not cover it"),
        "{ran:?}"
    );
    let ran = bench.apply();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.ends_with("\nApplied: 1 done\n"), "{ran:?}");
}

/// A `Provider` manifest may get other limits and other credentials.
#[test]
fn limits_and_credentials_may_change() {
    let bench = Bench::new();
    bench.save();
    let other = PROVIDER.replace("{ env: L }", "{ env: OTHER }");
    bench.write(
        "m/provider.yaml",
        &format!("{other}  limits: {{ concurrency: 2 }}\n"),
    );
    let ran = bench.apply();
    assert_eq!(ran.code, 0, "{ran:?}");
}
