//! Policies that could not be read, and what a base knows of records.

use std::collections::BTreeMap;

use super::*;
use crate::{
    model::{Address, Leaf, Tree},
    plan::Work,
};

const NOON: &str = "2026-11-02T12:00:00Z";

fn update(name: &str) -> Vec<Change> {
    vec![change(Action::Update, name)]
}

#[test]
fn a_policy_holds_whichever_providers_are_read() {
    let spec = "providers: [toy-prod, toy-test]\n\
                freeze:\n- { from: 2026-11-01, to: 2026-11-03, timeZone: UTC, reason: x }";
    let mut desired = wanted(&policy("default", spec), &account("update-0", "", ""));
    desired
        .providers
        .retain(|config| &*config.name.0 == "toy-prod");
    // That a provider is not declared is said when manifests are read.
    assert_eq!(check(&desired, toy::REGISTRY).len(), 1);
    let rulings = judged(&desired, update("update-0"), &[]);
    assert!(
        told(&rulings).starts_with("refused default freeze[0]: "),
        "{}",
        told(&rulings)
    );
    // Nor does it differ from the one of the base.
    let base = base_of(wanted(&policy("default", spec), ""));
    assert!(governed(&base, &desired).changes().is_empty());
}

#[test]
fn a_policy_with_errors_refuses_everything_without_a_base_too() {
    let broken = policy("default", "limits: { ends: { mx: 1 } }");
    let (desired, _) = read_texts(&[("policy.yaml", broken)]);
    assert_eq!(
        told(&judged(&desired, update("update-0"), &[])),
        "refused default unreadable: policy default has errors; \
         everything is refused until it is right"
    );
    assert_eq!(told(&judged(&desired, several(Action::None, 1), &[])), "");
}

#[test]
fn of_two_policies_with_one_name_neither_is_known() {
    let twice = policy("default", "limits: { ends: { max: 1 } }")
        + "---\n"
        + &policy("default", "limits: { ends: { max: 0 } }");
    let base = base_of(read_texts(&[("policy.yaml", twice)]).0);
    let head = wanted(&policy("default", "limits: { ends: { max: 1 } }"), "");
    let policies = governed(&base, &head);
    assert_eq!(policies.changes().len(), 1);
    assert_eq!(
        told(&judged_by(&policies, &head, update("update-0"), &[], NOON)),
        "refused default unreadable: policy default has errors at main; \
         everything is refused until it is right there"
    );
}

#[test]
fn a_document_that_cannot_be_read_may_be_a_policy() {
    for broken in [
        "a: {".to_owned(),
        policy("Default_X", "limits: { ends: { max: 1 } }"),
        policy("default", "limits: { ends: { max: 1 } }").replace("Policy", "Polcy"),
    ] {
        let (desired, findings) = read_texts(&[("policy.yaml", broken)]);
        let base = Base::new("main", "0", desired, &findings);
        let head = wanted("", &account("update-0", "", ""));
        let policies = governed(&base, &head);
        assert_eq!(
            told(&judged_by(&policies, &head, update("update-0"), &[], NOON)),
            "refused - unreadable: not all documents of main could be read, and a policy may be \
             among them; everything is refused until they can be read there"
        );
        let nothing = several(Action::None, 1);
        assert!(!is_refused(&judged_by(
            &policies,
            &head,
            nothing,
            &[],
            NOON
        )));
    }
    // A record with errors is no policy.
    let wrong = account("acme", "", "basic: { accountNme: x }");
    let texts = [
        ("providers.yaml", provider("toy-prod")),
        ("accounts.yaml", wrong),
    ];
    let (desired, findings) = read_texts(&texts);
    assert_eq!(findings.len(), 1, "{findings:?}");
    let base = Base::new("main", "0", desired, &findings);
    let head = wanted("", &account("update-0", "", ""));
    let policies = governed(&base, &head);
    assert!(!is_refused(&judged_by(
        &policies,
        &head,
        update("update-0"),
        &[],
        NOON
    )));
}

