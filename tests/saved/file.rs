//! The file itself: whole, private, without a value that is not to be shown.

use std::{fs, path::Path};

use serde_json::Value;
use trueup::{
    model::FingerprintKey,
    saved::{file_text, parse},
};

use super::{Bench, PROVIDER};

fn saved(bench: &Bench) -> Value {
    serde_json::from_str(&bench.repository.read("plan.json")).expect("JSON")
}

#[test]
fn the_schema_describes_it() {
    let bench = Bench::edited();
    bench.save();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/saved-plan.schema.json");
    let schema = fs::read_to_string(path).expect("a schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let errors: Vec<String> = validator
        .iter_errors(&saved(&bench))
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    let mut other = saved(&bench);
    other["format"] = "trueup.dev/saved-plan/v7".into();
    assert!(!validator.is_valid(&other));
    let mut more = saved(&bench);
    more["more"] = 1.into();
    assert!(!validator.is_valid(&more));
}

#[test]
fn it_holds_the_plan_and_what_it_was_made_of() {
    let bench = Bench::edited();
    bench.save();
    let printed = bench.done(&["plan", "-f", "m", "--sandbox", "-o", "json"]);
    let printed: Value = serde_json::from_str(&printed.stdout).expect("JSON");
    let saved = saved(&bench);
    assert_eq!(saved["plan"], printed);
    assert_eq!(
        saved["madeOf"],
        serde_json::json!({ "filenames": ["m"], "sandbox": true })
    );
    let created: jiff::Timestamp = saved["created"]
        .as_str()
        .expect("text")
        .parse()
        .expect("a time");
    let expires: jiff::Timestamp = saved["expires"]
        .as_str()
        .expect("text")
        .parse()
        .expect("a time");
    assert_eq!(expires.duration_since(created).as_hours(), 24);
}

#[test]
fn it_is_good_for_as_long_as_it_is_told() {
    let bench = Bench::new();
    let arguments = ["plan", "-f", "m", "--sandbox", "--out", "plan.json"];
    bench.done(&[&arguments[..], &["--expires-in", "90m"]].concat());
    let saved = saved(&bench);
    let time = |member: &str| -> jiff::Timestamp {
        saved[member]
            .as_str()
            .expect("text")
            .parse()
            .expect("a time")
    };
    let life = time("expires").duration_since(time("created"));
    assert_eq!(life.as_mins(), 90);
}

/// Whoever saves two plans of the same state has two plans.
#[test]
fn plans_have_ids_and_keys_of_their_own() {
    let bench = Bench::new();
    bench.save();
    let first = saved(&bench);
    bench.save();
    let second = saved(&bench);
    for member in ["id", "key", "digest", "manifests"] {
        assert_ne!(first[member], second[member], "{member}");
    }
    assert_eq!(first["plan"], second["plan"]);
}

/// The last digit of a long number counts for the digest as any other does.
#[test]
fn a_long_number_is_read_as_it_was_written() {
    let bench = Bench::edited();
    bench.save();
    let mut plan = saved(&bench);
    plan["plan"]["changes"][0]["fields"][0]["after"] =
        serde_json::json!({ "form": "plain", "value": "NUMBER" });
    let number = format!("10{}", "2".repeat(119));
    let text = plan.to_string().replace("\"NUMBER\"", &number);
    let mut plan = parse(&text).expect("a saved plan");
    plan.seal(&FingerprintKey::from_bytes([0; 32]));
    assert!(parse(&file_text(&plan)).expect("what was written") == plan);
}

/// Neither sensitive values nor those from outside, nor hashes that anybody
/// could make.
#[test]
fn no_value_that_is_not_to_be_shown_is_in_it() {
    let mut bench = Bench::new();
    bench.repository.set("IBAN", "BG80BNBG96611020345678");
    bench.repository.set("TOLD", "canary-from-outside");
    bench.repository.set("L", "canary-login");
    bench.repository.set("P", "canary-password");
    bench.write(
        "m/acme.yaml",
        "apiVersion: trueup.dev/v1alpha1
kind: ZegoalAccount
metadata: { name: acme }
spec:
  basic: { accountName: Acme, description: { env: TOLD } }
  bankInfo: { bankAccount: { env: IBAN } }
  contact: { email: canary-mail@example.com, workPhone: \"+359888canary\" }
",
    );
    let ran = bench.save();
    assert!(
        ran.stderr.starts_with(
            "warning: plan.json holds fingerprints of sensitive values, and the key to test guesses of them; \
             set `TRUEUP_FINGERPRINT_KEY` to keep the key out of it\n"
        ),
        "{}",
        ran.stderr
    );
    let text = bench.repository.read("plan.json");
    for canary in ["BG80BNBG", "canary", "••••BNBG"] {
        assert!(!text.contains(canary), "{canary}");
    }
    bench
        .repository
        .set("TRUEUP_FINGERPRINT_KEY", "the key of the pipeline");
    let ran = bench.save();
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
    let applied = bench.apply();
    assert_eq!(applied.code, 0, "{applied:?}");
    let state = bench.live().to_string();
    assert!(
        state.contains("BG80BNBG96611020345678"),
        "the value was sent"
    );
}

#[test]
fn nothing_is_said_of_keys_where_nothing_is_sensitive() {
    let ran = Bench::new().save();
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.starts_with("Saved to plan.json; until "));
    assert!(
        ran.stderr
            .ends_with(" `trueup apply --sandbox plan.json` carries it out.\n")
    );
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    bench.save();
    let path = bench.repository.path().join("plan.json");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("a file of ours");
    bench.save();
    let mode = fs::metadata(&path).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut names: Vec<String> = fs::read_dir(bench.repository.path())
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("text")
        })
        .collect();
    names.sort();
    assert_eq!(names, [".trueup", "m", "plan.json"], "nothing is left over");
}

