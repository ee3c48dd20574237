//! The visa that each answer hands out and each call must show.

use crate::simulator::KnobSettings;

use super::{
    refusal::Refusal,
    scatter,
    state::{State, User},
};

/// How long a visa is valid, counted from its issue.
pub(super) const LIFETIME_SECONDS: i64 = 15 * 60;

/// A new visa for a user: customer, user, role, time of issue and signature,
/// joined by hyphens as at the real service.
pub(super) fn issue(state: &mut State, user: &User, now: i64) -> String {
    state.visas += 1;
    let (partner, id, role) = (user.partner_id, user.id, user.role_id);
    let body = format!("{partner}-{id}-{role}-{now}-{:08X}", state.visas);
    let signature = scatter::signature(state.seed, &["visa", &body]);
    body + &signature
}

/// The user whom a visa names, if it is genuine, young enough and unspent.
/// Older visas than the newest one are as good, unless `single_use_visa` says
/// otherwise.
pub(super) fn accept(
    state: &mut State,
    visa: Option<&str>,
    knobs: &KnobSettings,
    now: i64,
) -> Result<User, Refusal> {
    let visa = visa.ok_or_else(Refusal::visa)?;
    let (user, issued) = read(state, visa).ok_or_else(Refusal::visa)?;
    if now >= issued + LIFETIME_SECONDS {
        return Err(Refusal::visa());
    }
    if knobs.is("single_use_visa", "yes") {
        state
            .spent_visas
            .retain(|_, issued| now < *issued + LIFETIME_SECONDS);
        if state.spent_visas.insert(visa.to_owned(), issued).is_some() {
            return Err(Refusal::visa());
        }
    }
    Ok(user)
}

/// The user and the time of issue of a genuine visa.
fn read(state: &State, visa: &str) -> Option<(User, i64)> {
    /// Eight digits of the running number, before the signature.
    const NUMBER_DIGITS: usize = 8;
    let mut parts = visa.split('-');
    let partner_id: i64 = parts.next()?.parse().ok()?;
    let user_id: i64 = parts.next()?.parse().ok()?;
    let _role = parts.next()?;
    let issued: i64 = parts.next()?.parse().ok()?;
    let last = parts.next()?;
    let signature = last.get(NUMBER_DIGITS..)?;
    let body = visa.strip_suffix(signature)?;
    if signature.is_empty() || scatter::signature(state.seed, &["visa", body]) != signature {
        return None;
    }
    let user = state
        .users
        .iter()
        .find(|user| user.id == user_id && user.partner_id == partner_id)?;
    Some((user.clone(), issued))
}
