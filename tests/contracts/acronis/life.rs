//! States that move: by themselves, by us, and by others.

use serde_json::{Value, json};
use trueup::{
    plan::Change,
    provider::{Action, KindDef},
    simulator::LogEntry,
};

use super::bench::{Somebody, call_of, def, one, planned, settle, told, world, writes};

/// A day of the simulated clock.
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// A trial lasts a full month; no month is longer.
const TRIAL_DAYS_MAX: i64 = 31;

fn calls(change: &Change) -> Vec<String> {
    let calls = change.calls.iter();
    calls
        .map(|call| match call.purpose {
            Some(purpose) => format!("{} ({purpose})", call.operation),
            None => call.operation.to_owned(),
        })
        .collect()
}

fn priced(mode: &str) -> Value {
    json!({ "tenant": { "name": "Foobar" }, "pricing": { "mode": mode } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_that_ends_by_itself_is_left_alone_and_never_flaps() {
    let world = world(&[]).await;
    let desired = one(&world, "foobar", &priced("trial"));
    settle(&world, &desired).await;
    for days in [TRIAL_DAYS_MAX - 3, 4, 300] {
        world.clock.advance(days * DAY_SECONDS);
        let (change, what) = planned(&world, &desired).await;
        assert_eq!(change.action, Action::None, "{what}");
    }
    let (change, _) = planned(&world, &desired).await;
    assert!(
        change
            .notes
            .iter()
            .any(|note| note.contains("never taken back")),
        "{:?}",
        change.notes
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn production_is_planned_once_and_is_quiet_when_it_came_by_itself() {
    let world = world(&[]).await;
    settle(&world, &one(&world, "foobar", &priced("trial"))).await;
    let production = one(&world, "foobar", &priced("production"));
    let (change, what) = planned(&world, &production).await;
    assert_eq!(calls(&change), ["PUT /tenants/{id}/pricing"], "{what}");
    world.clock.advance((TRIAL_DAYS_MAX + 1) * DAY_SECONDS);
    let (change, what) = planned(&world, &production).await;
    assert_eq!(change.action, Action::None, "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_to_trial_is_never_planned() {
    let world = world(&[]).await;
    for mode in ["production", "suspended"] {
        settle(&world, &one(&world, "foobar", &priced(mode))).await;
        let (change, what) = planned(&world, &one(&world, "foobar", &priced("trial"))).await;
        match mode {
            // The trial may have ended by itself.
            "production" => assert_eq!(change.action, Action::None, "{what}"),
            _ => assert_eq!(change.action, Action::Blocked, "{what}"),
        }
    }
    // Out of suspension there is one way.
    settle(&world, &one(&world, "foobar", &priced("production"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_several_steps_is_shown_as_steps() {
    let world = world(&[]).await;
    let mut spec = json!({
        "tenant": { "name": "Foobar", "customerType": "enterprise" },
        "pricing": { "mode": "production" },
        "billing": { "city": "Sofia" },
    });
    let desired = one(&world, "foobar", &spec);
    let (change, what) = planned(&world, &desired).await;
    assert_eq!(
        calls(&change),
        [
            "POST /tenants",
            "PUT /tenants/{id}",
            "PUT /tenants/{id}/pricing",
            "PUT /Customers"
        ],
        "{what}"
    );
    settle(&world, &desired).await;
    spec["end"] = json!({ "on": "2026-11-02", "reason": "left" });
    let (change, what) = planned(&world, &one(&world, "foobar", &spec)).await;
    assert_eq!(change.action, Action::End, "{what}");
    assert_eq!(
        calls(&change),
        ["PUT /tenants/{id} (disable)", "DELETE /tenants/{id}"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_ended_stays_ended_and_is_never_made_again() {
    let world = world(&[]).await;
    let live = json!({ "tenant": { "name": "Foobar" }, "billing": { "city": "Sofia" } });
    let mut over = live.clone();
    over["end"] = json!({ "on": "2026-11-02", "reason": "left" });
    let (live, over) = (one(&world, "foobar", &live), one(&world, "foobar", &over));
    settle(&world, &live).await;
    settle(&world, &over).await;
    for days in [0, 1, 400] {
        world.clock.advance(days * DAY_SECONDS);
        let (change, what) = planned(&world, &over).await;
        assert_eq!(change.action, Action::None, "{what}");
    }
    // A manifest that forgets the end asks for somebody who is gone.
    world.running.clear_log();
    let (planned, done) = world.apply(&live).await;
    let what = told(&planned, Some(&done));
    assert_eq!(planned.plan.changes[0].action, Action::Blocked, "{what}");
    let reason = planned.plan.changes[0].reason.as_deref();
    let reason = reason.unwrap_or_default();
    assert!(reason.contains("the tenant has been deleted"), "{what}");
    // Another key alone leads to the same tenant where the annotation names it.
    assert!(
        reason.contains("take out the annotation trueup.dev/adopt"),
        "{what}"
    );
    assert_eq!(writes(&world), Vec::<String>::new());
    // Its name is free for another key.
    let other = json!({ "tenant": { "name": "Foobar" } });
    settle(&world, &one(&world, "foobar-2", &other)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_somebody_deleted_is_not_made_again_and_one_restored_is_found() {
    let world = world(&[]).await;
    let spec = json!({ "tenant": { "name": "Foobar", "enabled": true } });
    let desired = one(&world, "foobar", &spec);
    settle(&world, &desired).await;
    let somebody = Somebody::else_at(&world);
    let tenant = somebody.tenant("Foobar");
    let disabled = somebody.change(&tenant, &json!({ "enabled": false }));
    let path = format!("/tenants/{}", tenant["id"].as_str().expect("an id"));
    let version = disabled["version"].to_string();
    let (status, _) = somebody.call("DELETE", &path, &[("version", &version)], None);
    assert_eq!(status, 204);
    let (change, what) = planned(&world, &desired).await;
    assert_eq!(change.action, Action::Blocked, "{what}");

    let (status, _) = somebody.call("POST", &format!("{path}/restore"), &[], None);
    assert_eq!(status, 204);
    let (change, what) = planned(&world, &desired).await;
    assert_eq!(change.action, Action::Update, "{what}");
    assert_eq!(change.fields.len(), 1, "{what}");
    assert_eq!(change.fields[0].path.as_str(), "tenant.enabled");
    settle(&world, &desired).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_tenant_is_deleted_in_one_step() {
    let world = world(&[]).await;
    let mut spec = json!({ "tenant": { "name": "Foobar", "enabled": false } });
    settle(&world, &one(&world, "foobar", &spec)).await;
    spec["end"] = json!({ "on": "2026-11-02", "reason": "left" });
    let desired = one(&world, "foobar", &spec);
    let (change, _) = planned(&world, &desired).await;
    assert_eq!(calls(&change), ["DELETE /tenants/{id}"]);
    settle(&world, &desired).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_existing_tenant_is_never_moved() {
    let world = world(&[]).await;
    settle(
        &world,
        &one(&world, "foobar", &json!({ "tenant": { "name": "Foobar" } })),
    )
    .await;
    let elsewhere = json!({ "tenant": {
        "name": "Foobar", "parentId": "0a1b2c3d-0000-4000-8000-0000000000aa",
    } });
    let (change, what) = planned(&world, &one(&world, "foobar", &elsewhere)).await;
    assert_eq!(change.action, Action::Blocked, "{what}");
    assert!(what.contains("moving it has side effects"), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_in_the_middle_is_renewed_once() {
    const TOKEN_SECONDS: i64 = 2 * 60 * 60;
    let world = world(&[]).await;
    let desired = one(&world, "any", &json!({}));
    let readers = world.readers(&desired);
    let reader = readers.values().next().expect("a reader");
    reader.index(&[]).await.expect("an index");
    world.clock.advance(TOKEN_SECONDS + 1);
    world.running.clear_log();
    reader.index(&[]).await.expect("an index");
    let seen: Vec<(String, u16)> = world
        .running
        .log()
        .iter()
        .map(|entry: &LogEntry| (call_of(entry), entry.status))
        .collect();
    let expected = [
        ("GET /tenants", 401),
        ("POST /idp/token", 200),
        ("GET /tenants", 200),
    ];
    let seen: Vec<(&str, u16)> = seen
        .iter()
        .map(|(call, status)| (call.as_str(), *status))
        .collect();
    assert_eq!(seen, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_somebody_moved_makes_the_change_stale_and_nothing_is_lost() {
    for version in ["counter", "ms"] {
        let world = world(&[("version", version)]).await;
        let spec = |city: &str, language: &str| {
            json!({ "tenant": {
                "name": "Foobar", "language": language, "contact": { "city": city },
            } })
        };
        settle(&world, &one(&world, "foobar", &spec("Sofia", "en"))).await;
        let desired = one(&world, "foobar", &spec("Varna", "en"));
        let (planned, observed) = world.plan(&desired).await;
        // A field that the plan relied on.
        let somebody = Somebody::else_at(&world);
        somebody.change(&somebody.tenant("Foobar"), &json!({ "language": "bg" }));
        let done = world.carry_out(&desired, &planned, &observed).await;
        let what = told(&planned, Some(&done));
        assert_eq!(done.counts.stale, 1, "{version}: {what}");
        assert!(what.contains("`tenant.language` moved"), "{what}");
        assert_eq!(somebody.tenant("Foobar")["contact"]["city"], "Sofia");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn billing_that_somebody_moved_makes_the_change_stale() {
    let world = world(&[]).await;
    let spec = |city: &str| json!({ "tenant": { "name": "Foobar" }, "billing": { "city": city, "street": "Esenni" } });
    settle(&world, &one(&world, "foobar", &spec("Sofia"))).await;
    let desired = one(&world, "foobar", &spec("Varna"));
    let (planned, observed) = world.plan(&desired).await;
    let somebody = Somebody::else_at(&world);
    let customer = somebody.customer_of(&somebody.tenant("Foobar")["id"]);
    somebody.bill(&customer, &json!({ "Street": "Zimni" }));
    let done = world.carry_out(&desired, &planned, &observed).await;
    assert_eq!(done.counts.stale, 1, "{}", told(&planned, Some(&done)));
    // What nobody relied on is sent back as it is at the moment of writing.
    let somebody_else = somebody.customer_of(&somebody.tenant("Foobar")["id"]);
    somebody.bill(
        &somebody_else,
        &json!({ "Street": "Esenni", "Fax": "+359 2 1" }),
    );
    settle(&world, &desired).await;
    let customer = somebody.customer_of(&somebody.tenant("Foobar")["id"]);
    assert_eq!(
        (&customer["City"], &customer["Fax"]),
        (&json!("Varna"), &json!("+359 2 1"))
    );
}

#[test]
fn the_key_is_the_tag_that_the_platform_never_uses() {
    let kind: &KindDef = &def().kinds[0];
    assert_eq!(
        (kind.key, kind.display_name),
        ("tenant.internalTag", "tenant.name")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_goes_with_the_first_billing_information_of_a_tenant_that_exists() {
    let tenant = json!({ "name": "Foobar" });
    let billing = json!({ "city": "Sofia", "loginUserName": "office@foobar.example" });
    let spec = json!({ "tenant": tenant, "billing": billing });
    for cut_off in [false, true] {
        let world = world(&[("record", "manual")]).await;
        let desired = one(&world, "foobar", &spec);
        if cut_off {
            let fault = "acronis:PUT /Customers=403".parse().expect("a fault");
            world.running.inject(fault);
            let (_, done) = world.apply(&desired).await;
            assert!(!done.counts.all_done());
            world.running.clear_faults();
        } else {
            settle(&world, &one(&world, "foobar", &json!({ "tenant": tenant }))).await;
        }
        let (change, what) = planned(&world, &desired).await;
        assert_eq!(calls(&change), ["PUT /Customers"], "{what}");
        let fields = change.calls[0].fields.iter().map(|path| path.as_str());
        let fields: Vec<&str> = fields.collect();
        assert_eq!(fields, ["billing.city", "billing.loginUserName"], "{what}");
        settle(&world, &desired).await;
        let somebody = Somebody::else_at(&world);
        let customer = somebody.customer_of(&somebody.tenant("Foobar")["id"]);
        assert_eq!(customer["LoginUserName"], "office@foobar.example");
        // From now on it is the administrator's, and nothing to be sent.
        let spec = json!({ "tenant": tenant, "billing": {
            "city": "Varna", "loginUserName": "office@foobar.example",
        } });
        let (change, what) = planned(&world, &one(&world, "foobar", &spec)).await;
        let fields = change.calls[0].fields.iter().map(|path| path.as_str());
        assert_eq!(fields.collect::<Vec<_>>(), ["billing.city"], "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_after_a_step_that_leads_one_way_names_the_step() {
    let world = world(&[]).await;
    let spec = json!({ "tenant": { "name": "Foobar" } });
    settle(&world, &one(&world, "foobar", &spec)).await;
    let fault = "acronis:PUT /Customers=403#1".parse().expect("a fault");
    world.running.inject(fault);
    let spec = json!({
        "tenant": { "name": "Foobar 2" }, "pricing": { "mode": "production" },
        "billing": { "city": "Sofia" },
    });
    let (planned, done) = world.apply(&one(&world, "foobar", &spec)).await;
    let what = told(&planned, Some(&done));
    assert_eq!(done.counts.failed, 1, "{what}");
    let before = "note: done before: PUT /tenants/{id}, PUT /tenants/{id}/pricing";
    assert!(what.contains(before), "{what}");
}
