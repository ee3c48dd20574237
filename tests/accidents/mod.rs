//! What happened to users of other tools must not happen here. Each test bears
//! the name of the project and the number of the report that tells of it;
//! `docs/accidents.md` lists them all.

mod answers;
mod identity;
mod lists;
mod looking;
mod options;
mod outputs;
mod values;