#[test]
fn a_plan_without_a_provider_is_not_saved() {
    let bench = Bench::new();
    bench.write(
        "m/provider.yaml",
        &PROVIDER.replace(
            "tenant: zegoal\n",
            "tenant: zegoal\n    baseUrl: http://127.0.0.1:1\n",
        ),
    );
    let mut bench = bench;
    bench.repository.set("L", "l");
    bench.repository.set("P", "p");
    let ran = bench.run(&["plan", "-f", "m", "--out", "plan.json"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stderr
            .ends_with("The plan is not saved: provider zegoal could not be read.\n"),
        "{}",
        ran.stderr
    );
    assert!(!bench.repository.path().join("plan.json").exists());
}

/// Whatever else is in the place stays, and nothing is sent to anybody.
#[test]
fn neither_a_plan_nor_a_receipt_takes_the_place_of_something_else() {
    let bench = Bench::edited();
    bench.save();
    bench.done(&[
        "apply",
        "-f",
        "m",
        "-l",
        "no=such",
        "--sandbox",
        "--auto-approve",
        "--receipt",
        "receipt.json",
    ]);
    let live = bench.live();
    let plan = ["plan", "-f", "m", "--sandbox", "--out"];
    let apply = [
        "apply",
        "-f",
        "m",
        "--sandbox",
        "--auto-approve",
        "--receipt",
    ];
    let apply_saved = ["apply", "plan.json", "--sandbox", "--receipt"];
    for (command, path, what) in [
        (&plan[..], "m/acme.yaml", "saved plan"),
        (&plan, "receipt.json", "saved plan"),
        (&apply, "m/acme.yaml", "receipt"),
        (&apply_saved, "plan.json", "receipt"),
    ] {
        let before = bench.repository.read(path);
        let ran = bench.run(&[command, &[path]].concat());
        let expected = format!(
            "error: {path} is there already, and is no {what} that could be replaced\n\
             hint: name another file, or move this one away\n"
        );
        assert_eq!(ran.stderr, expected);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
        assert_eq!(bench.repository.read(path), before, "{path}");
        assert_eq!(bench.live(), live, "something was written");
    }
    // An earlier one of the same may go, and so may a file that was only made.
    for (command, path) in [
        (&plan[..], "plan.json"),
        (&plan, "made.json"),
        (&apply_saved, "receipt.json"),
    ] {
        if path == "made.json" {
            bench.write(path, "");
        }
        bench.done(&[command, &[path]].concat());
    }
}

/// What the program writes into a folder of manifests is no manifest.
#[test]
fn it_can_be_kept_among_the_manifests_that_it_was_made_of() {
    let bench = Bench::edited();
    bench.done(&["plan", "-f", "m", "--sandbox", "--out", "m/plan.json"]);
    bench.done(&[
        "apply",
        "m/plan.json",
        "--sandbox",
        "--receipt",
        "m/receipt.json",
    ]);
    bench.done(&["schema", "--folder", "m/schemas"]);
    let valid = bench.done(&["validate", "-f", "m", "--sandbox"]);
    assert_eq!(valid.stderr, "");
    let again = bench.done(&["plan", "-f", "m", "--sandbox"]);
    assert!(again.stdout.starts_with("Plan: nothing to do"), "{again:?}");

    for (path, what, hint) in [
        (
            "m/plan.json",
            "a saved plan",
            "`trueup apply FILE` carries it out, and `trueup show FILE` shows it",
        ),
        ("m/receipt.json", "a receipt", "`trueup show FILE` shows it"),
    ] {
        let named = bench.run(&["plan", "-f", path, "--sandbox"]);
        assert_eq!(named.code, 1, "{named:?}");
        let says = format!("`{path}` is {what}, and no manifest\n");
        assert!(named.stderr.contains(&says), "{}", named.stderr);
        assert!(named.stderr.contains(hint), "{}", named.stderr);
        assert!(named.stderr.ends_with("\n1 error\n"), "{}", named.stderr);
    }
}

#[cfg(unix)]
#[test]
fn the_command_that_is_printed_carries_it_out() {
    for options in [
        ["--out", "plan.json"].as_slice(),
        &["--out", "my plan's $HOME.json"],
        &["--out=-plan.json"],
        &["--out", "plan.json", "--sandbox-state", "the state"],
        &["--out", "plan.json", "--knob", "zegoal.ids=string"],
    ] {
        let bench = Bench::new();
        let saved = bench.done(&[&["plan", "-f", "m", "--sandbox"], options].concat());
        let command = saved.printed_command();
        let ran = bench.repository.shell(command);
        assert_eq!(ran.code, 0, "{command}: {ran:?}");
    }
}
