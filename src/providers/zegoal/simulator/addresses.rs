//! Addresses. They can be added and changed, but no page shows how to delete
//! one.

use serde_json::Value;

use super::{
    call::{Answer, Call},
    failure::Failure,
    fields,
    state::{Account, Attributes, Part, Reach, Selector, Sequence, State, TERMINATED},
};

/// The addresses as `GetAccountInfo` shows them.
pub(super) fn present(account: &Account) -> Value {
    account
        .addresses
        .iter()
        .map(|address| {
            let mut attributes = address.attributes.clone();
            attributes.insert("address_id".to_owned(), address.id.into());
            attributes
        })
        .collect()
}

/// `AddAddress`. The answer holds what was sent and no `address_id`.
pub(super) fn add_address(state: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    call.require(&["account_id", "address"])?;
    let selector = account_selector(call)?;
    let sent = call.section("address")?;
    let attributes = fields::read("address", &sent, &fields::ADDRESS_LATER, call.now)?;
    fields::check("address", &attributes, &fields::ADDRESS_LATER)?;
    let account_id = state.find(&selector, Reach::Living, call.now)?;

    let id = state.take_id(Sequence::Address);
    let mut stored = attributes.clone();
    fields::fill(&mut stored, &fields::ADDRESS_LATER, call.now);
    // The name of the company can only be given at birth.
    stored.insert("company_name".to_owned(), "".into());
    state.account_mut(account_id).addresses.push(Part {
        id,
        attributes: stored,
    });
    Ok(answer(call, account_id, attributes))
}

/// `UpdateAddress`: changes those attributes that were sent.
pub(super) fn update_address(state: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    call.require_in("address", &["address_id"])?;
    let selector = account_selector(call)?;
    let sent = call.section("address")?;
    let address_id = sent
        .get("address_id")
        .and_then(fields::number)
        .ok_or_else(|| Failure::validation("address.address_id"))?;
    let mut attributes = fields::read("address", &sent, &fields::ADDRESS_LATER, call.now)?;
    fields::check("address", &attributes, &fields::ADDRESS_LATER)?;
    let account_id = match selector.id {
        Some(_) => state.find(&selector, Reach::Living, call.now)?,
        None => owner(state, address_id, call)?,
    };
    let address = state
        .account_mut(account_id)
        .addresses
        .iter_mut()
        .find(|address| address.id == address_id)
        .ok_or_else(unknown_address)?;
    address.attributes.extend(attributes.clone());
    attributes.insert("address_id".to_owned(), address_id.into());
    Ok(answer(call, account_id, attributes))
}

/// Both calls know accounts by their id alone.
fn account_selector(call: &Call<'_>) -> Result<Selector, Failure> {
    Ok(Selector {
        id: call.number("account_id")?,
        ..Selector::default()
    })
}

fn owner(state: &State, address_id: u64, call: &Call<'_>) -> Result<u64, Failure> {
    state
        .accounts
        .values()
        .filter(|account| account.current_state(call.now) != TERMINATED)
        .find(|account| {
            account
                .addresses
                .iter()
                .any(|address| address.id == address_id)
        })
        .map(|account| account.id)
        .ok_or_else(unknown_address)
}

/// Assumed text.
fn unknown_address() -> Failure {
    Failure::text("Address is not found")
}

fn answer(call: &Call<'_>, account_id: u64, address: Attributes) -> Answer {
    let mut response = call.response();
    response.insert("flow_type".to_owned(), call.name.into());
    response.insert("address".to_owned(), address.into());
    response.insert("account_id".to_owned(), account_id.into());
    call.name_zone(&mut response);
    Answer::new(response)
}
