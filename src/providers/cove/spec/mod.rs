//! The spec of a `CovePartner`: the one declaration of every field's facts.
//!
//! Names on the wire and types are those of the vendor's schema 23.3 where the
//! vendor's pages contradict it.

mod check;
mod company;

use schemars::JsonSchema;
use serde::Deserialize;

pub(super) use self::check::{LEVELS_OF_THE_VENDOR, LEVELS_WITHOUT_CHILD_SERVICES};
use self::company::Company;
use crate::{
    model::{
        Kind, Sensitive,
        field::{Class, DateTime, Field, Filled, Passthrough, Reference, wire},
    },
    provider::{Complaints, Spec},
};

/// The kind, for references to the parent.
pub(super) const KIND: Kind = "CovePartner";

/// The levels, from high to low. The vendor's schema lacks
/// `ServiceOrganization`, which live data has; more may come.
pub(super) const LEVELS: [&str; 8] = [
    "Root",
    "SubRoot",
    "Distributor",
    "SubDistributor",
    "Reseller",
    "ServiceOrganization",
    "EndCustomer",
    "Site",
];

/// The states that the vendor's schema knows.
pub(super) const STATES: [&str; 7] = [
    "Registered",
    "InProduction",
    "Rejected",
    "InTrial",
    "NotActive",
    "WaitingForProduction",
    "Expired",
];

/// The fields that the provider fills in for a trial.
pub(super) const TRIAL_TIMES: [&str; 2] = ["trialExpirationTime", "trialRegistrationTime"];

/// One customer in the tree of customers.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct CovePartner {
    /// The customer above this one. Default: the customer that our own login
    /// belongs to. Another value moves the customer with all that is below it;
    /// a move that would lose values of custom columns is refused by the
    /// provider (vendor schema, `ModifyPartner`).
    #[schemars(transform = wire("ParentId").class(Class::Identity).reference("CovePartner"))]
    parent: Filled<Reference>,
    /// The name. Unique in the whole service, also among customers that this
    /// account cannot see; compared exactly. It is part of the login of the
    /// customer's own users (N-able guide, customer management).
    #[schemars(transform = wire("Name").class(Class::Identity).create_needs())]
    name: Filled<String>,
    /// The level in the tree; lower than that of the parent (N-able, adding
    /// customers). `Root` and `SubRoot` belong to the vendor,
    /// `ServiceOrganization` is made by another product: these three are never
    /// written.
    #[schemars(transform = wire("Level").class(Class::Identity).create_needs().known(
        &["Distributor", "SubDistributor", "Reseller", "EndCustomer", "Site"]
    ))]
    level: Filled<String>,
    /// Our key for the customer: what the console shows as customer reference.
    /// Default: `metadata.name`.
    #[schemars(transform = wire("ExternalCode").class(Class::Identity))]
    external_code: Filled<String>,
    /// The state: `InTrial` or `InProduction` when the customer is made. The
    /// provider moves it by itself, and it is never pushed back: `InTrial` is
    /// satisfied by `WaitingForProduction` and `InProduction`, and an expired
    /// trial is left alone. Other moves are made where the provider lists them
    /// as legal.
    #[schemars(transform = wire("State").class(Class::Lifecycle).create_needs().known(
        &["InTrial", "InProduction"]
    ))]
    state: Filled<String>,
    /// The service given to this customer.
    #[schemars(transform = wire("ServiceType").class(Class::Money).create_needs())]
    service_type: Filled<ServiceType>,
    /// The services that the customer may give to its own customers. Has no
    /// meaning below the level of a reseller: the provider returns nothing
    /// there, so it is not compared for `EndCustomer` and `Site` (N-able,
    /// adding customers, against enumerating them).
    #[schemars(transform = wire("ChildServiceTypes").class(Class::Money))]
    child_service_types: Field<Vec<ServiceType>>,
    /// When the trial was registered, UTC. Set by the provider when a customer
    /// is made in trial; best left out.
    #[schemars(transform = wire("TrialRegistrationTime").class(Class::Money))]
    trial_registration_time: Field<DateTime>,
    /// When the trial ends, UTC. 30 days after it began unless given (N-able
    /// guide, customer info by id).
    #[schemars(transform = wire("TrialExpirationTime").class(Class::Money))]
    trial_expiration_time: Field<DateTime>,
    /// The country that the devices are in: its alpha-2 code or English name.
    /// Decides where backups are stored when `location` is left out. Sent only
    /// when the customer is made: the provider has not been seen to return it,
    /// so a later change of it cannot be noticed and has no effect.
    #[schemars(transform = wire("DeviceCountry").lookup("country").write_only())]
    device_country: Filled<String>,
    /// The storage location for the customer's devices: its name or id. Left
    /// out, the provider derives it from the country, or else from the parent
    /// (N-able, adding customers).
    #[schemars(transform = wire("LocationId").lookup("location"))]
    location: Filled<String>,
    /// Properties of the customer. Flags that are not named here are removed,
    /// but for those that the provider sets as a side effect
    /// (`HasCustomBranding`, `HasCustomUpdatePackages`) and those unknown to
    /// us.
    #[schemars(transform = wire("Flags"))]
    flags: Field<Vec<PartnerFlag>>,
    /// The sender address of mails to this customer.
    #[schemars(transform = wire("MailFrom").class(Class::Contact))]
    mail_from: Field<Sensitive>,
    /// Which customers below this one get mails.
    #[schemars(transform = wire("MailingOption").class(Class::Contact))]
    mailing_option: Filled<MailingOption>,
    /// The newest client version that the customer's devices are updated to.
    #[schemars(transform = wire("UpdatePackagesMaxAllowedVersion"))]
    update_packages_max_allowed_version: Field<String>,
    /// Whether devices are deployed by themselves. Read and written by calls of
    /// its own (vendor schema, `ModifyAutoDeploymentPartnerState`).
    #[schemars(transform = wire("autoDeploymentState"))]
    auto_deployment: Filled<AutoDeployment>,
    /// The provider's own sorting of customers.
    advanced_partner_properties: AdvancedPartnerProperties,
    /// The company behind the customer.
    company: Company,
    /// The provider's id of the customer.
    #[schemars(transform = wire("Id").class(Class::Identity).computed())]
    id: Field<i64>,
    /// The key that installations on devices register with.
    #[schemars(transform = wire("Uid").computed())]
    uid: Field<Sensitive>,
    /// When the customer was made, UTC.
    #[schemars(transform = wire("CreationTime").computed())]
    creation_time: Field<DateTime>,
    /// A second id, which some answers have.
    #[schemars(transform = wire("Guid").computed())]
    guid: Field<String>,
    /// Seen as `Regular`; not in the vendor's schema.
    #[schemars(transform = wire("Privilege").computed())]
    privilege: Field<String>,
    /// How the customer came to be, such as `Domestic`.
    #[schemars(transform = wire("RegistrationOrigin").computed())]
    registration_origin: Field<String>,
    /// Properties that only the vendor sets.
    #[schemars(transform = wire("PrivateFlags").computed())]
    private_flags: Field<Vec<PrivateFlag>>,
    /// What the vendor's own billing knows of the customer.
    #[schemars(transform = wire("ExternalPartnerProperties").computed())]
    external_partner_properties: Field<Passthrough>,
}

