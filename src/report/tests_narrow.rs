//! On a terminal of sixty columns every line of ours fits, unless one word of it
//! does not.

use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

use super::{
    Style, doctor, drift, explain, findings, receipt, status,
    test_support::{refused, whole},
    text,
};
use crate::{
    manifest::schema::export,
    model::{Finding, Place, ProviderName, Source},
    provider::Diagnosis,
    providers::ALL,
};

const NARROW: Style = Style {
    colour: false,
    width: 60,
};

/// Columns that a line may have before its first word: the symbol, the
/// indentation, and the longest label.
const LABEL_COLUMNS_MAX: usize = 28;

/// Fails for a line that is too long although it could have been broken: one
/// that has a word after the first sixty columns which would fit a line of its
/// own.
fn assert_narrow(shown: &str) {
    assert!(!shown.is_empty());
    for line in shown.lines().filter(|line| line.width() > NARROW.width) {
        let last = line.rsplit(' ').next().unwrap_or_default();
        assert!(
            last.width() + LABEL_COLUMNS_MAX > NARROW.width,
            "{} columns: {line}\nof\n{shown}",
            line.width()
        );
    }
}

#[test]
fn plans() {
    assert_narrow(&text::plan(&whole(), NARROW, false));
    assert_narrow(&text::plan(&whole(), NARROW, true));
    assert_narrow(&text::plan(&refused(), NARROW, false));
}

#[test]
fn runs_and_locks() {
    let holder = "somebody@runner-4.builds.example.com (process 47110815)".to_owned();
    let since = "2026-11-02T09:00:00Z".to_owned();
    let run = status::Run {
        run: "20261102T090000Z-0123abcd".to_owned(),
        standing: status::Standing::Open,
        settled_by: None,
        fault: None,
        hint: None,
        started: Some(since.clone()),
        holder: Some(holder.clone()),
        providers: vec![
            ProviderName("toy-prod".into()),
            ProviderName("toy-emea".into()),
        ],
        planned: 17,
        counts: super::test_support::receipt().counts,
        open: vec![status::OpenCall {
            sequence: 4,
            at: since.clone(),
            address: super::test_support::address("a-customer-with-a-name"),
            provider: ProviderName("toy-prod".into()),
            operation: "POST /customers",
            next: "looks for the record by our key: one means that it was made, none in a complete listing that it was not, anything else stays open",
            last_look: Some("could not be told, for the listing was incomplete".to_owned()),
        }],
        receipt: Some(".trueup/runs/20261102T090000Z-0123abcd.receipt.json".to_owned()),
    };
    let broken = status::Run {
        standing: status::Standing::Unreadable,
        fault: Some("line 14 of the journal has a digest that is not that of its text and of the line before".to_owned()),
        hint: Some("wait until 2026-11-02T09:12:30Z, for a call in it may still be on its way; then move the file away".to_owned()),
        ..run.clone()
    };
    let lock = status::Lock {
        provider: Some("toy-prod".to_owned()),
        holder: Some(holder),
        since: Some(since),
        run: Some(run.run.clone()),
    };
    let status = status::Status {
        runs: vec![run, broken],
        locks: vec![lock],
    };
    assert_narrow(&status::text(&status, NARROW));
}

#[test]
fn drift_and_receipts() {
    assert_narrow(&drift::drift(&whole(), NARROW, true));
    assert_narrow(&receipt::receipt(&super::test_support::receipt(), NARROW));
    let stored = super::test_support::document();
    assert_narrow(&receipt::document(&stored, NARROW));
}

#[test]
fn findings_with_their_hints() {
    let source = Arc::new(Source::new(
        "manifests/customers/emea/acme.yaml".to_owned(),
        format!("spec:\n  iban: {}\n", "x".repeat(100)),
    ));
    let place = Place {
        source,
        span: 8..112,
    };
    let finding = Finding::error(
        "unknown-value",
        place,
        "`Prepayed` is not one of the values that the provider is known to take for this field",
    )
    .hint("did you mean `Prepaid`? The provider may know others, which can be seen in its console");
    let shown = findings::text(&[finding], NARROW);
    assert_narrow(&shown);
    assert!(
        shown.contains("\n                      that the provider"),
        "{shown}"
    );
}

#[test]
fn what_doctor_says() {
    let mut report = doctor::Report::new(&ProviderName("toy-prod".into()), "toy");
    let diagnosis = Diagnosis::bad(
        "credentials",
        "the provider refused the login with status 401 and said that the password is wrong\nand a second line that is much longer than the sixty columns of the terminal",
    );
    let hint = "make a new token in the console, and put it where the manifest says it is";
    report.add(diagnosis.hint(hint));
    assert_narrow(&doctor::text(&[report], NARROW));
}

#[test]
fn every_field_of_every_kind_explained() {
    let topics: Vec<explain::Topic> = export(ALL, &[])
        .iter()
        .map(|(_, text)| serde_json::from_str(text).expect("a schema is JSON"))
        .filter_map(|schema| explain::Topic::of(&schema, ALL))
        .collect();
    assert_narrow(&explain::kinds(&topics, NARROW));
    let mut explained = 0;
    for topic in &topics {
        for path in topic.paths() {
            let shown = explain::explain(topic, &path, NARROW).expect("a field");
            assert_narrow(&shown);
            explained += 1;
        }
    }
    assert!(explained > 150, "only {explained} fields were explained");
}

#[test]
fn messages_stay_on_a_line_unless_the_terminal_is_narrow() {
    let sentence = "a sentence that is so long that it does not fit into sixty columns";
    let one = text::fitted("error: ", sentence, Style::default());
    assert_eq!(one.lines().count(), 1);
    assert_eq!(
        text::fitted("error: ", sentence, NARROW),
        "error: a sentence that is so long that it does not fit into\n       sixty columns"
    );
}
