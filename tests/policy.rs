//! Guards and policies through the real binary, on the sandbox.

use serde_json::Value;

use crate::support::{Ran, Repository};

const PROVIDER: &str = "apiVersion: trueup.dev/v1alpha1
kind: Provider
metadata: { name: zegoal-prod }
spec:
  zegoal:
    tenant: zegoal
    baseUrl: https://api.zegoal.example
    credentials: { login: { env: L }, password: { env: P } }
";

fn accounts(names: impl Iterator<Item = usize>, currency: &str) -> String {
    let accounts = names.map(|number| {
        format!(
            "---\napiVersion: trueup.dev/v1alpha1\nkind: ZegoalAccount\n\
             metadata: {{ name: c{number} }}\nspec:\n  \
             basic: {{ accountName: Customer {number}, accountType: Postpaid }}\n  \
             billing: {{ currency: {currency} }}\n"
        )
    });
    accounts.collect()
}

fn policy(spec: &str) -> String {
    format!(
        "apiVersion: trueup.dev/v1alpha1\nkind: Policy\nmetadata: {{ name: default }}\nspec:\n{spec}"
    )
}

/// A repository whose accounts have been created.
fn applied(number: usize) -> Repository {
    let repository = Repository::new();
    repository.write("provider.yaml", PROVIDER);
    repository.write("accounts.yaml", accounts(0..number, "EUR"));
    let ran = repository.run(["apply", "-f", ".", "--sandbox", "--auto-approve", "-q"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    repository
}

/// A command over the manifests, without the sandbox's own files among them.
fn run(repository: &Repository, command: &str, more: &[&str]) -> Ran {
    let all = [
        command,
        "-f",
        "provider.yaml",
        "-f",
        "accounts.yaml",
        "--sandbox",
    ];
    repository.run([&all[..], more].concat())
}

fn says(ran: &Ran, code: i32, parts: &[&str]) {
    assert_eq!(ran.code, code, "{ran:?}");
    let all = format!("{}{}", ran.stdout, ran.stderr);
    for part in parts {
        assert!(all.contains(part), "`{part}` is not in:\n{all}");
    }
}

#[test]
fn octodns_guard_small_sets_and_mass_creates() {
    // Eight of nine.
    let repository = applied(9);
    let eight = accounts(0..8, "USD") + &accounts(8..9, "EUR");
    repository.write("accounts.yaml", eight);
    let ran = run(&repository, "plan", &[]);
    let share = "8 records would be updated or adopted (88.89 % of 9 live)";
    says(&ran, 5, &["Plan: refused; 8 to update, 1 in line\n", share]);
    let ran = run(&repository, "apply", &["--auto-approve"]);
    says(&ran, 5, &[share, "Nothing was done."]);
    // Nothing was sent, and a wrong number lets nothing pass.
    let ran = run(
        &repository,
        "apply",
        &["--auto-approve", "--allow", "updates=9"],
    );
    says(
        &ran,
        5,
        &[
            "the plan shows `--allow zegoal-prod.updates=8`",
            "Nothing was done.",
        ],
    );
    let ran = run(
        &repository,
        "apply",
        &["--auto-approve", "--allow", "updates=8"],
    );
    says(
        &ran,
        0,
        &["allowed beyond limit updates.maxShare", "Applied: 8 done"],
    );
    // From nine to two hundred.
    let many = accounts(0..8, "USD") + &accounts(8..200, "EUR");
    repository.write("accounts.yaml", many);
    let ran = run(&repository, "plan", &["-q"]);
    says(
        &ran,
        5,
        &["191 records would be created, and at most 50 may be"],
    );
}

#[test]
fn kubectl_707_exit_codes_are_distinct() {
    let repository = applied(2);
    let detailed = &["--detailed-exitcode"][..];
    let code = |command: &str, more: &[&str]| run(&repository, command, more).code;
    assert_eq!(code("plan", detailed), 0, "nothing to do");
    repository.write("accounts.yaml", accounts(0..2, "USD"));
    assert_eq!(code("plan", detailed), 2, "changes");
    repository.write("policy.yaml", policy("  limits: { updates: { max: 1 } }\n"));
    let guarded = ["-f", "policy.yaml", "--detailed-exitcode"];
    assert_eq!(code("plan", &guarded), 5, "refused");
    repository.write("policy.yaml", policy("  limits: { updates: { mx: 1 } }\n"));
    assert_eq!(code("plan", &guarded), 1, "an error");
    // A warning is in nobody's way.
    let warning = "  rules: [{ name: r, when: 'true', effect: warn, message: look }]\n";
    repository.write("policy.yaml", policy(warning));
    let apply = ["-f", "policy.yaml", "--auto-approve"];
    let ran = run(&repository, "apply", &apply);
    says(
        &ran,
        0,
        &["warning of rule r, of policy default", "Applied: 2 done"],
    );
    // Nor does it hide a write that has failed.
    repository.write("accounts.yaml", accounts(0..3, "USD"));
    let refused = ["--fault", "zegoal:CreateAccount=403"];
    let ran = run(&repository, "apply", &[&apply[..], &refused].concat());
    says(
        &ran,
        3,
        &[
            "warning of rule r, of policy default",
            "2 in line",
            "1 failed",
        ],
    );
}

#[test]
fn every_format_is_loud_about_a_refusal() {
    let repository = applied(1);
    repository.write("accounts.yaml", accounts(0..1, "USD"));
    let rule = "  rules:
    - name: euro-only
      when: object.spec.billing.currency != \"EUR\"
      effect: deny
      message: we bill in EUR
";
    repository.write("policy.yaml", policy(rule));
    for output in ["text", "json", "markdown", "html", "github", "gitlab"] {
        let ran = run(&repository, "plan", &["-f", "policy.yaml", "-o", output]);
        assert_eq!(ran.code, 5, "{output}");
        for part in ["euro-only", "we bill in EUR", "ZegoalAccount/c0"] {
            assert!(ran.stdout.contains(part), "{output}: {}", ran.stdout);
        }
        if output != "gitlab" {
            let ran = run(
                &repository,
                "apply",
                &["-f", "policy.yaml", "--auto-approve", "-o", output],
            );
            assert_eq!(ran.code, 5, "{output}");
            assert!(ran.stdout.contains("we bill in EUR"), "{output}");
        }
    }
    let ran = run(&repository, "plan", &["-f", "policy.yaml", "-o", "json"]);
    let plan: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(plan["rulings"][0]["effect"], "deny");
    assert_eq!(plan["rulings"][0]["place"]["line"], 6);
    assert_eq!(plan["rulings"][0]["place"]["file"], "policy.yaml");
}

#[test]
fn limits_can_be_passed_and_rules_cannot() {
    let repository = applied(1);
    repository.write("accounts.yaml", accounts(0..1, "USD"));
    let spec = "  limits: { updates: { max: 0 } }
  protect: [{ kind: ZegoalAccount, name: c0, reason: the house account }]
";
    repository.write("policy.yaml", policy(spec));
    let allow = [
        "-f",
        "policy.yaml",
        "--auto-approve",
        "--allow",
        "updates=1",
    ];
    let ran = run(&repository, "apply", &allow);
    says(
        &ran,
        5,
        &[
            "! refused by protect protect[0], of policy default\n",
            "protected from adopt, update, end: the house account",
            "! allowed beyond limit updates.max, of policy default, at zegoal-prod\n",
            "Nothing was done.",
        ],
    );
    let ran = repository.run(["plan", "-f", "x.yaml", "--allow", "updates"]);
    says(&ran, 1, &["`updates` is no allowance; write LIMIT=NUMBER"]);
}

#[test]
fn a_plan_that_was_saved_beyond_a_limit_is_carried_out() {
    let repository = applied(1);
    repository.write("accounts.yaml", accounts(0..1, "USD"));
    repository.write("policy.yaml", policy("  limits: { updates: { max: 0 } }\n"));
    for allow in ["updates=1", "zegoal-prod.updates=1"] {
        let more = ["-f", "policy.yaml", "--allow", allow, "--out", "plan.json"];
        says(&run(&repository, "plan", &more), 0, &["Saved to plan.json"]);
    }
    let ran = repository.run(["apply", "--sandbox", "plan.json"]);
    says(
        &ran,
        0,
        &["allowed beyond limit updates.max", "Applied: 1 done"],
    );
}

#[test]
fn a_policy_is_explained_like_any_kind() {
    let repository = Repository::new();
    let ran = repository.run(["explain", "policy.limits.ends"]);
    says(&ran, 0, &["limits.ends <section>", "(built in: 5)."]);
    let ran = repository.run(["explain", "policy.rules"]);
    says(
        &ran,
        0,
        &["rules <list of sections>", "when  <text> -required-\n"],
    );
    let ran = repository.run(["explain", "policy.protect"]);
    says(&ran, 0, &["protect <list of sections>", "labels  <text>\n"]);
    let ran = repository.run(["explain", "policy.limit"]);
    says(
        &ran,
        1,
        &["`Policy` has no field `limit`", "did you mean `limits`?"],
    );
}
