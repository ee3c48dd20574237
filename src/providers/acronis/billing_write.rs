//! Writes billing information: the one call that can hit somebody else's
//! customer.
//!
//! With an `Id` it changes that customer. Without, nobody knows whether the
//! provider goes by the tenant, by the name, or makes a second one. So a call
//! without is made only where a whole list shows no customer of the tenant and
//! no other of its name, and every answer is checked for whose it is.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use tokio::time::Instant;

use super::{
    calls::PUT_CUSTOMER,
    convert::{self, body},
    customer,
    directory::Directory,
    namesakes::Names,
    session::{Request, Service},
    wire::guid_at,
    write::{AcronisWriter, holds, raw, remote},
    writes,
};
use crate::{
    http::Delivery,
    model::{FieldPath, Tree},
    provider::{Call, Failure, FailureKind, Job, Performed},
};

/// How often the list is read for the customer that a new tenant gets by
/// itself. How long that takes is not published (Acronis contract, 4.4).
const POLLS_MAX: u32 = 6;

/// Between two looks at the list.
pub(super) const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// How often a write that follows another one within a call is sent in all.
const FOLLOW_UPS_MAX: u32 = 4;

/// What one call writes, and for which tenant.
struct Order<'a> {
    tenant: &'a str,
    fields: &'a [FieldPath],
    job: &'a Job<'a>,
    /// Whether this is the first billing information of the customer.
    is_first: bool,
    /// The customer behind a wanted main office.
    parent: Option<String>,
}

impl AcronisWriter {
    pub(super) async fn put_customer(
        &self,
        call: &Call,
        job: &Job<'_>,
    ) -> Result<Performed, Failure> {
        let order = Order {
            tenant: remote(job)?,
            fields: &call.fields,
            job,
            is_first: writes::NEW_BILLING.covers(call),
            parent: self.main_office(call, job).await?,
        };
        let customer = raw(job)?.get("customer");
        if let Some(customer) = customer.filter(|customer| customer.is_object()) {
            return self.change(&order, customer, job.since).await;
        }
        match self.wait_for_customer(&order).await? {
            Waited::Found(customer, read) => self.change(&order, &customer, read).await,
            Waited::Absent(directory) => self.make(&order, &directory).await,
        }
    }

    /// The customer that is wanted as main office.
    async fn main_office(&self, call: &Call, job: &Job<'_>) -> Result<Option<String>, Failure> {
        let asked_for = |path: &FieldPath| path.as_str() == "billing.parentCustomer";
        let wanted = job.desired.text("billing.parentCustomer");
        let Some(tenant) = wanted.filter(|_| call.fields.iter().any(asked_for)) else {
            return Ok(None);
        };
        let tenant = tenant.to_ascii_lowercase();
        let directory = self.session.directory_knowing(&tenant).await?;
        match directory.customers_of(&tenant) {
            [only] => Ok(Some(only.clone())),
            [] => Err(Failure::new(
                FailureKind::Refused,
                format!("{PUT_CUSTOMER}: the main office, tenant {tenant}, has no customer in Advanced Automation"),
            )
            .hint("plan again once it has billing information")),
            _ => Err(Failure::new(
                FailureKind::Conflict,
                format!("{PUT_CUSTOMER}: the main office, tenant {tenant}, has more than one customer in Advanced Automation"),
            )),
        }
    }

    /// A new tenant gets a customer by itself, some time later.
    async fn wait_for_customer(&self, order: &Order<'_>) -> Result<Waited, Failure> {
        for poll in 1..=POLLS_MAX {
            let directory = self.session.fresh_directory().await?;
            let read = Instant::now();
            if let Some(found) = self.listed(&directory, order.tenant).await? {
                return Ok(Waited::Found(found, read));
            }
            if poll < POLLS_MAX {
                tokio::time::sleep(self.poll_interval).await;
            }
        }
        let directory = self.session.whole_directory().await?;
        let read = Instant::now();
        Ok(match self.listed(&directory, order.tenant).await? {
            Some(found) => Waited::Found(found, read),
            None => Waited::Absent(Box::new(directory)),
        })
    }

    /// The customer that is listed as the tenant's.
    async fn listed(&self, directory: &Directory, tenant: &str) -> Result<Option<Value>, Failure> {
        match directory.customers_of(tenant) {
            [] => Ok(None),
            [only] => match self.session.customer(only).await? {
                Some(customer) => Ok(Some(customer)),
                None => Err(Failure::new(
                    FailureKind::Protocol,
                    format!("customer {only} is listed and cannot be read"),
                )),
            },
            [first, second, ..] => Err(Failure::new(
                FailureKind::Conflict,
                format!("the customers {first} and {second} both belong to this tenant"),
            )),
        }
    }

