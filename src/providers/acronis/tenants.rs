//! Lists and reads tenants of Account Management.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::Value;

use super::{
    envelope,
    session::{Request, Service, Session},
    settings::SELF_SERVICE_TENANTS,
    wire::{TenantPage, TenantRow},
};
use crate::{
    model::limit::PAGES_MAX,
    provider::{Failure, FailureKind},
};

/// Tenants per page. The default is 5000 and the largest number is not
/// published (Acronis contract, 3.3); this many stay under 4 MB.
const PAGE_SIZE: usize = 1000;

const LIST: &str = "GET /tenants";

/// A tenant out of a list. Lists leave out members of the contact that hold
/// nothing; a single tenant is returned without `language` and `fax` whatever
/// they hold (Acronis contract, 3.4), so only here does absence mean empty.
fn as_listed(mut tenant: Value) -> Value {
    if let Some(Value::Object(contact)) = tenant.get_mut("contact") {
        for member in ["language", "fax"] {
            contact.entry(member).or_insert(Value::Null);
        }
    }
    tenant
}

/// All tenants below one or more others, at any depth.
#[derive(Default)]
pub(super) struct Tenants {
    /// The living ones by id, in full for those that were asked for.
    pub(super) rows: BTreeMap<String, (TenantRow, Option<Value>)>,
    /// The deleted ones that were asked for, in full.
    pub(super) deleted: Vec<(TenantRow, Value)>,
    /// What is missing, when the list cannot be trusted.
    pub(super) missing: Option<String>,
    /// Branches that may hide their tenants, because none of ours is there.
    elsewhere: BTreeSet<String>,
}

impl Tenants {
    /// Takes a page in of the tenants below `root`. The list holds the root
    /// itself, which is nobody's customer, and units, which stand inside
    /// customers and are never managed (Acronis contract, 3.3).
    fn take(&mut self, items: Vec<Value>, root: &str, wanted: impl Fn(&TenantRow) -> bool) {
        for item in items {
            let Some(row) = TenantRow::of(&item) else {
                self.misses("a tenant was listed without an id".to_owned());
                continue;
            };
            if row.id == root || row.kind == "unit" {
                continue;
            }
            if row.deleted_at.is_some() {
                if wanted(&row) {
                    self.deleted.push((row, as_listed(item)));
                }
                continue;
            }
            if hides_customers(&row, &item) && !self.elsewhere.contains(&row.id) {
                self.misses(format!(
                    "tenant {} is in self-service mode, which hides what is below it; when no \
                     manifest is ever about a customer there, name it in the provider's \
                     `{SELF_SERVICE_TENANTS}`",
                    row.id
                ));
            }
            let full = wanted(&row).then(|| as_listed(item));
            self.rows.insert(row.id.clone(), (row, full));
        }
    }

    fn misses(&mut self, what: String) {
        self.missing.get_or_insert(what);
    }
}

/// Whether customers may stand below the tenant and are not listed: a tenant in
/// self-service mode hides its children from those above it (Acronis contract,
/// 2). What a customer hides are units.
fn hides_customers(row: &TenantRow, tenant: &Value) -> bool {
    row.kind != "customer" && tenant.get("ancestral_access") == Some(&Value::Bool(false))
}

impl Session {
    /// Lists everybody below our `own` tenant, which must be readable. One list
    /// holds a whole subtree (Acronis contract, 3.3), so a tenant is found
    /// whichever partner or folder it stands under. The parents that manifests
    /// name are asked for only where that list does not hold them.
    pub(super) async fn list_tenants(
        &self,
        own: &str,
        named: &BTreeSet<String>,
        wanted: impl Fn(&TenantRow) -> bool + Sync,
    ) -> Result<Tenants, Failure> {
        let mut tenants = Tenants {
            // A parent that a manifest names holds one of ours, or will.
            elsewhere: self.self_service.difference(named).cloned().collect(),
            ..Tenants::default()
        };
        self.list_below(own, &mut tenants, &wanted).await?;
        for parent in named {
            if parent == own || tenants.rows.contains_key(parent) {
                continue;
            }
            if let Err(failure) = self.list_below(parent, &mut tenants, &wanted).await {
                other_parent_failed(parent, failure, &mut tenants)?;
            }
        }
        Ok(tenants)
    }

