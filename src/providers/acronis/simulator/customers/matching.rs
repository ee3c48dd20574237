//! Which record and which tenant a PUT means (Acronis contract, 4.4).

use serde_json::Value;

use crate::{
    providers::acronis::simulator::{
        call::Call,
        errors, fixtures,
        ids::ZERO_GUID,
        state::{Object, Record, Tenant, text},
    },
    simulator::Response,
};

/// What a PUT is about.
pub(super) enum Target {
    /// An existing record, by its place in the state. The tenant is the one to
    /// link it to, when it is not linked yet.
    Existing(usize, Option<String>),
    /// A new record, linked to this tenant.
    New(Option<String>),
}

/// Finds what a PUT is about.
pub(super) fn target(call: &Call<'_>, body: &Object) -> Result<Target, Response> {
    let id = text(body, "Id");
    if !id.is_empty() && id != ZERO_GUID {
        let found = call
            .state
            .record_position(id)
            .filter(|position| super::is_visible(call, &call.state.records[*position]));
        return match found {
            Some(position) if call.state.records[position].is_customer() => {
                Ok(Target::Existing(position, None))
            }
            Some(_) => Err(errors::message(400, "The partner itself is no customer.")),
            None if call.knobs.is("unknown_id", "create") => Ok(without_id(call, body)),
            None => Err(errors::unknown_id(call.knobs, "No such customer.")),
        };
    }
    Ok(without_id(call, body))
}

fn without_id(call: &Call<'_>, body: &Object) -> Target {
    match call.knobs.get("link") {
        "never" => Target::New(None),
        "name" => by_name(call, body).map_or_else(
            || Target::New(free_tenant(call, |tenant| has_name(tenant, body))),
            |position| Target::Existing(position, None),
        ),
        _ => by_uuid(call, body),
    }
}

/// The contract's order: the tenant's UUID, the name, and for the vendor page's
/// own request, which has nothing else in common with its tenant, the e-mail.
fn by_uuid(call: &Call<'_>, body: &Object) -> Target {
    let sent = ["ExternalTenantUUID", "Tenant"]
        .map(|key| text(body, key))
        .into_iter()
        .find(|id| is_customer_tenant(call, id));
    if let Some(id) = sent
        && let Some(position) = call.state.record_position_of_tenant(id)
    {
        return Target::Existing(position, None);
    }
    if let Some(position) = by_name(call, body) {
        let is_unlinked = call.state.records[position].tenant_id().is_none();
        return Target::Existing(position, sent.filter(|_| is_unlinked).map(str::to_owned));
    }
    if let Some(id) = sent {
        return Target::New(Some(id.to_owned()));
    }
    if let Some(position) = by_email(call, body) {
        return Target::Existing(position, None);
    }
    let tenant = free_tenant(call, |tenant| has_name(tenant, body))
        .or_else(|| free_tenant(call, |tenant| has_email(tenant, body)));
    Target::New(tenant)
}

fn by_name(call: &Call<'_>, body: &Object) -> Option<usize> {
    if call.knobs.is("match_by_name", "off") {
        return None;
    }
    let name = text(body, "Name");
    customers(call).find(|position| call.state.records[*position].name() == name)
}

/// The one record of that e-mail that has no billing information yet.
fn by_email(call: &Call<'_>, body: &Object) -> Option<usize> {
    let email = text(body, "Email");
    let mut found = customers(call).filter(|position| {
        let record = &call.state.records[*position];
        !email.is_empty()
            && !record.has_billing_information()
            && record.tenant_id().is_some()
            && has_contact_email(call, record, email)
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Whether the record or its tenant has that e-mail; a record that took over
/// the name alone has none of its own.
fn has_contact_email(call: &Call<'_>, record: &Record, email: &str) -> bool {
    let of_tenant = record
        .tenant_id()
        .and_then(|id| call.state.tenant(id))
        .and_then(|tenant| tenant.object.get("contact")?.as_object());
    text(&record.fields, "Email") == email
        || of_tenant.is_some_and(|contact| text(contact, "email") == email)
}

fn customers<'a>(call: &'a Call<'_>) -> impl Iterator<Item = usize> + 'a {
    (0..call.state.records.len()).filter(|position| {
        let record = &call.state.records[*position];
        record.is_customer() && super::is_visible(call, record)
    })
}

/// The one customer tenant without a record that fits.
fn free_tenant(call: &Call<'_>, fits: impl Fn(&Tenant) -> bool) -> Option<String> {
    let mut found = call.state.tenants.iter().filter(|tenant| {
        is_customer_tenant(call, tenant.id())
            && call.state.record_position_of_tenant(tenant.id()).is_none()
            && fits(tenant)
    });
    let first = found.next()?;
    found.next().is_none().then(|| first.id().to_owned())
}

fn is_customer_tenant(call: &Call<'_>, id: &str) -> bool {
    call.state.tenant(id).is_some_and(|tenant| {
        tenant.kind() == "customer"
            && !tenant.is_deleted()
            && call.state.is_within(id, fixtures::PARTNER_ID)
    })
}

fn has_name(tenant: &Tenant, body: &Object) -> bool {
    tenant.name() == text(body, "Name")
}

fn has_email(tenant: &Tenant, body: &Object) -> bool {
    let email = text(body, "Email");
    let contact = tenant.object.get("contact").and_then(Value::as_object);
    !email.is_empty() && contact.is_some_and(|contact| text(contact, "email") == email)
}
