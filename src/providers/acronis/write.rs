//! The half that writes.

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use async_trait::async_trait;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    billing_write::POLL_INTERVAL,
    calls::{CREATE_TENANT, DELETE_TENANT, DISABLE, PUT_CUSTOMER, UPDATE_PRICING, UPDATE_TENANT},
    convert::{self, body},
    customer, envelope,
    session::{Request, Service, Session},
    wire::guid_at,
};
use crate::{
    http::Delivery,
    model::{FieldPath, Leaf, RemoteId, Tree},
    provider::{Call, Failure, FailureKind, Job, Performed, Writer, codec},
};

/// Writes tenants, their pricing and their customers.
pub(super) struct AcronisWriter {
    pub(super) session: Session,
    /// Between two looks for the customer of a new tenant.
    pub(super) poll_interval: Duration,
    /// For each tenant, the version that our last update quoted and the one
    /// that it got: a job may still hold the former.
    versions: Mutex<BTreeMap<String, (i64, i64)>>,
}

#[async_trait]
impl Writer for AcronisWriter {
    async fn prepare(&self) -> Result<(), Failure> {
        self.session.prepare().await
    }

    async fn perform(&self, call: &Call, job: &Job<'_>) -> Result<Performed, Failure> {
        self.session.may_write()?;
        match (call.operation, call.purpose) {
            (CREATE_TENANT, _) => self.create_tenant(call, job).await,
            (UPDATE_TENANT, Some(DISABLE)) => self.disable(job).await,
            (UPDATE_TENANT, _) => self.update_tenant(call, job).await,
            (DELETE_TENANT, _) => self.delete(job).await,
            (UPDATE_PRICING, _) => self.update_pricing(call, job).await,
            (PUT_CUSTOMER, _) => self.put_customer(call, job).await,
            (other, _) => unreachable!("`{other}` is no call of this provider"),
        }
    }
}

impl AcronisWriter {
    pub(super) fn new(session: Session) -> Self {
        Self {
            poll_interval: session.pace().of(POLL_INTERVAL),
            session,
            versions: Mutex::new(BTreeMap::new()),
        }
    }

    async fn create_tenant(&self, call: &Call, job: &Job<'_>) -> Result<Performed, Failure> {
        let partner = self.session.partner().await?;
        let body = body::tenant_create(job.desired, &call.fields, partner);
        let request = Request::write(
            Service::Account,
            Method::POST,
            CREATE_TENANT,
            &["tenants"],
            Delivery::Once { since: job.since },
        )
        .hiding(body::secrets("tenant", &body))
        .json(body);
        let answer = self.session.call(request).await?;
        let id = guid_at(&answer, "id").ok_or_else(|| {
            envelope::malformed(CREATE_TENANT, "the answer names no tenant").with_unknown_effect()
        })?;
        Ok(Performed {
            created: Some(RemoteId(id)),
            note: None,
        })
    }

    async fn update_tenant(&self, call: &Call, job: &Job<'_>) -> Result<Performed, Failure> {
        let tenant = &raw(job)?["tenant"];
        let version = self.version(remote(job)?, version_of(tenant, UPDATE_TENANT)?);
        let body = body::tenant_update(job.desired, &call.fields, tenant, version);
        let sent = self.put_tenant(job, body, version).await;
        let wanted = |tenant: &Value| holds("tenant", tenant, job.desired, &call.fields);
        self.done_or_stale(sent, job, wanted).await
    }

    async fn disable(&self, job: &Job<'_>) -> Result<Performed, Failure> {
        let tenant = &raw(job)?["tenant"];
        let version = self.version(remote(job)?, version_of(tenant, UPDATE_TENANT)?);
        let body = json!({ "enabled": false, "version": version });
        let sent = self.put_tenant(job, body, version).await;
        self.done_or_stale(sent, job, |tenant| tenant["enabled"] == false)
            .await
    }

    async fn put_tenant(&self, job: &Job<'_>, body: Value, version: i64) -> Result<(), Failure> {
        let id = remote(job)?;
        let request = Request::write(
            Service::Account,
            Method::PUT,
            UPDATE_TENANT,
            &["tenants", id],
            Delivery::Repeatable,
        )
        .hiding(body::secrets("tenant", &body))
        .json(body);
        let answer = self.session.call(request).await?;
        if let Some(next) = answer.get("version").and_then(codec::as_integer) {
            self.remember(id, version, next);
        }
        Ok(())
    }

