//! The contract of Acronis: what is sent and believed, against the simulator
//! over real HTTP. `docs/contracts/acronis.md` says which test shows what.

mod bench;
mod copies;
mod doctor;
mod examples;
mod index;
mod knobs;
mod life;
mod lookups;
mod namesakes;
mod readers;
mod requests;
