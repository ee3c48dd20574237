//! `noti_channel` and `noti_user_id`, which live in two places at once.

use super::{call::Call, failure::Failure, fields, state::Attributes};

/// The two attributes.
pub(super) const NAMES: [&str; 2] = ["noti_channel", "noti_user_id"];

/// The endpoint of a tenant that has one.
pub(super) const END_POINT: &str = "https://org1.zegoal.com/api/billing_notification/";

/// Takes over what `contact` says of the two, where `basic` is silent or the
/// contact wins.
///
/// # Errors
/// `validation failed` for a value of the wrong type.
pub(super) fn merge(
    call: &Call<'_>,
    basic: &mut Attributes,
    contact: &Attributes,
) -> Result<(), Failure> {
    let ours = fields::BASIC
        .iter()
        .filter(|field| NAMES.contains(&field.name));
    let contact_wins = call.knobs.is("noti_wins", "contact");
    for (name, value) in fields::read("contact", contact, ours, call.now)? {
        if contact_wins || !basic.contains_key(&name) {
            basic.insert(name, value);
        }
    }
    Ok(())
}

/// Replaces an empty user id of the channel `tech_noti` by the tenant's
/// endpoint, where the tenant has one (page `api-updateaccount`).
pub(super) fn replace_empty(call: &Call<'_>, basic: &mut Attributes) {
    let has = |name: &str, wanted: &str| basic.get(name).is_some_and(|value| value == wanted);
    if call.knobs.is("notification_end_point", "set")
        && has("noti_channel", "tech_noti")
        && has("noti_user_id", "")
    {
        basic.insert("noti_user_id".to_owned(), END_POINT.into());
    }
}
