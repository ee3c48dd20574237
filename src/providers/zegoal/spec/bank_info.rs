//! The bank details.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::{
    Sensitive,
    field::{Class, Field, wire},
};

/// The bank details. They cannot be given when an account is created; they are
/// set right after it (`CreateAccount` and `UpdateAccount` pages).
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct BankInfo {
    /// The name of the bank.
    #[schemars(transform = wire("bank_info.bank_name").class(Class::Bank))]
    pub(crate) bank_name: Field<String>,

    /// The code of the bank.
    #[schemars(transform = wire("bank_info.bank_code").class(Class::Bank))]
    pub(crate) bank_code: Field<String>,

    /// The number of the bank account.
    #[schemars(transform = wire("bank_info.bank_account").class(Class::Bank))]
    pub(crate) bank_account: Field<Sensitive>,

    /// The company that owns the bank account.
    #[schemars(transform = wire("bank_info.company_name").class(Class::Bank))]
    pub(crate) company_name: Field<String>,

    /// The tax number of that company.
    #[schemars(transform = wire("bank_info.company_tax_number").class(Class::Tax))]
    pub(crate) company_tax_number: Field<Sensitive>,
}
