//! `show FILE`: the plan again, in any format, without anything else.

use std::fs;

use trueup::model::{Address, Shown};

use super::{Bench, account};

const FORMATS: [&str; 6] = ["text", "json", "markdown", "html", "github", "gitlab"];

#[test]
fn it_is_what_plan_has_printed() {
    let bench = Bench::edited();
    bench.write("m/gamma.yaml", &account("gamma", "one", "NOPE"));
    let mut printed = Vec::new();
    for output in FORMATS {
        for verbose in [&[][..], &["-v"]] {
            let plan = ["plan", "-f", "m", "--sandbox", "-o", output];
            printed.push((
                output,
                verbose,
                bench.done(&[&plan, verbose].concat()).stdout,
            ));
        }
    }
    bench.save();
    // Neither manifests nor the sandbox are needed.
    for folder in ["m", ".trueup"] {
        fs::remove_dir_all(bench.repository.path().join(folder)).expect("a folder");
    }
    for (output, verbose, expected) in printed {
        let show = ["show", "plan.json", "-o", output];
        let ran = bench.done(&[&show, verbose].concat());
        assert_eq!(
            (ran.stdout, ran.stderr.as_str()),
            (expected, ""),
            "{output}"
        );
    }
}

#[test]
fn it_says_that_a_plan_has_expired() {
    let bench = Bench::new();
    let printed = bench.save().stdout;
    bench.forge(|saved| saved.expires = saved.created);
    let ran = bench.done(&["show", "plan.json"]);
    assert_eq!(ran.stdout, printed);
    assert!(ran.stderr.starts_with("warning: the plan expired at "));
    assert!(ran.stderr.ends_with("; apply refuses it\n"));
}

#[test]
fn it_says_that_nothing_is_known_without_the_key() {
    let mut bench = Bench::new();
    bench
        .repository
        .set("TRUEUP_FINGERPRINT_KEY", "the key of the pipeline");
    let printed = bench.save().stdout;
    assert_eq!(bench.done(&["show", "plan.json"]).stderr, "");
    let bare = Bench::new();
    bare.write("plan.json", &bench.repository.read("plan.json"));
    let ran = bare.done(&["show", "plan.json"]);
    assert_eq!(ran.stdout, printed);
    assert_eq!(
        ran.stderr,
        "warning: whether the plan was altered is not known: the plan was saved with a key from `TRUEUP_FINGERPRINT_KEY`, which is not set\n"
    );
}

#[test]
fn the_chain_of_a_plan_cannot_be_verified() {
    let bench = Bench::new();
    bench.save();
    let ran = bench.run(&["show", "plan.json", "--verify"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (
            1,
            "",
            "error: `--verify` checks receipts, and plan.json is a saved plan\n\
             hint: leave it out: that a saved plan is whole is checked in any case\n"
        )
    );
}

/// Whatever texts stand in a saved plan, they neither steer the terminal nor
/// become markup.
#[test]
fn hostile_texts_do_nothing() {
    let hostile = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}<script>alert(1)</script>\n::error::x";
    let bench = Bench::new();
    bench.save();
    bench.forge(|saved| {
        let change = &mut saved.plan.changes[0];
        change.display_name = Some(hostile.to_owned());
        change.reason = Some(hostile.to_owned());
        change.hint = Some(hostile.to_owned());
        change.notes = vec![hostile.to_owned()];
        hostile.clone_into(&mut change.place.file);
        change.fields[0].before = Shown::Text(hostile.to_owned());
        change.fields[1].after = Shown::Masked(hostile.to_owned());
        change.fields[2].after = Shown::AfterCreateOf(hostile.to_owned());
        let provider = &mut saved.plan.providers[0];
        provider.account = Some(hostile.to_owned());
        provider.failure = Some(hostile.to_owned());
        provider.hint = Some(hostile.to_owned());
    });
    for output in FORMATS {
        for verbose in [&[][..], &["-v"]] {
            let show = ["show", "plan.json", "-o", output];
            let ran = bench.done(&[&show, verbose].concat());
            for steers in ['\u{1b}', '\u{7}'] {
                assert!(!ran.stdout.contains(steers), "{output}: {}", ran.stdout);
            }
            let is_data = matches!(output, "json" | "gitlab");
            assert!(is_data || !ran.stdout.contains('\u{202e}'), "{output}");
            assert!(output != "html" || !ran.stdout.contains("<script>alert"));
            assert!(!ran.stdout.contains("\n::error::x"), "{output}");
        }
    }
}

