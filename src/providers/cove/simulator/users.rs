//! Users: who may log in, and how they look on the wire.

use serde_json::{Value, json};

use super::{
    context::{Answer, Context},
    input::Input,
    refusal::Refusal,
    shapes,
    state::{State, User},
};

/// `Login`. The customer must be named exactly as it is called now; what of
/// the three is wrong is not told.
pub(super) fn login(state: &mut State, params: Input<'_>, now: i64) -> Result<User, Refusal> {
    let partner = params.text("partner")?;
    let name = params.text("username")?;
    let password = params.text("password")?;
    let partners = &state.partners;
    let user = state
        .users
        .iter_mut()
        .find(|user| {
            let home = partners.get(&user.partner_id);
            home.map(|home| home.name.as_str()) == partner
                && Some(user.name.as_str()) == name
                && Some(user.password.as_str()) == password
        })
        .ok_or_else(Refusal::credentials)?;
    if user.first_login_time == 0 {
        user.first_login_time = now;
    }
    user.last_login_time = now;
    Ok(user.clone())
}

/// `UserInfo`. The password is never told.
pub(super) fn shape(user: &User) -> Value {
    json!({
        "Id": user.id,
        "PartnerId": user.partner_id,
        "Name": user.name,
        "Password": null,
        "RoleId": user.role_id,
        "EmailAddress": user.name,
        "FirstName": "",
        "FullName": user.full_name,
        "Title": "",
        "PhoneNumber": "",
        "ContactPersonId": 0,
        "TwoFactorAuthenticationStatus": "Undefined",
        "Flags": shapes::set(&user.flags),
        "FirstLoginTime": user.first_login_time,
        "LastLoginTime": user.last_login_time,
    })
}

/// `EnumerateUsers`: those of the customers named.
pub(super) fn enumerate(context: &mut Context<'_>) -> Answer {
    let ids = context
        .params
        .integers("partnerIds")?
        .ok_or_else(Refusal::security)?;
    for id in &ids {
        context.visible(*id)?;
    }
    let users = context.state.users.iter();
    let rows = users
        .filter(|user| ids.contains(&user.partner_id))
        .map(shape)
        .collect();
    context.list(rows)
}