    /// A version that moved may have moved because of our own first attempt,
    /// whose answer was lost. Then the tenant holds what was sent.
    async fn done_or_stale(
        &self,
        sent: Result<(), Failure>,
        job: &Job<'_>,
        wanted: impl Fn(&Value) -> bool + Send,
    ) -> Result<Performed, Failure> {
        let stale = match sent {
            Ok(()) => return Ok(Performed::default()),
            Err(failure) if failure.kind == FailureKind::Stale => failure,
            Err(failure) => return Err(failure),
        };
        let id = remote(job)?;
        let before = version_of(&raw(job)?["tenant"], UPDATE_TENANT)?;
        let Ok(Some(tenant)) = self.session.tenant(id, true).await else {
            return Err(stale);
        };
        if !wanted(&tenant) {
            return Err(stale);
        }
        self.remember(id, before, version_of(&tenant, UPDATE_TENANT)?);
        Ok(Performed::default())
    }

    async fn delete(&self, job: &Job<'_>) -> Result<Performed, Failure> {
        let id = remote(job)?;
        let version = self.version(id, version_of(&raw(job)?["tenant"], DELETE_TENANT)?);
        let request = Request::write(
            Service::Account,
            Method::DELETE,
            DELETE_TENANT,
            &["tenants", id],
            Delivery::Repeatable,
        )
        .query("version", version.to_string());
        match self.session.call(request).await {
            Ok(_) => Ok(Performed::default()),
            // Gone is what was wanted; a lost answer and a second attempt end
            // here.
            Err(failure) if failure.kind == FailureKind::NotFound => Ok(Performed::default()),
            Err(failure) => Err(failure),
        }
    }

    async fn update_pricing(&self, call: &Call, job: &Job<'_>) -> Result<Performed, Failure> {
        let id = remote(job)?;
        let pricing = match raw(job)?.get("pricing") {
            Some(pricing) => pricing.clone(),
            None => self.session.pricing(id).await?,
        };
        let version = version_of(&pricing, UPDATE_PRICING)?;
        let request = Request::write(
            Service::Account,
            Method::PUT,
            UPDATE_PRICING,
            &["tenants", id, "pricing"],
            Delivery::Repeatable,
        )
        .json(body::pricing_update(job.desired, &call.fields, version));
        let stale = match self.session.call(request).await {
            Ok(_) => return Ok(Performed::default()),
            Err(failure) if failure.kind == FailureKind::Stale => failure,
            Err(failure) => return Err(failure),
        };
        match self.session.pricing(id).await {
            Ok(now) if holds("pricing", &now, job.desired, &call.fields) => {
                Ok(Performed::default())
            }
            Ok(_) | Err(_) => Err(stale),
        }
    }

    /// The version to quote, when a job holds the version `read`.
    fn version(&self, id: &str, read: i64) -> i64 {
        match self.versions().get(id) {
            Some((quoted, got)) if *quoted == read => *got,
            Some(_) | None => read,
        }
    }

    fn remember(&self, id: &str, quoted: i64, got: i64) {
        self.versions().insert(id.to_owned(), (quoted, got));
    }

    fn versions(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, (i64, i64)>> {
        self.versions
            .lock()
            .expect("nobody panics while holding the versions")
    }
}

/// The id of the record that a call is about.
pub(super) fn remote<'a>(job: &Job<'a>) -> Result<&'a str, Failure> {
    let remote = job
        .remote
        .ok_or_else(|| unread("no tenant has been created"))?;
    Ok(&remote.0)
}

/// The record that a call is about, as it was read.
pub(super) fn raw<'a>(job: &Job<'a>) -> Result<&'a Value, Failure> {
    let record = job
        .record
        .ok_or_else(|| unread("the tenant has not been read"))?;
    Ok(&record.raw.0)
}

fn unread(what: &str) -> Failure {
    Failure::new(FailureKind::Protocol, what)
}

/// The version is opaque and 64 bits wide (Acronis contract, 3.2).
fn version_of(object: &Value, operation: &str) -> Result<i64, Failure> {
    object
        .get("version")
        .and_then(codec::as_integer)
        .ok_or_else(|| envelope::malformed(operation, "no version was returned to quote"))
}

/// Whether an object of the provider holds what is wanted in these fields, as
/// far as it is returned.
pub(super) fn holds(section: &str, object: &Value, desired: &Tree, fields: &[FieldPath]) -> bool {
    let (mut tree, mut unknown) = (Tree::default(), Vec::new());
    convert::decode(section, object, &mut tree, &mut unknown);
    let unset = Leaf::Unset;
    fields.iter().all(|path| {
        let facts = customer().fields().facts(path.as_str());
        let live = tree.get(*path).unwrap_or(&unset);
        let wanted = desired.get(*path).unwrap_or(&unset);
        facts.is_some_and(|facts| facts.write_only || convert::satisfies(facts, live, wanted))
    })
}
