//! What the doctor finds.

use serde_json::json;
use trueup::provider::{Diagnosis, Health, Wanted};

use super::bench::{Somebody, bent, is_detail, one, settle, world};
use crate::support::world::World;

async fn diagnose(world: &World, wanted: Option<&Wanted>) -> Vec<Diagnosis> {
    let desired = one(world, "any", &json!({}));
    let readers = world.readers(&desired);
    let reader = readers.values().next().expect("a reader");
    reader.diagnose(wanted).await
}

fn health_of(found: &[Diagnosis]) -> Vec<(&'static str, Health)> {
    let found = found.iter();
    found
        .map(|diagnosis| (diagnosis.name, diagnosis.health))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_account_is_well_and_nothing_is_written() {
    let world = world(&[]).await;
    let found = diagnose(&world, None).await;
    assert_eq!(
        health_of(&found),
        [
            ("API client", Health::Good),
            ("Account Management", Health::Good),
            ("Advanced Automation", Health::Good),
            ("customer layout", Health::Good),
        ],
        "{found:?}"
    );
    assert!(found[0].detail.starts_with("api_client `sandbox`, enabled"));
    assert!(found[1].detail.contains("(3 customers)"), "{found:?}");
    assert!(
        found[2]
            .detail
            .contains("4 customers may be read: 3 of listed tenants")
    );
    assert!(found[3].detail.contains("the 71 members of the samples"));
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_read_is_told_with_what_to_do() {
    for (fault, name, hint) in [
        (
            "acronis:POST /Customer=403",
            "Advanced Automation",
            "a role in Advanced Automation",
        ),
        (
            "acronis:GET /tenants=403",
            "Account Management",
            "tenant_viewer",
        ),
    ] {
        let world = world(&[]).await;
        world.running.inject(fault.parse().expect("a fault"));
        let found = diagnose(&world, None).await;
        let bad = found
            .iter()
            .find(|found| found.name == name)
            .expect("a finding");
        assert_eq!(bad.health, Health::Bad, "{found:?}");
        let told = bad.hint.clone().unwrap_or_default();
        assert!(told.contains(hint), "{found:?}");
    }
    let world = world(&[]).await;
    let fault = "acronis:token=401".parse().expect("a fault");
    world.running.inject(fault);
    let found = diagnose(&world, None).await;
    assert_eq!(health_of(&found), [("API client", Health::Bad)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wanted_customer_is_looked_at_and_none_of_its_values_is_told() {
    let world = bent(&[], |request, answer| {
        if is_detail(request) {
            answer["Discount"] = json!("12.5000");
            answer.as_object_mut().expect("an object").remove("City");
        }
    })
    .await;
    let spec = json!({
        "tenant": { "name": "Foobar", "contact": { "email": "foo@bar.example" } },
        "billing": { "bankAccount": "AL35202111090000000001234567" },
    });
    settle(&world, &one(&world, "foobar", &spec)).await;
    let somebody = Somebody::else_at(&world);
    let customer = somebody.customer_of(&somebody.tenant("Foobar")["id"]);
    let resource = &one(&world, "foobar", &spec).resources[0];
    let wanted = Wanted {
        kind: resource.kind.kind,
        key: resource.key.clone(),
        display_name: None,
        adopt: None,
        desired: resource.tree.clone(),
    };
    let found = diagnose(&world, Some(&wanted)).await;
    let layout = found.last().expect("findings");
    assert_eq!(layout.health, Health::Doubtful);
    let id = customer["Id"].as_str().expect("an id");
    assert!(layout.detail.contains(id), "{layout:?}");
    assert!(layout.detail.contains("missing: City"));
    assert!(layout.detail.contains("not documented: Discount: text"));
    let everything = format!("{found:?}");
    for secret in ["AL35", "foo@bar", "12.5", "sandbox-secret", "5f2a8d3e-6f0b"] {
        assert!(!everything.contains(secret), "{secret} in {everything}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_without_a_customer_are_named() {
    let world = world(&[("record", "manual")]).await;
    let spec = json!({ "tenant": { "name": "Foobar" } });
    settle(&world, &one(&world, "foobar", &spec)).await;
    let tenant = Somebody::else_at(&world).tenant("Foobar");
    let found = diagnose(&world, None).await;
    let id = tenant["id"].as_str().expect("an id");
    assert_eq!(found[2].health, Health::Doubtful);
    assert!(
        found[2]
            .detail
            .contains(&format!("without a customer: {id}"))
    );
}
