//! `trueup` brings customer, billing and account records in several billing
//! systems in line with YAML manifests kept in git.
//!
//! ```text
//! text ─► manifest ─► desired ─┐
//!                              ├─► diff ─► plan ─► apply ─► report
//! providers ─► observed ───────┘
//! ```
//!
//! The modules are listed in that order, after the vocabulary and the seam to
//! the providers. This is the library of one program; its interface changes
//! with the program.

pub mod file;
pub mod model;

pub mod http;
pub mod simulator;

pub mod provider;
pub mod providers;

pub mod manifest;

pub mod desired;

pub mod observed;

pub mod diff;

pub mod plan;

pub mod policy;

pub mod saved;

pub mod apply;
pub mod journal;
pub mod receipt;

pub mod import;

pub mod report;

pub mod starter;

mod cli;
pub mod exit;

pub use cli::run;
