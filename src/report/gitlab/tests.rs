//! The code-quality report, whole.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::{
    model::Shown,
    report::{
        annotation::of_plan,
        test_support::{golden, whole},
    },
};

#[test]
fn the_whole_report() {
    golden("plan.gitlab.json", &report(&of_plan(&whole())));
    assert_eq!(report(&[]), "[]\n");
}

fn fingerprints(annotations: &[Annotation]) -> Vec<String> {
    let report: Value = serde_json::from_str(&report(annotations)).expect("JSON");
    let issues = report.as_array().expect("an array").iter();
    issues
        .map(|issue| issue["fingerprint"].as_str().expect("text").to_owned())
        .collect()
}

#[test]
fn fingerprints_tell_remarks_apart_and_stay() {
    let before = of_plan(&whole());
    let mut plan = whole();
    for change in &mut plan.changes {
        change.place.line += 7;
        for field in &mut change.fields {
            field.after = Shown::Text("another value".to_owned());
        }
    }
    assert_eq!(fingerprints(&before), fingerprints(&of_plan(&plan)));
    let twice = [before.clone(), before].concat();
    let all: BTreeSet<String> = fingerprints(&twice).into_iter().collect();
    assert_eq!(all.len(), twice.len());
}