    /// Changes a customer as it was at `read`.
    async fn change(
        &self,
        order: &Order<'_>,
        live: &Value,
        read: Instant,
    ) -> Result<Performed, Failure> {
        belongs(live, order.tenant, "was read")?;
        let Order {
            tenant,
            fields,
            job,
            is_first,
            parent,
        } = order;
        let mut body = body::customer_update(live, job.desired, fields, tenant, parent.as_deref());
        if *is_first {
            body::let_copies_follow(&mut body, live, job.desired, fields);
        }
        let answer = self.put(tenant, body, fresh(job.since, read)).await?;
        self.hold_copies(order, &answer).await?;
        Ok(Performed::default())
    }

    /// An alias that is as the name was, and an invoice address that is as the
    /// e-mail address was, may be taken for copies and follow a change of those.
    /// Where the manifest wants them as they were, they are written once more.
    async fn hold_copies(&self, order: &Order<'_>, answer: &Value) -> Result<(), Failure> {
        let desired = order.job.desired;
        let followed: Vec<FieldPath> = convert::COPIES
            .iter()
            .map(|(copy, _)| customer().path(copy))
            .filter(|copy| desired.get(*copy).is_some_and(|leaf| !leaf.is_unset()))
            .filter(|copy| !holds("billing", answer, desired, &[*copy]))
            .collect();
        if followed.is_empty() {
            return Ok(());
        }
        let body =
            |live: &Value| body::customer_update(live, desired, &followed, order.tenant, None);
        self.follow_up(order.tenant, answer, body).await.map(|_| ())
    }

    /// Writes to a customer that this call has written to already, so that whoever
    /// looked for the call would find it done. Where the provider is too busy it is
    /// read again, and the body is made anew.
    async fn follow_up(
        &self,
        tenant: &str,
        written: &Value,
        body: impl Fn(&Value) -> Value,
    ) -> Result<Value, Failure> {
        let mut live = written.clone();
        let mut read = Instant::now();
        let mut delays = (1..FOLLOW_UPS_MAX).map(|attempt| POLL_INTERVAL * attempt);
        loop {
            let failure = match self.put(tenant, body(&live), fresh(read, read)).await {
                Ok(answer) => return Ok(answer),
                // Something has been written already.
                Err(failure) => failure.with_unknown_effect(),
            };
            let is_busy = matches!(
                failure.kind,
                FailureKind::Throttled | FailureKind::Unreachable
            );
            let (true, Some(id), Some(delay)) = (is_busy, guid_at(&live, "Id"), delays.next())
            else {
                return Err(failure);
            };
            let waited = self.session.back_off(PUT_CUSTOMER, &failure, delay).await;
            if let Err(why) = waited {
                return Err(failure.given_up(why));
            }
            read = Instant::now();
            let again = self.session.customer(&id).await;
            live = again
                .map_err(Failure::with_unknown_effect)?
                .ok_or(failure)?;
        }
    }

    /// Makes the customer of a tenant that certainly has none. It is made under
    /// the tenant's own name, by which the provider may tie the two; the name
    /// that is wanted follows with the `Id`.
    async fn make(&self, order: &Order<'_>, directory: &Directory) -> Result<Performed, Failure> {
        let name = raw(order.job)?["tenant"]["name"]
            .as_str()
            .unwrap_or_default();
        nobody_else(directory, name, order.tenant, order.job.desired)?;
        let partner = self.session.partner().await?;
        let body = body::customer_create(
            order.job.desired,
            order.fields,
            (order.tenant, name),
            partner,
            order.parent.as_deref(),
        );
        // The whole list was read for this call, and has no time that it may take.
        let now = Instant::now();
        let made = self.put(order.tenant, body, fresh(now, now)).await?;
        let named: Vec<FieldPath> = order
            .fields
            .iter()
            .copied()
            .filter(|path| path.as_str() == "billing.name")
            .collect();
        let wanted = order.job.desired.text("billing.name").unwrap_or(name);
        if !named.is_empty() && wanted.trim() != name.trim() {
            let desired = order.job.desired;
            let body = |live: &Value| {
                let mut body = body::customer_update(live, desired, &named, order.tenant, None);
                body::let_copies_follow(&mut body, live, desired, &named);
                body
            };
            let renamed = self.follow_up(order.tenant, &made, body).await?;
            self.hold_copies(order, &renamed).await?;
        }
        Ok(Performed {
            created: None,
            note: Some("the customer did not appear in Advanced Automation by itself, so it was made there".to_owned()),
        })
    }

