//! A plan and a receipt with one of everything, and the files that hold what
//! they should come out as.

use std::{env, fs, path::PathBuf};

use serde_json::json;

use crate::{
    apply::{Answer, Outcome, Receipt, Verdict, VerdictCounts},
    model::{
        Address, Digest, FieldMap, FieldPath, FingerprintKey, Leaf, ProviderName, RemoteId, Shown,
        field::Class,
    },
    observed::Unmanaged,
    plan::{
        Cause, Change, Counts, Effect, EndpointChange, FieldChange, ManifestPlace, ManifestState,
        Marks, Plan, PlanBase, PlanProvider, PolicyChange, Removed, Ruling, RulingKind,
    },
    provider::{Action, Call, Repeat},
    receipt::{Document, Found, Head, Sent, Settled, State, Unchained},
};

/// Compares with the file of that name under `tests/golden/`. With the variable
/// `TRUEUP_BLESS` set, the file is written instead; read it before you commit.
#[expect(
    clippy::disallowed_methods,
    reason = "a switch for whoever runs the tests"
)]
pub(super) fn golden(name: &str, actual: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let path = folder.join(name);
    if env::var_os("TRUEUP_BLESS").is_some() {
        fs::create_dir_all(folder).expect("a folder");
        fs::write(&path, actual).expect("a file");
    }
    let expected = fs::read_to_string(&path).expect("a golden file");
    let diff = similar::TextDiff::from_lines(expected.as_str(), actual);
    let diff = diff.unified_diff().header("golden", "actual").to_string();
    assert!(expected == actual, "{name}:\n{diff}");
}

pub(super) fn path(path: &str) -> FieldPath {
    let leaf = json!({ "type": "string" });
    let schema = json!({ "properties": {
        "name": leaf, "note": leaf, "parent": leaf, "channels": leaf, "country": leaf, "state": leaf,
        "billing": { "properties": { "iban": leaf, "vatNumber": leaf, "paymentDays": leaf } },
    } });
    let fields = FieldMap::compile(&schema).expect("a schema");
    fields.path(path).expect("a field")
}

pub(super) fn place(file: &str, line: usize) -> ManifestPlace {
    ManifestPlace {
        file: file.to_owned(),
        line,
        column: 1,
    }
}

pub(super) fn address(name: &str) -> Address {
    Address {
        kind: "ToyCustomer",
        name: name.into(),
    }
}

pub(super) fn change(action: Action, name: &str) -> Change {
    Change {
        address: address(name),
        provider: ProviderName("toy-prod".into()),
        remote: None,
        display_name: None,
        action,
        reason: None,
        hint: None,
        fields: Vec::new(),
        calls: Vec::new(),
        depends_on: Vec::new(),
        notes: Vec::new(),
        moved_on: Vec::new(),
        place: place(&format!("customers/{name}.yaml"), 1),
    }
}

pub(super) fn field(name: &str, class: Class, before: Shown, after: Shown) -> FieldChange {
    FieldChange {
        path: path(name),
        class,
        cause: Cause::Unknown,
        before,
        after,
        base: None,
        marks: Marks::default(),
        place: place("customers/acme.yaml", 9),
    }
}

pub(super) fn text(text: &str) -> Shown {
    Shown::Text(text.to_owned())
}

pub(super) fn masked(text: &str) -> Shown {
    Shown::Masked(text.to_owned())
}

fn update() -> Change {
    let number = |number: i64| Shown::Plain(number.into());
    Change {
        remote: Some(RemoteId("c-17".to_owned())),
        display_name: Some("Acme \u{202e}dtL".to_owned()),
        fields: vec![
            field(
                "billing.iban",
                Class::Bank,
                masked("••••5555"),
                masked("••••5678"),
            ),
            field("billing.paymentDays", Class::Money, number(30), number(14)),
            field(
                "billing.vatNumber",
                Class::Tax,
                masked("••••6789"),
                Shown::Unset,
            ),
            field(
                "channels",
                Class::Other,
                Shown::Unset,
                Shown::Plain(json!(["mail", "phone"])),
            ),
            field("country", Class::Contact, text("Bulgaria"), text("Norway")),
            field(
                "note",
                Class::Other,
                text("same\nold\nsame too\nfar\naway\n"),
                text("same\nnew\nsame too\nfar\naway\n"),
            ),
        ],
        calls: vec![
            Call::new("PATCH /customers/{id}", Repeat::Safe),
            Call::new("PUT /customers/{id}/channels", Repeat::Safe).for_purpose("channels"),
        ],
        ..change(Action::Update, "acme")
    }
}

