//! The documents' sample requests, with values of our own: for the same purpose
//! the client sends the same.

use serde_json::{Value, json};

use super::bench::{
    CUSTOMER, FIRST_NEW, RESELLER, ROOT, adopting, counts, larkfield, params, partner, sent,
    settle, world,
};
use crate::support::world::World;

/// The parameters of the one call of a method.
fn only(world: &World, method: &str) -> Value {
    let mut calls = params(world, method);
    assert_eq!(calls.len(), 1, "{method}: {:?}", counts(world));
    calls.remove(0)
}

/// The seed's sample without what is no member, and with what the pages ask to
/// send always.
#[tokio::test(flavor = "multi_thread")]
async fn a_small_customer_is_added_as_in_the_sample() {
    let world = world(&[]).await;
    let company = json!({ "postAddress": { "country": "NL" } });
    settle(&world, &[larkfield(&json!({ "company": company }))]).await;
    assert_eq!(
        only(&world, "AddPartner"),
        json!({
            "partnerInfo": {
                "ParentId": ROOT,
                "Name": "Larkfield Dental",
                "Level": "EndCustomer",
                "ServiceType": "AllInclusive",
                "State": "InTrial",
                "ExternalCode": "larkfield",
                "Company": { "PostAddress": { "Country": "NL" } },
            },
            "createDefaultAccount": false,
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_reseller_is_added_as_in_the_sample() {
    let world = world(&[]).await;
    let manifest = partner(
        "quayside",
        &json!({
            "parent": ROOT.to_string(),
            "name": "Quayside Resellers",
            "level": "Reseller",
            "serviceType": "AllInclusive",
            "childServiceTypes": ["SoftwareOnly", "AllInclusive"],
            "state": "InProduction",
            "deviceCountry": "GR",
            "location": "18",
            "flags": ["UnsubscribedFromTrialNotifications"],
            "externalCode": "bac:harbour/quayside",
            "company": {
                "postAddress": {
                    "country": "Greece", "district": "Attica", "city": "Piraeus",
                    "zipCode": "18531", "address": "4 Akti Example",
                },
                "phoneNumber": "+30 210 0000000",
                "websiteAddress": "www.quayside.example",
                "legalCompanyName": "Quayside Resellers S.A.",
                "chamberOfCommerceNumber": "GEMI-000000",
                "vatNumber": "EL000000000",
            },
        }),
    );
    settle(&world, &[manifest]).await;
    assert_eq!(
        only(&world, "AddPartner"),
        json!({
            "partnerInfo": {
                "ParentId": ROOT,
                "Name": "Quayside Resellers",
                "Level": "Reseller",
                "ServiceType": "AllInclusive",
                "ChildServiceTypes": ["AllInclusive", "SoftwareOnly"],
                "State": "InProduction",
                "DeviceCountry": "GR",
                "LocationId": 18,
                "Flags": ["UnsubscribedFromTrialNotifications"],
                "ExternalCode": "bac:harbour/quayside",
                "Company": {
                    "PostAddress": {
                        "Country": "GR", "District": "Attica", "City": "Piraeus",
                        "ZipCode": "18531", "Address": "4 Akti Example",
                    },
                    "PhoneNumber": "+30 210 0000000",
                    "WebsiteAddress": "www.quayside.example",
                    "LegalCompanyName": "Quayside Resellers S.A.",
                    "ChamberOfCommerceNumber": "GEMI-000000",
                    "VatNumber": "EL000000000",
                },
            },
            "createDefaultAccount": false,
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_made_as_in_the_samples() {
    let world = world(&[]).await;
    let before = json!({
        "parent": ROOT.to_string(),
        "company": { "phoneNumber": "+31 20", "postAddress": { "country": "NL" } },
        "flags": [],
    });
    let with = |member: &str, value: Value| {
        let mut members = before.clone();
        members[member] = value;
        [larkfield(&members)]
    };
    for (changed, sent) in [
        (
            with("name", json!("Larkfield Dental Group")),
            json!({ "Name": "Larkfield Dental Group" }),
        ),
        (
            with("parent", json!(RESELLER.to_string())),
            json!({ "ParentId": RESELLER }),
        ),
        (
            with(
                "company",
                json!({
                    "phoneNumber": null,
                    "postAddress": { "country": "Greece", "city": "Utrecht" },
                }),
            ),
            json!({
                "Company": {
                    "PostAddress": { "City": "Utrecht", "Country": "GR" },
                    "PhoneNumber": "",
                },
            }),
        ),
        (
            with(
                "flags",
                json!(["UnsubscribedFromTrialNotifications", "CanInvoiceOthers"]),
            ),
            json!({ "Flags": ["CanInvoiceOthers", "UnsubscribedFromTrialNotifications"] }),
        ),
        (
            with("state", json!("InProduction")),
            json!({ "State": "InProduction" }),
        ),
    ] {
        settle(&world, &[larkfield(&before)]).await;
        world.running.clear_log();
        settle(&world, &changed).await;
        let mut partner = sent;
        partner["Id"] = json!(FIRST_NEW);
        assert_eq!(
            only(&world, "ModifyPartner"),
            json!({
                "partnerInfo": partner,
                "forceRemoveCustomColumnValuesInOldScope": false,
            })
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adoption_writes_the_key_and_nothing_else() {
    let world = world(&[]).await;
    let manifest = partner("north", &json!({ "name": "Reseller North" }));
    settle(&world, &[adopting(manifest, RESELLER)]).await;
    assert_eq!(
        only(&world, "ModifyPartner")["partnerInfo"],
        json!({ "Id": RESELLER, "ExternalCode": "north" })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_a_call_of_its_own_is_written_by_it() {
    let world = world(&[]).await;
    let in_production = |members: Value| {
        let mut members = members;
        members["state"] = json!("InProduction");
        [larkfield(&members)]
    };
    settle(&world, &in_production(json!({}))).await;
    let members = json!({
        "advancedPartnerProperties": { "regionId": 8, "responsibleUserId": 81_001 },
        "autoDeployment": "Enable",
    });
    settle(&world, &in_production(members)).await;
    assert_eq!(
        only(&world, "SetAdvancedPartnerProperties"),
        json!({
            "partnerId": FIRST_NEW,
            "advancedPartnerPropertiesInfo": { "RegionId": 8, "ResponsibleUserId": 81_001 },
        })
    );
    assert_eq!(
        only(&world, "ModifyAutoDeploymentPartnerState"),
        json!({ "partnerId": FIRST_NEW, "autoDeploymentState": "Enable" })
    );
    settle(&world, &[larkfield(&json!({ "state": "NotActive" }))]).await;
    let mut call = only(&world, "ChangePartnerState");
    assert!(
        call["reason"]
            .as_str()
            .is_some_and(|reason| !reason.is_empty())
    );
    call["reason"] = json!("contract signed");
    assert_eq!(
        call,
        json!({ "partnerId": FIRST_NEW, "action": "Deactivate", "reason": "contract signed" })
    );
    let moves = params(&world, "EnumeratePartnerStateTransitions");
    assert!(!moves.is_empty() && moves.iter().all(|params| *params == json!({})));
    let end = json!({ "on": "2026-11-01", "reason": "contract ended" });
    settle(&world, &[larkfield(&json!({ "end": end }))]).await;
    assert_eq!(
        only(&world, "RemovePartner"),
        json!({ "partnerId": FIRST_NEW })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_are_asked_for_as_in_the_samples() {
    let world = world(&[]).await;
    let manifest = partner(
        "sandbox-lindgren",
        &json!({
            "externalCode": "sandbox/lindgren",
            "location": "Sandbox South-East Europe",
            "company": { "postAddress": { "country": "NL" } },
        }),
    );
    super::bench::quiet(&world, &world.desired(&[manifest])).await;
    let calls = sent(&world);
    let (first, login) = &calls[0];
    assert_eq!(first, "Login");
    let names: Vec<&String> = login["params"]
        .as_object()
        .expect("params")
        .keys()
        .collect();
    assert_eq!(names, ["partner", "password", "username"]);
    assert_eq!(login.get("visa"), None);
    assert_eq!(
        only(&world, "EnumeratePartners"),
        json!({
            "parentPartnerId": ROOT,
            "fetchRecursively": true,
            "fields": [0, 1, 3, 4, 5, 8, 9, 10, 18, 20],
        })
    );
    assert_eq!(only(&world, "EnumerateCountries"), json!({}));
    assert_eq!(only(&world, "EnumerateLocations"), json!({}));
    let read = params(&world, "GetPartnerInfoById");
    assert_eq!(
        read,
        [
            json!({ "partnerId": ROOT }),
            json!({ "partnerId": CUSTOMER })
        ]
    );
    for (_, body) in &calls[1..] {
        let visa = body["visa"].as_str().expect("a visa beside the method");
        assert_eq!(visa.split('-').count(), 5);
        assert_eq!(body["params"].get("visa"), None);
    }
}
