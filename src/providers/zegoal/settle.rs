//! Which differences are none (Zegoal contract, 8.2).

use super::{
    calls::STATE_FROM,
    convert::{PARENT, STATE, UNDOCUMENTED},
    held::Held,
    kind,
    life_cycle::{self, LifeCycle, SUSPENDED, Start, TERMINATED, TRIAL},
    wire::NOTIFICATION,
};
use crate::{
    model::{FieldPath, Leaf, words},
    provider::Settling,
};

/// The notification channel whose empty target the server fills in.
const TECHNICAL_CHANNEL: &str = "tech_noti";

/// Codes of which `e-mail` is one, which the vendor also spells `email`.
const SPELT_TWO_WAYS: [&str; 2] = ["billing.billDistributionCode", NOTIFICATION[0]];

/// Copies into `desired` what must be left alone.
pub(super) fn settle(settling: &mut Settling<'_>) {
    if leave_ended_alone(settling) {
        return;
    }
    settle_parent(settling);
    settle_spelling(settling);
    settle_notification_target(settling);
    settle_unreturned(settling);
    settle_state(settling);
}

/// An account that is terminated and is to stay so is left as it is: no API
/// changes it (Zegoal contract, 8.3).
fn leave_ended_alone(settling: &mut Settling<'_>) -> bool {
    let stays = settling.record.ended.is_some() && settling.desired.text(STATE) == Some(TERMINATED);
    if !stays {
        return false;
    }
    let found = Held::of(settling.record).life_cycle;
    settling.notes.extend(found.as_ref().and_then(coming));
    let differing: Vec<FieldPath> = settling
        .desired
        .iter()
        .filter(|(path, _)| ![kind().key, STATE_FROM].contains(&path.as_str()))
        .filter(|(path, wanted)| *wanted != settling.live(*path))
        .map(|(path, _)| path)
        .collect();
    if !differing.is_empty() {
        let count = differing.len();
        settling.notes.push(format!(
            "the account is terminated and stays so; {} of it cannot be changed and are left alone",
            words::count(count, "field")
        ));
    }
    for path in differing {
        settling.accept_live(path);
    }
    true
}

/// Ids are numbers, so `01` is `1` (Zegoal contract, 8.2 row 4), and `0` means no
/// parent, as an empty reference does (row 5).
fn settle_parent(settling: &mut Settling<'_>) {
    let id = settling.desired.text(PARENT).map(str::parse::<i64>);
    let leaf = match id {
        Some(Ok(0)) => Leaf::Unset,
        Some(Ok(id)) => Leaf::Text(id.to_string()),
        Some(Err(_)) | None => return,
    };
    settling.desired.set(kind().path(PARENT), leaf);
}

/// `e-mail` and `email` are the same, in whatever case (Zegoal contract, 8.2
/// row 8).
fn settle_spelling(settling: &mut Settling<'_>) {
    let folded = |text: &str| text.replace('-', "").to_lowercase();
    for path in SPELT_TWO_WAYS {
        let wanted = settling.desired.text(path).map(folded);
        let live = settling.record.tree.text(path).map(folded);
        if wanted.is_some() && wanted == live {
            settling.accept_live(kind().path(path));
        }
    }
}

/// The server fills in an empty target of the technical channel (Zegoal
/// contract, 8.2 row 7). Not while the channel is being changed: then the target
/// is still that of the channel before.
fn settle_notification_target(settling: &mut Settling<'_>) {
    let [channel, target] = NOTIFICATION;
    let technical = |channel: Option<&str>| channel == Some(TECHNICAL_CHANNEL);
    let is_technical = technical(settling.record.tree.text(channel));
    let stays = settling
        .desired
        .at(channel)
        .is_none_or(|leaf| technical(leaf.text()));
    let empty = settling.desired.at(target).is_some_and(Leaf::is_unset);
    if empty && is_technical && stays {
        settling.accept_live(kind().path(target));
    }
}

/// Undocumented fields are compared only where the server returns them (Zegoal
/// contract, 8.2 row 23).
fn settle_unreturned(settling: &mut Settling<'_>) {
    for path in UNDOCUMENTED {
        let unreturned = settling.record.tree.at(path).is_none();
        let wanted = settling
            .desired
            .at(path)
            .is_some_and(|leaf| !leaf.is_unset());
        if unreturned && wanted {
            settling.accept_live(kind().path(path));
            settling.notes.push(format!(
                "the provider does not return `{path}`, so it is not compared"
            ));
        }
    }
}

