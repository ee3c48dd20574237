mod bases;
mod causes;
mod guards;
mod later;
mod reading;

use std::fmt::Write as _;

use jiff::Timestamp;

use super::*;
use crate::{
    desired::{Desired, Environment, Options, desire},
    manifest::{load, toy},
    model::{Finding, ProviderName, RemoteId, Shown, field::Class},
    plan::{
        Base, Cause, Change, Counts, Effect, FieldChange, ManifestPlace, Marks, Plan, PlanProvider,
        Ruling,
    },
    provider::Action,
};

const HEAD: &str = "apiVersion: trueup.dev/v1alpha1\nkind: ";

/// A provider of the toys.
fn provider(name: &str) -> String {
    format!(
        "---\n{HEAD}Provider\nmetadata: {{ name: {name} }}\nspec:\n  toy:\n    \
         baseUrl: https://{name}.example.com\n    \
         credentials: {{ clientId: {{ env: ID }}, clientSecret: {{ env: SECRET }} }}\n"
    )
}

/// A policy; the first line of the spec is line 5 of its file.
fn policy(name: &str, spec: &str) -> String {
    let mut text = format!("{HEAD}Policy\nmetadata: {{ name: {name} }}\nspec:\n");
    for line in spec.lines() {
        let _ = writeln!(text, "  {line}");
    }
    text
}

fn account(name: &str, labels: &str, spec: &str) -> String {
    format!(
        "---\n{HEAD}ToyAccount\nmetadata: {{ name: {name}, labels: {{ {labels} }} }}\n\
         spec: {{ provider: toy-prod, {spec} }}\n"
    )
}

/// Reads manifests, which need not be right but for YAML.
fn read_texts(texts: &[(&str, String)]) -> (Desired, Vec<Finding>) {
    let texts = texts
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.clone().into_bytes()));
    let variables = [
        ("ID", "id"),
        ("SECRET", "top"),
        ("IBAN", "BG80BNBG96611020345678"),
        ("TERM", "90"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let options = Options {
        environment: Environment {
            variables: variables.into(),
            ..Environment::default()
        },
        other_kinds: KINDS,
        ..Options::default()
    };
    desire(load::from_memory(texts), toy::REGISTRY, &options)
}

/// The manifests of a policy and of accounts.
fn wanted(policy: &str, accounts: &str) -> Desired {
    let providers = format!("{}{}", provider("toy-prod"), provider("toy-test"));
    let texts = [
        ("policy.yaml", policy.to_owned()),
        ("providers.yaml", providers),
        ("accounts.yaml", accounts.to_owned()),
    ];
    let (desired, findings) = read_texts(&texts);
    assert!(findings.is_empty(), "{findings:?}");
    let findings = check(&desired, toy::REGISTRY);
    assert!(findings.is_empty(), "{findings:?}");
    desired
}

/// The same as the base of a plan.
fn base_of(desired: Desired) -> Base {
    Base::new("main", "0", desired, &[])
}

/// The policies of a base, for a plan whose records have the keys that their
/// manifests say.
fn governed<'b>(base: &'b Base, head: &Desired) -> Policies<'b> {
    Policies::governed(
        base,
        head,
        &std::collections::BTreeMap::new(),
        toy::REGISTRY,
    )
}

fn place() -> ManifestPlace {
    ManifestPlace {
        file: "accounts.yaml".to_owned(),
        line: 1,
        column: 1,
    }
}

fn change(action: Action, name: &str) -> Change {
    let is_new = action == Action::Create;
    Change {
        address: crate::model::Address {
            kind: "ToyAccount",
            name: name.into(),
        },
        provider: ProviderName("toy-prod".into()),
        remote: (!is_new).then(|| RemoteId(format!("r-{name}"))),
        display_name: Some(name.to_owned()),
        action,
        reason: (action == Action::End).then(|| "contract ended".to_owned()),
        hint: None,
        fields: Vec::new(),
        calls: Vec::new(),
        depends_on: Vec::new(),
        notes: Vec::new(),
        moved_on: Vec::new(),
        place: place(),
    }
}

fn field(path: &str, class: Class, before: Shown, after: Shown) -> FieldChange {
    let fields = toy::REGISTRY[0].kinds[0].fields();
    FieldChange {
        path: fields.path(path).expect("a field of the toys"),
        class,
        cause: Cause::Unknown,
        before,
        after,
        base: None,
        marks: Marks::default(),
        place: place(),
    }
}

/// So many changes of one action, named after it.
fn several(action: Action, number: usize) -> Vec<Change> {
    let word = action.word();
    (0..number)
        .map(|at| change(action, &format!("{word}-{at}")))
        .collect()
}

fn plan_of(changes: Vec<Change>) -> Plan {
    let provider = |name: &str| PlanProvider {
        name: ProviderName(name.into()),
        system: "toy",
        account: None,
        failure: None,
        hint: None,
        unmanaged: Vec::new(),
    };
    Plan {
        format: "trueup.dev/plan/v1alpha1",
        version: "0.0.0",
        providers: vec![provider("toy-prod"), provider("toy-test")],
        counts: Counts::default(),
        base: None,
        rulings: Vec::new(),
        changes,
    }
}

fn today() -> jiff::civil::Date {
    jiff::civil::date(2026, 11, 2)
}

fn at(time: &str) -> Timestamp {
    time.parse().expect("an instant")
}

/// Judges a plan at noon, with all the time there is.
fn judged(desired: &Desired, changes: Vec<Change>, allow: &[&str]) -> Vec<Ruling> {
    judged_at(desired, changes, allow, "2026-11-02T12:00:00Z")
}

fn judged_at(desired: &Desired, changes: Vec<Change>, allow: &[&str], now: &str) -> Vec<Ruling> {
    let policies = Policies::of(desired, toy::REGISTRY);
    judged_by(&policies, desired, changes, allow, now)
}

fn judged_by(
    policies: &Policies<'_>,
    desired: &Desired,
    changes: Vec<Change>,
    allow: &[&str],
    now: &str,
) -> Vec<Ruling> {
    let allow: Vec<Allowance> = allow
        .iter()
        .map(|text| text.parse().expect("an allowance"))
        .collect();
    let moment = Moment {
        now: at(now),
        today: today(),
        out_of_time: &|| false,
    };
    let mut plan = plan_of(changes);
    judge(&mut plan, desired, policies, &allow, &moment);
    plan.rulings
}

/// The rulings, one a line.
fn told(rulings: &[Ruling]) -> String {
    let lines: Vec<String> = rulings
        .iter()
        .map(|ruling| {
            let policy = ruling.policy.as_deref().unwrap_or("-");
            let effect = ruling.effect.word();
            format!("{effect} {policy} {}: {}", ruling.rule, ruling.message)
        })
        .collect();
    lines.join("\n")
}

fn is_refused(rulings: &[Ruling]) -> bool {
    rulings.iter().any(|ruling| ruling.effect == Effect::Deny)
}
