//! The closed sets of names that the service accepts, in the order of the
//! vendor's schema and without its pseudo-values `Undefined` and `Count`.

/// Levels from high to low. `ServiceOrganization` is missing from the vendor's
/// schema 23.3 and yet occurs in the field.
pub(super) const LEVELS: &[&str] = &[
    "Root",
    "SubRoot",
    "Distributor",
    "SubDistributor",
    "Reseller",
    "ServiceOrganization",
    "EndCustomer",
    "Site",
];

/// What is sold to a customer, or what it may sell on.
pub(super) const SERVICE_TYPES: &[&str] = &["AllInclusive", "SoftwareOnly"];

/// The states of a customer.
pub(super) const STATES: &[&str] = &[
    "Registered",
    "InProduction",
    "Rejected",
    "InTrial",
    "NotActive",
    "WaitingForProduction",
    "Expired",
];

/// What `ChangePartnerState` can do.
pub(super) const ACTIONS: &[&str] = &[
    "Reject",
    "ApproveForTrial",
    "ApproveForProduction",
    "ApplyForProduction",
    "Deactivate",
    "Expire",
];

/// The flags of a customer.
pub(super) const FLAGS: &[&str] = &[
    "HasCustomBranding",
    "HasCustomUpdatePackages",
    "UnsubscribedFromTrialNotifications",
    "CanInvoiceOthers",
];

/// To whom the service sends mail.
pub(super) const MAILING_OPTIONS: &[&str] = &["IncludeAll", "IncludeOnlyRoot", "ExcludeAll"];

/// The orders that `PartnerTreeFilter` offers.
pub(super) const SORT_ORDERS: &[&str] = &["ById", "ByName", "ByLevelAndName", "ByCreationTime"];

/// The states of automatic deployment that can be written; `Unspecified` is
/// only read.
pub(super) const AUTO_DEPLOYMENT_STATES: &[&str] = &["Disable", "Enable"];
