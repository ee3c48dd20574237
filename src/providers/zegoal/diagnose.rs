//! What `trueup doctor` shows of a tenant: how its one read is laid out against
//! what is assumed of it, and what follows for manifests.
//!
//! The layout is the greatest unknown of this API (Zegoal contract, 4.2). The
//! lines made here name members and the forms of their values, never a value, so
//! that they can be pasted into a report.

mod anatomy;
mod assumed;

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use self::anatomy::Anatomy;
use super::{
    convert,
    envelope::Answered,
    kind,
    lookups::LANGUAGE,
    read::{self, GET_ACCOUNT_INFO, GET_TENANT_DICT, Selector},
    session::{Question, Session},
    wire::Section,
    zones,
};
use crate::{
    model::words,
    provider::{Diagnosis, Failure, FailureKind, Wanted},
};

/// Sections that no manifest can manage; they are asked for all the same, since
/// a report on the layout is worth more with them.
const OTHER_FLAGS: [&str; 5] = [
    "return_balances",
    "return_products",
    "return_payments",
    "return_triggers",
    "return_references",
];

/// Looks into a tenant with two requests, both of them reads.
pub(super) async fn diagnose(session: &Session, wanted: Option<&Wanted>) -> Vec<Diagnosis> {
    let mut found = vec![rights(), dictionaries(session).await];
    let Some(wanted) = wanted else {
        let detail = "not looked at, because no manifest names an account";
        let hint = "name a folder with a ZegoalAccount of this tenant";
        found.push(Diagnosis::doubtful("layout", detail).hint(hint));
        return found;
    };
    match read_whole(session, &wanted.key).await {
        Ok(answered) => found.extend(examine(session, &answered)),
        Err(failure) => found.push(unread(&wanted.key, &failure)),
    }
    found
}

/// What our login may do is nowhere to be read.
fn rights() -> Diagnosis {
    let detail = "the API does not tell what a login may do, and nothing is written to find out";
    Diagnosis::good("rights", detail)
}

async fn read_whole(session: &Session, code: &str) -> Result<Answered, Failure> {
    let mut body = read::inquiry(&Selector::Code(code), &Section::ALL);
    for flag in OTHER_FLAGS {
        body[flag] = true.into();
    }
    session.ask(Question::read(GET_ACCOUNT_INFO, body)).await
}

fn unread(code: &str, failure: &Failure) -> Diagnosis {
    if failure.kind == FailureKind::NotFound {
        let detail = format!("not looked at, because there is no account `{code}` yet");
        let hint = "try again once an account of your manifests exists";
        return Diagnosis::doubtful("layout", detail).hint(hint);
    }
    Diagnosis::failed("layout", failure)
}

fn examine(session: &Session, answered: &Answered) -> Vec<Diagnosis> {
    let zone = match session.config() {
        Ok(config) => &config.zone,
        Err(failure) => return vec![Diagnosis::failed("time zone", &failure)],
    };
    vec![
        time_zone(zone, answered.zone.as_deref()),
        sections(zone, answered),
        layout(&answered.response),
    ]
}

/// Whether dates without an offset mean what we take them for.
fn time_zone(ours: &TimeZone, theirs: Option<&str>) -> Diagnosis {
    let zone = zones::shown(ours);
    let name = "time zone";
    let unsure = "make sure that `timeZone` in the Provider manifest is right";
    match theirs {
        None => {
            let detail = format!("the server names none; its dates are taken for those of {zone}");
            Diagnosis::doubtful(name, detail).hint(unsure)
        }
        Some(theirs) if TimeZone::get(theirs).is_err() => {
            let detail = format!(
                "the server names one that is not known; its dates are taken for those of {zone}"
            );
            Diagnosis::doubtful(name, detail).hint(unsure)
        }
        Some(theirs) if zones::another(ours, Some(theirs)).is_some() => {
            let detail = format!(
                "the server writes dates of {theirs}, and they would be taken for those of {zone}"
            );
            Diagnosis::bad(name, detail).hint(zones::hint(theirs))
        }
        Some(_) => Diagnosis::good(name, format!("{zone}, as the server says")),
    }
}

/// What our reading makes of the answer: whether it takes the account for one,
/// and what of it stays blocked.
fn sections(zone: &TimeZone, answered: &Answered) -> Diagnosis {
    let name = "sections";
    match convert::account(answered, &Section::ALL, zone) {
        Err(reason) => Diagnosis::bad(name, format!("the answer is not understood: {reason}"))
            .hint("report the lines of the layout below"),
        Ok(row) => {
            let unknown = row.record.map(|record| record.unknown).unwrap_or_default();
            if unknown.is_empty() {
                let detail = "all that a manifest can manage is returned and understood";
                return Diagnosis::good(name, detail);
            }
            let unknown = words::list(unknown.iter().map(String::as_str));
            let detail = format!("not returned, or not in a known form: {unknown}");
            Diagnosis::doubtful(name, detail).hint(
                "manifests that manage these stay blocked; report the lines of the layout below",
            )
        }
    }
}

/// The members of the answer, with marks at those that are not as assumed.
fn layout(response: &Value) -> Diagnosis {
    let compared = assumed::compare(&Anatomy::of(response));
    let lines = compared.lines.join("\n");
    if compared.differing == 0 {
        return Diagnosis::good("layout", format!("as assumed\n{lines}"));
    }
    let detail = format!(
        "{} (`+` not assumed, `-` assumed and missing, `~` of another form)\n{lines}",
        words::count(compared.differing, "difference")
    );
    Diagnosis::doubtful("layout", detail)
        .hint("please report these lines; they hold names and no values")
}

/// Which of the dictionaries that check our values the tenant has.
async fn dictionaries(session: &Session) -> Diagnosis {
    let name = "code lists";
    let question = Question::read(GET_TENANT_DICT, json!({}));
    let answered = match session.ask(question).await {
        Ok(answered) => answered,
        Err(failure) => return Diagnosis::failed(name, &failure),
    };
    let listed = names(answered.response.get("dictionary"));
    let needed: BTreeSet<&str> = kind()
        .fields()
        .iter()
        .filter_map(|facts| facts.lookup)
        .filter(|table| *table != LANGUAGE)
        .collect();
    let missing: Vec<&str> = needed
        .iter()
        .copied()
        .filter(|table| !listed.contains(table))
        .collect();
    if missing.is_empty() {
        let number = needed.len();
        let detail = format!("all {number} dictionaries that check values are there");
        return Diagnosis::good(name, detail);
    }
    let detail = format!("the tenant does not list {}", words::list(missing));
    Diagnosis::doubtful(name, detail)
        .hint("values of these are sent unchecked, and the server decides")
}

/// A list of names, which may have shrunk to the only one.
fn names(list: Option<&Value>) -> BTreeSet<&str> {
    match list {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(name)) => BTreeSet::from([name.as_str()]),
        _ => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests;
