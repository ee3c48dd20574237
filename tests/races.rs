//! Somebody or something else is at work at a real provider's rules while we
//! write: another tool, the clock, the end of a session.

mod between;

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use trueup::{
    apply::{Outcome, Verdict},
    desired::Desired,
    provider::ProviderDef,
    providers::ALL,
    simulator::{Hands, Request},
};

use crate::{
    faults::scenes::NAME,
    laws::{
        converge::{lookups, minimal},
        samples::with,
    },
    support::world::{World, manifest},
};

const HOUR_SECONDS: i64 = 60 * 60;

fn def(name: &str) -> &'static ProviderDef {
    let mut all = ALL.iter().copied();
    all.find(|def| def.name == name).expect("registered")
}

/// A world, and the least record that can be made in it.
async fn start(name: &str) -> (World, Value) {
    let world = World::start(def(name)).await;
    let kind = &world.def.kinds[0];
    let lookups = lookups(&world, kind).await;
    (world, minimal(kind, &lookups))
}

fn desired(world: &World, spec: &Value) -> Desired {
    world.desired(&[manifest(world.def.kinds[0].kind, NAME, spec)])
}

async fn settle(world: &World, spec: &Value) {
    let (_, receipt) = world.apply(&desired(world, spec)).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    world.running.clear_log();
}

async fn attempt(world: &World, spec: &Value) -> Outcome {
    let (_, receipt) = world.apply(&desired(world, spec)).await;
    receipt.outcomes.into_iter().next().expect("one change")
}

/// How often each write reached the service, and with which status.
fn writes(world: &World) -> BTreeMap<String, Vec<u16>> {
    let mut writes: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    for entry in world.running.log().into_iter().filter(|entry| entry.write) {
        writes
            .entry(entry.operation)
            .or_default()
            .push(entry.status);
    }
    writes
}

/// The records of one sort.
fn count(world: &World, records: &str) -> usize {
    let state = world.running.state();
    let all = &state[records];
    let list = all.as_array().map(Vec::len);
    list.or_else(|| all.as_object().map(serde_json::Map::len))
        .expect("records")
}

/// Another user renames the tenant between our look and our write: the version
/// that we quote is old by then, and nothing is written.
#[tokio::test]
async fn a_version_that_moves_before_our_write_is_stale() {
    let (world, least) = start("acronis").await;
    settle(&world, &least).await;
    world
        .running
        .before("PUT /tenants/{id}", 1, |hands: &mut Hands<'_>| {
            let mut state = hands.state();
            let tenants = state["tenants"].as_array_mut().expect("a list");
            let ours = tenants
                .iter_mut()
                .find(|tenant| tenant["object"].to_string().contains(NAME))
                .expect("our tenant");
            let version = ours["object"]["version"].as_i64().expect("a number");
            ours["object"]["version"] = json!(version + 1);
            ours["object"]["customer_id"] = json!("theirs");
            hands.restore(state).expect("its own state");
        });
    let spec = with(least.clone(), "tenant.contact.city", &json!("Varna"));
    let outcome = attempt(&world, &spec).await;
    assert_eq!(outcome.verdict, Verdict::Stale, "{outcome:#?}");
    let state = world.running.state().to_string();
    assert!(state.contains("theirs") && !state.contains("Varna"));
    let (_, receipt) = world.apply(&desired(&world, &spec)).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    let state = world.running.state().to_string();
    assert!(state.contains("theirs") && state.contains("Varna"));
}

/// Our own first attempt moves the version, and its answer is lost. The second one
/// is refused for that, which is not stale, also where a look fails.
#[tokio::test]
async fn a_version_that_our_own_lost_attempt_has_moved_is_not_stale() {
    // The first read makes sure that nothing has moved since the plan.
    for (failing, verdict) in [(&[2][..], Verdict::Done), (&[2, 3], Verdict::Unknown)] {
        let (world, least) = start("acronis").await;
        settle(&world, &least).await;
        let spec = with(least, "tenant.contact.city", &json!("Varna"));
        let desired = desired(&world, &spec);
        let (planned, observed) = world.plan(&desired).await;
        let strike = |fault: &str| {
            let fault = format!("acronis:{fault}");
            world.running.inject(fault.parse().expect("a fault"));
        };
        strike("PUT /tenants/{id}=500-after#1");
        for nth in failing {
            strike(&format!("GET /tenants=html#{nth}"));
        }
        let receipt = world.carry_out(&desired, &planned, &observed).await;
        assert_eq!(receipt.outcomes[0].verdict, verdict, "{receipt:#?}");
        assert_eq!(writes(&world)["PUT /tenants/{id}"].len(), 2);
    }
}

