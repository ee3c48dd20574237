//! Two made-up billing systems with every type of field, for tests.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    model::{
        Sensitive, Severity,
        field::{Class, Credential, DateTime, Field, Filled, Passthrough, Reference, local, wire},
    },
    provider::{Complaints, KindDef, ProviderDef, Spec, Starter},
};

/// The registry of the tests.
pub(crate) static REGISTRY: &[&ProviderDef] = &[&TOY, &PUPPET];

static TOY_KINDS: [KindDef; 2] = [
    KindDef::of::<ToyAccount>(
        "basic.accountCode",
        "basic.accountName",
        |_| Ok(Vec::new()),
        |_| (),
    ),
    KindDef::of::<ToyGroup>("code", "title", |_| Ok(Vec::new()), |_| ()),
];

static PUPPET_KINDS: [KindDef; 1] = [KindDef::of::<PuppetShow>(
    "code",
    "title",
    |_| Ok(Vec::new()),
    |_| (),
)];

/// Nobody starts a repository with a toy.
const NO_STARTER: Starter = Starter {
    provider: "",
    records: "",
};

static TOY: ProviderDef = ProviderDef {
    name: "toy",
    title: "Toy Billing",
    settings: KindDef::settings::<ToySettings>(),
    base_url: |_| None,
    ids_are_global: true,
    kinds: &TOY_KINDS,
    starter: NO_STARTER,
    writes: &[],
    writes_in_flight_max: None,
    reader: |_| unreachable!("toys are never opened"),
    writer: |_| unreachable!("toys are never opened"),
    simulate: |_| unreachable!("toys are never simulated"),
};

static PUPPET: ProviderDef = ProviderDef {
    name: "puppet",
    title: "Puppet Billing",
    settings: KindDef::settings::<PuppetSettings>(),
    base_url: |_| None,
    ids_are_global: true,
    kinds: &PUPPET_KINDS,
    starter: NO_STARTER,
    writes: &[],
    writes_in_flight_max: None,
    reader: |_| unreachable!("puppets are never opened"),
    writer: |_| unreachable!("puppets are never opened"),
    simulate: |_| unreachable!("puppets are never simulated"),
};

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct ToyAccount {
    /// Who the customer is.
    basic: Basic,
    /// What is billed, and how.
    billing: Billing,
    bank_info: BankInfo,
    contact: Contact,
    /// The group that the account belongs to.
    #[schemars(transform = wire("group_id").class(Class::Identity).reference("ToyGroup"))]
    group: Field<Reference>,
    /// Settings that the provider does not describe.
    #[schemars(transform = wire("extra"))]
    extra: Field<Passthrough>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Basic {
    /// Our key.
    #[schemars(transform = wire("account_code").create_needs().characters_max(20))]
    account_code: Filled<String>,
    /// The display name.
    #[schemars(transform = wire("account_name").create_needs().characters_max(40))]
    account_name: Filled<String>,
    /// How the customer pays.
    #[schemars(transform = wire("account_type").class(Class::Money).create_only())]
    account_type: Filled<AccountType>,
    /// The number that the provider gave.
    #[schemars(transform = wire("id").computed())]
    id: Field<i64>,
    /// The country.
    #[schemars(transform = wire("country_id").class(Class::Contact).lookup("country"))]
    country: Field<String>,
    /// The customer's kind of trade.
    #[schemars(transform = wire("trade").known(&["Retail", "Telecom"]))]
    trade: Field<String>,
    /// Set once, may be emptied by nobody.
    #[schemars(transform = wire("origin").create_only())]
    origin: Field<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(inline)]
enum AccountType {
    Prepaid,
    Postpaid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "camelCase")]