#[test]
fn names_that_the_program_could_not_have_written_are_refused() {
    let bench = Bench::new();
    bench.save();
    let whole = bench.repository.read("plan.json");
    let leaked: &'static str = "Zegoal\u{1b}[2JAccount";
    for at in 0..4 {
        bench.write("plan.json", &whole);
        bench.forge(|saved| {
            let change = &mut saved.plan.changes[0];
            match at {
                0 => {
                    change.address = Address {
                        kind: leaked,
                        name: "acme".into(),
                    }
                }
                1 => change.provider = trueup::model::ProviderName(leaked.into()),
                2 => change.calls[0].operation = leaked,
                _ => saved.plan.providers[0].system = leaked,
            }
        });
        for command in ["show", "apply"] {
            let ran = bench.run(&[command, "plan.json"]);
            assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{ran:?}");
            let start = "error: plan.json: the saved plan is broken: ";
            assert!(ran.stderr.starts_with(start), "{}", ran.stderr);
            assert!(!ran.stderr.contains('\u{1b}'), "{}", ran.stderr);
        }
    }
}

#[test]
fn counts_that_are_not_those_of_the_changes_are_refused() {
    let bench = Bench::new();
    bench.save();
    bench.forge(|saved| saved.plan.counts.create = usize::MAX);
    let ran = bench.run(&["show", "plan.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{ran:?}");
    let expected = "its counts are not those of its changes";
    assert!(ran.stderr.contains(expected), "{}", ran.stderr);
}

/// Masked values that look alike are told apart where there is a key.
#[test]
fn two_plans_for_two_bank_accounts_can_be_told_apart() {
    let mut bench = Bench::new();
    bench
        .repository
        .set("TRUEUP_FINGERPRINT_KEY", "the key of the pipeline");
    let wants = |number: &str| {
        let manifest = super::account("acme", "one", "EUR");
        bench.write(
            "m/acme.yaml",
            &format!("{manifest}  bankInfo: {{ bankAccount: {number} }}\n"),
        );
    };
    let plan = |number: &str, file: &str| {
        wants(number);
        let text = bench.done(&["plan", "-f", "m", "--sandbox", "--out", file]);
        let bank = |line: &&str| line.contains("bankInfo.bankAccount");
        let line = text.stdout.lines().find(bank);
        line.expect("the field").to_owned()
    };
    wants("1111-1");
    bench.done(&["apply", "-f", "m", "--sandbox", "--auto-approve"]);
    let reviewed = plan("2222-2", "reviewed.json");
    let other = plan("9999-9", "other.json");
    assert_eq!(reviewed, plan("2222-2", "again.json"));
    let marks = |line: &str| -> Vec<String> {
        let parts = line.split("•••• #").skip(1);
        parts.map(|part| part[..6].to_owned()).collect()
    };
    let (one, two) = (marks(&reviewed), marks(&other));
    assert_eq!((one.len(), two.len()), (2, 2), "{reviewed}\n{other}");
    assert_eq!(one[0], two[0], "the live value is the same");
    assert!(one[1] != two[1] && one[0] != one[1], "{reviewed}\n{other}");
    wants("9999-9");
    bench.done(&["apply", "--sandbox", "other.json", "--receipt", "r.json"]);
    let verify = |plan: &str| {
        let command = ["show", "r.json", "--verify", "--plan", plan];
        bench.repository.run(command).code
    };
    assert_eq!((verify("other.json"), verify("reviewed.json")), (0, 1));
}
