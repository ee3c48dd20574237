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

use serde_json::{Value, json};

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

impl ProviderDef {
    /// Puts `{ env: NAME }` in the place of each credential, as a manifest has
    /// it, and gives the names with what was there. `name` makes one from the path
    /// of a field.
    pub fn move_credentials(
        &self,
        settings: &mut Value,
        name: impl Fn(&str) -> String,
    ) -> Vec<(String, String)> {
        let mut variables = Vec::new();
        let fields = self.settings.fields().iter();
        for facts in fields.filter(|facts| facts.credential) {
            let path = facts.path.as_str();
            if let Some(secret) = codec::at(settings, path).and_then(codec::as_text) {
                let name = name(path);
                codec::put(settings, path, json!({ "env": name }));
                variables.push((name, secret));
            }
        }
        variables
    }
}
