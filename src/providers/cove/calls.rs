//! Turns an intent into calls, in order. Pure.

use super::{
    beside::{Beside, Standing},
    convert::{self, AUTO_DEPLOYMENT},
    fields,
    spec::{LEVELS_OF_THE_VENDOR, TRIAL_TIMES},
    state::{self, IN_PRODUCTION, IN_TRIAL, Move},
    writes,
};
use crate::{
    model::{FieldPath, Leaf},
    provider::{Action, Call, Intent, Record, Refusal},
};

pub(super) const ADD: &str = "AddPartner";
pub(super) const MODIFY: &str = "ModifyPartner";
pub(super) const SET_ADVANCED: &str = "SetAdvancedPartnerProperties";
pub(super) const SET_AUTO_DEPLOYMENT: &str = "ModifyAutoDeploymentPartnerState";
pub(super) const CHANGE_STATE: &str = "ChangePartnerState";
pub(super) const REMOVE: &str = "RemovePartner";

/// The section that has a call of its own.
pub(super) const ADVANCED: &str = "advancedPartnerProperties";

/// What a state change by `ModifyPartner` is for.
pub(super) const TO_PRODUCTION: &str = "to production";

/// What a change by `ModifyPartner` right after the customer was made is for.
pub(super) const CLEAR_TRIAL: &str = "clear trial times";

/// The level that another product makes, and that the vendor's pages do not
/// offer for writing.
const LEVEL_OF_ANOTHER_PRODUCT: &str = "ServiceOrganization";

/// The calls that bring an intent about.
pub(super) fn calls(intent: &Intent<'_>) -> Result<Vec<Call>, Refusal> {
    match intent.action {
        Action::Create => create(intent),
        Action::Adopt | Action::Update => update(intent),
        // Final, and refused by the provider while there are devices.
        Action::End => Ok(vec![writes::END.call()]),
        Action::None | Action::Blocked => Ok(Vec::new()),
    }
}

fn create(intent: &Intent<'_>) -> Result<Vec<Call>, Refusal> {
    refuse_what_cannot_be_written(intent)?;
    if let Some(state) = intent.desired.text("state")
        && ![IN_TRIAL, IN_PRODUCTION].contains(&state)
    {
        return Err(refusal(
            "state",
            format!("a customer is made in `{IN_TRIAL}` or `{IN_PRODUCTION}`, not in `{state}`"),
        ));
    }
    let (later, fields): (Vec<FieldPath>, Vec<FieldPath>) = others(intent, &[AUTO_DEPLOYMENT])
        .into_iter()
        .partition(|path| is_filled_in(intent, *path));
    let mut calls = vec![writes::CREATE.call().with_fields(fields)];
    if !later.is_empty() {
        calls.push(writes::CLEAR_TRIAL_TIMES.call().with_fields(later));
    }
    calls.extend(auto_deployment(intent));
    Ok(calls)
}

/// Whether the provider fills a field in that is to be empty: the times of a
/// trial, when a customer is made in trial. Such a field is cleared afterwards.
fn is_filled_in(intent: &Intent<'_>, path: FieldPath) -> bool {
    TRIAL_TIMES.contains(&path.as_str())
        && intent.desired.get(path).is_some_and(Leaf::is_unset)
        && intent.desired.text("state") == Some(IN_TRIAL)
}

fn update(intent: &Intent<'_>) -> Result<Vec<Call>, Refusal> {
    refuse_what_cannot_be_written(intent)?;
    let record = intent.record.ok_or_else(|| Refusal {
        path: None,
        reason: "nothing is known of the customer".to_owned(),
    })?;
    refuse_wrong_place(intent, record)?;
    let mut calls = Vec::new();
    let plain = others(intent, &[AUTO_DEPLOYMENT, ADVANCED, "state"]);
    if !plain.is_empty() {
        calls.push(writes::UPDATE.call().with_fields(plain));
    }
    let advanced = intent.fields_in(ADVANCED);
    if !advanced.is_empty() {
        calls.push(writes::ADVANCED_PROPERTIES.call().with_fields(advanced));
    }
    calls.extend(auto_deployment(intent));
    if intent.touches("state") {
        calls.extend(state_change(intent, record)?);
    }
    Ok(calls)
}

