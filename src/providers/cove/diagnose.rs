//! What `trueup doctor` shows of an account: who we are, what the service is
//! like, and how much of it we see. No value of a customer is in it, and nothing
//! of the login but numbers and flags.

mod layout;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    index::{self, Listing, SitesSought},
    lookups,
    rpc::Rpc,
    session::{Session, is_hidden},
    spec::{LEVELS, LEVELS_OF_THE_VENDOR},
    state,
    wire::UserInfo,
};
use crate::{
    http::sanitise,
    model::words,
    provider::{Completeness, Diagnosis, Failure, Health, Wanted, codec},
};

/// The flag of a user who was made for programs (seen by public clients).
const API_USER: &str = "NonInteractive";

/// Looks at the account. A login that fails ends it; other failures are told
/// one by one.
pub(super) async fn diagnose(session: &Session, wanted: Option<&Wanted>) -> Vec<Diagnosis> {
    let user = match session.user().await {
        Ok(user) => user,
        Err(failure) => return vec![failed("login", &failure)],
    };
    let mut found = vec![
        login(&user),
        server(session).await,
        root(session, user.partner_id).await,
    ];
    let asked: Vec<Wanted> = wanted.cloned().into_iter().collect();
    match index::list(session, &asked, SitesSought::IfWanted).await {
        Ok(listing) => {
            found.push(customers(&listing));
            if let Some(wanted) = wanted {
                found.push(record(session, &listing, wanted).await);
            }
        }
        Err(failure) => found.push(failed("customers", &failure)),
    }
    found.push(moves(session).await);
    // The last one: it tells how the calls before fared.
    found.push(visa(session).await);
    found
}

/// What the account may not ask is a matter of its rights, and not broken.
fn failed(name: &'static str, failure: &Failure) -> Diagnosis {
    let failed = Diagnosis::failed(name, failure);
    if is_hidden(failure) {
        Diagnosis {
            health: Health::Doubtful,
            ..failed
        }
    } else {
        failed
    }
}

fn login(user: &UserInfo) -> Diagnosis {
    let text = |value: &Value| {
        let text = codec::as_text(value).filter(|text| !text.is_empty());
        text.map_or_else(|| "not told".to_owned(), |text| sanitise(&text))
    };
    let flags: Vec<String> = match &user.flags {
        Value::Array(flags) => flags.iter().map(text).collect(),
        Value::Null => Vec::new(),
        other => vec![text(other)],
    };
    let second_factor = text(&user.two_factor_authentication_status);
    let detail = format!(
        "user {} with the role {}; flags {}; second factor {second_factor}",
        text(&user.id),
        text(&user.role_id),
        words::list(flags.iter().map(String::as_str)),
    );
    if second_factor == "Enabled" {
        let hint = "use an API user: logins with a second factor are said to fail";
        return Diagnosis::doubtful("login", detail).hint(hint);
    }
    if flags.iter().any(|flag| flag == API_USER) {
        return Diagnosis::good("login", detail);
    }
    let hint = "use an API user, who has the flag `NonInteractive`: the password of a person \
                expires, and locks that person out when it is wrong";
    Diagnosis::doubtful("login", detail).hint(hint)
}

async fn server(session: &Session) -> Diagnosis {
    match session
        .read::<Value>(&Rpc::new("GetServerInfo", json!({})))
        .await
    {
        Ok(info) => {
            let version = info
                .as_ref()
                .and_then(|info| codec::as_text(&info["Version"]));
            match version {
                Some(version) => {
                    Diagnosis::good("server", format!("version {}", sanitise(&version)))
                }
                None => Diagnosis::doubtful("server", "the service tells no version"),
            }
        }
        Err(failure) => failed("server", &failure),
    }
}

/// The customer that everything managed lies below.
async fn root(session: &Session, id: i64) -> Diagnosis {
    let partner = match session.read::<Value>(&index::by_id(id)).await {
        Ok(partner) => partner.unwrap_or_default(),
        Err(failure) => return failed("root", &failure),
    };
    let text = |member: &str| partner[member].as_str().map(sanitise);
    let (Some(level), Some(live)) = (text("Level"), text("State")) else {
        let detail = format!("customer `{id}` is read without its level or state");
        return Diagnosis::doubtful("root", detail);
    };
    let detail = format!("customer `{id}` of the level `{level}` in the state `{live}`");
    let below = LEVELS
        .iter()
        .position(|known| *known == level)
        .map_or(0, |rank| LEVELS.len() - rank - 1);
    let hint = if LEVELS_OF_THE_VENDOR.contains(&level.as_str()) {
        "its level belongs to the vendor: use an API user of a customer"
    } else if below == 0 {
        "no level that is known lies below it, so no customer can be made: use an API user of a \
         customer above"
    } else if !state::SERVED.contains(&live.as_str()) {
        "the provider may refuse customers below one in this state"
    } else {
        return Diagnosis::good("root", detail);
    };
    Diagnosis::doubtful("root", detail).hint(hint)
}

