//! Lists that were taken for more than they were.

use serde_json::json;
use trueup::{model::Leaf, provider::Action};

use crate::{
    engine::world::{TODAY, World},
    toy::desired::{customer, set, text},
};

/// config-sync PR #408: a list that was cut short was taken for whole, and what
/// was not on it was deleted.
#[tokio::test]
async fn config_sync_408_a_truncated_list_ends_and_creates_nothing() {
    let world = World::start().await;
    world.settle(&[customer("acme"), customer("beta")]).await;
    world.knob("listing", "short");
    let manifests = [
        customer("acme"),
        customer("beta").ends(TODAY, "contract ended"),
        customer("gamma"),
    ];
    let seen = world.plan(&manifests).await;
    let counts = seen.planned.plan.counts;
    assert_eq!((counts.create, counts.end), (0, 0), "{counts:#?}");
    world.carry_out(&seen).await;
    assert_eq!(world.writes(), Vec::<String>::new());
    assert_eq!(world.records("beta").len(), 1);
    assert_eq!(world.records("gamma").len(), 0);
}

/// keycloak-config-cli#1542: a list in the file that named some entries wiped
/// all others.
#[tokio::test]
async fn keycloak_1542_a_part_of_the_estate_never_wipes_the_rest() {
    let world = World::start().await;
    let whole = [
        customer("acme")
            .set("note", text("kept"))
            .set("channels", set(&["mail", "post"])),
        customer("beta"),
    ];
    world.settle(&whole).await;
    let part = [customer("acme").set("billing.paymentDays", Leaf::Integer(14))];
    world.settle(&part).await;
    assert_eq!(world.record("acme")["note"], "kept");
    assert_eq!(world.record("acme")["channels"], json!(["mail", "post"]));
    assert_eq!(world.records("beta").len(), 1);
}

/// keycloak-config-cli#309: a checksum of the file stood in for a look at the
/// server, so that what others changed was never seen.
#[tokio::test]
async fn keycloak_309_the_live_value_is_read_though_no_file_has_changed() {
    let world = World::start().await;
    let manifest = customer("acme").set("note", text("ours"));
    world.settle(std::slice::from_ref(&manifest)).await;
    world.change("acme", &json!({ "note": "theirs" }));
    let seen = world.plan(std::slice::from_ref(&manifest)).await;
    assert_eq!(seen.action("acme"), Action::Update);
    assert_eq!(seen.fields("acme"), ["note"]);
}