    /// Reads all pages of the tenants below one.
    async fn list_below(
        &self,
        root: &str,
        tenants: &mut Tenants,
        wanted: &(impl Fn(&TenantRow) -> bool + Sync),
    ) -> Result<(), Failure> {
        let mut cursors = BTreeSet::new();
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let request = Request::read(Service::Account, Method::GET, LIST, &["tenants"])
                .query("limit", PAGE_SIZE.to_string());
            // The cursor carries the filters already (Acronis contract, 3.3).
            let request = match &after {
                None => request
                    .query("subtree_root_id", root)
                    .query("lod", "full")
                    .query("allow_deleted", "true"),
                Some(after) => request.query("after", after),
            };
            let page = page(self.call(request).await?)?;
            after = page.after().map(str::to_owned);
            tenants.take(page.items, root, wanted);
            match &after {
                None => return Ok(()),
                Some(cursor) if cursors.insert(cursor.clone()) => {}
                Some(_) => break,
            }
        }
        tenants.misses(format!("the list of the tenants below {root} does not end"));
        Ok(())
    }

    /// Reads one tenant; none when it is gone. The form of lists has two fields
    /// of the contact that the plain form lacks (Acronis contract, 3.4).
    pub(super) async fn tenant(&self, id: &str, list_form: bool) -> Result<Option<Value>, Failure> {
        let tenant = if list_form {
            let request = Request::read(Service::Account, Method::GET, LIST, &["tenants"])
                .query("uuids", id)
                .query("lod", "full");
            page(self.call(request).await?)?
                .items
                .into_iter()
                .next()
                .map(as_listed)
        } else {
            let request = Request::read(
                Service::Account,
                Method::GET,
                "GET /tenants/{id}",
                &["tenants", id],
            );
            match self.call(request).await {
                Ok(tenant) => Some(tenant),
                Err(failure) if failure.kind == FailureKind::NotFound => None,
                Err(failure) => return Err(failure),
            }
        };
        let Some(tenant) = tenant else {
            return Ok(None);
        };
        match TenantRow::of(&tenant) {
            Some(row) if row.id == id => Ok(row.deleted_at.is_none().then_some(tenant)),
            _ => Err(envelope::malformed(
                "GET /tenants/{id}",
                "the answer is about another tenant",
            )),
        }
    }

    /// Reads the pricing of a tenant.
    pub(super) async fn pricing(&self, id: &str) -> Result<Value, Failure> {
        let request = Request::read(
            Service::Account,
            Method::GET,
            "GET /tenants/{id}/pricing",
            &["tenants", id, "pricing"],
        );
        self.call(request).await
    }
}

/// A parent that some manifest names may not exist, and then nothing is below
/// it. One that we may not look into may hide anything.
fn other_parent_failed(
    parent: &str,
    failure: Failure,
    tenants: &mut Tenants,
) -> Result<(), Failure> {
    match failure.kind {
        FailureKind::NotFound => Ok(()),
        FailureKind::Forbidden => {
            tenants.misses(format!("the tenants below {parent} may not be listed"));
            Ok(())
        }
        _ => Err(failure),
    }
}

fn page(answer: Value) -> Result<TenantPage, Failure> {
    serde_json::from_value(answer)
        .map_err(|_| envelope::foreign(LIST, "the answer holds no tenants"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_living_tenants_are_rows_and_only_wanted_ones_are_kept_in_full() {
        let mut tenants = Tenants::default();
        tenants.take(
            vec![
                json!({ "id": "Root", "kind": "partner", "internal_tag": "acme" }),
                json!({ "id": "u", "kind": "unit", "internal_tag": "acme" }),
                json!({ "id": "A", "kind": "customer", "internal_tag": "acme" }),
                json!({ "id": "b", "kind": "customer" }),
                json!({ "id": "c", "kind": "folder" }),
                json!({ "id": "d", "kind": "customer", "deleted_at": "2025-01-01T00:00:00" }),
                json!({ "id": "e", "kind": "customer", "internal_tag": "acme", "deleted_at": "x" }),
            ],
            "root",
            |row| row.internal_tag.as_deref() == Some("acme"),
        );
        let kept: Vec<(&str, bool)> = tenants
            .rows
            .iter()
            .map(|(id, (_, full))| (id.as_str(), full.is_some()))
            .collect();
        assert_eq!(kept, [("a", true), ("b", false), ("c", false)]);
        let deleted: Vec<&str> = tenants
            .deleted
            .iter()
            .map(|(row, _)| row.id.as_str())
            .collect();
        assert_eq!(deleted, ["e"]);
        assert_eq!(tenants.missing, None);
        tenants.take(vec![json!({ "kind": "customer" })], "root", |_| false);
        assert!(tenants.missing.is_some());
    }

    #[test]
    fn a_partner_or_folder_in_self_service_mode_makes_the_list_incomplete() {
        for (kind, access, hides) in [
            ("partner", json!(false), true),
            ("folder", json!(false), true),
            ("customer", json!(false), false),
            ("partner", json!(true), false),
            ("partner", Value::Null, false),
        ] {
            let mut tenants = Tenants::default();
            let tenant = json!({ "id": "a", "kind": kind, "ancestral_access": access });
            let mut deleted = tenant.clone();
            deleted["deleted_at"] = json!("2025-01-01T00:00:00");
            tenants.take(vec![deleted], "root", |_| true);
            assert_eq!(tenants.missing, None, "{tenant}");
            tenants.take(vec![tenant.clone()], "root", |_| true);
            assert_eq!(tenants.missing.is_some(), hides, "{tenant}");
            let mut named = Tenants {
                elsewhere: BTreeSet::from(["a".to_owned()]),
                ..Tenants::default()
            };
            named.take(vec![tenant.clone()], "root", |_| true);
            assert_eq!(named.missing, None, "{tenant}");
        }
    }

    #[test]
    fn a_parent_that_may_not_be_listed_makes_the_list_incomplete() {
        let failed = |kind| {
            let mut tenants = Tenants::default();
            other_parent_failed("p", Failure::new(kind, "no"), &mut tenants)
                .map(|()| tenants.missing.is_some())
                .ok()
        };
        assert_eq!(failed(FailureKind::NotFound), Some(false));
        assert_eq!(failed(FailureKind::Forbidden), Some(true));
        assert_eq!(failed(FailureKind::Unreachable), None);
    }
}
