//! The half that reads.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{
    billing_read::{Customer, has_newer_main_office},
    convert, customer, diagnose,
    directory::Directory,
    envelope, namesakes,
    session::Session,
    wire::{TenantRow, guid},
};
use crate::{
    model::{Kind, Leaf, RemoteId, Tree},
    provider::{
        Completeness, Diagnosis, Failure, FailureKind, Index, IndexRow, Lookups, Raw, Reader,
        Record, Wanted, codec,
    },
};

/// The state of a tenant that was deleted: it is only marked so, and can be
/// restored for a time that is not published (Acronis contract, 3.1 and 3.3).
const DELETED: &str = "deleted";

/// Reads tenants, their pricing and their customers.
pub(super) struct AcronisReader {
    session: Session,
}

impl AcronisReader {
    pub(super) fn new(session: Session) -> Self {
        Self { session }
    }
}

#[async_trait]
impl Reader for AcronisReader {
    async fn account(&self) -> Result<String, Failure> {
        Ok(self.session.partner().await?.to_owned())
    }

    async fn index(&self, wanted: &[Wanted]) -> Result<Index, Failure> {
        let partner = self.session.partner().await?;
        let named = named_parents(wanted);
        let keys: BTreeSet<&str> = wanted.iter().map(|wanted| wanted.key.as_str()).collect();
        let adopted: BTreeSet<String> = wanted
            .iter()
            .filter_map(|wanted| guid(&wanted.adopt.as_ref()?.0))
            .collect();
        let is_wanted = |row: &TenantRow| keys.contains(row.tag()) || adopted.contains(&row.id);
        let tenants = self
            .session
            .list_tenants(partner, &named, is_wanted)
            .await?;
        let mut missing = tenants.missing;
        let mut create_notes = BTreeMap::new();
        if wanted
            .iter()
            .any(|wanted| wanted.desired.touches("billing"))
        {
            let directory = self.session.fresh_directory().await?;
            missing = missing.or(directory.missing().map(str::to_owned));
            create_notes = namesakes::notes(wanted, &directory);
        }
        let deleted = only_deleted(tenants.deleted, &tenants.rows);
        let living = tenants.rows.into_values();
        let mut rows: Vec<IndexRow> = living
            .map(|(row, full)| index_row(row, full))
            .chain(deleted.into_iter().map(deleted_row))
            .collect();
        rows.sort_by(|one, other| one.remote.cmp(&other.remote));
        Ok(Index {
            rows,
            completeness: missing.map_or(Completeness::Complete, Completeness::Incomplete),
            answering: BTreeMap::new(),
            create_notes,
        })
    }

    async fn lookups(&self, tables: &BTreeSet<&'static str>) -> Result<Lookups, Failure> {
        self.session.lookups(tables).await
    }

    async fn read(
        &self,
        _kind: Kind,
        remote: &RemoteId,
        desired: &Tree,
        row: Option<&IndexRow>,
    ) -> Result<Option<Record>, Failure> {
        let id = remote.0.to_ascii_lowercase();
        let listed = row
            .and_then(|row| row.record.as_ref())
            .and_then(|record| record.raw.0.get("tenant"))
            .cloned();
        let tenant = if listed.is_some() {
            listed
        } else {
            // A contact is written whole, and only lists return all of it.
            let as_listed = desired.touches("tenant.contact");
            self.session.tenant(&id, as_listed).await?
        };
        let Some(tenant) = tenant else {
            return Ok(None);
        };
        only_customers(&tenant)?;
        if is_deleted(&tenant) {
            return Ok(Some(deleted(tenant)));
        }
        let pricing = if desired.touches("pricing") {
            Some(self.session.pricing(&id).await?)
        } else {
            None
        };
        if !desired.touches("billing") {
            return Ok(Some(record(tenant, pricing, Customer::Unread, None)));
        }
        // The list of this run is good enough together with a row out of it.
        let mut directory = if row.is_some() {
            self.session.any_directory().await?
        } else {
            self.session.directory_knowing(&id).await?
        };
        let customer = self.session.customer_of(&id, &tenant, desired, &directory);
        let customer = customer.await?;
        if row.is_none() && has_newer_main_office(&customer, &directory) {
            directory = self.session.fresh_directory().await?;
        }
        Ok(Some(record(tenant, pricing, customer, Some(&directory))))
    }

    async fn diagnose(&self, wanted: Option<&Wanted>) -> Vec<Diagnosis> {
        diagnose::diagnose(&self.session, wanted).await
    }
}

/// The parents that manifests name: a tenant of ours may stand there.
fn named_parents(wanted: &[Wanted]) -> BTreeSet<String> {
    let named = wanted.iter();
    named
        .filter_map(|wanted| guid(wanted.desired.text("tenant.parentId")?))
        .collect()
}

