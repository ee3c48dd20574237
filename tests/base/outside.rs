//! What the base takes from the environment stays hidden, to whichever record
//! and manifest a change moves it.

use super::{Applied, PROVIDER, account, assert_says};
use crate::support::Ran;

const PLAN: [&str; 6] = ["plan", "-f", "m", "--sandbox", "--base", "HEAD"];

/// The base takes the description of `acme` from the environment, and that is
/// applied.
pub(super) fn kept_out() -> Applied {
    let mut applied = Applied::new();
    applied.repository.set("NOTE", "kept-out-of-git");
    applied.write("m/acme.yaml", account("acme", "{ env: NOTE }", "EUR"));
    applied.commit();
    applied.apply("m");
    applied
}

/// A manifest of another name with the key of `acme`.
fn with_the_key() -> String {
    account("zz", "plain", "EUR")
        .replace("basic: {", "basic: { accountCode: acme,")
        .replace("zz Ltd", "acme Ltd")
}

/// Plans, and makes sure that no format of it shows the value.
fn plan(applied: &Applied) -> Ran {
    for format in ["json", "markdown", "html", "github", "gitlab"] {
        let ran = applied.run(&[&PLAN[..], &["-o", format]].concat());
        assert!(
            matches!(ran.code, 0 | 5) && !ran.stdout.contains("kept-out"),
            "{ran:?}"
        );
    }
    let ran = applied.run(&PLAN);
    let shown = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!shown.contains("kept-out"), "{shown}");
    ran
}

#[test]
fn a_manifest_that_takes_over_the_key_does_not_bring_it_to_light() {
    let applied = kept_out();
    let moved = account("acme", "plain", "EUR")
        .replace("basic: {", "basic: { accountCode: acme-new,")
        .replace("acme Ltd", "acme new Ltd");
    applied.write("m/acme.yaml", moved);
    applied.write("m/zz.yaml", with_the_key());
    let masked = "!   basic.description  •••• → \"plain\" (edit)\n";
    assert_says(
        &plan(&applied),
        0,
        &["! update  ZegoalAccount/zz", masked],
        &[],
    );
}

#[test]
fn a_manifest_that_adopts_the_record_does_not_either_and_leaves_no_orphan() {
    let applied = kept_out();
    let told = applied.plan();
    let changes = told["changes"].as_array().expect("changes");
    let acme = changes
        .iter()
        .find(|change| change["address"] == "ZegoalAccount/acme");
    let remote = acme.expect("acme")["remote"].as_str().expect("an id");
    applied.repository.remove("m/acme.yaml");
    let adopts = account("zz", "plain", "EUR").replace(
        "name: zz }",
        &format!("name: zz, annotations: {{ trueup.dev/adopt: \"{remote}\" }} }}"),
    );
    applied.write("m/zz.yaml", adopts);
    let ran = plan(&applied);
    assert_says(
        &ran,
        0,
        &[
            "  •••• → \"plain\" (edit)\n",
            "    ZegoalAccount/acme: manifest removed: ZegoalAccount/zz describes its record\n",
        ],
        &[],
    );
    assert!(!ran.stdout.contains("orphan"), "{ran:?}");
    let told = applied.plan();
    assert_eq!(told["base"]["removed"][0].get("remote"), None);
}

#[test]
fn a_pipeline_without_the_variable_does_not_either() {
    let mut applied = kept_out();
    applied.repository.unset("NOTE");
    applied.write("m/acme.yaml", account("acme", "plain", "EUR"));
    let missing = ["causes are unknown", "`NOTE`"];
    let masked = "!   basic.description  •••• → \"plain\"\n";
    assert_says(&plan(&applied), 0, &[masked], &missing);

    applied.repository.remove("m/acme.yaml");
    applied.write("m/zz.yaml", with_the_key());
    assert_says(&plan(&applied), 0, &["  •••• → \"plain\""], &missing);
}

#[test]
fn a_manifest_that_cannot_be_read_there_may_have_kept_out_anything() {
    let applied = kept_out();
    applied.write("m/acme.yaml", "kind: [");
    applied.commit();
    applied.write("m/acme.yaml", account("acme", "plain", "EUR"));
    let masked = "!   basic.description  •••• → \"plain\"\n";
    // It may have been a policy, too, so that nothing may be carried out.
    assert_says(&plan(&applied), 5, &[masked], &["causes are unknown"]);
    // A manifest that can be read there is shown as ever.
    applied.write("m/beta.yaml", account("beta", "two", "EUR"));
    let open = "!   basic.description  \"one\" → \"two\" (edit)\n";
    assert_says(&plan(&applied), 5, &[masked, open], &[]);
}

#[test]
fn another_name_for_the_provider_does_not_either() {
    let applied = kept_out();
    applied.repository.remove("m/acme.yaml");
    applied.repository.remove("m/beta.yaml");
    let provider = PROVIDER.replace("name: zegoal }", "name: alias }");
    applied.write("m/provider.yaml", provider);
    applied.write("m/zz.yaml", with_the_key());
    let ran = plan(&applied);
    assert_says(&ran, 0, &["Plan: 1 blocked"], &[]);
}
