//! Who is whose child.

use std::collections::BTreeMap;

use super::state::State;

/// The deepest tree that can come to be. There are eight levels, but equal
/// ones may nest under one knob; beyond this the parents run in a circle.
const DEPTH_MAX: usize = 10_000;

impl State {
    /// A customer and all above it, upwards.
    pub(super) fn ancestors(&self, id: i64) -> Vec<i64> {
        let mut ancestors = Vec::new();
        let mut next = self.partners.get(&id);
        while let Some(partner) = next {
            ancestors.push(partner.id);
            if ancestors.len() == DEPTH_MAX {
                break;
            }
            next = self.partners.get(&partner.parent_id);
        }
        ancestors
    }

    /// Whether a customer is `root` or lies below it.
    pub(super) fn is_within(&self, root: i64, id: i64) -> bool {
        self.ancestors(id).contains(&root)
    }

    /// The ids of all children, by parent, each list in the order of ids.
    pub(super) fn children(&self) -> BTreeMap<i64, Vec<i64>> {
        let mut children: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for partner in self.partners.values() {
            children
                .entry(partner.parent_id)
                .or_default()
                .push(partner.id);
        }
        children
    }

    /// All below a customer, without itself, in the order of ids.
    pub(super) fn descendants(&self, root: i64) -> Vec<i64> {
        let children = self.children();
        let mut found = Vec::new();
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            let below = children.get(&id).map_or(&[][..], Vec::as_slice);
            found.extend_from_slice(below);
            open.extend_from_slice(below);
        }
        found.sort_unstable();
        found
    }
}

/// Checks that a state read from outside hangs together.
pub(super) fn check(state: &State) -> Result<(), String> {
    for (id, partner) in &state.partners {
        if partner.id != *id {
            return Err(format!("customer {id} is stored with id {}", partner.id));
        }
        let parent = partner.parent_id;
        if parent != 0 && !state.partners.contains_key(&parent) {
            return Err(format!("customer {id} has the unknown parent {parent}"));
        }
        if state.ancestors(*id).len() == DEPTH_MAX {
            return Err(format!("customer {id} is its own ancestor"));
        }
        if *id >= state.next_partner_id {
            return Err(format!("customer {id} has an id that is not yet given out"));
        }
    }
    for user in &state.users {
        if !state.partners.contains_key(&user.partner_id) {
            return Err(format!("user {} belongs to no customer", user.id));
        }
    }
    Ok(())
}
