//! The comment, whole, and what no text can do to it.

use proptest::prelude::*;

use super::*;
use crate::{
    model::{RemoteId, Shown, field::Class},
    report::test_support::{
        based, change, field, golden, receipt as receipt_of_all, text as shown, whole,
    },
};

#[test]
fn the_whole_comment() {
    golden("plan.md", &plan(&whole()));
    golden("receipt.md", &applied(&whole(), &receipt_of_all()));
    let nothing = Plan {
        providers: Vec::new(),
        counts: Counts {
            none: 3,
            ..Counts::default()
        },
        changes: Vec::new(),
        ..whole()
    };
    assert_eq!(
        plan(&nothing),
        "<!-- trueup plan -->\n### Plan: nothing to do, 3 in line\n"
    );
}

/// Reads a comment as a host does, line by line, and says what is wrong. The
/// text outside fences is returned.
fn outside_fences(comment: &str) -> Result<String, String> {
    let mut outside = String::new();
    let mut open: Option<usize> = None;
    let mut folds = 0_i32;
    for line in comment.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match open {
            // Only a line of nothing but backticks closes, with up to three
            // spaces before it; a program's own fences have none.
            Some(opened) => {
                let bare = line.trim_start_matches(' ').trim_end();
                let closes = line.len() - line.trim_start_matches(' ').len() <= 3
                    && bare.len() >= opened
                    && bare.bytes().all(|byte| byte == b'`');
                if closes {
                    open = None;
                }
            }
            None if ticks >= 3 => {
                if &line[ticks..] != "diff" {
                    return Err(format!("an odd fence: {line}"));
                }
                open = Some(ticks);
            }
            None => {
                folds += i32::from(line.starts_with("<details>"));
                folds -= i32::from(line.ends_with("</details>"));
                if !(0..=1).contains(&folds) {
                    return Err(format!("folds are nested: {line}"));
                }
                outside.push_str(line);
                outside.push('\n');
            }
        }
    }
    if open.is_some() || folds != 0 {
        return Err("a fence or a fold is left open".to_owned());
    }
    Ok(outside)
}

fn many(number: usize, value: &str) -> Plan {
    let changes: Vec<Change> = (0..number)
        .map(|at| {
            let action = match at % 3 {
                0 => Action::Create,
                _ => Action::Update,
            };
            let class = match at {
                19_000 => Class::Bank,
                19_001 => Class::Tax,
                _ => Class::Contact,
            };
            let fields = vec![field("name", class, shown("old"), shown(value))];
            Change {
                fields,
                display_name: Some(value.to_owned()),
                ..change(action, &format!("customer-{at}"))
            }
        })
        .collect();
    let create = number.div_ceil(3);
    Plan {
        counts: Counts {
            create,
            update: number - create,
            ..Counts::default()
        },
        changes,
        ..whole()
    }
}

#[test]
fn twenty_thousand_changes_fit_with_the_dangerous_ones_first() {
    let comment = plan(&many(20_000, "Müller"));
    assert!(comment.len() <= COMMENT_BYTES_MAX);
    assert!(
        comment.len() > COMMENT_BYTES_MAX * 9 / 10,
        "room is left: {}",
        comment.len()
    );
    outside_fences(&comment).expect("balanced");
    let at = |needle: &str| comment.find(needle).unwrap_or_else(|| panic!("{needle}"));
    assert!(comment.starts_with("<!-- trueup plan -->\n### Plan: 6667 to create, 13333 to update"));
    assert!(at("! bank: 1 field in 1 record") < at("<details>"));
    assert!(at("ToyCustomer/customer-19000 name") < at("ToyCustomer/customer-19001 name"));
    assert!(at("! update  ToyCustomer/customer-19000") < at("customer-0 "));
    // What is listed and what is counted add up.
    let listed = comment
        .lines()
        .filter(|line| line.starts_with("+ create  ") || line.starts_with("! update  "))
        .count();
    let folded = comment.matches("<details>").count();
    assert!(comment.contains(&format!("… and {} more: ", 20_000 - listed)));
    assert!(comment.contains(&format!(
        "… and {} more without details here: ",
        20_000 - folded
    )));
}

#[test]
fn the_largest_of_everything_still_fits() {
    let wide = "\u{1f4b6}".repeat(5_000);
    let mut largest = many(500, &wide);
    for change in &mut largest.changes {
        change.fields[0].class = Class::Bank;
        change.remote = Some(RemoteId(wide.clone()));
        change.reason = Some(wide.clone());
        change.notes = vec![wide.clone(); 50];
    }
    let mut provider = largest.providers[0].clone();
    provider.failure = Some(wide.clone());
    largest.providers = vec![provider; 200];
    let comment = plan(&largest);
    assert!(comment.len() <= COMMENT_BYTES_MAX, "{}", comment.len());
    outside_fences(&comment).expect("balanced");
    assert!(comment.contains("<details>"));
}

/// Text that is likely to do harm.
fn harmful() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[`~]{1,40}",
        "(\n|\r|`{3,5}|</?(details|summary|code|script)>|@everyone|#1|[|]|-->|<!--|&lt;| {1,4}|\\PC){0,30}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_breaks_out(name in harmful(), value in harmful(), note in harmful()) {
        let mut plan = based();
        if let Some(base) = &mut plan.base {
            base.revision.clone_from(&name);
            base.commit.clone_from(&value);
            base.endpoints[3].fields = vec![value.clone()];
            base.policies[2].policy.clone_from(&note);
            base.removed[0].outcome.clone_from(&note);
        }
        for (at, change) in plan.changes.iter_mut().enumerate() {
            change.display_name = Some(name.clone());
            change.reason = (at % 2 == 0).then(|| note.clone());
            change.notes = vec![note.clone(), value.clone()];
            change.place.file.clone_from(&name);
            for field in &mut change.fields {
                field.after = Shown::Text(value.clone());
            }
        }
        plan.providers[0].failure = Some(note.clone());
        let comments = [super::plan(&plan), applied(&plan, &receipt_of_all())];
        for comment in comments {
            prop_assert!(comment.len() <= COMMENT_BYTES_MAX);
            let outside = outside_fences(&comment).map_err(TestCaseError::fail)?;
            // Between folds there is nothing of the user's; in their summaries
            // it is escaped and in one piece of code.
            for line in outside.lines().filter(|line| line.contains("<code>")) {
                prop_assert!(line.starts_with("<details><summary>"), "{}", line);
                prop_assert!(line.ends_with("</summary>"), "{}", line);
                let (_, rest) = line.split_once("<code>").expect("code");
                let (code, rest) = rest.split_once("</code>").expect("closed code");
                prop_assert!(!code.contains(['<', '>', '"', '\'']), "{}", line);
                prop_assert!(
                    ["</summary>", " — <b>"].iter().any(|end| rest.starts_with(end)),
                    "{}", line
                );
            }
            let others = outside.lines().filter(|line| !line.contains("<code>"));
            for line in others {
                prop_assert!(
                    line.is_empty()
                        || line == "</details>"
                        || ["<!-- trueup", "### ", "**", "… and "].iter().any(|start| line.starts_with(start)),
                    "{}", line
                );
            }
        }
    }
}