fn index_row(row: TenantRow, full: Option<Value>) -> IndexRow {
    let protected = (row.kind != "customer").then(|| {
        format!(
            "the tenant is a {}, and only customers are managed",
            row.kind
        )
    });
    let record = full.filter(|_| protected.is_none()).map(tenant_only);
    IndexRow {
        kind: customer().kind,
        remote: RemoteId(row.id),
        key: row.internal_tag.filter(|tag| !tag.is_empty()),
        display_name: row.name,
        protected,
        ended: None,
        record,
    }
}

/// The deleted tenants whose key no living one has, one for each key: the one
/// deleted last.
fn only_deleted(
    deleted: Vec<(TenantRow, Value)>,
    living: &BTreeMap<String, (TenantRow, Option<Value>)>,
) -> Vec<(TenantRow, Value)> {
    let key = |row: &TenantRow| row.tag().to_owned();
    let taken: BTreeSet<String> = living.values().map(|(row, _)| key(row)).collect();
    let mut last: BTreeMap<String, (TenantRow, Value)> = BTreeMap::new();
    let when = |tenant: &Value| codec::as_date_time(&tenant["deleted_at"], &TimeZone::UTC);
    for (row, tenant) in deleted {
        let key = key(&row);
        let is_later = last
            .get(&key)
            .is_none_or(|(_, other)| when(&tenant) > when(other));
        if is_later && !taken.contains(&key) {
            last.insert(key, (row, tenant));
        }
    }
    last.into_values().collect()
}

fn deleted_row((row, tenant): (TenantRow, Value)) -> IndexRow {
    let mut found = index_row(row, None);
    found.ended = Some(DELETED.to_owned());
    if found.protected.is_none() {
        found.record = Some(deleted(tenant));
    }
    found
}

fn is_deleted(tenant: &Value) -> bool {
    tenant.get("deleted_at").is_some_and(|at| !at.is_null())
}

/// The record of a deleted tenant, of which nothing more is read.
fn deleted(tenant: Value) -> Record {
    let mut record = record(tenant, None, Customer::Unread, None);
    record.unknown.clear();
    record.ended = Some(DELETED.to_owned());
    record
}

/// A record of which only the tenant is known.
fn tenant_only(tenant: Value) -> Record {
    let mut record = record(tenant, None, Customer::Unread, None);
    let unread = ["pricing", "billing"].map(str::to_owned);
    record.unknown.extend(unread);
    record
}

fn only_customers(tenant: &Value) -> Result<(), Failure> {
    let kind = tenant.get("kind").and_then(Value::as_str);
    match kind {
        Some("customer") => Ok(()),
        Some(kind) => Err(Failure::new(
            FailureKind::Refused,
            format!("the tenant is a {kind}, and only customers are managed"),
        )),
        None => Err(envelope::malformed(
            "GET /tenants/{id}",
            "the tenant has no kind",
        )),
    }
}

fn record(
    tenant: Value,
    pricing: Option<Value>,
    customer: Customer,
    directory: Option<&Directory>,
) -> Record {
    let (mut tree, mut unknown) = (Tree::default(), Vec::new());
    convert::decode("tenant", &tenant, &mut tree, &mut unknown);
    if let Some(pricing) = &pricing {
        convert::decode("pricing", pricing, &mut tree, &mut unknown);
    }
    let mut raw = json!({});
    match customer {
        Customer::Unread => {}
        Customer::None => raw["customer"] = Value::Null,
        Customer::Doubtful(namesake) => {
            raw["customer"] = Value::Null;
            raw["namesake"] = namesake.into();
        }
        Customer::Found(found) => {
            convert::decode("billing", &found, &mut tree, &mut unknown);
            name_main_office(&mut tree, directory);
            raw["customer"] = found;
        }
        Customer::Problem(problem) => {
            unknown.push("billing".to_owned());
            raw["problem"] = problem.into();
        }
    }
    let id = TenantRow::of(&tenant).map(|row| row.id);
    raw["tenant"] = tenant;
    if let Some(pricing) = pricing {
        raw["pricing"] = pricing;
    }
    Record {
        remote: RemoteId(id.unwrap_or_default()),
        tree,
        unknown,
        ended: None,
        raw: Raw(raw),
    }
}

