//! Turns what a manifest says into what stands in a record: names into ids,
//! references into ids, dates into the provider's zone.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::{
    desired::Resource,
    model::{Address, FieldPath, Leaf, Obstacle, RemoteId, Tree, field_map::ValueType},
    provider::{Lookups, codec},
};

/// Something that a manifest says and the provider does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field.
    pub path: FieldPath,
    /// What is wrong with it.
    pub obstacle: Obstacle,
}

/// A desired tree in the provider's terms.
#[derive(Debug, Default)]
pub struct Resolved {
    /// The tree. References to records that are not there yet remain.
    pub tree: Tree,
    /// What could not be resolved.
    pub problems: Vec<Problem>,
}

/// Resolves one resource. `ids` holds the records that exist, by address.
#[must_use]
pub fn resolve(
    resource: &Resource,
    lookups: &Lookups,
    ids: &BTreeMap<Address, RemoteId>,
) -> Resolved {
    let zone = lookups.zone.clone().unwrap_or(TimeZone::UTC);
    let fields = resource.kind.fields();
    let mut resolved = Resolved::default();
    for (path, leaf) in resource.tree.iter() {
        let facts = fields.facts(path.as_str());
        let table = facts.and_then(|facts| facts.lookup);
        let is_date = facts.is_some_and(|facts| facts.value_type == ValueType::DateTime);
        let linked = match (leaf, table) {
            (Leaf::Text(said), Some(table)) => match lookups.resolve(table, said) {
                Ok(id) => Leaf::Text(id),
                Err(_) if resource.from_outside.contains(&path) => {
                    let reason = format!("the value from outside is in no {table} table");
                    let hint = "check the variable or file that it comes from";
                    resolved.problems.push(Problem {
                        path,
                        obstacle: Obstacle::new(reason).hint(hint),
                    });
                    continue;
                }
                Err(obstacle) => {
                    resolved.problems.push(Problem { path, obstacle });
                    continue;
                }
            },
            (Leaf::Text(said), None) if is_date => {
                Leaf::Text(codec::date_time(said, &zone).unwrap_or_else(|| said.clone()))
            }
            (Leaf::Reference(address), _) => match ids.get(address) {
                Some(remote) => Leaf::Text(remote.0.clone()),
                None => leaf.clone(),
            },
            (other, _) => other.clone(),
        };
        resolved.tree.set(path, linked);
    }
    resolved
}