#[test]
fn an_error_at_the_base_sheds_no_protection() {
    let protect = policy(
        "default",
        "protect:\n- { labels: tier=gold, reason: sales }",
    );
    for (labels, is_protected) in [("tier: gold", true), ("", false)] {
        let wrong = account("update-0", labels, "basic: { accountNme: x }");
        let (desired, findings) = read_texts(&[
            ("providers.yaml", provider("toy-prod")),
            ("policy.yaml", protect.clone()),
            ("accounts.yaml", wrong),
        ]);
        assert_eq!(findings.len(), 1, "{findings:?}");
        let base = Base::new("main", "0", desired, &findings);
        let head = wanted("", &account("update-0", "", ""));
        let policies = governed(&base, &head);
        let rulings = judged_by(&policies, &head, update("update-0"), &[], NOON);
        assert_eq!(is_refused(&rulings), is_protected, "{labels}");
    }
}

#[test]
fn a_manifest_of_no_known_provider_at_the_base_sheds_no_protection() {
    let protect = policy(
        "default",
        "protect:\n- { labels: tier=gold, reason: sales }",
    );
    let providers = provider("toy-prod") + &provider("toy-test");
    let adopting = |manifest: &str| {
        let adopt = "annotations: { trueup.dev/adopt: r-other }, labels:";
        manifest.replace("labels:", adopt)
    };
    let gold = |labels: &str| account("gold", labels, "");
    let keyed = account("other", "", "basic: { accountCode: gold }");
    let adopter = adopting(&account("other", "", ""));
    for (base, head, is_protected) in [
        (gold("tier: gold"), &keyed, true),
        (gold(""), &keyed, false),
        (gold("tier: gold"), &account("other", "", ""), false),
        (adopting(&gold("tier: gold")), &adopter, true),
    ] {
        for provider in ["provider: toy-prd,", ""] {
            let (desired, findings) = read_texts(&[
                ("providers.yaml", providers.clone()),
                ("policy.yaml", protect.clone()),
                (
                    "accounts.yaml",
                    base.replace("provider: toy-prod,", provider),
                ),
            ]);
            assert_eq!(findings.len(), 1, "{findings:?}");
            let base = Base::new("main", "0", desired, &findings);
            let head = wanted("", head);
            let policies = governed(&base, &head);
            let rulings = judged_by(&policies, &head, update("other"), &[], NOON);
            assert_eq!(is_refused(&rulings), is_protected, "`{provider}`");
        }
    }
}

/// What a plan relied on: that the record had this key.
fn with_live_key(name: &str, key: Leaf) -> BTreeMap<Address, Work> {
    let kind = &toy::REGISTRY[0].kinds[0];
    let work = Work {
        desired: Tree::default(),
        relied_on: [(kind.path(kind.key), key)].into(),
        ended: None,
    };
    [(change(Action::Adopt, name).address, work)].into()
}

#[test]
fn an_adopted_record_keeps_the_protection_of_its_key_and_of_its_id() {
    let protect = policy(
        "default",
        "protect:\n- { labels: tier=gold, reason: sales }",
    );
    let adopting = |name: &str, labels: &str| {
        account(name, labels, "").replace(
            "labels:",
            "annotations: { trueup.dev/adopt: r-other }, labels:",
        )
    };
    let head = wanted("", &adopting("other", ""));
    let acme = || Leaf::Text("acme".to_owned());
    for (base, key, is_protected) in [
        (account("acme", "tier: gold", ""), acme(), true),
        (account("acme", "", ""), acme(), false),
        (
            account("acme", "tier: gold", ""),
            Leaf::Text("beta".to_owned()),
            false,
        ),
        (account("acme", "tier: gold", ""), Leaf::Unset, false),
        // One that the base was to adopt, and has not yet.
        (adopting("acme", "tier: gold"), Leaf::Unset, true),
        (adopting("acme", ""), Leaf::Unset, false),
    ] {
        let base = base_of(wanted(&protect, &base));
        let work = with_live_key("other", key.clone());
        let policies = Policies::governed(&base, &head, &work, toy::REGISTRY);
        let changes = vec![change(Action::Adopt, "other")];
        let rulings = judged_by(&policies, &head, changes, &[], NOON);
        assert_eq!(is_refused(&rulings), is_protected, "{key:?}");
    }
}

