//! How a customer looks on the wire. The readers differ on purpose: by id it
//! is whole, by name thinner, in lists full of placeholders.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::simulator::KnobSettings;

use super::{
    countries,
    details::{ADDRESS_MEMBERS, COMPANY_TEXTS, TEXTS},
    input::Input,
    levels,
    partner::Partner,
    refusal::Refusal,
};

/// Which members a list answer holds.
pub(super) enum Fields {
    All,
    Only(BTreeSet<i64>),
}

/// The known selectors. 21 is known from clients only, and so are 11 and 12, of
/// which it is not even known which is which. Numbers not listed here are
/// accepted and select nothing.
const SELECTORS: [(i64, &str); 13] = [
    (0, "Name"),
    (3, "ChildServiceTypes"),
    (4, "ServiceType"),
    (5, "State"),
    (8, "LocationId"),
    (9, "Flags"),
    (10, "Company"),
    (11, "TrialRegistrationTime"),
    (12, "TrialExpirationTime"),
    (18, "ExternalCode"),
    (18, "MailFrom"),
    (20, "CreationTime"),
    (21, "Uid"),
];

impl Fields {
    /// Reads the parameter `fields`; one knob says what its absence means.
    pub(super) fn read(params: Input<'_>, knobs: &KnobSettings) -> Result<Self, Refusal> {
        Ok(match params.integers("fields")? {
            Some(numbers) => Self::Only(numbers.into_iter().collect()),
            None if knobs.is("fields_omitted", "all") => Self::All,
            None => Self::Only(BTreeSet::new()),
        })
    }
}

/// The answer of `GetPartnerInfoById`.
pub(super) fn by_id(partner: &Partner, knobs: &KnobSettings) -> Value {
    let mut members = whole(partner, knobs);
    if !knobs.is("post_address_null_by_id", "no") {
        forget_empty_address(&mut members, partner);
    }
    if knobs.is("post_address_null_by_id", "bare") {
        forget_unset_company_members(&mut members);
    }
    members.insert("Privilege".to_owned(), json!("Regular"));
    Value::Object(members)
}

/// The answer of `GetPartnerInfoByUid`.
pub(super) fn by_uid(partner: &Partner, knobs: &KnobSettings) -> Value {
    let mut value = by_id(partner, knobs);
    value["Guid"] = json!(partner.guid);
    value
}

/// The answer of `GetPartnerInfo`.
pub(super) fn by_name(partner: &Partner, knobs: &KnobSettings) -> Value {
    let mut value = by_id(partner, knobs);
    value["AdvancedPartnerProperties"] = Value::Null;
    value["ChildServiceTypes"] = Value::Null;
    if let Some(members) = value.as_object_mut() {
        members.remove("Privilege");
        members.remove("ServiceType");
    }
    value
}

/// A row of a list. An address without content reads as null here, which is
/// also what a row shows that was not asked for the company.
pub(super) fn listed(partner: &Partner, knobs: &KnobSettings, fields: &Fields) -> Value {
    let mut all = whole(partner, knobs);
    forget_empty_address(&mut all, partner);
    all.insert("ExternalPartnerProperties".to_owned(), Value::Null);
    let Fields::Only(numbers) = fields else {
        return Value::Object(all);
    };
    let mut row = json!({
        "Id": partner.id,
        "ParentId": partner.parent_id,
        "Level": partner.level,
        "Name": null,
        "Company": { "PostAddress": null },
        "ExternalPartnerProperties": null,
    });
    for (number, member) in &SELECTORS {
        if numbers.contains(number)
            && let Some(value) = all.remove(*member)
        {
            row[*member] = value;
        }
    }
    row
}

fn whole(partner: &Partner, knobs: &KnobSettings) -> Map<String, Value> {
    let shows_child_types =
        !levels::is_end(&partner.level) || knobs.is("child_service_types_for_end_customer", "echo");
    let child_types = if shows_child_types {
        set(&partner.child_service_types)
    } else {
        Value::Null
    };
    let mailing_option = match partner.mailing_option.as_str() {
        "" => "Undefined",
        option => option,
    };
    let value = json!({
        "AdvancedPartnerProperties": advanced(partner),
        "ChildServiceTypes": child_types,
        "Company": company(partner, knobs),
        "CreationTime": partner.creation_time,
        "Flags": set(&partner.flags),
        "Id": partner.id,
        "Level": partner.level,
        "LocationId": partner.location_id,
        "MailingOption": mailing_option,
        "Name": partner.name,
        "ParentId": partner.parent_id,
        "PrivateFlags": set(&partner.private_flags),
        "RegistrationOrigin": "Domestic",
        "ServiceType": partner.service_type,
        "State": partner.state,
        "TrialExpirationTime": partner.trial_expiration_time,
        "TrialRegistrationTime": partner.trial_registration_time,
        "Uid": partner.uid,
    });
    let Value::Object(mut members) = value else {
        return Map::new();
    };
    for name in TEXTS {
        members.insert(name.to_owned(), json!(partner.text(name)));
    }
    if knobs.is("echo_device_country", "yes") {
        let country = countries::on_read(&partner.device_country, knobs);
        members.insert("DeviceCountry".to_owned(), json!(country));
    }
    members
}

/// `AdvancedPartnerPropertiesInfo`.
pub(super) fn advanced(partner: &Partner) -> Value {
    json!({
        "RegionId": partner.region_id,
        "ResponsibleUserId": partner.responsible_user_id,
    })
}

/// A set of flags: the empty one is null.
pub(super) fn set(names: &[String]) -> Value {
    if names.is_empty() {
        Value::Null
    } else {
        json!(names)
    }
}

fn company(partner: &Partner, knobs: &KnobSettings) -> Value {
    let mut company = Map::new();
    for name in COMPANY_TEXTS {
        let text = partner.company.get(name).map_or("", String::as_str);
        company.insert(name.to_owned(), json!(text));
    }
    company.insert(
        "BillingContactPersonId".to_owned(),
        json!(partner.billing_contact_person_id),
    );
    company.insert("PostAddress".to_owned(), address(partner, knobs));
    Value::Object(company)
}

fn address(partner: &Partner, knobs: &KnobSettings) -> Value {
    let mut address = Map::new();
    for name in ADDRESS_MEMBERS {
        match partner.post_address.get(name) {
            Some(text) if name == "Country" => {
                address.insert(name.to_owned(), json!(countries::on_read(text, knobs)));
            }
            Some(text) => {
                address.insert(name.to_owned(), json!(text));
            }
            None if knobs.is("post_address_unset", "empty") => {
                address.insert(name.to_owned(), json!(""));
            }
            None => {}
        }
    }
    Value::Object(address)
}

fn forget_unset_company_members(members: &mut Map<String, Value>) {
    if let Some(Value::Object(company)) = members.get_mut("Company") {
        company.retain(|name, value| {
            name == "PostAddress" || (*value != json!("") && *value != json!(0))
        });
    }
}

fn forget_empty_address(members: &mut Map<String, Value>, partner: &Partner) {
    let empty = partner.post_address.values().all(String::is_empty);
    if empty && let Some(company) = members.get_mut("Company") {
        company["PostAddress"] = Value::Null;
    }
}