/// The fields to be written but for those in `sections`.
fn others(intent: &Intent<'_>, sections: &[&str]) -> Vec<FieldPath> {
    intent
        .fields
        .iter()
        .copied()
        .filter(|path| !sections.iter().any(|section| path.is_in(section)))
        .collect()
}

fn auto_deployment(intent: &Intent<'_>) -> Option<Call> {
    let fields = intent.fields_in(AUTO_DEPLOYMENT);
    (!fields.is_empty()).then(|| writes::AUTO_DEPLOY.call().with_fields(fields))
}

/// The calls that move the customer to another state, from the table that the
/// provider serves. The last one writes the field; what comes before are steps
/// on the way.
fn state_change(intent: &Intent<'_>, record: &Record) -> Result<Vec<Call>, Refusal> {
    let live = record.tree.text("state").unwrap_or_default();
    let desired = intent.desired.text("state").unwrap_or_default();
    let fields = intent.fields_in("state");
    match state::judge(live, desired) {
        Move::Here => Ok(Vec::new()),
        Move::Modify => Ok(vec![writes::INTO_PRODUCTION.call().with_fields(fields)]),
        Move::Passed | Move::TrialOver => Err(refusal(
            "state",
            format!("a customer is never pushed back from `{live}` to `{desired}`"),
        )),
        Move::Change => {
            let Some(transitions) = Beside::of(record).transitions else {
                return Err(refusal(
                    "state",
                    format!(
                        "this account may not read which moves between states are legal, so the \
                         state cannot change from `{live}` to `{desired}`"
                    ),
                ));
            };
            let actions = state::actions(&transitions, live, desired)
                .map_err(|reason| refusal("state", reason))?;
            let mut calls: Vec<Call> = actions
                .into_iter()
                .map(|action| writes::STEP.call().for_purpose(action))
                .collect();
            if let Some(last) = calls.last_mut() {
                last.fields = fields;
            }
            Ok(calls)
        }
    }
}

fn refuse_what_cannot_be_written(intent: &Intent<'_>) -> Result<(), Refusal> {
    if intent.touches("level")
        && let Some(level) = intent.desired.text("level")
        && (LEVELS_OF_THE_VENDOR.contains(&level) || level == LEVEL_OF_ANOTHER_PRODUCT)
    {
        return Err(refusal(
            "level",
            format!("customers of the level `{level}` are not made here; use the console"),
        ));
    }
    for path in ["parent", "location"] {
        if intent.touches(path)
            && let Some(text) = intent.desired.text(path)
            && convert::id(text).is_none()
        {
            return Err(refusal(
                path,
                format!("`{text}` is no id of the provider: ids are whole numbers"),
            ));
        }
    }
    Ok(())
}

fn refuse_wrong_place(intent: &Intent<'_>, record: &Record) -> Result<(), Refusal> {
    if !intent.touches("parent") && !intent.touches("level") {
        return Ok(());
    }
    if intent.desired.text("parent") == Some(record.remote.0.as_str()) {
        return Err(refusal(
            "parent",
            "a customer cannot be its own parent".to_owned(),
        ));
    }
    match Beside::of(record).standing(intent.desired, record) {
        Standing::Fine | Standing::Equal { .. } => Ok(()),
        Standing::Higher { level, parent } => Err(refusal(
            if intent.touches("level") {
                "level"
            } else {
                "parent"
            },
            format!("the level `{level}` is higher than that of the parent, `{parent}`"),
        )),
    }
}