fn customers(listing: &Listing) -> Diagnosis {
    let index = index::assemble(listing);
    let below = || listing.rows.values().filter(|row| row.id != listing.root);
    let mut levels: BTreeMap<String, usize> = BTreeMap::new();
    for row in below() {
        let level = row.level.as_deref().map_or_else(String::new, sanitise);
        *levels.entry(level).or_default() += 1;
    }
    let levels: Vec<String> = levels
        .iter()
        .map(|(level, number)| format!("{number} `{level}`"))
        .collect();
    let root = listing.root.to_string();
    let managed = || index.rows.iter().filter(|row| row.remote.0 != root);
    let keys = managed().filter(|row| row.key.is_some()).count();
    let protected = managed().filter(|row| row.protected.is_some()).count();
    let detail = format!(
        "{} listed below the root: {}; {keys} with an external code, {protected} protected",
        words::count(below().count(), "customer"),
        if levels.is_empty() {
            "none".to_owned()
        } else {
            levels.join(", ")
        },
    );
    match index.completeness {
        Completeness::Incomplete(reason) => {
            let detail = format!("{detail}; the list is not complete: {reason}");
            Diagnosis::bad("customers", detail).hint(
                "no customer is made while the list is not complete; check the role of the API \
                 user",
            )
        }
        Completeness::Complete | Completeness::ByKey => Diagnosis::good("customers", detail),
    }
}

/// How one customer's answer is laid out.
async fn record(session: &Session, listing: &Listing, wanted: &Wanted) -> Diagnosis {
    let row = listing
        .rows
        .values()
        .find(|row| row.external_code.as_deref() == Some(wanted.key.as_str()));
    let Some(row) = row else {
        let detail = format!("no customer has the external code `{}`", wanted.key);
        return Diagnosis::good("layout", detail);
    };
    let partner = match session.read::<Value>(&index::by_id(row.id)).await {
        Ok(partner) => partner.unwrap_or_default(),
        Err(failure) => return failed("layout", &failure),
    };
    let lines = layout::differences(&partner);
    let name = format!("GetPartnerInfoById `{}`", row.id);
    if lines.is_empty() {
        return Diagnosis::good("layout", format!("{name} answers as documented"));
    }
    let detail = format!("{name} differs from the documents:\n{}", lines.join("\n"));
    Diagnosis::doubtful("layout", detail).hint("report these lines: they hold no values")
}

/// Whether the legal moves between states may be read.
async fn moves(session: &Session) -> Diagnosis {
    match lookups::transitions(session).await {
        Ok(Some(rows)) if !rows.is_empty() => {
            let count = words::count(rows.len(), "move");
            let detail = format!("the service lists {count} between states");
            Diagnosis::good("states", detail)
        }
        Ok(_) => {
            let detail = "the moves between states are not shown to this account";
            Diagnosis::doubtful("states", detail).hint(
                "customers can go from trial to production; other changes of state are blocked",
            )
        }
        Err(failure) => failed("states", &failure),
    }
}

async fn visa(session: &Session) -> Diagnosis {
    let life = session.visa_life().await;
    let detail = format!(
        "used for {} minutes after its issue; {}",
        life.minutes_used,
        if life.is_renewed {
            "answers bring a new one"
        } else {
            "answers bring no new one"
        },
    );
    if session.works_in_turn() {
        let hint = "calls are sent one after another from then on; nothing else is to be done";
        let detail = format!("{detail}; one was refused before its time");
        return Diagnosis::doubtful("visa", detail).hint(hint);
    }
    if !life.is_renewed {
        let hint = "the vendor's page says that each answer brings one; runs longer than a visa's \
                    life log in again";
        return Diagnosis::doubtful("visa", detail).hint(hint);
    }
    Diagnosis::good("visa", detail)
}

#[cfg(test)]
mod tests;