/// A customer is written as a whole, so it is made anew where the first attempt was
/// put off: what others wrote meanwhile stays, and is not written over where it is
/// what we were to write.
#[tokio::test]
async fn what_others_write_while_a_whole_customer_waits_is_kept() {
    for (theirs, verdict) in [("VATNumber", Verdict::Done), ("City", Verdict::Failed)] {
        let (world, least) = start("acronis").await;
        let at = |city: &str| with(least.clone(), "billing.city", &json!(city));
        settle(&world, &at("Old Town")).await;
        let fault = "acronis:PUT /Customers=429#1".parse().expect("a fault");
        world.running.inject(fault);
        world
            .running
            .before("PUT /Customers", 1, move |hands: &mut Hands<'_>| {
                let mut state = hands.state();
                let customers = state["records"].as_array_mut().expect("a list");
                let ours = customers
                    .iter_mut()
                    .find(|customer| customer["fields"]["City"] == "Old Town");
                ours.expect("our customer")["fields"][theirs] = json!("theirs");
                hands.restore(state).expect("its own state");
            });
        let outcome = attempt(&world, &at("Varna")).await;
        assert_eq!(outcome.verdict, verdict, "{theirs}: {outcome:#?}");
        let state = world.running.state().to_string();
        assert!(state.contains("theirs"), "{theirs} was undone");
        assert_eq!(state.contains("Varna"), verdict == Verdict::Done);
    }
}

/// Zegoal keeps codes unique, so the second of two tools that create at the same
/// moment is refused.
#[tokio::test]
async fn an_account_that_another_tool_makes_first_is_failed_and_not_doubled() {
    let (world, least) = start("zegoal").await;
    let before = count(&world, "accounts");
    let make = another_tool(&world, NAME);
    world.running.before("CreateAccount", 1, make);
    let outcome = attempt(&world, &least).await;
    assert_eq!(outcome.verdict, Verdict::Failed, "{outcome:#?}");
    assert_eq!(count(&world, "accounts"), before + 1);
}

