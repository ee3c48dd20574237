//! Between the provider's JSON and canonical trees, with the cure for every
//! difference that is none (Acronis contract, 7).

pub(super) mod body;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::{customer, lookups, wire};
use crate::{
    model::{Facts, Leaf, Tree, field_map::ValueType},
    provider::codec,
};

/// A type of contact that is returned and cannot be written (Acronis contract,
/// 3.4).
pub(super) const TYPE_NOT_WRITABLE: &str = "company_billing";

/// What a contact is for.
pub(super) const CONTACT_TYPES: &str = "tenant.contact.types";

/// Fields of a contact that only lists return (Acronis contract, 3.4).
const LISTED_ONLY: [&str; 2] = ["tenant.contact.language", "tenant.contact.fax"];

/// Fields that the provider fills where they are empty, each with the one that
/// it copies (Acronis contract, 4.4).
pub(super) const COPIES: [(&str, &str); 2] = [
    ("billing.alias", "billing.name"),
    ("billing.fallbackInvoiceEmailAddress", "billing.email"),
];

/// Our key cannot be cleared, but a tenant that is not ours has none.
const KEY: &str = "tenant.internalTag";

/// The fields of a section that a record has and a manifest can write.
pub(super) fn fields_of(section: &str) -> impl Iterator<Item = &'static Facts> {
    customer()
        .fields()
        .iter()
        .filter(move |facts| facts.path.is_in(section) && !facts.computed)
}

/// Reads a section out of the provider's object. A field that makes no sense, or
/// is not there and cannot be empty, is added to `unknown`, so that it is in the
/// way only of those who manage it.
pub(super) fn decode(section: &str, json: &Value, tree: &mut Tree, unknown: &mut Vec<String>) {
    for facts in fields_of(section).filter(|facts| !facts.write_only) {
        let value = codec::at(json, wire_of(facts));
        if value.is_none() && !is_empty_when_absent(facts, json) {
            unknown.push(facts.path.to_string());
            continue;
        }
        match codec::decode(facts, &TimeZone::UTC, value) {
            Ok(leaf) => tree.set(facts.path, canonical(facts, leaf)),
            Err(_) => unknown.push(facts.path.to_string()),
        }
    }
}

/// Whether a field that is not returned is empty: text and ids may be left out
/// (Acronis contract, 7), but a whole section that is not returned, and a number
/// or a truth value, may be anything.
fn is_empty_when_absent(facts: &Facts, json: &Value) -> bool {
    let path = facts.path.as_str();
    let section_is_there = match wire_of(facts).rsplit_once('.') {
        Some((section, _)) => codec::at(json, section).is_some_and(Value::is_object),
        None => json.is_object(),
    };
    section_is_there && (facts.clearable || path == KEY) && !LISTED_ONLY.contains(&path)
}

/// The path of a field inside the provider's object.
fn wire_of(facts: &Facts) -> &'static str {
    facts.wire.expect("every field of the spec has a wire name")
}

/// Whether a field holds an id: such are compared in lower case, and the zero
/// id is none.
pub(super) fn holds_guid(facts: &Facts) -> bool {
    match facts.lookup {
        Some(lookups::TENANT_LANGUAGE | lookups::LEGAL_FORM) => false,
        Some(_) => true,
        None => facts.value_type == ValueType::Reference || facts.format.as_deref() == Some("uuid"),
    }
}

fn canonical(facts: &Facts, leaf: Leaf) -> Leaf {
    match leaf {
        Leaf::Text(text) if holds_guid(facts) => wire::guid(&text).map_or(Leaf::Unset, Leaf::Text),
        Leaf::Text(text) if facts.lookup == Some(lookups::TENANT_LANGUAGE) => {
            Leaf::Text(lookups::tenant_language(&text))
        }
        Leaf::Set(mut names) => {
            names.remove(TYPE_NOT_WRITABLE);
            if names.is_empty() {
                Leaf::Unset
            } else {
                Leaf::Set(names)
            }
        }
        other => other,
    }
}

/// Whether a live value satisfies a wanted one: texts are compared without
/// surrounding blanks, ids in any case, a list of one with that one, everything
/// else exactly.
pub(super) fn satisfies(facts: &Facts, live: &Leaf, wanted: &Leaf) -> bool {
    let text = |leaf: &Leaf| match leaf {
        Leaf::Unset => Some(String::new()),
        other => other.text().map(|text| text.trim().to_owned()),
    };
    if let (Leaf::Json(live), Leaf::Json(wanted)) = (live, wanted) {
        return items(live) == items(wanted);
    }
    live == wanted
        || match (text(live), text(wanted)) {
            (Some(live), Some(wanted)) if holds_guid(facts) => live.eq_ignore_ascii_case(&wanted),
            (Some(live), Some(wanted)) if facts.value_type == ValueType::Text => live == wanted,
            _ => false,
        }
}

