//! Tables of what is written and what comes of it, one case after the other: the
//! input in lines after `>`, then the outcome.

use super::*;

/// Runs every case of a table, and names the first that comes out otherwise.
fn run(table: &str, outcome: impl Fn(&str) -> String) {
    let mut cases = 0;
    for case in table.split("\n\n") {
        let written: Vec<&str> = case
            .lines()
            .filter_map(|line| line.strip_prefix("> "))
            .collect();
        let expected: Vec<&str> = case
            .lines()
            .filter(|line| !line.starts_with("> "))
            .collect();
        let written = written.join("\n");
        assert_eq!(outcome(&written), expected.join("\n"), "{written}");
        cases += 1;
    }
    assert!(cases > 5, "the table is read");
}

#[test]
fn fields_take_their_values() {
    run(include_str!("values.txt"), |spec| {
        let (desired, findings) = account(spec);
        assert_eq!(told_all(&findings), "", "{spec}");
        let fields = fields(&desired.resources[0]);
        let given: Vec<&str> = fields
            .lines()
            .filter(|line| !line.starts_with("basic.accountCode"))
            .collect();
        given.join("\n")
    });
}

#[test]
fn fields_say_what_is_wrong_and_where() {
    run(include_str!("refusals.txt"), |spec| {
        let (desired, findings) = account(spec);
        let only_warnings = findings
            .iter()
            .all(|finding| finding.severity == Severity::Warning);
        assert_eq!(desired.resources.is_empty(), !only_warnings, "{spec}");
        told_all(&findings)
    });
}

#[test]
fn envelopes_are_checked() {
    run(include_str!("envelope.txt"), |text| {
        told_all(&desire_texts(&[text, PROVIDER], &options()).1)
    });
}

#[test]
fn providers_are_checked() {
    run(include_str!("providers.txt"), |spec| {
        let text = format!("{HEAD}Provider\nmetadata: {{ name: p }}\nspec:\n{spec}");
        told_all(&desire_texts(&[&text], &options()).1)
    });
}