impl Spec for CovePartner {
    const KIND: Kind = KIND;

    fn check(&self, complaints: &mut Complaints) {
        check::level(self, complaints);
        check::state(self, complaints);
        check::child_service_types(self, complaints);
        check::trial(self, complaints);
        self.company.check(complaints);
    }
}

/// The provider's own sorting of customers. Both are written together, by a
/// call of its own.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct AdvancedPartnerProperties {
    /// The id of the vendor's sales region.
    #[schemars(transform = wire("AdvancedPartnerProperties.RegionId").range(1, ID_MAX))]
    region_id: Field<i64>,
    /// The id of the user who is responsible for the customer.
    #[schemars(transform = wire("AdvancedPartnerProperties.ResponsibleUserId").range(1, ID_MAX))]
    responsible_user_id: Field<i64>,
}

/// The largest id: the schema calls ids `int`, which has 32 bits. Zero is how
/// the wire says that there is none, and is written as `null` in a manifest.
const ID_MAX: i64 = i32::MAX as i64;

/// A service.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
enum ServiceType {
    /// Software and storage.
    AllInclusive,
    /// Software; the storage is the customer's.
    SoftwareOnly,
}

/// A property of a customer.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
enum PartnerFlag {
    /// Has branding of its own; set by the provider.
    HasCustomBranding,
    /// Has update packages of its own; set by the provider.
    HasCustomUpdatePackages,
    /// Gets no mails about its trial.
    UnsubscribedFromTrialNotifications,
    /// May send invoices to others.
    CanInvoiceOthers,
}

/// A property that only the vendor sets.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
enum PrivateFlag {
    /// The `Sims` plug-in is on.
    SimsPluginEnabled,
    /// Products cannot be managed.
    ProductManagementDisabled,
    /// The trial expires by itself.
    ExpireAfterTrial,
    /// Came with `TeamViewer`.
    TeamViewerCompany,
}

/// Which customers get mails.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
enum MailingOption {
    /// This one and those below it.
    IncludeAll,
    /// Only this one.
    IncludeOnlyRoot,
    /// None.
    ExcludeAll,
}

