//! Zegoal, whose billing system True Item calls TI Rate.
//!
//! What this API is like:
//!
//! * Every call is `POST /ti_api/json/<ApiName>` with Basic credentials and the
//!   tenant's name in the body. There is no session, no version and no paging.
//! * The HTTP status says little: errors come as 200 with `status: "error"`, a
//!   code that is always 1 and a text. "Not found" is a text too.
//! * Unknown keys of a request are ignored, so a wrong name loses data in
//!   silence. Only reading back tells whether something was stored.
//! * There is no list: accounts are looked up one by one, by code, name or id.
//!   A terminated account is seen only with `force_lookup`.
//! * The layout of the one read, `GetAccountInfo`, is published without its
//!   answer. So several layouts are understood, and a section that was asked for
//!   and is not there counts as unknown, never as empty.
//! * One account is five records: the account with its billing profile and bank
//!   details, a contract, a contact and an address. Each has its own call, and
//!   the same value has up to three names in them.
//! * The state moves by itself: a new account is in `Trial`, is suspended after
//!   15 days and terminated after 60. Nothing is ever deleted.
//! * Dates are local time of the tenant's zone, without an offset. An answer that
//!   names another zone than the `Provider` manifest is refused.

mod calls;
mod convert;
mod diagnose;
mod envelope;
mod held;
mod life_cycle;
mod lookups;
mod read;
mod request;
mod session;
mod settings;
mod settle;
mod simulator;
mod spec;
mod wire;
mod write;
mod writes;
mod zones;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod quirk_tests;
#[cfg(test)]
mod read_tests;
#[cfg(test)]
mod scripted;
#[cfg(test)]
mod write_tests;

use std::sync::Arc;

use crate::provider::{KindDef, ProviderDef, Starter};

/// The kind of this provider's accounts.
const ACCOUNT: &str = "ZegoalAccount";

static KINDS: [KindDef; 1] = [KindDef::of::<spec::ZegoalAccount>(
    "basic.accountCode",
    "basic.accountName",
    calls::calls,
    settle::settle,
)
.with_unique_names()];

/// The one kind that this provider serves.
fn kind() -> &'static KindDef {
    let [account] = &KINDS;
    account
}

pub(crate) static PROVIDER: ProviderDef = ProviderDef {
    name: "zegoal",
    title: "Zegoal",
    settings: KindDef::settings::<settings::Settings>(),
    base_url: |settings| settings.text("tenant").map(settings::base_url_of),
    // Ids are unique within a tenant; nothing is known beyond.
    ids_are_global: false,
    kinds: &KINDS,
    writes: &writes::WRITES,
    starter: Starter {
        provider: include_str!("starter/provider.yaml"),
        records: include_str!("starter/records.yaml"),
    },
    writes_in_flight_max: None,
    reader: |endpoint| Arc::new(read::AccountReader::open(endpoint)),
    writer: |endpoint| Arc::new(write::AccountWriter::open(endpoint)),
    simulate: |seed| simulator::service(seed),
};
