use super::*;
use crate::{
    plan::RulingKind,
    report::{
        annotation, github, html, markdown,
        test_support::{address, change, golden, place, whole},
        text,
    },
};

fn ruling(effect: Effect, message: &str) -> Ruling {
    Ruling {
        effect,
        kind: RulingKind::Rule,
        policy: Some("default".to_owned()),
        rule: "a-rule".to_owned(),
        provider: None,
        message: message.to_owned(),
        figure: None,
        limit: None,
        hint: None,
        allow: None,
        addresses: vec![address("acme")],
        place: Some(place("policy.yaml", 12)),
    }
}

fn refused() -> Plan {
    let limit = Ruling {
        kind: RulingKind::Limit,
        policy: None,
        rule: "updates.max".to_owned(),
        provider: Some(crate::model::ProviderName("toy-prod".into())),
        figure: Some(231),
        limit: Some("200".to_owned()),
        hint: Some("split the change, or allow exactly this number".to_owned()),
        allow: Some("--allow toy-prod.updates=231".to_owned()),
        addresses: (0..231).map(|at| address(&format!("c{at}"))).collect(),
        place: None,
        ..ruling(
            Effect::Deny,
            "231 records would be updated, and at most 200 may be",
        )
    };
    Plan {
        rulings: vec![
            limit,
            ruling(Effect::Warn, "look ``` \u{202e} <b>here</b> @all"),
        ],
        changes: vec![change(crate::provider::Action::Update, "acme")],
        ..whole()
    }
}

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