/// Whether devices are deployed by themselves.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
enum AutoDeployment {
    /// Yes.
    Enable,
    /// No.
    Disable,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        model::{Facts, FieldMap, field_map::ValueType},
        providers::cove::fields,
    };

    fn facts(path: &str) -> &'static Facts {
        let map: &'static FieldMap = fields();
        map.facts(path)
            .unwrap_or_else(|| panic!("no field `{path}`"))
    }

    /// Every member of the vendor's `PartnerInfo` that can be sent.
    #[test]
    fn every_writable_member_of_the_wire_is_there_once() {
        let expected: BTreeSet<&str> = [
            "ParentId",
            "Name",
            "Level",
            "ChildServiceTypes",
            "ServiceType",
            "State",
            "DeviceCountry",
            "LocationId",
            "Flags",
            "UpdatePackagesMaxAllowedVersion",
            "ExternalCode",
            "Company.PostAddress.Country",
            "Company.PostAddress.State",
            "Company.PostAddress.District",
            "Company.PostAddress.City",
            "Company.PostAddress.ZipCode",
            "Company.PostAddress.Address",
            "Company.PhoneNumber",
            "Company.FaxNumber",
            "Company.WebsiteAddress",
            "Company.LegalCompanyName",
            "Company.ChamberOfCommerceNumber",
            "Company.VatNumber",
            "Company.BankAccountNumber",
            "Company.BillingContactPersonId",
            "TrialRegistrationTime",
            "TrialExpirationTime",
            "MailFrom",
            "MailingOption",
            "AdvancedPartnerProperties.RegionId",
            "AdvancedPartnerProperties.ResponsibleUserId",
            "autoDeploymentState",
        ]
        .into();
        let declared: Vec<&str> = fields()
            .iter()
            .filter(|facts| !facts.computed)
            .map(|facts| facts.wire.expect("every field is on the wire"))
            .collect();
        assert_eq!(declared.len(), expected.len());
        assert_eq!(declared.into_iter().collect::<BTreeSet<_>>(), expected);
    }

    #[test]
    fn bank_tax_and_personal_data_are_sensitive() {
        let sensitive: Vec<&str> = fields()
            .iter()
            .filter(|facts| facts.sensitive)
            .map(|facts| facts.path.as_str())
            .collect();
        assert_eq!(
            sensitive,
            [
                "company.bankAccountNumber",
                "company.faxNumber",
                "company.phoneNumber",
                "company.vatNumber",
                "mailFrom",
                "uid",
            ]
        );
        assert_eq!(facts("company.bankAccountNumber").class, Class::Bank);
        assert_eq!(facts("company.vatNumber").class, Class::Tax);
        assert_eq!(
            facts("company.chamberOfCommerceNumber").class,
            Class::Identity
        );
        assert_eq!(facts("serviceType").class, Class::Money);
        assert_eq!(facts("state").class, Class::Lifecycle);
    }

    #[test]
    fn a_create_needs_what_the_provider_has_no_known_default_for() {
        let needs: Vec<&str> = fields()
            .iter()
            .filter(|facts| facts.create_needs)
            .map(|facts| facts.path.as_str())
            .collect();
        assert_eq!(needs, ["level", "name", "serviceType", "state"]);
    }

    #[test]
    fn what_cannot_be_empty_cannot_be_cleared() {
        for path in [
            "name",
            "level",
            "state",
            "serviceType",
            "externalCode",
            "parent",
        ] {
            assert!(!facts(path).clearable, "{path}");
        }
        for path in [
            "flags",
            "company.vatNumber",
            "company.billingContactPersonId",
        ] {
            assert!(facts(path).clearable, "{path}");
        }
    }

    #[test]
    fn sets_and_choices_hold_the_names_of_the_vendor() {
        let names = |path: &str| match &facts(path).value_type {
            ValueType::Set(names) | ValueType::Choice(names) => names.clone(),
            other => panic!("`{path}` is {other:?}"),
        };
        assert_eq!(names("serviceType"), ["AllInclusive", "SoftwareOnly"]);
        assert_eq!(names("childServiceTypes"), names("serviceType"));
        assert_eq!(names("flags").len(), 4);
        assert_eq!(names("autoDeployment"), ["Enable", "Disable"]);
        assert_eq!(
            names("mailingOption"),
            ["IncludeAll", "IncludeOnlyRoot", "ExcludeAll"]
        );
    }

    /// The vendor's sample request has `Country` at the top level, where it is
    /// no member and is ignored.
    #[test]
    fn there_is_no_country_at_the_top() {
        assert!(fields().facts("country").is_none());
        let described = &facts("company.postAddress.country").description;
        assert!(described.contains("top level"), "{described}");
    }
}