/// Something is in the way of the adoption, so that the plan knows no record: the
/// manifest says which one will be changed once the way is free.
#[test]
fn an_adoption_that_is_blocked_sheds_no_protection() {
    let protect = policy(
        "default",
        "protect:\n- { labels: tier=gold, reason: sales }",
    );
    let adopting = |manifest: &str| {
        let adopt = "annotations: { trueup.dev/adopt: r-acme }, labels:";
        manifest.replace("labels:", adopt)
    };
    let other = account("other", "", "basic: { accountName: B }");
    for (base, head, is_protected) in [
        (adopting(&gold("A")), adopting(&other), true),
        (adopting(&bare("A")), adopting(&other), false),
        (adopting(&gold("A")), other.clone(), false),
    ] {
        let old = base_of(wanted(&protect, &base));
        let new = wanted("", &head);
        let mut blocked = change(Action::Blocked, "other");
        blocked.remote = None;
        let rulings = judged_by(&governed(&old, &new), &new, vec![blocked], &[], NOON);
        assert_eq!(is_refused(&rulings), is_protected, "{base}\n{head}");
    }
}

/// The same manifest with an end.
fn ends(day: &str, manifest: &str) -> String {
    let end = format!("spec: {{ end: {{ on: {day}, reason: done }},");
    manifest.replace("spec: {", &end)
}

fn gold(name: &str) -> String {
    let spec = format!("basic: {{ accountName: {name} }}");
    account("acme", "tier: gold", &spec)
}

/// The same without its label.
fn bare(name: &str) -> String {
    gold(name).replace("tier: gold", "")
}

/// What a change of the manifests does only after it is merged is protected too.
#[test]
fn a_protection_is_not_shed_by_what_is_done_later() {
    let protect = policy(
        "default",
        "protect:\n- { labels: tier=gold, reason: sales }",
    );
    for (base, head, action, is_protected) in [
        // An end on a later day, with and without the label.
        (
            gold("A"),
            ends("2099-01-01", &bare("A")),
            Action::None,
            true,
        ),
        (
            gold("A"),
            ends("2099-01-01", &gold("A")),
            Action::None,
            true,
        ),
        (
            ends("2099-01-01", &gold("A")),
            ends("2098-01-01", &gold("A")),
            Action::None,
            true,
        ),
        (
            ends("2099-01-01", &gold("A")),
            ends("2099-01-01", &bare("A")),
            Action::None,
            false,
        ),
        // One that is due where no record is left to end.
        (
            gold("A"),
            ends("2026-01-01", &gold("A")),
            Action::None,
            false,
        ),
        // A change that is blocked, and so is carried out by whoever unblocks it.
        (gold("A"), bare("B"), Action::Blocked, true),
        (gold("A"), bare("A"), Action::Blocked, false),
        (bare("A"), bare("B"), Action::Blocked, false),
        // Taking a label off alone, or writing what is there, touches nothing.
        (gold("A"), bare("A"), Action::None, false),
        (gold("A"), bare("B"), Action::None, false),
    ] {
        let old = base_of(wanted(&protect, &base));
        let new = wanted("", &head);
        let rulings = judged_by(
            &governed(&old, &new),
            &new,
            vec![change(action, "acme")],
            &[],
            NOON,
        );
        assert_eq!(is_refused(&rulings), is_protected, "{base}\n{head}");
    }
}

/// An update that may be made does not hide the end that may not.
#[test]
fn an_update_hides_no_end_of_a_later_day() {
    let protect = policy(
        "default",
        "protect:\n- { labels: tier=gold, actions: [end], reason: sales }",
    );
    let old = base_of(wanted(&protect, &gold("A")));
    for (head, is_protected) in [(ends("2099-01-01", &bare("B")), true), (bare("B"), false)] {
        let new = wanted("", &head);
        let changes = vec![change(Action::Update, "acme")];
        let rulings = judged_by(&governed(&old, &new), &new, changes, &[], NOON);
        assert_eq!(is_refused(&rulings), is_protected, "{head}");
    }
}
