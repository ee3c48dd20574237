//! The 71 fields of a customer, in the order of the samples (Acronis contract, 4.3).

/// One field of the customer object.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(super) form: Form,
    pub(super) class: Class,
}

/// Who decides a field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// The caller, on every PUT.
    Written,
    /// The caller, on the PUT that creates the record.
    CreateOnly,
    /// The service; what a PUT says about it is used for matching or ignored.
    Derived,
}

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    TextOrNull,
    Number,
    Flag,
    List,
    /// A boolean or null; the type is unknown.
    FlagOrNull,
    /// Minutes: a number or decimal text in, text out.
    Roundup,
    /// One of the legal forms.
    CompanyType,
    Guid(Reference, Unset),
    /// Whatever the service puts there.
    Fixed,
}

/// What a GUID points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference {
    Language,
    Tax,
    Country,
    State,
    ServiceLevel,
    PartnerGroup,
    CustomerGroup,
    /// No list of users is published, so any well-formed id will do.
    User,
    SubCategory,
    Priority,
    Customer,
    BillingEntity,
}

/// How an unset GUID is written in the samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unset {
    Null,
    Zero,
}

/// The fields that a replacing PUT keeps when they are left out, as in the
/// partial-body example; see the knob `put`.
pub(super) const KEPT: [&str; 4] = ["Status", "Language", "Country", "CompanyType"];

const fn written(name: &'static str, form: Form) -> Field {
    Field {
        name,
        form,
        class: Class::Written,
    }
}

const fn derived(name: &'static str) -> Field {
    Field {
        name,
        form: Form::Fixed,
        class: Class::Derived,
    }
}

/// All fields.
pub(crate) const FIELDS: &[Field] = {
    use Form::{CompanyType, Flag, FlagOrNull, Guid, List, Number, Roundup, Text, TextOrNull};
    use Reference as R;
    use Unset::{Null, Zero};
    &[
        derived("Id"),
        derived("Tenant"),
        written("Name", Text),
        written("DebtorCode", TextOrNull),
        written("Alias", Text),
        written("Status", Number),
        written("Language", Guid(R::Language, Zero)),
        written("TaxExempt", Flag),
        written("Tax", Guid(R::Tax, Null)),
        written("Country", Guid(R::Country, Zero)),
        written("TicketUpdateMandatory", FlagOrNull),
        written("StateCountry", Guid(R::State, Null)),
        written("Street", Text),
        written("HouseNo", Text),
        written("HouseNoAdd", Text),
        written("Zipcode", Text),
        written("City", Text),
        written("Domain", Text),
        written("Email", Text),
        written("FallbackInvoiceEmailAddress", Text),
        written("PhoneNumber", Text),
        written("Fax", Text),
        written("VATNumber", Text),
        written("BankAccount", Text),
        derived("ADSyncID"),
        written("DefaultSLA", Guid(R::ServiceLevel, Zero)),
        written("SupportGroup", Guid(R::PartnerGroup, Zero)),
        written("DefaultBusinessUnit", Guid(R::CustomerGroup, Zero)),
        written("SupportUser", Guid(R::User, Zero)),
        written("CompanyType", CompanyType),
        written("SendInvoiceByEmail", Flag),
        written("Addresses", List),
        written("InvoiceRecipients", List),
        written("TimeRegistrationRoundupTime", Roundup),
        written("Category", Guid(R::SubCategory, Null)),
        written("Priority", Guid(R::Priority, Zero)),
        written("DaysOffPerYear", Number),
        derived("IsTier4"),
        derived("Tier"),
        derived("ShowPersons"),
        derived("TenantData"),
        written("ParentCustomer", Guid(R::Customer, Null)),
        written("DefaultBillingEntity", Guid(R::BillingEntity, Null)),
        written("ClientDocumentation", Text),
        written("AutoPause", FlagOrNull),
        written("BuildingName", TextOrNull),
        derived("PaidAccount"),
        written("TrialAccount", Flag),
        derived("TrialExpirationDate"),
        derived("CreationDate"),
        derived("TrialAccountExpired"),
        derived("Tier3Id"),
        written("PaymentTerms", Number),
        written("InvoiceNotes", Text),
        derived("TierCulture"),
        written("DirectDebit", Flag),
        written("ConsolidateBilling", Flag),
        derived("IsSetAsMainCustomer"),
        derived("OldParentId"),
        written("SubtotalsOnInvoice", Flag),
        derived("GroupLinkedToCustomer"),
        derived("ExternalTenantId"),
        derived("ExternalTenantUUID"),
        derived("AcronisTenantId"),
        Field {
            name: "LoginUserName",
            form: Text,
            class: Class::CreateOnly,
        },
        derived("GroupId"),
        derived("StateCountryDescription"),
        derived("CountryDescription"),
        derived("ExternalParentId"),
        written("OccupancyRateNotificationThreshold", Number),
        written("CustomFields", List),
    ]
};
