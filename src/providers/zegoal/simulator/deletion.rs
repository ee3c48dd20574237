//! What the two deleting calls have in common: their request and the errors
//! that pages `api-deleteaccountcontacts` and `api-deleteaccountcontracts`
//! name.

use std::collections::BTreeSet;

use super::{
    call::Call,
    failure::Failure,
    fields,
    state::{Account, State},
};

/// More elements than this in one request are too many. The error is
/// documented, the number is assumed.
const ELEMENTS_MAX: usize = 100;

/// Reads which parts of which account are to go. `noun` is the list's name and
/// the noun of the errors, `id_name` the name of the id in its elements.
///
/// # Errors
/// Those of every call, and the family `no … in the request`, `to many … in
/// the request` (sic), `… not found` and `not all … found`.
pub(super) fn read(
    state: &State,
    call: &Call<'_>,
    noun: &str,
    id_name: &str,
    present: fn(&Account) -> BTreeSet<u64>,
) -> Result<(u64, BTreeSet<u64>), Failure> {
    call.require_selector()?;
    call.require(&[noun])?;
    let list = call.objects(noun)?;
    if list.is_empty() {
        return Err(Failure(format!("no {noun} in the request")));
    }
    let mut ids = BTreeSet::new();
    for element in &list {
        let id = element.get(id_name).and_then(fields::number);
        ids.insert(id.ok_or_else(|| Failure::validation(&format!("{noun}.{id_name}")))?);
    }
    let selector = call.selector()?;
    let skip_lookup = call.flag("skip_lookup_account", false)?;
    if ids.len() < list.len() || list.len() > ELEMENTS_MAX {
        return Err(Failure(format!("to many {noun} in the request")));
    }
    let account_id = state.find(&selector, call.reach(&selector, skip_lookup), call.now)?;
    let found = ids
        .intersection(&present(state.account(account_id)))
        .count();
    if found == 0 {
        return Err(Failure(format!("{noun} not found")));
    }
    if found < ids.len() {
        return Err(Failure(format!("not all {noun} found")));
    }
    Ok((account_id, ids))
}
