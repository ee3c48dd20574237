//! What a call that a run left open is taken to have become.

use std::collections::BTreeMap;

use trueup::{
    journal::{
        Header, HeaderProvider, Holder, IntentTaken, JOURNAL_FORMAT, Past, Settling, Taken, settle,
    },
    model::{Digest, FingerprintKey, ProviderName, RemoteId},
    observed::ProviderView,
    plan::Planned,
    provider::{Action, Completeness, Lookups, Repeat},
    receipt::Found,
};

use super::world::{Seen, World};
use crate::toy::desired::{address, customer, text};

fn provider() -> ProviderName {
    ProviderName("toy".into())
}

/// What a user has set for fingerprints.
fn user_key() -> FingerprintKey {
    FingerprintKey::from_text("a key that the user has set")
}

/// The run that left a call open.
const RUN: &str = "earlier";

/// A run that left one call open.
fn past(action: Action, remote: Option<&str>, fields: &[&str], seen: &Seen) -> Past {
    let at = "2026-11-02T09:00:00Z".parse().expect("an instant");
    let kind = seen.desired.resources.first().map(|resource| resource.kind);
    let intent = IntentTaken {
        sequence: 1,
        at,
        address: address("acme"),
        provider: provider(),
        action,
        operation: "CALL",
        purpose: None,
        fields: fields
            .iter()
            .map(|path| kind.expect("a resource").path(path))
            .collect(),
        repeat: Repeat::Safe,
        remote: remote.map(|remote| RemoteId(remote.to_owned())),
        key: FingerprintKey::from_text(RUN)
            .start("record-key")
            .text("ToyCustomer")
            .text("acme")
            .finish(),
    };
    Past {
        header: Header {
            format: JOURNAL_FORMAT.to_owned(),
            run: RUN.to_owned(),
            version: "0.1.0".to_owned(),
            started: at,
            plan: Digest::of_bytes(b"plan"),
            blocked: 0,
            manifests: vec!["customers".to_owned()],
            providers: vec![HeaderProvider {
                name: provider(),
                system: "toy".to_owned(),
                lock: "an account".to_owned(),
                timeout_seconds: Some(60),
            }],
            holder: Holder {
                user: "anna".to_owned(),
                host: "build-7".to_owned(),
                pid: 1,
            },
        },
        records: vec![Taken::Intent(intent)],
    }
}

fn settled_at(past: &Past, seen: &Seen, lock: &str) -> Option<Found> {
    settled_with(past, seen, &[("toy", lock)])
}

fn settled_with(past: &Past, seen: &Seen, locks: &[(&str, &str)]) -> Option<Found> {
    settled_of(past, seen, locks, "./customers/")
}

/// What is found where that was read.
fn settled_of(past: &Past, seen: &Seen, locks: &[(&str, &str)], input: &str) -> Option<Found> {
    let manifests = [input.to_owned()];
    let key = user_key();
    let locks: BTreeMap<ProviderName, String> = locks
        .iter()
        .map(|(name, lock)| (ProviderName((*name).into()), (*lock).to_owned()))
        .collect();
    let now = Settling {
        desired: &seen.desired,
        observed: &seen.observed,
        plan: &seen.planned.plan,
        locks: &locks,
        manifests: &manifests,
        key: Some(&key),
    };
    let mut settled = settle(past, &now);
    settled.pop().map(|settled| settled.found)
}

fn settled(past: &Past, seen: &Seen) -> Option<Found> {
    settled_at(past, seen, "an account")
}

#[tokio::test]
async fn a_create_is_found_or_proved_absent_or_stays_open() {
    let world = World::start().await;
    let manifests = [customer("acme")];
    let seen = world.plan(&manifests).await;
    let open = past(Action::Create, None, &[], &seen);
    assert_eq!(settled(&open, &seen), Some(Found::NotDone));
    assert_eq!(settled_at(&open, &seen, "another account"), None);
    world.knob("listing", "short");
    let seen = world.plan(&manifests).await;
    assert!(matches!(settled(&open, &seen), Some(Found::Unknown { .. })));
    world.knob("listing", "complete");
    world.settle(&manifests).await;
    let seen = world.plan(&manifests).await;
    let remote = Some(RemoteId(world.id("acme")));
    assert_eq!(settled(&open, &seen), Some(Found::CarriedOut { remote }));
}

