//! The `tenant` section: Account Management v2.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    model::field::{Class, Field, Filled, wire},
    provider::Complaints,
};

use super::contact::{BillingContact, Contact};

/// The most characters of `internal_tag` (Acronis contract, 3.2).
const INTERNAL_TAG_CHARACTERS_MAX: u32 = 256;

/// The tenant of a customer. Its kind is always `customer`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Tenant {
    /// Name of the tenant. It must be unique in the hierarchy, also among
    /// tenants that this account cannot see (Acronis contract, 3.2).
    #[schemars(transform = wire("name").class(Class::Identity).create_needs())]
    pub(crate) name: Filled<String>,
    /// UUID of the partner or folder that the tenant is created under; our own
    /// tenant unless given. An existing tenant is never moved: a move has side
    /// effects (Acronis contract, 7).
    #[schemars(transform = wire("parent_id").class(Class::Identity).format("uuid"))]
    pub(crate) parent_id: Filled<String>,
    /// What sort of customer it is; an internal value of the platform. It
    /// cannot be given at creation, so it is set right after.
    #[schemars(transform = wire("customer_type"))]
    pub(crate) customer_type: Filled<CustomerType>,
    /// Language of the tenant: a code such as `en` or `pt-BR`, or its English
    /// name. The platform's default is `en` (Acronis contract, 3.6).
    #[schemars(transform = wire("language").default_value("en").lookup("tenantLanguage").known(&["en", "bg", "pt-BR"]))]
    pub(crate) language: Filled<String>,
    /// Whether the tenant is enabled. Disabled tenants are still billed
    /// (Acronis contract, 3.3).
    #[schemars(transform = wire("enabled").class(Class::Lifecycle))]
    pub(crate) enabled: Filled<bool>,
    /// Id of the customer in an external system, free to use in reports.
    #[schemars(transform = wire("customer_id").class(Class::Identity))]
    pub(crate) customer_id: Field<String>,
    /// Our key for the tenant; the platform never uses this field.
    #[schemars(transform = wire("internal_tag")
        .class(Class::Identity)
        .characters_max(INTERNAL_TAG_CHARACTERS_MAX))]
    pub(crate) internal_tag: Filled<String>,
    /// UUID of the identity provider that users log in with by default.
    #[schemars(transform = wire("default_idp_id").format("uuid"))]
    pub(crate) default_idp_id: Filled<String>,
    /// The lock on updates by others.
    pub(crate) update_lock: UpdateLock,
    /// Whether the partner manages the tenant. When off, the tenant is in
    /// self-service mode and hides its users and children (Acronis contract, 2).
    #[schemars(transform = wire("ancestral_access").default_value(true))]
    pub(crate) ancestral_access: Filled<bool>,
    /// Settings that can be given at creation only.
    pub(crate) settings: TenantSettings,
    /// The legal contact.
    pub(crate) contact: Contact,
    /// The billing contact of the company. It can be given at creation only,
    /// and the platform does not return it here (Acronis contract, 3.3).
    pub(crate) company_billing_contact: BillingContact,
    /// UUID of the tenant.
    #[schemars(transform = wire("id").computed())]
    pub(crate) id: Field<String>,
    /// Version of the tenant, raised by every update.
    #[schemars(transform = wire("version").computed())]
    pub(crate) version: Field<i64>,
    /// Kind of the tenant: always `customer`.
    #[schemars(transform = wire("kind").computed())]
    pub(crate) kind: Field<String>,
    /// State of two-factor authentication.
    #[schemars(transform = wire("mfa_status").computed())]
    pub(crate) mfa_status: Field<String>,
    /// Whether the tenant has children.
    #[schemars(transform = wire("has_children").computed())]
    pub(crate) has_children: Field<bool>,
    /// UUID of the tenant's brand.
    #[schemars(transform = wire("brand_uuid").computed())]
    pub(crate) brand_uuid: Field<String>,
    /// UUID of the user who owns the tenant.
    #[schemars(transform = wire("owner_id").computed())]
    pub(crate) owner_id: Field<String>,
    /// When the tenant was created.
    #[schemars(transform = wire("created_at").computed())]
    pub(crate) created_at: Field<String>,
    /// When the tenant was last updated.
    #[schemars(transform = wire("updated_at").computed())]
    pub(crate) updated_at: Field<String>,
}

/// The lock on updates by others.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct UpdateLock {
    /// Whether only users of the lock's owner may update the tenant.
    #[schemars(transform = wire("update_lock.enabled"))]
    pub(crate) enabled: Filled<bool>,
    /// UUID of the tenant that holds the lock.
    #[schemars(transform = wire("update_lock.owner_id").computed())]
    pub(crate) owner_id: Field<String>,
}

/// Settings that can be given at creation only.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct TenantSettings {
    /// Whether the tenant is made with enhanced security. The platform never
    /// returns it.
    #[schemars(transform = wire("settings.enhanced_security").create_only().write_only())]
    pub(crate) enhanced_security: Filled<bool>,
}

/// What sort of customer it is (Acronis contract, 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(crate) enum CustomerType {
    Default,
    Enterprise,
    Consumer,
    SmallOffice,
    TiUnified,
}

impl Tenant {
    pub(super) fn check(&self, complaints: &mut Complaints) {
        if self.contact.types.set().is_some_and(Vec::is_empty) {
            no_type(complaints, "tenant.contact.types");
        }
        let billing_types = &self.company_billing_contact.types;
        if billing_types.set().is_some_and(Vec::is_empty) {
            no_type(complaints, "tenant.companyBillingContact.types");
        }
    }
}

fn no_type(complaints: &mut Complaints, path: &'static str) {
    complaints.error(
        "acronis-contact-type",
        path,
        "a contact has at least one type",
        "name one, such as `legal`, or leave the field out",
    );
}
