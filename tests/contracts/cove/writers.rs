//! Strict writers: what is sent holds to the tables of [`super::schema`].

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trueup::simulator::LogEntry;

use super::{
    bench::{CUSTOMER, adopting, params, partner, sent, settle, spec, world},
    schema::{METHODS, Type},
};
use crate::support::world::World;

/// What was sent, and what was wrong with it.
#[derive(Default)]
struct Findings {
    seen: BTreeSet<String>,
    faults: Vec<String>,
}

impl Findings {
    fn group(&mut self, path: &str, members: &[(&str, Type)], value: &Value) {
        let Some(given) = value.as_object() else {
            self.faults.push(format!("{path} is no structure: {value}"));
            return;
        };
        for (name, value) in given {
            let path = format!("{path}.{name}");
            match members.iter().find(|(known, _)| known == name) {
                Some((_, kind)) => self.value(&path, *kind, value),
                None => self.faults.push(format!("{path} is not documented")),
            }
        }
    }

    fn value(&mut self, path: &str, kind: Type, value: &Value) {
        self.seen.insert(path.to_owned());
        let text = value.as_str();
        let names = |all: &Value| -> Vec<String> {
            let list = all.as_array().into_iter().flatten();
            list.map(|name| name.as_str().unwrap_or("?").to_owned())
                .collect()
        };
        let fits = match kind {
            Type::Id => value.as_i64().is_some_and(|id| id > 0),
            Type::Number => value.as_i64().is_some_and(|number| number >= 0),
            Type::Bool => value.is_boolean(),
            Type::Text => text.is_some(),
            Type::NonEmpty => text.is_some_and(|text| !text.is_empty()),
            Type::OneOf(known) => text.is_some_and(|text| known.contains(&text)),
            Type::Numbers => value
                .as_array()
                .is_some_and(|list| list.iter().all(Value::is_i64)),
            Type::Set(known) => {
                let names = names(value);
                let once: BTreeSet<&String> = names.iter().collect();
                value.is_array()
                    && once.len() == names.len()
                    && names.iter().all(|name| known.contains(&name.as_str()))
            }
            Type::Group(members) => {
                self.group(path, members, value);
                true
            }
        };
        if !fits {
            self.faults.push(format!("{path} is {value}"));
        }
    }

    /// Checks a request from its first line to the last member.
    fn request(&mut self, entry: &LogEntry) {
        let request = &entry.request;
        let name = &entry.operation;
        let line = (request.method.as_str(), request.path.as_str());
        let plain = line == ("POST", "/jsonapi") && request.query.is_empty();
        let json = request
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/json"));
        if !plain || !json || request.header("authorization").is_some() {
            self.faults.push(format!("{name} is no plain JSON request"));
        }
        let body = request.json().expect("JSON");
        let members: Vec<&str> = body
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        let envelope: &[&str] = match name.as_str() {
            "Login" => &["id", "jsonrpc", "method", "params"],
            _ => &["id", "jsonrpc", "method", "params", "visa"],
        };
        let has_visa = body["visa"].as_str().is_none_or(|visa| !visa.is_empty());
        if members != envelope || body["jsonrpc"] != "2.0" || !body["id"].is_string() || !has_visa {
            self.faults
                .push(format!("{name} has the envelope {members:?}"));
        }
        let Some(method) = METHODS.iter().find(|method| method.name == name) else {
            self.faults.push(format!("{name} is no documented method"));
            return;
        };
        self.group(name, method.params, &body["params"]);
        for path in method.needed {
            let pointer = format!("/{}", path.replace('.', "/"));
            if body["params"].pointer(&pointer).is_none() {
                self.faults.push(format!("{name} lacks {path}"));
            }
        }
        if name == "AddPartner" && body["params"]["partnerInfo"].get("Id").is_some() {
            self.faults.push(format!("{name} chooses the id"));
        }
        let unsafe_flags = [
            "createDefaultAccount",
            "forceRemoveCustomColumnValuesInOldScope",
        ];
        for flag in unsafe_flags {
            if body["params"][flag] == true {
                self.faults.push(format!("{name} says yes to {flag}"));
            }
        }
    }
}