/// Another name of the account is not asked about the resource.
#[tokio::test]
async fn a_call_is_settled_through_the_provider_of_its_resource() {
    let world = World::start().await;
    let mut seen = world.plan(&[customer("acme")]).await;
    let open = past(Action::Create, None, &[], &seen);
    let view = ProviderView {
        account: "1".to_owned(),
        lookups: Lookups::default(),
        completeness: Completeness::ByKey,
        create_notes: BTreeMap::new(),
        matches: BTreeMap::new(),
        unmanaged: Vec::new(),
    };
    let other = ProviderName("another".into());
    seen.observed.providers.insert(other, Ok(view));
    let one = ("another", "an account");
    let both = [one, ("toy", "an account")];
    assert_eq!(settled_with(&open, &seen, &both), Some(Found::NotDone));
    // Nobody could ask which account it is about now.
    assert_eq!(settled_with(&open, &seen, &[one]), None);
    let why = "its manifest is about another provider now".to_owned();
    let moved = [one, ("toy", "another account")];
    assert_eq!(
        settled_with(&open, &seen, &moved),
        Some(Found::GivenUp { why })
    );
}

#[tokio::test]
async fn a_record_without_a_manifest_is_recognised_by_the_fingerprint_of_its_key() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let seen = world.plan(&[customer("other")]).await;
    let open = past(Action::Create, None, &[], &seen);
    let remote = Some(RemoteId(world.id("acme")));
    assert_eq!(settled(&open, &seen), Some(Found::CarriedOut { remote }));
    world.end("acme");
    let seen = world.plan(&[customer("other")]).await;
    assert!(matches!(settled(&open, &seen), Some(Found::GivenUp { .. })));
}

/// What a manifest describes by now says nothing of a call about another record.
#[tokio::test]
async fn a_call_is_not_settled_by_the_record_of_another_key() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let id = world.id("acme");
    let other_key = || {
        let acme = customer("acme").set("name", text("another name"));
        acme.key("acme-2")
    };
    let seen = world.plan(&[other_key()]).await;
    let create = past(Action::Create, None, &[], &seen);
    let remote = Some(RemoteId(id.clone()));
    assert_eq!(settled(&create, &seen), Some(Found::CarriedOut { remote }));
    for (action, fields) in [(Action::End, &[][..]), (Action::Update, &["note"][..])] {
        let open = past(action, Some(&id), fields, &seen);
        let found = settled(&open, &seen);
        assert!(
            matches!(found, Some(Found::GivenUp { .. })),
            "{action:?}: {found:?}"
        );
    }
    world.end("acme");
    let found = settled(&create, &world.plan(&[other_key()]).await);
    assert!(matches!(found, Some(Found::GivenUp { .. })), "{found:?}");
}

/// The record may be as it was before a call that was never carried out, and the
/// manifest may have been put back to that.
#[tokio::test]
async fn an_update_is_not_said_to_be_carried_out_where_nothing_is_left_to_write() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let id = world.id("acme");
    let quiet = world.plan(&[customer("acme")]).await;
    let open = past(Action::Update, Some(&id), &["note"], &quiet);
    assert_eq!(settled(&open, &quiet), Some(Found::InLine));
    let left = world
        .plan(&[customer("acme").set("note", text("new"))])
        .await;
    assert_eq!(settled(&open, &left), Some(Found::Left));
    let other = past(Action::Update, Some(&id), &["name"], &left);
    assert_eq!(settled(&other, &left), Some(Found::InLine));
}

/// With a key of the user's the journal tells what was to be written, whatever the
/// manifest wants by now.
#[tokio::test]
async fn what_a_call_was_to_write_is_known_by_its_fingerprints_where_there_is_a_key() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let id = world.id("acme");
    let with_note = |note: &str| [customer("acme").set("note", text(note))];
    let seen = world.plan(&with_note("new")).await;
    let under = |key: Option<&FingerprintKey>| {
        let mut open = past(Action::Update, Some(&id), &["note"], &seen);
        let Planned { plan, work } = &seen.planned;
        let change = plan.to_do().next().expect("a change");
        let planned = Taken::planned(change, work.get(&change.address), key);
        open.records.insert(0, planned);
        open
    };
    let opens = [
        under(Some(&user_key())),
        under(Some(&FingerprintKey::from_text("another key"))),
        under(None),
    ];
    let quiet = world.plan(&[customer("acme")]).await;
    for open in &opens {
        assert_eq!(settled(open, &quiet), Some(Found::InLine));
        assert_eq!(settled(open, &seen), Some(Found::Left));
    }
    world.settle(&with_note("new")).await;
    let carried_out = Found::CarriedOut { remote: None };
    let in_line = world.plan(&with_note("new")).await;
    let changed = world.plan(&with_note("newer")).await;
    for (open, seen, found) in [
        (&opens[0], &in_line, &carried_out),
        (&opens[0], &changed, &carried_out),
        (&opens[1], &in_line, &Found::InLine),
        (&opens[1], &changed, &Found::Left),
        (&opens[2], &in_line, &Found::InLine),
    ] {
        assert_eq!(settled(open, seen).as_ref(), Some(found));
    }
}

