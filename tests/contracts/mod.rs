//! What the documents of each system say, as tests of the whole path from a
//! manifest to the wire: what is sent, what is understood, and what happens as
//! time passes.

mod acronis;
mod cove;
mod zegoal;
