//! Manifests out of what providers have: records become drafts, drafts become
//! text, and the text is proved to plan to no change. Pure: who calls it reads
//! and writes.

mod draft;
mod edit;
mod name;
mod prove;
mod render;
mod scalar;
mod value;
mod variable;

pub use draft::{Batch, Draft, Extent, Note};
pub use edit::{Edited, Leftover, Update, update};
pub use prove::{Ground, used_variables};
pub use render::{Written, env_file, modeline, render, stream, variables};
pub use value::{Known, Value};
pub use variable::Variables;
