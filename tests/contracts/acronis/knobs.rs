//! Where the documents are silent and two careful readers would build different
//! things: what is done under each reading.

use serde_json::{Value, json};
use trueup::{
    apply::Verdict,
    provider::Action,
    simulator::{Fault, FaultKind},
};

use super::bench::{
    PARTNER, Somebody, adopted, bent, bodies, is_customer_list, named, one, planned, settle, told,
    world, writes,
};
use crate::support::world::manifest;

const PUT_CUSTOMER: &str = "PUT /Customers";

fn foobar() -> Value {
    json!({
        "tenant": { "name": "Foobar" },
        "billing": { "city": "Sofia", "bankAccount": "AL35202111090000000001234567" },
    })
}

// A1 and A2: what a PUT without an id hits.

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_belongs_to_nobody_stops_everything() {
    let world = world(&[("record", "manual"), ("link", "never")]).await;
    let desired = one(&world, "foobar", &foobar());
    let (plan, done) = world.apply(&desired).await;
    let what = told(&plan, Some(&done));
    assert_eq!(done.counts.failed, 1, "{what}");
    assert!(what.contains("belongs to no tenant"), "{what}");
    assert!(what.contains("nothing more is written to this provider"));
    assert!(!what.contains("AL35"), "{what}");
    assert_eq!(writes(&world), ["POST /tenants", PUT_CUSTOMER]);
    assert_eq!(named(&world, "Foobar"), 1);

    // The next run sees a customer of that name, and plans no second, whatever
    // the tenant is to be called.
    let mut renamed = foobar();
    renamed["tenant"]["name"] = json!("Foobar Two");
    for desired in [desired, one(&world, "foobar", &renamed)] {
        let (change, what) = planned(&world, &desired).await;
        assert_eq!(change.action, Action::Blocked, "{what}");
        assert!(what.contains("the same name as this tenant"), "{what}");
        assert!(!what.contains("AL35"), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_put_goes_without_an_id_while_the_customer_may_come_by_itself() {
    for link in ["uuid", "name", "never"] {
        let world = world(&[("record_delay", "late"), ("link", link)]).await;
        settle(&world, &one(&world, "foobar", &foobar())).await;
        let bodies = bodies(&world, PUT_CUSTOMER);
        assert_eq!(bodies.len(), 1, "{link}");
        assert!(bodies[0]["Id"].is_string(), "{link}");
        assert_eq!(named(&world, "Foobar"), 1, "{link}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_never_comes_is_made_under_the_tenants_name_and_renamed() {
    for link in ["uuid", "name"] {
        let world = world(&[("record", "manual"), ("link", link)]).await;
        let mut spec = foobar();
        spec["billing"]["name"] = json!("Foobar Holding");
        let what = settle(&world, &one(&world, "foobar", &spec)).await;
        assert!(what.contains("so it was made there"), "{what}");
        let bodies = bodies(&world, PUT_CUSTOMER);
        let tenant = Somebody::else_at(&world).tenant("Foobar");
        assert_eq!(bodies.len(), 2, "{link}");
        assert_eq!(bodies[0].get("Id"), None);
        assert_eq!(bodies[0]["Name"], "Foobar");
        assert_eq!(bodies[0]["ExternalTenantUUID"], tenant["id"]);
        assert!(bodies[1]["Id"].is_string());
        let customer = Somebody::else_at(&world).customer_of(&tenant["id"]);
        assert_eq!(customer["Name"], "Foobar Holding");
    }
}

/// Each of them moves the list that the others are looked for in.
#[tokio::test(flavor = "multi_thread")]
async fn several_customers_that_never_come_are_made_in_one_run() {
    let world = world(&[("record", "manual")]).await;
    let names = ["one", "two", "three", "four", "five", "six"];
    let manifests = names.map(|name| {
        let spec = json!({ "tenant": { "name": name }, "billing": { "city": "Graz" } });
        manifest("AcronisCustomer", name, &spec)
    });
    settle(&world, &world.desired(&manifests)).await;
    assert_eq!(bodies(&world, PUT_CUSTOMER).len(), names.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_customer_of_that_name_is_never_written_over() {
    let world = world(&[("record", "manual")]).await;
    // A customer who is in Advanced Automation alone, and has that name.
    let mut spec = foobar();
    spec["tenant"]["name"] = json!("walk-in TRADE ");
    let before = Somebody::else_at(&world).customers();
    let (planned, done) = world.apply(&one(&world, "foobar", &spec)).await;
    let what = told(&planned, Some(&done));
    assert_eq!(done.counts.failed, 1, "{what}");
    assert!(what.contains("might overwrite its bank account"), "{what}");
    assert_eq!(writes(&world), ["POST /tenants"]);
    assert_eq!(Somebody::else_at(&world).customers(), before);
}

// A3: what a PUT lets fall.

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_nobody_manages_falls_whatever_a_put_replaces() {
    for put in ["replace", "replace_all", "replace_also_first", "merge"] {
        let world = world(&[("put", put)]).await;
        let tenant = Somebody::else_at(&world).tenant("Bergmann Logistik GmbH");
        let remote = tenant["id"].as_str().expect("an id");
        let before = Somebody::else_at(&world).customer_of(&tenant["id"]);
        let desired = adopted(
            &world,
            "bergmann",
            remote,
            &json!({ "billing": { "paymentTerms": 45 } }),
        );
        settle(&world, &desired).await;
        let mut expected = before;
        expected["PaymentTerms"] = json!(45);
        let after = Somebody::else_at(&world).customer_of(&tenant["id"]);
        assert_eq!(after, expected, "{put}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_keeps_what_nobody_manages_whether_it_is_merged_or_replaced() {
    for mode in ["merge", "replace"] {
        let world = world(&[("contact_put", mode)]).await;
        let somebody = Somebody::else_at(&world);
        let tenant = somebody.tenant("Bergmann Logistik GmbH");
        let vendor = json!({ "contact": {
            "aan": "A-77", "email_confirmed": true, "fax": "+49 40 1", "language": "de",
        } });
        let mut whole = tenant["contact"].clone();
        for name in ["id", "created_at", "updated_at"] {
            whole.as_object_mut().expect("an object").remove(name);
        }
        whole
            .as_object_mut()
            .expect("an object")
            .extend(vendor["contact"].as_object().expect("an object").clone());
        somebody.change(&tenant, &json!({ "contact": whole }));
        let mut before = somebody.tenant("Bergmann Logistik GmbH")["contact"].clone();
        let desired = adopted(
            &world,
            "bergmann",
            tenant["id"].as_str().expect("an id"),
            &json!({ "tenant": { "contact": { "city": "Bremen" } } }),
        );
        settle(&world, &desired).await;
        before["city"] = json!("Bremen");
        let mut after = somebody.tenant("Bergmann Logistik GmbH")["contact"].clone();
        after["updated_at"] = before["updated_at"].clone();
        assert_eq!(after, before, "{mode}");
    }
}

// A5: whether a tenant was made although its creation failed.

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_that_seems_to_fail_makes_one_tenant() {
    for kind in [
        FaultKind::Status429,
        FaultKind::Status500Before,
        FaultKind::Status500After,
        FaultKind::DropBefore,
        FaultKind::DropAfter,
    ] {
        let world = world(&[]).await;
        world.running.inject(Fault {
            system: "acronis".to_owned(),
            operation: "POST /tenants".to_owned(),
            kind,
            nth: Some(1),
        });
        settle(&world, &one(&world, "foobar", &foobar())).await;
        let tenant = Somebody::else_at(&world).tenant("Foobar");
        assert_eq!(tenant["internal_tag"], "foobar", "{kind}");
        assert_eq!(named(&world, "Foobar"), 1, "{kind}");
        let sent = bodies(&world, "POST /tenants").len();
        let done_at_once = matches!(kind, FaultKind::Status500After | FaultKind::DropAfter);
        assert_eq!(sent, if done_at_once { 1 } else { 2 }, "{kind}");
    }
}

// 7.25: blanks around texts are stripped, or are not.

#[tokio::test(flavor = "multi_thread")]
async fn blanks_around_a_live_key_hide_no_record() {
    for trimmed in ["yes", "no"] {
        let world = world(&[("trim_text", trimmed)]).await;
        Somebody::else_at(&world).make(&json!({
            "name": "Foobar", "kind": "customer", "parent_id": PARTNER,
            "internal_tag": " foobar ",
        }));
        let spec = json!({ "tenant": { "name": "Foobar Two" } });
        settle(&world, &one(&world, "foobar", &spec)).await;
        assert_eq!(named(&world, "Foobar Two"), 0, "{trimmed}");
        assert_eq!(named(&world, "Foobar"), 1, "{trimmed}");
    }
}

// A6: where a name must be unique.

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_taken_out_of_sight_is_no_reason_to_adopt() {
    let world = world(&[("tenant_name_scope", "tree")]).await;
    let spec = json!({ "tenant": { "name": "Out of Sight Ltd" } });
    let (planned, done) = world.apply(&one(&world, "foobar", &spec)).await;
    let what = told(&planned, Some(&done));
    assert_eq!(done.outcomes[0].verdict, Verdict::Failed, "{what}");
    assert!(what.contains("one that this account cannot see"), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visible_tenant_of_that_name_blocks_and_is_never_taken_over() {
    let world = world(&[]).await;
    let spec = json!({ "tenant": { "name": "Northlight Studio" } });
    let (change, what) = planned(&world, &one(&world, "foobar", &spec)).await;
    assert_eq!(change.action, Action::Blocked, "{what}");
    assert!(what.contains("trueup.dev/adopt"), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_taken_after_it_was_given_up() {
    let world = world(&[]).await;
    let named = |tag: &str, name: &str| {
        manifest(
            "AcronisCustomer",
            tag,
            &json!({ "tenant": { "name": name } }),
        )
    };
    settle(&world, &world.desired(&[named("x", "One")])).await;
    settle(
        &world,
        &world.desired(&[named("a", "One"), named("x", "Two")]),
    )
    .await;
    settle(
        &world,
        &world.desired(&[named("a", "Two"), named("x", "Three")]),
    )
    .await;
    let exchanged = world.desired(&[named("a", "Three"), named("x", "Two")]);
    let (planned, done) = world.apply(&exchanged).await;
    assert_eq!(
        planned.plan.counts.blocked,
        2,
        "{}",
        told(&planned, Some(&done))
    );
}

// A7: whether a disabled tenant's customer leaves the list.

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_left_the_list_is_found_before_another_is_made() {
    for omitted in ["both", "active"] {
        let world = world(&[
            ("disabled_is_inactive", "yes"),
            ("omitted_active", omitted),
            ("link", "never"),
        ])
        .await;
        let mut spec = foobar();
        settle(&world, &one(&world, "foobar", &spec)).await;
        spec["tenant"]["enabled"] = json!(false);
        settle(&world, &one(&world, "foobar", &spec)).await;
        spec["billing"]["city"] = json!("Varna");
        settle(&world, &one(&world, "foobar", &spec)).await;
        let bodies = bodies(&world, PUT_CUSTOMER);
        assert!(bodies.iter().all(|body| body["Id"].is_string()));
        let somebody = Somebody::else_at(&world);
        let query = [("Page", "1"), ("PageSize", "100"), ("Active", "false")];
        let (_, list) = somebody.call("POST", "/Customer", &query, None);
        let inactive = list["Customers"].as_array().expect("a list");
        assert_eq!(inactive.len(), 1, "{omitted}");
    }
}

// A8: taxes have no total.

#[tokio::test(flavor = "multi_thread")]
async fn taxes_are_read_until_a_page_brings_nothing_new() {
    for past_end in ["empty", "repeat_last"] {
        let world = world(&[("past_end", past_end)]).await;
        let spec = json!({ "tenant": { "name": "Foobar" }, "billing": { "tax": "RED" } });
        settle(&world, &one(&world, "foobar", &spec)).await;
        let log = world.running.log();
        let pages: Vec<&str> = log
            .iter()
            .filter(|entry| entry.request.path.ends_with("/Taxes"))
            .filter_map(|entry| entry.request.query("Page"))
            .collect();
        // Two plans, of two pages each.
        assert_eq!(pages, ["1", "2", "1", "2"], "{past_end}");
    }
}

// A9: a state that is in no table.

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_state_is_told_in_the_servers_words_or_stored() {
    let state = "0a1b2c3d-0000-4000-8000-00000000000f";
    let spec = json!({
        "tenant": { "name": "Foobar" }, "billing": { "stateCountry": state },
    });
    let strict = world(&[("unknown_state", "refuse")]).await;
    let (planned, done) = strict.apply(&one(&strict, "foobar", &spec)).await;
    let what = told(&planned, Some(&done));
    assert_eq!(done.counts.failed, 1, "{what}");
    assert!(
        what.contains("StateCountry reference is not known"),
        "{what}"
    );

    let lax = world(&[("unknown_state", "accept")]).await;
    settle(&lax, &one(&lax, "foobar", &spec)).await;
}

// A10: which of several faults is reported, and how.

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_tenant_is_told_as_such_whatever_status_and_order() {
    for status in ["mapped", "bad_request"] {
        for order in ["lock_version_enabled", "version_lock_enabled"] {
            let world = world(&[("platform_status", status), ("check_order", order)]).await;
            let desired = one(&world, "foobar", &foobar());
            settle(&world, &desired).await;
            let mut state = world.running.state();
            lock(&mut state, "Foobar");
            world.running.restore(state).expect("its own state");
            let renamed = one(
                &world,
                "foobar",
                &json!({ "tenant": { "name": "Foobar 2" } }),
            );
            let (planned, done) = world.apply(&renamed).await;
            let what = told(&planned, Some(&done));
            assert_eq!(done.outcomes[0].verdict, Verdict::Failed, "{what}");
            assert!(
                what.contains("the holder of the lock must lift it"),
                "{what}"
            );
        }
    }
}

/// Puts somebody else's lock on a tenant in the simulator's state.
fn lock(state: &mut Value, name: &str) {
    match state {
        Value::Object(members) => {
            if members.get("name").and_then(Value::as_str) == Some(name) {
                members.insert(
                    "update_lock".to_owned(),
                    json!({ "enabled": true, "owner_id": "0a1b2c3d-0000-4000-8000-0000000000aa" }),
                );
            }
            members.values_mut().for_each(|value| lock(value, name));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| lock(value, name)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_is_listed_and_unknown_is_not_made_again_whatever_the_answer() {
    for shape in ["envelope", "message", "null"] {
        let world = bent(&[("aa_not_found", shape)], |request, answer| {
            if is_customer_list(request) {
                for row in answer["Customers"].as_array_mut().into_iter().flatten() {
                    row["Id"] = json!(row["Id"].as_str().map(|id| id.replace(['1', '2'], "3")));
                }
            }
        })
        .await;
        let tenant = Somebody::else_at(&world).tenant("Northlight Studio");
        let spec = json!({ "billing": { "city": "Sofia" } });
        let remote = tenant["id"].as_str().expect("an id");
        let desired = adopted(&world, "northlight", remote, &spec);
        let (planned, done) = world.apply(&desired).await;
        let what = told(&planned, Some(&done));
        assert_eq!(
            planned.plan.changes[0].action,
            Action::Blocked,
            "{shape}: {what}"
        );
        assert!(
            what.contains("is listed and cannot be read"),
            "{shape}: {what}"
        );
        assert_eq!(writes(&world), Vec::<String>::new());
    }
}

// Fields that the provider itself changes.

#[tokio::test(flavor = "multi_thread")]
async fn a_rename_by_the_provider_is_left_alone_or_undone() {
    let world = world(&[("rename_reaches_record", "yes")]).await;
    let spec = |tenant: &str, more: Value| {
        let mut billing = json!({ "city": "Sofia" });
        if !more.is_null() {
            billing["name"] = more;
        }
        json!({ "tenant": { "name": tenant }, "billing": billing })
    };
    let somebody = Somebody::else_at(&world);
    let name = |tenant: &str| {
        let tenant = somebody.tenant(tenant);
        somebody.customer_of(&tenant["id"])["Name"].clone()
    };
    settle(&world, &one(&world, "foobar", &spec("A", json!("Legal A")))).await;
    // Not managed: the provider's own doing stands.
    settle(&world, &one(&world, "foobar", &spec("B", Value::Null))).await;
    assert_eq!(name("B"), "B");
    // Managed: a rename is undone in the same run or shown by the next plan.
    let managed = one(&world, "foobar", &spec("C", json!("Legal C")));
    settle(&world, &managed).await;
    assert_eq!(name("C"), "Legal C");
    let renamed = one(&world, "foobar", &spec("D", json!("Legal C")));
    world.apply(&renamed).await;
    settle(&world, &renamed).await;
    assert_eq!(name("D"), "Legal C");
}
