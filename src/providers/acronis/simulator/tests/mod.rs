//! Tests through the front door: requests in, status and JSON out.

mod access;
mod bench;
mod customers;
mod dialogue;
mod knobs;
mod lists;
mod lookups;
mod puts;
mod served;
mod state;
mod tenants;
