//! What `trueup doctor` would show of simulated tenants.

use serde_json::{Value, json};
use trueup::provider::{Diagnosis, Health};

use crate::support::world::World;

use super::{
    scripted::everything,
    tenant::{stored, tenant, turn, wanted},
};

/// The code of the fixture in which everything is filled in.
const FULL: &str = "90001";

async fn diagnose(world: &World) -> Vec<Diagnosis> {
    let spec = json!({ "basic": { "accountName": "Lakeside Couriers" } });
    let readers = world.readers(&wanted(world, FULL, &spec));
    let reader = readers.values().next().expect("a reader");
    reader.diagnose(Some(&everything(FULL))).await
}

fn named<'a>(found: &'a [Diagnosis], name: &str) -> &'a Diagnosis {
    let diagnosis = found.iter().find(|diagnosis| diagnosis.name == name);
    diagnosis.unwrap_or_else(|| panic!("nothing is said of {name}"))
}

/// Every text and number in an answer that is long enough to be told from a
/// word of ours.
fn values(answer: &Value, found: &mut Vec<String>) {
    match answer {
        Value::Object(members) => members.values().for_each(|value| values(value, found)),
        Value::Array(items) => items.iter().for_each(|value| values(value, found)),
        Value::String(text) if text.len() > 6 => found.push(text.clone()),
        Value::Number(number) if number.as_u64() > Some(999) => found.push(number.to_string()),
        _ => {}
    }
}

#[tokio::test]
async fn the_assumed_layout_is_found_good() {
    let world = tenant(&[]).await;
    let found = diagnose(&world).await;
    for diagnosis in &found {
        assert_eq!(diagnosis.health, Health::Good, "{diagnosis:?}");
    }
    let layout = named(&found, "layout");
    for line in [
        "  account_id: number",
        "  bank_info.bank_account: text",
        "  basic.payment_responsible: number",
        "  contacts: list",
        "  lc.lc_from: date",
        "  sold_products.params: object",
        "  triggers: empty list",
    ] {
        assert!(
            layout.detail.lines().any(|it| it == line),
            "{line}\n{}",
            layout.detail
        );
    }
    let log = world.running.log();
    let sent: Vec<&str> = log.iter().map(|entry| entry.operation.as_str()).collect();
    assert_eq!(sent, ["GetTenantDict", "GetAccountInfo"]);
    assert!(log.iter().all(|entry| !entry.write));
}

#[tokio::test]
async fn other_layouts_are_marked_line_by_line_and_still_understood() {
    for (layout, marked) in [
        ("flat", vec!["- basic: object", "+ vip_code: text"]),
        (
            "singular",
            vec![
                "- contacts: list",
                "+ contact: list",
                "+ contract.contract_id: number",
            ],
        ),
        (
            "account",
            vec![
                "+ account.vip_code: text",
                "+ lc_progression.lc_status: text",
            ],
        ),
        (
            "alternative",
            vec![
                "+ addresses: list",
                "- lc: list",
                "+ References: empty list",
            ],
        ),
    ] {
        let world = tenant(&[("layout", layout)]).await;
        let found = diagnose(&world).await;
        assert_eq!(named(&found, "sections").health, Health::Good, "{layout}");
        let lines = named(&found, "layout");
        assert_eq!(lines.health, Health::Doubtful);
        for line in marked {
            assert!(
                lines.detail.lines().any(|it| it == line),
                "{line}\n{}",
                lines.detail
            );
        }
    }
}

#[tokio::test]
async fn forms_other_than_the_assumed_ones_are_marked() {
    for (knob, value, line) in [
        (
            "ids",
            "string",
            "~ account_id: text of digits, assumed number",
        ),
        (
            "flags",
            "numbers",
            "~ basic.is_billed: number, assumed true or false",
        ),
        (
            "one_element_lists",
            "object",
            "~ contacts: object, assumed list",
        ),
        (
            "phones_as_numbers",
            "yes",
            "~ contacts.mobile_phone: number, assumed text",
        ),
        ("unset_in_answers", "null", "~ lc.lc_to: null, assumed date"),
        ("noti_location", "contact", "- basic.noti_channel: text"),
    ] {
        let world = tenant(&[(knob, value)]).await;
        let found = diagnose(&world).await;
        let layout = named(&found, "layout");
        let marked = layout.detail.lines().any(|it| it == line);
        assert!(marked, "{knob}={value}: {line}\n{}", layout.detail);
        assert_eq!(named(&found, "sections").health, Health::Good, "{knob}");
    }
}

#[tokio::test]
async fn a_missing_section_is_named_with_what_follows_from_it() {
    let world = tenant(&[("section_missing", "bank_info")]).await;
    let found = diagnose(&world).await;
    let sections = named(&found, "sections");
    assert_eq!(sections.health, Health::Doubtful);
    assert!(sections.detail.contains("`bankInfo`"));
    assert!(
        sections
            .hint
            .as_deref()
            .expect("a hint")
            .contains("blocked")
    );
}

#[tokio::test]
async fn no_value_of_the_account_is_told() {
    for layout in ["nested", "flat", "singular", "account", "alternative"] {
        let world = tenant(&[]).await;
        let mut hidden = Vec::new();
        values(&stored(&world, FULL), &mut hidden);
        // Words that names of members or zones have in them too.
        hidden.retain(|value| {
            value != "Europe/Minsk" && value.contains(|it| !char::is_lowercase(it))
        });
        assert!(hidden.len() > 20, "{hidden:?}");
        turn(&world, "layout", layout);
        let told = format!("{:?}", diagnose(&world).await);
        for value in hidden {
            assert!(!told.contains(&value), "{value} is told under {layout}");
        }
    }
}
