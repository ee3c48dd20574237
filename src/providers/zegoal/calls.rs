//! Which call does which change, and in what order (Zegoal contract, 8.3).

use super::{
    convert::{PARENT, STATE, UNDOCUMENTED},
    held::{Held, Part},
    kind,
    life_cycle::{self, Start, TERMINATED, TRIAL},
    wire::Section,
    writes,
};
use crate::{
    model::{FieldPath, Tree, words},
    provider::{Action, Call, Intent, Record, Refusal},
};

pub(super) const CREATE_ACCOUNT: &str = "CreateAccount";
pub(super) const UPDATE_ACCOUNT: &str = "UpdateAccount";
pub(super) const ADD_CONTRACT: &str = "AddContract";
pub(super) const UPDATE_CONTRACT: &str = "UpdateContract";
pub(super) const ADD_CONTACT: &str = "AddContact";
pub(super) const UPDATE_CONTACT: &str = "UpdateContact";
pub(super) const ADD_ADDRESS: &str = "AddAddress";
pub(super) const UPDATE_ADDRESS: &str = "UpdateAddress";
pub(super) const SET_LC: &str = "SetLC";

/// A move out of the terminated state, which needs force.
pub(super) const REVIVE: &str = "revive";

/// The state stays; what is scheduled after it goes.
pub(super) const CLEAN_SCHEDULE: &str = "clean schedule";

/// The move into the terminated state.
pub(super) const END: &str = "end";

/// When the state begins.
pub(super) const STATE_FROM: &str = "basic.lcFrom";

/// What a contact cannot be made without (`AddContact` page).
const CONTACT_NEEDS: [&str; 2] = ["contact.companyTitle", "contact.mobilePhone"];

/// Turns an intent into calls.
pub(super) fn calls(intent: &Intent<'_>) -> Result<Vec<Call>, Refusal> {
    match (intent.action, intent.record) {
        (Action::Create, _) => create(intent),
        (Action::Update | Action::Adopt, Some(record)) => update(intent, record),
        (Action::Update | Action::Adopt, None) => {
            Err(refusal(None, "the account has not been read"))
        }
        (Action::End, Some(record)) if has_ended_for_good(record) => Ok(Vec::new()),
        (Action::End, _) => Ok(vec![set_lc(Vec::new()).for_purpose(END)]),
        (Action::None | Action::Blocked, _) => Ok(Vec::new()),
    }
}

/// A new account begins in its default state, because whether another one
/// would do away with the schedule of a trial is not known (Zegoal contract,
/// 2.4); the wanted state is set after it.
fn create(intent: &Intent<'_>) -> Result<Vec<Call>, Refusal> {
    check_parent(intent.desired, None)?;
    let state = intent.desired.text(STATE).map(life_cycle::plain);
    refuse_ending(state)?;
    let moves = state.is_some_and(|state| state != TRIAL);
    let (mut first, mut update, mut state) = (Vec::new(), Vec::new(), Vec::new());
    for path in intent.fields.iter().copied() {
        if path.is_in(Section::BankInfo.name()) || UNDOCUMENTED.contains(&path.as_str()) {
            update.push(path);
        } else if moves && [STATE, STATE_FROM].contains(&path.as_str()) {
            state.push(path);
        } else {
            first.push(path);
        }
    }
    let mut calls = vec![writes::CREATE.call().with_fields(first)];
    if !update.is_empty() {
        calls.push(writes::UPDATE.call().with_fields(update));
    }
    if !state.is_empty() {
        calls.push(set_lc(state));
    }
    Ok(calls)
}

