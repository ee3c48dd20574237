//! Cove, as its raw state shows it.

use serde_json::{Value, json};

use super::{
    canary::Shape,
    system::{Field, Raw, System, Values, When, clearable, filled, only, secret, text},
    view::{self, View, flatten},
};

pub(crate) const COVE: System = System {
    name: "cove",
    kind: "CovePartner",
    display_name: ("name", "name"),
    key_place: "texts/ExternalCode",
    parent: ("parent", "parent_id"),
    fields: FIELDS,
    restless: &["location_chosen"],
    together: &[
        ("state", "trial_registration_time"),
        ("state", "trial_expiration_time"),
        // A location that nobody chose follows the country.
        ("company.postAddress.country", "location_id"),
        ("parent", "location_id"),
    ],
    copies: &[],
    adoptable,
    records,
    writes: &[
        "AddPartner",
        "ModifyPartner",
        "ChangePartnerState",
        "RemovePartner",
        "SetAdvancedPartnerProperties",
        "ModifyAutoDeploymentPartnerState",
    ],
};

const FIELDS: &[Field] = &[
    only(
        When::Needed,
        "serviceType",
        "service_type",
        Values::Choice(&[
            ("AllInclusive", "AllInclusive"),
            ("SoftwareOnly", "SoftwareOnly"),
        ]),
    ),
    only(
        When::Onward,
        "state",
        "state",
        Values::Choice(&[("InTrial", "InTrial"), ("InProduction", "InProduction")]),
    ),
    clearable(
        "flags",
        "flags",
        Values::Choice(&[
            (
                "[\"UnsubscribedFromTrialNotifications\"]",
                "[\"UnsubscribedFromTrialNotifications\"]",
            ),
            (
                "[\"UnsubscribedFromTrialNotifications\",\"CanInvoiceOthers\"]",
                "[\"CanInvoiceOthers\",\"UnsubscribedFromTrialNotifications\"]",
            ),
            ("[]", "null"),
        ]),
    ),
    secret("mailFrom", "texts/MailFrom", Shape::Mail),
    filled(
        "mailingOption",
        "mailing_option",
        Values::Choice(&[
            ("IncludeAll", "IncludeAll"),
            ("IncludeOnlyRoot", "IncludeOnlyRoot"),
            ("ExcludeAll", "ExcludeAll"),
        ]),
    ),
    text(
        "updatePackagesMaxAllowedVersion",
        "texts/UpdatePackagesMaxAllowedVersion",
    ),
    filled(
        "autoDeployment",
        "auto_deployment",
        Values::Choice(&[("Enable", "Enable"), ("Disable", "Disable")]),
    ),
    filled(
        "location",
        "location_id",
        Values::Choice(&[
            ("Sandbox Canada", "3"),
            ("Sandbox Brazil", "21"),
            ("Sandbox Australia", "15"),
        ]),
    ),
    clearable(
        "advancedPartnerProperties.regionId",
        "region_id",
        Values::Number(1, 99),
    ),
    clearable(
        "advancedPartnerProperties.responsibleUserId",
        "responsible_user_id",
        Values::Number(1, 30_000),
    ),
    secret("company.phoneNumber", "company/PhoneNumber", Shape::Digits),
    secret("company.faxNumber", "company/FaxNumber", Shape::Digits),
    text("company.websiteAddress", "company/WebsiteAddress"),
    text("company.legalCompanyName", "company/LegalCompanyName"),
    text(
        "company.chamberOfCommerceNumber",
        "company/ChamberOfCommerceNumber",
    ),
    secret("company.vatNumber", "company/VatNumber", Shape::Word),
    secret(
        "company.bankAccountNumber",
        "company/BankAccountNumber",
        Shape::Word,
    ),
    clearable(
        "company.billingContactPersonId",
        "billing_contact_person_id",
        Values::Number(1, 9000),
    ),
    clearable(
        "company.postAddress.country",
        "post_address/Country",
        Values::Choice(&[("Greece", "GR"), ("DE", "DE"), ("NL", "NL")]),
    ),
    text("company.postAddress.state", "post_address/State"),
    text("company.postAddress.district", "post_address/District"),
    text("company.postAddress.city", "post_address/City"),
    text("company.postAddress.zipCode", "post_address/ZipCode"),
    text("company.postAddress.address", "post_address/Address"),
];

/// The reseller and the site, which have no key.
fn adoptable(_: &Value) -> Vec<String> {
    vec!["12350".to_owned(), "12362".to_owned()]
}

fn records(state: &Value) -> Vec<Raw> {
    let living = state["partners"].as_object().into_iter().flatten();
    let removed = state["removed"].as_object().into_iter().flatten();
    let living = living.map(|(id, partner)| raw(id, partner, false));
    let removed = removed.map(|(id, removed)| raw(id, &removed["partner"], true));
    living.chain(removed).collect()
}

fn raw(id: &str, partner: &Value, ended: bool) -> Raw {
    let mut view = View::new();
    flatten(partner, "", &mut view);
    // Zero is how this service says that there is nothing.
    view.retain(|_, value| *value != json!(0));
    if let Some(Value::Array(flags)) = view.get_mut("flags") {
        // The service sets this one by itself under a knob.
        flags.retain(|flag| flag != "HasCustomBranding");
        if flags.is_empty() {
            view.remove("flags");
        }
    }
    Raw {
        remote: id.to_owned(),
        key: view::text(partner, "/texts/ExternalCode").to_owned(),
        linked_as: partner["id"].clone(),
        ended,
        parts: vec![(String::new(), format!("/partners/{id}/"))],
        view,
    }
}
