//! The company behind a customer, and its postal address.

use schemars::JsonSchema;
use serde::Deserialize;

use super::ID_MAX;
use crate::{
    model::{
        Sensitive,
        field::{Class, Field, wire},
    },
    provider::{Complaints, iban},
};

/// The company behind the customer.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Company {
    /// The telephone number. Compared as written.
    #[schemars(transform = wire("Company.PhoneNumber").class(Class::Contact))]
    phone_number: Field<Sensitive>,
    /// The fax number.
    #[schemars(transform = wire("Company.FaxNumber").class(Class::Contact))]
    fax_number: Field<Sensitive>,
    /// The web address. Compared as written.
    #[schemars(transform = wire("Company.WebsiteAddress").class(Class::Contact))]
    website_address: Field<String>,
    /// The registered name.
    #[schemars(transform = wire("Company.LegalCompanyName").class(Class::Contact))]
    legal_company_name: Field<String>,
    /// The number in the register of companies, which is public.
    #[schemars(transform = wire("Company.ChamberOfCommerceNumber").class(Class::Identity))]
    chamber_of_commerce_number: Field<String>,
    /// The VAT number.
    #[schemars(transform = wire("Company.VatNumber").class(Class::Tax))]
    vat_number: Field<Sensitive>,
    /// The bank account, as an IBAN or in the form of the country.
    #[schemars(transform = wire("Company.BankAccountNumber").class(Class::Bank))]
    bank_account_number: Field<Sensitive>,
    /// The id of the contact person for billing. The vendor's page calls it a
    /// text; its schema and samples say number.
    #[schemars(transform = wire("Company.BillingContactPersonId").class(Class::Contact).range(1, ID_MAX))]
    billing_contact_person_id: Field<i64>,
    /// The postal address.
    post_address: PostAddress,
}

impl Company {
    pub(super) fn check(&self, complaints: &mut Complaints) {
        iban::check(
            &self.bank_account_number,
            "cove-iban",
            "company.bankAccountNumber",
            complaints,
        );
    }
}

/// The postal address.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct PostAddress {
    /// The country: its alpha-2 code or English name. The provider returns
    /// either, whatever it was sent; both count as equal. This is the one place
    /// for it: the `Country` at the top level of the vendor's sample request is
    /// no member of a customer.
    #[schemars(transform = wire("Company.PostAddress.Country").class(Class::Contact).lookup("country"))]
    country: Field<String>,
    /// The state or province.
    #[schemars(transform = wire("Company.PostAddress.State").class(Class::Contact))]
    state: Field<String>,
    /// The district.
    #[schemars(transform = wire("Company.PostAddress.District").class(Class::Contact))]
    district: Field<String>,
    /// The city.
    #[schemars(transform = wire("Company.PostAddress.City").class(Class::Contact))]
    city: Field<String>,
    /// The post code.
    #[schemars(transform = wire("Company.PostAddress.ZipCode").class(Class::Contact))]
    zip_code: Field<String>,
    /// Street and number.
    #[schemars(transform = wire("Company.PostAddress.Address").class(Class::Contact))]
    address: Field<String>,
}
