//! `ModifyPartner` and the smaller writes.

use serde_json::json;

use super::{
    context::{Answer, Context, Outcome},
    details,
    enums::{AUTO_DEPLOYMENT_STATES, LEVELS, STATES},
    input::Input,
    locations, movement, names,
    partner::Partner,
    refusal::Refusal,
    scatter, states,
};

/// `ModifyPartner`: changes what is given and nothing else, or nothing at all
/// when any part of it is refused.
pub(super) fn modify_partner(context: &mut Context<'_>) -> Answer {
    let knobs = context.knobs;
    let info = context
        .params
        .group("partnerInfo")?
        .ok_or_else(|| Refusal::bad_params("partnerInfo"))?;
    let force = context
        .params
        .boolean("forceRemoveCustomColumnValuesInOldScope")?
        .unwrap_or(false);
    let before = context.visible(info.id("Id")?)?.clone();
    let mut after = before.clone();
    let lost_values = relocate(context, &mut after, info)?;
    if !lost_values.is_empty() && !force {
        return Err(Refusal::custom_column_values());
    }
    rename(context, &mut after, &before, info)?;
    if let Some(state) = info.one_of("State", STATES)? {
        states::check_move(&before.state, state, knobs)?;
        if state != before.state {
            states::check_parent(state, parent_state(context, &after), knobs)?;
            states::enter(&mut after, state, knobs, context.now);
        }
    }
    details::merge(&mut after, info, knobs)?;
    let parent_location_id = context
        .state
        .partners
        .get(&after.parent_id)
        .map_or(after.location_id, |parent| parent.location_id);
    locations::settle(&mut after, Some(&before), info, parent_location_id, knobs)?;
    if after != before {
        context.state.put(after, context.now);
    }
    movement::drop_values(context.state, &lost_values, context.now);
    Ok(Outcome::Void)
}

/// Takes over a new parent and level, and tells which values of custom columns
/// that would lose.
fn relocate(
    context: &Context<'_>,
    after: &mut Partner,
    info: Input<'_>,
) -> Result<Vec<movement::LostValue>, Refusal> {
    let parent_id = info.integer("ParentId")?.unwrap_or(after.parent_id);
    let level = info.one_of("Level", LEVELS)?;
    let level = level.map_or_else(|| after.level.clone(), ToOwned::to_owned);
    let moves = parent_id != after.parent_id;
    if moves {
        let parent = context.visible(parent_id)?;
        movement::check_circle(context.state, after.id, parent_id)?;
        states::check_parent(&after.state, &parent.state, context.knobs)?;
    }
    if moves || level != after.level {
        movement::check_levels(context, after.id, &level, parent_id)?;
    }
    after.parent_id = parent_id;
    after.level = level;
    if moves {
        Ok(movement::lost_values(context.state, after.id, parent_id))
    } else {
        Ok(Vec::new())
    }
}

fn rename(
    context: &Context<'_>,
    after: &mut Partner,
    before: &Partner,
    info: Input<'_>,
) -> Result<(), Refusal> {
    match info.text("Name")? {
        Some("") if context.knobs.is("empty_name", "refused") => {
            return Err(Refusal::invalid("Name of the partner must not be empty."));
        }
        None | Some("") => {}
        Some(name) => name.clone_into(&mut after.name),
    }
    if after.name != before.name || after.parent_id != before.parent_id {
        names::check(context.state, after, context.knobs)?;
    }
    Ok(())
}

fn parent_state<'a>(context: &'a Context<'_>, partner: &Partner) -> &'a str {
    context
        .state
        .partners
        .get(&partner.parent_id)
        .map_or("InProduction", |parent| parent.state.as_str())
}

/// `SetAdvancedPartnerProperties`.
pub(super) fn set_advanced_partner_properties(context: &mut Context<'_>) -> Answer {
    let mut partner = context.visible_param("partnerId")?.clone();
    let properties = context
        .params
        .group("advancedPartnerPropertiesInfo")?
        .ok_or_else(|| Refusal::bad_params("advancedPartnerPropertiesInfo"))?;
    details::merge_advanced(&mut partner, properties)?;
    context.state.put(partner, context.now);
    Ok(Outcome::Void)
}

/// `ModifyAutoDeploymentPartnerState`.
pub(super) fn modify_auto_deployment(context: &mut Context<'_>) -> Answer {
    let mut partner = context.visible_param("partnerId")?.clone();
    let state = context
        .params
        .one_of("autoDeploymentState", AUTO_DEPLOYMENT_STATES)?
        .ok_or_else(|| Refusal::bad_params("autoDeploymentState"))?;
    state.clone_into(&mut partner.auto_deployment);
    context.state.put(partner, context.now);
    Ok(Outcome::Void)
}

/// `RegeneratePartnerUid`: installers that carry the old one stop to work.
pub(super) fn regenerate_partner_uid(context: &mut Context<'_>) -> Answer {
    let mut partner = context.visible_param("partnerId")?.clone();
    let (id, call) = (partner.id.to_string(), context.state.calls.to_string());
    partner.uid = scatter::uuid(context.state.seed, &["uid", &id, &call]);
    let uid = json!(partner.uid);
    context.state.put(partner, context.now);
    Ok(Outcome::Value(uid))
}