fn refusal(path: &str, reason: String) -> Refusal {
    Refusal {
        path: fields().path(path),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::{
        model::{RemoteId, Tree},
        provider::{Raw, Repeat},
    };

    fn text(value: &str) -> Leaf {
        Leaf::Text(value.to_owned())
    }

    fn tree(values: &[(&str, &str)]) -> Tree {
        values
            .iter()
            .map(|(name, value)| (fields().path(name).expect(name), text(value)))
            .collect()
    }

    fn record(live: &[(&str, &str)], raw: Value) -> Record {
        Record {
            remote: RemoteId("700105".to_owned()),
            tree: tree(live),
            unknown: Vec::new(),
            ended: None,
            raw: Raw(raw),
        }
    }

    fn plan(
        action: Action,
        desired: &[(&str, &str)],
        record: Option<&Record>,
    ) -> Result<Vec<Call>, Refusal> {
        let desired = tree(desired);
        let changed: Vec<FieldPath> = desired
            .iter()
            .filter(|(path, leaf)| record.is_none_or(|live| live.tree.get(*path) != Some(leaf)))
            .map(|(path, _)| path)
            .collect();
        let result = calls(&Intent {
            action,
            fields: &changed,
            desired: &desired,
            record,
            reason: None,
        });
        if let Ok(calls) = &result
            && action != Action::End
        {
            let written: Vec<FieldPath> =
                calls.iter().flat_map(|call| call.fields.clone()).collect();
            assert_eq!(
                written.iter().copied().collect::<BTreeSet<_>>(),
                changed.iter().copied().collect(),
                "each field is in a call"
            );
            assert_eq!(written.len(), changed.len(), "and in no other");
        }
        result
    }

    /// `Operation/purpose: field, field`.
    fn shown(calls: &[Call]) -> Vec<String> {
        calls
            .iter()
            .map(|call| {
                let purpose = call.purpose.map(|p| format!("/{p}")).unwrap_or_default();
                let names: Vec<&str> = call.fields.iter().map(|path| path.as_str()).collect();
                format!("{}{purpose}: {}", call.operation, names.join(", "))
            })
            .collect()
    }

    const NEW: [(&str, &str); 5] = [
        ("externalCode", "larkfield"),
        ("name", "Larkfield Dental"),
        ("level", "EndCustomer"),
        ("serviceType", "AllInclusive"),
        ("state", "InTrial"),
    ];

    #[test]
    fn a_create_is_one_call_and_one_for_auto_deployment() {
        let desired = [
            &NEW[..],
            &[
                ("autoDeployment", "Enable"),
                ("parent", "700001"),
                ("deviceCountry", "NL"),
            ],
        ]
        .concat();
        let calls = plan(Action::Create, &desired, None).expect("it can be made");
        assert_eq!(
            shown(&calls),
            [
                "AddPartner: deviceCountry, externalCode, level, name, parent, serviceType, state",
                "ModifyAutoDeploymentPartnerState: autoDeployment",
            ]
        );
        assert_eq!(calls[0].repeat, Repeat::AfterLookup);
        assert_eq!(calls[1].repeat, Repeat::Safe);
    }

    /// The provider fills in what it is not given, and zero is nothing.
    #[test]
    fn trial_times_that_are_to_be_empty_are_cleared_after_the_create() {
        for (state, times) in [("InTrial", 1), ("InProduction", 0)] {
            let mut desired = tree(&NEW);
            let path = |name: &str| fields().path(name).expect(name);
            desired.set(path("state"), text(state));
            desired.set(path("trialExpirationTime"), Leaf::Unset);
            desired.set(path("trialRegistrationTime"), text("2031-01-01 00:00:00"));
            desired.set(path("flags"), Leaf::Unset);
            let changed: Vec<FieldPath> = desired.iter().map(|(path, _)| path).collect();
            let calls = calls(&Intent {
                action: Action::Create,
                fields: &changed,
                desired: &desired,
                record: None,
                reason: None,
            })
            .expect("it can be made");
            assert_eq!(calls.len(), 1 + times);
            assert_eq!(calls[0].fields.len(), changed.len() - times);
            if let Some(clear) = calls.get(1) {
                assert_eq!(
                    shown(std::slice::from_ref(clear)),
                    ["ModifyPartner/clear trial times: trialExpirationTime"]
                );
            }
        }
    }

    #[test]
    fn a_create_that_the_provider_does_not_offer_is_refused() {
        for (path, value) in [
            ("level", "Root"),
            ("level", "SubRoot"),
            ("level", "ServiceOrganization"),
            ("state", "Expired"),
            ("parent", "quayside"),
            ("location", "Nowhere"),
        ] {
            let mut desired = NEW.to_vec();
            desired.retain(|(name, _)| *name != path);
            desired.push((path, value));
            let refusal = plan(Action::Create, &desired, None).expect_err(path);
            assert_eq!(refusal.path, fields().path(path), "{value}");
        }
    }

    #[test]
    fn an_update_moves_first_and_changes_the_state_last() {
        let record = record(
            &[
                ("state", "InTrial"),
                ("level", "EndCustomer"),
                ("parent", "700001"),
            ],
            Value::Null,
        );
        let desired = [
            ("state", "InProduction"),
            ("autoDeployment", "Disable"),
            ("advancedPartnerProperties.regionId", "8"),
            ("company.postAddress.city", "Utrecht"),
            ("name", "Larkfield"),
            ("parent", "700106"),
        ];
        for action in [Action::Update, Action::Adopt] {
            let calls = plan(action, &desired, Some(&record)).expect("it can be changed");
            assert_eq!(
                shown(&calls),
                [
                    "ModifyPartner: company.postAddress.city, name, parent",
                    "SetAdvancedPartnerProperties: advancedPartnerProperties.regionId",
                    "ModifyAutoDeploymentPartnerState: autoDeployment",
                    "ModifyPartner/to production: state",
                ]
            );
            assert!(calls.iter().all(|call| call.repeat == Repeat::Safe));
        }
    }

    #[test]
    fn each_section_alone_is_one_call() {
        let record = record(&[("state", "InTrial")], Value::Null);
        for (path, operation) in [
            ("company.vatNumber", "ModifyPartner"),
            ("externalCode", "ModifyPartner"),
            ("level", "ModifyPartner"),
            (
                "advancedPartnerProperties.responsibleUserId",
                "SetAdvancedPartnerProperties",
            ),
            ("autoDeployment", "ModifyAutoDeploymentPartnerState"),
        ] {
            let calls = plan(Action::Update, &[(path, "1")], Some(&record)).expect(path);
            assert_eq!(shown(&calls), [format!("{operation}: {path}")]);
        }
    }

    fn transitions() -> Value {
        json!({ "transitions": [
            { "OldState": "Expired", "Action": "ApproveForProduction", "NewState": "InProduction" },
            { "OldState": "InProduction", "Action": "Deactivate", "NewState": "NotActive" },
        ] })
    }

    #[test]
    fn other_moves_come_from_the_table_of_the_provider() {
        let record = record(&[("state", "Expired")], transitions());
        let calls = plan(Action::Update, &[("state", "InProduction")], Some(&record));
        let calls = calls.expect("a legal move");
        assert_eq!(
            shown(&calls),
            ["ChangePartnerState/ApproveForProduction: state"]
        );
        assert_eq!(calls[0].repeat, Repeat::AfterLookup);
    }

    #[test]
    fn illegal_moves_are_refused() {
        for (live, desired, raw) in [
            ("InProduction", "Expired", transitions()),
            ("Rejected", "InProduction", transitions()),
            ("Expired", "InProduction", Value::Null),
            ("InProduction", "InTrial", transitions()),
        ] {
            let record = record(&[("state", live)], raw);
            let refusal = plan(Action::Update, &[("state", desired)], Some(&record));
            let refusal = refusal.expect_err("illegal");
            assert_eq!(refusal.path, fields().path("state"), "{live} to {desired}");
        }
    }

    #[test]
    fn only_a_level_higher_than_that_of_the_parent_is_refused() {
        let levels = json!({ "levels": { "700001": "Reseller" } });
        for (level, parent, refused) in [
            ("Distributor", "700001", true),
            ("Reseller", "700001", false),
            ("Site", "700001", false),
            ("Distributor", "700009", false),
            ("Galaxy", "700001", false),
        ] {
            let record = record(
                &[("level", "EndCustomer"), ("parent", parent)],
                levels.clone(),
            );
            let result = plan(Action::Update, &[("level", level)], Some(&record));
            assert_eq!(result.is_err(), refused, "{level} under {parent}");
        }
    }

    #[test]
    fn a_customer_is_not_moved_below_itself() {
        let record = record(&[("parent", "700001")], Value::Null);
        let result = plan(Action::Update, &[("parent", "700105")], Some(&record));
        assert_eq!(
            result.expect_err("a loop").reason,
            "a customer cannot be its own parent"
        );
    }

    #[test]
    fn an_end_is_one_call_that_is_not_repeated_blindly() {
        let record = record(&[], Value::Null);
        let calls = plan(Action::End, &[], Some(&record)).expect("it can end");
        assert_eq!(shown(&calls), ["RemovePartner: "]);
        assert_eq!(calls[0].repeat, Repeat::AfterLookup);
        for action in [Action::None, Action::Blocked] {
            assert_eq!(plan(action, &[], Some(&record)), Ok(Vec::new()));
        }
    }
}
