//! N-able Cove: what its documents say of customers, held against the client
//! and the simulator. `docs/contracts/cove.md` lists which test shows what.

mod answers;
mod bench;
mod doctor;
mod emptiness;
mod errors;
mod lives;
mod lookups;
mod places;
mod readers;
mod requests;
mod schema;
mod states;
mod writers;
