//! Customers of Advanced Automation that have the name of one that is to be
//! made there: the tenant's own whose link is lost, or somebody else's.

use serde_json::{Value, json};
use trueup::provider::Action;

use super::bench::{Somebody, named, one, planned, settle, told, world, writes};
use crate::support::world::{World, manifest};

/// A customer of the fixture that belongs to no tenant.
const UNLINKED: &str = "Walk-in Trade";

/// A customer of the fixture that belongs to a tenant of that name.
const LINKED: &str = "Bergmann Logistik GmbH";

fn spec(tenant: &str, billing: &str) -> Value {
    json!({
        "tenant": { "name": tenant },
        "billing": { "name": billing, "city": "Graz", "bankAccount": "DE89370400440532013000" },
    })
}

/// A tenant with our key that has no customer.
async fn without_customer(name: &str) -> World {
    let world = world(&[("record", "manual")]).await;
    let (planned, done) = world
        .apply(&one(&world, "ours", &json!({ "tenant": { "name": name } })))
        .await;
    assert!(done.counts.all_done(), "{}", told(&planned, Some(&done)));
    world.running.clear_log();
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_customer_of_one_billing_name_is_never_made() {
    for link in ["uuid", "name", "never"] {
        let world = world(&[("record", "manual"), ("link", link)]).await;
        let before = Somebody::else_at(&world).customers();
        let desired = one(&world, "ours", &spec("Walkin", "walk-in TRADE "));
        let (planned, done) = world.apply(&desired).await;
        let what = told(&planned, Some(&done));
        assert_eq!(done.counts.failed, 1, "{link}: {what}");
        assert!(what.contains("belongs to no tenant"), "{what}");
        assert!(what.contains("leave billing.name out"), "{what}");
        assert_eq!(writes(&world), ["POST /tenants"], "{link}");
        assert_eq!(Somebody::else_at(&world).customers(), before, "{link}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_lost_its_link_blocks_the_plan_under_any_of_its_names() {
    for (live, wanted, billing) in [
        (UNLINKED, UNLINKED, "Any"),
        (UNLINKED, "Walkin", "Any"),
        ("Walkin", UNLINKED, "Any"),
        ("Walkin", "Walkin", UNLINKED),
    ] {
        let world = without_customer(live).await;
        let (change, what) = planned(&world, &one(&world, "ours", &spec(wanted, billing))).await;
        assert_eq!(change.action, Action::Blocked, "{what}");
        assert!(what.contains("which belongs to no tenant"), "{what}");
        assert!(what.contains("link it to the tenant"), "{what}");
        assert!(!what.contains("DE89"), "{what}");
        // Whoever manages no billing information is in nobody's way.
        let tenant = one(&world, "ours", &json!({ "tenant": { "name": wanted } }));
        settle(&world, &tenant).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_somebody_elses_goes_on_once_the_customer_is_there() {
    let world = without_customer("Walkin").await;
    let mut nameless = spec("Walkin", "");
    nameless["billing"]
        .as_object_mut()
        .expect("an object")
        .remove("name");
    settle(&world, &one(&world, "ours", &nameless)).await;
    settle(&world, &one(&world, "ours", &spec("Walkin", UNLINKED))).await;
    assert_eq!(named(&world, UNLINKED), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tenants_of_one_firm_may_have_one_billing_name() {
    for record in ["auto", "manual"] {
        let world = world(&[("record", record)]).await;
        let desired = one(&world, "graz", &spec("Bergmann Graz", LINKED));
        settle(&world, &desired).await;
        assert_eq!(named(&world, LINKED), 2, "{record}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namesake_is_noted_where_the_new_customer_may_come_by_itself() {
    for (tenant, billing) in [(UNLINKED, "Any"), ("Walkin", UNLINKED)] {
        let world = world(&[]).await;
        let desired = one(&world, "ours", &spec(tenant, billing));
        let (change, what) = planned(&world, &desired).await;
        assert_eq!(change.action, Action::Create, "{what}");
        assert_eq!(change.notes.len(), 1, "{what}");
        assert!(change.notes[0].contains("no tenant"), "{what}");
        settle(&world, &desired).await;
    }
    let world = world(&[]).await;
    let (change, what) = planned(&world, &one(&world, "ours", &spec("Other", LINKED))).await;
    assert!(change.notes.is_empty(), "{what}");
}

/// The two are made by one plan, so that no list holds either of them.
#[tokio::test(flavor = "multi_thread")]
async fn two_new_tenants_of_one_name_are_noted() {
    let world = world(&[("tenant_name_scope", "siblings")]).await;
    let firm = |key: &str, name: &str| {
        let spec = json!({ "tenant": { "name": name }, "billing": { "city": "Graz" } });
        manifest("AcronisCustomer", key, &spec)
    };
    let desired = world.desired(&[firm("one", "Firm Ltd"), firm("two", "Firm ltd ")]);
    let (planned, _) = world.plan(&desired).await;
    let notes: Vec<&str> = planned
        .plan
        .changes
        .iter()
        .flat_map(|change| &change.notes)
        .map(String::as_str)
        .collect();
    assert_eq!(
        notes,
        [
            "billing: the tenant with the key `one` has the same name; if the new tenant's \
             customer does not appear in Advanced Automation by itself, none is made"
        ]
    );
}
