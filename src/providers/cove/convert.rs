//! Between the service's JSON and canonical leaves.
//!
//! Every rule here cures a difference that is none; the sources are the
//! vendor's pages and its schema.

use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::{countries::Countries, fields};
use crate::{
    model::{Facts, Leaf, Tree, field_map::ValueType},
    provider::codec,
};

/// The field that no customer's structure has: it is read and written by calls
/// of its own.
pub(super) const AUTO_DEPLOYMENT: &str = "autoDeployment";

/// What every enum has as its first value and what means that nothing is set.
/// It occurs on reading and is never sent (vendor schema).
const UNDEFINED: &str = "Undefined";

/// What auto deployment reads as when it was never set. It cannot be sent
/// (vendor schema).
const UNSPECIFIED: &str = "Unspecified";

/// Fields that hold the name of an enum value. Kept as text, so that a value
/// newer than the schema breaks nothing.
const ENUMS: [&str; 7] = [
    "level",
    "state",
    "serviceType",
    "mailingOption",
    "registrationOrigin",
    "privilege",
    AUTO_DEPLOYMENT,
];

/// The canonical form of what `GetPartnerInfoById` returned.
///
/// # Errors
/// Which field is not of its type; without its value.
pub(super) fn tree(partner: &Value, countries: &Countries) -> Result<Tree, String> {
    fields()
        .iter()
        .filter(|facts| facts.path.as_str() != AUTO_DEPLOYMENT)
        .map(|facts| {
            Ok((
                facts.path,
                decode(facts, member(facts, partner), countries)?,
            ))
        })
        .collect()
}

/// The canonical form of what `GetAutoDeploymentPartnerState` returned.
///
/// # Errors
/// That it is no text.
pub(super) fn auto_deployment(state: &Value) -> Result<Leaf, String> {
    let facts = fields()
        .facts(AUTO_DEPLOYMENT)
        .expect("the spec has the field");
    let leaf = codec::decode(facts, &TimeZone::UTC, Some(state))?;
    Ok(match leaf.text() {
        Some(UNDEFINED | UNSPECIFIED) => Leaf::Unset,
        _ => leaf,
    })
}

fn member<'a>(facts: &Facts, partner: &'a Value) -> Option<&'a Value> {
    codec::at(partner, facts.wire.expect("every field is on the wire"))
}

fn decode(facts: &Facts, json: Option<&Value>, countries: &Countries) -> Result<Leaf, String> {
    // Ids and times are 0 where there is none.
    let is_number =
        is_id(facts) || matches!(facts.value_type, ValueType::Integer | ValueType::DateTime);
    if is_number && json.and_then(codec::as_integer) == Some(0) {
        return Ok(Leaf::Unset);
    }
    let leaf = codec::decode(facts, &TimeZone::UTC, json)?;
    Ok(match leaf {
        Leaf::Text(text) if text == UNDEFINED && is_enum(facts) => Leaf::Unset,
        Leaf::Text(text) if is_country(facts) => Leaf::Text(countries.canonical(&text)),
        Leaf::Set(mut names) => {
            names.remove(UNDEFINED);
            if names.is_empty() {
                Leaf::Unset
            } else {
                Leaf::Set(names)
            }
        }
        other => other,
    })
}

/// Puts a field into a structure that is being sent. What is unset is sent as
/// the empty value of its type: absent and `null` both mean "unchanged".
///
/// # Errors
/// Which field cannot be written as what the wire wants; without its value.
pub(super) fn put(partner: &mut Value, facts: &Facts, leaf: &Leaf) -> Result<(), String> {
    let path = facts.wire.expect("every field is on the wire");
    codec::put(partner, path, encode(facts, leaf)?);
    Ok(())
}

/// A field as the wire wants it.
///
/// # Errors
/// Which field is not an id or a time; without its value.
pub(super) fn encode(facts: &Facts, leaf: &Leaf) -> Result<Value, String> {
    let wrong = |expected: &str| format!("`{}` is not {expected}", facts.path);
    Ok(match leaf {
        Leaf::Unset => match facts.value_type {
            ValueType::Integer | ValueType::DateTime => 0.into(),
            ValueType::Set(_) => Value::Array(Vec::new()),
            ValueType::Bool => false.into(),
            ValueType::Passthrough => Value::Object(Map::new()),
            ValueType::Text | ValueType::Choice(_) | ValueType::Reference => "".into(),
        },
        Leaf::Text(text) if is_id(facts) => {
            id(text).ok_or_else(|| wrong("an id of digits"))?.into()
        }
        Leaf::Text(text) if facts.value_type == ValueType::DateTime => {
            codec::unix_seconds(text, &TimeZone::UTC)
                .ok_or_else(|| wrong("a date and time"))?
                .into()
        }
        other => codec::encode(other).expect("what is unset was handled above"),
    })
}

