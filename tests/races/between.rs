//! What somebody else writes between two requests of one change.

use serde_json::{Value, json};
use tokio::task::block_in_place;
use trueup::apply::{Outcome, Verdict};

use super::{another_call, attempt, desired, settle, start, writes};
use crate::{
    faults::scenes::NAME,
    laws::samples::with,
    support::{
        Repository,
        world::{World, manifest},
    },
};

/// The provider asks everybody to wait after a customer was read, and before it is
/// written as a whole: it is read again then.
#[tokio::test]
async fn a_whole_customer_that_was_read_before_a_pause_is_read_again_after_it() {
    let (world, least) = start("acronis").await;
    let kind = world.def.kinds[0].kind;
    let office = manifest(
        kind,
        "office",
        &with(least.clone(), "tenant.name", &json!("Office")),
    );
    let at = |city: &str, parent: &Value| {
        let spec = with(least.clone(), "billing.city", &json!(city));
        let branch = manifest(kind, NAME, &with(spec, "billing.parentCustomer", parent));
        world.desired(&[office.clone(), branch])
    };
    let (_, receipt) = world.apply(&at("Old Town", &Value::Null)).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    let desired = at("Varna", &json!({ "ref": "office" }));
    let (planned, observed) = world.plan(&desired).await;
    world.running.clear_log();
    // The customer of the main office is looked up after the branch was read, whose
    // own list takes two requests.
    let fault = "acronis:POST /Customer=429#3";
    world.running.inject(fault.parse().expect("a fault"));
    world.running.before("POST /Customer", 3, |hands| {
        let mut state = hands.state();
        let customers = state["records"].as_array_mut().expect("a list");
        let mut all = customers.iter_mut();
        let ours = all.find(|customer| customer["fields"]["City"] == "Old Town");
        ours.expect("our customer")["fields"]["VATNumber"] = json!("theirs");
        hands.restore(state).expect("its own state");
    });
    let receipt = world.carry_out(&desired, &planned, &observed).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    assert_eq!(writes(&world)["PUT /Customers"], [200]);
    let state = world.running.state().to_string();
    assert!(state.contains("theirs"), "it was undone");
    assert!(state.contains("Varna"));
}

/// A login may take minutes, in which somebody else may write.
#[tokio::test(flavor = "multi_thread")]
async fn a_login_comes_before_the_last_look() {
    for (name, field) in [
        ("acronis", "tenant.contact.city"),
        ("cove", "company.vatNumber"),
    ] {
        let (world, least) = start(name).await;
        settle(&world, &least).await;
        let repository = world.repository();
        let spec = with(least, field, &json!("Varna"));
        let record = manifest(world.def.kinds[0].kind, NAME, &spec);
        repository.write("record.yaml", record.to_string());
        let ran = block_in_place(|| repository.run(["apply", "-f", ".", "--auto-approve"]));
        assert_eq!(ran.code, 0, "{ran:?}");
        let log = world.running.log();
        let first = log.iter().position(|entry| entry.write).expect("a write");
        let latest = |names: [&str; 2]| {
            let mut before = log[..first].iter();
            before.rposition(|entry| names.contains(&entry.operation.as_str()))
        };
        let look = latest(["GET /tenants", "GetPartnerInfoById"]);
        let operations: Vec<&str> = log.iter().map(|entry| entry.operation.as_str()).collect();
        assert!(latest(["token", "Login"]) < look, "{operations:?}");
    }
}

/// A provider asks everybody to wait at any moment while the customer of a new tenant
/// is waited for. The record has moved by then, and by nobody else.
#[test]
fn a_pause_while_a_new_customer_is_waited_for_stops_no_create() {
    let provider = "apiVersion: trueup.dev/v1alpha1
kind: Provider
metadata: { name: acronis }
spec:
  acronis:
    baseUrl: https://eu2-cloud.acronis.com
    credentials: { clientId: { env: L }, clientSecret: { env: P } }
";
    let record = json!({ "tenant": { "name": "New" }, "billing": { "city": "Varna" } });
    for nth in 1..=12 {
        let repository = Repository::new();
        repository.write("provider.yaml", provider);
        let record = manifest("AcronisCustomer", NAME, &record);
        repository.write("record.yaml", record.to_string());
        let fault = format!("acronis:POST /Customer=429#{nth}");
        let late = ["--knob", "acronis.record_delay=late", "--fault", &fault];
        let apply = ["apply", "-f", ".", "--sandbox", "--auto-approve"];
        let ran = repository.run([&apply[..], &late].concat());
        assert_eq!(ran.code, 0, "{fault}: {ran:?}");
    }
}

/// Applies a Zegoal account with this contract and then another name and contract,
/// while another tool makes a call right after our `UpdateAccount`.
async fn changed_meanwhile(
    contract: &Value,
    api: &'static str,
    theirs: impl FnOnce(i64, &Value) -> Value,
) -> (World, Outcome) {
    let (world, least) = start("zegoal").await;
    let at = |name: &str, number: &Value| {
        let spec = with(least.clone(), "basic.accountName", &json!(name));
        if number.is_null() {
            return spec;
        }
        with(spec, "contract.contractNumber", number)
    };
    let (_, receipt) = world.apply(&desired(&world, &at("Old", contract))).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    let remote = receipt.outcomes[0].remote.as_ref().expect("an id");
    world.running.clear_log();
    let mut state = world.running.state();
    let accounts = state["accounts"].as_object_mut().expect("by id");
    if contract.is_null() {
        // The provider makes one with each account.
        accounts[&remote.0]["contracts"] = json!([]);
    }
    let body = theirs(remote.0.parse().expect("a number"), &accounts[&remote.0]);
    world.running.restore(state).expect("its own state");
    let theirs = another_call(&world, api, body);
    world.running.after("UpdateAccount", 1, theirs);
    let outcome = attempt(&world, &at("New", &json!("ours"))).await;
    (world, outcome)
}

/// A field that moves between two calls of a change is not written over, as little as
/// one that has moved before the first.
#[tokio::test]
async fn what_others_write_between_two_calls_is_not_written_over() {
    let (world, outcome) = changed_meanwhile(&json!("old"), "UpdateContract", |id, account| {
        let contract = &account["contracts"][0]["id"];
        json!({
            "account_id": id,
            "contract": { "contract_oid": contract, "contract_number": "theirs" },
        })
    })
    .await;
    assert_eq!(outcome.verdict, Verdict::Failed, "{outcome:#?}");
    let reason = outcome.reason.expect("a reason");
    let moved =
        "`contract.contractNumber` moved at the provider before UpdateContract could be sent";
    assert_eq!(reason, moved);
    assert!(
        !writes(&world).contains_key("UpdateContract"),
        "{:?}",
        writes(&world)
    );
    assert!(world.running.state().to_string().contains("theirs"));
}

/// A contract has no key, so a second one would never be found again.
#[tokio::test]
async fn a_contract_that_another_tool_has_added_is_not_added_again() {
    let (world, outcome) = changed_meanwhile(
        &Value::Null,
        "AddContract",
        |id, _| json!({ "account_id": id, "contract": { "contract_number": "ours" } }),
    )
    .await;
    assert_eq!(outcome.verdict, Verdict::Failed, "{outcome:#?}");
    let reason = outcome.reason.expect("a reason");
    assert_eq!(reason, "AddContract: the account has a contract by now");
    assert!(
        !writes(&world).contains_key("AddContract"),
        "{:?}",
        writes(&world)
    );
}
