//! Whether a customer looks as the vendor's samples do: no schema of it is
//! published.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    model::{Tree, id::is_uuid},
    provider::{Diagnosis, Wanted},
    providers::acronis::{
        convert, customer, directory::Directory, session::Session, tenants::Tenants,
    },
};

/// Reads one customer, that of the wanted record if there is one, and compares
/// its layout with the documented one.
pub(super) async fn of_one(
    session: &Session,
    directory: &Directory,
    tenants: &Tenants,
    wanted: Option<&Wanted>,
) -> Option<Diagnosis> {
    let key = wanted.map(|wanted| wanted.key.as_str());
    let of_wanted = tenants
        .rows
        .values()
        .filter(|(row, _)| key.is_some() && row.internal_tag.as_deref() == key)
        .find_map(|(row, _)| directory.customers_of(&row.id).first());
    let first = || directory.customers().next().map(|(id, _)| id);
    let id = of_wanted.map(String::as_str).or_else(first)?;
    Some(match session.customer(id).await {
        Ok(Some(found)) => layout(id, &found),
        Ok(None) => {
            let detail = format!("customer {id} is listed and cannot be read");
            Diagnosis::doubtful(CUSTOMER, detail)
        }
        Err(failure) => Diagnosis::failed(CUSTOMER, &failure),
    })
}

const CUSTOMER: &str = "customer layout";

/// The members that a customer has in the vendor's samples (Acronis contract,
/// 4.3).
fn documented() -> BTreeSet<&'static str> {
    let fields = customer().fields().iter();
    fields
        .filter(|facts| facts.path.is_in("billing"))
        .filter_map(|facts| facts.wire)
        .chain(["Id", "Tenant"])
        .collect()
}

/// What differs from the documented layout, without any value.
fn layout(id: &str, found: &Value) -> Diagnosis {
    let documented = documented();
    let members: BTreeMap<&str, &Value> = found
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    let missing: Vec<&str> = documented
        .iter()
        .copied()
        .filter(|name| !members.contains_key(name))
        .collect();
    let new = members
        .iter()
        .filter(|(name, _)| !documented.contains(*name));
    let (mut tree, mut unknown) = (Tree::default(), Vec::new());
    convert::decode("billing", found, &mut tree, &mut unknown);
    let strange = customer()
        .fields()
        .iter()
        .filter(|facts| unknown.iter().any(|path| path == facts.path.as_str()))
        .filter_map(|facts| facts.wire)
        .filter_map(|name| Some((name, members.get(name)?)));
    let mut lines: Vec<String> = Vec::new();
    lines.extend(missing.iter().map(|name| format!("missing: {name}")));
    lines.extend(new.map(|(name, value)| format!("not documented: {name}: {}", type_of(value))));
    lines.extend(strange.map(|(name, value)| format!("unexpected: {name}: {}", type_of(value))));
    if lines.is_empty() {
        let number = documented.len();
        let detail = format!("customer {id} has the {number} members of the samples");
        return Diagnosis::good(CUSTOMER, detail);
    }
    lines.insert(0, format!("customer {id} differs from the samples"));
    Diagnosis::doubtful(CUSTOMER, lines.join("\n"))
        .hint("report these lines; they hold names and types, and no value")
}

/// The type of a value, which is not shown.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(text) if is_uuid(text) => "id",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::provider::Health;

    #[test]
    fn a_customer_like_the_samples_is_well() {
        assert_eq!(documented().len(), 71);
        let mut found = json!({});
        for name in documented() {
            found[name] = Value::Null;
        }
        assert_eq!(layout("c", &found).health, Health::Good);
    }

    #[test]
    fn what_differs_from_the_samples_is_named_without_its_value() {
        let mut found = json!({ "LoyaltyTier": "gold", "PaymentTerms": "soon" });
        for name in documented().into_iter().filter(|name| *name != "City") {
            if found.get(name).is_none() {
                found[name] = Value::Null;
            }
        }
        let told = layout("c", &found);
        assert_eq!(told.health, Health::Doubtful);
        assert_eq!(
            told.detail.lines().skip(1).collect::<Vec<_>>(),
            [
                "missing: City",
                "not documented: LoyaltyTier: text",
                "unexpected: PaymentTerms: text",
            ]
        );
    }
}
