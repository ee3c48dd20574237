//! How accounts and values are found: by id, by name, by what people write.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trueup::{
    apply::Receipt,
    plan::Planned,
    provider::{Action, FailureKind},
};

use super::{
    scripted::{everything, serve, success},
    tenant::{account, accounts, full, only, settle, shown, stored, tenant, wanted},
};

/// A manifest that may take over the account with this id.
fn adopting(name: &str, id: &str, spec: &Value) -> Value {
    let mut manifest = account(name, spec);
    manifest["metadata"]["annotations"] = json!({ "trueup.dev/adopt": id });
    manifest
}

#[tokio::test]
async fn an_account_is_found_by_its_code_exactly() {
    let world = tenant(&[]).await;
    let spec = json!({ "basic": { "accountCode": "90001", "accountName": "Lakeside Couriers" } });
    let (planned, _) = world.plan(&wanted(&world, "lakeside", &spec)).await;
    let change = only(&planned);
    assert_eq!(change.action, Action::None, "{}", shown(&planned));
    assert_eq!(change.remote.as_ref().expect("an id").0, "1");
}

#[tokio::test]
async fn a_namesake_with_another_code_blocks_the_create_and_is_named() {
    let world = tenant(&[]).await;
    let spec = json!({ "basic": { "accountName": "Lakeside Couriers" } });
    let (planned, _) = world.apply(&wanted(&world, "lakeside", &spec)).await;
    let change = only(&planned);
    assert_eq!(change.action, Action::Blocked, "{}", shown(&planned));
    let hint = change.hint.as_deref().expect("a hint");
    assert!(hint.contains("trueup.dev/adopt: \"1\""), "{hint}");
    assert_eq!(world.writes(), [""; 0]);
    // A terminated one is seen too.
    let spec = json!({ "basic": { "accountName": "Old Mill Taxi" } });
    let (planned, _) = world.plan(&wanted(&world, "mill", &spec)).await;
    assert_eq!(
        only(&planned).action,
        Action::Blocked,
        "{}",
        shown(&planned)
    );
}

#[tokio::test]
async fn a_name_is_taken_after_it_was_given_up() {
    let world = tenant(&[]).await;
    let named = |code: &str, name: &str| {
        let mut spec = full();
        spec["basic"]["accountName"] = json!(name);
        account(code, &spec)
    };
    let done = |planned: &Planned, receipt: &Receipt| {
        assert!(receipt.counts.all_done(), "{}{receipt:#?}", shown(planned));
    };
    let (planned, receipt) = world.apply(&world.desired(&[named("x", "One")])).await;
    done(&planned, &receipt);
    let desired = world.desired(&[named("a", "One"), named("x", "Two")]);
    let (planned, receipt) = world.apply(&desired).await;
    done(&planned, &receipt);
    let desired = world.desired(&[named("a", "Two"), named("x", "Three")]);
    let (planned, receipt) = world.apply(&desired).await;
    done(&planned, &receipt);
    let desired = world.desired(&[named("a", "Three"), named("x", "Two")]);
    let (planned, _) = world.apply(&desired).await;
    assert_eq!(planned.plan.counts.blocked, 2, "{}", shown(&planned));
}

/// An account that has ended keeps its name, and so does one that is not renamed.
#[tokio::test]
async fn a_name_that_another_account_keeps_is_noted() {
    let world = tenant(&[]).await;
    let named = |code: &str, name: &str, ends: bool| {
        let mut spec = json!({ "basic": { "accountName": name } });
        if ends {
            spec["end"] = json!({ "on": "2026-11-02", "reason": "closed" });
        }
        account(code, &spec)
    };
    let live = [named("x", "One", false), named("y", "Two", false)];
    world.apply(&world.desired(&live)).await;
    world
        .apply(&world.desired(&[named("x", "One", true)]))
        .await;
    let all = [
        named("n", "One", false),
        named("m", "two", false),
        named("x", "One", true),
        named("y", "Two", false),
    ];
    let (planned, _) = world.plan(&world.desired(&all)).await;
    let notes: Vec<&str> = planned
        .plan
        .to_do()
        .flat_map(|change| change.notes.iter().map(String::as_str))
        .collect();
    let kept = |name: &str| {
        format!(
            "ZegoalAccount/{name} has this name and keeps it; the provider may refuse a second one"
        )
    };
    assert_eq!(notes, [kept("y"), kept("x")], "{}", shown(&planned));
}

#[tokio::test]
async fn an_account_is_adopted_by_its_id_and_gets_our_code() {
    let world = tenant(&[]).await;
    let before = accounts(&world);
    let spec = json!({ "basic": { "accountName": "Lakeside Couriers" } });
    let desired = world.desired(&[adopting("lakeside", "1", &spec)]);
    let (planned, _) = world.plan(&desired).await;
    assert_eq!(only(&planned).action, Action::Adopt, "{}", shown(&planned));
    assert_eq!(settle(&world, &desired).await, ["UpdateAccount"]);
    assert_eq!(stored(&world, "lakeside")["account_id"], 1);
    assert_eq!(accounts(&world), before);
    for missing in ["4711", "no-number"] {
        let desired = world.desired(&[adopting("other", missing, &full())]);
        let (planned, _) = world.plan(&desired).await;
        assert_eq!(only(&planned).action, Action::Blocked, "{missing}");
    }
}

