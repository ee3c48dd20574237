//! Stage 2: documents become what is wanted.

mod state;

pub use state::{Desired, End, Origin, ProviderConfig, Resource};
