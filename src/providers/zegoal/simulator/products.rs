//! What a new account gets by itself: the trial product and three balances.

use jiff::civil::DateTime;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call},
    failure::Failure,
    stamp,
    state::{Account, Balance, Sequence, SoldProduct, State},
};

/// The balances with the option to be added automatically (page
/// `usecase-list`).
const BALANCES: [&str; 3] = ["Money_BYN", "TASKS", "USERS"];

/// The catalogue id of the product with the option to be sold automatically.
const TRIAL_PRODUCT_ID: u64 = 1;

/// The balances of a new account.
pub(super) fn first_balances(state: &mut State) -> Vec<Balance> {
    // The ids are taken one by one, before the account is there to hold them.
    BALANCES
        .iter()
        .map(|name| Balance {
            id: state.take_id(Sequence::Balance),
            name: (*name).to_owned(),
            value: Decimal::ZERO,
        })
        .collect()
}

/// The products of a new account.
pub(super) fn first_products(state: &mut State, now: DateTime) -> Vec<SoldProduct> {
    vec![SoldProduct {
        sold_product_id: state.take_id(Sequence::SoldProduct),
        sold_at: now,
    }]
}

/// The sold products as `GetAccountInfo` and `GetAccountProducts` show them.
pub(super) fn present(account: &Account) -> Value {
    account
        .sold_products
        .iter()
        .map(|product| {
            json!({
                "sold_product_id": product.sold_product_id,
                "id": product.sold_product_id,
                "product_id": TRIAL_PRODUCT_ID,
                "product_name": "Trial",
                "product_description": "Trial",
                "product_type": "primary tariff",
                "product_category": "combined",
                "params": {"number_of_tasks": 100, "gps_tracking": true},
                "lc": [{
                    "lc_status": "ACT",
                    "lc_from": stamp::local(product.sold_at),
                    "lc_to": "",
                }],
                "current_lc_status": "ACT",
            })
        })
        .collect()
}

/// `GetAccountProducts`.
pub(super) fn get_account_products(state: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    call.require_selector()?;
    let selector = call.selector()?;
    let skip_lookup = call.flag("skip_lookup_account", false)?;
    let return_terminated = call.flag("return_terminated", false)?;
    let id = state.find(&selector, call.reach(&selector, skip_lookup), call.now)?;
    let account = state.account(id);
    let mut response = call.response();
    account.echo(&mut response);
    call.name_zone(&mut response);
    response.insert("skip_lookup_account".to_owned(), skip_lookup.into());
    response.insert("return_terminated".to_owned(), return_terminated.into());
    response.insert("sold_products".to_owned(), present(account));
    Ok(Answer::new(response))
}
