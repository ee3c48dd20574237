//! What the tests of this system share: a world, other users of the service,
//! and a service whose answers are bent on the way.

use serde_json::{Value, json};
use trueup::{
    apply::{Outcome, Receipt},
    desired::Desired,
    plan::{Change, Planned},
    provider::{ProviderDef, Record, codec},
    providers::ALL,
    report::{Style, text},
    simulator::Request,
};

use crate::support::{
    between::between,
    world::{World, manifest},
};

/// The customer that the sandbox's user belongs to.
pub(super) const ROOT: i64 = 12_345;

/// A reseller below it, without anything of ours.
pub(super) const RESELLER: i64 = 12_350;

/// A customer below the reseller, with every field set and the key
/// `sandbox/lindgren`.
pub(super) const CUSTOMER: i64 = 12_361;

/// The first id that a new customer gets.
pub(super) const FIRST_NEW: i64 = 55_806;

pub(super) fn def() -> &'static ProviderDef {
    ALL.iter()
        .copied()
        .find(|def| def.name == "cove")
        .expect("the system is registered")
}

/// The service as it is, with knobs set.
pub(super) async fn world(knobs: &[(&str, &str)]) -> World {
    let world = World::start(def()).await;
    for (name, value) in knobs {
        world.running.set_knob(name, value).expect("a knob");
    }
    world
}

/// A small customer, with more or other members.
pub(super) fn spec(members: &Value) -> Value {
    let mut spec = json!({
        "name": "Larkfield Dental",
        "level": "EndCustomer",
        "serviceType": "AllInclusive",
        "state": "InTrial",
    });
    for (name, value) in members.as_object().expect("members form an object") {
        spec[name] = value.clone();
    }
    spec
}

/// The manifest of `spec`, named `larkfield`.
pub(super) fn larkfield(members: &Value) -> Value {
    manifest("CovePartner", "larkfield", &spec(members))
}

/// A manifest with whatever spec.
pub(super) fn partner(name: &str, spec: &Value) -> Value {
    manifest("CovePartner", name, spec)
}

/// The same manifest, allowed to adopt a record.
pub(super) fn adopting(mut manifest: Value, id: i64) -> Value {
    manifest["metadata"]["annotations"] = json!({ "trueup.dev/adopt": id.to_string() });
    manifest
}

/// Plans and applies, and checks that everything was done and nothing is left.
pub(super) async fn settle(world: &World, manifests: &[Value]) -> Receipt {
    let desired = world.desired(manifests);
    let (planned, receipt) = world.apply(&desired).await;
    assert!(receipt.counts.all_done(), "{}{receipt:#?}", shown(&planned));
    quiet(world, &desired).await;
    receipt
}

/// Checks that there is nothing to do.
pub(super) async fn quiet(world: &World, desired: &Desired) -> Planned {
    let (planned, _) = world.plan(desired).await;
    let counts = planned.plan.counts;
    assert_eq!(counts.changes() + counts.blocked, 0, "{}", shown(&planned));
    planned
}

/// Plans one manifest and gives its change.
pub(super) async fn change(world: &World, manifest: Value) -> Change {
    let (planned, _) = world.plan(&world.desired(&[manifest])).await;
    planned.plan.changes[0].clone()
}

/// Applies one manifest and gives what became of it.
pub(super) async fn outcome(world: &World, manifest: Value) -> Outcome {
    let (planned, receipt) = world.apply(&world.desired(&[manifest])).await;
    let outcome = receipt.outcomes.first();
    outcome
        .unwrap_or_else(|| panic!("{}", shown(&planned)))
        .clone()
}

/// A plan as its reader sees it.
pub(super) fn shown(planned: &Planned) -> String {
    text::plan(&planned.plan, Style::default(), true)
}

/// The customer with that id, as our reader reads it for a manifest.
pub(super) async fn read(world: &World, id: i64, manifest: &Value) -> Record {
    let desired = world.desired(std::slice::from_ref(manifest));
    let readers = world.readers(&desired);
    let reader = readers.values().next().expect("a reader");
    let remote = trueup::model::RemoteId(id.to_string());
    let tree = &desired.resources[0].tree;
    reader
        .read("CovePartner", &remote, tree, None)
        .await
        .expect("it reads")
        .expect("it is there")
}

/// Every call that was sent, with its body.
pub(super) fn sent(world: &World) -> Vec<(String, Value)> {
    world
        .running
        .log()
        .into_iter()
        .map(|entry| {
            let body = entry.request.json().expect("every request is JSON");
            (entry.operation, body)
        })
        .collect()
}

