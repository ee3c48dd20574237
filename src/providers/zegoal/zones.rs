//! Whether the server writes dates in the zone that we take them for.

use jiff::{Timestamp, tz::TimeZone};

use crate::provider::{Failure, FailureKind};

/// Between which instants the rules of two zones are compared, as Unix seconds:
/// the years 1970 to 2099. The contract's word for "for ever" is 2050.
const COMPARED_FROM_UNIX_SECONDS: i64 = 0;
const COMPARED_UNTIL_UNIX_SECONDS: i64 = 4_102_444_800;

/// The zone that the server names, if dates in it mean other instants than in
/// ours. A name that is not known, and another name of the same zone, is none.
pub(super) fn another<'a>(ours: &TimeZone, named: Option<&'a str>) -> Option<&'a str> {
    named.filter(|name| TimeZone::get(name).is_ok_and(|theirs| !always_agree(ours, &theirs)))
}

/// Refuses an answer whose dates are of another zone than ours. To convert them
/// would be no help: a manifest's `2027-01-01` is midnight at the server
/// (Zegoal contract, 8.2 row 2), and would be sent as another day.
///
/// # Errors
/// That the zones differ, and what to write.
pub(super) fn agree(api: &str, ours: &TimeZone, named: Option<&str>) -> Result<(), Failure> {
    let Some(theirs) = another(ours, named) else {
        return Ok(());
    };
    let message = format!(
        "{api}: the server writes dates of {theirs}, and they would be taken for those of {}",
        shown(ours)
    );
    Err(Failure::new(FailureKind::Protocol, message).hint(hint(theirs)))
}

/// What to do about a server that writes dates of `theirs`.
pub(super) fn hint(theirs: &str) -> String {
    format!("write `timeZone: {theirs}` in the Provider manifest")
}

/// A zone by its name.
pub(super) fn shown(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("a zone without a name")
}

/// Whether two zones have the same offset at every instant that matters.
fn always_agree(one: &TimeZone, other: &TimeZone) -> bool {
    if one == other {
        return true;
    }
    let second = |unix| Timestamp::from_second(unix).expect("an instant within jiff's range");
    let from = second(COMPARED_FROM_UNIX_SECONDS);
    let until = second(COMPARED_UNTIL_UNIX_SECONDS);
    // Offsets stay as they are between the changes of either zone.
    [one, other]
        .into_iter()
        .flat_map(|zone| {
            let changes = zone.following(from).map(|change| change.timestamp());
            changes.take_while(|at| *at < until)
        })
        .chain([from])
        .all(|at| one.to_offset(at) == other.to_offset(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a zone of the bundled table")
    }

    #[test]
    fn only_a_zone_of_other_rules_is_another() {
        for (ours, named, differs) in [
            ("Europe/Minsk", None, false),
            ("Europe/Minsk", Some(""), false),
            ("Europe/Minsk", Some("Nowhere/None"), false),
            ("Europe/Minsk", Some("Europe/Minsk"), false),
            ("Europe/Minsk", Some("europe/minsk"), false),
            ("Europe/Kyiv", Some("Europe/Kiev"), false),
            ("UTC", Some("Etc/UTC"), false),
            ("UTC", Some("Etc/GMT"), false),
            ("Europe/Minsk", Some("Europe/Kyiv"), true),
            // The same in winter, the same in summer, and the same today.
            ("Europe/Kyiv", Some("Etc/GMT-2"), true),
            ("Europe/Kyiv", Some("Etc/GMT-3"), true),
            ("Europe/Minsk", Some("Europe/Moscow"), true),
        ] {
            let found = another(&zone(ours), named);
            assert_eq!(found.is_some(), differs, "{ours} {named:?}");
        }
    }

    #[test]
    fn a_refusal_names_both_zones_and_says_what_to_write() {
        let failure = agree("GetAccountInfo", &zone("Europe/Minsk"), Some("Europe/Kyiv"));
        let failure = failure.expect_err("another zone");
        assert_eq!(
            failure.message,
            "GetAccountInfo: the server writes dates of Europe/Kyiv, and they would be taken for \
             those of Europe/Minsk"
        );
        assert_eq!(
            failure.hint.as_deref(),
            Some("write `timeZone: Europe/Kyiv` in the Provider manifest")
        );
    }
}
