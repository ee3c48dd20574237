//! `trueup import` on the examples, as a user runs it.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use crate::support::{Ran, Repository};

/// The keys of the examples at the provider that has no list.
const KEYS: [&str; 8] = [
    "--key",
    "acme",
    "--key",
    "acme-holding",
    "--key",
    "10001",
    "--key",
    "Thu Jul 25 16:03:08 EEST 2019",
];

/// Values of the examples that nobody may see.
const SECRETS: [&str; 4] = [
    "AL35202111090000000001234567",
    "SE4550000000058398257466",
    "GR9608100010000001234567890",
    "BG80BNBG96611020345678",
];

fn examples(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("manifests")
        .join(path);
    path.to_str().expect("a path that is text").to_owned()
}

/// A sandbox in which the examples are applied.
fn applied() -> Repository {
    let repository = Repository::new();
    let ran = repository.run(["apply", "--sandbox", "--auto-approve", "-f", &examples("")]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let providers = fs::read_to_string(examples("providers.yaml")).expect("a file");
    repository.write("providers.yaml", providers);
    repository
}

fn import(repository: &Repository, options: &[&str]) -> Ran {
    let fixed = ["import", "--sandbox", "-f", "providers.yaml"];
    let options = fixed.iter().chain(&KEYS).chain(options).copied();
    repository.run(options)
}

/// Sets the variables that an import wrote.
fn source(repository: &mut Repository, name: &str) {
    let text = repository.read(name);
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.split_once('=').expect("NAME=value");
        repository.set(name, value.trim_matches('\''));
    }
}

/// The counts of a plan of what was imported.
fn counts(repository: &Repository, folder: &str) -> BTreeMap<String, u64> {
    let files = [
        "plan",
        "--sandbox",
        "-o",
        "json",
        "-f",
        "providers.yaml",
        "-f",
        folder,
    ];
    let ran = repository.run(files);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let plan: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    serde_json::from_value(plan["counts"].clone()).expect("counts")
}

#[test]
fn planning_what_was_imported_shows_no_change() {
    let mut repository = applied();
    for (folder, more) in [("minimal", &[][..]), ("full", &["--full"])] {
        let env_file = format!("{folder}.env");
        let mut options = vec!["--out", folder, "--env-file", &env_file];
        // All records, not those of the keys alone.
        options.extend(["--select", "*"]);
        options.extend(more);
        let ran = import(&repository, &options);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        for secret in SECRETS {
            assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret));
        }
        source(&mut repository, &env_file);
        let counts = counts(&repository, folder);
        for (action, count) in &counts {
            let quiet = ["none", "adopt"].contains(&action.as_str());
            assert!(quiet || *count == 0, "{folder}: {action} {count}");
        }
        assert!(counts["none"] >= 8, "{counts:?}");
        let text = repository.read(&format!("{folder}/ZegoalAccount/acme.yaml"));
        assert!(text.contains("parent: { ref: acme-holding }"), "{text}");
        assert!(text.contains("bankAccount: { env: TRUEUP_ZEGOAL_ACME_BANK_ACCOUNT }"));
        assert!(text.starts_with("# yaml-language-server: $schema=../../schemas/"));
        assert_eq!(text.contains(": null"), folder == "full", "{text}");
    }
}

