//! Where things stand in an answer of `GetAccountInfo`. Its layout is not
//! published, so each thing is looked for in every place that sister APIs
//! suggest (Zegoal contract, 4.2).

use serde_json::Value;

use crate::{model::Tree, provider::codec};

/// A part of an account that is returned only when asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Billing,
    BankInfo,
    Contract,
    Contact,
    Address,
}

/// What an answer holds of a section.
#[derive(Debug, PartialEq)]
pub(super) enum Found<'a> {
    /// Nothing under any of its names, or something that is no section.
    Absent,
    /// Its objects, possibly none.
    Rows(Vec<&'a Value>),
}

/// The fields that may stand in the contact instead of the account.
pub(super) const NOTIFICATION: [&str; 2] = ["basic.notiChannel", "basic.notiUserId"];

/// Asks for the life cycle, without which the state is not certain.
pub(super) const LIFE_CYCLE_FLAG: &str = "return_lc";

/// Makes terminated accounts visible.
pub(super) const FORCE_FLAG: &str = "force_lookup";

impl Section {
    pub(super) const ALL: [Self; 5] = [
        Self::Billing,
        Self::BankInfo,
        Self::Contract,
        Self::Contact,
        Self::Address,
    ];

    /// The sections that must be asked for to know all that `desired` manages.
    pub(super) fn managed(desired: &Tree) -> Vec<Self> {
        let notification = NOTIFICATION.iter().any(|path| desired.touches(path));
        Self::ALL
            .into_iter()
            .filter(|section| {
                desired.touches(section.name()) || (*section == Self::Contact && notification)
            })
            .collect()
    }

    /// Its name in manifests.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Billing => "billing",
            Self::BankInfo => "bankInfo",
            Self::Contract => "contract",
            Self::Contact => "contact",
            Self::Address => "address",
        }
    }

    /// Its name in requests, which is also the group of its fields' wire names.
    pub(super) fn group(self) -> &'static str {
        match self {
            Self::BankInfo => "bank_info",
            Self::Billing | Self::Contract | Self::Contact | Self::Address => self.name(),
        }
    }

    /// The flag that asks for it.
    pub(super) fn flag(self) -> &'static str {
        match self {
            Self::Billing => "return_billing",
            Self::BankInfo => "return_bank_info",
            Self::Contract => "return_contracts",
            Self::Contact => "return_contacts",
            Self::Address => "return_address",
        }
    }

    /// The names under which an answer may hold it.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Billing => &["billing"],
            Self::BankInfo => &["bank_info"],
            Self::Contract => &["contracts", "contract"],
            Self::Contact => &["contacts", "contact"],
            Self::Address => &["address", "addresses"],
        }
    }

    /// The most likely of these.
    pub(super) fn key(self) -> &'static str {
        self.keys()[0]
    }

    /// Whether there can be none or several of it. The billing profile and the
    /// bank details are exactly one, so that an empty list says nothing.
    fn is_list(self) -> bool {
        matches!(self, Self::Contract | Self::Contact | Self::Address)
    }

    /// The names of its id and of its type.
    fn markers(self) -> (&'static [&'static str], &'static str) {
        match self {
            Self::Billing => (&["billing_profile_id"], ""),
            Self::BankInfo => (&[], ""),
            Self::Contract => (&["contract_id", "contract_oid"], ""),
            Self::Contact => (&["contact_id"], "contact_type"),
            Self::Address => (&["address_id"], "address_type"),
        }
    }

    /// Whether a member of a row holds none of the values that a manifest can
    /// write: it says which row it is, or is about something else.
    pub(super) fn is_beside_the_point(self, name: &str) -> bool {
        let (ids, role) = self.markers();
        let others: &[&str] = match self {
            Self::Contact => &["account_id", "noti_channel", "noti_user_id"],
            Self::Address => &["account_id", "email"],
            Self::Billing | Self::BankInfo | Self::Contract => &["account_id"],
        };
        ids.contains(&name) || name == role || others.contains(&name)
    }

    /// The type of the one that is made with the account.
    pub(super) fn role_default(self) -> &'static str {
        match self {
            Self::Contact => "main_contact",
            Self::Address => "main_address",
            Self::Billing | Self::BankInfo | Self::Contract => "",
        }
    }

    /// The id of one of its rows.
    pub(super) fn id(self, row: &Value) -> Option<i64> {
        let names = self.markers().0.iter();
        names
            .filter_map(|name| row.get(*name))
            .find_map(codec::as_integer)
    }

    /// The type of one of its rows, unless it is empty.
    pub(super) fn role(self, row: &Value) -> Option<String> {
        row.get(self.markers().1)
            .and_then(codec::as_text)
            .filter(|role| !role.is_empty())
    }

    /// The row that was made with the account: of those of the usual type, or
    /// else of all, the one with the lowest id (Zegoal contract, 8.2 row 20).
    pub(super) fn born<'a>(self, rows: &[&'a Value]) -> Option<&'a Value> {
        let usual = |row: &&Value| {
            self.role(row)
                .is_none_or(|role| role == self.role_default())
        };
        let by_id = |row: &&Value| self.id(row).unwrap_or(i64::MAX);
        let mut candidates: Vec<&Value> = rows.iter().copied().filter(usual).collect();
        if candidates.is_empty() {
            candidates = rows.to_vec();
        }
        candidates.into_iter().min_by_key(by_id)
    }
}

