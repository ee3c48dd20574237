//! Policies of a pull request are those of the branch that it goes into.

use std::fs;

use serde_json::Value;

use super::{Applied, PROVIDER, account, assert_says};

pub(super) const STRICT: &str = "apiVersion: trueup.dev/v1alpha1
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
    fs::remove_file(applied.repository.path().join("m/policy.yaml")).expect("a file");
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

/// A policy that is about one provider, with more in its spec.
fn of_provider(names: &str, more: &str) -> String {
    format!("{STRICT}  providers: [{names}]\n{more}").replace("max: 0", "max: 9")
}

#[test]
fn a_policy_that_names_a_new_provider_stays_in_force() {
    let applied = Applied::new();
    let named = |name: &str, description: &str| {
        account(name, description, "EUR").replace("spec:", "spec:\n  provider: zegoal")
    };
    applied.write("m/policy.yaml", of_provider("zegoal", ""));
    applied.write("m/acme.yaml", named("acme", "one"));
    applied.write("m/beta.yaml", named("beta", "one"));
    applied.commit();
    // One change adds a provider, and a freeze that is about both.
    let freeze =
        "  freeze:\n  - { from: 2001-01-01, to: 2999-01-01, timeZone: UTC, reason: holidays }\n";
    applied.write("m/policy.yaml", of_provider("zegoal, zegoal-two", freeze));
    let second = PROVIDER.replace("name: zegoal", "name: zegoal-two");
    applied.write(
        "m/second.yaml",
        second.replace("tenant: zegoal", "tenant: two"),
    );
    applied.write("m/acme.yaml", named("acme", "two"));
    let ran = applied.run(&[&PLAN[..], &["--out", "plan.json"]].concat());
    assert_says(
        &ran,
        0,
        &["Plan: 1 to update"],
        &[
            "provider zegoal-two is not declared at HEAD",
            "policy default differs from HEAD in `freeze[0]` and `providers`; \
             the one of HEAD is used until this is merged",
        ],
    );
    assert!(!ran.stderr.contains("no longer here"), "{ran:?}");
    // Once it is merged the freeze holds, although the plan never saw the second
    // provider and asks nothing of it.
    applied.commit();
    let ran = applied.run(&["apply", "plan.json", "--sandbox"]);
    let refusal = "refused by freeze freeze[0], of policy default";
    assert_says(
        &ran,
        5,
        &[&format!("! {refusal}")],
        &[&format!("error: {refusal}")],
    );
    let ran = applied.run(&["plan", "-f", "m", "--sandbox"]);
    assert_says(&ran, 5, &["Plan: refused; 1 to update"], &[]);
}

#[test]
fn a_policy_that_cannot_be_read_at_the_base_refuses_everything() {
    let applied = Applied::new();
    let loose = STRICT.replace("max: 0", "max: unlimited");
    for broken in [
        STRICT.replace("spec:", "spec: {").into_bytes(),
        [STRICT.as_bytes(), b"# \xff\n"].concat(),
        STRICT.replace("default", "Default_X").into_bytes(),
        STRICT.replace("limits", "limitz").into_bytes(),
        format!("{STRICT}---\n{loose}").into_bytes(),
    ] {
        applied.write("m/policy.yaml", &broken);
        applied.write("m/acme.yaml", account("acme", "one", "EUR"));
        applied.commit();
        // It can be put right on its own, and with nothing else.
        applied.write("m/policy.yaml", &loose);
        assert_says(&applied.run(&PLAN), 0, &["2 in line"], &[]);
        applied.write("m/acme.yaml", account("acme", "two", "EUR"));
        assert_says(
            &applied.run(&PLAN),
            5,
            &["! refused by rule unreadable, "],
            &["error: refused by rule unreadable, "],
        );
    }
}

