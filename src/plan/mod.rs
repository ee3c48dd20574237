//! Stage 5: what is to be done. Pure: a function of what is wanted, what is,
//! what was last wanted, and today's date. The same inputs give the same bytes.

mod base;
mod build;
mod cause;
mod change;
mod decision;
mod dependencies;
mod handover;
mod mark;
mod names;
mod order;
mod resolve;
mod ruling;

pub use base::{Base, EndpointChange, ManifestState, PlanBase, Removed};
pub use build::plan;
pub use change::{
    Cause, Change, Counts, FieldChange, ManifestPlace, Marks, Plan, PlanProvider, PlanUnmanaged,
    Planned, Work,
};
pub use mark::mark;
pub use resolve::{Problem, Resolved, resolve};
pub use ruling::{Effect, PolicyChange, Ruling, RulingKind};
