//! Stage 7: plans and receipts become text. Pure: nothing is printed here.

pub mod annotation;
mod base;
pub mod doctor;
pub mod drift;
pub mod explain;
pub mod findings;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod json;
pub mod markdown;
pub mod receipt;
mod row;
mod ruling;
pub mod schema;
pub mod status;
mod style;
#[cfg(test)]
mod test_support;
#[cfg(test)]
mod tests_narrow;
pub mod text;

pub use style::Style;