#[tokio::test]
async fn an_account_that_has_the_code_is_not_written_when_another_is_to_be_adopted() {
    let world = tenant(&[]).await;
    let spec = json!({ "basic": { "accountName": "Renamed" } });
    let desired = world.desired(&[adopting("90001", "2", &spec)]);
    let (planned, _) = world.apply(&desired).await;
    assert_eq!(
        only(&planned).reason.as_deref(),
        Some("the record 1 has the key `90001`, and the manifest adopts another one, 2")
    );
    assert_eq!(world.writes(), [""; 0]);
}

#[tokio::test]
async fn an_answer_about_another_account_is_never_believed() {
    let (_running, reader) = serve(|api, _| {
        success(
            api,
            &json!({ "account_id": 9, "account_code": "OTHER", "account_name": "Other" }),
        )
    })
    .await;
    let failure = reader.index(&[everything("HZ-7")]).await;
    let failure = failure.expect_err("it is about another account");
    assert_eq!(failure.kind, FailureKind::Protocol);
}

#[tokio::test]
async fn values_of_dictionaries_go_by_any_case_and_unknown_ones_are_refused_with_advice() {
    let world = tenant(&[]).await;
    let with = |currency: &str, language: &str| {
        json!({
            "basic": { "accountName": "Juniper Bakery" },
            "billing": {
                "currency": currency, "language": language, "billDistributionCode": "E-Mail",
            },
        })
    };
    settle(
        &world,
        &wanted(&world, "juniper", &with("usd", "Ukrainian")),
    )
    .await;
    let billing = stored(&world, "juniper")["billing"].clone();
    assert_eq!(billing["curr_code"], "USD");
    assert_eq!(billing["lang_code"], "ua");
    assert_eq!(billing["bill_distribution_code"], "e-mail");
    // The code of ISO 639 is an alias of Zegoal's own.
    for language in ["uk", "ua", "UKRAINIAN"] {
        let (planned, _) = world
            .plan(&wanted(&world, "juniper", &with("USD", language)))
            .await;
        assert_eq!(only(&planned).action, Action::None, "{language}");
    }
    let (planned, _) = world
        .plan(&wanted(&world, "juniper", &with("USDT", "en")))
        .await;
    let change = only(&planned);
    assert_eq!(change.action, Action::Blocked);
    assert!(
        change
            .reason
            .as_deref()
            .expect("a reason")
            .contains("`USDT`")
    );
    assert_eq!(change.hint.as_deref(), Some("did you mean `USD`?"));
}

#[tokio::test]
async fn an_ambiguous_name_is_refused_with_its_candidates() {
    let (_running, reader) = serve(|api, body| {
        assert_eq!(body["dictionary_name"], "acct_cat_code_id");
        success(
            api,
            &json!({ "dictionary": [
                { "value": "gold", "oid": 1, "description": "Key accounts" },
                { "value": "platinum", "oid": 2, "description": "Key accounts" },
                { "value": "regular", "oid": 3, "description": "" },
            ] }),
        )
    })
    .await;
    let tables = BTreeSet::from(["acct_cat_code_id"]);
    let lookups = reader.lookups(&tables).await.expect("readable");
    let table = "acct_cat_code_id";
    assert_eq!(lookups.resolve(table, "GOLD").as_deref(), Ok("gold"));
    let found = lookups.resolve(table, "key accounts").expect_err("two fit");
    assert!(found.reason.contains("fits 2 entries"), "{found}");
    let hint = found.hint.expect("a hint");
    for candidate in ["gold", "platinum"] {
        assert!(hint.contains(candidate), "{hint}");
    }
    // That the pages pair this dictionary with account categories is a guess,
    // so what is not in it may still be written.
    assert_eq!(lookups.resolve(table, "silver").as_deref(), Ok("silver"));
}

#[tokio::test]
async fn plans_show_names_and_not_ids() {
    let world = tenant(&[]).await;
    let holding = json!({ "basic": { "accountName": "Juniper Holding" } });
    let bakery = json!({
        "basic": { "accountName": "Juniper Bakery", "parent": { "ref": "holding" } },
        "billing": { "language": "uk" },
    });
    let desired = world.desired(&[account("holding", &holding), account("bakery", &bakery)]);
    let (planned, _) = world.plan(&desired).await;
    let text = shown(&planned);
    let line = |field: &str| {
        let mut lines = text.lines();
        let line = lines.find(|line| line.contains(field));
        line.unwrap_or_else(|| panic!("{field} is not shown\n{text}"))
            .to_owned()
    };
    assert!(line("billing.language").contains("\"Ukrainian\""), "{text}");
    assert!(
        line("basic.parent").contains("ZegoalAccount/holding"),
        "{text}"
    );
}
