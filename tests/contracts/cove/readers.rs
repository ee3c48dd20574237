//! Tolerant readers: what is newer than the documents survives, every form of a
//! value is one value, and what was not returned is unknown.

use serde_json::{Value, json};
use trueup::{apply::Verdict, model::Leaf, provider::Action};

use super::bench::{
    CUSTOMER, FIRST_NEW, RESELLER, ROOT, Stranger, adopting, bent, bent_both_ways, change,
    customer_in, customers_in, larkfield, outcome, params, partner, quiet, read, refuse, sent,
    settle,
};
use crate::support::world::World;

/// A manifest of the customer of which everything is set.
fn lindgren(members: &Value) -> Value {
    let mut spec = json!({ "externalCode": "sandbox/lindgren" });
    for (name, value) in members.as_object().expect("members") {
        spec[name] = value.clone();
    }
    partner("lindgren", &spec)
}

async fn plan_is_quiet(world: &World, manifest: Value) {
    quiet(world, &world.desired(&[manifest])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_that_nobody_knows_are_ignored() {
    let world = bent(|asked, answer| {
        if let Some(found) = customer_in(asked, answer) {
            found["Wings"] = json!({ "Left": [1, null] });
            found["Company"]["Shoe"] = json!(42);
            found["Company"]["PostAddress"]["Door"] = json!(false);
            found["Guid"] = json!("x");
            found["Discount"] = json!(0.5);
        }
        for found in customers_in(asked, answer) {
            found["Pairs"] = json!([["a", "0"]]);
        }
        answer["traceId"] = json!(7);
    })
    .await;
    plan_is_quiet(&world, lindgren(&json!({ "name": "Lindgren Dental Care" }))).await;
    let record = read(&world, CUSTOMER, &lindgren(&json!({}))).await;
    assert_eq!(record.unknown, Vec::<String>::new());
}

/// A flag newer than the schema is neither shown as a difference nor taken away
/// by a change of other flags.
#[tokio::test(flavor = "multi_thread")]
async fn flags_that_nobody_knows_survive_a_round_trip() {
    let world = bent_both_ways(
        |asked| {
            // The simulator knows the schema only.
            if let Some(flags) = asked["params"]["partnerInfo"]["Flags"].as_array_mut() {
                flags.retain(|flag| flag != "HasWings");
            }
        },
        |asked, answer| {
            if let Some(found) = customer_in(asked, answer) {
                let mut flags = found["Flags"].as_array().cloned().unwrap_or_default();
                flags.insert(0, json!("HasWings"));
                found["Flags"] = json!(flags);
            }
        },
    )
    .await;
    let flags = json!(["UnsubscribedFromTrialNotifications"]);
    plan_is_quiet(&world, lindgren(&json!({ "flags": flags }))).await;
    let both = json!(["CanInvoiceOthers", "UnsubscribedFromTrialNotifications"]);
    settle(&world, &[lindgren(&json!({ "flags": both }))]).await;
    let calls = params(&world, "ModifyPartner");
    assert_eq!(
        calls[0]["partnerInfo"]["Flags"],
        json!([
            "CanInvoiceOthers",
            "HasWings",
            "UnsubscribedFromTrialNotifications"
        ])
    );
    settle(&world, &[lindgren(&json!({ "flags": [] }))]).await;
    let calls = params(&world, "ModifyPartner");
    assert_eq!(calls[1]["partnerInfo"]["Flags"], json!(["HasWings"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_enums_that_nobody_knows_are_shown_and_never_written() {
    let world = bent(|asked, answer| {
        for found in customers_in(asked, answer) {
            if found["Id"] == CUSTOMER {
                found["Level"] = json!("ServiceOrganization");
                found["State"] = json!("Frozen");
                found["MailingOption"] = json!("IncludeFriends");
            }
        }
    })
    .await;
    plan_is_quiet(&world, lindgren(&json!({ "name": "Lindgren Dental Care" }))).await;
    plan_is_quiet(&world, lindgren(&json!({ "level": "ServiceOrganization" }))).await;
    let seen = change(&world, lindgren(&json!({ "state": "InTrial" }))).await;
    assert_eq!(seen.action, Action::Blocked);
    assert_eq!(
        seen.reason.as_deref(),
        Some(
            "the provider knows no way from the state `Frozen` to `InTrial`; from there it knows \
             none"
        )
    );
    let seen = change(&world, lindgren(&json!({ "mailingOption": "ExcludeAll" }))).await;
    assert_eq!(seen.action, Action::Update);
}

/// `null`, `[]`, `""`, 0, `Undefined` and no member at all.
#[tokio::test(flavor = "multi_thread")]
async fn every_word_for_nothing_is_one() {
    let nothings = [
        ("Flags", vec![json!(null), json!([]), json!("")]),
        (
            "ChildServiceTypes",
            vec![json!(null), json!([]), json!(["Undefined"])],
        ),
        ("MailFrom", vec![json!(null), json!("")]),
        (
            "MailingOption",
            vec![json!(null), json!("Undefined"), json!("")],
        ),
        (
            "TrialExpirationTime",
            vec![json!(null), json!(0), json!("0")],
        ),
        ("LocationId", vec![json!(null), json!(0), json!("0")]),
    ];
    let fields = [
        "flags",
        "childServiceTypes",
        "mailFrom",
        "mailingOption",
        "trialExpirationTime",
        "location",
    ];
    for ((member, values), field) in nothings.into_iter().zip(fields) {
        for value in values.into_iter().map(Some).chain([None]) {
            let told = format!("{member}: {value:?}");
            let world = bent(move |asked, answer| {
                if let Some(found) = customer_in(asked, answer) {
                    let members = found.as_object_mut().expect("a customer");
                    members.remove(member);
                    if let Some(value) = &value {
                        members.insert(member.to_owned(), value.clone());
                    }
                }
            })
            .await;
            let record = read(&world, CUSTOMER, &lindgren(&json!({}))).await;
            assert_eq!(record.tree.at(field), Some(&Leaf::Unset), "{told}");
            assert_eq!(record.unknown, Vec::<String>::new(), "{told}");
        }
    }
}

/// The service takes ids as text at places; one day it may give them so.
#[tokio::test(flavor = "multi_thread")]
async fn ids_are_numbers_or_text() {
    let as_text = |value: &mut Value| *value = json!(value.to_string());
    let world = bent(move |asked, answer| {
        if asked["method"] == "Login" {
            as_text(&mut answer["result"]["result"]["PartnerId"]);
        }
        if asked["method"] == "AddPartner" {
            as_text(&mut answer["result"]["result"]);
        }
        for found in customers_in(asked, answer) {
            as_text(&mut found["Id"]);
            as_text(&mut found["ParentId"]);
            if !found["LocationId"].is_null() {
                as_text(&mut found["LocationId"]);
            }
            if found["Company"].get("BillingContactPersonId").is_some() {
                as_text(&mut found["Company"]["BillingContactPersonId"]);
            }
        }
    })
    .await;
    let members = json!({
        "parent": RESELLER.to_string(),
        "location": "18",
        "company": { "billingContactPersonId": 7_001 },
    });
    plan_is_quiet(&world, lindgren(&members)).await;
    let receipt = settle(&world, &[larkfield(&json!({}))]).await;
    let remote = receipt.outcomes[0].remote.as_ref().expect("an id");
    assert_eq!(remote.0, FIRST_NEW.to_string());
    assert_eq!(
        params(&world, "AddPartner")[0]["partnerInfo"]["ParentId"],
        ROOT
    );
}

/// What is managed and was not returned blocks the change: nothing is made or
/// written over it.
async fn blocks(world: &World, manifest: Value, section: &str) {
    let seen = change(world, manifest.clone()).await;
    assert_eq!(seen.action, Action::Blocked, "{section}: {seen:?}");
    let reason = seen.reason.unwrap_or_default();
    assert!(
        reason.contains(&format!("asked for `{section}")) && reason.contains("did not return"),
        "{reason}"
    );
    let desired = world.desired(&[manifest]);
    let (_, receipt) = world.apply(&desired).await;
    assert_eq!(receipt.outcomes, []);
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_that_was_not_returned_is_unknown() {
    for missing in [true, false] {
        let world = bent(move |asked, answer| {
            if let Some(found) = customer_in(asked, answer) {
                found["Company"] = Value::Null;
                if missing {
                    found.as_object_mut().expect("members").remove("Company");
                }
            }
        })
        .await;
        let company = json!({ "vatNumber": "NL9", "postAddress": { "country": "NL" } });
        let manifest = lindgren(&json!({ "company": company }));
        blocks(&world, manifest, "company.postAddress.country").await;
        plan_is_quiet(&world, lindgren(&json!({ "name": "Lindgren Dental Care" }))).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_that_every_customer_has_are_unknown_when_missing() {
    for (member, field, value) in [
        ("Name", "name", "New"),
        ("Level", "level", "Reseller"),
        ("State", "state", "InProduction"),
        ("ServiceType", "serviceType", "SoftwareOnly"),
        ("ParentId", "parent", "12345"),
    ] {
        let world = bent(move |asked, answer| {
            if let Some(found) = customer_in(asked, answer)
                && found["Id"] == CUSTOMER
            {
                found[member] = Value::Null;
            }
        })
        .await;
        blocks(&world, lindgren(&json!({ field: value })), field).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_a_read_of_its_own_is_unknown_when_that_is_refused() {
    let security = "Operation failed because of security reasons (error 13501)";
    let world = bent(move |asked, answer| {
        if let Some(found) = customer_in(asked, answer) {
            found["AdvancedPartnerProperties"] = Value::Null;
        }
        let method = asked["method"].as_str().unwrap_or_default();
        if method.starts_with("GetAdvanced") || method.starts_with("GetAuto") {
            refuse(answer, 13_501, security);
        }
    })
    .await;
    let region = json!({ "advancedPartnerProperties": { "regionId": 9 } });
    blocks(
        &world,
        lindgren(&region),
        "advancedPartnerProperties.regionId",
    )
    .await;
    let deployment = json!({ "autoDeployment": "Enable" });
    blocks(&world, lindgren(&deployment), "autoDeployment").await;
    plan_is_quiet(&world, lindgren(&json!({ "name": "Lindgren Dental Care" }))).await;
}

/// A list that may have holes proves nobody absent.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_made_while_the_list_has_holes() {
    type Hole = fn(&mut Vec<Value>);
    let holes: [(Hole, &str); 4] = [
        (
            |rows| rows.retain(|row| row["Id"] != RESELLER),
            "customer `12350` is not listed, although customer `12361` below it is",
        ),
        (|rows| rows[0]["Name"] = Value::Null, "without its name"),
        (
            |rows| rows[0]["ParentId"] = Value::Null,
            "without its parent",
        ),
        (
            |rows| {
                for row in rows {
                    row.as_object_mut().expect("a row").remove("ExternalCode");
                }
            },
            "without their external codes",
        ),
    ];
    for (hole, reason) in holes {
        let world = bent(move |asked, answer| {
            if asked["method"] == "EnumeratePartners" {
                hole(answer["result"]["result"].as_array_mut().expect("rows"));
            }
        })
        .await;
        let seen = change(&world, larkfield(&json!({}))).await;
        assert_eq!(seen.action, Action::Blocked);
        let told = seen.reason.unwrap_or_default();
        assert!(
            told.contains("proves nothing") && told.contains(reason),
            "{told}"
        );
    }
}

/// The list breaks between plan and apply: the create is given up.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_breaks_before_the_create_makes_it_stale() {
    let mut lists = 0;
    let world = bent(move |asked, answer| {
        if asked["method"] == "EnumeratePartners" {
            lists += 1;
            if lists > 1 {
                let rows = answer["result"]["result"].as_array_mut().expect("rows");
                rows.retain(|row| row["Id"] != RESELLER);
            }
        }
    })
    .await;
    let outcome = outcome(&world, larkfield(&json!({}))).await;
    assert_eq!(outcome.verdict, Verdict::Stale, "{outcome:?}");
    assert_eq!(world.writes(), Vec::<String>::new());
}

/// The listing and the customer contradict each other: not to be believed gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_listed_customer_that_may_not_be_read_blocks_its_manifest_alone() {
    for data in [13_501, 2101, 1802] {
        let world = bent(move |asked, answer| {
            if asked["params"]["partnerId"] == CUSTOMER {
                refuse(answer, data, "no");
            }
        })
        .await;
        let manifests = [lindgren(&json!({ "name": "New" })), larkfield(&json!({}))];
        let (planned, _) = world.plan(&world.desired(&manifests)).await;
        let counts = planned.plan.counts;
        assert_eq!((counts.create, counts.blocked), (1, 1), "{data}");
    }
}

/// Entities are of messages, not of names; names are compared exactly.
#[tokio::test(flavor = "multi_thread")]
async fn names_are_taken_as_they_are() {
    let world = super::bench::world(&[]).await;
    let stranger = Stranger(&world);
    for name in [
        "R&amp;D <b>\"'",
        "Zeus & Söhne (it@zeus.example)",
        "Undefined",
        "null",
        "0",
    ] {
        settle(&world, &[larkfield(&json!({ "name": name }))]).await;
        assert_eq!(stranger.by_id(FIRST_NEW)["Name"], name);
    }
    settle(&world, &[larkfield(&json!({ "name": "zeus" }))]).await;
    let seen = change(&world, larkfield(&json!({ "name": "Zeus" }))).await;
    assert_eq!(seen.action, Action::Update, "case counts");
}

/// The customer of our own login, and what other products of the vendor made.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_ours_cannot_be_managed() {
    let world = super::bench::world(&[]).await;
    let name = world.running.provider_settings()["partner"].clone();
    for (manifest, why) in [
        (
            adopting(partner("root", &json!({ "name": name })), ROOT),
            "our own login",
        ),
        (
            adopting(partner("bin", &json!({ "name": "Bin" })), 12_346),
            "another product of the vendor",
        ),
    ] {
        let seen = change(&world, manifest).await;
        assert_eq!(seen.action, Action::Blocked);
        let reason = seen.reason.unwrap_or_default();
        assert!(
            reason.contains("must not be managed") && reason.contains(why),
            "{reason}"
        );
    }
    // A customer of somebody else is not there for us.
    let seen = change(&world, adopting(larkfield(&json!({})), 10_020)).await;
    assert_eq!(seen.action, Action::Blocked);
    assert!(seen.reason.unwrap_or_default().contains("is not there"));
    let (_, observed) = world.plan(&world.desired(&[larkfield(&json!({}))])).await;
    let view = observed.providers.values().next().expect("a provider");
    let unmanaged = &view.as_ref().expect("it is read").unmanaged;
    let names: Vec<&str> = unmanaged
        .iter()
        .map(|row| row.display_name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "Reseller North",
            "Lindgren Dental Care",
            "Lindgren Dental Care - Harbour"
        ]
    );
    assert!(sent(&world).iter().all(|(call, _)| call != "ModifyPartner"));
}
