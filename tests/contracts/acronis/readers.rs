//! What comes back in other forms than the documents show, or not at all.

use serde_json::{Value, json};
use trueup::{
    provider::Action,
    simulator::{FaultKind, Request},
};

use super::bench::{
    Somebody, adopted, bent, bodies, is_customer_list, is_detail, one, planned, record_of, settle,
    told, world, writes,
};
use crate::support::world::{World, manifest};

/// Whether a request asks for tenants, one or many.
fn is_tenants(request: &Request) -> bool {
    request.path.contains("/tenants") && !request.path.ends_with("/pricing")
}

/// Changes every tenant in an answer.
fn each_tenant(answer: &mut Value, change: impl Fn(&mut Value)) {
    if let Some(items) = answer.get_mut("items").and_then(Value::as_array_mut) {
        items.iter_mut().for_each(change);
    } else if answer.get("version").is_some() {
        change(answer);
    }
}

fn bergmann(world: &World, spec: &Value) -> trueup::desired::Desired {
    let tenant = Somebody::else_at(world).tenant("Bergmann Logistik GmbH");
    let remote = tenant["id"].as_str().expect("an id").to_lowercase();
    adopted(world, "bergmann", &remote, spec)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_document_names_is_ignored_and_goes_back_untouched() {
    let world = bent(&[], |request, answer| {
        if is_detail(request) {
            answer["LoyaltyTier"] = json!({ "Level": 3 });
            answer["Status"] = json!(17);
        }
        if is_tenants(request) {
            each_tenant(answer, |tenant| {
                tenant["mfa_status"] = json!("disable_in_progress");
                tenant["customer_type"] = json!("galactic");
                tenant["weather"] = json!("fair");
                tenant["contact"]["mood"] = json!("good");
            });
        }
    })
    .await;
    let spec = json!({
        "tenant": { "contact": { "city": "Bremen" } },
        "billing": { "city": "Bremen" },
    });
    settle(&world, &bergmann(&world, &spec)).await;
    let tenant = &bodies(&world, "PUT /tenants/{id}")[0];
    // Account Management takes nothing that it does not document.
    let mut names: Vec<&String> = tenant.as_object().expect("an object").keys().collect();
    names.sort();
    assert_eq!(names, ["contact", "internal_tag", "version"]);
    assert_eq!(tenant["contact"].get("mood"), None);
    let customer = &bodies(&world, "PUT /Customers")[0];
    assert_eq!(customer["LoyaltyTier"], json!({ "Level": 3 }));
    assert_eq!(customer["Status"], 17);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrappers_are_read_in_either_case_and_one_deeper() {
    let deeper = |name: &str, list: Value| {
        let mut inner = json!({ "Paging": { "AmountRecordsFound": 5, "AmountOfPages": 1 } });
        inner[name] = list;
        json!({ format!("{name}PagedSearchResult"): inner })
    };
    for form in ["lower", "upper", "deeper"] {
        let world = bent(&[], move |request, answer| {
            for (path, name) in [("/Customer", "Customers"), ("/Taxes", "taxes")] {
                let asks = request.path.ends_with(path) && request.query("id").is_none();
                if !asks || answer.get(name).is_none() {
                    continue;
                }
                let list = answer[name].take();
                let total = answer["AmountRecordsFound"].take();
                *answer = match form {
                    "lower" => json!({ name.to_lowercase(): list, "amountRecordsFound": total }),
                    "upper" => json!({ name.to_uppercase(): list, "AMOUNTRECORDSFOUND": total }),
                    _ => deeper(name, list),
                };
            }
        })
        .await;
        let spec = json!({ "billing": { "city": "Bremen", "tax": "STD" } });
        let (change, what) = planned(&world, &bergmann(&world, &spec)).await;
        assert_eq!(change.action, Action::Adopt, "{form}: {what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_as_list_bare_object_null_empty_text_or_not_at_all() {
    let filled = json!([{ "Value": "one" }]);
    for (form, wanted) in [
        (Some(json!([])), json!([])),
        (Some(json!(null)), json!([])),
        (Some(json!("")), json!([])),
        (None, json!([])),
        (Some(filled.clone()), filled.clone()),
        (Some(filled[0].clone()), filled.clone()),
    ] {
        let told_form = form.clone();
        let world = bent(&[], move |request, answer| {
            if is_detail(request) {
                for name in ["Addresses", "InvoiceRecipients", "CustomFields"] {
                    match &told_form {
                        Some(form) => answer[name] = form.clone(),
                        None => {
                            answer.as_object_mut().expect("an object").remove(name);
                        }
                    }
                }
            }
        })
        .await;
        let spec = json!({ "billing": {
            "addresses": wanted, "invoiceRecipients": wanted, "customFields": wanted,
        } });
        let (change, what) = planned(&world, &bergmann(&world, &spec)).await;
        let fields: Vec<&str> = change
            .fields
            .iter()
            .map(|field| field.path.as_str())
            .collect();
        assert_eq!(fields, ["tenant.internalTag"], "{form:?}: {what}");
    }
}

/// What a manifest says of the customer that is filled in.
fn as_filled() -> Value {
    json!({
        "tenant": { "name": "Bergmann Logistik GmbH", "language": "de" },
        "billing": {
            "country": "DE", "language": "de", "tax": "RED", "debtorCode": "10042",
            "sendInvoiceByEmail": true, "taxExempt": false, "directDebit": true,
            "timeRegistrationRoundupTime": 15, "paymentTerms": 30, "daysOffPerYear": 15,
            "parentCustomer": null, "stateCountry": null, "fax": "+49 40 5550143",
            "bankAccount": "DE89370400440532013000", "ticketUpdateMandatory": null,
        },
    })
}

/// Writes every value in another form that means the same.
fn otherwise(value: &mut Value) {
    match value {
        Value::Bool(truth) => *value = json!(if *truth { "True" } else { "false" }),
        Value::Number(number) => *value = json!(number.to_string()),
        Value::String(text) if text.len() == 36 => *value = json!(text.to_uppercase()),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_truth_values_and_numbers_come_in_every_form() {
    let world = bent(&[], |request, answer| {
        if is_detail(request) {
            let members = answer.as_object_mut().expect("an object");
            members.values_mut().for_each(otherwise);
        }
        if is_customer_list(request) {
            for row in answer["Customers"].as_array_mut().into_iter().flatten() {
                for name in ["Id", "ExternalTenantUUID"] {
                    otherwise(&mut row[name]);
                }
            }
            otherwise(&mut answer["AmountRecordsFound"]);
        }
        if is_tenants(request) {
            each_tenant(answer, |tenant| {
                tenant["id"] = json!(tenant["id"].as_str().map(str::to_uppercase));
                tenant["language"] = json!("DE");
            });
        }
    })
    .await;
    let (change, what) = planned(&world, &bergmann(&world, &as_filled())).await;
    let fields: Vec<&str> = change
        .fields
        .iter()
        .map(|field| field.path.as_str())
        .collect();
    assert_eq!(fields, ["tenant.internalTag"], "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_nothing_is_nothing() {
    for (unset_guid, unset_text, names) in [
        ("null", "sampled", "null"),
        ("zero", "null", "empty"),
        ("empty", "empty", "empty"),
    ] {
        let world = world(&[
            ("unset_guid", unset_guid),
            ("aa_unset_text", unset_text),
            ("unset_text", names),
        ])
        .await;
        let tenant = Somebody::else_at(&world).tenant("Northlight Studio");
        let spec = json!({
            "tenant": { "customerId": null, "contact": { "address1": null, "firstname": null } },
            "billing": {
                "debtorCode": null, "vatNumber": null, "buildingName": null, "tax": null,
                "parentCustomer": null, "defaultBillingEntity": null, "stateCountry": null,
                "invoiceNotes": "", "addresses": [],
            },
        });
        let remote = tenant["id"].as_str().expect("an id");
        let (change, what) = planned(&world, &adopted(&world, "north", remote, &spec)).await;
        let fields: Vec<&str> = change
            .fields
            .iter()
            .map(|field| field.path.as_str())
            .collect();
        assert_eq!(fields, ["tenant.internalTag"], "{unset_guid}: {what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_of_the_samples_is_understood() {
    let world = bent(&[], |request, answer| {
        if is_detail(request) {
            let own = answer.clone();
            *answer = json!({
                "Id": own["Id"], "Tenant": own["Tenant"], "Name": "Sample Works",
                "ExternalTenantUUID": own["ExternalTenantUUID"], "DebtorCode": null,
                "Alias": "Sample Works", "Status": 2, "TaxExempt": false, "Tax": null,
                "Language": own["Language"], "Country": own["Country"], "City": "Uppsala",
                "TimeRegistrationRoundupTime": "15", "PaymentTerms": 30, "Addresses": [],
                "CompanyType": "-", "StateCountryDescription": null, "BankAccount": "",
                "Tier3Id": "00000000-0000-0000-0000-000000000000", "CreationDate": null,
            });
        }
    })
    .await;
    let tree = record_of(
        &world,
        &bergmann(&world, &json!({ "billing": { "city": "x" } })),
    )
    .await;
    let shown = |path: &str| format!("{:?}", tree.at(path));
    for (path, value) in [
        ("billing.name", "Some(Text(\"Sample Works\"))"),
        ("billing.debtorCode", "Some(Unset)"),
        ("billing.tax", "Some(Unset)"),
        ("billing.taxExempt", "Some(Bool(false))"),
        ("billing.timeRegistrationRoundupTime", "Some(Integer(15))"),
        ("billing.paymentTerms", "Some(Integer(30))"),
        ("billing.addresses", "Some(Unset)"),
        ("billing.companyType", "Some(Text(\"-\"))"),
        // Not returned, and no text that could be empty.
        ("billing.directDebit", "None"),
        // The login is never compared.
        ("billing.loginUserName", "None"),
    ] {
        assert_eq!(shown(path), value, "{path}");
    }
}

/// Applies a manifest that must be blocked, and gives what was told.
async fn blocked(world: &World, spec: &Value) -> String {
    let desired = bergmann(world, spec);
    let (planned, done) = world.apply(&desired).await;
    let what = told(&planned, Some(&done));
    assert_eq!(planned.plan.changes[0].action, Action::Blocked, "{what}");
    assert_eq!(writes(world), Vec::<String>::new(), "{what}");
    what
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_that_does_not_come_back_is_unknown_and_never_written() {
    let world = bent(&[], |request, answer| {
        if is_tenants(request) {
            each_tenant(answer, |tenant| {
                let members = tenant.as_object_mut().expect("an object");
                members.remove("contact");
                members.remove("ancestral_access");
            });
        }
        if request.path.ends_with("/pricing") {
            *answer = json!({ "version": 7 });
        }
        if is_detail(request) {
            answer
                .as_object_mut()
                .expect("an object")
                .remove("TaxExempt");
        }
    })
    .await;
    for (spec, path) in [
        (
            json!({ "tenant": { "contact": { "city": "Bremen" } } }),
            "tenant.contact.city",
        ),
        (
            json!({ "tenant": { "ancestralAccess": true } }),
            "tenant.ancestralAccess",
        ),
        (
            json!({ "pricing": { "mode": "production" } }),
            "pricing.mode",
        ),
        (
            json!({ "billing": { "taxExempt": true } }),
            "billing.taxExempt",
        ),
    ] {
        let what = blocked(&world, &spec).await;
        assert!(what.contains(&format!("asked for `{path}`")), "{what}");
    }
    // Who manages none of these is not concerned.
    settle(
        &world,
        &bergmann(&world, &json!({ "billing": { "city": "Bremen" } })),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_customers_of_one_tenant_block_its_billing() {
    let world = bent(&[], |request, answer| {
        if is_customer_list(request) {
            let rows = answer["Customers"].as_array_mut().expect("a list");
            let tenant = rows
                .iter()
                .find(|row| row["Name"] == "Bergmann Logistik GmbH")
                .map(|row| row["ExternalTenantUUID"].clone());
            for row in rows.iter_mut().filter(|row| row["Name"] == "Walk-in Trade") {
                row["ExternalTenantUUID"] = tenant.clone().unwrap_or_default();
            }
        }
    })
    .await;
    let what = blocked(&world, &json!({ "billing": { "city": "Bremen" } })).await;
    assert!(what.contains("both belong to this tenant"), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_names_another_tenant_blocks_billing() {
    let world = bent(&[], |request, answer| {
        if is_detail(request) {
            answer["ExternalTenantUUID"] = json!("0a1b2c3d-0000-4000-8000-0000000000aa");
        }
    })
    .await;
    let what = blocked(&world, &json!({ "billing": { "city": "Bremen" } })).await;
    assert!(what.contains("says that it belongs to another"), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_partner_in_the_list_of_its_customers_is_nobodys_customer() {
    // The partner's own row names a tenant of ours.
    let world = bent(&[], |request, answer| {
        if is_customer_list(request) {
            let rows = answer["Customers"].as_array_mut().expect("a list");
            let bergmann = rows
                .iter()
                .find(|row| row["Name"] == "Bergmann Logistik GmbH")
                .map(|row| row["ExternalTenantUUID"].clone());
            for row in rows.iter_mut().filter(|row| row["IsTier4"] == false) {
                row["ExternalTenantUUID"] = bergmann.clone().unwrap_or_default();
            }
        }
    })
    .await;
    settle(
        &world,
        &bergmann(&world, &json!({ "billing": { "city": "Bremen" } })),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_to_read_blocks_and_is_told() {
    for (operation, kind, words) in [
        ("POST /Customer?id", FaultKind::Status403, "403"),
        (
            "POST /Customer",
            FaultKind::Status403,
            "a role in Advanced Automation",
        ),
        ("GET /tenants", FaultKind::Status503, "503"),
        ("GET /tenants", FaultKind::Html, "GET /tenants"),
        ("POST /Customer?id", FaultKind::Truncated, "broken JSON"),
    ] {
        let world = world(&[]).await;
        let spec = json!({ "billing": { "city": "Bremen" } });
        let desired = bergmann(&world, &spec);
        world.running.inject(trueup::simulator::Fault {
            system: "acronis".to_owned(),
            operation: operation.to_owned(),
            kind,
            nth: None,
        });
        let (planned, done) = world.apply(&desired).await;
        let what = told(&planned, Some(&done));
        assert_eq!(
            planned.plan.changes[0].action,
            Action::Blocked,
            "{operation}: {what}"
        );
        assert!(what.contains(words), "{operation} {kind}: {what}");
        assert_eq!(writes(&world), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn busy_servers_are_asked_again() {
    let world = world(&[]).await;
    for fault in [
        "acronis:GET /tenants=429#1",
        "acronis:POST /Customer=503#1",
        "acronis:token=500#1",
        "acronis:PUT /Customers=429#1",
    ] {
        world.running.inject(fault.parse().expect("a fault"));
    }
    settle(
        &world,
        &bergmann(&world, &json!({ "billing": { "city": "Bremen" } })),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_not_taken_for_ours_because_of_its_name() {
    let world = world(&[]).await;
    let spec = json!({ "tenant": { "name": "Bergmann Logistik GmbH" } });
    let (change, what) = planned(&world, &one(&world, "bergmann", &spec)).await;
    assert_eq!(change.action, Action::Blocked, "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adopted_id_may_be_written_in_either_case() {
    let world = world(&[]).await;
    let tenant = Somebody::else_at(&world).tenant("Bergmann Logistik GmbH");
    let remote = tenant["id"].as_str().expect("an id");
    let spec = json!({ "billing": { "paymentTerms": 45 } });
    let written = [
        remote.to_uppercase(),
        format!(" {} ", remote.to_lowercase()),
    ];
    let [upper, lower] = &written;
    // Two manifests of one record are told so, whatever the case.
    let both = [("one", upper), ("two", lower)].map(|(name, remote)| {
        let mut manifest = manifest("AcronisCustomer", name, &spec);
        manifest["metadata"]["annotations"] = json!({ "trueup.dev/adopt": remote });
        manifest
    });
    let (refused, _) = world.plan(&world.desired(&both)).await;
    let what = told(&refused, None);
    assert_eq!(refused.plan.counts.blocked, 2, "{what}");
    assert!(what.contains("describes the same record"), "{what}");
    settle(&world, &adopted(&world, "bergmann", upper, &spec)).await;
}
