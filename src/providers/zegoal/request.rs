//! The bodies of the calls that write.

use serde_json::{Map, Value, json};

use super::{
    calls::{
        ADD_ADDRESS, ADD_CONTACT, ADD_CONTRACT, CLEAN_SCHEDULE, CREATE_ACCOUNT, END, REVIVE,
        SET_LC, STATE_FROM, UPDATE_ACCOUNT, UPDATE_ADDRESS, UPDATE_CONTACT, UPDATE_CONTRACT,
    },
    convert::{CONTACT_NAMES, CONTRACT_NAMES, STATE, in_group, to_wire},
    held::{Held, Part},
    kind,
    life_cycle::{self, Start, TERMINATED},
    wire::Section,
};
use crate::{
    model::Tree,
    provider::{Call, Job, codec},
};

/// Names of the notification target, which belongs to the account in one place
/// and to the contact in another (Zegoal contract, 2.1).
const NOTIFICATION: [&str; 2] = ["noti_channel", "noti_user_id"];

/// What is said where nobody gave a reason.
const REASON_DEFAULT: &str = "as written in the manifest";

/// The body of a call, but for the tenant.
///
/// # Errors
/// What is missing, when the record does not hold what the call needs.
pub(super) fn body(call: &Call, job: &Job<'_>) -> Result<Value, String> {
    if call.operation == CREATE_ACCOUNT {
        return Ok(create_account(call, job));
    }
    let remote = job.remote.ok_or("the account has no id yet")?;
    let account_id: i64 = remote
        .0
        .parse()
        .map_err(|_| format!("`{remote}` is no account id"))?;
    let held = job.record.map(Held::of).unwrap_or_default();
    let mut body = match call.operation {
        UPDATE_ACCOUNT => fields(call, job.desired),
        ADD_CONTRACT => {
            must_lack(&held.contract, Section::Contract)?;
            json!({ "contract": contract(call, job.desired) })
        }
        UPDATE_CONTRACT => {
            let mut contract = contract(call, job.desired);
            contract["contract_oid"] = id(&held.contract, Section::Contract)?.into();
            json!({ "contract": contract })
        }
        ADD_CONTACT => {
            must_lack(&held.contact, Section::Contact)?;
            json!({ "contact": contact(call, job, None) })
        }
        UPDATE_CONTACT => {
            let mut contact = contact(call, job, Some(&held.contact));
            contact["contact_id"] = id(&held.contact, Section::Contact)?.into();
            json!({ "contact": [contact] })
        }
        ADD_ADDRESS => {
            must_lack(&held.address, Section::Address)?;
            let mut body = fields(call, job.desired);
            body["address"]["address_type"] = Section::Address.role_default().into();
            body
        }
        UPDATE_ADDRESS => {
            let mut body = fields(call, job.desired);
            body["address"]["address_id"] = id(&held.address, Section::Address)?.into();
            body
        }
        SET_LC => set_lc(call, job, &held),
        unknown => return Err(format!("there is no call `{unknown}`")),
    };
    body["account_id"] = account_id.into();
    Ok(body)
}

/// Each call that adds a part makes another one, so that it may only be sent while
/// there is none.
fn must_lack(part: &Part, section: Section) -> Result<(), String> {
    let section = section.name();
    match part {
        Part::Missing => Ok(()),
        Part::Present { .. } => Err(format!("the account has a {section} by now")),
        Part::Unknown => Err(format!("whether the account has a {section} is not known")),
    }
}

fn id(part: &Part, section: Section) -> Result<i64, String> {
    part.id()
        .ok_or_else(|| format!("the account has no {} any more", section.name()))
}

/// The fields of a call under their names on the wire.
fn fields(call: &Call, desired: &Tree) -> Value {
    let mut body = json!({});
    for path in &call.fields {
        let facts = kind().fields().facts(path.as_str());
        let Some((facts, wire)) = facts.and_then(|facts| Some((facts, facts.wire?))) else {
            continue;
        };
        let leaf = desired.or_unset(*path);
        codec::put(&mut body, wire, to_wire(facts, leaf));
    }
    body
}

