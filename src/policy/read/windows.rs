//! Reads windows of `freeze`.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase},
};

use crate::{
    manifest::{
        collect::{Collector, clipped},
        yaml::Node,
    },
    provider::Action,
};

use crate::policy::spec::Freeze;

use super::{
    head,
    node::{self, member, members, needed},
};

/// The members of an item of `freeze`.
pub(in crate::policy) const FREEZE: [&str; 5] = ["actions", "from", "reason", "timeZone", "to"];

/// The actions that a window is about, unless it says: everything.
pub(in crate::policy) const FROZEN: [Action; 4] =
    [Action::Create, Action::Adopt, Action::Update, Action::End];

/// Which end of a window an instant is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    From,
    To,
}

pub(super) fn read(item: &Node<'_>, path: &str, findings: &mut Collector<'_>) -> Option<Freeze> {
    let start = head(item);
    let entries = members(&start, item, path, &FREEZE, findings);
    let hint = "write a time such as `2026-12-24T18:00`, or a day for its midnight";
    let from = needed(entries, "from", path, &start, hint, findings)
        .and_then(|text| civil(&text, "from", path, entries, findings));
    let to = needed(entries, "to", path, &start, hint, findings)
        .and_then(|text| civil(&text, "to", path, entries, findings));
    let hint = "write the name of a zone, such as `Europe/Vienna` or `UTC`";
    let zone = needed(entries, "timeZone", path, &start, hint, findings)
        .and_then(|text| zone(&text, path, entries, findings));
    let actions = node::actions(entries, path, &FROZEN, findings);
    let hint = "say why: whoever is stopped reads it";
    let reason = needed(entries, "reason", path, &start, hint, findings);
    let zone = zone?;
    let (from, to) = (
        instant(from?, &zone, End::From)?,
        instant(to?, &zone, End::To)?,
    );
    if from >= to {
        let span = member(entries, "to").map_or(start.clone(), |entry| entry.1.span.clone());
        let message = format!("`{path}` ends before it starts");
        findings.error("bad-window", &span, message, "`to` is the later one");
        return None;
    }
    Some(Freeze {
        from,
        to,
        zone,
        actions,
        reason: reason?,
        place: findings.place(&start),
    })
}

/// A day, or a day and a time, as the clock on the wall shows it.
fn civil(
    text: &str,
    name: &str,
    path: &str,
    entries: &[(Node<'_>, Node<'_>)],
    findings: &mut Collector<'_>,
) -> Option<DateTime> {
    // The library would read and drop an offset or a zone that stands behind.
    let plain = text.len() <= "2026-12-24T18:00:00".len()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"-: T".contains(&byte));
    let parsed = match text.len() {
        10 => text.parse::<Date>().map(|date| date.at(0, 0, 0, 0)).ok(),
        16 | 19 => text.parse::<DateTime>().ok(),
        _ => None,
    };
    let found = parsed.filter(|_| plain);
    if let (None, Some((_, value))) = (found, member(entries, name)) {
        let message = format!("`{path}.{name}` cannot be `{}`", clipped(text));
        let hint = "write `2026-12-24T18:00`, or `2026-12-24` for its midnight; \
                    the offset comes from `timeZone`";
        findings.error("bad-time", &value.span, message, hint);
    }
    found
}

fn zone(
    text: &str,
    path: &str,
    entries: &[(Node<'_>, Node<'_>)],
    findings: &mut Collector<'_>,
) -> Option<TimeZone> {
    // The list that the program brings, so that no machine has zones of its own.
    let found = TimeZoneDatabase::bundled().get(text).ok();
    if let (None, Some((_, value))) = (&found, member(entries, "timeZone")) {
        let message = format!("`{path}.timeZone`: there is no zone `{}`", clipped(text));
        let hint = "write a name of the IANA list, such as `Europe/Vienna` or `UTC`";
        findings.error("unknown-time-zone", &value.span, message, hint);
    }
    found
}

/// The instant of a time on the wall. An hour that the clocks show twice starts
/// a window the first time and ends it the second; one that they skip starts it
/// at the earlier reading and ends it at the later: the window is never shorter
/// than it reads.
fn instant(time: DateTime, zone: &TimeZone, end: End) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(time);
    let twice = matches!(ambiguous.offset(), AmbiguousOffset::Fold { .. });
    let skipped = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
    match end {
        End::From if twice || skipped => ambiguous.earlier(),
        End::To if twice || skipped => ambiguous.later(),
        End::From | End::To => ambiguous.compatible(),
    }
    .ok()
}
