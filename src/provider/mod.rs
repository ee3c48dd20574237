//! The seam between the stages and the providers: descriptors and traits. No
//! provider is named here.

mod access;
mod call;
pub mod codec;
mod failure;
pub mod iban;
mod kind;
mod lookup;
mod masked;
mod record;

pub use access::{Diagnosis, Endpoint, Health, LOOK_DELAYS, Performed, Reader, Writer};
pub use call::{Call, Job, Repeat, WriteDef};
pub use failure::Failure;
pub use kind::{Action, Complaint, Complaints, Intent, KindDef, Refusal, Settling, Spec};
pub use lookup::{Choice, Lookups, Table};
pub use masked::{masked_reader, masked_writer};
pub use record::{Completeness, Index, IndexRow, Raw, Record, Wanted};

pub use crate::http::{Effect, FailureKind};

use std::sync::Arc;

use crate::{model::Tree, simulator};

/// The manifests that `trueup init` writes for a billing system. Each file
/// names the schema in its first line, from where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Starter {
    /// The `Provider`, with its credentials from the environment; it stands two
    /// folders below the root.
    pub provider: &'static str,
    /// One record of each kind, with no more than a create needs; they stand one
    /// folder below the root.
    pub records: &'static str,
}

/// One billing system that `trueup` knows.
pub struct ProviderDef {
    /// The name under `spec` of a `Provider` manifest.
    pub name: &'static str,
    /// The name in sentences.
    pub title: &'static str,
    /// What a `Provider` manifest says of it: base URL, credentials and so on.
    pub settings: KindDef,
    /// Where it is when the settings give no `baseUrl`; nothing where they have to.
    pub base_url: fn(settings: &Tree) -> Option<String>,
    /// Whether a record has the same id in whichever account it is seen, so that
    /// an account and one below it can be told to show the same record.
    pub ids_are_global: bool,
    /// The kinds of manifest that it serves.
    pub kinds: &'static [KindDef],
    /// Every call that its kinds may make, with the class of each.
    pub writes: &'static [WriteDef],
    /// The manifests that a new repository starts with.
    pub starter: Starter,
    /// How many writes may be in flight at once; `None` leaves it to the limits
    /// of the `Provider` manifest.
    pub writes_in_flight_max: Option<usize>,
    /// Opens the half that reads. Sends nothing yet.
    pub reader: fn(&Endpoint) -> Arc<dyn Reader>,
    /// Opens the half that writes. Sends nothing yet. Only `apply` calls it.
    pub writer: fn(&Endpoint) -> Arc<dyn Writer>,
    /// Makes its simulator, filled with the fixtures of that seed.
    pub simulate: fn(seed: u64) -> Box<dyn simulator::Service>,
}