/// The parameters of the calls of one method.
pub(super) fn params(world: &World, method: &str) -> Vec<Value> {
    sent(world)
        .into_iter()
        .filter(|(operation, _)| operation == method)
        .map(|(_, body)| body["params"].clone())
        .collect()
}

/// How often each method was called, in the order of names.
pub(super) fn counts(world: &World) -> Vec<(String, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for (operation, _) in sent(world) {
        *counts.entry(operation).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

/// Another user of the service, whose requests no fault strikes and no log
/// holds.
pub(super) struct Stranger<'a>(pub(super) &'a World);

impl Stranger<'_> {
    /// The whole body of the answer to a body.
    pub(super) fn post(&self, body: &Value) -> Value {
        let request = Request {
            method: "POST".to_owned(),
            path: "/jsonapi".to_owned(),
            query: Vec::new(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        };
        let response = self.0.running.call(&request);
        serde_json::from_slice(&response.body).expect("the answer is JSON")
    }

    /// The whole body of the answer to `Login`.
    pub(super) fn login(&self) -> Value {
        let settings = self.0.running.provider_settings();
        let text = |path| codec::at(&settings, path).expect("a setting").clone();
        self.post(&json!({
            "jsonrpc": "2.0",
            "id": "stranger",
            "method": "Login",
            "params": {
                "partner": text("partner"),
                "username": text("credentials.username"),
                "password": text("credentials.password"),
            },
        }))
    }

    /// The whole body of the answer to a call.
    pub(super) fn answer(&self, method: &str, params: &Value) -> Value {
        self.post(&json!({
            "jsonrpc": "2.0",
            "id": "stranger",
            "method": method,
            "params": params,
            "visa": self.login()["visa"],
        }))
    }

    /// What a call returns that must succeed.
    pub(super) fn call(&self, method: &str, params: &Value) -> Value {
        let answer = self.answer(method, params);
        assert_eq!(answer.get("error"), None, "{method} {params}");
        answer["result"]["result"].clone()
    }

    /// One customer in full.
    pub(super) fn by_id(&self, id: i64) -> Value {
        self.call("GetPartnerInfoById", &json!({ "partnerId": id }))
    }

    /// How many customers have that name.
    pub(super) fn namesakes(&self, name: &str) -> usize {
        let stored = self.0.running.state();
        let partners = stored["partners"].as_object().expect("customers");
        partners.values().filter(|row| row["name"] == name).count()
    }

    /// Changes what is stored of one customer, past all rules.
    pub(super) fn tamper(&self, id: i64, member: &str, value: Value) {
        let mut state = self.0.running.state();
        state["partners"][id.to_string()][member] = value;
        self.0.running.restore(state).expect("a state");
    }
}

/// A world whose answers are bent.
pub(super) async fn bent(on_answer: impl FnMut(&Value, &mut Value) + Send + 'static) -> World {
    bent_both_ways(|_| (), on_answer).await
}

/// A world whose requests and answers are bent.
pub(super) async fn bent_both_ways(
    mut on_request: impl FnMut(&mut Value) + Send + 'static,
    mut on_answer: impl FnMut(&Value, &mut Value) + Send + 'static,
) -> World {
    let service = between((def().simulate)(1), move |request, system| {
        let asked = request.json().unwrap_or_default();
        let mut passed = asked.clone();
        on_request(&mut passed);
        let mut request = request.clone();
        request.body = passed.to_string().into_bytes();
        let mut response = system.answer(&request);
        if let Ok(mut answer) = serde_json::from_slice(&response.body) {
            on_answer(&asked, &mut answer);
            response.body = answer.to_string().into_bytes();
        }
        response
    });
    World::serving(def(), service).await
}

/// An error answer in place of what was answered.
pub(super) fn refuse(answer: &mut Value, data: i64, message: &str) {
    let members = answer.as_object_mut().expect("an answer is an object");
    members.remove("result");
    let error = json!({ "code": -32603, "data": data, "message": message });
    members.insert("error".to_owned(), error);
}

/// The customer in an answer about one, if that is what it is.
pub(super) fn customer_in<'a>(asked: &Value, answer: &'a mut Value) -> Option<&'a mut Value> {
    let is_one = asked["method"] == "GetPartnerInfoById" && answer.get("error").is_none();
    is_one.then(|| &mut answer["result"]["result"])
}

/// All customers in an answer: the rows of a list, or the one that was asked
/// for.
pub(super) fn customers_in<'a>(asked: &Value, answer: &'a mut Value) -> Vec<&'a mut Value> {
    if asked["method"] != "EnumeratePartners" {
        return customer_in(asked, answer).into_iter().collect();
    }
    let rows = answer["result"]["result"].as_array_mut();
    rows.map(|rows| rows.iter_mut().collect())
        .unwrap_or_default()
}
