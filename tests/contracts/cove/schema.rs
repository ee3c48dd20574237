//! What the vendor's schema and pages say may be sent, as data: written down
//! here once more, without a look at the client's own tables.

/// What the schema says of a value. `null` is never among it: it means the same
/// as leaving the member out.
#[derive(Clone, Copy)]
pub(super) enum Type {
    /// A positive number.
    Id,
    /// A number from 0 up; 0 is how an id or a time is cleared.
    Number,
    Bool,
    /// Text that may be empty.
    Text,
    /// Text that may not.
    NonEmpty,
    /// One name of these.
    OneOf(&'static [&'static str]),
    /// A list of these names, each once.
    Set(&'static [&'static str]),
    /// A list of numbers.
    Numbers,
    /// A structure of these members, all of them optional.
    Group(&'static [(&'static str, Type)]),
}
use Type::{Bool, Group, Id, NonEmpty, Number, Numbers, OneOf, Set, Text};

const SERVICES: &[&str] = &["AllInclusive", "SoftwareOnly"];

/// Those that are offered for writing. `Undefined` and `Count` never are.
const LEVELS: &[&str] = &[
    "Distributor",
    "SubDistributor",
    "Reseller",
    "EndCustomer",
    "Site",
];

const ADDRESS: &[(&str, Type)] = &[
    ("Country", Text),
    ("State", Text),
    ("District", Text),
    ("City", Text),
    ("ZipCode", Text),
    ("Address", Text),
];

const COMPANY: &[(&str, Type)] = &[
    ("PostAddress", Group(ADDRESS)),
    ("PhoneNumber", Text),
    ("FaxNumber", Text),
    ("WebsiteAddress", Text),
    ("LegalCompanyName", Text),
    ("ChamberOfCommerceNumber", Text),
    ("VatNumber", Text),
    ("BankAccountNumber", Text),
    ("BillingContactPersonId", Number),
];

const ADVANCED: &[(&str, Type)] = &[("RegionId", Number), ("ResponsibleUserId", Number)];

/// `OptionalRange`.
const RANGE: &[(&str, Type)] = &[("Offset", Number), ("Size", Id)];

/// The members that may be sent. `Country` at the top is not among them.
const PARTNER: &[(&str, Type)] = &[
    ("Id", Id),
    ("ParentId", Id),
    ("Name", NonEmpty),
    ("Level", OneOf(LEVELS)),
    ("ChildServiceTypes", Set(SERVICES)),
    ("ServiceType", OneOf(SERVICES)),
    ("State", OneOf(&["InProduction", "InTrial"])),
    ("DeviceCountry", NonEmpty),
    ("LocationId", Id),
    (
        "Flags",
        Set(&[
            "HasCustomBranding",
            "HasCustomUpdatePackages",
            "UnsubscribedFromTrialNotifications",
            "CanInvoiceOthers",
        ]),
    ),
    ("UpdatePackagesMaxAllowedVersion", Text),
    ("ExternalCode", NonEmpty),
    ("Company", Group(COMPANY)),
    ("TrialRegistrationTime", Number),
    ("TrialExpirationTime", Number),
    ("MailFrom", Text),
    (
        "MailingOption",
        OneOf(&["IncludeAll", "IncludeOnlyRoot", "ExcludeAll"]),
    ),
    ("AdvancedPartnerProperties", Group(ADVANCED)),
];

/// One method.
pub(super) struct Method {
    pub(super) name: &'static str,
    pub(super) params: &'static [(&'static str, Type)],
    /// Those that must be there, by path.
    pub(super) needed: &'static [&'static str],
}

const fn method(
    name: &'static str,
    params: &'static [(&'static str, Type)],
    needed: &'static [&'static str],
) -> Method {
    Method {
        name,
        params,
        needed,
    }
}

/// All methods that may be called.
pub(super) const METHODS: &[Method] = &[
    method(
        "Login",
        &[
            ("partner", NonEmpty),
            ("username", NonEmpty),
            ("password", NonEmpty),
        ],
        &["partner", "username", "password"],
    ),
    method(
        "EnumeratePartners",
        &[
            ("parentPartnerId", Id),
            ("fetchRecursively", Bool),
            ("fields", Numbers),
        ],
        &["parentPartnerId", "fetchRecursively", "fields"],
    ),
    method(
        "EnumerateChildPartners",
        &[
            ("partnerId", Id),
            ("fields", Numbers),
            ("range", Group(RANGE)),
        ],
        &["partnerId", "fields", "range"],
    ),
    method("GetPartnerInfoById", &[("partnerId", Id)], &["partnerId"]),
    method(
        "GetAutoDeploymentPartnerState",
        &[("partnerId", Id)],
        &["partnerId"],
    ),
    method("EnumerateCountries", &[], &[]),
    method("EnumerateLocations", &[], &[]),
    method("EnumeratePartnerStateTransitions", &[], &[]),
    method(
        "AddPartner",
        &[
            ("partnerInfo", Group(PARTNER)),
            ("createDefaultAccount", Bool),
        ],
        &[
            "createDefaultAccount",
            "partnerInfo.ParentId",
            "partnerInfo.Name",
            "partnerInfo.Level",
            "partnerInfo.ServiceType",
            "partnerInfo.State",
            "partnerInfo.ExternalCode",
        ],
    ),
    method(
        "ModifyPartner",
        &[
            ("partnerInfo", Group(PARTNER)),
            ("forceRemoveCustomColumnValuesInOldScope", Bool),
        ],
        &["partnerInfo.Id", "forceRemoveCustomColumnValuesInOldScope"],
    ),
    method(
        "SetAdvancedPartnerProperties",
        &[
            ("partnerId", Id),
            ("advancedPartnerPropertiesInfo", Group(ADVANCED)),
        ],
        &[
            "partnerId",
            "advancedPartnerPropertiesInfo.RegionId",
            "advancedPartnerPropertiesInfo.ResponsibleUserId",
        ],
    ),
    method(
        "ModifyAutoDeploymentPartnerState",
        &[
            ("partnerId", Id),
            ("autoDeploymentState", OneOf(&["Disable", "Enable"])),
        ],
        &["partnerId", "autoDeploymentState"],
    ),
    method(
        "ChangePartnerState",
        &[
            ("partnerId", Id),
            (
                "action",
                OneOf(&[
                    "Reject",
                    "ApproveForTrial",
                    "ApproveForProduction",
                    "ApplyForProduction",
                    "Deactivate",
                    "Expire",
                ]),
            ),
            ("reason", NonEmpty),
        ],
        &["partnerId", "action", "reason"],
    ),
    method("RemovePartner", &[("partnerId", Id)], &["partnerId"]),
];
