//! What is sent: only members that the pages document, in exactly the documented
//! types, never `null`, with credentials and tenant on every request.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trueup::provider::{Lookups, codec};

use crate::{
    laws::samples::{values, with},
    support::world::World,
};

use super::{
    documented::{APIS, faults_of_request},
    tenant::{def, raw, settle, stored, tenant, wanted},
};

/// Specs with the first and the second sample of every field, and one that
/// clears all that can be cleared.
async fn lives(world: &World) -> [Value; 3] {
    let kind = &def().kinds[0];
    let desired = wanted(world, "juniper", &json!({}));
    let tables: BTreeSet<&'static str> = kind.fields().iter().filter_map(|it| it.lookup).collect();
    let readers = world.readers(&desired);
    let reader = readers.values().next().expect("a reader");
    let lookups: Lookups = reader.lookups(&tables).await.expect("look-ups");
    let mut lives = [json!({}), json!({}), json!({})];
    for facts in kind.fields().iter() {
        let Some([one, two]) = values(kind, facts, &lookups) else {
            continue;
        };
        let path = facts.path.as_str();
        let later = if facts.create_only { &one } else { &two };
        let clears = facts.clearable && !facts.create_only;
        let last = if clears { &Value::Null } else { later };
        let [first, second, third] = &mut lives;
        *first = with(first.take(), path, &one);
        *second = with(second.take(), path, later);
        *third = with(third.take(), path, last);
    }
    for (at, life) in lives.iter_mut().enumerate() {
        let parent = [json!("1"), json!("2"), Value::Null];
        codec::put(life, "basic.parent", parent[at].clone());
    }
    lives
}

/// Takes contact, contract and address away, as a hand at the provider would.
fn strip(world: &World) {
    let live = stored(world, "juniper");
    let id = live["account_id"].clone();
    for (api, list, name) in [
        ("DeleteAccountContacts", "contacts", "contact_id"),
        ("DeleteAccountContracts", "contracts", "contract_id"),
    ] {
        let row = match &live[list] {
            Value::Array(rows) => &rows[0],
            object => object,
        };
        let part = json!({ name: row[name] });
        raw(world, api, json!({ "account_id": id, list: [part] }));
    }
    // There is no call that deletes an address.
    let mut state = world.running.state();
    let key = codec::as_text(&id).expect("an id");
    state["accounts"][key]["addresses"] = json!([]);
    world.running.restore(state).expect("a state");
}

/// Everything that can happen to an account, one after the other.
async fn live_richly(world: &World) {
    let [first, second, cleared] = lives(world).await;
    for life in [&first, &second, &cleared] {
        settle(world, &wanted(world, "juniper", life)).await;
    }
    strip(world);
    let mut parts = json!({ "basic": { "accountName": "Juniper Bakery" } });
    for (section, name, value) in [
        ("contact", "companyTitle", "Juniper Bakery LLC"),
        ("contact", "mobilePhone", "+375 29 555 00 01"),
        ("contract", "contractNumber", "J-9"),
        ("contract", "signingDate", "2026-01-01"),
        ("address", "city", "Minsk"),
    ] {
        parts[section][name] = value.into();
    }
    settle(world, &wanted(world, "juniper", &parts)).await;
    for state in ["Suspended", "Active"] {
        parts["basic"]["lcState"] = state.into();
        settle(world, &wanted(world, "juniper", &parts)).await;
    }
    parts["basic"]["lcState"] = "Suspended".into();
    parts["basic"]["lcFrom"] = "2027-01-01".into();
    settle(world, &wanted(world, "juniper", &parts)).await;
    let mut ended = parts.clone();
    ended["end"] = json!({ "on": "2026-11-02", "reason": "contract ended" });
    settle(world, &wanted(world, "juniper", &ended)).await;
    let basic = parts["basic"].as_object_mut().expect("members");
    basic.remove("lcFrom");
    settle(world, &wanted(world, "juniper", &parts)).await;
}

#[tokio::test]
async fn a_rich_life_sends_nothing_but_what_is_documented() {
    for knobs in [
        &[][..],
        &[
            ("ids", "string"),
            ("one_element_lists", "object"),
            ("layout", "account"),
        ],
    ] {
        let world = tenant(knobs).await;
        world.running.clear_log();
        live_richly(&world).await;
        let log = world.running.log();
        let faults: BTreeSet<String> = log.iter().flat_map(faults_of_request).collect();
        assert!(faults.is_empty(), "{faults:#?}");
        let sent: BTreeSet<&str> = log.iter().map(|entry| entry.operation.as_str()).collect();
        let known: BTreeSet<&str> = APIS.iter().map(|(api, _)| *api).collect();
        assert_eq!(sent, known);
    }
}
