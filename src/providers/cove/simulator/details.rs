//! The members of `PartnerInfo` that need no look at other customers, and how
//! they are merged: leaf by leaf, with what is left out unchanged.

use std::collections::BTreeMap;

use crate::simulator::KnobSettings;

use super::{
    countries,
    enums::{FLAGS, MAILING_OPTIONS, SERVICE_TYPES},
    input::Input,
    partner::Partner,
    refusal::Refusal,
};

/// The plain texts directly in `PartnerInfo`.
pub(super) const TEXTS: [&str; 3] = [
    "ExternalCode",
    "MailFrom",
    "UpdatePackagesMaxAllowedVersion",
];

/// The texts of `Company`.
pub(super) const COMPANY_TEXTS: [&str; 7] = [
    "PhoneNumber",
    "FaxNumber",
    "WebsiteAddress",
    "LegalCompanyName",
    "ChamberOfCommerceNumber",
    "VatNumber",
    "BankAccountNumber",
];

/// The members of `Company.PostAddress`.
pub(super) const ADDRESS_MEMBERS: [&str; 6] =
    ["Country", "State", "District", "City", "ZipCode", "Address"];

/// Merges what the request gives into a customer. Empty text clears a text and
/// an empty list a set; sets are replaced whole.
pub(super) fn merge(
    partner: &mut Partner,
    info: Input<'_>,
    knobs: &KnobSettings,
) -> Result<(), Refusal> {
    if let Some(service_type) = info.one_of("ServiceType", SERVICE_TYPES)? {
        service_type.clone_into(&mut partner.service_type);
    }
    if let Some(types) = info.set_of("ChildServiceTypes", SERVICE_TYPES)? {
        partner.child_service_types = types.into_iter().map(ToOwned::to_owned).collect();
    }
    if let Some(flags) = info.set_of("Flags", FLAGS)? {
        store_flags(partner, &flags, knobs);
    }
    if let Some(option) = info.one_of("MailingOption", MAILING_OPTIONS)? {
        option.clone_into(&mut partner.mailing_option);
    }
    if let Some(country) = info.text("DeviceCountry")? {
        countries::check(country, knobs)?;
        country.clone_into(&mut partner.device_country);
    }
    merge_texts(&mut partner.texts, info, &TEXTS)?;
    if let Some(company) = info.group("Company")? {
        merge_company(partner, company, knobs)?;
    }
    if let Some(time) = info.integer("TrialRegistrationTime")? {
        partner.trial_registration_time = time;
    }
    if let Some(time) = info.integer("TrialExpirationTime")? {
        partner.trial_expiration_time = time;
    }
    if let Some(properties) = info.group("AdvancedPartnerProperties")? {
        merge_advanced(partner, properties)?;
    }
    Ok(())
}

/// Merges `AdvancedPartnerPropertiesInfo`.
pub(super) fn merge_advanced(partner: &mut Partner, properties: Input<'_>) -> Result<(), Refusal> {
    if let Some(id) = properties.integer("RegionId")? {
        partner.region_id = id;
    }
    if let Some(id) = properties.integer("ResponsibleUserId")? {
        partner.responsible_user_id = id;
    }
    Ok(())
}

/// Replaces the set of flags. One knob lets the service add its own one.
pub(super) fn store_flags(partner: &mut Partner, given: &[&str], knobs: &KnobSettings) {
    let branded = knobs.is("server_sets_branding_flag", "yes");
    partner.flags = FLAGS
        .iter()
        .filter(|flag| given.contains(flag) || (branded && **flag == "HasCustomBranding"))
        .map(|flag| (*flag).to_owned())
        .collect();
}

fn merge_company(
    partner: &mut Partner,
    company: Input<'_>,
    knobs: &KnobSettings,
) -> Result<(), Refusal> {
    merge_texts(&mut partner.company, company, &COMPANY_TEXTS)?;
    if let Some(id) = company.integer("BillingContactPersonId")? {
        partner.billing_contact_person_id = id;
    }
    if let Some(address) = company.group("PostAddress")? {
        if let Some(country) = address.text("Country")? {
            countries::check(country, knobs)?;
        }
        merge_texts(&mut partner.post_address, address, &ADDRESS_MEMBERS)?;
    }
    Ok(())
}

fn merge_texts(
    stored: &mut BTreeMap<String, String>,
    given: Input<'_>,
    names: &[&str],
) -> Result<(), Refusal> {
    for name in names {
        if let Some(text) = given.text(name)? {
            stored.insert((*name).to_owned(), text.to_owned());
        }
    }
    Ok(())
}
