//! The customer list of Advanced Automation: the only way from a tenant to its
//! customer, since the list knows no filter (Acronis contract, 4.1 and 4.2).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use reqwest::Method;
use serde_json::Value;
use tokio::time::Instant;

use super::{
    envelope,
    session::{Request, Service, Session},
    wire::{self, CustomerRow},
};
use crate::{
    model::limit::PAGES_MAX,
    provider::{Failure, FailureKind},
};

/// Customers per page, as in the vendor's guides; the largest number that a
/// server takes is not published (Acronis contract, 4.2).
pub(super) const PAGE_SIZE: usize = 50;

/// How often a list that falls short is read. One of a few pages is rarely moved
/// twice; what is missing for good is not worth more.
const LISTINGS_MAX: usize = 3;

const OPERATION: &str = "POST /Customer";

/// The customers of Advanced Automation, as listed at one time.
#[derive(Debug, Clone)]
pub(super) struct Directory {
    asked: Instant,
    rows: BTreeMap<String, CustomerRow>,
    by_tenant: BTreeMap<String, Vec<String>>,
    by_name: BTreeMap<String, Vec<String>>,
    missing: Option<String>,
    /// Whether fewer records came than there were said to be.
    falls_short: bool,
}

impl Directory {
    /// The customers that belong to a tenant; more than one is a mistake there.
    pub(super) fn customers_of(&self, tenant: &str) -> &[String] {
        self.by_tenant.get(tenant).map_or(&[], Vec::as_slice)
    }

    /// The tenant that a customer belongs to.
    pub(super) fn tenant_of(&self, customer: &str) -> Option<&str> {
        self.rows.get(customer)?.tenant.as_deref()
    }

    /// Whether a record of this id was listed at all.
    pub(super) fn lists(&self, customer: &str) -> bool {
        self.rows.contains_key(customer)
    }

    /// Other records that have the name, apart from case and surrounding
    /// blanks. Records that belong to no tenant count as others, and so does
    /// the partner.
    pub(super) fn others_named(&self, name: &str, tenant: &str) -> Vec<&str> {
        let named = self.by_name.get(&folded(name)).into_iter().flatten();
        named
            .map(String::as_str)
            .filter(|id| self.tenant_of(id) != Some(tenant))
            .collect()
    }

    /// What is missing, when fewer records came than the provider has.
    pub(super) fn missing(&self) -> Option<&str> {
        self.missing.as_deref()
    }

    /// The records that are customers, with the tenant of each.
    pub(super) fn customers(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let customers = self.rows.values().filter(|row| row.is_tier4);
        customers.map(|row| (row.id.as_str(), row.tenant.as_deref()))
    }

    /// Both lists in one.
    pub(super) fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.rows.extend(other.rows.clone());
        both.by_tenant = by_tenant(&both.rows);
        both.by_name = by_name(&both.rows);
        both.missing = both.missing.or_else(|| other.missing.clone());
        both
    }
}

fn by_tenant(rows: &BTreeMap<String, CustomerRow>) -> BTreeMap<String, Vec<String>> {
    let mut by_tenant: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows.values().filter(|row| row.is_tier4) {
        if let Some(tenant) = &row.tenant {
            by_tenant
                .entry(tenant.clone())
                .or_default()
                .push(row.id.clone());
        }
    }
    by_tenant
}

fn by_name(rows: &BTreeMap<String, CustomerRow>) -> BTreeMap<String, Vec<String>> {
    let mut by_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows.values() {
        let name = folded(row.name.as_deref().unwrap_or_default());
        by_name.entry(name).or_default().push(row.id.clone());
    }
    by_name
}

/// A name as names are compared here.
pub(super) fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Puts pages together and says when they are all there.
#[derive(Default)]
struct Pages {
    rows: BTreeMap<String, CustomerRow>,
    /// The largest number of records that a page told of.
    found: Option<usize>,
    empty_seen: bool,
    /// Whether a page brought nothing new.
    ended: bool,
    unreadable: usize,
}

