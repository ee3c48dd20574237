//! A fourth provider, for tests only: it shows that a provider costs one
//! folder, and the engine is tested through it.
//!
//! The toy is the plainest billing system there can be. One JSON resource is
//! listed, read, created, patched and deleted; a page of the list says how many
//! records there are in all. It has what makes the engine work hard: a key that
//! the server does not keep unique, a sub-resource with a call of its own, a
//! look-up table with two entries of one name, dates with an offset, a value
//! that the server rewrites, and records that are kept after their end.
//!
//! It uses nothing but the public API of the crate.

mod calls;
pub(crate) mod desired;
mod read;
mod session;
pub(crate) mod simulator;
pub(crate) mod spec;
mod write;

use std::sync::Arc;

use trueup::provider::{KindDef, ProviderDef, Starter};

/// The toy.
pub(crate) static PROVIDER: ProviderDef = ProviderDef {
    name: "toy",
    title: "Toy",
    settings: KindDef::settings::<session::Settings>(),
    base_url: |_| None,
    ids_are_global: true,
    kinds: &KINDS,
    writes: &calls::WRITES,
    starter: Starter {
        provider: "",
        records: "",
    },
    writes_in_flight_max: None,
    reader: |endpoint| Arc::new(read::ToyReader::open(endpoint)),
    writer: |endpoint| Arc::new(write::ToyWriter::open(endpoint)),
    simulate: |_| Box::new(simulator::Toy::default()),
};

static KINDS: [KindDef; 1] = [KindDef::of::<spec::ToyCustomer>(
    "code",
    "name",
    calls::calls,
    calls::settle,
)];

/// The one kind.
pub(crate) fn kind() -> &'static KindDef {
    &KINDS[0]
}