/// What a manifest adopts was not made by the call, also when it has our key by now.
#[tokio::test]
async fn a_create_is_not_settled_by_a_record_that_is_adopted() {
    let world = World::start().await;
    world.settle(&[customer("before")]).await;
    let id = world.id("before");
    let adopting = || customer("acme").adopts(&id);
    let seen = world.plan(&[adopting()]).await;
    let open = past(Action::Create, None, &[], &seen);
    let why =
        format!("its manifest adopts the record {id}, and no other one that is live has our key");
    let given_up = Some(Found::GivenUp { why });
    assert_eq!(settled(&open, &seen), given_up);
    world.settle(&[adopting()]).await;
    assert_eq!(world.id("acme"), id);
    let seen = world.plan(&[adopting()]).await;
    assert_eq!(settled(&open, &seen), given_up);
    world.knob("listing", "short");
    let found = settled(&open, &world.plan(&[adopting()]).await);
    assert!(matches!(found, Some(Found::Unknown { .. })), "{found:?}");
}

#[tokio::test]
async fn a_create_is_found_beside_the_record_that_its_manifest_adopts() {
    let world = World::start().await;
    world.settle(&[customer("before"), customer("acme")]).await;
    let adopting = customer("acme").adopts(&world.id("before"));
    let seen = world.plan(&[adopting]).await;
    let open = past(Action::Create, None, &[], &seen);
    let remote = Some(RemoteId(world.id("acme")));
    assert_eq!(settled(&open, &seen), Some(Found::CarriedOut { remote }));
}

#[tokio::test]
async fn an_end_is_carried_out_where_the_record_has_gone() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let id = world.id("acme");
    let seen = world.plan(&[customer("acme")]).await;
    let open = past(Action::End, Some(&id), &[], &seen);
    assert_eq!(settled(&open, &seen), Some(Found::Left));
    world.end("acme");
    let seen = world.plan(&[customer("acme")]).await;
    assert_eq!(
        settled(&open, &seen),
        Some(Found::CarriedOut { remote: None })
    );
}

/// The name of a manifest is no part of the record.
#[tokio::test]
async fn a_call_is_settled_by_the_manifest_that_describes_the_record_by_now() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let id = world.id("acme");
    let renamed = || customer("acme-hotels").key("acme");
    let seen = world.plan(&[renamed()]).await;
    let create = past(Action::Create, None, &[], &seen);
    let remote = Some(RemoteId(id.clone()));
    assert_eq!(settled(&create, &seen), Some(Found::CarriedOut { remote }));
    let update = past(Action::Update, Some(&id), &["note"], &seen);
    assert_eq!(settled(&update, &seen), Some(Found::InLine));
    let end = past(Action::End, Some(&id), &[], &seen);
    assert_eq!(settled(&end, &seen), Some(Found::Left));
    // Not selected, it is not looked at.
    let seen = world
        .plan(&[renamed().unselected(), customer("other")])
        .await;
    assert_eq!(settled(&create, &seen), None);
    world.end("acme");
    let seen = world.plan(&[renamed()]).await;
    let remote = None;
    assert_eq!(settled(&end, &seen), Some(Found::CarriedOut { remote }));
}

/// What was not read may describe the record, and what is not listed may be there.
#[tokio::test]
async fn a_call_stays_open_where_its_manifest_or_its_record_may_be_elsewhere() {
    let world = World::start().await;
    let seen = world.plan(&[customer("other")]).await;
    let create = past(Action::Create, None, &[], &seen);
    let update = past(Action::Update, Some("7"), &["note"], &seen);
    let locks = [("toy", "an account")];
    for open in [&create, &update] {
        for input in ["customers/other.yaml", "custom", "/customers", "-"] {
            let found = settled_of(open, &seen, &locks, input);
            let why = "no manifest that was read describes the record, and its run read \
                       `customers` too, which may hold one: give it with -f"
                .to_owned();
            assert_eq!(found, Some(Found::Unknown { why }), "{input}");
        }
        for input in ["customers", "./customers/", "."] {
            let found = settled_of(open, &seen, &locks, input);
            let why = "no manifest that was read describes the record".to_owned();
            assert_eq!(found, Some(Found::GivenUp { why }), "{input}");
        }
    }
    world.knob("listing", "short");
    let seen = world.plan(&[customer("other")]).await;
    for open in [&create, &update] {
        let found = settled(open, &seen);
        assert!(matches!(found, Some(Found::Unknown { .. })), "{found:?}");
    }
}
