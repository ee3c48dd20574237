//! A simulated tenant, and what the tests of this folder ask of it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use trueup::{
    apply::{Outcome, Verdict},
    desired::Desired,
    plan::{Change, Planned},
    provider::{Action, ProviderDef},
    providers::ALL,
    report::{Style, text},
    simulator::{Request, Response},
};

use crate::support::world::{World, manifest};

/// The kind of accounts.
pub(super) const KIND: &str = "ZegoalAccount";

/// One day of the simulated clock.
pub(super) const DAY_SECONDS: i64 = 24 * 60 * 60;

pub(super) fn def() -> &'static ProviderDef {
    let mut all = ALL.iter().copied();
    all.find(|def| def.name == "zegoal").expect("registered")
}

/// A tenant with these knobs.
pub(super) async fn tenant(knobs: &[(&str, &str)]) -> World {
    let world = World::start(def()).await;
    // The first call lays the fixtures out.
    raw(&world, "GetTenantDict", json!({}));
    for (name, value) in knobs {
        turn(&world, name, value);
    }
    world
}

pub(super) fn turn(world: &World, knob: &str, value: &str) {
    let set = world.running.set_knob(knob, value);
    set.expect("a knob of the simulator");
}

pub(super) fn pass_days(world: &World, days: i64) {
    world.clock.advance(days * DAY_SECONDS);
}

/// The manifest of one account.
pub(super) fn account(name: &str, spec: &Value) -> Value {
    manifest(KIND, name, spec)
}

/// One account as wanted.
pub(super) fn wanted(world: &World, name: &str, spec: &Value) -> Desired {
    world.desired(&[account(name, spec)])
}

/// An account with a value in every section.
pub(super) fn full() -> Value {
    json!({
        "basic": {
            "accountName": "Juniper Bakery",
            "accountType": "Postpaid",
            "description": "bread",
            "lcState": "Active",
            "notiChannel": "Viber",
            "notiUserId": "juniper",
            "ownership": "private",
        },
        "billing": { "currency": "EUR", "taxNumber": "190555001" },
        "bankInfo": { "bankName": "Example Bank", "bankAccount": "BY00EXMP00000000000000555001" },
        "contract": { "contractNumber": "J-1" },
        "contact": {
            "companyTitle": "Juniper Bakery LLC",
            "department": "Ovens",
            "email": "ovens@juniper.example",
            "mobilePhone": "+375 29 555 00 01",
            "workPhone": "+375 17 555 00 01",
        },
        "address": { "companyName": "Juniper Bakery LLC", "city": "Minsk" },
    })
}

/// A request as another program would send it.
pub(super) fn request(world: &World, api: &str, body: &Value) -> Request {
    let settings = world.running.provider_settings();
    let secret = |name: &str| {
        let text = settings["credentials"][name].as_str();
        text.expect("the simulator tells its credentials")
            .to_owned()
    };
    let pair = format!("{}:{}", secret("login"), secret("password"));
    Request {
        method: "POST".to_owned(),
        path: format!("/ti_api/json/{api}"),
        query: Vec::new(),
        headers: vec![(
            "authorization".to_owned(),
            format!("Basic {}", STANDARD.encode(pair)),
        )],
        body: body.to_string().into_bytes(),
    }
}

/// Sends a request past the client.
pub(super) fn send(world: &World, api: &str, body: &Value) -> Response {
    world.running.call(&request(world, api, body))
}

/// The envelope that a request past the client gets.
pub(super) fn envelope(world: &World, api: &str, mut body: Value) -> Value {
    body["tenant"] = "zegoal".into();
    let answer = send(world, api, &body);
    assert_eq!(answer.status, 200, "{api}");
    serde_json::from_slice(&answer.body).expect("an envelope is JSON")
}

/// The response of a request past the client that succeeds.
pub(super) fn raw(world: &World, api: &str, body: Value) -> Value {
    let mut envelope = envelope(world, api, body);
    let status = &envelope["processing_result"]["status"];
    assert_eq!(status, "ok", "{envelope}");
    envelope[api]["response"].take()
}

/// Everything about the account with this code, as the server stores it.
pub(super) fn stored(world: &World, code: &str) -> Value {
    raw(
        world,
        "GetAccountInfo",
        json!({
            "account_code": code,
            "force_lookup": true,
            "return_address": true,
            "return_billing": true,
            "return_contacts": true,
            "return_contracts": true,
            "return_lc": true,
            "return_bank_info": true,
        }),
    )
}

/// The states of the account with this code, past, present and to come.
pub(super) fn states(world: &World, code: &str) -> Vec<String> {
    let stored = stored(world, code);
    let rows = stored["lc"].as_array().expect("the rows of a life cycle");
    let state = |row: &Value| row["lc_status"].as_str().expect("a state").to_owned();
    rows.iter().map(state).collect()
}

/// The number of accounts of the tenant.
pub(super) fn accounts(world: &World) -> usize {
    let state = world.running.state();
    state["accounts"].as_object().expect("by id").len()
}

/// A plan as a reviewer sees it, with calls.
pub(super) fn shown(planned: &Planned) -> String {
    text::plan(&planned.plan, Style::default(), true)
}

/// The only change of a plan.
pub(super) fn only(planned: &Planned) -> &Change {
    let [change] = planned.plan.changes.as_slice() else {
        panic!("more than one change\n{}", shown(planned));
    };
    change
}

/// The calls of a change with their purposes.
pub(super) fn steps(change: &Change) -> Vec<String> {
    change
        .calls
        .iter()
        .map(|call| match call.purpose {
            Some(purpose) => format!("{} ({purpose})", call.operation),
            None => call.operation.to_owned(),
        })
        .collect()
}

/// Applies what must succeed, and checks that nothing is left to do. Gives the
/// steps that the plan showed.
pub(super) async fn settle(world: &World, desired: &Desired) -> Vec<String> {
    let (planned, receipt) = world.apply(desired).await;
    for outcome in &receipt.outcomes {
        assert_eq!(
            outcome.verdict,
            Verdict::Done,
            "{outcome:?}\n{}",
            shown(&planned)
        );
    }
    quiet(world, desired).await;
    planned.plan.changes.iter().flat_map(steps).collect()
}

/// Checks that nothing is to be done about an account. Gives the notes.
pub(super) async fn quiet(world: &World, desired: &Desired) -> Vec<String> {
    let (planned, _) = world.plan(desired).await;
    let change = only(&planned);
    assert_eq!(change.action, Action::None, "{}", shown(&planned));
    change.notes.clone()
}

/// Plans and carries out one account; gives the plan and what became of it.
pub(super) async fn attempt(world: &World, desired: &Desired) -> (Planned, Outcome) {
    let (planned, receipt) = world.apply(desired).await;
    let [outcome] = receipt.outcomes.as_slice() else {
        panic!("{} outcomes\n{}", receipt.outcomes.len(), shown(&planned));
    };
    (planned, outcome.clone())
}