fn create() -> Change {
    Change {
        display_name: Some("Branch".to_owned()),
        fields: vec![
            field("name", Class::Identity, Shown::Unset, text("Branch")),
            field(
                "parent",
                Class::Identity,
                Shown::Unset,
                Shown::AfterCreateOf("ToyCustomer/head".to_owned()),
            ),
        ],
        notes: vec!["its parent is made first".to_owned()],
        ..change(Action::Create, "branch")
    }
}

fn end() -> Change {
    Change {
        remote: Some(RemoteId("c-3".to_owned())),
        display_name: Some("Old & Sons".to_owned()),
        reason: Some("contract ended".to_owned()),
        ..change(Action::End, "old")
    }
}

fn blocked() -> Change {
    Change {
        display_name: Some("Müller GmbH".to_owned()),
        reason: Some("a record with this name but without our key exists: c-9".to_owned()),
        hint: Some(
            "if it is the same customer, add the annotation trueup.dev/adopt: \"c-9\"; if not, choose another name"
                .to_owned(),
        ),
        ..change(Action::Blocked, "mueller")
    }
}

fn adopt() -> Change {
    Change {
        remote: Some(RemoteId("c-8".to_owned())),
        display_name: Some("`<b>@here|</b>".to_owned()),
        fields: vec![
            field(
                "name",
                Class::Identity,
                text("`<b>@here|</b>"),
                text("Plain"),
            ),
            field("state", Class::Lifecycle, text("trial"), text("active")),
        ],
        ..change(Action::Adopt, "taken-over")
    }
}

fn quiet_with_a_note() -> Change {
    Change {
        remote: Some(RemoteId("c-11".to_owned())),
        display_name: Some("Quiet & Co".to_owned()),
        notes: vec!["ends on 2027-01-01: pilot".to_owned()],
        ..change(Action::None, "noted")
    }
}

/// What became of [`whole`].
pub(super) fn receipt() -> Receipt {
    let outcome = |name: &str, action: Action, verdict: Verdict| Outcome {
        address: address(name),
        provider: ProviderName("toy-prod".into()),
        action,
        verdict,
        remote: Some(RemoteId("c-17".to_owned())),
        reason: None,
        hint: None,
        calls: vec!["PATCH /customers/{id}"],
        not_stored: Vec::new(),
        notes: Vec::new(),
    };
    Receipt {
        counts: VerdictCounts {
            done: 1,
            failed: 1,
            stale: 1,
            unknown: 1,
            blocked: 1,
            ..VerdictCounts::default()
        },
        outcomes: vec![
            Outcome {
                not_stored: vec![path("note")],
                reason: Some("PATCH /customers/{id} was accepted, but `note` was not stored".to_owned()),
                ..outcome("acme", Action::Update, Verdict::Failed)
            },
            Outcome {
                remote: None,
                reason: Some("the answer to POST /customers was lost, and whether <it> was done could not be found out".to_owned()),
                hint: Some("run plan again".to_owned()),
                ..outcome("branch", Action::Create, Verdict::Unknown)
            },
            Outcome {
                reason: Some("`state` has moved since the plan".to_owned()),
                ..outcome("taken-over", Action::Adopt, Verdict::Stale)
            },
            Outcome {
                notes: vec!["the record had ended already".to_owned()],
                ..outcome("old", Action::End, Verdict::Done)
            },
        ],
    }
}

/// The same as a document, with one of everything.
pub(super) fn document() -> Document {
    let instant = |text: &str| text.parse().expect("an instant");
    let key = FingerprintKey::from_text("golden");
    let fingerprint = Some(key.of_leaf(&Leaf::Bool(true)));
    let id = || Some(RemoteId("c-17".to_owned()));
    let answers = [
        Some(Answer::Performed { created: id() }),
        Some(Answer::Unclear { status: Some(502) }),
        Some(Answer::Refused { status: None }),
        None,
    ];
    let found = [
        None,
        Some(Found::CarriedOut { remote: id() }),
        Some(Found::Unknown {
            why: "the provider could not be read".to_owned(),
        }),
        Some(Found::NotDone),
    ];
    let outcomes = receipt().outcomes.into_iter().enumerate();
    let entries =
        outcomes
            .zip(answers.into_iter().zip(found))
            .map(|((at, outcome), (answer, settled))| Unchained {
                before: fingerprint.clone().filter(|_| at != 1),
                after: fingerprint.clone(),
                read_back: fingerprint.clone().filter(|_| at == 0),
                sent: vec![Sent {
                    sequence: at as u64 + 1,
                    operation: "PATCH /customers/{id}",
                    purpose: (at == 0).then_some("name"),
                    at: instant("2026-11-02T09:00:01Z"),
                    answer,
                    settled,
                }],
                outcome,
            });
    let head = Head {
        state: State::Complete,
        run: "20261102T090000Z-0123abcd".to_owned(),
        version: "0.0.0".to_owned(),
        plan: Digest::of(&whole()).expect("JSON"),
        started: instant("2026-11-02T09:00:00Z"),
        ended: instant("2026-11-02T09:00:07Z"),
        blocked: 1,
        settled: vec![Settled {
            run: "20261101T090000Z-4567cdef".to_owned(),
            sequence: 3,
            address: address("acme"),
            operation: "POST /customers",
            found: Found::Left,
        }],
    };
    Document::seal(head, entries.collect()).expect("JSON")
}

