//! `trueup` brings customer, billing and account records in several billing
//! systems in line with YAML manifests kept in git.

pub mod apply;
pub mod desired;
pub mod diff;
pub mod exit;
pub mod http;
pub mod model;
pub mod observed;
pub mod plan;
pub mod provider;
pub mod providers;
pub mod report;
pub mod simulator;
