//! Turns an intent into calls. Pure.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{customer, writes};
use crate::{
    model::{FieldPath, id::is_uuid},
    provider::{Action, Call, Intent, Refusal, WriteDef},
};

/// Creates a tenant.
pub(super) const CREATE_TENANT: &str = "POST /tenants";
/// Changes a tenant.
pub(super) const UPDATE_TENANT: &str = "PUT /tenants/{id}";
/// Deletes a tenant.
pub(super) const DELETE_TENANT: &str = "DELETE /tenants/{id}";
/// Changes the pricing of a tenant.
pub(super) const UPDATE_PRICING: &str = "PUT /tenants/{id}/pricing";
/// Writes the billing information.
pub(super) const PUT_CUSTOMER: &str = "PUT /Customers";

/// The purpose of the update that disables a tenant before it is deleted.
pub(super) const DISABLE: &str = "disable";

/// A field that a tenant cannot be created with (Acronis contract, 3.3).
const AFTER_CREATE: &str = "tenant.customerType";

/// Fields whose table is open, because the provider lists no states and the name
/// of one support user alone (Acronis contract, 4.5), each with what to say of a
/// name that is in none.
const OPEN_TABLES: [(&str, &str); 2] = [
    (
        "billing.stateCountry",
        "the provider lists no states, and the customer is not in that one: write the state's id",
    ),
    (
        "billing.supportUser",
        "the provider does not say which of the partner's users has that name: write the user's id",
    ),
];

/// Turns an intent into calls, in order: the tenant, its pricing, its billing
/// information.
pub(super) fn calls(intent: &Intent<'_>) -> Result<Vec<Call>, Refusal> {
    match intent.action {
        Action::Create => create(intent),
        Action::Update | Action::Adopt => update(intent),
        Action::End => Ok(end(intent)),
        Action::None | Action::Blocked => Ok(Vec::new()),
    }
}

fn create(intent: &Intent<'_>) -> Result<Vec<Call>, Refusal> {
    refuse_unknown_names(intent)?;
    let (after, first): (Vec<FieldPath>, Vec<FieldPath>) = intent
        .fields_in("tenant")
        .into_iter()
        .partition(|path| path.as_str() == AFTER_CREATE);
    let mut calls = vec![writes::CREATE.call().with_fields(first)];
    add(&mut calls, &writes::UPDATE, after);
    add(&mut calls, &writes::PRICING, intent.fields_in("pricing"));
    // Whether there will be a customer by then is known only later.
    add(
        &mut calls,
        &writes::NEW_BILLING,
        intent.fields_in("billing"),
    );
    Ok(calls)
}

fn update(intent: &Intent<'_>) -> Result<Vec<Call>, Refusal> {
    refuse_what_is_gone(intent)?;
    refuse_unknown_names(intent)?;
    refuse_move(intent)?;
    refuse_way_back_to_trial(intent)?;
    let mut calls = Vec::new();
    add(&mut calls, &writes::UPDATE, intent.fields_in("tenant"));
    add(&mut calls, &writes::PRICING, intent.fields_in("pricing"));
    let has_customer = raw(intent).is_some_and(|raw| raw["customer"].is_object());
    let billing = intent.fields_in("billing");
    if has_customer {
        add(&mut calls, &writes::BILLING, billing);
    } else {
        refuse_namesake(intent)?;
        add(
            &mut calls,
            &writes::NEW_BILLING,
            first_billing(intent, billing),
        );
    }
    Ok(calls)
}

/// The fields of the first billing information: those that differ, and those
/// that are taken at no other time. These are never compared, so they are never
/// among the former.
fn first_billing(intent: &Intent<'_>, differing: Vec<FieldPath>) -> Vec<FieldPath> {
    if differing.is_empty() {
        return differing;
    }
    let is_for_the_first = |path: &FieldPath| {
        let facts = customer().fields().facts(path.as_str());
        path.is_in("billing") && facts.is_some_and(|facts| facts.create_only)
    };
    let desired = intent.desired.iter().map(|(path, _)| path);
    let all: BTreeSet<FieldPath> = desired.filter(is_for_the_first).chain(differing).collect();
    all.into_iter().collect()
}

/// An enabled tenant cannot be deleted (Acronis contract, 3.3).
fn end(intent: &Intent<'_>) -> Vec<Call> {
    if intent.record.is_some_and(|record| record.ended.is_some()) {
        return Vec::new();
    }
    let disabled = raw(intent).is_some_and(|raw| raw["tenant"]["enabled"] == false);
    let mut calls = Vec::new();
    if !disabled {
        calls.push(writes::DISABLE_FIRST.call());
    }
    calls.push(writes::DELETE.call());
    calls
}

fn add(calls: &mut Vec<Call>, write: &WriteDef, fields: Vec<FieldPath>) {
    if !fields.is_empty() {
        calls.push(write.call().with_fields(fields));
    }
}

