//! What is shown is whole, and is looked at before it changes.

use std::{fs, path::Path};

use trueup::{
    model::{Leaf, Sensitive},
    report::markdown::{self, COMMENT_BYTES_MAX},
};

use crate::{
    engine::world::World,
    support::Repository,
    toy::desired::{Manifest, customer, text},
};

#[tokio::test]
async fn safe_settings_493_twenty_thousand_changes_fit_a_comment() {
    const CHANGES: usize = 20_000;
    let world = World::start().await;
    let account = |iban: &str| Leaf::Sensitive(Sensitive::new(iban));
    world
        .settle(&[customer("zulu").set("billing.iban", account("GB33BUKB20201555555555"))])
        .await;
    let note = text("```\n</details> a note that is as long as notes are");
    let mut manifests: Vec<Manifest> = (1..CHANGES)
        .map(|at| customer(&format!("customer-{at}")).set("note", note.clone()))
        .collect();
    manifests.push(customer("zulu").set("billing.iban", account("BG80BNBG96611020345678")));
    let seen = world.plan(&manifests).await;
    assert_eq!(seen.planned.plan.counts.changes(), CHANGES);
    let comment = markdown::plan(&seen.planned.plan);
    assert!(
        comment.len() <= COMMENT_BYTES_MAX,
        "{} bytes",
        comment.len()
    );
    let at = |needle: &str| {
        comment
            .find(needle)
            .unwrap_or_else(|| panic!("no {needle}"))
    };
    // The one overwritten account stands before all else, though its name comes
    // last and nineteen thousand others are not shown.
    assert!(at("! bank: 1 field in 1 record") < at("Look at these first"));
    assert!(at("ToyCustomer/zulu billing.iban") < at("ToyCustomer/customer-1"));
    assert!(comment.contains(" more: ") && comment.contains("to create"));
    let opened = comment.matches("<details>").count();
    assert_eq!(opened, comment.matches("\n</details>\n").count());
}

/// The formats that a command offers, by its own help.
fn formats(command: &str) -> Vec<String> {
    let help = Repository::new().run([command, "--help"]).stdout;
    let (_, rest) = help.split_once("--output").expect("the option");
    let rest = rest.split("\n      --").next().unwrap_or(rest);
    let values: Vec<String> = match rest.split_once("[possible values: ") {
        Some((_, values)) => {
            let (values, _) = values.split_once(']').expect("the end of the list");
            values
                .split(',')
                .map(|value| value.trim().to_owned())
                .collect()
        }
        None => rest
            .lines()
            .filter_map(|line| line.trim().strip_prefix("- "))
            .filter_map(|line| line.split(':').next())
            .map(str::to_owned)
            .collect(),
    };
    assert!(values.len() > 4, "{command}: {values:?} in {help}");
    values
}

#[test]
fn flux2_5455_every_format_has_a_golden_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for (command, stem) in [("plan", "plan"), ("apply", "receipt")] {
        for format in formats(command) {
            let ending = match format.as_str() {
                "text" => "txt",
                "markdown" => "md",
                "gitlab" => "gitlab.json",
                other => other,
            };
            let path = folder.join(format!("{stem}.{ending}"));
            let golden = fs::read_to_string(&path).unwrap_or_default();
            assert!(
                golden.len() > 100,
                "{command} -o {format}: no {}",
                path.display()
            );
        }
    }
}
