//! Reads billing information: which customer of Advanced Automation is a
//! tenant's.

use serde_json::Value;

use super::{directory::Directory, namesakes::Names, session::Session, wire::guid_at};
use crate::{model::Tree, provider::Failure};

/// What is known of the customer that belongs to a tenant.
#[derive(Debug, PartialEq)]
pub(super) enum Customer {
    /// Nobody asked.
    Unread,
    /// There is none, or none yet.
    None,
    /// None says that it is the tenant's, and another may be; the sentence says
    /// which, and what to do.
    Doubtful(String),
    /// The customer in full.
    Found(Value),
    /// Something is wrong that a person must mend; the sentence says what.
    Problem(String),
}

impl Session {
    /// The customer of a tenant, with what is wanted of the two.
    pub(super) async fn customer_of(
        &self,
        id: &str,
        tenant: &Value,
        desired: &Tree,
        directory: &Directory,
    ) -> Result<Customer, Failure> {
        let mut listed = directory.customers_of(id);
        let inactive;
        if listed.is_empty() {
            inactive = self.inactive_directory().await?;
            listed = inactive.customers_of(id);
            if listed.is_empty() {
                let live = tenant["name"].as_str();
                let names = Names::of(live, desired);
                let lists = [directory, inactive.as_ref()];
                return Ok(absent(lists, id, &names));
            }
        }
        if let [first, second, ..] = listed {
            return Ok(Customer::Problem(format!(
                "billing: the customers {first} and {second} of Advanced Automation both belong \
                 to this tenant, so neither is written; ask the vendor to mend that"
            )));
        }
        let found = self.customer(&listed[0]).await?;
        Ok(checked(found, &listed[0], id))
    }
}

/// Absence is believed only where nothing is missing from the lists, and nobody
/// in them has the tenant's name.
fn absent(lists: [&Directory; 2], tenant: &str, names: &Names<'_>) -> Customer {
    if let Some(missing) = lists.iter().find_map(|list| list.missing()) {
        return Customer::Problem(format!("billing: no customer was listed, but {missing}"));
    }
    let mut namesakes = lists.iter().filter_map(|list| names.taken(list, tenant));
    namesakes.next().map_or(Customer::None, |namesake| {
        Customer::Doubtful(format!("billing: {namesake}: {}", namesake.hint()))
    })
}

/// The customer, when it says that it belongs to the tenant.
pub(super) fn checked(found: Option<Value>, customer: &str, tenant: &str) -> Customer {
    match found {
        Some(found) if guid_at(&found, "ExternalTenantUUID").as_deref() == Some(tenant) => {
            Customer::Found(found)
        }
        Some(_) => Customer::Problem(format!(
            "billing: customer {customer} of Advanced Automation is listed as this tenant's and \
             says that it belongs to another"
        )),
        None => Customer::Problem(format!(
            "billing: customer {customer} of Advanced Automation is listed and cannot be read"
        )),
    }
}

/// Whether the main office was made after the list was read.
pub(super) fn has_newer_main_office(customer: &Customer, directory: &Directory) -> bool {
    let Customer::Found(customer) = customer else {
        return false;
    };
    guid_at(customer, "ParentCustomer").is_some_and(|office| !directory.lists(&office))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::providers::acronis::directory::tests::{customer as listed, directory, id};

    #[test]
    fn nobody_is_believed_absent_from_a_list_that_is_not_whole() {
        let tree = Tree::default();
        let names = |name| Names::of(Some(name), &tree);
        let whole = directory(&[listed(1)], 1);
        assert_eq!(
            absent([&whole, &whole], &id(9), &names("Foobar")),
            Customer::None
        );
        let part = directory(&[listed(1)], 2);
        for lists in [[&part, &whole], [&whole, &part]] {
            let found = absent(lists, &id(9), &names("Customer 1"));
            assert!(matches!(found, Customer::Problem(_)));
        }
    }

    #[test]
    fn a_namesake_in_either_list_is_a_doubt() {
        let mut unlinked = listed(1);
        unlinked["ExternalTenantUUID"] = json!(null);
        let (one, none) = (directory(&[unlinked], 1), directory(&[], 0));
        let tree = Tree::default();
        let names = Names::of(Some("customer 1"), &tree);
        for lists in [[&one, &none], [&none, &one]] {
            let found = absent(lists, &id(9), &names);
            assert!(matches!(found, Customer::Doubtful(_)));
        }
    }
}
