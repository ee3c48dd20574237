//! The order of levels in the tree.

use crate::simulator::KnobSettings;

use super::{enums::LEVELS, refusal::Refusal};

/// 0 for the highest level.
pub(super) fn rank(level: &str) -> usize {
    LEVELS
        .iter()
        .position(|known| *known == level)
        .unwrap_or(LEVELS.len())
}

/// Whether a customer is one to whom nothing can be sold on.
pub(super) fn is_end(level: &str) -> bool {
    matches!(level, "EndCustomer" | "Site")
}

/// A child must be lower than its parent; levels may be skipped.
pub(super) fn check(child: &str, parent: &str, knobs: &KnobSettings) -> Result<(), Refusal> {
    let (child, parent) = (rank(child), rank(parent));
    let fits = child > parent || (child == parent && knobs.is("level_rule", "equal_allowed"));
    if fits {
        Ok(())
    } else {
        Err(Refusal::invalid(
            "Level of the partner must be lower than the level of its parent.",
        ))
    }
}
