//! Look-up tables: the tenant's dictionaries, and the languages, for which
//! there is no dictionary (Zegoal contract, 7.2).

use serde_json::Value;

use super::wire::{self, Found};
use crate::provider::{Choice, Table, codec};

/// The table of languages, which no API returns.
pub(super) const LANGUAGE: &str = "language";

/// The dictionary of account categories. That account codes stand in it is a
/// guess from its name, so it refuses nothing.
const CATEGORY: &str = "acct_cat_code_id";

/// The languages that the `CreateAccount` page names. The server may know more.
pub(super) fn languages() -> Table {
    let choice = |id: &str, name: &str, aliases: &[&str]| Choice {
        id: id.to_owned(),
        name: name.to_owned(),
        aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
    };
    Table {
        choices: vec![
            choice("en", "English", &[]),
            choice("ua", "Ukrainian", &["uk"]),
            choice("ru", "Russian", &[]),
        ],
        open: true,
    }
}

/// A table that could not be read: whatever a manifest says is sent, and the
/// server decides.
pub(super) fn unread() -> Table {
    Table {
        choices: Vec::new(),
        open: true,
    }
}

/// The table in an answer of `GetTenantDict`.
pub(super) fn dictionary(name: &str, response: &Value) -> Table {
    let Some(Found::Rows(rows)) = response.get("dictionary").map(wire::rows) else {
        return unread();
    };
    let text = |row: &Value, name: &str| row.get(name).and_then(codec::as_text);
    let mut choices: Vec<Choice> = rows
        .iter()
        .filter_map(|row| {
            let value = text(row, "value")?;
            let description = text(row, "description");
            Some(Choice {
                name: value.clone(),
                aliases: description
                    .into_iter()
                    .filter(|alias| *alias != value && !alias.is_empty())
                    .collect(),
                id: value,
            })
        })
        .collect();
    add_spellings_of_email(&mut choices);
    Table {
        open: choices.is_empty() || name == CATEGORY,
        choices,
    }
}

/// `e-mail` and `email` mean the same (Zegoal contract, 8.2 row 8), so that a
/// dictionary with one of them takes both.
fn add_spellings_of_email(choices: &mut [Choice]) {
    let [with, without] = ["e-mail", "email"].map(|id| choices.iter().position(|it| it.id == id));
    match (with, without) {
        (Some(place), None) => choices[place].aliases.push("email".to_owned()),
        (None, Some(place)) => choices[place].aliases.push("e-mail".to_owned()),
        (Some(_), Some(_)) | (None, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::provider::Lookups;

    fn lookups(name: &'static str, table: Table) -> Lookups {
        let mut lookups = Lookups::default();
        lookups.add(name, table);
        lookups
    }

    #[test]
    fn languages_go_by_code_or_name_and_others_pass() {
        let lookups = lookups(LANGUAGE, languages());
        for (said, id) in [
            ("en", "en"),
            ("English", "en"),
            ("uk", "ua"),
            ("Ukrainian", "ua"),
            ("russian", "ru"),
            ("be", "be"),
        ] {
            assert_eq!(lookups.resolve(LANGUAGE, said).as_deref(), Ok(id));
        }
    }

    #[test]
    fn a_dictionary_is_a_closed_table_with_descriptions_as_aliases() {
        let response = json!({ "dictionary": [
            { "value": "BYN", "oid": 93, "description": "BYN" },
            { "value": "USD", "oid": 94, "description": "US dollar" },
        ] });
        let lookups = lookups("curr_codes", dictionary("curr_codes", &response));
        assert_eq!(lookups.resolve("curr_codes", "usd").as_deref(), Ok("USD"));
        let dollar = lookups.resolve("curr_codes", "US dollar");
        assert_eq!(dollar.as_deref(), Ok("USD"));
        assert!(lookups.resolve("curr_codes", "QQQ").is_err());
    }

    #[test]
    fn a_dictionary_of_one_value_may_be_a_bare_object() {
        let response = json!({ "dictionary": { "value": "Signed", "oid": 1, "description": "" } });
        let table = dictionary("contract_status", &response);
        assert_eq!(table.choices.len(), 1);
        assert!(!table.open);
    }

    #[test]
    fn a_dictionary_that_says_nothing_refuses_nothing() {
        for response in [
            json!({}),
            json!({ "dictionary": [] }),
            json!({ "dictionary": "" }),
            json!({ "dictionary": ["acct_cat_code_id", "curr_codes"] }),
        ] {
            assert!(dictionary("curr_codes", &response).open, "{response}");
        }
        let regular = json!({ "dictionary": [{ "value": "regular" }] });
        assert!(dictionary(CATEGORY, &regular).open);
    }

    #[test]
    fn both_spellings_of_email_are_taken() {
        for (known, said) in [("e-mail", "email"), ("email", "e-mail")] {
            let response = json!({ "dictionary": [{ "value": known }] });
            let lookups = lookups("bill_dist_codes", dictionary("bill_dist_codes", &response));
            let found = lookups.resolve("bill_dist_codes", said);
            assert_eq!(found.as_deref(), Ok(known));
        }
        let both = json!({ "dictionary": [{ "value": "e-mail" }, { "value": "email" }] });
        let lookups = lookups("bill_dist_codes", dictionary("bill_dist_codes", &both));
        for said in ["e-mail", "email"] {
            let found = lookups.resolve("bill_dist_codes", said);
            assert_eq!(found.as_deref(), Ok(said));
        }
    }
}
