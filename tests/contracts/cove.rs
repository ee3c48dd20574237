//! N-able Cove: what its documents say of customers, held against the client
//! and the simulator. `docs/contracts/cove.md` lists which test shows what.

mod answers;
mod bench;
mod errors;
mod readers;
mod requests;
mod schema;
mod writers;
