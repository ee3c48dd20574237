//! Laws that hold for every kind of every provider. A provider that registers
//! is covered at once.

mod canonical;
pub(crate) mod converge;
mod import;
mod outside;
pub(crate) mod samples;
mod schema;
mod secrecy;
