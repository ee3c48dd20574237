//! What this change does, told apart from what has moved at the provider.

use std::fs;

use serde_json::Value;

use super::{Applied, PROVIDER, account, assert_says, check, git, outside::kept_out, told};

#[test]
fn edits_drift_and_both_are_told_apart() {
    let applied = Applied::new();
    check(&applied.plan(), "acme", "none", &[]);

    applied.write("m/acme.yaml", account("acme", "two", "EUR"));
    let plan = applied.plan();
    check(&plan, "acme", "update", &[("basic.description", "edit")]);
    check(&plan, "beta", "none", &[]);

    applied.drift("acme", "one", "USD");
    applied.drift("beta", "hand", "EUR");
    applied.write("m/beta.yaml", account("beta", "three", "EUR"));
    let plan = applied.plan();
    check(
        &plan,
        "acme",
        "update",
        &[("basic.description", "edit"), ("billing.currency", "drift")],
    );
    check(&plan, "beta", "update", &[("basic.description", "both")]);

    let ran = applied.run(&["plan", "-f", "m", "--sandbox", "--base", "main"]);
    let commit = git(applied.repository.path(), &["rev-parse", "HEAD"]);
    let base = format!("Base: main ({})\n", &commit[..12]);
    assert_says(
        &ran,
        0,
        &[
            &base,
            "  edit: 1 field in 1 record: the manifests changed\n",
            "! drift: 1 field in 1 record: ",
            "! both: 1 field in 1 record: ",
            "! update  ZegoalAccount/acme  \"acme Ltd\"  [edit, drift]\n",
            "!   basic.description  \"one\" → \"two\" (edit)\n    drift, not an edit of the manifest:\n\
             !   billing.currency   \"USD\" → \"EUR\" [money] (drift)\n",
            "!   basic.description  \"hand\" → \"three\" (both; base \"one\")\n",
        ],
        &[],
    );
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_new_manifest_is_an_edit_and_a_moved_one_is_not() {
    let applied = Applied::new();
    applied.write("m/new.yaml", account("new", "one", "EUR"));
    let path = applied.repository.path();
    git(path, &["mv", "m/acme.yaml", "m/renamed.yaml"]);
    let plan = applied.plan();
    check(&plan, "acme", "none", &[]);
    check(
        &plan,
        "new",
        "create",
        &[
            ("basic.accountCode", "edit"),
            ("basic.accountName", "edit"),
            ("basic.description", "edit"),
            ("billing.currency", "edit"),
        ],
    );
    assert_eq!(plan["base"]["removed"], Value::Array(Vec::new()));
}

#[test]
fn a_removed_manifest_leaves_an_orphan_and_a_field_is_let_go_of() {
    let applied = Applied::new();
    applied.repository.remove("m/beta.yaml");
    let acme = account("acme", "one", "EUR").replace(", description: one", "");
    applied.write("m/acme.yaml", acme);
    let ran = applied.run(&["plan", "-f", "m", "--sandbox", "--base", "HEAD"]);
    assert_says(
        &ran,
        0,
        &[
            "Gone since HEAD; no record ends by that:\n",
            "    ZegoalAccount/beta: manifest removed: the record ",
            " stays (orphan)\n",
            "    note: no longer managed: `basic.description`\n",
        ],
        &[],
    );
    let plan = applied.plan();
    let removed = &plan["base"]["removed"][0];
    assert_eq!(removed["address"], "ZegoalAccount/beta");
    assert!(removed["remote"].is_string(), "{removed}");
    assert_eq!(removed["place"]["file"], "m/beta.yaml");
}

#[test]
fn a_manifest_under_another_name_keeps_its_record_and_its_base() {
    let applied = Applied::new();
    let moved = account("other", "two", "EUR")
        .replace("basic: {", "basic: { accountCode: acme,")
        .replace("other Ltd", "acme Ltd");
    applied.write("m/acme.yaml", moved);
    let plan = applied.plan();
    check(&plan, "other", "update", &[("basic.description", "edit")]);
    assert_eq!(
        plan["base"]["removed"][0]["outcome"],
        "manifest removed: ZegoalAccount/other describes its record now"
    );
}

#[test]
fn a_head_cannot_send_credentials_elsewhere() {
    let applied = Applied::new();
    let evil = PROVIDER.replace("api.zegoal.example", "evil.example");
    let added = PROVIDER.replace("name: zegoal", "name: added");
    applied.write("m/provider.yaml", format!("{evil}---\n{added}"));
    for name in ["acme", "beta"] {
        let text = account(name, "one", "EUR").replace("spec:", "spec:\n  provider: zegoal");
        applied.write(&format!("m/{name}.yaml"), text);
    }
    let text = account("theirs", "one", "EUR").replace("spec:", "spec:\n  provider: added");
    applied.write("m/theirs.yaml", text);
    let changed = "provider zegoal differs from HEAD in `zegoal.baseUrl`";
    let withheld = "provider added is not declared at HEAD; it gets no request and no credential";
    let ran = applied.run(&["plan", "-f", "m", "--sandbox", "--base", "HEAD"]);
    assert_says(
        &ran,
        0,
        &[&format!("! {changed}"), "! blocked ZegoalAccount/theirs"],
        &[changed, withheld],
    );
    assert!(
        !applied.repository.path().join("state/added.json").exists(),
        "the withheld provider was started"
    );
    let plan = applied.plan();
    check(&plan, "theirs", "blocked", &[]);
    check(&plan, "acme", "none", &[]);
    let endpoints = plan["base"]["endpoints"].as_array().expect("endpoints");
    let states: Vec<&Value> = endpoints.iter().map(|change| &change["state"]).collect();
    assert_eq!(states, ["added", "changed"]);
    assert_eq!(endpoints[1]["fields"][0], "zegoal.baseUrl");
    assert_eq!(plan["providers"].as_array().map(Vec::len), Some(1));

    // Without the sandbox the address of the base is asked, and no other.
    let mut applied = applied;
    applied.repository.set("L", "login-CANARY");
    applied.repository.set("P", "password-CANARY");
    let base = PROVIDER.replace("https://api.zegoal.example", "http://127.0.0.1:1");
    applied.write("m/provider.yaml", &base);
    applied.repository.remove("m/theirs.yaml");
    applied.commit();
    let evil = PROVIDER.replace("https://api.zegoal.example", "http://127.0.0.1:2");
    applied.write("m/provider.yaml", evil);
    let ran = applied.run(&["plan", "-f", "m", "--base", "HEAD"]);
    assert_says(&ran, 1, &["127.0.0.1:1"], &["127.0.0.1:1"]);
    let all = format!("{}{}", ran.stdout, ran.stderr);
    assert!(
        !all.contains("127.0.0.1:2") && !all.contains("CANARY"),
        "{all}"
    );
}

#[test]
fn causes_are_unknown_where_the_base_cannot_be_read() {
    let applied = Applied::new();
    let wrong = account("acme", "one", "EUR").replace("description", "descriptoin");
    applied.write("m/acme.yaml", wrong);
    applied.commit();
    applied.write("m/acme.yaml", account("acme", "two", "EUR"));
    let ran = applied.run(&["plan", "-f", "m", "--sandbox", "--base", "HEAD"]);
    assert_says(
        &ran,
        0,
        &["! unknown: 1 field in 1 record: the manifests of the base could not be read\n"],
        &[
            "warning: not all manifests of revision HEAD could be read",
            "m/acme.yaml:5:",
        ],
    );
    let plan = applied.plan();
    check(&plan, "acme", "update", &[("basic.description", "unknown")]);
    assert_eq!(plan["base"]["unknown"][0], "ZegoalAccount/acme");
}

#[test]
fn drift_says_what_to_do_about_an_end_that_is_due() {
    let applied = Applied::new();
    let end = "  end: { on: 2020-01-31, reason: over }\n";
    applied.write("m/acme.yaml", account("acme", "one", "EUR") + end);
    applied.commit();
    let drift = ["drift", "--sandbox", "-f", "m"];
    let told = applied.run(&drift);
    let line = "- not ended ZegoalAccount/acme";
    let hint = "    hint: no pipeline ends a record by itself on its day: run `trueup apply`";
    assert_says(&told, 0, &[line, hint], &[]);
    let hint = |plan: &Value| {
        let mut changes = plan["changes"].as_array().expect("changes").iter();
        let change = changes.find(|change| change["action"] == "end");
        change.expect("an end")["hint"].as_str().map(str::to_owned)
    };
    let json = applied.json(&[&drift[..], &["-o", "json"]].concat());
    assert!(hint(&json).is_some_and(|hint| hint.contains("run `trueup apply`")));
    // In a plan it would be no news.
    assert_eq!(hint(&applied.plan()), None);
}

#[test]
fn a_record_that_vanished_is_drift() {
    let applied = Applied::new();
    applied.write("m/late.yaml", account("late", "one", "EUR"));
    applied.commit();
    let plan = applied.plan();
    let (action, fields) = told(&plan, "late");
    assert_eq!(action, "create");
    assert!(
        fields.iter().all(|(_, cause)| cause == "drift"),
        "{fields:?}"
    );
}

#[test]
fn values_in_files_are_those_of_the_revision() {
    let applied = Applied::new();
    let acme = account("acme", "{ file: secret/a.txt }", "EUR");
    applied.write("m/acme.yaml", acme);
    applied.write("m/secret/a.txt", "one\n");
    applied.commit();
    check(&applied.plan(), "acme", "none", &[]);
    applied.write("m/secret/a.txt", "two\n");
    let edit = [("basic.description", "edit")];
    check(&applied.plan(), "acme", "update", &edit);
}

#[cfg(unix)]
#[test]
fn what_is_behind_a_link_is_not_taken_for_new() {
    let applied = Applied::new();
    let folder = applied.repository.path();
    applied.write("m/late.text", account("late", "one", "EUR"));
    std::os::unix::fs::symlink("late.text", folder.join("m/late.yaml")).expect("a link");
    applied.commit();
    let (action, fields) = told(&applied.plan(), "late");
    assert_eq!(action, "create");
    assert!(
        fields.iter().all(|(_, cause)| cause == "drift"),
        "{fields:?}"
    );
    // One of which only this disk knows where it leads is read here alone. A
    // policy may be behind it, so nothing passes.
    fs::rename(folder.join("m/late.text"), folder.join("late.text")).expect("a file");
    fs::remove_file(folder.join("m/late.yaml")).expect("a file");
    let target = folder.join("late.text");
    std::os::unix::fs::symlink(target, folder.join("late.yaml")).expect("a link");
    applied.commit();
    let plan = [
        "plan",
        "-f",
        "m",
        "-f",
        "late.yaml",
        "--sandbox",
        "--base",
        "HEAD",
    ];
    let ran = applied.run(&plan);
    let warning = "`late.yaml` is a symbolic link and is not followed";
    let refusal = "not all documents of HEAD could be read, and a policy may be among them";
    assert_says(
        &ran,
        5,
        &["! unknown: 4 fields in 1 record", refusal],
        &[warning],
    );
    let ran = applied.run(&[&plan[..], &["-o", "json"]].concat());
    let plan: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(plan["base"]["unknown"][0], "ZegoalAccount/late");
    check(&plan, "acme", "none", &[]);
}

#[test]
fn a_value_that_came_from_outside_is_not_brought_to_light_by_an_edit() {
    let applied = kept_out();
    applied.write("m/acme.yaml", account("acme", "plain", "EUR"));
    let ran = applied.run(&["plan", "-f", "m", "--sandbox", "--base", "HEAD"]);
    assert_says(
        &ran,
        0,
        &["!   basic.description  •••• → \"plain\" (edit)\n"],
        &[],
    );
    assert!(!ran.stdout.contains("kept-out"), "{ran:?}");
}
