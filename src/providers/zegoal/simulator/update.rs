//! `UpdateAccount`: changes those attributes of `basic`, `billing` and
//! `bank_info` that were sent, and answers no others.

use super::{
    call::{Answer, Call},
    create,
    failure::Failure,
    fields::{self, Field},
    lifecycle::{self, Clean},
    notifications,
    state::{Attributes, Reach, Selector, State},
};

/// `UpdateAccount`.
pub(super) fn update_account(state: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    call.require(&["account_id"])?;
    // Code and name in `basic` are new values, so nothing but the id selects.
    let selector = Selector {
        id: call.number("account_id")?,
        ..Selector::default()
    };
    let mut basic = read(call, "basic", basic_fields())?;
    let billing = read(call, "billing", fields::BILLING.iter())?;
    let bank_info = read(call, "bank_info", fields::BANK_INFO.iter())?;
    check_basic(&basic)?;
    fields::check("billing", &billing, &fields::BILLING)?;
    let id = state.find(&selector, Reach::Living, call.now)?;
    let parent_id = basic.get("parent_id").and_then(fields::number);
    check_parent(state, id, parent_id, call)?;
    check_unique(state, id, &basic)?;

    let account = state.account_mut(id);
    move_state(account.life_cycle.as_mut(), &basic, call);
    let mut stored = basic.clone();
    stored.remove("lc_state");
    stored.remove("lc_from");
    let touches_notifications = notifications::NAMES
        .iter()
        .any(|name| stored.contains_key(*name));
    account.basic.extend(stored);
    if touches_notifications {
        notifications::replace_empty(call, &mut account.basic);
    }
    account.billing.extend(billing.clone());
    account.bank_info.extend(bank_info.clone());

    let mut response = call.response();
    account.echo(&mut response);
    call.name_zone(&mut response);
    if let (Some(sent), Some(stored)) = (
        basic.get_mut("noti_user_id"),
        account.basic.get("noti_user_id"),
    ) {
        sent.clone_from(stored);
    }
    basic.insert("account_id".to_owned(), id.into());
    for (name, section) in [
        ("basic", basic),
        ("billing", billing),
        ("bank_info", bank_info),
    ] {
        if call.body.contains_key(name) {
            response.insert(name.to_owned(), section.into());
        }
    }
    Ok(Answer::new(response))
}

fn basic_fields() -> impl Iterator<Item = &'static Field> {
    fields::BASIC.iter().chain(&fields::BASIC_UNDOCUMENTED)
}

fn read<'a>(
    call: &Call<'_>,
    section: &str,
    fields: impl Iterator<Item = &'a Field>,
) -> Result<Attributes, Failure> {
    fields::read(section, &call.section(section)?, fields, call.now)
}

fn check_basic(basic: &Attributes) -> Result<(), Failure> {
    // Clearing what names the account is refused; that is assumed.
    for name in ["account_code", "account_name"] {
        if basic.get(name).is_some_and(|value| value == "") {
            return Err(Failure::validation(&format!("basic.{name}")));
        }
    }
    fields::check("basic", basic, basic_fields())
}

fn check_parent(
    state: &State,
    id: u64,
    parent_id: Option<u64>,
    call: &Call<'_>,
) -> Result<(), Failure> {
    create::check_parent(state, parent_id, call.now)?;
    let mut ancestor = parent_id.unwrap_or_default();
    // An account below itself would make every walk up the tree endless.
    for _ in 0..=state.accounts.len() {
        if ancestor == 0 {
            return Ok(());
        }
        if ancestor == id {
            break;
        }
        ancestor = state
            .accounts
            .get(&ancestor)
            .and_then(|account| account.basic.get("parent_id"))
            .and_then(fields::number)
            .unwrap_or_default();
    }
    Err(Failure::validation("basic.parent_id"))
}

fn check_unique(state: &State, id: u64, basic: &Attributes) -> Result<(), Failure> {
    let account = state.account(id);
    let wanted = |name| {
        let sent = basic.get(name).and_then(serde_json::Value::as_str);
        sent.unwrap_or(account.text(name))
    };
    state.check_unique(wanted("account_code"), wanted("account_name"), Some(id))
}

/// A state that differs from the current one acts as `SetLC` without `clean`;
/// an equal one does nothing, not even to `lc_from`. Both are assumed.
fn move_state(rows: &mut Vec<lifecycle::LifeCycleRow>, basic: &Attributes, call: &Call<'_>) {
    let Some(wanted) = basic.get("lc_state").and_then(serde_json::Value::as_str) else {
        return;
    };
    let current = lifecycle::current(rows, call.now).map(|row| row.status.as_str());
    if current == Some(wanted) {
        return;
    }
    let from = basic
        .get("lc_from")
        .and_then(fields::date)
        .unwrap_or(call.now);
    lifecycle::put(rows, wanted, from, Clean::Nothing, call.now);
}