fn raw<'a>(intent: &Intent<'a>) -> Option<&'a Value> {
    intent.record.map(|record| &record.raw.0)
}

fn changed(intent: &Intent<'_>, path: &str) -> Option<FieldPath> {
    intent
        .fields
        .iter()
        .copied()
        .find(|field| field.as_str() == path)
}

fn refuse(path: FieldPath, reason: &str) -> Result<(), Refusal> {
    Err(Refusal {
        path: Some(path),
        reason: reason.to_owned(),
    })
}

/// A deleted tenant with our key is neither made a second time nor brought back:
/// how long it can be restored, and with what, is not published (Acronis
/// contract, 3.1).
fn refuse_what_is_gone(intent: &Intent<'_>) -> Result<(), Refusal> {
    if intent.record.is_none_or(|record| record.ended.is_none()) {
        return Ok(());
    }
    Err(Refusal {
        path: None,
        reason: "the tenant has been deleted, and is never made anew under the same key: restore \
                 it in the management portal, say in spec.end that it has ended, or give the new \
                 tenant another tenant.internalTag and take out the annotation \
                 trueup.dev/adopt, if the manifest has it"
            .to_owned(),
    })
}

fn refuse_move(intent: &Intent<'_>) -> Result<(), Refusal> {
    match changed(intent, "tenant.parentId") {
        None => Ok(()),
        Some(path) => refuse(
            path,
            "the tenant is under another parent, and moving it has side effects: \
             move it in the management portal, or write its present parent",
        ),
    }
}

/// Trial turns into production, and never back (Acronis contract, 3.3).
fn refuse_way_back_to_trial(intent: &Intent<'_>) -> Result<(), Refusal> {
    let live = intent
        .record
        .and_then(|record| record.tree.text("pricing.mode"));
    match (changed(intent, "pricing.mode"), live) {
        (Some(path), Some("production" | "suspended"))
            if intent.desired.text("pricing.mode") == Some("trial") =>
        {
            refuse(
                path,
                "a tenant never goes back to trial: write the mode that it is in, or leave the field out",
            )
        }
        _ => Ok(()),
    }
}

/// No customer is made beside one that may be the tenant's own, or that the
/// provider may take for it.
fn refuse_namesake(intent: &Intent<'_>) -> Result<(), Refusal> {
    let namesake = raw(intent).and_then(|raw| raw["namesake"].as_str());
    match namesake.filter(|_| intent.touches("billing")) {
        None => Ok(()),
        Some(namesake) => Err(Refusal {
            path: None,
            reason: namesake.to_owned(),
        }),
    }
}

