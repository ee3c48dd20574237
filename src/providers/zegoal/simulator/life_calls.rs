//! `SetLC` and `ApplyLCTemplate`.

use serde_json::Value;

use super::{
    call::{Answer, Call},
    failure::Failure,
    lifecycle::{self, Clean},
    stamp,
    state::{Reach, State, TERMINATED},
};

/// `SetLC`. It sees terminated accounts, but moves them only by force.
pub(super) fn set_lc(state: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    // The page calls the id mandatory and code and name conditional; taking
    // the first word at its strictest keeps clients on the safe side.
    call.require(&["account_id", "lc_status"])?;
    let selector = call.selector()?;
    let status = call.text("lc_status", "")?;
    let clean = call.flag("clean", false)?;
    let force = call.flag("force_lc_change", false)?;
    call.text("reason", "")?;
    let offset = call.text("offset", "")?;
    let from = match call.date("lc_valid_from")? {
        Some(from) => from,
        None if offset.is_empty() => call.now,
        None => {
            let days =
                stamp::parse_offset_days(&offset).ok_or_else(|| Failure::validation("offset"))?;
            stamp::days_later(call.now, days.into())
        }
    };
    if !lifecycle::STATES.contains(&status.as_str()) {
        return Err(Failure::validation("lc_status"));
    }
    let id = state.find(&selector, Reach::Any, call.now)?;
    let account = state.account_mut(id);
    if account.current_state(call.now) == TERMINATED && !force {
        return Err(Failure::terminated());
    }
    let stays = account.current_state(call.now) == status;
    let clean = match (clean, call.knobs.get("lc_clean")) {
        (false, _) => Clean::Nothing,
        (true, "only_when_moving") if stays => Clean::Nothing,
        (true, "drop_all") => Clean::All,
        (true, _) => Clean::Coming,
    };
    lifecycle::put(&mut account.life_cycle, &status, from, clean, call.now);
    Ok(Answer::new(Value::Bool(true)))
}

/// `ApplyLCTemplate`.
pub(super) fn apply_lc_template(state: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    call.require_selector()?;
    call.require(&["lc_template"])?;
    let selector = call.selector()?;
    let skip_lookup = call.flag("skip_lookup_account", false)?;
    call.text("reason", "")?;
    let name = call.text("lc_template", "")?;
    let template = lifecycle::template(&name).ok_or_else(|| Failure::validation("lc_template"))?;
    let id = state.find(&selector, call.reach(&selector, skip_lookup), call.now)?;
    let account = state.account_mut(id);
    lifecycle::apply(&mut account.life_cycle, template, call.now);

    let mut response = call.response();
    account.echo(&mut response);
    response.insert("lc_template".to_owned(), name.into());
    let rows = lifecycle::present(&account.life_cycle, call.now);
    response.insert("lc".to_owned(), rows);
    Ok(Answer::new(response))
}
