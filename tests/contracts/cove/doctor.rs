//! What is found out about an account, against the simulator.

use serde_json::json;
use trueup::provider::{Diagnosis, Health, Wanted};

use super::bench::{bent, larkfield, refuse, world};
use crate::support::world::World;

async fn diagnose(world: &World, key: Option<&str>) -> Vec<Diagnosis> {
    let desired = world.desired(&[larkfield(&json!({}))]);
    let wanted = key.map(|key| Wanted {
        kind: "CovePartner",
        key: key.to_owned(),
        display_name: None,
        adopt: None,
        desired: desired.resources[0].tree.clone(),
    });
    let readers = world.readers(&desired);
    let reader = readers.values().next().expect("a reader");
    reader.diagnose(wanted.as_ref()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_diagnosed_without_a_sensitive_value() {
    let world = world(&[]).await;
    let found = diagnose(&world, Some("sandbox/lindgren")).await;
    let told: Vec<(&str, Health, &str)> = found
        .iter()
        .map(|found| (found.name, found.health, found.detail.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (
                "login",
                Health::Good,
                "user 20411 with the role 1; flags `NonInteractive` and \
                 `AllowApiAuthentication`; second factor Undefined",
            ),
            ("server", Health::Good, "version 25.1"),
            (
                "root",
                Health::Good,
                "customer `12345` of the level `Distributor` in the state `InProduction`",
            ),
            (
                "customers",
                Health::Good,
                "4 customers listed below the root: 2 `EndCustomer`, 1 `Reseller`, 1 `Site`; 2 \
                 with an external code, 1 protected",
            ),
            (
                "layout",
                Health::Good,
                "GetPartnerInfoById `12361` answers as documented"
            ),
            (
                "states",
                Health::Good,
                "the service lists 15 moves between states"
            ),
            (
                "visa",
                Health::Good,
                "used for 13 minutes after its issue; answers bring a new one",
            ),
        ]
    );
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_is_tried_once_and_says_what_to_check() {
    let world = bent(|asked, answer| {
        if asked["method"] == "Login" {
            refuse(answer, 2100, "Unknown partner/username or bad password");
        }
    })
    .await;
    let found = diagnose(&world, None).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].health, Health::Bad);
    assert!(
        found[0]
            .hint
            .as_deref()
            .unwrap_or_default()
            .contains("exact name")
    );
    assert_eq!(world.running.log().len(), 1);
}

/// What a report of ours about an unknown layout would hold.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_laid_out_otherwise_is_told_by_names_and_types() {
    let world = world(&[("echo_device_country", "yes")]).await;
    let found = diagnose(&world, Some("sandbox/lindgren")).await;
    let layout = found
        .iter()
        .find(|found| found.name == "layout")
        .expect("a layout");
    assert_eq!(layout.health, Health::Doubtful);
    assert!(
        layout
            .detail
            .ends_with("`DeviceCountry`: text, never seen before"),
        "{}",
        layout.detail
    );
}