/// Everything that can be set, in two variants.
fn everything(second: bool) -> Value {
    let pick = |one: Value, two: Value| if second { two } else { one };
    let text = |name: &str| pick(json!(format!("{name} 1")), json!(format!("{name} 2")));
    json!({
        "parent": pick(json!({ "ref": "quayside" }), json!({ "ref": "mooring" })),
        "name": text("Larkfield & Sons"),
        "level": "Reseller",
        "serviceType": pick(json!("AllInclusive"), json!("SoftwareOnly")),
        "state": "InTrial",
        "childServiceTypes": pick(json!(["AllInclusive", "SoftwareOnly"]), json!(["SoftwareOnly"])),
        "trialRegistrationTime": pick(json!("2026-11-01"), json!("2026-11-02T10:00:00+02:00")),
        "trialExpirationTime": pick(json!("2031-01-01"), json!("2031-02-01 12:30:00")),
        "deviceCountry": "Greece",
        "location": pick(json!("Sandbox Canada"), json!("18")),
        "flags": pick(json!(["CanInvoiceOthers"]), json!(["UnsubscribedFromTrialNotifications"])),
        "mailFrom": pick(json!("one@larkfield.example"), json!("two@larkfield.example")),
        "mailingOption": pick(json!("IncludeAll"), json!("ExcludeAll")),
        "updatePackagesMaxAllowedVersion": text("25"),
        "autoDeployment": pick(json!("Enable"), json!("Disable")),
        "advancedPartnerProperties": {
            "regionId": pick(json!(8), json!(9)),
            "responsibleUserId": pick(json!(20_411), json!(20_412)),
        },
        "company": {
            "phoneNumber": text("+31 20"),
            "faxNumber": text("+31 21"),
            "websiteAddress": text("www.larkfield.example"),
            "legalCompanyName": text("Larkfield B.V."),
            "chamberOfCommerceNumber": text("KVK"),
            "vatNumber": text("NL0"),
            "bankAccountNumber": pick(json!("NL91ABNA0417164300"), json!("NL20INGB0001234567")),
            "billingContactPersonId": pick(json!(7_001), json!(7_002)),
            "postAddress": {
                "country": pick(json!("NL"), json!("Greece")),
                "state": text("North"),
                "district": text("East"),
                "city": text("Utrecht"),
                "zipCode": text("3511"),
                "address": text("Quay"),
            },
        },
    })
}

/// Clears whatever can be cleared.
fn cleared() -> Value {
    let mut spec = with(everything(true), "level", "EndCustomer");
    for path in [
        "/trialRegistrationTime",
        "/flags",
        "/mailFrom",
        "/updatePackagesMaxAllowedVersion",
        "/advancedPartnerProperties/regionId",
        "/company/vatNumber",
        "/company/billingContactPersonId",
        "/company/postAddress/country",
        "/company/postAddress/city",
    ] {
        *spec.pointer_mut(path).expect("a field") = Value::Null;
    }
    spec
}

/// A customer is made, changed, cleared, taken over, put into production and
/// out of it, and ended; its parents with it.
async fn rich_life() -> World {
    let world = world(&[("lenient_types", "no")]).await;
    let reseller = |name: &str| {
        spec(&json!({ "name": name, "level": "SubDistributor", "state": "InProduction" }))
    };
    let parents = [
        partner("quayside", &reseller("Quayside")),
        partner("mooring", &reseller("Mooring")),
    ];
    let lives = [
        everything(false),
        everything(true),
        cleared(),
        with(everything(true), "childServiceTypes", Value::Null),
        with(everything(true), "state", "InProduction"),
        with(everything(true), "state", "NotActive"),
        with(
            everything(true),
            "end",
            json!({ "on": "2026-11-01", "reason": "left" }),
        ),
    ];
    for life in lives {
        let manifests = [&parents[..], &[partner("larkfield", &life)]].concat();
        settle(&world, &manifests).await;
    }
    let lindgren = json!({ "name": "Lindgren Dental Care" });
    settle(
        &world,
        &[adopting(partner("lindgren", &lindgren), CUSTOMER)],
    )
    .await;
    world
}

