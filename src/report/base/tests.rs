//! What one format says of a base, each says.

use serde_json::Value;

use super::*;
use crate::{
    plan::EndpointChange,
    report::{
        Style, annotation, github, gitlab, html, markdown,
        test_support::{based, golden, receipt, refused},
        text,
    },
};

/// A format in words: its markup, its escapes and where its lines break are
/// left out.
fn words(shown: &str) -> String {
    let mut plain = String::new();
    let mut rest = shown;
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        rest = after.split_once('>').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    let plain = plain.replace("%2C", ",").replace("%3A", ":");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The texts of a report for GitLab.
fn descriptions(report: &str) -> String {
    let issues: Vec<Value> = serde_json::from_str(report).expect("a list");
    let texts = issues
        .iter()
        .filter_map(|issue| issue["description"].as_str());
    texts.collect::<Vec<_>>().join("\n")
}

/// Each format of a plan, in words.
fn formats(plan: &Plan) -> Vec<(&'static str, String)> {
    let annotations = annotation::of_plan(plan);
    let narrow = Style {
        colour: false,
        width: 40,
    };
    [
        ("text", text::plan(plan, Style::default(), false)),
        ("narrow text", text::plan(plan, narrow, false)),
        ("markdown", markdown::plan(plan)),
        ("html", html::plan(plan)),
        ("github", github::commands("", &annotations)),
        ("gitlab", descriptions(&gitlab::report(&annotations))),
    ]
    .map(|(format, shown)| (format, words(&shown)))
    .into()
}

#[test]
fn what_one_format_says_of_a_base_each_says() {
    // No more remarks than GitHub shows.
    let plan = Plan {
        providers: Vec::new(),
        changes: Vec::new(),
        ..based()
    };
    let base = plan.base.as_ref().expect("a base");
    let governing = governing(&plan).into_iter();
    let governing = governing.map(|governing| governing.sentence);
    let gone = base
        .removed
        .iter()
        .flat_map(|removed| [removed.address.to_string(), removed.outcome.clone()]);
    let expected: Vec<String> = governing.chain(gone).collect();
    assert_eq!(expected.len(), 12);
    for (format, shown) in formats(&plan) {
        for sentence in &expected {
            assert!(shown.contains(sentence), "{format}: {sentence}\n{shown}");
        }
    }
}

#[test]
fn what_a_plan_was_compared_with_is_in_each_text_for_reading() {
    for (format, shown) in formats(&based()) {
        for told in [
            "main (0123456789ab)",
            "! drift: 6 fields in 1 record: the provider changed",
            "edit: ",
        ] {
            let is_remarks = matches!(format, "github" | "gitlab");
            assert!(
                is_remarks || shown.contains(told),
                "{format}: {told}\n{shown}"
            );
        }
    }
}

#[test]
fn the_dangerous_ones_come_first() {
    let governing = governing(&based()).into_iter();
    let subjects: Vec<String> = governing.map(|governing| governing.subject).collect();
    assert_eq!(
        subjects,
        [
            "provider toy-prod",
            "policy default",
            "provider toy-old",
            "policy broken",
            "policy removed",
            "provider toy-new",
            "policy added",
            "provider toy-gone",
        ]
    );
}

#[test]
fn the_whole_of_a_plan_against_a_base() {
    let plan = based();
    golden("based.txt", &text::plan(&plan, Style::default(), false));
    golden("based.md", &markdown::plan(&plan));
    let annotations = annotation::of_plan(&plan);
    golden("based.github", &github::commands("Plan", &annotations));
}

/// A change that declares a thousand providers hides none of the others.
#[test]
fn a_comment_keeps_what_is_dangerous_and_its_length() {
    let mut plan = Plan {
        rulings: refused().rulings,
        ..based()
    };
    let base = plan.base.as_mut().expect("a base");
    let added = base.endpoints[1].clone();
    assert_eq!(added.state, ManifestState::Added);
    let many = (0..1_000).map(|at| EndpointChange {
        provider: crate::model::ProviderName(format!("a-{at}").into()),
        ..added.clone()
    });
    base.endpoints.splice(0..0, many);
    let removed = base.removed[1].clone();
    base.removed.extend(vec![removed; 1_000]);
    let changed = plan.changes[0].clone();
    plan.changes.extend(vec![changed; 1_000]);
    for comment in [markdown::plan(&plan), markdown::applied(&plan, &receipt())] {
        assert!(comment.len() <= markdown::COMMENT_BYTES_MAX);
        assert!(comment.contains("! provider toy-prod differs from main"));
        assert!(comment.contains("! policy default differs from main"));
    }
    assert!(markdown::plan(&plan).contains("ToyCustomer/left: manifest removed"));
}
