//! What has to do with more than one field, and names that are probably wrong.

use jiff::tz::TimeZone;

use super::{CovePartner, LEVELS, STATES};
use crate::{
    model::{field::Field, words},
    provider::{Complaints, codec},
};

/// Levels at which a customer has no customers of its own that it serves.
pub(in crate::providers::cove) const LEVELS_WITHOUT_CHILD_SERVICES: [&str; 2] =
    ["EndCustomer", "Site"];

/// Levels that only the vendor gives.
pub(in crate::providers::cove) const LEVELS_OF_THE_VENDOR: [&str; 2] = ["Root", "SubRoot"];

pub(super) fn level(spec: &CovePartner, complaints: &mut Complaints) {
    let Some(level) = spec.level.set().map(String::as_str) else {
        return;
    };
    if LEVELS_OF_THE_VENDOR.contains(&level) {
        complaints.error(
            "level-of-the-vendor",
            "level",
            format!("the level `{level}` belongs to the vendor"),
            "describe the customers below it; customers of this level cannot be managed",
        );
    } else if !LEVELS.contains(&level) {
        complaints.warning(
            "unknown-level",
            "level",
            format!("the level `{level}` is not known; the provider decides"),
            words::suggestion(level, LEVELS),
        );
    }
}

pub(super) fn state(spec: &CovePartner, complaints: &mut Complaints) {
    let Some(state) = spec.state.set().map(String::as_str) else {
        return;
    };
    if !STATES.contains(&state) {
        complaints.warning(
            "unknown-state",
            "state",
            format!("the state `{state}` is not known; the provider decides"),
            words::suggestion(state, STATES),
        );
    }
}

pub(super) fn child_service_types(spec: &CovePartner, complaints: &mut Complaints) {
    let named = spec
        .child_service_types
        .set()
        .is_some_and(|types| !types.is_empty());
    let Some(level) = spec.level.set().filter(|_| named) else {
        return;
    };
    if LEVELS_WITHOUT_CHILD_SERVICES.contains(&level.as_str()) {
        complaints.warning(
            "child-service-types-of-leaf",
            "childServiceTypes",
            format!("the provider keeps no child service types for the level `{level}`"),
            "leave `childServiceTypes` out",
        );
    }
}

pub(super) fn trial(spec: &CovePartner, complaints: &mut Complaints) {
    let moment = |field: &Field<_>| {
        let text: &crate::model::field::DateTime = field.set()?;
        codec::date_time(&text.0, &TimeZone::UTC)
    };
    let (Some(begin), Some(end)) = (
        moment(&spec.trial_registration_time),
        moment(&spec.trial_expiration_time),
    ) else {
        return;
    };
    if end < begin {
        complaints.error(
            "trial-ends-before-it-begins",
            "trialExpirationTime",
            "the trial would end before it begins",
            "give a later time than `trialRegistrationTime`, or leave both out",
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{model::Severity, providers::cove::KINDS};

    /// The names of the checks that complain, with `!` for errors.
    fn complaints(spec: &Value) -> Vec<String> {
        let complaints = KINDS[0].check(spec).expect("the spec fits");
        complaints
            .into_iter()
            .map(|complaint| match complaint.severity {
                Severity::Error => format!("{}!", complaint.check),
                Severity::Warning => complaint.check.to_owned(),
            })
            .collect()
    }

    #[test]
    fn a_bank_account_that_looks_like_an_iban_must_pass_its_check() {
        let found = |account: &str| {
            let company = json!({ "bankAccountNumber": account });
            complaints(&json!({ "company": company }))
        };
        assert_eq!(found("GR9708100010000001234567890"), ["cove-iban"]);
        for fine in ["GR9608100010000001234567890", "12-3456-78"] {
            assert_eq!(found(fine), Vec::<String>::new(), "{fine}");
        }
    }

    #[test]
    fn a_plain_customer_is_fine() {
        let spec = json!({
            "parent": { "ref": "quayside" },
            "name": "Larkfield Dental",
            "level": "EndCustomer",
            "serviceType": "AllInclusive",
            "state": "InTrial",
            "flags": [],
            "childServiceTypes": [],
            "company": { "vatNumber": null, "postAddress": { "country": "NL" } },
        });
        assert_eq!(complaints(&spec), Vec::<String>::new());
    }

    #[test]
    fn levels_of_the_vendor_and_unknown_ones_are_told_apart() {
        for level in ["Root", "SubRoot"] {
            assert_eq!(
                complaints(&json!({ "level": level })),
                ["level-of-the-vendor!"]
            );
        }
        assert_eq!(
            complaints(&json!({ "level": "Endcustomer" })),
            ["unknown-level"]
        );
        assert_eq!(
            complaints(&json!({ "level": "ServiceOrganization" })),
            [""; 0]
        );
    }

    #[test]
    fn an_unknown_state_is_a_warning() {
        assert_eq!(complaints(&json!({ "state": "Trial" })), ["unknown-state"]);
        assert_eq!(complaints(&json!({ "state": "Expired" })), [""; 0]);
    }

    /// The vendor's sample request sends them for an end customer; they read
    /// back as null.
    #[test]
    fn child_service_types_of_an_end_customer_are_a_warning() {
        let spec = |level: &str| json!({ "level": level, "childServiceTypes": ["AllInclusive"] });
        assert_eq!(
            complaints(&spec("EndCustomer")),
            ["child-service-types-of-leaf"]
        );
        assert_eq!(complaints(&spec("Reseller")), [""; 0]);
    }

    #[test]
    fn a_trial_does_not_end_before_it_begins() {
        let spec = |end: &str| json!({ "trialRegistrationTime": "2026-01-01T12:00:00+02:00", "trialExpirationTime": end });
        assert_eq!(
            complaints(&spec("2026-01-01 09:59:59")),
            ["trial-ends-before-it-begins!"]
        );
        assert_eq!(complaints(&spec("2026-01-01 10:00:00")), [""; 0]);
    }
}