    /// Sends a body, and stops all writing when the answer is somebody else's. It
    /// is neither tried again as it is nor sent after a pause: it holds the whole
    /// customer as it was read, and what others write to it meanwhile would be undone.
    async fn put(&self, tenant: &str, body: Value, delivery: Delivery) -> Result<Value, Failure> {
        let request = Request::write(
            Service::Automation,
            Method::PUT,
            PUT_CUSTOMER,
            &["Customers"],
            delivery,
        )
        .hiding(body::secrets("billing", &body))
        .json(body);
        let answer = self.session.call(request).await?;
        if let Err(failure) = belongs(&answer, tenant, "was written") {
            self.session.stop_writing(&failure.message);
            return Err(failure.with_unknown_effect().hint(
                "nothing more is written to this provider in this run; compare that customer's \
                     bank account, tax and address with its papers, and mend it by hand",
            ));
        }
        Ok(answer)
    }
}

fn fresh(since: Instant, read: Instant) -> Delivery {
    Delivery::OnceWhileFresh { since, read }
}

/// How the wait for a customer ended.
enum Waited {
    /// There is one, as it was at that moment.
    Found(Value, Instant),
    /// There is none; with the list that shows it.
    Absent(Box<Directory>),
}

/// Whether a customer is this tenant's; what happened to it is in the message.
fn belongs(customer: &Value, tenant: &str, happened: &str) -> Result<(), Failure> {
    let owner = guid_at(customer, "ExternalTenantUUID");
    if owner.as_deref() == Some(tenant) {
        return Ok(());
    }
    let id = guid_at(customer, "Id");
    let owner = owner.map_or_else(
        || "belongs to no tenant".to_owned(),
        |owner| format!("belongs to tenant {owner}"),
    );
    Err(Failure::new(
        FailureKind::Protocol,
        format!(
            "{PUT_CUSTOMER}: for tenant {tenant}, customer {} {happened}, which {owner}",
            id.as_deref().unwrap_or("without an id"),
        ),
    ))
}

/// Refuses to make a customer where the provider may take another for it.
fn nobody_else(
    directory: &Directory,
    name: &str,
    tenant: &str,
    desired: &Tree,
) -> Result<(), Failure> {
    if let Some(missing) = directory.missing() {
        return Err(Failure::new(
            FailureKind::Protocol,
            format!("{PUT_CUSTOMER}: whether the tenant has a customer cannot be known: {missing}"),
        )
        .hint("plan again later"));
    }
    if name.trim().is_empty() {
        return Err(Failure::new(
            FailureKind::Protocol,
            format!("{PUT_CUSTOMER}: the tenant has no name to make a customer under"),
        ));
    }
    match Names::now(name, desired).taken(directory, tenant) {
        None => Ok(()),
        Some(namesake) => Err(Failure::new(
            FailureKind::Conflict,
            format!("{PUT_CUSTOMER}: {namesake}"),
        )
        .hint(namesake.hint())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        provider::Effect,
        providers::acronis::directory::tests::{customer, directory, id},
    };

    #[test]
    fn an_answer_is_checked_for_whose_it_is() {
        let ours = json!({ "Id": "C", "ExternalTenantUUID": "T" });
        assert!(belongs(&ours, "t", "was written").is_ok());
        for (owner, told) in [(json!("other"), "tenant other"), (json!(null), "no tenant")] {
            let answer = json!({ "Id": "C", "ExternalTenantUUID": owner, "BankAccount": "AL35" });
            let failure = belongs(&answer, "t", "was written").expect_err("not ours");
            assert!(
                failure.message.contains("customer c was written"),
                "{failure}"
            );
            assert!(failure.message.contains(told), "{failure}");
            assert!(!failure.message.contains("AL35"), "{failure}");
        }
        assert!(belongs(&Value::Null, "t", "was written").is_err());
    }

    #[test]
    fn nobody_is_made_beside_another_of_the_name_or_out_of_half_a_list() {
        let kind = |directory: &Directory, name: &str| {
            nobody_else(directory, name, &id(1009), &Tree::default()).map_err(|failure| {
                assert_eq!(failure.effect, Effect::None);
                failure.kind
            })
        };
        let whole = directory(&[customer(1)], 1);
        assert_eq!(kind(&whole, "Foobar"), Ok(()));
        assert_eq!(kind(&whole, " customer 1"), Err(FailureKind::Conflict));
        assert_eq!(kind(&whole, " "), Err(FailureKind::Protocol));
        let part = directory(&[customer(1)], 2);
        assert_eq!(kind(&part, "Foobar"), Err(FailureKind::Protocol));
    }

    #[test]
    fn a_customer_that_belongs_to_nobody_counts_as_another() {
        let mut unlinked = customer(1);
        unlinked["ExternalTenantUUID"] = Value::Null;
        let directory = directory(&[unlinked], 1);
        assert!(nobody_else(&directory, "Customer 1", &id(1001), &Tree::default()).is_err());
    }
}