enum Product {
    Voice,
    Data,
    Sms,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Billing {
    /// The currency.
    #[schemars(transform = wire("currency").class(Class::Money).characters_max(3))]
    currency: Filled<String>,
    /// When invoices are due.
    #[schemars(transform = wire("terms").class(Class::Money).unit("days").range(0, 90))]
    payment_term: Field<i64>,
    /// Whether tax is charged.
    #[schemars(transform = wire("taxed").class(Class::Tax))]
    taxed: Field<bool>,
    /// The tax number.
    #[schemars(transform = wire("tax.number").class(Class::Tax))]
    tax_number: Field<Sensitive>,
    /// Until when the contract runs.
    #[schemars(transform = wire("valid_to"))]
    valid_to: Field<DateTime>,
    /// What is sold.
    #[schemars(transform = wire("products").class(Class::Money))]
    products: Field<Vec<Product>>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct BankInfo {
    /// The account.
    #[schemars(transform = wire("bank_account").class(Class::Bank).characters_max(34))]
    bank_account: Field<Sensitive>,
    /// The bank.
    #[schemars(transform = wire("bank").class(Class::Bank))]
    bank_name: Field<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Contact {
    /// Where invoices go.
    #[schemars(transform = wire("email").class(Class::Contact).format("email"))]
    email: Field<Sensitive>,
    /// The home page.
    #[schemars(transform = wire("url").class(Class::Contact).format("uri"))]
    home_page: Field<String>,
    /// The customer at the partner.
    #[schemars(transform = wire("uuid").format("uuid"))]
    partner_id: Field<String>,
}

impl Spec for ToyAccount {
    const KIND: &'static str = "ToyAccount";

    fn check(&self, complaints: &mut Complaints) {
        let postpaid = self.basic.account_type.set() == Some(&AccountType::Postpaid);
        if postpaid && self.billing.payment_term.set() == Some(&0) {
            complaints.error(
                "toy-terms",
                "billing.paymentTerm",
                "a postpaid account needs time to pay",
                "give at least one day",
            );
        }
        if self.bank_info.bank_account.set().is_some() && self.bank_info.bank_name.set().is_none() {
            complaints.of_absence(
                Severity::Warning,
                "toy-bank",
                "bankInfo.bankAccount",
                "the bank of the account is not named",
                "give `bankInfo.bankName`",
            );
        }
    }
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct ToyGroup {
    /// Our key.
    #[schemars(transform = wire("code").class(Class::Identity))]
    code: Filled<String>,
    /// The display name.
    #[schemars(transform = wire("title").class(Class::Identity))]
    title: Filled<String>,
    /// The group above.
    #[schemars(transform = wire("parent_id").class(Class::Identity).reference("ToyGroup"))]
    parent: Field<Reference>,
}

impl Spec for ToyGroup {
    const KIND: &'static str = "ToyGroup";
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct ToySettings {
    /// Where the API is.
    #[schemars(transform = local().format("uri").create_needs())]
    base_url: Filled<String>,
    /// How we are known there.
    credentials: Credentials,
    /// The branch of the tree that is ours.
    #[schemars(transform = local())]
    branch: Field<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Credentials {
    /// The login.
    #[schemars(transform = local().create_needs())]
    client_id: Filled<Credential>,
    /// The password.
    #[schemars(transform = local().create_needs())]
    client_secret: Filled<Credential>,
}

impl Spec for ToySettings {
    const KIND: &'static str = "Provider";

    fn check(&self, complaints: &mut Complaints) {
        if self.branch.set().is_some_and(|branch| branch == "root") {
            complaints.error(
                "toy-branch",
                "branch",
                "the root is not ours",
                "name a branch",
            );
        }
    }
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct PuppetShow {
    /// Our key.
    #[schemars(transform = wire("code"))]
    code: Filled<String>,
    /// The display name.
    #[schemars(transform = wire("title"))]
    title: Field<String>,
}

impl Spec for PuppetShow {
    const KIND: &'static str = "PuppetShow";
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct PuppetSettings {
    /// The password.
    #[schemars(transform = local().create_needs())]
    token: Filled<Credential>,
}

impl Spec for PuppetSettings {
    const KIND: &'static str = "Provider";
}
