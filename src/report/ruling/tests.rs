use super::*;
use crate::report::{
    annotation, github, html, markdown,
    test_support::{golden, refused, ruling},
    text,
};

#[test]
fn rulings_come_first_in_every_format() {
    let plan = refused();
    golden("refused.txt", &text::plan(&plan, Style::default(), false));
    golden("refused.md", &markdown::plan(&plan));
    let annotations = annotation::of_plan(&plan);
    golden("refused.github", &github::commands("Plan", &annotations));
    let page = html::plan(&plan);
    assert!(page.contains("<li>refused by limit updates.max, built in, at toy-prod"));
    assert!(page.contains("&lt;b&gt;here") && !page.contains("<b>here"));
}

#[test]
fn a_thousand_rulings_leave_room_for_the_changes() {
    let long = "x".repeat(2_000);
    let plan = Plan {
        rulings: vec![ruling(Effect::Deny, &long); 1_000],
        ..refused()
    };
    let comment = markdown::plan(&plan);
    assert!(comment.len() <= markdown::COMMENT_BYTES_MAX);
    assert!(comment.contains("ToyCustomer/acme") && comment.contains("**Resources**"));
}
