//! The `Retry-After` header: seconds, or a date.
//!
//! A date is compared with the `Date` header of the same answer, and with no
//! clock of ours: servers are wrong about the time, and so are we. An answer
//! with a date and without `Date` says nothing about how long to wait.

use std::time::Duration;

use jiff::{
    Timestamp,
    civil::DateTime,
    fmt::{rfc2822, strtime},
    tz::TimeZone,
};

/// No server is believed to mean more than a year. What is larger is taken for
/// a year, so that sums with it cannot overflow.
const ASKED_MAX: Duration = Duration::from_hours(365 * 24);

/// How long a server asks to wait, where that can be understood. A time that
/// has passed, or a negative number, is no time at all.
#[must_use]
pub fn asked(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        // Not a number of seconds, or one below zero, saturates to nothing.
        let whole = seconds.max(0.0).ceil();
        let longest = ASKED_MAX.as_secs_f64();
        return (!seconds.is_nan()).then(|| Duration::from_secs_f64(whole.min(longest)));
    }
    let until = instant(value)?;
    let from = instant(date?.trim())?;
    let wait = until.duration_since(from);
    Some(Duration::try_from(wait).unwrap_or_default().min(ASKED_MAX))
}

/// A date of HTTP in any of its three forms (RFC 9110, 5.6.7).
fn instant(text: &str) -> Option<Timestamp> {
    if let Ok(found) = rfc2822::DateTimeParser::new().parse_timestamp(text) {
        return Some(found);
    }
    ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        .iter()
        .find_map(|format| {
            let civil: DateTime = strtime::parse(format, text).ok()?.to_datetime().ok()?;
            civil.to_zoned(TimeZone::UTC).ok()
        })
        .map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "Mon, 02 Nov 2026 09:00:00 GMT";

    #[test]
    fn seconds_are_seconds() {
        for (value, expected) in [
            ("0", 0),
            (" 7 ", 7),
            ("1.5", 2),
            ("-30", 0),
            ("-0", 0),
            ("86400", 86_400),
            ("99999999999999999999999", ASKED_MAX.as_secs()),
            ("inf", ASKED_MAX.as_secs()),
        ] {
            let expected = Some(Duration::from_secs(expected));
            assert_eq!(asked(value, None), expected, "{value}");
        }
        for value in ["", "soon", "NaN", "7 s"] {
            assert_eq!(asked(value, Some(DATE)), None, "{value}");
        }
    }

    #[test]
    fn a_date_counts_from_the_date_of_the_answer() {
        for (value, expected) in [
            ("Mon, 02 Nov 2026 09:00:30 GMT", 30),
            ("Mon, 02 Nov 2026 08:00:00 GMT", 0),
            ("Monday, 02-Nov-26 09:00:30 GMT", 30),
            ("Mon Nov  2 09:00:30 2026", 30),
            ("Thu, 31 Dec 9998 00:00:00 GMT", ASKED_MAX.as_secs()),
        ] {
            let expected = Some(Duration::from_secs(expected));
            assert_eq!(asked(value, Some(DATE)), expected, "{value}");
        }
        let skewed = "Thu, 01 Jan 1970 00:00:00 GMT";
        let later = "Thu, 01 Jan 1970 00:00:05 GMT";
        assert_eq!(asked(later, Some(skewed)), Some(Duration::from_secs(5)));
        assert_eq!(asked(later, None), None);
        assert_eq!(asked(later, Some("today")), None);
    }
}
