//! Customers of Advanced Automation that have a name of a tenant which has no
//! customer. One may be the tenant's own whose link is lost, so that a second of
//! the same business would be made, and the provider may take one for the other
//! (Acronis contract, 4.4).
//!
//! One that belongs to another tenant is certainly not ours, and several tenants
//! of one firm share its name: it is in the way only under the name that the
//! customer would be made with, by which the provider may go.

use std::{collections::BTreeMap, fmt};

use super::directory::{Directory, folded};
use crate::{
    model::{Kind, Tree},
    provider::Wanted,
};

/// The id of a tenant that is yet to be made: no customer belongs to it.
const NEW_TENANT: &str = "";

/// The names of a tenant that has no customer.
pub(super) struct Names<'a> {
    /// The tenant's, when its customer is made.
    made_under: Option<&'a str>,
    /// The tenant's until then.
    live: Option<&'a str>,
    /// The one that the customer is to get.
    billing: Option<&'a str>,
}

/// Somebody in whose presence no customer is made for a tenant.
#[derive(Debug, PartialEq)]
pub(super) struct Namesake<'a> {
    customer: &'a str,
    /// The tenant that it belongs to.
    owner: Option<&'a str>,
    /// Whether it has the tenant's name, and not only the wanted `billing.name`.
    of_tenant: bool,
}

impl<'a> Names<'a> {
    /// The names of a tenant that is called `live`, and what it is to be called.
    pub(super) fn of(live: Option<&'a str>, desired: &'a Tree) -> Self {
        Self {
            made_under: desired.text("tenant.name").or(live),
            live,
            billing: desired.text("billing.name"),
        }
    }

    /// The names of a tenant whose customer is made now.
    pub(super) fn now(live: &'a str, desired: &'a Tree) -> Self {
        Self {
            made_under: Some(live),
            ..Self::of(Some(live), desired)
        }
    }

    /// Who keeps a customer of the tenant from being made.
    pub(super) fn taken<'d>(&self, directory: &'d Directory, tenant: &str) -> Option<Namesake<'d>> {
        let others = |name: Option<&str>, of_tenant| {
            let name = name.filter(|name| !name.trim().is_empty());
            let others = name.map(|name| directory.others_named(name, tenant));
            let others = others.into_iter().flatten();
            others.map(move |customer| Namesake {
                customer,
                owner: directory.tenant_of(customer),
                of_tenant,
            })
        };
        let may_be_ours = |namesake: &Namesake<'_>| namesake.owner.is_none();
        others(self.made_under, true)
            .chain(others(self.live, true).filter(may_be_ours))
            .chain(others(self.billing, false).filter(may_be_ours))
            .next()
    }
}

impl Namesake<'_> {
    /// What to do about it.
    pub(super) fn hint(&self) -> &'static str {
        match (self.owner, self.of_tenant) {
            (Some(_), _) => {
                "rename one of the two, or enter the billing information of this one by hand once"
            }
            (None, true) => {
                "if it is this tenant's, link it to the tenant in the management portal, or ask the \
                 vendor to; if not, rename it there, or enter the billing information of this one \
                 by hand once"
            }
            (None, false) => {
                "if it is this tenant's, link it to the tenant in the management portal, or ask the \
                 vendor to; if not, leave billing.name out until this one has a customer"
            }
        }
    }
}

impl fmt::Display for Namesake<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            customer,
            owner,
            of_tenant,
        } = self;
        match owner {
            Some(owner) => write!(f, "customer {customer}, which belongs to tenant {owner}, ")?,
            None => write!(f, "customer {customer}, which belongs to no tenant, ")?,
        }
        match (owner, of_tenant) {
            (Some(_), true) => f.write_str(
                "has the same name as this tenant, and the provider might overwrite its bank \
                 account and tax with this one's",
            ),
            (None, true) => f.write_str(
                "has the same name as this tenant: it may be this one's own, or the provider might \
                 overwrite its bank account and tax with this one's",
            ),
            (_, false) => f.write_str("has the wanted billing.name, and may be this tenant's own"),
        }
    }
}

/// What a reviewer should know where tenants are made that have such a name:
/// their own customers may come by themselves, and then nobody is in the way.
pub(super) fn notes(wanted: &[Wanted], directory: &Directory) -> BTreeMap<(Kind, String), String> {
    let billed = wanted
        .iter()
        .filter(|wanted| wanted.desired.touches("billing"));
    let mut first: BTreeMap<String, &str> = BTreeMap::new();
    let noted = billed.filter_map(|wanted| {
        let names = Names::of(None, &wanted.desired);
        let earlier = names.made_under.map(folded).and_then(|name| {
            let key = *first.entry(name).or_insert(&wanted.key);
            (key != wanted.key).then_some(key)
        });
        let in_the_way = match (names.taken(directory, NEW_TENANT), earlier) {
            (Some(namesake), _) => namesake.to_string(),
            (None, Some(key)) => format!("the tenant with the key `{key}` has the same name"),
            (None, None) => return None,
        };
        let note = format!(
            "billing: {in_the_way}; if the new tenant's customer does not appear in Advanced \
             Automation by itself, none is made"
        );
        Some(((wanted.kind, wanted.key.clone()), note))
    });
    noted.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::{
        model::Leaf,
        providers::acronis::{
            customer as kind,
            directory::tests::{customer, directory, id},
        },
    };

    /// Whether customer 1 keeps one from being made for another tenant.
    fn check(live: &str, wanted: &[(&str, &str)], linked: bool, expected: bool) {
        let mut other = customer(1);
        if !linked {
            other["ExternalTenantUUID"] = Value::Null;
        }
        let directory = directory(&[other], 1);
        let wanted = wanted.iter();
        let desired =
            wanted.map(|(path, text)| (kind().path(path), Leaf::Text((*text).to_owned())));
        let desired = desired.collect();
        let taken = Names::of(Some(live), &desired).taken(&directory, &id(1009));
        let what = format!("{live} {linked} {taken:?}");
        assert_eq!(taken.is_some(), expected, "{what}");
    }

    #[test]
    fn who_belongs_to_nobody_is_in_the_way_under_every_name_and_others_under_one() {
        for linked in [false, true] {
            check("CUSTOMER 1 ", &[], linked, true);
            check("Foobar", &[("tenant.name", " customer 1")], linked, true);
            check("Customer 1", &[("tenant.name", "Foobar")], linked, !linked);
            check("Foobar", &[("billing.name", "Customer 1")], linked, !linked);
            check("Foobar", &[("billing.name", " ")], linked, false);
        }
    }
}
