//! A world of Acronis with knobs, somebody else who uses the same account, and
//! answers that are changed on the way.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use trueup::{
    apply::Receipt,
    desired::Desired,
    model::Tree,
    plan::{Change, Planned},
    provider::{Lookups, ProviderDef},
    providers::ALL,
    report::{Style, receipt, text},
    simulator::{LogEntry, Request},
};

use crate::support::{
    between::between,
    world::{World, manifest},
};

/// The partner's tenant in the sandbox.
pub(super) const PARTNER: &str = "ede9f834-70b3-476c-83d9-736f9f8c7dae";

const BASES: [&str; 2] = ["/api/2", "/api/advanced-automation/v1"];

pub(super) fn def() -> &'static ProviderDef {
    ALL.iter()
        .copied()
        .find(|def| def.name == "acronis")
        .expect("it is registered")
}

/// A world with these knobs.
pub(super) async fn world(knobs: &[(&str, &str)]) -> World {
    turned(World::start(def()).await, knobs)
}

fn turned(world: World, knobs: &[(&str, &str)]) -> World {
    for (name, value) in knobs {
        world.running.set_knob(name, value).expect("a knob");
    }
    world
}

/// One customer as a manifest of that name.
pub(super) fn one(world: &World, name: &str, spec: &Value) -> Desired {
    world.desired(&[manifest("AcronisCustomer", name, spec)])
}

/// One customer that stands for a record which is there already.
pub(super) fn adopted(world: &World, name: &str, remote: &str, spec: &Value) -> Desired {
    let mut manifest = manifest("AcronisCustomer", name, spec);
    manifest["metadata"]["annotations"] = json!({ "trueup.dev/adopt": remote });
    world.desired(&[manifest])
}

/// A plan and what became of it, as people see them, on one line.
pub(super) fn told(planned: &Planned, done: Option<&Receipt>) -> String {
    let plan = text::plan(&planned.plan, Style::default(), true);
    let done = done.map(|done| receipt::receipt(done, Style::default()));
    let told = format!("{plan} {}", done.unwrap_or_default());
    told.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Plans, and gives the one change with the plan as people see it.
pub(super) async fn planned(world: &World, desired: &Desired) -> (Change, String) {
    let (planned, _) = world.plan(desired).await;
    assert_eq!(planned.plan.changes.len(), 1, "{}", told(&planned, None));
    (planned.plan.changes[0].clone(), told(&planned, None))
}

/// Applies, which must go well, and plans again, which must find nothing.
pub(super) async fn settle(world: &World, desired: &Desired) -> String {
    let (planned, done) = world.apply(desired).await;
    let what = told(&planned, Some(&done));
    assert!(done.counts.all_done(), "{what}");
    let (again, _) = world.plan(desired).await;
    let counts = again.plan.counts;
    assert_eq!(
        counts.changes() + counts.blocked,
        0,
        "{}",
        told(&again, None)
    );
    what
}

/// All look-up tables.
pub(super) async fn lookups(world: &World) -> Lookups {
    let kind = &def().kinds[0];
    let tables = kind.fields().iter().filter_map(|facts| facts.lookup);
    let desired = one(world, "any", &json!({}));
    let readers = world.readers(&desired);
    let reader = readers.values().next().expect("a reader");
    reader.lookups(&tables.collect()).await.expect("look-ups")
}

/// Verb and path of a request, below the services' bases, with ids left out.
pub(super) fn call_of(entry: &LogEntry) -> String {
    let path = &entry.request.path;
    let path = BASES
        .iter()
        .find_map(|base| path.strip_prefix(base))
        .unwrap_or(path);
    let steps: Vec<&str> = path
        .split('/')
        .map(|step| if step.len() == 36 { "{id}" } else { step })
        .collect();
    format!("{} {}", entry.request.method, steps.join("/"))
}

/// The bodies of the calls of that verb and path, in order.
pub(super) fn bodies(world: &World, call: &str) -> Vec<Value> {
    let log = world.running.log();
    log.iter()
        .filter(|entry| call_of(entry) == call)
        .map(|entry| entry.request.json().unwrap_or_default())
        .collect()
}

/// The calls that could have changed something, in order.
pub(super) fn writes(world: &World) -> Vec<String> {
    let log = world.running.log();
    log.iter()
        .filter(|entry| entry.write)
        .map(call_of)
        .collect()
}

/// How many customers of Advanced Automation have that name.
pub(super) fn named(world: &World, name: &str) -> usize {
    let customers = Somebody::else_at(world).customers();
    customers.iter().filter(|row| row["Name"] == name).count()
}

/// Somebody else who uses the same account at the same time.
pub(super) struct Somebody<'a> {
    world: &'a World,
    token: String,
}

impl<'a> Somebody<'a> {
    pub(super) fn else_at(world: &'a World) -> Self {
        let settings = world.running.provider_settings();
        let credential = |name: &str| {
            let text = settings["credentials"][name].as_str();
            text.expect("the simulator tells its credentials")
                .to_owned()
        };
        let basic = format!("{}:{}", credential("clientId"), credential("clientSecret"));
        let mut request = request("POST", "/api/2/idp/token", &[]);
        request.headers = vec![
            (
                "authorization".to_owned(),
                format!("Basic {}", BASE64_STANDARD.encode(basic)),
            ),
            (
                "content-type".to_owned(),
                "application/x-www-form-urlencoded".to_owned(),
            ),
        ];
        request.body = b"grant_type=client_credentials".to_vec();
        let answer = world.running.call(&request);
        let answer: Value = serde_json::from_slice(&answer.body).expect("JSON");
        let token = answer["access_token"].as_str().expect("a token").to_owned();
        Self { world, token }
    }