impl Pages {
    /// Takes a page in; none when it holds no list. False when another page
    /// would bring nothing more: the page was empty or brought no new record.
    /// Nothing else ends the list. The number of pages is always 0, the server
    /// may cap the size of a page, and no document says whether the number of
    /// records is that of all of them or of this page (Acronis contract, 4.2):
    /// it may show that some are missing, and never that all are there.
    fn take(&mut self, answer: &Value) -> Option<bool> {
        let items = wire::list(answer, "Customers")?;
        self.found = self.found.max(wire::records_found(answer));
        // A null in the place of the list proves nothing.
        let is_list = wire::member(answer, "Customers").is_some_and(Value::is_array);
        self.empty_seen |= is_list && items.is_empty();
        let before = self.rows.len();
        for item in items {
            match CustomerRow::of(item) {
                Some(row) => {
                    self.rows.insert(row.id.clone(), row);
                }
                None => self.unreadable += 1,
            }
        }
        self.ended = self.rows.len() == before;
        Some(!self.ended)
    }

    fn into_directory(self, asked: Instant) -> Directory {
        let here = self.rows.len();
        let missing = match self.found {
            _ if self.unreadable > 0 => Some(format!(
                "{} of the customers that Advanced Automation listed have no id",
                self.unreadable
            )),
            Some(found) if here < found => Some(format!(
                "Advanced Automation says that it has {found} customers, and listed {here}"
            )),
            _ if !self.ended => {
                Some("the list of Advanced Automation's customers does not end".to_owned())
            }
            None if !self.empty_seen => Some(
                "Advanced Automation does not say how many customers it has, and its list did not end"
                    .to_owned(),
            ),
            Some(_) | None => None,
        };
        Directory {
            asked,
            by_tenant: by_tenant(&self.rows),
            by_name: by_name(&self.rows),
            rows: self.rows,
            missing,
            falls_short: self.ended && self.found.is_some_and(|found| here < found),
        }
    }
}

impl Session {
    /// The customer list, read anew after this moment. Callers who come while
    /// another list is being read wait for that, and share the next one.
    pub(super) async fn fresh_directory(&self) -> Result<Arc<Directory>, Failure> {
        let wanted = Instant::now();
        let mut held = self.directory.lock().await;
        if let Some(directory) = held.as_ref().filter(|held| held.asked > wanted) {
            return Ok(Arc::clone(directory));
        }
        let directory = Arc::new(self.list_customers(false).await?);
        *held = Some(Arc::clone(&directory));
        Ok(directory)
    }

    /// The customers that are not active, as last read, or read now. A list
    /// without a filter is taken to hold them too, but no document says so
    /// (Acronis contract, 4.1): nobody is believed to have no customer before
    /// this has been looked at.
    pub(super) async fn inactive_directory(&self) -> Result<Arc<Directory>, Failure> {
        let mut held = self.inactive.lock().await;
        if let Some(directory) = held.as_ref() {
            return Ok(Arc::clone(directory));
        }
        let directory = Arc::new(self.list_customers(true).await?);
        *held = Some(Arc::clone(&directory));
        Ok(directory)
    }

    /// A fresh list with everybody in it, and everybody who is not active, read
    /// now.
    pub(super) async fn whole_directory(&self) -> Result<Directory, Failure> {
        let directory = self.fresh_directory().await?;
        Ok(directory.and(&self.list_customers(true).await?))
    }

    /// The customer list as last read, or read now.
    pub(super) async fn any_directory(&self) -> Result<Arc<Directory>, Failure> {
        if let Some(directory) = self.directory.lock().await.as_ref() {
            return Ok(Arc::clone(directory));
        }
        self.fresh_directory().await
    }

    /// A customer list that knows the tenant, if there is any: the one read
    /// last, or else one read now. What ties a customer to its tenant does not
    /// change, so an old list is good for those that it knows.
    pub(super) async fn directory_knowing(&self, tenant: &str) -> Result<Arc<Directory>, Failure> {
        let directory = self.any_directory().await?;
        if directory.customers_of(tenant).is_empty() {
            return self.fresh_directory().await;
        }
        Ok(directory)
    }

    /// Lists without the filter `Active`, so that customers of disabled tenants
    /// are there too, or those who are `inactive` alone. A list that falls short
    /// is read again: it moves while customers are made, by ourselves too.
    async fn list_customers(&self, inactive: bool) -> Result<Directory, Failure> {
        let mut directory = self.list_customers_once(inactive).await?;
        for _ in 1..LISTINGS_MAX {
            if !directory.falls_short {
                break;
            }
            directory = self.list_customers_once(inactive).await?;
        }
        Ok(directory)
    }

