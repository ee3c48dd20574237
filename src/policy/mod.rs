//! Guards between plan and apply: limits, protection, freeze windows and rules.
//! Pure: time and the rest of it are handed in, and the same inputs give the
//! same rulings.

mod allowance;
mod compare;
mod count;
mod expression;
mod freeze;
mod judge;
mod protect;
mod read;
mod rule;
mod schema;
mod spec;

pub use allowance::{Allowance, AllowanceError};
pub use judge::{Moment, Policies, judge};
pub use read::check;
pub use schema::kinds;

use crate::model::Kind;

/// The kind of manifest that holds guards and rules.
pub const KIND: Kind = "Policy";

/// The kinds of manifests that this stage reads.
pub const KINDS: &[Kind] = &[KIND];

#[cfg(test)]
mod tests;
