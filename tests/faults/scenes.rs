//! What is done while calls are struck: for each provider enough to make every
//! call that it can make.

use serde_json::{Value, json};
use trueup::provider::{KindDef, Lookups, ProviderDef};

use crate::{
    laws::{converge::minimal, samples::with},
    matrix::rich,
};

/// The name and the key of the record under test.
pub(crate) const NAME: &str = "struck";

/// One thing that is done to one record.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) name: &'static str,
    /// What is wanted first, and comes about without a fault.
    pub(super) before: Option<Value>,
    /// What somebody else does to the whole state after that.
    pub(super) meddle: fn(&mut Value),
    /// What is wanted while the fault strikes.
    pub(super) after: Value,
}

fn scene(name: &'static str, before: Option<Value>, after: Value) -> Scene {
    Scene {
        name,
        before,
        meddle: |_| (),
        after,
    }
}

/// The scenes of a provider.
pub(super) fn scenes(def: &ProviderDef, kind: &KindDef, lookups: &Lookups) -> Vec<Scene> {
    let (all, half) = rich(kind, lookups);
    let least = minimal(kind, lookups);
    let end = json!({ "on": "2026-11-02", "reason": "left" });
    let mut scenes = vec![
        scene("create", None, all.clone()),
        scene("update", Some(all.clone()), half),
        scene("end", Some(least.clone()), with(least.clone(), "end", &end)),
    ];
    scenes.extend(match def.name {
        "acronis" => acronis(&least),
        "cove" => cove(&least),
        "zegoal" => zegoal(&least, &all),
        _ => Vec::new(),
    });
    scenes
}

/// A tenant whose customer has gone from Advanced Automation gets another one.
fn acronis(least: &Value) -> Vec<Scene> {
    let city = with(least.clone(), "billing.city", &json!("Sofia"));
    vec![Scene {
        name: "no customer yet",
        before: Some(least.clone()),
        meddle: |state| {
            let tag = |tenant: &Value| tenant.to_string().contains(NAME);
            let tenants = state["tenants"].as_array().expect("a list");
            let ours = tenants.iter().find(|tenant| tag(tenant));
            let ours = ours.expect("our tenant")["object"]["id"].clone();
            let records = state["records"].as_array_mut().expect("a list");
            records.retain(|record| !record.to_string().contains(ours.as_str().expect("an id")));
        },
        after: city,
    }]
}

fn cove(least: &Value) -> Vec<Scene> {
    let in_state = |state: &str| with(least.clone(), "state", &json!(state));
    let trial = in_state("InTrial");
    let mut without_times = trial.clone();
    for path in ["trialExpirationTime", "trialRegistrationTime"] {
        without_times = with(without_times, path, &Value::Null);
    }
    vec![
        scene("create without trial times", None, without_times),
        scene(
            "into production",
            Some(trial.clone()),
            in_state("InProduction"),
        ),
        scene("one step", Some(trial.clone()), in_state("Expired")),
        Scene {
            name: "two steps",
            before: Some(trial),
            meddle: |state| {
                let partners = state["partners"].as_object_mut().expect("by id");
                let ours = partners
                    .values_mut()
                    .find(|partner| partner.to_string().contains(NAME));
                ours.expect("our customer")["state"] = json!("Registered");
            },
            after: in_state("NotActive"),
        },
    ]
}

fn zegoal(least: &Value, all: &Value) -> Vec<Scene> {
    let suspended = with(least.clone(), "basic.lcState", &json!("Suspended"));
    vec![
        scene("a state", Some(least.clone()), suspended),
        Scene {
            name: "parts anew",
            before: Some(least.clone()),
            meddle: |state| {
                let accounts = state["accounts"].as_object_mut().expect("by id");
                let ours = accounts
                    .values_mut()
                    .find(|account| account["basic"]["account_code"] == NAME)
                    .expect("our account");
                for parts in ["contacts", "contracts", "addresses"] {
                    ours[parts] = json!([]);
                }
            },
            after: parts(least.clone(), all),
        },
    ]
}

/// The least account with all of its parts that can be given later.
fn parts(mut least: Value, all: &Value) -> Value {
    for section in ["contact", "contract", "address"] {
        let mut part = all[section].clone();
        let members = part.as_object_mut().expect("a section");
        // These are given at the creation of the account only.
        for name in ["department", "companyName"] {
            members.remove(name);
        }
        least[section] = part;
    }
    least
}
