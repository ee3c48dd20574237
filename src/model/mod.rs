//! The vocabulary that all stages share. Pure: no I/O, no clock, no async, and
//! nothing imported from the rest of the crate.

pub mod digest;
pub mod escape;
pub mod field;
pub mod field_map;
pub mod finding;
pub mod fingerprint;
mod folded;
pub mod hidden;
pub mod id;
pub mod intern;
pub mod leaf;
pub mod limit;
pub mod obstacle;
pub mod path;
pub mod printable;
pub mod sensitive;
pub mod shown;
pub mod source;
pub mod stored;
pub mod words;

pub use digest::Digest;
pub use field_map::{Facts, FieldMap, FieldPath};
pub use finding::{Finding, Severity};
pub use fingerprint::{Fingerprint, FingerprintKey, Mark};
pub use hidden::HiddenValues;
pub use id::{Address, Kind, ProviderName, RemoteId};
pub use leaf::{Leaf, Tree};
pub use obstacle::Obstacle;
pub use printable::printable;
pub use sensitive::Sensitive;
pub use shown::Shown;
pub use source::{Place, Source};
