//! `CreateAccount`: one call makes an account with its billing profile,
//! contract, contact, address, balances and trial product.

use jiff::civil::DateTime;
use serde_json::{Map, Value};

use super::{
    call::{Answer, Call},
    contacts,
    failure::Failure,
    fields, lifecycle, notifications, products,
    state::{Account, Attributes, Contact, Part, Reach, Selector, Sequence, State},
};

/// The sections of a request, with the attributes that were sent.
struct Sections {
    basic: Attributes,
    billing: Attributes,
    contract: Attributes,
    contact: Attributes,
    department: String,
    address: Attributes,
}

/// `CreateAccount`.
pub(super) fn create_account(state: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    call.require_in("basic", &["account_code", "account_name"])?;
    let mut sections = Sections::read(call)?;
    sections.check()?;
    let parent_id = sections.basic.get("parent_id").and_then(fields::number);
    check_parent(state, parent_id, call.now)?;
    let code = text(&sections.basic, "account_code");
    let name = text(&sections.basic, "account_name");
    state.check_unique(&code, &name, None)?;

    sections.fill(call);
    let id = establish(state, call, &sections);
    let account = state.account(id);
    let mut answer = Answer::new(response(call, account, &sections));
    answer.enriched = Some(sections.enriched(call).into());
    Ok(answer)
}

/// Sees that a parent exists, terminated or not. What the server does about an
/// unknown parent is nowhere said; refusing it is assumed.
///
/// # Errors
/// `validation failed`.
pub(super) fn check_parent(
    state: &State,
    parent_id: Option<u64>,
    now: DateTime,
) -> Result<(), Failure> {
    let Some(parent_id) = parent_id.filter(|id| *id != 0) else {
        return Ok(());
    };
    let selector = Selector {
        id: Some(parent_id),
        ..Selector::default()
    };
    state
        .find(&selector, Reach::Any, now)
        .map(|_| ())
        .map_err(|_| Failure::validation("basic.parent_id"))
}

impl Sections {
    fn read(call: &Call<'_>) -> Result<Self, Failure> {
        let now = call.now;
        let mut basic = fields::read("basic", &call.section("basic")?, &fields::BASIC, now)?;
        let billing = fields::read("billing", &call.section("billing")?, &fields::BILLING, now)?;
        let sent = call.section("contract")?;
        let agreement = fields::read("contract", &sent, &fields::CONTRACT, now)?;
        let sent = call.section("contact")?;
        let (contact, department) = contacts::read_at_birth(call, &sent)?;
        notifications::merge(call, &mut basic, &sent)?;
        let sent = call.section("address")?;
        let address = fields::read("address", &sent, &fields::ADDRESS_AT_BIRTH, now)?;
        Ok(Self {
            basic,
            billing,
            contract: agreement,
            contact,
            department,
            address,
        })
    }

    fn check(&self) -> Result<(), Failure> {
        fields::check("basic", &self.basic, &fields::BASIC)?;
        fields::check("billing", &self.billing, &fields::BILLING)?;
        fields::check("contract", &self.contract, &fields::CONTRACT)
    }

    fn fill(&mut self, call: &Call<'_>) {
        let now = call.now;
        fields::fill(&mut self.basic, &fields::BASIC, now);
        notifications::replace_empty(call, &mut self.basic);
        fields::fill(&mut self.billing, &fields::BILLING, now);
        fields::fill(&mut self.contract, &fields::CONTRACT, now);
        fields::fill(&mut self.contact, &fields::CONTACT, now);
        fields::fill(&mut self.address, &fields::ADDRESS_AT_BIRTH, now);
    }

    /// The request with its defaults, as answers of 2020 add it.
    fn enriched(&self, call: &Call<'_>) -> Map<String, Value> {
        let mut enriched = call.body.clone();
        let Self {
            basic,
            billing,
            contract,
            contact,
            department,
            address,
        } = self;
        let contact = contacts::response_side(contact, department);
        for (name, section) in [
            ("basic", basic),
            ("billing", billing),
            ("contract", contract),
            ("contact", &contact),
            ("address", address),
        ] {
            enriched.insert(name.to_owned(), section.clone().into());
        }
        enriched
    }
}

fn establish(state: &mut State, call: &Call<'_>, sections: &Sections) -> u64 {
    let now = call.now;
    let mut basic = sections.basic.clone();
    fields::fill(&mut basic, &fields::BASIC_UNDOCUMENTED, now);
    basic.remove("lc_state");
    basic.remove("lc_from");
    let mut bank_info = Attributes::new();
    fields::fill(&mut bank_info, &fields::BANK_INFO, now);
    // What only the later calls know is empty at birth.
    let mut address = sections.address.clone();
    fields::fill(&mut address, &fields::ADDRESS_LATER, now);
    let account = Account {
        id: state.take_id(Sequence::Account),
        basic,
        billing_profile_id: state.take_id(Sequence::BillingProfile),
        billing: sections.billing.clone(),
        bank_info,
        contacts: vec![Contact {
            id: state.take_id(Sequence::Contact),
            attributes: sections.contact.clone(),
            department: Some(sections.department.clone()),
        }],
        contracts: vec![Part {
            id: state.take_id(Sequence::Contract),
            attributes: sections.contract.clone(),
        }],
        addresses: vec![Part {
            id: state.take_id(Sequence::Address),
            attributes: address,
        }],
        life_cycle: first_rows(call, &sections.basic),
        balances: products::first_balances(state),
        sold_products: products::first_products(state, now),
        payments: Vec::new(),
    };
    let id = account.id;
    state.accounts.insert(id, account);
    id
}

fn first_rows(call: &Call<'_>, basic: &Attributes) -> Vec<lifecycle::LifeCycleRow> {
    let from = basic
        .get("lc_from")
        .and_then(fields::date)
        .unwrap_or(call.now);
    let counts_from = if call.knobs.is("trial_counts_from", "lc_from") {
        from
    } else {
        call.now
    };
    lifecycle::begin(&text(basic, "lc_state"), from, counts_from)
}

fn response(call: &Call<'_>, account: &Account, sections: &Sections) -> Attributes {
    let mut basic = sections.basic.clone();
    basic.insert("account_id".to_owned(), account.id.into());
    let mut contact = contacts::response_side(&sections.contact, &sections.department);
    // The sample shows these two with the contact, though they are parameters
    // of `basic`.
    for name in notifications::NAMES {
        if let Some(value) = basic.remove(name) {
            contact.insert(name.to_owned(), value);
        }
    }
    let mut billing = account.billing.clone();
    billing.insert(
        "billing_profile_id".to_owned(),
        account.billing_profile_id.into(),
    );
    let mut agreement = sections.contract.clone();
    agreement.remove("contract_description");
    let mut address = sections.address.clone();
    for (section, name, parts) in [
        (&mut agreement, "contract_id", &account.contracts),
        (&mut address, "address_id", &account.addresses),
    ] {
        if let Some(part) = parts.first() {
            section.insert(name.to_owned(), part.id.into());
        }
    }
    let mut response = call.response();
    for (name, section) in [
        ("basic", basic),
        ("billing", billing),
        ("contract", agreement),
        ("contact", contact),
        ("address", address),
    ] {
        response.insert(name.to_owned(), section.into());
    }
    response
}

fn text(attributes: &Attributes, name: &str) -> String {
    attributes
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
