//! The look-up tables.

mod country;
mod language;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

use super::{
    directory::paged,
    envelope,
    session::{Request, Service, Session},
    wire::{self, guid_at},
};
use crate::provider::{Choice, Failure, FailureKind, Lookups, Table};

pub(super) use language::tenant_language;

/// Languages of tenants: codes that Account Management knows.
pub(super) const TENANT_LANGUAGE: &str = "tenantLanguage";
/// Legal forms: texts, not ids.
pub(super) const LEGAL_FORM: &str = "legalForm";
/// States, which are listed nowhere: the table is empty and takes ids as they
/// are (Acronis contract, 4.5).
pub(super) const STATE: &str = "state";
/// Sales taxes.
pub(super) const TAX: &str = "tax";
const BILLING_ENTITY: &str = "billingEntity";

/// The alias of the tax that the provider marks as default.
const DEFAULT_TAX: &str = "default";

/// A table that stands in the service desk's configuration, and how it is read.
type FormTable = (&'static str, fn(&Value) -> Table);

const FORM_TABLES: [FormTable; 8] = [
    ("country", countries),
    ("language", languages),
    ("sla", |form| {
        named(wire::member(form, "ServiceLevelAgreements"))
    }),
    ("category", categories),
    ("priority", |form| named(wire::member(form, "Priorities"))),
    ("group", |form| named(wire::member(form, "BusinessUnits"))),
    (LEGAL_FORM, legal_forms),
    ("supportUser", support_user),
];

impl Session {
    /// Fetches these tables. One that the account may not read is left out.
    pub(super) async fn lookups(
        &self,
        tables: &BTreeSet<&'static str>,
    ) -> Result<Lookups, Failure> {
        let mut lookups = Lookups::default();
        if tables.contains(TENANT_LANGUAGE) {
            lookups.add(TENANT_LANGUAGE, language::tenant_languages());
        }
        let wanted = |(name, _): &&FormTable| tables.contains(name);
        if FORM_TABLES.iter().any(|table| wanted(&table))
            && let Some(form) = readable(self.form_data().await)?
        {
            for (name, read) in FORM_TABLES.iter().filter(wanted) {
                lookups.add(name, read(&form));
            }
        }
        if tables.contains(TAX)
            && let Some(items) = readable(paged(self, "GET /Taxes", "Taxes", "taxes").await)?
        {
            lookups.add(TAX, taxes(&items));
        }
        if tables.contains(BILLING_ENTITY)
            && let Some(table) = readable(self.billing_entities().await)?
        {
            lookups.add(BILLING_ENTITY, table);
        }
        if tables.contains(STATE) {
            lookups.add(
                STATE,
                Table {
                    choices: Vec::new(),
                    open: true,
                },
            );
        }
        Ok(lookups)
    }

    async fn form_data(&self) -> Result<Value, Failure> {
        let request = Request::read(
            Service::Automation,
            Method::GET,
            "GET /StaticFormData",
            &["StaticFormData"],
        );
        self.call(request).await
    }

    async fn billing_entities(&self) -> Result<Table, Failure> {
        const OPERATION: &str = "GET /BillingEntities";
        let request = Request::read(
            Service::Automation,
            Method::GET,
            OPERATION,
            &["BillingEntities"],
        );
        let answer = self.call(request).await?;
        let items = wire::list(&answer, "entities")
            .ok_or_else(|| envelope::foreign(OPERATION, "the answer holds no entities"))?;
        Ok(closed(items.into_iter().filter_map(entity).collect()))
    }
}

/// The table, or nothing when the account may not read it.
fn readable<T>(outcome: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(failure) if failure.kind == FailureKind::Forbidden => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn closed(choices: Vec<Choice>) -> Table {
    Table {
        choices,
        open: false,
    }
}

fn choice(id: String, name: &str) -> Choice {
    Choice {
        id,
        name: name.to_owned(),
        aliases: Vec::new(),
    }
}

/// An object from ids to names, or to objects with a name. The order of its
/// members means nothing, so the ids order it.
fn named(map: Option<&Value>) -> Table {
    let members = map.and_then(Value::as_object).into_iter().flatten();
    let mut choices: Vec<Choice> = members
        .filter_map(|(id, value)| {
            let name = value.as_str().or_else(|| value.get("Name")?.as_str())?;
            Some(choice(wire::guid(id)?, name))
        })
        .collect();
    choices.sort_by(|one, other| one.id.cmp(&other.id));
    closed(choices)
}

fn countries(form: &Value) -> Table {
    let mut table = named(wire::member(form, "Countries"));
    for choice in &mut table.choices {
        choice.aliases = country::aliases(&choice.name);
    }
    table
}

fn languages(form: &Value) -> Table {
    let items = wire::list(form, "Languages").into_iter().flatten();
    let choices = items.filter_map(|item| {
        let name = item.get("Name")?.as_str()?;
        Some(Choice {
            aliases: language::aliases(name),
            ..choice(guid_at(item, "Id")?, name)
        })
    });
    closed(choices.collect())
}

/// Sub-categories, each under the name of its parent: several have the same
/// name, and a customer's category is always a sub-category (Acronis contract,
/// 4.3 and 4.5).
fn categories(form: &Value) -> Table {
    let items = wire::list(form, "Categories").unwrap_or_default();
    let name = |item: &Value| item.get("Name").and_then(Value::as_str).map(str::to_owned);
    let choices = items.iter().copied().filter_map(|item| {
        let parent = guid_at(item, "ParentId")?;
        let above = items
            .iter()
            .copied()
            .find(|item| guid_at(item, "Id").as_ref() == Some(&parent))?;
        let child = name(item)?;
        Some(Choice {
            aliases: vec![child.clone()],
            ..choice(guid_at(item, "Id")?, &format!("{}/{child}", name(above)?))
        })
    });
    closed(choices.collect())
}

fn legal_forms(form: &Value) -> Table {
    let items = wire::list(form, "LegalForms").into_iter().flatten();
    let choices = items
        .filter_map(Value::as_str)
        .map(|text| choice(text.to_owned(), text));
    closed(choices.collect())
}

/// The one support user whose name is returned; others go by id.
fn support_user(form: &Value) -> Table {
    let user = guid_at(form, "CurrentSupportUserId").map(|id| {
        let name = form.pointer("/CurrentSupportUser/UserName");
        choice(id, name.and_then(Value::as_str).unwrap_or("current user"))
    });
    Table {
        choices: user.into_iter().collect(),
        open: true,
    }
}

fn taxes(items: &[Value]) -> Table {
    let choices = items.iter().filter_map(|item| {
        let name = item.get("Name")?.as_str()?;
        let is = |member: &str| item.get(member) == Some(&Value::Bool(true));
        let mut aliases = Vec::new();
        let code = item.get("Code").and_then(Value::as_str).unwrap_or_default();
        if !code.is_empty() && !code.eq_ignore_ascii_case(name) {
            aliases.push(code.to_owned());
        }
        if is("IsDefault") {
            aliases.push(DEFAULT_TAX.to_owned());
        }
        // A tax that is no longer in use must not be taken for its successor of
        // the same name.
        if item.get("Active") == Some(&Value::Bool(false)) {
            let name = format!("{name} (inactive)");
            return Some(choice(guid_at(item, "Id")?, &name));
        }
        Some(Choice {
            aliases,
            ..choice(guid_at(item, "Id")?, name)
        })
    });
    closed(choices.collect())
}

/// The id of the tax that the provider marks as default.
pub(super) fn default_tax(lookups: &Lookups) -> Option<&str> {
    let table = lookups.table(TAX)?;
    let is_default = |choice: &&Choice| choice.aliases.iter().any(|alias| alias == DEFAULT_TAX);
    let mut defaults = table.choices.iter().filter(is_default);
    match (defaults.next(), defaults.next()) {
        (Some(only), None) => Some(&only.id),
        _ => None,
    }
}

fn entity(item: &Value) -> Option<Choice> {
    let name = item.get("Name")?.as_str()?;
    Some(choice(guid_at(item, "Id")?, name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ONE: &str = "0a1b2c3d-0000-4000-8000-000000000001";
    const TWO: &str = "0a1b2c3d-0000-4000-8000-000000000002";
    const THREE: &str = "0a1b2c3d-0000-4000-8000-000000000003";

    fn resolve(name: &'static str, table: Table, said: &str) -> Option<String> {
        let mut lookups = Lookups::default();
        lookups.add(name, table);
        lookups.resolve(name, said).ok()
    }

    #[test]
    fn maps_of_names_and_of_objects_are_read_in_the_order_of_their_ids() {
        let map = json!({ THREE: { "Name": "Gold" }, ONE.to_uppercase(): "Normal", wire::ZERO_GUID: "none" });
        let ids: Vec<String> = named(Some(&map))
            .choices
            .into_iter()
            .map(|one| one.id)
            .collect();
        assert_eq!(ids, [ONE, THREE]);
    }

    #[test]
    fn countries_go_by_name_and_iso_code() {
        let form = json!({ "Countries": { ONE: "Bulgaria", TWO: "Yemen - Republic of Yemen" } });
        for (said, id) in [
            ("Bulgaria", ONE),
            ("bg", ONE),
            (ONE, ONE),
            ("YE", TWO),
            ("Yemen", TWO),
        ] {
            assert_eq!(
                resolve("country", countries(&form), said).as_deref(),
                Some(id),
                "{said}"
            );
        }
    }

    #[test]
    fn languages_go_by_endonym_english_name_and_iso_code() {
        let form = json!({ "Languages": [
            { "Id": ONE, "Name": "Deutsch", "Active": false },
            { "Id": TWO, "Name": "English", "Active": true },
        ] });
        for (said, id) in [("Deutsch", ONE), ("German", ONE), ("de", ONE), ("en", TWO)] {
            assert_eq!(
                resolve("language", languages(&form), said).as_deref(),
                Some(id),
                "{said}"
            );
        }
    }

    #[test]
    fn categories_go_by_the_whole_path_and_by_the_child_where_it_is_alone() {
        let category = |id: &str, parent: &str, name: &str| json!({ "Id": id, "ParentId": parent, "Name": name, "Active": false });
        let four = "0a1b2c3d-0000-4000-8000-000000000004";
        let five = "0a1b2c3d-0000-4000-8000-000000000005";
        let form = json!({ "Categories": [
            category(ONE, wire::ZERO_GUID, "Hardware"), category(TWO, wire::ZERO_GUID, "Software"),
            category(THREE, ONE, "Other"), category(four, TWO, "Other"), category(five, TWO, "Licence"),
        ] });
        for (said, id) in [
            ("Hardware/Other", Some(THREE)),
            ("software/other", Some(four)),
            ("Licence", Some(five)),
            ("Other", None),
            ("Hardware", None),
        ] {
            assert_eq!(
                resolve("category", categories(&form), said).as_deref(),
                id,
                "{said}"
            );
        }
    }

    #[test]
    fn taxes_go_by_name_and_code_and_one_is_the_default() {
        let items = [
            json!({ "Id": ONE, "Name": "No tax", "Code": "ZERO", "IsDefault": true, "Active": true }),
            json!({ "Id": TWO, "Name": "VAT", "Code": null, "IsDefault": false, "Active": false }),
            json!({ "Id": THREE, "Name": "VAT", "Code": "VAT", "IsDefault": false, "Active": true }),
        ];
        for (said, id) in [
            ("No tax", ONE),
            ("zero", ONE),
            ("default", ONE),
            ("VAT", THREE),
            (TWO, TWO),
        ] {
            assert_eq!(
                resolve(TAX, taxes(&items), said).as_deref(),
                Some(id),
                "{said}"
            );
        }
        let mut lookups = Lookups::default();
        lookups.add(TAX, taxes(&items));
        assert_eq!(default_tax(&lookups), Some(ONE));
        lookups.add(TAX, taxes(&items[1..]));
        assert_eq!(default_tax(&lookups), None);
    }

    #[test]
    fn a_support_user_may_also_be_an_id() {
        let form = json!({ "CurrentSupportUserId": ONE, "CurrentSupportUser": { "UserName": "Harbour Admin" } });
        for (said, id) in [("harbour admin", ONE), (TWO, TWO)] {
            assert_eq!(
                resolve("supportUser", support_user(&form), said).as_deref(),
                Some(id)
            );
        }
    }

    #[test]
    fn a_table_that_may_not_be_read_is_left_out() {
        let failed = |kind| readable::<()>(Err(Failure::new(kind, "no"))).map_err(|_| ());
        assert_eq!(failed(FailureKind::Forbidden), Ok(None));
        assert_eq!(failed(FailureKind::Unreachable), Err(()));
    }
}
