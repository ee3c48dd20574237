//! Customers of Advanced Automation (Acronis contract, 4.2 to 4.4).

mod automatic;
mod fields;
mod matching;
mod read;
mod record;
mod value;
mod write;

pub(super) use self::{
    automatic::{settle_due, tenant_created, tenant_renamed},
    read::{get, list},
    record::{NewRecord, bare, partner},
    write::put,
};

#[cfg(test)]
pub(super) use self::fields::FIELDS;

use super::{
    call::Call,
    state::{Record, Tenant},
};

/// Whether a record can still be seen at all.
fn is_visible(call: &Call<'_>, record: &Record) -> bool {
    !(call.knobs.is("deleted_record", "gone") && is_tenant_deleted(call, record))
}

/// Whether a record counts as an active customer.
fn is_active(call: &Call<'_>, record: &Record) -> bool {
    if is_tenant_deleted(call, record) {
        return false;
    }
    let is_disabled = record
        .tenant_id()
        .and_then(|id| call.state.tenant(id))
        .is_some_and(|tenant| !tenant.is_enabled());
    !(is_disabled && call.knobs.is("disabled_is_inactive", "yes"))
}

fn is_tenant_deleted(call: &Call<'_>, record: &Record) -> bool {
    record
        .tenant_id()
        .and_then(|id| call.state.tenant(id))
        .is_some_and(Tenant::is_deleted)
}