fn with(mut spec: Value, member: &str, value: impl Into<Value>) -> Value {
    spec[member] = value.into();
    spec
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_of_a_rich_life_is_documented() {
    let world = rich_life().await;
    let mut findings = Findings::default();
    for entry in world.running.log() {
        findings.request(&entry);
    }
    assert_eq!(findings.faults, Vec::<String>::new());
    let mut expected = BTreeSet::new();
    for method in METHODS {
        paths(method.name, method.params, &mut expected);
    }
    // Each of these belongs to one of the two methods that take a customer.
    for path in [
        "AddPartner.partnerInfo.Id",
        "ModifyPartner.partnerInfo.DeviceCountry",
    ] {
        expected.remove(path);
    }
    // Changed by a call of its own.
    expected.retain(|path| !path.starts_with("ModifyPartner.partnerInfo.AdvancedPartner"));
    // Sent only where a list is null.
    expected.retain(|path| !path.starts_with("EnumerateChildPartners"));
    let missing: Vec<&String> = expected.difference(&findings.seen).collect();
    assert_eq!(missing, Vec::<&String>::new(), "documented and never sent");
}

fn paths(above: &str, members: &[(&str, Type)], found: &mut BTreeSet<String>) {
    for (name, kind) in members {
        let path = format!("{above}.{name}");
        if let Type::Group(members) = kind {
            paths(&path, members, found);
        }
        found.insert(path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_changed_is_not_sent() {
    let world = world(&[]).await;
    let first = |path: &str, value: Value| {
        let mut spec = everything(false);
        spec["parent"] = json!("12350");
        spec["level"] = json!("EndCustomer");
        spec["childServiceTypes"] = json!([]);
        if !path.is_empty() {
            *spec.pointer_mut(path).expect("a field") = value;
        }
        [partner("larkfield", &spec)]
    };
    settle(&world, &first("", Value::Null)).await;
    for (path, value, sent) in [
        ("/name", json!("New"), json!({ "Name": "New" })),
        (
            "/serviceType",
            json!("SoftwareOnly"),
            json!({ "ServiceType": "SoftwareOnly" }),
        ),
        ("/flags", json!([]), json!({ "Flags": [] })),
        (
            "/company/postAddress/city",
            json!(null),
            json!({ "Company": { "PostAddress": { "City": "" } } }),
        ),
        (
            "/company/vatNumber",
            json!("NL9"),
            json!({ "Company": { "VatNumber": "NL9" } }),
        ),
        (
            "/trialExpirationTime",
            json!(null),
            json!({ "TrialExpirationTime": 0 }),
        ),
        (
            "/company/billingContactPersonId",
            json!(null),
            json!({ "Company": { "BillingContactPersonId": 0 } }),
        ),
    ] {
        // Back to the start.
        settle(&world, &first("", Value::Null)).await;
        world.running.clear_log();
        settle(&world, &first(path, value)).await;
        let calls = params(&world, "ModifyPartner");
        let mut expected = sent;
        expected["Id"] = json!(super::bench::FIRST_NEW);
        assert_eq!(calls.len(), 1, "{path}");
        assert_eq!(calls[0]["partnerInfo"], expected, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_go_one_at_a_time_and_each_is_read_back() {
    let world = world(&[]).await;
    let many: Vec<Value> = (0..5)
        .map(|at| {
            partner(
                &format!("p{at}"),
                &spec(&json!({ "name": format!("P {at}") })),
            )
        })
        .collect();
    settle(&world, &many).await;
    let calls: Vec<String> = sent(&world).into_iter().map(|(call, _)| call).collect();
    let adds = calls
        .iter()
        .enumerate()
        .filter(|(_, call)| *call == "AddPartner");
    for (at, _) in adds {
        assert_eq!(calls[at + 1], "GetPartnerInfoById", "{calls:?}");
    }
}