    async fn list_customers_once(&self, inactive: bool) -> Result<Directory, Failure> {
        let asked = Instant::now();
        let mut pages = Pages::default();
        for page in 1..=PAGES_MAX {
            let mut request =
                Request::read(Service::Automation, Method::POST, OPERATION, &["Customer"])
                    .query("Page", page.to_string())
                    .query("PageSize", PAGE_SIZE.to_string());
            if inactive {
                request = request.query("Active", "false");
            }
            let answer = self.call(request).await.map_err(needs_role)?;
            let more = pages
                .take(&answer)
                .ok_or_else(|| envelope::foreign(OPERATION, "the answer holds no customers"))?;
            if !more {
                break;
            }
        }
        Ok(pages.into_directory(asked))
    }

    /// One customer in full; none when there is no such.
    pub(super) async fn customer(&self, id: &str) -> Result<Option<Value>, Failure> {
        let request = Request::read(Service::Automation, Method::POST, OPERATION, &["Customer"])
            .query("id", id);
        let answer = match self.call(request).await {
            Ok(answer) => answer,
            Err(failure) if failure.kind == FailureKind::NotFound => {
                return Ok(None);
            }
            Err(failure) => return Err(failure),
        };
        if answer.is_null() {
            return Ok(None);
        }
        match wire::guid_at(&answer, "Id") {
            Some(found) if found == id => {}
            _ => {
                return Err(envelope::malformed(
                    OPERATION,
                    "the answer is about another customer",
                ));
            }
        }
        Ok(Some(answer))
    }
}

/// Advanced Automation has roles of its own (Acronis contract, 2).
fn needs_role(failure: Failure) -> Failure {
    if failure.kind == FailureKind::Forbidden {
        return failure.hint("give the API client's maker a role in Advanced Automation");
    }
    failure
}

