//! The methods that read one customer or one fact.

use serde_json::json;

use super::{
    context::{Answer, Context, value},
    partner::Partner,
    refusal::{Lookup, Refusal},
    shapes,
};

/// The version that `GetServerInfo` tells; the newest one seen in the field.
const SERVER_VERSION: &str = "25.1";

/// `GetPartnerInfoById`.
pub(super) fn get_partner_info_by_id(context: &mut Context<'_>) -> Answer {
    let partner = context.visible_param("partnerId")?;
    value(shapes::by_id(partner, context.knobs))
}

/// `GetPartnerInfo`: by exact name.
pub(super) fn get_partner_info(context: &mut Context<'_>) -> Answer {
    let name = context
        .params
        .text("name")?
        .ok_or_else(|| Refusal::bad_params("name"))?;
    let partner = find(context, Lookup::Name, |partner| partner.name == name)?;
    value(shapes::by_name(partner, context.knobs))
}

/// `GetPartnerInfoByUid`.
pub(super) fn get_partner_info_by_uid(context: &mut Context<'_>) -> Answer {
    let uid = context
        .params
        .text("partnerUid")?
        .ok_or_else(|| Refusal::bad_params("partnerUid"))?;
    let partner = find(context, Lookup::Id, |partner| partner.uid == uid)?;
    value(shapes::by_uid(partner, context.knobs))
}

/// The one visible customer of which something is true.
fn find<'a>(
    context: &'a Context<'_>,
    lookup: Lookup,
    is_meant: impl Fn(&Partner) -> bool,
) -> Result<&'a Partner, Refusal> {
    let all = context.state.partners.values();
    let meant: Vec<&Partner> = all.filter(|partner| is_meant(partner)).collect();
    if meant.is_empty() {
        return Err(Refusal::partner_not_found(lookup, context.knobs));
    }
    let mut visible = meant
        .into_iter()
        .filter(|partner| context.state.is_within(context.scope, partner.id));
    match (visible.next(), visible.next()) {
        (None, _) => Err(Refusal::security()),
        (Some(partner), None) => Ok(partner),
        (Some(_), Some(_)) => Err(Refusal::multiple_entities()),
    }
}

/// `GetPartnerState`.
pub(super) fn get_partner_state(context: &mut Context<'_>) -> Answer {
    value(json!(context.visible_param("partnerId")?.state))
}

/// `GetAdvancedPartnerProperties`.
pub(super) fn get_advanced_partner_properties(context: &mut Context<'_>) -> Answer {
    value(shapes::advanced(context.visible_param("partnerId")?))
}

/// `GetAutoDeploymentPartnerState`.
pub(super) fn get_auto_deployment(context: &mut Context<'_>) -> Answer {
    value(json!(context.visible_param("partnerId")?.auto_deployment))
}

/// `IsAutoDeploymentAllowedForPartner`.
pub(super) fn is_auto_deployment_allowed(context: &mut Context<'_>) -> Answer {
    let partner = context.visible_param("partnerId")?;
    value(json!(partner.auto_deployment == "Enable"))
}

/// `GetRootPartnerName`: of the topmost customer, which is the vendor's.
pub(super) fn get_root_partner_name(context: &mut Context<'_>) -> Answer {
    let top = context.state.ancestors(context.scope).last().copied();
    let name = top
        .and_then(|id| context.state.partners.get(&id))
        .map_or("", |partner| partner.name.as_str());
    value(json!(name))
}

/// `GetServerInfo`.
pub(super) fn get_server_info(_context: &mut Context<'_>) -> Answer {
    value(json!({ "Version": SERVER_VERSION }))
}
