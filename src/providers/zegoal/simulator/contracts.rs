//! Contracts: two spellings of most attributes, and the calls that add, change
//! and delete contracts.

use serde_json::{Map, Value, json};

use super::{
    call::{Answer, Call},
    deletion,
    failure::Failure,
    fields::{self, Field},
    state::{Account, Attributes, Part, Sequence, State},
};

/// The spelling of each attribute of [`fields::CONTRACT`], in that order, in
/// the parameter table of `UpdateContract`. Its sample request has the names
/// of `CreateAccount` instead.
const PARAMETER_TABLE: [&str; 6] = [
    "contract_num",
    "contract_status",
    "signation_date",
    "valid_from",
    "valid_to",
    "description",
];

/// The contracts as `GetAccountInfo` shows them.
pub(super) fn present(account: &Account) -> Value {
    account.contracts.iter().map(with_id).collect()
}

/// `AddContract`. No page describes it; that it takes what `UpdateContract`
/// takes, without the id, is assumed.
pub(super) fn add_contract(state: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    call.require_selector()?;
    call.require(&["contract"])?;
    let selector = call.selector()?;
    let skip_lookup = call.flag("skip_lookup_account", false)?;
    let sent = call.section("contract")?;
    let mut attributes = read(call, &sent)?;
    fields::fill(&mut attributes, &fields::CONTRACT, call.now);
    let account_id = state.find(&selector, call.reach(&selector, skip_lookup), call.now)?;

    let id = state.take_id(Sequence::Contract);
    state
        .account_mut(account_id)
        .contracts
        .push(Part { id, attributes });
    Ok(answer(call, account_id, echo(&sent)))
}

/// `UpdateContract`: changes those attributes that were sent in a spelling
/// that the server knows.
pub(super) fn update_contract(state: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    call.require_selector()?;
    call.require_in("contract", &["contract_oid"])?;
    let selector = call.selector()?;
    let skip_lookup = call.flag("skip_lookup_account", false)?;
    let sent = call.section("contract")?;
    let contract_id = sent
        .get("contract_oid")
        .and_then(fields::number)
        .ok_or_else(|| Failure::validation("contract.contract_oid"))?;
    let attributes = read(call, &sent)?;
    let account_id = state.find(&selector, call.reach(&selector, skip_lookup), call.now)?;
    let contract = state
        .account_mut(account_id)
        .contracts
        .iter_mut()
        .find(|contract| contract.id == contract_id)
        .ok_or_else(|| Failure::text("contracts not found"))?;
    contract.attributes.extend(attributes);
    Ok(answer(call, account_id, echo(&sent)))
}

/// `DeleteAccountContracts`. One deleted contract is a bare object in the
/// answer, unlike one deleted contact.
pub(super) fn delete_account_contracts(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Failure> {
    let (id, ids) = deletion::read(state, call, "contracts", "contract_id", |account| {
        account.contracts.iter().map(|part| part.id).collect()
    })?;
    let mut deleted: Vec<Value> = state
        .account_mut(id)
        .contracts
        .extract_if(.., |contract| ids.contains(&contract.id))
        .map(|contract| with_id(&contract).into())
        .collect();
    let deleted = match deleted.pop() {
        Some(only) if deleted.is_empty() => only,
        last => {
            deleted.extend(last);
            deleted.into()
        }
    };
    let mut answer = Answer::new(json!({"deleted_contracts": deleted}));
    answer.zone_beside = true;
    Ok(answer)
}

/// Reads a contract, under the names of `CreateAccount`. Where both spellings
/// are known and differ, those names win, which is assumed.
fn read(call: &Call<'_>, sent: &Map<String, Value>) -> Result<Attributes, Failure> {
    let vocabulary = call.knobs.get("contract_vocabulary");
    let mut attributes = Attributes::new();
    let renamed: Vec<Field> = fields::CONTRACT
        .iter()
        .zip(PARAMETER_TABLE)
        .map(|(field, name)| Field { name, ..*field })
        .collect();
    if vocabulary != "create_side" {
        let read = fields::read("contract", sent, &renamed, call.now)?;
        fields::check("contract", &read, &renamed)?;
        for (field, renamed) in fields::CONTRACT.iter().zip(&renamed) {
            if let Some(value) = read.get(renamed.name) {
                attributes.insert(field.name.to_owned(), value.clone());
            }
        }
    }
    if vocabulary != "parameter_table" {
        let read = fields::read("contract", sent, &fields::CONTRACT, call.now)?;
        fields::check("contract", &read, &fields::CONTRACT)?;
        attributes.extend(read);
    }
    Ok(attributes)
}

/// What was sent in any spelling, stored or not: the answer repeats its
/// request and proves nothing.
fn echo(sent: &Map<String, Value>) -> Attributes {
    let known = |name: &str| {
        name == "contract_oid"
            || PARAMETER_TABLE.contains(&name)
            || fields::CONTRACT.iter().any(|field| field.name == name)
    };
    sent.iter()
        .filter(|(name, _)| known(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn answer(call: &Call<'_>, account_id: u64, contract: Attributes) -> Answer {
    let mut response = call.response();
    response.insert("flow_type".to_owned(), call.name.into());
    response.insert("contract".to_owned(), contract.into());
    response.insert("account_id".to_owned(), account_id.into());
    call.name_zone(&mut response);
    Answer::new(response)
}

fn with_id(contract: &Part) -> Attributes {
    let mut attributes = contract.attributes.clone();
    attributes.insert("contract_id".to_owned(), contract.id.into());
    attributes
}