/// Sends the contact in both vocabularies, and the notification target in both
/// places: unknown keys are ignored, so that the wrong one alone would lose
/// data in silence (Zegoal contract, 2.1).
fn create_account(call: &Call, job: &Job<'_>) -> Value {
    let mut body = fields(call, job.desired);
    codec::put(&mut body, "basic.account_code", job.key.into());
    if let Some(state) = codec::at(&body, "basic.lc_state").and_then(Value::as_str) {
        let plain = life_cycle::plain(state).to_owned();
        body["basic"]["lc_state"] = plain.into();
    }
    for name in CONTACT_NAMES {
        if let Some(value) = codec::at(&body, "contact").and_then(|it| it.get(name.answer)) {
            let value = value.clone();
            body["contact"][name.create] = value;
        }
    }
    for name in NOTIFICATION {
        if let Some(value) = body["basic"].get(name).cloned() {
            codec::put(&mut body, &format!("contact.{name}"), value);
        }
    }
    body
}

/// The changed values of a contract, in both spellings, because the page gives
/// one in its table and the other in its sample (Zegoal contract, 6.2).
fn contract(call: &Call, desired: &Tree) -> Value {
    let mut contract = take(fields(call, desired), "contract");
    for (first, second) in CONTRACT_NAMES {
        if let Some(value) = contract.get(first).cloned() {
            contract[second] = value;
        }
    }
    contract
}

/// The five values of a contact. A change sends all of them, with the live ones
/// where the call does not write them: whether it is partial is not known
/// (Zegoal contract, 6.1).
fn contact(call: &Call, job: &Job<'_>, live: Option<&Part>) -> Value {
    let mut contact = Map::new();
    let role = match live {
        Some(Part::Present { role, .. }) => role.as_deref(),
        Some(Part::Unknown | Part::Missing) => None,
        None => Some(Section::Contact.role_default()),
    };
    if let Some(role) = role {
        contact.insert("contact_type".to_owned(), role.into());
    }
    for facts in kind().fields().iter() {
        let name = CONTACT_NAMES
            .iter()
            .find(|name| in_group(facts, "contact") == Some(name.answer));
        let Some(change) = name.and_then(|name| name.change) else {
            continue;
        };
        let written = call.fields.contains(&facts.path);
        let tree = if written {
            Some(job.desired)
        } else {
            live.and(job.record).map(|record| &record.tree)
        };
        if let Some(tree) = tree {
            let leaf = tree.or_unset(facts.path);
            contact.insert(change.to_owned(), leaf.text().unwrap_or("").into());
        }
    }
    contact.into()
}

/// A move. The schedule goes where the new state is meant to last: an active
/// account would still be suspended by it, a suspended one terminated, and a
/// terminated one revived (Zegoal contract, 5.2). By force where the account is
/// terminated.
fn set_lc(call: &Call, job: &Job<'_>, held: &Held) -> Value {
    let state = if call.purpose == Some(END) {
        TERMINATED
    } else {
        life_cycle::plain(job.desired.text(STATE).unwrap_or_default())
    };
    let reason = if job.reason.trim().is_empty() {
        REASON_DEFAULT
    } else {
        job.reason
    };
    // The same move on another day would be swallowed by the one that is pending.
    let is_put_off = held
        .life_cycle
        .as_ref()
        .is_some_and(|found| found.planned.iter().any(|planned| planned.state == state));
    let mut body = json!({
        "lc_status": state,
        "clean": i64::from(life_cycle::lasts(state) || state == TERMINATED || is_put_off),
        "reason": reason,
    });
    let has_ended = job.record.is_some_and(|record| record.ended.is_some());
    if call.purpose == Some(REVIVE) || (call.purpose == Some(END) && has_ended) {
        body["force_lc_change"] = true.into();
    }
    if let Start::At(from) = start(call, job, held) {
        body["lc_valid_from"] = from.into();
    }
    body
}

/// When the move of a call begins.
pub(super) fn start<'a>(call: &Call, job: &Job<'a>, held: &Held) -> Start<'a> {
    let from = job.desired.text(STATE_FROM);
    let is_move =
        call.operation == SET_LC && ![Some(END), Some(CLEAN_SCHEDULE)].contains(&call.purpose);
    let Some(from) = from.filter(|_| is_move) else {
        return Start::Now;
    };
    // Only a create lists this field. The account's state began a moment ago then, so
    // the date must not be compared with it.
    let creating = call.fields.iter().any(|path| path.as_str() == STATE_FROM);
    match &held.life_cycle {
        Some(found) if !creating => found.start(Some(from)),
        Some(_) | None => Start::At(from),
    }
}

fn take(mut body: Value, group: &str) -> Value {
    let taken = body.get_mut(group).map(Value::take);
    taken.unwrap_or_else(|| json!({}))
}

#[cfg(test)]
mod tests;
