//! Lists and reads tenants of Account Management.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use reqwest::Method;
use serde_json::Value;

use super::{
    envelope,
    session::{Request, Service, Session},
    wire::{TenantPage, TenantRow},
};
use crate::{
    model::limit::PAGES_MAX,
    provider::{Failure, FailureKind},
};

/// Tenants per page. The default is 5000 and the largest number is not
/// published (Acronis contract, 3.3); this many stay under 4 MB.
const PAGE_SIZE: usize = 1000;

/// How deep folders are followed. People nest them two or three deep.
const FOLDER_DEPTH_MAX: usize = 16;

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

/// All tenants below one or more parents.
#[derive(Default)]
pub(super) struct Tenants {
    /// The living ones by id, in full for those that were asked for.
    pub(super) rows: BTreeMap<String, (TenantRow, Option<Value>)>,
    /// The deleted ones that were asked for, in full.
    pub(super) deleted: Vec<(TenantRow, Value)>,
    /// What is missing, when the list cannot be trusted.
    pub(super) missing: Option<String>,
}

impl Tenants {
    /// Takes a page in and gives the folders on it.
    fn take(&mut self, items: Vec<Value>, wanted: impl Fn(&TenantRow) -> bool) -> Vec<String> {
        let mut folders = Vec::new();
        for item in items {
            let Some(row) = TenantRow::of(&item) else {
                self.misses("a tenant was listed without an id".to_owned());
                continue;
            };
            if row.deleted_at.is_some() {
                if wanted(&row) {
                    self.deleted.push((row, as_listed(item)));
                }
                continue;
            }
            if row.kind == "folder" {
                folders.push(row.id.clone());
            }
            let full = wanted(&row).then(|| as_listed(item));
            self.rows.insert(row.id.clone(), (row, full));
        }
        folders
    }

    fn misses(&mut self, what: String) {
        self.missing.get_or_insert(what);
    }
}

impl Session {
    /// Lists the children of these parents, and those of the folders among
    /// them. The first parent is our own tenant, which must be readable.
    pub(super) async fn list_tenants(
        &self,
        parents: &[String],
        wanted: impl Fn(&TenantRow) -> bool + Sync,
    ) -> Result<Tenants, Failure> {
        let mut tenants = Tenants::default();
        let mut seen = BTreeSet::new();
        let mut queue: VecDeque<(String, usize)> =
            parents.iter().map(|parent| (parent.clone(), 0)).collect();
        while let Some((parent, depth)) = queue.pop_front() {
            if !seen.insert(parent.clone()) {
                continue;
            }
            if depth > FOLDER_DEPTH_MAX {
                tenants.misses(format!(
                    "folders nest deeper than {FOLDER_DEPTH_MAX}, and what is below was not listed"
                ));
                continue;
            }
            match self.list_children(&parent, &mut tenants, &wanted).await {
                Ok(folders) => {
                    queue.extend(folders.into_iter().map(|folder| (folder, depth + 1)));
                }
                Err(failure) if seen.len() > 1 => {
                    other_parent_failed(&parent, failure, &mut tenants)?;
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(tenants)
    }

    /// Reads all pages of one parent's children, and gives the folders.
    async fn list_children(
        &self,
        parent: &str,
        tenants: &mut Tenants,
        wanted: &(impl Fn(&TenantRow) -> bool + Sync),
    ) -> Result<Vec<String>, Failure> {
        let mut folders = Vec::new();
        let mut cursors = BTreeSet::new();
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let request = Request::read(Service::Account, Method::GET, LIST, &["tenants"])
                .query("limit", PAGE_SIZE.to_string());
            // The cursor carries the filters already (Acronis contract, 3.3).
            let request = match &after {
                None => request
                    .query("parent_id", parent)
                    .query("lod", "full")
                    .query("allow_deleted", "true"),
                Some(after) => request.query("after", after),
            };
            let page = page(self.call(request).await?)?;
            after = page.after().map(str::to_owned);
            folders.extend(tenants.take(page.items, wanted));
            match &after {
                None => return Ok(folders),
                Some(cursor) if cursors.insert(cursor.clone()) => {}
                Some(_) => break,
            }
        }
        tenants.misses(format!("the list of the children of {parent} does not end"));
        Ok(folders)
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
            tenants.misses(format!("the children of {parent} may not be listed"));
            Ok(())
        }
        _ => Err(failure),
    }
}

fn page(answer: Value) -> Result<TenantPage, Failure> {
    serde_json::from_value(answer)
        .map_err(|_| envelope::malformed(LIST, "the answer holds no tenants"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_living_tenants_are_rows_and_only_wanted_ones_are_kept_in_full() {
        let mut tenants = Tenants::default();
        let folders = tenants.take(
            vec![
                json!({ "id": "A", "kind": "customer", "internal_tag": "acme" }),
                json!({ "id": "b", "kind": "customer" }),
                json!({ "id": "c", "kind": "folder" }),
                json!({ "id": "d", "kind": "customer", "deleted_at": "2025-01-01T00:00:00" }),
                json!({ "id": "e", "kind": "customer", "internal_tag": "acme", "deleted_at": "x" }),
            ],
            |row| row.internal_tag.as_deref() == Some("acme"),
        );
        assert_eq!(folders, ["c"]);
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
        tenants.take(vec![json!({ "kind": "customer" })], |_| false);
        assert!(tenants.missing.is_some());
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