#[cfg(unix)]
#[test]
fn a_policy_behind_a_link_is_that_of_the_base_too() {
    let applied = Applied::new();
    applied.write("m/.shared/policy.yaml", STRICT);
    let link = applied.repository.path().join("m/policy.yaml");
    std::os::unix::fs::symlink(".shared/policy.yaml", link).expect("a link");
    applied.commit();
    applied.write("m/acme.yaml", account("acme", "two", "EUR"));
    let loose = STRICT.replace("max: 0", "max: unlimited");
    applied.write("m/.shared/policy.yaml", loose);
    let ran = applied.run(&PLAN);
    assert_says(
        &ran,
        5,
        &["! refused by limit updates.max, of policy default"],
        &["policy default differs from HEAD in `limits.updates.max`"],
    );
    assert!(!ran.stderr.contains("is not followed"), "{ran:?}");
}

/// A reseller of Cove, whose key may be changed.
fn reseller(name: &str, metadata: &str, shown: &str) -> String {
    format!(
        "apiVersion: trueup.dev/v1alpha1
kind: CovePartner
metadata: {{ name: {name}, {metadata} }}
spec: {{ name: {shown}, level: Reseller, serviceType: AllInclusive, state: InProduction }}
"
    )
}

#[test]
fn an_adoption_under_another_key_sheds_no_protection() {
    let applied = Applied::new();
    let provider = "apiVersion: trueup.dev/v1alpha1
kind: Provider
metadata: { name: cove }
spec:
  cove:
    partner: Sandbox Distribution (api@sandbox.example)
    credentials: { username: { env: U }, password: { env: P } }
";
    applied.write("m/cove.yaml", provider);
    let example = reseller("example", "labels: { protected: 'true' }", "Reseller E");
    applied.write("m/example.yaml", example);
    applied.apply("m");
    let protect = "apiVersion: trueup.dev/v1alpha1
kind: Policy
metadata: { name: default }
spec:
  protect:
  - { labels: protected=true, reason: billing hangs on it }
";
    applied.write("m/policy.yaml", protect);
    applied.commit();
    let plan = applied.plan();
    let changes = plan["changes"].as_array().expect("changes");
    let id = changes
        .iter()
        .find(|change| change["address"] == "CovePartner/example")
        .and_then(|change| change["remote"].as_str())
        .expect("a record");
    applied.repository.remove("m/example.yaml");
    let adopt = format!("annotations: {{ trueup.dev/adopt: '{id}' }}");
    applied.write("m/other.yaml", reseller("other", &adopt, "Reseller O"));
    // Without a base nothing is known of the label.
    let ran = applied.run(&["plan", "-f", "m", "--sandbox"]);
    assert_says(&ran, 0, &["Plan: 1 to adopt"], &[]);
    let ran = applied.run(&PLAN);
    assert_says(
        &ran,
        5,
        &[
            "Plan: refused; 1 to adopt",
            "! refused by protect protect[0], of policy default",
            "CovePartner/other",
        ],
        &[],
    );
    let json = applied.run(&[&PLAN[..], &["-o", "json"]].concat());
    let json: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(json["rulings"][0]["addresses"][0], "CovePartner/other");
}

/// The base knows no provider of the new name, so nothing is done through it, and
/// the old one cannot be kept beside it.
#[test]
fn another_name_for_a_provider_sheds_no_protection() {
    let applied = Applied::new();
    let protect = "apiVersion: trueup.dev/v1alpha1
kind: Policy
metadata: { name: default }
spec: { protect: [{ labels: tier=gold, reason: sales }] }
";
    let gold = account("acme", "one", "EUR")
        .replace("name: acme }", "name: acme, labels: { tier: gold } }");
    applied.write("m/policy.yaml", protect);
    applied.write("m/acme.yaml", &gold);
    applied.commit();
    let alias = PROVIDER.replace("name: zegoal }", "name: alias }");
    let other = account("other", "two", "EUR")
        .replace("spec:", "spec:\n  provider: alias")
        .replace("basic: {", "basic: { accountCode: acme,");
    fs::remove_file(applied.repository.path().join("m/acme.yaml")).expect("a file");
    fs::remove_file(applied.repository.path().join("m/beta.yaml")).expect("a file");
    applied.write("m/other.yaml", &other);
    applied.write("m/alias.yaml", &alias);
    let ran = applied.run(&PLAN);
    assert_says(
        &ran,
        1,
        &[],
        &["providers `alias` and `zegoal` are one account"],
    );
    fs::remove_file(applied.repository.path().join("m/provider.yaml")).expect("a file");
    let ran = applied.run(&PLAN);
    assert_says(
        &ran,
        0,
        &[
            "Plan: 1 blocked",
            "provider alias is not declared at HEAD; it gets no request and no credential",
        ],
        &[],
    );
}

