//! The tenant's dictionaries and `GetTenantDict`.

use serde_json::{Value, json};

use super::{
    call::{Answer, Call},
    failure::Failure,
    state::State,
};

/// A named list of values, numbered from `first_oid` on.
struct Dictionary {
    name: &'static str,
    first_oid: u64,
    values: &'static [&'static str],
}

/// The six dictionaries that page `api-gettenantdict` names, in its order.
/// Values that no sample shows (`vip`, `EUR`, `postal_address`) are assumed.
static DICTIONARIES: [Dictionary; 6] = [
    Dictionary {
        name: "acct_cat_code_id",
        first_oid: 11,
        values: &["regular", "vip"],
    },
    Dictionary {
        name: "curr_codes",
        first_oid: 93,
        values: &["BYN", "USD", "EUR", "UAH", "RUB"],
    },
    Dictionary {
        name: "bill_dist_codes",
        first_oid: 31,
        values: &["e-mail", "email"],
    },
    Dictionary {
        name: "contract_status",
        first_oid: 41,
        values: &["Signed", "Unsigned"],
    },
    Dictionary {
        name: "contact_type",
        first_oid: 51,
        values: &["main_contact", "tech_spec", "manager"],
    },
    Dictionary {
        name: "address_type",
        first_oid: 61,
        values: &["main_address", "postal_address"],
    },
];

/// Whether a dictionary has this value, compared exactly.
pub(super) fn holds(dictionary: &str, value: &str) -> bool {
    find(dictionary).is_some_and(|dictionary| dictionary.values.contains(&value))
}

/// `GetTenantDict`: the names of all dictionaries, or the values of one.
pub(super) fn get_tenant_dict(_: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    let name = call.text("dictionary_name", "")?;
    let mut response = call.response();
    call.name_zone(&mut response);
    if name.is_empty() {
        let names: Value = DICTIONARIES
            .iter()
            .map(|dictionary| dictionary.name)
            .collect();
        response.insert("dictionary".to_owned(), names);
        return Ok(Answer::new(response));
    }
    let dictionary = find(&name).ok_or_else(|| Failure::text("Dictionary is not found"))?;
    let values = dictionary
        .values
        .iter()
        .zip(dictionary.first_oid..)
        .map(|(value, oid)| json!({"value": value, "oid": oid, "description": value}))
        .collect();
    response.insert("dictionary".to_owned(), values);
    response.insert("dictionary_name".to_owned(), name.into());
    Ok(Answer::new(response))
}

fn find(name: &str) -> Option<&'static Dictionary> {
    DICTIONARIES
        .iter()
        .find(|dictionary| dictionary.name == name)
}
