//! What the provider copies where nobody set it: the name into the alias, the
//! e-mail address into that for invoices.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::bench::{Somebody, one, planned, settle, world};

#[tokio::test(flavor = "multi_thread")]
async fn what_the_automatic_customer_copies_is_read_and_not_assumed() {
    for copies in ["name_and_email", "name"] {
        let world = world(&[("record_copies", copies)]).await;
        let spec = json!({
            "tenant": { "name": "Foobar", "contact": { "email": "a@foobar.example" } },
            "billing": { "email": "b@foobar.example", "city": "Sofia" },
        });
        settle(&world, &one(&world, "foobar", &spec)).await;
        let somebody = Somebody::else_at(&world);
        let tenant = somebody.tenant("Foobar");
        let customer = somebody.customer_of(&tenant["id"]);
        assert_eq!(customer["Email"], "b@foobar.example", "{copies}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_follows_leaves_no_alias_of_the_tenants_name_behind() {
    let aliases = [
        (None, "Foobar Holding"),
        (Some(Value::Null), "Foobar Holding"),
        (Some(json!("Foobar")), "Foobar"),
        (Some(json!("Foo")), "Foo"),
    ];
    let cases = ["follow", "stay", "follow_equal"]
        .map(|copies| aliases.clone().map(|alias| (copies, alias)));
    join_all(
        cases
            .into_iter()
            .flatten()
            .map(|(copies, (alias, expected))| async move {
                let world = world(&[("record", "manual"), ("unset_copies", copies)]).await;
                let mut spec = json!({
                    "tenant": { "name": "Foobar" },
                    "billing": { "name": "Foobar Holding", "city": "Sofia" },
                });
                if let Some(alias) = &alias {
                    spec["billing"]["alias"] = alias.clone();
                }
                settle(&world, &one(&world, "foobar", &spec)).await;
                let somebody = Somebody::else_at(&world);
                let customer = somebody.customer_of(&somebody.tenant("Foobar")["id"]);
                assert_eq!(customer["Alias"], expected, "{copies}: {alias:?}");
            }),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_managed_alias_is_held_and_another_may_follow() {
    for (copies, unmanaged) in [("follow", "A"), ("stay", "A"), ("follow_equal", "B")] {
        let world = world(&[("unset_copies", copies)]).await;
        let spec = |key: &str, name: &str, alias: Value| {
            let mut billing = json!({ "name": name });
            if !alias.is_null() {
                billing["alias"] = alias;
            }
            json!({ "tenant": { "name": key }, "billing": billing })
        };
        let alias = |tenant: &str| {
            let somebody = Somebody::else_at(&world);
            let tenant = somebody.tenant(tenant);
            somebody.customer_of(&tenant["id"])["Alias"].clone()
        };
        settle(&world, &one(&world, "held", &spec("Held", "A", json!("A")))).await;
        settle(&world, &one(&world, "held", &spec("Held", "B", json!("A")))).await;
        assert_eq!(alias("Held"), "A", "{copies}");

        settle(&world, &one(&world, "free", &spec("Free", "A", json!("A")))).await;
        let renamed = one(&world, "free", &spec("Free", "B", Value::Null));
        let (_, what) = planned(&world, &renamed).await;
        assert!(
            what.contains("billing.alias: the same as billing.name was"),
            "{what}"
        );
        settle(&world, &renamed).await;
        assert_eq!(alias("Free"), unmanaged, "{copies}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_set_follows_the_first_billing_information() {
    let email = |name: &str| json!({ "email": format!("{name}@neu.example") });
    let mut billing = email("invoices");
    billing["name"] = json!("Neu AG");
    let tenant = json!({ "name": "Neu", "contact": email("ceo") });
    let spec = json!({ "tenant": tenant, "billing": billing });
    let copies = ["follow", "stay", "follow_equal"];
    let cases =
        ["auto", "manual"].map(|record| copies.map(|copies| (record, copies, spec.clone())));
    join_all(
        cases
            .into_iter()
            .flatten()
            .map(|(record, copies, spec)| async move {
                let world = world(&[("record", record), ("unset_copies", copies)]).await;
                settle(&world, &one(&world, "neu", &spec)).await;
                let somebody = Somebody::else_at(&world);
                let customer = somebody.customer_of(&somebody.tenant("Neu")["id"]);
                for (field, expected) in [
                    ("Email", "invoices@neu.example"),
                    ("FallbackInvoiceEmailAddress", "invoices@neu.example"),
                    ("Alias", "Neu AG"),
                ] {
                    assert_eq!(customer[field], expected, "{field}: {record}, {copies}");
                }
            }),
    )
    .await;
}

/// Some calls write twice: a name, and what followed it. A provider that is too busy
/// for the second write is asked again, within the call.
#[tokio::test(flavor = "multi_thread")]
async fn a_busy_provider_leaves_no_second_write_out() {
    let spec = |name: &str| {
        json!({
            "tenant": { "name": "Foobar" },
            "billing": { "name": name, "alias": "Foobar", "city": "Sofia" },
        })
    };
    let busy = |fault: &str| format!("acronis:PUT /Customers={fault}#2");
    for fault in ["429", "503"] {
        for (record, first) in [("manual", "Foobar Holding"), ("auto", "Foobar")] {
            let world = world(&[("record", record), ("unset_copies", "follow_equal")]).await;
            if record == "auto" {
                settle(&world, &one(&world, "foobar", &spec(first))).await;
            }
            world.running.inject(busy(fault).parse().expect("a fault"));
            settle(&world, &one(&world, "foobar", &spec("Foobar Holding"))).await;
            let somebody = Somebody::else_at(&world);
            let customer = somebody.customer_of(&somebody.tenant("Foobar")["id"]);
            assert_eq!(customer["Alias"], "Foobar", "{fault}, {record}");
            assert_eq!(customer["Name"], "Foobar Holding", "{fault}, {record}");
        }
    }
}
