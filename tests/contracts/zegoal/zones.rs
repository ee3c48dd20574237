//! The zone of dates: a tenant whose answers name another one than the manifest
//! is not read, and no day is moved.

use serde_json::{Value, json};
use trueup::{apply::Verdict, desired::Desired, provider::Failure};

use crate::support::{Repository, between::between, world::World};

use super::tenant::{attempt, def, quiet, settle, stored, wanted};

/// The zone of the tenant in these tests; an hour or none behind Minsk.
const ZONE: &str = "Europe/Kyiv";

const HINT: &str = "write `timeZone: Europe/Kyiv` in the Provider manifest";

/// A tenant in [`ZONE`], which the answers to these calls name.
async fn tenant_that_tells_in(apis: &'static [&'static str]) -> World {
    let service = between((def().simulate)(1), move |request, system| {
        let api = system.operation(request);
        let mut response = system.answer(request);
        if let Ok(mut answer) = serde_json::from_slice::<Value>(&response.body)
            && let Some(members) = answer[&api]["response"].as_object_mut()
            && members.remove("TZ").is_some()
        {
            if apis.contains(&api.as_str()) {
                members.insert("TZ".to_owned(), ZONE.into());
            }
            response.body = answer.to_string().into_bytes();
        }
        response
    });
    World::serving(def(), service).await
}

fn juniper(world: &World) -> Desired {
    let spec = json!({
        "basic": { "accountName": "Juniper Bakery", "accountType": "Postpaid" },
        "billing": {
            "currency": "EUR",
            "validFrom": "2027-01-01",
            "validTo": "2030-06-30T22:00:00Z",
        },
        "contract": { "contractValidFrom": "2027-01-01" },
    });
    wanted(world, "juniper", &spec)
}

async fn refusal(world: &World) -> Failure {
    let (planned, observed) = world.plan(&juniper(world)).await;
    assert_eq!(planned.plan.counts.changes(), 0);
    let view = observed.providers.into_values().next();
    view.expect("a provider").expect_err("it is not read")
}

fn dates(world: &World) -> [Value; 3] {
    let mut stored = stored(world, "juniper");
    let mut billing = stored["billing"].take();
    let mut contract = stored["contracts"][0].take();
    [
        billing["valid_from"].take(),
        billing["valid_to"].take(),
        contract["contract_valid_from"].take(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_in_another_zone_is_not_made() {
    let world = tenant_that_tells_in(&["GetTenantDict", "GetAccountInfo"]).await;
    let failure = refusal(&world).await;
    assert_eq!(
        failure.message,
        "GetTenantDict: the server writes dates of Europe/Kyiv, and they would be taken for those \
         of Europe/Minsk"
    );
    assert_eq!(failure.hint.as_deref(), Some(HINT));
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn days_are_those_of_the_zone_that_is_given() {
    let world = tenant_that_tells_in(&["GetTenantDict", "GetAccountInfo"]).await;
    let world = world.with_setting("timeZone", ZONE);
    settle(&world, &juniper(&world)).await;
    assert_eq!(
        dates(&world),
        [
            "2027-01-01 00:00:00",
            "2030-07-01 01:00:00",
            "2027-01-01 00:00:00"
        ]
    );
}

/// The zone comes to light with the first account. What was sent is what the
/// manifest says, and nothing is written over it.
#[tokio::test(flavor = "multi_thread")]
async fn a_zone_that_only_accounts_tell_moves_no_date() {
    let world = tenant_that_tells_in(&["GetAccountInfo"]).await;
    let (_, outcome) = attempt(&world, &juniper(&world)).await;
    assert_ne!(outcome.verdict, Verdict::Done, "{outcome:?}");
    assert_eq!(world.writes(), ["CreateAccount"]);
    let before = dates(&world);
    assert_eq!(before[0], "2027-01-01 00:00:00");
    let failure = refusal(&world).await;
    assert_eq!(failure.hint.as_deref(), Some(HINT));
    let (_, receipt) = world.apply(&juniper(&world)).await;
    assert_eq!(receipt.outcomes, []);
    assert_eq!(world.writes(), Vec::<String>::new());
    let world = world.with_setting("timeZone", ZONE);
    let days_alone = json!({
        "basic": { "accountName": "Juniper Bakery", "accountType": "Postpaid" },
        "billing": { "currency": "EUR", "validFrom": "2027-01-01" },
        "contract": { "contractValidFrom": "2027-01-01" },
    });
    quiet(&world, &wanted(&world, "juniper", &days_alone)).await;
    assert_eq!(dates(&world), before);
}

/// The embedded sandbox of a repository whose tenant is in a zone.
struct Embedded(Repository);

impl Embedded {
    fn set_zone(&self, zone: &str) {
        let spec = json!({
            "tenant": "acme",
            "timeZone": zone,
            "credentials": { "login": { "env": "LOGIN" }, "password": { "env": "PASSWORD" } },
        });
        let provider = json!({
            "apiVersion": "trueup.dev/v1alpha1",
            "kind": "Provider",
            "metadata": { "name": "acme" },
            "spec": { "zegoal": spec },
        });
        self.0.write("provider.yaml", provider.to_string());
    }

    fn run(&self, arguments: &[&str]) -> Value {
        let rest = ["--sandbox", "-f", ".", "-o", "json"];
        let ran = self.0.run(arguments.iter().chain(&rest).copied());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        serde_json::from_str(&ran.stdout).expect("JSON")
    }
}

/// It stands in for every tenant. Dates have no offset there, so one that is moved
/// to another zone keeps them.
#[test]
fn the_sandbox_writes_dates_of_the_zone_that_is_given() {
    let sandbox = Embedded(Repository::new());
    let account = json!({
        "apiVersion": "trueup.dev/v1alpha1",
        "kind": "ZegoalAccount",
        "metadata": { "name": "juniper" },
        "spec": {
            "basic": {
                "accountName": "Juniper Bakery",
                "lcState": "Suspended",
                "lcFrom": "2900-01-01",
            },
            "billing": { "validFrom": "2027-01-01", "validTo": "2030-06-30T22:00:00" },
        },
    });
    sandbox.0.write("juniper.yaml", account.to_string());
    for (zone, created) in [(ZONE, 1), ("America/New_York", 0), ("Asia/Tokyo", 0)] {
        sandbox.set_zone(zone);
        let plan = sandbox.run(&["plan"]);
        assert_eq!(plan["counts"]["create"], created, "{zone}: {plan}");
        assert_eq!(plan["counts"]["update"], 0, "{zone}: {plan}");
        sandbox.run(&["apply", "--auto-approve"]);
        let plan = sandbox.run(&["plan"]);
        for count in ["create", "update", "blocked"] {
            assert_eq!(plan["counts"][count], 0, "{zone}: {plan}");
        }
    }
}
