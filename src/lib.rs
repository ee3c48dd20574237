//! `trueup` brings customer, billing and account records in several billing
//! systems in line with YAML manifests kept in git.

pub mod providers;
pub mod simulator;
