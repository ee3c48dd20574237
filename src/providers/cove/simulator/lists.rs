//! The flat lists of customers.

use serde_json::Value;

use super::{
    context::{Answer, Context, Outcome},
    shapes::{self, Fields},
};

/// `EnumeratePartners`: the descendants, or only the children, in one answer
/// without pages. The parent itself is never in it.
pub(super) fn enumerate_partners(context: &mut Context<'_>) -> Answer {
    let parent_id = context.visible_param("parentPartnerId")?.id;
    let recursive = context.params.boolean("fetchRecursively")?.unwrap_or(false);
    let fields = Fields::read(context.params, context.knobs)?;
    let ids = if recursive {
        context.state.descendants(parent_id)
    } else {
        context
            .state
            .children()
            .remove(&parent_id)
            .unwrap_or_default()
    };
    let omits_sites = recursive && context.knobs.is("tree_shape", "omits_sites");
    let rows = ids
        .iter()
        .filter_map(|id| context.state.partners.get(id))
        .filter(|partner| !(omits_sites && partner.level == "Site"))
        .map(|partner| shapes::listed(partner, context.knobs, &fields))
        .collect();
    context.list(rows)
}

/// `EnumerateAncestorPartners`: the customer itself first, then upwards, as
/// far as the caller may see.
pub(super) fn enumerate_ancestors(context: &mut Context<'_>) -> Answer {
    let id = context.visible_param("partnerId")?.id;
    let ancestors = context.state.ancestors(id);
    let visible = ancestors
        .iter()
        .position(|id| *id == context.scope)
        .map_or(0, |index| index + 1);
    let rows = ancestors[..visible]
        .iter()
        .filter_map(|id| context.state.partners.get(id))
        .map(|partner| shapes::by_id(partner, context.knobs))
        .collect();
    Ok(Outcome::Value(Value::Array(rows)))
}