/// A main office is a customer's id on the wire, and its tenant's to us. One
/// that belongs to no tenant stays as it is, for there is no other name for it.
fn name_main_office(tree: &mut Tree, directory: Option<&Directory>) {
    let path = customer().path("billing.parentCustomer");
    let tenant = tree
        .get(path)
        .and_then(Leaf::text)
        .and_then(|office| directory?.tenant_of(office));
    if let Some(tenant) = tenant {
        let leaf = Leaf::Text(tenant.to_owned());
        tree.set(path, leaf);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::acronis::{
        billing_read::checked,
        directory::tests::{customer as listed, directory, id},
    };

    fn tenant() -> Value {
        json!({
            "id": id(1001).to_uppercase(), "kind": "customer", "name": "Foobar", "version": 3,
            "internal_tag": "foobar", "contact": { "fax": null, "language": null },
        })
    }

    fn wanted(fields: &[(&str, &str)]) -> Wanted {
        let fields = fields
            .iter()
            .map(|(path, text)| (customer().path(path), Leaf::Text((*text).to_owned())));
        Wanted {
            kind: customer().kind,
            key: "foobar".to_owned(),
            display_name: None,
            adopt: None,
            desired: fields.collect(),
        }
    }

    #[test]
    fn parents_are_named_once_whatever_the_case() {
        let wanted = [
            wanted(&[("tenant.parentId", "B")]),
            wanted(&[("tenant.parentId", "b")]),
            wanted(&[("tenant.parentId", "")]),
            wanted(&[]),
        ];
        assert_eq!(named_parents(&wanted), BTreeSet::from(["b".to_owned()]));
    }

    #[test]
    fn a_row_holds_what_is_known_and_says_what_is_not() {
        let row = TenantRow::of(&tenant()).expect("a row");
        let found = index_row(row.clone(), Some(tenant()));
        assert_eq!(found.remote.0, id(1001));
        assert_eq!(found.key.as_deref(), Some("foobar"));
        assert_eq!(found.display_name, "Foobar");
        assert_eq!(found.protected, None);
        let unknown = found.record.expect("wanted").unknown;
        for section in ["pricing", "billing"] {
            assert!(unknown.contains(&section.to_owned()), "{unknown:?}");
        }
        assert!(index_row(row, None).record.is_none());
    }

    #[test]
    fn a_deleted_tenant_is_shown_unless_a_living_one_has_its_key() {
        let at = |number: usize, key: &str, deleted: Value| {
            let tenant = json!({
                "id": id(number), "kind": "customer", "internal_tag": key, "deleted_at": deleted,
            });
            (TenantRow::of(&tenant).expect("a row"), tenant)
        };
        let (row, _) = at(1, "taken", Value::Null);
        let living = BTreeMap::from([(row.id.clone(), (row, None))]);
        let deleted = vec![
            at(2, "taken", json!("2026-01-01T00:00:00")),
            at(3, "free", json!("2026-01-01T00:00:00Z")),
            at(4, "free", json!("2026-03-01T00:00:00")),
            at(5, "free", json!("2026-02-01T00:00:00+00:00")),
        ];
        let kept = only_deleted(deleted, &living);
        assert_eq!(kept.len(), 1);
        let found = deleted_row(kept[0].clone());
        assert_eq!(
            (found.remote.0, found.ended),
            (id(4), Some(DELETED.to_owned()))
        );
        let record = found.record.expect("in full");
        assert!(record.ended.is_some() && record.unknown.is_empty());
    }

    #[test]
    fn partners_and_folders_are_protected() {
        let mut row = TenantRow::of(&tenant()).expect("a row");
        row.kind = "partner".to_owned();
        row.internal_tag = Some(String::new());
        let found = index_row(row, Some(tenant()));
        assert_eq!(
            found.protected.as_deref(),
            Some("the tenant is a partner, and only customers are managed")
        );
        assert!(found.record.is_none() && found.key.is_none());
        let mut partner = tenant();
        partner["kind"] = json!("partner");
        assert!(only_customers(&partner).is_err());
        assert!(only_customers(&tenant()).is_ok());
    }

    #[test]
    fn a_tenant_without_a_customer_has_no_billing_information() {
        let found = record(tenant(), None, Customer::None, None);
        assert!(!found.tree.touches("billing"));
        assert!(
            found
                .unknown
                .iter()
                .all(|path| !path.starts_with("billing"))
        );
        assert_eq!(found.raw.0["customer"], Value::Null);
        assert_eq!(found.raw.0["tenant"]["version"], 3);
    }

    #[test]
    fn a_problem_makes_billing_unknown_and_is_told() {
        let problem = checked(None, "c", "t");
        let found = record(tenant(), None, problem, None);
        assert!(found.unknown.contains(&"billing".to_owned()));
        assert!(found.raw.0["problem"].is_string());
        let other = checked(Some(json!({ "ExternalTenantUUID": "other" })), "c", "t");
        assert!(matches!(other, Customer::Problem(_)));
        let ours = json!({ "ExternalTenantUUID": "T" });
        assert_eq!(checked(Some(ours.clone()), "c", "t"), Customer::Found(ours));
    }

    #[test]
    fn a_main_office_is_known_by_its_tenant() {
        let directory = directory(&[listed(2)], 1);
        let office = |customer: String| {
            let found = Customer::Found(json!({ "ParentCustomer": customer }));
            let record = record(tenant(), None, found, Some(&directory));
            record
                .tree
                .text("billing.parentCustomer")
                .map(str::to_owned)
        };
        assert_eq!(office(id(2)), Some(id(1002)));
        assert_eq!(office(id(3)), Some(id(3)));
    }
}