/// The items of a list; anything else is one item.
fn items(json: &Value) -> &[Value] {
    match json {
        Value::Array(items) => items,
        other => std::slice::from_ref(other),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::model::Sensitive;

    /// Reads one section alone.
    pub(in crate::providers::acronis) fn decoded(
        section: &str,
        json: &Value,
    ) -> (Tree, Vec<String>) {
        let (mut tree, mut unknown) = (Tree::default(), Vec::new());
        decode(section, json, &mut tree, &mut unknown);
        (tree, unknown)
    }

    /// A value that the field can hold.
    pub(in crate::providers::acronis) fn sample(facts: &Facts) -> Leaf {
        match &facts.value_type {
            ValueType::Text | ValueType::Reference if holds_guid(facts) => {
                Leaf::Text("0a1b2c3d-0000-4000-8000-000000000001".to_owned())
            }
            _ if facts.lookup == Some(lookups::TENANT_LANGUAGE) => Leaf::Text("pt-BR".to_owned()),
            ValueType::Text if facts.sensitive => Leaf::Sensitive(Sensitive::new("x@y.example")),
            ValueType::Text | ValueType::Reference | ValueType::DateTime => {
                Leaf::Text(format!("text of {}", facts.path))
            }
            ValueType::Choice(names) => Leaf::Text(names[0].clone()),
            ValueType::Integer => Leaf::Integer(7),
            ValueType::Bool => Leaf::Bool(true),
            ValueType::Set(names) => Leaf::Set(names.iter().take(2).cloned().collect()),
            ValueType::Passthrough => Leaf::Json(json!([{ "a": 1 }])),
        }
    }

    #[test]
    fn every_form_of_nothing_is_unset() {
        let zero = wire::ZERO_GUID;
        for nothing in [json!(null), json!("")] {
            let (tree, _) = decoded(
                "billing",
                &json!({ "DebtorCode": nothing, "VATNumber": nothing }),
            );
            assert_eq!(
                tree.at("billing.debtorCode"),
                Some(&Leaf::Unset),
                "{nothing}"
            );
            assert_eq!(
                tree.at("billing.vatNumber"),
                Some(&Leaf::Unset),
                "{nothing}"
            );
        }
        for nothing in [json!(null), json!(""), json!(zero)] {
            let (tree, _) = decoded(
                "billing",
                &json!({ "StateCountry": nothing, "ParentCustomer": nothing }),
            );
            assert_eq!(
                tree.at("billing.stateCountry"),
                Some(&Leaf::Unset),
                "{nothing}"
            );
            assert_eq!(
                tree.at("billing.parentCustomer"),
                Some(&Leaf::Unset),
                "{nothing}"
            );
        }
        let (tree, _) = decoded("billing", &json!({ "Addresses": [] }));
        assert_eq!(tree.at("billing.addresses"), Some(&Leaf::Unset));
    }

    #[test]
    fn roundup_minutes_come_back_as_text() {
        let (tree, _) = decoded("billing", &json!({ "TimeRegistrationRoundupTime": "10" }));
        let path = "billing.timeRegistrationRoundupTime";
        assert_eq!(tree.at(path), Some(&Leaf::Integer(10)));
    }

    #[test]
    fn ids_are_lower_case() {
        let upper = "48D06C90-F8A4-4726-A83C-A47DBB709F25";
        let (tree, _) = decoded("billing", &json!({ "Language": upper }));
        let lower = Leaf::Text(upper.to_lowercase());
        assert_eq!(tree.at("billing.language"), Some(&lower));
        let (tree, _) = decoded("tenant", &json!({ "parent_id": upper }));
        assert_eq!(tree.at("tenant.parentId"), Some(&lower));
    }

    #[test]
    fn language_codes_have_one_spelling() {
        for written in ["pt_BR", "pt-BR", "PT-br"] {
            let (tree, _) = decoded("tenant", &json!({ "language": written }));
            assert_eq!(tree.text("tenant.language"), Some("pt-BR"), "{written}");
        }
    }

    #[test]
    fn a_contact_type_that_cannot_be_written_is_not_compared() {
        let types = |json: Value| {
            let (tree, _) = decoded("tenant", &json!({ "contact": { "types": json } }));
            tree.at("tenant.contact.types").cloned()
        };
        let legal = Leaf::Set(BTreeSet::from(["legal".to_owned()]));
        assert_eq!(types(json!(["company_billing", "legal"])), Some(legal));
        assert_eq!(types(json!(["company_billing"])), Some(Leaf::Unset));
    }

    #[test]
    fn what_only_lists_return_is_unknown_elsewhere() {
        let is_unknown = |unknown: &[String]| {
            LISTED_ONLY.map(|path| unknown.iter().any(|unknown| unknown == path))
        };
        let (tree, unknown) = decoded("tenant", &json!({ "contact": { "city": "Sofia" } }));
        assert_eq!(is_unknown(&unknown), [true, true]);
        assert_eq!(tree.at("tenant.contact.fax"), None);
        let (tree, unknown) = decoded(
            "tenant",
            &json!({ "contact": { "fax": null, "language": "en" } }),
        );
        assert_eq!(is_unknown(&unknown), [false, false]);
        assert_eq!(tree.at("tenant.contact.fax"), Some(&Leaf::Unset));
    }

    #[test]
    fn a_section_that_is_not_returned_is_unknown_and_an_empty_text_is_not() {
        for (section, json, path, known) in [
            ("tenant", json!({}), "tenant.contact.city", false),
            (
                "tenant",
                json!({ "contact": null }),
                "tenant.contact.city",
                false,
            ),
            (
                "tenant",
                json!({ "contact": {} }),
                "tenant.contact.city",
                true,
            ),
            (
                "tenant",
                json!({ "contact": {} }),
                "tenant.contact.types",
                false,
            ),
            ("tenant", json!({}), "tenant.customerId", true),
            ("tenant", json!({}), "tenant.internalTag", true),
            ("tenant", json!({}), "tenant.enabled", false),
            ("tenant", json!({}), "tenant.updateLock.enabled", false),
            ("pricing", json!({}), "pricing.mode", false),
            ("pricing", json!({}), "pricing.currency", true),
            ("billing", json!({}), "billing.city", true),
            ("billing", json!({}), "billing.taxExempt", false),
            ("billing", json!(null), "billing.city", false),
        ] {
            let (tree, unknown) = decoded(section, &json);
            let found = tree.at(path) == Some(&Leaf::Unset);
            assert_eq!(found, known, "{path} in {json}");
            assert_eq!(unknown.iter().any(|unknown| unknown == path), !known);
        }
    }

    #[test]
    fn a_bare_object_is_a_list_of_one() {
        let facts = customer().fields().facts("billing.addresses");
        let facts = facts.expect("declared");
        let leaf = |json| Leaf::Json(json);
        let (one, two) = (json!({ "Value": 1 }), json!({ "Value": 2 }));
        for (live, wanted, same) in [
            (one.clone(), json!([one]), true),
            (json!([one]), one.clone(), true),
            (json!([one, two]), one.clone(), false),
            (two, json!([one]), false),
        ] {
            assert_eq!(satisfies(facts, &leaf(live), &leaf(wanted)), same);
        }
    }

    #[test]
    fn a_value_that_makes_no_sense_is_unknown() {
        let (tree, unknown) = decoded(
            "billing",
            &json!({ "PaymentTerms": "soon", "City": "Sofia" }),
        );
        assert!(unknown.contains(&"billing.paymentTerms".to_owned()));
        assert_eq!(tree.text("billing.city"), Some("Sofia"));
    }

    #[test]
    fn texts_are_compared_without_surrounding_blanks_and_never_folded() {
        let facts = |path: &str| customer().fields().facts(path).expect("declared");
        let text = |text: &str| Leaf::Text(text.to_owned());
        let city = facts("billing.city");
        assert!(satisfies(city, &text("Sofia "), &text("Sofia")));
        assert!(satisfies(city, &Leaf::Unset, &text(" ")));
        assert!(!satisfies(city, &text("SOFIA"), &text("Sofia")));
        let parent = facts("tenant.parentId");
        assert!(satisfies(parent, &text("0a-b"), &text("0A-B")));
        let days = facts("billing.daysOffPerYear");
        assert!(!satisfies(days, &Leaf::Integer(1), &Leaf::Integer(2)));
        assert!(!satisfies(days, &Leaf::Unset, &Leaf::Integer(2)));
    }
}
