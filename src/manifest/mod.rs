//! Stage 1: text becomes documents.

pub mod collect;
pub mod document;
pub mod git;
pub mod limits;
pub mod load;
pub mod schema;
mod stored;
pub mod yaml;

#[cfg(test)]
pub(crate) mod toy;
