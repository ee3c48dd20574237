//! Names in the place of ids.

use serde_json::{Value, json};
use trueup::provider::Action;

use super::bench::{Somebody, adopted, bent, lookups, one, planned, settle, told, world};

const BULGARIA: &str = "b28c162b-007a-42a1-ba97-d798e9e26909";
const ENGLISH: &str = "48d06c90-f8a4-4726-a83c-a47dbb709f25";
const NORMAL: &str = "683a47ec-e57c-43a5-ba10-2ccdc03fd331";
const OFFICE_HOURS: &str = "63b75905-10d4-44e9-ba1e-7aa2eff4100b";
const GENERAL_QUESTION: &str = "7f8320eb-d653-40ae-9d57-1257bead1a29";
const SUPPORT: &str = "2e4eea65-b277-4ec4-a777-07c71d622c44";
const STANDARD_RATE: &str = "bc814c40-9114-4329-8eb5-5b1e89270afb";
const UNITED_KINGDOM: &str = "cd7b9e82-ebd2-41be-be76-84a97b453b4c";
const ALABAMA: &str = "b4c87080-7c8c-45e0-8867-a714ffc79b7d";

#[tokio::test(flavor = "multi_thread")]
async fn every_table_goes_by_id_name_alias_and_code() {
    let world = world(&[]).await;
    let tables = lookups(&world).await;
    for (table, said, id) in [
        ("country", "Bulgaria", BULGARIA),
        ("country", "bulgaria", BULGARIA),
        ("country", "BG", BULGARIA),
        ("country", "BGR", BULGARIA),
        ("country", BULGARIA, BULGARIA),
        ("country", "UK", UNITED_KINGDOM),
        ("country", "GB", UNITED_KINGDOM),
        ("country", "Great Britain", UNITED_KINGDOM),
        ("language", "English", ENGLISH),
        ("language", "en", ENGLISH),
        ("language", ENGLISH, ENGLISH),
        ("tax", "Standard rate", STANDARD_RATE),
        ("tax", "STD", STANDARD_RATE),
        ("tax", "default", STANDARD_RATE),
        ("sla", "Office hours", OFFICE_HOURS),
        ("priority", "Normal", NORMAL),
        ("category", "General/General question", GENERAL_QUESTION),
        ("category", "General question", GENERAL_QUESTION),
        ("group", "Support", SUPPORT),
        ("legalForm", "GmbH", "GmbH"),
        ("tenantLanguage", "Bulgarian", "bg"),
        ("tenantLanguage", "pt-br", "pt-BR"),
    ] {
        assert_eq!(
            tables.resolve(table, said).as_deref(),
            Ok(id),
            "{table} {said}"
        );
    }
    // Endonyms with their English names and codes.
    for names in [["Deutsch", "German", "de"], ["Čeština", "Czech", "cs"]] {
        let ids = names.map(|name| tables.resolve("language", name).expect("a language"));
        assert!(ids.iter().all(|id| *id == ids[0]), "{names:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ambiguous_name_is_refused_with_its_candidates() {
    let world = world(&[]).await;
    for (field, said) in [("category", "Other"), ("supportGroup", "Field service")] {
        let mut spec = json!({ "tenant": { "name": "Foobar" }, "billing": {} });
        spec["billing"][field] = json!(said);
        let (change, what) = planned(&world, &one(&world, "foobar", &spec)).await;
        assert_eq!(change.action, Action::Blocked, "{what}");
        assert!(what.contains(&format!("`{said}` fits")), "{what}");
        assert!(what.contains("write the id of one of them"), "{what}");
    }
    let tables = lookups(&world).await;
    let found = tables.resolve("category", "Other").expect_err("ambiguous");
    let hint = found.hint.expect("a hint");
    for parent in ["General", "Hardware", "Software"] {
        assert!(hint.contains(&format!("`{parent}/Other`")), "{hint}");
        assert!(
            tables
                .resolve("category", &format!("{parent}/Other"))
                .is_ok()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_not_known_is_refused_with_a_suggestion() {
    let world = world(&[]).await;
    let spec = json!({ "tenant": { "name": "Foobar" }, "billing": { "country": "Bulgari" } });
    let (change, what) = planned(&world, &one(&world, "foobar", &spec)).await;
    assert_eq!(change.action, Action::Blocked, "{what}");
    assert!(what.contains("did you mean `Bulgaria`?"), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_shows_names_and_not_ids() {
    let world = world(&[]).await;
    let spec = |billing: Value| json!({ "tenant": { "name": "Foobar" }, "billing": billing });
    let before = spec(json!({
        "country": "BG", "language": "en", "tax": "default", "category": "General question",
        "defaultSla": OFFICE_HOURS, "priority": NORMAL, "supportGroup": SUPPORT,
    }));
    let names = [
        "Bulgaria",
        "English",
        "Standard rate",
        "General/General question",
    ];
    let (_, what) = planned(&world, &one(&world, "foobar", &before)).await;
    let others = ["Office hours", "Normal", "Support"];
    for name in names.iter().chain(&others) {
        assert!(what.contains(&format!("\"{name}\"")), "{name} in {what}");
    }
    settle(&world, &one(&world, "foobar", &before)).await;
    let after = spec(json!({
        "country": "DE", "language": "Deutsch", "tax": "RED", "category": "Licence",
        "defaultSla": "Gold", "priority": "High",
    }));
    let (_, what) = planned(&world, &one(&world, "foobar", &after)).await;
    for both in [
        "\"Bulgaria\" → \"Germany\"",
        "\"English\" → \"Deutsch\"",
        "\"Standard rate\" → \"Reduced rate\"",
        "\"General/General question\" → \"Software/Licence\"",
        "\"Office hours\" → \"Gold\"",
        "\"Normal\" → \"High\"",
    ] {
        assert!(what.contains(both), "{both} in {what}");
    }
    for id in [
        BULGARIA,
        ENGLISH,
        STANDARD_RATE,
        OFFICE_HOURS,
        NORMAL,
        GENERAL_QUESTION,
    ] {
        assert!(!what.contains(id), "{id} in {what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_settle_whatever_wrapper_the_tables_come_in() {
    for wrapper in ["guide", "reference"] {
        let world = world(&[("wrapper", wrapper)]).await;
        let spec = json!({ "tenant": { "name": "Foobar" }, "billing": {
            "country": "BG", "tax": "RED", "defaultBillingEntity": "Meridian IT Services GmbH",
        } });
        settle(&world, &one(&world, "foobar", &spec)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_goes_by_id_and_by_the_name_that_the_customer_shows() {
    let world = world(&[]).await;
    let tenant = Somebody::else_at(&world).tenant("Saint Anne Foundation");
    let remote = tenant["id"].as_str().expect("an id");
    for said in [ALABAMA, "Alabama", "alabama"] {
        let spec = json!({ "billing": { "stateCountry": said } });
        let desired = adopted(&world, "anne", remote, &spec);
        let (change, what) = planned(&world, &desired).await;
        assert_eq!(change.action, Action::Adopt, "{what}");
        let fields: Vec<&str> = change
            .fields
            .iter()
            .map(|field| field.path.as_str())
            .collect();
        assert_eq!(fields, ["tenant.internalTag"], "{said}");
    }
    // No endpoint lists the others.
    let spec = json!({ "billing": { "stateCountry": "Colorado" } });
    let (change, what) = planned(&world, &adopted(&world, "anne", remote, &spec)).await;
    assert_eq!(change.action, Action::Blocked, "{what}");
    assert!(what.contains("write the state's id"), "{what}");
    // Nor does it help that another customer is in that state.
    let spec = json!({ "tenant": { "name": "Foobar" }, "billing": { "stateCountry": "Alabama" } });
    let (change, what) = planned(&world, &one(&world, "foobar", &spec)).await;
    assert_eq!(change.action, Action::Blocked, "{what}");
    assert!(what.contains("write the state's id"), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_support_user_goes_by_id_and_one_alone_by_name() {
    let world = world(&[]).await;
    let spec = |user: &str| {
        let billing = json!({ "supportUser": user });
        one(
            &world,
            "foobar",
            &json!({ "tenant": { "name": "Foobar" }, "billing": billing }),
        )
    };
    let refused = "which of the partner's users has that name";
    // Neither for a new customer nor for one that is there.
    for is_there in [false, true] {
        let (change, what) = planned(&world, &spec("Anna Schmidt")).await;
        assert_eq!(change.action, Action::Blocked, "{is_there}: {what}");
        assert!(what.contains(refused), "{is_there}: {what}");
        settle(&world, &spec("meridian admin")).await;
    }
    let (change, what) = planned(&world, &spec(ALABAMA)).await;
    assert_eq!(change.action, Action::Update, "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_may_not_be_read_blocks_those_who_need_it_alone() {
    let world = world(&[]).await;
    let fault = "acronis:GET /Taxes=403".parse().expect("a fault");
    world.running.inject(fault);
    let spec = json!({ "tenant": { "name": "Foobar" }, "billing": { "tax": "RED" } });
    let (change, what) = planned(&world, &one(&world, "foobar", &spec)).await;
    assert_eq!(change.action, Action::Blocked, "{what}");
    assert!(what.contains("did not return its tax table"), "{what}");
    let spec = json!({ "tenant": { "name": "Foobar" }, "billing": { "country": "BG" } });
    settle(&world, &one(&world, "foobar", &spec)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_tables_say_of_use_and_activity_is_not_believed() {
    // In the vendor's sample every category is inactive, the one in use too.
    let world = bent(&[], |request, answer| {
        if request.path.ends_with("/StaticFormData") {
            for key in ["Categories", "Languages"] {
                for item in answer[key].as_array_mut().into_iter().flatten() {
                    item["Active"] = json!(false);
                    item["InUse"] = json!(false);
                }
            }
        }
    })
    .await;
    let spec = json!({ "tenant": { "name": "Foobar" }, "billing": {
        "category": "Printer", "language": "de",
    } });
    settle(&world, &one(&world, "foobar", &spec)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_tax_is_the_default_tax_and_none_is_compared_while_exempt() {
    for (exempt_tax, absent_tax) in [("default", "unset"), ("unset", "default")] {
        let world = world(&[("exempt_tax", exempt_tax), ("absent_tax", absent_tax)]).await;
        let spec = |billing: Value| json!({ "tenant": { "name": "Foobar" }, "billing": billing });
        for billing in [
            json!({ "taxExempt": false, "tax": null }),
            json!({ "taxExempt": false, "tax": "default" }),
            json!({ "taxExempt": false, "tax": "RED" }),
            json!({ "taxExempt": true }),
            json!({ "taxExempt": true, "tax": null }),
            json!({ "taxExempt": false, "tax": "RED" }),
            json!({ "taxExempt": false, "tax": null }),
        ] {
            settle(&world, &one(&world, "foobar", &spec(billing))).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_main_office_goes_by_manifest_and_is_sent_as_its_customer() {
    let world = world(&[]).await;
    let manifest = |name: &str, billing: Value| {
        crate::support::world::manifest(
            "AcronisCustomer",
            name,
            &json!({ "tenant": { "name": name }, "billing": billing }),
        )
    };
    let desired = world.desired(&[
        manifest("branch", json!({ "parentCustomer": { "ref": "office" } })),
        manifest("office", json!({ "city": "Sofia" })),
    ]);
    let (planned, done) = world.apply(&desired).await;
    assert!(done.counts.all_done(), "{}", told(&planned, Some(&done)));
    let somebody = Somebody::else_at(&world);
    let office = somebody.customer_of(&somebody.tenant("office")["id"]);
    let branch = somebody.customer_of(&somebody.tenant("branch")["id"]);
    assert_eq!(branch["ParentCustomer"], office["Id"]);
    let (again, _) = world.plan(&desired).await;
    assert_eq!(again.plan.counts.none, 2, "{}", told(&again, None));
}
