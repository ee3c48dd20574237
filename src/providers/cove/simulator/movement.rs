//! What a move to another parent, or to another level, must not break.

use super::{context::Context, levels, refusal::Refusal, state::State};

/// A value of a custom column that a move takes out of the column's reach.
pub(super) struct LostValue {
    partner_id: i64,
    column_id: i64,
}

/// A customer cannot come to lie below itself.
pub(super) fn check_circle(state: &State, id: i64, parent_id: i64) -> Result<(), Refusal> {
    if state.is_within(id, parent_id) {
        Err(Refusal::invalid(
            "Partner can&apos;t be moved below itself.",
        ))
    } else {
        Ok(())
    }
}

/// The level must fit between the parent's and those of the children.
pub(super) fn check_levels(
    context: &Context<'_>,
    id: i64,
    level: &str,
    parent_id: i64,
) -> Result<(), Refusal> {
    let partners = &context.state.partners;
    if let Some(parent) = partners.get(&parent_id) {
        levels::check(level, &parent.level, context.knobs)?;
    }
    partners
        .values()
        .filter(|child| child.parent_id == id)
        .try_for_each(|child| levels::check(&child.level, level, context.knobs))
}

/// The values that the customer and those below it would lose under the new
/// parent: a column reaches its owner and all below that.
pub(super) fn lost_values(state: &State, id: i64, parent_id: i64) -> Vec<LostValue> {
    let mut moved = state.descendants(id);
    moved.push(id);
    let above = state.ancestors(parent_id);
    let reaches = |column_id: &i64| {
        state
            .custom_columns
            .get(column_id)
            .is_some_and(|owner| above.contains(owner) || moved.contains(owner))
    };
    let mut lost = Vec::new();
    for partner in moved.iter().filter_map(|id| state.partners.get(id)) {
        let columns = partner.custom_column_values.keys();
        lost.extend(
            columns
                .filter(|column| !reaches(column))
                .map(|column| LostValue {
                    partner_id: partner.id,
                    column_id: *column,
                }),
        );
    }
    lost
}

/// Removes the values that a forced move has lost.
pub(super) fn drop_values(state: &mut State, lost: &[LostValue], now: i64) {
    for value in lost {
        if let Some(mut partner) = state.partners.get(&value.partner_id).cloned() {
            partner.custom_column_values.remove(&value.column_id);
            state.put(partner, now);
        }
    }
}