/// On the day the rule would refuse the plan of whoever comes next.
#[test]
fn a_rule_that_will_refuse_an_end_is_told_of_where_the_end_is_written() {
    let applied = Applied::new();
    let rule = "apiVersion: trueup.dev/v1alpha1\nkind: Policy\nmetadata: { name: default }\nspec:\n  \
                rules:\n    - name: ends-have-a-reason\n      \
                when: change.action == \"end\" && size(change.reason) < 10\n      \
                effect: deny\n      message: say why\n";
    applied.write("m/policy.yaml", rule);
    applied.commit();
    let end = "  end: { on: 2999-12-02, reason: quit }\n";
    applied.write("m/acme.yaml", account("acme", "one", "EUR") + end);
    let lines = [
        "! warning of rule ends-have-a-reason, of policy default",
        "    the rule will refuse this on 2999-12-02: say why",
        "    at: ZegoalAccount/acme",
    ];
    assert_says(&applied.run(&PLAN), 0, &lines, &[]);
    for format in ["markdown", "html", "github", "gitlab", "json"] {
        let ran = applied.run(&[&PLAN[..], &["-o", format]].concat());
        assert_says(&ran, 0, &["will refuse this on 2999-12-02"], &[]);
    }
    applied.commit();
    let merged = applied.run(&PLAN);
    assert!(!merged.stdout.contains("will refuse"), "{}", merged.stdout);
    // What else of the manifest is edited may be what the rule goes by.
    let labelled =
        account("acme", "one", "EUR").replace("name: acme", "name: acme, labels: { a: b }");
    applied.write("m/acme.yaml", labelled + end);
    assert_says(&applied.run(&PLAN), 0, &lines, &[]);
}

/// Two manifests of the base adopt one record, and so are blocked. That is no change
/// of either, whatever else a change is about.
#[test]
fn a_manifest_that_stays_as_it_was_is_no_change_of_a_protected_record() {
    let applied = Applied::new();
    let plan = applied.plan();
    let changes = plan["changes"].as_array().expect("changes");
    let acme = changes
        .iter()
        .find(|change| change["address"] == "ZegoalAccount/acme");
    let id = acme
        .and_then(|acme| acme["remote"].as_str())
        .expect("a record");
    let adopting = |name: &str, labels: &str| {
        let metadata = format!("name: {name}, annotations: {{ trueup.dev/adopt: '{id}' }}{labels}");
        account(name, "one", "EUR").replace(&format!("name: {name} }}"), &format!("{metadata} }}"))
    };
    applied.write(
        "m/acme.yaml",
        adopting("acme", ", labels: { protected: 'true' }"),
    );
    applied.write("m/copied.yaml", adopting("copied", ""));
    let protect = "apiVersion: trueup.dev/v1alpha1\nkind: Policy\nmetadata: { name: default }\nspec:\n  \
                   protect:\n  - { labels: protected=true, reason: billing hangs on it }\n";
    applied.write("m/policy.yaml", protect);
    applied.commit();
    applied.write("m/beta.yaml", account("beta", "two", "EUR"));
    assert_says(
        &applied.run(&PLAN),
        0,
        &["Plan: 1 to update, 2 blocked"],
        &[],
    );
    applied.write("m/acme.yaml", adopting("acme", "").replace("one", "three"));
    assert_says(
        &applied.run(&PLAN),
        5,
        &["Plan: refused", "ZegoalAccount/acme"],
        &[],
    );
}