fn update(intent: &Intent<'_>, record: &Record) -> Result<Vec<Call>, Refusal> {
    let held = Held::of(record);
    check_parent(intent.desired, Some(held.account_id))?;
    let state = state_call(intent, record, &held)?;
    let revived = match (&record.ended, &state) {
        (Some(ended), None) => return stay_ended(intent, &held, ended),
        (ended, _) => ended.is_some(),
    };
    let mut calls = Vec::new();
    let mut last = None;
    if revived {
        calls.extend(state);
    } else {
        last = state;
    }
    let account: Vec<FieldPath> = intent
        .fields
        .iter()
        .copied()
        .filter(|path| is_of_account(*path))
        .collect();
    if !account.is_empty() {
        calls.push(writes::UPDATE.call().with_fields(account));
    }
    for (section, part) in [
        (Section::Contract, &held.contract),
        (Section::Contact, &held.contact),
        (Section::Address, &held.address),
    ] {
        calls.extend(part_call(intent, record, section, part)?);
    }
    calls.extend(last);
    if revived && calls.len() > 1 {
        check_revived_now(intent.desired, &held)?;
    }
    Ok(calls)
}

/// Whether an account has ended and nothing is scheduled that would revive it.
fn has_ended_for_good(record: &Record) -> bool {
    let revived = || {
        Held::of(record)
            .life_cycle
            .is_some_and(|found| !found.planned.is_empty())
    };
    record.ended.is_some() && !revived()
}

/// What to do about an account that has ended and is not moved: nothing, where
/// the manifest has settled for that state; else somebody must decide.
fn stay_ended(intent: &Intent<'_>, held: &Held, ended: &str) -> Result<Vec<Call>, Refusal> {
    if intent.fields.is_empty() && intent.desired.text(STATE) == Some(TERMINATED) {
        return Ok(Vec::new());
    }
    let planned = held.life_cycle.as_ref().map(|found| &found.planned);
    let reason = match planned.and_then(|planned| planned.first()) {
        Some(next) => format!(
            "the account is {ended} until it becomes {} on {}, and nothing else of it can be \
             changed before",
            next.state, next.on
        ),
        None if intent.action == Action::Adopt => format!(
            "the account is {ended} and cannot take the key of this manifest; write \
             `{STATE}: Active` to revive it, or, to keep it ended, its own {} in the place of the \
             annotation",
            own_code(intent)
        ),
        None => format!(
            "the account is {ended}, and nothing else of it can be changed; \
             write `{STATE}: Active` to revive it, or `end` to keep it ended"
        ),
    };
    Err(refusal(None, reason))
}

/// The key that the account has, as it stands in a manifest.
fn own_code(intent: &Intent<'_>) -> String {
    let key = kind().key;
    let code = intent.record.and_then(|record| record.tree.text(key));
    match code {
        Some(code) => format!("`{key}: {code:?}`"),
        None => format!("`{key}`"),
    }
}

/// Refuses further changes of an account that stays terminated until a later
/// day: no API would find it.
fn check_revived_now(desired: &Tree, held: &Held) -> Result<(), Refusal> {
    let from = desired.text(STATE_FROM);
    let Some(Start::At(from)) = held.life_cycle.as_ref().map(|found| found.start(from)) else {
        return Ok(());
    };
    if held.read_at.as_deref().is_none_or(|now| from <= now) {
        return Ok(());
    }
    Err(refusal(
        Some(kind().path(STATE_FROM)),
        format!(
            "the account is revived only on {from}, and nothing else of it can be changed before; \
             leave the other changes for then"
        ),
    ))
}

/// Whether `UpdateAccount` changes a field.
fn is_of_account(path: FieldPath) -> bool {
    let sections = ["basic", Section::Billing.name(), Section::BankInfo.name()];
    sections.iter().any(|section| path.is_in(section))
        && ![STATE, STATE_FROM].contains(&path.as_str())
}

/// The move into the wanted state, if it is another one. `basic.lc_state` of
/// `UpdateAccount` is never used: what it does to the schedule is not known
/// (Zegoal contract, 5.2).
fn state_call(intent: &Intent<'_>, record: &Record, held: &Held) -> Result<Option<Call>, Refusal> {
    let fields: Vec<FieldPath> = intent
        .fields
        .iter()
        .copied()
        .filter(|path| [STATE, STATE_FROM].contains(&path.as_str()))
        .collect();
    if !intent.touches(STATE) {
        return Ok(None);
    }
    let wanted = intent.desired.text(STATE).map(life_cycle::plain);
    refuse_ending(wanted)?;
    let present = held.life_cycle.as_ref().map(|found| found.state.as_str());
    let call = set_lc(fields);
    Ok(Some(if record.ended.is_some() {
        call.for_purpose(REVIVE)
    } else if present == wanted {
        call.for_purpose(CLEAN_SCHEDULE)
    } else {
        call
    }))
}

