//! The threat model and the table of accidents name tests, and every test that
//! they name exists.

use std::{collections::BTreeSet, fs, path::Path};

/// How many accidents there are.
const ACCIDENTS: u32 = 30;

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The tests that a text names, as file and function.
fn tests(text: &str) -> Vec<(&str, &str)> {
    text.split('`')
        .filter(|word| word.contains(".rs::"))
        .filter_map(|word| word.split_once("::"))
        .collect()
}

/// The cells of each row of the tables below a heading.
fn rows<'t>(text: &'t str, heading: &str) -> Vec<Vec<&'t str>> {
    let (_, part) = text.split_once(heading).expect("the heading");
    let part = part.split("\n## ").next().unwrap_or(part);
    part.lines()
        .filter(|line| line.starts_with('|') && !line.starts_with("| ---"))
        .filter(|line| !line.starts_with("| attempt ") && !line.starts_with("| # "))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect()
}

#[test]
fn every_test_that_is_named_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut faults = Vec::new();
    for name in ["threat-model.md", "accidents.md"] {
        let text = document(name);
        let named = tests(&text);
        assert!(named.len() > 15, "{name} names {} tests", named.len());
        for (file, test) in named {
            let code = fs::read_to_string(root.join(file)).unwrap_or_default();
            if !code.contains(&format!("fn {test}(")) {
                faults.push(format!("{name}: {file}::{test}"));
            }
        }
    }
    assert!(faults.is_empty(), "there is no {}", faults.join("\n"));
}

#[test]
fn every_attempt_meets_a_test_or_is_said_to_meet_none() {
    let text = document("threat-model.md");
    let rows = rows(&text, "## Attempts");
    assert!(rows.len() > 25, "{} attempts", rows.len());
    for row in rows {
        let [attempt, _, last] = row[..] else {
            panic!("three cells, not {row:?}");
        };
        let reason = last.strip_prefix('–').map_or(0, str::len);
        assert!(!tests(last).is_empty() || reason > 8, "{attempt}: {last}");
    }
}

#[test]
fn every_accident_has_its_test() {
    let text = document("accidents.md");
    let mut seen = BTreeSet::new();
    for row in rows(&text, "## Accidents") {
        let number: u32 = row[0].parse().expect("a number");
        assert!(seen.insert(number), "{number} has two rows");
        let named = tests(row.last().expect("a cell"));
        assert!(!named.is_empty(), "{number} names no test");
    }
    assert_eq!(seen, (1..=ACCIDENTS).collect());
}
