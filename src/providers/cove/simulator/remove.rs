//! `RemovePartner`.

use super::{
    context::{Answer, Context, Outcome},
    refusal::Refusal,
    state::Removed,
};

/// `RemovePartner`: final, and only for a customer with nothing in it.
pub(super) fn remove_partner(context: &mut Context<'_>) -> Answer {
    let partner = context.visible_param("partnerId")?.clone();
    let id = partner.id;
    if id == context.scope {
        return Err(Refusal::security());
    }
    if partner.devices_count > 0 {
        return Err(Refusal::not_removable("it has devices"));
    }
    let partners = &context.state.partners;
    if partners.values().any(|child| child.parent_id == id) {
        return Err(Refusal::not_removable("it has child partners"));
    }
    let removed = Removed {
        ancestors: context.state.ancestors(id),
        at: context.now,
        partner,
    };
    context.state.partners.remove(&id);
    context.state.removed.insert(id, removed);
    Ok(Outcome::Void)
}