    /// One call; `path` is below the services' bases, and only those of
    /// Advanced Automation start with a capital letter.
    pub(super) fn call(
        &self,
        method: &str,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> (u16, Value) {
        let is_automation = path[1..].starts_with(char::is_uppercase);
        let base = BASES[usize::from(is_automation)];
        let mut request = request(method, &format!("{base}{path}"), query);
        let bearer = format!("Bearer {}", self.token);
        request.headers.push(("authorization".to_owned(), bearer));
        if let Some(body) = body {
            let json = "application/json".to_owned();
            request.headers.push(("content-type".to_owned(), json));
            request.body = body.to_string().into_bytes();
        }
        let answer = self.world.running.call(&request);
        let json = serde_json::from_slice(&answer.body).unwrap_or_default();
        (answer.status, json)
    }

    fn read(&self, method: &str, path: &str, query: &[(&str, &str)]) -> Value {
        let (status, body) = self.call(method, path, query, None);
        assert_eq!(status, 200, "{method} {path}: {body}");
        body
    }

    /// The living tenant of that name.
    pub(super) fn tenant(&self, name: &str) -> Value {
        let query = [("parent_id", PARTNER)];
        let list = self.read("GET", "/tenants", &query);
        let items = list["items"].as_array().expect("a list");
        let found = items.iter().find(|tenant| tenant["name"] == name);
        found
            .unwrap_or_else(|| panic!("there is no {name}"))
            .clone()
    }

    /// Makes a tenant.
    pub(super) fn make(&self, body: &Value) -> Value {
        let (status, answer) = self.call("POST", "/tenants", &[], Some(body));
        assert_eq!(status, 201, "{answer}");
        answer
    }

    /// The living tenants at any depth that have our key.
    pub(super) fn tagged(&self, key: &str) -> Vec<Value> {
        let list = self.read("GET", "/tenants", &[("subtree_root_id", PARTNER)]);
        let items = list["items"].as_array().expect("a list");
        let found = items.iter().filter(|tenant| tenant["internal_tag"] == key);
        found.cloned().collect()
    }

    /// All rows of the customer list.
    pub(super) fn customers(&self) -> Vec<Value> {
        let query = [("Page", "1"), ("PageSize", "1000")];
        let list = self.read("POST", "/Customer", &query);
        list["Customers"].as_array().expect("a list").clone()
    }

    /// The customers of a tenant, in full.
    pub(super) fn customers_of(&self, tenant: &Value) -> Vec<Value> {
        self.customers()
            .iter()
            .filter(|row| row["ExternalTenantUUID"] == *tenant)
            .map(|row| {
                let id = row["Id"].as_str().expect("an id");
                self.read("POST", "/Customer", &[("id", id)])
            })
            .collect()
    }

    /// The one customer of a tenant, in full.
    pub(super) fn customer_of(&self, tenant: &Value) -> Value {
        let mut found = self.customers_of(tenant);
        assert_eq!(found.len(), 1, "customers of one tenant");
        found.remove(0)
    }

    /// Changes a tenant.
    pub(super) fn change(&self, tenant: &Value, body: &Value) -> Value {
        let id = tenant["id"].as_str().expect("an id");
        let mut body = body.clone();
        body["version"] = tenant["version"].clone();
        let (status, answer) = self.call("PUT", &format!("/tenants/{id}"), &[], Some(&body));
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Changes billing information as a careful client does: everything is sent
    /// back.
    pub(super) fn bill(&self, customer: &Value, body: &Value) -> Value {
        let mut whole = customer.clone();
        for (name, value) in body.as_object().expect("an object") {
            whole[name] = value.clone();
        }
        let (status, answer) = self.call("PUT", "/Customers", &[], Some(&whole));
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

fn request(method: &str, path: &str, query: &[(&str, &str)]) -> Request {
    let query = query.iter();
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        headers: Vec::new(),
        body: Vec::new(),
    }
}

/// A world whose answers are changed on the way.
pub(super) async fn bent(
    knobs: &[(&str, &str)],
    mut bend: impl FnMut(&Request, &mut Value) + Send + 'static,
) -> World {
    let service = between((def().simulate)(1), move |request, system| {
        let answer = system.answer(request);
        let Ok(mut json) = serde_json::from_slice::<Value>(&answer.body) else {
            return answer;
        };
        bend(request, &mut json);
        answer.with_body(json.to_string().as_bytes())
    });
    turned(World::serving(def(), service).await, knobs)
}

/// Whether a request asks for one customer in full.
pub(super) fn is_detail(request: &Request) -> bool {
    request.path.ends_with("/Customer") && request.query("id").is_some()
}

/// Whether a request asks for the list of customers.
pub(super) fn is_customer_list(request: &Request) -> bool {
    request.path.ends_with("/Customer") && request.query("id").is_none()
}

/// The record of the one manifest, read as `apply` reads it.
pub(super) async fn record_of(world: &World, desired: &Desired) -> Tree {
    use trueup::observed::Match;
    let (_, observed) = world.plan(desired).await;
    let resource = &desired.resources[0];
    match observed.found(&resource.provider, &resource.address) {
        Some(Match::Found(record) | Match::Adoptable(record)) => record.tree.clone(),
        other => panic!("the record is {other:?}"),
    }
}
