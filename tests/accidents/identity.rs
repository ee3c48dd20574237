//! Which record is which, and which is nobody's business.

use std::collections::BTreeSet;

use serde_json::json;
use trueup::{
    model::{Leaf, RemoteId},
    provider::Action,
};

use crate::{
    engine::world::{TODAY, World as Toys},
    laws::converge::{lookups, minimal},
    support::{
        providers,
        world::{World, manifest},
    },
    toy::desired::customer,
};

/// The account that the program works with, the root partner and the like, by
/// whatever way a manifest may lead to them.
#[tokio::test(flavor = "multi_thread")]
async fn sync_team_116_the_own_account_cannot_be_ended() {
    let mut tried = BTreeSet::new();
    for def in providers() {
        let kind = &def.kinds[0];
        let world = World::start(def).await;
        let spec = minimal(kind, &lookups(&world, kind).await);
        let plain = world.desired(&[manifest(kind.kind, "plain", &spec)]);
        let readers = world.readers(&plain);
        let reader = readers.values().next().expect("a reader");
        let index = reader.index(&[]).await.expect("an index");
        let account = reader.account().await.expect("an account");
        let protected = index.rows.iter().filter(|row| row.protected.is_some());
        let mut ids: Vec<String> = protected.map(|row| row.remote.0.clone()).collect();
        tried.extend(ids.first().map(|_| def.name));
        // Where our own account is not in the list, it is known by its id.
        ids.push(account);
        for id in ids {
            let mut manifest = manifest(kind.kind, "own", &spec);
            manifest["metadata"]["annotations"] = json!({ "trueup.dev/adopt": id });
            let change = spec.clone();
            let mut end = spec.clone();
            end["end"] = json!({ "on": "2026-01-01", "reason": "oops" });
            for spec in [change, end] {
                manifest["spec"] = spec;
                let (desired, _) = world.read(std::slice::from_ref(&manifest));
                world.running.clear_log();
                let (planned, receipt) = world.apply(&desired).await;
                let changes = planned.plan.counts.changes();
                assert_eq!(changes, 0, "{} {id}", def.name);
                assert_eq!(receipt.counts.done, 0);
                assert_eq!(world.writes(), Vec::<String>::new());
            }
        }
    }
    assert!(!tried.is_empty(), "no provider lists such a record");

    let world = Toys::start().await;
    let reason = "the record must not be managed: it is the account of this program";
    for manifest in [
        customer("me").key("self"),
        customer("me").adopts("c-0"),
        customer("me").key("self").ends(TODAY, "oops"),
    ] {
        let seen = world.plan(&[manifest]).await;
        seen.assert_blocked("me", reason, "remove the manifest");
        world.carry_out(&seen).await;
        assert_eq!(world.writes(), Vec::<String>::new());
    }
}

/// A manifest under another name is no end of one record and creation of
/// another.
#[tokio::test]
async fn deck_698_a_new_business_key_is_no_end_and_no_create() {
    let world = Toys::start().await;
    world.settle(&[customer("old")]).await;
    let id = world.id("old");
    let named = |manifest: crate::toy::desired::Manifest| {
        manifest.set("name", crate::toy::desired::text("old Ltd"))
    };

    let seen = world.plan(&[named(customer("new"))]).await;
    assert_eq!(seen.action("new"), Action::Blocked);
    let change = seen.change("new");
    let told = format!("{:?} {:?}", change.reason, change.hint);
    assert!(told.contains(&id), "the record is not named: {told}");
    let counts = seen.planned.plan.counts;
    assert_eq!((counts.create, counts.end), (0, 0), "{counts:?}");

    // Whoever compares with the old name hears that its record is alive.
    let seen = world
        .plan_from(&[customer("old")], &[named(customer("new"))])
        .await;
    assert_eq!(seen.action("new"), Action::Blocked);
    let base = seen.planned.plan.base.as_ref().expect("a base");
    let removed: Vec<_> = base.removed.iter().map(|gone| &gone.remote).collect();
    assert_eq!(removed, [&Some(RemoteId(id.clone()))], "{base:?}");
    let unmanaged = &seen.planned.plan.providers[0].unmanaged;
    assert_eq!(unmanaged.len(), 1);
    assert_eq!(unmanaged[0].remote().0, id);

    // Said explicitly, it is one change of the one record.
    let adopting = named(customer("new")).adopts(&id);
    let seen = world.plan(std::slice::from_ref(&adopting)).await;
    let counts = seen.planned.plan.counts;
    assert_eq!((counts.create, counts.end), (0, 0), "{counts:?}");
    world.carry_out(&seen).await;
    assert_eq!(world.records("new").len() + world.records("old").len(), 1);

    // With the key kept, a new name of the manifest changes nothing at all.
    let world = Toys::start().await;
    world.settle(&[customer("old")]).await;
    let kept = named(customer("new").key("old"));
    world.plan(&[kept]).await.assert_quiet();
}

/// To name a record as a parent says nothing of its other children.
#[tokio::test]
async fn kongctl_540_a_reference_does_not_claim_the_children() {
    let world = Toys::start().await;
    world
        .settle(&[customer("parent"), customer("ours").below("parent")])
        .await;
    let parent = world.id("parent");
    let theirs = json!({ "code": "theirs", "company_name": "Theirs", "parent_id": parent });
    let theirs = world.make(&theirs);
    let before = world.record("theirs");
    world.server().clear_log();

    let manifests = [customer("parent"), customer("ours").below("parent")];
    let seen = world.plan(&manifests).await;
    seen.assert_quiet();
    let unmanaged = &seen.planned.plan.providers[0].unmanaged;
    assert_eq!(unmanaged.len(), 1);
    assert_eq!(unmanaged[0].remote().0, theirs);

    // Not even when the parent is changed, and its child leaves.
    let manifests = [
        customer("parent").set("note", Leaf::Text("changed".to_owned())),
        customer("ours").set("parent", Leaf::Unset),
    ];
    let seen = world.plan(&manifests).await;
    world.carry_out(&seen).await;
    assert_eq!(world.record("theirs"), before);
}