pub(super) fn whole() -> Plan {
    let provider = |name: &str| PlanProvider {
        name: ProviderName(name.into()),
        system: "toy",
        account: Some("toy-1".to_owned()),
        failure: None,
        hint: None,
        unmanaged: Vec::new(),
    };
    let stray = Unmanaged {
        kind: "ToyCustomer",
        remote: RemoteId("c-5".to_owned()),
        key: None,
        display_name: "Stray".to_owned(),
    };
    let orphan = Unmanaged {
        kind: "ToyCustomer",
        remote: RemoteId("c-6".to_owned()),
        key: Some("gone".to_owned()),
        display_name: "Gone".to_owned(),
    };
    let mut changes = vec![
        update(),
        create(),
        blocked(),
        change(Action::None, "quiet"),
        adopt(),
        quiet_with_a_note(),
        end(),
    ];
    for change in &mut changes {
        for field in &mut change.fields {
            field.place.file.clone_from(&change.place.file);
        }
    }
    Plan {
        format: "trueup.dev/plan/v1alpha1",
        version: "0.0.0",
        providers: vec![
            PlanProvider {
                account: None,
                failure: Some(
                    "GET /customers: GET https://toy.example/customers: status 503: Service Unavailable (4 attempts in 9.3 s)"
                        .to_owned(),
                ),
                hint: Some("check that the provider is up".to_owned()),
                ..provider("toy-old")
            },
            PlanProvider {
                unmanaged: vec![(&stray).into(), (&orphan).into()],
                ..provider("toy-prod")
            },
        ],
        counts: Counts {
            create: 1,
            adopt: 1,
            update: 1,
            end: 1,
            blocked: 1,
            none: 2,
        },
        base: None,
        rulings: Vec::new(),
        changes,
    }
}

/// What a policy says of a plan.
pub(super) fn ruling(effect: Effect, message: &str) -> Ruling {
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

/// A plan that a limit refuses, and of which a rule warns.
pub(super) fn refused() -> Plan {
    let limit = Ruling {
        kind: RulingKind::Limit,
        policy: None,
        rule: "updates.max".to_owned(),
        provider: Some(ProviderName("toy-prod".into())),
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
        changes: vec![change(Action::Update, "acme")],
        ..whole()
    }
}

/// A plan against a base in which everything is otherwise.
pub(super) fn based() -> Plan {
    let endpoint = |state, name: &str, fields: &[&str]| EndpointChange {
        provider: ProviderName(name.into()),
        state,
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
    };
    let policy = |state, name: &str, fields: &[&str]| PolicyChange {
        policy: name.to_owned(),
        state,
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
    };
    let removed = |name: &str, outcome: &str| Removed {
        address: address(name),
        provider: ProviderName("toy-prod".into()),
        remote: None,
        outcome: format!("manifest removed: {outcome}"),
        place: place(&format!("customers/{name}.yaml"), 1),
    };
    let mut plan = whole();
    for (at, change) in plan.changes.iter_mut().enumerate() {
        for field in &mut change.fields {
            field.cause = if at == 0 { Cause::Drift } else { Cause::Edit };
        }
    }
    plan.base = Some(PlanBase {
        revision: "main".to_owned(),
        commit: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        endpoints: vec![
            endpoint(ManifestState::Removed, "toy-gone", &[]),
            endpoint(ManifestState::Added, "toy-new", &[]),
            endpoint(ManifestState::Broken, "toy-old", &[]),
            endpoint(
                ManifestState::Changed,
                "toy-prod",
                &["toy.baseUrl", "toy.token"],
            ),
        ],
        policies: vec![
            policy(ManifestState::Added, "added", &[]),
            policy(ManifestState::Broken, "broken", &[]),
            policy(ManifestState::Changed, "default", &["limits.ends.max"]),
            policy(ManifestState::Removed, "removed", &[]),
        ],
        removed: vec![
            removed("kept", "ToyCustomer/acme describes its record now"),
            removed("left", "the record c-6 stays (orphan)"),
        ],
        unknown: Vec::new(),
    });
    plan
}
