//! Policies of a pull request are those of the branch that it goes into.

use super::{Applied, account, assert_says};

const STRICT: &str = "apiVersion: trueup.dev/v1alpha1
kind: Policy
metadata: { name: default }
spec:
  limits: { updates: { max: 0 } }
";

const PLAN: [&str; 6] = ["plan", "-f", "m", "--sandbox", "--base", "HEAD"];

#[test]
fn qontract_535_policy_comes_from_the_base() {
    let applied = Applied::new();
    applied.write("m/policy.yaml", STRICT);
    applied.commit();
    // One change edits a record, and lifts the guard that would stop it.
    applied.write("m/acme.yaml", account("acme", "two", "EUR"));
    applied.write("m/policy.yaml", STRICT.replace("max: 0", "max: unlimited"));
    let sentence = "policy default differs from HEAD in `limits.updates.max`; \
                    the one of HEAD is used until this is merged";
    let ran = applied.run(&PLAN);
    assert_says(
        &ran,
        5,
        &[
            "Plan: refused; 1 to update, 1 in line\n",
            "! refused by limit updates.max, of policy default, at zegoal\n",
            "    with: --allow zegoal.updates=1\n",
            "! policy default differs from HEAD in `limits.updates.max`;",
        ],
        &[&format!("warning: {sentence}\n"), "error: refused by limit"],
    );
    let ran = applied.run(&[&PLAN[..], &["-o", "markdown"]].concat());
    assert_says(
        &ran,
        5,
        &["- refused by limit updates.max", "! policy default differs"],
        &[],
    );
    // Taking the policy away does not help, nor does another one beside it.
    std::fs::remove_file(applied.repository.path().join("m/policy.yaml")).expect("a file");
    let loose = STRICT
        .replace("default", "loose")
        .replace("max: 0", "max: unlimited");
    applied.write("m/loose.yaml", loose);
    let ran = applied.run(&PLAN);
    assert_says(
        &ran,
        5,
        &["! refused by limit updates.max, of policy default"],
        &[
            "policy default is in HEAD and no longer here; it is used until this is merged",
            "policy loose is not in HEAD; it takes effect when this is merged",
        ],
    );
    // Once it is merged it is the base.
    applied.commit();
    let ran = applied.run(&PLAN);
    assert_says(&ran, 0, &["Plan: 1 to update, 1 in line"], &[]);
}

#[test]
fn an_added_policy_waits_until_it_is_merged() {
    let applied = Applied::new();
    applied.write("m/policy.yaml", STRICT);
    applied.write("m/acme.yaml", account("acme", "two", "EUR"));
    let says = "policy default is not in HEAD; it takes effect when this is merged";
    let ran = applied.run(&PLAN);
    assert_says(&ran, 0, &["Plan: 1 to update"], &[says]);
    // Without a base, the manifests' own policies are in force.
    assert_eq!(applied.run(&["plan", "-f", "m", "--sandbox"]).code, 5);
}
