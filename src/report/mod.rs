//! Stage 7: plans and receipts become text. Pure: nothing is printed here.

pub mod doctor;
pub mod drift;
pub mod explain;
pub mod findings;
pub mod json;
pub mod receipt;
mod style;
pub mod text;

pub use style::Style;