/// An id as a number. Ids are positive.
pub(super) fn id(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|id| digits && *id > 0)
}

/// Whether the field is text in a manifest and a number on the wire.
pub(super) fn is_id(facts: &Facts) -> bool {
    facts.value_type == ValueType::Reference || facts.lookup == Some("location")
}

fn is_country(facts: &Facts) -> bool {
    facts.lookup == Some("country")
}

fn is_enum(facts: &Facts) -> bool {
    ENUMS.contains(&facts.path.as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::model::Sensitive;

    fn facts(path: &str) -> &'static Facts {
        fields()
            .facts(path)
            .unwrap_or_else(|| panic!("no `{path}`"))
    }

    fn read(partner: &Value) -> Tree {
        tree(partner, &Countries::standard()).expect("the customer reads")
    }

    /// A customer as `GetPartnerInfoById` returns one, from the vendor's guide
    /// with invented values.
    fn customer() -> Value {
        json!({
            "AdvancedPartnerProperties": { "RegionId": 0, "ResponsibleUserId": 0 },
            "ChildServiceTypes": null,
            "Company": {
                "BankAccountNumber": "",
                "BillingContactPersonId": 0,
                "ChamberOfCommerceNumber": "",
                "FaxNumber": "",
                "LegalCompanyName": "",
                "PhoneNumber": "",
                "PostAddress": { "Country": "Netherlands", "State": "" },
                "VatNumber": "",
                "WebsiteAddress": ""
            },
            "CreationTime": 1_767_261_640,
            "ExternalCode": "",
            "Flags": null,
            "Id": 700_105,
            "Level": "EndCustomer",
            "LocationId": 7,
            "MailFrom": "",
            "MailingOption": "Undefined",
            "Name": "Larkfield Dental",
            "ParentId": 700_001,
            "PrivateFlags": null,
            "Privilege": "Regular",
            "RegistrationOrigin": "Domestic",
            "ServiceType": "AllInclusive",
            "State": "InTrial",
            "TrialExpirationTime": 1_769_853_640,
            "TrialRegistrationTime": 1_767_261_640,
            "Uid": "2f0b9c1e",
            "UpdatePackagesMaxAllowedVersion": "",
            "Discount": 0.5
        })
    }

    #[test]
    fn a_customer_reads_canonically() {
        let tree = read(&customer());
        let set: Vec<(&str, String)> = tree
            .iter()
            .filter(|(_, leaf)| !leaf.is_unset())
            .map(|(path, leaf)| (path.as_str(), format!("{leaf:?}")))
            .collect();
        let text = |value: &str| format!("Text({value:?})");
        assert_eq!(
            set,
            [
                ("company.postAddress.country", text("NL")),
                ("creationTime", text("2026-01-01 10:00:40")),
                ("id", "Integer(700105)".to_owned()),
                ("level", text("EndCustomer")),
                ("location", text("7")),
                ("name", text("Larkfield Dental")),
                ("parent", text("700001")),
                ("privilege", text("Regular")),
                ("registrationOrigin", text("Domestic")),
                ("serviceType", text("AllInclusive")),
                ("state", text("InTrial")),
                ("trialExpirationTime", text("2026-01-31 10:00:40")),
                ("trialRegistrationTime", text("2026-01-01 10:00:40")),
                ("uid", "(sensitive)".to_owned()),
            ]
        );
    }

    fn sample(facts: &Facts) -> Leaf {
        if facts.lookup == Some("country") {
            return Leaf::Text("GR".to_owned());
        }
        match &facts.value_type {
            _ if is_id(facts) => Leaf::Text("700001".to_owned()),
            ValueType::Text if facts.sensitive => Leaf::Sensitive(Sensitive::new("EL \"1\" ä")),
            ValueType::Text | ValueType::Reference => Leaf::Text(" two  words ".to_owned()),
            ValueType::Choice(names) => Leaf::Text(names[0].clone()),
            ValueType::Integer => Leaf::Integer(81_001),
            ValueType::Bool => Leaf::Bool(true),
            ValueType::DateTime => Leaf::Text("2026-02-28 23:59:59".to_owned()),
            ValueType::Set(names) => Leaf::Set(names.iter().cloned().collect()),
            ValueType::Passthrough => Leaf::Json(json!({ "Properties": [["a", "0"]] })),
        }
    }

    #[test]
    fn every_field_goes_there_and_back() {
        for facts in fields().iter() {
            let mut partner = Value::Null;
            let leaf = sample(facts);
            put(&mut partner, facts, &leaf).expect("the sample can be written");
            let back = if facts.path.as_str() == AUTO_DEPLOYMENT {
                auto_deployment(&partner["autoDeploymentState"]).expect("it reads")
            } else {
                let tree = read(&partner);
                tree.get(facts.path).cloned().expect("the field is there")
            };
            assert_eq!(back, leaf, "{}", facts.path);
        }
    }

    #[test]
    fn every_cleared_field_reads_back_as_unset() {
        for facts in fields()
            .iter()
            .filter(|facts| facts.clearable && !facts.computed)
        {
            let mut partner = customer();
            put(&mut partner, facts, &Leaf::Unset).expect("it can be cleared");
            assert_eq!(
                read(&partner).get(facts.path),
                Some(&Leaf::Unset),
                "{}",
                facts.path
            );
        }
    }

    /// `null` and absence mean "unchanged", so neither clears anything.
    #[test]
    fn nothing_is_cleared_by_null() {
        for facts in fields().iter() {
            let sent = encode(facts, &Leaf::Unset).expect("it can be written");
            assert!(!sent.is_null(), "{}", facts.path);
        }
    }

    #[test]
    fn all_words_for_nothing_are_one() {
        for (member, nothings) in [
            ("Flags", vec![json!(null), json!([]), json!(["Undefined"])]),
            (
                "MailingOption",
                vec![json!(null), json!("Undefined"), json!("")],
            ),
            ("TrialExpirationTime", vec![json!(null), json!(0)]),
            ("LocationId", vec![json!(null), json!(0)]),
            ("ExternalCode", vec![json!(null), json!("")]),
        ] {
            let facts = fields()
                .iter()
                .find(|facts| facts.wire == Some(member))
                .expect("the member is declared");
            for nothing in nothings {
                let mut partner = customer();
                partner[member] = nothing.clone();
                assert_eq!(
                    read(&partner).get(facts.path),
                    Some(&Leaf::Unset),
                    "{member}: {nothing}"
                );
                partner.as_object_mut().expect("an object").remove(member);
                assert_eq!(
                    read(&partner).get(facts.path),
                    Some(&Leaf::Unset),
                    "{member}"
                );
            }
        }
    }

    /// From `GetPartnerInfoById` a missing address is an empty one.
    #[test]
    fn a_null_address_is_empty() {
        let mut partner = customer();
        partner["Company"]["PostAddress"] = Value::Null;
        let tree = read(&partner);
        assert_eq!(tree.at("company.postAddress.country"), Some(&Leaf::Unset));
    }

    #[test]
    fn a_customer_may_be_called_undefined() {
        let mut partner = customer();
        partner["Name"] = "Undefined".into();
        assert_eq!(read(&partner).text("name"), Some("Undefined"));
    }

    #[test]
    fn values_newer_than_the_schema_are_kept() {
        let mut partner = customer();
        partner["Level"] = "ServiceOrganization".into();
        partner["Flags"] = json!(["HasWings", "CanInvoiceOthers"]);
        let tree = read(&partner);
        assert_eq!(tree.text("level"), Some("ServiceOrganization"));
        let flags = ["CanInvoiceOthers", "HasWings"].map(str::to_owned);
        assert_eq!(tree.at("flags"), Some(&Leaf::Set(BTreeSet::from(flags))));
    }

    /// Two of the vendor's pages call the number a text.
    #[test]
    fn a_contact_person_may_come_as_text() {
        let mut partner = customer();
        partner["Company"]["BillingContactPersonId"] = "42".into();
        let tree = read(&partner);
        assert_eq!(
            tree.at("company.billingContactPersonId"),
            Some(&Leaf::Integer(42))
        );
    }

    #[test]
    fn auto_deployment_that_was_never_set_is_unset() {
        for (written, expected) in [
            ("Enable", Leaf::Text("Enable".to_owned())),
            ("Unspecified", Leaf::Unset),
            ("Undefined", Leaf::Unset),
        ] {
            assert_eq!(auto_deployment(&written.into()), Ok(expected), "{written}");
        }
    }

    #[test]
    fn errors_do_not_quote_values() {
        let mut partner = customer();
        partner["Company"]["VatNumber"] = json!({ "secret": "EL000000000" });
        let error = tree(&partner, &Countries::standard()).expect_err("no text");
        assert_eq!(error, "`company.vatNumber` is not text");
        let error = encode(facts("location"), &Leaf::Text("Nowhere".to_owned()));
        assert_eq!(error, Err("`location` is not an id of digits".to_owned()));
    }

    #[test]
    fn ids_are_positive_whole_numbers() {
        assert_eq!(id("700105"), Some(700_105));
        for bad in [
            "",
            "0",
            "-1",
            "+1",
            " 1",
            "1.0",
            "abc",
            "99999999999999999999",
        ] {
            assert_eq!(id(bad), None, "{bad}");
        }
    }
}
