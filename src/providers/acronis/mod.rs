//! Acronis Cyber Protect Cloud: customers and their billing information.
//!
//! A customer is kept in two services behind one token. *Account Management*
//! (`/api/2`) holds the tenant: snake-case JSON, cursors, a version that every
//! update must quote, documented errors. *Advanced Automation*
//! (`/api/advanced-automation/v1`, also called PSA) holds the billing
//! information: Pascal-case JSON, reads by `POST` with a query, page numbers
//! whose page count is always 0, one `PUT` that creates and updates, no version
//! and no documented error. They are tied by `ExternalTenantUUID` alone; every
//! other id differs between them.
//!
//! Three facts shape the code. Creating a tenant makes a customer in Advanced
//! Automation *some time later*, so the writer waits for that before it sends
//! billing information. A `PUT` may replace the whole customer, so every
//! writable field is sent, changed or as read. And a `PUT` that names no `Id`
//! may land on another customer of the same name and overwrite its bank
//! account, so it is sent only after the full list has shown that there is none
//! such, and its answer is checked before anything else is written.
//!
//! Our key is the tenant's `internal_tag`, which the platform never uses.

mod billing_read;
mod billing_write;
mod calls;
mod convert;
mod diagnose;
mod directory;
mod envelope;
mod lookups;
mod namesakes;
mod read;
#[cfg(test)]
mod scripted;
mod session;
mod settings;
mod settle;
mod simulator;
mod spec;
mod tenants;
mod token;
mod wire;
mod write;
mod writes;

use std::sync::Arc;

use crate::provider::{Endpoint, KindDef, ProviderDef, Reader, Starter, Writer};

use self::{
    read::AcronisReader, session::Session, settings::Settings, spec::AcronisCustomer,
    write::AcronisWriter,
};

/// Writes in flight at once. No rate limit is published, and a write of billing
/// information may read the whole customer list before it.
const WRITES_IN_FLIGHT_MAX: usize = 4;

static KINDS: [KindDef; 1] = [KindDef::of::<AcronisCustomer>(
    "tenant.internalTag",
    "tenant.name",
    calls::calls,
    settle::settle,
)
.with_ids(wire::lower)];

/// The provider.
pub(crate) static PROVIDER: ProviderDef = ProviderDef {
    name: "acronis",
    title: "Acronis",
    settings: KindDef::settings::<Settings>(),
    base_url: |_| None,
    ids_are_global: true,
    kinds: &KINDS,
    writes: &writes::WRITES,
    starter: Starter {
        provider: include_str!("starter/provider.yaml"),
        records: include_str!("starter/records.yaml"),
    },
    writes_in_flight_max: Some(WRITES_IN_FLIGHT_MAX),
    reader: open_reader,
    writer: open_writer,
    simulate: |seed| simulator::service(seed),
};

/// The one kind that is served.
fn customer() -> &'static KindDef {
    &KINDS[0]
}

fn open_reader(endpoint: &Endpoint) -> Arc<dyn Reader> {
    Arc::new(AcronisReader::new(Session::new(endpoint)))
}

fn open_writer(endpoint: &Endpoint) -> Arc<dyn Writer> {
    Arc::new(AcronisWriter::new(Session::new(endpoint)))
}
