//! Between the JSON of `GetAccountInfo` and canonical trees.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::{
    ACCOUNT,
    envelope::Answered,
    held::{Held, Part},
    kind,
    life_cycle::{LifeCycle, TERMINATED},
    wire::{self, Found, Layout, Section},
};
use crate::{
    model::{Facts, Leaf, RemoteId, Tree, field_map::ValueType},
    provider::{IndexRow, Record, codec},
};

/// Fields that stand in a sample only. A server that does not return them may
/// still have stored them (Zegoal contract, 8.2 row 23).
pub(super) const UNDOCUMENTED: [&str; 4] = [
    "basic.typeOfBusiness",
    "basic.subscriberType",
    "basic.subscriberGroup",
    "basic.ownership",
];

/// The state of the account.
pub(super) const STATE: &str = "basic.lcState";

/// The account above.
pub(super) const PARENT: &str = "basic.parent";

/// Turns an answer in which these sections were asked for into a row with its
/// record.
///
/// # Errors
/// What is missing, when the answer does not say which account it is about.
pub(super) fn account(
    answered: &Answered,
    asked: &[Section],
    zone: &TimeZone,
) -> Result<IndexRow, &'static str> {
    let layout = Layout(&answered.response);
    let account_id = layout
        .account("account_id")
        .and_then(codec::as_integer)
        .ok_or("the answer names no account id")?;
    let text = |name: &str| layout.account(name).and_then(codec::as_text);
    let key = text("account_code").ok_or("the answer names no account code")?;
    let mut reading = Reading {
        layout,
        zone,
        tree: Tree::default(),
        unknown: Vec::new(),
    };
    let life_cycle = reading.life_cycle(&answered.processed);
    let mut held = Held {
        account_id,
        read_at: codec::as_date_time(&answered.processed, zone),
        life_cycle,
        ..Held::default()
    };
    reading.basic(held.life_cycle.as_ref());
    for section in asked {
        let part = reading.section(*section);
        match section {
            Section::Contract => held.contract = part,
            Section::Contact => held.contact = part,
            Section::Address => held.address = part,
            Section::Billing | Section::BankInfo => {}
        }
    }
    let ended = held
        .life_cycle
        .as_ref()
        .map(|life_cycle| &life_cycle.state)
        .filter(|state| *state == TERMINATED)
        .cloned();
    let Reading { tree, unknown, .. } = reading;
    let remote = RemoteId(account_id.to_string());
    Ok(IndexRow {
        kind: ACCOUNT,
        remote: remote.clone(),
        key: Some(key),
        display_name: text("account_name").unwrap_or_default(),
        protected: None,
        ended: ended.clone(),
        record: Some(Record {
            remote,
            tree,
            unknown,
            ended,
            raw: held.into_raw(),
        }),
    })
}

struct Reading<'a> {
    layout: Layout<'a>,
    zone: &'a TimeZone,
    tree: Tree,
    unknown: Vec<String>,
}

impl<'a> Reading<'a> {
    fn life_cycle(&self, processed: &Value) -> Option<LifeCycle> {
        let named = self.layout.account("lc_state").and_then(Value::as_str);
        let since = self.layout.account("lc_from");
        LifeCycle::read(
            &self.layout.life_cycle(),
            named.filter(|state| !state.is_empty()),
            since.and_then(|since| codec::as_date_time(since, self.zone)),
            codec::as_date_time(processed, self.zone).as_deref(),
            self.zone,
        )
    }

    fn basic(&mut self, life_cycle: Option<&LifeCycle>) {
        for facts in kind().fields().iter() {
            let Some(name) = in_group(facts, "basic") else {
                continue;
            };
            let path = facts.path.as_str();
            if path == STATE {
                match life_cycle {
                    Some(found) => self.tree.set(facts.path, Leaf::Text(found.written())),
                    None => self.unknown.push(path.to_owned()),
                }
                continue;
            }
            if wire::NOTIFICATION.contains(&path) {
                self.notification(facts, name);
                continue;
            }
            let value = self.layout.account(name);
            if value.is_none() && UNDOCUMENTED.contains(&path) {
                continue;
            }
            self.take(facts, value);
        }
    }

    /// Takes the channel or target of notifications. The two stand side by
    /// side, and the channel is never empty: where it is in none of the known
    /// places, neither is the target, which is then unknown rather than empty.
    fn notification(&mut self, facts: &Facts, name: &str) {
        let value = self.layout.notification(name);
        if value.is_none() && self.layout.notification(NOTIFICATION_CHANNEL).is_none() {
            self.unknown.push(facts.path.as_str().to_owned());
        } else {
            self.take(facts, value);
        }
    }

    /// Takes the fields of a section, of the row that was made with the
    /// account where there are several.
    fn section(&mut self, section: Section) -> Part {
        let rows = match self.layout.section(section) {
            Found::Absent => {
                self.unknown.push(section.name().to_owned());
                return Part::Unknown;
            }
            Found::Rows(rows) => rows,
        };
        let Some(row) = section.born(&rows) else {
            return Part::Missing;
        };
        if speaks_another_language(section, row) {
            tracing::warn!(section = section.name(), "returned under unknown names");
            self.unknown.push(section.name().to_owned());
            return Part::Unknown;
        }
        for facts in kind().fields().iter() {
            if let Some(name) = in_group(facts, section.group()) {
                let names = spellings(section, name);
                let value = wire::first_filled(names.iter().map(|name| row.get(*name)));
                self.take(facts, value);
            }
        }
        Part::Present {
            id: section.id(row),
            role: section.role(row),
        }
    }

