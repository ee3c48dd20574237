//! `GetAccountInfo`: an account with those sections that were asked for. No
//! page shows an answer of this call, so its layout is assumed, and the knobs
//! `layout`, `noti_location` and `section_missing` give others. The names in
//! the other layouts are those that sister APIs have, or that would be as
//! likely.

use serde_json::{Value, json};

use super::{
    addresses,
    call::{Answer, Call},
    contacts, contracts,
    failure::Failure,
    lifecycle, money, notifications, products, stamp,
    state::{Account, Attributes, Reach, State},
};

/// Everything but the account's own data is off unless asked for.
const SECTIONS: [&str; 11] = [
    "return_address",
    "return_billing",
    "return_contacts",
    "return_contracts",
    "return_balances",
    "return_lc",
    "return_products",
    "return_payments",
    "return_bank_info",
    "return_triggers",
    "return_references",
];

/// `GetAccountInfo`.
pub(super) fn get_account_info(state: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    call.require_selector()?;
    let selector = call.selector()?;
    let mut flags = Attributes::new();
    for name in ["skip_lookup_account", "force_lookup"]
        .iter()
        .chain(&SECTIONS)
    {
        flags.insert((*name).to_owned(), call.flag(name, false)?.into());
    }
    let is_set = |name: &str| flags.get(name) == Some(&Value::Bool(true));
    let reach = if is_set("force_lookup") {
        Reach::Any
    } else {
        call.reach(&selector, is_set("skip_lookup_account"))
    };
    let account = state.account(state.find(&selector, reach, call.now)?);

    let mut response = call.response();
    response.extend(flags.clone());
    account.echo(&mut response);
    call.name_zone(&mut response);
    for name in SECTIONS.iter().filter(|name| is_set(name)) {
        let (key, section) = section(account, name, call);
        if !call.knobs.is("section_missing", key) {
            response.insert(key.to_owned(), section);
        }
    }
    place_basic(&mut response, basic(account, call), call);
    rename(&mut response, call);
    let mut answer = Answer::new(response);
    let mut enriched = call.body.clone();
    enriched.extend(flags);
    answer.enriched = Some(enriched.into());
    Ok(answer)
}

/// The key of a section and what stands under it.
fn section(account: &Account, flag: &str, call: &Call<'_>) -> (&'static str, Value) {
    match flag {
        "return_address" => ("address", addresses::present(account)),
        "return_billing" => {
            let mut billing = account.billing.clone();
            let id = account.billing_profile_id.into();
            billing.insert("billing_profile_id".to_owned(), id);
            ("billing", billing.into())
        }
        "return_contacts" => ("contacts", contacts::present(account)),
        "return_contracts" => ("contracts", contracts::present(account)),
        "return_balances" => ("balances", money::present_balances(account)),
        "return_lc" => ("lc", lifecycle::present(&account.life_cycle, call.now)),
        "return_products" => ("sold_products", products::present(account)),
        "return_payments" => ("payments", money::present_payments(account)),
        "return_bank_info" => ("bank_info", account.bank_info.clone().into()),
        "return_triggers" => ("triggers", json!([])),
        _ => ("references", json!([])),
    }
}

fn basic(account: &Account, call: &Call<'_>) -> Attributes {
    let mut basic = account.basic.clone();
    basic.insert("account_id".to_owned(), account.id.into());
    if let Some(row) = lifecycle::current(&account.life_cycle, call.now) {
        basic.insert("lc_state".to_owned(), row.status.clone().into());
        basic.insert("lc_from".to_owned(), stamp::local(row.from).into());
    }
    basic
}

/// Puts `basic` where the knobs want it.
fn place_basic(response: &mut Attributes, mut basic: Attributes, call: &Call<'_>) {
    if call.knobs.is("noti_location", "contact") {
        let mut first = response
            .get_mut("contacts")
            .and_then(|contacts| contacts.get_mut(0))
            .and_then(Value::as_object_mut);
        for name in notifications::NAMES {
            let value = basic.remove(name);
            if let (Some(contact), Some(value)) = (first.as_deref_mut(), value) {
                contact.insert(name.to_owned(), value);
            }
        }
    }
    match call.knobs.get("layout") {
        "flat" => response.extend(basic),
        "account" => {
            response.insert("account".to_owned(), basic.into());
        }
        _ => {
            response.insert("basic".to_owned(), basic.into());
        }
    }
}

/// Gives sections the names that they have in this layout.
fn rename(response: &mut Attributes, call: &Call<'_>) {
    let names: &[(&str, &str)] = match call.knobs.get("layout") {
        "singular" => &[("contacts", "contact"), ("contracts", "contract")],
        "account" => &[("lc", "lc_progression")],
        "alternative" => &[
            ("address", "addresses"),
            ("lc", "lc_list"),
            ("references", "References"),
            ("sold_products", "products"),
        ],
        _ => &[],
    };
    for (usual, other) in names {
        if let Some(section) = response.remove(*usual) {
            response.insert((*other).to_owned(), section);
        }
    }
}