/// The `response` of a `GetAccountInfo`.
#[derive(Clone, Copy)]
pub(super) struct Layout<'a>(pub(super) &'a Value);

impl<'a> Layout<'a> {
    /// An attribute of the account itself.
    pub(super) fn account(self, name: &str) -> Option<&'a Value> {
        first_filled(self.account_places(name))
    }

    /// `noti_channel` or `noti_user_id`, which may stand in the contact.
    pub(super) fn notification(self, name: &str) -> Option<&'a Value> {
        let contact = self.section(Section::Contact);
        let rows = match &contact {
            Found::Absent => &[],
            Found::Rows(rows) => rows.as_slice(),
        };
        let beside = codec::at(self.0, "contact").filter(|contact| contact.is_object());
        let contacts = beside.into_iter().chain(rows.iter().copied());
        first_filled(
            self.account_places(name)
                .into_iter()
                .chain(contacts.map(|contact| contact.get(name))),
        )
    }

    fn account_places(self, name: &str) -> [Option<&'a Value>; 3] {
        ["basic", "", "account"].map(|place| {
            let object = if place.is_empty() {
                Some(self.0)
            } else {
                self.0.get(place)
            };
            object.and_then(|object| object.get(name))
        })
    }

    /// A section.
    pub(super) fn section(self, section: Section) -> Found<'a> {
        let value = section.keys().iter().find_map(|key| self.0.get(*key));
        match value.map_or(Found::Absent, rows) {
            Found::Rows(rows) if rows.is_empty() && !section.is_list() => Found::Absent,
            found => found,
        }
    }

    /// The rows of the life cycle, as far as there are any.
    pub(super) fn life_cycle(self) -> Vec<&'a Value> {
        let value = ["lc", "lc_list", "lc_progression"]
            .iter()
            .find_map(|key| self.0.get(*key));
        match value.map(rows) {
            Some(Found::Rows(rows)) => rows,
            Some(Found::Absent) | None => Vec::new(),
        }
    }
}

/// A list in every form that lists come in: a list, a single object, `null` or
/// `""` (Zegoal contract, 1.6).
pub(super) fn rows(value: &Value) -> Found<'_> {
    match value {
        Value::Array(items) => Found::Rows(items.iter().filter(|item| item.is_object()).collect()),
        Value::Object(_) => Found::Rows(vec![value]),
        Value::Null => Found::Rows(Vec::new()),
        Value::String(text) if text.is_empty() => Found::Rows(Vec::new()),
        Value::String(_) | Value::Bool(_) | Value::Number(_) => Found::Absent,
    }
}

/// The first value that is not empty, or else the first one at all.
pub(super) fn first_filled<'a>(
    values: impl IntoIterator<Item = Option<&'a Value>>,
) -> Option<&'a Value> {
    let present: Vec<&Value> = values.into_iter().flatten().collect();
    let filled = present
        .iter()
        .find(|value| !value.is_null() && value.as_str() != Some(""));
    filled.or(present.first()).copied()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_attribute_of_the_account_is_found_in_three_places() {
        for response in [
            json!({ "basic": { "vip_code": "gold" }, "vip_code": "tin" }),
            json!({ "basic": { "vip_code": "" }, "vip_code": "gold" }),
            json!({ "vip_code": "gold" }),
            json!({ "account": { "vip_code": "gold" } }),
        ] {
            let found = Layout(&response).account("vip_code");
            assert_eq!(found, Some(&json!("gold")), "{response}");
        }
        assert_eq!(Layout(&json!({ "basic": {} })).account("vip_code"), None);
    }

    #[test]
    fn the_notification_target_is_found_in_the_contact_too() {
        for response in [
            json!({ "basic": { "noti_channel": "SMS" } }),
            json!({ "noti_channel": "SMS" }),
            json!({ "contact": { "noti_channel": "SMS" } }),
            json!({ "contact": { "noti_channel": "SMS" }, "contacts": [{ "contact_id": 1 }] }),
            json!({ "contacts": [{ "contact_id": 1, "noti_channel": "SMS" }] }),
        ] {
            let found = Layout(&response).notification("noti_channel");
            assert_eq!(found, Some(&json!("SMS")), "{response}");
        }
    }

    #[test]
    fn lists_come_in_four_forms() {
        let object = json!({ "contact_id": 1 });
        for (value, count) in [
            (json!([object, object]), 2),
            (object.clone(), 1),
            (json!(null), 0),
            (json!(""), 0),
            (json!([]), 0),
        ] {
            for key in ["contacts", "contact"] {
                let response = json!({ key: value });
                let Found::Rows(rows) = Layout(&response).section(Section::Contact) else {
                    panic!("{response} is a section");
                };
                assert_eq!(rows.len(), count, "{response}");
            }
        }
    }

    #[test]
    fn a_section_that_is_missing_or_makes_no_sense_is_absent() {
        for response in [json!({}), json!({ "contacts": false })] {
            assert_eq!(Layout(&response).section(Section::Contact), Found::Absent);
        }
        for response in [
            json!({ "bank_info": "" }),
            json!({ "bank_info": null }),
            json!({ "bank_info": [] }),
        ] {
            assert_eq!(Layout(&response).section(Section::BankInfo), Found::Absent);
        }
    }
}