/// Another tool makes a Zegoal account with a code.
fn another_tool(world: &World, code: &str) -> impl FnOnce(&mut Hands<'_>) + Send + 'static {
    let account = json!({ "account_code": code, "account_name": "Theirs" });
    another_call(world, "CreateAccount", json!({ "basic": account }))
}

/// Another tool makes a call at Zegoal.
fn another_call(
    world: &World,
    api: &str,
    mut body: Value,
) -> impl FnOnce(&mut Hands<'_>) + Send + 'static {
    let settings = world.running.provider_settings();
    let secret = |name: &str| settings["credentials"][name].as_str().unwrap_or_default();
    let pair = STANDARD.encode(format!("{}:{}", secret("login"), secret("password")));
    body["tenant"] = settings["tenant"].clone();
    let path = format!("/ti_api/json/{api}");
    move |hands| {
        let response = hands.call(&Request {
            method: "POST".to_owned(),
            path,
            query: Vec::new(),
            headers: vec![("authorization".to_owned(), format!("Basic {pair}"))],
            body: body.to_string().into_bytes(),
        });
        assert_eq!(response.status, 200);
    }
}

/// A provider without a list is asked for each record when its turn has come.
#[tokio::test]
async fn what_another_tool_makes_in_mid_run_is_seen_before_our_create() {
    let (world, least) = start("zegoal").await;
    let world = world.limited(&json!({ "concurrency": 1 }));
    let before = count(&world, "accounts");
    let kind = world.def.kinds[0].kind;
    let second = with(least.clone(), "basic.accountName", &json!("Second"));
    let desired = world.desired(&[
        manifest(kind, "first", &least),
        manifest(kind, "second", &second),
    ]);
    let make = another_tool(&world, "second");
    world.running.after("CreateAccount", 1, make);
    let (_, receipt) = world.apply(&desired).await;
    let verdicts: Vec<Verdict> = receipt.outcomes.iter().map(|one| one.verdict).collect();
    assert_eq!(verdicts, [Verdict::Done, Verdict::Stale], "{receipt:#?}");
    assert_eq!(writes(&world)["CreateAccount"].len(), 1);
    assert_eq!(count(&world, "accounts"), before + 2);
}

/// Another tool makes a record with our key just after us, where the system keeps
/// no key unique.
fn twin_of_the_tenant(hands: &mut Hands<'_>) {
    let mut state = hands.state();
    let tenants = state["tenants"].as_array_mut().expect("a list");
    let mut ours = tenants.iter().filter(|tenant| named(tenant)).cloned();
    let mut theirs = ours.next().expect("our tenant");
    theirs["number"] = json!(900_000);
    theirs["object"]["id"] = json!("7e1a2c9e-5b8f-4c4b-9d55-2f6f0f1f0a01");
    theirs["object"]["name"] = json!("Theirs");
    tenants.push(theirs);
    hands.restore(state).expect("its own state");
}

fn twin_of_the_customer(hands: &mut Hands<'_>) {
    let mut state = hands.state();
    let partners = state["partners"].as_object_mut().expect("by id");
    let mut ours = partners.values().filter(|partner| named(partner)).cloned();
    let mut theirs = ours.next().expect("our customer");
    theirs["id"] = json!(900_000);
    theirs["name"] = json!("Theirs");
    partners.insert("900000".to_owned(), theirs);
    state["next_partner_id"] = json!(900_001);
    hands.restore(state).expect("its own state");
}

fn named(record: &Value) -> bool {
    record.to_string().contains(NAME)
}

#[tokio::test]
async fn a_twin_is_seen_by_the_run_that_made_the_other() {
    let cases: [(_, _, fn(&mut Hands<'_>), _); 2] = [
        (
            "acronis",
            "POST /tenants",
            twin_of_the_tenant,
            "7e1a2c9e-5b8f-4c4b-9d55-2f6f0f1f0a01",
        ),
        ("cove", "AddPartner", twin_of_the_customer, "900000"),
    ];
    for (name, operation, make_twin, theirs) in cases {
        let (world, least) = start(name).await;
        world.running.after(operation, 1, make_twin);
        let outcome = attempt(&world, &least).await;
        assert_eq!(outcome.verdict, Verdict::Failed, "{name}: {outcome:#?}");
        let reason = outcome.reason.expect("a reason");
        assert_eq!(
            reason,
            format!(
                "created, but another record with the same key was made since we looked: \
                 `{theirs}`"
            ),
            "{name}"
        );
        assert_eq!(writes(&world)[operation].len(), 1, "{name}");
    }
}

/// A token that is refused in the middle of a run is renewed once, and the write
/// that it was for is carried out once.
#[tokio::test]
async fn a_token_that_ends_in_mid_run_is_renewed_and_nothing_is_made_twice() {
    let (world, least) = start("acronis").await;
    let before = count(&world, "tenants");
    world.running.before("POST /tenants", 1, |hands| {
        hands.clock().advance(3 * HOUR_SECONDS);
    });
    world.running.clear_log();
    let outcome = attempt(&world, &least).await;
    assert_eq!(outcome.verdict, Verdict::Done, "{outcome:#?}");
    assert_eq!(count(&world, "tenants"), before + 1);
    let created = &writes(&world)["POST /tenants"];
    assert_eq!(created[0], 401);
    assert_eq!(created.len(), 2, "{created:?}");
}

#[tokio::test]
async fn a_visa_that_ends_in_mid_run_is_renewed_and_nothing_is_made_twice() {
    let (world, least) = start("cove").await;
    let before = count(&world, "partners");
    world.running.before("AddPartner", 1, |hands| {
        hands.clock().advance(HOUR_SECONDS);
    });
    world.running.clear_log();
    let outcome = attempt(&world, &least).await;
    assert_eq!(outcome.verdict, Verdict::Done, "{outcome:#?}");
    assert_eq!(count(&world, "partners"), before + 1);
    assert_eq!(writes(&world)["AddPartner"].len(), 2);
    let log = world.running.log();
    let logins = log.iter().filter(|entry| entry.operation == "Login");
    // The plan's reader, and the two halves of the apply; each of those two has
    // a visa that the clock has overtaken.
    assert_eq!(logins.count(), 5);
}

/// The service's clock jumps back by a day and forward again in mid-run.
#[tokio::test]
async fn a_clock_that_jumps_breaks_no_session() {
    for (name, operation) in [
        ("acronis", "POST /tenants"),
        ("cove", "AddPartner"),
        ("zegoal", "CreateAccount"),
    ] {
        let (world, least) = start(name).await;
        world.running.before(operation, 1, |hands| {
            hands.clock().advance(-24 * HOUR_SECONDS);
        });
        world.running.after(operation, 1, |hands| {
            hands.clock().advance(24 * HOUR_SECONDS);
        });
        let outcome = attempt(&world, &least).await;
        assert_eq!(outcome.verdict, Verdict::Done, "{name}: {outcome:#?}");
    }
}

/// The answer to one of two steps of a state change is lost. A look shows whether
/// the step was made, and what is left follows: our own first step is nobody else's.
#[tokio::test]
async fn a_lost_answer_in_the_middle_of_a_way_through_states_is_settled() {
    for fault in [
        "drop-after#1",
        "drop-before#1",
        "drop-after#2",
        "drop-before#2",
    ] {
        let (world, least) = start("cove").await;
        settle(&world, &least).await;
        let mut state = world.running.state();
        let partners = state["partners"].as_object_mut().expect("by id");
        let ours = partners
            .values_mut()
            .find(|partner| partner.to_string().contains(NAME))
            .expect("our customer");
        ours["state"] = json!("Registered");
        world.running.restore(state).expect("its own state");
        let strike = format!("cove:ChangePartnerState={fault}");
        world.running.inject(strike.parse().expect("a fault"));
        let spec = with(least, "state", &json!("NotActive"));
        let outcome = attempt(&world, &spec).await;
        assert_eq!(outcome.verdict, Verdict::Done, "{fault}: {outcome:#?}");
        let sent = writes(&world)["ChangePartnerState"].len();
        let expected = if fault.starts_with("drop-after") {
            2
        } else {
            3
        };
        assert_eq!(sent, expected, "{fault}");
    }
}
