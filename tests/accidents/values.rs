//! Values that leaked, vanished, or were none.

use serde_json::{Value, json};
use trueup::{
    model::{Facts, Finding, Leaf, Severity, field_map::ValueType},
    provider::KindDef,
    report::{Style, json as as_json, text as as_text},
};

use crate::{
    engine::world::World as Toys,
    laws::samples::with,
    support::{
        providers,
        world::{World, manifest},
    },
    toy::desired::{customer, sensitive, text},
};

/// decK#2140 and #2063: only the new one of two secrets was masked, and a
/// secret of one letter was masked out of every word.
#[tokio::test]
async fn deck_2140_2063_both_secrets_are_masked_and_a_short_one_spoils_no_text() {
    const OLD: &str = "GB33BUKB20201555555555";
    const NEW: &str = "BG80BNBG96611020345678";
    let world = Toys::start().await;
    let with_pin = |iban: &str| {
        customer("acme")
            .set("note", text("a banana"))
            .set("billing.iban", sensitive(iban))
            .set("access.pin", sensitive("a"))
    };
    world.settle(&[with_pin(OLD)]).await;
    let seen = world
        .plan(&[with_pin(NEW).set("note", text("an ananas"))])
        .await;
    let plan = &seen.planned.plan;
    let shown = [
        as_text::plan(plan, Style::default(), true),
        as_json::plan(plan),
    ]
    .concat();
    assert!(!shown.contains(OLD) && !shown.contains(NEW), "{shown}");
    assert!(
        shown.contains("••••5555") && shown.contains("••••5678"),
        "{shown}"
    );
    for whole in ["a banana", "an ananas"] {
        assert!(shown.contains(whole), "{shown}");
    }
}

/// grizzly#487: a field that is never returned looked changed in every plan.
#[tokio::test]
async fn grizzly_487_a_write_only_field_is_no_perpetual_change() {
    let world = Toys::start().await;
    let manifest = customer("acme").set("access.pin", sensitive("hush-hush-hush"));
    world.settle(std::slice::from_ref(&manifest)).await;
    let seen = world.plan(std::slice::from_ref(&manifest)).await;
    seen.assert_quiet();
    let shown = as_text::plan(&seen.planned.plan, Style::default(), true);
    assert!(!shown.contains("hush"), "{shown}");
}

/// The first field of text, sensitive or not.
fn text_field(kind: &KindDef, sensitive: bool) -> Option<&Facts> {
    kind.fields().iter().find(|facts| {
        facts.sensitive == sensitive
            && !facts.computed
            && facts.lookup.is_none()
            && facts.path.as_str() != kind.key
            && matches!(facts.value_type, ValueType::Text)
    })
}

fn errors(world: &World, kind: &KindDef, path: &str, value: &Value) -> Vec<Finding> {
    let spec = with(json!({}), path, value);
    let (_, findings) = world.read(&[manifest(kind.kind, "masked", &spec)]);
    findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
        .collect()
}

/// auth0-deploy-cli#437: what an export had put in the place of secrets was sent
/// back as their values.
#[tokio::test]
async fn auth0_437_mask_text_is_refused_before_anything_is_sent() {
    for def in providers() {
        let world = World::start(def).await;
        for kind in def.kinds {
            for sensitive in [true, false] {
                let Some(facts) = text_field(kind, sensitive) else {
                    continue;
                };
                for mask in ["••••5678", "••••"] {
                    let path = facts.path.as_str();
                    let found = errors(&world, kind, path, &json!(mask));
                    let masked = found.iter().any(|finding| finding.check == "masked-value");
                    assert!(masked, "{} {path}: {found:#?}", kind.kind);
                }
            }
        }
    }
}

/// auth0-deploy-cli 8.42.0: a variable that was not set was taken out of the
/// value, and what was left was sent. One that is empty is as good as not set.
#[tokio::test]
async fn auth0_8_42_0_an_unresolved_variable_stops() {
    for def in providers() {
        let world = World::start(def).await;
        let world = world
            .with_variable("NOTHING", "")
            .with_variable("BLANKS", " \t\n");
        let repository = world.repository();
        repository.write("blanks.txt", " \n");
        for kind in def.kinds {
            let Some(facts) = text_field(kind, true) else {
                continue;
            };
            let path = facts.path.as_str();
            for variable in ["NOT_SET_ANYWHERE", "NOTHING", "BLANKS"] {
                let missing = json!({ "env": variable });
                let found = errors(&world, kind, path, &missing);
                let stops = found.iter().any(|finding| finding.check == "missing-value");
                assert!(stops, "{} {variable}: {found:#?}", kind.kind);
            }
            let spec = with(json!({}), path, &json!({ "file": "blanks.txt" }));
            let blank = manifest(kind.kind, "blank", &spec).to_string();
            repository.write("customer.yaml", blank);
            let ran = repository.run(["apply", "-f", ".", "--auto-approve"]);
            assert_eq!(ran.code, 1, "{ran:?}");
            let told = "the file `blanks.txt` is empty";
            assert!(ran.stderr.contains(told), "{ran:?}");
        }
        assert!(world.running.log().is_empty(), "nothing was sent");
    }
}

/// rust-lang/team#2204 and PR #2329: none, empty and the default were three
/// things, and the plan never went quiet.
#[tokio::test]
async fn team_2204_none_and_empty_are_one_thing() {
    let world = Toys::start().await;
    world
        .settle(&[customer("acme").set("note", text("something"))])
        .await;
    world
        .settle(&[customer("acme").set("note", Leaf::Unset)])
        .await;
    for held in [json!(null), json!("")] {
        world.change("acme", &json!({ "note": held }));
        let manifest = customer("acme").set("note", Leaf::Unset);
        world.plan(&[manifest]).await.assert_quiet();
    }
}
