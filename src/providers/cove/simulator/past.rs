//! What was: removed customers, and what a customer used to look like.

use serde_json::{Value, json};

use super::{
    context::{Answer, Context, Outcome},
    refusal::Refusal,
    shapes::{self, Fields},
};

/// `EnumerateRemovedPartners`: those that once lay below the parent.
pub(super) fn enumerate_removed_partners(context: &mut Context<'_>) -> Answer {
    let parent_id = context.visible_param("parentPartnerId")?.id;
    let from = context.params.integer("startTime")?.unwrap_or(i64::MIN);
    let until = context.params.integer("endTime")?.unwrap_or(i64::MAX);
    let rows = context
        .state
        .removed
        .values()
        .filter(|removed| removed.ancestors.contains(&parent_id))
        .filter(|removed| (from..=until).contains(&removed.at))
        .map(|removed| {
            json!({
                "Info": shapes::by_id(&removed.partner, context.knobs),
                "RemovalTimestamp": removed.at,
            })
        })
        .collect();
    context.list(rows)
}

/// `GetPartnerInfoHistory`: pairs of what it was and since when, oldest
/// first; also for removed customers.
pub(super) fn get_partner_info_history(context: &mut Context<'_>) -> Answer {
    let id = context.params.id("partnerId")?;
    match context.state.removed.get(&id) {
        None => {
            context.visible(id)?;
        }
        Some(removed) if removed.ancestors.contains(&context.scope) => {}
        Some(_) => return Err(Refusal::security()),
    }
    let fields = Fields::read(context.params, context.knobs)?;
    let rows = context
        .state
        .history
        .get(&id)
        .map_or(&[][..], Vec::as_slice);
    let pairs: Vec<Value> = rows
        .iter()
        .map(|row| {
            let info = shapes::listed(&row.partner, context.knobs, &fields);
            json!([info, { "Timestamp": row.at }])
        })
        .collect();
    Ok(Outcome::Value(json!(pairs)))
}