/// The state moves by itself, and a move may lie in the future (Zegoal contract,
/// 8.2 rows 11 and 12).
fn settle_state(settling: &mut Settling<'_>) {
    let Held {
        life_cycle: Some(found),
        read_at,
        ..
    } = Held::of(settling.record)
    else {
        return;
    };
    let Some(wanted) = settling.desired.text(STATE).map(str::to_owned) else {
        return;
    };
    let from = settling.desired.text(STATE_FROM).map(str::to_owned);
    if found.written() == wanted {
        settling.notes.extend(coming(&found));
        settling.notes.extend(in_the_dark(&found));
        return;
    }
    if let Some(note) = satisfied(&found, &wanted, from.as_deref()) {
        settling.accept_live(kind().path(STATE));
        settling.notes.push(note);
        return;
    }
    if let Some(note) = moved_on(&found, &wanted) {
        settling.accept_live(kind().path(STATE));
        settling.notes.push(note);
        settling.moved_on.push(kind().path(STATE));
        return;
    }
    let state = life_cycle::plain(&wanted);
    if found.state == state {
        settling.notes.push(cleaning(&found));
    } else {
        let begins = beginning(&found, state, from.as_deref(), read_at.as_deref());
        settling.notes.extend(begins);
    }
}

/// When a move begins, unless it is made at once as every other change: the date
/// is compared with nothing, so the fields that a plan shows do not tell.
fn beginning(
    found: &LifeCycle,
    wanted: &str,
    from: Option<&str>,
    read_at: Option<&str>,
) -> Option<String> {
    let pending = found.planned.iter().find(|next| next.state == wanted);
    let instead = pending
        .map(|next| format!(", in the place of the one scheduled for {}", next.on))
        .unwrap_or_default();
    Some(match found.start(from) {
        Start::Past(from) => format!(
            "`{STATE_FROM}` ({from}) lies before the present state began, so the move to \
             `{wanted}` is made at once"
        ),
        Start::At(from) if read_at.is_some_and(|now| from <= now) => {
            format!("the move to `{wanted}` is dated back to {from}{instead}")
        }
        Start::At(from) => format!("the move to `{wanted}` begins on {from}{instead}"),
        Start::Now if pending.is_none() => return None,
        Start::Now => {
            format!("the move to `{wanted}` is made at once{instead}: no `{STATE_FROM}` is written")
        }
    })
}

/// What it means that only the schedule differs. Whether a schedule goes when
/// the state stays is not documented (Zegoal contract, 5.2), and no detour over
/// another state is worth a service that is cut off meanwhile.
fn cleaning(found: &LifeCycle) -> String {
    format!(
        "the account is `{}` already, and what is scheduled after it is to go, by a call of its own; \
         if it survives that, this tenant keeps schedules: have it removed by the provider, or \
         write `{STATE}: {}` to live with it",
        found.state,
        found.written()
    )
}

/// That nobody knows whether a lasting state is going to last.
fn in_the_dark(found: &LifeCycle) -> Option<String> {
    let LifeCycle {
        state,
        scheduled_is_known,
        ..
    } = found;
    (life_cycle::lasts(state) && !scheduled_is_known).then(|| {
        format!(
            "the provider did not return what is scheduled after `{state}`, so the account may \
             still leave it by itself"
        )
    })
}

/// Why the state that was found is as good as the wanted one, if it is.
fn satisfied(found: &LifeCycle, wanted: &str, from: Option<&str>) -> Option<String> {
    let LifeCycle { state, .. } = found;
    if let Some(scheduled) = life_cycle::then(wanted) {
        return (state == life_cycle::plain(wanted) || state == scheduled)
            .then(|| format!("the account is `{state}`, as the schedule in `{STATE}` allows"));
    }
    if let Some(from) = from.filter(|from| found.will_be(wanted, from)) {
        return Some(format!("the move to `{wanted}` is scheduled for {from}"));
    }
    None
}

/// That a trial is over, and the account in a state from which it is not put back.
fn moved_on(LifeCycle { state, .. }: &LifeCycle, wanted: &str) -> Option<String> {
    let is_over = [SUSPENDED, TERMINATED].contains(&state.as_str());
    (wanted == TRIAL && is_over).then(|| {
        format!(
            "the account has moved on from `{TRIAL}` to `{state}` and is not put back; \
             write another `{STATE}` to change that"
        )
    })
}

/// That a lasting state is about to change by itself. For a trial that is
/// normal.
fn coming(found: &LifeCycle) -> Option<String> {
    let next = found.planned.first().filter(|_| found.state != TRIAL)?;
    Some(format!(
        "the account is scheduled to become `{}` on {}",
        next.state, next.on
    ))
}

#[cfg(test)]
mod tests;
