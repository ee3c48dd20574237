//! The record that appears by itself after a tenant is created, and what else
//! reaches Advanced Automation from Account Management (Acronis contract, 4.4).

use serde_json::{Value, json};

use super::record::{NewRecord, bare};
use crate::providers::acronis::simulator::{
    call::Call,
    fixtures,
    state::{Pending, text},
};

/// How long a late record takes. Short enough for a person to wait for, long
/// enough that a client which reads once does not see it.
const LATE_SECONDS: i64 = 5;

/// After how many customer reads a late record appears however little time has
/// passed, so that a clock that stands still cannot hang a client.
const LATE_READS: u32 = 3;

/// Makes, or plans to make, the record of a new customer tenant.
pub(crate) fn tenant_created(call: &mut Call<'_>, tenant_id: &str) {
    let is_ours = call.state.is_within(tenant_id, fixtures::PARTNER_ID);
    if !is_ours || call.knobs.is("record", "manual") {
        return;
    }
    if call.knobs.is("record_delay", "late") {
        call.state.pending.push(Pending {
            tenant_id: tenant_id.to_owned(),
            due_at: call.now.as_second() + LATE_SECONDS,
            reads: 0,
        });
        return;
    }
    make(call, tenant_id);
}

/// Makes the late records whose time has come.
pub(crate) fn settle_due(call: &mut Call<'_>) {
    let now = call.now.as_second();
    settle(call, |pending| pending.due_at <= now);
}

/// Counts a customer read, after its answer has been made.
pub(super) fn count_read(call: &mut Call<'_>) {
    for pending in &mut call.state.pending {
        pending.reads += 1;
    }
    settle(call, |pending| pending.reads >= LATE_READS);
}

fn settle(call: &mut Call<'_>, is_due: impl Fn(&Pending) -> bool) {
    let (due, waiting) = std::mem::take(&mut call.state.pending)
        .into_iter()
        .partition(is_due);
    call.state.pending = waiting;
    let due: Vec<Pending> = due;
    for pending in due {
        make(call, &pending.tenant_id);
    }
}

fn make(call: &mut Call<'_>, tenant_id: &str) {
    let Some(tenant) = call.state.tenant(tenant_id) else {
        return;
    };
    // Somebody may have written the record in the meantime.
    if tenant.is_deleted() || call.state.record_position_of_tenant(tenant_id).is_some() {
        return;
    }
    let name = tenant.name().to_owned();
    let number = tenant.number;
    let contact = tenant.object.get("contact").and_then(Value::as_object);
    let email = contact
        .filter(|_| call.knobs.is("record_copies", "name_and_email"))
        .map(|contact| text(contact, "email").to_owned())
        .unwrap_or_default();
    let id = call.state.new_id();
    let created = local_time(call);
    let new = NewRecord {
        id: &id,
        name: &name,
        email: &email,
        login: &login(&name),
        tenant: Some((tenant_id, number)),
        created: &created,
    };
    bare(call.state, &new);
}

/// Carries a tenant's new name over to its record.
pub(crate) fn tenant_renamed(call: &mut Call<'_>, tenant_id: &str) {
    let name = match call.state.tenant(tenant_id) {
        Some(tenant) => json!(tenant.name()),
        None => return,
    };
    if let Some(position) = call.state.record_position_of_tenant(tenant_id) {
        let fields = &mut call.state.records[position].fields;
        fields.insert("Name".to_owned(), name);
    }
}

/// The list's form of the current time: a local date-time with a fraction.
pub(super) fn local_time(call: &Call<'_>) -> String {
    format!("{}.407", call.now.to_string().trim_end_matches('Z'))
}

/// The login of the administrator whom the platform makes for a customer.
fn login(name: &str) -> String {
    let word: String = name
        .chars()
        .map(|letter| match letter {
            'a'..='z' | '0'..='9' => letter,
            'A'..='Z' => letter.to_ascii_lowercase(),
            _ => '_',
        })
        .collect();
    format!("{word}_admin")
}
