//! How many requests are sent. There is no list, so a plan costs one read for
//! each account, and nothing is asked twice.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trueup::simulator::LogEntry;

use crate::support::world::World;

use super::tenant::{account, full, only, tenant, wanted};

/// How often each operation was asked for, and each dictionary by its name.
fn tally(world: &World) -> BTreeMap<String, usize> {
    let name = |entry: &LogEntry| {
        let body = entry.request.json().unwrap_or(Value::Null);
        match body["dictionary_name"].as_str() {
            Some(dictionary) => format!("{} {dictionary}", entry.operation),
            None => entry.operation.clone(),
        }
    };
    let mut tally = BTreeMap::new();
    for entry in &world.running.log() {
        *tally.entry(name(entry)).or_default() += 1;
    }
    tally
}

fn expected(counts: &[(&str, usize)]) -> BTreeMap<String, usize> {
    let counts = counts.iter().copied();
    counts
        .map(|(name, count)| (name.to_owned(), count))
        .collect()
}

/// So many accounts, all of which manage something in every section.
fn several(count: usize) -> Vec<Value> {
    (0..count)
        .map(|at| {
            let mut spec = full();
            spec["basic"]["accountName"] = format!("Juniper Bakery {at}").into();
            spec["contact"]["mobilePhone"] = format!("+375 29 555 00 0{at}").into();
            account(&format!("juniper-{at}"), &spec)
        })
        .collect()
}

#[tokio::test]
async fn a_plan_reads_each_account_once_and_each_dictionary_once() {
    let world = tenant(&[]).await;
    let desired = world.desired(&several(7));
    let (_, receipt) = world.apply(&desired).await;
    assert!(receipt.counts.all_done(), "{:?}", receipt.counts);
    world.running.clear_log();
    let (planned, observed) = world.plan(&desired).await;
    assert_eq!(planned.plan.counts.none, 7);
    // The bare one proves that the credentials are right.
    let reads = expected(&[
        ("GetAccountInfo", 7),
        ("GetTenantDict", 1),
        ("GetTenantDict curr_codes", 1),
    ]);
    assert_eq!(tally(&world), reads);
    world.carry_out(&desired, &planned, &observed).await;
    assert_eq!(tally(&world), reads, "nothing to do takes no request");
}

#[tokio::test]
async fn only_dictionaries_of_managed_fields_are_read() {
    let world = tenant(&[]).await;
    let spec = json!({ "basic": { "accountName": "Lakeside Couriers" } });
    let desired = wanted(&world, "90001", &spec);
    world.running.clear_log();
    world.plan(&desired).await;
    assert_eq!(
        tally(&world),
        expected(&[("GetAccountInfo", 1), ("GetTenantDict", 1)])
    );
}

#[tokio::test]
async fn only_sections_of_managed_fields_are_read() {
    let world = tenant(&[]).await;
    let spec = json!({ "basic": { "description": "x" }, "address": { "city": "Narach" } });
    let desired = wanted(&world, "90001", &spec);
    world.running.clear_log();
    world.plan(&desired).await;
    let log = world.running.log();
    let read = log.iter().find(|entry| entry.operation == "GetAccountInfo");
    let body = read.and_then(|entry| entry.request.json()).expect("JSON");
    assert_eq!(
        body,
        json!({
            "tenant": "zegoal",
            "account_code": "90001",
            "force_lookup": true,
            "return_lc": true,
            "return_address": true,
        })
    );
}

/// An account that is not there is looked for by its name too, so that a
/// namesake is seen before the server refuses it.
#[tokio::test]
async fn an_absent_account_takes_one_read_more() {
    let world = tenant(&[]).await;
    let desired = world.desired(&several(3));
    world.running.clear_log();
    let (planned, _) = world.plan(&desired).await;
    assert_eq!(planned.plan.counts.create, 3);
    assert_eq!(
        tally(&world),
        expected(&[
            ("GetAccountInfo", 6),
            ("GetTenantDict", 1),
            ("GetTenantDict curr_codes", 1),
        ])
    );
}

/// Before a change the account is read again, and after each of its calls.
#[tokio::test]
async fn a_change_takes_one_read_before_it_and_one_after_each_call() {
    let world = tenant(&[]).await;
    let desired = world.desired(&several(1));
    world.apply(&desired).await;
    let mut spec = full();
    spec["basic"]["accountName"] = "Juniper Bakery 0".into();
    spec["contact"]["mobilePhone"] = "+375 29 555 00 00".into();
    spec["basic"]["description"] = "cakes".into();
    spec["address"]["city"] = "Brest".into();
    let desired = wanted(&world, "juniper-0", &spec);
    let (planned, observed) = world.plan(&desired).await;
    assert_eq!(only(&planned).calls.len(), 2);
    world.running.clear_log();
    world.carry_out(&desired, &planned, &observed).await;
    assert_eq!(
        tally(&world),
        expected(&[
            ("GetAccountInfo", 3),
            ("UpdateAccount", 1),
            ("UpdateAddress", 1),
        ])
    );
}
