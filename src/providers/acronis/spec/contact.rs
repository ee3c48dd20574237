//! The contacts of a tenant: every field of the provider's `contactPut`
//! (Acronis contract, 3.4).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::{
    Sensitive,
    field::{Class, Field, FieldFacts, Filled, wire},
};

/// What a contact is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum ContactType {
    Legal,
    Primary,
    Billing,
    Technical,
    Management,
}

/// Declares a contact whose fields all start from `$facts`: both contacts have
/// the same fields, and differ in when they can be written.
macro_rules! contact {
    (
        $(#[$about:meta])*
        $name:ident, $facts:ident
        $(, $(#[$more_about:meta])* $more:ident: $more_type:ty)* $(,)?
    ) => {
        $(#[$about])*
        #[derive(Debug, Default, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
        pub(crate) struct $name {
            /// E-mail address.
            #[schemars(transform = $facts("email").format("email"))]
            pub(crate) email: Field<Sensitive>,
            /// First line of the address. The provider's own guide puts the
            /// house number here.
            #[schemars(transform = $facts("address1"))]
            pub(crate) address1: Field<String>,
            /// Second line of the address. The provider's own guide puts the
            /// street here.
            #[schemars(transform = $facts("address2"))]
            pub(crate) address2: Field<String>,
            /// Country, as free text.
            #[schemars(transform = $facts("country"))]
            pub(crate) country: Field<String>,
            /// State or province, as free text.
            #[schemars(transform = $facts("state"))]
            pub(crate) state: Field<String>,
            /// City.
            #[schemars(transform = $facts("city"))]
            pub(crate) city: Field<String>,
            /// Postal code.
            #[schemars(transform = $facts("zipcode"))]
            pub(crate) zipcode: Field<String>,
            /// Telephone number.
            #[schemars(transform = $facts("phone"))]
            pub(crate) phone: Field<Sensitive>,
            /// First name.
            #[schemars(transform = $facts("firstname"))]
            pub(crate) firstname: Field<Sensitive>,
            /// Last name.
            #[schemars(transform = $facts("lastname"))]
            pub(crate) lastname: Field<Sensitive>,
            /// Title, such as a position in the company.
            #[schemars(transform = $facts("title"))]
            pub(crate) title: Field<String>,
            /// Web site.
            #[schemars(transform = $facts("website"))]
            pub(crate) website: Field<String>,
            /// Industry of the company.
            #[schemars(transform = $facts("industry"))]
            pub(crate) industry: Field<String>,
            /// Size of the company.
            #[schemars(transform = $facts("organization_size"))]
            pub(crate) organization_size: Field<String>,
            /// Account number at the vendor. The vendor's own text says that
            /// the vendor sets it.
            #[schemars(transform = $facts("aan"))]
            pub(crate) aan: Field<String>,
            /// Language of the contact. It is returned in lists only.
            #[schemars(transform = $facts("language"))]
            pub(crate) language: Field<String>,
            /// Fax number. It is returned in lists only.
            #[schemars(transform = $facts("fax"))]
            pub(crate) fax: Field<Sensitive>,
            /// Whether the e-mail address has been confirmed. The vendor's own
            /// text says that the vendor sets it.
            #[schemars(transform = $facts("email_confirmed"))]
            pub(crate) email_confirmed: Field<bool>,
            /// What the contact is for: at least one.
            #[schemars(transform = $facts("types"))]
            pub(crate) types: Filled<Vec<ContactType>>,
            $(
                $(#[$more_about])*
                pub(crate) $more: $more_type,
            )*
        }
    };
}

contact! {
    /// The legal contact of a tenant.
    Contact, contact,
    /// UUID of the contact.
    #[schemars(transform = contact("id").computed())]
    id: Field<String>,
    /// When the contact was created.
    #[schemars(transform = contact("created_at").computed())]
    created_at: Field<String>,
    /// When the contact was last updated.
    #[schemars(transform = contact("updated_at").computed())]
    updated_at: Field<String>,
}

contact! {
    /// The billing contact of a company.
    BillingContact, billing_contact,
}

fn contact(name: &str) -> FieldFacts {
    wire(&format!("contact.{name}")).class(Class::Contact)
}

fn billing_contact(name: &str) -> FieldFacts {
    wire(&format!("company_billing_contact.{name}"))
        .class(Class::Contact)
        .create_only()
        .write_only()
}