/// Reads pages of a list without a total until one is empty or brings nothing
/// new (the customer list says what is missing, too). `name` is the wrapper's
/// key.
pub(super) async fn paged(
    session: &Session,
    operation: &'static str,
    path: &'static str,
    name: &str,
) -> Result<Vec<Value>, Failure> {
    let mut seen = BTreeSet::new();
    let mut items = Vec::new();
    for page in 1..=PAGES_MAX {
        let request = Request::read(Service::Automation, Method::GET, operation, &[path])
            .query("Page", page.to_string())
            .query("PageSize", PAGE_SIZE.to_string());
        let answer = session.call(request).await?;
        let Some(page) = wire::list(&answer, name) else {
            return Err(envelope::foreign(operation, "the answer holds no list"));
        };
        let before = items.len();
        for item in page {
            if let Some(id) = wire::guid_at(item, "Id")
                && seen.insert(id)
            {
                items.push(item.clone());
            }
        }
        if items.len() == before {
            return Ok(items);
        }
    }
    Err(envelope::malformed(operation, "the list does not end"))
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    /// A list that holds these rows and says that there are so many.
    pub(in crate::providers::acronis) fn directory(items: &[Value], found: usize) -> Directory {
        let mut pages = Pages::default();
        for items in [items, &[]] {
            pages.take(&json!({ "Customers": items, "AmountRecordsFound": found }));
        }
        pages.into_directory(Instant::now())
    }

    pub(in crate::providers::acronis) fn id(number: usize) -> String {
        format!("{number:08}-0000-4000-8000-000000000000")
    }

    pub(in crate::providers::acronis) fn customer(number: usize) -> Value {
        json!({
            "Id": id(number).to_uppercase(), "Name": format!("Customer {number}"),
            "IsTier4": true, "ExternalTenantUUID": id(1000 + number).to_uppercase(),
        })
    }

    /// Feeds pages of customers by number; gives the list and how many pages
    /// were taken.
    fn listed(pages: &[&[usize]], found: Option<usize>) -> (Directory, usize) {
        let mut taken = Pages::default();
        let mut count = 0;
        for page in pages {
            count += 1;
            let items: Vec<Value> = page.iter().map(|&number| customer(number)).collect();
            let answer =
                json!({ "Customers": items, "AmountRecordsFound": found, "AmountOfPages": 0 });
            if taken.take(&answer) != Some(true) {
                break;
            }
        }
        (taken.into_directory(Instant::now()), count)
    }

    #[test]
    fn paging_stops_at_a_page_that_brings_nothing_and_at_no_number() {
        // Whether the number is that of all records, of the page, or none.
        for found in [Some(5), Some(2), Some(0)] {
            let (directory, pages) = listed(&[&[1, 2], &[3, 4], &[5], &[], &[6]], found);
            assert_eq!((directory.rows.len(), pages), (5, 4), "{found:?}");
            assert_eq!(directory.missing(), None, "{found:?}");
        }
        let (directory, _) = listed(&[&[1, 2], &[3, 4]], Some(4));
        assert!(directory.missing().is_some(), "it did not end");
    }

    #[test]
    fn the_largest_number_of_records_shows_what_is_missing() {
        let mut pages = Pages::default();
        pages.take(&json!({ "Customers": [customer(1)], "AmountRecordsFound": 2 }));
        pages.take(&json!({ "Customers": [], "AmountRecordsFound": 0 }));
        let missing = pages.into_directory(Instant::now()).missing;
        assert!(missing.is_some_and(|missing| missing.contains("has 2 customers, and listed 1")));
    }

    #[test]
    fn a_short_page_does_not_end_the_list() {
        let (directory, pages) = listed(&[&[1, 2], &[3], &[4, 5], &[]], Some(5));
        assert_eq!((directory.rows.len(), pages), (5, 4));
        assert_eq!(directory.missing(), None);
    }

    #[test]
    fn repeated_rows_count_once_and_what_they_hide_is_missing() {
        let (directory, pages) = listed(&[&[1, 2], &[2, 3], &[], &[4]], Some(4));
        assert_eq!(pages, 3);
        assert_eq!(
            directory.missing(),
            Some("Advanced Automation says that it has 4 customers, and listed 3")
        );
    }

    #[test]
    fn a_server_that_repeats_its_page_is_left() {
        let (directory, pages) = listed(&[&[1], &[1], &[1]], Some(3));
        assert_eq!(pages, 2);
        assert!(directory.missing().is_some());
    }

    #[test]
    fn without_a_total_only_an_empty_page_proves_the_end() {
        assert_eq!(listed(&[&[1], &[]], None).0.missing(), None);
        assert!(listed(&[&[1], &[1]], None).0.missing().is_some());
    }

    #[test]
    fn null_in_the_place_of_the_list_proves_no_end() {
        let mut pages = Pages::default();
        assert_eq!(pages.take(&json!({ "Customers": null })), Some(false));
        assert!(pages.into_directory(Instant::now()).missing().is_some());
        assert_eq!(Pages::default().take(&json!({ "x": [] })), None);
    }

    #[test]
    fn both_lists_are_one() {
        let one = directory(&[customer(1)], 1);
        let both = one.and(&directory(&[customer(2)], 1));
        assert_eq!(both.customers_of(&id(1001)), [id(1)]);
        assert_eq!(both.customers_of(&id(1002)), [id(2)]);
        assert_eq!((both.rows.len(), both.missing()), (2, None));
        assert!(one.and(&directory(&[], 1)).missing().is_some());
    }

    #[test]
    fn a_row_without_an_id_makes_the_list_incomplete() {
        assert!(directory(&[json!({ "Name": "x" })], 1).missing().is_some());
    }

    #[test]
    fn customers_are_found_by_tenant_whatever_the_case() {
        let (directory, _) = listed(&[&[1, 2], &[]], Some(2));
        assert_eq!(directory.customers_of(&id(1001)), [id(1)]);
        assert_eq!(directory.tenant_of(&id(2)), Some(id(1002).as_str()));
        assert!(directory.customers_of(&id(1)).is_empty());
    }

    #[test]
    fn the_partner_in_its_own_list_is_nobodys_customer() {
        let mut partner = customer(1);
        partner["IsTier4"] = json!(false);
        let directory = directory(&[partner], 1);
        assert!(directory.customers_of(&id(1001)).is_empty());
        assert_eq!(directory.others_named("customer 1", "other"), [id(1)]);
    }

    #[test]
    fn another_of_the_same_name_is_found_apart_from_case_and_blanks() {
        let (directory, _) = listed(&[&[1, 2]], Some(2));
        assert_eq!(directory.others_named(" CUSTOMER 1 ", &id(1002)), [id(1)]);
        assert!(directory.others_named("Customer 1", &id(1001)).is_empty());
        assert!(directory.others_named("Customer", &id(1001)).is_empty());
    }
}
