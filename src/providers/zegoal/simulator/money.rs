//! Balances and payments.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::{Value, json};

use super::{
    call::{Answer, Call},
    failure::Failure,
    stamp,
    state::{Account, Balance, Payment, Sequence, State},
};

/// Every amount is kept and shown to the hundredth.
const AMOUNT_DECIMALS: u32 = 2;

/// The balances as `GetAccountInfo` and `CheckBalance` show them.
pub(super) fn present_balances(account: &Account) -> Value {
    account.balances.iter().map(present_balance).collect()
}

/// The payments as `GetAccountInfo` and `GetAccountPayments` show them.
pub(super) fn present_payments(account: &Account) -> Value {
    account
        .payments
        .iter()
        .map(|payment| present_payment(account, payment))
        .collect()
}

/// `CheckBalance`.
pub(super) fn check_balance(state: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    call.require_selector()?;
    let selector = call.selector()?;
    let skip_lookup = call.flag("skip_lookup_account", false)?;
    let name = call.text("balance_name", "all")?;
    let mut response = call.response();
    for flag in ["return_pockets", "return_reservations", "return_limits"] {
        response.insert(flag.to_owned(), call.flag(flag, false)?.into());
    }
    let reference = call.filter_date("ref_date")?.unwrap_or(call.now);
    let id = state.find(&selector, call.reach(&selector, skip_lookup), call.now)?;
    let account = state.account(id);
    let balances: Value = account
        .balances
        .iter()
        .filter(|balance| name == "all" || balance.name == name)
        .map(present_balance)
        .collect();
    account.echo(&mut response);
    call.name_zone(&mut response);
    response.insert("skip_lookup_account".to_owned(), skip_lookup.into());
    response.insert("ref_date".to_owned(), stamp::local(reference).into());
    response.insert("balance_name".to_owned(), name.into());
    response.insert("balances".to_owned(), balances);
    Ok(Answer::new(response))
}

/// `AddPayment`. The answer calls the account `acc_id`.
pub(super) fn add_payment(state: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    call.require_selector()?;
    call.require(&["amount"])?;
    let selector = call.selector()?;
    let amount = call
        .body
        .get("amount")
        .and_then(decimal)
        .ok_or_else(|| Failure::validation("amount"))?;
    let balance_name = call.text("balance_name", "Money_BYN")?;
    let channel = call.text("channel", "")?;
    let invoice_id = call.text("invoice_id", "")?;
    let external_id = call.text("paym_ext_id", call.mark)?;
    let skip_lookup = call.flag("skip_lookup_account", false)?;
    let id = state.find(&selector, call.reach(&selector, skip_lookup), call.now)?;
    let unknown_balance = || Failure::validation("balance_name");
    let before = state
        .account(id)
        .balances
        .iter()
        .find(|balance| balance.name == balance_name)
        .map(|balance| balance.value)
        .ok_or_else(unknown_balance)?;
    let after = before
        .checked_add(amount)
        .ok_or_else(|| Failure::validation("amount"))?;

    let payment_id = state.take_id(Sequence::Payment);
    let account = state.account_mut(id);
    for balance in &mut account.balances {
        if balance.name == balance_name {
            balance.value = after;
        }
    }
    account.payments.push(Payment {
        id: payment_id,
        external_id: external_id.clone(),
        amount,
        balance_name: balance_name.clone(),
        effective_at: call.now,
    });
    let mut response = call.response();
    call.name_zone(&mut response);
    for (name, value) in [
        ("result", json!("successful")),
        ("payment_id", json!(payment_id)),
        ("payment_distrib_mode", json!("partial")),
        ("paym_ext_id", json!(external_id)),
        ("invoice_id", json!(invoice_id)),
        ("channel", json!(channel)),
        ("balance_name", json!(balance_name)),
        ("balance_before", number(before)),
        ("balance_after", number(after)),
        ("amount", number(amount)),
        ("acc_id", json!(id)),
    ] {
        response.insert(name.to_owned(), value);
    }
    Ok(Answer::new(response))
}

/// `GetAccountPayments`.
pub(super) fn get_account_payments(state: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    call.require_selector()?;
    let selector = call.selector()?;
    let skip_lookup = call.flag("skip_lookup_account", false)?;
    let payment_id = call.number("payment_id")?;
    let external_id = call.text("payment_external_id", "")?;
    let from = call.filter_date("from_date")?;
    let to = call.filter_date("to_date")?;
    let id = state.find(&selector, call.reach(&selector, skip_lookup), call.now)?;
    let account = state.account(id);
    let payments: Value = account
        .payments
        .iter()
        .filter(|payment| payment_id.is_none_or(|wanted| payment.id == wanted))
        .filter(|payment| external_id.is_empty() || payment.external_id == external_id)
        .filter(|payment| from.is_none_or(|from| payment.effective_at >= from))
        .filter(|payment| to.is_none_or(|to| payment.effective_at <= to))
        .map(|payment| present_payment(account, payment))
        .collect();
    let mut response = call.response();
    account.echo(&mut response);
    call.name_zone(&mut response);
    response.insert("skip_lookup_account".to_owned(), skip_lookup.into());
    for name in ["payment_id", "payment_external_id", "from_date", "to_date"] {
        let filter = call.body.get(name).cloned().unwrap_or_else(|| json!(""));
        response.insert(name.to_owned(), filter);
    }
    response.insert("payments".to_owned(), payments);
    Ok(Answer::new(response))
}

fn present_balance(balance: &Balance) -> Value {
    json!({
        "balance_id": balance.id,
        "balance_name": balance.name,
        "balance_total": {"value": number(balance.value)},
    })
}

/// What target and source are is nowhere said; the account and nothing are
/// assumed. The amount is a string.
fn present_payment(account: &Account, payment: &Payment) -> Value {
    json!({
        "payment_id": payment.id,
        "paym_target_id": account.id,
        "paym_source_id": "",
        "paym_external_id": payment.external_id,
        "paym_amt": format!("{:.2}", payment.amount),
        "effective_date": stamp::local(payment.effective_at),
        "balance_name": payment.balance_name,
    })
}

/// An amount, sent as a number or as its text.
fn decimal(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    let amount: Decimal = text.parse().ok()?;
    Some(amount.round_dp(AMOUNT_DECIMALS))
}

/// An amount as a JSON number, whole where it is whole.
fn number(amount: Decimal) -> Value {
    if amount.is_integer() {
        amount.to_i64().into()
    } else {
        amount.to_f64().into()
    }
}
