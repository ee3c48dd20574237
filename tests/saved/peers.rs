//! Accidents of other tools that cannot happen here; each test bears the name
//! of the report.

use super::{Bench, account};

/// A saved plan that was carried out is refused the second time.
#[test]
fn terraform_23345_the_same_plan_twice() {
    let bench = Bench::new();
    bench.save();
    let first = bench.apply();
    assert_eq!(first.code, 0, "{first:?}");
    assert!(first.stdout.ends_with("\nApplied: 2 done\n"), "{first:?}");
    let before = bench.live();
    let second = bench.apply();
    assert_eq!(
        (second.code, second.stdout.as_str(), second.stderr.as_str()),
        (
            4,
            "",
            "error: this plan has been carried out already; nothing was done\n\
             hint: make a new plan if there is more to do\n"
        )
    );
    assert_eq!(bench.live(), before);
}

/// A field that the plan relied on was edited at the provider.
#[test]
fn terraform_8790_a_relevant_field_was_edited() {
    let bench = Bench::edited();
    bench.save();
    bench.meddle(&account("acme", "three", "USD"));
    bench.assert_stale(&[
        "ZegoalAccount/acme: `basic.description` and `billing.currency` moved at the provider since the plan",
    ]);
}

/// A field that no manifest has a say in was edited at the provider.
#[test]
fn terraform_8790_an_irrelevant_field_was_edited() {
    let bench = Bench::edited();
    bench.save();
    bench.meddle(
        "apiVersion: trueup.dev/v1alpha1\nkind: ZegoalAccount\nmetadata: { name: acme }\nspec:\n  billing: { validTo: 2050-01-01 }\n",
    );
    let ran = bench.apply();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.ends_with("\nApplied: 1 done\n"), "{ran:?}");
}

/// A manifest was edited between plan and apply: what was not reviewed is not
/// done, and neither is the plan, for the values come from the manifests.
#[test]
fn pulumi_16806_a_file_was_edited_after_the_plan() {
    let bench = Bench::edited();
    bench.save();
    bench.write("m/acme.yaml", &account("acme", "sneaked-in", "EUR"));
    bench.assert_stale(&[
        "ZegoalAccount/acme (m/acme.yaml:1): its manifest has changed since the plan",
    ]);
    // Another way to write the same is no change.
    let same = account("acme", "two", "EUR").replace("two", "\"two\"") + "# as reviewed\n";
    bench.write("m/acme.yaml", &same);
    let ran = bench.apply();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        bench.live().to_string().contains("two"),
        "the reviewed value was written"
    );
}

/// The head moved while the plan was under review: everything that came in is
/// named.
#[test]
fn atlantis_6529_the_head_moved_during_the_review() {
    let bench = Bench::edited();
    bench.save();
    bench.write("m/gamma.yaml", &account("gamma", "new", "EUR"));
    bench.write("m/acme.yaml", &format!("\n{}", account("acme", "x", "EUR")));
    bench.repository.remove("m/beta.yaml");
    bench.assert_stale(&[
        "ZegoalAccount/acme (m/acme.yaml:2): its manifest has changed since the plan",
        "ZegoalAccount/beta (m/beta.yaml:1): its manifest is gone, or no longer selected",
        "ZegoalAccount/gamma (m/gamma.yaml:1): the plan does not cover it",
    ]);
}

/// A plan without changes is no success where the files have moved.
#[test]
fn atlantis_6529_nothing_planned_and_files_changed() {
    let bench = Bench::new();
    bench.done(&["apply", "-f", "m", "--sandbox", "--auto-approve"]);
    bench.save();
    let ran = bench.apply();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    bench.write("m/gamma.yaml", &account("gamma", "new", "EUR"));
    bench.assert_stale(&["ZegoalAccount/gamma (m/gamma.yaml:1): the plan does not cover it"]);
}
