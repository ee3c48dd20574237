//! The stages from `observed` to `apply`, over real HTTP, through the toy.

mod absence;
mod base;
mod blocked;
mod converge;
mod ends;
mod family;
mod faults;
mod handover;
mod identity;
mod journal;
mod lost_answers;
mod races;
mod saved;
pub(crate) mod secrets;
mod settling;
mod stale;
mod stopping;
pub(crate) mod world;
