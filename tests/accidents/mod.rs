//! What happened to users of other tools must not happen here. Each test bears
//! the name of the project and the number of the report that tells of it.

mod answers;
mod lists;
mod values;
