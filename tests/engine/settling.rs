//! What a call that a run left open is taken to have become.

use std::collections::BTreeMap;

use trueup::{
    journal::{
        Header, HeaderProvider, Holder, IntentTaken, JOURNAL_FORMAT, Past, Settling, Taken, settle,
    },
    model::{Digest, FingerprintKey, ProviderName, RemoteId},
    observed::ProviderView,
    provider::{Action, Completeness, Lookups, Repeat},
    receipt::Found,
};

use super::world::{Seen, World};
use crate::toy::desired::{address, customer, text};

fn provider() -> ProviderName {
    ProviderName("toy".into())
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
    let locks: BTreeMap<ProviderName, String> = locks
        .iter()
        .map(|(name, lock)| (ProviderName((*name).into()), (*lock).to_owned()))
        .collect();
    let now = Settling {
        desired: &seen.desired,
        observed: &seen.observed,
        plan: &seen.planned.plan,
        locks: &locks,
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

#[tokio::test]
async fn an_update_is_carried_out_where_the_plan_does_not_write_its_fields_again() {
    let world = World::start().await;
    world.settle(&[customer("acme")]).await;
    let id = world.id("acme");
    let quiet = world.plan(&[customer("acme")]).await;
    let open = past(Action::Update, Some(&id), &["note"], &quiet);
    let carried_out = Some(Found::CarriedOut { remote: None });
    assert_eq!(settled(&open, &quiet), carried_out);
    let left = world
        .plan(&[customer("acme").set("note", text("new"))])
        .await;
    assert_eq!(settled(&open, &left), Some(Found::Left));
    let other = past(Action::Update, Some(&id), &["name"], &left);
    assert_eq!(settled(&other, &left), carried_out);
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
