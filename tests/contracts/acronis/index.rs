//! Lists: nobody is missed, nobody is believed absent without proof, and no
//! more is asked than is needed.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trueup::provider::Action;

use super::bench::{
    Somebody, adopted, bent, call_of, is_customer_list, lookups, one, planned, settle, told, world,
};
use crate::support::world::{World, manifest};

/// How often each call was sent; lists and single customers apart.
fn counted(world: &World) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for entry in world.running.log() {
        let mut call = call_of(&entry);
        if call == "POST /Customer" {
            let is_list = is_customer_list(&entry.request);
            call.push_str(if is_list { " list" } else { " detail" });
        }
        *counts.entry(call).or_default() += 1;
    }
    counts
}

fn counts(expected: &[(&str, usize)]) -> BTreeMap<String, usize> {
    let expected = expected.iter();
    expected
        .map(|(call, count)| ((*call).to_owned(), *count))
        .collect()
}

/// Every visible tenant that is a customer, with its id.
fn tenants(world: &World) -> Vec<String> {
    let query = [("parent_id", super::bench::PARTNER)];
    let mut found = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let next = after.clone().unwrap_or_default();
        let query = match after {
            None => query.to_vec(),
            Some(_) => vec![("after", next.as_str())],
        };
        let (_, page) = Somebody::else_at(world).call("GET", "/tenants", &query, None);
        let items = page["items"].as_array().expect("a list");
        let ids = items.iter().filter_map(|tenant| tenant["id"].as_str());
        found.extend(ids.map(str::to_owned));
        after = page["paging"]["cursors"]["after"]
            .as_str()
            .map(str::to_owned);
        if after.is_none() {
            return found;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_missed_in_a_shuffled_list_with_a_repeated_row() {
    for (knobs, tenant_pages, customer_pages) in [
        (&[("shuffle", "yes")][..], 1, 4),
        (&[("shuffle", "yes"), ("past_end", "repeat_last")], 1, 4),
        (&[("records_found", "page")], 1, 4),
        (
            &[("records_found", "page"), ("past_end", "repeat_last")],
            1,
            4,
        ),
        (&[("page_size_cap", "small"), ("limit_cap", "small")], 6, 7),
    ] {
        let world = world(knobs).await;
        world.running.set_knob("fixture", "large").expect("a knob");
        let tenants = tenants(&world);
        assert_eq!(tenants.len(), 113);
        let manifests: Vec<Value> = tenants
            .iter()
            .enumerate()
            .map(|(at, tenant)| {
                let spec = json!({ "billing": { "houseNoAdd": "b" } });
                let mut manifest = manifest("AcronisCustomer", &format!("c{at}"), &spec);
                manifest["metadata"]["annotations"] = json!({ "trueup.dev/adopt": tenant });
                manifest
            })
            .collect();
        let desired = world.desired(&manifests);
        world.running.clear_log();
        let (planned, observed) = world.plan(&desired).await;
        let what = told(&planned, None);
        assert_eq!(planned.plan.counts.adopt, 113, "{what}");
        let unmanaged = observed
            .providers
            .values()
            .filter_map(|view| view.as_ref().ok());
        assert_eq!(unmanaged.map(|view| view.unmanaged.len()).sum::<usize>(), 0);
        assert_eq!(
            counted(&world),
            counts(&[
                ("GET /clients/{id}", 1),
                ("GET /tenants", tenant_pages),
                ("POST /Customer detail", 113),
                ("POST /Customer list", customer_pages),
                ("POST /idp/token", 1),
            ]),
            "{knobs:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_reads_every_table_once_and_every_customer_once() {
    const CUSTOMERS: usize = 12;
    let world = world(&[]).await;
    let tables = lookups(&world).await;
    let first = |table: &str| {
        let found = tables.table(table).expect("a table");
        found.choices[0].id.clone()
    };
    let manifests: Vec<Value> = (0..CUSTOMERS)
        .map(|at| {
            let spec = json!({
                "tenant": { "name": format!("Customer {at}"), "language": "en" },
                "pricing": { "mode": "production" },
                "billing": {
                    "country": "BG", "language": "en", "tax": "RED",
                    "defaultSla": first("sla"), "category": first("category"),
                    "priority": first("priority"), "companyType": "GmbH",
                    "defaultBillingEntity": first("billingEntity"),
                },
            });
            manifest("AcronisCustomer", &format!("c{at}"), &spec)
        })
        .collect();
    let desired = world.desired(&manifests);
    settle(&world, &desired).await;
    world.running.clear_log();
    let (planned, _) = world.plan(&desired).await;
    assert_eq!(planned.plan.counts.none, CUSTOMERS);
    assert_eq!(
        counted(&world),
        counts(&[
            ("GET /BillingEntities", 1),
            ("GET /StaticFormData", 1),
            // Only a page that brings nothing ends a list.
            ("GET /Taxes", 2),
            ("GET /clients/{id}", 1),
            ("GET /tenants", 1),
            ("GET /tenants/{id}/pricing", CUSTOMERS),
            ("POST /Customer detail", CUSTOMERS),
            ("POST /Customer list", 2),
            ("POST /idp/token", 1),
        ])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_without_billing_needs_nothing_of_advanced_automation() {
    let world = world(&[]).await;
    let fault = "acronis:POST /Customer=403".parse().expect("a fault");
    world.running.inject(fault);
    let spec = json!({ "tenant": { "name": "Foobar", "language": "bg" } });
    settle(&world, &one(&world, "foobar", &spec)).await;
    let calls = counted(&world);
    assert!(
        calls.keys().all(|call| !call.contains("Customer")),
        "{calls:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_too_short_proves_nobody_absent() {
    let spec = json!({ "tenant": { "name": "Foobar" }, "billing": { "city": "Sofia" } });
    for total in [json!(6), json!("6"), Value::Null] {
        let told_total = total.clone();
        let world = bent(&[("past_end", "repeat_last")], move |request, answer| {
            if is_customer_list(request) {
                answer["AmountRecordsFound"] = told_total.clone();
            }
        })
        .await;
        let (change, what) = planned(&world, &one(&world, "foobar", &spec)).await;
        assert_eq!(change.action, Action::Blocked, "{total}: {what}");
        assert!(what.contains("proves nothing"), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_pages_is_never_believed() {
    for pages in [0, 1, 99] {
        let world = bent(&[("page_size_cap", "small")], move |request, answer| {
            if is_customer_list(request) {
                answer["AmountOfPages"] = json!(pages);
            }
        })
        .await;
        world.running.set_knob("fixture", "large").expect("a knob");
        let spec = json!({ "tenant": { "name": "Foobar" }, "billing": { "city": "Sofia" } });
        let (change, what) = planned(&world, &one(&world, "foobar", &spec)).await;
        assert_eq!(change.action, Action::Create, "{what}");
        assert_eq!(counted(&world)["POST /Customer list"], 7);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_tenants_without_items_is_a_failure_and_not_an_empty_list() {
    for items in [Value::Null, json!(""), json!({})] {
        let told_items = items.clone();
        let world = bent(&[], move |request, answer| {
            if request.path.ends_with("/tenants") && request.method == "GET" {
                answer["items"] = told_items.clone();
            }
        })
        .await;
        let spec = json!({ "tenant": { "name": "Foobar" } });
        let (change, what) = planned(&world, &one(&world, "foobar", &spec)).await;
        assert_eq!(change.action, Action::Blocked, "{items}: {what}");
        assert!(
            what.contains("GET /tenants: the answer holds no tenants"),
            "{what}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_that_comes_again_ends_the_list_as_incomplete() {
    let world = bent(&[("limit_cap", "small")], |request, answer| {
        if request.path.ends_with("/tenants") && request.query("after").is_some() {
            answer["paging"] = json!({ "cursors": { "after": request.query("after") } });
        }
    })
    .await;
    world.running.set_knob("fixture", "large").expect("a knob");
    let spec = json!({ "tenant": { "name": "Foobar" } });
    let (change, what) = planned(&world, &one(&world, "foobar", &spec)).await;
    assert_eq!(change.action, Action::Blocked, "{what}");
    assert!(what.contains("does not end"), "{what}");
}

/// Two partners below our own.
fn sub_partners(somebody: &Somebody<'_>) -> [Value; 2] {
    ["North IT", "South IT"].map(|name| {
        let partner = json!({
            "name": name, "kind": "partner", "parent_id": super::bench::PARTNER,
        });
        somebody.make(&partner)["id"].clone()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_below_a_sub_partner_is_found_whichever_parent_its_manifest_names() {
    for scope in ["tree", "siblings"] {
        let world = world(&[("tenant_name_scope", scope)]).await;
        let somebody = Somebody::else_at(&world);
        let [north, south] = sub_partners(&somebody);
        let spec = json!({ "tenant": { "name": "Foobar", "parentId": north } });
        settle(&world, &one(&world, "foobar", &spec)).await;

        // A field that is left out is not managed any more.
        let spec = json!({ "tenant": { "name": "Foobar Ltd" } });
        world.running.clear_log();
        let (change, what) = planned(&world, &one(&world, "foobar", &spec)).await;
        assert_eq!(change.action, Action::Update, "{scope}: {what}");
        assert_eq!(counted(&world)["GET /tenants"], 1, "{scope}");
        settle(&world, &one(&world, "foobar", &spec)).await;

        let spec = json!({ "tenant": { "name": "Foobar Ltd", "parentId": south } });
        let (change, what) = planned(&world, &one(&world, "foobar", &spec)).await;
        assert_eq!(change.action, Action::Blocked, "{scope}: {what}");
        assert!(what.contains("moving it has side effects"), "{what}");

        // Somebody does move it.
        let tenant = somebody.tagged("foobar").remove(0);
        somebody.change(&tenant, &json!({ "parent_id": south }));
        settle(&world, &one(&world, "foobar", &spec)).await;
        let tagged = somebody.tagged("foobar");
        assert_eq!(tagged.len(), 1, "{scope}: {tagged:?}");
        assert_eq!(tagged[0]["name"], "Foobar Ltd");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_that_hides_its_tenants_proves_nobody_absent() {
    let world = world(&[]).await;
    let somebody = Somebody::else_at(&world);
    let [north, _] = sub_partners(&somebody);
    let spec = json!({ "tenant": { "name": "Foobar", "parentId": north } });
    settle(&world, &one(&world, "foobar", &spec)).await;
    let partner = somebody.tenant("North IT");
    let partner = somebody.change(&partner, &json!({ "ancestral_access": false }));
    for spec in [spec, json!({ "tenant": { "name": "Foobar Ltd" } })] {
        let (change, what) = planned(&world, &one(&world, "foobar", &spec)).await;
        assert_eq!(change.action, Action::Blocked, "{what}");
        assert!(what.contains("self-service mode"), "{what}");
    }
    somebody.change(&partner, &json!({ "ancestral_access": true }));
    settle(
        &world,
        &one(
            &world,
            "foobar",
            &json!({ "tenant": { "name": "Foobar Ltd" } }),
        ),
    )
    .await;
    assert_eq!(somebody.tagged("foobar").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_that_holds_none_of_these_customers_may_hide_its_own() {
    let world = world(&[]).await;
    let somebody = Somebody::else_at(&world);
    let [north, _] = sub_partners(&somebody);
    let partner = somebody.tenant("North IT");
    somebody.change(&partner, &json!({ "ancestral_access": false }));
    let named = north.as_str().expect("an id").to_ascii_uppercase();
    let world = world.with_setting("selfServiceTenants", vec![named]);
    let below = json!({ "tenant": { "name": "Foobar", "parentId": north } });
    let (change, what) = planned(&world, &one(&world, "foobar", &below)).await;
    assert_eq!(change.action, Action::Blocked, "{what}");
    let beside = json!({ "tenant": { "name": "Foobar" } });
    settle(&world, &one(&world, "foobar", &beside)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_on_a_later_page_keeps_its_bank_account_whatever_the_number_of_records_means() {
    for meaning in ["all", "page"] {
        let world = world(&[("records_found", meaning)]).await;
        world.running.set_knob("fixture", "large").expect("a knob");
        let somebody = Somebody::else_at(&world);
        let rows = somebody.customers();
        let last = rows.last().expect("customers");
        let tenant = last["ExternalTenantUUID"].clone();
        let bank = json!({ "BankAccount": "BG80BNBG96611020345678" });
        somebody.bill(&somebody.customer_of(&tenant), &bank);
        let remote = tenant.as_str().expect("an id");
        let spec = json!({ "billing": { "city": "Sofia" } });
        settle(&world, &adopted(&world, "last", remote, &spec)).await;
        let customer = somebody.customer_of(&tenant);
        assert_eq!(customer["City"], "Sofia", "{meaning}");
        assert_eq!(customer["BankAccount"], bank["BankAccount"], "{meaning}");
    }
}