    /// Takes one field. A field that the server always fills and did not
    /// return, or not in any known form, is unknown rather than empty: its name
    /// may be a wrong guess of ours.
    fn take(&mut self, facts: &Facts, value: Option<&'a Value>) {
        let always_there = !facts.clearable || facts.path.as_str() == PARENT;
        let leaf = match value {
            None if always_there => None,
            None => Some(Leaf::Unset),
            Some(value) => from_wire(facts, value, self.zone),
        };
        if let Some(leaf) = leaf {
            self.tree.set(facts.path, leaf);
        } else if !facts.computed {
            tracing::warn!(field = facts.path.as_str(), "not returned in a known form");
            self.unknown.push(facts.path.as_str().to_owned());
        }
    }
}

/// Whether a row has members, none of which is known to us. Its values then
/// stand under names that nobody guessed, and to take them for empty would be
/// to overwrite them (Zegoal contract, 4.2).
fn speaks_another_language(section: Section, row: &Value) -> bool {
    let Some(members) = row.as_object() else {
        return false;
    };
    let group = section.group();
    let known = |member: &String| {
        kind().fields().iter().any(|facts| {
            in_group(facts, group)
                .is_some_and(|name| spellings(section, name).contains(&member.as_str()))
        })
    };
    let telling: Vec<&String> = members
        .keys()
        .filter(|name| !section.is_beside_the_point(name))
        .collect();
    !telling.is_empty() && !telling.into_iter().any(known)
}

/// The name of a field inside a group of the wire, if it is in that group and
/// ever returned.
pub(super) fn in_group(facts: &Facts, group: &str) -> Option<&'static str> {
    let (found, name) = facts.wire?.split_once('.')?;
    (found == group && !facts.write_only).then_some(name)
}

/// One field of an answer; nothing when it has none of the known forms.
fn from_wire(facts: &Facts, value: &Value, zone: &TimeZone) -> Option<Leaf> {
    if facts.value_type == ValueType::Reference {
        // 0 means none (Zegoal contract, 8.2 row 5), and so does an empty text.
        return match (codec::as_integer(value), value) {
            (Some(0), _) | (None, Value::Null) => Some(Leaf::Unset),
            (Some(id), _) => Some(Leaf::Text(id.to_string())),
            (None, Value::String(text)) if text.is_empty() => Some(Leaf::Unset),
            (None, _) => None,
        };
    }
    if facts.value_type == ValueType::DateTime && value.as_str() != Some("") && !value.is_null() {
        return codec::as_date_time(value, zone).map(Leaf::Text);
    }
    codec::decode(facts, zone, Some(value)).ok()
}

/// One field as the server takes it. Nothing is ever sent as `null`, whose
/// meaning is not known: an empty text clears (Zegoal contract, 3.1).
pub(super) fn to_wire(facts: &Facts, leaf: &Leaf) -> Value {
    match (&facts.value_type, leaf) {
        (ValueType::Reference, Leaf::Unset) => 0.into(),
        (ValueType::Reference, leaf) => {
            let id = leaf.text().unwrap_or_default();
            id.parse::<i64>().map_or_else(|_| id.into(), Value::from)
        }
        (_, Leaf::Unset) => "".into(),
        // A number, unlike `is_billed` beside it (Zegoal contract, 8.2 row 3).
        (ValueType::Bool, Leaf::Bool(value)) if facts.path.as_str() == PAYMENT_RESPONSIBLE => {
            i64::from(*value).into()
        }
        (_, leaf) => codec::encode(leaf).unwrap_or_else(|| "".into()),
    }
}

/// A number on the wire, unlike the other flag.
pub(super) const PAYMENT_RESPONSIBLE: &str = "basic.paymentResponsible";

/// How notifications are sent, on the wire; `tech_noti` where nobody chose.
const NOTIFICATION_CHANNEL: &str = "noti_channel";

/// The three names of one contact value: in answers, when an account is
/// created, and when a contact is changed (Zegoal contract, 6.1).
pub(super) struct ContactName {
    pub(super) answer: &'static str,
    pub(super) create: &'static str,
    pub(super) change: Option<&'static str>,
}

pub(super) const CONTACT_NAMES: [ContactName; 5] = [
    contact_name("company_title", "contact_name", Some("contact_name")),
    contact_name("company_dept", "contact_dept", None),
    contact_name("email", "contact_email", Some("contact_email")),
    contact_name("mobile_phone", "contact_num", Some("contact_mobile_num")),
    contact_name("work_phone", "contact_desc", Some("contact_desc")),
];

const fn contact_name(
    answer: &'static str,
    create: &'static str,
    change: Option<&'static str>,
) -> ContactName {
    ContactName {
        answer,
        create,
        change,
    }
}

/// The second name of contract values when a contract is changed (Zegoal
/// contract, 6.2).
pub(super) const CONTRACT_NAMES: [(&str, &str); 5] = [
    ("contract_number", "contract_num"),
    ("signing_date", "signation_date"),
    ("contract_valid_from", "valid_from"),
    ("contract_valid_to", "valid_to"),
    ("contract_description", "description"),
];

/// Every name that a value may have in an answer. For contacts the name by
/// which changes are made comes first: where the names hold different values,
/// it has the newest.
fn spellings(section: Section, name: &'static str) -> Vec<&'static str> {
    let mut names = Vec::new();
    match section {
        Section::Contact => {
            for known in CONTACT_NAMES.iter().filter(|known| known.answer == name) {
                names.extend(known.change);
                names.push(known.create);
            }
        }
        Section::Contract => {
            let known = CONTRACT_NAMES.iter().filter(|(known, _)| *known == name);
            names.extend(known.flat_map(|(first, second)| [*first, *second]));
            if name == "contract_id" {
                names.push("contract_oid");
            }
        }
        Section::Billing | Section::BankInfo | Section::Address => {}
    }
    if !names.contains(&name) {
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests;