/// The call for the contract, contact or address that came with the account,
/// or for a new one where there is none.
fn part_call(
    intent: &Intent<'_>,
    record: &Record,
    section: Section,
    part: &Part,
) -> Result<Option<Call>, Refusal> {
    let fields = intent.fields_in(section.name());
    let Some(first) = fields.first().copied() else {
        return Ok(None);
    };
    let (add, update) = match section {
        Section::Contract => (writes::NEW_CONTRACT, writes::CONTRACT),
        Section::Contact => (writes::NEW_CONTACT, writes::CONTACT),
        Section::Address => (writes::NEW_ADDRESS, writes::ADDRESS),
        Section::Billing | Section::BankInfo => return Ok(None),
    };
    let name = section.name();
    let call = match part {
        Part::Present { id: Some(_), .. } => {
            if section == Section::Contact {
                check_known_contact(record)?;
            }
            update.call()
        }
        Part::Present { id: None, .. } => {
            let reason = format!("the provider did not return the id of the {name}");
            return Err(refusal(Some(first), reason));
        }
        Part::Unknown => {
            let reason = format!("the provider did not return the {name}");
            return Err(refusal(Some(first), reason));
        }
        Part::Missing => {
            if section == Section::Contact {
                check_new_contact(intent.desired)?;
            }
            add.call()
        }
    };
    Ok(Some(call.with_fields(fields)))
}

/// A change of a contact sends all its values, changed or as read, so all of
/// them must have been read.
fn check_known_contact(record: &Record) -> Result<(), Refusal> {
    let contact = format!("{}.", Section::Contact.name());
    let unknown: Vec<&str> = record
        .unknown
        .iter()
        .map(String::as_str)
        .filter(|path| path.starts_with(&contact))
        .filter(|path| {
            let facts = kind().fields().facts(path);
            facts.is_some_and(|facts| !facts.create_only && !facts.computed)
        })
        .collect();
    let Some(first) = unknown.first() else {
        return Ok(());
    };
    Err(refusal(
        Some(kind().path(first)),
        format!(
            "a change of the contact sends all of its values, and the provider did not return {} in a known form",
            words::list(unknown.iter().copied())
        ),
    ))
}

fn check_new_contact(desired: &Tree) -> Result<(), Refusal> {
    for path in CONTACT_NEEDS {
        if desired.text(path).is_none_or(str::is_empty) {
            return Err(refusal(
                Some(kind().path(path)),
                format!("the account has no contact, and one cannot be made without `{path}`"),
            ));
        }
    }
    Ok(())
}

/// Refuses a parent that is no account id, and the account itself.
fn check_parent(desired: &Tree, own: Option<i64>) -> Result<(), Refusal> {
    let Some(parent) = desired.text(PARENT) else {
        return Ok(());
    };
    let reason = match parent.parse::<i64>() {
        Ok(id) if Some(id) == own => "an account cannot be its own parent".to_owned(),
        Ok(_) => return Ok(()),
        Err(_) => format!("`{parent}` is no account id; write `{{ ref: <name> }}` or a number"),
    };
    Err(refusal(Some(kind().path(PARENT)), reason))
}

/// An end is written as such, so that the guards on ends see it.
fn refuse_ending(state: Option<&str>) -> Result<(), Refusal> {
    if state != Some(TERMINATED) {
        return Ok(());
    }
    Err(refusal(
        Some(kind().path(STATE)),
        "an account is not ended by its state; write `end: { on: …, reason: … }` instead",
    ))
}

fn set_lc(fields: Vec<FieldPath>) -> Call {
    writes::STATE.call().with_fields(fields)
}

fn refusal(path: Option<FieldPath>, reason: impl Into<String>) -> Refusal {
    Refusal {
        path,
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests;