#[test]
fn an_import_is_the_same_every_time_and_shows_no_secret() {
    let repository = applied();
    let first = import(&repository, &["--select", "*"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert_eq!(import(&repository, &["--select", "*"]), first);
    for secret in SECRETS {
        assert!(!first.stdout.contains(secret) && !first.stderr.contains(secret));
    }
    let inline = import(&repository, &["--select", "*", "--sensitive", "inline"]);
    for secret in SECRETS {
        assert!(inline.stdout.contains(secret) && !inline.stderr.contains(secret));
    }
    assert!(!inline.stdout.contains("{ env: "));
}

#[test]
fn nothing_is_overwritten_and_nothing_half_written() {
    let repository = applied();
    repository.write("out/ZegoalAccount/acme.yaml", "mine\n");
    let ran = import(&repository, &["--out", "out", "--env-file", "import.env"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr
            .contains("out/ZegoalAccount/acme.yaml is there already")
    );
    assert_eq!(repository.read("out/ZegoalAccount/acme.yaml"), "mine\n");
    assert!(!repository.path().join("import.env").exists());
    let there = fs::read_dir(repository.path().join("out")).expect("a folder");
    assert_eq!(there.count(), 1);
    repository.write("import.env", "MINE=1\n");
    let of_manifests = "hint: give the manifests that are there with -f";
    let of_env_file = "name another file with --env-file, or move the one that is there away";
    assert!(ran.stderr.contains(of_manifests) && !ran.stderr.contains(of_env_file));
    let ran = import(&repository, &["--out", "other", "--env-file", "import.env"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains(&format!("hint: {of_env_file}")),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains(of_manifests), "{}", ran.stderr);
    assert!(!repository.path().join("other").exists());
    let ran = import(&repository, &["--out", "out", "--env-file", "import.env"]);
    assert!(ran.stderr.contains(of_manifests) && ran.stderr.contains(of_env_file));
}

#[cfg(unix)]
#[test]
fn sensitive_values_are_their_owners_alone_and_follow_no_link() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let repository = applied();
    let values = repository.path().join("import.env");
    symlink("elsewhere", &values).expect("a link");
    let options = ["--select", "*", "--out", "out", "--env-file", "import.env"];
    assert_eq!(import(&repository, &options).code, 1);
    for name in ["elsewhere", "out"] {
        assert!(!repository.path().join(name).exists(), "{name}");
    }
    fs::remove_file(&values).expect("it is taken away");
    let ran = import(&repository, &options);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        SECRETS
            .iter()
            .all(|secret| repository.read("import.env").contains(secret))
    );
    let mode = fs::metadata(&values).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn what_a_manifest_describes_is_left_out() {
    let repository = applied();
    let acme = fs::read_to_string(examples("zegoal/acme.yaml")).expect("a file");
    repository.write("acme.yaml", acme);
    let ran = import(&repository, &["-f", "acme.yaml", "--provider", "zegoal"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("already described by ZegoalAccount/acme\n")
    );
    assert!(!ran.stdout.contains("name: acme\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("name: \"10001\"") || ran.stdout.contains("name: '10001'"));
}

#[test]
fn an_update_edits_in_place_or_not_at_all() {
    let repository = applied();
    let before = fs::read_to_string(examples("zegoal/acme.yaml")).expect("a file");
    let drifted = before.replace("Bulgarian National Bank", "Another Bank # here since May");
    assert_ne!(drifted, before);
    repository.write("acme.yaml", &drifted);
    let arguments = [
        "import",
        "--sandbox",
        "--update",
        "-f",
        "providers.yaml",
        "-f",
        "acme.yaml",
    ];
    let ran = repository.run(arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("-    bankName: Another Bank # here since May\n"),
        "{}",
        ran.stderr
    );
    for secret in SECRETS {
        assert!(!ran.stderr.contains(secret), "{}", ran.stderr);
    }
    let after = repository.read("acme.yaml");
    assert_eq!(
        after,
        before.replace(
            "Bulgarian National Bank",
            "Bulgarian National Bank # here since May"
        )
    );
    let quiet = repository.run([
        "plan",
        "--sandbox",
        "--detailed-exitcode",
        "-f",
        "providers.yaml",
        "-f",
        "acme.yaml",
    ]);
    assert_eq!(quiet.code, 0, "{}", quiet.stdout);
    let again = repository.run(arguments);
    assert!(
        again.stderr.contains("No manifest had to be edited"),
        "{}",
        again.stderr
    );
}

#[test]
fn an_update_keeps_the_remarks_before_a_list_and_the_line_breaks() {
    let repository = applied();
    let ours = fs::read_to_string(examples("cove/aegean.yaml")).expect("a file");
    let list = "childServiceTypes: # asked for by Maria\n    # do not remove\n";
    let ours = ours.replace(
        "childServiceTypes: [AllInclusive, SoftwareOnly]\n",
        &format!("{list}    - AllInclusive\n    - SoftwareOnly\n"),
    );
    let ours = ours.replace('\n', "\r\n");
    let drifted = ours
        .replace("    - SoftwareOnly\r\n", "")
        .replace("regionId: 3", "regionId: 4");
    assert_eq!(drifted.lines().count() + 1, ours.lines().count());
    repository.write("aegean.yaml", &drifted);
    let ran = repository.run([
        "import",
        "--sandbox",
        "--update",
        "-f",
        "providers.yaml",
        "-f",
        "aegean.yaml",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let after = repository.read("aegean.yaml");
    assert_eq!(after, ours, "{}", ran.stderr);
}

#[test]
fn options_that_cannot_be_honoured_are_errors() {
    let repository = applied();
    for (options, message) in [
        (
            &["--kind", "ZegoalAcount"][..],
            "did you mean `ZegoalAccount`?",
        ),
        (&["--provider", "zegol"], "did you mean `zegoal`?"),
        (&["-l", "region=emea"], "-l goes with --update"),
        (
            &["--sensitive", "inline", "--env-file", "x.env"],
            "leave one of the two out",
        ),
        (&["--update", "--out", "x"], "cannot be used with"),
    ] {
        let ran = import(&repository, options);
        assert_ne!(ran.code, 0, "{options:?}");
        assert!(ran.stderr.contains(message), "{options:?}: {}", ran.stderr);
    }
    let ran = repository.run([
        "import",
        "--sandbox",
        "-f",
        "providers.yaml",
        "--provider",
        "zegoal",
    ]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("--key CODE"), "{}", ran.stderr);
    let ran = repository.run([
        "import",
        "--sandbox",
        "-f",
        "providers.yaml",
        "--provider",
        "zegoal",
        "--key",
        "nobody",
    ]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr
            .contains("key `nobody`: no record at zegoal has it"),
        "{}",
        ran.stderr
    );
}

#[test]
fn what_a_new_record_has_by_itself_is_written_in_full_imports_alone() {
    let repository = applied();
    for (folder, options) in [("minimal", &[][..]), ("full", &["--full"][..])] {
        let ran = import(&repository, &[&["--out", folder], options].concat());
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        let text = repository.read(&format!("{folder}/ZegoalAccount/acme.yaml"));
        assert!(text.contains("accountType: Postpaid"), "{text}");
        let is_full = folder == "full";
        for default in ["isBilled: true", "paymentResponsible: true"] {
            assert_eq!(text.contains(default), is_full, "{default}: {text}");
        }
    }
}

#[test]
fn a_key_is_written_without_the_blanks_around_it() {
    let repository = Repository::new();
    let providers = fs::read_to_string(examples("providers.yaml")).expect("a file");
    repository.write("providers.yaml", providers);
    repository.write(
        "acme.yaml",
        "apiVersion: trueup.dev/v1alpha1\nkind: AcronisCustomer\nmetadata: { name: acme }\n\
         spec: { tenant: { name: Acme, internalTag: Acme Ltd } }\n",
    );
    let sandbox = [
        "--sandbox",
        "--sandbox-state",
        "state",
        "-f",
        "providers.yaml",
    ];
    let run = |command: &[&str], more: &[&str]| {
        let all = command.iter().chain(&sandbox).chain(more);
        let ran = repository.run(all.copied());
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        ran.stdout
    };
    run(&["apply", "--auto-approve"], &["-f", "acme.yaml"]);
    let state = repository.read("state/acronis-eu.json");
    let typed = state.replace("\"Acme Ltd\"", "\" Acme Ltd \"");
    assert_ne!(typed, state);
    repository.write("state/acronis-eu.json", typed);
    let key = ["--select", "Acme Ltd"];
    run(&["import"], &[&key[..], &["--out", "imported"]].concat());
    let text = repository.read("imported/AcronisCustomer/acme-ltd.yaml");
    assert!(text.contains("internalTag: Acme Ltd\n"), "{text}");
    let plan = run(&["plan"], &["-f", "imported"]);
    assert!(plan.starts_with("Plan: nothing to do"), "{plan}");
}
