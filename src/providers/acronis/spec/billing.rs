//! The `billing` section: a customer in Advanced Automation (Acronis contract,
//! 4.3). The provider publishes no maximum length for any of its fields.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    model::{
        Sensitive,
        field::{Class, Field, Filled, Passthrough, Reference, wire},
    },
    provider::{Complaints, iban},
};

/// The largest number, where the provider publishes no limit: what an integer
/// of its platform holds.
const NUMBER_MAX: i64 = i32::MAX as i64;

/// The largest rounding of registered time: a day.
const ROUNDUP_MINUTES_MAX: i64 = 24 * 60;

/// The most days off in a year.
const DAYS_OFF_MAX: i64 = 366;

/// The one state whose id the vendor's guides show.
const STATE_ALABAMA: &str = "b4c87080-7c8c-45e0-8867-a714ffc79b7d";

/// The billing information of a customer.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[expect(
    clippy::struct_field_names,
    reason = "the fields are named as on the provider's wire"
)]
pub(crate) struct Billing {
    /// Business name of the customer. It may differ from the name of the
    /// tenant; unless given, it is the same.
    #[schemars(transform = wire("Name").class(Class::Identity))]
    pub(crate) name: Filled<String>,
    /// Code of the customer in the accounting system.
    #[schemars(transform = wire("DebtorCode").class(Class::Identity))]
    pub(crate) debtor_code: Field<String>,
    /// Alias of the customer. Where it is empty, the provider copies the name
    /// into it.
    #[schemars(transform = wire("Alias").class(Class::Identity))]
    pub(crate) alias: Field<String>,
    /// Language of the customer: the name in that language, the English name, or
    /// the ISO code.
    #[schemars(transform = wire("Language").lookup("language").known(&["English", "Deutsch"]))]
    pub(crate) language: Filled<String>,
    /// Whether the customer is exempt from sales tax. While it is, the tax is not
    /// compared.
    #[schemars(transform = wire("TaxExempt").class(Class::Tax))]
    pub(crate) tax_exempt: Filled<bool>,
    /// Sales tax: its name, its code, `default` for the one marked so, or its id.
    /// No tax means the default one (Acronis contract, 7).
    #[schemars(transform = wire("Tax").lookup("tax").class(Class::Tax))]
    pub(crate) tax: Field<String>,
    /// Country of the address: its English name, its ISO 3166 code, or its id.
    #[schemars(transform = wire("Country").lookup("country").known(&["Bulgaria", "DE"]).class(Class::Contact))]
    pub(crate) country: Filled<String>,
    /// State of the address: its id. The provider lists no states, so its table
    /// holds no names; one is understood only where the customer is in that state
    /// already.
    #[schemars(transform = wire("StateCountry").lookup("state").known(&[STATE_ALABAMA]).class(Class::Contact))]
    pub(crate) state_country: Field<String>,
    /// Street of the address.
    #[schemars(transform = wire("Street").class(Class::Contact))]
    pub(crate) street: Field<String>,
    /// House number of the address.
    #[schemars(transform = wire("HouseNo").class(Class::Contact))]
    pub(crate) house_no: Field<String>,
    /// Addition to the house number, such as the number of the building.
    #[schemars(transform = wire("HouseNoAdd").class(Class::Contact))]
    pub(crate) house_no_add: Field<String>,
    /// Name of the building.
    #[schemars(transform = wire("BuildingName").class(Class::Contact))]
    pub(crate) building_name: Field<String>,
    /// Postal code of the address.
    #[schemars(transform = wire("Zipcode").class(Class::Contact))]
    pub(crate) zipcode: Field<String>,
    /// City of the address.
    #[schemars(transform = wire("City").class(Class::Contact))]
    pub(crate) city: Field<String>,
    /// Web site or domain of the customer.
    #[schemars(transform = wire("Domain"))]
    pub(crate) domain: Field<String>,
    /// E-mail address of the customer.
    #[schemars(transform = wire("Email").format("email").class(Class::Contact))]
    pub(crate) email: Field<Sensitive>,
    /// E-mail address for invoices where there is no recipient. Where it is
    /// empty, the provider copies the e-mail address into it.
    #[schemars(transform = wire("FallbackInvoiceEmailAddress").format("email").class(Class::Contact))]
    pub(crate) fallback_invoice_email_address: Field<Sensitive>,
    /// Telephone number.
    #[schemars(transform = wire("PhoneNumber").class(Class::Contact))]
    pub(crate) phone_number: Field<Sensitive>,
    /// Fax number.
    #[schemars(transform = wire("Fax").class(Class::Contact))]
    pub(crate) fax: Field<Sensitive>,
    /// VAT number.
    #[schemars(transform = wire("VATNumber").class(Class::Tax))]
    pub(crate) vat_number: Field<Sensitive>,
    /// Bank account, such as an IBAN.
    #[schemars(transform = wire("BankAccount").class(Class::Bank))]
    pub(crate) bank_account: Field<Sensitive>,
    /// Whether invoices go by e-mail; otherwise they go by post.
    #[schemars(transform = wire("SendInvoiceByEmail").class(Class::Money))]
    pub(crate) send_invoice_by_email: Filled<bool>,
    /// Recipients of invoices. The provider does not publish their shape, so they
    /// are sent and compared as they are. They are people, and never shown.
    #[schemars(transform = wire("InvoiceRecipients").class(Class::Contact).sensitive())]
    pub(crate) invoice_recipients: Field<Passthrough>,
    /// Further addresses. The provider does not publish their shape, so they are
    /// sent and compared as they are. They may be those of people, and are never
    /// shown.
    #[schemars(transform = wire("Addresses").class(Class::Contact).sensitive())]
    pub(crate) addresses: Field<Passthrough>,
    /// Minutes to which registered time is rounded up. The provider takes a
    /// number, returns text, and starts from 10 (Acronis contract, 4.3).
    #[schemars(transform = wire("TimeRegistrationRoundupTime").default_value(10).class(Class::Money).unit("minutes").range(0, ROUNDUP_MINUTES_MAX))]
    pub(crate) time_registration_roundup_time: Filled<i64>,
    /// Days off per year.
    #[schemars(transform = wire("DaysOffPerYear").class(Class::Money).unit("days").range(0, DAYS_OFF_MAX))]
    pub(crate) days_off_per_year: Filled<i64>,
    /// Days within which an invoice is to be paid.
    #[schemars(transform = wire("PaymentTerms").class(Class::Money).unit("days").range(0, NUMBER_MAX))]
    pub(crate) payment_terms: Filled<i64>,
    /// Whether invoices are collected by direct debit.
    #[schemars(transform = wire("DirectDebit").class(Class::Money))]
    pub(crate) direct_debit: Filled<bool>,
    /// Whether invoices have subtotals.
    #[schemars(transform = wire("SubtotalsOnInvoice").class(Class::Money))]
    pub(crate) subtotals_on_invoice: Filled<bool>,
    /// Whether billing is consolidated.
    #[schemars(transform = wire("ConsolidateBilling").class(Class::Money))]
    pub(crate) consolidate_billing: Filled<bool>,
    /// Whether it is a trial account in Advanced Automation. As far as published,
    /// that has nothing to do with the pricing mode of the tenant.
    #[schemars(transform = wire("TrialAccount").class(Class::Money))]
    pub(crate) trial_account: Filled<bool>,
    /// Login of the customer's user. It is sent with the first billing
    /// information, and never to a customer who is there already: the provider
    /// returns the administrator's login instead, so it is never compared
    /// (Acronis contract, 4.3).
    #[schemars(transform = wire("LoginUserName").class(Class::Contact).create_only().write_only())]
    pub(crate) login_user_name: Filled<Sensitive>,
    /// Service level agreement of new tickets: its name or id.
    #[schemars(transform = wire("DefaultSLA").lookup("sla"))]
    pub(crate) default_sla: Field<String>,
    /// Group of the partner that supports the customer: its name or id.
    #[schemars(transform = wire("SupportGroup").lookup("group"))]
    pub(crate) support_group: Field<String>,
    /// The customer's own group: its name or id.
    #[schemars(transform = wire("DefaultBusinessUnit").lookup("group"))]
    pub(crate) default_business_unit: Field<String>,
    /// User of the partner who supports the customer: an id, or the name of the
    /// user that the provider returns as the current one.
    #[schemars(transform = wire("SupportUser").lookup("supportUser"))]
    pub(crate) support_user: Field<String>,
    /// Sub-category of new tickets: `Parent/Child`, the child's name where no
    /// other has it, or its id.
    #[schemars(transform = wire("Category").lookup("category"))]
    pub(crate) category: Field<String>,
    /// Priority of new tickets: its name or id.
    #[schemars(transform = wire("Priority").lookup("priority"))]
    pub(crate) priority: Field<String>,
    /// Legal form of the company; `-` where there is none.
    #[schemars(transform = wire("CompanyType").lookup("legalForm").known(&["-", "UNKNOWN"]))]
    pub(crate) company_type: Filled<String>,
    /// Main office of the customer: another manifest, or the UUID of its tenant.
    #[schemars(transform = wire("ParentCustomer").reference("AcronisCustomer").class(Class::Identity))]
    pub(crate) parent_customer: Field<Reference>,
    /// Billing entity that issues the customer's invoices: its name or id.
    #[schemars(transform = wire("DefaultBillingEntity").lookup("billingEntity").class(Class::Money))]
    pub(crate) default_billing_entity: Field<String>,
    /// Notes on every invoice.
    #[schemars(transform = wire("InvoiceNotes"))]
    pub(crate) invoice_notes: Field<String>,
    /// Documentation about the customer.
    #[schemars(transform = wire("ClientDocumentation"))]
    pub(crate) client_documentation: Field<String>,
    /// Occupancy rate from which on a notification is sent.
    #[schemars(transform = wire("OccupancyRateNotificationThreshold").unit("percent").range(0, NUMBER_MAX))]
    pub(crate) occupancy_rate_notification_threshold: Filled<i64>,
    /// Whether tickets must be updated.
    #[schemars(transform = wire("TicketUpdateMandatory"))]
    pub(crate) ticket_update_mandatory: Field<bool>,
    /// Whether time registration pauses by itself.
    #[schemars(transform = wire("AutoPause"))]
    pub(crate) auto_pause: Field<bool>,
    /// Custom fields. They are sent and compared as they are.
    #[schemars(transform = wire("CustomFields"))]
    pub(crate) custom_fields: Field<Passthrough>,
    /// Type of the customer as a number. Only 2, a customer, is known, so the type
    /// is not managed (Acronis contract, 4.3).
    #[schemars(transform = wire("Status").computed())]
    pub(crate) status: Field<i64>,
    /// Id of the customer in directory synchronisation.
    #[schemars(transform = wire("ADSyncID").computed())]
    pub(crate) ad_sync_id: Field<String>,
    /// Whether the record is a customer rather than a partner.
    #[schemars(transform = wire("IsTier4").computed())]
    pub(crate) is_tier4: Field<bool>,
    /// Tier of the record.
    #[schemars(transform = wire("Tier").computed())]
    pub(crate) tier: Field<String>,
    /// Culture of the tier.
    #[schemars(transform = wire("TierCulture").computed())]
    pub(crate) tier_culture: Field<String>,
    /// Whether persons are shown.
    #[schemars(transform = wire("ShowPersons").computed())]
    pub(crate) show_persons: Field<bool>,
    /// Data of the tenant.
    #[schemars(transform = wire("TenantData").computed())]
    pub(crate) tenant_data: Field<String>,
    /// Id of a group.
    #[schemars(transform = wire("GroupId").computed())]
    pub(crate) group_id: Field<String>,
    /// Id of the parent in another system.
    #[schemars(transform = wire("ExternalParentId").computed())]
    pub(crate) external_parent_id: Field<String>,
    /// Id of the tenant in another system.
    #[schemars(transform = wire("AcronisTenantId").computed())]
    pub(crate) acronis_tenant_id: Field<String>,
    /// Whether the account is a paid one.
    #[schemars(transform = wire("PaidAccount").computed())]
    pub(crate) paid_account: Field<bool>,
    /// When the trial ends.
    #[schemars(transform = wire("TrialExpirationDate").computed())]
    pub(crate) trial_expiration_date: Field<String>,
    /// When the customer was created.
    #[schemars(transform = wire("CreationDate").computed())]
    pub(crate) creation_date: Field<String>,
    /// Whether the trial has ended.
    #[schemars(transform = wire("TrialAccountExpired").computed())]
    pub(crate) trial_account_expired: Field<bool>,
    /// Whether the customer is a main office.
    #[schemars(transform = wire("IsSetAsMainCustomer").computed())]
    pub(crate) is_set_as_main_customer: Field<bool>,
    /// Whether a group is linked to the customer.
    #[schemars(transform = wire("GroupLinkedToCustomer").computed())]
    pub(crate) group_linked_to_customer: Field<bool>,
    /// Id of the partner above.
    #[schemars(transform = wire("Tier3Id").computed())]
    pub(crate) tier3_id: Field<String>,
    /// Id of the former parent.
    #[schemars(transform = wire("OldParentId").computed())]
    pub(crate) old_parent_id: Field<String>,
    /// Number of the tenant in Account Management.
    #[schemars(transform = wire("ExternalTenantId").computed())]
    pub(crate) external_tenant_id: Field<String>,
    /// UUID of the tenant in Account Management: what ties the two together.
    #[schemars(transform = wire("ExternalTenantUUID").computed())]
    pub(crate) external_tenant_uuid: Field<String>,
    /// Name of the state.
    #[schemars(transform = wire("StateCountryDescription").computed())]
    pub(crate) state_country_description: Field<String>,
    /// Name of the country.
    #[schemars(transform = wire("CountryDescription").computed())]
    pub(crate) country_description: Field<String>,
}

impl Billing {
    pub(super) fn check(&self, complaints: &mut Complaints) {
        if self.tax_exempt.set() == Some(&true) && self.tax.set().is_some() {
            complaints.error(
                "acronis-tax-exempt",
                "billing.tax",
                "a customer who is exempt from sales tax has no tax",
                "leave out `tax`, or set `taxExempt` to false",
            );
        }
        iban::check(
            &self.bank_account,
            "acronis-iban",
            "billing.bankAccount",
            complaints,
        );
    }
}
