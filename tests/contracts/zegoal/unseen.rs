//! A section that was asked for and not returned is unknown: it is reported, and
//! nothing is created twice or written over because of it. That is why such a
//! tenant never goes quiet for manifests that manage the section.

use serde_json::{Value, json};
use trueup::{apply::Verdict, provider::Action};

use super::tenant::{
    accounts, attempt, full, only, quiet, settle, shown, stored, tenant, turn, wanted,
};

/// What can be missing: the value of the knob, the section of a manifest, and
/// the fields of it that [`full`] manages.
const MISSING: [(&str, &str, &[&str]); 5] = [
    (
        "bank_info",
        "bankInfo",
        &["bankInfo.bankAccount", "bankInfo.bankName"],
    ),
    (
        "contacts",
        "contact",
        &[
            "contact.companyTitle",
            "contact.department",
            "contact.email",
            "contact.mobilePhone",
            "contact.workPhone",
        ],
    ),
    (
        "billing",
        "billing",
        &["billing.currency", "billing.taxNumber"],
    ),
    ("contracts", "contract", &["contract.contractNumber"]),
    (
        "address",
        "address",
        &["address.city", "address.companyName"],
    ),
];

/// Says of each field whether a text names it.
fn names_all(text: &str, fields: &[&str]) -> bool {
    fields
        .iter()
        .all(|field| text.contains(&format!("`{field}`")))
}

#[tokio::test]
async fn a_create_that_cannot_be_read_back_is_unknown_then_blocked_and_quiet_once_it_is_seen() {
    for (knob, section, fields) in MISSING {
        let world = tenant(&[("section_missing", knob)]).await;
        let before = accounts(&world);
        let desired = wanted(&world, "juniper", &full());

        let (_, outcome) = attempt(&world, &desired).await;
        assert_eq!(outcome.verdict, Verdict::Unknown, "{outcome:?}");
        let reason = outcome.reason.expect("a reason");
        assert!(reason.starts_with("accepted, but"), "{reason}");
        assert!(names_all(&reason, fields), "{section}: {reason}");
        assert_eq!(world.writes(), ["CreateAccount", "UpdateAccount", "SetLC"]);
        assert_eq!(accounts(&world), before + 1);

        for _ in 0..2 {
            let (planned, receipt) = world.apply(&desired).await;
            let change = only(&planned);
            assert_eq!(change.action, Action::Blocked, "{}", shown(&planned));
            let reason = change.reason.as_deref().expect("a reason");
            assert!(names_all(reason, fields), "{section}: {reason}");
            assert!(receipt.outcomes.is_empty());
            assert_eq!(world.writes(), [""; 0]);
        }

        turn(&world, "section_missing", "no");
        quiet(&world, &desired).await;
        assert_eq!(accounts(&world), before + 1);
    }
}

#[tokio::test]
async fn no_change_is_written_while_a_managed_section_is_unknown() {
    for (knob, section, fields) in MISSING {
        let world = tenant(&[]).await;
        settle(&world, &wanted(&world, "juniper", &full())).await;
        let live = stored(&world, "juniper");
        turn(&world, "section_missing", knob);
        world.writes();
        let mut changed = full();
        changed["basic"]["description"] = "cakes".into();
        changed[section][name_of(fields[0])] = "USD".into();
        let desired = wanted(&world, "juniper", &changed);
        let (planned, _) = world.apply(&desired).await;
        assert_eq!(only(&planned).action, Action::Blocked, "{section}");
        assert_eq!(world.writes(), [""; 0], "{section}");
        turn(&world, "section_missing", "no");
        assert_eq!(stored(&world, "juniper"), live, "{section}");
    }
}

fn name_of(field: &str) -> &str {
    field.rsplit_once('.').map_or(field, |(_, name)| name)
}

#[tokio::test]
async fn a_section_that_goes_missing_after_the_plan_makes_it_stale() {
    for (knob, section, _) in MISSING {
        let world = tenant(&[]).await;
        settle(&world, &wanted(&world, "juniper", &full())).await;
        let mut changed = full();
        changed["basic"]["description"] = "cakes".into();
        let desired = wanted(&world, "juniper", &changed);
        let (planned, observed) = world.plan(&desired).await;
        assert_eq!(only(&planned).action, Action::Update);
        turn(&world, "section_missing", knob);
        world.writes();
        let receipt = world.carry_out(&desired, &planned, &observed).await;
        assert_eq!(receipt.outcomes[0].verdict, Verdict::Stale, "{section}");
        assert_eq!(world.writes(), [""; 0], "{section}");
    }
}

#[tokio::test]
async fn manifests_that_do_not_manage_the_section_go_quiet() {
    for (knob, section, _) in MISSING {
        let world = tenant(&[("section_missing", knob)]).await;
        let mut rest = full();
        rest.as_object_mut().expect("sections").remove(section);
        settle(&world, &wanted(&world, "juniper", &rest)).await;
    }
}

#[tokio::test]
async fn without_the_life_cycle_the_state_is_taken_from_the_account_and_doubted() {
    let world = tenant(&[("section_missing", "lc")]).await;
    let desired = wanted(&world, "juniper", &full());
    settle(&world, &desired).await;
    let notes = quiet(&world, &desired).await;
    assert!(notes[0].contains("may still leave it"), "{notes:?}");
}

#[tokio::test]
async fn a_notification_target_whose_place_is_missing_is_not_written_over() {
    let world = tenant(&[("noti_location", "contact")]).await;
    let spec = json!({ "basic": {
        "accountName": "Juniper Bakery", "notiChannel": "Viber", "notiUserId": "juniper",
    } });
    settle(&world, &wanted(&world, "juniper", &spec)).await;
    turn(&world, "section_missing", "contacts");
    world.writes();
    for user in ["juniper", "other"] {
        let mut changed = spec.clone();
        changed["basic"]["notiUserId"] = user.into();
        let (planned, _) = world.apply(&wanted(&world, "juniper", &changed)).await;
        let change = only(&planned);
        assert_eq!(change.action, Action::Blocked, "{}", shown(&planned));
        let reason = change.reason.as_deref().expect("a reason");
        assert!(names_all(reason, &["basic.notiUserId"]), "{reason}");
        assert_eq!(world.writes(), [""; 0]);
    }
    assert_eq!(Value::from("juniper"), {
        turn(&world, "section_missing", "no");
        stored(&world, "juniper")["contacts"][0]["noti_user_id"].clone()
    });
}
