//! Dates as TI Rate writes them: local time of the tenant, with or without an
//! offset behind it. The tenant reckons in that local time, so what it holds are
//! the same dates in whatever zone it stands.

use jiff::{ToSpan, Zoned, civil::DateTime, tz};

/// The tenant's time zone unless it is given one: that of the vendor's samples,
/// which responses name as `TZ`.
pub(super) const ZONE_NAME_DEFAULT: &str = "Europe/Minsk";

/// Belarus has kept UTC+3 all year since 2011, so this offset is right for
/// every date of interest even on a machine without a time zone database.
const ZONE_OFFSET_HOURS_DEFAULT: i8 = 3;

/// `YYYY-MM-DD HH:MM:SS`.
const FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// The length of [`FORMAT`] once filled in, for years of four digits.
const FORMAT_BYTES: usize = 19;

/// The time zone of a tenant that is given none.
pub(super) fn zone_default() -> tz::TimeZone {
    tz::TimeZone::get(ZONE_NAME_DEFAULT)
        .unwrap_or_else(|_| tz::TimeZone::fixed(tz::offset(ZONE_OFFSET_HOURS_DEFAULT)))
}

/// What answers call a time zone.
pub(super) fn zone_name(zone: &tz::TimeZone) -> &str {
    zone.iana_name().unwrap_or(ZONE_NAME_DEFAULT)
}

/// `2024-05-06 10:15:30`.
pub(super) fn local(at: DateTime) -> String {
    at.strftime(FORMAT).to_string()
}

/// `2024-05-06 10:15:30 +03:00`: the form that some answers carry.
pub(super) fn with_offset(at: &Zoned) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// Reads `YYYY-MM-DD HH:MM:SS`. Nothing else is understood: no `T`, no offset,
/// no missing zeros.
pub(super) fn parse(text: &str) -> Option<DateTime> {
    if text.len() != FORMAT_BYTES {
        return None;
    }
    let at = DateTime::strptime(FORMAT, text).ok()?;
    (local(at) == text).then_some(at)
}

/// Reads what date filters accept: a whole stamp, or a day, which stands for
/// its first second.
pub(super) fn parse_filter(text: &str) -> Option<DateTime> {
    parse(text).or_else(|| parse(&format!("{text} 00:00:00")))
}

/// Reads a relative offset such as `+6days` or `+15day`, in days.
pub(super) fn parse_offset_days(text: &str) -> Option<u16> {
    let text = text.strip_prefix('+')?;
    let digits = text
        .strip_suffix("days")
        .or_else(|| text.strip_suffix("day"))?;
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits.parse().ok()
    } else {
        None
    }
}

/// The same time of day, so many days later or, when negative, earlier.
pub(super) fn days_later(at: DateTime, days: i32) -> DateTime {
    at.checked_add(days.days()).unwrap_or(at)
}
