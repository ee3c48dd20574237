//! `AddPartner` and `AddPartnerEx`.

use serde_json::{Map, json};

use super::{
    context::{Answer, Context, Outcome},
    details,
    enums::{LEVELS, STATES},
    input::Input,
    levels, locations, names,
    partner::Partner,
    refusal::Refusal,
    scatter, states,
};

/// `AddPartner`.
pub(super) fn add_partner(context: &mut Context<'_>) -> Answer {
    let id = create(context)?;
    Ok(Outcome::Value(json!(id)))
}

/// `AddPartnerEx`: the same with an OUT parameter.
pub(super) fn add_partner_ex(context: &mut Context<'_>) -> Answer {
    let id = create(context)?;
    let mut members = Map::new();
    members.insert("result".to_owned(), json!(id));
    members.insert("resetPasswordUrl".to_owned(), json!(""));
    Ok(Outcome::WithOut(members))
}

/// Checks everything first, so that a refused call leaves no trace and takes
/// no id.
fn create(context: &mut Context<'_>) -> Result<i64, Refusal> {
    let knobs = context.knobs;
    let default_account = context.params.boolean("createDefaultAccount")?;
    if default_account.is_none() && knobs.is("require_create_default_account", "yes") {
        return Err(Refusal::bad_params("createDefaultAccount"));
    }
    let info = context
        .params
        .group("partnerInfo")?
        .ok_or_else(|| Refusal::bad_params("partnerInfo"))?;
    let parent = context.visible(info.id("ParentId")?)?.clone();
    let mut partner = begin(context, info, &parent)?;
    levels::check(&partner.level, &parent.level, knobs)?;
    names::check(context.state, &partner, knobs)?;
    states::check_parent(&partner.state, &parent.state, knobs)?;
    details::store_flags(&mut partner, &[], knobs);
    details::merge(&mut partner, info, knobs)?;
    locations::settle(&mut partner, None, info, parent.location_id, knobs)?;
    states::start_trial_clock(&mut partner, context.now);
    // The account is a device; it keeps the customer from being removed.
    partner.devices_count = u32::from(default_account == Some(true));
    let id = partner.id;
    context.state.next_partner_id += 1;
    context.state.put(partner, context.now);
    Ok(id)
}

/// The new customer with all that must be there and all that is made up for
/// it.
fn begin(context: &Context<'_>, info: Input<'_>, parent: &Partner) -> Result<Partner, Refusal> {
    let id = context.state.next_partner_id;
    let name = info.text("Name")?.filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| Refusal::invalid("Name of the partner must not be empty."))?;
    let level = info.one_of("Level", LEVELS)?;
    let level = level.ok_or_else(|| Refusal::invalid("Level of the partner must be given."))?;
    let default_state = context.knobs.get("default_state");
    let state = info.one_of("State", STATES)?.unwrap_or(default_state);
    let service_type = match context.knobs.get("default_service_type") {
        "all_inclusive" => "AllInclusive".to_owned(),
        _ => parent.service_type.clone(),
    };
    let made_up = |what| scatter::uuid(context.state.seed, &[what, &id.to_string()]);
    Ok(Partner {
        parent_id: parent.id,
        name: name.to_owned(),
        level: level.to_owned(),
        state: state.to_owned(),
        service_type,
        creation_time: context.now,
        uid: made_up("uid"),
        guid: made_up("guid"),
        ..Partner::blank(id)
    })
}
