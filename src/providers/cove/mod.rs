//! N-able Cove: customers ("partners") of the JSON-RPC Management Service.
//!
//! What this API is like, in short:
//!
//! * One URL, one verb, one envelope. Application errors come with status 200
//!   and are told apart by the number in `error.data`; success is a `result`
//!   without an `error`, for methods that return nothing answer `result: null`.
//! * `Login` hands out a *visa*, which travels inside the body of each call,
//!   lasts 15 minutes, and is renewed by every answer.
//! * Customers form a tree below the one that the login belongs to. Ids are
//!   numbers; our key is `ExternalCode`.
//! * `EnumeratePartners` lists the whole subtree in one answer, but with
//!   placeholders; only `GetPartnerInfoById` tells the truth about one
//!   customer.
//! * `ModifyPartner` changes the members that it is given and no others, down to
//!   the leaves of the address. Sets are replaced as a whole.
//! * `AddPartner` is not idempotent and knows no request ids.
//! * The service moves states by itself, writes countries as codes or names as
//!   it likes, and sets some flags as a side effect: see [`settle`] and
//!   [`convert`].
//! * One write at a time; the vendor promises no order between calls.

mod beside;
mod calls;
mod children;
mod convert;
mod countries;
mod diagnose;
mod index;
mod lookups;
mod read;
mod rpc;
mod session;
mod settings;
mod settle;
mod simulator;
mod spec;
mod state;
mod visa;
mod wire;
mod words;
mod write;
mod writes;

#[cfg(test)]
mod scripted;

use std::sync::Arc;

use crate::{
    model::FieldMap,
    provider::{Endpoint, KindDef, ProviderDef, Reader, Starter, Writer},
};

/// Everything that the engine knows of this system.
pub(crate) static PROVIDER: ProviderDef = ProviderDef {
    name: "cove",
    title: "N-able Cove",
    settings: KindDef::settings::<settings::Settings>(),
    base_url: |_| Some(settings::BASE_URL_DEFAULT.to_owned()),
    ids_are_global: true,
    kinds: &KINDS,
    writes: &writes::WRITES,
    starter: Starter {
        provider: include_str!("starter/provider.yaml"),
        records: include_str!("starter/records.yaml"),
    },
    // Public clients write strictly one at a time; reads may be parallel (Cove
    // contract, 11).
    writes_in_flight_max: Some(1),
    reader,
    writer,
    simulate: |seed| simulator::service(seed),
};

static KINDS: [KindDef; 1] =
    [
        KindDef::of::<spec::CovePartner>("externalCode", "name", calls::calls, settle::settle)
            .with_unique_names(),
    ];

fn reader(endpoint: &Endpoint) -> Arc<dyn Reader> {
    Arc::new(read::PartnerReader::new(session::Session::new(endpoint)))
}

fn writer(endpoint: &Endpoint) -> Arc<dyn Writer> {
    Arc::new(write::PartnerWriter::new(session::Session::new(endpoint)))
}

/// The fields of the one kind.
fn fields() -> &'static FieldMap {
    KINDS[0].fields()
}