/// A name must not be sent in the place of an id.
fn refuse_unknown_names(intent: &Intent<'_>) -> Result<(), Refusal> {
    for (field, reason) in OPEN_TABLES {
        let said = intent.desired.text(field);
        if let Some(path) = changed(intent, field)
            && said.is_some_and(|said| !is_uuid(said))
        {
            return refuse(path, reason);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        model::{Leaf, RemoteId, Tree},
        provider::{Raw, Record},
    };

    fn text(text: &str) -> Leaf {
        Leaf::Text(text.to_owned())
    }

    fn record(raw: Value, fields: &[(&str, &str)]) -> Record {
        let fields = fields
            .iter()
            .map(|(path, value)| (customer().path(path), text(value)));
        Record {
            remote: RemoteId("r".to_owned()),
            tree: fields.collect(),
            unknown: Vec::new(),
            ended: None,
            raw: Raw(raw),
        }
    }

    /// The calls in short: operation, purpose, repeat and fields.
    fn called(
        action: Action,
        fields: &[(&str, &str)],
        record: Option<&Record>,
    ) -> Result<Vec<String>, String> {
        let desired: Tree = fields
            .iter()
            .map(|(path, value)| (customer().path(path), text(value)))
            .collect();
        let paths: Vec<FieldPath> = desired.iter().map(|(path, _)| path).collect();
        let intent = Intent {
            action,
            fields: &paths,
            desired: &desired,
            record,
            reason: None,
        };
        let calls = calls(&intent).map_err(|refusal| {
            refusal
                .path
                .expect("every refusal is about a field")
                .to_string()
        })?;
        Ok(calls
            .iter()
            .map(|call| {
                let fields: Vec<&str> = call.fields.iter().map(|path| path.as_str()).collect();
                format!(
                    "{} {} {:?}: {}",
                    call.operation,
                    call.purpose.unwrap_or("-"),
                    call.repeat,
                    fields.join(" ")
                )
            })
            .collect())
    }

    #[test]
    fn a_create_is_tenant_then_pricing_then_billing() {
        let found = called(
            Action::Create,
            &[
                ("tenant.name", "Foobar"),
                ("tenant.customerType", "enterprise"),
                ("tenant.contact.city", "Sofia"),
                ("pricing.mode", "production"),
                ("billing.name", "New Customer"),
                ("billing.loginUserName", "a"),
            ],
            None,
        );
        assert_eq!(
            found.expect("calls"),
            [
                "POST /tenants - AfterLookup: tenant.contact.city tenant.name",
                "PUT /tenants/{id} - Safe: tenant.customerType",
                "PUT /tenants/{id}/pricing - Safe: pricing.mode",
                "PUT /Customers - AfterLookup: billing.loginUserName billing.name",
            ]
        );
    }

    #[test]
    fn an_update_has_one_call_for_each_section_that_changes() {
        let with = record(json!({ "tenant": {}, "customer": { "Id": "c" } }), &[]);
        let without = record(json!({ "tenant": {}, "customer": null }), &[]);
        for (fields, record, expected) in [
            (
                &[("tenant.name", "B"), ("tenant.internalTag", "b")][..],
                &with,
                &["PUT /tenants/{id} - Safe: tenant.internalTag tenant.name"][..],
            ),
            (
                &[("pricing.currency", "EUR")],
                &with,
                &["PUT /tenants/{id}/pricing - Safe: pricing.currency"],
            ),
            (
                &[("billing.city", "Sofia")],
                &with,
                &["PUT /Customers - Safe: billing.city"],
            ),
            (
                &[("billing.city", "Sofia")],
                &without,
                &["PUT /Customers - AfterLookup: billing.city"],
            ),
        ] {
            for action in [Action::Update, Action::Adopt] {
                let found = called(action, fields, Some(record));
                assert_eq!(found.expect("calls"), expected, "{fields:?}");
            }
        }
    }

    #[test]
    fn the_first_billing_information_says_what_is_taken_at_no_other_time() {
        let login = customer().path("billing.loginUserName");
        let city = customer().path("billing.city");
        let desired: Tree = [(login, text("a")), (city, text("Sofia"))]
            .into_iter()
            .collect();
        let fields = |customer: Value, differing: &[FieldPath]| {
            let record = record(json!({ "tenant": {}, "customer": customer }), &[]);
            let calls = calls(&Intent {
                action: Action::Update,
                fields: differing,
                desired: &desired,
                record: Some(&record),
                reason: None,
            });
            let calls = calls.expect("calls");
            calls.into_iter().flat_map(|call| call.fields).collect()
        };
        let found: Vec<FieldPath> = fields(Value::Null, &[city]);
        assert_eq!(found, [city, login]);
        let found: Vec<FieldPath> = fields(json!({ "Id": "c" }), &[city]);
        assert_eq!(found, [city]);
        let found: Vec<FieldPath> = fields(Value::Null, &[]);
        assert!(found.is_empty());
    }

    #[test]
    fn an_end_disables_and_deletes() {
        let enabled = record(json!({ "tenant": { "enabled": true } }), &[]);
        let found = called(Action::End, &[], Some(&enabled));
        assert_eq!(
            found.expect("calls"),
            [
                "PUT /tenants/{id} disable Safe: ",
                "DELETE /tenants/{id} - Safe: "
            ]
        );
        let disabled = record(json!({ "tenant": { "enabled": false } }), &[]);
        let found = called(Action::End, &[], Some(&disabled));
        assert_eq!(found.expect("calls"), ["DELETE /tenants/{id} - Safe: "]);
    }

    #[test]
    fn what_is_gone_is_neither_changed_nor_adopted() {
        let mut gone = record(json!({ "tenant": {} }), &[]);
        gone.ended = Some("deleted".to_owned());
        for action in [Action::Update, Action::Adopt] {
            let intent = Intent {
                action,
                fields: &[],
                desired: &Tree::default(),
                record: Some(&gone),
                reason: None,
            };
            assert!(calls(&intent).is_err(), "{action:?}");
        }
    }

    #[test]
    fn what_has_side_effects_or_no_way_is_refused() {
        let live = record(json!({ "tenant": {} }), &[("pricing.mode", "suspended")]);
        let state = "0a1b2c3d-0000-4000-8000-000000000001";
        for (fields, refused) in [
            (("tenant.parentId", "other"), Some("tenant.parentId")),
            (("pricing.mode", "trial"), Some("pricing.mode")),
            (("pricing.mode", "production"), None),
            (
                ("billing.stateCountry", "Colorado"),
                Some("billing.stateCountry"),
            ),
            (("billing.stateCountry", state), None),
            (
                ("billing.supportUser", "Anna Schmidt"),
                Some("billing.supportUser"),
            ),
            (("billing.supportUser", state), None),
        ] {
            let found = called(Action::Update, &[fields], Some(&live));
            assert_eq!(found.err().as_deref(), refused, "{fields:?}");
        }
        let found = called(
            Action::Create,
            &[("billing.stateCountry", "Colorado")],
            None,
        );
        assert!(found.is_err());
        let found = called(Action::Create, &[("tenant.parentId", "other")], None);
        assert!(found.is_ok());
    }
}
