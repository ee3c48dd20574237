//! `trueup` brings customer, billing and account records in several billing
//! systems in line with YAML manifests kept in git.

pub mod desired;
pub mod http;
pub mod model;
pub mod provider;
pub mod providers;
pub mod simulator;
