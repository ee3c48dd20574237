//! Dates as TI Rate writes them: local time of the tenant, with or without an
//! offset behind it.

use jiff::{Timestamp, ToSpan, civil, tz};

/// The tenant's time zone, which responses name as `TZ`.
pub(super) const ZONE_NAME: &str = "Europe/Minsk";

/// Belarus has kept UTC+3 all year since 2011, so this offset is right for
/// every date of interest even on a machine without a time zone database.
const ZONE_OFFSET_HOURS: i8 = 3;

/// `YYYY-MM-DD HH:MM:SS`.
const FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// The length of [`FORMAT`] once filled in, for years of four digits.
const FORMAT_BYTES: usize = 19;

/// The tenant's time zone.
pub(super) fn zone() -> tz::TimeZone {
    tz::TimeZone::get(ZONE_NAME)
        .unwrap_or_else(|_| tz::TimeZone::fixed(tz::offset(ZONE_OFFSET_HOURS)))
}

/// `2024-05-06 10:15:30`, local time of the tenant.
pub(super) fn local(at: Timestamp) -> String {
    at.to_zoned(zone()).strftime(FORMAT).to_string()
}

/// `2024-05-06 10:15:30 +03:00`: the form that some answers carry.
pub(super) fn with_offset(at: Timestamp) -> String {
    at.to_zoned(zone())
        .strftime("%Y-%m-%d %H:%M:%S %:z")
        .to_string()
}

/// Reads `YYYY-MM-DD HH:MM:SS` as local time of the tenant. Nothing else is
/// understood: no `T`, no offset, no missing zeros.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    if text.len() != FORMAT_BYTES {
        return None;
    }
    let civil = civil::DateTime::strptime(FORMAT, text).ok()?;
    if civil.strftime(FORMAT).to_string() != text {
        return None;
    }
    civil.to_zoned(zone()).ok().map(|zoned| zoned.timestamp())
}

/// Reads what date filters accept: a whole stamp, or a day, which stands for
/// its first second.
pub(super) fn parse_filter(text: &str) -> Option<Timestamp> {
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
pub(super) fn days_later(at: Timestamp, days: i32) -> Timestamp {
    at.to_zoned(zone())
        .checked_add(days.days())
        .map_or(at, |zoned| zoned.timestamp())
}
